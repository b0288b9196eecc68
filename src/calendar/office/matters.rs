//! Referrals that wait for the first contact, complaints for their answer, handovers for their end.

use super::super::handover::{Passing, is_joint_visit, joint};
use super::super::{CaseView, Item};
use super::OfficeView;
use crate::names::{PersonId, Status};
use crate::programme::Unit;
use crate::record::model::{
    ComplaintRecord, Contact, HandoverMode, HandoverRecord, PassedCase, ReferralRecord, ScreeningOutcome,
    Time,
};
use chrono::{NaiveDate, NaiveTime};
use std::collections::BTreeMap;

/// The first contact with who was referred (source 000), until it is noted or the referral is declined. Of
/// one that was admitted, a contact with the client in the case settles it as well.
///
/// Where the time of receipt is not noted the day counts from its beginning.
pub(super) fn first_contact(
    view: &OfficeView,
    record: &ReferralRecord,
    cases: &[CaseView],
    today: NaiveDate,
) -> Option<Item> {
    let declined = record.screening.as_ref().is_some_and(|it| it.outcome == ScreeningOutcome::Declined);
    let received = record.received.date;
    let in_case = |case: &CaseView| {
        let met = |on: NaiveDate| on >= received && on <= today;
        record.admitted_to.as_ref() == Some(&case.unit)
            && case.case().contacts.iter().any(|it| it.is_with_client() && met(it.on))
    };
    let met = record.first_contact.as_ref().is_some_and(|it| it.date <= today);
    if declined || met || cases.iter().any(in_case) {
        return None;
    }
    let moment = received.and_time(time(record.received.at.as_ref()));
    let (rule, by) = view.record.programme().first_contact_clock(moment)?;
    // "Before the next school year begins" is until the end of the day before.
    let on = if rule.unit == Unit::Terms { by.date().pred_opt()? } else { by.date() };
    let author = &record.folder.author.id;
    let item = Item::by_rule(rule, "first contact after the referral", on);
    let item = if rule.unit == Unit::Terms { item.counted_in_terms(view.record.programme()) } else { item };
    let item = item.of(&view.unit, &[author]);
    let settle = match &record.admitted_to {
        Some(case) => format!("casefile note {case} --kind interview --with client --face-to-face …"),
        None => view.write("first_contact:"),
    };
    Some(Item { at: (rule.unit == Unit::Hours).then_some(by), ..item.settled_by(settle) })
}

fn time(at: Option<&Time>) -> NaiveTime {
    at.and_then(|at| NaiveTime::parse_from_str(&at.0, "%H:%M").ok()).unwrap_or(NaiveTime::MIN)
}

/// The written answer to a complaint, counted from receipt (source 002 §5.6.3).
pub(super) fn answer(view: &OfficeView, record: &ComplaintRecord, today: NaiveDate) -> Option<Item> {
    let rule = view.rule("complaint.answer")?;
    if record.response.as_ref().is_some_and(|response| response.date <= today) {
        return None;
    }
    let investigator = record.investigator.as_ref().and_then(|it| it.id.as_ref());
    let who = investigator.unwrap_or(view.responsible());
    let on = rule.amount().after(record.received.date)?;
    let command = format!("{}; casefile file complaint-response {}", view.write("response:"), view.unit);
    let item = Item::by_rule(rule, "written answer to the complaint", on);
    Some(item.of(&view.unit, &[who]).settled_by(command))
}

/// Whether a handover asks that the successor comes along.
fn shadows(record: &HandoverRecord) -> bool {
    let over = record.completed.is_some() || record.access_ended.is_some();
    !over && record.mode != HandoverMode::Urgent
}

/// A visit that leaver and successor make together to each open or aged-out case that can be seen, on the
/// last day at the latest, until it is noted.
pub(super) fn joint_visits(
    view: &OfficeView,
    record: &HandoverRecord,
    cases: &[CaseView],
    today: NaiveDate,
) -> Vec<Item> {
    let Some(rule) = view.rule("handover.shadowing").filter(|_| shadows(record)) else { return Vec::new() };
    let leaver = &record.leaver.id;
    let item = |passed: &PassedCase| {
        let successor = &passed.to.id;
        let passing =
            Passing { leaver: leaver.clone(), successor: successor.clone(), started: record.started };
        let case = cases.iter().find(|case| case.unit == passed.case)?;
        let at_work = matches!(case.status, Status::Open | Status::AgedOut);
        let visit = |it: &&&Contact| it.on <= today && is_joint_visit(it);
        if !at_work || joint(case, &passing).iter().find(visit).is_some() {
            return None;
        }
        let on = record.last_day.or_else(|| rule.amount().after(record.started))?;
        let command =
            format!("casefile note {} --kind home-visit --by {leaver} --by {successor} …", case.unit);
        let item = Item::by_rule(rule, "visit to the client together with who takes over", on);
        Some(item.of(&case.unit, &[successor, leaver]).settled_by(command))
    };
    record.cases.iter().filter_map(item).collect()
}

/// Until when each successor comes along with the leaver: counted from the first contact that names both,
/// or from the beginning of the handover where none can be seen.
pub(super) fn shadowing(
    view: &OfficeView,
    record: &HandoverRecord,
    cases: &[CaseView],
    today: NaiveDate,
) -> Vec<Item> {
    let Some(rule) = view.rule("handover.shadowing").filter(|_| shadows(record)) else { return Vec::new() };
    let leaver = &record.leaver.id;
    let mut from: BTreeMap<&PersonId, NaiveDate> = BTreeMap::new();
    for passed in &record.cases {
        let successor = &passed.to.id;
        let passing =
            Passing { leaver: leaver.clone(), successor: successor.clone(), started: record.started };
        let case = cases.iter().find(|case| case.unit == passed.case);
        let met = case.and_then(|case| joint(case, &passing).first().map(|it| it.on));
        let first = met.filter(|on| *on <= today).unwrap_or(record.started);
        let latest = from.entry(successor).or_insert(first);
        *latest = first.max(*latest);
    }
    let item = |(successor, first): (&PersonId, NaiveDate)| {
        let item = Item::by_rule(rule, "shadowing runs until then", rule.amount().after(first)?);
        let command = format!("casefile handover status {}", view.unit);
        Some(item.of(&view.unit, &[successor, leaver]).settled_by(command))
    };
    from.into_iter().filter_map(item).collect()
}
