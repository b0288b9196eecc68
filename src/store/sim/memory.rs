//! A store in memory, to open what a crash left.

use super::super::{Listing, Object, Store, error, name};
use super::Contents;
use crate::error::{Class, Error, Problem, Result};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keeps objects in memory until it is dropped.
#[derive(Default)]
pub struct MemoryStore(Mutex<Contents>);

impl MemoryStore {
    /// A store that holds this.
    pub fn new(contents: Contents) -> Self {
        Self(Mutex::new(contents))
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check(name: &str) -> Result<()> {
    if name.is_empty() { Err(error::bad_name(name)) } else { name::path(Path::new(""), name).map(drop) }
}

fn within(folder: &str) -> String {
    if folder.is_empty() { String::new() } else { format!("{folder}/") }
}

impl Store for MemoryStore {
    fn list(&self, folder: &str) -> Result<Listing> {
        let (contents, below) = (self.contents(), within(folder));
        let object = |(name, bytes): (&String, &std::sync::Arc<[u8]>)| Object {
            name: name.clone(),
            size_bytes: bytes.len() as u64,
        };
        let inside = contents.objects.range(below.clone()..).take_while(|(name, _)| name.starts_with(&below));
        let objects = inside.map(object).collect();
        let present = folder.is_empty() || contents.folders.contains(folder);
        Ok(Listing { present, objects, ..Listing::default() })
    }

    fn folders(&self, folder: &str) -> Result<Vec<String>> {
        let below = within(folder);
        let contents = self.contents();
        let names = contents.folders.iter().filter_map(|name| name.strip_prefix(&below));
        Ok(names.filter(|name| !name.contains('/')).map(str::to_owned).collect())
    }

    fn read(&self, name: &str, limit_bytes: u64) -> Result<Vec<u8>> {
        check(name)?;
        let contents = self.contents();
        if contents.folders.contains(name) {
            return Err(error::foreign(Path::new(name)));
        }
        match contents.objects.get(name) {
            None => {
                Err(Error::new(Class::NotFound, Problem::error("store.absent", "there is no such object")))
            }
            Some(bytes) if bytes.len() as u64 > limit_bytes => {
                Err(error::too_large(Path::new(name), limit_bytes))
            }
            Some(bytes) => Ok(bytes.to_vec()),
        }
    }

    fn size(&self, name: &str) -> Result<Option<u64>> {
        Ok(self.contents().objects.get(name).map(|bytes| bytes.len() as u64))
    }

    fn put_batch(&self, batch: &[(String, Vec<u8>)]) -> Result<()> {
        batch.iter().try_for_each(|(name, _)| check(name))?;
        let mut contents = self.contents();
        for (name, bytes) in batch {
            for (at, _) in name.match_indices('/') {
                contents.folders.insert(name[..at].to_owned());
            }
            contents.objects.insert(name.clone(), bytes.as_slice().into());
        }
        Ok(())
    }

    fn rename_folder(&self, from: &str, to: &str) -> Result<bool> {
        let mut contents = self.contents();
        if !contents.folders.remove(from) {
            return Ok(false);
        }
        let below = within(from);
        for (at, _) in to.match_indices('/') {
            contents.folders.insert(to[..at].to_owned());
        }
        contents.folders.insert(to.to_owned());
        let moved: Vec<String> =
            contents.objects.keys().filter(|name| name.starts_with(&below)).cloned().collect();
        for name in moved {
            if let Some(bytes) = contents.objects.remove(&name) {
                contents.objects.insert(format!("{to}/{}", &name[below.len()..]), bytes);
            }
        }
        Ok(true)
    }

    fn remove(&self, name: &str) -> Result<bool> {
        check(name)?;
        let mut contents = self.contents();
        if contents.folders.contains(name) {
            return Err(error::foreign(Path::new(name)));
        }
        Ok(contents.objects.remove(name).is_some())
    }

    fn remove_folder(&self, folder: &str) -> Result<bool> {
        check(folder)?;
        let mut contents = self.contents();
        if contents.objects.contains_key(folder) {
            return Err(error::foreign(Path::new(folder)));
        }
        let below = within(folder);
        let is_empty = !contents.objects.keys().chain(&contents.folders).any(|name| name.starts_with(&below));
        Ok(is_empty && contents.folders.remove(folder))
    }

    fn location(&self, _: &str) -> Option<PathBuf> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::MemoryStore;

    #[test]
    fn a_store_in_memory_keeps_the_contract() {
        crate::store::conformance::check(&MemoryStore::default()).unwrap();
    }
}
