//! Beginning a handover: who gets which case, the folders, the successors' access.

use super::super::Desk;
use super::super::admit::record_document;
use super::super::calendar::views;
use super::access::{Ended, end, file_proof};
use super::names::Names;
use super::{HandoverInHand, check_signer, written};
use crate::archive::{Listing, Matter, NewReader, OfficeFounding};
use crate::error::{Class, Error, Problem, Result};
use crate::log::Role;
use crate::names::{PersonId, Unit};
use crate::record::model::{Folder, HandoverMode, HandoverRecord, Lang, PassedCase, PassedPart};
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// What is asked for.
pub struct Start {
    /// Who hands over.
    pub leaver: PersonId,
    /// Who takes over what is not assigned otherwise.
    pub to: Option<PersonId>,
    /// Cases that go to somebody else.
    pub assigned: BTreeMap<Unit, PersonId>,
    /// Only these cases; everything the leaver holds otherwise.
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
    /// What became of the leaver's access, where it was ended at once.
    pub ended: Vec<Ended>,
    /// Cases whose access could not be changed yet, and why: the same command again goes on.
    pub unfinished: Vec<(Unit, Error)>,
}

/// Begins a handover: founds its folders, lets the successors read their cases, and gives the leaver a last
/// day. In an urgent one the leaver's access ends first of all. Run again, it goes on where it stopped.
///
/// # Errors
/// `handover.signer` (access); `handover.no-cases`, `handover.unassigned`, `handover.last-day` (input); those
/// of the archive. Nothing is written before all of that is checked.
pub fn start(desk: &Desk<'_>, start: &Start) -> Result<Started> {
    check_signer(desk, &start.leaver)?;
    let cases = assigned(desk, start)?;
    let mut ended = Vec::new();
    if start.mode == HandoverMode::Urgent {
        ended = cut(desk, &start.leaver, &cases)?;
    }
    let (mut hand, resumed) = match open_handover(desk, &start.leaver)? {
        Some(hand) => (hand, true),
        None => (found(desk, start, &cases)?, false),
    };
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
    Ok(Started { unit: hand.unit().clone(), record: hand.record.clone(), resumed, unfinished, ended })
}

/// Which of the leaver's cases goes to whom.
fn assigned(desk: &Desk, start: &Start) -> Result<Vec<(Unit, PersonId)>> {
    let of_team = |case: &Listing| {
        case.manager.as_ref() == Some(&start.leaver) || case.supervisor.as_ref() == Some(&start.leaver)
    };
    let wanted = |case: &Listing| start.cases.is_empty() || start.cases.contains(&case.unit);
    let held = desk.archive.cases()?.into_iter().filter(|case| of_team(case) && wanted(case));
    let held: Vec<Unit> = held.map(|case| case.unit).collect();
    let mut problems = Vec::new();
    let strange = start.cases.iter().chain(start.assigned.keys()).filter(|unit| !held.contains(unit));
    problems.extend(
        strange.map(|unit| {
            Problem::error("handover.not-theirs", format!("{unit} is no case of {}", start.leaver))
        }),
    );
    if held.is_empty() {
        problems.push(Problem::error("handover.no-cases", format!("{} holds no case", start.leaver)));
    }
    let to = |unit: &Unit| start.assigned.get(unit).or(start.to.as_ref()).filter(|to| **to != start.leaver);
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
    match Error::all(Class::Input, problems) {
        Some(error) => Err(error),
        None => Ok(held.iter().filter_map(|unit| Some((unit.clone(), to(unit)?.clone()))).collect()),
    }
}

fn cut(desk: &Desk, leaver: &PersonId, cases: &[(Unit, PersonId)]) -> Result<Vec<Ended>> {
    cases.iter().map(|(unit, to)| end(desk, unit, leaver, to, true)).collect()
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

fn found<'a>(desk: &Desk<'a>, start: &Start, cases: &[(Unit, PersonId)]) -> Result<HandoverInHand<'a>> {
    let today = desk.clock.today();
    // Names stand in records only: those of every case that the signer reads.
    let views = views(desk, &[])?.views;
    let names = Names::of(&views, (desk.identity.id(), desk.identity.name()), &start.names);
    let unit = desk.archive.next_office_unit(Matter::Handover, today.year())?;
    let staff = desk.archive.roster().now();
    let team = staff.people().into_iter().filter(|person| {
        person.is_active()
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

/// Lets each successor read their cases, and gives the leaver a last day there.
fn let_read(desk: &Desk, hand: &HandoverInHand) -> Vec<(Unit, Error)> {
    let record = &hand.record;
    let mut unfinished = Vec::new();
    for passed in &record.cases {
        if let Err(error) = let_read_one(desk, hand, passed) {
            unfinished.push((passed.case.clone(), error));
        }
    }
    unfinished
}

fn let_read_one(desk: &Desk, hand: &HandoverInHand, passed: &PassedCase) -> Result<()> {
    let (unit, leaver) = (&passed.case, &hand.record.leaver.id);
    let reason = format!("handover {} from {leaver} to {}", hand.unit(), passed.to.id);
    let readers = desk.archive.case(unit)?.state().readers.clone();
    if !readers.iter().any(|reader| reader.id == passed.to.id) {
        let new = NewReader {
            person: passed.to.id.clone(),
            capacity: "shadow".to_owned(),
            until: None,
            reason: reason.clone(),
        };
        desk.archive.add_reader(desk.identity, unit, &new, &desk.clock)?;
    }
    let Some(last_day) = hand.record.last_day else { return Ok(()) };
    let limited =
        |day: NaiveDate| readers.iter().any(|it| it.id == *leaver && it.until.is_some_and(|u| u.0 == day));
    if readers.iter().any(|reader| reader.id == *leaver) && !limited(last_day) {
        desk.archive.limit_reader(desk.identity, unit, (leaver, last_day), &reason, &desk.clock)?;
    }
    Ok(())
}
