//! Taking a case into the archive from its record.

use super::Desk;
use super::attach::referenced_files;
use super::case::RECORD;
use super::press::Press;
use super::rules::closes_on;
use crate::archive::{Admission, NewDocument, Receipt};
use crate::document::Request;
use crate::error::{Class, Error, Problem, Result};
use crate::names::Status;
use crate::record::{Record, Subject};
use crate::seal::DocId;
use crate::seal::card::Source;
use chrono::NaiveDate;

/// What an admission did.
pub struct Admitted {
    /// The archive's receipt.
    pub receipt: Receipt,
    /// The status the case was admitted to and the day that became true.
    pub status: (Status, NaiveDate),
}

/// Admits the case of `record` to the status its history ends with, and files with it the record, the
/// photographs and attachments it names, and the folder label.
///
/// # Errors
/// A record whose team is not on the roster, a person who may not admit, a case that is there already,
/// a photograph that is missing; nothing is filed then.
pub fn admit(desk: &Desk, press: &Press, record: &Record) -> Result<Admitted> {
    admit_with(desk, press, record, Vec::new())
}

/// The same, with what a referral brings.
pub(super) fn admit_with(
    desk: &Desk,
    press: &Press,
    record: &Record,
    brought: Vec<NewDocument>,
) -> Result<Admitted> {
    let case = record.case();
    let status = *record.statuses().last().ok_or_else(no_status)?;
    let mut documents = vec![record_document(record, Some(status.0), desk.clock.today(), Vec::new(), None)];
    documents.extend(referenced_files(record, status.0)?);
    documents.extend(brought);
    documents.push(super::label::label(record, press, record.statuses(), &Request::on(status.1))?);
    let admission = Admission {
        unit: case.case.number.clone(),
        status: status.0,
        since: status.1,
        until: closes_on(record, status.0, status.1),
        manager: case.team.manager.id.clone(),
        supervisor: case.team.supervisor.id.clone(),
        documents,
    };
    let receipt = desk.archive.admit(desk.identity, &admission, &desk.clock)?;
    Ok(Admitted { receipt, status })
}

/// The document that a record is in the archive; `status` is that of a case.
pub(super) fn record_document<'a>(
    record: impl Into<Subject<'a>>,
    status: Option<Status>,
    date: NaiveDate,
    supersedes: Vec<DocId>,
    series: Option<DocId>,
) -> NewDocument {
    let record = record.into();
    let yaml = super::record::unmarked(record.source());
    NewDocument {
        lang: Some(record.lang().to_owned()),
        status,
        manager: Some(record.worker().to_owned()),
        supervisor: Some(record.responsible().to_owned()),
        source: Source::Record,
        series,
        supersedes,
        ..NewDocument::new(RECORD, "Record", date, "application/yaml", yaml)
    }
}

fn no_status() -> Error {
    Error::new(Class::Input, Problem::error("workflow.no-status", "the record says of no status"))
}
