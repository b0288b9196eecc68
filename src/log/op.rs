//! The operations of a folder's log.

use super::name::Word;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What an entry does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Op {
    /// The first entry of a folder.
    Admit,
    /// Adds documents.
    File,
    /// Adds new versions of documents, or re-seals them.
    Amend,
    /// The supervisor's review of a document.
    Review,
    /// Strikes a document through that was filed in error; it is kept.
    Withdraw,
    /// Changes the status.
    Move,
    /// Moves the end of the aged-out time.
    Extend,
    /// Changes manager or supervisor.
    Team,
    /// Changes who reads, without a new key.
    Readers,
    /// Corrects the label.
    Relabel,
    /// Makes a new generation of the key.
    Key,
    /// Records what was given to whom.
    Give,
    /// Forbids disposal.
    Hold,
    /// Ends a hold.
    Release,
    /// Proposes to dispose of the folder.
    ProposeDisposal,
    /// Another person's yes to that.
    ApproveDisposal,
    /// Takes a proposal back.
    CancelDisposal,
    /// Decides the disposal.
    Dispose,
    /// Records that objects and keys are gone.
    Destroyed,
    /// Settles what concurrent entries left open.
    Resolve,
    /// A sealed remark.
    Remark,
    /// An operation of a later version: readable as an unknown event.
    Unknown(Word),
}

impl Op {
    /// All operations of this version.
    pub const ALL: [Self; 21] = [
        Self::Admit,
        Self::File,
        Self::Amend,
        Self::Review,
        Self::Withdraw,
        Self::Move,
        Self::Extend,
        Self::Team,
        Self::Readers,
        Self::Relabel,
        Self::Key,
        Self::Give,
        Self::Hold,
        Self::Release,
        Self::ProposeDisposal,
        Self::ApproveDisposal,
        Self::CancelDisposal,
        Self::Dispose,
        Self::Destroyed,
        Self::Resolve,
        Self::Remark,
    ];

    /// The word in entries.
    pub fn word(&self) -> &str {
        match self {
            Self::Admit => "admit",
            Self::File => "file",
            Self::Amend => "amend",
            Self::Review => "review",
            Self::Withdraw => "withdraw",
            Self::Move => "move",
            Self::Extend => "extend",
            Self::Team => "team",
            Self::Readers => "readers",
            Self::Relabel => "relabel",
            Self::Key => "key",
            Self::Give => "give",
            Self::Hold => "hold",
            Self::Release => "release",
            Self::ProposeDisposal => "propose-disposal",
            Self::ApproveDisposal => "approve-disposal",
            Self::CancelDisposal => "cancel-disposal",
            Self::Dispose => "dispose",
            Self::Destroyed => "destroyed",
            Self::Resolve => "resolve",
            Self::Remark => "remark",
            Self::Unknown(word) => word.as_str(),
        }
    }

    /// Whether the operation may take objects out of the folder (`drop`).
    pub fn may_drop(&self) -> bool {
        matches!(self, Self::Amend | Self::Key | Self::Destroyed)
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Serialize for Op {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Op {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = Word::deserialize(deserializer)?;
        let known = Self::ALL.into_iter().find(|op| op.word() == word.as_str());
        Ok(known.unwrap_or(Self::Unknown(word)))
    }
}
