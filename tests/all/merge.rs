//! Copies that went their own ways, and files that lie wrong: settling, merging, repairing, resolving.

mod taken_out;

use crate::agency::{Agency, CASE, copy, files_below};
use crate::staff::{Recovery, Staff, TEAM, minute, staffed};
use crate::support::{full, letter};
use casefile::archive::{Archive, Level, Settled, VerifyOptions};
use casefile::log::{Entry, Note, Op, Signer};
use casefile::names::{Digest, Unit};
use casefile::store::LocalStore;
use casefile::store::failing::{FailingStore, Failure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// When a file was written.
fn written(path: &Path) -> SystemTime {
    std::fs::metadata(path).unwrap().modified().unwrap()
}

/// Every file of an archive with its bytes.
fn contents(archive: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let inside = |path: &PathBuf| path.strip_prefix(archive).unwrap().to_owned();
    files_below(archive).into_iter().map(|path| (inside(&path), std::fs::read(&path).unwrap())).collect()
}

/// What `act` does on the archive, and what `elsewhere` does on a copy that knows nothing of it: the copy
/// lies in `laptop`, with a client of its own that remembers nothing.
fn diverge(agency: &Agency, act: &dyn Fn(&Agency, &str), elsewhere: &dyn Fn(&Agency, &str)) {
    copy(&agency.path("archive"), &agency.path("laptop"));
    act(agency, "archive");
    elsewhere(agency, "laptop");
}

fn run(agency: &Agency, archive: &str, person: &str, arguments: &[&str]) -> String {
    let mut command = agency.by(person, arguments);
    command
        .env("CASEFILE_ARCHIVE", agency.path(archive))
        .env("HOME", agency.path(&format!("home-{archive}")));
    let assert = command.assert().success();
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

fn shown(agency: &Agency, archive: &str) -> Value {
    serde_json::from_str(&run(agency, archive, "selma", &["show", CASE, "--json"])).unwrap()
}

/// Merges both ways, each by `settle --from` and by plain copying, and gives the state that all agree on.
fn merged(agency: &Agency) -> Value {
    let ways = [("archive", "laptop"), ("laptop", "archive")];
    let mut states = Vec::new();
    for (at, (into, from)) in ways.into_iter().enumerate() {
        let (told, plain) = (format!("told-{at}"), format!("plain-{at}"));
        copy(&agency.path(into), &agency.path(&told));
        run(agency, &told, "nora", &["settle", "--from", &agency.path(from).to_string_lossy()]);
        copy(&agency.path(into), &agency.path(&plain));
        copy(&agency.path(from), &agency.path(&plain));
        run(agency, &plain, "nora", &["settle"]);
        for archive in [told, plain] {
            let verified: Value =
                serde_json::from_str(&run(agency, &archive, "selma", &["verify", "--level", "V3", "--json"]))
                    .unwrap();
            assert_eq!(verified["damage"].as_array().unwrap().len(), 0, "{verified}");
            states.push((shown(agency, &archive), contents(&agency.path(&archive))));
        }
    }
    assert!(states.windows(2).all(|pair| pair[0].0 == pair[1].0), "the same state whichever way");
    assert!(states.windows(2).all(|pair| pair[0].1 == pair[1].1), "the same files whichever way");
    states.remove(0).0
}

fn attach(agency: &Agency, archive: &str, name: &str) {
    std::fs::write(agency.path(name), format!("what {name} says")).unwrap();
    run(agency, archive, "aisha", &["attach", CASE, name, "--date", "2016-11-30"]);
}

fn codes(shown: &Value) -> String {
    shown["warnings"].to_string()
}

#[test]
fn two_filings_on_two_copies_both_stand() {
    let agency = Agency::with_case();
    let before = shown(&agency, "archive")["documents"].as_array().unwrap().len();
    diverge(&agency, &|a, at| attach(a, at, "one.txt"), &|a, at| attach(a, at, "two.txt"));
    let state = merged(&agency);
    let titles = state["documents"].to_string();
    assert!(titles.contains("one.txt") && titles.contains("two.txt"), "{titles}");
    assert_eq!(state["documents"].as_array().unwrap().len(), before + 2);
}

#[test]
fn a_move_against_a_filing_moves_the_filed_document_too() {
    let agency = Agency::with_case();
    let inactive = |a: &Agency, at: &str| {
        run(a, at, "selma", &["move", CASE, "inactive", "--reason", "no contact"]);
    };
    diverge(&agency, &inactive, &|a, at| attach(a, at, "letter.txt"));
    let state = merged(&agency);
    assert_eq!(state["status"], "inactive");
    assert!(state["documents"].to_string().contains("letter.txt"));
    assert_eq!(state["warnings"].as_array().unwrap().len(), 0, "{}", codes(&state));
}

/// One copy says inactive, the other open with another date: both from an inactive case.
fn two_moves() -> Agency {
    let agency = Agency::with_case();
    let to = |status: &'static str| {
        move |a: &Agency, at: &str| {
            run(a, at, "selma", &["move", CASE, status, "--reason", "seen differently"]);
        }
    };
    run(&agency, "archive", "selma", &["move", CASE, "inactive", "--reason", "x", "--since", "2016-11-30"]);
    // The copy learns of contact again and, later, of its end; the archive stays at its own view.
    let laptop = |a: &Agency, at: &str| to("open")(a, at);
    let archive = |a: &Agency, at: &str| {
        to("open")(a, at);
        run(a, at, "selma", &["move", CASE, "inactive", "--reason", "lost again"]);
    };
    diverge(&agency, &archive, &laptop);
    agency
}

#[test]
fn two_moves_give_the_earlier_status_until_a_reader_resolves_it() {
    let agency = two_moves();
    let state = merged(&agency);
    assert_eq!(state["status"], "open");
    assert!(codes(&state).contains("two changes of status met"), "{}", codes(&state));
}

#[test]
fn a_record_amended_on_both_copies_keeps_both_versions_flagged() {
    let agency = two_records();
    let state = merged(&agency);
    assert!(codes(&state).contains("both versions stand"), "{}", codes(&state));
}

fn two_records() -> Agency {
    let agency = Agency::with_case();
    let call = |words: &'static str| {
        move |a: &Agency, at: &str| {
            run(a, at, "aisha", &["note", CASE, "--kind", "call", "--on", "2016-11-30", words]);
        }
    };
    diverge(&agency, &call("First call."), &call("Second call."));
    agency
}

#[test]
fn another_archive_is_never_merged() {
    let agency = Agency::with_case();
    let other = Agency::founded();
    let from = other.path("archive");
    let before = contents(&agency.path("archive"));
    let said = agency.fails("nora", 3, &["settle", "--from", &from.to_string_lossy()]);
    assert!(said.contains("another archive"), "{said}");
    agency.fails("nora", 3, &["repair", "--from", &from.to_string_lossy()]);
    assert_eq!(contents(&agency.path("archive")), before);
}

#[test]
fn damaged_and_foreign_files_of_a_copy_are_not_merged_but_reported() {
    let agency = Agency::with_case();
    diverge(&agency, &|_, _| {}, &|a, at| attach(a, at, "two.txt"));
    let before = contents(&agency.path("archive"));
    let new: Vec<PathBuf> = files_below(&agency.path("laptop"))
        .into_iter()
        .filter(|path| !before.contains_key(path.strip_prefix(agency.path("laptop")).unwrap()))
        .collect();
    for path in &new {
        let mut bytes = std::fs::read(path).unwrap();
        let last = bytes.len() - 2;
        bytes[last] ^= 1;
        std::fs::write(path, bytes).unwrap();
    }
    std::fs::write(agency.path("laptop/open/letter (conflict).txt"), "mine").unwrap();
    let from = agency.path("laptop");
    let assert = agency.command(&["settle", "--from", &from.to_string_lossy()]).assert().code(4);
    let said = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    assert!(said.contains("not copied") && said.contains("conflict"), "{said}");
    assert_eq!(contents(&agency.path("archive")), before);
}

#[test]
fn settling_needs_no_key_moves_what_is_misplaced_and_clears_old_temporary_files() {
    let agency = Agency::with_case();
    let from = agency.path("archive/open/UASC-2016-0012-O");
    let whole = contents(&agency.path("archive"));
    std::fs::create_dir_all(agency.path("archive/closed")).unwrap();
    std::fs::rename(&from, agency.path("archive/closed/UASC-2016-0012-IA")).unwrap();
    let old = agency.path("archive/open/.tmp-old");
    let young = agency.path("archive/open/.tmp-young");
    std::fs::write(&old, "x").unwrap();
    std::fs::write(&young, "x").unwrap();
    let yesterday = written(&young) - Duration::from_hours(25);
    std::fs::File::options().write(true).open(&old).unwrap().set_modified(yesterday).unwrap();
    std::fs::write(agency.path("archive/open/.DS_Store"), "x").unwrap();

    let dry = agency.command(&["settle", "--dry-run", "--json"]).assert().success();
    let dry: Value = serde_json::from_slice(&dry.get_output().stdout).unwrap();
    assert_eq!(dry["done"].as_array().unwrap().len(), 2, "{dry}");
    assert!(old.exists() && !from.exists(), "a dry run does nothing");

    let settled = agency.command(&["settle", "--json"]).assert().success();
    let settled: Value = serde_json::from_slice(&settled.get_output().stdout).unwrap();
    assert!(from.exists() && !old.exists() && young.exists(), "{settled}");
    assert!(settled["left"].to_string().contains(".DS_Store"), "{settled}");
    std::fs::remove_file(young).unwrap();
    std::fs::remove_file(agency.path("archive/open/.DS_Store")).unwrap();
    assert_eq!(contents(&agency.path("archive")), whole);
    agency.command(&["settle", "UASC-2016-9999"]).assert().code(8);
}

#[test]
fn a_folder_older_than_this_client_remembers_is_left_alone() {
    let agency = Agency::with_case();
    let before = contents(&agency.path("archive"));
    agency.ok("selma", &["move", CASE, "inactive", "--reason", "no contact"]);
    std::fs::remove_dir_all(agency.path("archive")).unwrap();
    for (path, bytes) in &before {
        let path = agency.path("archive").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    std::fs::rename(agency.path("archive/open"), agency.path("archive/closed")).unwrap();
    let misplaced = contents(&agency.path("archive"));
    let assert = agency.by("selma", &["settle"]).assert().code(4);
    let said = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    assert!(said.contains("seen before, is gone"), "{said}");
    assert_eq!(contents(&agency.path("archive")), misplaced);
}

#[test]
fn a_sample_is_the_same_for_the_same_seed_and_a_mirror_is_compared_by_its_bytes() {
    let agency = Agency::with_case();
    let sample = |seed: &str| {
        let arguments = ["verify", "--level", "V1", "--sample", "50%", "--seed", seed, "--json"];
        serde_json::from_str::<Value>(&agency.ok("selma", &arguments)).unwrap()
    };
    assert_eq!(sample("7"), sample("7"));
    assert_eq!(sample("7")["sample"]["seed"], 7);
    let said = agency.by("selma", &["verify", "--level", "V1", "--sample", "5"]).assert().success();
    let said = String::from_utf8(said.get_output().stderr.clone()).unwrap();
    assert!(said.contains("--seed 20161201"), "{said}");
    agency.fails("selma", 2, &["verify", "--sample", "0%"]);

    copy(&agency.path("archive"), &agency.path("mirror"));
    let mirror = agency.path("mirror").to_string_lossy().into_owned();
    let compare = ["verify", "--level", "V1", "--mirror", &mirror];
    assert!(agency.ok("selma", &compare).contains("V4: "), "a whole copy");
    attach(&agency, "archive", "later.txt");
    assert!(agency.ok("selma", &compare).contains("the copy lacks it"), "an older copy is a notice");
    let sealed =
        files_below(&agency.path("mirror")).into_iter().find(|p| p.extension().is_some_and(|e| e == "age"));
    let sealed = sealed.unwrap();
    let mut bytes = std::fs::read(&sealed).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&sealed, bytes).unwrap();
    agency.ok("selma", &["verify", "--level", "V0", "--mirror", &mirror]);
    agency.by("selma", &compare).assert().code(5);
}

#[test]
fn repair_brings_back_every_kind_of_file_whether_missing_or_damaged() {
    let agency = Agency::with_case();
    attach(&agency, "archive", "one.txt");
    agency.ok("nora", &["register"]);
    agency.ok("selma", &["witness", "nora"]);
    copy(&agency.path("archive"), &agency.path("mirror"));
    attach(&agency, "archive", "two.txt");
    let whole = contents(&agency.path("archive"));
    let mirrored = contents(&agency.path("mirror"));
    let mirror = agency.path("mirror").to_string_lossy().into_owned();
    let all = ["gone", "flipped", "empty"];
    for (at, name) in mirrored.keys().enumerate() {
        for damage in if full() { &all[..] } else { &all[at % 3..=at % 3] } {
            let path = agency.path("archive").join(name);
            match *damage {
                "gone" => std::fs::remove_file(&path).unwrap(),
                "empty" => std::fs::write(&path, "").unwrap(),
                _ => {
                    let mut bytes = std::fs::read(&path).unwrap();
                    let middle = bytes.len() / 2;
                    bytes[middle] ^= 1;
                    std::fs::write(&path, bytes).unwrap();
                }
            }
            let assert = agency.command(&["repair", "--from", &mirror]).assert().success();
            let said = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
            assert!(contents(&agency.path("archive")) == whole, "{} {damage}: {said}", name.display());
            assert_eq!(said.lines().count(), 1, "{} {damage}: {said}", name.display());
        }
    }
    assert!(contents(&agency.path("mirror")) == mirrored, "the copy is only read");
}

#[test]
fn repair_brings_no_checkpoint_of_which_nothing_is_known_here() {
    let agency = Agency::with_case();
    agency.ok("nora", &["register"]);
    copy(&agency.path("archive"), &agency.path("mirror"));
    attach(&agency, "mirror", "one.txt");
    agency.by("nora", &["register"]).env("CASEFILE_ARCHIVE", agency.path("mirror")).assert().success();
    // Another client, which has seen neither.
    std::fs::remove_dir_all(agency.path("home")).unwrap();
    let before = contents(&agency.path("archive"));
    let mirror = agency.path("mirror").to_string_lossy().into_owned();
    agency.command(&["repair", "--from", &mirror]).assert().success();
    assert_eq!(contents(&agency.path("archive")), before, "what is newer is merged, not repaired");
    let said = agency.fails("nora", 2, &["verify", "--level", "V4"]);
    assert!(said.contains("--mirror"), "{said}");
    let shown = agency.ok("nora", &["verify", "--level", "V4", "--mirror", &mirror]);
    assert!(shown.contains("only the copy holds it"), "{shown}");
}

#[test]
fn repair_takes_nothing_that_is_damaged_in_the_copy_and_replaces_nothing_that_is_good() {
    let agency = Agency::with_case();
    copy(&agency.path("archive"), &agency.path("mirror"));
    let sealed = |archive: &str| {
        let sealed = |p: &PathBuf| p.extension().is_some_and(|e| e == "age");
        let open = |p: &PathBuf| p.starts_with(agency.path(archive).join("open"));
        files_below(&agency.path(archive)).into_iter().find(|p| sealed(p) && open(p)).unwrap()
    };
    std::fs::write(sealed("mirror"), "rubbish").unwrap();
    let before = contents(&agency.path("archive"));
    let mirror = agency.path("mirror").to_string_lossy().into_owned();
    agency.command(&["repair", "--from", &mirror]).assert().success();
    assert_eq!(contents(&agency.path("archive")), before);
    std::fs::remove_file(sealed("archive")).unwrap();
    let assert = agency.command(&["repair", "--from", &mirror]).assert().code(4);
    let said = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    assert!(said.contains("the copy has no good one"), "{said}");
}

#[test]
fn a_reader_resolves_two_moves_by_choosing_one_of_them() {
    let agency = two_moves();
    agency.ok("nora", &["settle", "--from", &agency.path("laptop").to_string_lossy()]);
    let said = agency.fails("selma", 3, &["resolve", CASE, "--both", "--reason", "x"]);
    assert!(said.contains("--status") && said.contains("inactive"), "{said}");
    agency.fails("selma", 3, &["resolve", CASE, "--status", "closed", "--reason", "x"]);
    agency.fails("nora", 6, &["resolve", CASE, "--status", "inactive", "--reason", "x"]);
    agency.ok("selma", &["resolve", CASE, "--status", "inactive", "--reason", "he did not come"]);
    let state = shown(&agency, "archive");
    assert_eq!(state["status"], "inactive");
    assert_eq!(state["warnings"].as_array().unwrap().len(), 0, "{}", codes(&state));
    assert!(agency.path("archive/inactive/UASC-2016-0012-IA").exists());
    agency.fails("selma", 3, &["resolve", CASE, "--status", "open", "--reason", "x"]);
}

#[test]
fn a_reader_resolves_two_records_by_taking_one_and_both_are_kept() {
    let agency = two_records();
    agency.ok("nora", &["settle", "--from", &agency.path("laptop").to_string_lossy()]);
    agency.fails("aisha", 7, &["record", CASE]);
    let said = agency.fails("aisha", 3, &["resolve", CASE, "--both", "--reason", "x"]);
    assert!(said.contains("--record"), "{said}");
    let state = shown(&agency, "archive");
    let documents = state["documents"].as_array().unwrap();
    let replaced: Vec<&Value> = documents.iter().flat_map(|d| d["supersedes"].as_array().unwrap()).collect();
    let newest = documents.iter().filter(|d| d["kind"] == "record" && !replaced.contains(&&d["document"]));
    let newest: Vec<&str> = newest.map(|d| d["document"].as_str().unwrap()).collect();
    assert_eq!(newest.len(), 2);
    let wanted = agency.ok("aisha", &["open", newest[0]]);
    agency.ok("aisha", &["resolve", CASE, "--record", newest[0], "--reason", "this one holds"]);
    let record = agency.ok("aisha", &["record", CASE]);
    assert!(record.ends_with(&wanted), "the record chosen holds");
    assert!(agency.ok("aisha", &["open", newest[1]]).contains("call"), "the other one is kept");
    let state = shown(&agency, "archive");
    assert_eq!(state["warnings"].as_array().unwrap().len(), 0, "{}", codes(&state));
    agency.fails("aisha", 3, &["resolve", CASE, "--record", newest[0], "--reason", "x"]);
    agency.ok("aisha", &["note", CASE, "--kind", "call", "--on", "2016-11-30", "Work goes on."]);
}
