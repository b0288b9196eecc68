//! Late entries: what a retired person signed and no checkpoint saw when they left.
//!
//! Whoever has left could still write an entry that cites the staff of an earlier day. So a retirement
//! names a checkpoint over all heads seen: what that person signed and is neither in nor below it counts
//! only once a current reader, who knows of the retirement, has accepted it.

use super::entry::Entry;
use super::name::NoteName;
use super::roster::{Retirement, Roster};
use super::state::Aspects;
use crate::names::Digest;
use std::collections::{HashMap, HashSet};

/// What judging an entry gives whose parents all count or are late.
pub(super) struct Worth {
    pub(super) parents: Vec<usize>,
    /// Whether it has no effect.
    pub(super) late: bool,
    /// Whether it would have none if no late entry were accepted.
    pub(super) strictly_late: bool,
}

/// How writers saw a state that rests on late entries: with all of them, not knowing, or with none of
/// them, before any was accepted.
#[derive(Clone, Default)]
pub(super) struct Views {
    pub(super) claimed: Aspects,
    pub(super) strict: Aspects,
}

/// The retirements that bear on one folder.
pub(super) struct Lateness<'a> {
    roster: &'a Roster,
    /// Each with the entries that its checkpoint covers.
    rules: Vec<(&'a Retirement, HashSet<NoteName>)>,
}

impl<'a> Lateness<'a> {
    /// Finds what each checkpoint covers in this folder.
    ///
    /// Where a covered head is missing it is not known what lies below it: nothing is called late then,
    /// and verifying names the missing head.
    pub(super) fn new<'e>(
        folder: &Digest,
        entries: impl Iterator<Item = (NoteName, &'e Entry)>,
        roster: &'a Roster,
    ) -> Self {
        let mut rules = Vec::new();
        if !roster.retirements().is_empty() {
            let parents: HashMap<NoteName, &[NoteName]> =
                entries.map(|(name, entry)| (name, entry.parents.as_slice())).collect();
            let below = |retirement: &'a Retirement| {
                let heads = retirement.covered.get(folder).map(Vec::as_slice).unwrap_or_default();
                Some((retirement, closure(heads, &parents)?))
            };
            rules.extend(roster.retirements().iter().filter_map(below));
        }
        Self { roster, rules }
    }

    /// Whether any entry of the folder may be late.
    pub(super) fn is_possible(&self) -> bool {
        !self.rules.is_empty()
    }

    /// The retirements after which this entry is late.
    pub(super) fn of(&self, name: &NoteName, entry: &Entry) -> Vec<&'a Retirement> {
        let late = |(retirement, covered): &&(&'a Retirement, HashSet<NoteName>)| {
            entry.signers.contains(&retirement.person)
                && !covered.contains(name)
                && !self.knows(entry, retirement)
        };
        self.rules.iter().filter(late).map(|(retirement, _)| *retirement).collect()
    }

    /// Whether the writer of an entry knew of a retirement.
    pub(super) fn knows(&self, entry: &Entry, retirement: &Retirement) -> bool {
        self.roster.descends(&entry.roster, &[retirement.note])
    }
}

/// The heads and all that lies below them, or `None` where a head is missing.
fn closure(heads: &[NoteName], parents: &HashMap<NoteName, &[NoteName]>) -> Option<HashSet<NoteName>> {
    if !heads.iter().all(|head| parents.contains_key(head)) {
        return None;
    }
    let mut below = HashSet::new();
    let mut todo = heads.to_vec();
    while let Some(name) = todo.pop() {
        if below.insert(name) {
            todo.extend(parents.get(&name).copied().unwrap_or_default());
        }
    }
    Some(below)
}
