//! What a client remembers of a folder and no longer finds there: lost, or only under another number.

use super::files::Files;
use super::open::Archive;
use super::place::{prefixes, unit_of_folder};
use crate::log::{NoteName, Thread, Verdict, fold};
use crate::names::Unit;
use std::collections::{BTreeSet, HashSet};

/// How often the folders are looked through again because one moved meanwhile.
const TRIES: usize = 5;

impl Archive {
    /// Heads that are gone, but for those of a folder that has another number now.
    pub(super) fn really_lost(&self, unit: &Unit, mut lost: Vec<NoteName>) -> Vec<NoteName> {
        lost.retain(|head| !self.roster().is_given_up(head));
        if lost.is_empty() {
            return lost;
        }
        let holders = self.holding(&lost);
        self.lost_beyond(unit, lost, &holders)
    }

    /// The same where it is known which numbers hold any of them.
    pub(super) fn lost_beyond(
        &self,
        unit: &Unit,
        mut lost: Vec<NoteName>,
        holders: &BTreeSet<Unit>,
    ) -> Vec<NoteName> {
        lost.retain(|head| !self.roster().is_given_up(head));
        for other in holders.iter().filter(|other| *other != unit) {
            for thread in self.threads_once_called(unit, other) {
                lost.retain(|head| thread.verdict(head).is_none());
            }
        }
        lost
    }

    /// The numbers under which any of these entries lies, by the names alone: many folders may have lost
    /// something, and for each of them all others are looked through.
    pub(super) fn holding(&self, entries: &[NoteName]) -> BTreeSet<Unit> {
        let wanted: HashSet<String> = entries.iter().map(|name| format!("{name}.note")).collect();
        let holds = |path: &str| {
            let names = self.store.names(path).unwrap_or_default().objects;
            names.iter().any(|o| o.name.rsplit('/').next().is_some_and(|file| wanted.contains(file)))
        };
        let (mut before, mut found) = (Vec::new(), BTreeSet::new());
        for _ in 0..TRIES {
            let folders = self.folders();
            // Something may have moved meanwhile, from a place not yet looked at to one that was.
            if folders == before {
                break;
            }
            found.extend(folders.iter().filter(|(_, path)| holds(path)).map(|(unit, _)| unit.clone()));
            before = folders;
        }
        found
    }

    /// Every place in which a folder lies, with its number.
    fn folders(&self) -> Vec<(Unit, String)> {
        let below = |prefix: &'static str| {
            let labels = self.store.folders(prefix).unwrap_or_default().into_iter();
            labels
                .filter_map(move |label| Some((unit_of_folder(prefix, &label)?, format!("{prefix}/{label}"))))
        };
        prefixes().into_iter().flat_map(below).collect()
    }

    /// Whether a folder of `unit` was called `before` at some time.
    pub(super) fn was_called(&self, unit: &Unit, before: &Unit) -> bool {
        !self.threads_once_called(before, unit).is_empty()
    }

    fn threads_once_called(&self, before: &Unit, unit: &Unit) -> Vec<Thread> {
        let Ok(files) = Files::read(self.store.as_ref(), unit, &self.id()) else { return Vec::new() };
        let mut threads = fold(unit, &files.notes, self.roster(), &self.recall(unit).verified).threads;
        threads.retain(|thread| {
            thread.entries.iter().any(|j| j.verdict == Verdict::Valid && j.entry.label == *before)
        });
        threads
    }
}
