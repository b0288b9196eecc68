//! What a client remembers of an archive, so that an older state cannot be passed off as the newest.
//!
//! For each folder, and for the staff, it keeps the heads seen and the names of entries whose signatures
//! it verified. Deleting it costs time, and the protection against rollback until the next visit.

use super::orphans::Sightings;
use crate::log::NoteName;
use crate::names::{Digest, PersonId, Unit};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;

const VERSION: &str = "memory/1";
const LIMIT_BYTES: u64 = 64 * 1024 * 1024;

/// What is remembered of one log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Remembered {
    casefile: String,
    archive: Option<Digest>,
    /// The newest entries seen.
    pub(super) heads: BTreeSet<NoteName>,
    /// Entries whose signatures were verified.
    pub(super) verified: HashSet<NoteName>,
}

/// The memory of one archive: a folder of small files, or nothing.
pub(super) struct Memory {
    folder: Option<PathBuf>,
    archive: Digest,
}

/// Which log something is remembered of.
#[derive(Clone, Copy)]
pub(super) enum Of<'a> {
    Staff,
    Unit(&'a Unit),
    Register(&'a PersonId),
}

impl Memory {
    pub(super) fn new(folder: Option<PathBuf>, archive: Digest) -> Self {
        Self { folder: folder.map(|folder| folder.join(archive.to_string())), archive }
    }

    /// Whether this client was never here before.
    pub(super) fn is_new(&self) -> bool {
        self.folder.as_ref().is_none_or(|folder| !folder.exists())
    }

    fn path(&self, of: Of<'_>) -> Option<PathBuf> {
        let name = match of {
            Of::Staff => "staff.json".to_owned(),
            Of::Unit(unit) => format!("{unit}.json"),
            Of::Register(person) => format!("register.{person}.json"),
        };
        self.folder.as_ref().map(|folder| folder.join(name))
    }

    /// The path of another file kept beside the memory; none where nothing is remembered.
    pub(super) fn beside(&self, name: &str) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(name))
    }

    /// What is remembered; nothing where the memory is absent or cannot be understood.
    pub(super) fn recall(&self, of: Of<'_>) -> Remembered {
        let bytes = self.path(of).and_then(|path| crate::fs::read(&path, LIMIT_BYTES).ok());
        let read = bytes.and_then(|bytes| serde_json::from_slice::<Remembered>(&bytes).ok());
        read.filter(|r| r.casefile == VERSION && r.archive == Some(self.archive)).unwrap_or_default()
    }

    /// Remembers heads and verified entries; heads that have vanished stay remembered.
    ///
    /// A memory that cannot be written costs protection, not work: this reports nothing.
    pub(super) fn keep(
        &self,
        of: Of<'_>,
        before: &Remembered,
        heads: BTreeSet<NoteName>,
        verified: HashSet<NoteName>,
    ) {
        if before.heads == heads && before.verified == verified {
            return;
        }
        let Some(path) = self.path(of) else { return };
        let remembered =
            Remembered { casefile: VERSION.to_owned(), archive: Some(self.archive), heads, verified };
        let Ok(bytes) = serde_json::to_vec(&remembered) else { return };
        let _ = std::fs::create_dir_all(crate::fs::folder_of(&path));
        let _ = crate::fs::write_atomic(&path, &bytes);
    }

    /// When each orphan was first listed; nothing where there is no memory.
    pub(super) fn orphans(&self) -> Sightings {
        let path = self.orphans_path();
        let bytes = path.and_then(|path| crate::fs::read(&path, LIMIT_BYTES).ok());
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Remembers when orphans were first listed. What cannot be remembered is not deleted either.
    pub(super) fn keep_orphans(&self, sightings: &Sightings) {
        if self.orphans() == *sightings {
            return;
        }
        let (Some(path), Ok(bytes)) = (self.orphans_path(), serde_json::to_vec(sightings)) else { return };
        let _ = std::fs::create_dir_all(crate::fs::folder_of(&path));
        let _ = crate::fs::write_atomic(&path, &bytes);
    }

    fn orphans_path(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join("orphans.json"))
    }

    /// The people of whose registers something is remembered.
    pub(super) fn registrars(&self) -> BTreeSet<PersonId> {
        self.names(|name| name.strip_prefix("register.")?.parse().ok())
    }

    /// The folders that are remembered.
    pub(super) fn units(&self) -> BTreeSet<Unit> {
        self.names(|name| name.parse().ok())
    }

    fn names<T: Ord>(&self, read: impl Fn(&str) -> Option<T>) -> BTreeSet<T> {
        let Some(entries) = self.folder.as_ref().and_then(|folder| std::fs::read_dir(folder).ok()) else {
            return BTreeSet::new();
        };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        names.filter_map(|name| read(name.strip_suffix(".json")?)).collect()
    }
}
