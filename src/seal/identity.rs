//! A person's secret half: a signing key and a key that opens what is sealed to them.

use super::error::{KEY_FILE, SealError, THE_KEY_FILE};
use super::keys::{Recipient, Signature, VerifyKey};
use super::passphrase::Passphrase;
use super::public::{Public, proof_message};
use super::{identity_file, stream};
use crate::error::Result;
use crate::names::PersonId;
use ed25519_dalek::{Signer as _, SigningKey};
use std::fmt;
use zeroize::Zeroizing;

/// The scrypt work factor of a new key file where nothing else is asked for: about a second on the
/// machines of 2026.
pub const DEFAULT_WORK_FACTOR: u8 = 18;
/// The smallest work factor that protects a passphrase today. Smaller ones are for tests only.
pub const LEAST_REAL_WORK_FACTOR: u8 = 16;
/// The smallest work factor that is written at all.
pub const LEAST_WORK_FACTOR: u8 = 10;
/// The largest work factor that is written or read (4 GiB of memory); Debian's `age` stops there too.
pub const MOST_WORK_FACTOR: u8 = 22;

/// The most bytes of a person's name.
pub(super) const NAME_LIMIT_BYTES: usize = 200;
/// The most bytes of a key file that are read.
pub const IDENTITY_FILE_LIMIT_BYTES: u64 = 64 * 1024;

/// Checks a work factor that a person asked for; below 16 only where `for_tests` is said.
///
/// # Errors
/// `seal.work-factor` (usage) with the range that is allowed.
pub fn check_work_factor(work_factor: u8, for_tests: bool) -> Result<u8> {
    let least = if for_tests { LEAST_WORK_FACTOR } else { LEAST_REAL_WORK_FACTOR };
    if (least..=MOST_WORK_FACTOR).contains(&work_factor) {
        return Ok(work_factor);
    }
    Err(SealError::WorkFactor { least, most: MOST_WORK_FACTOR }.into())
}

/// The work factor that a key file says it has, where it is sealed with a passphrase.
pub fn work_factor_of(file: &[u8]) -> Option<u8> {
    let stanza = file.split(|byte| *byte == b'\n').nth(1)?;
    let mut words = std::str::from_utf8(stanza).ok()?.strip_prefix("-> scrypt ")?.split(' ');
    words.nth(1)?.parse().ok()
}

/// A person's keys, opened.
///
/// The id is a pseudonym that stands in the archive; the name stays in the key file and in records.
pub struct Identity {
    id: PersonId,
    name: String,
    signing: SigningKey,
    opening: age::x25519::Identity,
}

impl Identity {
    /// New keys for a person.
    ///
    /// # Errors
    /// `seal.malformed` (input) where the name is empty, longer than 200 bytes or holds a line end or
    /// another control character; `seal.system` where the system gives no random numbers.
    pub fn generate(id: PersonId, name: &str) -> Result<Self> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut()).map_err(|_| SealError::System)?;
        Self::from_parts(id, name, &seed, age::x25519::Identity::generate())
    }

    pub(super) fn from_parts(
        id: PersonId,
        name: &str,
        seed: &[u8; 32],
        opening: age::x25519::Identity,
    ) -> Result<Self> {
        if name.trim().is_empty() || name.len() > NAME_LIMIT_BYTES || name.chars().any(char::is_control) {
            return Err(SealError::malformed("a name", "expected one line of at most 200 bytes").into());
        }
        Ok(Self { id, name: name.trim().to_owned(), signing: SigningKey::from_bytes(seed), opening })
    }

    /// The pseudonym under which this person signs.
    pub fn id(&self) -> &PersonId {
        &self.id
    }

    /// The person's name, for documents and for their own eyes; it never enters the archive in clear.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The half that others may know, with its proof.
    pub fn public(&self) -> Public {
        let (sign, age) = (self.verify_key(), self.recipient());
        let proof = Signature::from_bytes(self.sign(proof_message(&self.id, &sign, &age).as_bytes()));
        Public { id: self.id.clone(), sign, age, proof, archive: None }
    }

    /// The key that verifies this person's signatures.
    pub fn verify_key(&self) -> VerifyKey {
        VerifyKey::new(self.signing.verifying_key())
    }

    /// What is sealed to this person is sealed to this.
    pub fn recipient(&self) -> Recipient {
        Recipient::new(self.opening.to_public())
    }

    /// Signs the bytes as they are (ed25519, RFC 8032).
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.signing.sign(message).to_bytes()
    }

    /// The key file: an age file that the passphrase opens, also with Debian's `age`.
    ///
    /// `work_factor` is the logarithm of the work (scrypt N = 2^n); [`check_work_factor`] checks what a
    /// person asked for.
    ///
    /// # Errors
    /// `seal.work-factor` (usage) outside 10 to 22.
    pub fn to_file(&self, passphrase: &Passphrase, work_factor: u8) -> Result<Vec<u8>> {
        check_work_factor(work_factor, true)?;
        let mut recipient = age::scrypt::Recipient::new(passphrase.secret());
        recipient.set_work_factor(work_factor);
        Ok(stream::encrypt(identity_file::write(self).as_bytes(), &[&recipient])?)
    }

    /// Opens a key file.
    ///
    /// # Errors
    /// `seal.wrong-passphrase` (access); `seal.malformed` (input) where it is no key file;
    /// `seal.too-much-work` (input) above work factor 22; `seal.damaged` (damage).
    pub fn from_file(file: &[u8], passphrase: &Passphrase) -> Result<Self> {
        let mut key = age::scrypt::Identity::new(passphrase.secret());
        key.set_max_work_factor(MOST_WORK_FACTOR);
        let plain =
            stream::decrypt(file, &[&key], IDENTITY_FILE_LIMIT_BYTES).map_err(|failure| match failure {
                stream::Failure::NoKey if !stream::asks_for_passphrase(file) => {
                    SealError::malformed(KEY_FILE, "it is sealed to a key, not with a passphrase")
                }
                stream::Failure::NoKey => SealError::WrongPassphrase,
                stream::Failure::TooMuchWork => SealError::TooMuchWork { most: MOST_WORK_FACTOR },
                stream::Failure::NotAge => {
                    SealError::malformed(KEY_FILE, "it does not begin as an age file does")
                }
                stream::Failure::Damaged => SealError::Damaged { what: THE_KEY_FILE },
                stream::Failure::TooLarge => {
                    SealError::TooLarge { what: "the key file", most: IDENTITY_FILE_LIMIT_BYTES }
                }
            })?;
        identity_file::parse(&plain)
    }

    pub(super) fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.signing.to_bytes())
    }

    pub(super) fn opening(&self) -> &age::x25519::Identity {
        &self.opening
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.id)
    }
}
