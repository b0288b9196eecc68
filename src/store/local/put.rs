//! Writing a batch: temporary files, made durable, then named, then the folders made durable.

use super::folder::OpenFolder;
use super::{LocalStore, Step, error};
use crate::error::Result;
use crate::fs::{folder_of, sync_folder};
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use tempfile::{NamedTempFile, TempPath};

/// Files that are open at once while a batch is written.
const GROUP: usize = 128;

impl LocalStore {
    /// Syncs; a failed sync poisons the store.
    fn sync(&self, step: Step, path: &Path, sync: impl FnOnce() -> io::Result<()>) -> Result<()> {
        let result =
            self.step(step, path).and_then(|()| if self.without == Some(step) { Ok(()) } else { sync() });
        result.map_err(|e| {
            self.poisoned.store(true, Ordering::SeqCst);
            error::io("make it durable", path, &e)
        })
    }

    pub(super) fn sync_folders(&self, folders: impl IntoIterator<Item = PathBuf>) -> Result<()> {
        for folder in folders {
            self.sync(Step::SyncFolder, &folder, || sync_folder(&folder))?;
        }
        Ok(())
    }

    pub(super) fn sync_open(&self, folder: &OpenFolder) -> Result<()> {
        self.sync(Step::SyncFolder, &folder.path, || folder.sync())
    }

    /// Makes a folder where it is absent; adds to `dirty` the folders above it whose names must be made
    /// durable.
    pub(super) fn make_folder(&self, folder: &Path, dirty: &mut BTreeSet<PathBuf>) -> Result<()> {
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

    pub(super) fn settled(&self) -> std::sync::MutexGuard<'_, HashSet<PathBuf>> {
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
            Calls { store: self, path, file: file.as_file_mut(), step: Step::Write }.write_all(bytes)?;
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
            self.sync(Step::SyncFile, path, || file.as_file().sync_data())?;
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

    pub(super) fn put(&self, objects: &[(PathBuf, &[u8])]) -> Result<bool> {
        let (mut dirty, mut written) = (BTreeSet::new(), Vec::with_capacity(objects.len()));
        for group in objects.chunks(GROUP) {
            self.write_group(group, &mut dirty, &mut written)?;
        }
        self.name_all(written, objects, &mut dirty)
    }
}

/// The single calls by which bytes are written. In a watched store the first takes only half of them and
/// says so, as a system may.
struct Calls<'a> {
    store: &'a LocalStore,
    path: &'a Path,
    file: &'a mut fs::File,
    step: Step,
}

impl io::Write for Calls<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.store.step(self.step, self.path)?;
        let is_short = self.store.watch.is_some() && self.step == Step::Write;
        self.step = Step::WriteRest;
        self.file.write(if is_short { &bytes[..bytes.len().div_ceil(2)] } else { bytes })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
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
