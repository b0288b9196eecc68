//! The calendar of everything that a person can open: what is due, what is missing, who holds how much.

use super::Desk;
use super::case::{CaseInHand, RECORD};
use crate::archive::{Archive, Case, Listing, ReviewVerdict};
use crate::calendar::{self, CaseView, Counted, Filed, Lacking, Load, Supervised};
use crate::cores::map_on_all_cores;
use crate::error::{Class, Error, Result};
use crate::log::{Op, Verdict};
use crate::names::{PersonId, Status, Unit};
use crate::programme::{Programme, Programmes};
use crate::seal::Card;
use crate::seal::card::replaced;
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
    Ok(if only.is_empty() { read_all(desk)?.1 } else { read_named(desk, only) })
}

/// Every folder of the archive, and what `each` makes of the wanted cases among them that the desk's person reads:
/// each is read once.
pub(super) fn read_each<T: Send>(
    desk: &Desk,
    wanted: impl Fn(&Listing) -> bool + Sync,
    each: impl Fn(CaseInHand) -> Result<T> + Sync,
) -> Result<Vec<(Listing, Option<Result<T>>)>> {
    desk.archive.each_folder(|listing, case| {
        let mine = !listing.unit.is_office() && listing.is_read_by(desk.identity.id()) && wanted(&listing);
        let open = case.filter(|_| mine).map(|case| desk.archive.unlock_case(case, desk.identity));
        (listing, open.map(|open| each(CaseInHand::of(desk, open?)?)))
    })
}

/// Every folder of the archive, and the cases among them that the desk's person can open.
pub(super) fn read_all(desk: &Desk) -> Result<(Vec<Listing>, Views)> {
    let read = read_each(desk, |_| true, view)?;
    let (mut listings, mut all) = (Vec::new(), Views { views: Vec::new(), failed: Vec::new() });
    for (listing, opened) in read {
        match opened {
            Some(Ok(view)) => all.views.push(view),
            // Whose last day is over stands among the readers until the key is changed.
            Some(Err(error)) if error.class() == Class::Access => {}
            Some(Err(error)) => all.failed.push((listing.unit.clone(), error)),
            None => {}
        }
        listings.push(listing);
    }
    Ok((listings, all))
}

/// Reads these cases. One that is closed to the desk's person counts as one that could not be read.
pub(super) fn read_named(desk: &Desk, units: &[Unit]) -> Views {
    let read = map_on_all_cores(units, 1, |unit| CaseInHand::take(desk, unit).and_then(view));
    let mut found = Views { views: Vec::new(), failed: Vec::new() };
    for (unit, opened) in units.iter().zip(read) {
        match opened {
            Ok(view) => found.views.push(view),
            Err(error) => found.failed.push((unit.clone(), error)),
        }
    }
    found
}

/// What the calendar needs to know of a case in hand.
///
/// # Errors
/// Class *damage* where what was written down of a gift cannot be read.
pub fn view(case: CaseInHand) -> Result<CaseView> {
    let state = case.open.case().state();
    let team = &case.record.case().team;
    let (manager, supervisor) = match &state.team {
        Some(team) => (team.manager.clone(), team.supervisor.clone()),
        None => (team.manager.id.clone(), team.supervisor.id.clone()),
    };
    let since = state.standing.since.map_or(case.record.case().case.admitted, |day| day.0);
    let transferred = transferred(&case)?;
    Ok(CaseView {
        unit: case.open.case().unit().clone(),
        status: case.status(),
        since,
        until: state.standing.until.map(|day| day.0),
        moved_by: moved_by(&case),
        manager,
        supervisor,
        transferred,
        filed: filed(case.open.case(), &case.cards),
        record: case.record,
    })
}

/// The day on which the case was given over to another agency, where it was not closed since.
fn transferred(case: &CaseInHand) -> Result<Option<NaiveDate>> {
    let given = case.open.given()?;
    let Some(last) = given.iter().rfind(|gift| gift.given.transfer) else { return Ok(None) };
    let mut since = case.open.case().entries().skip_while(|it| it.name != last.entry);
    let closes = |it: &crate::log::Judged| {
        it.verdict == Verdict::Valid && it.entry.op == Op::Move && it.entry.status == Some(Status::Closed)
    };
    Ok((!since.any(closes)).then_some(last.given.date))
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
    let replaced = replaced(cards);
    let standing = cards.iter().filter(|card| card.kind != RECORD && !replaced.contains(&card.d));
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
