//! Snapshots: a cache that changes nothing but time, and that nobody can use to show or hide anything.

use crate::staff::{Recovery, Staff, TEAM, minute as clock, staffed, with_ending};
use crate::support::{full, letter};
use casefile::archive::{Level, NewDocument, NewReader, Rekey, VerifyOptions};
use casefile::log::snapshot::LIMIT_BYTES;
use casefile::log::{Disbelief, NoteName, Signer, Snapshot, Thread, Time, fold};
use casefile::names::{Digest, Status, Unit};
use casefile::seal::{Card, Identity, object};
use chrono::NaiveDate;
use proptest::prelude::*;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

const UNIT: &str = "UASC-2016-0012";

fn unit() -> Unit {
    UNIT.parse().unwrap()
}

fn document(title: &str) -> NewDocument {
    let text = format!("the text of {title}");
    NewDocument { kind: "attachment".to_owned(), title: title.to_owned(), ..letter(text.as_bytes()) }
}

staffed! {
    /// nora administers, selma supervises, aisha and ben manage; aisha's case is admitted.
    Office
}

impl Office {
    fn new() -> Self {
        let office = Self(Staff::found(&TEAM, Recovery::None, &clock(0)));
        office.admit(UNIT, vec![document("record")], &clock(1));
        office
    }

    /// The same with a snapshot over 40 documents, three of which it does not cover.
    fn with_snapshot() -> Self {
        let office = Self::new();
        for number in 1..=36 {
            office.file(office.who("aisha"), &format!("paper {number}"));
        }
        assert_eq!(office.snapshots().len(), 1, "one is kept, older ones are removed");
        office
    }

    fn file(&self, by: &Identity, title: &str) {
        self.open().file(by, &unit(), &[document(title)], &clock(2)).unwrap();
    }

    fn snapshots(&self) -> Vec<PathBuf> {
        with_ending(&self.path(), "snap")
    }

    fn remove_snapshots(&self) {
        self.snapshots().iter().for_each(|path| std::fs::remove_file(path).unwrap());
    }

    fn cards(&self) -> Vec<Card> {
        self.open().unlock(&unit(), self.who("selma")).unwrap().cards().unwrap()
    }

    fn titles(&self) -> Vec<String> {
        self.cards().into_iter().map(|card| card.title).collect()
    }

    fn folder(&self) -> PathBuf {
        self.open().case(&unit()).unwrap().folder().clone()
    }

    /// The history as a program reads it that has no key.
    fn thread(&self) -> Thread {
        let archive = self.open();
        let notes: Vec<casefile::log::Note> = std::fs::read_dir(self.folder())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension() == Some("note".as_ref()))
            .map(|path| casefile::log::Note::parse(&std::fs::read(path).unwrap(), &archive.id()).unwrap())
            .collect();
        fold(&unit(), &notes, archive.roster(), &HashSet::new()).threads.remove(0)
    }

    /// A snapshot by anybody, in which every title is `title`, sealed to the present key.
    fn forge(&self, by: &Identity, thread: &Thread, title: &str) -> NoteName {
        let archive = self.open();
        let open = archive.unlock(&unit(), self.who("selma")).unwrap();
        let cards: Vec<(Digest, Vec<u8>)> = open
            .case()
            .live()
            .filter(|live| live.added.r == casefile::log::Part::Card)
            .zip(open.cards().unwrap())
            .map(|(live, card)| (live.added.h, Card { title: title.to_owned(), ..card }.to_bytes().unwrap()))
            .collect();
        let lines: Vec<(Digest, &[u8])> = cards.iter().map(|(hash, card)| (*hash, card.as_slice())).collect();
        let act = |message: &[u8]| by.sign(message);
        let signer = Signer { name: by.id().clone(), key: by.verify_key(), sign: &act };
        let written = Snapshot::write(thread, archive.roster(), &signer, Time::new(clock(3).now()), &lines);
        let (seq, text) = written.unwrap().unwrap();
        let sealed = object::seal(&text, &open.case().state().key).unwrap();
        let name = NoteName { seq, hash: sealed.digest() };
        std::fs::write(self.folder().join(format!("{name}.snap")), sealed.bytes()).unwrap();
        name
    }

    fn damage(&self, level: Level) -> Vec<String> {
        let identity = (level == Level::V3).then_some(self.who("selma"));
        let options = VerifyOptions { level, identity, unit: None, now: None };
        let verification = self.open().verify(&options).unwrap();
        verification.damage.iter().map(|finding| finding.code.to_owned()).collect()
    }
}

#[test]
fn a_reader_who_files_leaves_a_snapshot_and_deleting_it_changes_nothing() {
    let office = Office::with_snapshot();
    let with = office.cards();
    assert_eq!(with.len(), 37);
    assert_eq!(office.damage(Level::V3), Vec::<String>::new());
    office.remove_snapshots();
    assert!(office.cards() == with);
    assert_eq!(office.damage(Level::V3), Vec::<String>::new());
}

#[test]
fn a_snapshot_is_what_the_list_is_read_from() {
    let office = Office::with_snapshot();
    let path = office.snapshots().remove(0);
    let name: NoteName = path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
    // A reader can lie in one, over their own signature: this shows that it is read at all.
    office.remove_snapshots();
    let forged = office.forge(office.who("aisha"), &office.thread(), "a lie of a reader");
    assert!(forged.seq > name.seq);
    assert!(office.titles().iter().all(|title| title == "a lie of a reader"));
    assert!(
        office.damage(Level::V3).contains(&"verify.snapshot".to_owned()),
        "V3 reads the cards themselves"
    );
    let archive = office.open();
    let open = archive.unlock(&unit(), office.who("selma")).unwrap();
    let first = open.cards().unwrap()[0].d;
    assert_eq!(open.document(&first).unwrap().0.title, "record", "a document is never opened by a snapshot");
}

#[test]
fn who_is_no_reader_leaves_none_and_is_not_believed() {
    let office = Office::new();
    (0..40).for_each(|number| office.file(office.who("ben"), &format!("paper {number}")));
    assert!(office.snapshots().is_empty(), "ben may file, and cannot read");
    let before = office.titles();
    for by in [
        office.who("ben"),
        office.who("nora"),
        &Identity::generate("aisha".parse().unwrap(), "not she").unwrap(),
    ] {
        office.forge(by, &office.thread(), "forged");
        assert_eq!(office.titles(), before);
        office.remove_snapshots();
    }
}

#[test]
fn a_reader_who_ceased_is_not_believed_about_the_time_when_they_were_one() {
    let office = Office::new();
    (0..5).for_each(|number| office.file(office.who("aisha"), &format!("paper {number}")));
    let archive = office.open();
    let (person, capacity, reason) =
        (office.who("ben").id().clone(), "cover".to_owned(), "a holiday".to_owned());
    let reader = NewReader { person, capacity, until: None, reason };
    archive.add_reader(office.who("selma"), &unit(), &reader, &clock(2)).unwrap();
    let then = office.thread();
    let before = office.titles();
    office.forge(office.who("ben"), &then, "while ben reads");
    assert!(office.titles()[0].starts_with("while ben"));
    office.remove_snapshots();
    let shallow = Rekey::default();
    archive.remove_reader(office.who("selma"), &unit(), office.who("ben").id(), &shallow, &clock(2)).unwrap();
    office.forge(office.who("ben"), &then, "forged later");
    assert_eq!(office.titles(), before);
}

#[test]
fn a_lost_key_is_not_believed_any_more() {
    let office = Office::with_snapshot();
    let then = office.thread();
    let before = office.titles();
    let stolen = office.who("aisha");
    let new = Identity::generate(stolen.id().clone(), "aisha").unwrap();
    office.open().rekey_person(office.who("nora"), &new.public(), &clock(3)).unwrap();
    office.remove_snapshots();
    office.forge(stolen, &then, "forged with a stolen key");
    assert_eq!(office.titles(), before);
}

#[test]
fn an_older_snapshot_hides_nothing_and_a_damaged_one_is_passed_over() {
    let office = Office::with_snapshot();
    let (path, whole) = (office.snapshots().remove(0), office.titles());
    let bytes = std::fs::read(&path).unwrap();
    (0..20).for_each(|number| office.file(office.who("selma"), &format!("later {number}")));
    let all = office.titles();
    assert_eq!(all.len(), whole.len() + 20);
    office.remove_snapshots();
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(office.titles(), all, "what came later is read card by card");
    for damaged in [&bytes[..0], &bytes[..bytes.len() / 2], &[&bytes[..], b"x"].concat()] {
        std::fs::write(&path, damaged).unwrap();
        assert_eq!(office.titles(), all);
        assert_eq!(office.damage(Level::V1), ["verify.bytes"]);
    }
    let settled = office.open().settle(&[], clock(5).now(), false).unwrap();
    assert_eq!(settled.done.iter().map(|done| done.code).collect::<Vec<_>>(), ["settle.snapshot"]);
    assert!(office.snapshots().is_empty());
    assert!(office.damage(Level::V3).is_empty());
}

#[test]
fn a_snapshot_of_entries_that_are_not_here_is_not_believed() {
    let office = Office::with_snapshot();
    let full = office.thread();
    let head = full.heads[0];
    std::fs::remove_file(office.folder().join(format!("{head}.note"))).unwrap();
    let before = office.titles();
    let name = office.forge(office.who("aisha"), &full, "over a history that is gone");
    assert_eq!(office.titles(), before);
    assert!(office.folder().join(format!("{name}.snap")).exists());
}

#[test]
fn a_snapshot_of_another_folder_is_not_believed() {
    let (office, other) = (Office::with_snapshot(), Office::with_snapshot());
    let (own, foreign) = (office.snapshots().remove(0), other.snapshots().remove(0));
    let before = office.titles();
    std::fs::copy(&foreign, office.folder().join(foreign.file_name().unwrap())).unwrap();
    assert_eq!(office.titles(), before);
    let archive = office.open();
    let open = archive.unlock(&unit(), office.who("selma")).unwrap();
    let text = |from: &Path| object::open(&std::fs::read(from).unwrap(), open.keys());
    assert!(text(&foreign).is_err());
    let snapshot = Snapshot::parse(text(&own).unwrap(), &archive.id()).unwrap();
    assert_eq!(snapshot.judge(&other.thread(), archive.roster()).err(), Some(Disbelief::Folder));
}

#[test]
fn a_new_key_takes_every_snapshot_along_and_an_old_one_that_reappears_is_not_believed() {
    for deep in [false, true] {
        let office = Office::with_snapshot();
        let path = office.snapshots().remove(0);
        let bytes = std::fs::read(&path).unwrap();
        let before = office.titles();
        let how = Rekey { deep, ..Rekey::default() };
        office.open().rekey(office.who("selma"), &unit(), &how, &clock(4)).unwrap();
        assert!(office.snapshots().is_empty(), "it holds what the old key opens");
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(office.titles(), before);
        let settled = office.open().settle(&[], clock(5).now(), false).unwrap();
        assert!(settled.done.iter().any(|done| done.code == "settle.snapshot"), "{settled:?}");
        assert!(office.snapshots().is_empty());
        (0..20).for_each(|number| office.file(office.who("selma"), &format!("later {number}")));
        assert_eq!(office.snapshots().len(), 1);
        assert_eq!(office.titles().len(), before.len() + 20);
    }
}

#[test]
fn withdrawn_documents_and_replaced_ones_stand_in_the_list_as_before() {
    let office = Office::with_snapshot();
    let archive = office.open();
    let cards = office.cards();
    archive.withdraw(office.who("aisha"), &unit(), cards[3].d, "filed in error", &clock(3)).unwrap();
    let newer = NewDocument { supersedes: vec![cards[4].d], series: Some(cards[4].d), ..document("newer") };
    archive.amend(office.who("aisha"), &unit(), &[newer], &clock(3)).unwrap();
    let with = office.cards();
    assert!(!office.snapshots().is_empty());
    office.remove_snapshots();
    assert!(office.cards() == with);
    assert!(office.open().case(&unit()).unwrap().withdrawn().contains(&cards[3].d));
}

#[test]
fn a_card_that_is_gone_is_missed_whatever_a_snapshot_says() {
    let office = Office::with_snapshot();
    let archive = office.open();
    let case = archive.case(&unit()).unwrap();
    let card = case.live().find(|live| live.added.r == casefile::log::Part::Card).unwrap().added.h;
    std::fs::remove_file(office.folder().join(format!("{card}.age"))).unwrap();
    assert!(office.open().unlock(&unit(), office.who("selma")).unwrap().cards().is_err());
}

#[test]
fn no_byte_of_a_snapshot_can_be_changed() {
    let office = Office::with_snapshot();
    let archive = office.open();
    let open = archive.unlock(&unit(), office.who("selma")).unwrap();
    let sealed = std::fs::read(&office.snapshots()[0]).unwrap();
    let text = object::open(&sealed, open.keys()).unwrap();
    let thread = office.thread();
    let judged = |bytes: &[u8]| {
        let parsed = Snapshot::parse(bytes.to_vec().into(), &archive.id());
        parsed.and_then(|snapshot| snapshot.judge(&thread, archive.roster()).map(|_| ()))
    };
    assert_eq!(judged(&text), Ok(()));
    assert!((text.len() as u64) < LIMIT_BYTES);
    let step = if full() { 1 } else { 23 };
    for at in (0..text.len()).step_by(step) {
        let mut changed = text.to_vec();
        changed[at] ^= 1;
        assert!(judged(&changed).is_err(), "byte {at}");
        assert!(judged(&text[..at]).is_err(), "cut at {at}");
    }
}

/// One thing that people do in a case.
#[derive(Debug, Clone)]
enum Step {
    File(bool, u8),
    Amend(u8),
    Withdraw(u8),
    Rekey(bool),
    Move(bool),
    DeleteSnapshot,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => (any::<bool>(), 1..30_u8).prop_map(|(reader, count)| Step::File(reader, count)),
        3 => any::<u8>().prop_map(Step::Amend),
        2 => any::<u8>().prop_map(Step::Withdraw),
        1 => any::<bool>().prop_map(Step::Rekey),
        1 => any::<bool>().prop_map(Step::Move),
        1 => Just(Step::DeleteSnapshot),
    ];
    prop::collection::vec(step, 1..14)
}

fn take(office: &Office, step: &Step, number: usize) {
    let archive = office.open();
    let some = |at: u8| {
        let cards = office.cards();
        cards[usize::from(at) % cards.len()].d
    };
    match step {
        Step::File(reader, count) => {
            let by = if *reader { office.who("aisha") } else { office.who("ben") };
            let titles = (0..*count).map(|at| document(&format!("paper {number}.{at}")));
            archive.file(by, &unit(), &titles.collect::<Vec<_>>(), &clock(2)).unwrap();
        }
        Step::Amend(at) => {
            let newer = NewDocument { supersedes: vec![some(*at)], ..document("newer") };
            archive.amend(office.who("selma"), &unit(), &[newer], &clock(2)).unwrap();
        }
        Step::Withdraw(at) => {
            let _ = archive.withdraw(office.who("selma"), &unit(), some(*at), "in error", &clock(2));
        }
        Step::Rekey(deep) => {
            let how = Rekey { deep: *deep, ..Rekey::default() };
            archive.rekey(office.who("aisha"), &unit(), &how, &clock(2)).unwrap();
        }
        Step::Move(away) => {
            let to = if *away { Status::Inactive } else { Status::Open };
            let since = NaiveDate::from_ymd_opt(2016, 12, 1).unwrap();
            let change = casefile::archive::StatusChange::because("no contact", to, since);
            let _ = archive.change_status(office.who("selma"), &unit(), &change, &clock(2));
        }
        Step::DeleteSnapshot => office.remove_snapshots(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if full() { 200 } else { 8 }))]

    #[test]
    fn with_and_without_snapshots_a_case_holds_the_same(steps in steps()) {
        let office = Office::new();
        for (number, step) in steps.iter().enumerate() {
            take(&office, step, number);
        }
        let with = office.cards();
        prop_assert_eq!(office.damage(Level::V3), Vec::<String>::new());
        office.remove_snapshots();
        prop_assert!(office.cards() == with);
    }
}
