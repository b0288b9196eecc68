//! Registers: what one person saw of every log, append-only and signed.
//!
//! A register is judged from its checkpoints and the batches of leaves between them. A checkpoint is
//! sound where growing the tree of an earlier one by a batch gives its root, the registrar signed it
//! with the key they had by the staff that its newest staff leaf names, and no other checkpoint of
//! theirs contradicts it.

use super::checkpoint::{Checkpoint, Leaf, Registered};
use super::merkle::Tree;
use super::name::NoteName;
use super::roster::Roster;
use crate::names::{Digest, PersonId};
use crate::seal::VerifyKey;
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Why a checkpoint does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RegisterFault {
    /// No batch beside it gives its root.
    #[error("the leaves it covers are missing or are not these")]
    Leaves,
    /// The signature is not the registrar's.
    #[error("its signature is not the registrar's of that time")]
    Signature,
    /// The registrar signed two histories.
    #[error("another checkpoint of the same person contradicts it: two histories were signed")]
    Split,
}

/// The lines of batches by the size that the tree has with them.
pub type Batches = BTreeMap<NoteName, Vec<(String, Leaf)>>;

/// A sound checkpoint: the one it grows from, and the leaves it adds.
#[derive(Debug, Clone)]
pub struct Step {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    leaves: Vec<(String, Leaf)>,
    base: Option<usize>,
    tree: Tree,
}

/// One person's register, judged.
#[derive(Debug, Clone)]
pub struct Register {
    registrar: PersonId,
    steps: Vec<Step>,
    faults: Vec<(NoteName, RegisterFault)>,
    unused: Vec<NoteName>,
}

impl Register {
    /// Judges the checkpoints and batches of one person.
    pub fn fold(
        registrar: &PersonId,
        mut checkpoints: Vec<Checkpoint>,
        batches: &Batches,
        roster: &Roster,
    ) -> Self {
        checkpoints.sort_by_key(Checkpoint::name);
        let mut register =
            Self { registrar: registrar.clone(), steps: Vec::new(), faults: Vec::new(), unused: Vec::new() };
        let mut used = BTreeSet::new();
        for checkpoint in checkpoints {
            let name = checkpoint.name();
            match register.step(checkpoint, batches, roster) {
                Ok((step, batch)) => {
                    used.insert(batch);
                    register.find_split(&step);
                    register.steps.push(step);
                }
                Err(fault) => register.faults.push((name, fault)),
            }
        }
        register.unused = batches.keys().filter(|batch| !used.contains(batch)).copied().collect();
        register
    }

    /// Grows the tree of an earlier checkpoint to this one.
    fn step(
        &self,
        checkpoint: Checkpoint,
        batches: &Batches,
        roster: &Roster,
    ) -> Result<(Step, NoteName), RegisterFault> {
        let size = checkpoint.size();
        let fitting = batches.iter().filter(|(name, _)| u64::from(name.seq) == size);
        for (name, leaves) in fitting {
            let before = size.checked_sub(leaves.len() as u64);
            let Some((base, mut tree)) = before.and_then(|before| self.base(before)) else { continue };
            for (line, _) in leaves {
                tree.push(line.as_bytes());
            }
            if tree.root() != *checkpoint.root() {
                continue;
            }
            let step = Step { checkpoint, leaves: leaves.clone(), base, tree };
            return if self.is_signed(&step, roster) {
                Ok((step, *name))
            } else {
                Err(RegisterFault::Signature)
            };
        }
        // Without its leaves it still tells on the registrar who signed another one of that size.
        let contradicts =
            |step: &Step| step.checkpoint.size() == size && step.checkpoint.root() != checkpoint.root();
        let theirs =
            keys_of(roster, &self.registrar).iter().any(|key| checkpoint.signed_by(&roster.root().id(), key));
        let split = theirs && self.steps.iter().any(contradicts);
        Err(if split { RegisterFault::Split } else { RegisterFault::Leaves })
    }

    fn base(&self, size: u64) -> Option<(Option<usize>, Tree)> {
        if size == 0 {
            return Some((None, Tree::default()));
        }
        let at = self.steps.iter().rposition(|step| step.checkpoint.size() == size)?;
        Some((Some(at), self.steps[at].tree.clone()))
    }

    fn is_signed(&self, step: &Step, roster: &Roster) -> bool {
        let own = step.leaves.iter().rev().find(|(_, leaf)| leaf.folder == Registered::Staff);
        let earlier = || {
            self.chain(step.base)
                .find_map(|step| step.leaves.iter().rev().find(|(_, leaf)| leaf.folder == Registered::Staff))
        };
        let Some((_, staff)) = own.or_else(earlier) else { return false };
        let archive = roster.root().id();
        match roster.at(&staff.heads) {
            Some(staff) => staff
                .active(&self.registrar)
                .is_some_and(|person| step.checkpoint.signed_by(&archive, &person.sign)),
            // Staff notes it names are gone: that is damage of its own, and no reason to doubt the rest.
            None => {
                keys_of(roster, &self.registrar).iter().any(|key| step.checkpoint.signed_by(&archive, key))
            }
        }
    }

    /// The sound checkpoints from one down to the first.
    fn chain(&self, from: Option<usize>) -> impl Iterator<Item = &Step> {
        std::iter::successors(from.map(|at| &self.steps[at]), |step| step.base.map(|at| &self.steps[at]))
    }

    /// Compares a checkpoint with the one before it in size, unless it grew from that very one.
    fn find_split(&mut self, step: &Step) {
        let Some(last) = self.steps.len().checked_sub(1) else { return };
        if step.base == Some(last) {
            return;
        }
        let lines = |own: &Step| -> Vec<String> {
            let mut batches: Vec<&Step> = self.chain(own.base).collect();
            batches.reverse();
            batches.push(own);
            batches.iter().flat_map(|step| step.leaves.iter().map(|(line, _)| line.clone())).collect()
        };
        let before = &self.steps[last];
        if !lines(step).starts_with(&lines(before)) {
            let names = [before.checkpoint.name(), step.checkpoint.name()];
            self.faults.extend(names.map(|name| (name, RegisterFault::Split)));
        }
    }

    /// Whose register it is.
    pub fn registrar(&self) -> &PersonId {
        &self.registrar
    }

    /// The sound checkpoints, smallest first; both sides where two histories were signed.
    pub fn checkpoints(&self) -> impl Iterator<Item = &Checkpoint> {
        self.steps.iter().map(|step| &step.checkpoint)
    }

    /// The largest sound checkpoint.
    pub fn newest(&self) -> Option<&Checkpoint> {
        self.checkpoints().last()
    }

    /// Checkpoints that do not count, and why.
    pub fn faults(&self) -> &[(NoteName, RegisterFault)] {
        &self.faults
    }

    /// Batches that no checkpoint needs: left by an unfinished write.
    pub fn unused(&self) -> &[NoteName] {
        &self.unused
    }

    /// Every leaf, with the first checkpoint that covers it.
    pub fn leaves(&self) -> impl Iterator<Item = (&Checkpoint, &Leaf)> {
        self.steps.iter().flat_map(|step| step.leaves.iter().map(move |(_, leaf)| (&step.checkpoint, leaf)))
    }

    /// The leaves that a sound checkpoint covers, newest first, or `None` where there is none of this name.
    pub fn covered_by(&self, name: &NoteName) -> Option<Vec<&Leaf>> {
        let at = self.steps.iter().position(|step| step.checkpoint.name() == *name)?;
        Some(self.chain(Some(at)).flat_map(|step| step.leaves.iter().rev().map(|(_, leaf)| leaf)).collect())
    }

    /// What the next checkpoint adds to say that the logs have these heads: the leaves that differ from
    /// the newest ones, and the tree with them. No leaves where nothing changed.
    pub fn next(&self, seen: Vec<Leaf>) -> (Vec<Leaf>, Tree) {
        let mut newest: BTreeMap<Registered, &[NoteName]> = BTreeMap::new();
        let tip = self.steps.len().checked_sub(1);
        for leaf in self.chain(tip).flat_map(|step| step.leaves.iter().rev().map(|(_, leaf)| leaf)) {
            newest.entry(leaf.folder).or_insert(&leaf.heads);
        }
        let changed = |leaf: &Leaf| newest.get(&leaf.folder) != Some(&leaf.heads.as_slice());
        let added: Vec<Leaf> = seen.into_iter().filter(changed).collect();
        let mut tree = tip.map(|at| self.steps[at].tree.clone()).unwrap_or_default();
        for leaf in &added {
            tree.push(leaf.line().as_bytes());
        }
        (added, tree)
    }
}

/// Every key that a person ever signed with.
pub(super) fn keys_of(roster: &Roster, person: &PersonId) -> Vec<VerifyKey> {
    let notes = roster.events().iter().filter_map(|event| event.note.person.as_ref());
    notes.filter(|stated| stated.id == *person).map(|stated| stated.sign).collect()
}

/// Heads that registers name and that were not met yet, with the checkpoint that names each.
#[derive(Debug, Clone, Default)]
pub struct Wanted(BTreeMap<Digest, BTreeMap<NoteName, (PersonId, NoteName)>>);

impl Wanted {
    /// Adds what a register names of folders and was not given up.
    pub fn add(&mut self, register: &Register, roster: &Roster) {
        for (checkpoint, leaf) in register.leaves() {
            let Registered::Folder(folder) = leaf.folder else { continue };
            let by = (register.registrar().clone(), checkpoint.name());
            let heads = self.0.entry(folder).or_default();
            leaf.heads.iter().filter(|head| !roster.is_given_up(head)).for_each(|head| {
                heads.entry(*head).or_insert_with(|| by.clone());
            });
        }
    }

    /// Takes out a folder that is there; gives the heads that `present` does not know.
    pub fn take(
        &mut self,
        folder: &Digest,
        present: impl Fn(&NoteName) -> bool,
    ) -> Vec<(NoteName, (PersonId, NoteName))> {
        let heads = self.0.remove(folder).unwrap_or_default();
        heads.into_iter().filter(|(head, _)| !present(head)).collect()
    }

    /// Every head that was not met.
    pub fn heads(&self) -> impl Iterator<Item = NoteName> {
        self.0.values().flat_map(|heads| heads.keys().copied())
    }

    /// The folders that were not met: each with a checkpoint that names it.
    pub fn rest(self) -> Vec<(Digest, (PersonId, NoteName))> {
        self.0.into_iter().filter_map(|(folder, heads)| Some((folder, heads.into_values().next()?))).collect()
    }
}
