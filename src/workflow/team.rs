//! Changing the team of a case: its readers in the archive, and what its record says.

use super::Desk;
use super::case::CaseInHand;
use crate::archive::{Rekeyed, TeamChange};
use crate::error::{Problem, Result};
use crate::names::{PersonId, Unit};

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

fn differs(unit: &Unit, seat: &str, now: Option<&PersonId>, written: &PersonId) -> Option<Problem> {
    let now = now.filter(|now| *now != written)?;
    let message = format!("the record of {unit} still names {written} as {seat}, the archive {now}");
    let hint = format!(
        "take it out (casefile record {unit} -o FILE), change team.{seat}, put it back (--put FILE): \
         documents print what the record says"
    );
    Some(Problem::warning("workflow.other-team", message).hint(hint))
}
