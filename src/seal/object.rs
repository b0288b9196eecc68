//! Sealed objects: one document, card or reason each, named by the hash of its sealed bytes.

use super::envelope::FolderKeys;
use super::error::SealError;
use super::keys::Recipient;
use super::stream;
use crate::error::Result;
use crate::names::Digest;
use std::fmt;
use zeroize::Zeroizing;

/// The most bytes of one document before sealing.
pub const OBJECT_LIMIT_BYTES: u64 = 256 * 1024 * 1024;

/// The most bytes of one object as it lies in the archive.
pub const SEALED_LIMIT_BYTES: u64 = OBJECT_LIMIT_BYTES + 128 * 1024;

/// Sealed bytes with their hash, which is their name. Made only by sealing.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    bytes: Vec<u8>,
    digest: Digest,
}

impl Sealed {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        let digest = Digest::of(&bytes);
        Self { bytes, digest }
    }

    /// The age file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its SHA-256: the object's name and its place in an entry.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Its length.
    pub fn size_bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// The file name in a folder: `<hash>.age`.
    pub fn file_name(&self) -> String {
        format!("{}.age", self.digest)
    }

    /// The age file, taken out.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({}, {} bytes)", self.digest, self.bytes.len())
    }
}

/// Seals one object to a folder key.
///
/// Age does not say who sealed something: only a signed entry that names the hash makes it part of a
/// folder. Seal to the `key` of the newest *verified* entry, never to a key found beside the files.
///
/// # Errors
/// `seal.too-large` (input) beyond [`OBJECT_LIMIT_BYTES`].
pub fn seal(plain: &[u8], recipient: &Recipient) -> Result<Sealed> {
    if plain.len() as u64 > OBJECT_LIMIT_BYTES {
        return Err(SealError::TooLarge { what: "the document", most: OBJECT_LIMIT_BYTES }.into());
    }
    Ok(Sealed::new(stream::encrypt(plain, &[recipient.as_age()])?))
}

/// Opens one object with the keys of its folder. The content is wiped from memory when dropped.
///
/// # Errors
/// `seal.no-key` (access) where it is sealed to no generation of this folder; `seal.damaged` (damage)
/// where any byte was changed.
pub fn open(sealed: &[u8], keys: &FolderKeys) -> Result<Zeroizing<Vec<u8>>> {
    let opened = stream::decrypt(sealed, &keys.as_age(), OBJECT_LIMIT_BYTES);
    Ok(opened.map_err(|failure| failure.about("this object", OBJECT_LIMIT_BYTES))?)
}

/// The generation to which an object is sealed, as far as these keys know: only its header is opened.
///
/// # Errors
/// `seal.no-key` (access) where it is sealed to none of them; `seal.damaged` (damage).
pub fn sealed_to(sealed: &[u8], keys: &FolderKeys) -> Result<Recipient> {
    for (generation, key) in keys.generations().iter().zip(keys.as_age()) {
        match stream::opens(sealed, key) {
            Ok(()) => return Ok(generation.recipient()),
            Err(stream::Failure::NoKey) => {}
            Err(failure) => return Err(failure.about("this object", OBJECT_LIMIT_BYTES).into()),
        }
    }
    Err(SealError::NoKey { what: "this object" }.into())
}
