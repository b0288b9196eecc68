//! The sample of a kind: a whole record that shows what its documents look like.
//!
//! It serves the gallery, the check of an agency's kinds, blank forms and the tests.

use super::kind::{HeaderSet, Kind, PeriodRule};
use super::{Request, sample_handover};
use crate::error::{Class, Error, Place, Problem, Result};
use crate::programme::Programmes;
use crate::record::{AnyRecord, Checked, Subject, WorkModel};
use chrono::NaiveDate;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The record in `sample.yaml` of a kind.
///
/// # Errors
/// `document.no-sample` (input) where there is none; every problem of the record otherwise.
pub fn sample(kind: &Kind, programmes: &Programmes) -> Result<Checked<AnyRecord>> {
    let file = Path::new(kind.id()).join("sample.yaml");
    let Some(bytes) = kind.files().get(&format!("/{}/sample.yaml", kind.id())) else {
        let problem = Problem::error("document.no-sample", "the kind has no sample record");
        let hint = "put a whole record beside kind.toml, one that has everything the kind shows";
        return Err(Error::new(Class::Input, problem.hint(hint).at(Place::file(file))));
    };
    AnyRecord::parse(bytes, None, programmes).map_err(|error| error.in_file(&file))
}

/// A request for the document of a sample in `lang`: dated when everything in the record has happened, over
/// the whole time of the case where the kind covers a period, with the photographs of the kind's folder, and of a
/// handover with the cases that lie there.
pub fn sample_request<'a>(kind: &Kind, record: impl Into<Subject<'a>>, lang: &str) -> Request {
    let record = record.into();
    let last = last_day(record);
    let whole = (record.begins(), last);
    let request = Request {
        period: (kind.period() != PeriodRule::None).then_some(whole),
        lang: Some(lang.to_owned()),
        unreviewed: true,
        photographs: photographs(kind),
        date: Some(last),
        ..Request::on(last)
    };
    match record {
        Subject::Work(work) if kind.header() == HeaderSet::Cases => match work.model() {
            WorkModel::Handover(it) => sample_handover::complete(kind, it, request),
            _ => request,
        },
        _ => request,
    }
}

/// The request for the blank form of a kind in `lang`, made of its sample.
pub fn blank_request<'a>(kind: &Kind, record: impl Into<Subject<'a>>, lang: &str) -> Request {
    let shown = sample_request(kind, record, lang);
    // Without a period a kind that may do without shows one event, which is what one form is about.
    let period = shown.period.filter(|_| kind.period() == PeriodRule::Required);
    let (cases, briefed, successors) = (Vec::new(), Vec::new(), Vec::new());
    Request { period, blank: true, cases, briefed, successors, ..shown }
}

/// The pictures in the folder of a kind, by file name.
fn photographs(kind: &Kind) -> BTreeMap<String, Vec<u8>> {
    let own = format!("/{}/", kind.id());
    let pictures = kind.files().iter().filter_map(|(path, bytes)| Some((path.strip_prefix(&own)?, bytes)));
    let is_picture = |path: &str| Path::new(path).extension().is_some_and(|it| it == "png" || it == "jpg");
    let pictures = pictures.filter(|(path, _)| is_picture(path));
    pictures.map(|(path, bytes)| (path.to_owned(), bytes.clone())).collect()
}

/// The day by which everything that a record tells of has happened.
fn last_day(record: Subject) -> NaiveDate {
    let mut last = record.begins();
    latest("", record.json(), &mut last);
    last
}

fn latest(name: &str, value: &Value, last: &mut NaiveDate) {
    const HAPPENED: [&str; 8] = ["on", "date", "set", "from", "admitted", "opened", "signed", "hired"];
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, field)| latest(name, field, last)),
        Value::Array(items) => items.iter().for_each(|item| latest(name, item, last)),
        Value::String(text) if HAPPENED.contains(&name) => {
            *last = text.parse().map_or(*last, |day: NaiveDate| day.max(*last));
        }
        _ => {}
    }
}
