//! Everything due for one person: in the cases and the folders about the work that they can open, and what
//! the histories in clear show. Folders that they cannot read are never opened.

use super::Desk;
use super::calendar::{Views, filed, read_all, read_named};
use super::office::FolderInHand;
use crate::archive::{Departing, Listing, Matter};
use crate::calendar::{self, CaseView, InClear, Item, NextStep, OfficeView, Overstay, Retained, in_clear};
use crate::error::{Class, Error, Result};
use crate::log::{Flag, Op, Role, StaffOp, Stage, Verdict};
use crate::names::{PersonId, Unit};
use crate::record::WorkModel;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// What a person's calendar is computed from.
pub struct Agenda {
    /// The cases.
    pub cases: Vec<CaseView>,
    /// The folders about the work.
    pub office: Vec<OfficeView>,
    /// What could not be read, and why: the rest goes on without it.
    pub failed: Vec<(Unit, Error)>,
    clear: InClear,
    me: PersonId,
    debriefed: Option<NaiveDate>,
}

/// Reads what the desk's person can open: these cases and folders, or all. What needs no key is looked at
/// only where all are asked for, and only for those whose task it is: supervisors, the director,
/// administrators.
///
/// # Errors
/// The archive's, where it cannot be listed. A single folder that cannot be read is no error of the whole.
pub fn agenda(desk: &Desk, only: &[Unit]) -> Result<Agenda> {
    let me = desk.identity.id().clone();
    let mut agenda = Agenda {
        cases: Vec::new(),
        office: Vec::new(),
        failed: Vec::new(),
        clear: InClear::default(),
        me: me.clone(),
        debriefed: None,
    };
    let named = !only.is_empty();
    let (listings, office, Views { views, failed }) = if named {
        let (office, cases): (Vec<Unit>, Vec<Unit>) = only.iter().cloned().partition(Unit::is_office);
        (Vec::new(), office, read_named(desk, &cases))
    } else {
        let (listings, views) = read_all(desk)?;
        let office = listings.iter().filter(|it| it.unit.is_office() && it.is_read_by(&me));
        let office = office.map(|it| it.unit.clone()).collect();
        (listings, office, views)
    };
    (agenda.cases, agenda.failed) = (views, failed);
    for unit in office {
        agenda.folder(desk, unit, named);
    }
    if !named {
        agenda.clear = seen(desk, &listings, &agenda.office)?;
    }
    Ok(agenda)
}

impl Agenda {
    fn folder(&mut self, desk: &Desk, unit: Unit, named: bool) {
        let folder = match FolderInHand::take(desk, &unit) {
            Ok(folder) => folder,
            // A folder without a record, or one that is closed to this reader by now, has nothing to say.
            Err(error) => {
                if Matter::of(&unit) == Some(Matter::Debrief) {
                    self.debriefed = self.debriefed.max(last_filed(desk, &unit));
                }
                if named || !matches!(error.class(), Class::Access | Class::NotFound) {
                    self.failed.push((unit, error));
                }
                return;
            }
        };
        if matches!(folder.record.model(), WorkModel::Debriefing(it) if it.person.id == self.me) {
            self.debriefed = self.debriefed.max(last_filed(desk, &unit));
        }
        let filed = filed(folder.open.case(), &folder.cards);
        self.office.push(OfficeView { record: folder.record, unit, filed });
    }

    /// Everything due or to come, in the order of a list.
    pub fn due(&self, today: NaiveDate) -> Vec<Item> {
        let mut items: Vec<Item> = self.cases.iter().flat_map(|view| calendar::due(view, today)).collect();
        items.extend(calendar::office(&self.office, &self.cases, (&self.me, self.debriefed), today));
        items.extend(in_clear(&self.clear, today));
        calendar::sort(&mut items);
        items
    }
}

/// The day of the last `file` entry of a folder, which stands in clear.
fn last_filed(desk: &Desk, unit: &Unit) -> Option<NaiveDate> {
    let case = desk.archive.case(unit).ok()?;
    let filed = case.entries().filter(|it| it.verdict == Verdict::Valid && it.entry.op == Op::File);
    filed.map(|it| it.entry.time.day()).max()
}

/// What the histories in clear show to those whose task it is.
fn seen(desk: &Desk, listings: &[Listing], office: &[OfficeView]) -> Result<InClear> {
    const TASK: [Role; 3] = [Role::CaseSupervisor, Role::ProjectDirector, Role::Administrator];
    let staff = desk.archive.roster().now();
    if !staff.active(desk.identity.id()).is_some_and(|me| TASK.iter().any(|role| me.has(*role))) {
        return Ok(InClear::default());
    }
    let administers = |id: &PersonId| staff.active(id).is_some_and(|it| it.has(Role::Administrator));
    let policy = desk.archive.policy()?;
    let retained = listings.iter().filter_map(|it| {
        let policy = policy.as_ref()?;
        let category = it.unit.category();
        let since = it.kept_since.filter(|_| !it.flags.contains(&Flag::Hold))?;
        Some(Retained {
            unit: it.unit.clone(),
            ended: policy.ends(category, since)?,
            rule: policy.rule(category)?,
            next: next_step(it.stage)?,
            supervisor: it.supervisor.clone(),
        })
    });
    let handovers = office.iter().filter_map(|view| match view.record.model() {
        WorkModel::Handover(it) if it.access_ended.is_none() && it.of.is_none() => {
            Some((it.leaver.id.clone(), view.unit.clone()))
        }
        _ => None,
    });
    Ok(InClear {
        overstays: listings.iter().flat_map(overstays).collect(),
        retained: retained.collect(),
        departures: if administers(desk.identity.id()) { departures(desk, listings) } else { Vec::new() },
        administrators: staff.people().into_iter().map(|it| it.id).filter(administers).collect(),
        handovers: handovers.collect(),
    })
}

/// What comes after a stage of a disposal; nothing comes after the last.
fn next_step(stage: Stage) -> Option<NextStep> {
    match stage {
        Stage::None => Some(NextStep::Propose),
        Stage::Proposed => Some(NextStep::Approve),
        Stage::Approved | Stage::Void | Stage::Decided => Some(NextStep::Run),
        Stage::Destroyed => None,
    }
}

/// Who leaves the agency by the histories and is not retired, with the latest of their last days. What the roster
/// has said of somebody since (that they are back, or hold other roles) settles it.
fn departures(desk: &Desk, listings: &[Listing]) -> Vec<(PersonId, NaiveDate)> {
    let mut last: BTreeMap<&PersonId, &Departing> = BTreeMap::new();
    for departing in listings.iter().flat_map(|listing| &listing.departing) {
        let known = last.entry(&departing.person).or_insert(departing);
        if (known.on, known.signed) < (departing.on, departing.signed) {
            *known = departing;
        }
    }
    let roster = desk.archive.roster();
    let staff = roster.now();
    let since = |it: &Departing| {
        roster.events().iter().any(|event| {
            let about = event.note.person.as_ref().is_some_and(|person| person.id == it.person);
            about && event.note.op != StaffOp::Rekey && event.note.time > it.signed
        })
    };
    let waits = |it: &&Departing| staff.active(&it.person).is_some() && !since(it);
    last.into_values().filter(waits).map(|it| (it.person.clone(), it.on)).collect()
}

/// Readers with a last day: as long as they stand among the readers, they hold the newest key.
fn overstays(listing: &Listing) -> impl Iterator<Item = Overstay> {
    listing.readers.iter().filter_map(|reader| {
        Some(Overstay {
            reader: reader.id.clone(),
            until: reader.until?.0,
            unit: listing.unit.clone(),
            supervisor: listing.supervisor.clone(),
        })
    })
}
