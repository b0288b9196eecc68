//! Taking a record out, putting a changed one back, noting a contact. Every version is kept.

use super::admit::record_document;
use super::attach::{named_files, referenced_files};
use super::case::{ATTACHMENT, CaseInHand, RECORD};
use super::give::newly_withdrawn;
use super::{Desk, office};
use crate::archive::Receipt;
use crate::error::{Class, Error, Problem, Result};
use crate::names::{Digest, Unit};
use crate::record::model::Contact;
use crate::record::{Checked, LIMIT_BYTES, Record, edit};
use crate::seal::{Card, DocId};
use chrono::NaiveDate;
use std::path::Path;

/// The line that a record taken out begins with, so that putting it back knows what it replaces.
const BASE_MARK: &str = "# casefile: version ";

/// The record of a case as it is now, or as it stood at the end of a day, with its version marked.
///
/// # Errors
/// No key for the case, no such case, no record that early.
pub fn record_at(desk: &Desk, unit: &Unit, at: Option<NaiveDate>) -> Result<Vec<u8>> {
    let open = desk.archive.unlock(unit, desk.identity)?;
    let cards = open.cards()?;
    let card = match at {
        None => super::case::newest_record(unit, &cards)?,
        Some(day) => record_on(unit, &cards, day)?,
    };
    let mut marked = format!("{BASE_MARK}{}\n", card.d).into_bytes();
    marked.extend_from_slice(&open.document_of(card)?);
    Ok(marked)
}

/// Puts the changed record in `file` into the archive in place of the version it was made from, with the
/// photographs and attachments that it newly names. Also gives the warnings of its checks.
///
/// # Errors
/// A newer record in the archive (busy: the caller shows the difference), another case's record, a record
/// that does not pass its checks, no key for the case.
pub fn put_record(desk: &Desk, unit: &Unit, file: &Path) -> Result<(Receipt, Vec<Problem>)> {
    if unit.is_office() {
        return office::put_record(desk, unit, file);
    }
    let (case, Checked { record, warnings }) = changed(desk, unit, file)?;
    Ok((replace(desk, unit, &case, &record)?, warnings))
}

/// The warnings of [`put_record`], which would be done; nothing is written.
///
/// # Errors
/// As [`put_record`].
pub fn check_put(desk: &Desk, unit: &Unit, file: &Path) -> Result<Vec<Problem>> {
    if unit.is_office() {
        return office::check_put(desk, unit, file);
    }
    Ok(changed(desk, unit, file)?.1.warnings)
}

/// The changed record of a case, with what a person should look at.
fn changed<'a>(desk: &Desk<'a>, unit: &Unit, file: &Path) -> Result<(CaseInHand<'a>, Checked)> {
    let case = CaseInHand::take(desk, unit)?;
    let Checked { record, mut warnings } = read_beside(desk, &case, file)?;
    if record.case().case.number != *unit {
        return Err(other_record(unit, &record.case().case.number));
    }
    check_base(unit, record.source(), case.record.source(), case.record_id, &case.cards)?;
    warnings.extend(record.check_on(desk.clock.today()));
    warnings.extend(newly_withdrawn(&case, record.case())?);
    Ok((case, Checked { record, warnings }))
}

/// Refuses a changed record that was not made from the newest one, or is the newest one unchanged.
pub(super) fn check_base(
    unit: &Unit,
    new: &[u8],
    newest: &[u8],
    newest_id: DocId,
    cards: &[Card],
) -> Result<()> {
    let (mine, theirs) = (unmarked(new), unmarked(newest));
    let base = base_of(new, cards)?;
    if base != Some(newest_id) && Digest::of(mine) != Digest::of(theirs) {
        return Err(newer_in_archive(unit));
    }
    if Digest::of(mine) == Digest::of(theirs) {
        let message = format!("the record of {unit} is the one the archive holds; nothing to file");
        return Err(Error::new(Class::Input, Problem::error("workflow.same-record", message)));
    }
    Ok(())
}

/// That a file is the record of another case or folder.
pub(super) fn other_record(unit: &Unit, other: &Unit) -> Error {
    let message = format!("this is the record of {other}, not of {unit}");
    Error::new(Class::Input, Problem::error("workflow.other-case", message))
}

/// Reads a record whose files may lie beside it or in the archive already.
fn read_beside(desk: &Desk, case: &CaseInHand, file: &Path) -> Result<Checked> {
    let bytes = crate::fs::read(file, LIMIT_BYTES)?;
    let checked = Record::parse(&bytes, None, desk.programmes).map_err(|error| error.in_file(file))?;
    let filed = |name: &&str| case.cards.iter().any(|card| card.kind == ATTACHMENT && card.title == **name);
    if named_files(&checked.record).iter().all(filed) {
        Ok(checked)
    } else {
        Record::read(file, desk.programmes)
    }
}

/// Adds a contact to the record of a case and files the new version.
///
/// # Errors
/// A contact that does not fit the record (older than the client, unknown kind), of a day that has not come,
/// or that stands in the record already; no key for the case.
pub fn note(desk: &Desk, unit: &Unit, contact: &Contact) -> Result<Receipt> {
    let (case, record) = noted(desk, unit, contact)?;
    replace(desk, unit, &case, &record)
}

/// Whether [`note`] would be done; nothing is written.
///
/// # Errors
/// As [`note`].
pub fn check_note(desk: &Desk, unit: &Unit, contact: &Contact) -> Result<()> {
    noted(desk, unit, contact).map(drop)
}

fn noted<'a>(desk: &Desk<'a>, unit: &Unit, contact: &Contact) -> Result<(CaseInHand<'a>, Record)> {
    if contact.on > desk.clock.today() {
        let problem = Problem::error("note.future", "the day of the contact has not come yet")
            .hint("correct --on; what is planned goes into `goals` or the `next_step` of a contact");
        return Err(Error::new(Class::Input, problem));
    }
    let case = CaseInHand::take(desk, unit)?;
    if case.record.case().contacts.contains(contact) {
        let message = format!("the record of {unit} holds this very contact already; nothing was written");
        let problem = Problem::error("note.twice", message)
            .hint("if there were two on that day, say when this one began with --at");
        return Err(Error::new(Class::Input, problem));
    }
    let source = std::str::from_utf8(case.record.source())
        .map_err(|_| Error::new(Class::Damage, Problem::error("record.not-text", "the record is no text")))?;
    let changed = edit::add_contact(source, contact)?;
    let checked =
        Record::parse(changed.as_bytes(), None, desk.programmes).map_err(|error| error.in_record_of(unit))?;
    Ok((case, checked.record))
}

/// The text of a record without the line that marks its version.
pub fn unmarked(text: &[u8]) -> &[u8] {
    if !text.starts_with(BASE_MARK.as_bytes()) {
        return text;
    }
    let end = text.iter().position(|byte| *byte == b'\n').map_or(text.len(), |line| line + 1);
    &text[end..]
}

fn replace(desk: &Desk, unit: &Unit, case: &CaseInHand, record: &Record) -> Result<Receipt> {
    let status = case.status();
    let series = case.cards.iter().find(|card| card.d == case.record_id).map(|card| card.series);
    let new = record_document(record, Some(status), desk.clock.today(), vec![case.record_id], series);
    let known: Vec<&String> =
        case.cards.iter().filter(|card| card.kind == ATTACHMENT).map(|card| &card.title).collect();
    let mut documents = vec![new];
    let named = referenced_files(record, status)?;
    documents.extend(named.into_iter().filter(|file| !known.contains(&&file.title)));
    desk.archive.amend(desk.identity, unit, &documents, &desk.clock)
}

/// The version a record was made from: the marked one, else the only one there is.
fn base_of(text: &[u8], cards: &[Card]) -> Result<Option<DocId>> {
    if let Some(rest) = text.strip_prefix(BASE_MARK.as_bytes()) {
        let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let id = std::str::from_utf8(line).ok().map(str::trim).and_then(|id| id.parse().ok());
        return id.map(Some).ok_or_else(|| {
            let message = "the first line, which marks the version this record was made from, is not whole";
            let problem = Problem::error("record.version-mark", message).hint(
                "take the record out again with: casefile record CASE -o FILE, and make the change there",
            );
            Error::new(Class::Input, problem)
        });
    }
    let mut records = cards.iter().filter(|card| card.kind == RECORD);
    Ok(match (records.next(), records.next()) {
        (Some(only), None) => Some(only.d),
        _ => None,
    })
}

/// The record in force at the end of `day`: the last one dated then or before.
fn record_on<'a>(unit: &Unit, cards: &'a [Card], day: NaiveDate) -> Result<&'a Card> {
    let mut records = cards.iter().filter(|card| card.kind == RECORD && card.date <= day);
    records.next_back().ok_or_else(|| {
        let message = format!("{unit} had no record in the archive on {day}");
        let problem = Problem::error("workflow.no-record", message)
            .hint(format!("see what there is with: casefile show {unit}"));
        Error::new(Class::NotFound, problem)
    })
}

fn newer_in_archive(unit: &Unit) -> Error {
    let message = format!("the archive holds a newer record of {unit} than the one this file was made from");
    let problem = Problem::error("workflow.newer-record", message).hint(format!(
        "take the newest out with: casefile record {unit} -o newest.yaml, make your change there, put it back"
    ));
    Error::new(Class::Busy, problem)
}
