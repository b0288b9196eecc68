//! All that goes into one PDF, in a form that can cross to a worker process.

use super::contract::Band;
use crate::document::{Document, HeaderSet, ImageSource};
use crate::error::Result;
use crate::names::Digest;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One fact that must stand on every page.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is, for messages: `case number`.
    pub name: String,
    /// The text exactly as printed.
    pub text: String,
}

/// A photograph as it was received; it is cleaned before a template sees it.
#[derive(Clone)]
pub struct Photograph {
    /// The path under which the template reads it: `/att/0`, `/att/1` …
    pub path: String,
    /// The record's field that names it, for messages.
    pub field: String,
    /// The bytes of the file.
    pub bytes: Arc<[u8]>,
}

/// Everything one PDF is made from: rendering is a pure function of it and of the fonts.
#[derive(Clone)]
pub struct Job {
    /// The template's files by the path under which Typst finds them.
    pub files: Arc<BTreeMap<String, Vec<u8>>>,
    /// Path of the file that Typst compiles.
    pub main: String,
    /// Hash of the files, by which a parsed template is kept for the next document.
    pub template: Digest,
    /// Whether the template is an agency's own and must be laid out apart.
    pub overlay: bool,
    /// What the template reads as `/data.json`.
    pub data: Value,
    /// The facts each page must show; none checks nothing.
    pub facts: Vec<Fact>,
    /// The facts of each case of a document about several: the pages about it show them too.
    pub cases: Vec<Vec<Fact>>,
    /// Where on the page they must stand.
    pub band: Band,
    /// The photographs.
    pub photographs: Vec<Photograph>,
    /// What identifies the document, stable over renderings.
    pub ident: String,
    /// The document's date: of the PDF, and `today` for the template.
    pub date: NaiveDate,
    /// Title in the PDF.
    pub title: String,
    /// Author in the PDF, empty for none.
    pub author: String,
    /// Keywords in the PDF.
    pub keywords: Vec<String>,
}

impl Job {
    /// The job of a document; reads its photographs.
    ///
    /// # Errors
    /// A photograph that cannot be read, or is larger than [`super::FILE_LIMIT_BYTES`].
    pub fn of(document: &Document) -> Result<Self> {
        let kind = document.kind();
        let photographs = document.images().iter().map(|image| {
            let bytes = match image.source() {
                ImageSource::File(path) => super::images::read(path, image.field())?.into(),
                ImageSource::Bytes(bytes) => bytes.clone(),
            };
            Ok(Photograph { path: image.path().to_owned(), field: image.field().to_owned(), bytes })
        });
        let label = kind.header() == HeaderSet::Label;
        let author = document.data()["pdf"]["author"].as_str().unwrap_or_default();
        Ok(Self {
            files: Arc::new(kind.files().clone()),
            main: kind.main(),
            template: kind.hash(),
            overlay: kind.overlay(),
            data: document.data().clone(),
            facts: facts(document),
            cases: cases(document),
            band: if label { Band::Page } else { Band::Top },
            photographs: photographs.collect::<Result<_>>()?,
            ident: document.ident(),
            date: document.date(),
            title: document.title().to_owned(),
            author: if label { String::new() } else { author.to_owned() },
            keywords: document.keywords(),
        })
    }
}

/// The facts that the kind's header set asks for (seed 002 §5.5).
fn facts(document: &Document) -> Vec<Fact> {
    let facts = document.facts();
    let fact = |name: &str, text: &str| Fact { name: name.to_owned(), text: text.to_owned() };
    let code = fact("status code", &facts.status_code);
    if document.blank() {
        return spaces(document);
    }
    if document.kind().header() == HeaderSet::Label {
        let label = &document.data()["derived"]["label"];
        let part = |name: &str, key: &str| {
            let text = label[key].as_str().map_or_else(|| label[key].to_string(), str::to_owned);
            fact(name, &text)
        };
        let mut facts = vec![
            part("category", "category"),
            part("year of admission", "year"),
            part("client number", "number"),
        ];
        // Folders about the work have no status.
        facts.extend(document.status().map(|_| code));
        return facts;
    }
    let (report, date) = (fact("name of the report", &facts.report), fact("date", &facts.date_text));
    match document.kind().header() {
        HeaderSet::Office | HeaderSet::Cases => vec![
            fact("folder number", &facts.number),
            report,
            date,
            fact("author", &facts.manager),
            fact("person responsible", &facts.supervisor),
        ],
        HeaderSet::Referral => vec![
            fact("referral number", &facts.number),
            fact("note that it is not admitted", &facts.status_word),
            report,
            date,
            fact("worker", &facts.manager),
            fact("case supervisor", &facts.supervisor),
        ],
        HeaderSet::Case | HeaderSet::Label => vec![
            fact("case number", &facts.number),
            fact("status", &facts.status_word),
            code,
            report,
            date,
            fact("case manager", &facts.manager),
            fact("case supervisor", &facts.supervisor),
        ],
    }
}

/// Number and status of each case, where the header set asks for them.
fn cases(document: &Document) -> Vec<Vec<Fact>> {
    if document.kind().header() != HeaderSet::Cases {
        return Vec::new();
    }
    let fact = |name: &str, text: &Value| Fact {
        name: name.to_owned(),
        text: text.as_str().unwrap_or_default().to_owned(),
    };
    let cases = document.data()["derived"]["cases"].as_array();
    let one = |case: &Value| {
        vec![
            fact("case number", &case["number"]),
            fact("status", &case["status"]),
            fact("status code", &case["code"]),
        ]
    };
    cases.into_iter().flatten().map(one).collect()
}

/// What stands on every page of a blank form: its name, and a labelled space for each fact of its header.
fn spaces(document: &Document) -> Vec<Fact> {
    let words = &document.data()["words"]["header"];
    let fact = |name: &str, text: &str| Fact { name: name.to_owned(), text: text.to_owned() };
    let keys: &[&str] = match document.kind().header() {
        HeaderSet::Label => return Vec::new(),
        HeaderSet::Case => &["number", "status", "date", "manager", "supervisor"],
        HeaderSet::Office | HeaderSet::Cases => &["folder", "date", "author", "responsible"],
        HeaderSet::Referral => &["referral", "not-admitted", "date", "worker", "supervisor"],
    };
    let label = |key: &&str| fact(&format!("space for the {key}"), words[*key].as_str().unwrap_or_default());
    let report = fact("name of the report", &document.facts().report);
    [report].into_iter().chain(keys.iter().map(label)).collect()
}
