//! After a restored backup: what is lost is looked for, then given up by two people, and exactly that.

use crate::agency::{Agency, CASE};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

fn copy(agency: &Agency, from: &str, to: &str) {
    let done = Command::new("cp").arg("-r").args([agency.path(from), agency.path(to)]).status();
    assert!(done.unwrap().success());
}

fn attach(agency: &Agency, name: &str) {
    std::fs::write(agency.path(name), name).unwrap();
    agency.ok("aisha", &["attach", CASE, name]);
}

/// A backup was made, two letters were filed, the disk broke, the backup is back. Every client is one
/// person's home folder here.
fn restored() -> Agency {
    let agency = Agency::with_case();
    copy(&agency, "archive", "backup");
    attach(&agency, "one.txt");
    attach(&agency, "two.txt");
    agency.ok("selma", &["register"]);
    agency.ok("nora", &["verify"]);
    std::fs::rename(agency.path("archive"), agency.path("laptop")).unwrap();
    copy(&agency, "backup", "archive");
    agency
}

fn accept<'a>(searched: &'a str, with: &'a str) -> Vec<&'a str> {
    let words = ["verify", "--accept-restore", "--reason", "Zanzibar: the disk broke", "--with", with];
    [&words[..], &["--searched", searched, "--propose", "restore.json"]].concat()
}

fn verified(agency: &Agency) -> (Option<i32>, Value) {
    let output = agency.by("nora", &["verify", "--json"]).output().unwrap();
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

fn staff_notes(agency: &Agency) -> usize {
    std::fs::read_dir(agency.path("archive/staff")).unwrap().count()
}

#[test]
fn what_a_restored_backup_lost_is_given_up_by_two_people_and_work_goes_on() {
    let agency = restored();
    std::fs::write(agency.path("three.txt"), "three").unwrap();
    agency.fails("aisha", 5, &["attach", CASE, "three.txt"]);
    assert_eq!(verified(&agency).0, Some(5));
    // Two people, one of them an administrator; a reason; and every copy searched.
    agency.fails("aisha", 6, &accept("none", "selma"));
    agency.fails("nora", 3, &accept("none", "nora"));
    agency.fails("nora", 6, &accept("none", "zoe"));
    agency.fails("nora", 2, &["verify", "--accept-restore", "--reason", "x", "--with", "selma"]);
    let there = agency.fails("nora", 3, &accept("laptop", "selma"));
    assert!(there.contains("settle --from laptop"), "{there}");
    agency.ok("nora", &accept("backup", "selma"));
    assert_eq!(verified(&agency).0, Some(5), "one signature is none");
    let read = agency.ok("selma", &["sign", "restore.json", "--dry-run"]);
    assert!(read.contains("Zanzibar") && read.contains("00000002-"), "{read}");
    agency.fails("aisha", 6, &["sign", "restore.json"]);
    agency.ok("selma", &["sign", "restore.json"]);
    let (code, found) = verified(&agency);
    assert_eq!((code, found["damage"].as_array().unwrap().len()), (Some(0), 0), "{found}");
    assert!(found["notices"].to_string().contains("verify.restored"), "it is said for ever: {found}");
    crate::independent_reader::both_see(&agency);
    agency.ok("aisha", &["attach", CASE, "three.txt"]);
    agency.ok("selma", &["register"]);
    agency.ok("nora", &["verify"]);
    let notes = std::fs::read_dir(agency.path("archive/staff")).unwrap();
    let clear: String = notes.map(|note| std::fs::read_to_string(note.unwrap().path()).unwrap()).collect();
    assert!(clear.contains("accept-restore") && !clear.contains("Zanzibar"), "no reason in clear");
    agency.fails("nora", 3, &accept("none", "selma"));
}

#[test]
fn what_is_found_on_another_machine_is_merged_and_nothing_is_given_up() {
    let agency = restored();
    agency.ok("nora", &accept("none", "selma"));
    let from = agency.path("laptop");
    agency.ok("nora", &["settle", "--from", &from.to_string_lossy()]);
    // The proposal was made before; whoever signs second has what it would give up.
    let said = agency.fails("selma", 3, &["sign", "restore.json"]);
    assert!(said.contains("still holds"), "{said}");
    assert_eq!(verified(&agency).0, Some(0));
    assert!(agency.ok("selma", &["show", CASE]).contains("two.txt"));
}

#[test]
fn exactly_what_is_named_is_given_up_and_what_comes_back_counts_again() {
    let agency = restored();
    // A colleague's client saw only the first of the two letters that are lost.
    let elsewhere = |arguments: &[&str]| {
        let mut command = agency.by("selma", arguments);
        command.env("HOME", agency.path("home-2"));
        command
    };
    copy(&agency, "laptop", "early");
    let folder = agency.path("early/open/UASC-2016-0012-O");
    let newest = |folder: &Path| {
        let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        names.filter(|path| path.extension().is_some_and(|e| e == "note")).max().unwrap()
    };
    std::fs::remove_file(newest(&folder)).unwrap();
    std::fs::remove_dir_all(agency.path("early/register")).unwrap();
    elsewhere(&["list"]).env("CASEFILE_ARCHIVE", agency.path("early")).assert().success();
    elsewhere(&["verify"]).assert().code(5);
    agency.ok("nora", &accept("none", "selma"));
    agency.ok("selma", &["sign", "restore.json"]);
    elsewhere(&["verify"]).assert().success();
    // Another loss is another matter.
    attach(&agency, "three.txt");
    let folder = agency.path("archive/open/UASC-2016-0012-O");
    std::fs::remove_file(newest(&folder)).unwrap();
    assert_eq!(verified(&agency).0, Some(5));
    // The laptop turns up after all: nothing of it is refused.
    let from = agency.path("laptop");
    agency.by("nora", &["settle", "--from", &from.to_string_lossy()]).output().unwrap();
    assert!(agency.ok("selma", &["show", CASE]).contains("two.txt"));
}

#[test]
fn a_lost_staff_note_and_a_vanished_case_are_given_up_too() {
    let agency = Agency::founded();
    agency.key("petra", "Petra Novak");
    copy(&agency, "archive", "backup");
    agency.ok("nora", &["person", "add", "petra.pub", "--role", "project-director"]);
    agency.ok("aisha", &["admit", &crate::agency::example(CASE)]);
    agency.ok("nora", &["list"]);
    std::fs::remove_dir_all(agency.path("archive")).unwrap();
    copy(&agency, "backup", "archive");
    agency.fails("nora", 5, &["person", "add", "petra.pub", "--role", "project-director"]);
    agency.fails("aisha", 5, &["show", CASE]);
    let before = staff_notes(&agency);
    agency.ok("selma", &accept("none", "nora"));
    assert_eq!(staff_notes(&agency), before);
    agency.ok("nora", &["sign", "restore.json"]);
    assert_eq!(verified(&agency).0, Some(0));
    agency.ok("nora", &["person", "add", "petra.pub", "--role", "project-director"]);
    agency.ok("aisha", &["admit", &crate::agency::example(CASE)]);
    agency.ok("selma", &["verify", "--level", "V3"]);
}
