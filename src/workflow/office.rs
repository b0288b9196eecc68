//! Records about the work in the archive: founding a folder from its record, taking it out and putting it
//! back, making documents from it.

use super::Desk;
use super::admit::record_document;
use super::case::{RECORD, newest_record, opened};
use super::file::{Filed, rendered};
use super::press::{Made, Press};
use super::record::{check_base, other_record};
use crate::archive::{Matter, NewDocument, OfficeFounding, OpenCase, Receipt};
use crate::document::Request;
use crate::error::{Class, Error, Problem, Result};
use crate::names::{PersonId, Unit};
use crate::record::model::ComplaintRoute;
use crate::record::{Checked, WorkModel, WorkRecord};
use crate::seal::{Card, Concern, DocId};
use serde::Serialize;
use std::path::Path;

/// A folder about the work in somebody's hands: opened with their key, its newest record read.
pub struct FolderInHand<'a> {
    /// The opened folder.
    pub open: OpenCase<'a>,
    /// The cards of its documents, oldest first, without what is withdrawn.
    pub cards: Vec<Card>,
    /// The newest record.
    pub record: WorkRecord,
    /// The document that record is.
    pub record_id: DocId,
}

impl<'a> FolderInHand<'a> {
    /// Opens a folder with the desk's key and reads its newest record.
    ///
    /// # Errors
    /// No key for the folder (access), no such folder, no record in it, a record that two people changed at
    /// once (busy).
    pub fn take(desk: &Desk<'a>, unit: &Unit) -> Result<Self> {
        let (open, cards) = opened(desk, unit)?;
        let card = newest_record(unit, &cards)?;
        let record = WorkRecord::parse(&open.document_of(card)?, None, desk.programmes)?.record;
        let record_id = card.d;
        Ok(Self { open, cards, record, record_id })
    }
}

/// Founds the folder of a record about the work, with the record in it. Those read it whom the record names
/// and the table of folders allows: never somebody whom a complaint is about.
///
/// # Errors
/// Those of [`Archive::found_office`](crate::archive::Archive::found_office); nothing is filed then.
pub fn found(desk: &Desk, record: &WorkRecord) -> Result<Receipt> {
    let unit = record.number().clone();
    let matter = Matter::of(&unit).ok_or_else(|| no_matter(&unit))?;
    let founding = OfficeFounding {
        unit: Some(unit),
        concern: concern(record),
        readers: readers(record),
        documents: vec![record_document(record, None, desk.clock.today(), Vec::new(), None)],
        ..OfficeFounding::new(matter)
    };
    desk.archive.found_office(desk.identity, &founding, &desk.clock)
}

fn no_matter(unit: &Unit) -> Error {
    let message = format!("{unit} is no number of a folder about the work");
    Error::new(Class::Input, Problem::error("workflow.office", message))
}

/// Whom of the staff the record says it is about.
fn concern(record: &WorkRecord) -> Concern {
    let about = match record.model() {
        WorkModel::Staff(it) => vec![it.person.id.clone()],
        WorkModel::Debriefing(it) => vec![it.person.id.clone()],
        _ => record.kept_from().into_iter().cloned().collect(),
    };
    let serious = matches!(record.model(), WorkModel::Complaint(it) if it.route == ComplaintRoute::Serious);
    Concern { about, serious }
}

/// Who reads the folder beside the founder.
fn readers(record: &WorkRecord) -> Vec<PersonId> {
    let folder = record.folder_of_office();
    let (author, responsible) = (&folder.author.id, &folder.responsible.id);
    let ids: Vec<&PersonId> = match record.model() {
        WorkModel::Referral(_) => vec![author, responsible],
        WorkModel::Staff(it) => vec![&it.person.id, responsible],
        WorkModel::Debriefing(it) => it.facilitator.id.iter().chain([&it.person.id]).collect(),
        WorkModel::Complaint(it) => {
            let investigator = it.investigator.as_ref().and_then(|it| it.id.as_ref());
            vec![investigator.unwrap_or(responsible)]
        }
        WorkModel::Feedback(_) | WorkModel::Handover(_) => vec![responsible],
        WorkModel::Programme(it) => {
            it.readers.iter().map(|reader| &reader.id).chain([author, responsible]).collect()
        }
    };
    ids.into_iter().cloned().collect()
}

/// Puts the record in `file` into a folder: the first one, or a changed one in place of the version it was
/// made from. Whom it newly says it is about is sealed with it, and refused where one of them reads the folder.
pub(super) fn put_record(desk: &Desk, unit: &Unit, file: &Path) -> Result<(Receipt, Vec<Problem>)> {
    let (open, Checked { record, warnings }, new) = changed(desk, unit, file)?;
    say_about(desk, unit, &open, &record)?;
    Ok((put(desk, unit, new)?, warnings))
}

/// The warnings of [`put_record`], which would be done; nothing is written.
pub(super) fn check_put(desk: &Desk, unit: &Unit, file: &Path) -> Result<Vec<Problem>> {
    Ok(changed(desk, unit, file)?.1.warnings)
}

/// The opened folder, the record that is to go into it, and the document that is.
fn changed<'a>(
    desk: &Desk<'a>,
    unit: &Unit,
    file: &Path,
) -> Result<(OpenCase<'a>, Checked<WorkRecord>, NewDocument)> {
    let (open, cards) = opened(desk, unit)?;
    let mut checked = WorkRecord::read(file, desk.programmes)?;
    let record = &checked.record;
    if record.number() != unit {
        return Err(other_record(unit, record.number()));
    }
    let today = desk.clock.today();
    let new = if cards.iter().any(|card| card.kind == RECORD) {
        let newest = newest_record(unit, &cards)?;
        check_base(unit, record.source(), &open.document_of(newest)?, newest.d, &cards)?;
        record_document(record, None, today, vec![newest.d], Some(newest.series))
    } else {
        record_document(record, None, today, Vec::new(), None)
    };
    let of_today = record.check_on(today);
    checked.warnings.extend(of_today);
    Ok((open, checked, new))
}

fn put(desk: &Desk, unit: &Unit, new: NewDocument) -> Result<Receipt> {
    if new.supersedes.is_empty() {
        desk.archive.file(desk.identity, unit, &[new], &desk.clock)
    } else {
        desk.archive.amend(desk.identity, unit, &[new], &desk.clock)
    }
}

/// Says whom a complaint is about, as far as the folder does not know it yet.
fn say_about(desk: &Desk, unit: &Unit, open: &OpenCase, record: &WorkRecord) -> Result<()> {
    let WorkModel::Complaint(_) = record.model() else { return Ok(()) };
    let (mut said, known) = (concern(record), open.concern()?);
    said.about.retain(|id| !known.about.contains(id));
    said.serious &= !known.serious;
    if said != Concern::default() {
        desk.archive.hand_in(desk.identity, unit, &[], &said, &desk.clock)?;
    }
    Ok(())
}

/// Makes a document of the newest record of a folder and files it there.
pub(super) fn file(desk: &Desk, press: &Press, unit: &Unit, kind: &str, request: &Request) -> Result<Filed> {
    let folder = FolderInHand::take(desk, unit)?;
    let request = Request { reference: Some(folder.open.case().reference()), ..request.clone() };
    let made = press.make(&folder.record, kind, &request).map_err(|error| error.in_record_of(unit))?;
    let document = rendered(&folder.record, kind, &made);
    let receipt = desk.archive.file(desk.identity, unit, &[document], &desk.clock)?;
    Ok(Filed::of(&made, receipt, &folder.cards))
}

/// The document that [`file`] would make, not filed.
pub(super) fn preview(
    desk: &Desk,
    press: &Press,
    unit: &Unit,
    kind: &str,
    request: &Request,
) -> Result<Made> {
    let folder = FolderInHand::take(desk, unit)?;
    press.make(&folder.record, kind, request).map_err(|error| error.in_record_of(unit))
}

/// Puts a changed record in the place of the newest one of a folder.
pub(super) fn replace(desk: &Desk, folder: &FolderInHand, record: &WorkRecord) -> Result<Receipt> {
    let old = folder.record_id;
    let series = folder.cards.iter().find(|card| card.d == old).map(|card| card.series);
    let new = record_document(record, None, desk.clock.today(), vec![old], series);
    desk.archive.amend(desk.identity, folder.open.case().unit(), &[new], &desk.clock)
}

/// A record as the program writes it, as text, checked as every record is. Comments of a person are lost.
pub(super) fn written(desk: &Desk, record: &impl Serialize) -> Result<WorkRecord> {
    let failed = || {
        let problem = Problem::error("workflow.write-record", "the changed record could not be written");
        Error::new(Class::Unexpected, problem)
    };
    let mut value = serde_json::to_value(record).map_err(|_| failed())?;
    without_nulls(&mut value);
    let text = serde_saphyr::to_string(&value).map_err(|_| failed())?;
    Ok(WorkRecord::parse(text.as_bytes(), None, desk.programmes)?.record)
}

/// What is absent is left out, so that people who read the record are not kept by it.
fn without_nulls(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(without_nulls);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}
