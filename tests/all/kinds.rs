//! Tests: what every kind of the program promises, generated from its `kind.toml`.

use crate::support;
use casefile::document::{self, Kind, Kinds, Must, Request, Words, compose, dates, missing};
use casefile::names::Status;
use casefile::programme::Programmes;
use casefile::record::{AnyRecord, Sort, Subject};
use casefile::render::{Engine, EngineOptions};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

fn kinds() -> Vec<Arc<Kind>> {
    let kinds: Vec<_> = Kinds::builtin().expect("kinds").list().cloned().collect();
    assert!(!kinds.is_empty());
    kinds
}

/// The record that shows what a kind looks like.
fn sample(kind: &Kind) -> AnyRecord {
    let yaml = &kind.files()[&format!("/{}/sample.yaml", kind.id())];
    let checked = AnyRecord::parse(yaml, None, &Programmes::builtin());
    checked.unwrap_or_else(|error| panic!("the sample of {}: {error}", kind.id())).record
}

/// A record of changed content, unless it is no record any more.
fn parsed(mut json: Value) -> Option<AnyRecord> {
    strip_nulls(&mut json);
    AnyRecord::parse(json.to_string().as_bytes(), None, &Programmes::builtin()).ok().map(|it| it.record)
}

fn strip_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(strip_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_nulls),
        _ => {}
    }
}

/// What a record says, as JSON.
fn said(record: &AnyRecord) -> &Value {
    Subject::from(record).json()
}

fn request(kind: &Kind, record: &AnyRecord, lang: &str) -> Request {
    document::sample_request(kind, record, lang)
}

/// Every value at a path.
fn at_path<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    path.split('.').fold(vec![value], |values, segment| {
        let (name, list) = segment.strip_suffix("[]").map_or((segment, false), |name| (name, true));
        let fields = values.into_iter().filter_map(|value| value.get(name));
        if list {
            fields.filter_map(Value::as_array).flatten().collect()
        } else {
            fields.filter(|value| !value.is_null()).collect()
        }
    })
}

/// Changes every value at a path.
fn change(value: &mut Value, path: &str, to: &dyn Fn(&mut Value)) {
    let (segment, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let (name, list) = segment.strip_suffix("[]").map_or((segment, false), |name| (name, true));
    let Some(field) = value.get_mut(name) else { return };
    let step = |value: &mut Value| match rest {
        Some(rest) => change(value, rest, to),
        None => to(value),
    };
    match field {
        Value::Array(items) if list => items.iter_mut().for_each(step),
        field => step(field),
    }
}

/// The sample with a word of its own at the path of each must, where free words may stand there.
fn marked(kind: &Kind) -> (AnyRecord, Vec<Option<String>>) {
    let mut record = sample(kind);
    let mut marks = Vec::new();
    for (at, must) in kind.musts().iter().enumerate() {
        let mark = format!("Quartz{}Zephyr", ["One", "Two", "Six", "Ten"][at % 4].repeat(at / 4 + 1));
        let mut json = said(&record).clone();
        change(&mut json, &must.path, &|value| {
            if value.is_string() || value.get("text").is_some() {
                *value = Value::String(mark.clone());
            }
        });
        let free = json != *said(&record);
        match parsed(json).filter(|_| free) {
            Some(changed) => {
                record = changed;
                marks.push(Some(mark));
            }
            None => marks.push(None),
        }
    }
    (record, marks)
}

/// How the values at a must's path can read in print.
fn readings(must: &Must, data: &Value, words: &Words) -> Vec<String> {
    fn one(value: &Value, words: &Words) -> Vec<String> {
        match value {
            Value::String(text) => vec![text.clone()],
            Value::Bool(answer) => {
                vec![words.get_or_id(if *answer { "answer.yes" } else { "answer.no" })]
            }
            Value::Number(number) => {
                let minutes = number.as_u64().and_then(|number| u32::try_from(number).ok());
                vec![dates::duration(words, minutes.expect("a small number")), number.to_string()]
            }
            Value::Array(items) => items.iter().flat_map(|item| one(item, words)).collect(),
            value => value["text"].as_str().map(str::to_owned).into_iter().collect(),
        }
    }
    at_path(&data["record"], &must.path).into_iter().flat_map(|value| one(value, words)).collect()
}

/// The pages of a PDF in the order of their content, without white space.
fn pages(pdf: &Path) -> Option<Vec<String>> {
    let output = Command::new(support::program("pdftotext")?).arg("-raw").arg(pdf).arg("-").output();
    let text = String::from_utf8(output.expect("pdftotext").stdout).expect("text");
    Some(text.split('\u{c}').map(bare).collect())
}

fn bare(text: &str) -> String {
    // In narrow cells a long word has places without width where it may be broken.
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200b}').collect()
}

#[test]
fn every_kind_agrees_with_the_record_and_its_own_words() {
    for kind in kinds() {
        kind.check(Path::new(kind.id())).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn no_two_kinds_ask_for_the_same() {
    let mut seen = BTreeMap::new();
    for kind in kinds() {
        let asked: Vec<_> = kind.musts().iter().map(|must| must.path.clone()).collect();
        let first = seen.insert(asked, kind.id().to_owned());
        assert_eq!(first, None, "`{}` asks for the same parts of a record", kind.id());
    }
}

#[test]
fn every_language_has_every_word() {
    let mut gaps = Vec::new();
    for kind in kinds() {
        for lang in kind.languages() {
            let words = Words::of(&kind, lang).unwrap_or_else(|error| panic!("{error}"));
            gaps.extend(words.missing().iter().map(|word| format!("{} {lang}: {word}", kind.id())));
            assert!(!words.title().is_empty(), "{} has no title in {lang}", kind.id());
            assert_eq!(words.reviewed(), lang == "en", "{} {lang}", kind.id());
        }
    }
    assert!(gaps.is_empty(), "missing words:\n{}", gaps.join("\n"));
}

#[test]
fn every_word_of_every_vocabulary_is_translated() {
    let schema = Sort::ALL.map(|sort| sort.schema().to_string()).join("\n");
    for sort in Sort::ALL {
        let kind = kinds().into_iter().find(|kind| kind.record() == sort).expect("a kind of each record");
        let words = Words::of(&kind, "en").expect("words");
        let json = words.json();
        for (list, said) in json["vocab"].as_object().expect("vocabularies") {
            for id in said.as_object().expect("words").keys() {
                assert!(schema.contains(&format!("\"{id}\"")), "vocab.{list}.{id} is no word of a record");
            }
        }
        for (name, definition) in sort.schema()["$defs"].as_object().expect("definitions") {
            if definition["x-casefile"] != "vocabulary" {
                continue;
            }
            let list: String = name.chars().fold(String::new(), |list, c| match c.is_ascii_uppercase() {
                true if list.is_empty() => list + &c.to_ascii_lowercase().to_string(),
                true => format!("{list}-{}", c.to_ascii_lowercase()),
                false => format!("{list}{c}"),
            });
            let ids = definition["oneOf"].as_array().expect("words").iter();
            for id in ids.filter_map(|it| it["const"].as_str()) {
                assert!(words.get(&format!("vocab.{list}.{id}")).is_some(), "no word for {list} {id}");
            }
        }
    }
}

#[test]
fn every_sample_has_what_its_kind_needs_in_every_language() {
    for kind in kinds() {
        let record = sample(&kind);
        let asked = request(&kind, &record, "en");
        assert_eq!(missing(&kind, &record, asked.period), [], "{}", kind.id());
        for lang in kind.languages() {
            let document = compose(&record, &kind, &request(&kind, &record, lang));
            document.unwrap_or_else(|error| panic!("{} in {lang}: {error}", kind.id()));
        }
    }
}

#[test]
fn every_must_stands_in_print_under_its_label() {
    let engine = Engine::new(EngineOptions::default()).unwrap_or_else(|error| panic!("{error}"));
    let folder = tempfile::tempdir().expect("a folder");
    for kind in kinds() {
        let (record, marks) = marked(&kind);
        let words = Words::of(&kind, "en").expect("words");
        let document = compose(&record, &kind, &request(&kind, &record, "en"));
        let document = document.unwrap_or_else(|error| panic!("{}: {error}", kind.id()));
        let pdf = engine.render(&document).unwrap_or_else(|error| panic!("{}: {error}", kind.id()));
        let file = folder.path().join(kind.id());
        std::fs::write(&file, pdf.bytes()).expect("a file");
        let Some(pages) = pages(&file) else { return };
        for (must, mark) in kind.musts().iter().zip(marks) {
            let readings = match mark {
                Some(mark) => vec![mark],
                None => readings(must, document.data(), &words),
            };
            let label = bare(&words.get_or_id(&format!("kind.{}", must.label)));
            let stands = pages.iter().any(|page| {
                let after = page.find(&label).map(|at| &page[at + label.len()..]);
                after.is_some_and(|after| readings.iter().any(|it| after.contains(&bare(it))))
            });
            assert!(stands, "{}: `{}` is not under its label `{}`", kind.id(), must.path, must.label);
        }
    }
}

/// At full size also in every status: two words of a header may begin alike.
#[test]
fn every_sample_is_laid_out_in_every_language() {
    let engine = Engine::new(EngineOptions::default()).unwrap_or_else(|error| panic!("{error}"));
    for kind in kinds() {
        let record = sample(&kind);
        let admitted = Subject::from(&record).begins();
        let other = |status| Some(vec![(status, admitted)]);
        let all = [None].into_iter().chain(Status::ALL.map(other));
        let all: Vec<_> = if support::full() { all.collect() } else { all.take(1).collect() };
        for (lang, statuses) in kind.languages().iter().flat_map(|lang| all.iter().map(move |it| (lang, it)))
        {
            let request = Request { statuses: statuses.clone(), ..request(&kind, &record, lang) };
            let document = compose(&record, &kind, &request);
            let document = document.unwrap_or_else(|error| panic!("{} in {lang}: {error}", kind.id()));
            let pdf = engine.render(&document);
            let pdf = pdf.unwrap_or_else(|error| {
                panic!("{} in {lang}, {:?}: {error}", kind.id(), document.status());
            });
            assert!((1..10).contains(&pdf.pages()), "{} in {lang}: {} pages", kind.id(), pdf.pages());
        }
    }
}

#[test]
fn what_a_kind_shows_is_named_when_it_is_taken_out() {
    for kind in kinds() {
        let whole = sample(&kind);
        let asked = request(&kind, &whole, "en");
        for must in kind.musts() {
            let Some(record) = without(&whole, &must.path) else { continue };
            let problems = missing(&kind, &record, asked.period);
            let named = problems.iter().find(|it| it.message.contains(&format!("`{}`", must.path)));
            assert_eq!(named.is_some(), must.required, "{}: {}", kind.id(), must.path);
            // A yes or no that is taken out is a no.
            let left = at_path(said(&record), &must.path);
            let gone = !must.required && left.iter().all(|it| it.as_array().is_some_and(Vec::is_empty));
            let told = document::unfilled(&kind, &record);
            let told = told.iter().any(|it| it.message.contains(&format!("`{}`", must.path)));
            assert_eq!(told, gone, "{}: {}", kind.id(), must.path);
            if let Some(problem) = named {
                let hint = problem.hint.as_deref().unwrap_or_default();
                assert!(hint.contains("casefile explain"), "{hint}");
                assert_eq!(compose(&record, &kind, &asked).err().map(|e| e.class().exit_code()), Some(3));
            }
        }
    }
}

/// The record without the part at `path`, or without the nearest part above it that a record can lack.
fn without(record: &AnyRecord, path: &str) -> Option<AnyRecord> {
    let mut path = path.trim_end_matches("[]").to_owned();
    loop {
        let mut json = said(record).clone();
        change(&mut json, &path, &|value| {
            *value = if value.is_array() { Value::Array(Vec::new()) } else { Value::Null };
        });
        if let Some(record) = parsed(json) {
            return Some(record);
        }
        path.truncate(path.rfind('.')?);
        path = path.trim_end_matches("[]").to_owned();
    }
}
