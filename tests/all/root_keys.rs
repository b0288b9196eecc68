//! Root keys: more of them, several that must sign, and what a root key alone can do.

use crate::agency::{Agency, CASE};
use serde_json::Value;
use std::process::Command;

/// With rita and zoe, who keep root keys and are nobody on the staff yet.
fn agency() -> Agency {
    let agency = Agency::with_case();
    for (id, name) in [("rita", "Rita Moreau"), ("zoe", "Zoe Okafor"), ("eve", "Eve Laurent")] {
        agency.key(id, name);
    }
    agency
}

/// The same, where two of three root keys must sign: r1 nora's, r2 rita's, r3 zoe's.
fn two_of_three() -> Agency {
    let agency = agency();
    agency.ok("nora", &["root", "change", "--add", "rita.pub"]);
    agency.ok("nora", &["root", "change", "--add", "zoe.pub"]);
    agency.ok("nora", &["root", "change", "--threshold", "2", "--with", "r2", "--propose", "two.json"]);
    assert_eq!(holders(&agency).1, 1, "nothing holds before everybody has signed");
    agency.ok("rita", &["sign", "two.json"]);
    agency
}

fn holders(agency: &Agency) -> (Vec<(String, Value)>, u64) {
    let shown: Value = serde_json::from_str(&agency.ok("nora", &["root", "show", "--json"])).unwrap();
    let keys = shown["keys"].as_array().unwrap().iter();
    let keys = keys.map(|key| (key["name"].as_str().unwrap().to_owned(), key["person"].clone()));
    (keys.collect(), shown["threshold"].as_u64().unwrap())
}

fn staff_notes(agency: &Agency) -> usize {
    agency.archive_files().iter().filter(|path| path.to_string_lossy().contains("/staff/")).count()
}

/// The newest staff note, as JSON.
fn newest_note(agency: &Agency) -> Value {
    let notes = agency.archive_files().into_iter().filter(|path| path.to_string_lossy().contains("/staff/"));
    let text = std::fs::read_to_string(notes.last().unwrap()).unwrap();
    serde_json::from_str(text.lines().next().unwrap()).unwrap()
}

fn people(agency: &Agency) -> String {
    agency.ok("nora", &["person", "list"])
}

#[test]
fn a_recovery_key_that_init_did_not_have_is_added_later_and_goes_on_without_the_founder() {
    let agency = agency();
    agency.fails("selma", 6, &["root", "change", "--add", "rita.pub"]);
    agency.fails("nora", 3, &["root", "change", "--remove", "r1"]);
    agency.fails("nora", 3, &["root", "change", "--remove", "r7"]);
    agency.fails("nora", 3, &["root", "change", "--add", "nora.pub"]);
    let before = staff_notes(&agency);
    agency.ok("nora", &["root", "change", "--add", "rita.pub", "--dry-run"]);
    assert_eq!(staff_notes(&agency), before);
    agency.ok("nora", &["root", "change", "--add", "rita.pub"]);
    assert_eq!(holders(&agency).0, [("r1".to_owned(), "nora".into()), ("r2".to_owned(), "rita".into())]);
    agency.fails("rita", 6, &["show", CASE]);
    agency.ok("rita", &["person", "retire", "nora"]);
    assert_eq!(holders(&agency).0, [("r2".to_owned(), "rita".into())], "her root key went with her");
    agency.ok("rita", &["person", "add", "eve.pub", "--role", "administrator"]);
    agency.ok("eve", &["person", "add", "zoe.pub", "--role", "case-manager"]);
    agency.ok("selma", &["verify", "--level", "V3"]);
}

#[test]
fn where_two_root_keys_must_sign_one_alone_changes_nothing() {
    let agency = two_of_three();
    assert_eq!(holders(&agency).1, 2);
    let before = staff_notes(&agency);
    let add = ["person", "add", "eve.pub", "--role", "administrator"];
    for person in ["nora", "rita"] {
        let said = agency.fails(person, 6, &add);
        assert!(said.contains("--propose") && said.contains("r1, r2, r3"), "{said}");
    }
    agency.fails("nora", 6, &["root", "change", "--threshold", "1"]);
    agency.fails("nora", 2, &[&add[..], &["--with", "r3"]].concat());
    let propose = [&add[..], &["--with", "r3", "--propose", "eve.json"]].concat();
    agency.fails("nora", 6, &[&add[..], &["--propose", "eve.json"]].concat());
    agency.ok("nora", &propose);
    assert_eq!(staff_notes(&agency), before, "a proposal is no note");
    let read = agency.ok("zoe", &["sign", "eve.json", "--dry-run"]);
    assert!(read.contains("eve: administrator") && read.contains("missing    r3"), "{read}");
    let stranger = agency.fails("rita", 6, &["sign", "eve.json"]);
    assert!(stranger.contains("r1, r3"), "{stranger}");
    agency.ok("nora", &["sign", "eve.json"]);
    assert_eq!(staff_notes(&agency), before, "one signature twice is one");
    agency.ok("zoe", &["sign", "eve.json"]);
    assert!(people(&agency).contains("eve"));
    // Staff who are no administrators need one administrator as before.
    agency.ok("eve", &["person", "role", "aisha", "--role", "case-manager", "--role", "project-director"]);
    agency.ok("selma", &["verify", "--level", "V3"]);
}

#[test]
fn a_proposal_that_was_changed_overtaken_or_is_anothers_is_refused() {
    let agency = two_of_three();
    let propose = ["person", "add", "eve.pub", "--role", "administrator", "--with", "r2", "--propose"];
    agency.ok("nora", &[&propose[..], &["eve.json"]].concat());
    let text = std::fs::read_to_string(agency.path("eve.json")).unwrap();
    std::fs::write(agency.path("changed.json"), text.replace("\"administrator\"", "\"case-manager\""))
        .unwrap();
    agency.fails("rita", 6, &["sign", "changed.json"]);
    std::fs::write(agency.path("cut.json"), &text[..text.len() / 2]).unwrap();
    agency.fails("rita", 3, &["sign", "cut.json"]);
    let other = Agency::founded();
    std::fs::write(other.path("eve.json"), &text).unwrap();
    assert!(other.fails("nora", 3, &["sign", "eve.json"]).contains("another archive"));
    agency.ok("nora", &["person", "role", "aisha", "--role", "project-director"]);
    let said = agency.fails("rita", 7, &["sign", "eve.json"]);
    assert!(said.contains("propose it anew"), "{said}");
    assert!(!people(&agency).contains("eve"));
}

#[test]
fn root_keys_are_replaced_under_the_threshold_and_a_name_is_never_used_twice() {
    let agency = two_of_three();
    // Nora leaves: her root key first, then she.
    let retire = ["person", "retire", "nora", "--with", "r3", "--propose", "retire.json"];
    assert!(agency.fails("rita", 3, &retire).contains("root change --remove r1"));
    let change =
        ["root", "change", "--remove", "r1", "--add", "eve.pub", "--with", "r3", "--propose", "change.json"];
    agency.ok("rita", &change);
    agency.ok("zoe", &["sign", "change.json"]);
    assert_eq!(holders(&agency).0.len(), 3, "the new key has to sign too");
    agency.ok("eve", &["sign", "change.json"]);
    let names: Vec<String> = holders(&agency).0.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["r2", "r3", "r4"]);
    agency.ok("rita", &retire);
    agency.ok("zoe", &["sign", "retire.json"]);
    assert!(people(&agency).contains("retired"));
    agency.fails("nora", 6, &["person", "role", "aisha", "--role", "project-director"]);
    crate::independent_reader::both_see(&agency);
    agency.ok("selma", &["verify", "--level", "V3"]);
}

#[test]
fn a_lost_founder_key_gets_another_root_name_with_its_new_key() {
    let agency = agency();
    agency.ok("nora", &["root", "change", "--add", "rita.pub"]);
    std::fs::rename(agency.path("nora.key"), agency.path("old.key")).unwrap();
    agency.key("nora", "Nora Haddad");
    agency.ok("rita", &["person", "rekey", "nora", "nora.pub"]);
    assert_eq!(holders(&agency).0, [("r2".to_owned(), "rita".into()), ("r3".to_owned(), "nora".into())]);
    agency.fails("old", 6, &["person", "add", "eve.pub", "--role", "administrator"]);
    agency.ok("nora", &["person", "add", "eve.pub", "--role", "administrator"]);
}

#[test]
fn a_root_key_alone_names_a_colleagues_checkpoint_where_it_covers_everything() {
    let agency = agency();
    agency.ok("nora", &["root", "change", "--add", "rita.pub"]);
    agency.ok("nora", &["person", "add", "eve.pub", "--role", "administrator"]);
    agency.ok("nora", &["person", "add", "zoe.pub", "--role", "administrator"]);
    let retire = |person: &str| {
        let assert = agency.by("rita", &["person", "retire", person]).assert().success();
        String::from_utf8(assert.get_output().stderr.clone()).unwrap()
    };
    assert!(retire("eve").contains("casefile register"), "nobody has a register yet");
    assert_eq!(newest_note(&agency)["register"], Value::Null);
    agency.ok("selma", &["register"]);
    let copied = Command::new("cp").arg("-r").args([agency.path("archive"), agency.path("laptop")]).status();
    assert!(copied.unwrap().success());
    assert!(!retire("nora").contains("casefile register"));
    let register = newest_note(&agency)["register"].as_str().unwrap().to_owned();
    assert!(
        register.starts_with("selma/") && agency.path(&format!("archive/register/{register}.note")).exists()
    );
    // What came after the checkpoint is not covered by it.
    std::fs::write(agency.path("letter.txt"), "a letter").unwrap();
    agency.ok("aisha", &["attach", CASE, "letter.txt"]);
    assert!(retire("zoe").contains("casefile register"));
    agency.ok("selma", &["verify", "--level", "V3"]);
}
