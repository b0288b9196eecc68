//! What happens in an archive before it crashes: every operation that changes one, in turn.

use super::acts::{self, Acted, Named, change};
use super::told::STRAY;
use crate::agency::copy;
use crate::support::letter;
use casefile::archive::{Admission, Archive, Init, NewDocument, Receipt, StatusChange};
use casefile::clock::Clock;
use casefile::log::Role;
use casefile::names::{Digest, PersonId, Status, Unit};
use casefile::seal::{DocId, Identity};
use casefile::store::sim::{Recording, SimStore, Sown};
use casefile::store::{LocalStore, Store};
use chrono::{DateTime, Duration};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;
use tempfile::TempDir;

/// The operation that decides to destroy a case after its time.
pub const DECIDES: &str = "dispose run";
/// The operation after which the documents of the case are gone for good.
pub const DESTROYS: &str = "dispose run, after its time";
/// The steps of a disposal, in order.
pub const DISPOSAL: [Named; 6] = [
    ("dispose propose", |store| acts::propose(store, &unit())),
    ("dispose approve", |store| acts::approve(store, &unit())),
    (DECIDES, |store| acts::decide(store, &unit())),
    ("register", acts::register),
    ("witness", acts::witness),
    (DESTROYS, |store| acts::destroy(store, &unit())),
];
pub const UNIT: &str = "UASC-2016-0012";
/// Words that stand for what is personal: in titles, names, reasons and documents.
pub const PERSONAL: [&str; 4] = ["Zebra-title", "Zebra-manager", "Zebra-reason", "Zebra-text"];

pub fn unit() -> Unit {
    UNIT.parse().unwrap()
}

/// The number that the case has after its relabelling.
pub fn other_unit() -> Unit {
    "UASC-2016-0021".parse().unwrap()
}

pub fn id(text: &str) -> PersonId {
    text.parse().unwrap()
}

pub fn clock(minute: i64) -> Clock {
    let moment = DateTime::from_timestamp(1_780_000_000, 0).unwrap() + Duration::minutes(minute);
    Clock::new(moment, Some("2016-12-01".parse().unwrap()))
}

/// The same so many days later.
pub fn days(days: i64) -> Clock {
    let noon = clock(0).now() + Duration::days(days);
    Clock::new(noon, Some("2018-06-01".parse().unwrap()))
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
#[derive(Clone)]
pub enum Fact {
    Founded,
    Person(PersonId, Vec<Role>),
    Filed(Receipt, Vec<Digest>),
    Status(Status),
    /// No file has these bytes any more.
    Gone(Vec<Digest>),
    /// A copy from elsewhere has brought them back.
    Back(Vec<Digest>),
    /// Whether two statuses have met and nobody has chosen yet.
    Forked(bool),
    /// Something in a folder about the work.
    Office(Receipt),
    /// Keys and objects of the case are gone, and its history stays.
    Destroyed,
}

/// One operation, and the calls between its beginning and its acknowledgement.
#[derive(Clone)]
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
        if sown == Sown::Nothing {
            story.change_hands();
            story.settle();
            story.meet();
            story.end();
            story.dispose();
        }
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
        story.file("file", &[300]);
        story
    }

    /// The same with a second colleague, who reads the case for a time.
    pub fn shared() -> Self {
        let mut story = Self::filed();
        story.operation("person add", acts::add_person);
        story.operation("reader add", acts::add_reader);
        story
    }

    /// The same after an old copy was laid over it; what must be gone when it is settled.
    pub fn messy() -> (Self, Vec<Digest>) {
        let mut story = Self::filed();
        let gone = story.bring_back();
        (story, gone)
    }

    /// The case aged out.
    pub fn aged_out() -> Self {
        let mut story = Self::filed();
        story.operation("move to aged-out", acts::age_out);
        story
    }

    /// The case with two statuses that met.
    pub fn forked() -> Self {
        let (mut story, copy) = Self::parted();
        story.operation("settle --from", |store| acts::merge(store, copy.path()));
        story
    }

    /// The case and a copy of the archive that went its own way.
    pub fn parted() -> (Self, TempDir) {
        let mut story = Self::filed();
        let copy = story.part();
        (story, copy)
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
        self.operation("person role", |store| acts::set_roles(store, "ben", Role::ProjectDirector));
        self.operation("person retire", |store| acts::retire(store, "ben"));
    }

    fn work(&mut self, sown: Sown) {
        self.file("file", &[300]);
        self.file("file two", &[70_000, 0]);
        if sown == Sown::EnvelopeFirst {
            self.operation("rekey", |store| acts::rekey(store, false));
            return;
        }
        self.amend();
        self.change("move", Status::Inactive, vec![]);
        self.file("file after a move", &[1_000]);
        self.change("move back with a document", Status::Open, vec![document(7, 1_000)]);
        self.stray();
        self.file("file into two folders", &[100]);
        if crate::support::full() && sown == Sown::Nothing {
            self.file("file six", &[400, 440, 480, 520, 560, 600]);
        }
        if sown != Sown::Nothing {
            self.change("move to the end", Status::Closed, vec![]);
        }
    }

    /// Keys and readers.
    fn change_hands(&mut self) {
        self.operation("person add", acts::add_person);
        self.operation("rekey", |store| acts::rekey(store, false));
        self.operation("reader add", acts::add_reader);
        self.operation("reader remove", acts::remove_reader);
        self.operation("team", acts::hand_over);
        self.operation("withdraw", acts::withdraw);
        self.operation("review", acts::review);
    }

    /// A deep re-key, an old copy that is laid over the archive, and settling.
    fn settle(&mut self) {
        let gone = self.bring_back();
        self.operation("settle", |store| acts::settle(store, &gone));
    }

    /// Seals everything anew and lays back what that took away, and an object into another status.
    fn bring_back(&mut self) -> Vec<Digest> {
        let archive = Archive::open(self.folder(), None).unwrap();
        let gone = acts::replaced(&archive.case(&unit()).unwrap(), true);
        let store = LocalStore::open(self.folder()).unwrap();
        let is_gone = |name: &String| gone.iter().any(|hash| name.ends_with(&format!("{hash}.age")));
        let old: Vec<_> = self.files().into_iter().filter(is_gone).collect();
        let old: Vec<_> =
            old.into_iter().map(|name| (name.clone(), store.read(&name, 1 << 20).unwrap())).collect();
        self.operation("rekey --deep", |store| acts::rekey(store, true));
        let back = gone.clone();
        self.operation("an old copy", move |store| {
            store.put_batch(&old)?;
            Ok(vec![Fact::Back(back)])
        });
        self.stray();
        gone
    }

    /// Two copies of the archive change the status and meet again.
    fn meet(&mut self) {
        let copy = self.part();
        self.operation("settle --from", |store| acts::merge(store, copy.path()));
        self.operation("resolve", acts::resolve);
    }

    /// A copy in which the case is closed and a letter is filed; here it becomes inactive.
    fn part(&mut self) -> TempDir {
        let laptop = tempfile::tempdir().unwrap();
        copy(self.folder(), laptop.path());
        let elsewhere = Archive::open(laptop.path(), None).unwrap();
        let letter = [document(60, 700)];
        elsewhere.file(who("aisha"), &unit(), &letter, &clock(5)).unwrap();
        elsewhere.change_status(who("selma"), &unit(), &change(Status::Closed), &clock(6)).unwrap();
        self.change("move", Status::Inactive, vec![]);
        laptop
    }

    /// The case ages out, is extended, gets another number and is closed.
    fn end(&mut self) {
        self.operation("file with a snapshot", acts::file_with_a_snapshot);
        let snapshots = self.files().into_iter().filter(|name| name.ends_with(".snap")).count();
        assert_eq!(snapshots, 1, "a snapshot was left");
        self.operation("give", acts::give);
        self.operation("announce", acts::announce);
        self.operation("office", acts::found_office);
        self.operation("hand in", acts::hand_in);
        self.operation("move to aged-out", acts::age_out);
        self.operation("extend", acts::extend);
        // What the late writer left would keep its folder under the old number.
        self.operation("an orphan's end", |store| {
            let stray = format!("{}.age", Digest::of(STRAY));
            let left = store.list("")?.objects.into_iter().map(|object| object.name);
            store.remove_batch(&left.filter(|name| name.ends_with(&stray)).collect::<Vec<_>>())?;
            Ok(vec![])
        });
        self.operation("relabel", acts::relabel);
        assert_eq!(self.folders_of(&unit()), Vec::<String>::new(), "nothing is left of the old number");
    }

    /// The folders of a number, with files or without, in any place.
    pub fn folders_of(&self, unit: &Unit) -> Vec<String> {
        let store = SimStore::open(self.dir.path(), &self.recording).unwrap();
        let prefixes = store.folders("").unwrap().into_iter();
        let below = prefixes.flat_map(|prefix| {
            store.folders(&prefix).unwrap().into_iter().map(move |label| format!("{prefix}/{label}"))
        });
        below.filter(|folder| folder.contains(unit.as_str())).collect()
    }

    /// The end of the case, under the number that it has now.
    fn dispose(&mut self) {
        self.operation("close", |store| acts::close(store, &other_unit()));
        self.operation("policy", acts::set_policy);
        self.operation("hold", |store| acts::hold(store, &other_unit()));
        self.operation("release", |store| acts::release(store, &other_unit()));
        self.operation("dispose propose", |store| acts::propose(store, &other_unit()));
        self.operation("dispose cancel", |store| acts::cancel(store, &other_unit()));
        self.operation("dispose propose", |store| acts::propose(store, &other_unit()));
        self.operation("dispose approve", |store| acts::approve(store, &other_unit()));
        self.operation(DECIDES, |store| acts::decide(store, &other_unit()));
        self.operation("register", acts::register);
        self.operation("witness", acts::witness);
        self.operation(DESTROYS, |store| acts::destroy(store, &other_unit()));
    }

    /// The case closed, and the disposal taken so many steps far.
    pub fn disposing(steps: usize) -> Self {
        let mut story = Self::filed();
        story.operation("close", |store| acts::close(store, &unit()));
        story.operation("policy", acts::set_policy);
        DISPOSAL.into_iter().take(steps).for_each(|(name, act)| story.operation(name, act));
        story
    }

    /// The case closed and held back from disposal.
    pub fn held() -> Self {
        let mut story = Self::disposing(0);
        story.operation("hold", |store| acts::hold(store, &unit()));
        story
    }

    /// The case with so many entries that the next filing leaves a snapshot; a folder about the work.
    pub fn long() -> Self {
        let mut story = Self::shared();
        (0..12).for_each(|_| story.file("file", &[100]));
        story.operation("office", acts::found_office);
        story
    }

    fn file(&mut self, name: &'static str, sizes_bytes: &[usize]) {
        let first = 10 * self.operations.len();
        self.operation(name, |store| acts::file(store, first, sizes_bytes));
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
        let change = StatusChange { documents, ..change(to) };
        self.operation(name, |store| {
            let archive = Archive::with_store(store, None)?;
            let receipt = archive.change_status(who("selma"), &unit(), &change, &clock(4))?;
            Ok(vec![Fact::Status(to), filed(receipt, &change.documents)])
        });
    }

    /// A writer that raced a move has left an object in the old folder.
    fn stray(&mut self) {
        self.operation("a late writer", |store| {
            let bytes = STRAY.to_vec();
            let name = format!("inactive/{UNIT}-IA/{}.age", Digest::of(&bytes));
            store.put_batch(&[(name, bytes)])?;
            Ok(vec![])
        });
    }

    /// Runs one operation as a process of its own.
    fn operation(&mut self, name: &'static str, work: impl FnOnce(Box<dyn Store>) -> Acted) {
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
pub fn admit(store: Box<dyn Store>) -> Acted {
    let since = "2016-10-01".parse().unwrap();
    let admission = Admission {
        documents: vec![document(1, 900), document(2, 5_000)],
        ..Admission::open(unit(), since, id("aisha"), id("selma"))
    };
    let receipt = Archive::with_store(store, None)?.admit(who("aisha"), &admission, &clock(1))?;
    Ok(vec![Fact::Status(Status::Open), filed(receipt, &admission.documents)])
}

pub fn filed(receipt: Receipt, documents: &[NewDocument]) -> Fact {
    Fact::Filed(receipt, documents.iter().map(|document| Digest::of(&document.bytes)).collect())
}

pub fn document(number: usize, size_bytes: usize) -> NewDocument {
    let text = format!("Zebra-text {number}. ");
    let bytes: Vec<u8> = text.bytes().cycle().take(size_bytes).collect();
    NewDocument {
        title: "Zebra-title of a document".to_owned(),
        manager: Some("Zebra-manager".to_owned()),
        supervisor: Some("Zebra-manager".to_owned()),
        ..letter(&bytes)
    }
}
