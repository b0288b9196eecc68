//! A template ready for Typst: its files parsed once and kept for the next document.

use crate::error::{Class, Error, Place, Problem, Result};
use crate::names::Digest;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use typst::foundations::Bytes;
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};

/// The most templates that are kept parsed.
const KEPT: usize = 32;

/// The files of a template.
pub(super) struct Template {
    pub(super) main: FileId,
    pub(super) sources: HashMap<FileId, Source>,
    pub(super) files: HashMap<FileId, Bytes>,
}

impl Template {
    fn parse(files: &BTreeMap<String, Vec<u8>>, main: &str) -> Result<Self> {
        let mut template = Self { main: file_id(main)?, sources: HashMap::new(), files: HashMap::new() };
        for (path, bytes) in files {
            let id = file_id(path)?;
            if is_typst(path) {
                let text = String::from_utf8(bytes.clone()).map_err(|_| unreadable(path))?;
                template.sources.insert(id, Source::new(id, text));
            }
            template.files.insert(id, Bytes::new(bytes.clone()));
        }
        Ok(template)
    }

    /// The text of every source, for messages.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.sources.values().map(Source::text)
    }
}

fn is_typst(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|extension| extension == "typ")
}

fn unreadable(path: &str) -> Error {
    let problem = Problem::error("render.template", "this file of the template is not UTF-8 text");
    Error::new(Class::Input, problem.at(Place::file(path.trim_start_matches('/'))))
}

/// The id of a virtual path. Ids are never freed and there are 65,535: only fixed paths get one.
pub(super) fn file_id(path: &str) -> Result<FileId> {
    let path = VirtualPath::new(path).map_err(|_| {
        let problem = Problem::error("render.template", "a path in the template is not valid");
        Error::new(Class::Input, problem)
    })?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// Parsed templates by their hash.
#[derive(Default)]
pub(super) struct Templates(Mutex<HashMap<(Digest, String), Arc<Template>>>);

impl Templates {
    /// The template of `files`, parsed now or before.
    pub(super) fn get(
        &self,
        hash: Digest,
        files: &BTreeMap<String, Vec<u8>>,
        main: &str,
    ) -> Result<Arc<Template>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(template) = kept.get(&(hash, main.to_owned())) {
            return Ok(template.clone());
        }
        let template = Arc::new(Template::parse(files, main)?);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert((hash, main.to_owned()), template.clone());
        Ok(template)
    }
}
