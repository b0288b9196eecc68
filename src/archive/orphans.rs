//! Objects that no entry names: what a write leaves that was given up, deleted after its time.
//!
//! A writer may be at work anywhere, and a copying program may bring objects days before their entry. So an
//! orphan goes only when it is 30 days old **and** this client has listed it, without any entry that names
//! it, at least 24 hours before. A client without a memory deletes none.

use super::files::{Files, Stored};
use super::settle::Sweep;
use crate::error::Result;
use crate::log::{Flag, Folded};
use crate::names::{Digest, Unit};
use chrono::{DateTime, Duration, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// When each orphan was first listed, by its name.
pub(super) type Sightings = BTreeMap<String, DateTime<Utc>>;

/// Orphans met by one tidying.
pub(super) struct Orphans {
    now: DateTime<Utc>,
    before: Sightings,
    seen: Sightings,
}

impl Orphans {
    pub(super) fn new(before: Sightings, now: DateTime<Utc>) -> Self {
        Self { now, before, seen: Sightings::new() }
    }

    /// What to remember: what was met, and what lies in folders that were not looked at; all were where no
    /// unit is named.
    pub(super) fn remembered(self, looked_at: &[Unit]) -> Sightings {
        let elsewhere = |path: &String| {
            !looked_at.is_empty() && !looked_at.iter().any(|unit| path.contains(unit.as_str()))
        };
        let mut all: Sightings = self.before.into_iter().filter(|(path, _)| elsewhere(path)).collect();
        all.extend(self.seen);
        all
    }

    /// Whether an orphan's time is over; remembers since when it was seen.
    fn is_over(&mut self, path: &str, written: Option<DateTime<Utc>>) -> bool {
        let first = self.before.get(path).copied().unwrap_or(self.now).min(self.now);
        let old = written.unwrap_or(first) <= self.now - Duration::days(30);
        let over = old && first <= self.now - Duration::hours(24);
        if !over {
            self.seen.insert(path.to_owned(), first);
        }
        over
    }
}

impl Sweep<'_> {
    /// Deletes the orphans of a folder whose time is over, and says which are kept.
    pub(super) fn orphans(&mut self, files: &Files, folded: &Folded, orphans: &mut Orphans) -> Result<()> {
        // What is missing or not understood may be what names them.
        const OPEN: [Flag; 4] = [Flag::Gap, Flag::Late, Flag::Newer, Flag::UnknownEvent];
        let unsettled = folded
            .threads
            .iter()
            .any(|thread| thread.state.is_none() || OPEN.iter().any(|flag| thread.flags.contains(flag)));
        let begins = !folded.threads.is_empty() || files.note_paths.is_empty();
        let odd = !files.broken.is_empty() || !folded.misplaced.is_empty() || !begins;
        let named: BTreeSet<Digest> = folded
            .threads
            .iter()
            .flat_map(|thread| &thread.entries)
            .flat_map(|judged| judged.entry.add.iter().map(|added| added.h))
            .collect();
        let strays = files.objects.iter().filter(|(hash, _)| !named.contains(*hash));
        let strays: Vec<&Stored> = strays.flat_map(|(_, copies)| copies).collect();
        for Stored { path, .. } in strays {
            let written = self.archive.store.written(path)?;
            if orphans.is_over(path, written) && !unsettled && !odd {
                self.delete(path, "settle.orphan", "no entry has named it for 30 days: deleted")?;
            } else {
                let message = "no entry names it: kept until it is 30 days old and was seen a day before";
                self.left(path, "settle.young-orphan", message);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000, 0).expect("a time") + Duration::hours(hours)
    }

    #[test]
    fn an_orphan_goes_when_it_is_old_and_was_seen_a_day_before() {
        let days = |n: i64| at(24 * n);
        let cases = [
            (None, Some(at(-24 * 31)), false),
            (Some(at(-23)), Some(days(-31)), false),
            (Some(at(-24)), Some(days(-31)), true),
            (Some(at(-25)), Some(days(-29)), false),
            (Some(days(-31)), None, true),
            (Some(days(-29)), None, false),
            (Some(days(3)), Some(days(-31)), false),
        ];
        for (seen, written, over) in cases {
            let before = seen.map(|seen| ("x".to_owned(), seen)).into_iter().collect();
            let mut orphans = Orphans::new(before, at(0));
            assert_eq!(orphans.is_over("x", written), over, "{seen:?} {written:?}");
            assert_eq!(orphans.remembered(&[]).len(), usize::from(!over));
        }
    }
}
