//! The root file: what the archive is named after and whom it trusts first.

use super::error::Foreign;
use super::json;
use super::name::{Time, Word};
use crate::names::{Digest, PersonId};
use crate::seal::VerifyKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The name of the root file.
pub const ROOT_FILE: &str = "casefile.json";
/// The most the root file may be, in bytes.
pub const ROOT_LIMIT_BYTES: usize = 65_536;
/// The format this program writes and reads.
pub const FORMAT: &str = "archive/1";

/// The keys an archive rests on, and how many of them must sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootKeys {
    /// Public keys by name: `r1`, `r2`, ….
    pub keys: BTreeMap<PersonId, VerifyKey>,
    /// How many of them must sign for administrators, policy and the root itself.
    pub threshold: u32,
}

impl RootKeys {
    /// Whether every name is a root name, no key stands twice, and the threshold can be met.
    pub fn is_sound(&self) -> bool {
        let keys: Vec<&VerifyKey> = self.keys.values().collect();
        let unique = keys.iter().enumerate().all(|(i, key)| !keys[..i].contains(key));
        let count = u32::try_from(keys.len()).unwrap_or(u32::MAX);
        unique && self.keys.keys().all(is_root_name) && (1..=count).contains(&self.threshold)
    }

    /// Under which name a key is a root key.
    pub fn name_of(&self, key: &VerifyKey) -> Option<&PersonId> {
        self.keys.iter().find(|(_, k)| *k == key).map(|(name, _)| name)
    }
}

/// Whether a signer's name is that of a root key (`r1`); no person may be called so.
pub fn is_root_name(name: &PersonId) -> bool {
    let digits = name.as_str().strip_prefix('r').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// The root file, written once; its hash is the archive's id, so it proves itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    id: Digest,
    content: RootContent,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct RootContent {
    casefile: String,
    created: Time,
    nonce: String,
    root: RootKeys,
    test: bool,
    must: Vec<Word>,
}

impl Root {
    /// A new root of `key` under the name `r1`; also its bytes, for the file.
    pub fn new(created: Time, nonce: [u8; 16], key: VerifyKey, test: bool) -> Option<(Self, Vec<u8>)> {
        let keys = BTreeMap::from([("r1".parse().ok()?, key)]);
        let nonce = format!("{:032x}", u128::from_be_bytes(nonce));
        let root = RootKeys { keys, threshold: 1 };
        let content = RootContent { casefile: FORMAT.to_owned(), created, nonce, root, test, must: vec![] };
        let bytes = serde_json::to_string(&content).ok()? + "\n";
        Some((Self::parse(bytes.as_bytes()).ok()?, bytes.into_bytes()))
    }

    /// Reads a root file: one line of strict JSON and its LF.
    ///
    /// # Errors
    /// Why it is none. A root of a later format, or one that asks for features this program does not
    /// have, reads well; see [`Root::newer`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Foreign> {
        if bytes.len() > ROOT_LIMIT_BYTES {
            return Err(Foreign::TooLarge);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| Foreign::Layout)?;
        let line = text.strip_suffix('\n').ok_or(Foreign::Layout)?;
        let fields = json::parse_object(line).ok_or(Foreign::Json)?;
        let content: RootContent =
            serde_json::from_value(Value::Object(fields)).map_err(|_| Foreign::Shape)?;
        let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        let nonce = content.nonce.len() == 32 && content.nonce.bytes().all(hex);
        if !nonce || !content.casefile.starts_with("archive/") || !content.root.is_sound() {
            return Err(Foreign::Shape);
        }
        Ok(Self { id: Digest::of(bytes), content })
    }

    /// The archive's id: the hash of the file.
    pub fn id(&self) -> Digest {
        self.id
    }

    /// The first root keys.
    pub fn keys(&self) -> &RootKeys {
        &self.content.root
    }

    /// Whether the archive was made for tests.
    pub fn is_test(&self) -> bool {
        self.content.test
    }

    /// When it was made.
    pub fn created(&self) -> Time {
        self.content.created
    }

    /// What a reader would have to know and this program does not: the format or a feature.
    pub fn newer(&self) -> Option<String> {
        if self.content.casefile != FORMAT {
            return Some(self.content.casefile.clone());
        }
        self.content.must.first().map(ToString::to_string)
    }
}
