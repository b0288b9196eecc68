//! The client's copy: what is marked, in the client's words, and nothing else.

use crate::agency::{Agency, example};
use casefile::document::{Copy, Document, Kind, Kinds, Request, compose, sample, sample_request};
use casefile::error::Error;
use casefile::programme::Programmes;
use casefile::record::Record;
use casefile::render::{Engine, EngineOptions};
use serde_json::{Value, json};
use std::sync::Arc;

const CASE: &str = "UASC-2016-0017";

fn kinds() -> Vec<Arc<Kind>> {
    let all = Kinds::builtin().unwrap();
    all.list().filter(|kind| kind.copies().contains(&Copy::Client)).cloned().collect()
}

fn parsed(value: &Value) -> Option<Record> {
    let text = without_nulls(value.clone()).to_string();
    Record::parse(text.as_bytes(), None, &Programmes::builtin()).ok().map(|checked| checked.record)
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .filter(|(_, field)| !field.is_null())
                .map(|(name, field)| (name, without_nulls(field)))
                .collect(),
        ),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        value => value,
    }
}

/// Gives the words for the client to every narrative below `path`, the name of a section.
fn mark(record: &Record, section: &str) -> Record {
    fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::String(_) => found.push(at.to_owned()),
            Value::Object(fields) if fields.contains_key("text") => found.push(at.to_owned()),
            Value::Object(fields) => {
                fields.iter().for_each(|(name, field)| pointers(field, &format!("{at}/{name}"), found));
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(n, item)| pointers(item, &format!("{at}/{n}"), found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    pointers(&record.json()[section], &format!("/{section}"), &mut found);
    let mut marked = record.clone();
    for (n, at) in found.iter().enumerate() {
        let mut changed = marked.json().clone();
        let place = changed.pointer_mut(at).unwrap();
        let text = place.get("text").unwrap_or(place).clone();
        *place = json!({"text": text, "client": {"en": {"text": format!("Plainly said {n}.")}}});
        if let Some(record) = parsed(&changed) {
            marked = record;
        }
    }
    marked
}

fn marked_sample(kind: &Arc<Kind>) -> Record {
    let mut safe = sample(kind, &Programmes::builtin()).unwrap().record.json().clone();
    safe["client"]["safe_to_take_home"] = json!("yes");
    let record = parsed(&safe).unwrap();
    let mut sections: Vec<&str> =
        kind.musts().iter().map(|must| must.path.split(['.', '[']).next().unwrap()).collect();
    sections.dedup();
    sections
        .iter()
        .filter(|section| **section != "client")
        .fold(record, |record, section| mark(&record, section))
}

fn copy(kind: &Arc<Kind>, record: &Record) -> Result<Document, Error> {
    compose(record, kind, &Request { copy: Copy::Client, ..sample_request(kind, record, "en") })
}

/// The sentences of the file, which the client's copy must not have.
fn sentences(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.split(' ').count() > 5 => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| sentences(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| sentences(field, found)),
        _ => {}
    }
}

#[test]
fn a_copy_of_every_kind_that_has_one_shows_the_clients_words_and_no_sentence_of_the_file() {
    let engine = Engine::new(EngineOptions::default()).unwrap();
    assert!(kinds().len() >= 6);
    for kind in kinds() {
        let record = marked_sample(&kind);
        let document = copy(&kind, &record).unwrap_or_else(|error| panic!("{}: {error}", kind.id()));
        let mut data = document.data().clone();
        data["words"] = Value::Null;
        let said = data.to_string();
        assert!(said.contains("Plainly said"), "{}", kind.id());
        let mut file = Vec::new();
        sentences(record.json(), &mut file);
        for sentence in file.iter().filter(|it| !it.starts_with("Plainly")) {
            assert!(!said.contains(sentence.as_str()), "{}: the copy holds `{sentence}`", kind.id());
        }
        for person in &record.case().people {
            assert_eq!(said.contains(&person.name.0), person.share.is_some(), "{}", kind.id());
        }
        let pdf = engine.render(&document).unwrap_or_else(|error| panic!("{}: {error}", kind.id()));
        crate::support::assert_standards(pdf.bytes());
        assert!(!document.persons().is_empty());
    }
}

#[test]
fn without_a_mark_nothing_is_shown_and_the_copy_is_refused() {
    for kind in kinds() {
        let record = sample(&kind, &Programmes::builtin()).unwrap().record;
        let mut plain = record.json().clone();
        plain["client"]["safe_to_take_home"] = json!("yes");
        unmark(&mut plain);
        let record = parsed(&plain).unwrap();
        let Err(error) = copy(&kind, &record) else { panic!("{} was made", kind.id()) };
        assert_eq!(error.problems()[0].code, "document.not-marked", "{}: {error}", kind.id());
    }
}

/// The headings of a PDF by its tags, and how many lines of text follow each before the next one.
fn sections(pdf: &[u8]) -> Option<Vec<(String, usize)>> {
    let program = crate::support::program("pdfinfo")?;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("x.pdf"), pdf).unwrap();
    let output =
        std::process::Command::new(program).arg("-struct-text").arg(folder.path().join("x.pdf")).output();
    let tags = String::from_utf8(output.unwrap().stdout).unwrap();
    let mut found: Vec<(String, usize)> = Vec::new();
    let mut heading = 0;
    for line in tags.lines() {
        let depth = line.len() - line.trim_start().len();
        let line = line.trim();
        if line.starts_with("H1 ") || line.starts_with("H2 ") {
            // A heading over headings has what stands below those.
            found.push((line.to_owned(), 0));
            heading = depth;
        } else if line.starts_with('"') && depth != heading + 2 {
            found.iter_mut().rev().take(2).for_each(|(_, lines)| *lines += 1);
        }
    }
    Some(found)
}

/// A record in which only what the kind cannot do without is marked for the client.
fn barely_marked(kind: &Arc<Kind>) -> Record {
    let mut record = marked_sample(kind);
    let mut at = 0;
    loop {
        let mut json = record.json().clone();
        let mut left = at;
        if !take_mark(&mut json, &mut left) {
            return record;
        }
        match parsed(&json).filter(|less| copy(kind, less).is_ok()) {
            Some(less) => record = less,
            None => at += 1,
        }
    }
}

/// Takes out the client's words of the narrative that comes after `left` others; false where there is none.
fn take_mark(value: &mut Value, left: &mut usize) -> bool {
    match value {
        Value::Object(fields)
            if fields.get("client").is_some_and(|it| it.as_object().is_some_and(|it| !it.is_empty()))
                && fields.contains_key("text") =>
        {
            if *left == 0 {
                fields.remove("client");
                return true;
            }
            *left -= 1;
            false
        }
        Value::Object(fields) => fields.values_mut().any(|field| take_mark(field, left)),
        Value::Array(items) => items.iter_mut().any(|item| take_mark(item, left)),
        _ => false,
    }
}

#[test]
fn a_copy_with_little_in_it_has_no_heading_over_nothing() {
    let engine = Engine::new(EngineOptions::default()).unwrap();
    for kind in kinds() {
        let document =
            copy(&kind, &barely_marked(&kind)).unwrap_or_else(|error| panic!("{}: {error}", kind.id()));
        let pdf = engine.render(&document).unwrap_or_else(|error| panic!("{}: {error}", kind.id()));
        crate::support::assert_standards(pdf.bytes());
        let Some(sections) = sections(pdf.bytes()) else { return };
        assert!(!sections.is_empty(), "{}", kind.id());
        for (heading, lines) in sections {
            assert!(lines > 0, "{}: nothing below {heading}", kind.id());
        }
    }
}

fn unmark(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.contains_key("text") {
                fields.remove("client");
            }
            fields.values_mut().for_each(unmark);
        }
        Value::Array(items) => items.iter_mut().for_each(unmark),
        _ => {}
    }
}

fn changed(change: impl Fn(&mut Value)) -> Result<Document, Error> {
    let kind = Kinds::builtin().unwrap().get("support-plan").unwrap();
    let mut json = marked_sample(&kind).json().clone();
    change(&mut json);
    copy(&kind, &parsed(&json).unwrap())
}

fn code(result: Result<Document, Error>) -> &'static str {
    result.err().map_or("made", |error| error.problems()[0].code)
}

#[test]
fn a_copy_that_would_endanger_is_refused() {
    assert_eq!(code(changed(|_| {})), "made");
    let not_safe = |json: &mut Value| json["client"]["safe_to_take_home"] = json!("no");
    assert_eq!(code(changed(not_safe)), "document.not-safe-to-take-home");
    let unsafe_way = |json: &mut Value| {
        json["client"]["reach"] = json!([{"kind": "phone", "value": "+99 555 0100 777", "safe": "no"}]);
        json["goals"][0]["goal"]["client"]["en"]["text"] = json!("Call me at +99-555-0100 777.");
    };
    assert_eq!(code(changed(unsafe_way)), "document.unsafe-way");
}

#[test]
fn unsafe_ways_and_unmarked_people_are_in_no_copy() {
    let document = changed(|json| {
        json["client"]["reach"] = json!([{"kind": "phone", "value": "+99 555 0100 777", "safe": "yes"}]);
        json["people"] = json!([
            {"id": "aunt", "name": "Zebedee Shared", "relation": "aunt", "share": "client", "reach": [
                {"kind": "phone", "value": "+99 555 0100 111", "safe": "no"},
                {"kind": "phone", "value": "+99 555 0100 222", "safe": "when alone"},
                {"kind": "phone", "value": "+99 555 0100 333", "safe": "yes"}]},
            {"id": "uncle", "name": "Zebedee Hidden", "relation": "uncle", "concern": "person-of-concern"}]);
    });
    let said = document.unwrap_or_else(|error| panic!("{error}")).data().to_string();
    for hidden in ["0100 111", "0100 222", "0100 777", "Zebedee Hidden"] {
        assert!(!said.contains(hidden), "{hidden}");
    }
    assert!(said.contains("Zebedee Shared") && said.contains("0100 333"));
}

#[test]
fn a_kind_without_a_copy_says_so() {
    for id in ["case-note", "complaint"] {
        let kind = Kinds::builtin().unwrap().get(id).unwrap();
        let record = sample(&kind, &Programmes::builtin()).unwrap().record;
        let asked = Request { copy: Copy::Client, ..sample_request(&kind, &record, "en") };
        assert_eq!(code(compose(&record, &kind, &asked)), "document.no-client-copy");
    }
}

#[test]
fn whom_the_copy_names_is_shown_and_confirmed_before_it_is_filed() {
    let agency = Agency::founded();
    agency.ok("aisha", &["admit", &example(CASE)]);
    let copy = ["file", "support-plan", CASE, "--copy", "client"];
    let said = agency.fails("aisha", 9, &[&copy[..], &["--no-input"]].concat());
    assert!(said.contains("Thiri Nwe Oo") && said.contains("--yes"), "{said}");
    assert!(!agency.ok("aisha", &["show", CASE]).contains("ကူညီ"));
    agency.ok("aisha", &[&copy[..], &["--yes"]].concat());
    let shown: Value = serde_json::from_str(&agency.ok("aisha", &["show", CASE, "--json"])).unwrap();
    let documents = shown["documents"].as_array().unwrap();
    let plan = documents.iter().find(|it| it["kind"] == "support-plan").unwrap();
    assert_eq!((&plan["copy"], &plan["lang"]), (&json!("client"), &json!("my")), "{shown}");
}

#[test]
fn a_missing_translation_is_named_and_stood_in_for_only_where_that_is_asked() {
    let agency = Agency::empty();
    let record = example(CASE);
    let copy =
        ["preview", "support-plan", &record, "--copy", "client", "--lang", "fr", "--yes", "-o", "x.pdf"];
    let assert = agency.command(&copy).assert().code(3);
    let said = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(said.contains("(goals[0].goal): has words for the client and none in `fr`"), "{said}");
    assert!(said.contains("--partial"), "{said}");
    agency.command(&[&copy[..], &["--partial"]].concat()).assert().success();
    let Some(program) = crate::support::program("pdftotext") else { return };
    let output = std::process::Command::new(program).arg(agency.path("x.pdf")).arg("-").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("Pas encore traduit"));
}

#[test]
fn words_nobody_has_reviewed_bind_nobody_unless_that_is_said() {
    let agency = Agency::empty();
    for kind in ["consent", "safety-plan"] {
        let form = ["preview", kind, "--blank", "--lang", "ar", "-o", "x.pdf"];
        let assert = agency.command(&form).assert().code(3);
        assert!(String::from_utf8_lossy(&assert.get_output().stderr).contains("--unreviewed"));
        agency.command(&[&form[..], &["--unreviewed"]].concat()).assert().success();
        agency.command(&["preview", kind, "--blank", "-o", "x.pdf"]).assert().success();
    }
}
