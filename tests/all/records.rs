//! The record: forms, cross-checks, explanations, edits.

use casefile::error::{Class, Problem, Severity};
use casefile::programme::Programmes;
use casefile::record::{self, Checked, Record};
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
