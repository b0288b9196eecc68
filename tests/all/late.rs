//! What somebody who has left had signed on a machine that was away: shown, without effect, accepted.

use crate::agency::{Agency, CASE};
use serde_json::Value;
use std::process::Command;

/// With tomas and petra, who reads the case too; a laptop with a copy of the archive goes away with petra.
fn agency() -> Agency {
    let agency = Agency::with_colleagues();
    agency.ok("selma", &["reader", "add", CASE, "petra", "--as", "cover", "--reason", "leave"]);
    let copied = Command::new("cp").arg("-r").args([agency.path("archive"), agency.path("laptop")]).status();
    assert!(copied.unwrap().success());
    agency
}

/// Runs the program on the laptop, with a home folder of its own.
fn away(agency: &Agency, person: &str, arguments: &[&str]) {
    let mut command = agency.by(person, arguments);
    command.env("CASEFILE_ARCHIVE", agency.path("laptop")).env("HOME", agency.path("home-2"));
    command.assert().success();
}

fn attach_away(agency: &Agency, person: &str, name: &str) {
    std::fs::write(agency.path(name), format!("what {name} says")).unwrap();
    away(agency, person, &["attach", CASE, name]);
}

fn comes_back(agency: &Agency) {
    agency.ok("nora", &["settle", "--from", &agency.path("laptop").to_string_lossy()]);
}

fn shown(agency: &Agency) -> Value {
    serde_json::from_str(&agency.ok("selma", &["show", CASE, "--json"])).unwrap()
}

/// Operation, signer and verdict of each entry.
fn history(agency: &Agency) -> Vec<[String; 3]> {
    let all: Value = serde_json::from_str(&agency.ok("selma", &["history", CASE, "--json"])).unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    all.as_array().unwrap().iter().map(|e| [word(&e["op"]), word(&e["by"][0]), word(&e["verdict"])]).collect()
}

fn late(agency: &Agency) -> usize {
    history(agency).iter().filter(|[_, _, verdict]| verdict == "late").count()
}

fn leaves(agency: &Agency, person: &str) {
    if person == "petra" {
        agency.ok("selma", &["reader", "remove", CASE, "petra", "--reason", "she leaves"]);
    } else {
        agency.ok("selma", &["team", CASE, "--manager", "tomas", "--reason", "she leaves"]);
    }
    agency.ok("nora", &["person", "retire", person]);
}

#[test]
fn a_late_entry_comes_back_with_its_documents_and_counts_once_a_reader_accepts_it() {
    let agency = agency();
    attach_away(&agency, "petra", "visit.txt");
    leaves(&agency, "petra");
    comes_back(&agency);
    let before = shown(&agency);
    assert!(!before["documents"].to_string().contains("visit.txt"), "no effect");
    assert!(before["warnings"].to_string().contains("resolve --late"), "{before}");
    assert_eq!(late(&agency), 1);
    let ask = ["resolve", CASE, "--late", "all", "--reason", "seen on paper", "--dry-run"];
    let listed = agency.ok("selma", &ask);
    assert!(listed.contains("file by petra") && listed.contains("visit.txt"), "{listed}");
    assert_eq!(late(&agency), 1, "looking accepts nothing");
    for person in ["nora", "tomas", "petra"] {
        agency.fails(person, 6, &["resolve", CASE, "--late", "all", "--reason", "x"]);
    }
    agency.fails("selma", 3, &["resolve", CASE, "--reason", "x"]);
    agency.fails("selma", 3, &["resolve", CASE, "--late", "0000", "--reason", "x"]);
    agency.ok("selma", &["resolve", CASE, "--late", "all", "--reason", "Zanzibar: seen on paper"]);
    assert_eq!(late(&agency), 0);
    let after = shown(&agency);
    assert_eq!(after["warnings"].as_array().unwrap().len(), 0, "{after}");
    let documents = after["documents"].as_array().unwrap();
    let visit = documents.iter().find(|document| document["title"] == "visit.txt").unwrap();
    assert_eq!(agency.ok("tomas", &["list", "--json"]).matches("late").count(), 0);
    assert_eq!(agency.ok("aisha", &["open", visit["document"].as_str().unwrap()]), "what visit.txt says");
    assert!(agency.ok("aisha", &["history", CASE]).contains("Zanzibar"));
    agency.ok("selma", &["verify", "--level", "V3"]);
    agency.fails("selma", 3, &["resolve", CASE, "--late", "all", "--reason", "again"]);
    // Work goes on, on both sides of it.
    std::fs::write(agency.path("more.txt"), "more").unwrap();
    agency.ok("aisha", &["attach", CASE, "more.txt"]);
}

#[test]
fn some_late_entries_are_accepted_and_others_are_not() {
    let agency = agency();
    attach_away(&agency, "petra", "one.txt");
    attach_away(&agency, "petra", "two.txt");
    leaves(&agency, "petra");
    comes_back(&agency);
    let all: Value = serde_json::from_str(&agency.ok("selma", &["history", CASE, "--json"])).unwrap();
    let late_ones = all.as_array().unwrap().iter().filter(|entry| entry["verdict"] == "late");
    let first = late_ones.map(|entry| entry["entry"].as_str().unwrap()[..16].to_owned()).next().unwrap();
    agency.ok("selma", &["resolve", CASE, "--late", &first, "--reason", "this one is hers"]);
    let titles = shown(&agency)["documents"].to_string();
    assert!(titles.contains("one.txt") && !titles.contains("two.txt"), "{titles}");
    assert_eq!(late(&agency), 1);
    agency.ok("selma", &["resolve", CASE, "--late", "all", "--reason", "and this one"]);
    assert!(shown(&agency)["documents"].to_string().contains("two.txt"));
    agency.ok("selma", &["verify", "--level", "V3"]);
}

#[test]
fn a_late_move_moves_nothing_until_it_is_accepted() {
    let agency = agency();
    away(&agency, "aisha", &["move", CASE, "inactive", "--reason", "no contact", "--since", "2016-11-30"]);
    leaves(&agency, "aisha");
    comes_back(&agency);
    assert_eq!(shown(&agency)["status"], "open");
    agency.ok("selma", &["resolve", CASE, "--late", "all", "--reason", "she was right"]);
    let after = shown(&agency);
    assert_eq!((&after["status"], &after["since"]), (&"inactive".into(), &"2016-11-30".into()));
    assert_eq!((&after["manager"], after["readers"].as_array().unwrap().len()), (&"tomas".into(), 3));
    assert!(agency.path("archive/inactive/UASC-2016-0012-IA").exists());
    agency.fails("aisha", 6, &["show", CASE]);
    agency.ok("selma", &["verify", "--level", "V3"]);
}

#[test]
fn nothing_late_is_accepted_by_settling_something_else_unless_that_is_said() {
    let agency = agency();
    let record = |place: &str, home: &str, by: &str, words: &str| {
        let mut note = agency.by(by, &["note", CASE, "--kind", "call", "--on", "2016-11-30", words]);
        note.env("CASEFILE_ARCHIVE", agency.path(place)).env("HOME", agency.path(home)).assert().success();
    };
    // Selma builds on what petra signed; meanwhile the record changes here too.
    attach_away(&agency, "petra", "visit.txt");
    record("laptop", "home-2", "selma", "First call.");
    record("archive", "home", "aisha", "Second call.");
    leaves(&agency, "petra");
    comes_back(&agency);
    assert_eq!(late(&agency), 1);
    let records = shown(&agency);
    let documents = records["documents"].as_array().unwrap();
    let newest = documents.iter().rfind(|document| document["kind"] == "record").unwrap();
    let choose =
        ["resolve", CASE, "--record", newest["document"].as_str().unwrap(), "--reason", "both calls"];
    let said = agency.fails("selma", 3, &choose);
    assert!(said.contains("--late"), "{said}");
    assert_eq!(late(&agency), 1);
    agency.ok("selma", &[&choose[..], &["--late", "all"]].concat());
    assert_eq!(late(&agency), 0);
    agency.ok("selma", &["verify", "--level", "V3"]);
}
