//! One kind of document: what `kind.toml` says, and the files that make it.

use crate::names::Digest;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a kind is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// One case; filed in the client's folder.
    Case,
    /// The work of the programme.
    Programme,
}

/// Which facts stand on every page (REQUIREMENTS of seed 002 §5.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeaderSet {
    /// Date, case number with status, name of the report, case manager, case supervisor.
    Case,
    /// Category, year, client number and status only: the label of a folder.
    Label,
}

/// Whether a kind covers a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeriodRule {
    /// It does not.
    None,
    /// It may.
    Optional,
    /// It must be given one.
    Required,
}

/// For whom a document is meant.
pub type Audience = String;

/// Which copy of a document is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Copy {
    /// For the agency's own staff: everything.
    Staff,
    /// For the client: only what is marked for the client.
    Client,
}

/// A part of the record that a kind must show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Must {
    /// Path in the record, `[]` after every list: `goals[].progress[].note`.
    pub path: String,
    /// Key of the kind's word under which it is printed.
    pub label: String,
    /// Where the requirement comes from.
    pub source: String,
    /// Whether the document is refused without it.
    #[serde(default)]
    pub required: bool,
    /// Whether every element of each list on the path needs it, and not only one.
    #[serde(default)]
    pub every: bool,
}

/// A kind of document: a folder in `templates/`.
#[derive(Clone)]
pub struct Kind {
    pub(super) stated: Stated,
    pub(super) approved: NaiveDate,
    pub(super) files: BTreeMap<String, Vec<u8>>,
    pub(super) hash: Digest,
    pub(super) overlay: bool,
}

/// What stands in `kind.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stated {
    pub id: String,
    pub version: String,
    pub approved: toml::value::Datetime,
    pub owner: String,
    pub source: String,
    pub scope: Scope,
    pub header: HeaderSet,
    pub period: PeriodRule,
    pub languages: Vec<String>,
    pub audience: Vec<Audience>,
    pub confidential: bool,
    pub copies: Vec<Copy>,
    pub deadline: Option<String>,
    #[serde(default, rename = "must")]
    pub musts: Vec<Must>,
}

impl Kind {
    /// Its id, the name of its folder.
    pub fn id(&self) -> &str {
        &self.stated.id
    }

    /// Version of the template, printed in the footer.
    pub fn version(&self) -> &str {
        &self.stated.version
    }

    /// The day this version was approved.
    pub fn approved(&self) -> NaiveDate {
        self.approved
    }

    /// Who answers for the template.
    pub fn owner(&self) -> &str {
        &self.stated.owner
    }

    /// Which standard asks for it.
    pub fn source(&self) -> &str {
        &self.stated.source
    }

    /// What it is about.
    pub fn scope(&self) -> Scope {
        self.stated.scope
    }

    /// Which facts stand on every page.
    pub fn header(&self) -> HeaderSet {
        self.stated.header
    }

    /// Whether it covers a period.
    pub fn period(&self) -> PeriodRule {
        self.stated.period
    }

    /// The languages it has words in.
    pub fn languages(&self) -> &[String] {
        &self.stated.languages
    }

    /// For whom it is meant.
    pub fn audience(&self) -> &[Audience] {
        &self.stated.audience
    }

    /// Whether it is confidential.
    pub fn confidential(&self) -> bool {
        self.stated.confidential
    }

    /// Which copies can be made.
    pub fn copies(&self) -> &[Copy] {
        &self.stated.copies
    }

    /// When it is due, in words.
    pub fn deadline(&self) -> Option<&str> {
        self.stated.deadline.as_deref()
    }

    /// What it shows of the record.
    pub fn musts(&self) -> &[Must] {
        &self.stated.musts
    }

    /// Its files and the shared ones, by the path under which Typst finds them: `/_shared/casefile.typ`,
    /// `/progress-report/main.typ`. Fonts are not among them.
    pub fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    /// Path of the file that Typst compiles.
    pub fn main(&self) -> String {
        format!("/{}/main.typ", self.id())
    }

    /// The template hash: over every file of [`Kind::files`] with its path, in the order of the paths.
    pub fn hash(&self) -> Digest {
        self.hash
    }

    /// Whether it comes from an agency's own folder. Such a kind is laid out apart, in a worker.
    pub fn overlay(&self) -> bool {
        self.overlay
    }
}
