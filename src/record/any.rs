//! A record of whatever sort its file says it is.

use super::sort::Sort;
use super::work::WorkRecord;
use super::{Checked, Record, read};
use crate::error::{Place, Problem, Result};
use crate::names::Unit;
use crate::programme::{Programme, Programmes};
use chrono::NaiveDate;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// A record about a case or about the work.
#[derive(Debug, Clone)]
pub enum AnyRecord {
    /// About a case.
    Case(Box<Record>),
    /// About the work.
    Work(WorkRecord),
}

impl AnyRecord {
    /// Reads and checks the record in a file, of the sort that its field `casefile` names.
    ///
    /// # Errors
    /// As [`Record::read`]; a file that names no sort is held against the schema of a case.
    pub fn read(path: &Path, programmes: &Programmes) -> Result<Checked<Self>> {
        Self::parse(&read::file(path)?, Some(path), programmes)
    }

    /// Checks a record that is already in memory.
    ///
    /// # Errors
    /// As [`AnyRecord::read`].
    pub fn parse(bytes: &[u8], file: Option<&Path>, programmes: &Programmes) -> Result<Checked<Self>> {
        Ok(match read::sort(bytes) {
            Some(Sort::Case) | None => {
                Record::parse(bytes, file, programmes)?.map(|case| Self::Case(Box::new(case)))
            }
            Some(_) => WorkRecord::parse(bytes, file, programmes)?.map(Self::Work),
        })
    }

    /// The whole record as JSON.
    pub fn json(&self) -> &Value {
        Subject::from(self).json()
    }

    /// The record of a case, if it is one.
    pub fn into_case(self) -> Option<Record> {
        match self {
            Self::Case(record) => Some(*record),
            Self::Work(_) => None,
        }
    }

    /// What the passing of time makes questionable as of `date`. Warnings only.
    pub fn check_on(&self, date: NaiveDate) -> Vec<Problem> {
        match self {
            Self::Case(record) => record.check_on(date),
            Self::Work(record) => record.check_on(date),
        }
    }
}

/// A record that a document is made from, of either sort.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// A case.
    Case(&'a Record),
    /// A matter of the office.
    Work(&'a WorkRecord),
}

impl<'a> Subject<'a> {
    /// What the record is about.
    pub fn sort(self) -> Sort {
        match self {
            Self::Case(_) => Sort::Case,
            Self::Work(record) => record.sort(),
        }
    }

    /// Case number, or number of the folder of the office.
    pub fn number(self) -> &'a Unit {
        match self {
            Self::Case(record) => &record.case().case.number,
            Self::Work(record) => record.number(),
        }
    }

    /// The day it begins: admission, or the opening of the folder.
    pub fn begins(self) -> NaiveDate {
        match self {
            Self::Case(record) => record.case().case.admitted,
            Self::Work(record) => record.opened(),
        }
    }

    /// The name of who works on it: the case manager, or the author of the record.
    pub fn worker(self) -> &'a str {
        match self {
            Self::Case(record) => &record.case().team.manager.name.0,
            Self::Work(record) => &record.folder_of_office().author.name.0,
        }
    }

    /// The name of who answers for it: the case supervisor, or the person responsible.
    pub fn responsible(self) -> &'a str {
        match self {
            Self::Case(record) => &record.case().team.supervisor.name.0,
            Self::Work(record) => &record.folder_of_office().responsible.name.0,
        }
    }

    /// The bytes the record was read from, unchanged.
    pub fn source(self) -> &'a [u8] {
        match self {
            Self::Case(record) => record.source(),
            Self::Work(record) => record.source(),
        }
    }

    /// Language the narratives are written in.
    pub fn lang(self) -> &'a str {
        match self {
            Self::Case(record) => &record.case().lang.0,
            Self::Work(record) => record.lang(),
        }
    }

    /// The programme whose rules hold.
    pub fn programme(self) -> &'a Arc<Programme> {
        match self {
            Self::Case(record) => record.programme(),
            Self::Work(record) => record.programme(),
        }
    }

    /// The whole record as JSON.
    pub fn json(self) -> &'a Value {
        match self {
            Self::Case(record) => record.json(),
            Self::Work(record) => record.json(),
        }
    }

    /// What only one kind needs of it; a record about the work has nothing of the kind.
    pub fn forms(self, kind: &str) -> &'a [Value] {
        match self {
            Self::Case(record) => record.case().forms.get(kind).map_or(&[], Vec::as_slice),
            Self::Work(_) => &[],
        }
    }

    /// The folder where photographs and attachments lie, where the record came from a file.
    pub fn folder(self) -> Option<&'a Path> {
        match self {
            Self::Case(record) => record.folder(),
            Self::Work(_) => None,
        }
    }

    /// Where a field stands, or the nearest field above it that is there.
    pub fn place(self, field: &str) -> Place {
        match self {
            Self::Case(record) => record.place(field),
            Self::Work(record) => record.place(field),
        }
    }
}

impl<'a> From<&'a Record> for Subject<'a> {
    fn from(record: &'a Record) -> Self {
        Self::Case(record)
    }
}

impl<'a> From<&'a WorkRecord> for Subject<'a> {
    fn from(record: &'a WorkRecord) -> Self {
        Self::Work(record)
    }
}

impl<'a> From<&'a AnyRecord> for Subject<'a> {
    fn from(record: &'a AnyRecord) -> Self {
        match record {
            AnyRecord::Case(record) => Self::Case(record),
            AnyRecord::Work(record) => Self::Work(record),
        }
    }
}
