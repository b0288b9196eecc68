//! The calendar of everything that a person can open: what is due, what is missing, who holds how much.

use super::Desk;
use super::case::{CaseInHand, RECORD};
use crate::archive::{Archive, Case, Listing, ReviewVerdict};
use crate::calendar::{self, CaseView, Counted, Filed, Lacking, Load, Supervised};
use crate::error::{Class, Error, Result};
use crate::log::{Op, Verdict};
use crate::names::{PersonId, Unit};
use crate::programme::{Programme, Programmes};
use crate::seal::Card;
use chrono::NaiveDate;
use std::collections::HashMap;
use std::sync::Arc;

/// The cases that a person can open, read, and those that could not be read.
pub struct Views {
    /// What is known of each.
    pub views: Vec<CaseView>,
    /// Cases of this reader that could not be read, and why: the rest goes on without them.
    pub failed: Vec<(Unit, Error)>,
}

/// Reads the cases that the desk's person can open: these, or all of them.
///
/// # Errors
/// The archive's, where it cannot be listed. A single case that cannot be read is no error of the whole.
pub fn views(desk: &Desk, only: &[Unit]) -> Result<Views> {
    let named = !only.is_empty();
    let units = if named { only.to_vec() } else { mine(desk)? };
    Ok(read_cases(desk, &units, named))
}

/// Reads these cases, two at a time. One that is closed to the desk's person is an error only where it was
/// `named`.
pub(super) fn read_cases(desk: &Desk, units: &[Unit], named: bool) -> Views {
    let (first, second) = units.split_at(units.len() / 2);
    let (mut found, more) = std::thread::scope(|scope| {
        let other = scope.spawn(|| read_some(desk, second, named));
        let found = read_some(desk, first, named);
        (found, other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    found.views.extend(more.views);
    found.failed.extend(more.failed);
    found
}

fn read_some(desk: &Desk, units: &[Unit], named: bool) -> Views {
    let mut found = Views { views: Vec::new(), failed: Vec::new() };
    for unit in units {
        match CaseInHand::take(desk, unit) {
            Ok(case) => found.views.push(view(case)),
            Err(error) if !named && error.class() == Class::Access => {}
            Err(error) => found.failed.push((unit.clone(), error)),
        }
    }
    found
}

/// The cases of which the desk's person is a reader.
pub(super) fn mine(desk: &Desk) -> Result<Vec<Unit>> {
    let cases = desk.archive.cases()?.into_iter();
    let reads = |case: &Listing| case.readers.iter().any(|reader| reader.id == *desk.identity.id());
    Ok(cases.filter(|case| !case.unit.is_office() && reads(case)).map(|case| case.unit).collect())
}

/// What the calendar needs to know of a case in hand.
pub fn view(case: CaseInHand) -> CaseView {
    let state = case.open.case().state();
    let team = &case.record.case().team;
    let (manager, supervisor) = match &state.team {
        Some(team) => (team.manager.clone(), team.supervisor.clone()),
        None => (team.manager.id.clone(), team.supervisor.id.clone()),
    };
    let since = state.standing.since.map_or(case.record.case().case.admitted, |day| day.0);
    CaseView {
        unit: case.open.case().unit().clone(),
        status: case.status(),
        since,
        until: state.standing.until.map(|day| day.0),
        moved_by: moved_by(&case),
        manager,
        supervisor,
        filed: filed(case.open.case(), &case.cards),
        record: case.record,
    }
}

fn moved_by(case: &CaseInHand) -> Option<String> {
    let moves =
        case.open.case().entries().filter(|it| it.verdict == Verdict::Valid && it.entry.op == Op::Move);
    moves.last().and_then(|it| it.entry.rule.as_ref()).map(|rule| rule.as_str().to_owned())
}

/// The documents that stand, each with the day it was filed and its newest review.
pub(super) fn filed(archived: &Case, cards: &[Card]) -> Vec<Filed> {
    let days: HashMap<_, _> = archived.entries().map(|it| (it.name, it.entry.time.day())).collect();
    let filed: HashMap<_, _> =
        archived.live().map(|live| (live.added.d, days.get(&live.entry).copied())).collect();
    let reviews = archived.reviews();
    let replaced = |card: &&Card| !cards.iter().any(|other| other.supersedes.contains(&card.d));
    let standing = cards.iter().filter(|card| card.kind != RECORD).filter(replaced);
    let one = |card: &Card| Filed {
        id: card.d.short(),
        kind: card.kind.clone(),
        date: card.date,
        period: card.period,
        status: card.status,
        filed: filed.get(&card.d).copied().flatten().unwrap_or(card.date),
        review: reviews.get(&card.d).map(|it| (it.verdict == ReviewVerdict::Approve, it.time.day())),
    };
    standing.map(one).collect()
}

/// What each of these folders lacks.
pub fn missing(views: &[CaseView], today: NaiveDate) -> Vec<(Unit, Vec<Lacking>)> {
    views.iter().map(|view| (view.unit.clone(), calendar::missing(view, today))).collect()
}

/// How many cases each manager holds and how many managers each supervisor has. Needs no key: the limits are
/// those of the programmes that know the case's category, the strictest where several do.
///
/// # Errors
/// The archive's, where it cannot be listed.
pub fn caseload(archive: &Archive, programmes: &Programmes) -> Result<(Vec<Load>, Vec<Supervised>)> {
    caseload_with(archive, programmes, &|_| None)
}

/// Who leaves a case and who takes it over.
type Passing<'a> = (&'a PersonId, &'a PersonId);

/// The same with the cases that change hands already in the hands they go to.
pub(super) fn caseload_with<'a>(
    archive: &Archive,
    programmes: &Programmes,
    passed: &dyn Fn(&Unit) -> Option<Passing<'a>>,
) -> Result<(Vec<Load>, Vec<Supervised>)> {
    let cases = archive.cases()?;
    let programmes: Vec<Arc<Programme>> = programmes.iter().cloned().collect();
    let counted = cases.iter().filter_map(|case| {
        let passed = passed(&case.unit);
        let now = |person: &'_ PersonId| -> Option<&'a PersonId> {
            passed.filter(|(leaver, _)| *leaver == person).map(|(_, to)| to)
        };
        let (manager, supervisor) = (case.manager.as_ref()?, case.supervisor.as_ref()?);
        Some(Counted {
            manager: now(manager).unwrap_or(manager),
            supervisor: now(supervisor).unwrap_or(supervisor),
            status: case.status?,
            programme: of_category(&programmes, &case.unit),
        })
    });
    Ok(calendar::caseload(&counted.collect::<Vec<_>>()))
}

/// The programme that knows a case's category, the one with the lowest limit where several do.
fn of_category<'a>(programmes: &'a [Arc<Programme>], unit: &Unit) -> Option<&'a Programme> {
    let limit = |programme: &&Arc<Programme>| {
        programme.rule("caseload.clients-per-manager").map_or(u32::MAX, |rule| rule.value)
    };
    let known = programmes.iter().filter(|programme| programme.category(unit.category()).is_some());
    known.min_by_key(limit).map(AsRef::as_ref)
}
