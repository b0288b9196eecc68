//! Edits of a record's text.

use super::SMALL;
use casefile::record::edit::{add_contact, difference};
use casefile::record::form;
use casefile::record::model::Contact;
use proptest::prelude::*;

fn contact(json: serde_json::Value) -> Contact {
    serde_json::from_value(json).unwrap()
}

fn visit() -> Contact {
    contact(serde_json::json!({
        "on": "2016-11-04", "kind": "home-visit", "minutes": 45, "with": ["client"], "face_to_face": true,
        "scheduled": true, "what": "Settled in; asked about school.",
    }))
}

/// Adds the visit; asserts that the record gained it and that no old line is lost.
fn added(yaml: &str) -> String {
    let text = add_contact(yaml, &visit()).unwrap_or_else(|error| panic!("{error}\n{yaml}"));
    let (old, new) = (form(yaml).unwrap(), form(&text).unwrap());
    assert_eq!(new.contacts.len(), old.contacts.len() + 1);
    assert!(*new.contacts.last().unwrap() == visit());
    let mut lines = text.lines();
    for line in yaml.lines() {
        let mut rest = lines.clone();
        if rest.any(|new| new == line) {
            lines = rest;
        } else {
            assert!(line.contains(['[', '}', '~']), "lost: {line}\n{text}");
        }
    }
    text
}

#[test]
fn a_record_without_contacts_gets_a_section() {
    let text = added(SMALL);
    let section = "\
contacts:
  - on: 2016-11-04
    kind: home-visit
    minutes: 45
    with: [client]
    face_to_face: true
    scheduled: true
    what: Settled in; asked about school.
";
    assert_eq!(text, format!("{SMALL}{section}"));
    added(SMALL.trim_end());
    added(&format!("---\n{SMALL}...\n"));
    added(&format!("\u{feff}{}", SMALL.replace('\n', "\r\n")));
    assert!(added(&SMALL.replace('\n', "\r\n")).ends_with("school.\r\n"));
}

#[test]
fn a_contact_goes_to_the_end_of_the_list_and_comments_stay_where_they_were() {
    let before = format!(
        "{SMALL}contacts: # the contacts\n# first\n- on: 2016-02-01 # a call\n  kind: call\n  what: |\n    One.\n\n    # not a comment\n\n# after\ngoals: []\n"
    );
    let text = added(&before);
    assert!(text.contains("    # not a comment\n- on: 2016-11-04\n"), "{text}");
    assert!(text.ends_with("\n\n# after\ngoals: []\n"), "{text}");
}

#[test]
fn every_way_to_write_the_list_is_continued() {
    let call = "on: 2016-02-01, kind: call, what: x";
    for contacts in [
        "contacts:".to_owned(),
        "contacts: ~".to_owned(),
        "contacts: []".to_owned(),
        "contacts: [ ] # none yet".to_owned(),
        format!("contacts: [{{{call}}}]"),
        format!("contacts: [{{{call}}},]"),
        format!("contacts:\n  [\n    {{{call}}}\n  ]"),
        format!("contacts:\n- {{{call}}}"),
        format!("contacts:\n      - {{{call}}}\n      - {{{call}}}"),
        "contacts:\n  -\n    on: 2016-02-01\n    kind: call\n    what: x".to_owned(),
        "contacts:\n  - on: 2016-02-01\n    kind: call\n    what: |+\n      x\n\n".to_owned(),
        "contacts:\n  - on: 2016-02-01\n    kind: call\n    what: >-\n      x\n      y".to_owned(),
        "contacts:\n  - on: 2016-02-01\n    kind: call\n    what: \"x\n      y\"".to_owned(),
        format!("contacts: &all\n  - {{{call}}}"),
    ] {
        for after in ["", "\n", "\ngoals: []\n", "\n\n# a word on goals\ngoals: []\n"] {
            added(&format!("{SMALL}{contacts}{after}"));
        }
    }
}

#[test]
fn json_gets_its_contact_too() {
    let json = serde_json::to_string_pretty(&form(SMALL).unwrap()).unwrap();
    added(&json);
    let text = added(
        "{casefile: record/1, programme: cpcm, case: {number: UASC-2016-0012, admitted: 2016-01-14}, client: {name: A}, team: {manager: {id: a, name: A}, supervisor: {id: b, name: B}}}",
    );
    assert!(text.ends_with("}}\n") || text.ends_with("]}"), "{text}");
}

#[test]
fn what_is_no_record_is_not_edited() {
    assert!(add_contact("casefile: record/1\n", &visit()).is_err());
    assert!(add_contact("a: [", &visit()).is_err());
}

#[test]
fn the_difference_shows_the_added_lines() {
    let shown = difference(SMALL, &added(SMALL));
    assert!(shown.contains("+   - on: 2016-11-04\n") && shown.starts_with("…\n"), "{shown}");
    assert_eq!(shown.lines().filter(|line| line.starts_with("- ")).count(), 0);
}

fn text() -> impl Strategy<Value = String> {
    let sign = prop_oneof![
        4 => "[a-zA-Zäéم-ي]{1,8}",
        1 => "[-:#>|%@`'\"{}\\[\\],&*!?=~ .]{1,4}",
        1 => Just("\n".to_owned()),
        1 => Just("\n\n- ".to_owned()),
        1 => Just(" # ".to_owned()),
        1 => Just(": ".to_owned()),
        1 => Just("no".to_owned()),
        1 => Just("0012".to_owned()),
        1 => "ك|က|\\\\|\t",
    ];
    proptest::collection::vec(sign, 1..12)
        .prop_map(|parts| parts.concat())
        .prop_filter("blank", |s| !s.trim().is_empty())
}

prop_compose! {
    fn any_contact()(
        what in text(), next in proptest::option::of(text()), place in proptest::option::of(text()),
        with in proptest::collection::vec(text(), 0..3), minutes in proptest::option::of(0_u32..1440),
        face_to_face: bool, scheduled: Option<bool>, day in 1_u32..28,
        long in proptest::option::of((text(), "[a-z]{2,3}")),
      ) -> serde_json::Value {
        let what = match long {
            None => serde_json::json!(what),
            Some((words, lang)) => serde_json::json!({"text": what, "lang": lang, "client": {"ar": {"text": words}}}),
        };
        serde_json::json!({
            "on": format!("2016-03-{day:02}"), "kind": "interview", "minutes": minutes, "with": with, "what": what,
            "face_to_face": face_to_face, "scheduled": scheduled, "place": place, "next_step": next,
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if crate::support::full() { 3000 } else { 200 }, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_contact_added_one_after_another_comes_back_equal(contacts in proptest::collection::vec(any_contact(), 1..4)) {
        let contacts: Vec<Contact> = contacts.into_iter().map(contact).collect();
        let start = format!("{SMALL}contacts: # kept\n");
        let mut yaml = start.clone();
        for contact in &contacts {
            yaml = add_contact(&yaml, contact).map_err(|error| TestCaseError::fail(error.to_string()))?;
        }
        prop_assert!(form(&yaml).unwrap().contacts == contacts);
        prop_assert!(yaml.starts_with(&start));
    }
}
