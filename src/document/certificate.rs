//! The certificate of destruction: composed from what a folder's history says, not from a record, because
//! no record is left. It names nobody but the staff who signed, by their ids.

use super::{Copy, Document, Facts, Kind, Scope, Words, dates};
use crate::error::{Class, Error, Problem, Result};
use crate::names::{Digest, Status, Unit};
use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};
use std::sync::Arc;

/// The kind of the certificate.
pub const CERTIFICATE: &str = "destruction-certificate";

/// What the history says about the destruction of a case or of a folder about the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destruction {
    /// The case or folder.
    pub unit: Unit,
    /// The status of the case then; none of a folder about the work.
    pub status: Option<Status>,
    /// Since when the case was closed; of a folder about the work the day of its last entry about the matter.
    pub since: NaiveDate,
    /// How many documents went.
    pub documents: usize,
    /// How many sealed objects went, cards and reasons included.
    pub objects: usize,
    /// Their sealed size.
    pub size_bytes: u64,
    /// Who did what, in order; the last is the destruction itself.
    pub steps: Vec<DestructionStep>,
    /// The rule that the decision names: `retention.uasc.70`.
    pub rule: Option<String>,
    /// Checkpoints that held the decision: the register and size, and the hash of the file.
    pub checkpoints: Vec<(String, Digest)>,
    /// The archive.
    pub archive: Digest,
    /// The archive's reference.
    pub reference: String,
}

/// One signed step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestructionStep {
    /// `proposed`, `approved`, `decided` or `destroyed`: a word of the kind.
    pub step: &'static str,
    /// Who signed, by id.
    pub by: Vec<String>,
    /// When.
    pub on: NaiveDate,
    /// The number of the entry.
    pub number: u32,
    /// Its hash.
    pub entry: Digest,
}

/// Composes the certificate. Its date is the day of the destruction, so that it is the same whenever it is
/// made.
///
/// # Errors
/// `document.language` (input) where the kind has no words in `lang`; `document.not-destroyed` (input)
/// where no step is given.
pub fn certificate(kind: &Arc<Kind>, destruction: &Destruction, lang: &str) -> Result<Document> {
    let Some(last) = destruction.steps.last() else {
        let problem = Problem::error("document.not-destroyed", "nothing of this folder was destroyed");
        return Err(Error::new(Class::Input, problem));
    };
    let (words, status) = (Words::of(kind, lang)?, destruction.status);
    let facts = Facts {
        number: destruction.unit.to_string(),
        status_word: status
            .map(|status| words.get_or_id(&format!("status.{}", status.word())))
            .unwrap_or_default(),
        status_code: status.map(Status::code).unwrap_or_default().to_owned(),
        report: words.title(),
        date_text: dates::full(&words, last.on),
        manager: String::new(),
        supervisor: String::new(),
    };
    let mut document = Document {
        kind: Arc::clone(kind),
        data: Value::Null,
        facts,
        unit: destruction.unit.clone(),
        title: words.title(),
        lang: words.lang().to_owned(),
        rtl: words.rtl(),
        date: last.on,
        period: None,
        status,
        draft: false,
        blank: false,
        copy: Copy::Staff,
        persons: Vec::new(),
        images: Vec::new(),
        warnings: Vec::new(),
    };
    document.data = data(&document, destruction, &words);
    Ok(document)
}

/// Refuses kinds that are not made from a record.
pub(super) fn refuse(kind: &Kind) -> Result<()> {
    if kind.scope() != Scope::Archive {
        return Ok(());
    }
    let message =
        format!("`{}` is made from the history of a destroyed folder, not from a record", kind.id());
    let problem = Problem::error("document.not-from-record", message);
    Err(Error::new(Class::Input, problem.hint("casefile dispose certificate CASE -o FILE")))
}

fn data(document: &Document, destruction: &Destruction, words: &Words) -> Value {
    let (kind, date, facts) = (&document.kind, document.date, &document.facts);
    json!({
        "v": 1,
        "lang": document.lang,
        "dir": if document.rtl { "rtl" } else { "ltr" },
        "draft": false,
        "blank": false,
        "copy": Copy::Staff,
        "unreviewed": !words.reviewed(),
        "fonts": words.fonts(),
        "words": words.json(),
        "header": {
            "set": kind.header(), "of": kind.header(), "number": facts.number, "status": facts.status_word,
            "code": facts.status_code, "report": facts.report, "date": facts.date_text,
            "manager": "", "supervisor": "",
        },
        "footer": {
            "kind": kind.id(), "version": kind.version(), "approved": dates::full(words, kind.approved()),
            "owner": kind.owner(), "reference": destruction.reference,
        },
        "pdf": {
            "title": format!("{}, {}", document.title, document.unit),
            "date": {"y": date.year(), "m": date.month(), "d": date.day()},
            "keywords": document.keywords(),
            "author": "",
        },
        "period": null,
        "record": null,
        "forms": [],
        "attachments": [],
        "derived": {
            "at_date": dates::json(words, date), "label": label(destruction),
            "destruction": derived(destruction, words),
        },
    })
}

fn label(destruction: &Destruction) -> Value {
    let unit = &destruction.unit;
    json!({
        "category": unit.category(), "year": unit.year().to_string(), "number": unit.client_number(),
        "code": destruction.status.map(Status::code),
    })
}

fn derived(destruction: &Destruction, words: &Words) -> Value {
    let step = |step: &DestructionStep| {
        json!({
            "step": step.step, "by": step.by, "on": dates::json(words, step.on), "number": step.number,
            "entry": step.entry.to_string(),
        })
    };
    let checkpoint = |(name, hash): &(String, Digest)| json!({ "name": name, "hash": hash.to_string() });
    let unit = &destruction.unit;
    let years = destruction.rule.as_deref().and_then(|rule| rule.rsplit('.').next());
    json!({
        "label": destruction.status.map_or_else(|| unit.to_string(), |status| unit.label(status)),
        "office": destruction.status.is_none(),
        "since": dates::json(words, destruction.since),
        "documents": destruction.documents,
        "objects": destruction.objects,
        "size": destruction.size_bytes.to_string(),
        "steps": destruction.steps.iter().map(step).collect::<Vec<_>>(),
        "rule": destruction.rule,
        "years": years.unwrap_or_default(),
        "checkpoints": destruction.checkpoints.iter().map(checkpoint).collect::<Vec<_>>(),
        "archive": destruction.archive.to_string(),
    })
}
