//! Verifying one folder without keys: its objects, its bytes, its history.

use super::cards::envelope_path;
use super::case::lost_heads;
use super::disposal::is_all_destroyed;
use super::files::{Files, Stored};
use super::place::FolderPlace;
use super::verify::{Level, Run};
use crate::error::Result;
use crate::log::policy::LEAST_WAITING_DAYS;
use crate::log::{Flag, Folded, Judged, Stage, Thread, Verdict, fold};
use crate::names::{Digest, Unit};
use std::collections::{BTreeMap, BTreeSet, HashSet};

impl Run<'_> {
    /// Verifies one folder at the level asked for.
    pub(super) fn folder(&mut self, unit: &Unit, files: Files) -> Result<()> {
        let remembered = self.recall(unit);
        let trusted =
            if self.options.level < Level::V2 { remembered.verified.clone() } else { HashSet::new() };
        let folded = fold(unit, &files.notes, &self.staff.roster, &trusted);
        // What is remembered of a number that nothing lies under any more is no folder.
        self.counts.folders += u64::from(!files.is_empty());
        let in_escrow = |thread: &Thread| !thread.escrows(&self.staff.roster).is_empty();
        self.counts.folders_in_escrow += u64::from(folded.threads.iter().any(in_escrow));
        self.counts.entries += files.note_paths.len() as u64;
        self.odd(&files.broken, &files.foreign);
        for head in self.archive.really_lost(unit, lost_heads(&remembered, &folded)) {
            let place = files.places.first().map_or_else(|| unit.to_string(), FolderPlace::path);
            let path = format!("{place}/{head}.note");
            self.damage(path, "verify.rollback", "seen before by this client, and gone");
        }
        self.entries(&files, &folded);
        for thread in &folded.threads {
            let place = files.places.first().map_or_else(|| unit.to_string(), FolderPlace::path);
            self.registered(&place, thread, &folded.doubles);
            self.gaps(unit, &files, thread);
        }
        let going = folded.threads.iter().any(|thread| self.is_being_destroyed(unit, thread));
        self.objects(unit, &files, &folded, going);
        self.bytes(files.snapshots.iter().map(|(name, stored)| (&name.hash, stored)));
        self.envelopes(unit, &folded, going);
        self.places(unit, &files, &folded);
        if self.options.level == Level::V3 && !going {
            self.content(unit, files)?;
        }
        Ok(())
    }

    /// A number under which a folder lay before; it is verified under the one it has now.
    pub(super) fn left_over(&mut self, files: &Files) {
        for place in &files.places {
            let message = "left under the old number by a relabelling that was cut short; settle clears it";
            self.notice(place.path(), "verify.relabelled", message);
        }
    }

    fn entries(&mut self, files: &Files, folded: &Folded) {
        for name in &folded.foreign {
            self.notice(files.path_of(name), "verify.foreign", "a note, but no entry: not used");
        }
        for name in &folded.doubles {
            self.notice(files.path_of(name), "verify.double", "a second file of an entry: not used");
        }
        for name in &folded.misplaced {
            self.notice(files.path_of(name), "verify.misplaced", "it belongs to another folder: not used");
        }
        for thread in &folded.threads {
            for judged in &thread.entries {
                self.entry(files, judged);
            }
        }
    }

    fn entry(&mut self, files: &Files, judged: &Judged) {
        let path = files.path_of(&judged.name);
        match &judged.verdict {
            Verdict::Invalid(fault) => self.damage(path, "verify.invalid", format!("invalid: {fault}")),
            Verdict::Pending => {
                self.notice(path, "verify.gap", "it builds on something missing: readable, without effect");
            }
            Verdict::Late => self.notice(path, "verify.late", "late: shown, without effect"),
            Verdict::Valid => {
                let day = chrono::Duration::hours(24);
                if self.options.now.is_some_and(|now| judged.entry.time.moment() > now + day) {
                    self.notice(path, "verify.clock", "signed more than a day in the future");
                }
            }
        }
    }

    /// Names the entries that are missing and others build on.
    fn gaps(&mut self, unit: &Unit, files: &Files, thread: &Thread) {
        let present: HashSet<_> = files.note_paths.keys().collect();
        let named: BTreeSet<_> = thread.entries.iter().flat_map(|judged| &judged.entry.parents).collect();
        let place = files.places.first().map_or_else(|| unit.to_string(), FolderPlace::path);
        for parent in named.into_iter().filter(|parent| !present.contains(parent)) {
            self.damage(format!("{place}/{parent}.note"), "verify.gap", "missing: later entries build on it");
        }
        let cited: BTreeSet<_> = thread.entries.iter().flat_map(|judged| &judged.entry.roster).collect();
        let gone: Vec<_> = cited.into_iter().filter(|name| !self.staff.paths.contains_key(name)).collect();
        for name in gone {
            self.damage(super::open::staff_path(name), "verify.gap", "missing: entries cite it");
        }
        if thread.state.is_none() {
            self.damage(place, "verify.no-history", "its first entry is missing or invalid");
        }
        for flag in &thread.flags {
            let quiet = matches!(flag, Flag::Gap | Flag::Invalid | Flag::Late);
            if !quiet {
                self.notice(unit.to_string(), "verify.flag", flag.word());
            }
        }
    }

    /// Every object that the history names is there in its size, and from V1 on with its bytes.
    fn objects(&mut self, unit: &Unit, files: &Files, folded: &Folded, going: bool) {
        let place = files.places.first().map_or_else(|| unit.to_string(), FolderPlace::path);
        let mut named: BTreeMap<Digest, u64> = BTreeMap::new();
        for live in folded.threads.iter().flat_map(|thread| &thread.live) {
            named.insert(live.added.h, live.added.n);
        }
        for (hash, size_bytes) in &named {
            let copies = files.objects.get(hash).map(Vec::as_slice).unwrap_or_default();
            if copies.is_empty() && !going {
                self.damage(format!("{place}/{hash}.age"), "verify.missing", "missing: the history names it");
            }
            for copy in copies.iter().filter(|copy| copy.size_bytes != *size_bytes) {
                let message = format!("{} bytes long, {size_bytes} expected", copy.size_bytes);
                self.damage(&copy.path, "verify.size", message);
            }
        }
        let dropped: BTreeSet<&Digest> = folded.threads.iter().flat_map(|thread| &thread.dropped).collect();
        let late: BTreeSet<Digest> = folded.threads.iter().flat_map(Thread::late_objects).collect();
        for (hash, copies) in &files.objects {
            for Stored { path, .. } in copies {
                if dropped.contains(hash) {
                    self.notice(path, "verify.reappeared", "it was taken out and is there again");
                } else if late.contains(hash) {
                    self.notice(path, "verify.late", "only a late entry names it: not used");
                } else if !named.contains_key(hash) {
                    self.notice(path, "verify.orphan", "no entry names it: not used");
                }
            }
        }
        self.bytes(
            files.objects.iter().flat_map(|(hash, copies)| copies.iter().map(move |copy| (hash, copy))),
        );
    }

    fn envelopes(&mut self, unit: &Unit, folded: &Folded, going: bool) {
        let present = self.envelopes.remove(unit).unwrap_or_default();
        let states = folded.threads.iter().filter(|thread| thread.stage < Stage::Destroyed);
        let states = states.filter_map(|thread| thread.state.as_ref());
        let needed: BTreeSet<Digest> = states.map(|state| state.envelope).collect();
        if going {
            let message = "its destruction has begun: `casefile dispose run` goes on with it";
            self.notice(unit.to_string(), "verify.destruction", message);
        }
        for hash in needed.iter().filter(|hash| !going && !present.contains_key(hash)) {
            let message = "missing: nobody can open the folder without it";
            self.damage(envelope_path(unit, hash), "verify.missing", message);
        }
        for (hash, Stored { path, .. }) in &present {
            if is_all_destroyed(folded) {
                let message = "a key of a folder that is destroyed: `casefile settle` deletes it";
                self.notice(path, "verify.reappeared", message);
            } else if !needed.contains(hash) {
                self.notice(path, "verify.orphan", "an envelope that is not the folder's newest: not used");
            }
        }
        self.bytes(&present);
    }

    /// Whether a decided destruction has begun: its time is over and the newest envelope is gone, which goes
    /// first.
    fn is_being_destroyed(&self, unit: &Unit, thread: &Thread) -> bool {
        let (Stage::Decided, Some(state)) = (thread.stage, &thread.state) else { return false };
        let Some(decided) = thread.decided_at() else { return false };
        let is_there = self.envelopes.get(unit).is_some_and(|all| all.contains_key(&state.envelope));
        let least = chrono::Duration::days(i64::from(LEAST_WAITING_DAYS));
        !is_there && self.options.now.is_none_or(|now| now >= decided + least)
    }

    /// Envelopes of folders that are not there: what a crashed admission leaves.
    pub(super) fn stray_envelopes(&mut self) {
        for (hash, stored) in std::mem::take(&mut self.envelopes).into_values().flatten() {
            self.notice(&stored.path, "verify.orphan", "an envelope of a folder that is not there: not used");
            self.bytes([(&hash, &stored)]);
        }
    }

    fn places(&mut self, unit: &Unit, files: &Files, folded: &Folded) {
        let state = folded.threads.first().and_then(|thread| thread.state.as_ref());
        let Some(state) = state else { return };
        let canonical = FolderPlace::of(unit, state.standing.status);
        for place in files.places.iter().filter(|place| **place != canonical) {
            let message = format!("its place is {}; the next write moves it", canonical.path());
            let code =
                if place.prefix == canonical.prefix { "verify.stale-label" } else { "verify.misplaced" };
            self.notice(place.path(), code, message);
        }
    }
}
