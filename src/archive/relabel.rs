//! Correcting the number of a folder, which also tells twins apart.
//!
//! Everything of the folder is copied under the new number and made durable, then the entry is written
//! there, then what lies under the old number goes. Before the entry the copy counts for nothing; after
//! it, what is left under the old number is cleared by `settle`. So the folder can be read at any moment.

use super::cards::{Batch, Binding, envelope_path};
use super::case::Case;
use super::disposal::UNPROVED;
use super::error;
use super::files::{Files, Stored};
use super::filing::Receipt;
use super::merge::Copying;
use super::open::Archive;
use super::operations::check_reason;
use super::place::FolderPlace;
use super::settle::{Settled, Sweep};
use super::survey::Survey;
use super::verify_bytes::digests;
use crate::clock::Clock;
use crate::error::{Class, Result};
use crate::log::{Flag, Note, NoteName, Op, Signer, Stage, Thread, Time, fold, fold_each};
use crate::names::{Digest, Unit};
use crate::seal::Identity;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// To which folder an entry belongs, none of the first one, which gives it its id; and the number it had then.
#[derive(Deserialize)]
pub(super) struct OfFolder {
    pub(super) folder: Option<Digest>,
    label: Unit,
}

impl Archive {
    /// Gives a folder another number. A current reader signs. Of twins, `folder` says which by the first
    /// digits of its id. Where corrections of the number met, this settles which holds, and `new` may be the
    /// number that it has.
    ///
    /// # Errors
    /// `archive.case-exists`, `archive.which-twin`, `archive.no-reason` (input); *damage* where entries are
    /// missing; as [`Archive::file`] otherwise.
    pub fn relabel(
        &self,
        by: &Identity,
        unit: &Unit,
        new: &Unit,
        folder: Option<&str>,
        reason: &str,
        clock: &Clock,
    ) -> Result<Receipt> {
        let case = self.relabelable(by, unit, new)?;
        check_reason(reason)?;
        let thread = which(&case, folder)?;
        check_settled(thread, unit)?;
        let state = thread.state.as_ref().ok_or_else(|| error::no_history(unit))?;
        let binding = Binding { archive: self.id(), folder: Some(thread.folder), key: &state.key };
        let mut batch = Batch::default();
        batch.seal_reason("relabel", reason, &binding)?;
        let draft = thread.draft(self.roster(), Op::Relabel, by.id(), Time::new(clock.now()));
        let mut entry = draft.ok_or_else(|| error::no_history(unit))?;
        entry.label = new.clone();
        entry.add.clone_from(&batch.add);
        let act = |message: &[u8]| by.sign(message);
        let signer = Signer { name: by.id().clone(), key: by.verify_key(), sign: &act };
        let note = Note::sign(&entry, &self.id(), &[signer])?;
        thread.judge_next(self.roster(), &note, &entry).map_err(|fault| error::refused(&fault))?;
        let place = FolderPlace::of(new, entry.status);
        self.store.put_batch(&batch.named(&place.path()))?;
        let survey = Survey::of(self.store.as_ref(), &[unit.clone(), new.clone()], &self.id())?;
        let mut sweep = Sweep::new(self, false, Settled::default());
        Gathering { sweep: &mut sweep, survey: &survey, thread, to: new, place: place.path() }.copy(unit)?;
        let envelope = envelope_path(new, &state.envelope);
        if self.store.size(&envelope)?.is_none() {
            return Err(error::damaged(
                &envelope,
                "the envelope could not be copied: it is missing or damaged",
            ));
        }
        self.store.put_batch(&[(format!("{}/{}.note", place.path(), note.name()), note.bytes().to_vec())])?;
        // The folder has its new number; the rest is tidying, which `settle` can do as well.
        let _ = self.gather(&[unit.clone(), new.clone()], false);
        self.case(new)?;
        Ok(Receipt {
            unit: new.clone(),
            label: place.label(),
            seq: entry.seq,
            entry: note.name().hash,
            documents: Vec::new(),
            readers: entry.readers.iter().map(|reader| reader.id.clone()).collect(),
            escrows: thread.escrows(self.roster()),
            folder: self.location(&place.path()),
        })
    }

    /// Reads a folder, of twins as well, whose number may be changed to `new`.
    fn relabelable(&self, by: &Identity, unit: &Unit, new: &Unit) -> Result<Case> {
        let case = self.whole(by, unit)?;
        // The number that it has may be chosen too, of several that met.
        if unit == new && case.flags().contains(&Flag::LabelConflict) {
            return Ok(case);
        }
        let matter = |unit: &Unit| unit.is_office().then(|| unit.category().to_owned());
        if matter(unit) != matter(new) {
            let message = format!("{new} is another sort of folder than {unit}");
            return Err(error::bad_change("archive.office", message, "give a number of the same sort"));
        }
        match self.case(new) {
            Err(e) if e.class() == Class::NotFound => Ok(case),
            Err(e) => Err(e),
            Ok(_) => Err(error::case_exists(new)),
        }
    }

    /// Brings together the files of each folder that lie under several numbers, where its history says.
    pub(super) fn gather(&self, units: &[Unit], dry_run: bool) -> Result<Settled> {
        let mut sweep = Sweep::new(self, dry_run, Settled::default());
        let scope = if units.is_empty() { self.under_several_numbers()? } else { units.to_vec() };
        if scope.is_empty() {
            return Ok(sweep.finish());
        }
        let survey = Survey::of(self.store.as_ref(), &scope, &self.id())?;
        for (thread, under) in self.scattered(&survey) {
            let Some(state) = &thread.state else { continue };
            // Of a destroyed folder nothing but the history is brought along: not before the end is proved.
            if thread.stage == Stage::Destroyed && !self.is_end_proved(&thread)? {
                sweep.left(state.label.to_string(), "settle.unproved", UNPROVED);
                continue;
            }
            let mine = survey.units.get(&state.label).and_then(|files| files.places.first().cloned());
            let place = mine.unwrap_or(FolderPlace::of(&state.label, state.standing.status)).path();
            for unit in under.iter().filter(|unit| **unit != state.label) {
                let mut gathering = Gathering {
                    sweep: &mut sweep,
                    survey: &survey,
                    thread: &thread,
                    to: &state.label,
                    place: place.clone(),
                };
                gathering.copy(unit)?;
                gathering.remove(unit)?;
                sweep.empty_folders(FolderPlace::all(unit).iter().map(FolderPlace::path))?;
                sweep.empty_keys(std::slice::from_ref(unit))?;
            }
        }
        Ok(sweep.finish())
    }

    /// The numbers that share the entries of a folder with another number, and those under which a folder
    /// lies that has another one: where corrections of a number meet, none that meets them need be the one
    /// under which everything lies.
    pub(super) fn under_several_numbers(&self) -> Result<Vec<Unit>> {
        let (_, units) = Survey::outside(self.store.as_ref(), &[])?;
        let mut under: BTreeMap<Digest, BTreeSet<Unit>> = BTreeMap::new();
        let mut astray = BTreeSet::new();
        for unit in units {
            let notes = Files::read(self.store.as_ref(), &unit, &self.id())?.notes;
            let mut is_renamed = false;
            for note in &notes {
                // Of each entry no more than this is wanted here; what is no entry is left out later.
                let Ok(entry) = note.content::<OfFolder>() else { continue };
                is_renamed |= entry.label != unit;
                under.entry(entry.folder.unwrap_or(note.name().hash)).or_default().insert(unit.clone());
            }
            let verified = || self.recall(&unit).verified;
            if is_renamed && !fold(&unit, &notes, self.roster(), &verified()).misplaced.is_empty() {
                astray.insert(unit);
            }
        }
        let several = under.into_values().filter(|units| units.len() > 1).flatten();
        Ok(several.chain(astray).collect::<BTreeSet<Unit>>().into_iter().collect())
    }

    /// Folders that lie under another number than their own, or under another one too; each added up over all.
    fn scattered(&self, survey: &Survey) -> Vec<(Thread, BTreeSet<Unit>)> {
        let mut notes: BTreeMap<NoteName, &Note> = BTreeMap::new();
        let mut under: BTreeMap<NoteName, BTreeSet<&Unit>> = BTreeMap::new();
        for (unit, files) in &survey.units {
            for note in &files.notes {
                notes.insert(note.name(), note);
                under.entry(note.name()).or_default().insert(unit);
            }
        }
        let notes: Vec<Note> = notes.into_values().cloned().collect();
        let threads = fold_each(&notes, self.roster(), &HashSet::new()).into_iter().flat_map(|f| f.threads);
        let lies = |thread: Thread| {
            let names = thread.entries.iter().filter_map(|judged| under.get(&judged.name));
            let units: BTreeSet<Unit> = names.flatten().map(|unit| (*unit).clone()).collect();
            (thread, units)
        };
        let is_astray = |(thread, units): &(Thread, BTreeSet<Unit>)| {
            thread.state.as_ref().is_some_and(|state| units.iter().any(|unit| *unit != state.label))
        };
        threads.map(lies).filter(is_astray).collect()
    }
}

/// What is open in this very folder, and not in a twin of it, is settled first.
fn check_settled(thread: &Thread, unit: &Unit) -> Result<()> {
    // Of twins nobody makes a common key before they are told apart.
    if thread.flags.contains(&Flag::KeyConflict) && !thread.flags.contains(&Flag::Twins) {
        let message = format!("two changes of the key of {unit} met");
        return Err(error::busy("archive.key-conflict", message, "make a common key first"));
    }
    if thread.flags.contains(&Flag::Newer) {
        return Err(error::newer("an entry"));
    }
    if thread.flags.contains(&Flag::Gap) {
        Err(error::gap(unit, "its number cannot be changed now"))
    } else {
        Ok(())
    }
}

/// The folder meant, of twins.
fn which<'a>(case: &'a Case, folder: Option<&str>) -> Result<&'a Thread> {
    let digits = folder.unwrap_or_default();
    let threads = case.threads.iter().filter(|thread| thread.state.is_some());
    let meant: Vec<&Thread> = threads.filter(|t| t.folder.to_string().starts_with(digits)).collect();
    if let [thread] = meant[..] {
        return Ok(thread);
    }
    let ids: Vec<String> = case.threads.iter().map(|thread| thread.folder.short(16)).collect();
    let message = format!("several cases are called {}: {}", case.unit(), ids.join(", "));
    Err(error::bad_change("archive.which-twin", message, "say which with --folder and its first digits"))
}

/// Bringing the files of one folder under its number.
struct Gathering<'a, 'b> {
    sweep: &'b mut Sweep<'a>,
    survey: &'b Survey,
    thread: &'b Thread,
    to: &'b Unit,
    place: String,
}

impl Gathering<'_, '_> {
    /// Sealed objects and envelopes that entries of this folder name.
    fn named(&self) -> BTreeSet<Digest> {
        let entries = self.thread.entries.iter().map(|judged| &judged.entry);
        entries.flat_map(|entry| entry.add.iter().map(|added| added.h).chain([entry.envelope])).collect()
    }

    /// Copies what lies under `from` and not yet where it belongs; the entries last.
    fn copy(&mut self, from: &Unit) -> Result<()> {
        let nothing = Files::default();
        let (theirs, mine) = (self.survey.units.get(from), self.survey.units.get(self.to));
        let (theirs, mine) = (theirs.unwrap_or(&nothing), mine.unwrap_or(&nothing));
        let archive = self.sweep.archive;
        let envelopes = self.survey.envelopes.get(from);
        let lies = |hash: &Digest| {
            theirs.objects.contains_key(hash) || envelopes.is_some_and(|all| all.contains_key(hash))
        };
        // Of a destroyed folder only the history comes along.
        let is_alive = self.thread.stage < Stage::Destroyed;
        let named = self.named().into_iter().filter(|hash| is_alive && lies(hash));
        let missing: Vec<Digest> = named.filter(|hash| !self.is_there(hash)).collect();
        let mut copying = Copying::new(self.sweep, archive.store.as_ref());
        for hash in &missing {
            if let Some(copies) = theirs.objects.get(hash) {
                let paths: Vec<&str> = copies.iter().map(|copy| copy.path.as_str()).collect();
                copying.copy(&paths, format!("{}/{hash}.age", self.place), hash)?;
            }
            if let Some(stored) = envelopes.and_then(|all| all.get(hash)) {
                copying.copy(&[&stored.path], envelope_path(self.to, hash), hash)?;
            }
        }
        copying.flush()?;
        let whole: BTreeSet<NoteName> = mine.notes.iter().map(Note::name).collect();
        for note in theirs.notes.iter().filter(|note| !whole.contains(&note.name())) {
            if self.thread.verdict(&note.name()).is_some() {
                copying.bring(format!("{}/{}.note", self.place, note.name()), note.bytes().to_vec())?;
            }
        }
        copying.flush()
    }

    /// Removes the folder's files from `from`: the newest entries first, so that what is left is whole.
    fn remove(&mut self, from: &Unit) -> Result<()> {
        let Some(files) = self.survey.units.get(from) else { return Ok(()) };
        let archive = self.sweep.archive;
        let folded = fold(from, &files.notes, archive.roster(), &archive.recall(from).verified);
        let others = folded.threads.iter().filter(|thread| thread.folder != self.thread.folder);
        let kept: BTreeSet<Digest> = others
            .flat_map(|thread| thread.entries.iter().map(|judged| &judged.entry))
            .flat_map(|entry| entry.add.iter().map(|added| added.h).chain([entry.envelope]))
            .collect();
        let message = format!("it belongs to {}: moved there", self.to);
        for note in files.notes.iter().rev().filter(|note| self.thread.verdict(&note.name()).is_some()) {
            for path in files.note_paths.get(&note.name()).into_iter().flatten() {
                self.sweep.delete(path, "settle.relabelled", &message)?;
            }
        }
        for Stored { path, .. } in files.snapshots.values() {
            self.sweep.delete(path, "settle.snapshot", "a snapshot, which is only a cache: deleted")?;
        }
        for hash in self.named().difference(&kept) {
            let copies: Vec<Stored> = self.survey.copies(from, hash).into_iter().cloned().collect();
            for copy in copies {
                // What could not be copied, because it is damaged, is not lost here.
                let kept = self.thread.stage < Stage::Destroyed && !self.sweep.dry_run;
                if kept && !self.is_there(hash) {
                    continue;
                }
                self.sweep.delete(&copy.path, "settle.relabelled", &message)?;
            }
        }
        Ok(())
    }

    /// Whether a good copy of this object or envelope lies under the new number: in any of its places, for that
    /// of a twin may be the first.
    fn is_there(&self, hash: &Digest) -> bool {
        let places =
            FolderPlace::all(self.to).into_iter().map(|place| format!("{}/{hash}.age", place.path()));
        let mut there = places.chain([envelope_path(self.to, hash)]);
        let store = self.sweep.archive.store.as_ref();
        there.any(|path| digests(store, &[&path]).into_iter().flatten().any(|digest| digest == *hash))
    }
}
