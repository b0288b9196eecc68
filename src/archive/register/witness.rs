//! Cosigning another person's checkpoint: two people must lie for one history to vanish.

use super::super::error;
use super::super::open::Archive;
use super::{RegisterFile, Registers, register_path};
use crate::clock::Clock;
use crate::error::{Class, Error, Problem, Result};
use crate::log::checkpoint::Cosignature;
use crate::log::register::Register;
use crate::log::{Checkpoint, NoteName, Registered, Roster, Signer};
use crate::names::{Digest, PersonId};
use crate::seal::Identity;
use chrono::{DateTime, Utc};
use std::str::FromStr;

/// Which checkpoint a person means: `nora` (the newest), `nora/7`, or `nora/00000007-a1b2…` in part or
/// whole, also as a path in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointName {
    registrar: PersonId,
    size: Option<u32>,
    digits: String,
}

impl FromStr for CheckpointName {
    type Err = Error;

    /// # Errors
    /// `archive.checkpoint-name` (usage).
    fn from_str(text: &str) -> Result<Self> {
        let bad = || {
            let problem = Problem::error("archive.checkpoint-name", "this names no checkpoint");
            Error::new(
                Class::Usage,
                problem.hint("name it as `casefile register` printed it: nora/00000007-a1b2…"),
            )
        };
        let name = text.rsplit_once("register/").map_or(text, |(_, name)| name);
        let name = name.strip_suffix(".note").unwrap_or(name);
        let (registrar, rest) = name.split_once('/').unwrap_or((name, ""));
        let (size, digits) = rest.split_once('-').unwrap_or((rest, ""));
        let number = size.len() <= 8 && size.bytes().all(|b| b.is_ascii_digit());
        let hex = digits.len() <= 64 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !number || !hex || (size.is_empty() && !rest.is_empty()) {
            return Err(bad());
        }
        let registrar = registrar.parse().map_err(|_| bad())?;
        Ok(Self { registrar, size: size.parse().ok(), digits: digits.to_owned() })
    }
}

impl CheckpointName {
    fn find<'a>(&self, register: &'a Register) -> Option<&'a Checkpoint> {
        let meant = |name: NoteName| {
            self.size.is_none_or(|size| size == name.seq) && name.hash.to_string().starts_with(&self.digits)
        };
        register.checkpoints().filter(|checkpoint| meant(checkpoint.name())).last()
    }
}

/// A checkpoint that somebody cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witnessed {
    /// Whose register.
    pub registrar: PersonId,
    /// The checkpoint.
    pub checkpoint: NoteName,
    /// Whether this call wrote the cosignature; otherwise it was there.
    pub is_new: bool,
}

impl Archive {
    /// Cosigns another person's checkpoint, after checking that their register is append-only and that
    /// everything any register names is there.
    ///
    /// # Errors
    /// Class *access* where `by` is not active here or is the registrar; *not found* where there is no such
    /// checkpoint; *damage* as for [`Archive::register`].
    pub fn witness(&self, by: &Identity, which: &CheckpointName, clock: &Clock) -> Result<Witnessed> {
        self.check_staff_writable()?;
        self.acting(by)?;
        let registrar = &which.registrar;
        if registrar == by.id() {
            return Err(error::own_checkpoint());
        }
        let registers = self.registers()?;
        self.check_register(&registers, registrar)?;
        let register = registers.of(registrar, self.roster());
        let checkpoint = which.find(&register).ok_or_else(|| error::no_checkpoint(registrar))?;
        self.observe(&registers)?;
        let witnesses = registers.witnesses(checkpoint, self.roster());
        let is_new = !witnesses.contains(by.id());
        if is_new {
            let act = |message: &[u8]| by.sign(message);
            let signer = Signer { name: by.id().clone(), key: by.verify_key(), sign: &act };
            let moment = u64::try_from(clock.now().timestamp()).unwrap_or_default();
            let line = checkpoint.cosign(&self.id(), &signer, moment).into_bytes();
            let name = NoteName { seq: checkpoint.name().seq, hash: Digest::of(&line) };
            self.store.put_batch(&[(register_path(registrar, &name, RegisterFile::Cosignatures), line)])?;
        }
        if let Some(newest) = register.newest() {
            self.remember_register(registrar, newest.name(), &[]);
        }
        Ok(Witnessed { registrar: registrar.clone(), checkpoint: checkpoint.name(), is_new })
    }
}

impl Registers {
    /// Who cosigned a checkpoint: other people than its registrar, on the roster at that time or now.
    pub(super) fn witnesses(&self, checkpoint: &Checkpoint, roster: &Roster) -> Vec<PersonId> {
        let lines = self.cosignatures_over(checkpoint, roster);
        let mut witnesses: Vec<PersonId> = lines.map(|line| line.witness.clone()).collect();
        witnesses.sort();
        witnesses.dedup();
        witnesses
    }

    /// When a checkpoint was cosigned, by those who count as witnesses.
    pub(in super::super) fn cosigned_at(
        &self,
        checkpoint: &Checkpoint,
        roster: &Roster,
    ) -> Vec<DateTime<Utc>> {
        let moments = self.cosignatures_over(checkpoint, roster).map(|line| i64::try_from(line.moment).ok());
        moments.flatten().filter_map(|moment| DateTime::from_timestamp(moment, 0)).collect()
    }

    fn cosignatures_over(
        &self,
        checkpoint: &Checkpoint,
        roster: &Roster,
    ) -> impl Iterator<Item = &Cosignature> {
        let of_size = self.cosignatures.iter().filter(|(registrar, name, _)| {
            registrar == checkpoint.registrar() && u64::from(name.seq) == checkpoint.size()
        });
        of_size.flat_map(|(_, _, lines)| lines).filter(|line| self.holds(line, checkpoint, roster))
    }

    fn holds(&self, line: &Cosignature, checkpoint: &Checkpoint, roster: &Roster) -> bool {
        let leaves =
            self.by_person.get(checkpoint.registrar()).and_then(|r| r.covered_by(&checkpoint.name()));
        let staff = leaves.iter().flatten().find(|leaf| leaf.folder == Registered::Staff);
        let then = staff.and_then(|leaf| roster.at(&leaf.heads));
        let keys = then.into_iter().chain([roster.now()]).filter_map(|staff| staff.active(&line.witness));
        let archive = roster.root().id();
        line.witness != *checkpoint.registrar()
            && keys.map(|person| person.sign).any(|key| line.holds(checkpoint, &archive, &key))
    }

    /// Cosignatures that are over no sound checkpoint here: the register and the size of each, its file,
    /// its signer, and whether that is somebody on the roster.
    pub(super) fn strays(&self, roster: &Roster) -> Vec<(PersonId, NoteName, PersonId, bool)> {
        let mut strays = Vec::new();
        for (registrar, name, lines) in &self.cosignatures {
            let register = self.by_person.get(registrar);
            for line in lines {
                let over = |checkpoint: &Checkpoint| {
                    checkpoint.size() == u64::from(name.seq) && self.holds(line, checkpoint, roster)
                };
                if !register.is_some_and(|register| register.checkpoints().any(over)) {
                    let known = line.witness != *registrar && roster.now().active(&line.witness).is_some();
                    strays.push((registrar.clone(), *name, line.witness.clone(), known));
                }
            }
        }
        strays
    }
}
