//! Starting a kind of an agency's own: a folder that works at once, to be changed.

use crate::document::{Kinds, shipped};
use crate::error::{Class, Error, Place, Problem, Result};
use include_dir::Dir;
use std::path::{Path, PathBuf};

/// The name that stands in the files a new kind starts from.
const PLACEHOLDER: &str = "my-form";

/// A file by its path within the folder of a kind.
pub type NewFile = (PathBuf, Vec<u8>);

/// What a new kind called `id` is made of, by path within its folder, and that folder below `parent`.
///
/// # Errors
/// `kind.name` (input) for a name that no kind may have; `kind.exists` where the folder is there.
pub fn new_kind(id: &str, parent: &Path) -> Result<(PathBuf, Vec<NewFile>)> {
    let named = id.len() <= 40
        && id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !named {
        let problem = Problem::error("kind.name", "a kind is named in small letters, digits and dashes")
            .hint("such as: casefile kinds new home-safety-check");
        return Err(Error::new(Class::Input, problem));
    }
    let folder = parent.join(id);
    if folder.exists() {
        let problem = Problem::error("kind.exists", "there is a file or folder of this name already")
            .hint("choose another name, or change what is there")
            .at(Place::file(&folder));
        return Err(Error::new(Class::Input, problem));
    }
    let built_in = Kinds::builtin()?.get(id).ok();
    let start = match &built_in {
        // A kind of the program is replaced by starting from it.
        Some(kind) => {
            let own = format!("/{id}/");
            let files =
                kind.files().iter().filter_map(|(path, bytes)| Some((path.strip_prefix(&own)?, bytes)));
            files.map(|(path, bytes)| (PathBuf::from(path), bytes.clone())).collect()
        }
        None => scaffold(id),
    };
    Ok((folder, start))
}

fn scaffold(id: &str) -> Vec<NewFile> {
    let mut files = Vec::new();
    if let Some(folder) = shipped().get_dir("_new") {
        collect(folder, &mut files);
    }
    let named = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(PLACEHOLDER, id).into_bytes();
    let within = |path: &Path| path.strip_prefix("_new").unwrap_or(path).to_owned();
    files.into_iter().map(|(path, bytes)| (within(path), named(bytes))).collect()
}

fn collect(folder: &'static Dir<'static>, files: &mut Vec<(&'static Path, &'static [u8])>) {
    files.extend(folder.files().map(|file| (file.path(), file.contents())));
    folder.dirs().for_each(|inner| collect(inner, files));
}
