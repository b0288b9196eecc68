//! What a folder's history says about keys: which envelopes there were, which generations each person
//! ever received, and what was sealed anew.

use super::entry::{Entry, Part};
use super::name::NoteName;
use super::thread::{Judged, Thread, Verdict};
use crate::names::{Digest, PersonId};
use crate::seal::Recipient;
use std::collections::{BTreeMap, HashMap};

/// A person who is or was a reader, and the generations of the key that they received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The person.
    pub id: PersonId,
    /// Every generation that an envelope sealed to them held, oldest first.
    pub generations: Vec<Recipient>,
}

impl Thread {
    fn valid(&self) -> impl Iterator<Item = &Judged> {
        self.entries.iter().filter(|judged| judged.verdict == Verdict::Valid)
    }

    /// The envelopes that valid entries ever named, oldest first, each once.
    pub fn envelopes(&self) -> impl Iterator<Item = Digest> {
        let mut named: Vec<Digest> = Vec::new();
        for entry in self.sealing() {
            if !named.contains(&entry.envelope) {
                named.push(entry.envelope);
            }
        }
        named.into_iter()
    }

    /// Who ever received which generations, by id.
    ///
    /// An envelope holds every generation that its entry descends from: so whoever is a reader after an
    /// entry that changed keys or readers received the keys of that entry and of all before it.
    pub fn holders(&self) -> Vec<Holder> {
        let mut held: BTreeMap<PersonId, Vec<Recipient>> = BTreeMap::new();
        self.received(|entry, keys| {
            for reader in &entry.readers {
                add_all(held.entry(reader.id.clone()).or_default(), keys);
            }
        });
        held.into_iter().map(|(id, generations)| Holder { id, generations }).collect()
    }

    /// Calls `to` for each valid entry that seals an envelope, with the generations that this one holds.
    pub(super) fn received(&self, mut to: impl FnMut(&Entry, &[Recipient])) {
        let mut reached: HashMap<NoteName, Vec<Recipient>> = HashMap::new();
        for judged in self.valid() {
            let entry = &judged.entry;
            let mut keys: Vec<Recipient> = Vec::new();
            for parent in &entry.parents {
                add_all(&mut keys, reached.get(parent).map(Vec::as_slice).unwrap_or_default());
            }
            if entry.sets_access() {
                add_all(&mut keys, std::slice::from_ref(&entry.key));
                to(entry, &keys);
            }
            reached.insert(judged.name, keys);
        }
    }

    /// The valid entries that seal an envelope, oldest first.
    pub(super) fn sealing(&self) -> impl Iterator<Item = &Entry> {
        self.valid().map(|judged| &judged.entry).filter(|entry| entry.sets_access())
    }

    /// Every generation of the folder's key, oldest first.
    pub fn generations(&self) -> Vec<Recipient> {
        let mut keys = Vec::new();
        for entry in self.sealing() {
            add_all(&mut keys, std::slice::from_ref(&entry.key));
        }
        keys
    }

    /// The present object of an entry's reason: the one it added, or the one that this was sealed anew as.
    pub fn reason_of(&self, entry: &NoteName) -> Option<Digest> {
        let judged = self.entries.iter().find(|judged| judged.name == *entry)?;
        // What re-sealing adds are the reasons of others.
        let fresh =
            judged.entry.add.iter().enumerate().find(|(at, added)| {
                added.r == Part::Reason && self.resealed_from(&judged.entry, *at).is_none()
            });
        let mut present = fresh?.1.h;
        for later in self.valid() {
            let replaced = later.entry.drop.iter().position(|h| *h == present);
            if let Some(at) = replaced.filter(|at| self.resealed_from(&later.entry, *at) == Some(present)) {
                present = later.entry.add.get(at)?.h;
            }
        }
        Some(present)
    }

    /// What the addition at this place re-seals: the object at the same place of `drop`, if it was added
    /// under the same id and as the same part.
    fn resealed_from(&self, entry: &Entry, at: usize) -> Option<Digest> {
        let (new, old) = (entry.add.get(at)?, entry.drop.get(at)?);
        let added = self.valid().flat_map(|judged| &judged.entry.add).find(|added| added.h == *old)?;
        (added.d == new.d && added.r == new.r).then_some(*old)
    }
}

fn add_all(keys: &mut Vec<Recipient>, more: &[Recipient]) {
    for key in more {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
}
