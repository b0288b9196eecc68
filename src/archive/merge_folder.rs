//! Merging what a copy has under one number, folder by folder.
//!
//! A folder may have another number here than in the copy: then what is new comes to where it lies here.
//! Where only both together say that its number is a third one, settling brings it there.

use super::cards::envelope_path;
use super::files::Files;
use super::merge::{Copying, counts, place_for};
use super::open::Archive;
use super::relabel::OfFolder;
use super::settle::superseded;
use super::survey::Survey;
use crate::error::Result;
use crate::log::{Folded, Note, NoteName, Stage, Thread, Verdict, fold_each};
use crate::names::{Digest, Unit};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Under which numbers the folders of this archive lie, by their ids; looked up once, where it is needed.
#[derive(Default)]
pub(super) struct Whereabouts(Option<BTreeMap<Digest, BTreeSet<Unit>>>);

impl Whereabouts {
    /// The numbers under which this archive has a folder.
    fn of(&mut self, archive: &Archive, folder: &Digest) -> Result<BTreeSet<Unit>> {
        let known = match self.0.take() {
            Some(known) => known,
            None => beginnings(archive)?,
        };
        let units = known.get(folder).cloned().unwrap_or_default();
        self.0 = Some(known);
        Ok(units)
    }
}

fn beginnings(archive: &Archive) -> Result<BTreeMap<Digest, BTreeSet<Unit>>> {
    let (_, units) = Survey::outside(archive.store.as_ref(), &[])?;
    let mut known: BTreeMap<Digest, BTreeSet<Unit>> = BTreeMap::new();
    for unit in units {
        for first in Files::beginnings(archive.store.as_ref(), &unit)? {
            known.entry(first.hash).or_default().insert(unit.clone());
        }
    }
    Ok(known)
}

/// What this archive has under the numbers of some folders.
type Here = BTreeMap<Unit, Files>;

/// What of a copy's folder comes, and where it goes.
#[derive(Default)]
struct Coming {
    objects: BTreeMap<Digest, String>,
    envelopes: BTreeMap<Digest, Unit>,
    entries: BTreeMap<NoteName, String>,
    /// What history has taken out.
    dropped: BTreeSet<Digest>,
    /// What is here already.
    known: BTreeSet<Digest>,
}

impl Copying<'_, '_> {
    /// Copies what the folders of a number lack: sealed objects and envelopes first, then the entries that name
    /// them. Only these folders are listed and read, here and there.
    pub(super) fn folder(
        &mut self,
        unit: &Unit,
        ours: &Survey,
        theirs: &Survey,
        whereabouts: &mut Whereabouts,
    ) -> Result<()> {
        let archive = self.sweep.archive;
        let files = &Files::read(self.theirs, unit, &archive.id())?;
        let here = here(archive, unit, files, whereabouts)?;
        let denied: Vec<String> =
            files.denied.iter().filter(|place| !theirs.is_denied(place)).cloned().collect();
        self.sweep.not_copied(&[], &files.temporary, &denied);
        self.odd(files);
        let union: Vec<Note> = here.values().chain([files]).flat_map(|files| &files.notes).cloned().collect();
        let verified: HashSet<NoteName> =
            here.keys().flat_map(|unit| archive.recall(unit).verified).collect();
        let mut coming = Coming::default();
        for folded in fold_each(&union, archive.roster(), &verified) {
            coming.add(unit, files, &folded, &here);
        }
        self.objects(files, &coming)?;
        self.envelopes(unit, ours, theirs, &coming)?;
        self.flush()?;
        self.entries(unit, files, &here, &coming)
    }

    fn odd(&mut self, files: &Files) {
        for odd in &files.broken {
            let message = format!("damaged in the copy, not copied: {}", odd.reason);
            self.sweep.left(&odd.path, "merge.damaged", message);
        }
        for odd in &files.foreign {
            self.sweep.left(&odd.path, "merge.foreign", format!("not copied: {}", odd.reason));
        }
    }

    fn objects(&mut self, files: &Files, coming: &Coming) -> Result<()> {
        for (hash, copies) in files.objects.iter().filter(|(hash, _)| !coming.known.contains(*hash)) {
            let paths: Vec<&str> = copies.iter().map(|copy| copy.path.as_str()).collect();
            if let Some(place) = coming.objects.get(hash) {
                self.copy(&paths, format!("{place}/{hash}.age"), hash)?;
                continue;
            }
            let dropped = coming.dropped.contains(hash);
            let why = if dropped { "taken out by the history" } else { "no entry names it" };
            for path in paths {
                self.sweep.left(path, "merge.not-needed", format!("{why}: not copied"));
            }
        }
        Ok(())
    }

    fn envelopes(&mut self, unit: &Unit, ours: &Survey, theirs: &Survey, coming: &Coming) -> Result<()> {
        for (hash, stored) in theirs.envelopes.get(unit).into_iter().flatten() {
            let to = coming.envelopes.get(hash);
            if ours.has_envelope(to.unwrap_or(unit), hash) {
                continue;
            }
            if let Some(to) = to {
                self.copy(&[&stored.path], envelope_path(to, hash), hash)?;
            } else {
                self.sweep.left(&stored.path, "merge.not-needed", "not the folder's newest: not copied");
            }
        }
        Ok(())
    }

    fn entries(&mut self, unit: &Unit, files: &Files, here: &Here, coming: &Coming) -> Result<()> {
        let mut last = None;
        for note in &files.notes {
            let name = note.name();
            if let Some(place) = coming.entries.get(&name) {
                // A crash must not keep an entry without those it builds on.
                if last.replace(name.seq).is_some_and(|seq| seq != name.seq) {
                    self.flush()?;
                }
                self.bring(format!("{place}/{name}.note"), note.bytes().to_vec())?;
            } else if !here.values().any(|files| files.note_paths.contains_key(&name)) {
                let path = files.path_of(&name);
                let message = format!("no entry that counts in a folder of {unit}: not copied");
                self.sweep.left(path, "merge.invalid", message);
            }
        }
        self.flush()
    }
}

impl Coming {
    /// Adds what comes of one folder.
    fn add(&mut self, unit: &Unit, files: &Files, folded: &Folded, here: &Here) {
        let nothing = Files::default();
        let Some((to, place)) = destination(unit, folded, here) else { return };
        let mine = here.get(&to).unwrap_or(&nothing);
        let threads = || folded.threads.iter();
        self.dropped.extend(threads().flat_map(|thread| thread.dropped.iter().copied()));
        let live = threads().flat_map(|thread| thread.live.iter().map(|live| live.added.h));
        for hash in live.chain(threads().flat_map(Thread::late_objects)) {
            if mine.objects.contains_key(&hash) {
                self.known.insert(hash);
            } else {
                self.objects.insert(hash, place.clone());
            }
        }
        let old = superseded(folded);
        let living = threads().filter(|thread| thread.stage < Stage::Destroyed);
        let stand = living
            .flat_map(|thread| &thread.entries)
            .filter(|judged| !matches!(judged.verdict, Verdict::Invalid(_)));
        let needed = stand.map(|judged| judged.entry.envelope).filter(|hash| !old.contains(hash));
        self.envelopes.extend(needed.map(|hash| (hash, to.clone())));
        let new = files.notes.iter().filter(|note| !mine.note_paths.contains_key(&note.name()));
        let new = new.filter(|note| counts(folded, note));
        self.entries.extend(new.map(|note| (note.name(), place.clone())));
    }
}

/// Under which number, and in which place, what is new of a folder goes; nowhere where nobody can tell.
///
/// That is its number, where either side has it there; else where this archive has it; else where the copy has.
fn destination(unit: &Unit, folded: &Folded, here: &Here) -> Option<(Unit, String)> {
    let thread = folded.threads.first()?;
    let first =
        |files: &Files| files.note_paths.keys().any(|name| name.seq == 0 && name.hash == thread.folder);
    let lies: BTreeSet<&Unit> = here.iter().filter(|(_, files)| first(files)).map(|(unit, _)| unit).collect();
    let number = thread.state.as_ref().map(|state| &state.label);
    let is_ours = || thread.entries.iter().any(|judged| judged.entry.label == *unit);
    let to = match number {
        Some(number) if number == unit || lies.contains(number) => number,
        None if lies.is_empty() && !is_ours() => return None,
        _ => lies.first().copied().unwrap_or(unit),
    };
    let nothing = Files::default();
    Some((to.clone(), place_for(to, here.get(to).unwrap_or(&nothing), folded)))
}

/// What this archive has under the number, and under those of the folders that the copy has under it.
fn here(archive: &Archive, unit: &Unit, files: &Files, whereabouts: &mut Whereabouts) -> Result<Here> {
    let read = |unit: &Unit| Files::read(archive.store.as_ref(), unit, &archive.id());
    let mut here = Here::from([(unit.clone(), read(unit)?)]);
    let mine = &here[unit];
    let new = files.notes.iter().filter(|note| !mine.note_paths.contains_key(&note.name()));
    let folder = |note: &Note| Some(note.content::<OfFolder>().ok()?.folder.unwrap_or(note.name().hash));
    let begins_here =
        |folder: &Digest| mine.note_paths.keys().any(|name| name.seq == 0 && name.hash == *folder);
    let folders: BTreeSet<Digest> = new.filter_map(folder).filter(|folder| !begins_here(folder)).collect();
    for folder in folders {
        for other in whereabouts.of(archive, &folder)? {
            if !here.contains_key(&other) {
                here.insert(other.clone(), read(&other)?);
            }
        }
    }
    Ok(here)
}
