//! Deciding about what is filed already: withdraw, review, extend, resolve.

use crate::agency::{Agency, CASE, example};
use crate::staff::{Recovery, Staff, TEAM, date, id, minute, unit};
use casefile::archive::*;
use casefile::error::Class;
use casefile::names::Status;
use casefile::seal::{DocId, Identity};
use serde_json::Value;
use std::path::PathBuf;

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
    let now = shown(&agency);
    let review = &document(&now, &id)["review"];
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

#[test]
fn extending_moves_the_end_to_a_later_day_and_nothing_else() {
    let staff = Staff::found(&TEAM, Recovery::None, &minute(0));
    let [nora, selma, aisha] = ["nora", "selma", "aisha"].map(|name| staff.who(name));
    let (archive, unit) = (staff.open(), unit(CASE));
    let open = Admission::open(unit.clone(), date("2016-10-01"), id("aisha"), id("selma"));
    let admission = Admission { status: Status::AgedOut, until: Some(date("2017-04-01")), ..open };
    archive.admit(aisha, &admission, &minute(0)).unwrap();
    let extend = |by: &Identity, until: &str, reason: &str| {
        archive
            .extend(by, &unit, date(until), (None, reason), &minute(0))
            .map_err(|e| (e.class(), e.problems()[0].code))
    };
    assert_eq!(extend(selma, "2017-04-01", "late").err(), Some((Class::Input, "archive.bad-end")));
    assert_eq!(extend(selma, "2017-06-30", "").err(), Some((Class::Input, "archive.no-reason")));
    assert_eq!(extend(nora, "2017-06-30", "late").err().map(|e| e.0), Some(Class::Access));
    assert!(extend(selma, "2017-06-30", "late").is_ok());
    let standing = archive.case(&unit).unwrap().state().standing;
    assert_eq!(standing.until.map(|day| day.0), Some(date("2017-06-30")));
    assert_eq!(
        (standing.status, standing.since.map(|day| day.0)),
        (Some(Status::AgedOut), Some(date("2016-10-01")))
    );
    let missing = archive.withdraw(aisha, &unit, DocId::from_bytes([7; 16]), "x", &minute(0));
    assert_eq!(missing.err().map(|e| e.class()), Some(Class::NotFound));
}

// ---- Another number ----

const NEW: &str = "UASC-2016-0021";

/// Names of files below the archive in which a number stands.
fn under(agency: &Agency, number: &str) -> Vec<PathBuf> {
    agency.archive_files().into_iter().filter(|path| path.to_string_lossy().contains(number)).collect()
}

#[test]
fn a_relabelled_case_is_found_under_its_new_number_with_all_it_held() {
    let agency = Agency::with_case();
    let id = letter(&agency);
    let elsewhere = |arguments: &[&str]| {
        let mut command = agency.by("selma", arguments);
        command.env("HOME", agency.path("home-2"));
        let output = command.assert().success().get_output().clone();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    elsewhere(&["list"]);
    agency.fails("nora", 6, &["relabel", CASE, NEW, "--reason", "x"]);
    agency.fails("selma", 3, &["relabel", CASE, CASE, "--reason", "x"]);
    agency.fails("selma", 3, &["relabel", CASE, "STAFF-2026-0007", "--reason", "x"]);
    agency.fails("selma", 3, &["relabel", CASE, NEW, "--reason", " "]);
    agency.ok("selma", &["relabel", CASE, NEW, "--reason", "Zanzibar: digits swapped"]);
    assert_eq!(under(&agency, CASE), Vec::<PathBuf>::new());
    assert!(!clear(&agency).contains("Zanzibar"));
    for reader in ["aisha", "selma"] {
        assert!(agency.ok(reader, &["show", NEW]).contains("letter.txt"));
        agency.fails(reader, 8, &["show", CASE]);
    }
    assert_eq!(agency.ok("aisha", &["open", &id]), "a letter");
    assert!(agency.ok("aisha", &["history", NEW]).contains("Zanzibar"));
    agency.ok("aisha", &["attach", NEW, "letter.txt", "--title", "again"]);
    let verified = agency.ok("selma", &["verify", "--level", "V3"]);
    assert!(!verified.contains("notice"), "{verified}");
    // A client that knew the old number takes this for no loss.
    let seen = elsewhere(&["list"]);
    assert!(seen.contains(NEW) && !seen.contains(CASE) && !seen.contains("warning"), "{seen}");
    elsewhere(&["verify"]);
}

#[test]
fn an_older_copy_that_comes_back_after_relabelling_is_gathered_under_the_new_number() {
    let agency = Agency::with_case();
    let copy = |from: &str, to: &str| {
        let done =
            std::process::Command::new("cp").arg("-r").arg(agency.path(from)).arg(agency.path(to)).status();
        assert!(done.unwrap().success());
    };
    copy("archive", "laptop");
    agency.ok("selma", &["relabel", CASE, NEW, "--reason", "digits swapped"]);
    std::fs::write(agency.path("two.txt"), "two").unwrap();
    let mut offline = agency.by("aisha", &["attach", CASE, "two.txt"]);
    offline
        .env("CASEFILE_ARCHIVE", agency.path("laptop"))
        .env("HOME", agency.path("home-2"))
        .assert()
        .success();
    copy("laptop/.", "archive");
    assert!(!under(&agency, CASE).is_empty());
    agency.ok("nora", &["settle"]);
    assert_eq!(under(&agency, CASE), Vec::<PathBuf>::new());
    assert!(agency.ok("aisha", &["show", NEW]).contains("two.txt"));
    let verified = agency.ok("selma", &["verify", "--level", "V3"]);
    assert!(!verified.contains("notice"), "{verified}");
}

#[test]
fn twins_are_told_apart_by_relabelling_one_of_them() {
    let agency = Agency::founded();
    let copied = std::process::Command::new("cp")
        .arg("-r")
        .args([agency.path("archive"), agency.path("laptop")])
        .status();
    assert!(copied.unwrap().success());
    let admit = ["admit", &example(CASE)];
    agency.ok("aisha", &admit);
    let mut offline = agency.by("aisha", &admit);
    offline
        .env("CASEFILE_ARCHIVE", agency.path("laptop"))
        .env("HOME", agency.path("home-2"))
        .assert()
        .success();
    agency.ok("nora", &["settle", "--from", &agency.path("laptop").to_string_lossy()]);
    std::fs::write(agency.path("letter.txt"), "a letter").unwrap();
    agency.fails("aisha", 7, &["attach", CASE, "letter.txt"]);
    let said = agency.fails("selma", 3, &["relabel", CASE, NEW, "--reason", "twins"]);
    let hex = |word: &&str| word.len() == 16 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let twin = said.split(|c: char| !c.is_ascii_alphanumeric()).rfind(hex).unwrap();
    agency.ok("selma", &["relabel", CASE, NEW, "--folder", twin, "--reason", "admitted twice"]);
    for number in [CASE, NEW] {
        agency.ok("aisha", &["attach", number, "letter.txt"]);
        assert!(agency.ok("selma", &["show", number]).contains("letter.txt"));
    }
    let verified = agency.ok("selma", &["verify", "--level", "V3"]);
    assert!(!verified.contains("notice"), "{verified}");
}

/// The sample of a closure report, admitted as it stands on 1 December 2016: open until 24 November.
fn closed_case(agency: &Agency) -> &'static str {
    let sample = format!("{}/templates/closure-report/sample.yaml", env!("CARGO_MANIFEST_DIR"));
    let record = std::fs::read_to_string(sample).unwrap();
    let closed = "    - { status: closed, since: 2016-11-25, reason: Reunited with his father. }\n";
    assert!(record.contains(closed));
    std::fs::write(agency.path("karim.yaml"), record.replace(closed, "")).unwrap();
    agency.ok("aisha", &["admit", "karim.yaml"]);
    "UASC-2014-0052"
}

#[test]
fn a_closed_case_is_reopened_and_closed_again_with_all_it_held() {
    let agency = Agency::founded();
    let case = closed_case(&agency);
    std::fs::write(agency.path("letter.txt"), "a letter").unwrap();
    agency.ok("aisha", &["attach", case, "letter.txt"]);
    let shown = || -> Value { serde_json::from_str(&agency.ok("selma", &["show", case, "--json"])).unwrap() };
    let letter = {
        let shown = shown();
        let of = |document: &&Value| document["title"] == "letter.txt";
        let letter = shown["documents"].as_array().unwrap().iter().find(of).unwrap();
        letter["document"].as_str().unwrap().to_owned()
    };
    agency.ok("aisha", &["withdraw", &letter, "--reason", "the wrong case"]);
    let moved = |status: &str, since: &str, reason: &str| {
        agency.ok("selma", &["move", case, status, "--since", since, "--reason", reason]);
        shown()
    };
    let closed = moved("closed", "2016-11-25", "Zanzibar: with his father");
    assert_eq!((&closed["label"], &closed["since"]), (&"UASC-2014-0052-C".into(), &"2016-11-25".into()));
    assert!(agency.path("archive/closed/UASC-2014-0052-C").is_dir());
    let said = agency.fails("selma", 3, &["move", case, "inactive", "--reason", "no contact"]);
    assert!(said.contains("a closed case is reopened first"), "{said}");

    let reopened = moved("open", "2016-11-28", "Zanzibar: the visa was taken back");
    assert_eq!((&reopened["label"], &reopened["since"]), (&"UASC-2014-0052-O".into(), &"2016-11-28".into()));
    assert!(agency.path("archive/open/UASC-2014-0052-O").is_dir());
    assert!(!agency.path("archive/closed/UASC-2014-0052-C").exists());
    assert_eq!(document(&reopened, &letter)["withdrawn"], true, "still struck through");
    assert_eq!(agency.ok("aisha", &["open", &letter]), "a letter", "and still kept");
    agency.ok("aisha", &["note", case, "--kind", "call", "--on", "2016-11-29", "He is at the station."]);
    let close = ["move", case, "closed", "--since", "2016-11-30", "--reason", "with his father after all"];
    let said = agency.fails("selma", 3, &close);
    assert!(
        said.contains("a case closes with a closure report, and there is none"),
        "the old one is past: {said}"
    );
    agency.ok("aisha", &["record", case, "-o", "again.yaml"]);
    let record = std::fs::read_to_string(agency.path("again.yaml")).unwrap();
    let closure = record.replace("closure:\n  date: 2016-11-25", "closure:\n  date: 2016-11-30");
    assert_ne!(record, closure);
    std::fs::write(agency.path("again.yaml"), closure).unwrap();
    agency.ok("aisha", &["record", case, "--put", "again.yaml"]);
    let again = moved("closed", "2016-11-30", "with his father after all");
    assert_eq!(again["since"], "2016-11-30");
    let labels = again["documents"].as_array().unwrap().iter().filter(|one| one["kind"] == "folder-label");
    let codes: Vec<&str> = labels.map(|label| label["status"].as_str().unwrap()).collect();
    assert_eq!(codes, ["open", "closed", "open", "closed"], "a label for the paper folder each time");
    let history = agency.ok("selma", &["history", case]);
    assert!(history.contains("Zanzibar: the visa was taken back"), "{history}");
    assert!(!clear(&agency).contains("Zanzibar"));
    agency.ok("selma", &["verify", "--level", "V3"]);
}

#[test]
fn a_closed_case_of_somebody_grown_up_is_reopened_as_aged_out_with_six_months_anew() {
    let agency = Agency::founded();
    let case = closed_case(&agency);
    let to = ["move", case, "aged-out", "--since", "2016-11-28", "--reason", "asked for help again"];
    agency.ok("selma", &["move", case, "closed", "--since", "2016-11-25", "--reason", "with his father"]);
    let said = agency.fails("selma", 3, &to);
    assert!(said.contains("is not 18 yet"), "{said}");
    agency.ok("aisha", &["record", case, "-o", "work.yaml"]);
    let record = std::fs::read_to_string(agency.path("work.yaml")).unwrap();
    let grown = record.replace("date: 2003-01-19", "date: 1998-01-19");
    assert_ne!(record, grown);
    std::fs::write(agency.path("work.yaml"), grown).unwrap();
    agency.ok("aisha", &["record", case, "--put", "work.yaml"]);
    agency.ok("selma", &to);
    let shown: Value = serde_json::from_str(&agency.ok("selma", &["show", case, "--json"])).unwrap();
    assert_eq!((&shown["status"], &shown["until"]), (&"aged-out".into(), &"2017-05-28".into()));
    assert!(agency.path("archive/aged-out/UASC-2014-0052-AO").is_dir());
}
