//! Which status may follow which, from which day, and what has to be there first.
//!
//! The table is the one of the practice standards, seed 002 §5.5; ages and months are the programme's.

use super::case::CaseInHand;
use crate::error::{Class, Error, Problem, Result};
use crate::log::transition::end_of_ageing_out;
use crate::names::Status;
use crate::record::Record;
use chrono::NaiveDate;

/// One change held against the rules.
pub(super) struct Rules<'a> {
    pub case: &'a CaseInHand<'a>,
    pub from: Status,
    pub to: Status,
    pub today: NaiveDate,
}

impl Rules<'_> {
    /// The effective day of the change, or every rule it breaks.
    pub fn effective(&self, wanted: Option<NaiveDate>) -> Result<NaiveDate> {
        let mut problems = Vec::new();
        let earliest = match (self.from, self.to) {
            (from, to) if from == to => {
                problems.push(rule("workflow.same-status", format!("the case is {to} already")));
                None
            }
            (Status::Inactive | Status::Open, Status::AgedOut) => self.ageing_out(&mut problems),
            (Status::Closed | Status::AgedOut, Status::Inactive) => {
                problems.push(self.no_such_change());
                None
            }
            (Status::Closed, Status::AgedOut) => {
                self.over_age(&mut problems);
                None
            }
            (_, Status::Closed) => {
                self.closure(&mut problems);
                None
            }
            _ => None,
        };
        let since = wanted.unwrap_or_else(|| earliest.unwrap_or(self.today));
        problems.extend(self.dates(since, earliest));
        Error::all(Class::Input, problems).map_or(Ok(since), Err)
    }

    fn no_such_change(&self) -> Problem {
        let message = format!("no rule leads from {} to {}", self.from, self.to);
        rule("workflow.no-such-change", message).hint(match self.from {
            Status::Closed => "a closed case is reopened first: move it to open or aged-out",
            _ => "an aged-out case closes, or goes back to open as a correction",
        })
    }

    /// Turning 18 with a transition plan, in programmes where clients age out.
    fn ageing_out(&self, problems: &mut Vec<Problem>) -> Option<NaiveDate> {
        let birthday = self.over_age(problems);
        let plan = self.case.record.case().transition.as_ref().map(|plan| plan.date);
        if plan.is_none() {
            let problem = rule(
                "workflow.no-transition-plan",
                "a case ages out with a transition plan, and its record has none",
            );
            problems.push(
                problem.hint("write the part `transition:` of the record; see: casefile explain transition"),
            );
        }
        Some(birthday?.max(plan?))
    }

    /// The birthday from which a client is over age; a problem where there is none or it is to come.
    fn over_age(&self, problems: &mut Vec<Problem>) -> Option<NaiveDate> {
        let record = &self.case.record;
        let Some(age) = record.programme().ageing_out_age() else {
            let message = format!("clients of the programme {} do not age out", record.programme().id);
            problems.push(rule("workflow.no-ageing-out", message));
            return None;
        };
        let Some(birth) = &record.case().client.birth else {
            let problem = rule("workflow.no-birth-date", "the record gives no date of birth");
            problems.push(problem.hint("add `client.birth` to the record"));
            return None;
        };
        let birthday = record.programme().comes_of_age(birth.date)?;
        if birthday > self.today {
            let message = format!("the client is not {age} yet");
            problems.push(rule("workflow.not-of-age", message).hint("check `client.birth` in the record"));
        }
        Some(birthday)
    }

    /// A case closes with a closure report, or at least with what one is made of.
    fn closure(&self, problems: &mut Vec<Problem>) {
        let since = self.reopened();
        let filed = self.case.cards.iter().any(|card| card.kind == "closure-report" && card.date >= since);
        if filed || self.case.record.case().closure.as_ref().is_some_and(|it| it.date >= since) {
            return;
        }
        let unit = &self.case.record.case().case.number;
        let problem =
            rule("workflow.no-closure-report", "a case closes with a closure report, and there is none");
        problems.push(problem.hint(format!(
            "write the part `closure:` of the record, put it back, then: casefile file closure-report {unit}"
        )));
    }

    /// The day from which a closure is a new one: that on which the case was reopened last.
    fn reopened(&self) -> NaiveDate {
        let statuses = self.case.statuses();
        let closed = statuses.iter().rposition(|(status, _)| *status == Status::Closed);
        let next = closed.and_then(|at| statuses.get(at + 1));
        next.map_or(NaiveDate::MIN, |(_, day)| *day)
    }

    fn dates(&self, since: NaiveDate, earliest: Option<NaiveDate>) -> Vec<Problem> {
        let mut problems = Vec::new();
        if since > self.today {
            problems.push(rule("workflow.future", format!("{since} is still to come")));
        }
        if let Some(earliest) = earliest.filter(|earliest| since < *earliest) {
            let message =
                format!("aged-out can be true from {earliest} on: the later of birthday and transition plan");
            problems.push(rule("workflow.too-early", message));
        }
        let current = self.case.statuses().last().map(|(_, current)| *current);
        if let Some(current) = current.filter(|current| since < *current) {
            let message = format!("{since} lies before {current}, the day on which the present status began");
            let hint = format!("with --since give {current} or a later day");
            problems.push(rule("workflow.before-present", message).hint(hint));
        }
        problems
    }
}

fn rule(code: &'static str, message: impl Into<String>) -> Problem {
    Problem::error(code, message)
}

/// The day an aged-out case closes by itself, by its programme.
pub(super) fn closes_on(record: &Record, status: Status, since: NaiveDate) -> Option<NaiveDate> {
    let months = record.programme().aged_out_months().filter(|_| status == Status::AgedOut)?;
    end_of_ageing_out(since, months)
}
