//! Blank forms: every kind, in every language, with its labels and nothing of its sample.

use crate::agency::Agency;
use crate::support;
use casefile::document::{Document, Kind, Kinds, Words, blank_request, compose, sample};
use casefile::programme::Programmes;
use casefile::record::Subject;
use casefile::render::{Engine, EngineOptions};
use serde_json::Value;
use std::process::Command;
use std::sync::Arc;

fn blank(kind: &Arc<Kind>, lang: &str) -> Document {
    let record = sample(kind, &Programmes::builtin()).unwrap_or_else(|error| panic!("{error}")).record;
    let document = compose(&record, kind, &blank_request(kind, &record, lang));
    document.unwrap_or_else(|error| panic!("{} in {lang}: {error}", kind.id()))
}

/// Every text of a record that belongs to somebody: names, sentences, telephone numbers.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.len() > 8 && text.contains(' ') => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, found)),
        _ => {}
    }
}

#[test]
fn nothing_of_the_sample_is_in_a_blank_form() {
    for kind in Kinds::builtin().unwrap().list() {
        let record = sample(kind, &Programmes::builtin()).unwrap().record;
        let mut private = vec![Subject::from(&record).number().to_string()];
        texts(record.json(), &mut private);
        assert!(private.len() > 4, "{}", kind.id());
        let document = blank(kind, "en");
        let mut data = document.data().clone();
        data["words"] = Value::Null;
        without_options(&mut data);
        let said = format!("{data}{:?}{}", document.keywords(), document.title());
        for text in private {
            assert!(!said.contains(&text), "{}: the blank form holds `{text}`", kind.id());
        }
    }
}

#[test]
fn a_blank_form_of_every_kind_has_its_labels_and_follows_both_standards() {
    let engine = Engine::new(EngineOptions::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for kind in Kinds::builtin().unwrap().list() {
        let langs = if support::full() { kind.languages() } else { &kind.languages()[..1] };
        for lang in langs {
            let name = format!("{} {lang}", kind.id());
            let document = blank(kind, lang);
            let pdf = engine.render(&document).unwrap_or_else(|error| panic!("{name}: {error}"));
            support::assert_standards(pdf.bytes());
            assert!(pdf == engine.render(&document).unwrap(), "{name}");
            assert!(pdf.pages() < 12, "{name}: {} pages", pdf.pages());
            let file = folder.path().join("form.pdf");
            std::fs::write(&file, pdf.bytes()).unwrap();
            if lang != "en" {
                continue;
            }
            let Some(program) = support::program("pdftotext") else { return };
            let output = Command::new(program).arg("-raw").arg(&file).arg("-").output().unwrap();
            let text = bare(&String::from_utf8(output.stdout).unwrap());
            let words = Words::of(kind, lang).unwrap();
            assert!(text.contains(&bare(words.get("footer.blank").unwrap())), "{name}");
            for must in kind.musts().iter().filter(|must| must.required) {
                let label = bare(&words.get_or_id(&format!("kind.{}", must.label)));
                assert!(text.contains(&label), "{name}: `{}` has no space under `{}`", must.path, must.label);
            }
        }
    }
}

/// Takes out the words that a form offers to be ticked.
fn without_options(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| name != "options");
            let kept = fields.contains_key("kept");
            fields.retain(|name, _| !(kept && name == "text"));
            fields.values_mut().for_each(without_options);
        }
        Value::Array(items) => items.iter_mut().for_each(without_options),
        _ => {}
    }
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn a_blank_form_is_printed_without_a_record_and_not_marked_as_a_draft() {
    let agency = Agency::empty();
    agency.command(&["preview", "case-note", "--blank", "--lang", "fr", "-o", "form.pdf"]).assert().success();
    if let Some(program) = support::program("pdftotext") {
        let output = Command::new(program).arg(agency.path("form.pdf")).arg("-").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("Formulaire vierge") && !text.contains("BROUILLON"), "{text}");
    }
    agency.command(&["preview", "consent", "-o", "form.pdf"]).assert().code(2);
    agency.command(&["preview", "consent", "x.yaml", "--blank", "-o", "form.pdf"]).assert().code(2);
    agency.command(&["preview", "no-kind", "--blank", "-o", "form.pdf"]).assert().code(8);
}

#[test]
fn who_signs_a_blank_consent_reads_their_right_to_take_it_back() {
    let Some(program) = support::program("pdftotext") else { return };
    let agency = Agency::empty();
    for (lang, right) in [("en", "take this consent back at any time"), ("fr", "retirer ce consentement")] {
        let form = ["preview", "consent", "--blank", "--unreviewed", "--lang", lang, "-o", "form.pdf"];
        agency.command(&form).assert().success();
        let output = Command::new(program).arg(agency.path("form.pdf")).arg("-").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(right), "{lang}: {text}");
    }
}
