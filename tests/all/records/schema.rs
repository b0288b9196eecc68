//! The schema and what is made from it: explanations, a new record, the check of forms.
#![allow(clippy::unwrap_used)] // in what several tests share

use super::parse;
use casefile::error::Class;
use casefile::programme::Programmes;
use casefile::record::{self, Sort};
use std::path::Path;

#[test]
fn the_schemas_in_the_repository_are_those_of_the_types() {
    for sort in Sort::ALL {
        let name = sort.schema_file();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(&name);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, sort.schema_text()).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == sort.schema_text(),
            "schemas/{name} is not what the types say; run `UPDATE=1 cargo test --test all the_schemas`"
        );
    }
}

#[test]
fn every_field_of_every_schema_has_a_meaning() {
    fn look(path: &str, schema: &serde_json::Value) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let meaning = property["description"].as_str().unwrap_or_default();
            assert!(meaning.ends_with('.') && meaning.len() > 3, "{path}.{name}: {meaning:?}");
        }
    }
    for sort in Sort::ALL {
        look(sort.word(), sort.schema());
        for (name, part) in sort.schema()["$defs"].as_object().unwrap() {
            look(name, part);
        }
    }
}

#[test]
fn explanations_name_meaning_shape_words_and_source() {
    let contacts = record::explain("contacts").unwrap();
    assert_eq!(contacts.shape, "a list, each item the fields below");
    assert!(contacts.fields.iter().any(|inner| inner.name == "on" && inner.required));
    let kind = record::explain("contacts[3].kind").unwrap();
    assert_eq!(kind.field, "contacts.kind");
    assert!(kind.required && kind.words.contains(&("call".to_owned(), "Telephone call.".to_owned())));
    let told = record::explain("contacts.placement_safe").unwrap();
    assert!(told.sources[0].starts_with("002: "), "{:?}", told.sources);
    let what = record::explain("contacts.what").unwrap();
    assert!(what.fields.iter().any(|inner| inner.name == "client"));
    assert_eq!(record::explain("contacts.what.client.ar.text").unwrap().shape, "text");
    assert!(
        record::explain("contacts.minutes").unwrap().to_string().contains("a whole number from 0 to 1440")
    );
    assert!(record::explain("").unwrap().fields.len() > 20);
}

#[test]
fn an_unknown_field_is_not_found_and_the_near_one_is_named() {
    let error = record::explain("contact").unwrap_err();
    assert_eq!(error.class(), Class::NotFound);
    assert_eq!(error.problems()[0].hint.as_deref(), Some("did you mean `casefile explain contacts`?"));
    let error = record::explain("contacts.kindd").unwrap_err();
    assert_eq!(error.problems()[0].hint.as_deref(), Some("did you mean `casefile explain contacts.kind`?"));
}

fn filled(programme: &str) -> String {
    let programmes = Programmes::builtin();
    let programme = programmes.get(programme).unwrap();
    let category = &programme.categories[0].id;
    record::template(&programme)
        .replace("\n  number:\n", &format!("\n  number: {category}-2026-0001\n"))
        .replace("\n  admitted:\n", "\n  admitted: 2026-01-14\n")
        .replace("\nclient:\n  name:\n", "\nclient:\n  name: Example Person\n")
        .replace("  manager:\n    id:\n    name:\n", "  manager:\n    id: aisha\n    name: Aisha Rahman\n")
        .replace(
            "  supervisor:\n    id:\n    name:\n",
            "  supervisor:\n    id: selma\n    name: Selma Lindqvist\n",
        )
}

#[test]
fn a_new_record_names_every_section_and_passes_once_its_places_are_filled() {
    for id in ["cpcm", "intensive"] {
        let programme = Programmes::builtin().get(id).unwrap();
        let empty = record::template(&programme);
        assert!(empty.starts_with("# yaml-language-server: $schema=case.schema.json\n"));
        assert_eq!(parse(&empty).unwrap_err().problems().len(), 7, "each empty place is named");
        let checked = parse(&filled(id)).unwrap_or_else(|error| panic!("{error}"));
        assert!(checked.record.case().contacts.is_empty());
        for section in record::schema()["properties"].as_object().unwrap().keys() {
            let there = empty
                .lines()
                .any(|line| line.trim_start_matches(['#', ' ']).starts_with(&format!("{section}:")));
            assert!(there, "`{section}` is not explained in a new record");
        }
    }
}

#[test]
fn the_examples_in_a_new_record_are_a_valid_record_themselves() {
    for id in ["cpcm", "intensive"] {
        let text = filled(id);
        let lines: Vec<&str> =
            text.lines().skip(1).map(|line| line.strip_prefix("# ").unwrap_or(line)).collect();
        let checked = parse(&lines.join("\n")).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(checked.warnings, vec![]);
        let case = checked.record.case();
        assert!(case.transition.is_some() && case.handover.is_some() && case.contacts.len() == 1);
    }
}

#[test]
fn a_form_is_checked_against_its_kinds_schema_without_naming_values() {
    let schema = serde_json::json!({
        "type": "object", "additionalProperties": false, "required": ["route"],
        "properties": {"route": {"enum": ["cs", "pd"]}, "items": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}}},
    });
    let check = |value: serde_json::Value| record::schema::check_form(&schema, &value, "forms.complaint[0]");
    assert!(check(serde_json::json!({"route": "cs"})).is_ok());
    let error =
        check(serde_json::json!({"route": "Secret", "Secret": 1, "items": [{"n": "Secret"}]})).unwrap_err();
    let fields: Vec<_> = error.problems().iter().map(|p| p.place.clone().unwrap().field.unwrap()).collect();
    assert!(fields.contains(&"forms.complaint[0].items[0].n".to_owned()), "{fields:?}");
    assert!(!format!("{error} {error:?}").contains("Secret"), "{error}");
    assert_eq!(
        record::schema::check_form(&serde_json::json!({"type": 7}), &serde_json::json!({}), "f")
            .unwrap_err()
            .problems()[0]
            .code,
        "form.schema"
    );
}
