//! The record: a case, or a matter of the office, written down once, in one YAML file.
//!
//! A file is read into a tree of placed values, walked along the schema, and cross-checked; only then it is a
//! [`Record`] of a case or a [`WorkRecord`]. Nothing here writes, and nothing repeats in a message what a
//! record says. What a programme varies (stages, categories, limits) comes from [`crate::programme`].

mod any;
mod check;
pub mod edit;
mod explain;
mod language;
pub mod model;
mod new;
mod node;
mod read;
mod scalar;
pub mod schema;
mod sort;
mod suggest;
mod syntax;
mod walk;
mod words;
mod work;
mod written;
mod yaml;

pub use any::{AnyRecord, Subject};
pub use check::together::check_together;
pub use explain::{Explanation, Inner, explain};
pub use new::{template, work_template};
pub use read::{LIMIT_BYTES, form};
pub use schema::schema;
pub use sort::Sort;
pub(crate) use suggest::nearest;
pub use work::{WorkModel, WorkRecord};

use crate::error::{Class, Error, Place, Problem, Result};
use crate::names::Status;
use crate::programme::{Programme, Programmes};
use chrono::NaiveDate;
use model::CaseRecord;
use serde_json::Value;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use written::Written;

/// A checked record. Only [`Record::read`] and [`Record::parse`] make one.
#[derive(Clone)]
pub struct Record {
    case: CaseRecord,
    written: Written,
}

/// A record, and what a person should look at although it is acceptable.
#[derive(Debug, Clone)]
pub struct Checked<R = Record> {
    /// The record.
    pub record: R,
    /// Warnings in the order of the file.
    pub warnings: Vec<Problem>,
}

impl<R> Checked<R> {
    /// The same with the record made into something else.
    fn map<S>(self, to: impl FnOnce(R) -> S) -> Checked<S> {
        Checked { record: to(self.record), warnings: self.warnings }
    }
}

impl Record {
    /// Reads and checks the record in a file of at most 16 MiB.
    ///
    /// Photographs and attachments must lie in the file's folder.
    ///
    /// # Errors
    /// Class input with every problem found, each with line, column and field; the system's error where
    /// the file cannot be read.
    pub fn read(path: &Path, programmes: &Programmes) -> Result<Checked> {
        Self::parse(&read::file(path)?, Some(path), programmes)
    }

    /// Checks a record that is already in memory. `file` says where it lies on disk: it names the record
    /// in messages, and its folder is where photographs and attachments must be. Without it their
    /// presence is not checked.
    ///
    /// # Errors
    /// Class input with every problem found, each with line, column and field.
    pub fn parse(bytes: &[u8], file: Option<&Path>, programmes: &Programmes) -> Result<Checked> {
        let checked = read::record(bytes, file, programmes);
        match file {
            Some(path) => checked.map_err(|error| error.in_file(path)),
            None => checked,
        }
    }

    /// What is written down, typed.
    pub fn case(&self) -> &CaseRecord {
        &self.case
    }

    /// The programme whose rules hold.
    pub fn programme(&self) -> &Arc<Programme> {
        &self.written.programme
    }

    /// The bytes the record was read from, unchanged.
    pub fn source(&self) -> &[u8] {
        &self.written.source
    }

    /// The folder where photographs and attachments lie, where the record came from a file.
    pub fn folder(&self) -> Option<&Path> {
        self.written.folder()
    }

    /// The whole record as JSON; every optional field is present, as `null`, `[]` or its default.
    pub fn json(&self) -> &Value {
        self.written.json(&self.case)
    }

    /// Where a field (`contacts[3].on`) stands, or the nearest field above it that is there.
    pub fn place(&self, field: &str) -> Place {
        self.written.place(field)
    }

    /// The statuses the record itself tells of, oldest first: `case.history`, or open since admission.
    pub fn statuses(&self) -> Vec<(Status, NaiveDate)> {
        let case = &self.case.case;
        match case.history.as_slice() {
            [] => vec![(Status::Open, case.admitted)],
            history => history.iter().map(|past| (past.status, past.since)).collect(),
        }
    }

    /// The present status, as far as the record itself tells.
    pub fn status(&self) -> Status {
        self.case.case.history.last().map_or(Status::Open, |past| past.status)
    }

    /// What the passing of time makes questionable as of `date`: entries in the future, consents and
    /// papers that have ended, a client who turned of age without a transition plan. Warnings only.
    pub fn check_on(&self, date: NaiveDate) -> Vec<Problem> {
        let problems = check::days::on(&self.case, self.programme(), self.status(), date);
        problems.into_iter().map(|problem| self.written.placed(problem)).collect()
    }

    /// The same record with less in it, its narratives in `lang`: what of it somebody may see.
    ///
    /// # Errors
    /// Class unexpected where `json` lacks what every record has.
    pub(crate) fn showing(&self, mut json: Value, lang: &str) -> Result<Self> {
        json["lang"] = Value::from(lang);
        let refused = |_| {
            let message = "what may be shown is no record any more; please report this";
            Error::new(Class::Unexpected, Problem::error("record.showing", message))
        };
        let case: CaseRecord = serde_json::from_value(json).map_err(refused)?;
        let json = serde_json::to_value(&case).map_err(refused)?;
        Ok(Self { case, written: self.written.showing(json) })
    }
}

impl fmt::Debug for Record {
    /// Shows the case number and nothing else.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("number", &self.case.case.number).finish_non_exhaustive()
    }
}
