//! How far a handover is, and calling it complete.

use super::super::Desk;
use super::super::calendar::views;
use super::load::{SuccessorLoad, loads};
use super::matters::{self, MatterPoint, MatterStatus};
use super::{HandoverInHand, check_signer};
use crate::calendar::CaseView;
use crate::calendar::Item;
use crate::calendar::handover::{Gap, ahead, gaps, joint};
use crate::document::handover::words;
use crate::error::{Class, Error, Problem, Result};
use crate::names::{PersonId, Unit};
use crate::record::model::{HandoverOverride, Narrative, Staff, Text};
use chrono::NaiveDate;

/// The one open point that nobody can let pass.
const STILL_READS: &str = "the leaver's access has not ended";

/// How far one case is.
pub struct PassedStatus {
    /// What is known of it; none where the supervisor cannot open it.
    pub view: Option<CaseView>,
    /// The case.
    pub unit: Unit,
    /// Who takes it over.
    pub to: PersonId,
    /// What is missing.
    pub gaps: Vec<Gap>,
    /// What is due in the next three months, and what is late.
    pub due: Vec<Item>,
    /// The days on which leaver and successor met the client together.
    pub together: Vec<NaiveDate>,
    /// Whether the leaver still reads it.
    pub still_reads: bool,
}

/// How far a handover is.
pub struct HandoverStatus {
    /// Its cases.
    pub cases: Vec<PassedStatus>,
    /// Who of the team has not signed the briefing.
    pub unbriefed: Vec<PersonId>,
    /// Which successors have not signed that they take over.
    pub unaccepted: Vec<PersonId>,
    /// The folders about the work that go along.
    pub matters: Vec<MatterStatus>,
    /// What is open in them, and why others that the leaver reads stay.
    pub matter_points: Vec<MatterPoint>,
    /// What the successors have and will have, against the limits.
    pub loads: Vec<SuccessorLoad>,
    /// Whether the leaver's last day is past and their keys still open something.
    pub overdue: bool,
}

impl HandoverStatus {
    /// Everything that stands between this and a complete handover, in sentences that `--override` takes.
    pub fn open_points(&self) -> Vec<String> {
        let of_case = |case: &PassedStatus| -> Vec<String> {
            let mut points: Vec<String> =
                case.gaps.iter().map(|gap| format!("{}: {}", case.unit, words(gap))).collect();
            points.extend(case.still_reads.then(|| format!("{}: {STILL_READS}", case.unit)));
            points
        };
        let mut points: Vec<String> = self.cases.iter().flat_map(of_case).collect();
        points.extend(self.loads.iter().filter(|load| load.is_over()).map(SuccessorLoad::words));
        points.extend(self.matter_points.iter().map(MatterPoint::words));
        let still = self.matters.iter().filter(|matter| matter.still_reads);
        points.extend(still.map(|matter| format!("{}: {STILL_READS}", matter.unit)));
        points.extend(self.unbriefed.iter().map(|id| format!("{id} has not signed the briefing")));
        points.extend(self.unaccepted.iter().map(|id| format!("{id} has not signed to take over")));
        points
    }

    /// The command that settles an open point, where one does.
    pub fn settle(&self, point: &str) -> Option<&str> {
        let of = self.matter_points.iter().find(|it| it.words() == point);
        of.and_then(|it| it.settle.as_deref())
    }
}

/// How far a handover is today.
///
/// # Errors
/// Those of opening it.
pub fn status(desk: &Desk, unit: &Unit) -> Result<HandoverStatus> {
    let hand = HandoverInHand::take(desk, unit)?;
    of(desk, &hand)
}

pub(super) fn of(desk: &Desk, hand: &HandoverInHand) -> Result<HandoverStatus> {
    let today = desk.clock.today();
    let record = &hand.record;
    let units: Vec<Unit> = record.cases.iter().map(|case| case.case.clone()).collect();
    let mut views = views(desk, &units)?.views;
    let mut cases = Vec::new();
    for passed in &record.cases {
        let at = views.iter().position(|view| view.unit == passed.case);
        let view = at.map(|at| views.swap_remove(at));
        let passing = hand.passing(passed);
        let readers = desk.archive.case(&passed.case)?.state().readers.clone();
        let known = |view: &CaseView| {
            let together = joint(view, &passing).iter().map(|contact| contact.on).collect();
            (gaps(view, &passing, today), ahead(view, today), together)
        };
        let (gaps, due, together) = view.as_ref().map(known).unwrap_or_default();
        cases.push(PassedStatus {
            unit: passed.case.clone(),
            to: passed.to.id.clone(),
            gaps,
            due,
            together,
            still_reads: readers.iter().any(|reader| reader.id == record.leaver.id),
            view,
        });
    }
    let (briefed, accepted) = (hand.briefed(), hand.accepted());
    let signed = |list: &[(PersonId, NaiveDate)], id: &PersonId| list.iter().any(|(known, _)| known == id);
    // Who signed stands in the whole handover's folder; a successor's part knows nothing of it.
    let whole = record.of.is_none();
    let successors =
        cases.iter().filter(|_| whole).map(|case| case.to.clone()).collect::<std::collections::BTreeSet<_>>();
    let past = record.last_day.is_some_and(|day| day < today) && record.access_ended.is_none();
    let (matters, matter_points) = matters::status(desk, record)?;
    let still_reads =
        cases.iter().any(|case| case.still_reads) || matters.iter().any(|matter| matter.still_reads);
    Ok(HandoverStatus {
        overdue: past && still_reads,
        unbriefed: record
            .team
            .iter()
            .map(|staff| staff.id.clone())
            .filter(|id| whole && !signed(&briefed, id))
            .collect(),
        matters,
        matter_points,
        loads: loads(desk, record)?,
        unaccepted: successors.into_iter().filter(|id| !signed(&accepted, id)).collect(),
        cases,
    })
}

/// Whether a handover was called complete.
pub enum Completed {
    /// It was; what was let pass stands in the record.
    Done,
    /// It was not: this is still open.
    Open(Vec<String>),
}

/// Calls a handover complete. Each open point is settled, or let pass by the supervisor with a reason that
/// the document prints; the end of the leaver's access cannot be let pass.
///
/// # Errors
/// `handover.signer` (access); `handover.no-point` (input) where something is to be let pass that is not open.
pub fn complete(desk: &Desk, unit: &Unit, passing_over: &[(String, String)]) -> Result<Completed> {
    let mut hand = HandoverInHand::take(desk, unit)?.whole()?;
    check_signer(desk, &hand.record.leaver.id)?;
    let status = of(desk, &hand)?;
    let mut open = status.open_points();
    let mut record = hand.record.clone();
    let me =
        Staff { id: desk.identity.id().clone(), name: Text(desk.identity.name().to_owned()), phone: None };
    for (what, reason) in passing_over {
        let matching: Vec<String> =
            open.iter().filter(|point| point.contains(what.as_str())).cloned().collect();
        if matching.is_empty() {
            let problem = Problem::error("handover.no-point", "what is to be let pass is not an open point")
                .hint(format!("casefile handover status {unit} lists them"));
            return Err(Error::new(Class::Input, problem));
        }
        for point in matching {
            record.overrides.push(HandoverOverride {
                on: desk.clock.today(),
                by: me.clone(),
                what: Text(point),
                reason: Narrative::Plain(Text(reason.clone())),
            });
        }
    }
    let ended = |point: &String| point.ends_with(STILL_READS);
    let passed = |point: &String| !ended(point) && record.overrides.iter().any(|it| it.what.0 == *point);
    open.retain(|point| !passed(point));
    let done = open.is_empty();
    if done {
        record.completed = Some(desk.clock.today());
        record.access_ended = record.access_ended.or(Some(desk.clock.today()));
    }
    if record != hand.record {
        hand.write(desk, &record)?;
    }
    Ok(if done { Completed::Done } else { Completed::Open(open) })
}
