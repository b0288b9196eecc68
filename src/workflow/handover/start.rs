//! Beginning a handover: who gets which case, the folders, the successors' access.

use super::super::Desk;
use super::super::admit::record_document;
use super::super::calendar::views;
use super::access::{Ended, end, end_matter, file_proof, reason};
use super::matters::{self, Planned};
use super::names::Names;
use super::{HandoverInHand, check_signer, written};
use crate::archive::{Listing, Matter, NewReader, OfficeFounding, Rekey};
use crate::error::{Class, Error, Problem, Result};
use crate::log::Role;
use crate::names::{PersonId, Unit};
use crate::record::model::{
    Folder, HandoverMode, HandoverRecord, Lang, PassedCase, PassedMatter, PassedPart, Staff,
};
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// What is asked for.
pub struct Start {
    /// Who hands over.
    pub leaver: PersonId,
    /// Who takes over what is not assigned otherwise.
    pub to: Option<PersonId>,
    /// Cases and folders about the work that go to somebody else.
    pub assigned: BTreeMap<Unit, PersonId>,
    /// Only these cases and folders; everything the leaver holds otherwise. Who stays gives folders about the
    /// work away by name alone.
    pub cases: Vec<Unit>,
    /// Why.
    pub mode: HandoverMode,
    /// The last day; access ends then.
    pub last_day: Option<NaiveDate>,
    /// Full names of staff whom no record at hand names.
    pub names: BTreeMap<PersonId, String>,
}

/// A handover begun, or gone on with.
pub struct Started {
    /// Its folder.
    pub unit: Unit,
    /// What it says.
    pub record: HandoverRecord,
    /// Whether it was begun before and is gone on with.
    pub resumed: bool,
    /// Who was to take a folder about the work over and may not read it.
    pub kept_out: Vec<(Unit, PersonId)>,
    /// What became of the leaver's access, where it was ended at once.
    pub ended: Vec<Ended>,
    /// Cases and folders whose access could not be changed yet, and why: the same command again goes on.
    pub unfinished: Vec<(Unit, Error)>,
}

/// Begins a handover: founds its folders, lets the successors read their cases, and gives the leaver a last
/// day. In an urgent one the leaver's access ends first of all. Run again, it goes on where it stopped.
///
/// # Errors
/// `handover.signer` (access); `handover.no-cases`, `handover.unassigned`, `handover.not-theirs`,
/// `handover.stays`, `handover.last-day` (input), what the table says of a folder that is named and may not go
/// to its successor; those of the archive. Nothing is written before all of that is checked.
pub fn start(desk: &Desk<'_>, start: &Start) -> Result<Started> {
    check_signer(desk, &start.leaver)?;
    let begun = open_handover(desk, &start.leaver)?;
    let plan = plan(desk, start, begun.as_ref().map(|hand| &hand.record))?;
    let mut ended = Vec::new();
    if start.mode == HandoverMode::Urgent {
        ended = cut(desk, &start.leaver, &plan)?;
    }
    let (mut hand, resumed) = match begun {
        Some(hand) => (hand, true),
        None => (found(desk, start, &plan)?, false),
    };
    take_along(desk, start, &mut hand, &plan.matters.going)?;
    if let Some(last_day) = start.last_day.filter(|day| hand.record.last_day != Some(*day)) {
        let record = HandoverRecord { last_day: Some(last_day), ..hand.record.clone() };
        hand.write(desk, &record)?;
    }
    found_parts(desk, &mut hand)?;
    let unfinished = if start.mode == HandoverMode::Urgent {
        file_proof(desk, &hand, &ended)?;
        let failed = ended.iter_mut().filter_map(|it| Some((it.unit.clone(), it.failed.take()?)));
        failed.collect()
    } else {
        let_read(desk, &hand)
    };
    let (unit, record, kept_out) = (hand.unit().clone(), hand.record.clone(), plan.matters.kept_out);
    Ok(Started { unit, record, resumed, kept_out, ended, unfinished })
}

/// What goes to whom.
struct Plan {
    cases: Vec<(Unit, PersonId)>,
    matters: Planned,
}

/// Which of the leaver's cases and folders goes to whom; what a handover that is gone on with says holds on.
fn plan(desk: &Desk, start: &Start, begun: Option<&HandoverRecord>) -> Result<Plan> {
    let of_team = |case: &Listing| {
        case.manager.as_ref() == Some(&start.leaver) || case.supervisor.as_ref() == Some(&start.leaver)
    };
    let wanted = |case: &Listing| start.cases.is_empty() || start.cases.contains(&case.unit);
    let held = desk.archive.cases()?.into_iter().filter(|case| of_team(case) && wanted(case));
    let held: Vec<Unit> = held.map(|case| case.unit).collect();
    let matters = matters::planned(desk, start, begun)?;
    let known = |unit: &Unit| {
        let going = matters.going.iter().any(|(of, _)| of == unit);
        held.contains(unit) || going || matters.refused.iter().any(|(of, _)| of == unit)
    };
    let strange = start.cases.iter().chain(start.assigned.keys()).filter(|unit| !known(unit));
    let mut problems: Vec<Problem> = strange.map(|unit| matters::strange(unit, &start.leaver)).collect();
    problems.extend(matters.refused.iter().map(|(_, problem)| problem.clone()));
    if held.is_empty() && matters.going.is_empty() && problems.is_empty() {
        problems.push(matters::nothing(&start.leaver));
    }
    let before = |unit: &Unit| {
        let passed = begun.and_then(|it| it.cases.iter().find(|case| case.case == *unit));
        passed.map(|case| &case.to.id)
    };
    let to = |unit: &Unit| {
        let to = start.assigned.get(unit).or_else(|| before(unit)).or(start.to.as_ref());
        to.filter(|to| **to != start.leaver)
    };
    let open: Vec<String> = held.iter().filter(|unit| to(unit).is_none()).map(ToString::to_string).collect();
    if !open.is_empty() {
        let message = format!("nobody takes over {}", open.join(", "));
        let hint = "name somebody for all with --to, or for each with --assign CASE=PERSON";
        problems.push(Problem::error("handover.unassigned", message).hint(hint));
    }
    if start.last_day.is_some_and(|day| day < desk.clock.today()) {
        let hint = "leave it out and end the access with: casefile handover revoke";
        problems.push(Problem::error("handover.last-day", "the last day has passed already").hint(hint));
    }
    if let Some(error) = Error::all(Class::Input, problems) {
        return Err(error);
    }
    let cases = held.iter().filter_map(|unit| Some((unit.clone(), to(unit)?.clone()))).collect();
    Ok(Plan { cases, matters })
}

fn cut(desk: &Desk, leaver: &PersonId, plan: &Plan) -> Result<Vec<Ended>> {
    let how = |to: Option<&PersonId>| {
        let reason = Some(reason(leaver, to));
        Rekey { deep: true, reason, ..Rekey::default() }
    };
    let cases = plan.cases.iter().map(|(unit, to)| end(desk, unit, leaver, to, &how(Some(to))));
    let matters = plan.matters.going.iter();
    let matters = matters.map(|(unit, to)| end_matter(desk, unit, leaver, to.as_ref(), &how(to.as_ref())));
    cases.chain(matters).collect()
}

/// Writes down which folders about the work go over, beside those that were known before.
fn take_along<'a>(
    desk: &Desk<'a>,
    start: &Start,
    hand: &mut HandoverInHand<'a>,
    going: &[matters::Going],
) -> Result<()> {
    let mut record = hand.record.clone();
    let staff: Vec<Staff> =
        record.cases.iter().map(|case| case.to.clone()).chain(record.team.clone()).collect();
    let names = Names::of(&[], (desk.identity.id(), desk.identity.name()), &start.names);
    let member = |id: &PersonId| {
        let known = staff.iter().find(|it| it.id == *id && !start.names.contains_key(id));
        known.cloned().unwrap_or_else(|| names.staff(id))
    };
    for (unit, to) in going {
        let passed = PassedMatter { folder: unit.clone(), to: to.as_ref().map(member) };
        match record.matters.iter_mut().find(|it| it.folder == *unit) {
            Some(known) if known.to.as_ref().map(|it| &it.id) == to.as_ref() => {}
            Some(known) => *known = passed,
            None => record.matters.push(passed),
        }
    }
    if record != hand.record {
        hand.write(desk, &record)?;
    }
    Ok(())
}

/// The handover of this person that is not complete, if the desk's person can read one.
fn open_handover<'a>(desk: &Desk<'a>, leaver: &PersonId) -> Result<Option<HandoverInHand<'a>>> {
    for listing in desk.archive.cases()? {
        let reads = listing.is_read_by(desk.identity.id());
        if Matter::of(&listing.unit) != Some(Matter::Handover) || !reads {
            continue;
        }
        let Ok(hand) = HandoverInHand::take(desk, &listing.unit) else { continue };
        if hand.record.of.is_some() {
            continue;
        }
        if hand.record.leaver.id == *leaver && hand.record.completed.is_none() {
            return Ok(Some(hand));
        }
    }
    Ok(None)
}

fn found<'a>(desk: &Desk<'a>, start: &Start, plan: &Plan) -> Result<HandoverInHand<'a>> {
    let (today, cases) = (desk.clock.today(), &plan.cases);
    // Names stand in records only: those of every case that the signer reads.
    let views = views(desk, &[])?.views;
    let names = Names::of(&views, (desk.identity.id(), desk.identity.name()), &start.names);
    let unit = desk.archive.next_office_unit(Matter::Handover, today.year())?;
    let staff = desk.archive.roster().now();
    let team = staff.people().into_iter().filter(|person| {
        // Where no case goes over, there is nothing to brief the team about.
        !cases.is_empty()
            && person.is_active()
            && person.id != start.leaver
            && (person.has(Role::CaseManager) || person.has(Role::CaseSupervisor))
    });
    let of_these = views.iter().find(|view| cases.iter().any(|(unit, _)| *unit == view.unit));
    let programme = of_these.map_or_else(|| "cpcm".to_owned(), |view| view.programme().id.clone());
    let me = names.staff(desk.identity.id());
    let record = HandoverRecord {
        casefile: "handover/1".to_owned(),
        programme,
        lang: Lang("en".to_owned()),
        folder: Folder { number: unit.clone(), opened: today, author: me.clone(), responsible: me },
        of: None,
        leaver: names.staff(&start.leaver),
        mode: start.mode,
        started: today,
        last_day: start.last_day,
        cases: cases
            .iter()
            .map(|(case, to)| PassedCase { case: case.clone(), to: names.staff(to) })
            .collect(),
        matters: Vec::new(),
        parts: Vec::new(),
        team: team.map(|person| names.staff(&person.id)).collect(),
        overrides: Vec::new(),
        access_ended: (start.mode == HandoverMode::Urgent).then_some(today),
        completed: None,
    };
    let written = written(desk, &record)?;
    let directors = staff.people().into_iter().filter(|person| {
        person.is_active() && person.has(Role::ProjectDirector) && person.id != start.leaver
    });
    let founding = OfficeFounding {
        unit: Some(unit.clone()),
        readers: directors.map(|person| person.id).filter(|id| id != desk.identity.id()).collect(),
        documents: vec![record_document(&written, None, today, Vec::new(), None)],
        ..OfficeFounding::new(Matter::Handover)
    };
    desk.archive.found_office(desk.identity, &founding, &desk.clock)?;
    HandoverInHand::take(desk, &unit)
}

/// A folder for each successor that has none yet.
fn found_parts<'a>(desk: &Desk<'a>, hand: &mut HandoverInHand<'a>) -> Result<()> {
    let successors: BTreeSet<PersonId> = hand.record.cases.iter().map(|case| case.to.id.clone()).collect();
    for id in successors {
        if id == *desk.identity.id() || hand.record.parts.iter().any(|part| part.to.id == id) {
            continue;
        }
        let founding = OfficeFounding { readers: vec![id.clone()], ..OfficeFounding::new(Matter::Handover) };
        let receipt = desk.archive.found_office(desk.identity, &founding, &desk.clock)?;
        let mut record = hand.record.clone();
        let to = record.cases.iter().find(|case| case.to.id == id).map(|case| case.to.clone());
        record.parts.extend(to.map(|to| PassedPart { to, folder: receipt.unit }));
        hand.write(desk, &record)?;
    }
    Ok(())
}

/// Lets each successor read what goes to them, and gives the leaver a last day there.
fn let_read(desk: &Desk, hand: &HandoverInHand) -> Vec<(Unit, Error)> {
    let record = &hand.record;
    let reason = |to: &Staff| format!("handover {} from {} to {}", hand.unit(), record.leaver.id, to.id);
    let cases = record.cases.iter().map(|passed| {
        let reason = reason(&passed.to);
        let done = let_shadow(desk, &passed.case, &passed.to.id, &reason);
        (&passed.case, done.and_then(|()| limit(desk, hand, &passed.case, &reason)))
    });
    let matters = record.matters.iter().map(|passed| {
        let (let_in, reason) = match &passed.to {
            Some(to) => (matters::let_in(desk, &passed.folder, &to.id, &reason(to)), reason(to)),
            None => (Ok(()), format!("handover {} of {}", hand.unit(), record.leaver.id)),
        };
        (&passed.folder, let_in.and_then(|()| limit(desk, hand, &passed.folder, &reason)))
    });
    let failed = |(unit, done): (&Unit, Result<()>)| Some((unit.clone(), done.err()?));
    cases.chain(matters).filter_map(failed).collect()
}

/// Lets a successor come along in a case.
fn let_shadow(desk: &Desk, unit: &Unit, to: &PersonId, reason: &str) -> Result<()> {
    if desk.archive.case(unit)?.state().readers.iter().any(|reader| reader.id == *to) {
        return Ok(());
    }
    let new = NewReader {
        person: to.clone(),
        capacity: "shadow".to_owned(),
        until: None,
        reason: reason.to_owned(),
    };
    desk.archive.add_reader(desk.identity, unit, &new, &desk.clock).map(drop)
}

/// Gives the leaver their last day in a folder, where they have one and do not have it there yet.
fn limit(desk: &Desk, hand: &HandoverInHand, unit: &Unit, reason: &str) -> Result<()> {
    let (Some(last_day), leaver) = (hand.record.last_day, &hand.record.leaver.id) else { return Ok(()) };
    let case = desk.archive.case(unit)?;
    let Some(theirs) = case.state().readers.iter().find(|reader| reader.id == *leaver) else { return Ok(()) };
    if theirs.until.is_some_and(|until| until.0 == last_day) {
        return Ok(());
    }
    desk.archive
        .limit_reader(desk.identity, unit, (leaver, last_day), &hand.how(false, reason), &desk.clock)
        .map(drop)
}
