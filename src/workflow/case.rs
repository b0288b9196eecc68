//! A case taken out of the archive to work on: its record, its files, its statuses.

use super::Desk;
use super::attach::named_files;
use crate::archive::{Case, OpenCase};
use crate::error::{Class, Error, Problem, Result};
use crate::names::{Status, Unit};
use crate::record::Record;
use crate::seal::card::replaced;
use crate::seal::{Card, DocId};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The kind of the documents that are records.
pub const RECORD: &str = "record";
/// The kind of files that were filed as they are: scans, letters, photographs.
pub const ATTACHMENT: &str = "attachment";

/// A case in somebody's hands: opened with their key, its newest record read.
pub struct CaseInHand<'a> {
    /// The opened case.
    pub open: OpenCase<'a>,
    /// The cards of its documents, oldest first, without what is withdrawn.
    pub cards: Vec<Card>,
    /// The newest record.
    pub record: Record,
    /// The document that record is.
    pub record_id: DocId,
}

impl<'a> CaseInHand<'a> {
    /// Opens a case with the desk's key and reads its newest record.
    ///
    /// # Errors
    /// No key for the case (access), no such case, a record that two people changed at once (busy).
    pub fn take(desk: &Desk<'a>, unit: &Unit) -> Result<Self> {
        if unit.is_office() {
            let message = format!("{unit} is a folder about the work and has no record of a case");
            let problem = Problem::error("workflow.office", message).hint(
                "casefile record, file, preview, attach, show, open and history are for such folders too",
            );
            return Err(Error::new(Class::Input, problem));
        }
        Self::of(desk, desk.archive.unlock(unit, desk.identity)?)
    }

    /// The case that is open already.
    ///
    /// # Errors
    /// As [`CaseInHand::take`].
    pub(super) fn of(desk: &Desk<'a>, open: OpenCase<'a>) -> Result<Self> {
        let cards = standing(&open)?;
        let card = newest_record(open.case().unit(), &cards)?;
        let record = Record::parse(&open.document_of(card)?, None, desk.programmes)?.record;
        let record_id = card.d;
        Ok(Self { open, cards, record, record_id })
    }

    /// The status the case has now.
    pub fn status(&self) -> Status {
        self.open.case().status().unwrap_or(Status::Open)
    }

    /// Every status the case had, with the day it became true, before the archive and in it.
    pub fn statuses(&self) -> Vec<(Status, NaiveDate)> {
        timeline(&self.record, self.open.case())
    }

    /// The record as it stood in the archive at the end of `day`, where it was changed since.
    ///
    /// # Errors
    /// That record cannot be opened or read.
    pub fn record_then(&self, desk: &Desk, day: NaiveDate) -> Result<Option<Record>> {
        let mut records = self.cards.iter().filter(|card| card.kind == RECORD && card.date <= day);
        let Some(then) = records.next_back().filter(|card| card.d != self.record_id) else { return Ok(None) };
        let (_, bytes) = self.open.document(&then.d)?;
        Ok(Some(Record::parse(&bytes, None, desk.programmes)?.record))
    }

    /// The bytes of the photographs that the record names, by their name in the record; with `all` those of
    /// its attachments too.
    ///
    /// One that the archive lacks is left out: the document that needs it says so.
    ///
    /// # Errors
    /// A photograph that is damaged.
    pub fn photographs(&self, all: bool) -> Result<BTreeMap<String, Vec<u8>>> {
        let named = named_files(&self.record);
        let portrait = self.record.case().client.photograph.iter().map(|it| it.file.as_str());
        let wanted: Vec<&str> = if all { named } else { portrait.collect() };
        let filed =
            self.cards.iter().filter(|card| card.kind == ATTACHMENT && wanted.contains(&card.title.as_str()));
        filed.map(|card| Ok((card.title.clone(), self.open.document(&card.d)?.1.to_vec()))).collect()
    }
}

/// Opens a folder with the desk's key: with the cards of its documents, oldest first, without what is
/// withdrawn.
pub(super) fn opened<'a>(desk: &Desk<'a>, unit: &Unit) -> Result<(OpenCase<'a>, Vec<Card>)> {
    let open = desk.archive.unlock(unit, desk.identity)?;
    let cards = standing(&open)?;
    Ok((open, cards))
}

/// The cards of an open folder's documents, oldest first, without what is withdrawn.
fn standing(open: &OpenCase) -> Result<Vec<Card>> {
    let withdrawn = open.case().withdrawn();
    let mut cards = open.cards()?;
    cards.retain(|card| !withdrawn.contains(&card.d));
    Ok(cards)
}

/// The statuses of a case: those of its record from before the archive, then those of the log.
///
/// A later entry with an earlier effective date is a correction: it replaces what it reaches back over.
fn timeline(record: &Record, case: &Case) -> Vec<(Status, NaiveDate)> {
    let mut timeline: Vec<(Status, NaiveDate)> = record.statuses();
    let signed = case.statuses();
    if let Some((_, first)) = signed.first() {
        timeline.retain(|(_, since)| since < first);
    }
    for (status, since) in signed {
        timeline.retain(|(_, earlier)| *earlier < since);
        timeline.push((status, since));
    }
    timeline
}

/// Versions of the record that no other replaces: several where people changed it at once.
pub(super) fn newest_records(cards: &[Card]) -> Vec<&Card> {
    let replaced = replaced(cards);
    cards.iter().filter(|card| card.kind == RECORD && !replaced.contains(&card.d)).collect()
}

/// The card of the newest record among the documents of a case.
///
/// # Errors
/// `workflow.no-record` (not found); `workflow.record-conflict` (busy) where two people changed it at once.
pub fn newest_record<'a>(unit: &Unit, cards: &'a [Card]) -> Result<&'a Card> {
    match newest_records(cards)[..] {
        [card] => Ok(card),
        [] => {
            let problem = Problem::error("workflow.no-record", format!("{unit} holds no record"))
                .hint(format!("put one there with: casefile record {unit} --put FILE"));
            Err(Error::new(Class::NotFound, problem))
        }
        ref several => {
            let ids: Vec<String> = several.iter().map(|card| card.d.to_string()).collect();
            let message = format!("two people changed the record of {unit} at the same time");
            let hint = format!(
                "look at both (casefile open {}), choose one, and write into it what the other has: \
                 casefile resolve {unit} --record DOCUMENT --reason …",
                ids.join("; casefile open ")
            );
            Err(Error::new(Class::Busy, Problem::error("workflow.record-conflict", message).hint(hint)))
        }
    }
}
