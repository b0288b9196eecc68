//! Every kind × language × sort of record, generated: a new kind is covered the day it appears.
//!
//! At full size every combination; else each kind with one sort of record in one language, all of them in turn.

use crate::support;
use casefile::document::{Document, HeaderSet, Kind, Kinds, compose, missing, sample, sample_request};
use casefile::programme::Programmes;
use casefile::record::AnyRecord;
use casefile::render::{Engine, EngineOptions};
use serde_json::{Value, json};
use std::process::Command;
use std::sync::Arc;

type Change = fn(&Kind, &AnyRecord) -> AnyRecord;

/// What the records differ in.
const SORTS: [(&str, Change); 4] = [
    ("sample", |_, record| record.clone()),
    ("minimal", minimal),
    ("long", long),
    ("right to left", right_to_left),
];

fn parsed(value: &Value) -> Option<AnyRecord> {
    AnyRecord::parse(without_nulls(value).to_string().as_bytes(), None, &Programmes::builtin())
        .ok()
        .map(|checked| checked.record)
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let there = fields.iter().filter(|(_, field)| !field.is_null());
            Value::Object(there.map(|(name, field)| (name.clone(), without_nulls(field))).collect())
        }
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        value => value.clone(),
    }
}

/// The record without any part that the kind can do without.
fn minimal(kind: &Kind, record: &AnyRecord) -> AnyRecord {
    let mut least = record.clone();
    let names: Vec<String> = record.json().as_object().unwrap().keys().cloned().collect();
    for name in names {
        let mut less = least.json().clone();
        less.as_object_mut().unwrap().remove(&name);
        let period = sample_request(kind, record, "en").period;
        if let Some(shorter) = parsed(&less).filter(|it| missing(kind, it, period).is_empty()) {
            least = shorter;
        }
    }
    least
}

/// The record with sentences of a page each and names longer than any line.
fn long(_: &Kind, record: &AnyRecord) -> AnyRecord {
    fn stretch(value: &mut Value) {
        match value {
            Value::String(text) if text.split(' ').count() > 6 => *text = [text.as_str(); 12].join(" "),
            Value::Array(items) => items.iter_mut().for_each(stretch),
            Value::Object(fields) => fields.values_mut().for_each(stretch),
            _ => {}
        }
    }
    let mut json = record.json().clone();
    stretch(&mut json);
    let name =
        "Maria del Carmen Fernandez de Castro y Ruiz de la Prada Llanfairpwllgwyngyllgogerychwyrndrobwll";
    rename(&mut json, name);
    parsed(&json).expect("long texts are no fault")
}

/// The record with every person named in Arabic script.
fn right_to_left(_: &Kind, record: &AnyRecord) -> AnyRecord {
    let mut json = record.json().clone();
    rename(&mut json, "نبيل يعقوب حمدان");
    parsed(&json).expect("a name may be in any script")
}

fn rename(json: &mut Value, name: &str) {
    if let Some(folder) = json.get_mut("folder") {
        folder["author"]["name"] = json!(name);
        folder["responsible"]["name"] = json!(format!("{name} 2"));
        return;
    }
    json["client"]["name"] = json!(name);
    json["team"]["manager"]["name"] = json!(name);
    json["team"]["supervisor"]["name"] = json!(format!("{name} 2"));
    for list in ["people", "services"] {
        json[list].as_array_mut().unwrap().iter_mut().for_each(|it| it["name"] = json!(name));
    }
}

#[test]
fn every_kind_is_made_of_every_sort_of_record_and_its_facts_are_read_on_every_page() {
    let engine = Engine::new(EngineOptions::default()).unwrap();
    let kinds = Kinds::builtin().unwrap();
    for (turn, kind) in kinds.list().enumerate() {
        let record = sample(kind, &Programmes::builtin()).unwrap().record;
        // Samples are laid out by the tests of the kinds.
        let sorts = if support::full() { &SORTS[..] } else { &SORTS[1 + turn % 3..2 + turn % 3] };
        for (sort, change) in sorts {
            let changed = change(kind, &record);
            let one = turn % kind.languages().len();
            let langs = if support::full() { kind.languages() } else { &kind.languages()[one..=one] };
            for lang in langs {
                let name = format!("{} in {lang}, {sort}", kind.id());
                let request = sample_request(kind, &changed, lang);
                let document =
                    compose(&changed, kind, &request).unwrap_or_else(|error| panic!("{name}: {error}"));
                let pdf = engine.render(&document).unwrap_or_else(|error| panic!("{name}: {error}"));
                if support::full() {
                    support::assert_standards(pdf.bytes());
                    assert!(pdf == engine.render(&document).unwrap(), "{name}");
                }
                read_back(&name, kind, &document, pdf.bytes(), pdf.pages());
            }
        }
    }
}

/// The number and the code of the status stand in the first lines of every page, as another program reads it.
fn read_back(name: &str, kind: &Arc<Kind>, document: &Document, pdf: &[u8], pages: usize) {
    let Some(program) = support::program("pdftotext") else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = Command::new(program).arg("-layout").arg(&file).arg("-").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let sheets: Vec<&str> = text.split('\u{c}').take(pages).collect();
    assert_eq!(sheets.len(), pages, "{name}");
    for (n, sheet) in sheets.iter().enumerate() {
        let top: Vec<&str> = sheet.lines().filter(|line| !line.trim().is_empty()).take(8).collect();
        let top = top.join("\n");
        let facts = document.facts();
        if kind.header() == HeaderSet::Label {
            continue;
        }
        for fact in [&facts.number, &facts.status_code] {
            assert!(top.contains(fact.as_str()), "{name}, page {}: no {fact} in\n{top}", n + 1);
        }
    }
}
