//! The half of a person's keys that others may know, and its text form, the `.pub` file.

use super::error::{PUBLIC_FILE, SealError};
use super::keys::{Recipient, Signature, VerifyKey};
use crate::error::Result;
use crate::names::{Digest, PersonId};

/// The most bytes of a `.pub` file that are read.
pub const PUBLIC_FILE_LIMIT_BYTES: u64 = 4 * 1024;

const VERSION: &str = "person/1";

/// A person's public keys with the proof that one person holds both secret halves under this id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Public {
    /// The pseudonym.
    pub id: PersonId,
    /// Verifies their signatures.
    pub sign: VerifyKey,
    /// Seals to them.
    pub age: Recipient,
    /// Their own signature over the first four lines of the text form.
    pub proof: Signature,
    /// The archive that the file was handed back from, so that the owner knows it at first contact. The
    /// proof does not cover it.
    pub archive: Option<Digest>,
}

impl Public {
    /// The `.pub` file: the four signed lines, the proof, and the archive where it is known.
    pub fn to_text(&self) -> String {
        let archive = self.archive.map(|id| format!("archive: {id}\n")).unwrap_or_default();
        format!("{}proof: {}\n{archive}", proof_message(&self.id, &self.sign, &self.age), self.proof)
    }

    /// Reads a `.pub` file and checks its proof.
    ///
    /// Exactly the lines that [`Public::to_text`] writes, in that order; line ends may be those of
    /// Windows, because such files travel by mail.
    ///
    /// # Errors
    /// `seal.malformed` or `seal.bad-proof` (input).
    pub fn parse(text: &str) -> Result<Self> {
        let bad = |reason| SealError::malformed(PUBLIC_FILE, reason);
        let mut lines = text.lines();
        let mut field = |key: &str| lines.next().and_then(|line| line.strip_prefix(key)?.strip_prefix(": "));
        match field("casefile") {
            Some(VERSION) => {}
            Some(version) if version.starts_with("person/") => {
                return Err(SealError::Newer { what: "the public key file" }.into());
            }
            _ => return Err(bad("its first line is not `casefile: person/1`").into()),
        }
        let public = Self {
            id: field("id").ok_or_else(|| bad("line 2 is not `id: …`"))?.parse()?,
            sign: field("sign").ok_or_else(|| bad("line 3 is not `sign: …`"))?.parse()?,
            age: field("age").ok_or_else(|| bad("line 4 is not `age: …`"))?.parse()?,
            proof: field("proof").ok_or_else(|| bad("line 5 is not `proof: …`"))?.parse()?,
            archive: field("archive").map(str::parse).transpose()?,
        };
        if public.to_text().lines().ne(text.lines()) {
            return Err(bad("something stands after its last line").into());
        }
        public.check_proof()?;
        Ok(public)
    }

    /// Checks that the holder of the signing key made this pair of keys under this id.
    ///
    /// # Errors
    /// `seal.bad-proof` (input).
    pub fn check_proof(&self) -> Result<()> {
        let message = proof_message(&self.id, &self.sign, &self.age);
        if self.sign.verify(message.as_bytes(), self.proof.as_bytes()) {
            return Ok(());
        }
        Err(SealError::BadProof { id: self.id.to_string() }.into())
    }
}

/// The bytes that a proof signs: the first four lines of a `.pub` file.
///
/// They begin with a letter, while the text of a signed note begins with `{` or a checkpoint's origin
/// `casefile/`, so a signature for one purpose never serves another.
pub fn proof_message(id: &PersonId, sign: &VerifyKey, age: &Recipient) -> String {
    format!("casefile: {VERSION}\nid: {id}\nsign: {sign}\nage: {age}\n")
}
