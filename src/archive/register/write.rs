//! Writing a checkpoint over everything seen now.

use super::super::error;
use super::super::memory::Of;
use super::super::open::Archive;
use super::{RegisterFile, Registers, register_path};
use crate::error::{Class, Result};
use crate::log::register::Register;
use crate::log::{Checkpoint, Leaf, NoteName, Registered, Signer, StaffOp, StaffPerson, Thread, Verdict};
use crate::names::{Digest, PersonId};
use crate::seal::Identity;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What a finished registration covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Whose register.
    pub registrar: PersonId,
    /// The checkpoint: its size and the hash of its file.
    pub checkpoint: NoteName,
    /// The root of the tree.
    pub root: Digest,
    /// How many leaves this call added; none where nothing had changed, and nothing was written then.
    pub added: usize,
    /// How many folders it covers, without the staff log.
    pub folders: usize,
}

impl Registration {
    /// How people, commands and staff notes name the checkpoint: `nora/00000007-<h>`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.registrar, self.checkpoint)
    }
}

impl Archive {
    /// Signs a checkpoint over the heads of every folder and of the staff log, where any of them changed
    /// since the signer's last one. Reads no document and needs no reader's key.
    ///
    /// # Errors
    /// Class *access* where `by` is not active here, or a folder may not be read; *damage* where something
    /// is missing that a register or this client's memory names, or the signer's own register is damaged:
    /// nobody signs over what they know to be gone.
    pub fn register(&self, by: &Identity) -> Result<Registration> {
        self.check_staff_writable()?;
        self.acting(by)?;
        let registers = self.registers()?;
        self.check_register(&registers, by.id())?;
        let seen = self.observe(&registers)?;
        self.write_checkpoint(by, &registers.of(by.id(), self.roster()), seen)
    }

    /// Before somebody leaves or loses a role: a checkpoint over all heads seen, by whoever takes it away,
    /// as the staff note names it. What is damaged elsewhere stops no retirement: it is not covered then.
    ///
    /// Who holds a root key only, and is nobody on the staff, cannot write one: then it is the newest of
    /// somebody else's that covers all heads seen. None for other changes, and where nobody has such a one.
    pub(in super::super) fn register_before(
        &self,
        by: &Identity,
        op: &StaffOp,
        person: &StaffPerson,
    ) -> Result<Option<String>> {
        let held = self.roster().now().person(&person.id).map(|known| known.roles).unwrap_or_default();
        let takes_away = *op == StaffOp::Retire
            || (*op == StaffOp::Role && held.iter().any(|role| !person.roles.contains(role)));
        if !takes_away {
            return Ok(None);
        }
        let registers = self.registers()?;
        if self.acting(by).is_err() {
            return self.covering(&registers, &person.id);
        }
        self.check_register(&registers, by.id())?;
        let seen = self.heads_seen()?;
        let made = self.write_checkpoint(by, &registers.of(by.id(), self.roster()), seen)?;
        Ok(Some(made.name()))
    }

    /// A checkpoint of somebody who stays, which covers every folder as it is now.
    fn covering(&self, registers: &Registers, leaving: &PersonId) -> Result<Option<String>> {
        let mut seen = self.heads_seen()?;
        seen.retain(|leaf| leaf.folder != Registered::Staff);
        let staff = self.roster().now();
        let of_others = registers.by_person.iter().filter(|(registrar, _)| *registrar != leaving);
        let whole = of_others.filter(|(registrar, register)| {
            staff.active(registrar).is_some()
                && register.faults().is_empty()
                && register.next(seen.clone()).0.is_empty()
        });
        let newest = whole.filter_map(|(registrar, register)| Some((registrar, register.newest()?.name())));
        Ok(newest.max_by_key(|(_, name)| *name).map(|(registrar, name)| format!("{registrar}/{name}")))
    }

    /// Every folder's heads as far as they can be verified, staff first.
    fn heads_seen(&self) -> Result<Vec<Leaf>> {
        let mut heads = BTreeMap::from([(Registered::Staff, sorted(self.roster().heads()))]);
        for unit in self.units()?.into_iter().collect::<BTreeSet<_>>() {
            match self.case(&unit) {
                Ok(case) => add_heads(&mut heads, &case.threads),
                Err(e) if matches!(e.class(), Class::NotFound | Class::Damage) => {}
                Err(e) => return Err(e),
            }
        }
        Ok(leaves(heads))
    }

    /// Every folder's heads as they are now, staff first. Refuses where something that was registered or
    /// seen before is missing.
    pub(super) fn observe(&self, registers: &Registers) -> Result<Vec<Leaf>> {
        if let Some(lost) = registers.missing_staff(self.roster()).first() {
            return Err(error::rollback("the staff log", lost));
        }
        let mut wanted = registers.wanted(self.roster());
        let mut heads: BTreeMap<Registered, Vec<NoteName>> = BTreeMap::new();
        heads.insert(Registered::Staff, sorted(self.roster().heads()));
        for unit in self.units()?.into_iter().collect::<BTreeSet<_>>() {
            let case = match self.case(&unit) {
                Ok(case) => case,
                // Empty folders, and what moved meanwhile.
                Err(e) if e.class() == Class::NotFound => continue,
                Err(e) => return Err(e),
            };
            if let Some(place) = case.files.denied.first() {
                return Err(error::unknown_place(&unit, place));
            }
            for thread in &case.threads {
                let known =
                    |head: &NoteName| !matches!(thread.verdict(head), None | Some(Verdict::Invalid(_)));
                let gone = wanted.take(&thread.folder, known);
                if let Some(lost) = case.lost.first().or(gone.first().map(|(lost, _)| lost)) {
                    return Err(error::rollback(unit.as_str(), lost));
                }
            }
            add_heads(&mut heads, &case.threads);
        }
        if let Some((_, (person, checkpoint))) = wanted.rest().first() {
            return Err(error::registered_vanished(&format!("{person}/{checkpoint}")));
        }
        Ok(leaves(heads))
    }

    /// The batch first, then the checkpoint, which is the commit.
    fn write_checkpoint(&self, by: &Identity, register: &Register, seen: Vec<Leaf>) -> Result<Registration> {
        let folders = seen.len() - 1;
        let (leaves, tree) = register.next(seen);
        let registrar = by.id().clone();
        if let (true, Some(newest)) = (leaves.is_empty(), register.newest()) {
            let (checkpoint, root) = (newest.name(), *newest.root());
            return Ok(Registration { registrar, checkpoint, root, added: 0, folders });
        }
        let act = |message: &[u8]| by.sign(message);
        let signer = Signer { name: registrar.clone(), key: by.verify_key(), sign: &act };
        let checkpoint = Checkpoint::sign(&self.id(), &signer, tree.size(), &tree.root())
            .ok_or_else(|| error::internal("sign a checkpoint"))?;
        let batch: String = leaves.iter().map(|leaf| leaf.line() + "\n").collect();
        let batch_name = NoteName { seq: checkpoint.name().seq, hash: Digest::of(batch.as_bytes()) };
        let batch_path = register_path(&registrar, &batch_name, RegisterFile::Batch);
        self.store.put_batch(&[(batch_path, batch.into_bytes())])?;
        let path = register_path(&registrar, &checkpoint.name(), RegisterFile::Checkpoint);
        self.store.put_batch(&[(path, checkpoint.bytes().to_vec())])?;
        self.remember_register(&registrar, checkpoint.name(), &[]);
        let (name, root) = (checkpoint.name(), tree.root());
        Ok(Registration { registrar, checkpoint: name, root, added: leaves.len(), folders })
    }

    /// Refuses to build on a person's register that is damaged, or shorter than this client has seen it.
    pub(super) fn check_register(&self, registers: &Registers, person: &PersonId) -> Result<()> {
        if let Some(place) = registers.denied.first() {
            return Err(error::unknown_register(place));
        }
        if let Some((path, reason)) = registers.first_fault(person) {
            return Err(error::register_damaged(person, &path, &reason));
        }
        match self.lost_checkpoints(registers, person).first() {
            Some(lost) => Err(error::rollback(&format!("the register of {person}"), lost)),
            None => Ok(()),
        }
    }

    /// Checkpoints of a person that this client remembers and that are gone.
    pub(in super::super) fn lost_checkpoints(
        &self,
        registers: &Registers,
        person: &PersonId,
    ) -> Vec<NoteName> {
        let present: BTreeSet<NoteName> = registers
            .by_person
            .get(person)
            .map(|register| register.checkpoints().map(Checkpoint::name).collect())
            .unwrap_or_default();
        let remembered = self.memory.recall(Of::Register(person));
        let gone = remembered.heads.into_iter().filter(|name| !present.contains(name));
        gone.filter(|name| !self.roster().is_given_up(name)).collect()
    }

    /// Remembers the newest checkpoint of a person, and those that have vanished until they are back.
    pub(super) fn remember_register(&self, person: &PersonId, newest: NoteName, lost: &[NoteName]) {
        let before = self.memory.recall(Of::Register(person));
        let heads = lost.iter().copied().chain([newest]).collect();
        self.memory.keep(Of::Register(person), &before, heads, HashSet::new());
    }
}

fn add_heads(heads: &mut BTreeMap<Registered, Vec<NoteName>>, threads: &[Thread]) {
    for thread in threads.iter().filter(|thread| !thread.heads.is_empty()) {
        heads.insert(Registered::Folder(thread.folder), sorted(&thread.heads));
    }
}

fn leaves(heads: BTreeMap<Registered, Vec<NoteName>>) -> Vec<Leaf> {
    heads.into_iter().map(|(folder, heads)| Leaf { folder, heads }).collect()
}

fn sorted(heads: &[NoteName]) -> Vec<NoteName> {
    let mut heads = heads.to_vec();
    heads.sort_unstable();
    heads
}
