//! Keys that change hands: who reads stays able to, who leaves opens nothing that is sealed from then on.

mod always;
mod leaving;
mod met;
mod readers;

use crate::agency::copy;
use crate::staff::{Recovery, Staff, id, noon_of_day as day, staffed};
use crate::support::letter as document;
use casefile::archive::*;
use casefile::clock::Clock;
use casefile::error::{Class, Error};
use casefile::log::{Flag, Op, Role};
use casefile::names::{Status, Unit};
use casefile::seal::{DocId, FolderKeys, Identity, envelope, object};
use casefile::store::LocalStore;
use casefile::store::failing::{FailingStore, Failure};
use chrono::NaiveDate;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;

const UNIT: &str = "UASC-2016-0012";

fn unit() -> Unit {
    UNIT.parse().unwrap()
}

fn date(n: i64) -> NaiveDate {
    day(n).today()
}

staffed! {
    /// An archive with one case that aisha manages and selma supervises.
    Office
}

const PEOPLE: [(&str, Role); 6] = [
    ("selma", Role::CaseSupervisor),
    ("aisha", Role::CaseManager),
    ("ben", Role::CaseManager),
    ("tomas", Role::CaseManager),
    ("petra", Role::ProjectDirector),
    ("olga", Role::RecordsCustodian),
];

impl Office {
    fn new() -> Self {
        let office = Self(Staff::found(&PEOPLE, Recovery::Rita, &day(0)));
        office.admit(UNIT);
        office
    }

    fn admit(&self, unit: &str) {
        self.0.admit(unit, vec![document(b"the record"), document(b"an assessment")], &day(0));
    }

    fn failing(&self, n: usize, failure: Failure) -> Archive {
        Archive::with_store(Box::new(self.store(n, failure)), None).unwrap()
    }

    /// The same, where nothing succeeds after the failing call.
    fn crashing(&self, n: usize, failure: Failure) -> Archive {
        Archive::with_store(Box::new(self.store(n, failure).for_good()), None).unwrap()
    }

    fn store(&self, n: usize, failure: Failure) -> FailingStore<LocalStore> {
        FailingStore::new(LocalStore::open(self.path()).unwrap(), n, failure)
    }

    fn file(&self, by: &str, bytes: &[u8], clock: &Clock) -> DocId {
        self.open().file(self.who(by), &unit(), &[document(bytes)], clock).unwrap().documents[0]
    }

    fn rekey(&self, by: &str, deep: bool, clock: &Clock) -> Result<Rekeyed, Error> {
        self.open().rekey(self.who(by), &unit(), &Rekey { deep, ..Rekey::default() }, clock)
    }

    fn add(&self, by: &str, person: &str, until: Option<i64>, clock: &Clock) -> Result<Rekeyed, Error> {
        self.open().add_reader(self.who(by), &unit(), &reader(person, until), clock)
    }

    fn remove(&self, by: &str, person: &str, deep: bool, clock: &Clock) -> Result<Rekeyed, Error> {
        self.open().remove_reader(self.who(by), &unit(), &id(person), &how(deep), clock)
    }

    fn team(&self, by: &str, manager: Option<&str>, supervisor: Option<&str>) -> Result<Rekeyed, Error> {
        let change = team(manager, supervisor);
        self.open().set_team(self.who(by), &unit(), &change, &day(1))
    }

    /// The contents of all documents, as this person opens them.
    fn contents(&self, by: &str) -> Vec<(DocId, Vec<u8>)> {
        contents(&self.open(), self.who(by))
    }

    fn holding(&self, person: &str, by: &str, clock: &Clock) -> Holding {
        let holdings = self.open().holdings(&unit(), Some(self.who(by)), clock).unwrap();
        holdings.people.into_iter().find(|one| one.person == id(person)).unwrap()
    }

    /// Every sealed object of the case, by path.
    fn objects(&self) -> Vec<PathBuf> {
        let inside = |path: &PathBuf| path.to_string_lossy().contains(&format!("{UNIT}-"));
        self.sealed().into_iter().filter(inside).collect()
    }

    /// Every envelope of the case.
    fn envelopes(&self) -> Vec<PathBuf> {
        self.sealed()
            .into_iter()
            .filter(|path| path.starts_with(self.path().join("keys").join(UNIT)))
            .collect()
    }

    /// What somebody who may read the disk and has this key file opens of the envelopes there.
    fn ring(&self, person: &str) -> Option<FolderKeys> {
        let open = |path: PathBuf| envelope::open(&std::fs::read(path).unwrap(), self.who(person)).ok();
        self.envelopes().into_iter().filter_map(open).reduce(|one, other| one.merged(&other))
    }

    fn assert_sound(&self) {
        self.assert_sound_for("selma");
    }

    fn assert_sound_for(&self, reader: &str) {
        let identity = Some(self.who(reader));
        let options = VerifyOptions { level: Level::V3, identity, unit: None, now: None };
        assert_eq!(self.open().verify(&options).unwrap().damage, vec![]);
    }
}

fn contents(archive: &Archive, by: &Identity) -> Vec<(DocId, Vec<u8>)> {
    let open = archive.unlock(&unit(), by).unwrap();
    let mut contents: Vec<_> = open
        .cards()
        .unwrap()
        .iter()
        .map(|card| (card.d, open.document(&card.d).unwrap().1.to_vec()))
        .collect();
    contents.sort();
    contents
}

fn opened_with(office: &Office, keys: &FolderKeys) -> usize {
    let opens = |path: &PathBuf| object::open(&std::fs::read(path).unwrap(), keys).is_ok();
    office.objects().iter().filter(|path| opens(path)).count()
}

fn how(deep: bool) -> Rekey {
    Rekey { deep, reason: Some("a reason".to_owned()), ..Rekey::default() }
}

fn reader(person: &str, until: Option<i64>) -> NewReader {
    NewReader {
        person: id(person),
        capacity: "cover".to_owned(),
        until: until.map(date),
        reason: "leave of the manager".to_owned(),
    }
}

fn team(manager: Option<&str>, supervisor: Option<&str>) -> TeamChange {
    TeamChange { manager: manager.map(id), supervisor: supervisor.map(id), custodian: false, how: how(true) }
}

fn code(result: Result<Rekeyed, Error>) -> (Class, &'static str) {
    let error = result.err().expect("an error");
    (error.class(), error.problems()[0].code)
}

// ---- A new generation ----

#[test]
fn a_new_key_opens_what_was_filed_before_and_after() {
    let office = Office::new();
    let done = office.rekey("selma", false, &day(1)).unwrap();
    assert!(done.new_key && done.ceased.is_empty() && done.unfinished.is_empty());
    assert_eq!(done.resealed, 0);
    office.file("ben", b"after", &day(2));
    for reader in ["aisha", "selma"] {
        assert_eq!(office.contents(reader).len(), 3);
    }
    assert_eq!(office.envelopes().len(), 1, "the old envelope is deleted");
    assert_eq!(office.ring("aisha").unwrap().generations().len(), 2);
    office.assert_sound();
}

#[test]
fn a_deep_rekey_changes_every_seal_and_no_id_no_content_and_no_reason() {
    let office = Office::new();
    let because = StatusChange::because("no contact", Status::Inactive, date(1));
    let change = StatusChange { documents: vec![document(b"a label")], ..because };
    office.open().change_status(office.who("selma"), &unit(), &change, &day(1)).unwrap();
    let (before, sealed) = (office.contents("aisha"), office.objects());
    let moved = office.open().case(&unit()).unwrap().entries().last().unwrap().name;
    let old = office.ring("aisha").unwrap();
    for n in 2..4 {
        let done = office.rekey("selma", true, &day(n)).unwrap();
        assert_eq!(done.resealed, 3);
    }
    assert_eq!(office.contents("aisha"), before);
    assert!(office.objects().iter().all(|path| !sealed.contains(path)), "no old object is left");
    assert_eq!(office.objects().len(), sealed.len());
    for path in office.objects() {
        assert!(object::open(&std::fs::read(path).unwrap(), &old).is_err(), "an old key opens nothing");
    }
    let archive = office.open();
    let open = archive.unlock(&unit(), office.who("selma")).unwrap();
    assert_eq!(*open.reason(&moved).unwrap().unwrap(), "no contact");
    let last = open.case().entries().last().unwrap();
    assert_eq!((&last.entry.op, open.reason(&last.name).unwrap()), (&Op::Key, None));
    office.assert_sound();
}

#[test]
fn a_deep_rekey_of_many_documents_takes_several_entries_and_each_reads_well() {
    let office = Office::new();
    for n in 0..9_u8 {
        office.file("ben", &[n], &day(1));
    }
    let before = office.contents("aisha");
    let how = Rekey { deep: true, reason: Some("why".to_owned()), objects_per_entry: 5, ..Rekey::default() };
    let done = office.open().rekey(office.who("selma"), &unit(), &how, &day(2)).unwrap();
    assert_eq!(done.resealed, 11);
    let case = office.open().case(&unit()).unwrap();
    let ops: Vec<_> = case.entries().skip(10).map(|judged| judged.entry.op.clone()).collect();
    assert_eq!(ops, [Op::Key, Op::Amend, Op::Amend, Op::Amend, Op::Amend, Op::Amend]);
    assert_eq!(office.contents("aisha"), before);
    assert_eq!(case.live().count(), office.objects().len());
    office.assert_sound();
}

#[test]
fn a_deep_rekey_stops_at_an_object_that_cannot_be_opened_and_leaves_no_trace() {
    let office = Office::new();
    let victim = office.objects()[0].clone();
    let good = std::fs::read(&victim).unwrap();
    std::fs::write(&victim, b"age-encryption.org/v1\nnothing").unwrap();
    let before = office.sealed();
    assert_eq!(code(office.rekey("selma", true, &day(1))), (Class::Damage, "archive.damaged"));
    assert_eq!(office.sealed(), before);
    office.rekey("selma", false, &day(1)).unwrap();
    std::fs::write(&victim, good).unwrap();
    office.rekey("selma", true, &day(1)).unwrap();
    office.assert_sound();
}

#[test]
fn only_a_reader_makes_a_key_and_only_one_who_stays() {
    let office = Office::new();
    for name in ["nora", "ben", "petra"] {
        assert_eq!(code(office.rekey(name, false, &day(1))), (Class::Access, "archive.not-a-reader"));
    }
    office.add("selma", "petra", None, &day(1)).unwrap();
    assert_eq!(code(office.remove("petra", "petra", true, &day(1))), (Class::Access, "archive.must-stay"));
    assert_eq!(code(office.team("aisha", Some("ben"), None)), (Class::Access, "archive.must-stay"));
}

// ---- Crashes ----

/// Does something with a store that fails at every call in turn, once or for good; whatever happens, all
/// is readable, and the next key cleans up.
fn survives(prepare: impl Fn(&Office), act: impl Fn(&Office, &Archive) -> Result<Rekeyed, Error>) {
    let mut calls = 60;
    for failure in [Failure::Before, Failure::Partly, Failure::After] {
        for n in 0..calls {
            let office = Office::new();
            prepare(&office);
            let done = act(&office, &office.failing(n, failure));
            assert_all_is_there(&office, n, failure);
            if failure == Failure::Before && done.is_ok_and(|done| done.unfinished.is_empty()) {
                // The call was not reached: the other failures need no more calls than this.
                calls = n;
                break;
            }
            let office = Office::new();
            prepare(&office);
            let done = act(&office, &office.crashing(n, failure));
            assert!(done.is_err() || !done.unwrap().unfinished.is_empty() || n + 1 == calls, "call {n}");
            assert_all_is_there(&office, n, failure);
        }
    }
    assert!((3..60).contains(&calls), "{calls} calls");
}

fn assert_all_is_there(office: &Office, n: usize, failure: Failure) {
    let contents = office.contents("selma");
    assert_eq!(contents.len(), 2);
    for reader in office.open().case(&unit()).unwrap().state().readers.clone() {
        assert_eq!(office.contents(reader.id.as_str()), contents, "call {n}, {failure:?}, {}", reader.id);
    }
    office.assert_sound();
    office.file("ben", b"later", &day(3));
    office.rekey("selma", true, &day(4)).unwrap();
    let later = office.contents("selma");
    assert!(later.len() == 3 && contents.iter().all(|one| later.contains(one)), "call {n}, {failure:?}");
    office.assert_sound();
}

#[test]
fn a_crash_at_any_call_of_a_rekey_leaves_everything_readable() {
    survives(|_| (), |office, archive| archive.rekey(office.who("selma"), &unit(), &how(false), &day(2)));
}

#[test]
fn a_crash_at_any_call_of_a_deep_rekey_leaves_everything_readable() {
    let how = Rekey { deep: true, reason: Some("why".to_owned()), objects_per_entry: 2, ..Rekey::default() };
    survives(|_| (), |office, archive| archive.rekey(office.who("selma"), &unit(), &how, &day(2)));
}

#[test]
fn a_crash_at_any_call_of_a_change_of_readers_leaves_everything_readable() {
    survives(
        |_| (),
        |office, archive| archive.add_reader(office.who("selma"), &unit(), &reader("petra", None), &day(2)),
    );
    survives(
        |office| drop(office.add("selma", "petra", None, &day(1)).unwrap()),
        |office, archive| {
            archive.remove_reader(office.who("selma"), &unit(), &id("petra"), &how(true), &day(2))
        },
    );
}

#[test]
fn a_crash_at_any_call_of_a_change_of_the_team_leaves_everything_readable_and_can_be_repeated() {
    let change = team(Some("ben"), None);
    survives(|_| (), |office, archive| archive.set_team(office.who("selma"), &unit(), &change, &day(2)));
    for n in 0..8 {
        let office = Office::new();
        let first =
            office.failing(n, Failure::Before).set_team(office.who("selma"), &unit(), &change, &day(2));
        if first.is_err() {
            office.open().set_team(office.who("selma"), &unit(), &change, &day(3)).unwrap();
        }
        let case = office.open().case(&unit()).unwrap();
        assert_eq!(case.state().team.as_ref().unwrap().manager, id("ben"), "call {n}");
        assert!(!case.state().readers.iter().any(|reader| reader.id == id("aisha")));
    }
}
