//! Registers: what was there once cannot be taken away unseen, not even from a client without memory.

use crate::agency::{Agency, CASE};
use crate::staff::{Recovery, Staff, TEAM, id, minute as clock, staffed};
use crate::support::letter as document;
use casefile::archive::{Archive, Finding, Level, RegisterSummary, VerifyOptions};
use casefile::error::Class;
use casefile::log::{Checkpoint, Entry, Flag, Note, Op, Reader, Role, Signer, StaffOp, StaffPerson, Verdict};
use casefile::names::{Digest, Status, Unit};
use casefile::seal::Identity;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tempfile::TempDir;

const UNIT: &str = "UASC-2016-0012";
/// Entries of the case in the matrix.
const ENTRIES: usize = 12;

fn unit() -> Unit {
    UNIT.parse().unwrap()
}

/// An archive as a map from names to bytes, which a malicious server may show in part.
type Files = BTreeMap<String, Vec<u8>>;

staffed!(Office);

impl Office {
    /// nora administers, selma supervises, aisha and ben manage cases; one case of one entry.
    fn new() -> Self {
        let office = Self(Staff::found(&TEAM, Recovery::None, &clock(0)));
        office.admit(UNIT);
        office
    }

    /// The same with a case of twelve entries.
    fn with_twelve_entries() -> Self {
        let office = Self::new();
        (1..ENTRIES).for_each(|n| office.file(n));
        office
    }

    fn admit(&self, unit: &str) {
        self.0.admit(unit, vec![document(b"the record")], &clock(1));
    }

    fn file(&self, n: usize) {
        let text = format!("letter {n}");
        self.open()
            .file(self.who("aisha"), &unit(), &[document(text.as_bytes())], &clock(1 + n as i64))
            .unwrap();
    }

    fn register(&self, by: &str) -> String {
        self.open().register(self.who(by)).unwrap().name()
    }

    fn files(&self) -> Files {
        read_folder(&self.path())
    }

    fn damage(&self) -> Vec<Finding> {
        damage(&self.path(), None)
    }
}

fn read_folder(folder: &Path) -> Files {
    let walk = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap());
    let files = walk.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// What a client sees of these files; it has no memory unless one is named.
fn shown(files: &Files, memory: Option<&Path>) -> Vec<Finding> {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    damage(dir.path(), memory)
}

fn damage(archive: &Path, memory: Option<&Path>) -> Vec<Finding> {
    let options = VerifyOptions { level: Level::V2, identity: None, unit: None, now: None };
    let archive = Archive::open(archive, memory).unwrap();
    let verified = archive.verify(&options).unwrap();
    // Whoever lists the cases remembers them.
    archive.cases().unwrap();
    assert_eq!(verified.proved.is_empty(), !verified.damage.is_empty(), "damage proves nothing");
    verified.damage
}

fn codes(damage: &[Finding]) -> BTreeSet<&'static str> {
    damage.iter().map(|finding| finding.code).collect()
}

/// The entries of the case, first to last.
fn entries(files: &Files) -> Vec<String> {
    let ours = |name: &&String| name.contains(UNIT) && name.ends_with(".note");
    files.keys().filter(ours).cloned().collect()
}

fn without(files: &Files, names: &[String]) -> Files {
    files.iter().filter(|(name, _)| !names.contains(name)).map(|(n, b)| (n.clone(), b.clone())).collect()
}

fn register_files(files: &Files, ending: &str) -> Vec<String> {
    files.keys().filter(|name| name.starts_with("register/") && name.ends_with(ending)).cloned().collect()
}

// ---- Writing ----

#[test]
fn a_checkpoint_covers_every_folder_and_nothing_is_written_twice() {
    let office = Office::new();
    office.admit("UASC-2016-0013");
    let made = office.open().register(office.who("selma")).unwrap();
    assert_eq!((made.added, made.folders, made.checkpoint.seq), (3, 2, 3));
    let files = office.files();
    let again = office.open().register(office.who("selma")).unwrap();
    assert_eq!((again.added, again.checkpoint), (0, made.checkpoint));
    assert_eq!(office.files(), files, "nothing changed, nothing is written");
    office.file(1);
    let next = office.open().register(office.who("selma")).unwrap();
    assert_eq!((next.added, next.checkpoint.seq), (1, 4));
    assert!(office.damage().is_empty());
}

#[test]
fn a_checkpoint_is_what_the_format_says_and_signed_note_verifies_it() {
    let office = Office::new();
    let name = office.register("selma");
    let files = office.files();
    let bytes = &files[&format!("register/{name}.note")];
    let text = String::from_utf8(bytes.clone()).unwrap();
    let archive = office.open().id();
    assert_eq!(text.lines().count(), 5);
    assert!(text.starts_with(&format!("casefile/{archive}/selma\n2\n")));
    let batch = String::from_utf8(files[&register_files(&files, ".json")[0]].clone()).unwrap();
    let mut leaves = batch.lines();
    assert!(leaves.next().unwrap().starts_with(r#"{"folder":"staff","heads":["00000003-"#));
    assert!(leaves.next().unwrap().contains(r#""heads":["00000000-"#));
    let origin = format!("casefile/{archive}/selma");
    let key = [&[1][..], office.who("selma").verify_key().as_bytes()].concat();
    let id = signed_note::key_id(&origin, &key);
    // A verifier key is base64 of the type byte and the key.
    let vkey = format!("{origin}+{id:08x}+{}", base64(&key));
    let verifier = signed_note::StandardVerifier::new(&vkey).unwrap();
    let note = signed_note::Note::from_bytes(bytes).unwrap();
    let list = signed_note::VerifierList::new(vec![Box::new(verifier)]);
    assert_eq!(note.verify(&list).unwrap().0.len(), 1);
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, b| bits << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let index = (bits >> (18 - 6 * place)) as usize & 63;
            text.push(if place <= chunk.len() { ALPHABET[index] as char } else { '=' });
        }
    }
    text
}

#[test]
fn only_active_people_register_and_nobody_over_what_is_gone() {
    let office = Office::with_twelve_entries();
    let stranger = Identity::generate(id("eve"), "Eve").unwrap();
    assert_eq!(office.open().register(&stranger).unwrap_err().class(), Class::Access);
    office.register("selma");
    let last = entries(&office.files()).pop().unwrap();
    std::fs::remove_file(office.path().join(last)).unwrap();
    for name in ["selma", "ben"] {
        let refused = office.open().register(office.who(name)).unwrap_err();
        assert_eq!((refused.class(), refused.problems()[0].code), (Class::Damage, "archive.rollback"));
    }
    std::fs::remove_dir_all(office.path().join("open")).unwrap();
    let refused = office.open().register(office.who("ben")).unwrap_err();
    assert_eq!((refused.class(), refused.problems()[0].code), (Class::Damage, "archive.vanished"));
}

// ---- The malicious server ----

#[test]
fn every_prefix_of_a_registered_case_is_a_rollback_also_without_memory() {
    let office = Office::with_twelve_entries();
    office.register("selma");
    let files = office.files();
    let entries = entries(&files);
    assert_eq!(entries.len(), ENTRIES);
    for kept in 0..=ENTRIES {
        let found = codes(&shown(&without(&files, &entries[kept..]), None));
        let expected = match kept {
            0 => BTreeSet::from(["verify.vanished"]),
            ENTRIES => BTreeSet::new(),
            _ => BTreeSet::from(["verify.rollback"]),
        };
        assert_eq!(found, expected, "{kept} entries kept");
    }
}

#[test]
fn without_a_register_and_without_memory_a_rollback_is_not_seen_and_with_memory_it_is() {
    let office = Office::with_twelve_entries();
    let files = office.files();
    let entries = entries(&files);
    let memory = tempfile::tempdir().unwrap();
    assert!(shown(&files, Some(memory.path())).is_empty());
    for kept in 0..ENTRIES {
        let old = without(&files, &entries[kept..]);
        assert!(shown(&old, None).is_empty(), "the honest gap: {kept} entries kept");
        assert!(!shown(&old, Some(memory.path())).is_empty(), "{kept} entries kept");
    }
}

#[test]
fn every_one_or_two_dropped_entries_are_found_where_they_were_registered() {
    let office = Office::with_twelve_entries();
    office.register("selma");
    let files = office.files();
    let entries = entries(&files);
    let last = ENTRIES - 1;
    for first in 0..ENTRIES {
        for second in first..ENTRIES {
            let found =
                codes(&shown(&without(&files, &[entries[first].clone(), entries[second].clone()]), None));
            // What others build on is a gap; what nobody builds on only the register knows.
            let inner = first < last && !(first == last - 1 && second == last);
            let mut expected = BTreeSet::new();
            expected.extend(inner.then_some("verify.gap"));
            expected.extend((second == last).then_some("verify.rollback"));
            expected.extend((first == 0).then_some("verify.no-history"));
            assert_eq!(found, expected, "entries {first} and {second} dropped");
        }
    }
}

#[test]
fn what_came_after_the_checkpoint_is_found_by_a_client_that_remembers() {
    let office = Office::new();
    office.register("selma");
    office.file(1);
    let files = office.files();
    let memory = tempfile::tempdir().unwrap();
    assert!(shown(&files, Some(memory.path())).is_empty());
    let newest = entries(&files).pop().unwrap();
    let old = without(&files, &[newest]);
    assert!(shown(&old, None).is_empty());
    assert_eq!(codes(&shown(&old, Some(memory.path()))), BTreeSet::from(["verify.rollback"]));
}

#[test]
fn a_dropped_staff_note_and_a_shortened_register_are_found() {
    let office = Office::new();
    office.register("nora");
    office.file(1);
    office.register("nora");
    let files = office.files();
    let staff: Vec<String> = files.keys().filter(|name| name.starts_with("staff/")).cloned().collect();
    assert!(codes(&shown(&without(&files, &staff[3..]), None)).contains("verify.rollback"));
    let notes = register_files(&files, ".note");
    let batches = register_files(&files, ".json");
    // The older half of the register: what grows from it cannot be shown to grow from it.
    for gone in [&notes[0], &batches[0], &batches[1]] {
        let found = codes(&shown(&without(&files, std::slice::from_ref(gone)), None));
        assert_eq!(found, BTreeSet::from(["verify.register"]), "{gone}");
    }
    // The newer half: only who has seen it, or has it on paper or cosigned, can know.
    let shortened = without(&files, &[notes[1].clone(), batches[1].clone()]);
    assert!(shown(&shortened, None).is_empty());
    let memory = tempfile::tempdir().unwrap();
    assert!(shown(&files, Some(memory.path())).is_empty());
    assert_eq!(codes(&shown(&shortened, Some(memory.path()))), BTreeSet::from(["verify.rollback"]));
}

#[test]
fn two_histories_signed_by_one_person_are_a_split_view() {
    // Two servers show selma two copies; she signs both; somebody compares.
    let office = Office::new();
    office.register("selma");
    let before = office.files();
    office.file(1);
    office.register("selma");
    let one = office.files();
    for same_size in [true, false] {
        write_all(&office.path(), &before);
        if same_size {
            office.file(2);
        } else {
            office.admit("UASC-2016-0013");
            office.admit("UASC-2016-0014");
        }
        office.register("selma");
        let mut both = office.files();
        both.extend(one.clone());
        let found = shown(&both, None);
        let split: Vec<&Finding> = found.iter().filter(|finding| finding.code == "verify.register").collect();
        assert_eq!(split.len(), 2, "both sides are named: {found:?}");
        assert!(split.iter().all(|finding| finding.message.contains("two histories")));
        // Without the leaves of one side its signature still tells.
        if same_size {
            let batches = register_files(&both, ".json");
            let newer: Vec<String> =
                batches.iter().filter(|name| !before.contains_key(*name)).cloned().collect();
            let found = shown(&without(&both, &newer[..1]), None);
            assert!(codes(&found).contains("verify.register"));
        }
    }
}

fn write_all(folder: &Path, files: &Files) {
    std::fs::remove_dir_all(folder).unwrap();
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

#[test]
fn a_checkpoint_in_somebody_elses_name_or_by_a_stranger_does_not_count() {
    let office = Office::new();
    office.register("selma");
    let files = office.files();
    let archive = office.open().id();
    let genuine =
        Checkpoint::parse(&files[&register_files(&files, ".note")[0]], &archive, &id("selma")).unwrap();
    let ben = office.who("ben");
    let act = |message: &[u8]| ben.sign(message);
    let signer = Signer { name: id("selma"), key: ben.verify_key(), sign: &act };
    let forged = Checkpoint::sign(&archive, &signer, genuine.size(), genuine.root()).unwrap();
    let mut with = files.clone();
    with.insert(format!("register/selma/{}.note", forged.name()), forged.bytes().to_vec());
    let found = shown(&with, None);
    assert_eq!((found.len(), found[0].code), (1, "verify.register"));
    assert!(found[0].path.contains(&forged.name().to_string()));
}

#[test]
fn every_flipped_byte_of_a_register_is_found() {
    let office = Office::new();
    office.register("selma");
    let files = office.files();
    for name in files.keys().filter(|name| name.starts_with("register/")) {
        for at in (0..files[name].len()).step_by(if crate::support::full() { 1 } else { 23 }) {
            let mut changed = files.clone();
            changed.get_mut(name).unwrap()[at] ^= 1;
            assert!(codes(&shown(&changed, None)).contains("verify.bytes"), "{name} at {at}");
            // Under its own new name it is foreign, or signed by nobody, or has no leaves.
            let bytes = changed.remove(name).unwrap();
            let (stem, ending) = name.rsplit_once('.').unwrap();
            let renamed = format!("{}-{}.{ending}", stem.rsplit_once('-').unwrap().0, Digest::of(&bytes));
            changed.insert(renamed, bytes);
            let found = shown(&changed, None);
            let only_checkpoint = ending == "note";
            assert!(only_checkpoint || !found.is_empty(), "{name} at {at}");
        }
    }
}

// ---- Witnesses ----

fn summaries(office: &Office) -> Vec<RegisterSummary> {
    let options = VerifyOptions { level: Level::V2, identity: None, unit: None, now: None };
    office.open().verify(&options).unwrap().registers
}

#[test]
fn a_witness_is_counted_at_the_size_they_cosigned_and_only_once() {
    let office = Office::new();
    let name = office.register("selma");
    let witness = |by: &str, which: &str| {
        office.open().witness(office.who(by), &which.parse().unwrap(), &clock(5)).map(|done| done.is_new)
    };
    assert!(witness("nora", &name).unwrap());
    assert!(!witness("nora", "selma").unwrap());
    assert!(witness("ben", &format!("archive/register/{name}.note")).unwrap());
    office.file(1);
    office.register("selma");
    assert!(witness("aisha", "selma/3").unwrap());
    let found = &summaries(&office)[0];
    assert_eq!((found.size, found.checkpoints), (3, 2));
    assert_eq!(found.witnessed, [(2, vec![id("ben"), id("nora")]), (3, vec![id("aisha")])]);
    assert!(office.damage().is_empty());
}

#[test]
fn nobody_cosigns_their_own_checkpoint_or_one_that_is_not_there_or_a_rollback() {
    let office = Office::with_twelve_entries();
    let name = office.register("selma");
    let refused = |by: &str, which: &str| {
        let error = office.open().witness(office.who(by), &which.parse().unwrap(), &clock(5)).unwrap_err();
        (error.class(), error.problems()[0].code)
    };
    assert_eq!(refused("selma", &name), (Class::Access, "archive.own-checkpoint"));
    assert_eq!(refused("nora", "selma/7"), (Class::NotFound, "archive.no-checkpoint"));
    assert_eq!(refused("nora", "ben"), (Class::NotFound, "archive.no-checkpoint"));
    let last = entries(&office.files()).pop().unwrap();
    std::fs::remove_file(office.path().join(last)).unwrap();
    assert_eq!(refused("nora", &name), (Class::Damage, "archive.rollback"));
    assert!(register_files(&office.files(), ".cosig").is_empty());
    for bad in ["", "Selma", "selma/x", "selma/7-xyz", "selma/-a1", "../selma"] {
        assert!(bad.parse::<casefile::archive::CheckpointName>().is_err(), "{bad}");
    }
}

#[test]
fn a_cosignature_outlives_the_checkpoint_that_somebody_took_away() {
    let office = Office::new();
    office.register("selma");
    office.open().witness(office.who("nora"), &"selma".parse().unwrap(), &clock(5)).unwrap();
    let files = office.files();
    let gone: Vec<String> = [register_files(&files, ".note"), register_files(&files, ".json")].concat();
    let found = shown(&without(&files, &gone), None);
    assert_eq!((found.len(), found[0].code), (1, "verify.register"), "{found:?}");
    assert!(found[0].message.contains("nora cosigned"));
}

// ---- Late entries ----

/// Files of both folders together, as copying them does.
fn merged(main: &Path, other: &Path) {
    let ours = read_folder(main);
    for (name, bytes) in read_folder(other).into_iter().filter(|(name, _)| !ours.contains_key(name)) {
        let path = main.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// A copy of the archive on a laptop that goes away.
fn laptop(office: &Office) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    merged(copy.path(), &office.path());
    copy
}

fn file_at(archive: &Path, by: &Identity, n: i64) {
    let text = format!("letter {n} of {}", by.id());
    let archive = Archive::open(archive, None).unwrap();
    archive.file(by, &unit(), &[document(text.as_bytes())], &clock(10 + n)).unwrap();
}

fn retire(office: &Office, who: &str) {
    office.open().retire(office.who("nora"), &id(who), &clock(50)).unwrap();
}

/// Who signed each entry, and what it is worth.
fn verdicts(office: &Office) -> Vec<(u32, String, Verdict)> {
    let case = office.open().case(&unit()).unwrap();
    let entries = case.entries();
    entries.map(|e| (e.entry.seq, e.entry.signers[0].to_string(), e.verdict.clone())).collect()
}

/// Selma, who knows of the retirement, accepts every late entry.
fn resolve(office: &Office, at: &Path) {
    let archive = Archive::open(at, None).unwrap();
    let case = archive.case(&unit()).unwrap();
    let notes: Vec<Note> = entries(&read_folder(at))
        .iter()
        .map(|name| Note::parse(&std::fs::read(at.join(name)).unwrap(), &archive.id()).unwrap())
        .collect();
    let folded =
        casefile::log::fold(&unit(), &notes, archive.roster(), &std::collections::HashSet::default());
    let thread = &folded.threads[0];
    let time = casefile::log::Time::new(clock(60).now());
    let mut entry = thread.draft(archive.roster(), Op::Resolve, &id("selma"), time).unwrap();
    let late = case.entries().filter(|judged| judged.verdict == Verdict::Late).map(|judged| judged.name);
    entry.parents.extend(late);
    entry.parents.sort_unstable();
    entry.seq = entry.parents.iter().map(|parent| parent.seq).max().unwrap() + 1;
    let selma = office.who("selma");
    let act = |message: &[u8]| selma.sign(message);
    let signer = Signer { name: id("selma"), key: selma.verify_key(), sign: &act };
    let note = Note::sign(&entry, &archive.id(), &[signer]).unwrap();
    std::fs::write(at.join(format!("open/{UNIT}-O/{}.note", note.name())), note.bytes()).unwrap();
}

#[test]
fn retiring_and_taking_a_role_away_name_a_checkpoint_and_other_changes_do_not() {
    let office = Office::new();
    let mut archive = office.open();
    let nora = office.who("nora");
    archive.set_roles(nora, &id("ben"), &[Role::CaseManager, Role::ProjectDirector], &clock(5)).unwrap();
    archive.set_roles(nora, &id("ben"), &[Role::ProjectDirector], &clock(6)).unwrap();
    archive.retire(nora, &id("ben"), &clock(7)).unwrap();
    let events = archive.roster().events();
    let named: Vec<(bool, bool)> = events
        .iter()
        .map(|event| {
            (
                event.note.op == StaffOp::Add || event.note.op == StaffOp::Genesis,
                event.note.register.is_some(),
            )
        })
        .collect();
    assert_eq!(named[4..], [(false, false), (false, true), (false, true)]);
    assert!(named[..4].iter().all(|(_, register)| !register));
    let register = events.last().unwrap().note.register.clone().unwrap();
    assert!(office.path().join(format!("register/{register}.note")).exists(), "{register}");
    assert!(office.damage().is_empty());
}

#[test]
fn what_a_retired_person_signed_unseen_is_late_until_a_reader_accepts_it() {
    let office = Office::new();
    file_at(&office.path(), office.who("ben"), 1);
    let away = laptop(&office);
    file_at(away.path(), office.who("ben"), 2);
    retire(&office, "ben");
    merged(&office.path(), away.path());
    let aisha = "aisha".to_owned();
    let ben = "ben".to_owned();
    let expected = [(0, aisha, Verdict::Valid), (1, ben.clone(), Verdict::Valid), (2, ben, Verdict::Late)];
    assert_eq!(verdicts(&office), expected);
    let case = office.open().case(&unit()).unwrap();
    assert!(case.flags().contains(&Flag::Late));
    assert_eq!(case.documents(), 2, "what is late does not stand");
    let options = VerifyOptions { level: Level::V2, identity: None, unit: None, now: None };
    let verified = office.open().verify(&options).unwrap();
    assert!(verified.damage.is_empty(), "{:?}", verified.damage);
    let notices: BTreeSet<&str> = verified.notices.iter().map(|finding| finding.code).collect();
    assert_eq!(notices, BTreeSet::from(["verify.late"]), "its objects are no orphans");
    // Work goes on beside it, and accepting it brings it in.
    file_at(&office.path(), office.who("aisha"), 3);
    assert_eq!(verdicts(&office)[2..].iter().filter(|(_, _, v)| *v == Verdict::Late).count(), 1);
    resolve(&office, &office.path());
    assert!(verdicts(&office).iter().all(|(_, _, verdict)| *verdict == Verdict::Valid));
    let case = office.open().case(&unit()).unwrap();
    assert_eq!((case.documents(), case.flags().contains(&Flag::Late)), (4, false));
    assert!(office.damage().is_empty());
}

/// The next entry of the case in this copy, with `change`, by `who`.
fn write_entry(office: &Office, at: &Path, op: Op, who: &str, change: impl FnOnce(&mut Entry)) {
    let archive = Archive::open(at, None).unwrap();
    let notes: Vec<Note> = entries(&read_folder(at))
        .iter()
        .map(|name| Note::parse(&std::fs::read(at.join(name)).unwrap(), &archive.id()).unwrap())
        .collect();
    let folded =
        casefile::log::fold(&unit(), &notes, archive.roster(), &std::collections::HashSet::default());
    let time = casefile::log::Time::new(clock(60).now());
    let mut entry = folded.threads[0].draft(archive.roster(), op, &id(who), time).unwrap();
    change(&mut entry);
    let note = sign(office, &archive.id(), &entry, who);
    std::fs::write(at.join(format!("open/{UNIT}-O/{}.note", note.name())), note.bytes()).unwrap();
}

fn sign<T: serde::Serialize>(office: &Office, archive: &Digest, content: &T, who: &str) -> Note {
    let person = office.who(who);
    let act = |message: &[u8]| person.sign(message);
    let signer = Signer { name: id(who), key: person.verify_key(), sign: &act };
    Note::sign(content, archive, &[signer]).unwrap()
}

/// Retires a reader, as an archive may in which the case was handed over.
fn retire_reader(office: &Office, who: &str) {
    let register = office.register("nora");
    let archive = office.open();
    let newest = archive.roster().events().last().unwrap();
    let mut note = newest.note.clone();
    let person = office.who(who).public();
    note.seq += 1;
    note.parents = archive.roster().heads().to_vec();
    note.op = StaffOp::Retire;
    note.register = Some(register);
    let (sign_key, age, proof) = (person.sign, person.age, person.proof);
    note.person = Some(StaffPerson { id: person.id, sign: sign_key, age, roles: vec![], proof });
    let note = sign(office, &archive.id(), &note, "nora");
    std::fs::write(office.path().join(format!("staff/{}.note", note.name())), note.bytes()).unwrap();
}

#[test]
fn a_late_move_changes_nothing_and_work_that_repeats_it_stands() {
    let office = Office::new();
    let away = laptop(&office);
    write_entry(&office, away.path(), Op::Move, "aisha", |entry| entry.status = Some(Status::Inactive));
    write_entry(&office, away.path(), Op::Remark, "selma", |_| {});
    retire_reader(&office, "aisha");
    merged(&office.path(), away.path());
    let worth = |office: &Office| verdicts(office).into_iter().map(|(_, _, v)| v).collect::<Vec<_>>();
    assert_eq!(worth(&office), [Verdict::Valid, Verdict::Late, Verdict::Valid]);
    assert_eq!(office.open().case(&unit()).unwrap().status(), Some(Status::Open));
    // Who knows repeats what counts, on top of the very same history.
    write_entry(&office, &office.path(), Op::Remark, "selma", |_| {});
    assert_eq!(worth(&office).last(), Some(&Verdict::Valid));
    resolve(&office, &office.path());
    assert!(worth(&office).iter().all(|verdict| *verdict == Verdict::Valid));
    assert!(office.damage().is_empty());
}

#[test]
fn a_late_entry_gives_nobody_a_right() {
    let office = Office::new();
    let away = laptop(&office);
    let ben = Reader { id: id("ben"), capacity: "cover".parse().unwrap(), until: None };
    write_entry(&office, away.path(), Op::Readers, "aisha", |entry| entry.readers.push(ben));
    write_entry(&office, away.path(), Op::Move, "ben", |entry| entry.status = Some(Status::Inactive));
    write_entry(&office, away.path(), Op::Resolve, "ben", |_| {});
    let before = Archive::open(away.path(), None).unwrap().case(&unit()).unwrap();
    assert!(before.entries().all(|judged| judged.verdict == Verdict::Valid), "as long as nobody has left");
    retire_reader(&office, "aisha");
    merged(&office.path(), away.path());
    let late = verdicts(&office)[1..].iter().filter(|(_, _, verdict)| *verdict == Verdict::Late).count();
    assert_eq!(late, 3);
    let case = office.open().case(&unit()).unwrap();
    assert_eq!((case.status(), case.state().readers.len()), (Some(Status::Open), 2));
}

#[test]
fn without_its_checkpoint_a_retirement_makes_nothing_late_and_that_is_damage() {
    let office = Office::new();
    let away = laptop(&office);
    file_at(away.path(), office.who("ben"), 2);
    retire(&office, "ben");
    merged(&office.path(), away.path());
    assert_eq!(verdicts(&office)[1].2, Verdict::Late);
    std::fs::remove_dir_all(office.path().join("register")).unwrap();
    assert!(verdicts(&office).iter().all(|(_, _, verdict)| *verdict == Verdict::Valid));
    let found = office.damage();
    assert_eq!(codes(&found), BTreeSet::from(["verify.register"]));
    assert!(found[0].path.starts_with("staff/"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if crate::support::full() { 200 } else { 12 }, ..ProptestConfig::default() })]

    /// Steps before ben leaves: 0 and 1, ben and aisha here; 2 and 3, ben and aisha on the laptop that
    /// went away first. Afterwards the laptop comes back.
    #[test]
    fn lateness_is_the_same_in_any_order_and_honest_work_on_top_of_it_stands(
        steps in prop::collection::vec(0_u8..4, 1..8),
        accepted in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let office = Office::new();
        let away = laptop(&office);
        for (n, step) in steps.iter().enumerate() {
            let place = if *step < 2 { office.path() } else { away.path().to_owned() };
            let by = office.who(if step % 2 == 0 { "ben" } else { "aisha" });
            file_at(&place, by, i64::try_from(n).unwrap());
        }
        retire(&office, "ben");
        merged(&office.path(), away.path());
        let bens_unseen = steps.iter().filter(|step| **step == 2).count();
        let found = verdicts(&office);
        prop_assert_eq!(found.len(), steps.len() + 1);
        let late = found.iter().filter(|(_, _, verdict)| *verdict == Verdict::Late);
        prop_assert!(late.clone().all(|(_, by, _)| by == "ben"));
        prop_assert_eq!(late.count(), bens_unseen);
        prop_assert!(found.iter().all(|(_, _, v)| matches!(v, Verdict::Valid | Verdict::Late)));
        if accepted {
            resolve(&office, &office.path());
            prop_assert!(verdicts(&office).iter().all(|(_, _, verdict)| *verdict == Verdict::Valid));
        }
        // The same from notes in any order, some of them twice.
        let archive = office.open();
        let files = office.files();
        let mut notes: Vec<Note> =
            entries(&files).iter().map(|name| Note::parse(&files[name], &archive.id()).unwrap()).collect();
        let judge = |notes: &[Note]| {
            let folded = casefile::log::fold(&unit(), notes, archive.roster(), &std::collections::HashSet::default());
            let thread = &folded.threads[0];
            let verdicts: Vec<_> = thread.entries.iter().map(|e| (e.name, e.verdict.clone())).collect();
            (verdicts, thread.heads.clone(), thread.live.len(), thread.state.clone())
        };
        let before = judge(&notes);
        let count = notes.len();
        for at in 0..count {
            let with = (seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(at as u64 * 7919) >> 33) as usize % count;
            notes.swap(at, with);
        }
        notes.push(notes[0].clone());
        prop_assert_eq!(judge(&notes), before);
    }
}

// ---- Paper ----

#[test]
fn a_printed_reference_is_found_for_ever_and_missed_after_a_rollback() {
    let office = Office::new();
    office.file(1);
    let printed = office.open().case(&unit()).unwrap().reference();
    office.file(2);
    let find = |text: &str| office.open().find_printed(&text.parse().unwrap());
    let found = find(&printed).unwrap();
    assert_eq!(
        (found.op, found.later, found.is_whole, found.status),
        (Op::File, 1, true, Some(Status::Open))
    );
    assert!(find(&printed.to_uppercase().replace(' ', "\n ")).is_ok());
    // Of another case, of another number, another digit: no.
    for wrong in [printed.replace("0012", "0013"), printed.replace("/1 ", "/2 ")] {
        assert_eq!(find(&wrong).unwrap_err().class(), Class::Damage, "{wrong}");
    }
    let names = entries(&office.files());
    std::fs::remove_file(office.path().join(&names[1])).unwrap();
    std::fs::remove_file(office.path().join(&names[2])).unwrap();
    let missed = find(&printed).unwrap_err();
    assert_eq!((missed.class(), missed.problems()[0].code), (Class::Damage, "archive.reference-not-found"));
    std::fs::remove_dir_all(office.path().join("open")).unwrap();
    assert_eq!(find(&printed).unwrap_err().class(), Class::Damage, "a vanished case too");
}

// ---- The program ----

#[test]
fn register_says_what_it_covers_and_verify_that_it_is_append_only() {
    let agency = Agency::with_case();
    let name = agency.ok("selma", &["register"]);
    assert!(name.starts_with("selma/00000002-"), "{name}");
    assert_eq!(agency.ok("selma", &["register"]), name);
    let json: serde_json::Value = serde_json::from_str(&agency.ok("selma", &["register", "--json"])).unwrap();
    assert_eq!((&json["size"], &json["added"], &json["folders"]), (&2.into(), &0.into(), &1.into()));
    assert!(agency.ok("nora", &["verify"]).contains("register of selma: 2 leaves"));
    let before = agency.archive_files();
    agency.ok("aisha", &["register", "--dry-run"]);
    assert_eq!(agency.archive_files(), before);
    std::fs::remove_dir_all(agency.path("archive/open")).unwrap();
    std::fs::remove_dir_all(agency.path("home")).unwrap();
    agency.by("nora", &["verify"]).assert().code(5);
}

#[test]
fn witness_and_paper_say_what_they_prove() {
    let agency = Agency::with_case();
    agency.ok("selma", &["register"]);
    assert!(agency.ok("nora", &["verify"]).contains("no witness"));
    assert!(agency.ok("nora", &["witness", "selma"]).starts_with("selma/00000002-"));
    assert!(agency.ok("nora", &["verify"]).contains("cosigned by 1: nora"));
    agency.fails("selma", 6, &["witness", "selma"]);
    agency.fails("nora", 8, &["witness", "aisha"]);
    agency.fails("nora", 2, &["witness", "selma/x"]);
    let shown: serde_json::Value =
        serde_json::from_str(&agency.ok("aisha", &["show", CASE, "--json"])).unwrap();
    let reference = shown["reference"].as_str().unwrap().to_owned();
    let typed = format!(" {}\n", reference.to_uppercase().replace(' ', "\n"));
    let said = agency.command(&["verify", "--paper", &typed]).assert().success();
    let said = String::from_utf8_lossy(&said.get_output().stdout).into_owned();
    assert!(said.contains("found") && said.contains("nothing that stood in the history"), "{said}");
    let other = reference.replace("/0 ", "/1 ");
    let missed = agency.fails("aisha", 5, &["verify", "--paper", &other]);
    assert!(missed.contains("mistyped"), "{missed}");
    agency.fails("aisha", 2, &["verify", "--paper", CASE]);
}
