//! Records about the work: their schemas, their templates, and what no form alone can tell.

use casefile::error::{Class, Severity};
use casefile::programme::Programmes;
use casefile::record::{self, AnyRecord, Record, Sort, WorkRecord};
use chrono::NaiveDate;

/// The sample of a kind, which holds a whole record of its sort.
fn sample(kind: &str) -> String {
    let file = casefile::document::shipped().get_file(format!("{kind}/sample.yaml")).expect("a sample");
    file.contents_utf8().expect("text").to_owned()
}

/// Problems of a record as `field code`, errors marked with `!`.
fn problems(yaml: &str) -> Vec<String> {
    let checked = AnyRecord::parse(yaml.as_bytes(), None, &Programmes::builtin());
    let found = checked.map_or_else(|error| error.problems().to_vec(), |checked| checked.warnings);
    let field = |problem: &casefile::error::Problem| {
        problem.place.clone().and_then(|place| place.field).unwrap_or_default()
    };
    let mark = |severity| if severity == Severity::Error { "!" } else { "" };
    found.iter().map(|it| format!("{}{} {}", mark(it.severity), field(it), it.code)).collect()
}

/// Problems of a sample with one text replaced.
fn changed(kind: &str, from: &str, to: &str) -> Vec<String> {
    let yaml = sample(kind);
    assert!(yaml.contains(from), "{kind} has no `{from}`");
    problems(&yaml.replacen(from, to, 1))
}

#[test]
fn dates_and_persons_of_a_complaint_are_held_against_each_other() {
    let table = [
        ("  date: 2016-10-14", "  date: 2016-10-18", vec![]),
        ("  date: 2016-10-14", "  date: 2016-10-19", vec!["response.date record.answer-late"]),
        (
            "  date: 2016-10-14",
            "  date: 2016-10-25\n  extended_to: 2016-10-26\n  extended_why: The interpreter was ill.",
            vec![],
        ),
        (
            "  date: 2016-10-14",
            "  date: 2016-10-25\n  extended_to: 2016-10-26",
            vec!["!response.extended_why record.extended-why"],
        ),
        ("  date: 2016-10-14", "  date: 2016-10-02", vec!["!response.date record.period-reversed"]),
        (
            "{id: tomas, name",
            "{id: selma, name",
            vec!["!folder.responsible.id record.own-complaint", "!investigator.id record.own-complaint"],
        ),
        ("{id: tomas, name", "{id: nora, name", vec!["!folder.author.id record.own-complaint"]),
        ("role: case-manager}", "role: case-supervisor}", vec!["!investigator.role record.complaint-route"]),
        ("role: case-manager}", "role: project-director}", vec!["!investigator.role record.complaint-route"]),
        ("route: external", "route: serious", vec!["!investigator.role record.complaint-route"]),
        ("number: COMPLAINT", "number: STAFF", vec!["!folder.number record.folder-word"]),
        ("{date: 2016-10-05, what", "{date: 2016-10-01, what", vec!["!steps[0].date record.period-reversed"]),
        ("opened: 2016-10-03", "opened: 2016-10-02", vec!["received.date record.opened-before"]),
        ("route: external", "route: outside", vec!["!route record.word"]),
    ];
    assert_eq!(problems(&sample("complaint")), Vec::<String>::new());
    for (from, to, expected) in table {
        assert_eq!(changed("complaint", from, to), expected, "{from} → {to}");
    }
}

#[test]
fn whom_a_complaint_is_about_must_be_heard() {
    let yaml = sample("complaint");
    let (before, after) = (yaml.find("statement:").unwrap(), yaml.find("steps:").unwrap());
    let unheard = format!("{}{}", &yaml[..before], &yaml[after..]);
    let codes: Vec<String> =
        problems(&unheard).iter().map(|it| it.rsplit(' ').next().unwrap().to_owned()).collect();
    assert_eq!(codes, ["record.not-heard", "record.not-heard"]);
}

#[test]
fn the_answer_is_overdue_from_the_sixteenth_day_on() {
    let yaml = sample("complaint");
    let (before, after) = (yaml.find("response:").unwrap(), yaml.find("legal_action:").unwrap());
    let open = format!("{}{}", &yaml[..before], &yaml[after..]);
    let record = WorkRecord::parse(open.as_bytes(), None, &Programmes::builtin()).unwrap().record;
    let on = |day: &str| record.check_on(day.parse::<NaiveDate>().unwrap()).len();
    assert_eq!([on("2016-10-17"), on("2016-10-18"), on("2016-10-19")], [0, 0, 1]);
}

#[test]
fn the_other_records_have_their_own_rules() {
    let table = [
        (
            "referral-in",
            "outcome: conference\n  reasons:",
            "outcome: declined\n  onward:",
            vec!["!screening.reasons record.declined-why"],
        ),
        (
            "referral-in",
            "  date: 2016-10-22",
            "  date: 2016-10-19",
            vec!["!first_contact.date record.period-reversed"],
        ),
        (
            "debriefing",
            "{id: ines, name: Ines Castro, agency",
            "{id: aisha, name: Ines Castro, agency",
            vec!["!facilitator.id record.own-facilitator"],
        ),
        (
            "debriefing",
            "third_party: yes",
            "third_party: no",
            vec!["facilitator.third_party record.third-party"],
        ),
        (
            "debriefing",
            "next: 2016-11-15",
            "next: 2016-09-01",
            vec!["!sessions[0].next record.period-reversed"],
        ),
        (
            "supervision-note",
            "responsible: {id: selma",
            "responsible: {id: aisha",
            vec!["!folder.responsible.id record.own-supervisor"],
        ),
        (
            "supervision-note",
            "understood: yes",
            "understood: no",
            vec!["!confidentiality.understood record.signed-not-understood"],
        ),
        (
            "supervision-note",
            "signed: 2016-09-02",
            "signed: 2016-08-31",
            vec!["!confidentiality.signed record.period-reversed"],
        ),
        ("client-feedback", "improve:\n", "improve:\n  - A.\n", vec!["!improve[3] record.three-things"]),
        ("client-feedback", "help_now: lot", "help_now: much", vec!["!help_now record.word"]),
        (
            "leave-plan",
            "by: {id: tomas",
            "by: {id: aisha",
            vec!["!leaves[0].covers[0].by.id record.own-cover"],
        ),
        (
            "leave-plan",
            "reached: 8, of: 9",
            "reached: 10, of: 9",
            vec!["!figures[0].outcomes[2].reached record.more-than-all"],
        ),
    ];
    for (kind, from, to, expected) in table {
        assert_eq!(problems(&sample(kind)), Vec::<String>::new(), "{kind}");
        assert_eq!(changed(kind, from, to), expected, "{kind}: {from} → {to}");
    }
}

#[test]
fn all_problems_come_at_once_with_their_place_and_no_value() {
    let yaml = sample("complaint")
        .replace("route: external", "route: Secretive")
        .replace("received: {date: 2016-10-03", "Whisper: 1\nreceived: {date: yesterday");
    let error = WorkRecord::parse(yaml.as_bytes(), None, &Programmes::builtin()).unwrap_err();
    assert_eq!((error.class(), error.problems().len()), (Class::Input, 3), "{error}");
    let places: Vec<_> = error.problems().iter().map(|it| it.place.clone().unwrap()).collect();
    assert!(places.iter().all(|place| place.line.is_some() && place.column.is_some()));
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("Secretive") && !shown.contains("Whisper"), "{shown}");
    assert!(shown.contains("casefile explain complaint/received.date"), "{shown}");
}

#[test]
fn a_record_is_read_as_what_it_says_it_is() {
    let yaml = sample("complaint");
    let error = Record::parse(yaml.as_bytes(), None, &Programmes::builtin()).unwrap_err();
    assert!(error.problems().iter().any(|it| it.code == "record.constant"), "{error}");
    let case = sample("care-plan");
    let error = WorkRecord::parse(case.as_bytes(), None, &Programmes::builtin()).unwrap_err();
    assert_eq!(error.problems()[0].code, "record.other-sort");
    let read = |yaml: &str| AnyRecord::parse(yaml.as_bytes(), None, &Programmes::builtin()).unwrap().record;
    assert!(matches!(read(&yaml), AnyRecord::Work(record) if record.sort() == Sort::Complaint));
    assert!(read(&case).into_case().is_some());
    assert_eq!(format!("{:?}", read(&yaml)), "Work(WorkRecord { number: COMPLAINT-2016-0003, .. })");
}

#[test]
fn a_field_of_a_record_about_the_work_is_explained_with_its_sort_before_it() {
    let explained = record::explain("complaint/response.date").unwrap();
    assert_eq!((explained.field.as_str(), explained.required), ("complaint/response.date", true));
    assert!(record::explain("feedback/").unwrap().fields.len() > 10);
    let near = record::explain("complaint/respons").unwrap_err();
    let hint = near.problems()[0].hint.clone();
    assert_eq!(hint.as_deref(), Some("did you mean `casefile explain complaint/response`?"));
    assert_eq!(record::explain("complain/response").unwrap_err().class(), Class::NotFound);
}

/// The template of a sort with its empty places filled.
fn filled(sort: Sort) -> String {
    let programme = Programmes::builtin().get("cpcm").unwrap();
    let mut text = record::work_template(sort, &programme).unwrap();
    let word = sort.folder_word().unwrap();
    for (place, value) in [
        ("  number:", format!("{word}-2026-0001")),
        ("  opened:", "2026-03-10".to_owned()),
        ("\n  author:\n    id:", "nora".to_owned()),
        ("id: nora\n    name:", "Nora Haddad".to_owned()),
        ("\n  responsible:\n    id:", "selma".to_owned()),
        ("id: selma\n    name:", "Selma Lindqvist".to_owned()),
        ("\nperson:\n  id:", "aisha".to_owned()),
        ("\nleaver:\n  id:", "aisha".to_owned()),
        ("\nstarted:", "2026-03-10".to_owned()),
        ("\n  - case:", "UASC-2026-0001".to_owned()),
        ("\n    to:\n      id:", "tomas".to_owned()),
        ("id: tomas\n      name:", "Tomas Reyes".to_owned()),
        ("id: aisha\n  name:", "Aisha Rahman".to_owned()),
        ("\n  name:", "Somebody".to_owned()),
        ("\nclient:\n  name:", "Somebody".to_owned()),
        ("\nhired:", "2026-02-01".to_owned()),
        ("  third_party:", "yes".to_owned()),
        ("received:\n  date:", "2026-03-03".to_owned()),
        ("\ndate:", "2026-03-03".to_owned()),
        ("\nroute:", "external".to_owned()),
        ("submitted_to:", "administrator".to_owned()),
        ("referrer:\n  kind:", "ngo".to_owned()),
        ("complainant:\n  kind:", "client".to_owned()),
        ("\nwhat:", "Nobody came.".to_owned()),
        ("\nreason:", "She is alone.".to_owned()),
    ] {
        text = text.replacen(&format!("{place}\n"), &format!("{place} {value}\n"), 1);
    }
    text
}

#[test]
fn a_new_record_about_the_work_shows_every_field_and_passes_once_filled() {
    for sort in Sort::ALL.into_iter().filter(|sort| *sort != Sort::Case) {
        let programme = Programmes::builtin().get("cpcm").unwrap();
        let empty = record::work_template(sort, &programme).unwrap();
        let schema = format!("# yaml-language-server: $schema={}\n", sort.schema_file());
        assert!(empty.starts_with(&schema), "{sort}");
        assert!(
            problems(&empty).iter().all(|it| it.ends_with("record.empty-field")),
            "{:?}",
            problems(&empty)
        );
        assert_eq!(problems(&filled(sort)), Vec::<String>::new(), "{sort}");
        for section in sort.schema()["properties"].as_object().unwrap().keys() {
            let named = |line: &str| line.trim_start_matches(['#', ' ']).starts_with(&format!("{section}:"));
            assert!(empty.lines().any(named), "{sort}: `{section}` is not explained in a new record");
        }
        let text = filled(sort);
        let lines: Vec<&str> =
            text.lines().skip(1).map(|line| line.strip_prefix("# ").unwrap_or(line)).collect();
        assert_eq!(problems(&lines.join("\n")), Vec::<String>::new(), "{sort}: {}", lines.join("\n"));
    }
}
