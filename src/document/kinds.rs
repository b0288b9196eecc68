//! All kinds: those inside the program, and an agency's own that replace or add to them.

use super::kind::{Files, Kind, Scope};
use super::overlay;
use crate::error::{Class, Error, Place, Problem, Result};
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
        let folders = TEMPLATES.dirs().filter(|folder| !name(folder.path()).starts_with('_'));
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
            let kind = own(&folder, &shared)?;
            kind.check(&folder)?;
            Ok(kind)
        });
        all.kinds.extend(by_id(made)?);
        Ok(all)
    }

    /// The kinds of an agency's folder alone, each with what came of reading it; `dir` may also be the folder
    /// of one kind.
    ///
    /// # Errors
    /// `document.overlay` (input) where there is no kind; the system's error with the path.
    pub fn own(dir: &Path) -> Result<Vec<Result<Arc<Kind>>>> {
        let folders =
            if dir.join("kind.toml").is_file() { vec![dir.to_owned()] } else { overlay::folders(dir)? };
        if folders.is_empty() {
            let problem = Problem::error("document.overlay", "there is no kind in this folder")
                .hint("start one with: casefile kinds new my-form")
                .at(Place::file(dir));
            return Err(Error::new(Class::Input, problem));
        }
        let shared = shared();
        Ok(folders.iter().map(|folder| own(folder, &shared).map(Arc::new)).collect())
    }

    /// The kind `id`.
    ///
    /// # Errors
    /// `document.no-such-kind` (not found).
    pub fn get(&self, id: &str) -> Result<Arc<Kind>> {
        self.kinds.get(id).cloned().ok_or_else(|| {
            let near = crate::record::nearest(id, self.kinds.keys().map(String::as_str));
            let hint = match near {
                Some(near) => format!("did you mean `{near}`? `casefile kinds` lists them all"),
                None => "`casefile kinds` lists them all".to_owned(),
            };
            let problem = Problem::error("document.no-such-kind", "there is no such kind of document");
            Error::new(Class::NotFound, problem.hint(hint))
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

/// The kind in an agency's folder; what only [`Kind::check`] finds is not looked for.
fn own(folder: &Path, shared: &Files) -> Result<Kind> {
    // `.` and `..` have no name of their own.
    let named = match folder.file_name() {
        Some(_) => folder.to_owned(),
        None => folder.canonicalize().map_err(|e| Error::io("open it", folder, &e))?,
    };
    let name = name(&named);
    let mut files = shared.clone();
    files.extend(overlay::files(folder, &name)?);
    Kind::new(&name, files, Some(folder))
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
