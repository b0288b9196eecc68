//! The samples of kinds, laid out in every language: for the gallery, and to check an agency's own kinds.

use crate::document::{
    EMBEDDED_FAMILIES, Files, Kind, blank_request, compose, sample, sample_request, shipped,
};
use crate::error::{Class, Error, Problem, Result};
use crate::names::Digest;
use crate::programme::Programmes;
use crate::record::AnyRecord;
use crate::render::{Band, Batch, Engine, Job, Pdf, batch};
use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};
use std::sync::Arc;

/// A kind in one of its languages.
#[derive(Clone)]
pub struct Sample {
    /// The kind.
    pub kind: Arc<Kind>,
    /// The language.
    pub lang: String,
    /// Whether the blank form is made, and not the filled one.
    pub blank: bool,
}

impl Sample {
    /// Every kind of `kinds` in every language it has, or in `lang` alone; blank forms where `blank`.
    pub fn of_all<'a>(
        kinds: impl Iterator<Item = &'a Arc<Kind>>,
        lang: Option<&str>,
        blank: bool,
    ) -> Vec<Self> {
        let each = |kind: &Arc<Kind>| -> Vec<Self> {
            let langs = kind.languages().iter().filter(|own| lang.is_none_or(|lang| lang == *own));
            langs.map(|lang| Self { kind: Arc::clone(kind), lang: lang.clone(), blank }).collect()
        };
        kinds.flat_map(each).collect()
    }

    /// Name of the sample's file in a gallery: `care-plan.en.pdf`.
    pub fn file(&self) -> String {
        let blank = if self.blank { "blank." } else { "" };
        format!("{}.{blank}{}.pdf", self.kind.id(), self.lang)
    }
}

/// Lays all `samples` out with the workers of `workers` and gives each with what came of it, in the order
/// in which they are done. One that fails does not stop the others.
///
/// # Errors
/// Those of [`batch`].
pub fn render_samples(
    samples: &[Sample],
    programmes: &Programmes,
    workers: &Batch,
    mut each: impl FnMut(&Sample, Result<Pdf>),
) -> Result<()> {
    let mut last: Option<(String, Result<AnyRecord>)> = None;
    let jobs = samples.iter().map(move |it| {
        if last.as_ref().is_none_or(|(id, _)| id != it.kind.id()) {
            let record = sample(&it.kind, programmes).map(|checked| checked.record);
            last = Some((it.kind.id().to_owned(), record));
        }
        let record = last.as_ref().map_or_else(|| Err(no_record()), |(_, record)| record.clone())?;
        let request = if it.blank { blank_request } else { sample_request };
        Job::of(&compose(&record, &it.kind, &request(&it.kind, &record, &it.lang))?)
    });
    batch(workers, jobs, |at, result| {
        if let Some(sample) = samples.get(at) {
            each(sample, result);
        }
    })
}

fn no_record() -> Error {
    Error::new(Class::Unexpected, Problem::error("document.no-sample", "there is no sample"))
}

/// The contact sheet of a gallery: every kind with its document in every language, each a link to its file
/// and with its number of pages.
///
/// # Errors
/// Those of [`Engine::render_job`].
pub fn contact_sheet(engine: &Engine, made: &[(Sample, usize)], date: NaiveDate) -> Result<Pdf> {
    let files = sheet_files();
    let template = Digest::of(&files.values().flatten().copied().collect::<Vec<_>>());
    engine.render_job(&Job {
        files: Arc::new(files),
        main: "/_gallery/main.typ".to_owned(),
        template,
        overlay: false,
        data: sheet(made, date)?,
        facts: Vec::new(),
        cases: Vec::new(),
        band: Band::Page,
        photographs: Vec::new(),
        ident: format!("casefile-gallery-{date}-{}", made.len()),
        date,
        title: "Gallery".to_owned(),
        author: String::new(),
        keywords: Vec::new(),
    })
}

fn sheet_files() -> Files {
    let main = shipped().get_file("_gallery/main.typ");
    main.map(|file| ("/_gallery/main.typ".to_owned(), file.contents().to_vec())).into_iter().collect()
}

fn sheet(made: &[(Sample, usize)], date: NaiveDate) -> Result<Value> {
    let mut kinds: Vec<Value> = Vec::new();
    let mut sorted: Vec<_> = made.iter().collect();
    sorted.sort_by_key(|(sample, _)| sample.kind.id().to_owned());
    for of_kind in sorted.chunk_by(|a, b| a.0.kind.id() == b.0.kind.id()) {
        let titles = of_kind[0].0.kind.titles()?;
        let mut files: Vec<_> = of_kind.iter().collect();
        files.sort_by_key(|(sample, _)| {
            of_kind[0].0.kind.languages().iter().position(|lang| *lang == sample.lang)
        });
        let file = |(sample, pages): &&&(Sample, usize)| {
            let title = titles.get(&sample.lang);
            json!({"lang": sample.lang, "title": title, "file": sample.file(), "pages": pages})
        };
        let kind = &of_kind[0].0.kind;
        let files: Vec<Value> = files.iter().map(file).collect();
        kinds.push(
            json!({"id": kind.id(), "source": kind.source(), "version": kind.version(), "files": files}),
        );
    }
    Ok(json!({
        "fonts": EMBEDDED_FAMILIES, "kinds": kinds, "documents": made.len(),
        "date": {"y": date.year(), "m": date.month(), "d": date.day()},
    }))
}
