//! What people really do: the label for the number, a month for a period, the same command twice, a record
//! from a word processor, the wrong file. Each is either understood or told what to do instead.

use crate::agency::{Agency, CASE, example};
use std::fs;

const RECORD: &str = "casefile: record/1
programme: cpcm
case:
  number: UASC-2016-0041
  admitted: 2016-05-30
client:
  name: Nour Haddad
  birth: {date: 2002-11-20, certainty: exact}
team:
  manager: {id: aisha, name: Aisha Rahman}
  supervisor: {id: selma, name: Selma Lindqvist}
";

/// What `check` says of a record in a file of this name.
fn check(name: &str, record: impl AsRef<[u8]>) -> String {
    let agency = Agency::empty();
    fs::write(agency.path(name), record).unwrap();
    let output = agency.command(&["check", name]).output().unwrap();
    String::from_utf8(output.stderr).unwrap()
}

fn says(text: &str, all: &[&str]) {
    for one in all {
        assert!(text.contains(one), "{one:?} is not in:\n{text}");
    }
}

#[test]
fn a_case_is_named_as_lists_and_folders_show_it() {
    let agency = Agency::with_case();
    let number = agency.ok("aisha", &["show", CASE]);
    for written in ["UASC-2016-0012-O", "uasc-2016-0012", "uasc-2016-0012-o/"] {
        assert_eq!(agency.ok("aisha", &["show", written]), number);
    }
    says(&agency.fails("aisha", 2, &["show", "UASC-2016-12"]), &["UASC-2016-0012", "four digits"]);
    says(&agency.fails("aisha", 2, &["list", "--status", "gone"]), &["aged-out"]);
    assert!(agency.ok("aisha", &["list", "--status", "O"]).contains(CASE));
}

#[test]
fn dates_are_refused_in_the_words_of_the_program() {
    let agency = Agency::with_case();
    let note = |day| agency.fails("aisha", 2, &["note", CASE, "--kind", "call", "--on", day, "Called."]);
    says(&note("2016-11-31"), &["this day is not in the calendar"]);
    says(&note("04.11.2016"), &["2016-11-04", "year-month-day"]);
    says(&agency.fails("aisha", 2, &["note", CASE, "--kind", "homevisit", "x"]), &["home-visit"]);
}

#[test]
fn a_month_is_a_period() {
    let agency = Agency::with_case();
    agency.ok("aisha", &["preview", "monthly-report", CASE, "--period", "2016-11", "-o", "a.pdf"]);
    let whole = ["preview", "monthly-report", CASE, "--period", "2016-11-01..2016-11-30", "-o", "b.pdf"];
    agency.ok("aisha", &whole);
    assert_eq!(fs::read(agency.path("a.pdf")).unwrap(), fs::read(agency.path("b.pdf")).unwrap());
}

#[test]
fn a_preview_never_takes_the_place_of_a_record() {
    let agency = Agency::with_case();
    fs::write(agency.path("nour.yaml"), RECORD).unwrap();
    let said = agency.fails("aisha", 3, &["preview", "folder-label", "nour.yaml", "-o", "nour.yaml"]);
    says(&said, &["nour.yaml", "another name"]);
    assert_eq!(fs::read_to_string(agency.path("nour.yaml")).unwrap(), RECORD);
    agency.ok("aisha", &["preview", "folder-label", "nour.yaml", "-o", "nour.pdf"]);
    agency.ok("aisha", &["preview", "folder-label", "nour.yaml", "-o", "nour.pdf"]);
}

#[test]
fn the_same_contact_is_not_written_down_twice() {
    let agency = Agency::with_case();
    let call = ["note", CASE, "--kind", "call", "--on", "2016-11-28", "Called the school."];
    agency.ok("aisha", &call);
    says(&agency.fails("aisha", 3, &call), &["already", "--at"]);
    let later = [&call[..], &["--at", "17:30"]].concat();
    agency.ok("aisha", &later);
}

#[test]
fn a_contact_of_tomorrow_is_refused() {
    let agency = Agency::with_case();
    let said = agency.fails("aisha", 3, &["note", CASE, "--kind", "call", "--on", "2016-12-02", "Called."]);
    says(&said, &["has not come yet", "--on"]);
    says(
        &agency.fails("aisha", 3, &["-n", "note", CASE, "--kind", "call", "--on", "2017-01-01", "x"]),
        &["not come"],
    );
}

#[test]
fn filing_tells_of_a_future_date_and_of_the_same_document_again() {
    let agency = Agency::with_case();
    let file = |period: &str| {
        let arguments = ["file", "progress-report", CASE, "--period", period];
        let assert = agency.by("aisha", &arguments).assert().success();
        String::from_utf8(assert.get_output().stderr.clone()).unwrap()
    };
    says(&file("2017-11"), &["lies in the future", "--period"]);
    assert!(!file("2016-10").contains("warning"), "the first of its period");
    says(&file("2016-10"), &["both stand now", "casefile withdraw"]);
}

#[test]
fn a_record_put_back_twice_is_called_the_same_and_not_an_older_one() {
    let agency = Agency::with_case();
    agency.ok("aisha", &["record", CASE, "-o", "out.yaml"]);
    let changed = fs::read_to_string(agency.path("out.yaml")).unwrap() + "\n# looked through\n";
    fs::write(agency.path("out.yaml"), changed).unwrap();
    agency.ok("aisha", &["-n", "record", CASE, "--put", "out.yaml"]);
    agency.ok("aisha", &["record", CASE, "--put", "out.yaml"]);
    says(&agency.fails("aisha", 3, &["record", CASE, "--put", "out.yaml"]), &["nothing to file"]);
    fs::write(agency.path("out.yaml"), "casefile: record/1\n").unwrap();
    agency.fails("aisha", 3, &["-n", "record", CASE, "--put", "out.yaml"]);
}

#[test]
fn what_a_filed_record_lacks_is_told_with_the_way_to_change_it() {
    let agency = Agency::founded();
    fs::write(agency.path("nour.yaml"), RECORD).unwrap();
    agency.ok("aisha", &["admit", "nour.yaml"]);
    let said = agency.fails("aisha", 3, &["file", "care-plan", "UASC-2016-0041"]);
    says(&said, &["record of UASC-2016-0041:", "casefile record UASC-2016-0041 -o FILE"]);
}

#[test]
fn everybody_missing_on_the_roster_is_named_at_once() {
    let agency = Agency::founded();
    fs::write(agency.path("nour.yaml"), RECORD.replace("aisha", "aysha").replace("selma", "salma")).unwrap();
    let said = agency.fails("aisha", 3, &["admit", "nour.yaml"]);
    says(&said, &["aysha", "salma", "not on the roster", "casefile person add"]);
}

#[test]
fn a_dry_run_says_that_nothing_was_written() {
    let agency = Agency::founded();
    let assert = agency.by("aisha", &["-n", "admit", &example(CASE)]).assert().success();
    says(&String::from_utf8_lossy(&assert.get_output().stderr), &["Nothing was written"]);
    assert!(!agency.ok("aisha", &["list"]).contains(CASE));
}

#[test]
fn a_kind_misspelt_is_guessed() {
    let agency = Agency::with_case();
    let said = agency.fails("aisha", 8, &["file", "progress-raport", CASE, "--period", "2016-11"]);
    says(&said, &["did you mean `progress-report`?"]);
    assert!(said.len() < 300, "the list of all kinds hides the guess:\n{said}");
}

#[test]
fn the_wrong_half_of_a_key_is_told_apart() {
    let agency = Agency::with_case();
    agency.key("tomas", "Tomas Ferreira");
    says(
        &agency.fails("nora", 3, &["person", "add", "tomas.key", "--role", "case-manager"]),
        &["casefile key show"],
    );
    let said = agency.command(&["-i", "nora.pub", "show", CASE]).output().unwrap();
    says(&String::from_utf8_lossy(&said.stderr), &["nora.pub", ".key"]);
    let key = fs::read(agency.path("tomas.key")).unwrap();
    fs::write(agency.path("tomas.key"), &key[..key.len() - 20]).unwrap();
    says(&agency.fails("tomas", 5, &["show", CASE]), &["person rekey"]);
}

#[test]
fn a_short_passphrase_is_warned_of() {
    let agency = Agency::empty();
    let make = |file: &str| {
        let arguments =
            ["key", "new", "--id", "dan", "--name", "Dan", "-o", file, "--work-factor", "10", "--for-tests"];
        let assert = agency.command(&arguments).assert().success();
        String::from_utf8(assert.get_output().stderr.clone()).unwrap()
    };
    assert!(!make("one.key").contains("warning"));
    fs::write(agency.path("pass"), "secret\r\n").unwrap();
    says(&make("two.key"), &["warning", "fewer than 12 characters", "casefile key passphrase"]);
}

#[test]
fn templates_may_lie_beside_an_archive() {
    let agency = Agency::with_case();
    agency.ok("aisha", &["kinds", "new", "home-check"]);
    agency.ok("aisha", &["--templates", ".", "kinds", "home-check"]);
}

#[test]
fn a_key_that_opens_nothing_proves_nothing_of_contents() {
    let agency = Agency::with_case();
    says(&agency.ok("nora", &["verify", "--level", "V3"]), &["V3 says nothing"]);
    says(&agency.ok("selma", &["verify", "--level", "V3"]), &["No damage found at level V3"]);
}

#[test]
fn an_empty_field_says_what_belongs_there() {
    let said = check(
        "a.yaml",
        RECORD.replace("number: UASC-2016-0041", "number:").replace("name: Nour Haddad", "name:"),
    );
    says(&said, &["a.yaml:4:", "a case number such as", "a.yaml:7:", "casefile explain client.name"]);
}

#[test]
fn a_single_word_where_a_list_or_fields_belong_says_how() {
    let said = check("a.yaml", format!("{RECORD}people: aunt\nexit: soon\n"));
    says(&said, &["(people)", "between [ and ]", "(exit)", "`follow_up`", "casefile explain exit"]);
}

#[test]
fn a_language_by_its_name_is_known() {
    let record = RECORD.replace("client:\n", "client:\n  languages: [Arabic, EN, Klingon]\n");
    says(&check("a.yaml", record), &["did you mean `ar`?", "did you mean `en`?", "languages[2]"]);
}

#[test]
fn a_record_of_a_word_processor_is_called_by_its_name() {
    says(&check("a.docx", b"PK\x03\x04\x14\x00\x06"), &["word processor", "casefile new"]);
    says(&check("a.yaml", b"%PDF-1.7\n"), &["a PDF"]);
    says(&check("a.yaml", "age-encryption.org/v1\n"), &["casefile record CASE"]);
    says(&check("a.csv", "\"casefile: record/1\"\n\"programme: cpcm\"\n"), &["a.csv:"]);
    says(&check("a.csv", "casefile;record/1\nprogramme;cpcm\n"), &["casefile: record/1"]);
}

#[test]
fn spaces_that_are_none_are_found() {
    let tabs = RECORD.replace("\n  ", "\n\t");
    says(&check("a.yaml", tabs), &["a tab", "in 6 lines"]);
    let pasted = RECORD.replace("\n  admitted", "\n\u{a0}\u{a0}admitted");
    says(&check("a.yaml", pasted), &["a.yaml:5:1", "no-break space"]);
    let curly = format!(
        "{RECORD}contacts:\n  - on: 2016-11-04\n    at: \u{201c}14:30\u{201d}\n    kind: call\n    what: x\n"
    );
    says(&check("a.yaml", curly), &["a.yaml:14:", "curly"]);
}

#[test]
fn windows_line_ends_and_a_mark_of_byte_order_are_no_fault() {
    let windows = format!("\u{feff}{}", RECORD.replace('\n', "\r\n"));
    says(&check("a.yaml", windows), &["no problem found"]);
}

#[test]
fn explain_finds_a_field_one_level_down() {
    let output = Agency::empty().command(&["explain", "birth"]).output().unwrap();
    says(&String::from_utf8_lossy(&output.stderr), &["client.birth"]);
}

#[test]
fn a_reader_of_messages_who_goes_away_is_no_fault_of_the_program() {
    let agency = Agency::empty();
    fs::write(agency.path("nour.yaml"), RECORD.replace("name: Nour Haddad", "name:")).unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut check = std::process::Command::new(assert_cmd::cargo::cargo_bin("casefile"));
    check.args(["check", "nour.yaml"]).current_dir(agency.path("")).stdout(writer.try_clone().unwrap());
    assert_eq!(check.stderr(writer).status().unwrap().code(), Some(3));
}

#[test]
fn a_sign_that_no_font_has_is_found_by_its_line() {
    let agency = Agency::empty();
    let record = RECORD.replace("birth:", "own_words: well \u{1f642}\n  birth:");
    fs::write(
        agency.path("nour.yaml"),
        format!("{record}contacts: [{{on: 2016-06-01, kind: call, what: \u{4f60}}}]\n"),
    )
    .unwrap();
    let output = agency.command(&["preview", "case-note", "nour.yaml", "-o", "a.pdf"]).output().unwrap();
    says(&String::from_utf8_lossy(&output.stderr), &["nour.yaml:13:", "(contacts[0].what)", "Chinese"]);
}

#[test]
fn what_due_proposes_can_be_typed_as_it_stands() {
    let agency = Agency::founded();
    let record = format!(
        "{RECORD}goals: [{{goal: School, area: education, owner: client, set: 2016-06-01, state: active}}]\n"
    );
    fs::write(agency.path("nour.yaml"), record).unwrap();
    agency.ok("aisha", &["admit", "nour.yaml"]);
    let due = agency.ok("aisha", &["due"]);
    let line = due.lines().find(|line| line.contains("casefile file monthly-report")).unwrap();
    assert!(line.ends_with("--period 2016-05-30.."), "{line}");
    let words: Vec<&str> = line.split_whitespace().skip(1).collect();
    agency.ok("aisha", &words);
    assert!(agency.ok("aisha", &["show", "UASC-2016-0041"]).contains("2016-05-30..2016-12-01"));
}

#[test]
fn an_approval_is_given_once() {
    let agency = Agency::with_case();
    agency.ok("aisha", &["file", "care-plan", CASE]);
    let shown = agency.ok("aisha", &["show", CASE]);
    let plan = shown.lines().find(|line| line.contains("care-plan")).unwrap();
    let id = plan.split_whitespace().next().unwrap();
    agency.ok("selma", &["review", id, "approve"]);
    says(&agency.fails("selma", 3, &["review", id, "approve"]), &["already"]);
    agency.ok("selma", &["review", id, "return", "--comment", "the dates"]);
    agency.ok("selma", &["review", id, "approve"]);
}

#[test]
fn each_service_gets_a_sheet_of_its_own() {
    let Some(pdftotext) = crate::support::program("pdftotext") else { return };
    let agency = Agency::empty();
    let record = format!(
        "{RECORD}referrals:\n  - {{date: 2016-06-01, provider: Harbour School, need: A place, consent: hers, state: sent}}\n  - {{date: 2016-06-02, provider: Lighthouse, need: Sleep, consent: hers, state: sent}}\n"
    );
    fs::write(agency.path("nour.yaml"), record).unwrap();
    let make = ["preview", "referral-out", "nour.yaml", "--period", "2016-06", "-o", "a.pdf"];
    agency.command(&make).assert().success();
    let text = std::process::Command::new(pdftotext).arg(agency.path("a.pdf")).arg("-").output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert!(!pages.iter().any(|page| page.contains("Lighthouse") && page.contains("Harbour")), "{text}");
    assert_eq!(text.matches("Answer of the service").count(), 2, "{text}");
    let begins = pages.iter().position(|page| page.contains("Lighthouse")).unwrap();
    assert!(
        pages[..begins].concat().contains("Signatures"),
        "the first sheet is whole before the second begins"
    );
}

#[test]
fn nothing_else_is_written_over_by_a_calendar_or_a_pack() {
    let agency = Agency::with_case();
    let key = fs::read(agency.path("aisha.key")).unwrap();
    says(&agency.fails("aisha", 3, &["due", "--ics", "aisha.key"]), &["aisha.key", "calendar"]);
    agency.fails("selma", 3, &["handover", "pack", "HANDOVER-2016-0001", "--to", "aisha", "-o", "aisha.key"]);
    assert_eq!(fs::read(agency.path("aisha.key")).unwrap(), key);
    agency.ok("aisha", &["due", "--ics", "due.ics"]);
    agency.ok("aisha", &["due", "--ics", "due.ics"]);
}

#[test]
fn a_command_to_type_has_its_file_in_quotation_marks_where_needed() {
    let agency = Agency::empty();
    let assert = agency.command(&["new", "-o", "my record.yaml"]).assert().success();
    says(&String::from_utf8_lossy(&assert.get_output().stderr), &["casefile check 'my record.yaml'"]);
}

#[test]
fn an_archive_that_was_only_begun_says_what_to_do() {
    let agency = Agency::empty();
    agency.key("nora", "Nora Haddad");
    fs::create_dir_all(agency.path("archive/staff")).unwrap();
    says(&agency.fails("nora", 3, &["init", "archive", "--recovery", "none"]), &["delete archive"]);
}

#[test]
fn the_number_of_a_folder_about_the_work_is_asked_for_as_such() {
    let agency = Agency::empty();
    agency.command(&["new", "--kind", "complaint", "-o", "c.yaml"]).assert().success();
    let output = agency.command(&["check", "c.yaml"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    says(&said, &["COMPLAINT-2016-0003", "(folder.number)"]);
    assert!(!said.contains("UASC-2016-0012"), "{said}");
}

#[test]
fn a_note_from_the_clipboard_of_windows_is_written_down() {
    let agency = Agency::with_case();
    let mut note = agency.by("aisha", &["note", CASE, "--kind", "call", "--on", "2016-11-30"]);
    note.write_stdin("Called.\r\n\r\n- school: yes\r\n# tab\r\n").assert().success();
    agency.ok("aisha", &["note", CASE, "--kind", "call", "--on", "2016-11-29", "--at", "9:30", "- asked"]);
    let record = agency.ok("aisha", &["record", CASE]);
    says(&record, &["      - school: yes\n", "\"09:30\"", "- asked"]);
    says(&agency.fails("aisha", 2, &["note", CASE, "--kind", "call", "--schedule"]), &["no such option"]);
    says(
        &agency.fails("aisha", 3, &["note", CASE, "--kind", "call", "x\u{202e}y"]),
        &["writing direction", "].what"],
    );
}

#[test]
fn a_dry_run_for_all_names_every_case_that_fails() {
    let agency = Agency::with_case();
    fs::write(agency.path("nour.yaml"), RECORD).unwrap();
    agency.ok("aisha", &["admit", "nour.yaml"]);
    let said =
        agency.fails("aisha", 4, &["-n", "file", "care-plan", "UASC-2016-9999", "UASC-2016-0041", CASE]);
    says(&said, &["UASC-2016-9999 could not", "UASC-2016-0041 could not", "Nothing was written"]);
    assert!(!agency.ok("aisha", &["show", CASE]).contains("care-plan"));
}

#[test]
fn a_wrong_command_line_is_json_where_json_is_asked_for() {
    let agency = Agency::empty();
    let output = agency.command(&["--json", "show", "UASC-12"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(said["exit"], 2);
    says(said["problems"][0]["message"].as_str().unwrap(), &["UASC-2016-0012"]);
    assert!(agency.command(&["--json", "show", "--help"]).output().unwrap().status.success());
}
