//! The floor: Typst and nothing else. No check, no standard less than ours, the same fonts.

use casefile::document::shipped;
use casefile::render::Job;
use std::collections::HashMap;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// Typst's library and our fonts.
pub struct Floor {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

impl Floor {
    pub fn new() -> Self {
        let folder = shipped().get_dir("_shared/fonts").expect("fonts");
        let files = folder.files().filter(|file| file.path().extension().is_some_and(|e| e == "ttf"));
        let fonts: Vec<Font> =
            files.map(|file| Font::new(Bytes::new(file.contents()), 0).expect("a font")).collect();
        let book = LazyHash::new(FontBook::from_fonts(&fonts));
        Self { library: LazyHash::new(Library::builder().build()), book, fonts }
    }

    /// The PDF of a job, unchecked.
    pub fn render(&self, job: &Job) -> Vec<u8> {
        let main = id(&job.main);
        let text = String::from_utf8(job.files[&job.main].clone()).expect("text");
        let data = Bytes::new(job.data.to_string().into_bytes());
        let world = FloorWorld {
            floor: self,
            main: Source::new(main, text),
            files: HashMap::from([(id("/data.json"), data)]),
        };
        let document = typst::compile::<PagedDocument>(&world).output.expect("compiles");
        let midnight = Datetime::from_ymd_hms(2016, 11, 30, 0, 0, 0).expect("a date");
        let options = PdfOptions {
            ident: Smart::Custom(job.ident.clone()),
            timestamp: Some(Timestamp::new_utc(midnight)),
            standards: PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).expect("standards"),
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&document, &options).expect("a PDF");
        typst::comemo::evict(2);
        pdf
    }
}

fn id(path: &str) -> FileId {
    RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).expect("a path")).intern()
}

struct FloorWorld<'a> {
    floor: &'a Floor,
    main: Source,
    files: HashMap<FileId, Bytes>,
}

impl World for FloorWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.floor.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.floor.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        (id == self.main.id()).then(|| self.main.clone()).ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.floor.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
