//! Withdrawing, reviewing, extending and resolving: what people decide about what is filed already.

use super::Desk;
use super::case::{RECORD, newest_records};
use super::find::find_document;
use crate::archive::{Accepted, NewDocument, Receipt, Resolution, ReviewVerdict};
use crate::error::{Class, Error, Problem, Result};
use crate::names::{PersonId, Status, Unit};
use crate::seal::{Card, DocId};
use chrono::NaiveDate;

/// Withdraws the document whose id begins with `digits`: it is kept, struck through.
///
/// # Errors
/// No such document; a version of the record (input), which is replaced and never withdrawn; no key for
/// the case; no reason.
pub fn withdraw(desk: &Desk, digits: &str, reason: &str) -> Result<Receipt> {
    let (unit, d) = find_document(desk.archive, digits)?;
    let open = desk.archive.unlock(&unit, desk.identity)?;
    if open.document(&d)?.0.kind == RECORD {
        let problem = Problem::error("workflow.withdraw-record", "a record is not withdrawn but corrected")
            .hint(format!("take it out, correct it, put it back: casefile record {unit} -o FILE"));
        return Err(Error::new(Class::Input, problem));
    }
    desk.archive.withdraw(desk.identity, &unit, d, reason, &desk.clock)
}

/// Writes down the supervisor's verdict on the document whose id begins with `digits`.
///
/// # Errors
/// No such document; not the folder's supervisor (access); a return without a comment, an approval that this
/// person has given already (input).
pub fn review(desk: &Desk, digits: &str, verdict: ReviewVerdict, comment: Option<&str>) -> Result<Receipt> {
    let (unit, d) = find_document(desk.archive, digits)?;
    let comment = comment.unwrap_or_default();
    if verdict == ReviewVerdict::Return && comment.trim().is_empty() {
        let problem =
            Problem::error("workflow.no-comment", "a document goes back with what is to be changed")
                .hint("say it with --comment; only the case's readers can read it");
        return Err(Error::new(Class::Input, problem));
    }
    let reviews = desk.archive.case(&unit)?.reviews();
    let mine = reviews.get(&d).filter(|review| review.by.contains(desk.identity.id()));
    if verdict == ReviewVerdict::Approve && mine.is_some_and(|review| review.verdict == verdict) {
        let problem = Problem::error("workflow.approved-already", "you approved this document already");
        return Err(Error::new(Class::Input, problem.hint("there is nothing more to do")));
    }
    desk.archive.review(desk.identity, &unit, d, verdict, comment, &desk.clock)
}

/// Moves the end of the time of an aged-out case.
///
/// # Errors
/// A case that is not aged-out, an earlier day, no reason (input); no key for the case (access).
pub fn extend(desk: &Desk, unit: &Unit, until: NaiveDate, reason: &str) -> Result<Receipt> {
    desk.archive.extend(desk.identity, unit, until, (None, reason), &desk.clock)
}

/// What a person chooses where changes met.
#[derive(Default)]
pub struct Choice<'a> {
    /// The status that holds.
    pub status: Option<Status>,
    /// The manager who holds the case.
    pub manager: Option<PersonId>,
    /// First digits of the id of the record that holds.
    pub record: Option<&'a str>,
    /// Whether all versions of amended documents stand.
    pub both: bool,
    /// Which late entries count from now on.
    pub late: Accepted,
    /// Why.
    pub reason: &'a str,
}

/// Settles what two changes that met left open.
///
/// A record that is chosen is filed again as the version that replaces all that met; those are kept.
///
/// # Errors
/// Nothing open, an open question without an answer, an answer that is none of those that met (input); no
/// key for the case (access).
pub fn resolve(desk: &Desk, unit: &Unit, choice: &Choice<'_>) -> Result<Receipt> {
    let open = desk.archive.unlock(unit, desk.identity)?;
    let cards = open.cards()?;
    let records = newest_records(&cards);
    let mut resolution = Resolution {
        status: choice.status,
        manager: choice.manager.clone(),
        documents: Vec::new(),
        both: choice.both,
        late: choice.late.clone(),
        reason: choice.reason.to_owned(),
    };
    if records.len() > 1 && choice.record.is_none() {
        return Err(which_record(unit, &records));
    }
    if let Some(digits) = choice.record {
        let chosen =
            records.iter().filter(|card| records.len() > 1 && card.d.to_string().starts_with(digits));
        let [card] = chosen.collect::<Vec<_>>()[..] else { return Err(which_record(unit, &records)) };
        let (card, bytes) = open.document(&card.d)?;
        let supersedes = records.iter().map(|card| card.d).collect();
        resolution.documents = vec![again(&card, bytes.to_vec(), supersedes, desk.clock.today())];
    }
    desk.archive.resolve(desk.identity, unit, &resolution, &desk.clock)
}

fn which_record(unit: &Unit, records: &[&Card]) -> Error {
    let ids: Vec<String> = records.iter().map(|card| card.d.to_string()).collect();
    if ids.len() < 2 {
        let message = format!("{unit} has one newest record: there is none to choose");
        return Error::new(Class::Input, Problem::error("workflow.nothing-open", message));
    }
    let message = format!("two people changed the record of {unit} at the same time: {}", ids.join(", "));
    let problem = Problem::error("workflow.record-conflict", message).hint(format!(
        "look at both with casefile open, then: casefile resolve {unit} --record DOCUMENT --reason …"
    ));
    Error::new(Class::Input, problem)
}

/// The same record once more, as the version that replaces `supersedes`.
pub(super) fn again(card: &Card, bytes: Vec<u8>, supersedes: Vec<DocId>, today: NaiveDate) -> NewDocument {
    NewDocument {
        period: card.period,
        lang: card.lang.clone(),
        copy: card.copy,
        status: card.status,
        manager: card.manager.clone(),
        supervisor: card.supervisor.clone(),
        confidential: card.confidential,
        template: card.template,
        source: card.source,
        series: Some(card.series),
        supersedes,
        ..NewDocument::new(&card.kind, &card.title, today, &card.media, bytes)
    }
}
