//! Folders about the work that somebody who leaves reads: who takes over which, as far as the table of folders
//! lets them, and why the others stay.

use super::super::Desk;
use super::super::office::FolderInHand;
use super::start::Start;
use crate::archive::{Listing, Matter, NewReader};
use crate::error::{Class, Error, Problem, Result};
use crate::names::{PersonId, Unit};
use crate::record::model::{HandoverMode, HandoverRecord, PassedMatter, ScreeningOutcome};
use crate::record::{WorkModel, WorkRecord};
use std::collections::BTreeSet;

/// A folder that is handed over, and to whom; nobody, where only the leaver's access ends.
pub(super) type Going = (Unit, Option<PersonId>);

/// What becomes of the folders that a leaver reads.
#[derive(Default)]
pub(super) struct Planned {
    /// What goes over.
    pub going: Vec<Going>,
    /// Who would have taken a folder over and may not read it.
    pub kept_out: Vec<(Unit, PersonId)>,
    /// Why folders that were named cannot go.
    pub refused: Vec<(Unit, Problem)>,
}

/// What becomes of one folder.
enum Fate {
    Goes(Option<PersonId>),
    KeptOut(PersonId, Error),
    Stays(Stays),
}

/// Why who signs cannot hand a folder over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stays {
    /// It is the leaver's own.
    Own,
    /// What is said in a debriefing stays between two.
    Debriefing,
    /// The signer does not read it.
    Closed,
    /// It is damaged.
    Unreadable,
}

/// How far a folder about the work is.
pub struct MatterStatus {
    /// The folder.
    pub unit: Unit,
    /// Who takes it over.
    pub to: Option<PersonId>,
    /// Whether the leaver still reads it.
    pub still_reads: bool,
}

/// What is open in a folder about the work.
pub struct MatterPoint {
    /// The folder.
    pub unit: Unit,
    /// It in words.
    pub what: String,
    /// The command that settles it, where one does.
    pub settle: Option<String>,
}

impl MatterPoint {
    /// The point as `handover status` names it.
    pub fn words(&self) -> String {
        format!("{}: {}", self.unit, self.what)
    }
}

/// Which folders go over, and to whom. Those that somebody named must be able to; of the others each goes as far
/// as the table lets it.
///
/// # Errors
/// The archive's, where it cannot be listed.
pub(super) fn planned(desk: &Desk, start: &Start, known: Option<&HandoverRecord>) -> Result<Planned> {
    let mut planned = Planned::default();
    let begun = |unit: &Unit| known.and_then(|it| it.matters.iter().find(|matter| matter.folder == *unit));
    for listing in desk.archive.cases()?.into_iter().filter(|it| it.unit.is_office()) {
        let (unit, before) = (listing.unit.clone(), begun(&listing.unit));
        let named = start.assigned.contains_key(&unit) || start.cases.contains(&unit);
        let all = start.cases.is_empty() && start.mode != HandoverMode::Reassign;
        if !(named || all) || !(listing.is_read_by(&start.leaver) || before.is_some()) {
            continue;
        }
        let part = is_part(&listing, &start.leaver, before);
        let last = before.and_then(|it| it.to.as_ref()).map(|to| &to.id);
        let to = start.assigned.get(&unit).or(last).or(start.to.as_ref().filter(|_| !part));
        match fate(desk, &unit, &start.leaver, to.filter(|to| **to != start.leaver)) {
            Fate::Goes(to) => planned.going.push((unit, to)),
            Fate::KeptOut(_, error) if named => {
                planned.refused.extend(error.problems().first().map(|it| (unit, it.clone())));
            }
            Fate::KeptOut(who, _) => {
                planned.going.push((unit.clone(), None));
                planned.kept_out.push((unit, who));
            }
            Fate::Stays(stays) if named => {
                let (what, settle) = stays.words(desk, &unit, &start.leaver);
                let problem =
                    Problem::error("handover.stays", format!("{unit} cannot be handed over: {what}"));
                planned.refused.push((unit, settle.into_iter().fold(problem, Problem::hint)));
            }
            // It stays, among the open points.
            Fate::Stays(_) => {}
        }
    }
    Ok(planned)
}

fn fate(desk: &Desk, unit: &Unit, leaver: &PersonId, to: Option<&PersonId>) -> Fate {
    if Matter::of(unit) == Some(Matter::Debrief) {
        return Fate::Stays(Stays::Debriefing);
    }
    let open = match desk.archive.unlock(unit, desk.identity) {
        Ok(open) => open,
        Err(error) if error.class() == Class::Access => return Fate::Stays(Stays::Closed),
        Err(_) => return Fate::Stays(Stays::Unreadable),
    };
    match (open.is_own_of(leaver), to) {
        (Err(_), _) => Fate::Stays(Stays::Unreadable),
        (Ok(true), _) => Fate::Stays(Stays::Own),
        (Ok(false), None) => Fate::Goes(None),
        (Ok(false), Some(to)) => match open.office_capacity(to) {
            Ok(_) => Fate::Goes(Some(to.clone())),
            Err(error) => Fate::KeptOut(to.clone(), error),
        },
    }
}

/// Whether somebody reads a folder as their part of a handover that went to them, or did: it goes to nobody
/// else.
fn is_part(listing: &Listing, person: &PersonId, before: Option<&PassedMatter>) -> bool {
    let part = |reader: &crate::log::Reader| reader.id == *person && reader.capacity.as_str() == "successor";
    let was = before.is_some_and(|it| it.to.is_none());
    Matter::of(&listing.unit) == Some(Matter::Handover) && (was || listing.readers.iter().any(part))
}

impl Stays {
    /// The reason, and the command that settles it.
    fn words(self, desk: &Desk, unit: &Unit, leaver: &PersonId) -> (String, Option<String>) {
        let me = desk.identity.id();
        match self {
            Self::Own => (
                "it is the leaver's own and goes to nobody".to_owned(),
                Some(format!("casefile reader remove {unit} {leaver} --reason …")),
            ),
            Self::Debriefing => {
                ("a debriefing stays between the person and who facilitates it".to_owned(), None)
            }
            Self::Closed => (
                format!("{me} does not read it, so {leaver} lets somebody in who may"),
                Some(format!("casefile reader add {unit} PERSON --as WORD --reason …")),
            ),
            Self::Unreadable => ("it cannot be read".to_owned(), Some(format!("casefile verify {unit}"))),
        }
    }
}

/// Lets the successor read a folder about the work, where they do not yet.
pub(super) fn let_in(desk: &Desk, unit: &Unit, to: &PersonId, reason: &str) -> Result<()> {
    let open = desk.archive.unlock(unit, desk.identity)?;
    if open.case().state().readers.iter().any(|reader| reader.id == *to) {
        return Ok(());
    }
    let new = NewReader {
        person: to.clone(),
        capacity: open.office_capacity(to)?.to_owned(),
        until: None,
        reason: reason.to_owned(),
    };
    desk.archive.add_reader(desk.identity, unit, &new, &desk.clock).map(drop)
}

/// How far the folders of a handover are, and what is open in them and in those that stay.
pub(super) fn status(desk: &Desk, record: &HandoverRecord) -> Result<(Vec<MatterStatus>, Vec<MatterPoint>)> {
    let leaver = &record.leaver.id;
    let listings = desk.archive.cases()?;
    let (mut passed, mut points) = (Vec::new(), Vec::new());
    for matter in &record.matters {
        let listing = listings.iter().find(|it| it.unit == matter.folder);
        let reads = |person: &PersonId| listing.is_some_and(|it| it.is_read_by(person));
        let to = matter.to.as_ref().map(|to| to.id.clone());
        points.extend(open_points(desk, record, matter, to.as_ref().is_none_or(reads)));
        passed.push(MatterStatus { unit: matter.folder.clone(), still_reads: reads(leaver), to });
    }
    let whole = record.of.is_none() && record.mode != HandoverMode::Reassign;
    let known = |unit: &Unit| record.matters.iter().any(|it| it.folder == *unit);
    for unit in listings.iter().filter(|it| whole && it.is_read_by(leaver)).map(|it| &it.unit) {
        if !unit.is_office() || known(unit) {
            continue;
        }
        let (what, settle) = match fate(desk, unit, leaver, None) {
            Fate::Stays(stays) => stays.words(desk, unit, leaver),
            Fate::Goes(_) | Fate::KeptOut(..) => nobody(record, unit),
        };
        points.push(MatterPoint { unit: unit.clone(), what, settle });
    }
    Ok((passed, points))
}

fn nobody(record: &HandoverRecord, unit: &Unit) -> (String, Option<String>) {
    let leaver = &record.leaver.id;
    let settle = format!("casefile handover start --from {leaver} --assign {unit}=PERSON");
    ("nobody takes it over".to_owned(), Some(settle))
}

/// What is open in a folder that is handed over, as far as this person can see it.
fn open_points(
    desk: &Desk,
    record: &HandoverRecord,
    matter: &PassedMatter,
    successor_reads: bool,
) -> Vec<MatterPoint> {
    let (unit, leaver) = (&matter.folder, &record.leaver.id);
    let point = |(what, settle)| MatterPoint { unit: unit.clone(), what, settle };
    let held = FolderInHand::take(desk, unit).ok().map(|folder| folder.record);
    let Some(to) = &matter.to else {
        // A part of an earlier handover goes to nobody.
        let part = |it: &WorkRecord| matches!(it.model(), WorkModel::Handover(it) if it.of.is_some());
        if held.as_ref().is_some_and(part) {
            return Vec::new();
        }
        let kept_out =
            kept_out(desk, record, unit).map(|who| (who, Some("casefile matter rules".to_owned())));
        return kept_out.into_iter().chain([nobody(record, unit)]).map(point).collect();
    };
    let mut open = Vec::new();
    if !successor_reads {
        let settle = format!("casefile handover start --from {leaver} --to {}", to.id);
        open.push(point((format!("{} does not read it yet", to.id), Some(settle))));
    }
    if held.is_some_and(|it| names(&it, leaver)) {
        let what = format!("its record still names {leaver} as the one at work on it");
        let settle = format!(
            "casefile record {unit} -o FILE; write {} there; casefile record {unit} --put FILE",
            to.id
        );
        open.push(point((what, Some(settle))));
    }
    open
}

/// Which successors of the handover the table keeps out of a folder.
fn kept_out(desk: &Desk, record: &HandoverRecord, unit: &Unit) -> Option<String> {
    let open = desk.archive.unlock(unit, desk.identity).ok()?;
    let cases = record.cases.iter().map(|it| &it.to.id);
    let successors: BTreeSet<&PersonId> =
        cases.chain(record.matters.iter().filter_map(|it| it.to.as_ref().map(|to| &to.id))).collect();
    let kept: Vec<&str> = successors
        .into_iter()
        .filter(|id| open.office_capacity(id).is_err_and(|error| error.class() == Class::Access))
        .map(PersonId::as_str)
        .collect();
    (!kept.is_empty()).then(|| format!("{} may not read it", kept.join(", ")))
}

/// Whether the record of a matter that is not settled says that somebody is at work on it: their dates are due.
fn names(record: &WorkRecord, person: &PersonId) -> bool {
    let folder = record.folder_of_office();
    let responsible = folder.responsible.id == *person;
    match record.model() {
        WorkModel::Referral(it) => {
            let declined = it.screening.as_ref().is_some_and(|it| it.outcome == ScreeningOutcome::Declined);
            !declined && it.admitted_to.is_none() && (responsible || folder.author.id == *person)
        }
        WorkModel::Complaint(it) => {
            let investigator = it.investigator.as_ref().and_then(|it| it.id.as_ref());
            it.response.is_none() && investigator.map_or(responsible, |id| id == person)
        }
        WorkModel::Handover(it) => it.completed.is_none() && responsible,
        _ => responsible,
    }
}

/// That somebody holds nothing that could be handed over.
pub(super) fn nothing(leaver: &PersonId) -> Problem {
    Problem::error(
        "handover.no-cases",
        format!("{leaver} holds no case, and no folder about the work that could go over"),
    )
}

/// A folder named that is none of the leaver's.
pub(super) fn strange(unit: &Unit, leaver: &PersonId) -> Problem {
    let what = if unit.is_office() {
        format!("{leaver} does not read {unit}")
    } else {
        format!("{unit} is no case of {leaver}")
    };
    Problem::error("handover.not-theirs", what)
}
