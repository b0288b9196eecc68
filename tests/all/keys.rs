//! Keys that change hands: who reads stays able to, who leaves opens nothing that is sealed from then on.

use casefile::archive::*;
use casefile::clock::Clock;
use casefile::error::{Class, Error};
use casefile::log::{Flag, Op, Role};
use casefile::names::{PersonId, Status, Unit};
use casefile::seal::card::{Copy, Source};
use casefile::seal::{DocId, FolderKeys, Identity, envelope, object};
use casefile::store::LocalStore;
use casefile::store::failing::{FailingStore, Failure};
use chrono::{DateTime, Duration, NaiveDate};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const UNIT: &str = "UASC-2016-0012";

fn unit() -> Unit {
    UNIT.parse().unwrap()
}

fn id(text: &str) -> PersonId {
    text.parse().unwrap()
}

/// 12:00 on the n-th day after 1 December 2016.
fn day(n: i64) -> Clock {
    let noon = DateTime::parse_from_rfc3339("2016-12-01T12:00:00Z").unwrap().to_utc() + Duration::days(n);
    Clock::new(noon, Some(noon.date_naive()))
}

fn date(n: i64) -> NaiveDate {
    day(n).today()
}

/// An archive with one case that aisha manages and selma supervises.
struct Office {
    dir: TempDir,
    people: BTreeMap<&'static str, Identity>,
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
        let dir = tempfile::tempdir().unwrap();
        let names = ["nora", "rita"].into_iter().chain(PEOPLE.map(|(name, _)| name));
        let people = names.map(|name| (name, Identity::generate(id(name), name).unwrap())).collect();
        let office = Self { dir, people };
        let recovery = Some(office.who("rita").public());
        let init = Init { founder: office.who("nora"), recovery, test: true };
        let mut archive = Archive::init(&office.path(), &init, &day(0)).unwrap();
        for (name, role) in PEOPLE {
            archive.add_person(office.who("nora"), &office.who(name).public(), &[role], &day(0)).unwrap();
        }
        office.admit(UNIT);
        office
    }

    fn admit(&self, unit: &str) {
        let admission = Admission {
            unit: unit.parse().unwrap(),
            status: Status::Open,
            since: date(0),
            until: None,
            manager: id("aisha"),
            supervisor: id("selma"),
            documents: vec![document(b"the record"), document(b"an assessment")],
        };
        self.open().admit(self.who("aisha"), &admission, &day(0)).unwrap();
    }

    fn who(&self, name: &str) -> &Identity {
        &self.people[name]
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("archive")
    }

    fn open(&self) -> Archive {
        Archive::open(&self.path(), None).unwrap()
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

    fn sealed(&self) -> Vec<PathBuf> {
        let walk = walkdir::WalkDir::new(self.path()).sort_by_file_name().into_iter();
        let paths = walk.map(|entry| entry.unwrap().into_path());
        paths.filter(|path| path.extension().is_some_and(|e| e == "age")).collect()
    }

    /// What somebody who may read the disk and has this key file opens of the envelopes there.
    fn ring(&self, person: &str) -> Option<FolderKeys> {
        let open = |path: PathBuf| envelope::open(&std::fs::read(path).unwrap(), self.who(person)).ok();
        self.envelopes().into_iter().filter_map(open).reduce(|one, other| one.merged(&other))
    }

    fn assert_sound(&self) {
        let options =
            VerifyOptions { level: Level::V3, identity: Some(self.who("selma")), unit: None, now: None };
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

fn document(bytes: &[u8]) -> NewDocument {
    NewDocument {
        bytes: bytes.to_vec(),
        kind: "letter".to_owned(),
        title: "A letter".to_owned(),
        date: date(0),
        period: None,
        lang: Some("en".to_owned()),
        copy: Copy::Staff,
        status: Some(Status::Open),
        manager: None,
        supervisor: None,
        confidential: true,
        template: None,
        media: "text/plain".to_owned(),
        source: Source::Attached,
        series: None,
        supersedes: vec![],
    }
}

fn code(result: Result<Rekeyed, Error>) -> (Class, &'static str) {
    let error = result.err().expect("an error");
    (error.class(), error.problems()[0].code)
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(target).unwrap();
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
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
    let change = StatusChange {
        to: Status::Inactive,
        since: date(1),
        until: None,
        reason: Some("no contact".to_owned()),
        rule: None,
        documents: vec![document(b"a label")],
    };
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
    let how = Rekey { deep: true, reason: Some("why".to_owned()), objects_per_entry: 5 };
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
    let how = Rekey { deep: true, reason: Some("why".to_owned()), objects_per_entry: 2 };
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

// ---- Readers ----

#[test]
fn a_temporary_reader_opens_until_their_last_day_and_is_left_out_of_the_next_key() {
    let office = Office::new();
    let done = office.add("selma", "petra", Some(5), &day(1)).unwrap();
    assert!(!done.new_key, "nobody leaves: the same key in a new envelope");
    let open_on = |n: i64| office.open().on(date(n)).unlock(&unit(), office.who("petra")).map(drop);
    assert!(open_on(5).is_ok());
    let refused = open_on(6).unwrap_err();
    assert_eq!((refused.class(), refused.problems()[0].code), (Class::Access, "archive.reader-ended"));
    assert_eq!(code(office.rekey("petra", false, &day(6))), (Class::Access, "archive.reader-ended"));
    assert_eq!(office.holding("petra", "selma", &day(6)).standing, Standing::Ended);
    let done = office.add("selma", "tomas", Some(9), &day(6)).unwrap();
    assert!(done.new_key, "where somebody ceases the key changes");
    assert_eq!(done.ceased, [id("petra")]);
    assert!(office.ring("petra").is_none() && office.ring("tomas").is_some());
    assert_eq!(office.holding("petra", "selma", &day(6)).standing, Standing::Former);
    let past = office.open().add_reader(office.who("selma"), &unit(), &reader("ben", Some(1)), &day(6));
    assert_eq!(code(past), (Class::Input, "archive.bad-date"));
    office.assert_sound();
}

#[test]
fn readers_beside_the_team_are_people_who_may_read_and_do_not_sit_in_it() {
    let office = Office::new();
    assert_eq!(code(office.add("selma", "nora", None, &day(1))), (Class::Input, "archive.unusable-reader"));
    assert_eq!(code(office.add("selma", "aisha", None, &day(1))), (Class::Input, "archive.of-the-team"));
    let manager = NewReader { capacity: "manager".to_owned(), ..reader("ben", None) };
    let refused = office.open().add_reader(office.who("selma"), &unit(), &manager, &day(1));
    assert_eq!(code(refused), (Class::Input, "archive.team-capacity"));
    let named = NewReader { capacity: "Ben Example".to_owned(), ..reader("ben", None) };
    let refused = office.open().add_reader(office.who("selma"), &unit(), &named, &day(1));
    assert_eq!(code(refused), (Class::Input, "archive.bad-capacity"));
    assert_eq!(code(office.remove("selma", "ben", true, &day(1))), (Class::NotFound, "archive.no-reader"));
}

#[test]
fn nobody_is_removed_below_two_living_readers() {
    let office = Office::new();
    let refused =
        office.open().remove_reader(office.who("selma"), &unit(), &id("aisha"), &how(true), &day(1));
    assert!(refused.as_ref().err().unwrap().to_string().contains(UNIT), "it names the folder");
    assert_eq!(code(refused), (Class::Input, "archive.two-readers"));
    // A temporary reader is not one who stays; a permanent third is, but the team is not removed so.
    office.add("selma", "petra", Some(30), &day(1)).unwrap();
    assert_eq!(code(office.remove("selma", "aisha", true, &day(1))), (Class::Input, "archive.two-readers"));
    office.add("selma", "petra", None, &day(1)).unwrap();
    assert_eq!(code(office.remove("selma", "aisha", true, &day(1))), (Class::Input, "archive.of-the-team"));
    office.remove("selma", "petra", true, &day(1)).unwrap();
    assert!(office.ring("petra").is_none());
}

#[test]
fn who_left_opens_nothing_after_a_deep_rekey_and_the_old_after_a_shallow_one() {
    let office = Office::new();
    office.add("selma", "petra", None, &day(1)).unwrap();
    let had = office.ring("petra").unwrap();
    office.remove("selma", "petra", false, &day(2)).unwrap();
    office.file("ben", b"after", &day(2));
    let holding = office.holding("petra", "aisha", &day(2));
    assert_eq!((holding.standing, holding.received), (Standing::Former, vec![1]));
    assert_eq!(holding.objects, Some(5), "two documents with cards and a reason, of before");
    assert_eq!(holding.objects.unwrap(), opened_with(&office, &had), "what they hold is what they open");
    office.rekey("aisha", true, &day(3)).unwrap();
    assert_eq!(office.holding("petra", "aisha", &day(3)).objects, Some(0));
    assert_eq!(opened_with(&office, &had), 0);
    let unread = office.open().holdings(&unit(), Some(office.who("ben")), &day(3)).unwrap();
    assert_eq!((unread.unknown, unread.people[0].objects), (None, None), "ben cannot open it");
}

fn opened_with(office: &Office, keys: &FolderKeys) -> usize {
    let opens = |path: &PathBuf| object::open(&std::fs::read(path).unwrap(), keys).is_ok();
    office.objects().iter().filter(|path| opens(path)).count()
}

// ---- The team ----

#[test]
fn a_new_manager_reads_and_the_leaving_one_ceases() {
    let office = Office::new();
    let (before, had) = (office.contents("aisha"), office.ring("aisha").unwrap());
    office.add("selma", "ben", Some(90), &day(0)).unwrap();
    let done = office.team("selma", Some("ben"), None).unwrap();
    assert_eq!((done.new_key, done.ceased, done.resealed), (true, vec![id("aisha")], 2));
    let case = office.open().case(&unit()).unwrap();
    let team = case.state().team.clone().unwrap();
    assert_eq!((team.manager, team.supervisor), (id("ben"), id("selma")));
    let readers: Vec<_> =
        case.state().readers.iter().map(|r| (r.id.to_string(), r.capacity.to_string(), r.until)).collect();
    let seat = |id: &str, word: &str| (id.to_owned(), word.to_owned(), None);
    assert_eq!(readers, [seat("ben", "manager"), seat("selma", "supervisor")], "the shadow took the seat");
    assert_eq!(office.contents("ben"), before);
    assert_eq!(opened_with(&office, &had), 0);
    assert_eq!(code(office.team("selma", Some("ben"), None)), (Class::Input, "archive.same-team"));
    assert_eq!(code(office.team("selma", Some("selma"), None)), (Class::Input, "archive.two-readers"));
    assert_eq!(code(office.team("selma", Some("nora"), None)), (Class::Input, "archive.unusable-reader"));
    assert_eq!(code(office.team("selma", Some("olga"), None)), (Class::Input, "archive.custodian"));
    office.assert_sound();
}

// ---- Keys that met ----

#[test]
fn two_keys_made_apart_are_both_read_and_merged_by_a_reader() {
    let office = Office::new();
    office.add("selma", "petra", None, &day(0)).unwrap();
    office.add("selma", "tomas", None, &day(0)).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    copy_folder(&office.path(), elsewhere.path());
    let other = Archive::open(elsewhere.path(), None).unwrap();
    other.remove_reader(office.who("aisha"), &unit(), &id("petra"), &how(true), &day(1)).unwrap();
    other.file(office.who("ben"), &unit(), &[document(b"there")], &day(1)).unwrap();
    office.remove("selma", "tomas", true, &day(1)).unwrap();
    office.file("ben", b"here", &day(1));
    copy_folder(elsewhere.path(), &office.path());
    let case = office.open().case(&unit()).unwrap();
    assert!(case.flags().contains(&Flag::KeyConflict));
    assert_eq!(office.contents("aisha").len(), 4, "both are read");
    let refused = office.open().file(office.who("ben"), &unit(), &[document(b"x")], &day(2)).unwrap_err();
    assert_eq!((refused.class(), refused.problems()[0].code), (Class::Busy, "archive.key-conflict"));
    for gone in ["petra", "tomas"] {
        assert!(office.open().unlock(&unit(), office.who(gone)).is_err(), "{gone}");
    }
    office.rekey("aisha", true, &day(3)).unwrap();
    let case = office.open().case(&unit()).unwrap();
    assert!(!case.flags().contains(&Flag::KeyConflict));
    assert_eq!(case.state().readers.len(), 2);
    assert_eq!(case.documents(), 4, "second copies are gone");
    assert_eq!((office.contents("selma").len(), office.envelopes().len()), (4, 1));
    office.file("ben", b"again", &day(4));
    assert_eq!(office.contents("aisha").len(), 5);
    office.assert_sound();
}

#[test]
fn what_a_colleague_filed_before_hearing_of_a_deep_rekey_opens_and_is_named() {
    let office = Office::new();
    office.add("selma", "petra", None, &day(0)).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    copy_folder(&office.path(), elsewhere.path());
    office.remove("selma", "petra", true, &day(1)).unwrap();
    let other = Archive::open(elsewhere.path(), None).unwrap();
    other.file(office.who("ben"), &unit(), &[document(b"late")], &day(1)).unwrap();
    copy_folder(elsewhere.path(), &office.path());
    assert_eq!(office.contents("aisha").len(), 3, "nothing filed is lost");
    assert_eq!(office.holding("petra", "selma", &day(2)).objects, Some(2), "and it is said what she opens");
    office.rekey("selma", true, &day(2)).unwrap();
    assert_eq!(office.holding("petra", "selma", &day(2)).objects, Some(0));
    assert_eq!((office.envelopes().len(), office.objects().len()), (1, 8), "what came back is gone again");
    office.assert_sound();
}

// ---- People who leave, and keys that are lost ----

#[test]
fn a_lost_key_is_replaced_and_the_new_one_reads_after_a_colleague_made_new_keys() {
    let office = Office::new();
    let new = Identity::generate(id("aisha"), "aisha").unwrap();
    let mut archive = office.open();
    let same = archive.rekey_person(office.who("nora"), &office.who("aisha").public(), &day(1)).unwrap_err();
    assert_eq!(same.problems()[0].code, "archive.same-keys");
    assert!(archive.rekey_person(office.who("selma"), &new.public(), &day(1)).is_err());
    archive.rekey_person(office.who("nora"), &new.public(), &day(1)).unwrap();
    let old = archive.unlock(&unit(), office.who("aisha")).map(drop).unwrap_err();
    assert_eq!(old.problems()[0].code, "archive.other-key");
    assert!(archive.unlock(&unit(), &new).is_err(), "still sealed to the lost key");
    office.rekey("selma", true, &day(2)).unwrap();
    assert_eq!(contents(&office.open(), &new).len(), 2);
    assert!(office.ring("aisha").is_none(), "the lost key opens no envelope");
    office.open().file(&new, &unit(), &[document(b"x")], &day(3)).unwrap();
    office.assert_sound();
}

#[test]
fn a_supervisor_leaves_after_handing_over() {
    leaves("selma", |office| drop(office.team("aisha", None, Some("petra")).unwrap()));
}

#[test]
fn a_manager_leaves_after_handing_over() {
    leaves("aisha", |office| drop(office.team("selma", Some("ben"), None).unwrap()));
}

#[test]
fn a_project_director_leaves_after_handing_over() {
    let office = Office::new();
    office.team("aisha", None, Some("petra")).unwrap();
    leaves_from(&office, "petra", |office| drop(office.team("aisha", None, Some("selma")).unwrap()));
}

fn leaves(person: &str, hand_over: impl Fn(&Office)) {
    leaves_from(&Office::new(), person, hand_over);
}

fn leaves_from(office: &Office, person: &str, hand_over: impl Fn(&Office)) {
    let had = office.ring(person).unwrap();
    let refused = office.open().retire(office.who("nora"), &id(person), &day(2)).unwrap_err();
    assert_eq!(refused.problems()[0].code, "archive.two-readers");
    assert!(refused.to_string().contains(UNIT), "it names the folder");
    hand_over(office);
    office.open().retire(office.who("nora"), &id(person), &day(3)).unwrap();
    assert!(office.open().unlock(&unit(), office.who(person)).is_err());
    assert_eq!(opened_with(office, &had), 0);
    assert!(office.open().file(office.who(person), &unit(), &[document(b"x")], &day(4)).is_err());
}

#[test]
fn a_founder_leaves_with_their_root_key_and_the_recovery_key_goes_on() {
    let office = Office::new();
    let mut archive = office.open();
    let own = archive.retire(office.who("nora"), &id("nora"), &day(1)).unwrap_err();
    assert_eq!(own.class(), Class::Access, "nobody signs their own leaving");
    assert!(archive.roster().now().root().unwrap().name_of(&office.who("nora").verify_key()).is_some());
    archive.retire(office.who("rita"), &id("nora"), &day(1)).unwrap();
    let roots = archive.roster().now().root().unwrap().clone();
    assert!(roots.name_of(&office.who("nora").verify_key()).is_none(), "the root key went first");
    let eve = Identity::generate(id("eve"), "eve").unwrap();
    let add = |archive: &mut Archive, by: &Identity| {
        archive.add_person(by, &eve.public(), &[Role::Administrator], &day(2)).map(drop)
    };
    assert!(add(&mut archive, office.who("nora")).is_err(), "nora signs nothing any more");
    add(&mut archive, office.who("rita")).unwrap();
    assert_eq!(office.contents("aisha").len(), 2);
    office.assert_sound();
}

#[test]
fn a_founder_with_the_only_root_key_cannot_leave() {
    let dir = tempfile::tempdir().unwrap();
    let nora = Identity::generate(id("nora"), "nora").unwrap();
    let init = Init { founder: &nora, recovery: None, test: true };
    let mut archive = Archive::init(&dir.path().join("archive"), &init, &day(0)).unwrap();
    let refused = archive.retire(&nora, &id("nora"), &day(1)).unwrap_err();
    assert_eq!(refused.problems()[0].code, "archive.last-root-key");
}

#[test]
fn both_readers_of_a_closed_case_leave_and_a_custodian_keeps_it() {
    let office = Office::new();
    let custodian = TeamChange { custodian: true, ..team(Some("olga"), None) };
    let keep = |n| office.open().set_team(office.who("selma"), &unit(), &custodian, &day(n));
    assert_eq!(code(keep(1)), (Class::Input, "archive.custodian"), "an open case has none");
    let closed = StatusChange {
        to: Status::Closed,
        since: date(1),
        until: None,
        reason: Some("done".to_owned()),
        rule: None,
        documents: vec![],
    };
    office.open().change_status(office.who("selma"), &unit(), &closed, &day(1)).unwrap();
    let before = office.contents("aisha");
    for person in ["aisha", "selma"] {
        assert!(office.open().retire(office.who("nora"), &id(person), &day(2)).is_err());
    }
    keep(2).unwrap();
    office.open().retire(office.who("nora"), &id("aisha"), &day(3)).unwrap();
    let change = team(None, Some("petra"));
    office.open().set_team(office.who("olga"), &unit(), &change, &day(3)).unwrap();
    office.open().retire(office.who("nora"), &id("selma"), &day(4)).unwrap();
    let case = office.open().case(&unit()).unwrap();
    let readers: Vec<_> =
        case.state().readers.iter().map(|r| (r.id.to_string(), r.capacity.to_string())).collect();
    let seat = |id: &str, word: &str| (id.to_owned(), word.to_owned());
    assert_eq!(readers, [seat("olga", "custodian"), seat("petra", "supervisor")]);
    assert_eq!(office.contents("olga"), before);
    assert!(["aisha", "selma"].iter().all(|gone| office.ring(gone).is_none()));
}

#[test]
fn a_rekey_leaves_out_who_has_retired() {
    let office = Office::new();
    office.add("selma", "petra", None, &day(0)).unwrap();
    office.open().retire(office.who("nora"), &id("petra"), &day(1)).unwrap();
    assert_eq!(office.holding("petra", "selma", &day(1)).standing, Standing::Left);
    assert_eq!(office.rekey("selma", true, &day(2)).unwrap().ceased, [id("petra")]);
    assert!(office.ring("petra").is_none());
    office.assert_sound();
}

// ---- Whatever happens ----

#[derive(Debug, Clone)]
enum Step {
    Rekey(usize, bool),
    Add(usize, usize, Option<i64>),
    Remove(usize, usize, bool),
    Team(usize, usize, usize),
    File(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..PEOPLE.len();
    // Mostly somebody who may: the first two are the team until it changes.
    let by = prop_oneof![3 => 0..2_usize, 1 => 0..PEOPLE.len()];
    prop_oneof![
        (by.clone(), any::<bool>()).prop_map(|(by, deep)| Step::Rekey(by, deep)),
        (by.clone(), who.clone(), proptest::option::of(1..9_i64)).prop_map(|(by, p, n)| Step::Add(by, p, n)),
        (by.clone(), who.clone(), any::<bool>()).prop_map(|(by, p, deep)| Step::Remove(by, p, deep)),
        (by, who.clone(), who.clone()).prop_map(|(by, m, s)| Step::Team(by, m, s)),
        who.prop_map(Step::File),
    ]
}

fn take(office: &Office, step: &Step, clock: &Clock) -> bool {
    let name = |at: &usize| PEOPLE[*at].0;
    match step {
        Step::Rekey(by, deep) => office.rekey(name(by), *deep, clock).is_ok(),
        Step::Add(by, person, until) => office.add(name(by), name(person), *until, clock).is_ok(),
        Step::Remove(by, person, deep) => office.remove(name(by), name(person), *deep, clock).is_ok(),
        Step::Team(by, manager, supervisor) => {
            let change = team(Some(name(manager)), Some(name(supervisor)));
            office.open().set_team(office.who(name(by)), &unit(), &change, clock).is_ok()
        }
        Step::File(by) => {
            let bytes = clock.now().to_rfc3339();
            office.open().file(office.who(name(by)), &unit(), &[document(bytes.as_bytes())], clock).is_ok()
        }
    }
}

fn full() -> u32 {
    if std::env::var_os("CASEFILE_TESTS").is_some_and(|size| size == "full") { 300 } else { 16 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: full(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_readers_do_live_documents_open_for_the_readers_and_for_nobody_else(
        steps in proptest::collection::vec(step(), 1..10)
    ) {
        let office = Office::new();
        // What everybody could ever take from the envelopes that lay there.
        let mut taken: BTreeMap<&str, FolderKeys> = BTreeMap::new();
        let mut filed = 2;
        for (n, step) in steps.iter().enumerate() {
            let clock = day(i64::try_from(n).unwrap());
            let today = clock.today();
            let done = take(&office, step, &clock);
            filed += usize::from(done && matches!(step, Step::File(_)));
            let archive = office.open().on(today);
            let readers = archive.case(&unit()).unwrap().state().readers.clone();
            let signer = readers.iter().find(|r| r.until.is_none()).unwrap();
            for (name, _) in PEOPLE {
                if let Some(ring) = office.ring(name) {
                    let all = taken.get(name).map_or(ring.clone(), |before| before.merged(&ring));
                    taken.insert(name, all);
                }
                let current =
                    readers.iter().any(|r| r.id == id(name) && r.until.is_none_or(|until| until.0 >= today));
                let opened = archive.unlock(&unit(), office.who(name));
                prop_assert_eq!(opened.is_ok(), current, "{} after {:?}", name, step);
                if current {
                    prop_assert_eq!(contents(&archive, office.who(name)).len(), filed);
                }
            }
            // The history knows exactly who holds what.
            let holdings = archive.holdings(&unit(), Some(office.who(signer.id.as_str())), &clock).unwrap();
            for (name, keys) in &taken {
                let said = holdings.people.iter().find(|one| one.person == id(name)).and_then(|one| one.objects);
                prop_assert_eq!(said, Some(opened_with(&office, keys)), "{} after {:?}", name, step);
            }
            let deep = matches!(step, Step::Rekey(_, true) | Step::Remove(_, _, true));
            for one in holdings.people.iter().filter(|one| done && deep && one.reader.is_none()) {
                prop_assert_eq!(one.objects, Some(0));
            }
        }
    }
}

// ---- Measures ----

#[test]
#[ignore = "a measurement, not a test: run with --nocapture"]
fn how_long_new_keys_take() {
    let office = Office::new();
    let units: Vec<String> = (0..25).map(|n| format!("UASC-2017-{n:04}")).collect();
    for unit in &units {
        office.admit(unit);
    }
    let memory = office.dir.path().join("memory");
    let archive = Archive::open(&office.path(), Some(&memory)).unwrap();
    archive.cases().unwrap();
    for round in 0..3 {
        let start = std::time::Instant::now();
        for unit in &units {
            let unit = unit.parse().unwrap();
            archive.rekey(office.who("selma"), &unit, &Rekey::default(), &day(1)).unwrap();
        }
        println!("round {round}: 25 cases in {:?}", start.elapsed());
    }
    let bytes: Vec<u8> = (0..20_000_u32).map(|n| (n * 7 % 251) as u8).collect();
    for _ in 0..10 {
        let batch: Vec<NewDocument> = (0..100).map(|_| document(&bytes)).collect();
        archive.file(office.who("ben"), &unit(), &batch, &day(1)).unwrap();
    }
    for round in 0..3 {
        let start = std::time::Instant::now();
        let done = archive.rekey(office.who("selma"), &unit(), &how(true), &day(2)).unwrap();
        let (seconds, documents) = (start.elapsed().as_secs_f64(), u32::try_from(done.resealed).unwrap());
        let speed = f64::from(documents) / seconds;
        println!(
            "round {round}: {} documents of 20 KB sealed anew in {seconds:.2} s: {speed:.0}/s",
            done.resealed
        );
    }
}
