//! Comparing an archive with another copy of it, file by file, wherever each lies.

use super::open::Archive;
use super::outline::Outline;
use super::place::{FolderPlace, Name};
use super::verify::{Finding, Level, Sample};
use super::verify_bytes::digests;
use crate::error::{Class, Result};
use crate::log::Stage;
use crate::names::{Digest, Unit};
use crate::store::{LocalStore, Object, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What comparing with a copy found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What is proved, where the copy holds the same.
    pub proved: Option<String>,
    /// What is damaged in the copy.
    pub damage: Vec<Finding>,
    /// What only one of the two holds.
    pub notices: Vec<Finding>,
    /// How many files both hold.
    pub files: u64,
}

/// Where a file of one meaning lies, in each of its places.
type Copies = BTreeMap<String, Vec<(String, u64, Digest)>>;

/// A comparison under way.
struct Comparing<'a> {
    theirs: &'a LocalStore,
    level: Level,
    sample: Option<Sample>,
    /// Folders that are destroyed here.
    destroyed: BTreeSet<Unit>,
    found: Comparison,
}

impl Archive {
    /// Compares with the copy in `mirror`, one folder after the other: by name and size, and from V1 on by
    /// the bytes of the copy.
    ///
    /// # Errors
    /// `archive.other-archive` (input); the stores'. Differences are no error but findings.
    pub fn compare(&self, mirror: &Path, level: Level, sample: Option<Sample>) -> Result<Comparison> {
        let theirs = self.copy_in(mirror)?;
        let listings = self.cases()?.into_iter().filter(|listing| listing.stage == Stage::Destroyed);
        let destroyed = listings.map(|listing| listing.unit).collect();
        let (ours, copy) = (Outline::of(self.store.as_ref(), &[])?, Outline::of(&theirs, &[])?);
        let mut comparing =
            Comparing { theirs: &theirs, level, sample, destroyed, found: Comparison::default() };
        comparing.unknown(copy.denied);
        comparing.files(&sorted(ours.objects), &sorted(copy.objects));
        for unit in ours.units.union(&copy.units) {
            let (here, _) = listed(self.store.as_ref(), unit)?;
            let (there, denied) = listed(&theirs, unit)?;
            comparing.unknown(denied);
            comparing.files(&sorted(here), &sorted(there));
        }
        let mut comparison = comparing.found;
        comparison.damage.sort();
        comparison.notices.sort();
        comparison.conclude(mirror, level, sample);
        Ok(comparison)
    }
}

/// What lies in every place of a folder, and the places that may not be read.
fn listed(store: &dyn Store, unit: &Unit) -> Result<(Vec<Object>, Vec<String>)> {
    let (mut objects, mut denied) = (Vec::new(), Vec::new());
    for place in FolderPlace::all(unit) {
        match store.list(&place.path()) {
            Ok(listing) => {
                objects.extend(listing.objects);
                denied.extend(listing.denied);
            }
            Err(e) if e.class() == Class::Access => denied.push(place.path()),
            Err(e) => return Err(e),
        }
    }
    Ok((objects, denied))
}

impl Comparing<'_> {
    /// Compares files that lie in one folder, or outside of all.
    fn files(&mut self, ours: &Copies, copy: &Copies) {
        for (key, here) in ours {
            if let Some(there) = copy.get(key) {
                self.pair(here, there);
            } else {
                let message = "the copy lacks it; it is older, or lost it";
                self.found.notice(&here[0].0, "mirror.lacks", message);
            }
        }
        let (both, only_there): (Vec<_>, Vec<_>) = copy.iter().partition(|(key, _)| ours.contains_key(*key));
        self.bytes(both.into_iter().flat_map(|(_, there)| there));
        for (_, there) in only_there {
            self.only_there(&there[0].0);
        }
    }

    /// Compares one file, wherever it lies here and there.
    fn pair(&mut self, here: &[(String, u64, Digest)], there: &[(String, u64, Digest)]) {
        self.found.files += 1;
        if here.iter().any(|(_, size, _)| !there.iter().any(|(_, theirs, _)| theirs == size)) {
            self.found.damage(self.theirs, &there[0].0, "mirror.size", "another size than here");
        }
    }

    /// From V1 on: whether the bytes of files that both hold are those that their names say.
    fn bytes<'c>(&mut self, both: impl Iterator<Item = &'c (String, u64, Digest)>) {
        let takes = |hash: &Digest| self.sample.is_none_or(|sample| sample.takes(hash));
        let wanted: Vec<(&str, &Digest)> = both
            .filter(|(_, _, hash)| self.level >= Level::V1 && takes(hash))
            .map(|(path, _, hash)| (path.as_str(), hash))
            .collect();
        let paths: Vec<&str> = wanted.iter().map(|(path, _)| *path).collect();
        for ((path, hash), read) in wanted.into_iter().zip(digests(self.theirs, &paths)) {
            if !read.is_ok_and(|read| read == *hash) {
                let message = "its bytes are not those its name says";
                self.found.damage(self.theirs, path, "mirror.bytes", message);
            }
        }
    }

    fn only_there(&mut self, path: &str) {
        let unit = match Name::parse(path) {
            Name::Object(place, _) => Some(place.unit),
            Name::Envelope(unit, _) => Some(unit),
            _ => None,
        };
        if unit.is_some_and(|unit| self.destroyed.contains(&unit)) {
            let message = "its folder is destroyed here, and the copy still holds it: in the copy, run \
                           `casefile settle --from` with this archive";
            self.found.notice(path, "mirror.destroyed", message);
        } else {
            let message = "only the copy holds it; `casefile settle --from` brings what the history needs";
            self.found.notice(path, "mirror.only-there", message);
        }
    }

    fn unknown(&mut self, places: Vec<String>) {
        for place in places {
            let message = "it may not be read in the copy, so what it holds there is not known";
            self.found.notice(&place, "mirror.unknown", message);
        }
    }
}

impl Comparison {
    fn notice(&mut self, path: &str, code: &'static str, message: &str) {
        self.notices.push(Finding { path: path.to_owned(), code, message: message.to_owned() });
    }

    fn damage(&mut self, copy: &LocalStore, path: &str, code: &'static str, message: &str) {
        let path = copy.location(path).map_or_else(|| path.to_owned(), |path| path.display().to_string());
        self.damage.push(Finding { path, code, message: message.to_owned() });
    }

    fn conclude(&mut self, mirror: &Path, level: Level, sample: Option<Sample>) {
        if !self.damage.is_empty() || !self.notices.is_empty() {
            return;
        }
        let what = match (level, sample) {
            (Level::V0, _) => "in the same sizes".to_owned(),
            (_, None) => "each with the bytes its name says".to_owned(),
            (_, Some(sample)) => format!("those of a {} % sample read", sample.percent),
        };
        self.proved =
            Some(format!("V4: the copy in {} holds the same {} files, {what}", mirror.display(), self.files));
    }
}

/// The files that count, by what they are and not by where they lie.
fn sorted(objects: Vec<Object>) -> Copies {
    let mut copies = Copies::new();
    for object in objects {
        let path = object.name;
        let (key, hash) = match Name::parse(&path) {
            Name::Object(place, hash) => (format!("{}/{hash}", place.unit), hash),
            Name::Entry(place, name) => (format!("{}/{name}", place.unit), name.hash),
            Name::Staff(name) | Name::Register(_, name, _) => (path.clone(), name.hash),
            Name::Envelope(_, hash) => (path.clone(), hash),
            _ => continue,
        };
        copies.entry(key).or_default().push((path, object.size_bytes, hash));
    }
    copies
}
