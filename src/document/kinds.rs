//! All kinds: those inside the program, and an agency's own that replace or add to them.

use super::kind::{Files, Kind, Scope};
use super::overlay;
use crate::error::{Class, Error, Problem, Result};
use include_dir::{Dir, include_dir};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The folder `templates/` as it is inside the program, fonts included.
pub fn shipped() -> &'static Dir<'static> {
    &TEMPLATES
}

/// The kinds of document that can be made.
#[derive(Clone)]
pub struct Kinds {
    kinds: BTreeMap<String, Arc<Kind>>,
}

impl Kinds {
    /// The kinds inside the program.
    ///
    /// # Errors
    /// None for a released program: a test reads them all.
    pub fn builtin() -> Result<Self> {
        let shared = shared();
        let folders = TEMPLATES.dirs().filter(|folder| name(folder.path()) != "_shared");
        let kinds = folders.filter(|folder| folder.get_file(folder.path().join("kind.toml")).is_some());
        let made = kinds.map(|folder| {
            let mut files = shared.clone();
            collect(folder, &mut files);
            Kind::new(&name(folder.path()), files, None)
        });
        Ok(Self { kinds: by_id(made)? })
    }

    /// The kinds inside the program, and those of an agency's folder `dir`, which replace kinds of the same
    /// name. The shared files are always the program's own.
    ///
    /// # Errors
    /// `document.kind` or `document.words` (input) with file, line and column where a kind cannot be read;
    /// `document.overlay` where a file may not be there; the system's error with the path.
    pub fn with_overlay(dir: &Path) -> Result<Self> {
        let mut all = Self::builtin()?;
        let shared = shared();
        let made = overlay::folders(dir)?.into_iter().map(|folder| {
            let name = name(&folder);
            let mut files = shared.clone();
            files.extend(overlay::files(&folder, &name)?);
            let kind = Kind::new(&name, files, Some(&folder))?;
            kind.check(&folder)?;
            Ok(kind)
        });
        all.kinds.extend(by_id(made)?);
        Ok(all)
    }

    /// The kind `id`.
    ///
    /// # Errors
    /// `document.no-such-kind` (not found).
    pub fn get(&self, id: &str) -> Result<Arc<Kind>> {
        self.kinds.get(id).cloned().ok_or_else(|| {
            let known = self.kinds.keys().cloned().collect::<Vec<_>>().join(", ");
            let problem = Problem::error("document.no-such-kind", "there is no such kind of document")
                .hint(format!("the kinds are {known}; see `casefile kinds`"));
            Error::new(Class::NotFound, problem)
        })
    }

    /// All kinds that are made from records, by id.
    pub fn list(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.kinds.values().filter(|kind| kind.scope() != Scope::Archive)
    }

    /// The kinds that are made from the archive's history, by id.
    pub fn of_archive(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.kinds.values().filter(|kind| kind.scope() == Scope::Archive)
    }

    /// All kinds for scripts, each as [`Kind::json`] says.
    ///
    /// # Errors
    /// `document.words` (input) where an agency's word file cannot be read.
    pub fn json(&self) -> Result<Value> {
        self.kinds.values().map(|kind| kind.json()).collect::<Result<Vec<_>>>().map(Value::Array)
    }
}

fn by_id(kinds: impl Iterator<Item = Result<Kind>>) -> Result<BTreeMap<String, Arc<Kind>>> {
    kinds.map(|kind| kind.map(|kind| (kind.id().to_owned(), Arc::new(kind)))).collect()
}

/// The shared files without the fonts: those are too many bytes to hash for every document.
fn shared() -> Files {
    let mut files = Files::new();
    if let Some(folder) = TEMPLATES.get_dir("_shared") {
        files.extend(own_files(folder));
        for inner in folder.dirs().filter(|inner| name(inner.path()) != "fonts") {
            collect(inner, &mut files);
        }
    }
    files
}

fn collect(folder: &'static Dir<'static>, files: &mut Files) {
    files.extend(own_files(folder));
    for inner in folder.dirs() {
        collect(inner, files);
    }
}

fn own_files(folder: &'static Dir<'static>) -> impl Iterator<Item = (String, Vec<u8>)> {
    folder.files().map(|file| (virtual_path(file.path()), file.contents().to_vec()))
}

/// A path under `templates/` with `/` between its parts on every system.
fn virtual_path(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    format!("/{}", parts.join("/"))
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
