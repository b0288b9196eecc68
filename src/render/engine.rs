//! The engine: from a job to a PDF, with every check in its order.

use super::contract;
use super::diagnostics::{spoiled, template_error};
use super::fonts::Fonts;
use super::frames::Sheet;
use super::job::Job;
use super::pdf::Pdf;
use super::threads::Threads;
use super::world::{Base, DocumentWorld};
use super::{PAGE_LIMIT, glyphs, images, worker};
use crate::document::Document;
use crate::error::{Class, Error, Problem, Result};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use typst::diag::Warned;
use typst_layout::PagedDocument;

/// What an engine is made with.
#[derive(Debug, Clone, Default)]
pub struct EngineOptions {
    /// Folders with fonts beyond the embedded ones, searched recursively.
    pub font_folders: Vec<PathBuf>,
    /// This program, which an agency's own template needs to be laid out apart in a worker process.
    pub program: Option<PathBuf>,
    /// How long one document may take in a worker; [`worker::TIME_LIMIT`] where not given.
    pub time_limit: Option<Duration>,
}

/// Makes PDFs. One engine serves any number of documents, from any thread.
pub struct Engine {
    base: Arc<Base>,
    options: EngineOptions,
    threads: Threads,
}

/// Forgets what Typst remembers of documents before the last two, however the work ends.
struct Forget;

impl Drop for Forget {
    fn drop(&mut self) {
        typst::comemo::evict(2);
    }
}

impl Engine {
    /// An engine with the embedded fonts and those of the options.
    ///
    /// # Errors
    /// `render.no-fonts` (input) for a folder without fonts; the system's error for one that cannot be read.
    pub fn new(options: EngineOptions) -> Result<Self> {
        let base = Arc::new(Base::new(Fonts::load(&options.font_folders)?));
        Ok(Self { base, options, threads: Threads::default() })
    }

    /// The PDF of a document. The same document, with the same fonts, gives the same bytes.
    ///
    /// A kind inside the program is laid out in this process, an agency's own in a worker.
    ///
    /// # Errors
    /// All of class input: `render.missing-glyph`, `render.hidden-character`, `render.image`,
    /// `render.template`, `render.did-not-converge`, `render.too-many-pages`, `render.header` and, for a
    /// template that is laid out apart, `render.limits`.
    pub fn render(&self, document: &Document) -> Result<Pdf> {
        self.render_job(&Job::of(document)?)
    }

    /// The same for a job.
    ///
    /// # Errors
    /// As [`Engine::render`].
    pub fn render_job(&self, job: &Job) -> Result<Pdf> {
        if !job.overlay {
            return self.render_here(job);
        }
        let Some(program) = &self.options.program else {
            let message =
                "an agency's own template needs a worker process, and the program for it is not known";
            return Err(Error::new(Class::Unexpected, Problem::error("render.worker", message)));
        };
        let limit = self.options.time_limit.unwrap_or(worker::TIME_LIMIT);
        worker::render_apart(program, job, &self.options.font_folders, limit)
    }

    /// What the pages of a document say, run by run in the order of painting: to look for words that must not
    /// stand there. `None` for an agency's own kind, which is laid out apart.
    ///
    /// # Errors
    /// As [`Engine::render`].
    pub fn text(&self, document: &Document) -> Result<Option<String>> {
        let (base, job) = (self.base.clone(), Job::of(document)?);
        if job.overlay {
            return Ok(None);
        }
        self.threads.run(move || read(&base, &job)).map(Some)
    }

    /// Lays out in this process, on a thread with a large stack.
    ///
    /// # Errors
    /// As [`Engine::render`]; `render.internal` (unexpected) where the thread panicked.
    pub(super) fn render_here(&self, job: &Job) -> Result<Pdf> {
        let (base, job) = (self.base.clone(), job.clone());
        self.threads.run(move || make(&base, &job))
    }
}

/// One document from job to PDF: characters, photographs, layout, header contract, export.
fn make(base: &Base, job: &Job) -> Result<Pdf> {
    let _forget = Forget;
    let world = world(base, job)?;
    let laid_out = lay_out(&world)?;
    contract::check(laid_out.pages(), &job.facts, job.band)?;
    contract::check_cases(laid_out.pages(), &job.cases)?;
    Pdf::write(&world, laid_out, job)
}

/// The text of every page of one document.
fn read(base: &Base, job: &Job) -> Result<String> {
    let _forget = Forget;
    let laid_out = lay_out(&world(base, job)?)?;
    let runs = laid_out.pages().iter().flat_map(|page| Sheet::of(page).runs);
    Ok(runs.map(|run| run.text).collect::<Vec<_>>().join(" "))
}

fn world<'a>(base: &'a Base, job: &Job) -> Result<DocumentWorld<'a>> {
    let data = with_fonts(base, &job.data);
    glyphs::check(&data, base.fonts.store.book())?;
    let images = images::clean(&job.photographs)?;
    let template = base.templates.get(job.template, &job.files, &job.main)?;
    DocumentWorld::new(base, template, data.to_string().into_bytes(), images, job.date)
}

/// The data with the fonts that there are: of its list the known ones, then those of further folders.
fn with_fonts(base: &Base, data: &Value) -> Value {
    let mut data = data.clone();
    if let Some(Value::Array(fonts)) = data.get_mut("fonts") {
        let book = base.fonts.store.book();
        fonts.retain(|family| family.as_str().is_some_and(|f| book.contains_family(&f.to_lowercase())));
        let further = base.fonts.further().iter().map(|family| Value::from(family.as_str()));
        let further: Vec<Value> = further.filter(|family| !fonts.contains(family)).collect();
        fonts.extend(further);
    }
    data
}

fn lay_out(world: &DocumentWorld) -> Result<PagedDocument> {
    let Warned { output, warnings } = typst::compile::<PagedDocument>(world);
    let laid_out = output.map_err(|found| template_error(world, &found))?;
    if let Some(error) = spoiled(world, &warnings) {
        return Err(error);
    }
    let pages = laid_out.pages().len();
    if pages > PAGE_LIMIT {
        let message = format!("the document has {pages} pages; {PAGE_LIMIT} is the most");
        return Err(Error::new(Class::Input, Problem::error("render.too-many-pages", message)));
    }
    Ok(laid_out)
}

pub(super) fn internal(message: &str) -> Error {
    Error::new(Class::Unexpected, Problem::error("render.internal", message))
}
