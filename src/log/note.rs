//! Signed notes in exactly one valid byte form.
//!
//! A note is one JSON line, LF, LF, and one signature line for each name in its `signers`, in that
//! order (`c2sp.org/signed-note`). **Any other byte makes the file foreign.** A reader that accepted an
//! appended, repeated or re-encoded signature line would let anybody, without any key, clone an old
//! entry under a new hash and so make it concurrent with what followed.
//!
//! Being well-formed ([`Note::parse`]) and being signed ([`Note::signed_by`]) are two questions: whose
//! key counts depends on the roster at that point of history.

use super::error::Foreign;
use super::json;
use super::name::{MAX_SEQ, NoteName};
use crate::error::{Class, Error, Problem, Result};
use crate::names::{Digest, PersonId};
use crate::seal::VerifyKey;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// The most a note may be, in bytes.
pub const LIMIT_BYTES: usize = 1_000_000;
/// The most parents a note may name.
pub const LIMIT_PARENTS: usize = 64;
/// The most people who sign one note.
pub const LIMIT_SIGNERS: usize = 16;

/// The kind of an ed25519 signature in a key id.
pub(super) const ED25519: u8 = 1;

/// One who signs: the name on the signature line, the public key, and the act of signing.
pub struct Signer<'a> {
    /// A person's id, or the name of a root key such as `r1`.
    pub name: PersonId,
    /// The public key others verify with.
    pub key: VerifyKey,
    /// Signs a message with the secret half.
    pub sign: &'a dyn Fn(&[u8]) -> [u8; 64],
}

/// A well-formed note; its signatures are not verified yet.
#[derive(Clone)]
pub struct Note {
    name: NoteName,
    bytes: Vec<u8>,
    text_len: usize,
    lines: Vec<Line>,
}

/// The archive a note belongs to.
#[derive(Deserialize)]
struct Of {
    archive: Digest,
}

/// What every note has.
#[derive(Deserialize)]
struct Head {
    archive: Digest,
    signers: Vec<PersonId>,
    seq: u32,
    parents: Vec<NoteName>,
}

#[derive(Clone)]
struct Line {
    signer: PersonId,
    key_id: [u8; 4],
    signature: [u8; 64],
}

impl Note {
    /// Reads a note of the archive `archive`.
    ///
    /// # Errors
    /// Why the file is foreign, where a single byte is not as the format has it.
    pub fn parse(bytes: &[u8], archive: &Digest) -> std::result::Result<Self, Foreign> {
        if bytes.len() > LIMIT_BYTES {
            return Err(Foreign::TooLarge);
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| Foreign::Layout)?;
        let (json, tail) = whole.split_once("\n\n").ok_or(Foreign::Layout)?;
        if json.contains('\n') {
            return Err(Foreign::Layout);
        }
        if !json::is_object(json) {
            return Err(Foreign::Json);
        }
        let head = serde_json::from_str::<Head>(json).map_err(|_| shapeless(json, archive))?;
        let Head { archive: of, signers, seq, parents } = head;
        if of != *archive {
            return Err(Foreign::Archive);
        }
        let lines = parse_lines(tail, &signers, archive)?;
        let sorted = parents.is_sorted_by(|a, b| a < b);
        if seq > MAX_SEQ || parents.len() > LIMIT_PARENTS || !sorted {
            return Err(Foreign::Shape);
        }
        let name = NoteName { seq, hash: Digest::of(bytes) };
        Ok(Self { name, bytes: bytes.to_vec(), text_len: json.len() + 1, lines })
    }

    /// Signs `content` by all `signers`, whose names it must carry in its `signers` in this order.
    ///
    /// # Errors
    /// `log.not-a-note` (unexpected) where the content would not read back, for instance by its size.
    pub fn sign<T: Serialize>(content: &T, archive: &Digest, signers: &[Signer<'_>]) -> Result<Self> {
        let refused = |reason: String| {
            Error::new(Class::Unexpected, Problem::error("log.not-a-note", format!("cannot sign: {reason}")))
        };
        let mut text = serde_json::to_string(content).map_err(|_| refused("no JSON".to_owned()))?;
        text.push('\n');
        let mut whole = text.clone();
        whole.push('\n');
        for signer in signers {
            let name = key_name(archive, &signer.name);
            let signature = (signer.sign)(text.as_bytes());
            whole.push_str(&signature_line(&name, key_id(&name, ED25519, &signer.key), &signature));
        }
        Self::parse(whole.as_bytes(), archive).map_err(|foreign| refused(foreign.to_string()))
    }

    /// The note's name: number and hash of the file.
    pub fn name(&self) -> NoteName {
        self.name
    }

    /// The whole file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The signed bytes: the JSON line and its LF.
    pub fn text(&self) -> &[u8] {
        &self.bytes[..self.text_len]
    }

    /// The content as a type.
    ///
    /// # Errors
    /// [`Foreign::Shape`] where a field is missing or malformed.
    pub fn content<T: DeserializeOwned>(&self) -> std::result::Result<T, Foreign> {
        serde_json::from_slice(self.text()).map_err(|_| Foreign::Shape)
    }

    /// Whether `key` made the signature line of `signer`, verified strictly.
    pub fn signed_by(&self, signer: &PersonId, key: &VerifyKey, archive: &Digest) -> bool {
        let name = key_name(archive, signer);
        let line = self.lines.iter().find(|line| line.signer == *signer);
        line.is_some_and(|l| l.key_id == key_id(&name, ED25519, key) && key.verify(self.text(), &l.signature))
    }
}

/// What is wrong with a note whose head cannot be read: it may be another archive's first of all.
fn shapeless(json: &str, archive: &Digest) -> Foreign {
    let is_ours = serde_json::from_str::<Of>(json).is_ok_and(|of| of.archive == *archive);
    if is_ours { Foreign::Shape } else { Foreign::Archive }
}

/// The name on a signature line: the archive's first 16 hex digits and the signer.
fn key_name(archive: &Digest, signer: &PersonId) -> String {
    format!("{}/{signer}", archive.short(16))
}

/// The first four bytes of SHA-256 over name, LF, the byte of the kind of signature and the key.
pub(super) fn key_id(name: &str, kind: u8, key: &VerifyKey) -> [u8; 4] {
    let input = [name.as_bytes(), &[b'\n', kind], key.as_bytes()].concat();
    let hash = Digest::of(&input);
    let [a, b, c, d, ..] = *hash.as_bytes();
    [a, b, c, d]
}

pub(super) fn signature_line(name: &str, key_id: [u8; 4], signature: &[u8; 64]) -> String {
    let mut line = String::new();
    let encoded = BASE64_STANDARD.encode([&key_id[..], &signature[..]].concat());
    // Writing to a String cannot fail.
    let _ = writeln!(line, "— {name} {encoded}");
    line
}

/// Reads exactly one line for each signer and nothing else: each is written anew and compared.
fn parse_lines(
    tail: &str,
    signers: &[PersonId],
    archive: &Digest,
) -> std::result::Result<Vec<Line>, Foreign> {
    let unique = signers.iter().enumerate().all(|(i, signer)| !signers[..i].contains(signer));
    if signers.is_empty() || signers.len() > LIMIT_SIGNERS || !unique {
        return Err(Foreign::Signatures);
    }
    let mut rest = tail;
    let mut lines = Vec::new();
    for signer in signers {
        let (line, after) = rest.split_once('\n').ok_or(Foreign::Signatures)?;
        let read = parse_line(line, signer, archive).ok_or(Foreign::Signatures)?;
        lines.push(read);
        rest = after;
    }
    if rest.is_empty() { Ok(lines) } else { Err(Foreign::Signatures) }
}

fn parse_line(line: &str, signer: &PersonId, archive: &Digest) -> Option<Line> {
    let name = key_name(archive, signer);
    let encoded = line.strip_prefix("— ")?.strip_prefix(&name)?.strip_prefix(' ')?;
    let raw: [u8; 68] = BASE64_STANDARD.decode(encoded).ok()?.try_into().ok()?;
    let key_id: [u8; 4] = raw[..4].try_into().ok()?;
    let signature: [u8; 64] = raw[4..].try_into().ok()?;
    let again = signature_line(&name, key_id, &signature);
    (again.strip_suffix('\n') == Some(line)).then(|| Line { signer: signer.clone(), key_id, signature })
}
