//! Records about the work: a referral, a member of staff, a complaint. Each is one matter of the office.

use super::model::{
    ComplaintRecord, DebriefingRecord, FeedbackRecord, Folder, HandoverRecord, ProgrammeRecord,
    ReferralRecord, StaffRecord,
};
use super::sort::Sort;
use super::written::Written;
use super::{Checked, read};
use crate::error::{Place, Problem, Result};
use crate::names::{PersonId, Unit};
use crate::programme::{Programme, Programmes};
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// What a record about the work says, typed by its sort.
#[derive(Clone, Serialize)]
#[serde(untagged)]
pub enum WorkModel {
    /// A referral before admission.
    Referral(Box<ReferralRecord>),
    /// A member of staff.
    Staff(Box<StaffRecord>),
    /// The debriefings of a person.
    Debriefing(Box<DebriefingRecord>),
    /// A complaint.
    Complaint(Box<ComplaintRecord>),
    /// A client's feedback.
    Feedback(Box<FeedbackRecord>),
    /// A handover of cases.
    Handover(Box<HandoverRecord>),
    /// The programme as a whole.
    Programme(Box<ProgrammeRecord>),
}

/// A checked record about the work. Only [`WorkRecord::read`] and [`WorkRecord::parse`] make one.
#[derive(Clone)]
pub struct WorkRecord {
    pub(super) model: WorkModel,
    pub(super) written: Written,
}

impl WorkRecord {
    /// Reads and checks the record in a file of at most 16 MiB.
    ///
    /// # Errors
    /// Class input with every problem found, each with line, column and field; `record.other-sort` where
    /// the file is the record of a case; the system's error where it cannot be read.
    pub fn read(path: &Path, programmes: &Programmes) -> Result<Checked<Self>> {
        Self::parse(&read::file(path)?, Some(path), programmes)
    }

    /// Checks a record that is already in memory; `file` names it in messages.
    ///
    /// # Errors
    /// As [`WorkRecord::read`].
    pub fn parse(bytes: &[u8], file: Option<&Path>, programmes: &Programmes) -> Result<Checked<Self>> {
        let checked = read::work(bytes, file, programmes);
        match file {
            Some(path) => checked.map_err(|error| error.in_file(path)),
            None => checked,
        }
    }

    /// What it says, typed.
    pub fn model(&self) -> &WorkModel {
        &self.model
    }

    /// What it is about.
    pub fn sort(&self) -> Sort {
        match &self.model {
            WorkModel::Referral(_) => Sort::Referral,
            WorkModel::Staff(_) => Sort::Staff,
            WorkModel::Debriefing(_) => Sort::Debriefing,
            WorkModel::Complaint(_) => Sort::Complaint,
            WorkModel::Feedback(_) => Sort::Feedback,
            WorkModel::Handover(_) => Sort::Handover,
            WorkModel::Programme(_) => Sort::Programme,
        }
    }

    /// Its folder, author and who is responsible.
    pub fn folder_of_office(&self) -> &Folder {
        match &self.model {
            WorkModel::Referral(it) => &it.folder,
            WorkModel::Staff(it) => &it.folder,
            WorkModel::Debriefing(it) => &it.folder,
            WorkModel::Complaint(it) => &it.folder,
            WorkModel::Feedback(it) => &it.folder,
            WorkModel::Handover(it) => &it.folder,
            WorkModel::Programme(it) => &it.folder,
        }
    }

    /// Number of its folder.
    pub fn number(&self) -> &Unit {
        &self.folder_of_office().number
    }

    /// Day its folder was opened.
    pub fn opened(&self) -> NaiveDate {
        self.folder_of_office().opened
    }

    /// Language the narratives are written in.
    pub fn lang(&self) -> &str {
        match &self.model {
            WorkModel::Referral(it) => &it.lang.0,
            WorkModel::Staff(it) => &it.lang.0,
            WorkModel::Debriefing(it) => &it.lang.0,
            WorkModel::Complaint(it) => &it.lang.0,
            WorkModel::Feedback(it) => &it.lang.0,
            WorkModel::Handover(it) => &it.lang.0,
            WorkModel::Programme(it) => &it.lang.0,
        }
    }

    /// Those whom the matter is about and who must never read it, by their ids.
    pub fn kept_from(&self) -> Vec<&PersonId> {
        match &self.model {
            WorkModel::Complaint(it) => it.about.iter().filter_map(|about| about.id.as_ref()).collect(),
            _ => Vec::new(),
        }
    }

    /// The programme whose rules hold.
    pub fn programme(&self) -> &Arc<Programme> {
        &self.written.programme
    }

    /// The bytes the record was read from, unchanged.
    pub fn source(&self) -> &[u8] {
        &self.written.source
    }

    /// The whole record as JSON; every optional field is present, as `null`, `[]` or its default.
    pub fn json(&self) -> &Value {
        self.written.json(&self.model)
    }

    /// Where a field (`findings[1].result`) stands, or the nearest field above it that is there.
    pub fn place(&self, field: &str) -> Place {
        self.written.place(field)
    }

    /// What the passing of time makes questionable as of `date`: an answer that is overdue. Warnings only.
    pub fn check_on(&self, date: NaiveDate) -> Vec<Problem> {
        let problems = super::check::office::on(&self.model, self.programme(), date);
        problems.into_iter().map(|problem| self.written.placed(problem)).collect()
    }
}

impl fmt::Debug for WorkRecord {
    /// Shows the number of the folder and nothing else.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkRecord").field("number", self.number()).finish_non_exhaustive()
    }
}
