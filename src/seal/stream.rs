//! The age file format, in and out of memory.

use super::error::SealError;
use age::DecryptError;
use std::io::{Read as _, Write as _};
use zeroize::Zeroizing;

/// The first line of every age file.
const HEADER: &[u8] = b"age-encryption.org/v1\n";

/// What age adds at most for one recipient: header, nonce and one tag per 64 KiB.
pub(super) fn sealed_limit(plain_bytes: u64, recipients: u64) -> u64 {
    plain_bytes + 1_024 + 256 * recipients + 16 * (plain_bytes / 65_536 + 1)
}

/// Encrypts to all of `recipients`, binary.
pub(super) fn encrypt(plain: &[u8], recipients: &[&dyn age::Recipient]) -> Result<Vec<u8>, SealError> {
    let encryptor =
        age::Encryptor::with_recipients(recipients.iter().copied()).map_err(|error| match error {
            age::EncryptError::MissingRecipients => SealError::NoReader,
            _ => SealError::System,
        })?;
    let room = usize::try_from(sealed_limit(plain.len() as u64, recipients.len() as u64)).unwrap_or(0);
    let mut sealed = Vec::with_capacity(room);
    let mut writer = encryptor.wrap_output(&mut sealed).map_err(|_| SealError::System)?;
    writer.write_all(plain).and_then(|()| writer.finish().map(drop)).map_err(|_| SealError::System)?;
    Ok(sealed)
}

/// Why an age file did not open.
pub(super) enum Failure {
    /// Not an age file at all.
    NotAge,
    /// The header is age's, but no key given fits.
    NoKey,
    /// Asks for too much passphrase work.
    TooMuchWork,
    /// The key fits, the content does not.
    Damaged,
    /// The content is larger than the bound.
    TooLarge,
}

/// Decrypts with the first of `keys` that fits, up to `limit_bytes` of content.
///
/// All bytes are checked before any is returned.
pub(super) fn decrypt(
    sealed: &[u8],
    keys: &[&dyn age::Identity],
    limit_bytes: u64,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let reader = content(sealed, keys)?;
    let room = usize::try_from(limit_bytes.min(sealed.len() as u64) + 1).unwrap_or(0);
    let mut plain = Zeroizing::new(Vec::with_capacity(room));
    reader.take(limit_bytes + 1).read_to_end(&mut plain).map_err(|_| Failure::Damaged)?;
    if plain.len() as u64 > limit_bytes {
        return Err(Failure::TooLarge);
    }
    Ok(plain)
}

/// Whether `key` opens the header of an age file; its content is not read.
pub(super) fn opens(sealed: &[u8], key: &dyn age::Identity) -> Result<(), Failure> {
    content(sealed, &[key]).map(drop)
}

/// Opens the header of an age file with the first of `keys` that fits.
fn content<'a>(
    sealed: &'a [u8],
    keys: &[&dyn age::Identity],
) -> Result<age::stream::StreamReader<&'a [u8]>, Failure> {
    if !sealed.starts_with(HEADER) {
        return Err(Failure::NotAge);
    }
    let decryptor = age::Decryptor::new_buffered(sealed).map_err(|_| Failure::Damaged)?;
    decryptor.decrypt(keys.iter().copied()).map_err(|error| match error {
        DecryptError::NoMatchingKeys | DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            Failure::NoKey
        }
        DecryptError::ExcessiveWork { .. } => Failure::TooMuchWork,
        _ => Failure::Damaged,
    })
}

/// Whether an age file is sealed with a passphrase.
pub(super) fn asks_for_passphrase(sealed: &[u8]) -> bool {
    age::Decryptor::new_buffered(sealed).is_ok_and(|decryptor| decryptor.is_scrypt())
}

impl Failure {
    /// The error for something that is sealed to keys.
    pub(super) fn about(self, what: &'static str, most: u64) -> SealError {
        match self {
            Self::NoKey | Self::TooMuchWork => SealError::NoKey { what },
            Self::NotAge | Self::Damaged => SealError::Damaged { what },
            Self::TooLarge => SealError::TooLarge { what, most },
        }
    }
}
