//! What a template can see: its own files, `/data.json`, the photographs, the fonts and the document's date.
//!
//! Nothing else exists for it: no other file, no package, no network, no clock.

use super::fonts::Fonts;
use super::template::{Template, Templates, file_id};
use crate::error::Result;
use chrono::{Datelike, NaiveDate};
use std::collections::HashMap;
use std::sync::Arc;
use typst::diag::{FileError, FileResult, PackageError};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, Source, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

/// What all documents of an engine share.
pub(super) struct Base {
    library: LazyHash<Library>,
    pub(super) fonts: Fonts,
    pub(super) templates: Templates,
}

impl Base {
    pub(super) fn new(fonts: Fonts) -> Self {
        let library = LazyHash::new(Library::builder().build());
        Self { library, fonts, templates: Templates::default() }
    }
}

/// The world of one document.
pub(super) struct DocumentWorld<'a> {
    base: &'a Base,
    pub(super) template: Arc<Template>,
    given: HashMap<FileId, Bytes>,
    today: Option<Datetime>,
}

impl<'a> DocumentWorld<'a> {
    /// A world with `data` at `/data.json` and each image at its path.
    pub(super) fn new(
        base: &'a Base,
        template: Arc<Template>,
        data: Vec<u8>,
        images: Vec<(String, Vec<u8>)>,
        today: NaiveDate,
    ) -> Result<Self> {
        let mut given = HashMap::from([(file_id("/data.json")?, Bytes::new(data))]);
        for (path, bytes) in images {
            given.insert(file_id(&path)?, Bytes::new(bytes));
        }
        Ok(Self { base, template, given, today: datetime(today) })
    }
}

/// A date as Typst has it.
pub(super) fn datetime(date: NaiveDate) -> Option<Datetime> {
    let [month, day] = [date.month(), date.day()].map(|n| u8::try_from(n).unwrap_or(1));
    Datetime::from_ymd(date.year(), month, day)
}

impl World for DocumentWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.base.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.base.fonts.store.book()
    }

    fn main(&self) -> FileId {
        self.template.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.template.sources.get(&id).cloned().ok_or_else(|| missing(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let found = self.given.get(&id).or_else(|| self.template.files.get(&id));
        match found {
            Some(_) if is_program(id) => Err(FileError::AccessDenied),
            Some(bytes) => Ok(bytes.clone()),
            None => Err(missing(id)),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.base.fonts.store.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        self.today
    }
}

/// WebAssembly plugins are not run.
fn is_program(id: FileId) -> bool {
    id.vpath().extension() == Some("wasm")
}

fn missing(id: FileId) -> FileError {
    match id.root() {
        VirtualRoot::Project => FileError::NotFound(id.vpath().get_without_slash().into()),
        VirtualRoot::Package(package) => FileError::Package(PackageError::NotFound(package.clone())),
    }
}
