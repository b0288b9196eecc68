//! What happens in an archive before it crashes: every operation that changes one, in turn.

use casefile::archive::{Admission, Archive, Init, NewDocument, Receipt, StatusChange};
use casefile::clock::Clock;
use casefile::error::Error;
use casefile::log::Role;
use casefile::names::{Digest, PersonId, Status, Unit};
use casefile::seal::card::{Copy, Source};
use casefile::seal::{DocId, Identity};
use casefile::store::Store;
use casefile::store::sim::{Recording, SimStore, Sown};
use chrono::{DateTime, Duration};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;
use tempfile::TempDir;

pub const UNIT: &str = "UASC-2016-0012";
/// Words that stand for what is personal: in titles, names, reasons and documents.
pub const PERSONAL: [&str; 4] = ["Zebra-title", "Zebra-manager", "Zebra-reason", "Zebra-text"];

pub fn unit() -> Unit {
    UNIT.parse().unwrap()
}

pub fn id(text: &str) -> PersonId {
    text.parse().unwrap()
}

pub fn clock(minute: i64) -> Clock {
    let moment = DateTime::from_timestamp(1_780_000_000, 0).unwrap() + Duration::minutes(minute);
    Clock::new(moment, Some("2016-12-01".parse().unwrap()))
}

/// Keys are made once: they never touch a file here.
pub fn who(name: &str) -> &'static Identity {
    static PEOPLE: OnceLock<BTreeMap<&'static str, Identity>> = OnceLock::new();
    let people = || {
        let names = ["nora", "selma", "aisha", "ben", "carla"];
        names.map(|name| (name, Identity::generate(id(name), name).unwrap())).into()
    };
    &PEOPLE.get_or_init(people)[name]
}

/// What counts once its operation has said that it is done.
pub enum Fact {
    Founded,
    Person(PersonId, Vec<Role>),
    Filed(Receipt, Vec<Digest>),
    Status(Status),
}

/// One operation, and the calls between its beginning and its acknowledgement.
pub struct Operation {
    pub name: &'static str,
    pub begin: usize,
    pub end: usize,
    pub facts: Vec<Fact>,
}

pub struct Story {
    dir: TempDir,
    pub recording: Recording,
    pub operations: Vec<Operation>,
}

impl Story {
    /// Tells the story on a disk with this fault.
    pub fn tell(sown: Sown) -> Self {
        let mut story = Self::begin(sown);
        story.operation("admit", admit);
        story.work(sown);
        story
    }

    /// Its beginning: an archive with people and no case.
    pub fn staffed() -> Self {
        Self::begin(Sown::Nothing)
    }

    /// The same with one case.
    pub fn filed() -> Self {
        let mut story = Self::begin(Sown::Nothing);
        story.operation("admit", admit);
        story.file("file", vec![document(3, 300)]);
        story
    }

    fn begin(sown: Sown) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut story = Self { dir, recording: Recording::sowing(sown), operations: Vec::new() };
        story.staff();
        story
    }

    /// The archive's folder.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    fn staff(&mut self) {
        self.operation("init", |store| {
            let init = Init { founder: who("nora"), recovery: None, test: true };
            Archive::init_with_store(store, &init, &clock(0))?;
            Ok(vec![Fact::Founded])
        });
        let roles =
            [("selma", Role::CaseSupervisor), ("aisha", Role::CaseManager), ("ben", Role::CaseManager)];
        for (name, role) in roles {
            self.operation("person add", |store| {
                let mut archive = Archive::with_store(store, None)?;
                archive.add_person(who("nora"), &who(name).public(), &[role], &clock(0))?;
                Ok(vec![Fact::Person(id(name), vec![role])])
            });
        }
        self.operation("person role", |store| {
            let mut archive = Archive::with_store(store, None)?;
            archive.set_roles(who("nora"), &id("ben"), &[Role::ProjectDirector], &clock(0))?;
            Ok(vec![Fact::Person(id("ben"), vec![Role::ProjectDirector])])
        });
        self.operation("person retire", |store| {
            let mut archive = Archive::with_store(store, None)?;
            archive.retire(who("nora"), &id("ben"), &clock(0))?;
            Ok(vec![Fact::Person(id("ben"), vec![])])
        });
    }

    fn work(&mut self, sown: Sown) {
        self.file("file", vec![document(3, 300)]);
        self.file("file two", vec![document(4, 70_000), document(5, 0)]);
        self.amend();
        self.change("move", Status::Inactive, vec![]);
        self.file("file after a move", vec![document(6, 1_000)]);
        self.change("move back with a document", Status::Open, vec![document(7, 1_000)]);
        self.stray();
        self.file("file into two folders", vec![document(8, 100)]);
        if crate::support::full() && sown == Sown::Nothing {
            self.file("file six", (10..16).map(|number| document(number, 40 * number)).collect());
        }
        self.change("move to the end", Status::Closed, vec![]);
    }

    fn file(&mut self, name: &'static str, documents: Vec<NewDocument>) {
        self.operation(name, |store| {
            let archive = Archive::with_store(store, None)?;
            let receipt = archive.file(who("aisha"), &unit(), &documents, &clock(2))?;
            Ok(vec![filed(receipt, &documents)])
        });
    }

    fn amend(&mut self) {
        let first = self.operations.iter().rev().flat_map(|op| &op.facts).find_map(|fact| match fact {
            Fact::Filed(receipt, _) => Some(receipt.documents[0]),
            _ => None,
        });
        let first: DocId = first.unwrap();
        self.operation("amend", |store| {
            let new = NewDocument { series: Some(first), supersedes: vec![first], ..document(9, 400) };
            let archive = Archive::with_store(store, None)?;
            let receipt = archive.amend(who("selma"), &unit(), std::slice::from_ref(&new), &clock(3))?;
            Ok(vec![filed(receipt, &[new])])
        });
    }

    fn change(&mut self, name: &'static str, to: Status, documents: Vec<NewDocument>) {
        let change = change(to, documents);
        self.operation(name, |store| {
            let archive = Archive::with_store(store, None)?;
            let receipt = archive.change_status(who("selma"), &unit(), &change, &clock(4))?;
            Ok(vec![Fact::Status(to), filed(receipt, &change.documents)])
        });
    }

    /// A writer that raced a move has left an object in the old folder.
    fn stray(&mut self) {
        self.operation("a late writer", |store| {
            let bytes = b"age-encryption.org/v1 of nobody".to_vec();
            let name = format!("inactive/{UNIT}-IA/{}.age", Digest::of(&bytes));
            store.put_batch(&[(name, bytes)])?;
            Ok(vec![])
        });
    }

    /// Runs one operation as a process of its own.
    fn operation(
        &mut self,
        name: &'static str,
        work: impl FnOnce(Box<dyn Store>) -> Result<Vec<Fact>, Error>,
    ) {
        let begin = self.recording.calls();
        let store = SimStore::open(self.dir.path(), &self.recording).unwrap();
        let facts = work(Box::new(store)).unwrap_or_else(|e| panic!("{name}: {e}"));
        self.operations.push(Operation { name, begin, end: self.recording.calls(), facts });
    }

    /// The names of all files, in order.
    pub fn files(&self) -> Vec<String> {
        let store = SimStore::open(self.dir.path(), &self.recording).unwrap();
        store.list("").unwrap().objects.into_iter().map(|object| object.name).collect()
    }

    /// What a crash leaves is part of what was written, or zeroes: so this holds for every crash.
    pub fn assert_nothing_personal_in_clear(&self) {
        let written = self.recording.written();
        assert!(written.len() > 20, "the story wrote something");
        for bytes in written.iter().map(|bytes| &bytes[..]).chain(self.files().iter().map(String::as_bytes)) {
            for word in PERSONAL {
                let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
                assert!(!found, "{word} is on disk in clear");
            }
        }
    }
}

/// Admits the case with two documents.
pub fn admit(store: Box<dyn Store>) -> Result<Vec<Fact>, Error> {
    let admission = Admission {
        unit: unit(),
        status: Status::Open,
        since: "2016-10-01".parse().unwrap(),
        until: None,
        manager: id("aisha"),
        supervisor: id("selma"),
        documents: vec![document(1, 900), document(2, 5_000)],
    };
    let receipt = Archive::with_store(store, None)?.admit(who("aisha"), &admission, &clock(1))?;
    Ok(vec![Fact::Status(Status::Open), filed(receipt, &admission.documents)])
}

pub fn change(to: Status, documents: Vec<NewDocument>) -> StatusChange {
    StatusChange {
        to,
        since: "2016-12-01".parse().unwrap(),
        until: None,
        reason: Some("Zebra-reason: no contact".to_owned()),
        rule: None,
        documents,
    }
}

pub fn filed(receipt: Receipt, documents: &[NewDocument]) -> Fact {
    Fact::Filed(receipt, documents.iter().map(|document| Digest::of(&document.bytes)).collect())
}

pub fn document(number: usize, size_bytes: usize) -> NewDocument {
    let text = format!("Zebra-text {number}. ");
    NewDocument {
        bytes: text.bytes().cycle().take(size_bytes).collect(),
        kind: "letter".to_owned(),
        title: "Zebra-title of a document".to_owned(),
        date: "2016-11-30".parse().unwrap(),
        period: None,
        lang: Some("en".to_owned()),
        copy: Copy::Staff,
        status: Some(Status::Open),
        manager: Some("Zebra-manager".to_owned()),
        supervisor: Some("Zebra-manager".to_owned()),
        confidential: true,
        template: None,
        media: "text/plain".to_owned(),
        source: Source::Attached,
        series: None,
        supersedes: vec![],
    }
}
