//! The README's first day, command by command, as a user types it.

use crate::agency::{Agency, CASE, copy, example};
use crate::support::program;
use std::process::Command;

#[test]
fn the_first_day_of_the_readme_works_as_printed() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let day = readme.split("## A first day").nth(1).unwrap().split("## The jobs").next().unwrap();
    let commands: Vec<&str> = day.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    assert!(commands.len() >= 15, "the transcript is {} commands long", commands.len());
    let folder = tempfile::TempDir::new().unwrap();
    std::os::unix::fs::symlink(
        concat!(env!("CARGO_MANIFEST_DIR"), "/examples"),
        folder.path().join("examples"),
    )
    .unwrap();
    // Keys of the default work factor take seconds to unlock; the test's are made quick.
    let script = commands.join("\n").replace("key new", "key new --work-factor 10 --for-tests");
    let bin = assert_cmd::cargo::cargo_bin("casefile");
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env("PATH", format!("{}:{}", bin.parent().unwrap().display(), std::env::var("PATH").unwrap()))
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    assert!(out.contains("UASC-2016-0012-O"), "{out}");
    assert!(out.contains("No damage found at level V3"), "{out}");
    assert!(folder.path().join("archive/inactive/UASC-2016-0012-IA").is_dir());
}

#[test]
fn a_contact_noted_today_stands_in_the_next_report() {
    let agency = Agency::with_case();
    let report = ["file", "progress-report", CASE, "--period", "2016-11-01..2016-11-30"];
    agency.ok("aisha", &report);
    let note = [
        "note",
        CASE,
        "--kind",
        "home-visit",
        "--on",
        "2016-11-04",
        "--minutes",
        "45",
        "--with",
        "client",
        "--face-to-face",
        "--scheduled",
        "yes",
        "Settled in; asked about school.",
    ];
    agency.ok("aisha", &note);
    agency.ok("aisha", &report);
    let Some(_) = program("pdftotext") else { return };
    let texts: Vec<String> =
        documents(&agency, "progress-report").iter().map(|id| text_of(&agency, id)).collect();
    let shows = |text: &String| text.contains("asked about school");
    assert_eq!(texts.iter().map(shows).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn a_changed_record_goes_in_and_an_outdated_one_is_refused_with_the_difference() {
    let agency = Agency::with_case();
    agency.ok("aisha", &["record", CASE, "-o", "mine.yaml"]);
    agency.ok(
        "aisha",
        &["note", CASE, "--kind", "call", "--on", "2016-11-07", "--with", "client", "Called back."],
    );
    let mine = std::fs::read_to_string(agency.path("mine.yaml")).unwrap();
    std::fs::write(agency.path("mine.yaml"), mine.replace("stage: ", "stage:  ")).unwrap();
    let refused = agency.by("aisha", &["record", CASE, "--put", "mine.yaml"]).assert().code(7);
    let output = refused.get_output();
    assert!(String::from_utf8_lossy(&output.stdout).contains("Called back."), "the difference is shown");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("Called back."), "messages hold no content");
    agency.ok("aisha", &["record", CASE, "-o", "newest.yaml"]);
    let newest = std::fs::read_to_string(agency.path("newest.yaml")).unwrap();
    std::fs::write(agency.path("newest.yaml"), newest.replace("Called back.", "Called back twice.")).unwrap();
    agency.ok("aisha", &["record", CASE, "--put", "newest.yaml"]);
    assert!(agency.ok("selma", &["record", CASE]).contains("Called back twice."));
    let versions = documents(&agency, "record");
    assert_eq!(versions.len(), 3, "every version is kept");
}

#[test]
fn a_record_comes_back_byte_for_byte() {
    let agency = Agency::with_case();
    agency.ok("aisha", &["record", CASE, "-o", "out.yaml"]);
    let out = std::fs::read_to_string(agency.path("out.yaml")).unwrap();
    let (mark, rest) = out.split_once('\n').unwrap();
    assert!(mark.starts_with("# casefile: version "), "{mark}");
    assert_eq!(rest, std::fs::read_to_string(example(CASE)).unwrap());
}

#[test]
fn admit_removes_the_plain_record_only_when_asked() {
    let agency = Agency::founded();
    let folder = agency.path("plain");
    copy(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/records").as_ref(), &folder);
    let record = format!("plain/{CASE}.yaml");
    agency.ok("aisha", &["admit", &record, "--remove"]);
    assert!(!agency.path(&record).exists());
    agency.ok("aisha", &["record", CASE]);
}

#[test]
fn a_dry_run_writes_nothing() {
    let agency = Agency::with_case();
    let before = agency.archive_files();
    agency.ok("aisha", &["file", "care-plan", CASE, "--dry-run"]);
    // What filing would refuse, a dry run refuses too: here the period is missing.
    agency.fails("aisha", 3, &["file", "progress-report", CASE, "--dry-run"]);
    agency.ok("aisha", &["note", CASE, "--kind", "call", "--dry-run", "Nobody home."]);
    agency.ok("selma", &["move", CASE, "inactive", "--reason", "gone", "--dry-run"]);
    assert_eq!(agency.archive_files(), before);
}

#[test]
fn demo_makes_an_agency_that_can_be_used_and_verifies() {
    let agency = Agency::empty();
    agency.command(&["demo", "demo"]).assert().success();
    let verify = ["-C", "demo/archive", "-i", "demo/keys/nora.key", "verify", "--level", "V2"];
    agency.command(&verify).assert().success();
    let list = agency.command(&["-C", "demo/archive", "list"]).assert().success();
    let list = String::from_utf8(list.get_output().stdout.clone()).unwrap();
    for code in ["-O ", "-IA ", "-AO ", "-C "] {
        assert!(list.contains(code), "a case of status {code} in\n{list}");
    }
    let due = ["-C", "demo/archive", "-i", "demo/keys/selma.key", "due", "--json"];
    let due = agency.command(&due).assert().success().get_output().stdout.clone();
    let due: Vec<serde_json::Value> = serde_json::from_slice(&due).unwrap();
    let late = due.iter().filter(|item| item["days_late"].as_i64() > Some(0)).count();
    assert!((3..=8).contains(&late) && due.len() > 2 * late, "{late} of {} are late", due.len());
    agency.command(&["demo", "demo"]).assert().code(3);
}

/// The ids of the documents of a kind in the case, oldest first.
fn documents(agency: &Agency, kind: &str) -> Vec<String> {
    let shown: serde_json::Value =
        serde_json::from_str(&agency.ok("aisha", &["show", CASE, "--json"])).unwrap();
    let of_kind = shown["documents"].as_array().unwrap().iter().filter(|document| document["kind"] == kind);
    of_kind.map(|document| document["document"].as_str().unwrap().to_owned()).collect()
}

/// What `pdftotext` reads in a document of the archive.
fn text_of(agency: &Agency, id: &str) -> String {
    let file = format!("{id}.pdf");
    agency.ok("aisha", &["open", id, "-o", &file]);
    let output = Command::new("pdftotext").arg(agency.path(&file)).arg("-").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}
