//! Whether a case can be handed over: what the folder lacks, what the leaver has not written down, whom
//! nobody has told, and how long the successor has come along (source 002 §5.2.4).

use super::{CaseView, Item, Lack, Lacking, due, missing};
use crate::names::{PersonId, Status};
use crate::record::model::{Contact, ContactKind, ContactPurpose};
use chrono::{Days, Months, NaiveDate};

/// One case on its way from one person to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passing {
    /// Who leaves it.
    pub leaver: PersonId,
    /// Who takes it over.
    pub successor: PersonId,
    /// The day the handover began.
    pub started: NaiveDate,
}

/// What stands between a case and a complete handover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// The folder is not complete.
    Folder(Lacking),
    /// Something was due before.
    Overdue(Item),
    /// A part of the record's `handover` says nothing; where there is nothing to say it says so.
    Part(&'static str),
    /// The record's `handover` was written before the handover began, on this day.
    Old(NaiveDate),
    /// Nobody has said where the paper folder stands.
    PaperFolder,
    /// The client was neither told nor, by a noted attempt, found not to be reachable.
    ClientNotTold,
    /// An inactive case without a single noted attempt to reach the client.
    NoAttempt,
    /// No home visit or referral visit that names both.
    NoJointVisit,
    /// The successor has come along for a shorter time than the rule asks: enough from this day on.
    Shadowing(NaiveDate),
}

/// How many days before a handover begins its part of the record may have been written.
const FRESH_DAYS: u64 = 31;

/// What stands between this case and a complete handover on `today`. Closed cases only change their key.
pub fn gaps(view: &CaseView, passing: &Passing, today: NaiveDate) -> Vec<Gap> {
    let mut gaps = Vec::new();
    match view.status {
        Status::Closed => return gaps,
        Status::Inactive => {
            let tried = view.case().contacts.iter().any(|it| it.kind == ContactKind::Attempt);
            gaps.extend((!tried).then_some(Gap::NoAttempt));
        }
        Status::Open | Status::AgedOut => {
            // What is overdue comes below, with its day.
            let lacking = missing(view, today).into_iter().filter(|it| !matches!(it.lack, Lack::Overdue(_)));
            gaps.extend(lacking.map(Gap::Folder));
            let due = due(view, today).into_iter().filter(|item| item.on < today);
            gaps.extend(due.map(Gap::Overdue));
            gaps.extend(written(view, passing));
            gaps.extend(told(view, passing, today));
            gaps.extend(shadowing(view, passing, today));
        }
    }
    gaps.extend(paper(view));
    gaps
}

/// What is due in a case in the time that a successor has to know of: the next three months.
pub fn ahead(view: &CaseView, today: NaiveDate) -> Vec<Item> {
    let until = today.checked_add_months(Months::new(3)).unwrap_or(NaiveDate::MAX);
    due(view, today).into_iter().filter(|item| item.on <= until).collect()
}

/// Every part of the record's `handover`, filled or stated as none, and not an old one.
fn written(view: &CaseView, passing: &Passing) -> Vec<Gap> {
    let handover = view.case().handover.as_ref();
    let parts = [
        ("matters_now", handover.and_then(|it| it.matters_now.as_ref())),
        ("promises", handover.and_then(|it| it.promises.as_ref())),
        ("works", handover.and_then(|it| it.works.as_ref())),
        ("dangers", handover.and_then(|it| it.dangers.as_ref())),
        ("hearings", handover.and_then(|it| it.hearings.as_ref())),
        ("medication", handover.and_then(|it| it.medication.as_ref())),
        ("papers", handover.and_then(|it| it.papers.as_ref())),
    ];
    let empty = parts.into_iter().filter(|(_, part)| part.is_none_or(|it| it.text().trim().is_empty()));
    let fresh = passing.started.checked_sub_days(Days::new(FRESH_DAYS)).unwrap_or(passing.started);
    let old = handover.map(|it| it.date).filter(|date| *date < fresh).map(Gap::Old);
    empty.map(|(name, _)| Gap::Part(name)).chain(old).collect()
}

fn paper(view: &CaseView) -> Option<Gap> {
    let seen = view.case().handover.as_ref().is_some_and(|it| it.paper_folder.is_some());
    (!seen).then_some(Gap::PaperFolder)
}

/// The contacts since the handover began in which the client was told, or was tried to be reached for it.
pub fn briefings<'a>(view: &'a CaseView, passing: &'a Passing) -> impl Iterator<Item = &'a Contact> {
    let contacts = view.case().contacts.iter();
    contacts.filter(|it| it.purpose == Some(ContactPurpose::Handover) && it.on >= passing.started)
}

fn told(view: &CaseView, passing: &Passing, today: NaiveDate) -> Option<Gap> {
    let known = briefings(view, passing).any(|it| it.on <= today);
    (!known).then_some(Gap::ClientNotTold)
}

/// The contacts that name both, oldest first.
pub fn joint<'a>(view: &'a CaseView, passing: &'a Passing) -> Vec<&'a Contact> {
    let names = |it: &Contact, person: &PersonId| it.by.iter().any(|by| by == person.as_str());
    let both = |it: &&Contact| names(it, &passing.leaver) && names(it, &passing.successor);
    let mut joint: Vec<&Contact> = view.case().contacts.iter().filter(both).collect();
    joint.sort_by_key(|it| it.on);
    joint
}

/// Whether a contact of both is one of the visits that shadowing asks for.
pub fn is_joint_visit(contact: &Contact) -> bool {
    matches!(contact.kind, ContactKind::HomeVisit | ContactKind::ReferralVisit)
}

/// At least the rule's time from the first contact together, and a joint home visit or referral visit.
fn shadowing(view: &CaseView, passing: &Passing, today: NaiveDate) -> Vec<Gap> {
    let joint: Vec<&Contact> = joint(view, passing).into_iter().filter(|it| it.on <= today).collect();
    let mut gaps = Vec::new();
    if !joint.iter().any(|it| is_joint_visit(it)) {
        gaps.push(Gap::NoJointVisit);
    }
    let Some(rule) = view.rule("handover.shadowing") else { return gaps };
    let from = joint.first().map_or(today, |it| it.on);
    let enough = rule.amount().after(from).filter(|enough| *enough > today);
    gaps.extend(enough.map(Gap::Shadowing));
    gaps
}
