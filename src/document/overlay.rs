//! An agency's own kinds: folders read from disk, with bounds.
//!
//! A kind's folder holds text and images only; links are not followed.

use super::kind::Files;
use crate::error::{Class, Error, Place, Problem, Result};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

const FILE_LIMIT_BYTES: u64 = 4 << 20;
const MOST_FILES: usize = 200;
const ENDINGS: [&str; 9] = ["typ", "toml", "yaml", "json", "csv", "txt", "md", "png", "jpg"];

/// The folders of kinds in `dir`: those that hold a `kind.toml` or a `main.typ`. Whatever else lies there,
/// such as an archive, is none of ours.
pub(super) fn folders(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(dir).map_err(|e| Error::io("read the folder of templates", dir, &e))?;
    let mut folders = Vec::new();
    for entry in entries {
        let path = entry.map_err(|e| Error::io("read the folder of templates", dir, &e))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name == "_shared" {
            let message = "the shared files of all kinds cannot be replaced";
            return Err(refused(&path, message, "put what a kind needs into the folder of that kind"));
        }
        let is_kind = ["kind.toml", "main.typ"].iter().any(|file| path.join(file).is_file());
        if is_kind && !name.starts_with('.') {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

/// The files of the kind `name` in `folder`, by virtual path.
pub(super) fn files(folder: &Path, name: &str) -> Result<Files> {
    let mut files = Files::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|e| {
            let path = e.path().unwrap_or(folder).to_owned();
            let error = e.into_io_error().unwrap_or_else(|| std::io::Error::other("a loop of links"));
            Error::io("read the folder of a kind", &path, &error)
        })?;
        if entry.file_type().is_dir() {
            continue;
        }
        let within = checked(folder, entry.path(), entry.file_type().is_file())?;
        if files.len() == MOST_FILES {
            return Err(refused(folder, "a kind has at most 200 files", "take out what it does not need"));
        }
        let bytes = crate::fs::read(entry.path(), FILE_LIMIT_BYTES)?;
        files.insert(format!("/{name}/{within}"), bytes);
    }
    Ok(files)
}

/// The path of a file within its kind, refused where it is a link or of a sort that no template reads.
fn checked(folder: &Path, path: &Path, is_file: bool) -> Result<String> {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    if !is_file || !ENDINGS.contains(&ending.as_ref()) {
        let hint = format!("a kind is made of plain files ending in {}", ENDINGS.join(", "));
        return Err(refused(path, "this may not be in the folder of a kind", &hint));
    }
    let within = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<_> = within.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Ok(parts.join("/"))
}

fn refused(path: &Path, message: &str, hint: &str) -> Error {
    let problem = Problem::error("document.overlay", message).hint(hint).at(Place::file(path));
    Error::new(Class::Input, problem)
}
