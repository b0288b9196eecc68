//! Holding a folder back from disposal, and proposing, approving and cancelling one.
//!
//! Each is one signed entry with a sealed reason. None of them destroys anything.

use super::super::case::Case;
use super::super::error;
use super::super::filing::Receipt;
use super::super::open::Archive;
use super::super::operations::{check_reason, refuse_gap};
use super::due::refuse_held;
use crate::clock::Clock;
use crate::error::{Class, Error, Problem, Result};
use crate::log::{Op, Stage, Steps};
use crate::names::{PersonId, Unit};
use crate::seal::Identity;

impl Archive {
    /// Forbids the disposal of a folder; a decision that waits is void from then on. A current reader or an
    /// administrator signs.
    ///
    /// # Errors
    /// `archive.held`, `archive.no-reason` (input); as [`Archive::file`] otherwise.
    pub fn hold(&self, by: &Identity, unit: &Unit, reason: &str, clock: &Clock) -> Result<Receipt> {
        let case = self.writable(by, unit)?;
        refuse_held(&case)?;
        check_reason(reason)?;
        self.step(by, &case, Op::Hold, Some(reason), None, clock)
    }

    /// Ends a hold. Another person signs than the one who set it.
    ///
    /// # Errors
    /// `archive.not-held`, `archive.no-reason` (input); class *access* where `by` set the hold; *damage*
    /// where entries are missing; as [`Archive::file`] otherwise.
    pub fn release(&self, by: &Identity, unit: &Unit, reason: &str, clock: &Clock) -> Result<Receipt> {
        let case = self.writable(by, unit)?;
        refuse_gap(&case)?;
        let held = case.held_by();
        if held.is_empty() {
            let message = format!("{unit} is not on hold");
            return Err(error::bad_change("archive.not-held", message, "there is nothing to end"));
        }
        refuse_same(by, &held, "a hold is ended by another person than the one who set it")?;
        check_reason(reason)?;
        self.step(by, &case, Op::Release, Some(reason), None, clock)
    }

    /// Proposes to dispose of a closed case, or of a folder about the work, whose time is over. A current
    /// reader or an administrator signs.
    ///
    /// # Errors
    /// `archive.not-closed`, `archive.no-policy`, `archive.kept`, `archive.not-due`, `archive.held`,
    /// `archive.disposal-step`, `archive.no-reason` (input); *damage* where entries are missing; as
    /// [`Archive::file`] otherwise.
    pub fn propose_disposal(
        &self,
        by: &Identity,
        unit: &Unit,
        reason: &str,
        clock: &Clock,
    ) -> Result<Receipt> {
        let case = self.writable(by, unit)?;
        let rule = self.rule_of_disposal(&case, clock.today())?;
        expect(&case, &[Stage::None])?;
        check_reason(reason)?;
        self.step(by, &case, Op::ProposeDisposal, Some(reason), Some(&rule), clock)
    }

    /// Approves a proposal. Another person signs than the one who proposed.
    ///
    /// # Errors
    /// As [`Archive::propose_disposal`]; class *access* where `by` proposed it, or where a complaint is about
    /// one of the two or neither of them reads it.
    pub fn approve_disposal(&self, by: &Identity, unit: &Unit, clock: &Clock) -> Result<Receipt> {
        let case = self.approvable(by, unit, clock)?;
        let rule = self.rule_of_disposal(&case, clock.today())?;
        self.step(by, &case, Op::ApproveDisposal, None, Some(&rule), clock)
    }

    /// The folder whose disposal `by` may approve: what would go is what it holds.
    ///
    /// # Errors
    /// As [`Archive::approve_disposal`].
    pub fn approvable(&self, by: &Identity, unit: &Unit, clock: &Clock) -> Result<Case> {
        let case = self.writable(by, unit)?;
        expect(&case, &[Stage::Proposed])?;
        self.rule_of_disposal(&case, clock.today())?;
        let proposed = case.steps().proposed.map(|judged| judged.entry.signers.clone());
        let words = "a disposal is approved by another person than the one who proposed it";
        refuse_same(by, &proposed.unwrap_or_default(), words)?;
        self.refuse_concerned(by, &case, clock)?;
        Ok(case)
    }

    /// Takes a proposal back, approved or not; also after a decision that is void. A decision that stands
    /// is stopped by a hold.
    ///
    /// # Errors
    /// `archive.disposal-step`, `archive.no-reason` (input); *damage* where entries are missing; as
    /// [`Archive::file`] otherwise.
    pub fn cancel_disposal(
        &self,
        by: &Identity,
        unit: &Unit,
        reason: &str,
        clock: &Clock,
    ) -> Result<Receipt> {
        let case = self.writable(by, unit)?;
        refuse_gap(&case)?;
        expect(&case, &[Stage::Proposed, Stage::Approved])?;
        check_reason(reason)?;
        self.step(by, &case, Op::CancelDisposal, Some(reason), None, clock)
    }

    fn step(
        &self,
        by: &Identity,
        case: &Case,
        op: Op,
        reason: Option<&str>,
        rule: Option<&str>,
        clock: &Clock,
    ) -> Result<Receipt> {
        let mut entry = self.next(case, op, by, clock)?;
        entry.rule = rule.and_then(|rule| rule.parse().ok());
        match reason {
            Some(reason) => self.commit_with_reason(by, case, entry, &[], (None, reason)),
            None => self.commit(by, &entry, Some(case), &super::super::cards::Batch::default(), Vec::new()),
        }
    }
}

impl Case {
    /// How far the disposal of the folder is.
    pub fn stage(&self) -> Stage {
        self.thread().stage
    }

    /// Whether its documents and keys are destroyed; its history stays.
    pub fn is_destroyed(&self) -> bool {
        self.stage() == Stage::Destroyed
    }

    /// The entries of its disposal.
    pub fn steps(&self) -> Steps<'_> {
        self.thread().steps()
    }

    /// Who holds it back from disposal.
    pub fn held_by(&self) -> Vec<PersonId> {
        self.thread().held_by()
    }

    /// What was destroyed, in the order of the history; nothing of a folder that is not.
    pub fn destroyed_objects(&self) -> Vec<&crate::log::Added> {
        self.thread().destroyed_objects()
    }
}

fn refuse_same(by: &Identity, others: &[PersonId], message: &str) -> Result<()> {
    if !others.contains(by.id()) {
        return Ok(());
    }
    let problem = Problem::error("archive.same-person", message);
    Err(Error::new(Class::Access, problem.hint("ask a colleague to run the same command")))
}

/// Refuses a step out of its order, and says which comes next.
fn expect(case: &Case, stages: &[Stage]) -> Result<()> {
    if stages.contains(&case.stage()) {
        return Ok(());
    }
    let unit = case.unit();
    let (what, next) = match case.stage() {
        Stage::None => ("is not proposed", format!("casefile dispose propose {unit} --reason WHY")),
        Stage::Proposed => {
            ("is proposed and waits for another person", format!("casefile dispose approve {unit}"))
        }
        Stage::Approved | Stage::Void => {
            ("is approved and not decided", format!("casefile dispose run {unit}"))
        }
        Stage::Decided | Stage::Destroyed => {
            ("is decided", format!("to stop it: casefile hold {unit} --reason WHY"))
        }
    };
    Err(error::bad_change("archive.disposal-step", format!("the disposal of {unit} {what}"), &next))
}
