//! What lies on disk for one folder: the union over its places.

use super::error;
use super::place::{self, FolderPlace, Name};
use crate::cores::on_all_cores;
use crate::error::{Class, Result};
use crate::log::{Note, NoteName, note};
use crate::names::{Digest, Unit};
use crate::store::{Listing, Object, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// An object on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) path: String,
    /// Its length; 0 where only names were asked for.
    pub(super) size_bytes: u64,
}

/// A file that is not what its name says.
#[derive(Debug, Clone)]
pub(super) struct Odd {
    pub(super) path: String,
    pub(super) reason: String,
}

/// Everything found for one folder; notes are read, objects are not.
#[derive(Default)]
pub(super) struct Files {
    /// The places in which something lies.
    pub(super) places: Vec<FolderPlace>,
    /// Well-formed notes whose hash is their name.
    pub(super) notes: Vec<Note>,
    /// Where each note lies.
    pub(super) note_paths: BTreeMap<NoteName, Vec<String>>,
    /// Sealed objects by hash.
    pub(super) objects: BTreeMap<Digest, Vec<Stored>>,
    /// Snapshots, by number; several copies of one are one.
    pub(super) snapshots: BTreeMap<NoteName, Stored>,
    /// Notes whose bytes are not those that their name says: damage.
    pub(super) broken: Vec<Odd>,
    /// What is in no valid form: never used.
    pub(super) foreign: Vec<Odd>,
    /// Files of unfinished writes.
    pub(super) temporary: Vec<String>,
    /// Places that could not be read: unknown, not empty.
    pub(super) denied: Vec<String>,
}

/// How one place is listed.
type Lister<'a> = dyn Fn(&str) -> Result<Listing> + 'a;

/// How often a listing is taken again because a folder moved meanwhile.
const TRIES: u64 = 10;
/// The longest pause before that, in milliseconds: what moves a folder to and fro needs a moment in one place.
const LONGEST_PAUSE_MILLIS: u64 = 5;

impl Files {
    /// Lists the names in one folder and reads its notes.
    pub(super) fn read(store: &dyn Store, unit: &Unit, archive: &Digest) -> Result<Self> {
        Self::read_by(store, unit, archive, &|place| store.names(place))
    }

    /// The same with the sizes of all that lies there.
    pub(super) fn read_sized(store: &dyn Store, unit: &Unit, archive: &Digest) -> Result<Self> {
        Self::read_by(store, unit, archive, &|place| store.list(place))
    }

    /// The first entries in a folder, of which a well-kept one has one: by the names alone.
    pub(super) fn beginnings(store: &dyn Store, unit: &Unit) -> Result<BTreeSet<NoteName>> {
        let mut beginnings = BTreeSet::new();
        for place in FolderPlace::all(unit) {
            let names = match store.names(&place.path()) {
                Ok(listing) => listing.objects,
                Err(e) if e.class() == Class::Access => continue,
                Err(e) => return Err(e),
            };
            beginnings.extend(names.iter().filter_map(|object| place::beginning(&object.name)));
        }
        Ok(beginnings)
    }

    fn read_by(store: &dyn Store, unit: &Unit, archive: &Digest, list: &Lister<'_>) -> Result<Self> {
        let mut tries = 0;
        loop {
            tries += 1;
            match Self::read_once(store, unit, archive, list) {
                // Another writer moved the folder between listing and reading: look again.
                Err(e) if e.class() == Class::NotFound && tries < TRIES => {
                    std::thread::sleep(Duration::from_millis(tries.min(LONGEST_PAUSE_MILLIS)));
                }
                Err(e) if e.class() == Class::NotFound => return Err(error::moving(unit)),
                // It may have moved behind our back, from a place not yet listed to one that was.
                Ok(files) if tries < TRIES && files.may_be_moving() && !files.stays(store, unit)? => {}
                result => return result,
            }
        }
    }

    /// Whether this may be a glimpse of a move: no beginning found, or something in two places.
    fn may_be_moving(&self) -> bool {
        self.places.len() > 1 || !self.note_paths.keys().any(|name| name.seq == 0)
    }

    /// Whether a second look finds the same names.
    fn stays(&self, store: &dyn Store, unit: &Unit) -> Result<bool> {
        let mut again = Self::default();
        again.list(unit, &|place| store.names(place))?;
        let same_objects = self.objects.keys().eq(again.objects.keys());
        Ok(same_objects && self.note_paths == again.note_paths && self.places == again.places)
    }

    fn read_once(store: &dyn Store, unit: &Unit, archive: &Digest, list: &Lister<'_>) -> Result<Self> {
        let mut files = Self::default();
        files.list(unit, list)?;
        files.read_notes(store, archive)?;
        Ok(files)
    }

    /// Lists every place in which the folder may lie.
    fn list(&mut self, unit: &Unit, list: &Lister<'_>) -> Result<()> {
        for place in FolderPlace::all(unit) {
            match list(&place.path()) {
                Ok(listing) => {
                    self.denied.extend(listing.denied);
                    let odd = |path| Odd { path, reason: "no name of this archive".to_owned() };
                    self.foreign.extend(listing.foreign.into_iter().map(odd));
                    if listing.present {
                        self.places.push(place);
                    }
                    listing.objects.into_iter().for_each(|object| self.sort(object));
                }
                Err(e) if e.class() == Class::Access => self.denied.push(place.path()),
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// Puts an object of a listing where it belongs.
    pub(super) fn sort(&mut self, object: Object) {
        let Object { name: path, size_bytes } = object;
        match Name::parse(&path) {
            Name::Object(_, hash) => {
                self.objects.entry(hash).or_default().push(Stored { path, size_bytes });
            }
            Name::Entry(_, name) => self.note_paths.entry(name).or_default().push(path),
            Name::Snapshot(_, name) => drop(self.snapshots.insert(name, Stored { path, size_bytes })),
            Name::Temporary => self.temporary.push(path),
            _ => self.foreign.push(Odd { path, reason: "no name of this archive".to_owned() }),
        }
    }

    /// Reads the notes found, those of a long history on all cores; one good copy of each suffices.
    pub(super) fn read_notes(&mut self, store: &dyn Store, archive: &Digest) -> Result<()> {
        const RUN: usize = 64;
        let copies =
            self.note_paths.iter().flat_map(|(name, paths)| paths.iter().map(move |path| (name, path)));
        let copies: Vec<(&NoteName, &String)> = copies.collect();
        let read = |(name, path): &(&NoteName, &String)| read_note(store, path, name, archive);
        let read = on_all_cores(&copies, RUN, |run| run.iter().map(read).collect::<Result<Vec<ReadNote>>>())?;
        for read in read.into_iter().flatten() {
            match read {
                ReadNote::Good(note) if self.notes.last().map(Note::name) == Some(note.name()) => {}
                ReadNote::Good(note) => self.notes.push(*note),
                ReadNote::Broken(odd) => self.broken.push(odd),
                ReadNote::Foreign(odd) => self.foreign.push(odd),
            }
        }
        Ok(())
    }

    /// Whether nothing of the folder is there.
    pub(super) fn is_empty(&self) -> bool {
        self.note_paths.is_empty() && self.objects.is_empty()
    }

    /// Where a note lies.
    pub(super) fn path_of(&self, name: &NoteName) -> String {
        let path = self.note_paths.get(name).and_then(|paths| paths.first());
        path.cloned().unwrap_or_else(|| format!("{name}.note"))
    }
}

/// What reading one note found.
pub(super) enum ReadNote {
    Good(Box<Note>),
    Broken(Odd),
    Foreign(Odd),
}

/// Reads a note and checks its hash, its form and its number against its name.
pub(super) fn read_note(
    store: &dyn Store,
    path: &str,
    name: &NoteName,
    archive: &Digest,
) -> Result<ReadNote> {
    let odd = |reason: String| Odd { path: path.to_owned(), reason };
    let bytes = match store.read(path, note::LIMIT_BYTES as u64) {
        Ok(bytes) => bytes,
        Err(e) if e.class() == Class::Damage => return Ok(ReadNote::Broken(odd(e.to_string()))),
        Err(e) => return Err(e),
    };
    if Digest::of(&bytes) != name.hash {
        return Ok(ReadNote::Broken(odd("its bytes are not those that its name says".to_owned())));
    }
    match Note::parse(&bytes, archive) {
        Ok(note) if note.name() == *name => Ok(ReadNote::Good(Box::new(note))),
        Ok(_) => Ok(ReadNote::Foreign(odd(crate::log::Foreign::Name.to_string()))),
        Err(foreign) => Ok(ReadNote::Foreign(odd(foreign.to_string()))),
    }
}
