//! The same with the program, as the people of an agency run it.

use crate::agency::{Agency, example};
use crate::support;
use serde_json::{Value, json};
use std::process::Command;

const CASE: &str = "UASC-2016-0012";

/// An agency whose archive follows `CASEFILE_TODAY`, with a case closed on 1 December 2016.
struct Town(Agency);

impl Town {
    fn new() -> Self {
        Self(Agency::closed())
    }

    /// What must succeed on a day: standard output.
    fn ok(&self, today: &str, person: &str, arguments: &[&str]) -> String {
        self.0.ok_on(today, person, arguments)
    }

    /// What must fail on a day: standard error.
    fn fails(&self, today: &str, person: &str, code: i32, arguments: &[&str]) -> String {
        self.0.fails_on(today, person, code, arguments)
    }

    fn destroyed() -> Self {
        let town = Self::new();
        town.ok("2016-12-02", "nora", &["policy", "set", "--retain", "UASC=1y"]);
        town.ok("2018-01-01", "selma", &["dispose", "propose", CASE, "--reason", "Zanzibar: a year is over"]);
        town.ok("2018-01-02", "nora", &["dispose", "approve", CASE]);
        town.ok("2018-01-03", "nora", &["dispose", "run"]);
        town.ok("2018-01-04", "selma", &["register"]);
        town.ok("2018-02-03", "nora", &["witness", "selma"]);
        town.ok("2018-02-03", "nora", &["dispose", "run"]);
        town
    }
}

#[test]
fn a_policy_is_set_by_the_root_key_and_shown_to_everybody() {
    let town = Town::new();
    let today = "2016-12-02";
    assert!(town.ok(today, "aisha", &["policy", "show"]).contains("none is ever due"));
    let rules = ["policy", "set", "--retain", "UASC=70y", "--retain", "default=25", "--retain", "SEP=ever"];
    town.fails(today, "selma", 6, &rules);
    town.ok(today, "nora", &[&["--dry-run"][..], &rules].concat());
    assert!(
        town.ok(today, "aisha", &["policy", "show"]).contains("none is ever due"),
        "a dry run sets nothing"
    );
    town.ok(today, "nora", &rules);
    let shown = town.ok(today, "aisha", &["policy", "show"]);
    assert!(shown.contains("UASC  70 years") && shown.contains("SEP  for ever"), "{shown}");
    assert!(shown.contains("all others  25 years") && shown.contains("lie 30 days"), "{shown}");
    let seen: Value = serde_json::from_str(&town.ok(today, "aisha", &["policy", "show", "--json"])).unwrap();
    assert_eq!(seen["policy"], json!({"retention": {"SEP": null, "UASC": 70, "default": 25}, "waiting": 30}));
    for bad in ["UASC", "UASC=0", "UASC=201y", "uasc=70y", "STAFF-1=70y", "UASC=soon"] {
        town.fails(today, "nora", 2, &["policy", "set", "--retain", bad]);
    }
    town.fails(today, "nora", 2, &["policy", "set", "--retain", "UASC=1y", "--waiting", "29"]);
    town.fails(today, "nora", 2, &["policy", "set"]);
    town.ok(today, "nora", &["policy", "set", "--none"]);
    assert!(town.ok(today, "aisha", &["policy", "show"]).contains("none is ever due"));
}

#[test]
fn each_step_says_what_it_did_and_what_comes_next() {
    let town = Town::new();
    let due = |today: &str| town.ok(today, "aisha", &["dispose", "due", "--json"]);
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    town.ok("2016-12-02", "nora", &["policy", "set", "--retain", "UASC=1y"]);
    assert_eq!(parsed(&due("2017-11-30"))["due"], json!([]));
    assert_eq!(parsed(&due("2017-12-01"))["due"][0]["kept_until"], "2017-12-01");
    assert!(town.ok("2016-12-02", "aisha", &["dispose", "due", "--on", "2018-01-01"]).contains(CASE));
    let propose = ["dispose", "propose", CASE, "--reason", "a year is over"];
    assert!(town.fails("2017-11-30", "selma", 3, &propose).contains("is kept until 2017-12-01"));

    let today = "2018-01-02";
    town.ok(today, "nora", &["hold", CASE, "--reason", "Zanzibar: a court asked"]);
    let listed = town.ok(today, "aisha", &["dispose", "due"]);
    assert!(listed.contains("on hold by nora"), "{listed}");
    let said = town.fails(today, "selma", 3, &propose);
    assert!(said.contains("on hold by nora") && said.contains(&format!("casefile release {CASE}")), "{said}");
    town.fails(today, "nora", 6, &["release", CASE, "--reason", "over"]);
    town.ok(today, "selma", &["release", CASE, "--reason", "over"]);
    assert!(town.ok(today, "aisha", &["history", CASE]).contains("hold: Zanzibar"), "readers know why");

    town.ok(today, "selma", &propose);
    let said = town.fails(today, "selma", 6, &["dispose", "approve", CASE]);
    assert!(said.contains("another person than the one who proposed it"), "{said}");
    let goes = town.ok(today, "nora", &["--dry-run", "dispose", "approve", CASE]);
    assert!(
        goes.contains("proposed   by selma on 2018-01-02")
            && goes.contains("documents  4, with 8 cards and reasons"),
        "{goes}"
    );
    town.ok(today, "nora", &["dispose", "cancel", CASE, "--reason", "too early"]);
    town.ok(today, "selma", &propose);
    town.ok(today, "nora", &["dispose", "approve", CASE]);
    assert!(town.ok(today, "aisha", &["show", CASE]).contains("disposal   approved, last by nora"));

    assert!(town.ok(today, "nora", &["--dry-run", "dispose", "run"]).contains("would be decided"));
    let decided = town.ok(today, "nora", &["dispose", "run"]);
    assert!(
        decided.contains("not before 2018-02-01 12:00 UTC") && decided.contains("casefile register"),
        "{decided}"
    );
    let waits = town.ok("2018-01-20", "nora", &["dispose", "run"]);
    assert!(waits.contains("waits until 2018-02-01 12:00 UTC"), "{waits}");
    assert!(
        town.ok("2018-02-02", "nora", &["dispose", "run"]).contains("no checkpoint contains the decision")
    );
    town.ok("2018-02-02", "selma", &["register"]);
    assert!(town.ok("2018-02-02", "nora", &["dispose", "run"]).contains("casefile witness PERSON"));
    assert!(
        town.ok("2018-02-02", "aisha", &["show", CASE]).contains("readable   by"),
        "nothing is destroyed yet"
    );
    town.ok("2018-02-02", "nora", &["witness", "selma"]);
    assert!(town.ok("2018-02-02", "nora", &["--dry-run", "dispose", "run"]).contains("would be destroyed"));
    let run = town.ok("2018-02-02", "nora", &["dispose", "run", CASE]);
    assert!(run.contains("1 deleted, first") && run.contains("proved by   selma/"), "{run}");
    assert!(town.ok("2018-02-02", "nora", &["dispose", "run", CASE]).contains("nothing of it came back"));
    let json = parsed(&town.ok("2018-02-03", "nora", &["dispose", "run", "--json"]));
    assert_eq!(json["cases"][0]["did"], "again");
}

#[test]
fn a_destroyed_case_says_so_wherever_it_is_met() {
    let town = Town::destroyed();
    let today = "2018-03-01";
    let id: String = {
        let history: Value =
            serde_json::from_str(&town.ok(today, "nora", &["history", CASE, "--json"])).unwrap();
        history[0]["documents"][0].as_str().unwrap().to_owned()
    };
    assert!(town.ok(today, "nora", &["list"]).contains("closed, destroyed"));
    let listed: Value = serde_json::from_str(&town.ok(today, "nora", &["list", "--json"])).unwrap();
    assert_eq!((&listed[0]["disposal"], &listed[0]["readers"]), (&json!("destroyed"), &json!([])));
    for person in ["nora", "aisha"] {
        let shown = town.ok(today, person, &["show", CASE]);
        assert!(shown.contains("destroyed  on 2018-02-03 by nora") && !shown.contains("readable"), "{shown}");
        assert!(town.ok(today, person, &["history", CASE]).contains("destroyed"));
    }
    assert!(town.ok(today, "aisha", &["readers", CASE]).contains("no key opens anything of it"));
    assert!(town.ok(today, "aisha", &["readers", "--person", "aisha"]).contains("nothing"));
    std::fs::write(town.0.path("letter.txt"), "a letter").unwrap();
    let gone: &[&[&str]] = &[
        &["open", &id],
        &["record", CASE],
        &["note", CASE, "--kind", "call", "x"],
        &["file", "progress-report", CASE, "--period", "2016-10-01..2016-10-31"],
        &["move", CASE, "open", "--reason", "x"],
        &["attach", CASE, "letter.txt"],
    ];
    let refused: &[&[&str]] =
        &[&["rekey", CASE], &["hold", CASE, "--reason", "x"], &["dispose", "propose", CASE, "--reason", "x"]];
    for (code, commands) in [(8, gone), (3, refused)] {
        for command in commands {
            let said = town.fails(today, "aisha", code, command);
            assert!(said.contains(&format!("{CASE} was destroyed on 2018-02-03")), "{command:?}: {said}");
        }
    }
    town.fails(today, "aisha", 3, &["admit", &example(CASE)]);
    let verified = town.ok(today, "aisha", &["verify", "--level", "V3"]);
    assert!(!verified.contains("damage  "), "{verified}");
}

#[test]
fn the_certificate_names_what_went_and_who_did_it_and_nobody_else() {
    let town = Town::destroyed();
    let today = "2018-03-01";
    town.fails(today, "nora", 8, &["dispose", "certificate", "UASC-2016-0099", "-o", "x.pdf"]);
    let Some(pdftotext) = support::program("pdftotext") else { return };
    for lang in ["en", "fr", "ar", "my"] {
        let file = format!("certificate-{lang}.pdf");
        town.0
            .by("nobody", &["dispose", "certificate", CASE, "-o", &file, "--lang", lang])
            .env_remove("CASEFILE_IDENTITY")
            .assert()
            .success();
        let pdf = std::fs::read(town.0.path(&file)).unwrap();
        support::assert_standards(&pdf);
        town.ok("2019-01-01", "nora", &["dispose", "certificate", CASE, "-o", "again.pdf", "--lang", lang]);
        assert_eq!(std::fs::read(town.0.path("again.pdf")).unwrap(), pdf, "the same whenever it is made");
        if let Some(folder) = std::env::var_os("CASEFILE_LOOK") {
            std::fs::write(std::path::Path::new(&folder).join(&file), &pdf).unwrap();
        }
        let output =
            Command::new(pdftotext).arg("-layout").arg(town.0.path(&file)).arg("-").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        for fact in ["UASC-2016-0012", "selma", "nora", "retention.uasc.1", "selma/"] {
            assert!(text.contains(fact), "{lang}: {fact} is not in {text}");
        }
        for personal in ["Yonas", "Tesfay", "Almaz", "Rahman", "Lindqvist", "Haddad", "Zanzibar"] {
            assert!(!text.contains(personal), "{lang}: {personal}");
        }
        if lang == "en" {
            assert!(text.contains("1 December 2016") && text.contains("3 February 2018"), "{text}");
        }
    }
    let said =
        town.fails(today, "aisha", 3, &["preview", "destruction-certificate", &example(CASE), "-o", "x.pdf"]);
    assert!(said.contains("casefile dispose certificate"), "{said}");
    assert!(town.ok(today, "nora", &["kinds"]).contains("Certificate of destruction"));
    let other = Town::new();
    let said = other.fails(today, "nora", 3, &["dispose", "certificate", CASE, "-o", "x.pdf"]);
    assert!(said.contains("is not destroyed"), "{said}");
}

#[test]
fn a_folder_about_the_work_ends_in_the_same_way_and_its_certificate_says_which_sort_it_was() {
    const FOLDER: &str = "STAFF-2016-0001";
    let town = Town::new();
    town.ok("2016-12-02", "selma", &["matter", "new", "staff", "--about", "aisha", "--reason", "Zanzibar"]);
    let rules = ["policy", "set", "--retain", "UASC=70y", "--retain", "STAFF=1y", "--retain", "office=3y"];
    town.ok("2016-12-02", "nora", &rules);
    let shown = town.ok("2016-12-02", "aisha", &["policy", "show"]);
    assert!(shown.contains("STAFF  1 years after the last entry about the matter"), "{shown}");
    assert!(shown.contains("all others  3 years after the last entry"), "{shown}");
    let due: Value =
        serde_json::from_str(&town.ok("2018-01-01", "aisha", &["dispose", "due", "--json"])).unwrap();
    assert_eq!(due["due"].as_array().unwrap().len(), 1);
    let row = &due["due"][0];
    assert_eq!((&row["case"], &row["last_entry"]), (&json!(FOLDER), &json!("2016-12-02")));
    assert_eq!((&row["closed"], &row["rule"]), (&Value::Null, &json!("retention.staff.1")));
    let item = town.ok("2018-01-01", "nora", &["due"]);
    assert!(item.contains(&format!("casefile dispose propose {FOLDER}")), "{item}");

    town.ok("2018-01-01", "selma", &["dispose", "propose", FOLDER, "--reason", "Zanzibar: she left"]);
    let goes = town.ok("2018-01-02", "nora", &["dispose", "approve", FOLDER]);
    assert!(goes.contains("last entry of 2016-12-02") && goes.contains("documents  0"), "{goes}");
    town.ok("2018-01-03", "nora", &["dispose", "run"]);
    town.ok("2018-01-04", "selma", &["register"]);
    town.ok("2018-02-03", "nora", &["witness", "selma"]);
    town.ok("2018-02-03", "nora", &["dispose", "run"]);
    assert!(town.ok("2018-02-04", "nora", &["list", "--office"]).contains("nobody: destroyed"));
    let shown = town.ok("2018-02-04", "aisha", &["show", FOLDER]);
    assert!(shown.contains("destroyed  on 2018-02-03 by nora") && !shown.contains("readable"), "{shown}");
    assert!(!town.ok("2018-02-04", "nora", &["due"]).contains(FOLDER));
    let verified = town.ok("2018-02-04", "selma", &["verify", "--level", "V3"]);
    assert!(!verified.contains("DAMAGE"), "{verified}");
    let Some(pdftotext) = support::program("pdftotext") else { return };
    for lang in ["en", "fr", "ar", "my"] {
        town.ok("2018-02-04", "nora", &["dispose", "certificate", FOLDER, "-o", "c.pdf", "--lang", lang]);
        support::assert_standards(&std::fs::read(town.0.path("c.pdf")).unwrap());
        let output = Command::new(pdftotext).arg("-layout").arg(town.0.path("c.pdf")).arg("-").output();
        let text = String::from_utf8(output.unwrap().stdout).unwrap();
        for fact in [FOLDER, "selma", "nora", "retention.staff.1"] {
            assert!(text.contains(fact), "{lang}: {fact} is not in {text}");
        }
        assert!(!text.contains("aisha") && !text.contains("Zanzibar"), "{lang}: {text}");
        if lang == "en" {
            assert!(text.contains("Last entry") && text.contains("2 December 2016"), "{text}");
            assert!(!text.contains("Status") && !text.contains("client"), "{text}");
        }
    }
}

#[test]
fn the_words_of_the_certificate_are_the_same_in_every_language() {
    use casefile::document::{CERTIFICATE, Kinds, Words};
    let kind = Kinds::builtin().unwrap().get(CERTIFICATE).unwrap();
    assert_eq!(kind.languages(), ["en", "fr", "ar", "my"]);
    for lang in kind.languages() {
        assert_eq!(Words::of(&kind, lang).unwrap().missing(), Vec::<String>::new(), "{lang}");
    }
}
