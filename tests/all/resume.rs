//! Verifying goes on where it was interrupted, and says what it took over.

use crate::agency::Agency;
use crate::staff::{Recovery, Staff, TEAM, staffed, with_ending};
use crate::support::{full, letter};
use casefile::archive::{Archive, Extent, Level, NewDocument, Verification, VerifyOptions};
use casefile::clock::Clock;
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

fn moment() -> DateTime<Utc> {
    "2026-05-28T20:26:40Z".parse().unwrap()
}

staffed! {
    /// An archive with one document in each of eight cases, and a client that remembers.
    Office
}

impl Office {
    fn new() -> Self {
        let clock = Clock::new(moment(), None);
        let office = Self(Staff::found(&TEAM, Recovery::None, &clock));
        (0..8).for_each(|case| office.admit(&format!("UASC-2016-{case:04}"), vec![document()], &clock));
        office
    }

    fn verify(&self, level: Level, resume: bool) -> Verification {
        self.watched(level, resume, &|_, _| {})
    }

    fn watched(&self, level: Level, resume: bool, progress: &dyn Fn(u64, u64)) -> Verification {
        let archive = Archive::open(&self.path(), Some(&self.memory())).unwrap();
        let identity = (level == Level::V3).then(|| self.who("selma"));
        let options = VerifyOptions { level, identity, unit: None, now: Some(moment()) };
        let extent = Extent { sample: None, resume, progress: Some(progress) };
        archive.verify_extent(&options, &extent).unwrap()
    }

    /// A run that ends after so many objects, as if the machine had been switched off.
    fn interrupted(&self, level: Level, after: u64) {
        let stop = |done: u64, _: u64| assert!(done <= after, "switched off");
        let run = catch_unwind(AssertUnwindSafe(|| self.watched(level, false, &stop)));
        assert!(run.is_err());
    }

    fn objects(&self) -> Vec<PathBuf> {
        with_ending(&self.path().join("open"), "age")
    }
}

fn document() -> NewDocument {
    NewDocument { kind: "attachment".to_owned(), confidential: false, ..letter(b"a letter") }
}

/// Changes a byte and leaves the size.
fn spoil(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn an_interrupted_run_goes_on_and_says_what_it_took_over() {
    let office = Office::new();
    // Each case has a document, a card and an envelope.
    office.interrupted(Level::V1, 10);
    let resumed = office.verify(Level::V1, true);
    let taken = resumed.taken_over.unwrap();
    assert_eq!((taken.since, taken.folders, taken.objects), (moment(), 3, 9));
    assert_eq!(resumed.counts.objects_read, 24 - 9);
    assert!(resumed.proved[1].contains("those of 3 folders in the run begun 2026-05-28 20:26"));
    assert_eq!(office.verify(Level::V1, true).taken_over, None, "a run that has ended leaves nothing");
}

#[test]
fn a_run_can_be_interrupted_at_any_object_and_more_than_once() {
    let office = Office::new();
    for level in [Level::V1, Level::V2, Level::V3] {
        let step = if full() { 1 } else { 5 };
        for after in (1..24).step_by(step) {
            office.interrupted(level, after);
            let again = |done: u64, _: u64| assert!(done <= 23, "switched off again");
            assert!(catch_unwind(AssertUnwindSafe(|| office.watched(level, true, &again))).is_err());
            let resumed = office.verify(level, true);
            assert_eq!(resumed.taken_over.unwrap().folders, 7, "all but the last, after two runs");
            assert!(resumed.damage.is_empty());
            assert_eq!(resumed.proved.len(), level as usize + 1);
        }
    }
}

#[test]
fn without_being_asked_a_run_takes_nothing_over() {
    let office = Office::new();
    office.interrupted(Level::V1, 10);
    spoil(&office.objects()[0]);
    let whole = office.verify(Level::V1, false);
    assert_eq!((whole.taken_over, whole.damage.len()), (None, 1));
}

#[test]
fn what_changed_its_name_or_size_or_was_damaged_is_read_again() {
    let office = Office::new();
    spoil(&office.objects()[0]);
    office.interrupted(Level::V1, 10);
    let resumed = office.verify(Level::V1, true);
    assert_eq!(resumed.taken_over.unwrap().folders, 2, "the first case was damaged");
    assert_eq!(resumed.damage.len(), 1, "and is found damaged again");

    let office = Office::new();
    office.interrupted(Level::V1, 10);
    let object = office.objects().remove(0);
    let bytes = std::fs::read(&object).unwrap();
    std::fs::write(&object, [&bytes[..], b"x"].concat()).unwrap();
    let resumed = office.verify(Level::V1, true);
    assert_eq!(resumed.taken_over.unwrap().folders, 2);
    assert!(!resumed.damage.is_empty());
}

#[test]
fn the_history_is_read_whole_also_where_a_run_goes_on() {
    let office = Office::new();
    office.interrupted(Level::V2, 10);
    let note = walkdir::WalkDir::new(office.path().join("open"))
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .find(|path| path.extension() == Some("note".as_ref()))
        .unwrap();
    spoil(&note);
    assert!(!office.verify(Level::V2, true).damage.is_empty());
}

#[test]
fn another_level_or_a_broken_file_is_nothing_to_go_on_with() {
    let office = Office::new();
    office.interrupted(Level::V1, 10);
    assert_eq!(office.verify(Level::V2, true).taken_over, None);
    office.interrupted(Level::V1, 10);
    let file = walkdir::WalkDir::new(office.memory())
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .find(|path| path.ends_with("verify.progress"))
        .unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    for cut in [0, 1, 30, text.find('\n').unwrap()] {
        std::fs::write(&file, &text[..cut]).unwrap();
        assert_eq!(office.verify(Level::V1, true).taken_over, None, "cut at {cut}");
    }
    std::fs::write(&file, &text[..text.len() - 3]).unwrap();
    assert_eq!(office.verify(Level::V1, true).taken_over.unwrap().folders, 2, "a line that was cut is none");
}

#[test]
fn the_program_says_what_it_takes_over_and_what_it_counted() {
    let agency = Agency::with_case();
    let said = agency.by("nora", &["verify", "--resume"]).assert().success();
    let said = String::from_utf8(said.get_output().stderr.clone()).unwrap();
    assert!(said.contains("no such run to go on with"), "{said}");
    let json: Value = serde_json::from_str(&agency.ok("nora", &["verify", "--json"])).unwrap();
    assert_eq!(json["taken_over"], Value::Null);
    assert_eq!(json["counts"]["folders"], 1);
    assert_eq!(json["counts"]["objects"], json["counts"]["objects_read"]);
    agency.fails("nora", 2, &["verify", "--resume", crate::agency::CASE]);
}
