//! The programmes at hand: those inside the program and those of an agency's folder.

use super::{Programme, parse};
use crate::error::{Class, Error, Place, Problem, Result};
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/programmes");

/// The most a programme file may hold, in bytes.
const LIMIT_BYTES: u64 = 1 << 20;

/// Programmes by id.
#[derive(Debug, Clone)]
pub struct Programmes(BTreeMap<String, Arc<Programme>>);

impl Programmes {
    /// The programmes that come with the program.
    pub fn builtin() -> Self {
        let parsed = BUILTIN.files().map(|file| {
            let text =
                file.contents_utf8().expect("the files in programmes/ are text, a test reads them all");
            parse(text, file.path()).expect("the files in programmes/ are valid, a test reads them all")
        });
        Self(parsed.map(|programme| (programme.id.clone(), Arc::new(programme))).collect())
    }

    /// These, and those of the `.toml` files in `folder`, which replace one of the same id.
    ///
    /// # Errors
    /// The system's error where the folder cannot be read; class input where a file is no programme or
    /// has another name than its id.
    pub fn with_folder(mut self, folder: &Path) -> Result<Self> {
        let entries =
            std::fs::read_dir(folder).map_err(|e| Error::io("open the folder of programmes", folder, &e))?;
        for entry in entries {
            let path = entry.map_err(|e| Error::io("read the folder of programmes", folder, &e))?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let programme = read(&path)?;
                self.0.insert(programme.id.clone(), Arc::new(programme));
            }
        }
        Ok(self)
    }

    /// The programme with this id.
    ///
    /// # Errors
    /// `programme.unknown` (not found), with the ids there are.
    pub fn get(&self, id: &str) -> Result<Arc<Programme>> {
        self.0.get(id).cloned().ok_or_else(|| {
            let hint = format!("the programmes are {}", self.ids().collect::<Vec<_>>().join(", "));
            Error::new(
                Class::NotFound,
                Problem::error("programme.unknown", "there is no such programme").hint(hint),
            )
        })
    }

    /// Ids in alphabetical order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// All programmes in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Programme>> {
        self.0.values()
    }
}

fn read(path: &Path) -> Result<Programme> {
    let bytes = crate::fs::read(path, LIMIT_BYTES)?;
    let wrong =
        |code, message: &str| Error::new(Class::Input, Problem::error(code, message).at(Place::file(path)));
    let text =
        String::from_utf8(bytes).map_err(|_| wrong("programme.encoding", "the file is not UTF-8 text"))?;
    let programme = parse(&text, path)?;
    if path.file_stem().is_some_and(|stem| stem == programme.id.as_str()) {
        return Ok(programme);
    }
    Err(wrong("programme.name", "the file must be named after the `id` in it"))
}
