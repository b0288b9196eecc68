//! Attacks by people who have some of the keys: each is written with the library, past every refusal of the
//! program, and must come to no more than docs/threat-model.md admits.

mod destruction;
mod files;
mod keys;
mod planting;
mod staff;
mod stopping;

use crate::support::letter;
use casefile::archive::*;
use casefile::clock::Clock;
use casefile::error::{Class, Error};
use casefile::log::*;
use casefile::names::{Digest, PersonId, Status, Unit};
use casefile::seal::card::CardVersion;
use casefile::seal::{Card, DocId, Identity, object};
use chrono::{DateTime, Duration};
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
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

const PEOPLE: [(&str, Role); 5] = [
    ("selma", Role::CaseSupervisor),
    ("aisha", Role::CaseManager),
    ("tomas", Role::CaseManager),
    ("petra", Role::ProjectDirector),
    ("otto", Role::Administrator),
];

/// An archive with one case that aisha manages and selma supervises; tomas is a colleague with other cases,
/// nora and otto are administrators, eve and zoe are nobody yet.
struct Scene {
    dir: TempDir,
    people: BTreeMap<&'static str, Identity>,
}

impl Scene {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let names = ["nora", "eve", "zoe"].into_iter().chain(PEOPLE.map(|(name, _)| name));
        let people = names.map(|name| (name, Identity::generate(id(name), name).unwrap())).collect();
        let scene = Self { dir, people };
        let init = Init { founder: scene.who("nora"), recovery: None, test: true };
        let mut archive = Archive::init(&scene.path(), &init, &day(0)).unwrap();
        for (name, role) in PEOPLE {
            archive.add_person(scene.who("nora"), &scene.who(name).public(), &[role], &day(0)).unwrap();
        }
        let admission = Admission {
            unit: unit(),
            status: Status::Open,
            since: day(0).today(),
            until: None,
            manager: id("aisha"),
            supervisor: id("selma"),
            documents: vec![letter(b"the first letter")],
        };
        archive.admit(scene.who("aisha"), &admission, &day(0)).unwrap();
        scene
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

    fn case(&self) -> Case {
        self.open().case(&unit()).unwrap()
    }

    fn folder(&self) -> PathBuf {
        self.path().join(format!("open/{UNIT}-O"))
    }

    /// Every entry that lies in the case's folder.
    fn notes(&self) -> Vec<Note> {
        let files = crate::agency::files_below(&self.folder());
        let notes = files.iter().filter(|path| path.extension().is_some_and(|e| e == "note"));
        notes.map(|path| Note::parse(&std::fs::read(path).unwrap(), &self.open().id()).unwrap()).collect()
    }

    /// What somebody drafts whose copy ends with entries of this number.
    fn draft(&self, by: &str, op: Op, newest: u32) -> Entry {
        let archive = self.open();
        let notes: Vec<Note> = self.notes().into_iter().filter(|note| note.name().seq <= newest).collect();
        let folded = fold(&unit(), &notes, archive.roster(), &HashSet::new());
        folded.threads[0].draft(archive.roster(), op, &id(by), Time::new(day(1).now())).unwrap()
    }

    /// Signs an entry and leaves it in the case's folder.
    fn write(&self, by: &str, entry: &Entry) -> NoteName {
        let note = self.sign(by, by, entry);
        std::fs::write(self.folder().join(format!("{}.note", note.name())), note.bytes()).unwrap();
        note.name()
    }

    fn sign<T: serde::Serialize>(&self, name: &str, by: &str, content: &T) -> Note {
        let by = self.who(by);
        let sign = |message: &[u8]| by.sign(message);
        let signer = Signer { name: id(name), key: by.verify_key(), sign: &sign };
        Note::sign(content, &self.open().id(), &[signer]).unwrap()
    }

    /// Writes an entry on top of all there is.
    fn entry(&self, by: &str, op: Op, change: impl FnOnce(&mut Entry)) -> NoteName {
        let mut entry = self.draft(by, op, u32::MAX);
        change(&mut entry);
        self.write(by, &entry)
    }

    /// Leaves an object in the folder and says what an entry adds with it.
    fn plant(&self, d: DocId, r: Part, bytes: &[u8]) -> Added {
        let h = Digest::of(bytes);
        std::fs::write(self.folder().join(format!("{h}.age")), bytes).unwrap();
        Added { d, r, h, n: bytes.len() as u64 }
    }

    /// A document and its card, sealed to the key of the case, which is public.
    fn plant_document(&self, d: DocId, title: &str, supersedes: Vec<DocId>) -> Vec<Added> {
        let key = self.case().state().key.clone();
        let doc = object::seal(title.as_bytes(), &key).unwrap();
        let card = Card {
            casefile: CardVersion::One,
            archive: self.open().id(),
            folder: Some(self.case().folder_id()),
            d,
            series: d,
            supersedes,
            doc: doc.digest(),
            plain: Digest::of(title.as_bytes()),
            size: title.len() as u64,
            title: title.to_owned(),
            ..self.cards("selma").unwrap()[0].clone()
        };
        let card = object::seal(&card.to_bytes().unwrap(), &key).unwrap();
        vec![self.plant(d, Part::Doc, doc.bytes()), self.plant(d, Part::Card, card.bytes())]
    }

    fn cards(&self, by: &str) -> Result<Vec<Card>, Error> {
        self.open().unlock(&unit(), self.who(by))?.cards()
    }

    fn titles(&self, by: &str) -> Vec<String> {
        self.cards(by).unwrap().into_iter().map(|card| card.title).collect()
    }

    fn file(&self, by: &str, bytes: &[u8], clock: &Clock) -> Result<Receipt, Error> {
        self.open().file(self.who(by), &unit(), &[letter(bytes)], clock)
    }

    fn rekey(&self, by: &str, deep: bool) -> Result<Rekeyed, Error> {
        self.open().rekey(self.who(by), &unit(), &Rekey { deep, ..Rekey::default() }, &day(3))
    }

    /// Writes a staff note on top of these heads, or of all there are.
    fn staff(
        &self,
        by: &str,
        name: &str,
        on: Option<&[NoteName]>,
        change: impl FnOnce(&mut StaffNote),
    ) -> NoteName {
        let archive = self.open();
        let parents = on.unwrap_or(archive.roster().heads()).to_vec();
        let mut note = StaffNote {
            casefile: "staff/1".to_owned(),
            archive: archive.id(),
            seq: parents.iter().map(|head| head.seq + 1).max().unwrap_or(0),
            parents,
            time: Time::new(day(1).now()),
            op: StaffOp::Add,
            signers: vec![id(name)],
            person: None,
            register: None,
            crit: vec![],
            root: None,
            policy: None,
            lost: None,
            reason: None,
        };
        change(&mut note);
        let note = self.sign(name, by, &note);
        std::fs::write(self.path().join(format!("staff/{}.note", note.name())), note.bytes()).unwrap();
        note.name()
    }

    fn stated(&self, keys: &str, roles: &[Role]) -> StaffPerson {
        let public = self.who(keys).public();
        StaffPerson {
            id: public.id,
            sign: public.sign,
            age: public.age,
            roles: roles.to_vec(),
            proof: public.proof,
        }
    }

    fn damage(&self) -> Vec<&'static str> {
        let identity = Some(self.who("selma"));
        let options = VerifyOptions { level: Level::V3, identity, unit: None, now: None };
        self.open().verify(&options).unwrap().damage.into_iter().map(|finding| finding.code).collect()
    }
}

fn code<T>(result: Result<T, Error>) -> (Class, &'static str) {
    let error = result.err().expect("an error");
    (error.class(), error.problems()[0].code)
}

fn some_id(n: u8) -> DocId {
    DocId::from_bytes([n; 16])
}
