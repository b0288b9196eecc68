//! What lies in some folders of an archive, or outside of all of them, sorted by what the names say.

use super::cards::envelope_path;
use super::files::{Files, Stored};
use super::outline::Outline;
use super::place::{FolderPlace, KEYS, Name};
use crate::error::{Class, Result};
use crate::log::NoteName;
use crate::names::{Digest, Unit};
use crate::store::{Listing, Object, Store};
use std::collections::{BTreeMap, BTreeSet};

/// How often a listing is taken again because something moved meanwhile.
const TRIES: usize = 5;

/// What was found; the notes of folders are read, sealed objects are not.
#[derive(Default)]
pub(super) struct Survey {
    pub(super) units: BTreeMap<Unit, Files>,
    pub(super) envelopes: BTreeMap<Unit, BTreeMap<Digest, Stored>>,
    pub(super) staff: BTreeMap<NoteName, Stored>,
    /// Files of registers, by path.
    pub(super) registers: BTreeMap<String, (Digest, u64)>,
    /// Files of unfinished writes.
    pub(super) temporary: Vec<String>,
    /// Never read.
    pub(super) foreign: Vec<String>,
    /// What may not be read and is therefore unknown.
    pub(super) denied: Vec<String>,
}

impl Survey {
    /// Lists some folders and their envelopes, and reads their notes: all of it is held in memory.
    pub(super) fn of(store: &dyn Store, scope: &[Unit], archive: &Digest) -> Result<Self> {
        let mut tries = 0;
        loop {
            tries += 1;
            match Self::once(store, scope, archive) {
                Err(e) if e.class() == Class::NotFound && tries < TRIES => {}
                result => return result,
            }
        }
    }

    /// Lists what lies outside of folders, and the envelopes; gives the folders there are. Of no folder
    /// anything is listed or read.
    pub(super) fn outside(store: &dyn Store, scope: &[Unit]) -> Result<(Self, BTreeSet<Unit>)> {
        let Outline { units, objects, foreign, denied } = Outline::of(store, scope)?;
        let mut survey = Self::default();
        survey.add(Listing { present: true, objects, foreign, denied });
        Ok((survey, units))
    }

    fn once(store: &dyn Store, scope: &[Unit], archive: &Digest) -> Result<Self> {
        let mut survey = Self::default();
        for unit in scope {
            let places = FolderPlace::all(unit).into_iter().map(|place| place.path());
            for folder in places.chain([format!("{KEYS}/{unit}")]) {
                match store.list(&folder) {
                    Ok(listing) => survey.add(listing),
                    Err(e) if e.class() == Class::Access => survey.denied.push(folder),
                    Err(e) => return Err(e),
                }
            }
        }
        for files in survey.units.values_mut() {
            files.read_notes(store, archive)?;
        }
        Ok(survey)
    }

    fn add(&mut self, listing: Listing) {
        self.foreign.extend(listing.foreign);
        self.denied.extend(listing.denied);
        listing.objects.into_iter().for_each(|object| self.sort(object));
    }

    fn sort(&mut self, object: Object) {
        let Object { name: path, size_bytes } = object.clone();
        match Name::parse(&path) {
            Name::Object(place, _) | Name::Entry(place, _) | Name::Snapshot(place, _) => {
                let files = self.units.entry(place.unit.clone()).or_default();
                if !files.places.contains(&place) {
                    files.places.push(place);
                }
                files.sort(object);
            }
            Name::Envelope(unit, hash) => {
                self.envelopes.entry(unit).or_default().insert(hash, Stored { path, size_bytes });
            }
            Name::Staff(name) => {
                self.staff.insert(name, Stored { path, size_bytes });
            }
            Name::Register(_, name, _) => {
                self.registers.insert(path, (name.hash, size_bytes));
            }
            Name::Temporary => self.temporary.push(path),
            Name::Root | Name::Reserved => {}
            Name::Foreign => self.foreign.push(path),
        }
    }

    /// Where an object or envelope of a folder lies.
    pub(super) fn copies(&self, unit: &Unit, hash: &Digest) -> Vec<&Stored> {
        let objects = self.units.get(unit).and_then(|files| files.objects.get(hash));
        let envelope = self.envelopes.get(unit).and_then(|envelopes| envelopes.get(hash));
        objects.into_iter().flatten().chain(envelope).collect()
    }

    /// Whether a place may not be read because what holds it may not.
    pub(super) fn is_denied(&self, place: &str) -> bool {
        self.denied.iter().any(|denied| place.starts_with(&format!("{denied}/")))
    }

    /// Whether an envelope lies there.
    pub(super) fn has_envelope(&self, unit: &Unit, hash: &Digest) -> bool {
        let path = envelope_path(unit, hash);
        self.envelopes.get(unit).is_some_and(|all| all.get(hash).is_some_and(|one| one.path == path))
    }
}
