//! Moving a folder, or joining it with the one that is at its new place already.

use super::folder::OpenFolder;
use super::{LocalStore, Step, error};
use crate::error::Result;
use crate::fs::folder_of;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

impl LocalStore {
    /// Moves the objects of the folder named `from` to the one named `to`.
    pub(super) fn relocate(&self, from: &str, to: &str) -> Result<bool> {
        self.writable()?;
        let ((from, found), (to, _)) = (self.resolve(from)?, self.resolve(to)?);
        match found {
            None => return Ok(false),
            Some(metadata) if metadata.is_dir() && from != self.root && to != self.root => {}
            Some(_) => return Err(error::foreign(&from)),
        }
        // What is moved must not hang on a folder that a crash takes away: that one is made durable first.
        let mut above = BTreeSet::new();
        self.make_folder(folder_of(&to), &mut above)?;
        self.sync_folders(above)?;
        self.settled().extend(folder_of(&to).ancestors().map(Path::to_owned));
        self.settled().retain(|folder| !folder.starts_with(&from));
        match self.step(Step::Rename, &to).and_then(|()| fs::rename(&from, &to)) {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(false),
            Err(e) if matches!(e.kind(), ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists) => {
                self.merge_folder(&from, &to)?;
            }
            result => result.map_err(|e| cannot_move(&to, &e))?,
        }
        // The new place before the old one, so that none that is lost hides one that stays.
        self.sync_folders([folder_of(&to).to_owned(), folder_of(&from).to_owned()])?;
        Ok(true)
    }

    /// Takes the folder of this name away where nothing lies in it. Who is about to write there finds it gone
    /// and makes it anew, as after a move.
    pub(super) fn take_away(&self, folder: &str) -> Result<bool> {
        self.writable()?;
        let (path, found) = self.resolve(folder)?;
        match found {
            None => return Ok(false),
            Some(metadata) if metadata.is_dir() && path != self.root => {}
            Some(_) => return Err(error::foreign(&path)),
        }
        self.settled().retain(|folder| !folder.starts_with(&path));
        match self.step(Step::Remove, &path).and_then(|()| fs::remove_dir(&path)) {
            Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::DirectoryNotEmpty) => Ok(false),
            Err(e) => Err(error::io("delete it", &path, &e)),
            Ok(()) => self.sync_folders([folder_of(&path).to_owned()]).map(|()| true),
        }
    }

    /// Moves file by file into a folder that exists.
    fn merge_folder(&self, from: &Path, to: &Path) -> Result<()> {
        // Whoever made it may not have made it durable yet.
        self.sync_folders([folder_of(to).to_owned()])?;
        let target_folder = OpenFolder::open(to).map_err(|e| cannot_move(to, &e))?;
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
        self.sync_open(&target_folder)?;
        // What is foreign stays and keeps the folder.
        let _ = self.step(Step::Remove, from).and_then(|()| fs::remove_dir(from));
        Ok(())
    }
}

fn same_content(one: &Path, other: &Path) -> bool {
    match (fs::read(one), fs::read(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

fn cannot_move(path: &Path, cause: &io::Error) -> crate::error::Error {
    match cause.kind() {
        ErrorKind::CrossesDevices | ErrorKind::ResourceBusy | ErrorKind::NotFound => error::cannot_move(path),
        // Another program has the folder open.
        ErrorKind::PermissionDenied if cfg!(windows) => error::cannot_move(path),
        _ => error::io("move it", path, cause),
    }
}
