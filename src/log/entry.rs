//! The shape of an entry: one act in one folder, in clear, signed.
//!
//! **No free text, outside party or personal data stands in an entry.** Its types leave no room for
//! any: ids of staff, labels, dates, hashes, numbers and short words ([`Word`]). Titles, reasons and
//! recipients are sealed objects that it names by hash.

use super::name::{Day, NoteName, Time, Word, nullable};
use super::op::Op;
use super::state::{Standing, State};
use crate::names::{Digest, PersonId, Status, Unit};
use crate::seal::{DocId, Recipient};
use serde::{Deserialize, Serialize};

/// The word in the `casefile` field of an entry.
pub const ENTRY: &str = "entry/1";
/// The most objects one entry adds.
pub const LIMIT_ADDITIONS: usize = 4_096;

/// Who is responsible for a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// The case manager.
    pub manager: PersonId,
    /// The case supervisor.
    pub supervisor: PersonId,
}

/// Who can open the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reader {
    /// The person.
    pub id: PersonId,
    /// In which capacity: `manager`, `supervisor`, `shadow`, `cover`, ….
    #[serde(rename = "as")]
    pub capacity: Word,
    /// The last day, of a temporary reader.
    #[serde(deserialize_with = "nullable")]
    pub until: Option<Day>,
}

/// What a sealed object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// A document.
    Doc,
    /// The card of a document.
    Card,
    /// A reason, ground, comment or recipient.
    Reason,
}

/// A sealed object that an entry adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// Random id of the document version, shared by document and card; in `review` and `withdraw` the
    /// document that the reason is about.
    pub d: DocId,
    /// What it is.
    pub r: Part,
    /// The hash of the sealed bytes, its name.
    pub h: Digest,
    /// Size of the sealed bytes.
    pub n: u64,
}

/// One entry, as signed. Its state fields repeat the folder's state *after* it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Always `entry/1`.
    pub casefile: String,
    /// The archive.
    pub archive: Digest,
    /// The folder's identity: the hash of its first entry; null in that entry itself.
    #[serde(deserialize_with = "nullable")]
    pub folder: Option<Digest>,
    /// The folder's label without a status code.
    pub label: Unit,
    /// One more than the largest of the parents, 0 for the first.
    pub seq: u32,
    /// All verified heads its writer saw.
    pub parents: Vec<NoteName>,
    /// All staff heads its writer saw.
    pub roster: Vec<NoteName>,
    /// Who signs, in the order of the signature lines.
    pub signers: Vec<PersonId>,
    /// The machine's clock.
    pub time: Time,
    /// What it does.
    pub op: Op,
    /// The rule applied, such as `aged-out.six-months`; the verdict of a review.
    #[serde(deserialize_with = "nullable")]
    pub rule: Option<Word>,
    /// The status, null in office folders.
    #[serde(deserialize_with = "nullable")]
    pub status: Option<Status>,
    /// Since which business date.
    #[serde(deserialize_with = "nullable")]
    pub since: Option<Day>,
    /// Until which business date, of an aged-out case.
    #[serde(deserialize_with = "nullable")]
    pub until: Option<Day>,
    /// Manager and supervisor, null in office folders.
    #[serde(deserialize_with = "nullable")]
    pub team: Option<Team>,
    /// Who can open the folder.
    pub readers: Vec<Reader>,
    /// What this entry's objects are sealed to.
    pub key: Recipient,
    /// The hash of the key envelope.
    pub envelope: Digest,
    /// Objects added.
    pub add: Vec<Added>,
    /// Objects taken out.
    pub drop: Vec<Digest>,
    /// What must be understood to go on writing.
    pub crit: Vec<Word>,
    /// The program that wrote it.
    pub tool: Tool,
}

/// Name and version of a program: letters, digits, spaces, `.`, `-` and `+`, at most 40.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tool(String);

impl Tool {
    /// This program.
    pub fn this() -> Self {
        Self(concat!("casefile ", env!("CARGO_PKG_VERSION")).to_owned())
    }
}

impl<'de> Deserialize<'de> for Tool {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b" .-+".contains(&b);
        if text.len() > 40 || !text.bytes().all(allowed) {
            return Err(serde::de::Error::custom("expected the name and version of a program"));
        }
        Ok(Self(text))
    }
}

impl Entry {
    /// The state it repeats.
    pub fn state(&self) -> State {
        let (since, until) = (self.since, self.until);
        State {
            label: self.label.clone(),
            standing: Standing { status: self.status, since, until },
            team: self.team.clone(),
            readers: self.readers.clone(),
            key: self.key.clone(),
            envelope: self.envelope,
        }
    }

    /// Whether it makes the folder's envelope: it seals the key to its readers.
    pub fn sets_access(&self) -> bool {
        matches!(self.op, Op::Admit | Op::Readers | Op::Key)
    }

    /// Whether somebody signed it whom it names as a reader. What anybody may hand in gives no orders: it
    /// neither replaces a document nor stops the work on the folder.
    pub fn is_by_reader(&self) -> bool {
        self.signers.iter().any(|signer| self.readers.iter().any(|reader| reader.id == *signer))
    }

    /// Whether something in it must be understood and is not: writing is refused then, if a reader says so.
    pub fn is_beyond_us(&self) -> bool {
        const FIELDS: [&str; 11] = [
            "rule", "status", "since", "until", "team", "readers", "key", "envelope", "add", "drop", "label",
        ];
        let known = |word: &Word| {
            FIELDS.contains(&word.as_str()) || Op::ALL.iter().any(|op| op.word() == word.as_str())
        };
        self.is_by_reader() && !self.crit.iter().all(known)
    }
}
