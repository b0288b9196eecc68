//! A store for tests that remembers every system call, so that every crash it permits can be replayed.
//!
//! [`SimStore`] is the real [`LocalStore`] with its calls written down by a [`Recording`]: which name or
//! bytes each changed, and which syncs made them durable. [`Recording::crashes`] then gives what a disk may
//! hold after a power cut at any of these calls: all that was synced, and any part of the rest.
//!
//! What a disk may do here: a name that is made or removed lasts from the sync of its folder on; until then
//! it may be there or not, whatever happened to other names before or after it. The bytes of a file last
//! from the sync of that file on; until then it may be empty, cut short, zeroes or whole. A rename never
//! loses what it moves, but a file may be seen under both names until the old folder is synced.

mod crash;
mod disk;
mod memory;

pub use crash::{Contents, Crash, Effort};
pub use memory::MemoryStore;

use self::disk::{Call, Disk};
use super::{Listing, LocalStore, Step, Store};
use crate::error::Result;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Faults that a test sows to see that its checks find them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sown {
    /// None.
    #[default]
    Nothing,
    /// Files are never made durable.
    NoFileSync,
    /// Names in folders are never made durable.
    NoFolderSync,
    /// An entry is written before the objects it names.
    EntryFirst,
    /// The older envelopes of a folder are deleted before the entry that names the new one is written.
    EnvelopeFirst,
}

/// Every system call of the stores that share it, in order.
#[derive(Clone, Default)]
pub struct Recording {
    disk: Arc<Mutex<Disk>>,
    sown: Sown,
}

impl Recording {
    /// A recording of stores that have this fault.
    pub fn sowing(sown: Sown) -> Self {
        Self { disk: Arc::default(), sown }
    }

    /// How many calls there were: what is acknowledged now is acknowledged from this call on.
    pub fn calls(&self) -> usize {
        self.disk().calls.len()
    }

    /// Every byte string that was ever written.
    pub fn written(&self) -> Vec<Arc<[u8]>> {
        self.disk().written().cloned().collect()
    }

    /// What the disk may hold after a power cut before the call numbered `at`, each once.
    pub fn crashes(&self, at: usize, effort: &Effort) -> Vec<Crash> {
        crash::crashes(&self.disk(), at, effort)
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self, step: Step, name: &str) {
        let ignored = match self.sown {
            Sown::NoFileSync => step == Step::SyncFile,
            Sown::NoFolderSync => step == Step::SyncFolder,
            Sown::Nothing | Sown::EntryFirst | Sown::EnvelopeFirst => false,
        };
        if !ignored {
            self.disk().step(step, name);
        }
    }

    fn during<T>(&self, call: Call, work: impl FnOnce() -> T) -> T {
        self.disk().call = call;
        let result = work();
        self.disk().call = Call::None;
        result
    }
}

/// A [`LocalStore`] whose calls are recorded. One thread at a time may write.
pub struct SimStore {
    inner: LocalStore,
    recording: Recording,
    /// With [`Sown::EntryFirst`]: objects that wait for their entry.
    late: Mutex<Vec<(String, Vec<u8>)>>,
    /// With [`Sown::EnvelopeFirst`]: older envelopes that go with the next entry.
    old: Mutex<Vec<String>>,
}

impl SimStore {
    /// The store in `folder`, as a process that starts now sees it.
    ///
    /// # Errors
    /// As [`LocalStore::open`].
    pub fn open(folder: &Path, recording: &Recording) -> Result<Self> {
        let (root, into) = (folder.to_owned(), recording.clone());
        let inner = LocalStore::open(folder)?.watched(move |step, path| {
            let name = path.strip_prefix(&root).unwrap_or(path);
            into.watch(step, &name.to_string_lossy());
            Ok(())
        });
        Ok(Self { inner, recording: recording.clone(), late: Mutex::default(), old: Mutex::default() })
    }

    fn write(&self, batch: &[(String, Vec<u8>)]) -> Result<()> {
        let objects: BTreeMap<String, Arc<[u8]>> =
            batch.iter().map(|(name, bytes)| (name.clone(), bytes.as_slice().into())).collect();
        self.recording.during(Call::Put(objects), || self.inner.put_batch(batch))
    }

    /// With [`Sown::EnvelopeFirst`]: remembers what a new envelope replaces, and deletes it before an entry.
    fn delete_envelopes_first(&self, batch: &[(String, Vec<u8>)]) -> Result<()> {
        let mut old = self.old.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, _) in batch {
            if let Some((folder, _)) = name.rsplit_once('/').filter(|_| name.starts_with("keys/")) {
                old.extend(self.inner.list(folder)?.objects.into_iter().map(|object| object.name));
            } else if name.rsplit('.').next() == Some("note") {
                self.remove_batch(&std::mem::take(&mut *old))?;
            }
        }
        Ok(())
    }

    /// With [`Sown::EntryFirst`]: holds objects back until their entry is written.
    fn write_entry_first(&self, batch: &[(String, Vec<u8>)]) -> Result<()> {
        let mut late = self.late.lock().unwrap_or_else(PoisonError::into_inner);
        if batch.iter().all(|(name, _)| name.rsplit('.').next() == Some("age")) {
            late.extend_from_slice(batch);
            return Ok(());
        }
        self.write(batch)?;
        self.write(&std::mem::take(&mut *late))
    }
}

impl Store for SimStore {
    fn list(&self, folder: &str) -> Result<Listing> {
        self.inner.list(folder)
    }

    fn folders(&self, folder: &str) -> Result<Vec<String>> {
        self.inner.folders(folder)
    }

    fn read(&self, name: &str, limit_bytes: u64) -> Result<Vec<u8>> {
        self.inner.read(name, limit_bytes)
    }

    fn size(&self, name: &str) -> Result<Option<u64>> {
        self.inner.size(name)
    }

    fn put_batch(&self, batch: &[(String, Vec<u8>)]) -> Result<()> {
        match self.recording.sown {
            Sown::EntryFirst => self.write_entry_first(batch),
            Sown::EnvelopeFirst => self.delete_envelopes_first(batch).and_then(|()| self.write(batch)),
            Sown::Nothing | Sown::NoFileSync | Sown::NoFolderSync => self.write(batch),
        }
    }

    fn rename_folder(&self, from: &str, to: &str) -> Result<bool> {
        let call = Call::Move { from: from.to_owned(), to: to.to_owned() };
        self.recording.during(call, || self.inner.rename_folder(from, to))
    }

    fn remove(&self, name: &str) -> Result<bool> {
        self.recording.during(Call::Remove, || self.inner.remove(name))
    }

    fn written(&self, name: &str) -> Result<Option<DateTime<Utc>>> {
        self.inner.written(name)
    }

    fn remove_batch(&self, names: &[String]) -> Result<()> {
        self.recording.during(Call::Remove, || self.inner.remove_batch(names))
    }

    fn remove_folder(&self, folder: &str) -> Result<bool> {
        self.recording.during(Call::Remove, || self.inner.remove_folder(folder))
    }

    fn location(&self, name: &str) -> Option<PathBuf> {
        self.inner.location(name)
    }
}
