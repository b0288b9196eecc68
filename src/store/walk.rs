//! Listing a folder without following anything.

use super::{Listing, Object, error, name};
use crate::error::Result;
use std::fs::{DirEntry, FileType, ReadDir};
use std::io::ErrorKind;
use std::path::Path;

/// Everything under `path`, which has the name `folder`.
pub(super) fn list(path: &Path, folder: &str) -> Result<Listing> {
    list_to(path, folder, Extent { deep: true, sized: true })
}

/// What lies directly in `path`; folders in it are passed over.
pub(super) fn shallow(path: &Path, folder: &str) -> Result<Listing> {
    list_to(path, folder, Extent { deep: false, sized: true })
}

/// The same as [`list`], where all sizes are 0: each would be one more question to the system.
pub(super) fn names(path: &Path, folder: &str) -> Result<Listing> {
    list_to(path, folder, Extent { deep: true, sized: false })
}

/// What a listing asks for.
#[derive(Clone, Copy)]
struct Extent {
    /// What lies in folders too.
    deep: bool,
    /// The sizes.
    sized: bool,
}

fn list_to(path: &Path, folder: &str, extent: Extent) -> Result<Listing> {
    let mut listing = Listing::default();
    let Some(entries) = open(path)? else { return Ok(listing) };
    listing.present = true;
    let depth = if folder.is_empty() { 0 } else { folder.split('/').count() };
    walk(entries, path, folder, (depth, extent), &mut listing)?;
    listing.objects.sort_unstable();
    listing.foreign.sort_unstable();
    listing.denied.sort_unstable();
    Ok(listing)
}

/// The names of the folders directly in `path`.
pub(super) fn folders(path: &Path) -> Result<Vec<String>> {
    let Some(entries) = open(path)? else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| error::io("list this folder", path, &e))?;
        let part = entry.file_name().to_str().filter(|part| name::is_part(part)).map(str::to_owned);
        if let (Some(part), true) = (part, kind(&entry, path)?.is_dir()) {
            names.push(part);
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn walk(
    entries: ReadDir,
    path: &Path,
    folder: &str,
    (depth, extent): (usize, Extent),
    listing: &mut Listing,
) -> Result<()> {
    for entry in entries {
        let entry = entry.map_err(|e| error::io("list this folder", path, &e))?;
        let part = entry.file_name();
        let shown = name::join(folder, &part.to_string_lossy());
        let plain = part.to_str().is_some_and(name::is_part) && depth < name::DEEPEST;
        let kind = kind(&entry, path)?;
        if plain && kind.is_dir() {
            if extent.deep {
                step_into(&entry, &shown, (depth + 1, extent), listing)?;
            }
        } else if plain && kind.is_file() && !extent.sized {
            listing.objects.push(Object { name: shown, size_bytes: 0 });
        } else if plain && kind.is_file() {
            match entry.metadata() {
                Ok(metadata) => listing.objects.push(Object { name: shown, size_bytes: metadata.len() }),
                Err(e) if e.kind() == ErrorKind::NotFound => {}
                Err(e) => return Err(error::io("list this file", &entry.path(), &e)),
            }
        } else {
            listing.foreign.push(shown);
        }
    }
    Ok(())
}

fn step_into(
    entry: &DirEntry,
    folder: &str,
    (depth, extent): (usize, Extent),
    listing: &mut Listing,
) -> Result<()> {
    let path = entry.path();
    match std::fs::read_dir(&path) {
        Ok(entries) => walk(entries, &path, folder, (depth, extent), listing),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(()),
        Err(e) if e.kind() == ErrorKind::PermissionDenied => {
            listing.denied.push(folder.to_owned());
            Ok(())
        }
        Err(e) => Err(error::io("list this folder", &path, &e)),
    }
}

fn kind(entry: &DirEntry, path: &Path) -> Result<FileType> {
    entry.file_type().map_err(|e| error::io("list this folder", path, &e))
}

fn open(path: &Path) -> Result<Option<ReadDir>> {
    match std::fs::read_dir(path) {
        Ok(entries) => Ok(Some(entries)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) if e.kind() == ErrorKind::NotADirectory => Err(error::foreign(path)),
        Err(e) => Err(error::io("list this folder", path, &e)),
    }
}
