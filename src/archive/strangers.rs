//! Entries of people who may not write them, properly signed: none changes anything. With the check of
//! authority left out every one would, and these tests see that.

use super::{Admission, Archive, Init, Level, VerifyOptions};
use crate::clock::Clock;
use crate::log::{Added, Day, Entry, Note, Op, Part, Reader, Role, Signer, Time, Verdict};
use crate::names::{Digest, PersonId, Status, Unit};
use crate::seal::{DocId, FolderKeys, Generation, Identity, envelope};
use crate::sown::{self, Fault};
use crate::store::{LocalStore, Store as _};
use std::path::Path;

fn id(text: &str) -> PersonId {
    text.parse().unwrap()
}

pub(super) fn unit() -> Unit {
    "UASC-2016-0012".parse().unwrap()
}

pub(super) fn clock() -> Clock {
    Clock::new("2016-12-01T09:00:00Z".parse().unwrap(), None)
}

pub(super) struct Office {
    folder: tempfile::TempDir,
    people: [Identity; 4],
}

impl Office {
    /// Nora administers, Selma supervises, Aisha and Tomas manage cases; the case is Aisha's and Selma's.
    pub(super) fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let people = ["nora", "selma", "aisha", "tomas"].map(|who| Identity::generate(id(who), who).unwrap());
        let dir = folder.path().join("archive");
        let init = Init { founder: &people[0], recovery: None, test: true };
        let mut archive = Archive::init(&dir, &init, &clock()).unwrap();
        let roles = [Role::CaseSupervisor, Role::CaseManager, Role::CaseManager];
        for (person, role) in people[1..].iter().zip(roles) {
            archive.add_person(&people[0], &person.public(), &[role], &clock()).unwrap();
        }
        let since = "2016-10-01".parse().unwrap();
        let admission = Admission::open(unit(), since, id("aisha"), id("selma"));
        archive.admit(&people[2], &admission, &clock()).unwrap();
        Self { folder, people }
    }

    pub(super) fn dir(&self) -> std::path::PathBuf {
        self.folder.path().join("archive")
    }

    pub(super) fn who(&self, name: &str) -> &Identity {
        self.people.iter().find(|person| *person.id() == id(name)).unwrap()
    }

    /// Writes an entry by this person, with everything it needs; gives its path.
    fn write(&self, by: &str, op: Op, change: &dyn Fn(&mut Entry, &Identity)) -> String {
        let archive = Archive::open(&self.dir(), None).unwrap();
        let case = archive.case(&unit()).unwrap();
        let by = self.who(by);
        let draft = case.thread().draft(archive.roster(), op, by.id(), Time::new(clock().now()));
        let mut entry = draft.unwrap();
        change(&mut entry, by);
        let store = LocalStore::open(self.dir()).unwrap();
        if entry.op == Op::Key {
            // The key is theirs, and only they can open it.
            let generation = Generation::generate(clock().now());
            entry.key = generation.recipient();
            let sealed = envelope::seal(&FolderKeys::new(unit(), generation), &[by.recipient()]).unwrap();
            entry.envelope = sealed.digest();
            store
                .put_batch(&[(format!("keys/{}/{}", unit(), sealed.file_name()), sealed.into_bytes())])
                .unwrap();
        }
        let sign = |message: &[u8]| by.sign(message);
        let signer = Signer { name: by.id().clone(), key: by.verify_key(), sign: &sign };
        let note = Note::sign(&entry, &archive.id(), &[signer]).unwrap();
        let path = format!("open/{}-O/{}.note", unit(), note.name());
        store.put_batch(&[(path.clone(), note.bytes().to_vec())]).unwrap();
        path
    }
}

/// Whether an entry is told as damage and the folder is what it was.
fn has_no_effect(dir: &Path, path: &str, before: &crate::log::State) -> Result<(), String> {
    let archive = Archive::open(dir, None).unwrap();
    let case = archive.case(&unit()).unwrap();
    if case.state() != before {
        return Err("the state changed".to_owned());
    }
    let is_it = |hash: &Digest| path.contains(&hash.to_string());
    let judged = case.entries().find(|judged| is_it(&judged.name.hash)).unwrap();
    if !matches!(judged.verdict, Verdict::Invalid(_)) {
        return Err(format!("judged {:?}", judged.verdict));
    }
    for level in [Level::V0, Level::V1, Level::V2] {
        let options = VerifyOptions { level, identity: None, unit: None, now: None };
        let found = archive.verify(&options).unwrap();
        if !found.damage.iter().any(|finding| finding.path == path && finding.code == "verify.invalid") {
            return Err(format!("not found at {level:?}"));
        }
    }
    Ok(())
}

type Attempt = (&'static str, Op, fn(&mut Entry, &Identity));

/// Who may not do what.
fn attempts() -> Vec<Attempt> {
    fn join(entry: &mut Entry, by: &Identity) {
        let reader = Reader { id: by.id().clone(), capacity: "shadow".parse().unwrap(), until: None };
        entry.readers.push(reader);
    }
    fn take_over(entry: &mut Entry, by: &Identity) {
        let reader = Reader { id: by.id().clone(), capacity: "manager".parse().unwrap(), until: None };
        entry.readers = vec![reader];
    }
    fn about_a_document(entry: &mut Entry, _: &Identity) {
        let (d, h) = (DocId::from_bytes([1; 16]), Digest::of(b"a reason"));
        entry.add.push(Added { d, r: Part::Reason, h, n: 200 });
    }
    vec![
        ("tomas", Op::Key, join),
        ("tomas", Op::Key, take_over),
        ("tomas", Op::Readers, join),
        ("nora", Op::Move, |entry, _| {
            entry.status = Some(Status::Closed);
            entry.since = Some(Day("2016-12-01".parse().unwrap()));
        }),
        ("tomas", Op::Team, |entry, by| {
            let team = entry.team.as_mut().unwrap();
            team.manager = by.id().clone();
        }),
        ("tomas", Op::Withdraw, about_a_document),
        ("aisha", Op::Review, about_a_document),
        ("tomas", Op::Amend, |_, _| {}),
        ("nora", Op::Resolve, |_, _| {}),
        ("nora", Op::Extend, |entry, _| entry.until = Some(Day("2030-12-01".parse().unwrap()))),
        ("tomas", Op::Hold, |_, _| {}),
        ("tomas", Op::ProposeDisposal, |_, _| {}),
    ]
}

fn tried((by, op, change): &Attempt) -> Result<(), String> {
    let office = Office::open();
    let before = Archive::open(&office.dir(), None).unwrap().case(&unit()).unwrap().state().clone();
    let path = office.write(by, op.clone(), change);
    has_no_effect(&office.dir(), &path, &before).map_err(|fault| format!("{op} by {by}: {fault}"))
}

#[test]
fn an_entry_by_someone_without_authority_changes_nothing_and_is_told_even_if_it_names_their_own_key() {
    for attempt in attempts() {
        assert_eq!(tried(&attempt), Ok(()));
    }
}

#[test]
fn with_authority_unchecked_each_of_them_is_found_out() {
    for attempt in attempts() {
        let found = sown::with(Fault::AuthorityUnchecked, || tried(&attempt));
        assert!(found.is_err(), "{} by {} went unseen", attempt.1, attempt.0);
    }
}
