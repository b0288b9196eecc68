//! Fetching what is missing or damaged from another copy, by hash.
//!
//! A file is written only where there was none, or where the bytes there were just read and are not those
//! that its name says: a good file is never replaced. What the copy holds beyond that is not taken over;
//! that is merging ([`Archive::merge`]).

use super::cards::envelope_path;
use super::case::lost_heads;
use super::error;
use super::files::{Files, Stored};
use super::memory::Of;
use super::merge::{Copying, counts, place_for};
use super::open::{Archive, StaffLog, staff_path};
use super::place::Name;
use super::register::{RegisterFile, Registers};
use super::settle::{Settled, Sweep};
use super::survey::Survey;
use crate::error::Result;
use crate::log::root::{ROOT_FILE, ROOT_LIMIT_BYTES};
use crate::log::{Entry, Folded, Note, NoteName, fold};
use crate::names::{Digest, PersonId, Unit};
use crate::seal::object::SEALED_LIMIT_BYTES;
use crate::store::{LocalStore, Store};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

impl Archive {
    /// Repairs the archive in `dir` from a copy of it: root, staff notes, entries, sealed objects, envelopes
    /// and registers that are missing or damaged. Needs no key.
    ///
    /// # Errors
    /// `archive.other-archive` (input) where the copy is another archive; what opening the copy says; the
    /// stores'. What the copy has no good file of is no error but stands in the report.
    pub fn repair(dir: &Path, from: &Path, memory: Option<&Path>, dry_run: bool) -> Result<Settled> {
        let mirror = Self::open(from, None)?;
        let store = LocalStore::open(dir)?;
        let mut report = repair_beginning(&store, dir, &mirror, dry_run)?;
        let archive = match Self::open(dir, memory) {
            Err(_) if dry_run && !report.done.is_empty() => return Ok(report),
            opened => opened?,
        };
        let mut sweep = Sweep::new(&archive, dry_run, Settled::default());
        let (ours, found) = Survey::outside(archive.store.as_ref(), &[])?;
        let (theirs, _) = Survey::outside(mirror.store.as_ref(), &[])?;
        let mut copying = Copying::new(&mut sweep, mirror.store.as_ref());
        for unit in found.into_iter().chain(archive.memory.units()).collect::<BTreeSet<Unit>>() {
            copying.repair(&unit, &ours, &theirs)?;
        }
        copying.repair_registers(&ours, &theirs, &mirror.registers()?)?;
        copying.flush()?;
        let more = sweep.finish();
        report.done.extend(more.done);
        report.left.extend(more.left);
        Ok(report)
    }
}

/// Root and staff log, without which nothing else can be judged.
fn repair_beginning(store: &LocalStore, dir: &Path, mirror: &Archive, dry_run: bool) -> Result<Settled> {
    let mut report = Settled::default();
    let mut fetched = |path: &str, there: bool| {
        let (code, message) = said(there);
        report.done.push(super::Finding { path: path.to_owned(), code, message: message.to_owned() });
    };
    let ours = StaffLog::read(store, &mirror.root, &HashSet::new())?;
    let root = store.read(ROOT_FILE, ROOT_LIMIT_BYTES as u64).ok();
    let good_root = root.as_ref().is_some_and(|bytes| Digest::of(bytes) == mirror.id());
    let mut batch = Vec::new();
    if !good_root {
        // Only the notes tell a damaged root from that of another archive.
        if ours.notes.is_empty() {
            return Err(error::other_archive(dir));
        }
        batch.push((ROOT_FILE.to_owned(), mirror.store.read(ROOT_FILE, ROOT_LIMIT_BYTES as u64)?));
        fetched(ROOT_FILE, root.is_some());
    }
    let invalid: HashSet<NoteName> = mirror.roster().invalid().iter().map(|(name, _)| *name).collect();
    let have: HashSet<NoteName> = ours.notes.iter().map(Note::name).collect();
    let broken = ours.broken.iter().filter_map(|odd| match Name::parse(&odd.path) {
        Name::Staff(name) => Some(name),
        _ => None,
    });
    let named = ours.notes.iter().flat_map(parents);
    let mut wanted: BTreeSet<NoteName> = broken.chain(named).collect();
    wanted.extend(cited(store, mirror)?);
    for note in closure(&wanted, &have, &mirror.staff.notes) {
        if !invalid.contains(&note.name()) {
            let path = staff_path(&note.name());
            fetched(&path, ours.paths.contains_key(&note.name()));
            batch.push((path, note.bytes().to_vec()));
        }
    }
    if !dry_run && !batch.is_empty() {
        for (path, _) in &batch {
            store.remove(path)?;
        }
        // The root last: without it nothing counts as an archive.
        batch.reverse();
        store.put_batch(&batch)?;
    }
    Ok(report)
}

fn said(there: bool) -> (&'static str, &'static str) {
    if there {
        ("repair.replaced", "was damaged: replaced from the copy")
    } else {
        ("repair.fetched", "was missing: fetched from the copy")
    }
}

fn parents(note: &Note) -> Vec<NoteName> {
    note.content::<Parents>().map(|note| note.parents).unwrap_or_default()
}

#[derive(serde::Deserialize)]
struct Parents {
    parents: Vec<NoteName>,
}

/// The staff notes that entries of this archive cite.
fn cited(store: &LocalStore, mirror: &Archive) -> Result<BTreeSet<NoteName>> {
    let (_, units) = Survey::outside(store, &[])?;
    let mut cited = BTreeSet::new();
    for unit in &units {
        let notes = Files::read(store, unit, &mirror.id())?.notes;
        let entries = notes.iter().filter_map(|note| note.content::<Entry>().ok());
        cited.extend(entries.flat_map(|entry| entry.roster));
    }
    Ok(cited)
}

/// The notes of the copy that are wanted, with those they build on, and that are not here.
fn closure<'a>(wanted: &BTreeSet<NoteName>, have: &HashSet<NoteName>, theirs: &'a [Note]) -> Vec<&'a Note> {
    let by_name: HashMap<NoteName, &Note> = theirs.iter().map(|note| (note.name(), note)).collect();
    let mut todo: Vec<NoteName> = wanted.iter().copied().collect();
    let mut found = BTreeMap::new();
    while let Some(name) = todo.pop() {
        if have.contains(&name) || found.contains_key(&name) {
            continue;
        }
        if let Some(note) = by_name.get(&name) {
            found.insert(name, *note);
            todo.extend(parents(note));
        }
    }
    found.into_values().collect()
}

impl Copying<'_, '_> {
    /// Fetches what one folder lacks or holds damaged. Only this folder is listed and read, here and there.
    fn repair(&mut self, unit: &Unit, ours: &Survey, theirs: &Survey) -> Result<()> {
        let archive = self.sweep.archive;
        let mine = &Files::read(archive.store.as_ref(), unit, &archive.id())?;
        let copy = &Files::read(self.theirs, unit, &archive.id())?;
        let remembered = archive.recall(unit);
        let have: HashSet<NoteName> = mine.notes.iter().map(Note::name).collect();
        let before = fold(unit, &mine.notes, archive.roster(), &remembered.verified);
        let broken = mine.note_paths.keys().filter(|name| !have.contains(*name)).copied();
        let named = mine.notes.iter().flat_map(parents);
        let lost = archive.really_lost(unit, lost_heads(&remembered, &before));
        let wanted: BTreeSet<NoteName> = broken.chain(named).chain(lost).collect();
        let fetched = closure(&wanted, &have, &copy.notes);
        let union: Vec<Note> = mine.notes.iter().chain(fetched.iter().copied()).cloned().collect();
        let folded = fold(unit, &union, archive.roster(), &remembered.verified);
        let place = place_for(unit, mine, &folded);
        self.repair_objects(&place, mine, copy, &folded)?;
        self.repair_envelopes(unit, ours, theirs, &folded)?;
        self.flush()?;
        self.repair_notes(&place, mine, &wanted, &have, &fetched, &folded)
    }

    fn repair_objects(&mut self, place: &str, mine: &Files, copy: &Files, folded: &Folded) -> Result<()> {
        let live: BTreeSet<Digest> =
            folded.threads.iter().flat_map(|thread| &thread.live).map(|live| live.added.h).collect();
        for hash in &live {
            let from: Vec<&Stored> = copy.objects.get(hash).into_iter().flatten().collect();
            match mine.objects.get(hash) {
                None => self.fetch(&from, format!("{place}/{hash}.age"), hash, false)?,
                Some(copies) => {
                    for stored in copies {
                        if !self.is_whole(&stored.path, hash) {
                            self.fetch(&from, stored.path.clone(), hash, true)?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn repair_envelopes(
        &mut self,
        unit: &Unit,
        ours: &Survey,
        theirs: &Survey,
        folded: &Folded,
    ) -> Result<()> {
        let destroyed = crate::log::state::Stage::Destroyed;
        let threads = folded.threads.iter().filter(|thread| thread.stage < destroyed);
        let needed: BTreeSet<Digest> =
            threads.filter_map(|thread| thread.state.as_ref()).map(|state| state.envelope).collect();
        for hash in needed {
            let path = envelope_path(unit, &hash);
            let there = ours.has_envelope(unit, &hash);
            if !there || !self.is_whole(&path, &hash) {
                let from = theirs.envelopes.get(unit).and_then(|envelopes| envelopes.get(&hash));
                self.fetch(&from.into_iter().collect::<Vec<_>>(), path, &hash, there)?;
            }
        }
        Ok(())
    }

    fn repair_notes(
        &mut self,
        place: &str,
        mine: &Files,
        wanted: &BTreeSet<NoteName>,
        have: &HashSet<NoteName>,
        fetched: &[&Note],
        folded: &Folded,
    ) -> Result<()> {
        let mut found = HashSet::new();
        for note in fetched.iter().filter(|note| counts(folded, note)) {
            found.insert(note.name());
            let paths = mine.note_paths.get(&note.name()).cloned().unwrap_or_default();
            for path in &paths {
                self.replace(path.clone(), note.bytes().to_vec(), true)?;
            }
            if paths.is_empty() {
                self.replace(format!("{place}/{}.note", note.name()), note.bytes().to_vec(), false)?;
            }
        }
        for name in wanted.iter().filter(|name| !have.contains(*name) && !found.contains(*name)) {
            let message = "missing or damaged, and the copy has no good one";
            self.sweep.left(format!("{place}/{name}.note"), "repair.unavailable", message);
        }
        self.flush()
    }

    /// Fetches files of registers: damaged ones, and missing ones up to the newest checkpoint that is known
    /// here, where the copy's register is sound and holds that checkpoint too.
    fn repair_registers(&mut self, ours: &Survey, theirs: &Survey, copy: &Registers) -> Result<()> {
        let known = self.known_checkpoints(ours);
        let paths: BTreeSet<&String> = ours.registers.keys().chain(theirs.registers.keys()).collect();
        for path in paths {
            let Name::Register(person, name, _) = Name::parse(path) else { continue };
            let there = ours.registers.contains_key(path);
            let wanted = |newest: &NoteName| name.seq <= newest.seq && copy.reaches(&person, newest);
            let needed =
                if there { !self.is_whole(path, &name.hash) } else { known.get(&person).is_some_and(wanted) };
            if needed {
                let from = theirs.registers.contains_key(path).then(|| path.clone());
                let from = from.map(|path| Stored { path, size_bytes: 0 });
                self.fetch(&from.iter().collect::<Vec<_>>(), path.clone(), &name.hash, there)?;
            }
        }
        Ok(())
    }

    /// The newest checkpoint of each person that lies here, that a staff note names or that this client saw.
    fn known_checkpoints(&self, ours: &Survey) -> BTreeMap<PersonId, NoteName> {
        let archive = self.sweep.archive;
        let lie = ours.registers.keys().filter_map(|path| match Name::parse(path) {
            Name::Register(person, name, RegisterFile::Checkpoint) => Some((person, name)),
            _ => None,
        });
        let named = archive.roster().registered().into_iter().filter_map(|(_, checkpoint)| {
            let (person, name) = checkpoint.split_once('/')?;
            Some((person.parse().ok()?, name.parse().ok()?))
        });
        let seen = archive.memory.registrars().into_iter().flat_map(|person| {
            let heads = archive.memory.recall(Of::Register(&person)).heads;
            heads.into_iter().map(move |name| (person.clone(), name))
        });
        let mut newest: BTreeMap<PersonId, NoteName> = BTreeMap::new();
        for (person, name) in lie.chain(named).chain(seen) {
            let known = newest.entry(person).or_insert(name);
            *known = name.max(*known);
        }
        newest
    }

    fn is_whole(&self, path: &str, hash: &Digest) -> bool {
        let read = self.sweep.archive.store.read(path, SEALED_LIMIT_BYTES);
        read.is_ok_and(|bytes| Digest::of(&bytes) == *hash)
    }

    /// Fetches one object or envelope whose own file is missing or damaged.
    fn fetch(&mut self, from: &[&Stored], to: String, hash: &Digest, damaged: bool) -> Result<()> {
        for stored in from {
            if let Ok(bytes) = self.theirs.read(&stored.path, SEALED_LIMIT_BYTES)
                && Digest::of(&bytes) == *hash
            {
                return self.replace(to, bytes, damaged);
            }
        }
        self.sweep.left(to, "repair.unavailable", "missing or damaged, and the copy has no good one");
        Ok(())
    }

    fn replace(&mut self, to: String, bytes: Vec<u8>, damaged: bool) -> Result<()> {
        let (code, message) = said(damaged);
        if damaged && !self.sweep.dry_run {
            self.sweep.archive.store.remove(&to)?;
        }
        self.sweep.done(&to, code, message);
        self.put(to, bytes)
    }
}
