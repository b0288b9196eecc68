//! An archive in a folder of this machine, or of a share or drive that it sees.

mod folder;
mod lanes;
mod near;
mod put;
mod relocate;

use self::folder::OpenFolder;
use self::lanes::Parts;
use self::near::Near;
use super::{Listing, Store, error, name, walk};
use crate::error::Result;
use crate::fs::{folder_of, sync_folder};
use crate::names::Digest;
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How often a batch is written again because its folder was moved away.
const TRIES: usize = 50;

/// One system call that writes or lists, as [`LocalStore::watched`] sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A folder is made.
    MakeFolder,
    /// A temporary file is made.
    MakeTemporary,
    /// Bytes are written into a temporary file. In a watched store this call takes only half of them.
    Write,
    /// The others are written.
    WriteRest,
    /// A temporary file is made durable.
    SyncFile,
    /// A temporary file, or a folder, takes its name.
    Rename,
    /// The names in a folder are made durable.
    SyncFolder,
    /// A name is removed.
    Remove,
    /// A folder is listed.
    List,
}

type Watch = Arc<dyn Fn(Step, &Path) -> io::Result<()> + Send + Sync>;

/// A [`Store`] in a folder.
///
/// A batch is written into private temporary files (`.tmp-…`) in the archive's first folders (`open`,
/// `keys`, …); each is made durable, each takes its name, and then the folders are made durable, once.
/// A crash leaves temporary files, which no reader takes for objects.
pub struct LocalStore {
    root: PathBuf,
    poisoned: AtomicBool,
    /// Folders whose own names are known to be durable, up to the root.
    settled: Mutex<HashSet<PathBuf>>,
    /// The folder last read from.
    near: Near,
    /// Memory through which files were hashed, for the next ones.
    parts: Mutex<Vec<Parts>>,
    watch: Option<Watch>,
    /// Calls that are not made: for tests that see what is lost then.
    without: Option<Step>,
}

impl LocalStore {
    /// The store in an existing folder.
    ///
    /// # Errors
    /// Class *not found* where there is no such folder; `store.denied` (access); `store.foreign` (damage)
    /// where it is no folder.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self> {
        let root = root.into();
        let metadata = fs::metadata(&root).map_err(|e| error::io("open this folder", &root, &e))?;
        if !metadata.is_dir() {
            return Err(error::foreign(&root));
        }
        Ok(Self {
            root,
            poisoned: AtomicBool::new(false),
            settled: Mutex::default(),
            near: Near::default(),
            parts: Mutex::default(),
            watch: None,
            without: None,
        })
    }

    /// The store in a folder that is made where it is absent, with the folders above it.
    ///
    /// # Errors
    /// `store.denied` (access) where none may be made; the system's error otherwise.
    pub fn create(root: impl Into<PathBuf>) -> Result<Self> {
        let root = root.into();
        let made: Vec<PathBuf> = root
            .ancestors()
            .take_while(|p| !p.as_os_str().is_empty() && !p.exists())
            .map(Path::to_owned)
            .collect();
        fs::create_dir_all(&root).map_err(|e| error::io("make this folder", &root, &e))?;
        for folder in made {
            let above = folder_of(&folder);
            sync_folder(above).map_err(|e| error::io("make this folder durable", above, &e))?;
        }
        Self::open(root)
    }

    /// The same store, which asks `watch` before each system call and fails where that fails: for tests
    /// of the write order and of failing disks.
    #[doc(hidden)]
    #[must_use]
    pub fn watched(mut self, watch: impl Fn(Step, &Path) -> io::Result<()> + Send + Sync + 'static) -> Self {
        self.watch = Some(Arc::new(watch));
        self
    }

    /// The same store, which never makes these calls: a fault for tests that must find it.
    #[doc(hidden)]
    #[must_use]
    pub fn without(mut self, step: Step) -> Self {
        self.without = Some(step);
        self
    }

    /// The archive's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn step(&self, step: Step, path: &Path) -> io::Result<()> {
        self.watch.as_ref().map_or(Ok(()), |watch| watch(step, path))
    }

    /// The path of a name, and what lies there, if anything. No part of it is a link.
    fn resolve(&self, name: &str) -> Result<(PathBuf, Option<Metadata>)> {
        let path = name::path(&self.root, name)?;
        let below = path.strip_prefix(&self.root).unwrap_or(Path::new(""));
        let mut at = self.root.clone();
        let mut found = None;
        for part in below {
            at.push(part);
            match fs::symlink_metadata(&at) {
                Ok(metadata) if metadata.is_file() || metadata.is_dir() => found = Some(metadata),
                Ok(_) => return Err(error::foreign(&at)),
                Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                    return Ok((path, None));
                }
                Err(e) => return Err(error::io("look at this", &at, &e)),
            }
        }
        Ok((path, found))
    }

    /// Lists a folder by `walk`; what is not there is not asked for again.
    fn listed<T: Default>(&self, folder: &str, walk: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
        self.near.forget();
        let (path, found) = self.resolve(folder)?;
        self.step(Step::List, &path).map_err(|e| error::io("list this folder", &path, &e))?;
        if found.is_none() && !folder.is_empty() { Ok(T::default()) } else { walk(&path) }
    }

    /// An object opened for reading, and how long it is. Objects are whole: what a file has now it keeps.
    fn open_to_read(&self, name: &str, limit_bytes: u64) -> Result<(File, u64)> {
        let (file, size_bytes) = match self.open_near(name) {
            Some(opened) => opened,
            None => self.open_far(name)?,
        };
        if size_bytes > limit_bytes {
            return Err(error::too_large(&name::path(&self.root, name)?, limit_bytes));
        }
        Ok((file, size_bytes))
    }

    fn open_far(&self, name: &str) -> Result<(File, u64)> {
        let (path, found) = self.resolve(name)?;
        if found.is_some_and(|metadata| !metadata.is_file()) {
            return Err(error::foreign(&path));
        }
        let opened = File::open(&path).and_then(|file| Ok((file.metadata()?.len(), file)));
        opened.map(|(size, file)| (file, size)).map_err(|e| error::io("read it", &path, &e))
    }

    fn unreadable(&self, name: &str, e: &io::Error) -> crate::error::Error {
        error::io("read it", &self.root.join(name), e)
    }

    fn writable(&self) -> Result<()> {
        self.near.forget();
        if self.poisoned.load(Ordering::SeqCst) { Err(error::poisoned(&self.root)) } else { Ok(()) }
    }
}

impl Store for LocalStore {
    fn list(&self, folder: &str) -> Result<Listing> {
        self.listed(folder, |path| walk::list(path, folder))
    }

    fn names(&self, folder: &str) -> Result<Listing> {
        self.listed(folder, |path| walk::names(path, folder))
    }

    fn shallow(&self, folder: &str) -> Result<Listing> {
        self.listed(folder, |path| walk::shallow(path, folder))
    }

    fn folders(&self, folder: &str) -> Result<Vec<String>> {
        self.listed(folder, walk::folders)
    }

    fn read(&self, name: &str, limit_bytes: u64) -> Result<Vec<u8>> {
        let (file, size_bytes) = self.open_to_read(name, limit_bytes)?;
        let mut bytes = Vec::with_capacity(usize::try_from(size_bytes).unwrap_or(0));
        let read = file.take(size_bytes).read_to_end(&mut bytes);
        read.map_err(|e| self.unreadable(name, &e))?;
        Ok(bytes)
    }

    fn digests(&self, names: &[&str], limit_bytes: u64) -> Vec<Result<Digest>> {
        let open = |name: &&str| {
            let (file, size_bytes) = self.open_to_read(name, limit_bytes)?;
            Ok(file.take(size_bytes))
        };
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let unreadable = |index: usize, e: &io::Error| self.unreadable(names[index], e);
        let digests = lanes::hash_all(names.iter().map(open), unreadable, &mut parts);
        self.parts.lock().unwrap_or_else(PoisonError::into_inner).push(parts);
        digests
    }

    fn size(&self, name: &str) -> Result<Option<u64>> {
        match self.resolve(name)? {
            (_, Some(metadata)) if metadata.is_file() => Ok(Some(metadata.len())),
            (path, Some(_)) => Err(error::foreign(&path)),
            (_, None) => Ok(None),
        }
    }

    fn put_batch(&self, batch: &[(String, Vec<u8>)]) -> Result<()> {
        self.writable()?;
        let mut objects = Vec::with_capacity(batch.len());
        for (name, bytes) in batch {
            match self.resolve(name)? {
                (path, Some(metadata)) if !metadata.is_file() => return Err(error::foreign(&path)),
                (path, _) if path == self.root => return Err(error::bad_name(name)),
                (path, _) => objects.push((path, bytes.as_slice())),
            }
        }
        // A folder that was moved away while its files got their names may not be durable at its new
        // place: once more, into a new one.
        for _ in 0..TRIES {
            if self.put(&objects)? {
                return Ok(());
            }
        }
        Err(error::cannot_write(&self.root))
    }

    fn rename_folder(&self, from: &str, to: &str) -> Result<bool> {
        self.relocate(from, to)
    }

    fn remove(&self, name: &str) -> Result<bool> {
        self.writable()?;
        let (path, found) = self.resolve(name)?;
        if found.as_ref().is_some_and(|metadata| !metadata.is_file()) {
            return Err(error::foreign(&path));
        }
        let delete = || -> io::Result<OpenFolder> {
            let folder = OpenFolder::open(folder_of(&path))?;
            self.step(Step::Remove, &path)?;
            fs::remove_file(&path)?;
            Ok(folder)
        };
        match delete() {
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(false),
            Err(e) => Err(error::io("delete it", &path, &e)),
            Ok(folder) => self.sync_open(&folder).map(|()| true),
        }
    }

    fn written(&self, name: &str) -> Result<Option<DateTime<Utc>>> {
        let (path, Some(metadata)) = self.resolve(name)? else { return Ok(None) };
        if !metadata.is_file() {
            return Err(error::foreign(&path));
        }
        Ok(metadata.modified().ok().map(DateTime::from))
    }

    fn remove_batch(&self, names: &[String]) -> Result<()> {
        self.writable()?;
        let mut folders: Vec<OpenFolder> = Vec::new();
        for name in names {
            let (path, found) = self.resolve(name)?;
            match found {
                None => continue,
                Some(metadata) if !metadata.is_file() => return Err(error::foreign(&path)),
                Some(_) => {}
            }
            let mut delete = || -> io::Result<()> {
                if !folders.iter().any(|folder| folder.path == folder_of(&path)) {
                    folders.push(OpenFolder::open(folder_of(&path))?);
                }
                self.step(Step::Remove, &path)?;
                fs::remove_file(&path)
            };
            match delete() {
                Err(e) if e.kind() == ErrorKind::NotFound => {}
                deleted => deleted.map_err(|e| error::io("delete it", &path, &e))?,
            }
        }
        folders.iter().try_for_each(|folder| self.sync_open(folder))
    }

    fn remove_folder(&self, folder: &str) -> Result<bool> {
        self.take_away(folder)
    }

    fn location(&self, name: &str) -> Option<PathBuf> {
        name::path(&self.root, name).ok()
    }
}

#[cfg(test)]
mod tests;
