//! Verifying registers: each append-only by itself, and everything they name still there.

use super::super::verify::Run;
use super::{RegisterFile, Registers, register_path};
use crate::error::Result;
use crate::log::register::Wanted;
use crate::log::{NoteName, Thread, Verdict};
use crate::names::PersonId;

/// What a verification says of one register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterSummary {
    /// Whose register.
    pub registrar: PersonId,
    /// How many sound checkpoints it has.
    pub checkpoints: usize,
    /// The size of the newest.
    pub size: u64,
    /// The checkpoints that others cosigned, smallest first: the size of each and by whom.
    pub witnessed: Vec<(u64, Vec<PersonId>)>,
}

impl Run<'_> {
    /// Judges all registers and gives what they name, to be found folder by folder.
    pub(in super::super) fn registers(&mut self) -> Result<Wanted> {
        let registers = Registers::read(self.archive.store.as_ref(), &self.staff.roster)?;
        for odd in &registers.broken {
            self.damage(&odd.path, "verify.bytes", &odd.reason);
        }
        for path in &registers.denied {
            self.damage(path, "verify.unknown", "it may not be read, so what it holds is not known");
        }
        for odd in &registers.foreign {
            self.notice(&odd.path, "verify.foreign", format!("not used: {}", odd.reason));
        }
        for person in self.archive.memory.registrars().into_iter().chain(registers.by_person.keys().cloned())
        {
            for lost in self.archive.lost_checkpoints(&registers, &person) {
                let path = register_path(&person, &lost, RegisterFile::Checkpoint);
                self.damage(path, "verify.rollback", "seen before by this client, and gone");
            }
        }
        for (person, register) in &registers.by_person {
            for (name, fault) in register.faults() {
                let path = register_path(person, name, RegisterFile::Checkpoint);
                self.damage(path, "verify.register", fault.to_string());
            }
            for name in register.unused() {
                let path = register_path(person, name, RegisterFile::Batch);
                self.notice(path, "verify.orphan", "leaves that no checkpoint covers: not used");
            }
            if let Some(newest) = register.newest() {
                let lost = self.archive.lost_checkpoints(&registers, person);
                self.archive.remember_register(person, newest.name(), &lost);
                let by = |checkpoint| registers.witnesses(checkpoint, &self.staff.roster);
                let witnessed = register.checkpoints().map(|checkpoint| (checkpoint.size(), by(checkpoint)));
                let witnessed = witnessed.filter(|(_, witnesses)| !witnesses.is_empty()).collect();
                self.registers.push(RegisterSummary {
                    witnessed,
                    registrar: person.clone(),
                    checkpoints: register.checkpoints().count(),
                    size: newest.size(),
                });
            }
        }
        for lost in registers.missing_staff(&self.staff.roster) {
            self.damage(
                super::super::open::staff_path(&lost),
                "verify.rollback",
                "a register names it, and it is gone",
            );
        }
        self.loose_ends(&registers);
        Ok(registers.wanted(&self.staff.roster))
    }

    /// Cosignatures and staff notes that name a checkpoint which is not here.
    fn loose_ends(&mut self, registers: &Registers) {
        for (person, name, witness, known) in registers.strays(&self.staff.roster) {
            let path = register_path(&person, &name, RegisterFile::Cosignatures);
            if known {
                let message =
                    format!("{witness} cosigned another checkpoint of this size than any that is here");
                self.damage(path, "verify.register", message);
            } else {
                self.notice(path, "verify.cosignature", "its signer is nobody on the staff: not counted");
            }
        }
        for (note, checkpoint) in self.staff.roster.registered() {
            if registers.named(&checkpoint).is_none() {
                let message =
                    format!("the checkpoint {checkpoint} that it names is missing or does not count");
                self.damage(super::super::open::staff_path(&note), "verify.register", message);
            }
        }
    }

    /// Whether every head that registers name of this folder is there.
    pub(in super::super) fn registered(&mut self, place: &str, thread: &Thread, doubles: &[NoteName]) {
        let counts = |head: &NoteName| {
            let verdict = thread.verdict(head);
            doubles.contains(head) || verdict.is_some_and(|v| !matches!(v, Verdict::Invalid(_)))
        };
        for (head, (person, checkpoint)) in self.wanted.take(&thread.folder, counts) {
            let message = format!("the checkpoint {person}/{} names it, and it is gone", checkpoint.seq);
            self.damage(format!("{place}/{head}.note"), "verify.rollback", message);
        }
    }

    /// Folders that a register names and that were not found at all.
    pub(in super::super) fn vanished(&mut self) {
        for (folder, (person, checkpoint)) in std::mem::take(&mut self.wanted).rest() {
            let path = register_path(&person, &checkpoint, RegisterFile::Checkpoint);
            let message =
                format!("it names the folder {}, and that is gone with its history", folder.short(16));
            self.damage(path, "verify.vanished", message);
        }
    }
}
