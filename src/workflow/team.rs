//! Changing the team of a case: its readers in the archive, and what its record says; covering a leave.

use super::Desk;
use super::case::CaseInHand;
use crate::archive::{Listing, NewReader, Rekeyed, TeamChange};
use crate::error::{Class, Error, Problem, Result};
use crate::names::{PersonId, Status, Unit};
use chrono::NaiveDate;

/// Changes the team of a case. The record is the case manager's: where it names another team it is not
/// changed, and a warning says so.
///
/// # Errors
/// Who may not, whom it would leave with fewer than two readers, whoever cannot read cases; nothing is
/// changed then.
pub fn change_team(desk: &Desk, unit: &Unit, change: &TeamChange) -> Result<(Rekeyed, Vec<Problem>)> {
    let done = desk.archive.set_team(desk.identity, unit, change, &desk.clock)?;
    let mut warnings = Vec::new();
    if let Ok(case) = CaseInHand::take(desk, unit) {
        let written = &case.record.case().team;
        let manager = change.manager.as_ref().filter(|_| !change.custodian);
        warnings.extend(differs(unit, "manager", manager, &written.manager.id));
        warnings.extend(differs(unit, "supervisor", change.supervisor.as_ref(), &written.supervisor.id));
    }
    Ok((done, warnings))
}

/// Who stands in for whom.
pub struct Cover<'a> {
    /// Who is on leave.
    pub of: &'a PersonId,
    /// Who stands in.
    pub by: &'a PersonId,
    /// Their last day.
    pub until: NaiveDate,
    /// Why; sealed.
    pub reason: &'a str,
}

/// The cases that are covered, and those that are not.
pub struct Covered {
    /// Which somebody reads now who stands in.
    pub cases: Vec<Unit>,
    /// Which not, and why.
    pub failed: Vec<(Unit, Error)>,
}

/// Lets somebody read, until a last day, every case of somebody on leave that is not closed. Run again, it
/// goes on with those that are not covered yet.
///
/// # Errors
/// `cover.no-case` (input) where there is none; a single case that cannot be covered is no error of the whole.
pub fn cover(desk: &Desk, cover: &Cover) -> Result<Covered> {
    let theirs = |case: &Listing| {
        case.manager.as_ref() == Some(cover.of) && case.status.is_some_and(|status| status != Status::Closed)
    };
    let cases: Vec<Listing> = desk.archive.cases()?.into_iter().filter(theirs).collect();
    if cases.is_empty() {
        let message = format!("{} manages no case that is not closed", cover.of);
        return Err(Error::new(Class::Input, Problem::error("cover.no-case", message)));
    }
    let mut covered = Covered { cases: Vec::new(), failed: Vec::new() };
    for case in cases {
        if !case.readers.iter().any(|reader| reader.id == *cover.by) {
            let new = NewReader {
                person: cover.by.clone(),
                capacity: "cover".to_owned(),
                until: Some(cover.until),
                reason: cover.reason.to_owned(),
            };
            if let Err(error) = desk.archive.add_reader(desk.identity, &case.unit, &new, &desk.clock) {
                covered.failed.push((case.unit, error));
                continue;
            }
        }
        covered.cases.push(case.unit);
    }
    Ok(covered)
}

fn differs(unit: &Unit, seat: &str, now: Option<&PersonId>, written: &PersonId) -> Option<Problem> {
    let now = now.filter(|now| *now != written)?;
    let message = format!("the record of {unit} still names {written} as {seat}, the archive {now}");
    let hint = format!(
        "take it out (casefile record {unit} -o FILE), change team.{seat}, put it back (--put FILE): \
         documents print what the record says"
    );
    Some(Problem::warning("workflow.other-team", message).hint(hint))
}
