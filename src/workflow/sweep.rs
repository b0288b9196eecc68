//! What the passing of time changes by itself, done with the rights that a person has.

use super::Desk;
use super::calendar::view;
use super::case::CaseInHand;
use super::label::label;
use super::press::Press;
use crate::archive::{Case, Receipt, StatusChange};
use crate::calendar::{Act, AgedOut, Decision, sweep_open, sweep_sealed};
use crate::document::Request;
use crate::error::{Class, Error, Result};
use crate::log::{Op, Verdict};
use crate::names::{Status, Unit};
use chrono::NaiveDate;

/// What follows for one case, and what was done about it.
pub struct Swept {
    /// The case.
    pub unit: Unit,
    /// What the rule says.
    pub decision: Decision,
    /// The archive's receipt; none for proposals and where nothing was to be written.
    pub receipt: Option<Receipt>,
}

/// A run over the archive: what followed, and the cases where it could not be done.
#[derive(Default)]
pub struct Sweep {
    /// What followed, by case.
    pub swept: Vec<Swept>,
    /// What could not be done, and why; the rest was done.
    pub failed: Vec<(Unit, Error)>,
}

/// Announces, changes and proposes what the rules ask for on the day of the desk's clock: in every aged-out
/// case whatever the history in clear shows, and in the cases that the desk's person can open what their
/// records show. Each act is an entry that names its rule. `write` says whether anything is written.
///
/// Each case is verified in full before it is written. Running it twice on one day changes nothing more.
///
/// # Errors
/// The archive's, where it cannot be listed.
pub fn sweep(desk: &Desk, press: &Press, write: bool) -> Result<Sweep> {
    let reads = desk.archive.roster().now().active(desk.identity.id()).is_some_and(|it| it.may_read_cases());
    let mut run = Run { desk, press, write, reads, done: Sweep::default() };
    let statuses: &[Status] = if reads { &Status::ALL } else { &[Status::AgedOut] };
    for status in statuses {
        for unit in desk.archive.units_of(*status)? {
            if let Err(error) = run.case(&unit) {
                run.done.failed.push((unit, error));
            }
        }
    }
    run.done.swept.sort_by(|a, b| a.unit.cmp(&b.unit));
    Ok(run.done)
}

struct Run<'a> {
    desk: &'a Desk<'a>,
    press: &'a Press,
    write: bool,
    /// Whether the person may read cases at all.
    reads: bool,
    done: Sweep,
}

impl Run<'_> {
    fn case(&mut self, unit: &Unit) -> Result<()> {
        if !self.reads {
            return self.in_clear(unit, false);
        }
        match CaseInHand::take(self.desk, unit) {
            Ok(case) => {
                let today = self.desk.clock.today();
                let view = view(case)?;
                let decisions = sweep_sealed(&view, today);
                let extended =
                    decisions.iter().any(|it| matches!(it, Decision::Do { act: Act::Extend { .. }, .. }));
                for decision in decisions {
                    self.decide(unit, decision, true)?;
                }
                if extended { Ok(()) } else { self.in_clear(unit, true) }
            }
            Err(error) if error.class() == Class::Access => self.in_clear(unit, false),
            Err(error) => Err(error),
        }
    }

    /// What the history in clear shows: announcing and closing.
    fn in_clear(&mut self, unit: &Unit, opens: bool) -> Result<()> {
        let case = self.desk.archive.case(unit)?;
        let Some(aged_out) = aged_out(&case) else { return Ok(()) };
        match sweep_open(&aged_out, self.desk.programmes, self.desk.clock.today()) {
            Some(decision) => self.decide(unit, decision, opens),
            None => Ok(()),
        }
    }

    fn decide(&mut self, unit: &Unit, decision: Decision, opens: bool) -> Result<()> {
        let receipt = match &decision {
            Decision::Do { act, rule } if self.write => Some(self.act(unit, act, rule, opens)?),
            _ => None,
        };
        self.done.swept.push(Swept { unit: unit.clone(), decision, receipt });
        Ok(())
    }

    fn act(&self, unit: &Unit, act: &Act, rule: &str, opens: bool) -> Result<Receipt> {
        let Desk { archive, identity, clock, .. } = self.desk;
        match act {
            Act::AgeOut { since, until } => {
                self.status(unit, (Status::AgedOut, *since, Some(*until)), rule, opens)
            }
            Act::Close { since } => self.status(unit, (Status::Closed, *since, None), rule, opens),
            Act::Extend { until } => {
                let reason = "the agreement with the young adult lasts longer";
                archive.extend(identity, unit, *until, (Some(rule), reason), clock)
            }
            Act::Announce { .. } => archive.announce(identity, unit, rule, clock),
            Act::Label => {
                let case = CaseInHand::take(self.desk, unit)?;
                let label = self.label(&case, case.statuses(), clock.today())?;
                archive.file(identity, unit, &[label], clock)
            }
        }
    }

    /// Changes a status; who can open the case files the new label with it.
    fn status(
        &self,
        unit: &Unit,
        (to, since, until): (Status, NaiveDate, Option<NaiveDate>),
        rule: &str,
        opens: bool,
    ) -> Result<Receipt> {
        let Desk { archive, identity, clock, .. } = self.desk;
        let mut documents = Vec::new();
        if opens {
            let case = CaseInHand::take(self.desk, unit)?;
            let mut statuses = case.statuses();
            statuses.retain(|(_, earlier)| *earlier < since);
            statuses.push((to, since));
            documents.push(self.label(&case, statuses, since)?);
        }
        let change = StatusChange { to, since, until, reason: None, rule: Some(rule.to_owned()), documents };
        archive.change_status(identity, unit, &change, clock)
    }

    fn label(
        &self,
        case: &CaseInHand,
        statuses: Vec<(Status, NaiveDate)>,
        day: NaiveDate,
    ) -> Result<crate::archive::NewDocument> {
        let reference = Some(case.open.case().reference());
        label(&case.record, self.press, statuses, &Request { reference, ..Request::on(day) })
    }
}

/// An aged-out case with its end and its announcements, as everybody can read them.
fn aged_out(case: &Case) -> Option<AgedOut> {
    if case.status() != Some(Status::AgedOut) {
        return None;
    }
    let until = case.state().standing.until?.0;
    let announced = case.entries().filter(|it| it.verdict == Verdict::Valid && it.entry.op == Op::Remark);
    let announced =
        announced.filter_map(|it| Some((it.entry.rule.as_ref()?.as_str().to_owned(), it.entry.time.day())));
    Some(AgedOut { unit: case.unit().clone(), until, announced: announced.collect() })
}
