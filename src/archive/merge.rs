//! Merging a copy of the same archive that went its own way: an offline laptop, a synced folder, a stick.
//!
//! Copying all files from one to the other by any program and settling gives the same. Done here, each
//! file is checked before it is copied: its hash, its form, and whether it counts.

use super::error;
use super::files::Files;
use super::merge_folder::Whereabouts;
use super::open::{Archive, StaffLog, staff_path};
use super::place::FolderPlace;
use super::settle::{Settled, Sweep};
use super::survey::Survey;
use crate::error::{Class, Result};
use crate::log::root::{ROOT_FILE, ROOT_LIMIT_BYTES};
use crate::log::{Folded, Note, Roster, Verdict};
use crate::names::{Digest, Unit};
use crate::seal::object::SEALED_LIMIT_BYTES;
use crate::store::{LocalStore, Store};
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::path::Path;

/// How much is held in memory before it is written.
const BATCH_BYTES: usize = 16 * 1024 * 1024;

/// Copying from another store of the same archive.
pub(super) struct Copying<'a, 'b> {
    pub(super) sweep: &'b mut Sweep<'a>,
    pub(super) theirs: &'b dyn Store,
    waiting: Vec<(String, Vec<u8>)>,
    waiting_bytes: usize,
}

impl Archive {
    /// Merges the copy of this archive in `from` into this one, then settles. Needs no key; nothing is
    /// written in `from`.
    ///
    /// Copied is what this archive lacks and the united history counts: staff notes, entries, the objects
    /// and envelopes they name, registers. What was dropped or superseded stays away.
    ///
    /// # Errors
    /// `archive.other-archive` (input) where `from` is another archive; the stores'.
    pub fn merge(&mut self, from: &Path, now: DateTime<Utc>, dry_run: bool) -> Result<Settled> {
        let theirs = self.copy_in(from)?;
        let report = self.merge_staff(&theirs, dry_run)?;
        let (ours, _) = Survey::outside(self.store.as_ref(), &[])?;
        let (outside, units) = Survey::outside(&theirs, &[])?;
        let mut sweep = Sweep::new(self, dry_run, Settled::default());
        sweep.not_copied(&outside.foreign, &outside.temporary, &outside.denied);
        let mut copying = Copying::new(&mut sweep, &theirs);
        let mut whereabouts = Whereabouts::default();
        for unit in &units {
            copying.folder(unit, &ours, &outside, &mut whereabouts)?;
        }
        for (path, (hash, _)) in
            outside.registers.iter().filter(|(path, _)| !ours.registers.contains_key(*path))
        {
            copying.copy(&[path.as_str()], path.clone(), hash)?;
        }
        copying.flush()?;
        // Of a large copy this is long, so it is not held twice.
        let mut settled = sweep.finish();
        settled.done.splice(0..0, report.done);
        settled.left.splice(0..0, report.left);
        let last = self.settle(&[], now, dry_run)?;
        settled.done.extend(last.done);
        settled.left.extend(last.left);
        Ok(settled)
    }

    /// The store in `from`, where it is a copy of this archive.
    pub(super) fn copy_in(&self, from: &Path) -> Result<LocalStore> {
        let store = LocalStore::open(from)?;
        let root = store.read(ROOT_FILE, ROOT_LIMIT_BYTES as u64).map_err(|e| match e.class() {
            Class::NotFound => error::not_an_archive(from),
            _ => e,
        })?;
        if Digest::of(&root) == self.id() { Ok(store) } else { Err(error::other_archive(from)) }
    }

    /// Copies staff notes that are valid in the united staff log.
    fn merge_staff(&mut self, theirs: &dyn Store, dry_run: bool) -> Result<Settled> {
        let other = StaffLog::read(theirs, &self.root, &HashSet::new())?;
        let known: HashSet<_> = self.staff.paths.keys().copied().collect();
        let mut union = self.staff.notes.clone();
        union.extend(other.notes.iter().filter(|note| !known.contains(&note.name())).cloned());
        let roster = Roster::fold(self.root.clone(), &union, &HashSet::new());
        let refused = |note: &Note| {
            roster.doubles().contains(&note.name())
                || roster.invalid().iter().any(|(name, _)| *name == note.name())
        };
        let mut sweep = Sweep::new(self, dry_run, Settled::default());
        for odd in &other.broken {
            sweep.left(
                &odd.path,
                "merge.damaged",
                format!("damaged in the copy, not copied: {}", odd.reason),
            );
        }
        for odd in &other.foreign {
            sweep.left(&odd.path, "merge.foreign", format!("not copied: {}", odd.reason));
        }
        let mut batch = Vec::new();
        for note in other.notes.iter().filter(|note| !known.contains(&note.name())) {
            let path = staff_path(&note.name());
            if refused(note) {
                sweep.left(path, "merge.invalid", "invalid in the copy: not copied");
            } else {
                sweep.done(&path, "merge.copied", "copied");
                batch.push((path, note.bytes().to_vec()));
            }
        }
        let report = sweep.finish();
        if !dry_run && !batch.is_empty() {
            self.store.put_batch(&batch)?;
            let remembered = self.memory.recall(super::memory::Of::Staff);
            self.staff = StaffLog::read(self.store.as_ref(), &self.root, &remembered.verified)?;
            self.remember_staff(&remembered);
        }
        Ok(report)
    }
}

impl<'a, 'b> Copying<'a, 'b> {
    pub(super) fn new(sweep: &'b mut Sweep<'a>, theirs: &'b dyn Store) -> Self {
        Self { sweep, theirs, waiting: Vec::new(), waiting_bytes: 0 }
    }

    /// Copies one file from any of its places in the other store where its bytes are those of its name;
    /// says whether one was.
    pub(super) fn copy(&mut self, from: &[&str], to: String, hash: &Digest) -> Result<bool> {
        for path in from {
            match self.theirs.read(path, SEALED_LIMIT_BYTES) {
                Ok(bytes) if Digest::of(&bytes) == *hash => return self.bring(to, bytes).map(|()| true),
                Ok(_) => self.sweep.left(*path, "merge.damaged", "damaged in the copy: not copied"),
                Err(e) => self.sweep.left(*path, "merge.damaged", format!("not copied: {e}")),
            }
        }
        Ok(false)
    }

    pub(super) fn bring(&mut self, to: String, bytes: Vec<u8>) -> Result<()> {
        self.sweep.done(&to, "merge.copied", "copied");
        self.put(to, bytes)
    }

    pub(super) fn put(&mut self, to: String, bytes: Vec<u8>) -> Result<()> {
        if self.sweep.dry_run {
            return Ok(());
        }
        self.waiting_bytes += bytes.len();
        self.waiting.push((to, bytes));
        if self.waiting_bytes > BATCH_BYTES { self.flush() } else { Ok(()) }
    }

    /// Makes durable what was copied so far.
    pub(super) fn flush(&mut self) -> Result<()> {
        self.waiting_bytes = 0;
        let batch = std::mem::take(&mut self.waiting);
        if batch.is_empty() { Ok(()) } else { self.sweep.archive.store.put_batch(&batch) }
    }
}

impl Sweep<'_> {
    /// Says what in the copy is no name of an archive, or may not be read.
    pub(super) fn not_copied(&mut self, foreign: &[String], temporary: &[String], denied: &[String]) {
        for path in foreign.iter().chain(temporary) {
            self.left(path, "merge.foreign", "no name of this archive in the copy: not copied");
        }
        for path in denied {
            self.left(path, "settle.unknown", "it may not be read in the copy: what it holds is not known");
        }
    }
}

/// Where the files of a folder go: to those that are there, else where its status says.
pub(super) fn place_for(unit: &Unit, mine: &Files, folded: &Folded) -> String {
    let state = folded.threads.iter().find_map(|thread| thread.state.as_ref());
    let status = state.and_then(|state| state.standing.status);
    let office = unit.is_office();
    let canonical = FolderPlace::of(unit, status.or((!office).then_some(crate::names::Status::Open)));
    mine.places.first().unwrap_or(&canonical).path()
}

/// Whether a note is an entry of this folder that stands, if only as pending or late.
pub(super) fn counts(folded: &Folded, note: &Note) -> bool {
    let verdict = folded.threads.iter().find_map(|thread| thread.verdict(&note.name()));
    verdict.is_some_and(|verdict| !matches!(verdict, Verdict::Invalid(_)))
        && !folded.doubles.contains(&note.name())
}
