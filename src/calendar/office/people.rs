//! Debriefing and supervision of members of staff.

use super::super::{CaseView, Item};
use super::OfficeView;
use crate::names::{PersonId, Status};
use crate::programme::{Programme, Rule};
use crate::record::WorkModel;
use crate::record::model::{ContactKind, DebriefingRecord, StaffRecord, SupervisionForm};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// The next debriefing of a person: an interval after the last one (source 002 §5.4), or on the day that the
/// last one named itself.
pub(super) fn debriefing(view: &OfficeView, record: &DebriefingRecord, today: NaiveDate) -> Option<Item> {
    let who = [&record.person.id];
    let command = view.write("sessions:");
    let held = record.sessions.iter().filter(|it| it.date <= today).max_by_key(|it| it.date);
    let filed = view.filed.iter().map(|it| it.filed).filter(|day| *day <= today).max();
    if let Some(next) = held.and_then(|it| it.next) {
        return Some(Item::by_record("debriefing", next).of(&view.unit, &who).settled_by(command));
    }
    let rule = view.rule("debriefing.interval")?;
    let last = held.map(|it| it.date).max(filed).unwrap_or(view.opened());
    let item = Item::by_rule(rule, "debriefing", rule.amount().after(last)?);
    Some(item.of(&view.unit, &who).settled_by(command))
}

/// The debriefing after the latest incident in somebody's own cases: due on its day. Nobody else is told of
/// it: whether a person was debriefed is seen by that person and whoever facilitates.
pub(super) fn after_incident(
    folders: &[OfficeView],
    cases: &[CaseView],
    (me, debriefed): (&PersonId, Option<NaiveDate>),
    today: NaiveDate,
) -> Option<Item> {
    let own = cases.iter().filter(|case| case.manager == *me);
    let incidents = own.flat_map(|case| case.case().incidents.iter().map(move |it| (it.date, case)));
    let (on, case) = incidents.filter(|(on, _)| *on <= today).max_by_key(|(on, _)| *on)?;
    let rule = case.rule("debriefing.interval")?;
    let sessions = folders.iter().filter_map(|folder| match folder.record.model() {
        WorkModel::Debriefing(it) if it.person.id == *me => it.sessions.iter().map(|it| it.date).max(),
        _ => None,
    });
    let last = sessions.max().max(debriefed);
    if last.is_some_and(|last| last >= on) {
        return None;
    }
    let command = "hold it, then write it into `sessions:` of your DEBRIEF folder, or casefile new --sort \
                   debriefing; casefile admit FILE";
    let item = Item::by_rule(rule, "debriefing after an incident", on);
    Some(item.of(&case.unit, &[me]).settled_by(command))
}

/// What shows when somebody was last supervised.
#[derive(Default)]
struct Supervised<'a> {
    cases: Vec<&'a CaseView>,
    files: Vec<(&'a OfficeView, &'a StaffRecord)>,
}

/// The individual supervision of each case manager and of each person whose staff file can be opened: an
/// interval after the last one that stands in a case or in the staff file (source 002 §5.2.3), or on the day
/// that the last one in the file named itself.
pub(super) fn supervision(folders: &[OfficeView], cases: &[CaseView], today: NaiveDate) -> Vec<Item> {
    let mut people: BTreeMap<&PersonId, Supervised<'_>> = BTreeMap::new();
    for case in cases.iter().filter(|case| case.status != Status::Closed) {
        people.entry(&case.manager).or_default().cases.push(case);
    }
    for folder in folders {
        if let WorkModel::Staff(record) = folder.record.model() {
            people.entry(&record.person.id).or_default().files.push((folder, record));
        }
    }
    people.into_iter().filter_map(|(person, of)| of_person(person, &of, today)).collect()
}

fn of_person(person: &PersonId, of: &Supervised<'_>, today: NaiveDate) -> Option<Item> {
    let rule = strictest(of, today)?;
    let meetings = of.files.iter().flat_map(|(_, record)| &record.supervision);
    let meetings = meetings.filter(|it| it.form == SupervisionForm::Individual && it.date <= today);
    let meeting = meetings.max_by_key(|it| it.date);
    let contacts = of.cases.iter().flat_map(|case| &case.case().contacts);
    let noted = contacts.filter(|it| it.kind == ContactKind::Supervision && it.on <= today);
    let noted = noted.map(|it| it.on).max();
    let begun = of.cases.iter().map(|case| case.admitted()).min();
    let begun =
        begun.or_else(|| of.files.iter().map(|(_, record)| record.hired.max(record.folder.opened)).min());
    let last = meeting.map(|it| it.date).max(noted);
    let named = meeting.filter(|it| Some(it.date) == last).and_then(|it| it.next);
    let what = "individual supervision";
    let item = match named {
        Some(next) => Item::by_record(what, next),
        None => Item::by_rule(rule, what, rule.amount().after(last.or(begun)?)?),
    };
    let of_cases = of.cases.iter().map(|case| &case.supervisor);
    let of_files = of.files.iter().map(|(_, record)| &record.folder.responsible.id);
    let supervisors: BTreeSet<&PersonId> = of_cases.chain(of_files).filter(|id| *id != person).collect();
    let who = [person].into_iter().chain(supervisors).cloned().collect();
    let (unit, settle) = match of.files.first() {
        Some((folder, _)) => (
            Some(folder.unit.clone()),
            format!("{}; casefile file supervision-note {}", folder.write("supervision:"), folder.unit),
        ),
        None => (None, "casefile note CASE --kind supervision … in each case that was discussed".to_owned()),
    };
    Some(Item { unit, who, settle, ..item })
}

/// The rule of the programmes of these cases and files, the shortest where several differ.
fn strictest<'a>(of: &Supervised<'a>, today: NaiveDate) -> Option<&'a Rule> {
    let of_cases = of.cases.iter().map(|case| case.programme());
    let of_files = of.files.iter().map(|(folder, _)| folder.record.programme().as_ref());
    let programmes: Vec<&Programme> = of_cases.chain(of_files).collect();
    let rules = programmes.into_iter().filter_map(|programme| programme.rule("supervision.individual"));
    rules.min_by_key(|rule| rule.amount().after(today))
}
