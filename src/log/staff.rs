//! The shape of a staff note: one change of the roster.

use super::name::{NoteName, Time, Word, nullable};
use super::root::RootKeys;
use crate::names::{Digest, PersonId};
use crate::seal::{Recipient, Signature, VerifyKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::str::FromStr;

/// The word in the `casefile` field of a staff note.
pub const STAFF: &str = "staff/1";

/// What a person is trusted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Keeps the archive and its staff; reads nothing.
    Administrator,
    /// Works with the clients of a caseload.
    CaseManager,
    /// Supervises case managers.
    CaseSupervisor,
    /// Directs the project; stands in for an absent supervisor.
    ProjectDirector,
    /// Keeps closed cases in a case manager's place.
    RecordsCustodian,
}

impl Role {
    /// All five.
    pub const ALL: [Self; 5] = [
        Self::Administrator,
        Self::CaseManager,
        Self::CaseSupervisor,
        Self::ProjectDirector,
        Self::RecordsCustodian,
    ];

    /// The word in commands and notes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::CaseManager => "case-manager",
            Self::CaseSupervisor => "case-supervisor",
            Self::ProjectDirector => "project-director",
            Self::RecordsCustodian => "records-custodian",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Role {
    type Err = crate::error::Error;

    fn from_str(text: &str) -> crate::error::Result<Self> {
        Self::ALL.into_iter().find(|role| role.word() == text).ok_or_else(|| {
            let words = Self::ALL.map(Self::word).join(", ");
            let problem = crate::error::Problem::error("name.role", "no such role");
            crate::error::Error::new(
                crate::error::Class::Usage,
                problem.hint(format!("the roles are {words}")),
            )
        })
    }
}

/// What a staff note does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaffOp {
    /// The first note: the founder becomes administrator.
    Genesis,
    /// A new person, or one who comes back.
    Add,
    /// Another set of roles.
    Role,
    /// New keys for a person.
    Rekey,
    /// A person leaves.
    Retire,
    /// Other root keys or another threshold.
    Root,
    /// The archive's policy.
    Policy,
    /// Notes that a restored backup lost are looked for no more.
    AcceptRestore,
    /// An operation of a later version.
    Unknown(Word),
}

const STAFF_OPS: [(&str, StaffOp); 8] = [
    ("genesis", StaffOp::Genesis),
    ("add", StaffOp::Add),
    ("role", StaffOp::Role),
    ("rekey", StaffOp::Rekey),
    ("retire", StaffOp::Retire),
    ("root", StaffOp::Root),
    ("policy", StaffOp::Policy),
    ("accept-restore", StaffOp::AcceptRestore),
];

impl fmt::Display for StaffOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(word) => f.write_str(word.as_str()),
            op => f.write_str(STAFF_OPS.iter().find(|(_, o)| o == op).map_or("", |(word, _)| word)),
        }
    }
}

impl Serialize for StaffOp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StaffOp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = Word::deserialize(deserializer)?;
        let known = STAFF_OPS.iter().find(|(text, _)| *text == word.as_str());
        Ok(known.map_or(Self::Unknown(word), |(_, op)| op.clone()))
    }
}

/// A person as a staff note states them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffPerson {
    /// The pseudonym; the name stays in the person's own identity file and in records.
    pub id: PersonId,
    /// The key they sign with.
    pub sign: VerifyKey,
    /// The key that envelopes are sealed to.
    pub age: Recipient,
    /// What they are trusted with after this note; nothing in `retire`.
    pub roles: Vec<Role>,
    /// Their own signature over id, sign and age: the proof that they hold the keys.
    pub proof: Signature,
}

/// One change of the roster, as signed.
///
/// Beyond the fields every staff note has, `root` stands in `root` notes (the keys after the note) and
/// `policy` in `policy` notes. A `root` note may carry a `person` without roles: the holder of a new
/// root key with their proof, such as the recovery identity of `init`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffNote {
    /// Always `staff/1`.
    pub casefile: String,
    /// The archive.
    pub archive: Digest,
    /// One more than the largest of the parents, 0 for genesis.
    pub seq: u32,
    /// All heads its writer saw.
    pub parents: Vec<NoteName>,
    /// The machine's clock.
    pub time: Time,
    /// What it does.
    pub op: StaffOp,
    /// Who signs, in the order of the signature lines.
    pub signers: Vec<PersonId>,
    /// The person concerned.
    #[serde(deserialize_with = "nullable")]
    pub person: Option<StaffPerson>,
    /// The checkpoint over all heads seen, in `retire` and where a role is removed.
    #[serde(deserialize_with = "nullable")]
    pub register: Option<String>,
    /// What must be understood to go on writing.
    pub crit: Vec<Word>,
    /// The root keys after a `root` note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<RootKeys>,
    /// The policy after a `policy` note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Value>,
    /// What is lost, in an `accept-restore` note: names of notes and checkpoints, ascending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<Vec<NoteName>>,
    /// The hash of the reason, in an `accept-restore` note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Digest>,
}

impl StaffNote {
    /// Whether something in it must be understood and is not: writing is refused then.
    pub fn is_beyond_us(&self) -> bool {
        let known = |word: &Word| {
            STAFF_OPS.iter().any(|(text, _)| *text == word.as_str())
                || ["person", "register", "root", "policy", "lost", "reason"].contains(&word.as_str())
        };
        !self.crit.iter().all(known)
    }
}
