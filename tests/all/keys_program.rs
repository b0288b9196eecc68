//! Keys that change hands, as people do it at the command line, and what other programs then open.

use crate::agency::{Agency, CASE, files_below};
use crate::interop::at_a_terminal;
use crate::support::program;
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const PASSPHRASE: &str = "correct horse battery staple";

/// Standard error of what must succeed.
fn said(agency: &Agency, person: &str, arguments: &[&str]) -> String {
    let assert = agency.by(person, arguments).assert().success();
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

fn json(agency: &Agency, person: &str, arguments: &[&str]) -> Value {
    serde_json::from_str(&agency.ok(person, arguments)).unwrap()
}

fn sealed(agency: &Agency, below: &str) -> Vec<PathBuf> {
    let age = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "age");
    files_below(&agency.path(below)).into_iter().filter(age).collect()
}

#[test]
fn who_is_removed_opens_nothing_with_stock_age_not_even_with_the_envelope_they_kept() {
    let (Some(_), Some(_)) = (program("age"), program("script")) else { return };
    let agency = Agency::with_colleagues();
    agency.ok("selma", &["reader", "add", CASE, "petra", "--as", "cover", "--reason", "leave"]);
    // Petra keeps her plain key, the envelope and from it the folder's keys.
    let folder = agency.path("");
    assert!(at_a_terminal("age -d petra.key > petra.txt", &folder, &[], PASSPHRASE));
    let envelope = sealed(&agency, "archive/keys").remove(0);
    let kept =
        Command::new("age").args(["-d", "-i"]).arg(agency.path("petra.txt")).arg(&envelope).output().unwrap();
    assert!(kept.status.success());
    std::fs::write(agency.path("kept.txt"), kept.stdout).unwrap();
    std::fs::copy(&envelope, agency.path("kept.age")).unwrap();
    let opens = |key: &str, file: &PathBuf| {
        let mut age = Command::new("age");
        age.args(["-d", "-i"]).arg(agency.path(key)).arg(file);
        age.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
    };
    let before = sealed(&agency, "archive/open");
    assert!(before.iter().all(|object| opens("kept.txt", object)), "she reads while she is a reader");
    agency.ok("selma", &["reader", "remove", CASE, "petra", "--reason", "the cover has ended"]);
    let after = sealed(&agency, "archive/open");
    assert!(after.len() > before.len() && after.iter().all(|object| !before.contains(object)));
    for object in after.iter().chain(&sealed(&agency, "archive/keys")) {
        assert!(!opens("kept.txt", object) && !opens("petra.txt", object), "{}", object.display());
    }
    assert!(opens("petra.txt", &agency.path("kept.age")), "what she kept she keeps");
    agency.fails("petra", 6, &["show", CASE]);
    agency.ok("aisha", &["verify", "--level", "V3"]);
}

#[test]
fn readers_says_who_can_open_what_with_which_key() {
    let agency = Agency::with_colleagues();
    agency.ok("selma", &["reader", "add", CASE, "petra", "--as", "cover", "--reason", "leave"]);
    let shown = said(&agency, "selma", &["reader", "remove", CASE, "petra", "--reason", "back", "--shallow"]);
    assert!(shown.contains("petra any more"), "{shown}");
    let all = json(&agency, "selma", &["readers", CASE, "--json"]);
    let of = |all: &Value, person: &str| {
        all["people"].as_array().unwrap().iter().find(|one| one["person"] == person).unwrap().clone()
    };
    let petra = of(&all, "petra");
    assert_eq!((&petra["standing"], &petra["received"]), (&"former".into(), &serde_json::json!([1])));
    assert!(petra["opens"].as_u64().unwrap() > 0);
    assert_eq!(of(&all, "aisha")["opens"], all["objects"]);
    assert_eq!(all["generations"].as_array().unwrap().len(), 2);
    agency.ok("selma", &["rekey", "--for", "petra", "--deep"]);
    assert_eq!(of(&json(&agency, "aisha", &["readers", CASE, "--json"]), "petra")["opens"], 0);
    let table = agency.ok("aisha", &["readers", "--person", "petra"]);
    assert!(table.contains(CASE) && table.contains("1 of 3") && table.contains("0 of "), "{table}");
    let table = agency.ok("nora", &["readers", CASE]);
    assert!(table.contains("not known to you"), "{table}");
    agency.fails("selma", 8, &["readers", "--person", "zoe"]);
}

#[test]
fn a_temporary_reader_is_refused_after_their_last_day() {
    let agency = Agency::empty();
    for (id, name) in [
        ("nora", "Nora Haddad"),
        ("selma", "Selma Lindqvist"),
        ("aisha", "Aisha Rahman"),
        ("petra", "Petra N"),
    ] {
        agency.key(id, name);
    }
    agency.ok("nora", &["init", "archive", "--recovery", "none", "--for-tests"]);
    for (id, role) in [("selma", "case-supervisor"), ("aisha", "case-manager"), ("petra", "project-director")]
    {
        agency.ok("nora", &["person", "add", &format!("{id}.pub"), "--role", role]);
    }
    agency.ok("aisha", &["admit", &crate::agency::example(CASE)]);
    let add = ["reader", "add", CASE, "petra", "--as", "cover", "--until", "2016-12-05", "--reason", "leave"];
    agency.ok("selma", &add);
    agency.ok("petra", &["show", CASE]);
    let late =
        |arguments: &[&str]| agency.by("petra", arguments).env("CASEFILE_TODAY", "2016-12-06").assert();
    let output = late(&["show", CASE]).code(6).get_output().stderr.clone();
    assert!(String::from_utf8(output).unwrap().contains("2016-12-05"));
    late(&["record", CASE]).code(6);
    late(&["verify", "--level", "V3"]).success();
    agency.fails("selma", 3, &["reader", "add", CASE, "aisha", "--as", "cover", "--reason", "x"]);
}

#[test]
fn a_handover_says_where_the_record_still_names_the_old_manager() {
    let agency = Agency::with_colleagues();
    let shown = said(&agency, "selma", &["team", CASE, "--manager", "tomas", "--reason", "handover"]);
    assert!(shown.contains("still names aisha as manager"), "{shown}");
    assert!(shown.contains("aisha any more"), "{shown}");
    agency.fails("aisha", 6, &["show", CASE]);
    agency.ok("tomas", &["record", CASE, "-o", "work.yaml"]);
    let listed = json(&agency, "tomas", &["list", "--json"]);
    assert_eq!((&listed[0]["manager"], &listed[0]["supervisor"]), (&"tomas".into(), &"selma".into()));
    let refused = agency.fails("nora", 3, &["person", "retire", "tomas"]);
    assert!(refused.contains(CASE) && refused.contains("casefile team"), "{refused}");
    agency.ok("nora", &["person", "retire", "aisha"]);
    let history = agency.ok("tomas", &["history", CASE]);
    assert!(history.contains("handover"), "{history}");
    agency.ok("tomas", &["verify", "--level", "V3"]);
}

#[test]
fn where_somebody_has_left_the_next_key_seals_everything_anew_unless_told_otherwise() {
    let agency = Agency::with_colleagues();
    let opens = || json(&agency, "selma", &["readers", "--person", "petra", "--json"]);
    let leave = |options: &[&str]| {
        agency.ok("selma", &["reader", "add", CASE, "petra", "--as", "cover", "--reason", "leave"]);
        agency.ok("nora", &["person", "retire", "petra"]);
        said(&agency, "selma", &[&["rekey", CASE][..], options].concat())
    };
    let shown = leave(&[]);
    assert!(shown.contains("petra any more") && shown.contains("sealed anew"), "{shown}");
    assert!(opens().to_string().contains("\"opens\":0"), "{}", opens());
    assert!(!said(&agency, "selma", &["rekey", CASE]).contains("sealed anew"), "nobody left since");
    agency.ok("nora", &["person", "add", "petra.pub", "--role", "project-director"]);
    let shown = leave(&["--shallow"]);
    assert!(shown.contains("petra any more") && !shown.contains("sealed anew"), "{shown}");
    assert!(!opens().to_string().contains("\"opens\":0"), "{}", opens());
}

#[test]
fn many_cases_get_new_keys_at_once_and_a_failure_among_them_is_named() {
    let agency = Agency::with_colleagues();
    assert!(said(&agency, "selma", &["rekey", "--all"]).contains("a new key"));
    let shown = agency.fails("selma", 4, &["rekey", CASE, "UASC-2016-9999"]);
    assert!(shown.contains("1 of 2") && shown.contains("UASC-2016-9999"), "{shown}");
    agency.fails("tomas", 6, &["rekey", CASE]);
    agency.fails("selma", 2, &["rekey"]);
    let before = agency.archive_files();
    agency.ok("selma", &["rekey", CASE, "--deep", "--dry-run"]);
    assert_eq!(agency.archive_files(), before);
}

#[test]
fn a_lost_key_is_replaced_and_the_message_says_who_does_what_next() {
    let agency = Agency::with_colleagues();
    std::fs::rename(agency.path("aisha.key"), agency.path("lost.key")).unwrap();
    agency.key("aisha", "Aisha Rahman");
    agency.fails("aisha", 6, &["show", CASE]);
    agency.fails("nora", 3, &["person", "rekey", "selma", "aisha.pub"]);
    let shown = said(&agency, "nora", &["person", "rekey", "aisha", "aisha.pub"]);
    assert!(shown.contains(CASE) && shown.contains("(selma)"), "{shown}");
    assert!(shown.contains("casefile -i THEIR.key rekey --for aisha --deep"), "{shown}");
    agency.ok("selma", &["rekey", "--for", "aisha", "--deep"]);
    agency.ok("aisha", &["show", CASE]);
    agency.fails("lost", 6, &["show", CASE]);
}

#[test]
fn a_passphrase_is_changed_in_place_and_the_key_stays_the_same() {
    let agency = Agency::with_colleagues();
    let before = std::fs::read(agency.path("aisha.key")).unwrap();
    let public = agency.ok("aisha", &["key", "show", "aisha.key"]);
    let change = ["key", "passphrase", "aisha.key", "--work-factor", "10", "--for-tests"];
    let shown = agency.fails("aisha", 9, &change);
    assert!(shown.contains("CASEFILE_NEW_PASSPHRASE_FILE"), "{shown}");
    std::fs::write(agency.path("new"), "five unrelated quiet words here\n").unwrap();
    let run = |new: &str| {
        agency.by("aisha", &change).env("CASEFILE_NEW_PASSPHRASE_FILE", agency.path(new)).assert()
    };
    run("pass").code(3);
    assert_eq!(std::fs::read(agency.path("aisha.key")).unwrap(), before, "nothing happened so far");
    run("new").success();
    let after = std::fs::read(agency.path("aisha.key")).unwrap();
    assert_ne!(after, before);
    for file in files_below(&agency.path("")) {
        let kept = std::fs::read(&file).unwrap();
        assert!(kept != before, "{} still opens with the old passphrase", file.display());
        assert!(!file.to_string_lossy().contains(".tmp-"));
    }
    agency.fails("aisha", 6, &["show", CASE]);
    std::fs::rename(agency.path("new"), agency.path("pass")).unwrap();
    assert_eq!(agency.ok("aisha", &["key", "show", "aisha.key"]), public);
    agency.ok("aisha", &["show", CASE]);
}
