//! Every kind × language × sort of record, generated: a new kind is covered the day it appears.
//!
//! At full size every combination; else each kind with one sort of record in one language, all of them in turn.

use crate::random_record::{FILES, random_record};
use crate::support;
use casefile::document::{
    Document, HeaderSet, Kind, Kinds, Request, compose, missing, sample, sample_request,
};
use casefile::programme::Programmes;
use casefile::record::AnyRecord;
use casefile::render::{Engine, EngineOptions};
use serde_json::{Value, json};
use std::panic::catch_unwind;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

type Change = fn(&Kind, &AnyRecord, &str) -> AnyRecord;

/// What the records differ in.
const SORTS: [(&str, Change); 6] = [
    ("sample", |_, record, _| record.clone()),
    ("minimal", minimal),
    ("long", long),
    ("right to left", right_to_left),
    ("random", |kind, _, lang| random_record(kind, lang, 1)),
    ("another random", |kind, _, lang| random_record(kind, lang, 2)),
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
fn minimal(kind: &Kind, record: &AnyRecord, _: &str) -> AnyRecord {
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
fn long(_: &Kind, record: &AnyRecord, _: &str) -> AnyRecord {
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
fn right_to_left(_: &Kind, record: &AnyRecord, _: &str) -> AnyRecord {
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

/// A request for a document of `record`, with a picture for each file that it may name.
fn request(kind: &Kind, record: &AnyRecord, lang: &str) -> Request {
    let mut request = sample_request(kind, record, lang);
    for file in FILES {
        let picture = include_bytes!("../../examples/records/photographs/UASC-2016-0012.jpg");
        request.photographs.insert(file.to_owned(), picture.to_vec());
    }
    request
}

/// What of the table is made: all of it, or for each kind one record without a sample's care and in one
/// language.
fn rows() -> Vec<(Arc<Kind>, usize, String)> {
    let mut rows = Vec::new();
    for (turn, kind) in Kinds::builtin().unwrap().list().enumerate() {
        let langs = kind.languages();
        // Samples are laid out by the tests of the kinds.
        let (sorts, langs) = if support::full() {
            (0..SORTS.len(), langs)
        } else {
            let (sort, lang) = (1 + turn % (SORTS.len() - 1), turn % langs.len());
            (sort..sort + 1, &langs[lang..=lang])
        };
        rows.extend(sorts.flat_map(|sort| langs.iter().map(move |lang| (kind.clone(), sort, lang.clone()))));
    }
    rows
}

#[test]
fn every_kind_is_made_of_every_sort_of_record_and_its_facts_are_read_on_every_page() {
    let rows = rows();
    let failed = &AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for part in rows.chunks(rows.len().div_ceil(2)) {
            let work = move || {
                for (kind, sort, lang) in part {
                    let made = catch_unwind(|| row(kind, &SORTS[*sort], lang));
                    failed.fetch_add(usize::from(made.is_err()), Ordering::Relaxed);
                }
            };
            std::thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, work).unwrap();
        }
    });
    assert_eq!(failed.load(Ordering::Relaxed), 0, "of {} documents", rows.len());
}

thread_local! {
    static ENGINE: Engine = Engine::new(EngineOptions::default()).unwrap();
}

fn row(kind: &Arc<Kind>, (sort, change): &(&str, Change), lang: &str) {
    let name = format!("{} in {lang}, {sort}", kind.id());
    let sampled = sample(kind, &Programmes::builtin()).unwrap().record;
    let record = change(kind, &sampled, lang);
    let document = compose(&record, kind, &request(kind, &record, lang))
        .unwrap_or_else(|error| panic!("{name}: {error}\n{:#}", without_nulls(record.json())));
    let render = || ENGINE.with(|engine| engine.render(&document));
    let pdf = render().unwrap_or_else(|error| {
        let facts = document.facts();
        panic!("{name}: {error}\n{}\n{}", facts.manager, facts.supervisor)
    });
    support::assert_standards(pdf.bytes());
    assert!(pdf == render().unwrap(), "{name}: other bytes the second time");
    for trace in [&b"Exif\0"[..], b"xap/1.0/\0", b"Photoshop 3.0"] {
        assert!(!pdf.bytes().windows(trace.len()).any(|it| it == trace), "{name}: metadata in a photograph");
    }
    if let Some(folder) = std::env::var_os("CASEFILE_LOOK") {
        std::fs::write(Path::new(&folder).join(format!("{name}.pdf")), pdf.bytes()).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.pdf");
    std::fs::write(&file, pdf.bytes()).unwrap();
    sound(&name, &file);
    read_back(&name, kind, &document, &file, pdf.pages());
}

fn said_by(program: &str, arguments: &[&str], file: &Path) -> String {
    let output = Command::new(program).args(arguments).arg(file).output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program}: {out}{err}");
    out
}

/// Another program finds no fault in the file, and every font inside it with its Unicode.
fn sound(name: &str, file: &Path) {
    if support::program("qpdf").is_some() {
        let said = said_by("qpdf", &["--check"], file);
        assert!(said.contains("No syntax or stream encoding errors"), "{name}: {said}");
    }
    if support::program("pdffonts").is_some() {
        for line in said_by("pdffonts", &[], file).lines().skip(2) {
            // Columns from the right: object (two numbers), unicode, subset, embedded.
            let columns: Vec<&str> = line.split_whitespace().rev().skip(2).take(3).collect();
            assert_eq!((columns[0], columns[2]), ("yes", "yes"), "{name}: {line}");
        }
    }
}

/// The facts stand in the first lines of every page, as another program reads it.
fn read_back(name: &str, kind: &Arc<Kind>, document: &Document, file: &Path, pages: usize) {
    if support::program("pdftotext").is_none() || kind.header() == HeaderSet::Label {
        return;
    }
    let output = Command::new("pdftotext").arg("-layout").arg(file).arg("-").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let sheets: Vec<&str> = text.split('\u{c}').take(pages).collect();
    assert_eq!(sheets.len(), pages, "{name}");
    let facts = document.facts();
    for (n, sheet) in sheets.iter().enumerate() {
        let top: Vec<&str> = sheet.lines().filter(|line| !line.trim().is_empty()).take(8).collect();
        for fact in [
            &facts.number,
            &facts.status_word,
            &facts.status_code,
            &facts.report,
            &facts.date_text,
            &facts.manager,
            &facts.supervisor,
        ] {
            for word in fact.split(|c: char| !c.is_alphanumeric()) {
                let stands = top.iter().any(|line| has_word(line, word));
                assert!(stands, "{name}, page {}: no {word} of {fact} in\n{}", n + 1, top.join("\n"));
            }
        }
    }
}

/// Whether a line as another program reads it has a word.
///
/// That program doubles clusters of letters with marks and puts marks on lines of their own; so the letters
/// of a word in such a script, without the vowels of Arabic, only have to follow each other.
fn has_word(line: &str, word: &str) -> bool {
    let vowel = |c: char| matches!(c, '\u{064b}'..='\u{065f}' | '\u{0670}');
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric() && !vowel(*c)).collect::<String>();
    let (line, word) = (letters(line), letters(word));
    if word.chars().all(|c| c < '\u{0590}') {
        return line.contains(&word);
    }
    let mut rest = line.chars();
    word.chars().all(|letter| rest.any(|c| c == letter))
}
