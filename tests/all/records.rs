//! The record: forms, cross-checks, explanations, edits.

mod cross_checks;
mod edits;
mod programmes;
mod schema;
mod work;

use casefile::error::{Class, Problem, Severity};
use casefile::programme::Programmes;
use casefile::record::{Checked, Record};
use std::path::Path;

/// The smallest record there is.
const SMALL: &str = "\
casefile: record/1
programme: cpcm
case:
  number: UASC-2016-0012
  admitted: 2016-01-14
client:
  name: Example Person
  birth: {date: 1999-05-01, certainty: exact}
team:
  manager: {id: aisha, name: Aisha Rahman}
  supervisor: {id: selma, name: Selma Lindqvist}
";

fn parse(yaml: &str) -> casefile::error::Result<Checked> {
    Record::parse(yaml.as_bytes(), Some(Path::new("case.yaml")), &Programmes::builtin())
}

fn small(more: &str) -> Record {
    let checked = parse(&format!("{SMALL}{more}")).unwrap_or_else(|error| panic!("{error}"));
    assert!(checked.warnings.is_empty(), "{:?}", checked.warnings);
    checked.record
}

/// Every problem of a record as `line:column field code`.
fn problems(yaml: &str) -> Vec<String> {
    let found = match parse(yaml) {
        Ok(checked) => checked.warnings,
        Err(error) => {
            assert_eq!(error.class(), Class::Input);
            error.problems().to_vec()
        }
    };
    found.iter().map(line).collect()
}

fn line(problem: &Problem) -> String {
    let place = problem.place.clone().unwrap_or_default();
    assert_eq!(place.file.as_deref(), Some(Path::new("case.yaml")), "{problem:?}");
    let at = |n: Option<u32>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
    let warning = if problem.severity == Severity::Warning { "~" } else { "" };
    format!(
        "{}:{} {} {warning}{}",
        at(place.line),
        at(place.column),
        place.field.unwrap_or_default(),
        problem.code
    )
}

#[test]
fn the_smallest_record_is_accepted_and_every_optional_field_is_there() {
    let record = small("");
    assert_eq!(record.case().case.number.as_str(), "UASC-2016-0012");
    assert_eq!(record.json()["contacts"], serde_json::json!([]));
    assert_eq!(record.json()["closure"], serde_json::Value::Null);
    assert_eq!(record.json()["lang"], "en");
    assert_eq!(record.programme().id, "cpcm");
}

#[test]
fn all_problems_come_at_once_each_with_its_line_column_and_field() {
    let yaml = "\
casefile: record/1
programme: cpmc
case:
  number: UASC-2016-0012
  admitted: 2016-02-30
client:
  nmae: Secret Person
  birth: {date: 2015-05-01, certainty: exact}
team:
  manager: {id: Aisha, name: Aisha Rahman}
  supervisor: {id: selma, name: }
contacts:
  - on: 2014-11-04
    kind: home_visit
    minutes: long
    face_to_face: yes
    what: [a, b]
  - kind: call
    what: x
";
    let expected = [
        "2:12 programme record.programme",
        "5:13 case.admitted record.date",
        "7:3 client record.unknown-field",
        "7:3 client.name record.missing-field",
        "10:17 team.manager.id record.pattern",
        "11:31 team.supervisor.name record.empty-field",
        "14:11 contacts[0].kind record.word",
        "15:14 contacts[0].minutes record.number",
        "16:19 contacts[0].face_to_face record.boolean",
        "17:11 contacts[0].what record.type",
        "18:5 contacts[1].on record.missing-field",
    ];
    assert_eq!(problems(yaml), expected);
    let said = parse(yaml).unwrap_err().to_string();
    assert!(!said.contains("Secret"), "{said}");
}

#[test]
fn scalars_are_taken_as_they_are_written_and_the_schema_decides() {
    let record = small(
        "people:
  - {id: \"null\", name: Null, relation: no, agency: 0012, reach: [{kind: phone, value: 0012, safe: no}]}
contacts:
  - {on: 2016-02-01, at: 12:30, kind: call, minutes: 45, what: yes, scheduled: true, face_to_face: false}
",
    );
    let person = &record.case().people[0];
    assert_eq!(
        (person.id.as_str(), person.name.0.as_str(), person.relation.0.as_str()),
        ("null", "Null", "no")
    );
    assert_eq!(person.reach[0].value.0, "0012");
    assert_eq!(person.reach[0].safe.0, "no");
    let contact = &record.case().contacts[0];
    assert_eq!((contact.minutes, contact.scheduled), (Some(45), Some(true)));
    assert_eq!((contact.what.text(), contact.at.as_ref().unwrap().0.as_str()), ("yes", "12:30"));
}

#[test]
fn json_is_yaml_and_reads_the_same() {
    let record = small("");
    let json = serde_json::to_string_pretty(record.json()).unwrap();
    let again = parse(&json).unwrap_or_else(|error| panic!("{error}")).record;
    assert!(again.case() == record.case());
}

#[test]
fn numbers_and_truth_are_strict() {
    let contact = |fields: &str| {
        problems(&format!("{SMALL}contacts:\n  - {{on: 2016-02-01, kind: call, what: x, {fields}}}\n"))
    };
    for (fields, code) in [
        ("minutes: \"45\"", "record.number"),
        ("minutes: 045", "record.number"),
        ("minutes: 4.5", "record.number"),
        ("minutes: 1441", "record.number"),
        ("minutes: -1", "record.number"),
        ("minutes: 99999999999999999999", "record.number"),
        ("scheduled: yes", "record.boolean"),
        ("scheduled: \"true\"", "record.boolean"),
        ("scheduled: True", "record.boolean"),
        ("at: 25:00", "record.pattern"),
        ("with: client", "record.type"),
        ("with: [client, [a]]", "record.type"),
        ("by: [Aisha Rahman]", "record.staff-id"),
    ] {
        let found = contact(fields);
        assert!(found.len() == 1 && found[0].ends_with(code), "{fields}: {found:?}");
    }
    assert_eq!(contact("minutes: , at: ~, place: \"\""), Vec::<String>::new());
}

#[test]
fn dates_must_be_in_the_calendar() {
    for date in [
        "2016-02-30",
        "2015-02-29",
        "2016-13-01",
        "2016-1-4",
        "04.11.2016",
        "0016-11-04",
        "2016-11-04T10:00:00Z",
    ] {
        let found = problems(&SMALL.replace("admitted: 2016-01-14", &format!("admitted: {date}")));
        assert_eq!(found, ["5:13 case.admitted record.date"], "{date}");
    }
    assert_eq!(
        problems(&SMALL.replace("admitted: 2016-01-14", "admitted: 2016-02-29")),
        Vec::<String>::new()
    );
}

#[test]
fn a_narrative_is_text_or_text_with_its_language_and_the_clients_words() {
    let record = small(
        "risk:
  - date: 2016-02-01
    level: low
    reasons:
      text: Calm.
      lang: fr
      client: {ar: {text: هادئ, translator: a colleague, date: 2016-02-02}}
",
    );
    assert_eq!(record.case().risk[0].reasons.text(), "Calm.");
    let risk = |reasons: &str| {
        problems(&format!("{SMALL}risk:\n  - date: 2016-02-01\n    level: low\n    reasons: {reasons}\n"))
    };
    assert_eq!(risk("[a]"), ["15:14 risk[0].reasons record.type"]);
    assert_eq!(
        risk("{txt: a}"),
        ["15:14 risk[0].reasons.text record.missing-field", "15:15 risk[0].reasons record.unknown-field"]
    );
    assert_eq!(risk("{text: a, lang: qq}"), ["15:30 risk[0].reasons.lang ~record.unknown-language"]);
    assert_eq!(
        risk("{text: a, client: {Secret Name: {text: b}}}"),
        ["15:33 risk[0].reasons.client record.unknown-field"]
    );
}

#[test]
fn a_field_that_stands_twice_is_refused() {
    let found = problems(&format!("{SMALL}risk: []\nclient:\n  name: Other\nrisk: []\n"));
    assert_eq!(found, ["13:1 client record.duplicate-field", "15:1 risk record.duplicate-field"]);
}

#[test]
fn hidden_characters_are_refused_wherever_they_are() {
    for hidden in ["\\u202E", "\\u2066", "\\u0007", "\\u0085", "\\uFEFF", "\\u0000"] {
        let found = problems(&SMALL.replace("Example Person", &format!("\"Example {hidden}Person\"")));
        assert_eq!(found, ["7:9 client.name record.hidden-character"], "{hidden}");
        let found = problems(&format!("{SMALL}forms: {{complaint: [{{what: \"{hidden}\"}}]}}\n"));
        assert_eq!(found, ["12:28 forms.complaint[0] record.hidden-character"], "{hidden}");
    }
    // Marks of direction and joiners are part of ordinary Arabic, Persian and Burmese writing.
    small("people:\n  - {id: a, name: \"\\u200Fنور\\u200C\\u200D\", relation: aunt}\n");
}

#[test]
fn did_you_mean_names_allowed_words_only() {
    let error = parse(
        &SMALL.replace("certainty: exact", "certainty: exakt").replace("programme: cpcm", "programme: cpmc"),
    )
    .unwrap_err();
    let hints: Vec<&str> = error.problems().iter().filter_map(|problem| problem.hint.as_deref()).collect();
    assert!(hints[0].starts_with("did you mean `cpcm`?"), "{hints:?}");
    assert!(hints[1].starts_with("did you mean `exact`?"), "{hints:?}");
    let text = format!("{error}{hints:?}");
    assert!(!text.contains("exakt") && !text.contains("cpmc"), "{text}");
}

#[test]
fn the_debug_form_of_a_record_shows_no_content() {
    let record = small("people: [{id: a, name: Secret Aunt, relation: aunt}]\n");
    let shown = format!("{record:?} {:?} {:?}", record.case().client.name, record.case().team.manager.id);
    assert_eq!(shown, "Record { number: UASC-2016-0012, .. } \"…\" aisha");
}

#[test]
fn places_of_fields_and_of_what_is_not_there() {
    let record = small("contacts:\n  - {on: 2016-02-01, kind: call, what: x}\n");
    let at = |field: &str| (record.place(field).line, record.place(field).column);
    assert_eq!(at("contacts[0].on"), (Some(13), Some(10)));
    assert_eq!(at("contacts[7].on"), (Some(13), Some(3)));
    assert_eq!(at("client.nationality"), (Some(7), Some(3)));
}
