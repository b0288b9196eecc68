//! What successors hold against the limits of the programmes, before and after they take over.

use super::super::Desk;
use super::super::calendar::caseload_with;
use crate::calendar::{Load, Supervised};
use crate::error::Result;
use crate::names::PersonId;
use crate::record::model::HandoverRecord;
use std::collections::BTreeSet;

/// One successor against one limit.
pub struct SuccessorLoad {
    /// The successor.
    pub person: PersonId,
    /// What is counted: `cases`, or `case managers`.
    pub of: &'static str,
    /// How many they have.
    pub holds: usize,
    /// How many with what is handed over.
    pub with: usize,
    /// The limit and its source.
    pub limit: Option<(u32, String)>,
}

impl SuccessorLoad {
    /// Whether the limit is passed.
    pub fn is_over(&self) -> bool {
        self.limit
            .as_ref()
            .is_some_and(|(limit, _)| self.with > usize::try_from(*limit).unwrap_or(usize::MAX))
    }

    /// A number of what is counted: `1 case`, `2 cases`.
    pub fn count(&self, n: usize) -> String {
        let of = if n == 1 { self.of.trim_end_matches('s') } else { self.of };
        format!("{n} {of}")
    }

    /// It in a sentence.
    pub fn words(&self) -> String {
        let (person, with) = (&self.person, self.count(self.with));
        match &self.limit {
            Some((limit, source)) if self.is_over() => {
                format!("{person} would have {with}, more than {limit} ({source})")
            }
            Some((limit, source)) => format!("{person} would have {with} of {limit} ({source})"),
            None => format!("{person} would have {with}"),
        }
    }
}

/// What each successor of a handover has and will have: open and aged-out cases, and where they take over a
/// supervisor's cases the case managers.
///
/// # Errors
/// The archive's, where it cannot be listed.
pub(super) fn loads(desk: &Desk, record: &HandoverRecord) -> Result<Vec<SuccessorLoad>> {
    let (before, teams_before) = caseload_with(desk.archive, desk.programmes, &|_| None)?;
    let to = |unit: &_| record.cases.iter().find(|case| case.case == *unit).map(|case| &case.to.id);
    let leaver = &record.leaver.id;
    let (after, teams_after) =
        caseload_with(desk.archive, desk.programmes, &|unit| Some((leaver, to(unit)?)))?;
    let successors: BTreeSet<&PersonId> = record.cases.iter().map(|case| &case.to.id).collect();
    let mut loads = Vec::new();
    for person in successors {
        let counted =
            |loads: &[Load]| loads.iter().find(|load| load.manager == *person).map_or(0, Load::counted);
        if let Some(load) = after.iter().find(|load| load.manager == *person) {
            let (holds, with) = (counted(&before), load.counted());
            loads.push(SuccessorLoad {
                person: person.clone(),
                of: "cases",
                holds,
                with,
                limit: load.limit.clone(),
            });
        }
        let team = |teams: &[Supervised]| {
            teams.iter().find(|team| team.supervisor == *person).map_or(0, |team| team.managers.len())
        };
        if let Some(changed) = changed_team(&teams_before, &teams_after, person) {
            let (holds, with) = (team(&teams_before), team(&teams_after));
            let limit = changed.limit.clone();
            loads.push(SuccessorLoad { person: person.clone(), of: "case managers", holds, with, limit });
        }
    }
    Ok(loads)
}

/// A supervisor's team as it will be, where it changes.
fn changed_team<'a>(
    before: &[Supervised],
    after: &'a [Supervised],
    person: &PersonId,
) -> Option<&'a Supervised> {
    let after = after.iter().find(|team| team.supervisor == *person)?;
    let same = before.iter().any(|team| team.supervisor == *person && team.managers == after.managers);
    (!same).then_some(after)
}
