//! Documents: what a [`Kind`] makes of a record, ready to be laid out.
//!
//! Here live the kinds with their words, and [`compose`], which turns a checked record into a
//! [`Document`]: the data a template reads, every date and word already in the document's language, and
//! the facts that its header must show. Nothing here draws, stores or asks for the time.
//!
//! Invariant: a `Document` exists only where the record has everything its kind needs.

mod attachments;
mod blank;
mod certificate;
mod client;
mod compose;
mod counts;
pub mod dates;
mod derived;
mod facts;
mod forms;
pub mod handover;
mod inspect;
mod kind;
mod kinds;
mod missing;
pub mod narrative;
mod overlay;
mod photographs;
mod sample;
mod sample_handover;
mod shape;
mod status;
mod toml_file;
mod transform;
mod words;

pub use certificate::{CERTIFICATE, Destruction, DestructionStep, certificate};
pub use client::holds_unsafe_way;
pub use compose::compose;
pub use counts::counts_csv;
pub use forms::check_forms;
pub use inspect::inspect;
pub use missing::{missing, unfilled};
pub use sample::{blank_request, sample, sample_request};

pub use facts::{Facts, NAME_CHARACTERS, shorten};
pub use kind::{Attachments, Audience, Copy, Files, HeaderSet, Kind, Must, PeriodRule, Scope};
pub use kinds::{Kinds, shipped};
pub use words::{EMBEDDED_FAMILIES, Words};

use crate::error::Problem;
use crate::names::{Digest, Status, Unit};
use crate::record::Record;
use chrono::NaiveDate;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// First and last day of what a document covers, both included.
pub type Period = (NaiveDate, NaiveDate);

/// What is asked for when a document is composed.
#[derive(Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Request {
    /// What the document covers; needed where the kind says so.
    pub period: Option<Period>,
    /// The document's date where it is not the end of the period or, without a period, `today`.
    pub date: Option<NaiveDate>,
    /// Language of the document where it is not the record's own.
    pub lang: Option<String>,
    /// The business date.
    pub today: NaiveDate,
    /// The case's statuses as the archive knows them, oldest statement first; the record's own otherwise.
    pub statuses: Option<Vec<(Status, NaiveDate)>>,
    /// The archive's reference, printed in the footer; `None` prints that the document is not filed.
    pub reference: Option<String>,
    /// For whom this very copy is and since when, printed on each page.
    pub copy_for: Option<(String, NaiveDate)>,
    /// Whether `DRAFT` stands across the pages.
    pub draft: bool,
    /// Whether a form to be filled in by hand is made: the record then is the kind's sample, and nothing of
    /// it is printed.
    pub blank: bool,
    /// For whom the copy is: the agency's own staff, or the client.
    pub copy: Copy,
    /// Whether a client's copy may stand in for missing translations with "not yet translated".
    pub partial: bool,
    /// Whether words that nobody has reviewed may be used also where the kind asks for reviewed ones.
    pub unreviewed: bool,
    /// Photographs by the file name the record gives them, where they do not lie beside the record.
    pub photographs: BTreeMap<String, Vec<u8>>,
    /// The cases that a document of the header set `cases` speaks of, in its order.
    pub cases: Vec<CasePart>,
    /// Who signed that they were briefed about a handover, and when.
    pub briefed: Vec<(String, NaiveDate)>,
    /// Who takes cases over, against the limit of their caseload.
    pub successors: Vec<SuccessorPart>,
    /// What a leaver's keys opened of each case before and after a handover.
    pub proof: Vec<AccessProof>,
}

impl Request {
    /// A request for a document of `today`, in the record's language, not filed and no draft.
    pub fn on(today: NaiveDate) -> Self {
        Self {
            period: None,
            date: None,
            lang: None,
            today,
            statuses: None,
            reference: None,
            copy_for: None,
            draft: false,
            blank: false,
            copy: Copy::Staff,
            partial: false,
            unreviewed: false,
            photographs: BTreeMap::new(),
            cases: Vec::new(),
            briefed: Vec::new(),
            successors: Vec::new(),
            proof: Vec::new(),
        }
    }
}

/// How many objects of a case somebody's keys opened, of how many there were.
#[derive(Clone)]
pub struct AccessProof {
    /// The case.
    pub case: Unit,
    /// Before.
    pub before: (usize, usize),
    /// After.
    pub after: (usize, usize),
}

/// Somebody who takes cases over.
#[derive(Clone)]
pub struct SuccessorPart {
    /// Their name.
    pub name: String,
    /// How much they hold that counts against the limit: `4 cases`.
    pub holds: String,
    /// How much with what is handed over.
    pub with: String,
    /// The limit in words: the number and its source.
    pub limit: Option<String>,
    /// Whether that is over the limit.
    pub over: bool,
    /// The day on which they signed that they take over.
    pub accepted: Option<NaiveDate>,
}

/// One case in a document about several.
#[derive(Clone)]
pub struct CasePart {
    /// The case's record.
    pub record: Record,
    /// Its statuses as the archive knows them.
    pub statuses: Vec<(Status, NaiveDate)>,
    /// Whether it stands in the list alone, without pages of its own.
    pub listed: bool,
    /// The name of who takes it over.
    pub to: String,
    /// What is due or overdue: the day, what it is, and what it is about.
    pub due: Vec<(NaiveDate, String, Option<String>)>,
    /// What is missing, in sentences.
    pub gaps: Vec<String>,
    /// The contacts together with the successor: the day, and its place among the record's contacts.
    pub joint: Vec<usize>,
    /// The contacts in which the client was told, by their places.
    pub told: Vec<usize>,
    /// The changes of the case's key since the handover began: the day and how many objects were sealed anew.
    pub keys: Vec<NaiveDate>,
}

/// A photograph that a document shows.
#[derive(Clone)]
pub struct Image {
    path: String,
    source: ImageSource,
    field: String,
}

/// Where the bytes of a photograph are.
#[derive(Clone)]
pub enum ImageSource {
    /// A file inside the record's folder.
    File(PathBuf),
    /// Bytes that were passed with the request.
    Bytes(Arc<[u8]>),
}

impl Image {
    /// The path under which the template reads it: `/att/0`, `/att/1` …
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where its bytes are. They are as received: neither bounded nor stripped yet.
    pub fn source(&self) -> &ImageSource {
        &self.source
    }

    /// The field of the record that names it, for messages.
    pub fn field(&self) -> &str {
        &self.field
    }
}

/// A document, composed and not yet laid out. Made only by [`compose`] and [`certificate`].
#[derive(Clone)]
pub struct Document {
    kind: Arc<Kind>,
    data: Value,
    facts: Facts,
    unit: Unit,
    title: String,
    lang: String,
    rtl: bool,
    date: NaiveDate,
    period: Option<Period>,
    status: Option<Status>,
    draft: bool,
    blank: bool,
    copy: Copy,
    persons: Vec<String>,
    images: Vec<Image>,
    warnings: Vec<Problem>,
}

impl Document {
    /// The kind it was made by.
    pub fn kind(&self) -> &Arc<Kind> {
        &self.kind
    }

    /// What the template reads as `/data.json`.
    pub fn data(&self) -> &Value {
        &self.data
    }

    /// What its header must show, exactly as printed.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The case it is about, or the folder of the office.
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// Name of the report in the document's language.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Language of the document.
    pub fn lang(&self) -> &str {
        &self.lang
    }

    /// The date it bears.
    pub fn date(&self) -> NaiveDate {
        self.date
    }

    /// What it covers.
    pub fn period(&self) -> Option<Period> {
        self.period
    }

    /// The case's status on the document's date; none of a document about the work.
    pub fn status(&self) -> Option<Status> {
        self.status
    }

    /// Whether `DRAFT` stands across its pages.
    pub fn draft(&self) -> bool {
        self.draft
    }

    /// Whether it is a form to be filled in by hand.
    pub fn blank(&self) -> bool {
        self.blank
    }

    /// For whom the copy is.
    pub fn copy(&self) -> Copy {
        self.copy
    }

    /// In a client's copy everybody whom the document names outside the client's own words; else nobody.
    pub fn persons(&self) -> &[String] {
        &self.persons
    }

    /// An identifier made of everything the document is made of: equal inputs, equal identifier.
    pub fn ident(&self) -> String {
        let inputs = format!("casefile/document/1\n{}\n{}\n", self.kind.hash(), self.data);
        format!("casefile-{}", Digest::of(inputs.as_bytes()).short(32))
    }

    /// The keywords of the PDF: label, status code, date, kind and template hash in one string; of a
    /// document about the work the number of its folder for label and no code.
    pub fn keywords(&self) -> Vec<String> {
        if self.blank {
            return vec![format!("blank form; {}; {}", self.kind.id(), self.kind.hash())];
        }
        let made = format!("{}; {}; {}", self.date, self.kind.id(), self.kind.hash());
        vec![match self.status {
            Some(status) => format!("{}; {}; {made}", self.unit.label(status), status.code()),
            None => format!("{}; {made}", self.unit),
        }]
    }

    /// The photographs it shows.
    pub fn images(&self) -> &[Image] {
        &self.images
    }

    /// What a person should look at although the document could be made.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }
}
