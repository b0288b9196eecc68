//! What proves that a time of waiting is over: not a clock, but what somebody signed and a register covers.

use super::super::case::Case;
use super::super::error;
use super::super::open::Archive;
use super::super::register::Registers;
use crate::error::{Class, Result};
use crate::log::policy::LEAST_WAITING_DAYS;
use crate::log::register::Register;
use crate::log::{Checkpoint, Leaf, NoteName, Registered, Thread, Verdict};
use crate::names::PersonId;
use chrono::{DateTime, Duration, Utc};
use std::collections::HashMap;

/// What the registers say about a decision and a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proof {
    /// No checkpoint contains the decision.
    NotRegistered,
    /// One does, and nothing in it or over it was signed at that moment or later.
    Early,
    /// This checkpoint contains the decision and no other head of the folder, and proves that the moment
    /// has come.
    Given(String),
}

type Times = HashMap<NoteName, DateTime<Utc>>;

impl Archive {
    /// Whether a checkpoint proves that `moment` came while the decision was the folder's one head.
    ///
    /// It does where it, or a cosignature over it, rests on something signed at that moment or later.
    ///
    /// # Errors
    /// *Damage* where a register names a head of the folder that is not here; *access* where a register
    /// may not be read.
    pub(super) fn proof(&self, case: &Case, moment: DateTime<Utc>) -> Result<Proof> {
        let registers = self.registers()?;
        if let Some(place) = registers.denied().first() {
            return Err(error::unknown_register(place));
        }
        let (thread, folder) = (case.thread(), Registered::Folder(case.folder_id()));
        for register in registers.all() {
            let heads = register.leaves().filter(|(_, leaf)| leaf.folder == folder);
            let missing = heads.flat_map(|(_, leaf)| &leaf.heads).find(|head| thread.verdict(head).is_none());
            if let Some(missing) = missing {
                return Err(error::rollback(case.unit().as_str(), missing));
            }
        }
        let mut times = None;
        let mut found = Proof::NotRegistered;
        for register in registers.all().filter(|register| register.faults().is_empty()) {
            for (checkpoint, leaves) in containing(register, folder, &thread.heads) {
                if found == Proof::NotRegistered {
                    found = Proof::Early;
                }
                if times.is_none() {
                    times = Some(self.signed_times()?);
                }
                if is_proved(&registers, self, checkpoint, &leaves, times.as_ref(), moment) {
                    return Ok(Proof::Given(format!("{}/{}", register.registrar(), checkpoint.name())));
                }
            }
        }
        Ok(found)
    }

    /// Whether a register proves that a destroyed folder was decided on, as its one head, and that the least
    /// time of waiting passed after that. What nobody waited for is not deleted on other machines.
    ///
    /// # Errors
    /// The store's.
    pub(in super::super) fn is_end_proved(&self, thread: &Thread) -> Result<bool> {
        let (Some(decided), Some(since)) = (thread.steps().decided, thread.decided_at()) else {
            return Ok(false);
        };
        let moment = since + Duration::days(i64::from(LEAST_WAITING_DAYS));
        let (registers, folder) = (self.registers()?, Registered::Folder(thread.folder));
        let mut times = None;
        for register in registers.all().filter(|register| register.faults().is_empty()) {
            let says_so = |(_, leaves): &(_, Vec<&Leaf>)| says(leaves, folder, &[decided.name]);
            for (checkpoint, leaves) in newest_first(register).filter(says_so) {
                if times.is_none() {
                    times = Some(self.signed_times()?);
                }
                if is_proved(&registers, self, checkpoint, &leaves, times.as_ref(), moment) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The newest checkpoint of each register in which the decision to destroy a folder is its one head.
    ///
    /// # Errors
    /// The store's, where `register/` may not be read.
    pub fn checkpoints_of_decision(&self, case: &Case) -> Result<Vec<(PersonId, NoteName)>> {
        let Some(decided) = case.steps().decided else { return Ok(Vec::new()) };
        let (registers, folder) = (self.registers()?, Registered::Folder(case.folder_id()));
        let of = |register: &Register| {
            let found = newest_first(register).find(|(_, leaves)| says(leaves, folder, &[decided.name]));
            found.map(|(checkpoint, _)| (register.registrar().clone(), checkpoint.name()))
        };
        Ok(registers.all().filter_map(of).collect())
    }

    /// When each note that counts was signed: of the staff, and of every folder that can be verified.
    fn signed_times(&self) -> Result<Times> {
        let staff = self.roster().events().iter().map(|event| (event.name, event.note.time.moment()));
        let mut times: Times = staff.collect();
        for unit in self.units()? {
            let case = match self.case(&unit) {
                Ok(case) => case,
                Err(e) if e.class() == Class::Unexpected => return Err(e),
                Err(_) => continue,
            };
            let valid = case.entries().filter(|judged| judged.verdict == Verdict::Valid);
            times.extend(valid.map(|judged| (judged.name, judged.entry.time.moment())));
        }
        Ok(times)
    }
}

/// The checkpoints in which these are the newest heads of the folder, newest first, with their leaves.
fn containing<'a>(
    register: &'a Register,
    folder: Registered,
    heads: &'a [NoteName],
) -> impl Iterator<Item = (&'a Checkpoint, Vec<&'a Leaf>)> {
    newest_first(register).take_while(move |(_, leaves)| says(leaves, folder, heads))
}

/// The sound checkpoints of a register with the leaves of each, the newest first.
fn newest_first(register: &Register) -> impl Iterator<Item = (&Checkpoint, Vec<&Leaf>)> {
    let checkpoints: Vec<&Checkpoint> = register.checkpoints().collect();
    let covered = |checkpoint: &Checkpoint| register.covered_by(&checkpoint.name());
    checkpoints.into_iter().rev().filter_map(move |checkpoint| Some((checkpoint, covered(checkpoint)?)))
}

/// Whether the newest of these leaves about the folder names these heads and no other.
fn says(leaves: &[&Leaf], folder: Registered, heads: &[NoteName]) -> bool {
    leaves.iter().find(|leaf| leaf.folder == folder).is_some_and(|leaf| leaf.heads == heads)
}

fn is_proved(
    registers: &Registers,
    archive: &Archive,
    checkpoint: &Checkpoint,
    leaves: &[&Leaf],
    times: Option<&Times>,
    moment: DateTime<Utc>,
) -> bool {
    let cosigned = registers.cosigned_at(checkpoint, archive.roster());
    let heads = leaves.iter().flat_map(|leaf| &leaf.heads);
    let mut signed = heads.filter_map(|head| times?.get(head));
    cosigned.into_iter().any(|at| at >= moment) || signed.any(|at| *at >= moment)
}
