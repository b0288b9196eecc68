//! The escrow identity: off by default, named wherever readers are when it is on.

use crate::agency::{Agency, CASE, example};
use crate::support;
use casefile::archive::Archive;
use casefile::log::Escrow;
use casefile::names::Unit;
use casefile::seal::{FolderKeys, Identity, Recipient, envelope};
use serde_json::Value;

/// The escrow identity of these tests.
fn trustees() -> Identity {
    Identity::generate("trustees".parse().unwrap(), "Board of trustees").unwrap()
}

fn on(agency: &Agency, trustees: &Identity) {
    agency.ok("nora", &["escrow", "on", &trustees.recipient().to_string(), "--name", "trustees"]);
}

/// What the identity opens of a folder's newest envelope.
fn opens(agency: &Agency, unit: &str, identity: &Identity) -> Option<FolderKeys> {
    let archive = Archive::open(&agency.path("archive"), None).unwrap();
    let case = archive.case(&unit.parse::<Unit>().unwrap()).unwrap();
    let path = agency.path(&format!("archive/keys/{unit}/{}.age", case.state().envelope));
    envelope::open(&std::fs::read(path).unwrap(), identity).ok()
}

fn said(agency: &Agency, by: &str, arguments: &[&str]) -> String {
    let assert = agency.by(by, arguments).assert().success();
    let output = assert.get_output();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn escrow_is_off_until_the_root_keys_turn_it_on() {
    let agency = Agency::with_case();
    let trustees = trustees();
    assert!(opens(&agency, CASE, &trustees).is_none());
    for listing in [&["list"][..], &["show", CASE], &["readers", CASE], &["verify"], &["person", "list"]] {
        assert!(!said(&agency, "selma", listing).contains("escrow"), "{listing:?}");
    }
    let key = trustees.recipient().to_string();
    let on = ["escrow", "on", &key, "--name", "trustees"];
    agency.fails("selma", 6, &on);
    agency.fails("aisha", 6, &on);
    agency.fails("nora", 2, &["escrow", "on", "age1trustees", "--name", "trustees"]);
    agency.fails("nora", 3, &["escrow", "off"]);
    let selma = std::fs::read_to_string(agency.path("selma.pub")).unwrap();
    let hers = selma.lines().find_map(|line| line.strip_prefix("age: ")).unwrap();
    agency.fails("nora", 3, &["escrow", "on", hers, "--name", "trustees"]);
    agency.ok("nora", &on);
    agency.fails("nora", 3, &on);
}

#[test]
fn every_listing_and_every_receipt_names_it_and_nothing_is_added_unsaid() {
    let agency = Agency::with_case();
    let trustees = trustees();
    assert!(
        said(&agency, "nora", &["escrow", "on", &trustees.recipient().to_string(), "--name", "trustees"])
            .contains("1 folders are as they were")
    );
    // What was sealed before is as it was, and is listed so.
    assert!(opens(&agency, CASE, &trustees).is_none());
    assert!(!said(&agency, "selma", &["show", CASE]).contains("trustees"));
    std::fs::write(agency.path("letter.txt"), "a letter").unwrap();
    assert!(!said(&agency, "aisha", &["attach", CASE, "letter.txt"]).contains("trustees"));
    assert!(said(&agency, "nora", &["verify"]).contains("trustees opens 0 of 1 folders"));
    assert!(said(&agency, "nora", &["person", "list"]).contains("the escrow trustees"));
    // A new envelope is sealed to it, and from then on every listing says so.
    assert!(said(&agency, "selma", &["rekey", CASE]).contains("the escrow trustees"));
    assert!(opens(&agency, CASE, &trustees).is_some());
    for listing in [
        &["list"][..],
        &["show", CASE],
        &["readers", CASE],
        &["readers", "--person", "aisha"],
        &["escrow", "show"],
        &["attach", CASE, "letter.txt"],
        &["matter", "new", "feedback"],
        &["list", "--office"],
        &["show", "FEEDBACK-2016-0001"],
    ] {
        assert!(said(&agency, "selma", listing).contains("trustees"), "{listing:?}");
    }
    assert!(said(&agency, "nora", &["verify"]).contains("trustees opens 2 of 2 folders"));
    for listing in [&["list", "--json"][..], &["show", CASE, "--json"], &["readers", CASE, "--json"]] {
        let json: Value = serde_json::from_str(&agency.ok("selma", listing)).unwrap();
        let escrows = json.get("escrows").or_else(|| json[0].get("escrows")).unwrap();
        assert_eq!(escrows[0]["name"], "trustees", "{listing:?}");
    }
    let admitted = said(&agency, "selma", &["admit", &example("FV-2016-0002")]);
    assert!(admitted.contains("the escrow trustees and nobody else"), "{admitted}");
    agency.ok("selma", &["verify", "--level", "V3"]);
}

#[test]
fn turned_off_it_opens_nothing_of_what_is_sealed_anew() {
    let agency = Agency::with_case();
    let trustees = trustees();
    on(&agency, &trustees);
    agency.ok("selma", &["rekey", CASE]);
    agency.ok("nora", &["escrow", "off"]);
    assert!(said(&agency, "selma", &["show", CASE]).contains("trustees"), "its envelope is as it was");
    assert!(said(&agency, "nora", &["verify"]).contains("turned off opens 1 of 1 folders still"));
    // A reader more would keep the key that the trustees hold: a new one is made.
    agency.joins("tomas", "Tomas Reyes", "case-manager");
    let added =
        said(&agency, "selma", &["reader", "add", CASE, "tomas", "--as", "cover", "--reason", "leave"]);
    assert!(added.contains("a new key") && !added.contains("trustees"), "{added}");
    assert!(opens(&agency, CASE, &trustees).is_none());
    let row = |agency: &Agency| -> Value {
        serde_json::from_str::<Value>(&agency.ok("selma", &["readers", CASE, "--json"])).unwrap()["escrows"]
            [0]
        .clone()
    };
    assert_eq!(row(&agency)["reads"], false);
    assert!(row(&agency)["opens"].as_u64().unwrap() > 0);
    agency.ok("selma", &["rekey", CASE, "--deep"]);
    assert_eq!(row(&agency)["opens"], 0);
    assert!(!said(&agency, "selma", &["show", CASE]).contains("trustees"));
    agency.ok("selma", &["verify", "--level", "V3"]);
}

#[test]
fn the_trustees_open_a_case_with_stock_age_alone() {
    let (Some(age), Some(keygen)) = (support::program("age"), support::program("age-keygen")) else { return };
    let agency = Agency::with_case();
    let run = |program: &str, arguments: &[&std::path::Path]| {
        let run = std::process::Command::new(program)
            .args(arguments)
            .current_dir(agency.path("."))
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        run.stdout
    };
    run(keygen, &["-o".as_ref(), "escrow.txt".as_ref()]);
    let recipient = String::from_utf8(run(keygen, &["-y".as_ref(), "escrow.txt".as_ref()])).unwrap();
    agency.ok("nora", &["escrow", "on", recipient.trim(), "--name", "trustees"]);
    agency.ok("selma", &["rekey", CASE]);
    let archive = Archive::open(&agency.path("archive"), None).unwrap();
    let case = archive.case(&CASE.parse().unwrap()).unwrap();
    let envelope = agency.path(&format!("archive/keys/{CASE}/{}.age", case.state().envelope));
    let keys = run(age, &["-d".as_ref(), "-i".as_ref(), "escrow.txt".as_ref(), &envelope]);
    std::fs::write(agency.path("keys.txt"), keys).unwrap();
    assert!(case.live().count() > 3);
    for live in case.live() {
        let object = case.folder().join(format!("{}.age", live.added.h));
        assert!(!run(age, &["-d".as_ref(), "-i".as_ref(), "keys.txt".as_ref(), &object]).is_empty());
    }
}

#[test]
fn a_policy_states_the_fields_it_names_and_leaves_the_others() {
    let key: Recipient = trustees().recipient();
    let escrow = Escrow { name: "trustees".parse().unwrap(), age: key };
    let policy = Escrow::policy(Some(&escrow));
    assert_eq!(Escrow::of(&policy), Some(escrow));
    for none in [serde_json::json!({}), serde_json::json!({"escrow": null}), Escrow::policy(None)] {
        assert_eq!(Escrow::of(&none), None);
    }
}
