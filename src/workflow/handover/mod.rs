//! Handing cases over (source 002 §5.2.4): access and completeness are two things. Access moves on its day,
//! whatever is missing; what is missing keeps a handover from being called complete.
//!
//! The supervisor's folder holds the record of the handover and the whole document; each successor has a
//! folder with the part that is theirs. Who was briefed and who accepts signs with their own key.
//!
//! Folders about the work go along as far as the table of folders lets the successor read them.

mod access;
mod document;
mod load;
mod matters;
mod names;
mod start;
mod status;

pub use access::{Ended, end_access, file_receipt};
pub use document::{Pack, file_documents, pack};
pub use load::SuccessorLoad;
pub use matters::{MatterPoint, MatterStatus};
pub use start::{Start, Started, start};
pub use status::{Completed, HandoverStatus, PassedStatus, complete, status};

use super::Desk;
use super::admit::record_document;
use super::office::{FolderInHand, replace, written};
use crate::archive::{DEPARTURE, NewDocument, Receipt, Rekey};
use crate::calendar::handover::Passing;
use crate::error::{Class, Error, Problem, Result};
use crate::log::Verdict;
use crate::names::{PersonId, Unit};
use crate::record::WorkModel;
use crate::record::model::{HandoverMode, HandoverRecord, PassedCase, PassedPart};
use chrono::NaiveDate;

/// The kind of what a member of the team signs who was briefed.
const BRIEFED: &str = "handover-briefing";
/// The kind of what a successor signs who takes the cases over.
const ACCEPTED: &str = "handover-acceptance";

/// A handover in its supervisor's hands.
pub struct HandoverInHand<'a> {
    folder: FolderInHand<'a>,
    /// What it says.
    pub record: HandoverRecord,
}

impl<'a> HandoverInHand<'a> {
    /// Opens a handover with the desk's key.
    ///
    /// # Errors
    /// `handover.no-handover` (input) where the folder holds another record; no key for it (access).
    pub fn take(desk: &Desk<'a>, unit: &Unit) -> Result<Self> {
        let folder = FolderInHand::take(desk, unit)?;
        let WorkModel::Handover(record) = folder.record.model() else {
            let message = format!("{unit} holds no handover");
            return Err(Error::new(Class::Input, Problem::error("handover.no-handover", message)));
        };
        let record = record.as_ref().clone();
        Ok(Self { folder, record })
    }

    /// Its number.
    pub fn unit(&self) -> &Unit {
        self.folder.open.case().unit()
    }

    /// One of its cases, as the calendar takes it.
    pub fn passing(&self, case: &PassedCase) -> Passing {
        Passing {
            leaver: self.record.leaver.id.clone(),
            successor: case.to.id.clone(),
            started: self.record.started,
        }
    }

    /// How keys and readers change by it: entries by which somebody who departs ceases to read say so in clear.
    fn how(&self, deep: bool, reason: &str) -> Rekey {
        let rule = (self.record.mode == HandoverMode::Departure).then_some(DEPARTURE);
        Rekey { deep, rule, reason: Some(reason.to_owned()), ..Rekey::default() }
    }

    /// Refuses a successor's part, where the whole is needed.
    fn whole(self) -> Result<Self> {
        let Some(whole) = &self.record.of else { return Ok(self) };
        let message = format!("{} is a successor's part of the handover {whole}", self.unit());
        let problem = Problem::error("handover.part", message).hint(format!("name {whole} instead"));
        Err(Error::new(Class::Input, problem))
    }

    /// Puts a changed record in the place of the one it was made from, and in each successor's folder what of
    /// it is theirs.
    fn write(&mut self, desk: &Desk<'a>, record: &HandoverRecord) -> Result<Receipt> {
        let receipt = replace(desk, &self.folder, &written(desk, record)?)?;
        *self = Self::take(desk, &self.unit().clone())?;
        self.record.parts.iter().try_for_each(|part| self.write_part(desk, part))?;
        Ok(receipt)
    }

    /// A folder that the desk's person cannot open stays as it is: who can brings it up to date.
    fn write_part(&self, desk: &Desk, part: &PassedPart) -> Result<()> {
        let new = written(desk, &self.of_part(part))?;
        match FolderInHand::take(desk, &part.folder) {
            Ok(folder) if folder.record.json() == new.json() => Ok(()),
            Ok(folder) => replace(desk, &folder, &new).map(drop),
            Err(error) if error.class() == Class::Access => Ok(()),
            Err(error) if error.class() == Class::NotFound => {
                let first = record_document(&new, None, desk.clock.today(), Vec::new(), None);
                desk.archive.file(desk.identity, &part.folder, &[first], &desk.clock).map(drop)
            }
            Err(error) => Err(error),
        }
    }

    /// What of the record belongs into a successor's folder.
    fn of_part(&self, part: &PassedPart) -> HandoverRecord {
        let mut record = self.record.clone();
        record.cases.retain(|case| case.to.id == part.to.id);
        record.matters.retain(|matter| matter.to.as_ref().is_some_and(|to| to.id == part.to.id));
        record.folder.number = part.folder.clone();
        (record.of, record.parts) = (Some(self.unit().clone()), Vec::new());
        let cases = record.cases.iter().map(|case| &case.case);
        let units: Vec<&Unit> = cases.chain(record.matters.iter().map(|matter| &matter.folder)).collect();
        let theirs = |what: &str| units.iter().any(|unit| what.starts_with(unit.as_str()));
        record.overrides = self.record.overrides.iter().filter(|it| theirs(&it.what.0)).cloned().collect();
        record
    }

    /// Who signed something of this kind, and on which day, the earliest signature of each.
    fn signed(&self, kind: &str) -> Vec<(PersonId, NaiveDate)> {
        let mut signed: Vec<(PersonId, NaiveDate)> = Vec::new();
        let of_kind: Vec<_> =
            self.folder.cards.iter().filter(|card| card.kind == kind).map(|card| card.d).collect();
        for judged in self.folder.open.case().entries().filter(|it| it.verdict == Verdict::Valid) {
            if !judged.entry.add.iter().any(|added| of_kind.contains(&added.d)) {
                continue;
            }
            for signer in &judged.entry.signers {
                if !signed.iter().any(|(known, _)| known == signer) {
                    signed.push((signer.clone(), judged.entry.time.day()));
                }
            }
        }
        signed
    }

    /// Who signed that they were briefed.
    pub fn briefed(&self) -> Vec<(PersonId, NaiveDate)> {
        self.signed(BRIEFED)
    }

    /// Which successors signed that they take their cases over.
    pub fn accepted(&self) -> Vec<(PersonId, NaiveDate)> {
        self.signed(ACCEPTED)
    }
}

/// Signs that the desk's person was briefed. Anybody on the staff may; only the folder's readers see it.
///
/// # Errors
/// `handover.no-handover` (input); those of filing.
pub fn sign_briefing(desk: &Desk, unit: &Unit) -> Result<Receipt> {
    let words = "I was briefed about the cases that are handed over: cover, risks and next dates.";
    sign(desk, unit, BRIEFED, "Signature of the briefing", words)
}

/// Signs that the desk's person takes over the cases that go to them.
///
/// # Errors
/// As [`sign_briefing`].
pub fn accept(desk: &Desk, unit: &Unit) -> Result<Receipt> {
    let words = "I have read the handover document of my cases and take them over.";
    sign(desk, unit, ACCEPTED, "Acceptance of the cases", words)
}

fn sign(desk: &Desk, unit: &Unit, kind: &str, title: &str, words: &str) -> Result<Receipt> {
    // Who names their own part means the handover.
    let named = HandoverInHand::take(desk, unit).ok().and_then(|part| part.record.of);
    let unit = named.as_ref().unwrap_or(unit);
    let id = desk.identity.id();
    let today = desk.clock.today();
    let document = statement(kind, title, today, format!("{words}\n\n{id}\n{today}\n"));
    desk.archive.file(desk.identity, unit, &[document], &desk.clock)
}

/// What somebody states in English, about no single case.
fn statement(kind: &str, title: impl Into<String>, date: NaiveDate, words: String) -> NewDocument {
    NewDocument { lang: Some("en".to_owned()), ..NewDocument::new(kind, title, date, "text/plain", words) }
}

/// The supervisor or director who signs; nobody hands their own cases over alone.
fn check_signer(desk: &Desk, leaver: &PersonId) -> Result<()> {
    let id = desk.identity.id();
    let leads = desk.archive.roster().now().active(id).is_some_and(|person| person.leads());
    if leads && id != leaver {
        return Ok(());
    }
    let problem =
        Problem::error("handover.signer", "a supervisor or director signs a handover, and not their own")
            .hint("ask the case supervisor or the project director to run it");
    Err(Error::new(Class::Access, problem))
}
