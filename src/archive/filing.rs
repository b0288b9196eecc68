//! What is filed, what a case begins with, and what a finished filing hands back.

use crate::log::{Entry, Escrow};
use crate::names::{Digest, PersonId, Status, Unit};
use crate::seal::DocId;
use crate::seal::card::{Copy, Source};
use chrono::NaiveDate;
use std::path::PathBuf;

/// A document to be filed. Its card takes everything but the bytes.
pub struct NewDocument {
    /// The document itself.
    pub bytes: Vec<u8>,
    /// Id of its kind; `record` for a record.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Its date.
    pub date: NaiveDate,
    /// The period it covers.
    pub period: Option<(NaiveDate, NaiveDate)>,
    /// Its language.
    pub lang: Option<String>,
    /// For whom it was made.
    pub copy: Copy,
    /// The status its header shows.
    pub status: Option<Status>,
    /// The case manager's name in its header.
    pub manager: Option<String>,
    /// The case supervisor's name in its header.
    pub supervisor: Option<String>,
    /// Whether it is confidential.
    pub confidential: bool,
    /// The hash of the template that made it.
    pub template: Option<Digest>,
    /// Its media type, such as `application/pdf`.
    pub media: String,
    /// Where it comes from.
    pub source: Source,
    /// The series of which this is a version; a new one where none is given.
    pub series: Option<DocId>,
    /// The versions it takes the place of.
    pub supersedes: Vec<DocId>,
}

impl NewDocument {
    /// A document as it came: confidential, for staff, the first of a series, made by no template, of no
    /// period and no language, without anything of a header. What differs is said with `..NewDocument::new(…)`.
    pub fn new(
        kind: &str,
        title: impl Into<String>,
        date: NaiveDate,
        media: &str,
        bytes: impl Into<Vec<u8>>,
    ) -> Self {
        Self {
            bytes: bytes.into(),
            kind: kind.to_owned(),
            title: title.into(),
            date,
            period: None,
            lang: None,
            copy: Copy::Staff,
            status: None,
            manager: None,
            supervisor: None,
            confidential: true,
            template: None,
            media: media.to_owned(),
            source: Source::Attached,
            series: None,
            supersedes: Vec::new(),
        }
    }
}

/// A new case. Its readers are the manager and the supervisor.
pub struct Admission {
    /// The case number.
    pub unit: Unit,
    /// Its status.
    pub status: Status,
    /// Since which business date it has that status.
    pub since: NaiveDate,
    /// Until when, of an aged-out case.
    pub until: Option<NaiveDate>,
    /// The case manager.
    pub manager: PersonId,
    /// The case supervisor.
    pub supervisor: PersonId,
    /// Its first documents, the record among them.
    pub documents: Vec<NewDocument>,
}

impl Admission {
    /// An open case since a day, without documents.
    pub fn open(unit: Unit, since: NaiveDate, manager: PersonId, supervisor: PersonId) -> Self {
        let (status, until, documents) = (Status::Open, None, Vec::new());
        Self { unit, status, since, until, manager, supervisor, documents }
    }
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The folder.
    pub unit: Unit,
    /// Its label with the status code.
    pub label: String,
    /// The number of the entry.
    pub seq: u32,
    /// The hash of the entry.
    pub entry: Digest,
    /// The documents, in the order given.
    pub documents: Vec<DocId>,
    /// Who can read them now.
    pub readers: Vec<PersonId>,
    /// The escrow identities that can read them too.
    pub escrows: Vec<Escrow>,
    /// Where the folder lies.
    pub folder: PathBuf,
}

impl Receipt {
    /// The same, where the entry made no envelope: that of the entries before it stands.
    pub(super) fn with_escrows(mut self, entry: &Entry, before: &[Escrow]) -> Self {
        if !entry.sets_access() {
            self.escrows = before.to_vec();
        }
        self
    }
}
