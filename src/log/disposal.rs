//! How the disposal of a folder went: who proposed, approved, decided and carried it out.

use super::entry::{Added, Entry};
use super::name::NoteName;
use super::op::Op;
use super::thread::{Judged, Thread, Verdict};
use crate::names::{Digest, PersonId};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};

/// The entries of the disposal that is under way or done; none of one that was cancelled.
#[derive(Debug, Clone, Copy, Default)]
pub struct Steps<'a> {
    /// Who proposed it.
    pub proposed: Option<&'a Judged>,
    /// Who approved it: another person.
    pub approved: Option<&'a Judged>,
    /// Who decided it; it may be void since.
    pub decided: Option<&'a Judged>,
    /// Who carried it out.
    pub destroyed: Option<&'a Judged>,
}

impl Thread {
    /// The steps of the disposal, as the valid entries have them.
    pub fn steps(&self) -> Steps<'_> {
        let mut steps = Steps::default();
        for judged in self.before_the_end() {
            match judged.entry.op {
                Op::ProposeDisposal => steps = Steps { proposed: Some(judged), ..Steps::default() },
                Op::ApproveDisposal => steps.approved = Some(judged),
                Op::CancelDisposal => steps = Steps::default(),
                Op::Dispose => steps.decided = Some(judged),
                Op::Destroyed => steps.destroyed = Some(judged),
                _ => {}
            }
        }
        steps
    }

    /// From when the time of waiting runs: the latest time that anything bears that the decision knew of,
    /// so that a clock that goes slow shortens nothing.
    pub fn decided_at(&self) -> Option<DateTime<Utc>> {
        let decided = self.steps().decided?.name;
        let below = self.below(decided);
        below.iter().map(|judged| judged.entry.time.moment()).max()
    }

    /// What the folder held when it was destroyed, in the order of the history.
    pub fn destroyed_objects(&self) -> Vec<&Added> {
        let Some(destroyed) = self.steps().destroyed else { return Vec::new() };
        let below = self.below(destroyed.name);
        let takes = |entry: &&Entry| entry.op.may_drop() && entry.op != Op::Destroyed;
        let dropped: HashSet<Digest> = below
            .iter()
            .map(|judged| &judged.entry)
            .filter(takes)
            .flat_map(|entry| entry.drop.clone())
            .collect();
        let mut seen = HashSet::new();
        let added = below.iter().flat_map(|judged| &judged.entry.add);
        added.filter(|added| !dropped.contains(&added.h) && seen.insert((added.h, added.d))).collect()
    }

    /// When the newest entry was signed that is about the matter itself: not about keys, readers, the number
    /// or the end of the folder. What arrived after it was destroyed does not count.
    pub fn last_worked(&self) -> Option<DateTime<Utc>> {
        let upkeep = |op: &Op| {
            let access = matches!(op, Op::Key | Op::Readers | Op::Team | Op::Relabel);
            access || matches!(op, Op::Hold | Op::Release) || is_step(op)
        };
        let worked = self.before_the_end().into_iter().filter(|judged| !upkeep(&judged.entry.op));
        worked.map(|judged| judged.entry.time.moment()).max()
    }

    /// Who holds the folder back from disposal.
    pub fn held_by(&self) -> Vec<PersonId> {
        let holds = self.aspects.hold.values().filter(|hold| hold.value);
        let mut by: Vec<PersonId> = holds.flat_map(|hold| hold.by.clone()).collect();
        by.dedup();
        by
    }

    /// The valid entries, without those that arrived after the folder was destroyed.
    fn before_the_end(&self) -> Vec<&Judged> {
        let valid = || self.entries.iter().filter(|judged| judged.verdict == Verdict::Valid);
        match valid().find(|judged| judged.entry.op == Op::Destroyed) {
            Some(end) => self.below(end.name),
            None => valid().collect(),
        }
    }

    /// An entry and all it builds on, oldest first.
    fn below(&self, name: NoteName) -> Vec<&Judged> {
        let parents: HashMap<NoteName, &[NoteName]> =
            self.entries.iter().map(|judged| (judged.name, judged.entry.parents.as_slice())).collect();
        let mut found = HashSet::new();
        let mut todo = vec![name];
        while let Some(name) = todo.pop() {
            if found.insert(name) {
                todo.extend(parents.get(&name).copied().unwrap_or_default());
            }
        }
        self.entries.iter().filter(|judged| found.contains(&judged.name)).collect()
    }
}

/// Whether an operation is a step of a disposal.
fn is_step(op: &Op) -> bool {
    let decides = matches!(op, Op::ProposeDisposal | Op::ApproveDisposal | Op::CancelDisposal);
    decides || matches!(op, Op::Dispose | Op::Destroyed)
}
