//! Commands that must not work, and what they say: exit codes, next steps, nothing personal.

use crate::agency::{Agency, CASE, example};
use serde_json::Value;

#[test]
fn the_administrator_opens_nothing() {
    let agency = Agency::with_case();
    for arguments in [&["record", CASE][..], &["show", CASE], &["file", "care-plan", CASE]] {
        let said = agency.fails("nora", 6, arguments);
        assert!(said.contains("nora"), "{said}");
    }
    let document = first_document(&agency);
    agency.fails("nora", 6, &["open", &document, "-o", "out"]);
    assert!(!agency.path("out").exists());
}

/// A title that a colleague chose, and the name of a file that somebody put into the shared folder.
#[test]
fn what_others_wrote_commands_no_terminal_and_forges_no_line() {
    let agency = Agency::with_case();
    std::fs::write(agency.path("plan.txt"), "a plan").unwrap();
    agency.ok("aisha", &["attach", CASE, "plan.txt", "--title", "\u{1b}[2Jplan\u{9b}31m\nforged"]);
    std::fs::write(agency.path("archive/open/\u{1b}]0;x\u{7}\nok      all"), "").unwrap();
    let list = agency.ok("selma", &["show", CASE]);
    assert!(list.contains("�[2Jplan�31m forged"), "{list}");
    let found = agency.ok("nora", &["verify"]);
    assert!(found.contains("�]0;x� ok      all"), "{found}");
    let json = agency.ok("selma", &["show", CASE, "--json"]);
    assert!(json.contains("[2Jplan"), "{json}");
    for said in [list, found, json] {
        assert!(!said.contains(|c: char| c.is_control() && c != '\n'), "{said:?}");
    }
}

#[test]
fn a_note_that_is_too_long_is_refused_and_not_cut() {
    let agency = Agency::with_case();
    let mut note = agency.by("aisha", &["note", CASE, "--kind", "call", "-"]);
    let output = note.write_stdin("x".repeat((1 << 20) + 1)).assert().code(3).get_output().clone();
    assert!(String::from_utf8_lossy(&output.stderr).contains("at most 1 MiB"));
    assert!(!agency.ok("aisha", &["record", CASE]).contains("xxxx"));
}

#[test]
fn another_case_manager_opens_nothing() {
    let agency = Agency::with_case();
    agency.joins("tomas", "Tomas Ferreira", "case-manager");
    agency.fails("tomas", 6, &["show", CASE]);
    agency.fails("tomas", 6, &["note", CASE, "--kind", "call", "Called."]);
    agency.fails("tomas", 6, &["move", CASE, "inactive", "--reason", "none"]);
}

#[test]
fn a_key_that_is_not_on_the_roster_does_nothing() {
    let agency = Agency::with_case();
    agency.key("mallory", "Mallory Stranger");
    agency.fails("mallory", 6, &["show", CASE]);
    agency.fails("mallory", 6, &["person", "add", "mallory.pub", "--role", "case-supervisor"]);
}

#[test]
fn only_an_administrator_changes_the_roster_and_nobody_their_own_role() {
    let agency = Agency::founded();
    agency.key("tomas", "Tomas Ferreira");
    agency.fails("aisha", 6, &["person", "add", "tomas.pub", "--role", "case-manager"]);
    agency.fails("nora", 6, &["person", "role", "nora", "--role", "case-supervisor"]);
}

#[test]
fn a_wrong_passphrase_is_told_apart_from_a_wrong_file() {
    let agency = Agency::with_case();
    std::fs::write(agency.path("pass"), "something else").unwrap();
    let said = agency.fails("aisha", 6, &["show", CASE]);
    assert!(said.contains("passphrase"), "{said}");
    std::fs::write(agency.path("aisha.key"), "no key at all").unwrap();
    agency.fails("aisha", 3, &["show", CASE]);
}

#[test]
fn what_is_missing_is_asked_for_by_name() {
    let agency = Agency::with_case();
    let said = agency.fails("aisha", 3, &["file", "progress-report", CASE]);
    assert!(said.contains("--period"), "{said}");
    let said = agency.fails("aisha", 3, &["file", "closure-report", CASE]);
    assert!(said.contains("closure"), "{said}");
    let said = agency.fails("selma", 3, &["move", CASE, "closed", "--reason", "done"]);
    assert!(said.contains("closure-report"), "{said}");
    let said = agency.fails("selma", 3, &["move", CASE, "aged-out", "--reason", "18"]);
    assert!(said.contains("transition"), "{said}");
    agency.fails("aisha", 8, &["file", "care-plan", "UASC-2016-9999"]);
    agency.fails("aisha", 8, &["file", "no-such-kind", CASE]);
    agency.fails("aisha", 8, &["open", "ffffffff"]);
    agency.command(&["record", CASE]).assert().code(6);
    agency.by("aisha", &["record", CASE]).env_remove("CASEFILE_ARCHIVE").assert().code(2);
}

#[test]
fn a_case_is_admitted_once() {
    let agency = Agency::with_case();
    let said = agency.fails("aisha", 3, &["admit", &example(CASE)]);
    assert!(said.contains(CASE), "{said}");
}

#[test]
fn a_folder_that_is_no_archive_says_so() {
    let agency = Agency::empty();
    std::fs::create_dir(agency.path("archive")).unwrap();
    let said =
        String::from_utf8(agency.command(&["list"]).assert().failure().get_output().stderr.clone()).unwrap();
    assert!(said.contains("archive"), "{said}");
    agency.key("nora", "Nora Haddad");
    std::fs::write(agency.path("archive/letter.txt"), "mine").unwrap();
    agency.by("nora", &["init", "archive", "--recovery", "none"]).assert().code(3);
    assert_eq!(std::fs::read_to_string(agency.path("archive/letter.txt")).unwrap(), "mine");
}

#[test]
fn a_batch_goes_on_after_a_failure_and_says_so() {
    let agency = Agency::with_case();
    let said = agency.fails("aisha", 4, &["file", "care-plan", "UASC-2016-9999", CASE]);
    assert!(said.contains("1 of 2 filed"), "{said}");
}

#[test]
fn a_key_file_is_never_written_over() {
    let agency = Agency::founded();
    let before = std::fs::read(agency.path("nora.key")).unwrap();
    agency.command(&["key", "new", "--id", "nora", "--name", "N", "-o", "nora.key"]).assert().code(3);
    assert_eq!(std::fs::read(agency.path("nora.key")).unwrap(), before);
}

#[test]
fn json_is_json_where_it_is_promised() {
    let agency = Agency::with_case();
    let commands: [&[&str]; 7] = [
        &["list"],
        &["show", CASE],
        &["history", CASE],
        &["verify", "--level", "V2"],
        &["kinds"],
        &["kinds", "care-plan"],
        &["check", &example(CASE)],
    ];
    for command in commands {
        let mut command = command.to_vec();
        command.push("--json");
        let value: Value = serde_json::from_str(&agency.ok("aisha", &command)).unwrap();
        assert!(value.is_object() || value.is_array(), "{command:?}");
    }
    let error: Value =
        serde_json::from_str(&agency.fails("aisha", 8, &["show", "UASC-2016-9999", "--json"])).unwrap();
    assert_eq!(error["exit"], 8);
    assert!(error["problems"][0]["code"].is_string());
}

#[test]
fn nothing_of_a_record_stands_in_clear_below_the_archive_or_in_what_is_said() {
    let agency = Agency::founded();
    let marked = std::fs::read_to_string(example(CASE)).unwrap();
    let name =
        marked.lines().find_map(|line| line.trim().strip_prefix("name: ")).unwrap().trim_matches(['"', '\'']);
    let mut said = agency.by("aisha", &["admit", &example(CASE)]).assert().success().get_output().clone();
    said.stderr
        .extend(agency.fails("selma", 3, &["move", CASE, "closed", "--reason", "Zanzibarbara"]).into_bytes());
    agency.ok("selma", &["move", CASE, "inactive", "--reason", "Zanzibarbara"]);
    let said = [said.stdout, said.stderr].concat();
    let files = agency.archive_files().into_iter().map(|file| {
        let mut bytes = std::fs::read(&file).unwrap();
        bytes.extend_from_slice(file.to_string_lossy().as_bytes());
        bytes
    });
    for bytes in files.chain([said]) {
        let text = String::from_utf8_lossy(&bytes);
        for word in [name, "Zanzibarbara", "Progress report", "Selma Lindqvist"] {
            assert!(!text.contains(word), "a personal value stands in clear");
        }
    }
}

#[test]
fn an_unwritable_folder_is_named() {
    let agency = Agency::with_case();
    let target = agency.path("no/such/folder/report.pdf");
    let said = agency.fails("aisha", 8, &["preview", "care-plan", CASE, "-o", &target.to_string_lossy()]);
    assert!(said.contains("report.pdf"), "{said}");
}

fn first_document(agency: &Agency) -> String {
    let shown: Value = serde_json::from_str(&agency.ok("aisha", &["show", CASE, "--json"])).unwrap();
    shown["documents"][0]["document"].as_str().unwrap().to_owned()
}
