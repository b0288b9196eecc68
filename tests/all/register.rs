//! Registers: what was there once cannot be taken away unseen, not even from a client without memory.

mod late;
mod program;

use crate::agency::{Agency, CASE};
use crate::staff::{Recovery, Staff, TEAM, id, minute as clock, staffed};
use crate::support::letter as document;
use base64::prelude::{BASE64_STANDARD, Engine as _};
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
    let vkey = format!("{origin}+{id:08x}+{}", BASE64_STANDARD.encode(&key));
    let verifier = signed_note::StandardVerifier::new(&vkey).unwrap();
    let note = signed_note::Note::from_bytes(bytes).unwrap();
    let list = signed_note::VerifierList::new(vec![Box::new(verifier)]);
    assert_eq!(note.verify(&list).unwrap().0.len(), 1);
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
