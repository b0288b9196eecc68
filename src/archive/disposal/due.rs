//! Which closed cases and folders about the work have been kept as long as the policy says.

use super::super::case::Case;
use super::super::error;
use super::super::open::Archive;
use super::super::operations::refuse_gap;
use crate::error::{Class, Result};
use crate::log::{Policy, Stage};
use crate::names::{PersonId, Status, Unit};
use chrono::NaiveDate;

/// A folder whose time is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The closed case, or the folder about the work.
    pub unit: Unit,
    /// From when its years count: see [`Case::kept_since`].
    pub since: NaiveDate,
    /// From when it may be disposed of.
    pub ended: NaiveDate,
    /// The rule in force, as entries name it: `retention.uasc.70`.
    pub rule: String,
    /// Who holds it back; nobody as a rule.
    pub held_by: Vec<PersonId>,
    /// How far its disposal is.
    pub stage: Stage,
}

/// What is due.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DueList {
    /// The folders, held ones among them, cases first. None that is destroyed.
    pub cases: Vec<Due>,
    /// Folders that cannot be verified, so that it is not known whether they are due.
    pub unknown: Vec<Unit>,
}

impl Archive {
    /// The closed cases and the folders about the work that on this day have been kept as long as the policy
    /// says. Needs no key. Nothing is due where no policy is set.
    ///
    /// # Errors
    /// As [`Archive::policy`]; the store's.
    pub fn due(&self, on: NaiveDate) -> Result<DueList> {
        let mut list = DueList::default();
        let Some(policy) = self.policy()? else { return Ok(list) };
        for unit in self.units()? {
            match self.case(&unit) {
                Ok(case) => list.cases.extend(due(&case, &policy, on)),
                Err(e) if e.class() == Class::NotFound => {}
                Err(e) if e.class() == Class::Unexpected => return Err(e),
                Err(_) => list.unknown.push(unit),
            }
        }
        Ok(list)
    }

    /// Why a folder may be disposed of on this day: the rule in force.
    ///
    /// # Errors
    /// `archive.not-closed`, `archive.no-policy`, `archive.kept`, `archive.not-due`, `archive.held`
    /// (input); *damage* where entries are missing.
    pub(super) fn rule_of_disposal(&self, case: &Case, on: NaiveDate) -> Result<String> {
        refuse_gap(case)?;
        let unit = case.unit();
        let Some(since) = case.kept_since() else {
            let message = format!("{unit} is not closed: only closed cases are disposed of");
            return Err(error::bad_change("archive.not-closed", message, "close it first"));
        };
        let Some(policy) = self.policy()? else {
            let message = "no policy says how long folders are kept, so none is ever due";
            let hint = "the holder of a root key sets one: casefile policy set --retain UASC=70y";
            return Err(error::bad_change("archive.no-policy", message, hint));
        };
        let ended = policy.ends(unit.category(), since);
        let (Some(ended), Some(rule)) = (ended, policy.rule(unit.category())) else {
            let message = format!("the policy keeps folders of {} for ever", unit.category());
            return Err(error::bad_change("archive.kept", message, "casefile policy show prints it"));
        };
        if ended > on {
            let last = if unit.is_office() { "has its last entry from" } else { "was closed on" };
            let message = format!("{unit} {last} {since} and is kept until {ended}");
            let hint = "casefile dispose due lists what is due";
            return Err(error::bad_change("archive.not-due", message, hint));
        }
        refuse_held(case)?;
        Ok(rule)
    }
}

/// Refuses what a hold forbids.
pub(super) fn refuse_held(case: &Case) -> Result<()> {
    let held = case.held_by();
    let Some(first) = held.first() else { return Ok(()) };
    let unit = case.unit();
    let message = format!("{unit} is on hold by {first}: it may not be disposed of");
    let hint = format!("another person than {first} ends that: casefile release {unit} --reason WHY");
    Err(error::bad_change("archive.held", message, &hint))
}

impl Case {
    /// From which day the years of the policy count: since when a case is closed; of a folder about the
    /// work the day of the last entry about its matter. None of a case that is not closed.
    pub fn kept_since(&self) -> Option<NaiveDate> {
        if self.unit().is_office() {
            return self.thread().last_worked().map(|time| time.date_naive());
        }
        let standing = self.state().standing;
        (standing.status == Some(Status::Closed)).then_some(standing.since?.0)
    }
}

fn due(case: &Case, policy: &Policy, on: NaiveDate) -> Option<Due> {
    let since = case.kept_since()?;
    let ended = policy.ends(case.unit().category(), since)?;
    let rule = policy.rule(case.unit().category())?;
    let is_due = ended <= on && case.stage() < Stage::Destroyed;
    is_due.then(|| Due {
        unit: case.unit().clone(),
        since,
        ended,
        rule,
        held_by: case.held_by(),
        stage: case.stage(),
    })
}
