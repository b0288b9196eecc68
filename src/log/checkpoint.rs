//! Checkpoints of registers and the leaves they cover: bytes in, verdicts out.
//!
//! A checkpoint is a C2SP checkpoint (`c2sp.org/tlog-checkpoint`) in exactly one form: three lines of
//! text, an empty line, one signature. A leaf says which heads a folder had.

use super::error::Foreign;
use super::json;
use super::name::{MAX_SEQ, NoteName};
use super::note::{ED25519, Signer, key_id, signature_line};
use crate::names::{Digest, PersonId};
use crate::seal::VerifyKey;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most a checkpoint may be, in bytes.
pub const CHECKPOINT_LIMIT_BYTES: usize = 4_096;
/// The most a batch of leaves may be, in bytes.
pub const BATCH_LIMIT_BYTES: usize = 256 * 1024 * 1024;
/// The kind of a cosignature with a time in a key id (`c2sp.org/tlog-cosignature`).
const COSIGNATURE: u8 = 4;

/// Which log a leaf is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Registered {
    /// The staff log.
    Staff,
    /// The folder of this identity.
    Folder(Digest),
}

impl Serialize for Registered {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Staff => serializer.serialize_str("staff"),
            Self::Folder(folder) => folder.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Registered {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "staff" {
            return Ok(Self::Staff);
        }
        text.parse().map(Self::Folder).map_err(|_| serde::de::Error::custom("not a folder"))
    }
}

/// One leaf: the heads that a folder had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    /// Which log.
    pub folder: Registered,
    /// Its heads, in ascending order.
    pub heads: Vec<NoteName>,
}

impl Leaf {
    /// The line of a batch, without its LF: what the tree hashes.
    pub fn line(&self) -> String {
        // A struct of strings always writes.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a line; fields it does not know are passed over.
    pub fn parse(line: &str) -> Option<Self> {
        let fields = json::parse_object(line)?;
        let leaf: Self = serde_json::from_value(Value::Object(fields)).ok()?;
        (!leaf.heads.is_empty() && leaf.heads.is_sorted_by(|a, b| a < b)).then_some(leaf)
    }
}

/// The lines of a batch, or `None` where a byte is not as the format has it.
pub fn parse_batch(bytes: &[u8]) -> Option<Vec<(String, Leaf)>> {
    let text = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
    text.split('\n').map(|line| Some((line.to_owned(), Leaf::parse(line)?))).collect()
}

/// A well-formed checkpoint; its signature is not verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    name: NoteName,
    registrar: PersonId,
    root: Digest,
    bytes: Vec<u8>,
    text_len: usize,
    key_id: [u8; 4],
    signature: [u8; 64],
}

impl Checkpoint {
    /// Signs a checkpoint over a tree of `size` leaves; `None` beyond eight digits.
    pub fn sign(archive: &Digest, by: &Signer<'_>, size: u64, root: &Digest) -> Option<Self> {
        let origin = origin(archive, &by.name);
        let text = format!("{origin}\n{size}\n{}\n", BASE64_STANDARD.encode(root.as_bytes()));
        let signature = (by.sign)(text.as_bytes());
        let line = signature_line(&origin, key_id(&origin, ED25519, &by.key), &signature);
        Self::parse(format!("{text}\n{line}").as_bytes(), archive, &by.name).ok()
    }

    /// Reads a checkpoint of `registrar` in the archive `archive`.
    ///
    /// # Errors
    /// Why the file is foreign, where a single byte is not as the format has it.
    pub fn parse(bytes: &[u8], archive: &Digest, registrar: &PersonId) -> Result<Self, Foreign> {
        if bytes.len() > CHECKPOINT_LIMIT_BYTES {
            return Err(Foreign::TooLarge);
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| Foreign::Layout)?;
        let lines: Vec<&str> = whole.split('\n').collect();
        let [first, size, root, "", line, ""] = lines[..] else { return Err(Foreign::Layout) };
        let origin = origin(archive, registrar);
        if first != origin {
            return Err(Foreign::Archive);
        }
        let size: u32 = size.parse().ok().filter(|n: &u32| n.to_string() == size).ok_or(Foreign::Shape)?;
        let root: [u8; 32] = decode(root).ok_or(Foreign::Shape)?;
        let (key_id, signature) = parse_line(line, &origin).ok_or(Foreign::Signatures)?;
        if size == 0 || size > MAX_SEQ {
            return Err(Foreign::Shape);
        }
        Ok(Self {
            name: NoteName { seq: size, hash: Digest::of(bytes) },
            registrar: registrar.clone(),
            root: Digest::from_bytes(root),
            bytes: bytes.to_vec(),
            text_len: whole.len() - line.len() - 2,
            key_id,
            signature,
        })
    }

    /// Size and hash of the file.
    pub fn name(&self) -> NoteName {
        self.name
    }

    /// How many leaves it covers.
    pub fn size(&self) -> u64 {
        u64::from(self.name.seq)
    }

    /// Whose register it belongs to.
    pub fn registrar(&self) -> &PersonId {
        &self.registrar
    }

    /// The root hash of the tree.
    pub fn root(&self) -> &Digest {
        &self.root
    }

    /// The whole file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The three lines that are signed.
    pub fn text(&self) -> &[u8] {
        &self.bytes[..self.text_len]
    }

    /// Whether `key` signed it, verified strictly.
    pub fn signed_by(&self, archive: &Digest, key: &VerifyKey) -> bool {
        let origin = origin(archive, &self.registrar);
        self.key_id == key_id(&origin, ED25519, key) && key.verify(self.text(), &self.signature)
    }

    /// A witness's cosignature over it, as one line with its LF; `moment` in seconds since 1970.
    pub fn cosign(&self, archive: &Digest, by: &Signer<'_>, moment: u64) -> String {
        let name = origin(archive, &by.name);
        let signature = (by.sign)(&self.cosigned_text(moment));
        let id = key_id(&name, COSIGNATURE, &by.key);
        let blob = [&id[..], &moment.to_be_bytes(), &signature].concat();
        format!("— {name} {}\n", BASE64_STANDARD.encode(blob))
    }

    fn cosigned_text(&self, moment: u64) -> Vec<u8> {
        [format!("cosignature/v1\ntime {moment}\n").as_bytes(), self.text()].concat()
    }
}

/// A well-formed cosignature; what it signs is not verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// Who cosigned.
    pub witness: PersonId,
    /// When, in seconds since 1970.
    pub moment: u64,
    key_id: [u8; 4],
    signature: [u8; 64],
}

impl Cosignature {
    /// Reads the lines of a cosignature file; `None` where a byte is not as the format has it.
    pub fn parse_all(bytes: &[u8], archive: &Digest) -> Option<Vec<Self>> {
        let text = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
        text.split('\n').map(|line| Self::parse(line, archive)).collect()
    }

    fn parse(line: &str, archive: &Digest) -> Option<Self> {
        let (name, encoded) = line.strip_prefix("— ")?.split_once(' ')?;
        let witness = name.strip_prefix(&format!("casefile/{archive}/"))?.parse().ok()?;
        let blob: [u8; 76] = decode(encoded)?;
        Some(Self {
            witness,
            key_id: blob[..4].try_into().ok()?,
            moment: u64::from_be_bytes(blob[4..12].try_into().ok()?),
            signature: blob[12..].try_into().ok()?,
        })
    }

    /// Whether `key` made it over this checkpoint.
    pub fn holds(&self, checkpoint: &Checkpoint, archive: &Digest, key: &VerifyKey) -> bool {
        let name = origin(archive, &self.witness);
        self.key_id == key_id(&name, COSIGNATURE, key)
            && key.verify(&checkpoint.cosigned_text(self.moment), &self.signature)
    }
}

/// The first line of a checkpoint and the name of its signer's key.
fn origin(archive: &Digest, person: &PersonId) -> String {
    format!("casefile/{archive}/{person}")
}

fn parse_line(line: &str, name: &str) -> Option<([u8; 4], [u8; 64])> {
    let raw: [u8; 68] = decode(line.strip_prefix("— ")?.strip_prefix(name)?.strip_prefix(' ')?)?;
    Some((raw[..4].try_into().ok()?, raw[4..].try_into().ok()?))
}

/// Exactly `N` bytes from their one base64 text.
fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes: [u8; N] = BASE64_STANDARD.decode(text).ok()?.try_into().ok()?;
    (BASE64_STANDARD.encode(bytes) == text).then_some(bytes)
}
