//! Putting things where the log says, without any key: moves what is misplaced, deletes again what was
//! taken out and came back, clears away what unfinished writes left.
//!
//! Nothing here is needed for reading: whatever lies in the wrong place is read all the same. Nothing is
//! deleted that the history, as far as it can be seen, might still need.

use super::cards::envelope_path;
use super::case::lost_heads;
use super::disposal::{destroyed_envelopes, is_all_destroyed};
use super::files::{Files, Stored};
use super::open::Archive;
use super::orphans::Orphans;
use super::place::FolderPlace;
use super::survey::Survey;
use super::verify::Finding;
use crate::error::Result;
use crate::log::snapshot::LIMIT_BYTES;
use crate::log::state::Stage;
use crate::log::{Flag, Folded, Op, Thread, Verdict, fold};
use crate::names::{Digest, Unit};
use crate::seal::envelope::ENVELOPE_LIMIT_BYTES;
use chrono::{DateTime, Duration, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// What was done to the files of an archive, and what was left as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// What was done; in a dry run, what would be.
    pub done: Vec<Finding>,
    /// What was left, and why.
    pub left: Vec<Finding>,
}

/// A tidying under way.
pub(super) struct Sweep<'a> {
    pub(super) archive: &'a Archive,
    pub(super) dry_run: bool,
    pub(super) report: Settled,
    /// Envelopes of folders that are destroyed, wherever they lie.
    pub(super) destroyed: BTreeSet<Digest>,
}

impl Archive {
    /// Settles the folders of `units`, or the whole archive where none is named. Needs no key.
    ///
    /// Moves folders to where their number and status say; deletes dropped objects and superseded envelopes
    /// that are there again; deletes temporary files older than 24 hours before `now`, and objects that no
    /// entry has named for 30 days and that this client met a day before; takes away folders in which nothing
    /// lies; reports what is foreign.
    /// A folder with a rollback alarm, a place that may not be read or no readable history is left alone.
    ///
    /// # Errors
    /// `archive.no-case` (not found) for a unit that is not there; the store's.
    pub fn settle(&self, units: &[Unit], now: DateTime<Utc>, dry_run: bool) -> Result<Settled> {
        let report = self.gather(units, dry_run)?;
        let mut sweep = Sweep::new(self, dry_run, report);
        let (survey, found) = Survey::outside(self.store.as_ref(), units)?;
        for path in &survey.temporary {
            sweep.temporary(path, now)?;
        }
        for path in &survey.foreign {
            sweep.left(path, "settle.foreign", "no name of this archive: never read, left alone");
        }
        for path in &survey.denied {
            sweep.left(path, "settle.unknown", UNKNOWN);
        }
        let mut orphans = Orphans::new(self.memory.orphans(), now);
        for unit in &found {
            let files = Files::read(self.store.as_ref(), unit, &self.id())?;
            if units.contains(unit) && files.is_empty() && self.recall(unit).heads.is_empty() {
                return Err(super::error::no_case(unit));
            }
            for path in &files.temporary {
                sweep.temporary(path, now)?;
            }
            for path in files.denied.iter().filter(|path| !survey.is_denied(path)) {
                sweep.left(path, "settle.unknown", UNKNOWN);
            }
            sweep.folder(unit, &files, &survey, &mut orphans)?;
        }
        if !dry_run {
            self.memory.keep_orphans(&orphans.remembered(units));
        }
        sweep.stray_keys(&survey)?;
        sweep.stray_envelopes(&survey, now)?;
        sweep.empty_keys(units)?;
        Ok(sweep.finish())
    }
}

const UNKNOWN: &str = "it may not be read, so what it holds is not known";

impl<'a> Sweep<'a> {
    pub(super) fn new(archive: &'a Archive, dry_run: bool, report: Settled) -> Self {
        Self { archive, dry_run, report, destroyed: BTreeSet::new() }
    }
}

impl Sweep<'_> {
    pub(super) fn done(&mut self, path: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.report.done.push(Finding { path: path.into(), code, message: message.into() });
    }

    pub(super) fn left(&mut self, path: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.report.left.push(Finding { path: path.into(), code, message: message.into() });
    }

    pub(super) fn finish(mut self) -> Settled {
        for findings in [&mut self.report.done, &mut self.report.left] {
            findings.sort_unstable();
            findings.dedup();
        }
        self.report
    }

    /// A temporary file: a write that is under way, or one that was given up.
    fn temporary(&mut self, path: &str, now: DateTime<Utc>) -> Result<()> {
        let written = self.archive.store.written(path)?;
        if written.is_some_and(|written| written < now - Duration::hours(24)) {
            return self.delete(path, "settle.temporary", "left by a write that was given up: deleted");
        }
        self.left(path, "settle.young", "a write may still be under way: kept until it is 24 hours old");
        Ok(())
    }

    pub(super) fn delete(&mut self, path: &str, code: &'static str, message: &str) -> Result<()> {
        if self.dry_run || self.archive.store.remove(path)? {
            self.done(path, code, message);
        }
        Ok(())
    }

    fn folder(&mut self, unit: &Unit, files: &Files, survey: &Survey, orphans: &mut Orphans) -> Result<()> {
        let remembered = self.archive.recall(unit);
        let folded = fold(unit, &files.notes, self.archive.roster(), &remembered.verified);
        self.odd(files, &folded);
        if let Some(head) = self.archive.really_lost(unit, lost_heads(&remembered, &folded)).first() {
            let message = format!("{head}, seen before, is gone: nothing is moved or deleted");
            self.left(unit.to_string(), "settle.rollback", message);
            return Ok(());
        }
        if !files.denied.is_empty() || survey.denied.iter().any(|place| place.contains(unit.as_str())) {
            return Ok(());
        }
        // What is under way elsewhere may need the envelopes of a folder whose end nobody waited for.
        let gone = destroyed_envelopes(&folded);
        let lies = |hash: &Digest| survey.envelopes.values().any(|all| all.contains_key(hash));
        let ended = folded.threads.iter().any(|thread| thread.stage == Stage::Destroyed);
        let remains = gone.iter().any(lies) || !files.objects.is_empty() || !files.snapshots.is_empty();
        if ended && remains && !self.is_end_proved(unit, &folded)? {
            self.place(unit, files, &folded);
            return Ok(());
        }
        self.destroyed.extend(gone);
        self.after_destruction(unit, &folded, survey)?;
        self.reappeared(files, &folded)?;
        self.snapshots(files, &folded)?;
        if !is_all_destroyed(&folded) {
            self.orphans(files, &folded, orphans)?;
        }
        self.envelopes(unit, &folded, survey)?;
        self.place(unit, files, &folded);
        self.empty_folders(files.places.iter().map(FolderPlace::path))
    }

    fn odd(&mut self, files: &Files, folded: &Folded) {
        for odd in &files.broken {
            self.left(&odd.path, "settle.damaged", format!("damaged: {}", odd.reason));
        }
        for odd in &files.foreign {
            self.left(&odd.path, "settle.foreign", format!("not used: {}", odd.reason));
        }
        for name in folded.foreign.iter().chain(&folded.doubles) {
            self.left(
                files.path_of(name),
                "settle.foreign",
                "a second file of an entry, or no entry: not used",
            );
        }
        for name in &folded.misplaced {
            self.left(files.path_of(name), "settle.misplaced", "it belongs to another folder: not used here");
        }
    }

    /// Deletes objects that valid entries took out of the folder.
    fn reappeared(&mut self, files: &Files, folded: &Folded) -> Result<()> {
        let live: BTreeSet<Digest> =
            folded.threads.iter().flat_map(|thread| &thread.live).map(|live| live.added.h).collect();
        let dropped = folded.threads.iter().flat_map(|thread| &thread.dropped);
        for hash in dropped.filter(|hash| !live.contains(hash)) {
            for copy in files.objects.get(hash).into_iter().flatten() {
                self.delete(
                    &copy.path,
                    "settle.reappeared",
                    "the history took it out of the folder, and it was there again: deleted",
                )?;
            }
        }
        Ok(())
    }

    /// Deletes snapshots that are damaged, or older than another, a key or a disposal. Deleting one changes
    /// nothing; one that is older than the key could be opened by whoever had the key before.
    fn snapshots(&mut self, files: &Files, folded: &Folded) -> Result<()> {
        let Some(thread) = folded.threads.first() else { return Ok(()) };
        let valid = thread.entries.iter().filter(|judged| judged.verdict == Verdict::Valid);
        let key = valid.filter(|judged| judged.entry.op == Op::Key).map(|judged| judged.name.seq).max();
        let head = thread.greatest_head().map_or(0, |head| head.seq);
        let known = files.snapshots.keys().filter(|name| name.seq <= head + 1);
        let newest = known.map(|name| name.seq).max().unwrap_or_default();
        for (name, Stored { path, .. }) in &files.snapshots {
            let gone = thread.stage >= Stage::Decided || key.is_some_and(|key| name.seq <= key);
            let bytes = || self.archive.store.read(path, LIMIT_BYTES);
            if gone || name.seq != newest || !bytes().is_ok_and(|bytes| Digest::of(&bytes) == name.hash) {
                self.delete(path, "settle.snapshot", "a snapshot that is of no more use: deleted")?;
            }
        }
        Ok(())
    }

    /// Deletes envelopes that a newer one replaced, once that one is there, whole.
    fn envelopes(&mut self, unit: &Unit, folded: &Folded, survey: &Survey) -> Result<()> {
        for hash in superseded(folded) {
            if !survey.has_envelope(unit, &hash) {
                continue;
            }
            if !self.newest_is_whole(unit, folded) {
                let message = "an older envelope: kept, because the newest is missing or damaged";
                self.left(envelope_path(unit, &hash), "settle.kept", message);
                continue;
            }
            let message = "a newer envelope took its place: deleted";
            self.delete(&envelope_path(unit, &hash), "settle.superseded", message)?;
        }
        Ok(())
    }

    /// Deletes copies of envelopes that lie under a number whose history does not name them: a relabelling
    /// that was given up leaves one. Disposal must find every envelope of a folder under its own number.
    fn stray_envelopes(&mut self, survey: &Survey, now: DateTime<Utc>) -> Result<()> {
        let named = |unit: &Unit, hash: &Digest| -> Result<bool> {
            let files = Files::read(self.archive.store.as_ref(), unit, &self.archive.id())?;
            let verified = self.archive.recall(unit).verified;
            let threads = fold(unit, &files.notes, self.archive.roster(), &verified).threads;
            let mut entries = threads.iter().flat_map(|thread| &thread.entries);
            Ok(entries.any(|judged| judged.verdict == Verdict::Valid && judged.entry.envelope == *hash))
        };
        let mut holders: BTreeMap<Digest, Vec<(&Unit, &Stored)>> = BTreeMap::new();
        for (unit, envelopes) in &survey.envelopes {
            for (hash, stored) in envelopes {
                holders.entry(*hash).or_default().push((unit, stored));
            }
        }
        let mut stray = Vec::new();
        for (hash, copies) in holders.iter().filter(|(_, copies)| copies.len() > 1) {
            let (mut is_owned, mut other) = (false, Vec::new());
            for (unit, stored) in copies {
                if named(unit, hash)? {
                    is_owned = true;
                } else {
                    other.push(stored.path.clone());
                }
            }
            stray.extend(other.into_iter().filter(|_| is_owned));
        }
        for path in stray {
            let written = self.archive.store.written(&path)?;
            if written.is_some_and(|written| written < now - Duration::hours(24)) {
                let message = "a copy of an envelope that another folder has: deleted";
                self.delete(&path, "settle.stray", message)?;
            }
        }
        Ok(())
    }

    fn newest_is_whole(&self, unit: &Unit, folded: &Folded) -> bool {
        let needed = folded.threads.iter().filter(|thread| thread.stage < Stage::Destroyed);
        needed.filter_map(|thread| thread.state.as_ref()).all(|state| {
            let read = self.archive.store.read(&envelope_path(unit, &state.envelope), ENVELOPE_LIMIT_BYTES);
            read.is_ok_and(|bytes| Digest::of(&bytes) == state.envelope)
        })
    }

    /// Moves the folder to where its status says.
    fn place(&mut self, unit: &Unit, files: &Files, folded: &Folded) {
        let Some(state) = folded.threads.first().and_then(|thread| thread.state.as_ref()) else {
            if !files.note_paths.is_empty() && folded.misplaced.is_empty() {
                self.left(unit.to_string(), "settle.no-history", "its first entry is missing or invalid");
            }
            return;
        };
        let target = FolderPlace::of(unit, state.standing.status);
        for place in files.places.iter().filter(|place| **place != target) {
            let (from, to) = (place.path(), target.path());
            if self.dry_run {
                self.done(from, "settle.moved", format!("moved to {to}"));
                continue;
            }
            match self.archive.store.rename_folder(&from, &to) {
                Ok(true) => self.done(from, "settle.moved", format!("moved to {to}")),
                Ok(false) => {}
                Err(e) => self.left(from, "settle.cannot-move", e.to_string()),
            }
        }
    }
}

/// Envelopes that valid entries named and that no state and no unsettled entry needs any more.
pub(super) fn superseded(folded: &Folded) -> BTreeSet<Digest> {
    const OPEN: [Flag; 5] = [Flag::KeyConflict, Flag::Gap, Flag::Late, Flag::Newer, Flag::UnknownEvent];
    let is_open = |thread: &Thread| OPEN.iter().any(|flag| thread.flags.contains(flag));
    let unsettled =
        |thread: &Thread| thread.state.is_none() || (thread.stage < Stage::Destroyed && is_open(thread));
    if folded.threads.is_empty() || folded.threads.iter().any(unsettled) {
        return BTreeSet::new();
    }
    let valid = |thread: &Thread| -> Vec<Digest> {
        let entries = thread.entries.iter().filter(|judged| judged.verdict == Verdict::Valid);
        entries.map(|judged| judged.entry.envelope).collect()
    };
    let mut named: BTreeSet<Digest> = folded.threads.iter().flat_map(valid).collect();
    let needed = folded.threads.iter().filter(|thread| thread.stage < Stage::Destroyed);
    for state in needed.filter_map(|thread| thread.state.as_ref()) {
        named.remove(&state.envelope);
    }
    named
}
