//! One durable filing of a rendered document into a case of 50 documents, by somebody whose key is unlocked.
//!
//! The floor writes the same number of bytes in the same number of files with the same syncs, and does
//! nothing else: no sealing, no signature, no history.

use casefile::archive::{Admission, Archive, Init, NewDocument};
use casefile::clock::Clock;
use casefile::log::Role;
use casefile::names::{Status, Unit};
use casefile::seal::Identity;
use chrono::{DateTime, NaiveDate};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use tempfile::TempDir;

/// Bytes of the document.
const SIZE_BYTES: usize = 100_000;
/// Documents in the case before the measured ones.
const DOCUMENTS: usize = 50;

/// An archive with a case of 50 documents, and the case manager at work in it.
pub struct Filing {
    folder: TempDir,
    archive: Archive,
    manager: Identity,
    unit: Unit,
}

impl Filing {
    pub fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let person = |id: &str| Identity::generate(id.parse().expect("an id"), id).expect("an identity");
        let (founder, manager, supervisor) = (person("nora"), person("aisha"), person("selma"));
        let path = folder.path().join("archive");
        let init = Init { founder: &founder, recovery: None, test: true };
        drop(Archive::init(&path, &init, &clock()).expect("an archive"));
        let mut archive = Archive::open(&path, Some(&folder.path().join("memory"))).expect("opened");
        for (person, role) in [(&manager, Role::CaseManager), (&supervisor, Role::CaseSupervisor)] {
            archive.add_person(&founder, &person.public(), &[role], &clock()).expect("added");
        }
        let unit: Unit = "UASC-2016-0012".parse().expect("a unit");
        let open = Admission::open(unit.clone(), day(), manager.id().clone(), supervisor.id().clone());
        let admission = Admission { documents: vec![document()], ..open };
        archive.admit(&manager, &admission, &clock()).expect("admitted");
        let filing = Self { folder, archive, manager, unit };
        (1..DOCUMENTS).for_each(|_| filing.file());
        filing
    }

    pub fn file(&self) {
        self.archive.file(&self.manager, &self.unit, &[document()], &clock()).expect("filed");
    }

    /// Document, card and entry as plain files: document and card in one batch, then the entry.
    pub fn floor(&self, turn: usize) {
        let folder = self.folder.path().join("floor");
        std::fs::create_dir_all(&folder).expect("a folder");
        put(&folder, &[(format!("{turn}-doc"), SIZE_BYTES), (format!("{turn}-card"), 900)]);
        put(&folder, &[(format!("{turn}-entry"), 1300)]);
    }
}

fn put(folder: &Path, files: &[(String, usize)]) {
    for (name, size) in files {
        let mut file = File::create(folder.join(format!(".tmp-{name}"))).expect("created");
        file.write_all(&vec![7; *size]).expect("written");
        file.sync_data().expect("synced");
    }
    for (name, _) in files {
        std::fs::rename(folder.join(format!(".tmp-{name}")), folder.join(name)).expect("renamed");
    }
    File::open(folder).and_then(|folder| folder.sync_all()).expect("synced");
}

fn document() -> NewDocument {
    let bytes: Vec<u8> = (0..SIZE_BYTES).map(|n| u8::try_from(n * 7 % 251).unwrap_or_default()).collect();
    NewDocument {
        lang: Some("en".to_owned()),
        status: Some(Status::Open),
        ..NewDocument::new("progress-report", "Progress report", day(), "application/pdf", bytes)
    }
}

fn clock() -> Clock {
    Clock::new(DateTime::from_timestamp(1_780_000_000, 0).expect("a moment"), Some(day()))
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2016, 11, 30).expect("a day")
}
