//! Printed references, and registers through the program.

use super::*;

// ---- Paper ----

#[test]
fn a_printed_reference_is_found_for_ever_and_missed_after_a_rollback() {
    let office = Office::new();
    office.file(1);
    let printed = office.open().case(&unit()).unwrap().reference();
    office.file(2);
    let find = |text: &str| office.open().find_printed(&text.parse().unwrap());
    let found = find(&printed).unwrap();
    assert_eq!(
        (found.op, found.later, found.is_whole, found.status),
        (Op::File, 1, true, Some(Status::Open))
    );
    assert!(find(&printed.to_uppercase().replace(' ', "\n ")).is_ok());
    // Of another case, of another number, another digit: no.
    for wrong in [printed.replace("0012", "0013"), printed.replace("/1 ", "/2 ")] {
        assert_eq!(find(&wrong).unwrap_err().class(), Class::Damage, "{wrong}");
    }
    let names = entries(&office.files());
    std::fs::remove_file(office.path().join(&names[1])).unwrap();
    std::fs::remove_file(office.path().join(&names[2])).unwrap();
    let missed = find(&printed).unwrap_err();
    assert_eq!((missed.class(), missed.problems()[0].code), (Class::Damage, "archive.reference-not-found"));
    std::fs::remove_dir_all(office.path().join("open")).unwrap();
    assert_eq!(find(&printed).unwrap_err().class(), Class::Damage, "a vanished case too");
}

// ---- The program ----

#[test]
fn register_says_what_it_covers_and_verify_that_it_is_append_only() {
    let agency = Agency::with_case();
    let name = agency.ok("selma", &["register"]);
    assert!(name.starts_with("selma/00000002-"), "{name}");
    assert_eq!(agency.ok("selma", &["register"]), name);
    let json: serde_json::Value = serde_json::from_str(&agency.ok("selma", &["register", "--json"])).unwrap();
    assert_eq!((&json["size"], &json["added"], &json["folders"]), (&2.into(), &0.into(), &1.into()));
    assert!(agency.ok("nora", &["verify"]).contains("register of selma: 2 leaves"));
    let before = agency.archive_files();
    agency.ok("aisha", &["register", "--dry-run"]);
    assert_eq!(agency.archive_files(), before);
    std::fs::remove_dir_all(agency.path("archive/open")).unwrap();
    std::fs::remove_dir_all(agency.path("home")).unwrap();
    agency.by("nora", &["verify"]).assert().code(5);
}

#[test]
fn witness_and_paper_say_what_they_prove() {
    let agency = Agency::with_case();
    agency.ok("selma", &["register"]);
    assert!(agency.ok("nora", &["verify"]).contains("no witness"));
    assert!(agency.ok("nora", &["witness", "selma"]).starts_with("selma/00000002-"));
    assert!(agency.ok("nora", &["verify"]).contains("cosigned by 1: nora"));
    agency.fails("selma", 6, &["witness", "selma"]);
    agency.fails("nora", 8, &["witness", "aisha"]);
    agency.fails("nora", 2, &["witness", "selma/x"]);
    let shown: serde_json::Value =
        serde_json::from_str(&agency.ok("aisha", &["show", CASE, "--json"])).unwrap();
    let reference = shown["reference"].as_str().unwrap().to_owned();
    let typed = format!(" {}\n", reference.to_uppercase().replace(' ', "\n"));
    let said = agency.command(&["verify", "--paper", &typed]).assert().success();
    let said = String::from_utf8_lossy(&said.get_output().stdout).into_owned();
    assert!(said.contains("found") && said.contains("nothing that stood in the history"), "{said}");
    let other = reference.replace("/0 ", "/1 ");
    let missed = agency.fails("aisha", 5, &["verify", "--paper", &other]);
    assert!(missed.contains("mistyped"), "{missed}");
    agency.fails("aisha", 2, &["verify", "--paper", CASE]);
}
