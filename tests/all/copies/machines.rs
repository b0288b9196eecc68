//! What other machines and programs do to a copy, as the people see it who work with it.

use crate::agency::{Agency, CASE, copy, files_below};
use std::path::PathBuf;

fn with_letters() -> Agency {
    let agency = Agency::with_case();
    for letter in ["one.txt", "two.txt"] {
        std::fs::write(agency.path(letter), format!("what {letter} says")).unwrap();
        agency.ok("aisha", &["attach", CASE, letter, "--date", "2016-11-30"]);
    }
    agency
}

/// The files of the case with this ending, by name.
fn of_case(agency: &Agency, ending: &str) -> Vec<PathBuf> {
    let folder = agency.path(&format!("archive/open/{CASE}-O"));
    files_below(&folder).into_iter().filter(|path| path.extension().is_some_and(|e| e == ending)).collect()
}

/// Empties the card of the newest document.
fn empty_newest_card(agency: &Agency) -> PathBuf {
    let newest = std::fs::read_to_string(of_case(agency, "note").last().unwrap()).unwrap();
    let (_, card) = newest.split_once("\"r\":\"card\",\"h\":\"").unwrap();
    let path = agency.path(&format!("archive/open/{CASE}-O/{}.age", &card[..64]));
    std::fs::write(&path, "").unwrap();
    path
}

#[test]
fn of_a_case_with_a_damaged_document_all_others_are_shown_and_the_damage_is_named() {
    let agency = with_letters();
    let damaged = empty_newest_card(&agency);
    let name = damaged.file_name().unwrap().to_str().unwrap();
    for arguments in [&["show", CASE][..], &["show", CASE, "--json"]] {
        let assert = agency.by("selma", arguments).assert().code(5);
        let shown = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
        assert!(shown.contains("one.txt") && shown.contains("Folder label"), "{shown}");
        assert!(!shown.contains("two.txt"), "{shown}");
        let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
        assert!(said.contains(name) || arguments.len() > 2, "{said}");
    }
}

#[test]
fn an_entry_that_a_power_cut_emptied_is_told_wherever_the_case_is_seen_and_can_be_repaired() {
    let agency = with_letters();
    copy(&agency.path("archive"), &agency.path("mirror"));
    let newest = of_case(&agency, "note").pop().unwrap();
    std::fs::write(&newest, "").unwrap();
    // Somebody who never saw that entry, and so misses nothing.
    std::fs::remove_dir_all(agency.path("home")).unwrap();
    let said = |arguments: &[&str]| {
        let assert = agency.by("selma", arguments).assert().success();
        String::from_utf8(assert.get_output().stderr.clone()).unwrap()
    };
    for arguments in [&["list"][..], &["show", CASE]] {
        assert!(said(arguments).contains("damaged and was left out"), "{arguments:?}");
    }
    agency.by("selma", &["verify"]).assert().code(5);
    agency.command(&["settle"]).assert().code(4);
    assert!(newest.exists(), "settling deletes nothing of it");
    let mirror = agency.path("mirror").to_string_lossy().into_owned();
    agency.ok("selma", &["repair", "--from", &mirror]);
    assert!(agency.ok("selma", &["show", CASE]).contains("two.txt"));
    assert_eq!(said(&["list"]), "");
}

#[test]
fn a_damaged_copy_of_an_entry_beside_a_good_one_leaves_nothing_out() {
    let agency = with_letters();
    let newest = of_case(&agency, "note").pop().unwrap();
    let elsewhere = agency.path(&format!("archive/closed/{CASE}-C"));
    std::fs::create_dir_all(&elsewhere).unwrap();
    std::fs::write(elsewhere.join(newest.file_name().unwrap()), "").unwrap();
    let assert = agency.by("selma", &["show", CASE]).assert().success();
    let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(!said.contains("left out") && !said.contains("gone"), "{said}");
}

#[test]
fn conflicted_copies_of_a_synchronising_program_change_nothing_and_are_named() {
    let agency = with_letters();
    let before = agency.ok("selma", &["show", CASE, "--json"]);
    let folder = agency.path(&format!("archive/open/{CASE}-O"));
    let other = agency.path(&format!("archive/open/{CASE}-O (1)"));
    copy(&folder, &other);
    for path in of_case(&agency, "note").into_iter().chain(of_case(&agency, "age")) {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let ending = path.extension().unwrap().to_str().unwrap();
        std::fs::copy(&path, folder.join(format!("{name} (Selma's conflicted copy).{ending}"))).unwrap();
    }
    let root = agency.path("archive/casefile.json");
    std::fs::copy(root, agency.path("archive/casefile (1).json")).unwrap();
    assert_eq!(agency.ok("selma", &["show", CASE, "--json"]), before);
    let verified = agency.ok("selma", &["verify", "--level", "V3"]);
    for name in ["-O (1)", "conflicted copy).note", "conflicted copy).age", "casefile (1).json"] {
        assert!(verified.contains(name), "{name}: {verified}");
    }
    let settled = agency.command(&["settle"]).assert().success();
    let settled = String::from_utf8(settled.get_output().stdout.clone()).unwrap();
    assert!(settled.contains("-O (1)") && !settled.contains("done "), "{settled}");
    assert_eq!(agency.ok("selma", &["show", CASE, "--json"]), before);
}
