//! The photographs a document shows: found beside the record, nowhere else.

use super::{Image, ImageSource};
use crate::error::{Place, Problem};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Gathers the photographs while a record is transformed.
pub(super) struct Photographs<'a> {
    folder: Option<&'a Path>,
    given: &'a BTreeMap<String, Vec<u8>>,
    pub images: Vec<Image>,
    pub problems: Vec<Problem>,
}

impl<'a> Photographs<'a> {
    /// Photographs from those `given` by file name, and from the record's `folder`.
    pub fn new(folder: Option<&'a Path>, given: &'a BTreeMap<String, Vec<u8>>) -> Self {
        Self { folder, given, images: Vec::new(), problems: Vec::new() }
    }

    /// The path under which the template reads the photograph `file`; `None` with a problem noted where it
    /// cannot be had.
    pub fn add(&mut self, file: &str, field: &str) -> Option<String> {
        match self.source(file) {
            Ok(source) => {
                let path = format!("/att/{}", self.images.len());
                self.images.push(Image { path: path.clone(), source, field: field.to_owned() });
                Some(path)
            }
            Err(problem) => {
                let place = Place { field: Some(field.to_owned()), ..Place::default() };
                self.problems.push(problem.at(place));
                None
            }
        }
    }

    /// Where the bytes of `file` are; `None` with a problem noted where they cannot be had.
    pub fn find(&mut self, file: &str, field: &str) -> Option<ImageSource> {
        let place = Place { field: Some(field.to_owned()), ..Place::default() };
        self.source(file).map_err(|problem| self.problems.push(problem.at(place))).ok()
    }

    fn source(&self, file: &str) -> Result<ImageSource, Box<Problem>> {
        if let Some(bytes) = self.given.get(file) {
            return Ok(ImageSource::Bytes(Arc::from(bytes.as_slice())));
        }
        let Some(folder) = self.folder else {
            let message = "the photograph is not at hand, the document is made without it";
            return Err(Box::new(Problem::warning("document.photograph-absent", message)));
        };
        inside(folder, file).map(ImageSource::File)
    }
}

/// The real path of `file`, refused where it is absent or outside `folder`, also by a link.
fn inside(folder: &Path, file: &str) -> Result<PathBuf, Box<Problem>> {
    let outside = || {
        let message = "the photograph lies outside the record's folder";
        let problem = Problem::error("document.photograph-outside", message);
        Box::new(problem.hint("put the file beside the record and name it without a folder above"))
    };
    let missing = || {
        let message = "there is no such photograph beside the record";
        let problem = Problem::error("document.photograph-missing", message);
        Box::new(problem.hint("put the file there, or take the field out of the record"))
    };
    let stays = |part: Component| matches!(part, Component::Normal(_) | Component::CurDir);
    if !Path::new(file).components().all(stays) {
        return Err(outside());
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let folder = folder.canonicalize().map_err(|_| missing())?;
    let path = folder.join(file).canonicalize().map_err(|_| missing())?;
    match (path.starts_with(&folder), path.is_file()) {
        (false, _) => Err(outside()),
        (true, false) => Err(missing()),
        (true, true) => Ok(path),
    }
}
