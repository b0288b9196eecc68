//! Deciding about what is filed already: withdraw, review, extend, resolve.

use crate::agency::{Agency, CASE};
use casefile::archive::*;
use casefile::clock::Clock;
use casefile::error::Class;
use casefile::log::Role;
use casefile::names::{PersonId, Status, Unit};
use casefile::seal::{DocId, Identity};
use chrono::{DateTime, NaiveDate};
use serde_json::Value;

fn shown(agency: &Agency) -> Value {
    serde_json::from_str(&agency.ok("selma", &["show", CASE, "--json"])).unwrap()
}

/// Files a letter and gives its id.
fn letter(agency: &Agency) -> String {
    std::fs::write(agency.path("letter.txt"), "a letter").unwrap();
    agency.ok("aisha", &["attach", CASE, "letter.txt"]);
    let shown = shown(agency);
    let of = |document: &&Value| document["title"] == "letter.txt";
    shown["documents"].as_array().unwrap().iter().find(of).unwrap()["document"].as_str().unwrap().to_owned()
}

fn document<'a>(shown: &'a Value, id: &str) -> &'a Value {
    shown["documents"].as_array().unwrap().iter().find(|document| document["document"] == *id).unwrap()
}

/// Every entry in clear.
fn clear(agency: &Agency) -> String {
    let notes = agency.archive_files().into_iter().filter(|p| p.extension().is_some_and(|e| e == "note"));
    notes.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn a_withdrawn_document_is_kept_and_struck_through() {
    let agency = Agency::with_case();
    let id = letter(&agency);
    agency.fails("nora", 6, &["withdraw", &id, "--reason", "wrong case"]);
    agency.fails("selma", 3, &["withdraw", &id, "--reason", " "]);
    agency.ok("aisha", &["withdraw", &id, "--reason", "Zanzibar: the wrong case"]);
    assert_eq!(document(&shown(&agency), &id)["withdrawn"], true);
    assert!(agency.ok("selma", &["show", CASE]).contains("(withdrawn)"));
    assert_eq!(agency.ok("selma", &["open", &id]), "a letter", "it is kept");
    assert!(agency.ok("selma", &["history", CASE]).contains("Zanzibar"), "readers know why");
    assert!(!clear(&agency).contains("Zanzibar"), "and nobody else");
    agency.fails("selma", 3, &["withdraw", &id, "--reason", "again"]);
    agency.ok("selma", &["verify", "--level", "V3"]);
}

#[test]
fn a_record_is_corrected_and_never_withdrawn() {
    let agency = Agency::with_case();
    let shown = shown(&agency);
    let record = shown["documents"].as_array().unwrap().iter().find(|d| d["kind"] == "record").unwrap();
    let said =
        agency.fails("aisha", 3, &["withdraw", record["document"].as_str().unwrap(), "--reason", "old"]);
    assert!(said.contains("casefile record"), "{said}");
}

#[test]
fn only_the_supervisor_reviews_and_the_newest_verdict_shows() {
    let agency = Agency::with_case();
    let id = letter(&agency);
    agency.fails("aisha", 6, &["review", &id, "approve"]);
    agency.fails("nora", 6, &["review", &id, "approve"]);
    agency.fails("selma", 2, &["review", &id, "return"]);
    agency.fails("selma", 3, &["review", &id, "return", "--comment", " "]);
    agency.ok("selma", &["review", &id, "return", "--comment", "Zanzibar: no date"]);
    assert_eq!(document(&shown(&agency), &id)["review"]["verdict"], "return");
    agency.ok("selma", &["review", &id[..10], "approve"]);
    let review = &document(&shown(&agency), &id)["review"];
    assert_eq!((review["verdict"].as_str(), review["by"][0].as_str()), (Some("approve"), Some("selma")));
    assert!(agency.ok("aisha", &["show", CASE]).contains("approved by selma"));
    assert!(agency.ok("aisha", &["history", CASE]).contains("Zanzibar"));
    assert!(!clear(&agency).contains("Zanzibar"));
}

#[test]
fn only_an_aged_out_case_is_extended() {
    let agency = Agency::with_case();
    let said = agency.fails("selma", 3, &["extend", CASE, "--until", "2017-06-30", "--reason", "late"]);
    assert!(said.contains("aged-out"), "{said}");
}

// ---- In the library, where a case can be aged out without a birthday ----

fn id(text: &str) -> PersonId {
    text.parse().unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn clock() -> Clock {
    Clock::new(DateTime::from_timestamp(1_780_000_000, 0).unwrap(), Some(date("2016-12-01")))
}

#[test]
fn extending_moves_the_end_to_a_later_day_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let person = |name: &str| Identity::generate(id(name), name).unwrap();
    let (nora, selma, aisha) = (person("nora"), person("selma"), person("aisha"));
    let init = Init { founder: &nora, recovery: None, test: true };
    let mut archive = Archive::init(dir.path(), &init, &clock()).unwrap();
    archive.add_person(&nora, &selma.public(), &[Role::CaseSupervisor], &clock()).unwrap();
    archive.add_person(&nora, &aisha.public(), &[Role::CaseManager], &clock()).unwrap();
    let unit: Unit = CASE.parse().unwrap();
    let admission = Admission {
        unit: unit.clone(),
        status: Status::AgedOut,
        since: date("2016-10-01"),
        until: Some(date("2017-04-01")),
        manager: id("aisha"),
        supervisor: id("selma"),
        documents: vec![],
    };
    archive.admit(&aisha, &admission, &clock()).unwrap();
    let extend = |by: &Identity, until: &str, reason: &str| {
        archive
            .extend(by, &unit, date(until), reason, &clock())
            .map_err(|e| (e.class(), e.problems()[0].code))
    };
    assert_eq!(extend(&selma, "2017-04-01", "late").err(), Some((Class::Input, "archive.bad-end")));
    assert_eq!(extend(&selma, "2017-06-30", "").err(), Some((Class::Input, "archive.no-reason")));
    assert_eq!(extend(&nora, "2017-06-30", "late").err().map(|e| e.0), Some(Class::Access));
    assert!(extend(&selma, "2017-06-30", "late").is_ok());
    let standing = archive.case(&unit).unwrap().state().standing;
    assert_eq!(standing.until.map(|day| day.0), Some(date("2017-06-30")));
    assert_eq!(
        (standing.status, standing.since.map(|day| day.0)),
        (Some(Status::AgedOut), Some(date("2016-10-01")))
    );
    let missing = archive.withdraw(&aisha, &unit, DocId::from_bytes([7; 16]), "x", &clock());
    assert_eq!(missing.err().map(|e| e.class()), Some(Class::NotFound));
}
