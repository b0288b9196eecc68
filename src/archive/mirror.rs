//! Comparing an archive with another copy of it, file by file, wherever each lies.

use super::open::Archive;
use super::place::Name;
use super::verify::{Finding, Level, Sample};
use crate::error::Result;
use crate::log::Stage;
use crate::names::{Digest, Unit};
use crate::seal::object::SEALED_LIMIT_BYTES;
use crate::store::{Listing, LocalStore, Store};
use std::collections::BTreeMap;
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

impl Archive {
    /// Compares with the copy in `mirror`: by name and size, and from V1 on by the bytes of the copy.
    ///
    /// # Errors
    /// `archive.other-archive` (input); the stores'. Differences are no error but findings.
    pub fn compare(&self, mirror: &Path, level: Level, sample: Option<Sample>) -> Result<Comparison> {
        let theirs = self.copy_in(mirror)?;
        let (ours, copy) = (sorted(self.store.list("")?), sorted(theirs.list("")?));
        let listings = self.cases()?.into_iter().filter(|listing| listing.stage == Stage::Destroyed);
        let destroyed: Vec<Unit> = listings.map(|listing| listing.unit).collect();
        let mut comparison = Comparison::default();
        let sizes =
            |copies: &[(String, u64, Digest)]| -> Vec<u64> { copies.iter().map(|(_, n, _)| *n).collect() };
        for (key, here) in &ours {
            let Some(there) = copy.get(key) else {
                let message = "the copy lacks it; it is older, or lost it";
                comparison.notice(&here[0].0, "mirror.lacks", message);
                continue;
            };
            comparison.files += 1;
            if sizes(here).iter().any(|size| !sizes(there).contains(size)) {
                comparison.damage(&theirs, &there[0].0, "mirror.size", "another size than here");
            }
            for (path, _, hash) in there {
                let read = level >= Level::V1 && sample.is_none_or(|sample| sample.takes(hash));
                if read && !theirs.digest(path, SEALED_LIMIT_BYTES).is_ok_and(|read| read == *hash) {
                    comparison.damage(&theirs, path, "mirror.bytes", "its bytes are not those its name says");
                }
            }
        }
        for there in copy.iter().filter(|(key, _)| !ours.contains_key(*key)).map(|(_, there)| there) {
            let (code, message) = if destroyed.iter().any(|unit| is_of(&there[0].0, unit)) {
                let message = "its folder is destroyed here, and the copy still holds it: in the copy, run \
                               `casefile settle --from` with this archive";
                ("mirror.destroyed", message)
            } else {
                let message =
                    "only the copy holds it; `casefile settle --from` brings what the history needs";
                ("mirror.only-there", message)
            };
            comparison.notice(&there[0].0, code, message);
        }
        comparison.conclude(mirror, level, sample);
        Ok(comparison)
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

/// Whether a file is a sealed object or an envelope of this folder.
fn is_of(path: &str, unit: &Unit) -> bool {
    match Name::parse(path) {
        Name::Object(place, _) => place.unit == *unit,
        Name::Envelope(of, _) => of == *unit,
        _ => false,
    }
}

/// The files that count, by what they are and not by where they lie.
fn sorted(listing: Listing) -> Copies {
    let mut copies = Copies::new();
    for object in listing.objects {
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
