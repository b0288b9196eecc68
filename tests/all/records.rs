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

/// Each cross-check with a record that fails it and the record that just passes it.
#[test]
fn cross_checks_find_what_single_fields_cannot_tell() {
    let goal = |rest: &str| {
        format!(
            "goals:\n  - {{goal: g, area: health, owner: client, set: 2016-03-01, state: active, {rest}}}\n"
        )
    };
    let consent = |rest: &str| {
        format!(
            "consents:\n  - {{kind: sharing, date: 2016-03-01, given_by: client, form: oral, what: w, {rest}}}\n"
        )
    };
    let task = |rest: &str| goal(&format!("tasks: [{{task: t, owner: client, set: 2016-03-02, {rest}}}]"));
    let cases: Vec<(String, &str)> = vec![
        ("contacts: [{on: 1999-04-30, kind: call, what: x}]".into(), "contacts[0].on record.before-birth"),
        ("placements: [{kind: foster, from: 2016-03-02, until: 2016-03-01}]".into(), "placements[0].until record.period-reversed"),
        ("timetable: [{weekday: 1, from: 10:00, until: 09:30, what: x}]".into(), "timetable[0].until record.period-reversed"),
        (goal("due: 2016-02-29"), "goals[0].due record.period-reversed"),
        (goal("progress: [{date: 2016-02-29, note: n}]"), "goals[0].progress[0].date ~record.progress-before-goal"),
        (task("state: done, done: 2016-03-01"), "goals[0].tasks[0].done record.done-before-set"),
        (task("state: open, due: 2016-03-01"), "goals[0].tasks[0].due record.period-reversed"),
        (task("state: done"), "goals[0].tasks[0].state ~record.task-state"),
        (task("state: open, done: 2016-03-03"), "goals[0].tasks[0].state ~record.task-state"),
        (consent("until: 2016-02-29"), "consents[0].until record.period-reversed"),
        (consent("withdrawn: 2016-02-29"), "consents[0].withdrawn record.period-reversed"),
        ("conferences: [{kind: review, date: 2016-03-01, chair: c, decision: d, next: 2016-02-29}]".into(), "conferences[0].next record.period-reversed"),
        ("conferences: [{kind: review, date: 2016-03-01, chair: c, decision: d, actions: [{who: w, what: x, by: 2016-02-29}]}]".into(), "conferences[0].actions[0].by record.period-reversed"),
        ("incidents: [{date: 2016-03-01, kind: missing, what: w, action: a, told: [{who: w, date: 2016-02-29}]}]".into(), "incidents[0].told[0].date record.period-reversed"),
        ("referrals: [{date: 2016-03-01, provider: p, need: n, state: sent, follow_up: 2016-02-29}]".into(), "referrals[0].follow_up record.period-reversed"),
        ("reviews: [{date: 2016-03-01, findings: f, next: 2016-02-29}]".into(), "reviews[0].next record.period-reversed"),
        ("transition: {date: 2016-03-01, exit: 2016-02-29}".into(), "transition.exit record.period-reversed"),
        ("transition: {date: 2016-03-01, goals: [{area: legal, goal: g, due: 2016-02-29}]}".into(), "transition.goals[0].due record.period-reversed"),
        ("closure: {date: 2016-01-13, circumstance: died, solution: s}".into(), "closure.date record.period-reversed"),
        ("people: [{id: a, name: n, relation: r}, {id: a, name: m, relation: r}]".into(), "people[1].id record.duplicate-id"),
        ("people: [{id: client, name: n, relation: r}]".into(), "people[0].id record.reserved-id"),
        ("people: [{id: a, name: n, relation: r, concern: person-of-concern, may_receive: [care-plan]}]".into(), "people[0].may_receive record.recipient-of-concern"),
        ("contacts: [{on: 2016-02-01, kind: call, what: x, with: [cleint]}]".into(), "contacts[0].with[0] ~record.unknown-person"),
        ("contacts: [{on: 2016-02-01, kind: call, what: x, face_to_face: true}]".into(), "contacts[0].face_to_face ~record.face-to-face"),
        ("attachments: [{file: ../letter.pdf, title: t}]".into(), "attachments[0].file record.outside-path"),
        ("attachments: [{file: /etc/passwd, title: t}]".into(), "attachments[0].file record.outside-path"),
        ("attachments: [{file: 'C:\\letter.pdf', title: t}]".into(), "attachments[0].file record.outside-path"),
        ("attachments: [{file: nowhere.pdf, title: t}]".into(), "attachments[0].file record.missing-file"),
        ("attachments: [{file: tests, title: t}]".into(), "attachments[0].file record.not-a-file"),
    ];
    for (more, expected) in cases {
        let found = problems(&format!("{SMALL}{more}\n"));
        assert_eq!(found.len(), 1, "{more}: {found:?}");
        assert_eq!(found[0].split_once(' ').unwrap().1, expected, "{more}");
        // The check is about the order of dates, not about their presence.
        let right = more
            .replace("2016-02-29", "2016-03-01")
            .replace("1999-04-30", "1999-05-01")
            .replace("09:30", "10:01");
        if right != more {
            assert_eq!(problems(&format!("{SMALL}{right}\n")), Vec::<String>::new(), "{right}");
        }
    }
}

#[test]
fn the_case_itself_is_checked_against_its_programme_and_its_dates() {
    let changed = |from: &str, to: &str| problems(&SMALL.replace(from, to));
    assert_eq!(
        changed("date: 1999-05-01", "date: 2016-01-15"),
        ["8:17 client.birth.date record.born-after-admission"]
    );
    assert_eq!(changed("date: 1999-05-01", "date: 2016-01-14"), Vec::<String>::new());
    assert_eq!(changed("UASC-2016", "ICM-2016"), ["4:11 case.number record.programme-word"]);
    assert_eq!(changed("UASC-2016", "STAFF-2016"), ["4:11 case.number record.programme-word"]);
    assert_eq!(changed("UASC-2016", "UASC-2015"), ["4:11 case.number ~record.number-year"]);
    assert_eq!(changed("UASC-2016-0012", "uasc-2016-12"), ["4:11 case.number record.pattern"]);
    assert_eq!(changed("id: selma", "id: aisha"), ["11:20 team.supervisor.id record.one-person-team"]);
    assert_eq!(
        changed("  birth: {date: 1999-05-01, certainty: exact}\n", ""),
        ["7:3 client ~record.no-birth-date"]
    );
    let case = |more: &str| changed("2016-01-14\n", &format!("2016-01-14\n{more}\n"));
    assert_eq!(case("  stage: planing"), ["6:10 case.stage record.programme-word"]);
    assert_eq!(case("  service_level: high"), ["6:18 case.service_level record.programme-word"]);
    assert_eq!(case("  referred_on: 2016-01-15"), ["6:16 case.referred_on ~record.referred-after-admission"]);
    let history = |first: &str, second: &str| case(&format!("  history:\n    - {first}\n    - {second}"));
    assert_eq!(
        history("{status: open, since: 2016-01-14}", "{status: inactive, since: 2016-01-14}"),
        Vec::<String>::new()
    );
    assert_eq!(
        history("{status: open, since: 2016-01-20}", "{status: inactive, since: 2016-01-19}"),
        ["8:33 case.history[1].since record.history-order"]
    );
    assert_eq!(
        history("{status: open, since: 2016-01-13}", "{status: open, since: 2016-01-19}"),
        [
            "7:29 case.history[0].since record.history-before-admission",
            "8:16 case.history[1].status ~record.history-repeats"
        ]
    );
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
fn a_symbolic_link_does_not_lead_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("case");
    std::fs::create_dir(&inside).unwrap();
    std::fs::write(folder.path().join("other.pdf"), "x").unwrap();
    std::fs::write(inside.join("letter.pdf"), "x").unwrap();
    let file = inside.join("case.yaml");
    let read = |name: &str| {
        std::fs::write(&file, format!("{SMALL}attachments: [{{file: {name}, title: t}}]\n")).unwrap();
        Record::read(&file, &Programmes::builtin())
    };
    let checked = read("letter.pdf").unwrap();
    assert_eq!(checked.record.folder(), Some(inside.as_path()));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../other.pdf", inside.join("link.pdf")).unwrap();
        assert_eq!(read("link.pdf").unwrap_err().problems()[0].code, "record.outside-path");
    }
}

#[test]
fn what_depends_on_the_day_is_warned_of_before_on_and_after_it() {
    let record = small(
        "consents:
  - {kind: sharing, date: 2016-03-01, given_by: client, form: oral, what: w, until: 2016-06-30}
  - {kind: sharing, date: 2016-03-01, given_by: client, form: oral, what: w, until: 2016-06-30, withdrawn: 2016-04-01}
contacts:
  - {on: 2016-05-01, kind: call, what: x}
",
    );
    let on = |date: &str| record.check_on(date.parse().unwrap()).iter().map(line).collect::<Vec<_>>();
    assert_eq!(on("2016-04-30"), ["16:10 contacts[0].on ~record.future"]);
    assert_eq!(on("2016-06-30"), Vec::<String>::new());
    assert_eq!(on("2016-07-01"), ["13:85 consents[0].until ~record.consent-expired"]);
    assert!(!on("2017-04-30").join(" ").contains("transition"));
    assert!(on("2017-05-01").join(" ").contains("8:17 client.birth.date ~record.no-transition-plan"));
}

#[test]
fn two_cases_with_one_number_and_a_caseload_over_the_limit_show_only_together() {
    let numbered = |n: u32| parse(&SMALL.replace("0012", &format!("{n:04}"))).unwrap().record;
    let mut records: Vec<Record> = (1..=18).map(numbered).collect();
    assert_eq!(record::check_together(&records), vec![]);
    records.push(numbered(18));
    let found: Vec<String> = record::check_together(&records).iter().map(line).collect();
    assert_eq!(found, ["4:11 case.number record.duplicate-number", "10:17 team.manager.id ~record.caseload"]);
    assert!(record::check_together(&records)[0].message.contains("UASC-2016-0018"));
}

#[test]
fn statuses_come_from_the_history_or_are_open_since_admission() {
    assert_eq!(small("").statuses(), [(casefile::names::Status::Open, "2016-01-14".parse().unwrap())]);
    let with = SMALL.replace(
        "2016-01-14\n",
        "2016-01-14\n  history: [{status: open, since: 2016-01-14}, {status: inactive, since: 2016-05-02}]\n",
    );
    let record = parse(&with).unwrap().record;
    assert_eq!(record.statuses().len(), 2);
    assert_eq!(record.status(), casefile::names::Status::Inactive);
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

#[test]
fn the_schema_in_the_repository_is_the_one_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/case.schema.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, record::schema::text()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(
        written == record::schema::text(),
        "schemas/case.schema.json is not what the types say; run `UPDATE=1 cargo test --test all the_schema`"
    );
}

#[test]
fn every_field_of_the_schema_has_a_meaning() {
    fn look(path: &str, schema: &serde_json::Value) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let meaning = property["description"].as_str().unwrap_or_default();
            assert!(meaning.ends_with('.') && meaning.len() > 3, "{path}.{name}: {meaning:?}");
        }
    }
    look("record", record::schema());
    for (name, part) in record::schema()["$defs"].as_object().unwrap() {
        look(name, part);
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
        let text: String = filled(id)
            .lines()
            .skip(1)
            .map(|line| format!("{}\n", line.strip_prefix("# ").unwrap_or(line)))
            .collect();
        let checked = parse(&text).unwrap_or_else(|error| panic!("{error}"));
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
