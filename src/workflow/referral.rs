//! Referrals: received, and then admitted as a case or declined (source 002 §5.1.1).
//!
//! A referral lives in a folder of its own, whose readers are the supervisor and the worker named. Its
//! clocks run from the moment it was received. When it is admitted, what it holds is filed in the new case
//! too and the folder notes which case it became; when it is declined, the folder keeps why and where to.

use super::admit::{Admitted, admit_with};
use super::case::{ATTACHMENT, CaseInHand, RECORD};
use super::office::{FolderInHand, found, replace, written};
use super::operations::again;
use super::{Desk, Press};
use crate::archive::{NewDocument, Receipt};
use crate::error::{Class, Error, Problem, Result};
use crate::names::Unit;
use crate::record::model::{
    ConferenceKind, Narrative, ReferralRecord, Screening, ScreeningOutcome, Staff, Text,
};
use crate::record::{Record, WorkModel, WorkRecord};
use crate::seal::card::{Source, replaced};

/// Founds the folder of a referral. Its clocks run from the moment the record names.
///
/// # Errors
/// `referral.not-one`, `referral.time` (input) where the record is another one or does not say at what time
/// it was received; those of [`found`].
pub fn receive(desk: &Desk, record: &WorkRecord) -> Result<Receipt> {
    let WorkModel::Referral(referral) = record.model() else { return Err(not_one(record.number())) };
    if referral.received.at.is_none() {
        let problem = Problem::error("referral.time", "the record does not say at what time it was received")
            .at(record.place("received"))
            .hint("add `at:` to `received:`, such as at: \"15:10\"; the clocks run from that minute");
        return Err(Error::new(Class::Input, problem));
    }
    found(desk, record)
}

/// Admits the case that a referral became: with the case everything the referral's folder holds is filed in
/// it, and the folder notes the case. Run again after a failure, it does what is left.
///
/// # Errors
/// `referral.declined`, `referral.admitted` (input) where it was decided before; `referral.conference`
/// (input) where the programme admits by the decision of an admission conference and the record holds none,
/// nor a history from before the archive; those of [`admit`](super::admit()) and of opening the referral.
pub fn admit_referral(desk: &Desk, press: &Press, record: &Record, referral: &Unit) -> Result<Admitted> {
    let (folder, old) = take(desk, referral)?;
    let unit = &record.case().case.number;
    check_undecided(referral, &old)?;
    check_conference(record)?;
    let admitted = if has_taken(desk, unit, referral)? {
        let case = desk.archive.case(unit)?;
        let status = *case.statuses().first().ok_or_else(|| not_one(referral))?;
        Admitted { receipt: note_admitted(desk, &folder, &old, unit)?, status }
    } else {
        let admitted = admit_with(desk, press, record, moved(&folder)?)?;
        note_admitted(desk, &folder, &old, unit)?;
        admitted
    };
    Ok(admitted)
}

/// Declines a referral: its folder stays and keeps why and where the client was referred onward.
///
/// # Errors
/// `referral.admitted`, `referral.declined` (input) where it was decided before; those of opening it.
pub fn decline(desk: &Desk, referral: &Unit, reason: &str, onward: Option<&str>) -> Result<Receipt> {
    let (folder, old) = take(desk, referral)?;
    check_undecided(referral, &old)?;
    let screening = Screening {
        reasons: Some(Narrative::Plain(Text(reason.to_owned()))),
        onward: onward
            .map(|onward| Text(onward.to_owned()))
            .or_else(|| old.screening.as_ref()?.onward.clone()),
        ..screened(desk, &old, ScreeningOutcome::Declined)
    };
    let new = ReferralRecord { screening: Some(screening), ..old };
    replace(desk, &folder, &written(desk, &new)?)
}

fn take<'a>(desk: &Desk<'a>, referral: &Unit) -> Result<(FolderInHand<'a>, ReferralRecord)> {
    let folder = FolderInHand::take(desk, referral)?;
    let WorkModel::Referral(record) = folder.record.model() else { return Err(not_one(referral)) };
    let record = record.as_ref().clone();
    Ok((folder, record))
}

fn not_one(unit: &Unit) -> Error {
    let problem = Problem::error("referral.not-one", format!("{unit} is no referral"))
        .hint("a referral has a record of the sort referral/1: casefile new --sort referral");
    Error::new(Class::Input, problem)
}

/// Refuses what was decided before.
fn check_undecided(referral: &Unit, record: &ReferralRecord) -> Result<()> {
    if let Some(case) = &record.admitted_to {
        let problem = Problem::error("referral.admitted", format!("{referral} was admitted as {case}"));
        return Err(Error::new(Class::Input, problem));
    }
    if record.screening.as_ref().is_some_and(|it| it.outcome == ScreeningOutcome::Declined) {
        let problem = Problem::error("referral.declined", format!("{referral} was declined"))
            .hint("who is referred again has a new referral with a number of its own");
        return Err(Error::new(Class::Input, problem));
    }
    Ok(())
}

/// Source 002 §5.2.2.4: a case is admitted by the decision of an admission case conference.
fn check_conference(record: &Record) -> Result<()> {
    let case = record.case();
    let needed = record.programme().admission_conference && case.case.history.is_empty();
    if !needed || case.conferences.iter().any(|it| it.kind == ConferenceKind::Admission) {
        return Ok(());
    }
    let message = format!("{} admits by the decision of an admission case conference", record.programme().id);
    let problem = Problem::error("referral.conference", message).at(record.place("conferences")).hint(
        "add to `conferences:` one of `kind: admission` with its date, chair and decision (002 §5.2.2.4)",
    );
    Err(Error::new(Class::Input, problem))
}

/// The title under which the record of a referral is filed in its case.
fn title(referral: &Unit) -> String {
    format!("Record of {referral}")
}

/// Whether the case is there already with what this referral holds.
fn has_taken(desk: &Desk, unit: &Unit, referral: &Unit) -> Result<bool> {
    match CaseInHand::take(desk, unit) {
        Ok(case) => Ok(case.cards.iter().any(|card| card.title == title(referral))),
        Err(error) if error.class() == Class::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// What a referral holds, for the case: its newest record as a text, and every document.
fn moved(folder: &FolderInHand) -> Result<Vec<NewDocument>> {
    let mut documents = Vec::new();
    let replaced = replaced(&folder.cards);
    for card in &folder.cards {
        if replaced.contains(&card.d) || (card.kind == RECORD && card.d != folder.record_id) {
            continue;
        }
        let (card, bytes) = folder.open.document(&card.d)?;
        let new = again(&card, bytes.to_vec(), Vec::new(), card.date);
        let new = NewDocument { series: None, ..new };
        documents.push(if card.kind == RECORD {
            let title = title(folder.record.number());
            NewDocument { kind: ATTACHMENT.to_owned(), title, source: Source::Attached, ..new }
        } else {
            new
        });
    }
    Ok(documents)
}

fn note_admitted(desk: &Desk, folder: &FolderInHand, old: &ReferralRecord, unit: &Unit) -> Result<Receipt> {
    let screening = screened(desk, old, ScreeningOutcome::Admitted);
    let new = ReferralRecord { screening: Some(screening), admitted_to: Some(unit.clone()), ..old.clone() };
    replace(desk, folder, &written(desk, &new)?)
}

/// The screening as it was noted, with this outcome; of today and by the desk's person where none was.
fn screened(desk: &Desk, old: &ReferralRecord, outcome: ScreeningOutcome) -> Screening {
    match &old.screening {
        Some(screening) => Screening { outcome, ..screening.clone() },
        None => Screening {
            date: desk.clock.today().max(old.received.date),
            by: Staff {
                id: desk.identity.id().clone(),
                name: Text(desk.identity.name().to_owned()),
                phone: None,
            },
            criteria: Vec::new(),
            outcome,
            reasons: None,
            onward: None,
            told: None,
        },
    }
}
