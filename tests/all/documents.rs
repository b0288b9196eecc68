//! Tests: composing documents from records.

use casefile::document::{self, Document, Kind, Kinds, Request, Words, compose};
use casefile::error::{Class, Error};
use casefile::names::Status;
use casefile::programme::Programmes;
use casefile::record::Record;
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn kind(id: &str) -> Arc<Kind> {
    Kinds::builtin().expect("kinds").get(id).expect("kind")
}

fn record(yaml: &str) -> Record {
    match Record::parse(yaml.as_bytes(), None, &Programmes::builtin()) {
        Ok(checked) => checked.record,
        Err(error) => panic!("{error}"),
    }
}

/// A record with a year of life, `more` added at its end.
fn year(more: &str) -> Record {
    record(&format!("{}{more}", include_str!("documents/year.yaml")))
}

fn november() -> Request {
    Request { period: Some((day("2016-11-01"), day("2016-11-30"))), ..Request::on(day("2016-12-01")) }
}

fn composed(record: &Record, request: &Request) -> Document {
    compose(record, &kind("progress-report"), request).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(record: &Record, kind: &Arc<Kind>, request: &Request) -> Error {
    match compose(record, kind, request) {
        Ok(_) => panic!("it was composed"),
        Err(error) => error,
    }
}

fn codes(error: &Error) -> Vec<&'static str> {
    error.problems().iter().map(|problem| problem.code).collect()
}

#[test]
fn the_header_shows_the_status_effective_on_the_documents_date() {
    let record = record(&include_str!("documents/year.yaml").replace(
        "  # history",
        concat!(
            "  history:\n",
            "    - { status: open, since: 2015-10-05 }\n",
            "    - { status: inactive, since: 2016-03-01 }\n",
            "    - { status: open, since: 2016-03-20 }\n",
        ),
    ));
    let archive = vec![(Status::Open, day("2016-03-20")), (Status::Inactive, day("2016-11-16"))];
    let table = [
        ("2015-10-05", "O"),
        ("2016-02-29", "O"),
        ("2016-03-01", "IA"),
        ("2016-03-19", "IA"),
        ("2016-03-20", "O"),
        ("2016-11-15", "O"),
        ("2016-11-16", "IA"),
        ("2016-11-30", "IA"),
    ];
    for (date, code) in table {
        let request = Request { date: Some(day(date)), statuses: Some(archive.clone()), ..november() };
        let document = composed(&record, &request);
        assert_eq!(document.status().map(Status::code), Some(code), "{date}");
        assert_eq!(document.facts().status_code, code, "{date}");
        assert_eq!(document.data()["header"]["code"], code, "{date}");
        assert_eq!(document.data()["derived"]["label"]["code"], code, "{date}");
        assert!(document.keywords()[0].starts_with(&format!("UASC-2015-0044-{code}; {code}; {date}; ")));
    }
}

#[test]
fn the_date_is_the_end_of_the_period_unless_another_is_given() {
    let record = year("");
    assert_eq!(composed(&record, &november()).date(), day("2016-11-30"));
    let given = Request { date: Some(day("2016-12-05")), ..november() };
    assert_eq!(composed(&record, &given).date(), day("2016-12-05"));
    assert_eq!(composed(&record, &given).facts().date_text, "5 December 2016");
}

#[test]
fn a_date_before_admission_is_refused() {
    let before = Request { date: Some(day("2015-10-04")), ..november() };
    let error = refused(&year(""), &kind("progress-report"), &before);
    assert_eq!((error.class(), codes(&error)), (Class::Input, vec!["document.before-admission"]));
    let text = format!("{error} {:?}", error.problems());
    assert!(!text.contains("2015"), "a value of the record in {text}");
}

#[test]
fn a_kind_that_needs_a_period_says_which_flag_gives_it() {
    let error = refused(&year(""), &kind("progress-report"), &Request::on(day("2016-12-01")));
    assert_eq!(codes(&error), ["document.no-period"]);
    assert!(error.problems()[0].hint.as_ref().is_some_and(|hint| hint.contains("--period")));
    let reversed = Request { period: Some((day("2016-11-30"), day("2016-11-01"))), ..november() };
    assert_eq!(codes(&refused(&year(""), &kind("progress-report"), &reversed)), ["document.period-reversed"]);
}

#[test]
fn the_first_and_the_last_day_belong_to_the_period() {
    let data = composed(&year(""), &november()).data().clone();
    let contacts = &data["derived"]["contacts"];
    let days: Vec<&Value> =
        contacts["items"].as_array().expect("contacts").iter().map(|it| &it["on"]["iso"]).collect();
    assert_eq!(days, ["2016-11-01", "2016-11-09", "2016-11-16", "2016-11-30"]);
    assert_eq!(data["period"]["text"], "1–30 November 2016");
    let goal = &data["derived"]["goals"][0];
    assert_eq!(goal["progress_in_period"].as_array().map(Vec::len), Some(1));
    assert_eq!(goal["progress_in_period"][0]["score"], 7);
}

#[test]
fn the_numbers_are_those_of_the_period() {
    let data = composed(&year(""), &november()).data().clone();
    let contacts = &data["derived"]["contacts"];
    let numbers = ["count", "minutes", "face_to_face", "attempts", "scheduled", "unscheduled"];
    let found: Vec<i64> = numbers.iter().map(|name| contacts[name].as_i64().expect("a number")).collect();
    assert_eq!(found, [4, 135, 2, 1, 3, 1]);
    assert_eq!(contacts["hours_text"], "2 h 15 min");
    assert_eq!(
        contacts["by_kind"][0],
        json!({"kind": {"id": "home-visit", "text": "Home visit"}, "count": 1,
        "minutes": 70, "minutes_text": "1 h 10 min"})
    );
    let attendance = &data["derived"]["attendance"];
    assert_eq!((&attendance["sessions"], &attendance["rate_percent"]), (&json!(3), &json!(67)));
    assert_eq!(data["derived"]["age"], 15);
}

#[test]
fn what_is_computed_is_as_of_the_documents_date() {
    let record = year("");
    let derived = |date: &str| {
        let request = Request { period: None, date: Some(day(date)), ..november() };
        let on = compose(&record, &kind("case-note"), &request).unwrap_or_else(|error| panic!("{error}"));
        on.data()["derived"].clone()
    };
    let (before, after) = (derived("2016-11-10"), derived("2016-11-12"));
    assert_eq!(before["tasks_overdue"], json!([]));
    assert_eq!(after["tasks_overdue"].as_array().map(Vec::len), Some(1));
    assert_eq!(before["current_risk"]["level"]["id"], "high");
    assert_eq!(derived("2016-11-14")["current_risk"]["level"]["id"], "medium");
    assert_eq!(before["last_seen"]["iso"], "2016-11-01");
    assert_eq!(before["days_since_last_contact"], 9);
    assert_eq!(after["last_contact"]["kind"]["id"], "home-visit");
    assert_eq!(derived("2016-01-10")["goals"], json!([]));
    assert_eq!(derived("2016-01-10")["current_placement"], Value::Null);
    let next = derived("2016-11-10");
    let next = next["next_dates"].as_array().expect("dates");
    assert_eq!(next[0]["date"]["iso"], "2016-11-10");
    assert!(next.windows(2).all(|two| two[0]["date"]["iso"].as_str() <= two[1]["date"]["iso"].as_str()));
}

#[test]
fn every_field_is_there_also_in_the_smallest_record() {
    let smallest = record(include_str!("documents/smallest.yaml"));
    let small = composed(&smallest, &november()).data().clone();
    let full = composed(&year(""), &november()).data().clone();
    for part in ["derived", "header", "footer", "pdf", "period", "words", "record"] {
        let names =
            |data: &Value| -> Vec<String> { data[part].as_object().expect(part).keys().cloned().collect() };
        assert_eq!(names(&small), names(&full), "{part}");
    }
    let contract = [
        "age",
        "at_date",
        "days_since_last_contact",
        "last_contact",
        "last_seen",
        "current_risk",
        "current_placement",
        "contacts",
        "goals",
        "tasks_overdue",
        "incidents",
        "attendance",
        "reviews",
        "conferences",
        "referrals",
        "consents_valid",
        "consents_ended",
        "next_dates",
        "label",
        "statuses",
    ];
    for name in contract {
        assert!(small["derived"].get(name).is_some(), "{name}");
    }
    assert_eq!(small["record"]["people"], json!([]));
    assert_eq!(small["record"]["closure"], Value::Null);
    assert_eq!(small["record"]["client"]["nationality"], Value::Null);
    assert_eq!(small["derived"]["contacts"]["hours_text"], "0 min");
}

#[test]
fn a_period_in_which_nothing_happened_is_made_and_said() {
    let warned = |record: &Record, request: &Request| {
        composed(record, request).warnings().iter().any(|warning| warning.code == "document.empty-period")
    };
    let smallest = record(include_str!("documents/smallest.yaml"));
    assert!(warned(&smallest, &november()));
    assert!(!warned(&year(""), &november()));
}

#[test]
fn values_are_said_in_words() {
    let data = composed(&year(""), &november()).data().clone();
    let record = &data["record"];
    assert_eq!(record["case"]["admitted"], json!({"iso": "2015-10-05", "text": "5 October 2015"}));
    assert_eq!(record["client"]["languages"][0], json!({"id": "ti", "text": "Tigrinya"}));
    assert_eq!(record["contacts"][1]["with"], json!(["Client", "Almaz Gebre (foster mother)"]));
    assert_eq!(record["contacts"][1]["by"], json!(["Selma Lindqvist"]));
    assert_eq!(record["client"]["strengths"][0]["blocks"][0]["c"][1], json!({"t": "b", "s": "bicycles"}));
    assert_eq!(
        data["derived"]["statuses"],
        json!([{"status": {"id": "open", "text": "Open", "code": "O"},
        "since": {"iso": "2015-10-05", "text": "5 October 2015"}, "until": null}])
    );
    assert_eq!(
        data["derived"]["label"],
        json!({"category": "UASC", "year": "2015", "number": "0044", "code": "O"})
    );
}

#[test]
fn unsafe_ways_and_persons_of_concern_are_marked() {
    let data = composed(&year(""), &november()).data().clone();
    let reach = data["record"]["client"]["reach"].as_array().expect("ways");
    assert_eq!(reach.iter().map(|way| &way["unsafe"]).collect::<Vec<_>>(), [&json!(true), &json!(false)]);
    let people = data["record"]["people"].as_array().expect("people");
    assert_eq!(people.iter().map(|it| &it["of_concern"]).collect::<Vec<_>>(), [&json!(false), &json!(true)]);
}

#[test]
fn narratives_in_another_language_carry_it() {
    let yaml = include_str!("documents/smallest.yaml");
    let record =
        record(&format!("{yaml}handover:\n  date: 2016-11-01\n  works: {{text: \"سلام\", lang: ar}}\n"));
    let data = composed(&record, &november()).data().clone();
    let works = &data["record"]["handover"]["works"];
    assert_eq!((&works["lang"], &works["dir"]), (&json!("ar"), &json!("rtl")));
}

#[test]
fn equal_inputs_give_an_equal_identifier_and_any_other_a_new_one() {
    let record = year("");
    let first = composed(&record, &november());
    assert_eq!(first.ident(), composed(&record, &november()).ident());
    let others = [
        Request { date: Some(day("2016-12-02")), ..november() },
        Request { lang: Some("fr".to_owned()), ..november() },
        Request { reference: Some("UASC-2015-0044/3 ab".to_owned()), ..november() },
        Request { draft: true, ..november() },
    ];
    for other in &others {
        assert_ne!(first.ident(), composed(&record, other).ident());
    }
    assert_ne!(
        first.ident(),
        composed(&year("exit: {date: 2016-11-02, plan: None yet}\n"), &november()).ident()
    );
}

#[test]
fn a_language_without_words_is_refused_and_the_records_own_is_taken_first() {
    let record = year("");
    let request = Request { lang: Some("xx".to_owned()), ..november() };
    assert_eq!(codes(&refused(&record, &kind("progress-report"), &request)), ["document.language"]);
    let french = self::record(&include_str!("documents/smallest.yaml").replace("lang: en", "lang: fr"));
    let document = composed(&french, &november());
    assert_eq!(document.lang(), "fr");
    assert_eq!(document.data()["unreviewed"], true);
    let tamil = self::record(&include_str!("documents/smallest.yaml").replace("lang: en", "lang: ta"));
    assert_eq!(composed(&tamil, &november()).lang(), "en");
    assert_eq!(composed(&record, &november()).data()["unreviewed"], false);
}

#[test]
fn dates_read_as_each_language_writes_them() {
    let kind = kind("progress-report");
    let words = |lang: &str| Words::of(&kind, lang).unwrap_or_else(|error| panic!("{error}"));
    let (en, fr, ar, my) = (words("en"), words("fr"), words("ar"), words("my"));
    let period = |words, a, b| document::dates::period(words, (day(a), day(b)));
    assert_eq!(document::dates::full(&fr, day("2016-11-01")), "1er novembre 2016");
    assert_eq!(document::dates::full(&fr, day("2016-11-04")), "4 novembre 2016");
    assert_eq!(document::dates::full(&ar, day("2016-11-04")), "4 نوفمبر 2016");
    assert!(document::dates::full(&my, day("2016-11-04")).contains("နိုဝင်ဘာ"));
    assert_eq!(period(&en, "2016-10-15", "2016-11-14"), "15 October – 14 November 2016");
    assert_eq!(period(&en, "2016-12-15", "2017-01-14"), "15 December 2016 – 14 January 2017");
    assert_eq!(period(&en, "2016-11-30", "2016-11-30"), "30 November 2016");
    assert_eq!(document::dates::duration(&en, 45), "45 min");
    assert_eq!(document::dates::duration(&en, 120), "2 h");
    assert!(ar.rtl() && !my.rtl());
    let plan = self::kind("support-plan");
    let words = |lang: &str| Words::of(&plan, lang).unwrap_or_else(|error| panic!("{error}"));
    let (es, fa, ta, so) = (words("es"), words("fa"), words("ta"), words("so"));
    assert_eq!(document::dates::full(&es, day("2016-11-04")), "4 de noviembre de 2016");
    assert_eq!(period(&es, "2016-11-01", "2016-11-30"), "del 1 al 30 de noviembre de 2016");
    assert_eq!(document::dates::full(&fa, day("2016-11-04")), "4 نوامبر 2016");
    assert_eq!(document::dates::full(&ta, day("2016-11-04")), "4 நவம்பர் 2016");
    assert_eq!(document::dates::full(&so, day("2016-11-04")), "4 Nofeembar 2016");
    assert!(fa.rtl() && !ta.rtl() && !so.rtl() && !es.rtl());
}

#[test]
fn a_photograph_is_taken_from_the_records_folder_and_from_nowhere_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let inside = folder.path().join("records");
    std::fs::create_dir(&inside).expect("a folder");
    std::fs::write(inside.join("face.jpg"), b"x").expect("a file");
    std::fs::write(folder.path().join("other.jpg"), b"x").expect("a file");
    let read = |name: &str| {
        let yaml = include_str!("documents/smallest.yaml")
            .replace("  # photograph", &format!("  photograph: {{ file: {name}, alt: A portrait }}"));
        let file = inside.join("record.yaml");
        std::fs::write(&file, yaml).expect("a file");
        Record::read(&file, &Programmes::builtin())
    };
    let checked = read("face.jpg").unwrap_or_else(|error| panic!("{error}"));
    let document = composed(&checked.record, &november());
    assert_eq!(document.data()["record"]["client"]["photograph"]["path"], "/att/0");
    assert_eq!(document.images()[0].field(), "client.photograph.file");

    std::fs::remove_file(inside.join("face.jpg")).expect("gone");
    let error = refused(&checked.record, &kind("progress-report"), &november());
    assert_eq!(codes(&error), ["document.photograph-missing"]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../other.jpg", inside.join("face.jpg")).expect("a link");
        let error = refused(&checked.record, &kind("progress-report"), &november());
        assert_eq!(codes(&error), ["document.photograph-outside"]);
    }
}

#[test]
fn a_record_from_the_archive_takes_its_photographs_from_the_request() {
    let yaml = include_str!("documents/smallest.yaml")
        .replace("  # photograph", "  photograph: { file: face.jpg, alt: A portrait }");
    let record = record(&yaml);
    let without = composed(&record, &november());
    assert_eq!(without.data()["record"]["client"]["photograph"], Value::Null);
    assert_eq!(without.warnings()[0].code, "document.photograph-absent");
    let photographs = [("face.jpg".to_owned(), b"bytes".to_vec())].into();
    let with = composed(&record, &Request { photographs, ..november() });
    assert_eq!(with.images().len(), 1);
}

#[test]
fn no_message_tells_anything_of_the_record() {
    let record = year("");
    let kinds = Kinds::builtin().expect("kinds");
    for kind in kinds.list() {
        for problem in document::missing(kind, &record, None) {
            let said = format!("{problem:?}");
            for private in ["Yonas", "Tesfay", "Almaz", "bicycles", "workshop", "Rahman"] {
                assert!(!said.contains(private), "{private} in a message of {}", kind.id());
            }
        }
    }
}

#[test]
fn an_agencys_kind_replaces_the_programs_own_and_is_marked() {
    let folder = tempfile::tempdir().expect("a folder");
    copy_kind("progress-report", &folder.path().join("progress-report"));
    let own = Kinds::with_overlay(folder.path()).unwrap_or_else(|error| panic!("{error}"));
    let (mine, theirs) = (own.get("progress-report").expect("kind"), kind("progress-report"));
    assert!(mine.overlay() && !theirs.overlay());
    assert_eq!(mine.hash(), theirs.hash(), "the same files have the same hash");
    std::fs::write(folder.path().join("progress-report/main.typ"), "changed").expect("a file");
    let changed = Kinds::with_overlay(folder.path()).expect("kinds").get("progress-report").expect("kind");
    assert_ne!(changed.hash(), theirs.hash());
    assert!(!own.get("case-note").expect("kind").overlay());
}

#[test]
fn a_kind_that_cannot_be_read_names_file_and_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("progress-report");
    copy_kind("progress-report", &dir);
    let good = std::fs::read_to_string(dir.join("kind.toml")).expect("text");
    let cases = [
        (good.replace("version =", "verison ="), Some(2)),
        (good.replace("header = \"case\"", "header = \"none\""), Some(7)),
        (good.replace("id = \"progress-report\"", "id = \"other\""), None),
        (good.replace("contacts[].what", "contacts[].wat"), None),
        (good.replace("label = \"what\"", "label = \"wat\""), None),
        (good.replace("\"fr\"", "\"fr\", \"so\""), None),
    ];
    for (text, line) in cases {
        assert_ne!(text, good);
        std::fs::write(dir.join("kind.toml"), &text).expect("a file");
        let Err(error) = Kinds::with_overlay(folder.path()) else { panic!("accepted:\n{text}") };
        assert_eq!((error.class(), codes(&error)), (Class::Input, vec!["document.kind"]), "{error}");
        let place = error.problems()[0].place.clone().expect("a place");
        assert_eq!(place.file.as_deref(), Some(dir.join("kind.toml").as_path()));
        assert_eq!(place.line, line, "{error}");
    }
    std::fs::write(dir.join("kind.toml"), &good).expect("a file");
    std::fs::write(dir.join("words/fr.toml"), "title = \"Rapport\"\nbad").expect("a file");
    let kind = Kinds::with_overlay(folder.path()).expect("kinds").get("progress-report").expect("kind");
    let Err(error) = Words::of(&kind, "fr") else { panic!("accepted") };
    assert_eq!(error.problems()[0].place.as_ref().and_then(|place| place.line), Some(2));
}

#[test]
fn an_agencys_folder_holds_kinds_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("own");
    copy_kind("progress-report", &dir);
    std::fs::write(dir.join("plugin.wasm"), "x").expect("a file");
    let refused = |dir: &Path| match Kinds::with_overlay(dir) {
        Ok(_) => panic!("accepted"),
        Err(error) => codes(&error),
    };
    assert_eq!(refused(folder.path()), ["document.overlay"]);
    std::fs::remove_file(dir.join("plugin.wasm")).expect("gone");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc/passwd", dir.join("link.txt")).expect("a link");
        assert_eq!(refused(folder.path()), ["document.overlay"]);
        std::fs::remove_file(dir.join("link.txt")).expect("gone");
    }
    std::fs::create_dir(folder.path().join("_shared")).expect("a folder");
    assert_eq!(refused(folder.path()), ["document.overlay"]);
    assert_eq!(refused(&folder.path().join("nowhere")), ["file.not-found"]);
}

/// Writes a kind of the program as an agency would have it.
fn copy_kind(id: &str, to: &Path) {
    let prefix = format!("/{id}/");
    for (path, bytes) in kind(id).files() {
        let Some(within) = path.strip_prefix(&prefix) else { continue };
        let file = to.join(within);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("folders");
        std::fs::write(file, bytes).expect("a file");
    }
}

#[test]
fn dates_ahead_hold_the_birthday_and_the_closing_of_an_aged_out_case() {
    let record = record(&include_str!("documents/smallest.yaml").replace(
        "  name: Yonas Tesfay",
        "  name: Yonas Tesfay\n  birth: { date: 2000-02-29, certainty: exact }",
    ));
    let ahead = |date: &str, statuses: Option<Vec<(Status, NaiveDate)>>| -> Vec<(String, String)> {
        let request = Request { date: Some(day(date)), statuses, ..november() };
        let data = composed(&record, &request).data()["derived"]["next_dates"].clone();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let dates = data.as_array().expect("dates").iter();
        dates.map(|it| (text(&it["date"]["iso"]), text(&it["what"]))).collect()
    };
    let birthday = ("2018-03-01".to_owned(), "18th birthday".to_owned());
    assert_eq!(ahead("2016-11-30", None), std::slice::from_ref(&birthday));
    assert_eq!(ahead("2018-03-01", None), [birthday]);
    assert_eq!(ahead("2018-03-02", None), []);
    let aged_out = vec![(Status::Open, day("2015-10-05")), (Status::AgedOut, day("2018-08-31"))];
    let closing = ("2019-02-28".to_owned(), "Case to be closed".to_owned());
    assert_eq!(ahead("2018-08-31", Some(aged_out)), [closing]);
}

#[test]
fn a_long_name_is_shortened_in_the_header_and_nowhere_else() {
    let long = "Maria del Carmen Fernandez de Castro Ruiz";
    let record = record(&include_str!("documents/smallest.yaml").replace("Aisha Rahman", long));
    let document = composed(&record, &november());
    assert_eq!(document.facts().manager, "Maria d. C. F. d. C. Ruiz");
    assert_eq!(document.data()["header"]["manager"], "Maria d. C. F. d. C. Ruiz");
    assert_eq!(document.data()["record"]["team"]["manager"]["name"], long);
}

#[test]
fn kinds_are_told_to_scripts_with_what_they_need() {
    let json = Kinds::builtin().expect("kinds").json().unwrap_or_else(|error| panic!("{error}"));
    let kinds = json.as_array().expect("a list");
    let care_plan = kinds.iter().find(|kind| kind["id"] == "care-plan").expect("care-plan");
    assert_eq!(care_plan["titles"]["en"], "Care plan");
    assert_eq!(care_plan["period"], "none");
    let goal = care_plan["needs"].as_array().expect("needs").iter().find(|it| it["path"] == "goals[].goal");
    assert_eq!(goal.map(|it| &it["required"]), Some(&Value::Bool(true)));
}
