//! An archive in a folder of this machine, or of a share or drive that it sees.

mod folder;

use self::folder::OpenFolder;
use super::{Listing, Store, error, name, walk};
use crate::error::Result;
use crate::fs::{folder_of, sync_folder};
use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::{NamedTempFile, TempPath};

/// Files that are open at once while a batch is written.
const GROUP: usize = 128;
/// How often a batch is written again because its folder was moved away.
const TRIES: usize = 50;

/// One system call that writes or lists, as [`LocalStore::watched`] sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A folder is made.
    MakeFolder,
    /// A temporary file is made.
    MakeTemporary,
    /// Bytes are written into a temporary file.
    Write,
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
    watch: Option<Watch>,
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
        Ok(Self { root, poisoned: AtomicBool::new(false), settled: Mutex::default(), watch: None })
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

    fn writable(&self) -> Result<()> {
        if self.poisoned.load(Ordering::SeqCst) { Err(error::poisoned(&self.root)) } else { Ok(()) }
    }

    /// The result of a sync; a failed one poisons the store.
    fn synced(&self, result: io::Result<()>, path: &Path) -> Result<()> {
        result.map_err(|e| {
            self.poisoned.store(true, Ordering::SeqCst);
            error::io("make it durable", path, &e)
        })
    }

    fn sync_folders(&self, folders: impl IntoIterator<Item = PathBuf>) -> Result<()> {
        for folder in folders {
            let result = self.step(Step::SyncFolder, &folder).and_then(|()| sync_folder(&folder));
            self.synced(result, &folder)?;
        }
        Ok(())
    }

    fn sync_open(&self, folder: &OpenFolder) -> Result<()> {
        let result = self.step(Step::SyncFolder, &folder.path).and_then(|()| folder.sync());
        self.synced(result, &folder.path)
    }

    /// Makes a folder where it is absent; adds to `dirty` the folders above it whose names must be made
    /// durable.
    fn make_folder(&self, folder: &Path, dirty: &mut BTreeSet<PathBuf>) -> Result<()> {
        let mut missing = Vec::new();
        for at in folder.ancestors().take_while(|at| *at != self.root) {
            // The first use in this process settles also what another one may just have made.
            if !self.settled().contains(at) {
                dirty.insert(folder_of(at).to_owned());
            }
            if !at.is_dir() {
                missing.push(at);
            }
        }
        for at in missing.into_iter().rev() {
            dirty.insert(folder_of(at).to_owned());
            match self.step(Step::MakeFolder, at).and_then(|()| fs::create_dir(at)) {
                Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
                result => result.map_err(|e| error::io("make this folder", at, &e))?,
            }
        }
        Ok(())
    }

    fn settled(&self) -> std::sync::MutexGuard<'_, HashSet<PathBuf>> {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The folder for temporary files on the way to `path`: the archive's own first one (`open`, `keys`,
    /// …), which nobody moves; or, where this person may not write there, the object's.
    fn write_temporary(
        &self,
        path: &Path,
        bytes: &[u8],
        dirty: &mut BTreeSet<PathBuf>,
    ) -> Result<NamedTempFile> {
        let first = path.ancestors().take_while(|at| *at != self.root).last().filter(|first| *first != path);
        let first = first.unwrap_or(&self.root);
        self.make_folder(first, dirty)?;
        let write = || {
            self.step(Step::MakeTemporary, path)?;
            let mut file = match temporary_in(first) {
                Err(e) if e.kind() == ErrorKind::PermissionDenied => temporary_in(folder_of(path))?,
                made => made?,
            };
            self.step(Step::Write, path)?;
            file.write_all(bytes)?;
            Ok(file)
        };
        write().map_err(|e| error::io("write it", path, &e))
    }

    /// Writes a group of objects into durable temporary files.
    fn write_group(
        &self,
        group: &[(PathBuf, &[u8])],
        dirty: &mut BTreeSet<PathBuf>,
        written: &mut Vec<TempPath>,
    ) -> Result<()> {
        let files: Vec<NamedTempFile> = group
            .iter()
            .map(|(path, bytes)| self.write_temporary(path, bytes, dirty))
            .collect::<Result<_>>()?;
        for (file, (path, _)) in files.into_iter().zip(group) {
            let result = self.step(Step::SyncFile, path).and_then(|()| file.as_file().sync_data());
            self.synced(result, path)?;
            written.push(file.into_temp_path());
        }
        Ok(())
    }

    /// Gives durable files their names and makes the names durable; says whether all folders stayed in
    /// their places meanwhile.
    fn name_all(
        &self,
        written: Vec<TempPath>,
        objects: &[(PathBuf, &[u8])],
        dirty: &mut BTreeSet<PathBuf>,
    ) -> Result<bool> {
        let folders: BTreeSet<&Path> = objects.iter().map(|(path, _)| folder_of(path)).collect();
        let mut open = Vec::with_capacity(folders.len());
        for folder in &folders {
            self.make_folder(folder, dirty)?;
            match OpenFolder::open(folder) {
                Err(e) if e.kind() == ErrorKind::NotFound => return Ok(false),
                opened => open.push(opened.map_err(|e| error::io("open this folder", folder, &e))?),
            }
        }
        for (file, (path, _)) in written.into_iter().zip(objects) {
            let named = self.step(Step::Rename, path).and_then(|()| file.persist(path).map_err(|e| e.error));
            match named {
                Err(e) if e.kind() == ErrorKind::NotFound => return Ok(false),
                named => named.map_err(|e| error::io("give it its name", path, &e))?,
            }
        }
        // Still in place now: the names went into the folders that are open here, and those can be made
        // durable wherever they are moved from here on.
        let in_place = open.iter().all(OpenFolder::is_in_place);
        open.iter().try_for_each(|folder| self.sync_open(folder))?;
        self.sync_folders(dirty.iter().filter(|folder| !folders.contains(folder.as_path())).cloned())?;
        self.settled().extend(folders.into_iter().flat_map(Path::ancestors).map(Path::to_owned));
        Ok(in_place)
    }

    fn put(&self, objects: &[(PathBuf, &[u8])]) -> Result<bool> {
        let (mut dirty, mut written) = (BTreeSet::new(), Vec::with_capacity(objects.len()));
        for group in objects.chunks(GROUP) {
            self.write_group(group, &mut dirty, &mut written)?;
        }
        self.name_all(written, objects, &mut dirty)
    }

    /// Moves file by file into a folder that exists.
    fn merge_folder(&self, from: &Path, to: &Path) -> Result<()> {
        let entries = fs::read_dir(from).map_err(|e| error::io("list this folder", from, &e))?;
        for entry in entries {
            let entry = entry.map_err(|e| error::io("list this folder", from, &e))?;
            let target = to.join(entry.file_name());
            let movable = entry.file_type().is_ok_and(|kind| kind.is_file());
            // One name has one content. If a copy differs all the same, one is damaged: both stay.
            if !movable || (target.exists() && !same_content(&entry.path(), &target)) {
                continue;
            }
            match self.step(Step::Rename, &target).and_then(|()| fs::rename(entry.path(), &target)) {
                Err(e) if e.kind() == ErrorKind::NotFound => {}
                result => result.map_err(|e| cannot_move(&target, &e))?,
            }
        }
        self.sync_folders([to.to_owned()])?;
        // What is foreign stays and keeps the folder.
        let _ = self.step(Step::Remove, from).and_then(|()| fs::remove_dir(from));
        Ok(())
    }
}

impl Store for LocalStore {
    fn list(&self, folder: &str) -> Result<Listing> {
        let (path, _) = self.resolve(folder)?;
        self.step(Step::List, &path).map_err(|e| error::io("list this folder", &path, &e))?;
        walk::list(&path, folder)
    }

    fn folders(&self, folder: &str) -> Result<Vec<String>> {
        let (path, _) = self.resolve(folder)?;
        self.step(Step::List, &path).map_err(|e| error::io("list this folder", &path, &e))?;
        walk::folders(&path)
    }

    fn read(&self, name: &str, limit_bytes: u64) -> Result<Vec<u8>> {
        let (path, found) = self.resolve(name)?;
        if found.is_some_and(|metadata| !metadata.is_file()) {
            return Err(error::foreign(&path));
        }
        let mut bytes = Vec::new();
        let read = File::open(&path).and_then(|file| file.take(limit_bytes + 1).read_to_end(&mut bytes));
        read.map_err(|e| error::io("read it", &path, &e))?;
        if bytes.len() as u64 > limit_bytes {
            return Err(error::too_large(&path, limit_bytes));
        }
        Ok(bytes)
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
        self.writable()?;
        let ((from, found), (to, _)) = (self.resolve(from)?, self.resolve(to)?);
        match found {
            None => return Ok(false),
            Some(metadata) if metadata.is_dir() && from != self.root && to != self.root => {}
            Some(_) => return Err(error::foreign(&from)),
        }
        let mut dirty = BTreeSet::from([folder_of(&from).to_owned()]);
        self.make_folder(folder_of(&to), &mut dirty)?;
        self.settled().retain(|folder| !folder.starts_with(&from));
        match self.step(Step::Rename, &to).and_then(|()| fs::rename(&from, &to)) {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(false),
            Err(e) if matches!(e.kind(), ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists) => {
                self.merge_folder(&from, &to)?;
            }
            result => result.map_err(|e| cannot_move(&to, &e))?,
        }
        self.sync_folders(dirty)?;
        Ok(true)
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

    fn location(&self, name: &str) -> Option<PathBuf> {
        name::path(&self.root, name).ok()
    }
}

/// A private temporary file whose finished form others may read as the umask says: sealed bytes are no
/// secret, and colleagues share the archive.
fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.prefix(".tmp-").tempfile_in(folder)
}

fn same_content(one: &Path, other: &Path) -> bool {
    match (fs::read(one), fs::read(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

fn cannot_move(path: &Path, cause: &io::Error) -> crate::error::Error {
    match cause.kind() {
        ErrorKind::CrossesDevices | ErrorKind::ResourceBusy => error::cannot_move(path),
        _ => error::io("move it", path, cause),
    }
}

#[cfg(test)]
mod tests;
