//! The words behind an entry: reasons, grounds, comments. Sealed, because entries stand in clear.

use super::card::{DocId, parse_json, write_json};
use crate::error::Result;
use crate::names::{Digest, PersonId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Says that a reason is a reason of the first format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ReasonVersion {
    /// `reason/1`
    #[default]
    #[serde(rename = "reason/1")]
    One,
}

/// Whom of the staff a folder about the work is about. Sealed: it must not stand in clear.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Concern {
    /// Ids of the roster.
    pub about: Vec<PersonId>,
    /// Whether a complaint is of a serious violation.
    #[serde(default)]
    pub serious: bool,
}

impl Concern {
    /// About these people, not serious.
    pub fn about(people: &[PersonId]) -> Self {
        Self { about: people.to_vec(), serious: false }
    }

    /// Adds what somebody else said.
    pub fn add(&mut self, said: &Self) {
        self.serious |= said.serious;
        for id in said.about.iter().filter(|id| !self.about.contains(id)).cloned().collect::<Vec<_>>() {
            self.about.push(id);
        }
    }
}

impl fmt::Debug for Concern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Concern(sealed)")
    }
}

/// Why something was done, in a person's words. An entry names it in `add` with the role `reason`.
///
/// Readers pass over fields they do not know, so that later versions may add some.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Always `reason/1`.
    pub casefile: ReasonVersion,
    /// The archive's id.
    pub archive: Digest,
    /// The folder's id; `None` in what the folder's first entry adds.
    pub folder: Option<Digest>,
    /// The id under which the entry names it.
    pub d: DocId,
    /// The operation of the entry, such as `move`.
    pub op: String,
    /// The words.
    pub text: String,
    /// Whom a folder about the work is about, where this says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<Concern>,
}

impl Reason {
    /// The bytes to seal: one line of JSON with its line end.
    ///
    /// # Errors
    /// `seal.too-large` (input) beyond 64 KiB.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        write_json(self, "the reason")
    }

    /// Reads an opened reason.
    ///
    /// # Errors
    /// `seal.malformed` (input) where it is no reason of this format.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        parse_json(bytes, "a reason")
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reason({})", self.d)
    }
}
