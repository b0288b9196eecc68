//! The frozen archives in `tests/fixtures/archive-1`: every later version reads the good ones whole, names
//! the fault of the bad ones and notices what is odd in the others.

#![allow(clippy::unwrap_used)] // a test may stop

mod lived;

use crate::agency::copy;
use crate::independent_reader;
use crate::interop::at_a_terminal;
use crate::support::{letter, program};
use casefile::archive::{
    Admission, Archive, Init, Level, NewDocument, StatusChange, Verification, VerifyOptions,
};
use casefile::clock::Clock;
use casefile::log::{Note, Role, Signer};
use casefile::names::{Digest, Status, Unit};
use casefile::seal::{Identity, Passphrase};
use chrono::NaiveDate;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const PASSPHRASE: &str = "invented people only";
const PEOPLE: [(&str, &str); 4] =
    [("nora", "Nora Haddad"), ("selma", "Selma Lindqvist"), ("aisha", "Aisha Rahman"), ("safe", "The safe")];
const UNIT: &str = "UASC-2016-0012";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/archive-1")
}

fn key(folder: &Path, id: &str) -> Identity {
    let file = std::fs::read(folder.join("keys").join(format!("{id}.key"))).unwrap();
    Identity::from_file(&file, &Passphrase::new(PASSPHRASE.to_owned())).unwrap()
}

/// The archives of a sort, by name.
fn archives(sort: &str) -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(fixtures().join(sort)).unwrap().map(Result::unwrap);
    let named = entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.path()));
    let mut all: Vec<_> = named.collect();
    all.sort();
    all
}

fn verify(archive: &Path, level: Level, identity: Option<&Identity>) -> Verification {
    let options = VerifyOptions { level, identity, unit: None, now: None };
    Archive::open(archive, None).unwrap().verify(&options).unwrap()
}

/// What a reader finds in an archive: cases with their state, documents with the hash of their plain bytes.
fn contents(dir: &Path, reader: &Identity) -> String {
    let archive = Archive::open(dir, None).unwrap();
    let mut text = format!("archive {}\n", archive.id());
    for listing in archive.cases().unwrap() {
        let case = archive.case(&listing.unit).unwrap();
        let flags: Vec<&str> = case.flags().iter().map(|flag| flag.word()).collect();
        writeln!(text, "{} since {} {}", case.label(), listing.since.unwrap(), flags.join(" ")).unwrap();
        writeln!(text, "{}", case.reference()).unwrap();
        let open = archive.unlock(&listing.unit, reader).unwrap();
        let mut lines = Vec::new();
        for card in open.cards().unwrap() {
            let (card, plain) = open.document(&card.d).unwrap();
            lines.push(format!("{} {} {}", Digest::of(&plain), card.d, card.title));
        }
        lines.sort();
        for line in &lines {
            writeln!(text, "{line}").unwrap();
        }
    }
    text.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

#[test]
fn every_good_archive_verifies_whole_and_its_documents_come_back_as_listed() {
    let aisha = key(&fixtures(), "aisha");
    let all = archives("good");
    assert_eq!(all.len(), 3);
    for (name, folder) in all {
        let dir = folder.join("archive");
        for level in [Level::V0, Level::V1, Level::V2, Level::V3] {
            let identity = (level == Level::V3).then_some(&aisha);
            let verified = verify(&dir, level, identity);
            assert!(verified.damage.is_empty(), "{name} at {level:?}: {:?}", verified.damage);
        }
        let listed = std::fs::read_to_string(folder.join("contents.txt")).unwrap();
        assert_eq!(contents(&dir, &aisha), listed, "{name}");
        if let Some((code, seen)) = independent_reader::read(&dir, None) {
            assert_eq!(code, 0, "{name}: {seen:#}");
            assert!(listed.contains(seen["cases"][0]["label"].as_str().unwrap()), "{name}");
            let (home, plain) = (tempfile::tempdir().unwrap(), "plain.txt");
            let line = format!("age -d -o {plain} {}", fixtures().join("keys/aisha.key").display());
            if program("script").is_some() {
                assert!(at_a_terminal(&line, home.path(), &[], PASSPHRASE), "{name}");
                let (_, seen) = independent_reader::read(&dir, Some(&home.path().join(plain))).unwrap();
                let documents = seen["cases"][0]["documents"].as_array().unwrap();
                assert_eq!(documents.len() + 3, listed.lines().count(), "{name}");
                for document in documents {
                    let [plain, d, title] = ["plain", "d", "title"].map(|f| document[f].as_str().unwrap());
                    assert!(listed.contains(&format!("{plain} {d} {title}\n")), "{name}: {document}");
                }
            }
        }
    }
}

#[test]
fn the_fault_of_every_bad_archive_is_named_at_its_level() {
    let all = archives("bad");
    assert_eq!(all.len(), 3);
    for (name, folder) in all {
        let fault = std::fs::read_to_string(folder.join("fault.txt")).unwrap();
        let [level, code, path] = fault.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{name}") };
        let levels = [Level::V0, Level::V1, Level::V2];
        let first = levels.iter().position(|l| format!("{l:?}") == level).unwrap();
        for level in &levels[first..] {
            let found = verify(&folder.join("archive"), *level, None).damage;
            assert!(found.iter().any(|f| f.code == code && f.path == path), "{name} at {level:?}: {found:?}");
        }
        if let Some((code, seen)) = independent_reader::read(&folder.join("archive"), None) {
            assert_eq!(code, 5, "{name}");
            assert!(independent_reader::damaged(&seen).contains(path), "{name}: {seen:#}");
        }
    }
}

#[test]
fn what_is_odd_in_an_archive_is_noticed_and_no_damage() {
    let aisha = key(&fixtures(), "aisha");
    let all = archives("warn");
    assert_eq!(all.len(), 4);
    for (name, folder) in all {
        let notice = std::fs::read_to_string(folder.join("notice.txt")).unwrap();
        let (code, path) = notice.trim_end().split_once(' ').unwrap();
        let verified = verify(&folder.join("archive"), Level::V3, Some(&aisha));
        assert!(verified.damage.is_empty(), "{name}: {:?}", verified.damage);
        let found = verified.notices;
        assert!(found.iter().any(|f| f.code == code && f.path == path), "{name}: {found:?}");
        if let Some((code, seen)) = independent_reader::read(&folder.join("archive"), None) {
            assert_eq!(code, 0, "{name}: {seen:#}");
            assert!(seen["notices"].to_string().contains(path), "{name}: {seen:#}");
        }
    }
}

// --- How they were made ----------------------------------------------------------------------------------

fn on(day: &str) -> Clock {
    Clock::new(format!("{day}T09:00:00Z").parse().unwrap(), None)
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn titled(title: &str, bytes: &[u8]) -> NewDocument {
    NewDocument {
        title: title.to_owned(),
        date: date("2016-10-01"),
        manager: Some("Aisha Rahman".to_owned()),
        supervisor: Some("Selma Lindqvist".to_owned()),
        ..letter(bytes)
    }
}

fn change(to: Status, since: &str, until: Option<&str>) -> StatusChange {
    let (since, until) = (date(since), until.map(date));
    StatusChange { until, ..StatusChange::because("as was agreed", to, since) }
}

/// Founds an archive with one case of two documents.
fn simple(out: &Path, dir: &Path) {
    let [nora, selma, aisha, safe] = ["nora", "selma", "aisha", "safe"].map(|id| key(out, id));
    let init = Init { founder: &nora, recovery: Some(safe.public()), test: false };
    let mut archive = Archive::init(dir, &init, &on("2016-10-01")).unwrap();
    archive.add_person(&nora, &aisha.public(), &[Role::CaseManager], &on("2016-10-01")).unwrap();
    archive.add_person(&nora, &selma.public(), &[Role::CaseSupervisor], &on("2016-10-01")).unwrap();
    admit(&archive, &aisha, &selma);
    file(out, dir, "aisha", "A second letter", "2016-10-03");
}

/// Admits the case with its first letter.
fn admit(archive: &Archive, aisha: &Identity, selma: &Identity) {
    let unit = UNIT.parse().unwrap();
    let open = Admission::open(unit, date("2016-10-01"), aisha.id().clone(), selma.id().clone());
    let documents = vec![titled("A first letter", b"a letter, as it was brought\n")];
    archive.admit(aisha, &Admission { documents, ..open }, &on("2016-10-02")).unwrap();
}

fn file(out: &Path, dir: &Path, who: &str, title: &str, day: &str) {
    let archive = Archive::open(dir, None).unwrap();
    let unit: Unit = UNIT.parse().unwrap();
    let document = titled(title, format!("{title}, by {who}\n").as_bytes());
    archive.file(&key(out, who), &unit, &[document], &on(day)).unwrap();
}

fn move_case(out: &Path, dir: &Path, who: &str, change: &StatusChange, day: &str) {
    let archive = Archive::open(dir, None).unwrap();
    archive.change_status(&key(out, who), &UNIT.parse().unwrap(), change, &on(day)).unwrap();
}

/// The first sealed object in a folder of the case.
fn object_in(dir: &Path) -> String {
    let names =
        std::fs::read_dir(dir.join(PLACE)).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut objects: Vec<String> =
        names.filter(|name| Path::new(name).extension().is_some_and(|e| e == "age")).collect();
    objects.sort();
    format!("{PLACE}/{}", objects[0])
}

const PLACE: &str = "open/UASC-2016-0012-O";

/// An entry in the name of the case manager, signed with a stranger's key.
fn forge(out: &Path, dir: &Path) -> String {
    let archive = Archive::open(dir, None).unwrap();
    let case = archive.case(&UNIT.parse().unwrap()).unwrap();
    let last = case.entries().last().unwrap();
    let mut entry = last.entry.clone();
    (entry.seq, entry.parents, entry.add) = (entry.seq + 1, vec![last.name], vec![]);
    let (aisha, stranger) = (key(out, "aisha"), Identity::generate("mallory".parse().unwrap(), "M").unwrap());
    let sign = |message: &[u8]| stranger.sign(message);
    let signer = Signer { name: aisha.id().clone(), key: aisha.verify_key(), sign: &sign };
    let note = Note::sign(&entry, &archive.id(), &[signer]).unwrap();
    let path = format!("{PLACE}/{}.note", note.name());
    std::fs::write(dir.join(&path), note.bytes()).unwrap();
    path
}

/// Makes the archives in the new folder `CASEFILE_FROZEN`; see the README of the fixtures.
#[test]
#[ignore = "the archives are frozen: they were made once and are never made again"]
fn make_the_frozen_archives() {
    let out = PathBuf::from(std::env::var_os("CASEFILE_FROZEN").unwrap());
    std::fs::create_dir(&out).unwrap();
    std::fs::create_dir(out.join("keys")).unwrap();
    for (id, name) in PEOPLE {
        let identity = Identity::generate(id.parse().unwrap(), name).unwrap();
        let file = identity.to_file(&Passphrase::new(PASSPHRASE.to_owned()), 10).unwrap();
        std::fs::write(out.join(format!("keys/{id}.key")), file).unwrap();
    }
    make_good(&out);
    make_bad(&out);
    make_warn(&out);
}

fn make_good(out: &Path) {
    let dir = |name: &str| out.join("good").join(name).join("archive");
    for name in ["simple", "moved"] {
        std::fs::create_dir_all(out.join("good").join(name)).unwrap();
        simple(out, &dir(name));
    }
    let moved = dir("moved");
    move_case(out, &moved, "selma", &change(Status::Inactive, "2016-11-04", None), "2016-11-05");
    move_case(out, &moved, "aisha", &change(Status::AgedOut, "2016-12-01", Some("2017-06-01")), "2016-12-01");
    // Two laptops went their own ways and were copied together.
    let (merged, other) = (dir("forked-and-merged"), out.join("other"));
    std::fs::create_dir_all(out.join("good/forked-and-merged")).unwrap();
    simple(out, &merged);
    copy(&merged, &other);
    file(out, &merged, "aisha", "From one laptop", "2016-10-04");
    move_case(
        out,
        &merged,
        "aisha",
        &change(Status::AgedOut, "2016-10-05", Some("2017-04-05")),
        "2016-10-05",
    );
    file(out, &other, "selma", "From the other laptop", "2016-10-04");
    move_case(out, &other, "selma", &change(Status::Inactive, "2016-10-06", None), "2016-10-06");
    copy(&other, &merged);
    std::fs::remove_dir_all(other).unwrap();
    file(out, &merged, "aisha", "After both met", "2016-10-07");
    for name in ["simple", "moved", "forked-and-merged"] {
        let listed = contents(&dir(name), &key(out, "aisha"));
        std::fs::write(out.join("good").join(name).join("contents.txt"), listed).unwrap();
    }
}

fn make_bad(out: &Path) {
    let make = |name: &str, spoil: &dyn Fn(&Path) -> String| {
        let folder = out.join("bad").join(name);
        std::fs::create_dir_all(&folder).unwrap();
        simple(out, &folder.join("archive"));
        std::fs::write(folder.join("fault.txt"), spoil(&folder.join("archive"))).unwrap();
    };
    make("flipped-object", &|dir| {
        let path = object_in(dir);
        let mut bytes = std::fs::read(dir.join(&path)).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        std::fs::write(dir.join(&path), bytes).unwrap();
        format!("V1 verify.bytes {path}\n")
    });
    make("missing-object", &|dir| {
        let path = object_in(dir);
        std::fs::remove_file(dir.join(&path)).unwrap();
        format!("V0 verify.missing {path}\n")
    });
    make("invalid-signature", &|dir| format!("V0 verify.invalid {}\n", forge(out, dir)));
}

fn make_warn(out: &Path) {
    let make = |name: &str, add: &dyn Fn(&Path) -> String| {
        let folder = out.join("warn").join(name);
        std::fs::create_dir_all(&folder).unwrap();
        simple(out, &folder.join("archive"));
        std::fs::write(folder.join("notice.txt"), add(&folder.join("archive"))).unwrap();
    };
    let put = |dir: &Path, code: &str, path: String| {
        std::fs::write(dir.join(&path), b"left over\n").unwrap();
        format!("{code} {path}\n")
    };
    let hash = Digest::of(b"left over\n");
    make("orphan", &|dir| put(dir, "verify.orphan", format!("{PLACE}/{hash}.age")));
    make("foreign", &|dir| put(dir, "verify.foreign", format!("{PLACE}/{hash} (conflict).age")));
    make("temporary", &|dir| put(dir, "verify.temporary", format!("{PLACE}/.tmp-0123456789abcdef")));
    make("misplaced", &|dir| {
        std::fs::create_dir(dir.join("closed")).unwrap();
        std::fs::rename(dir.join(PLACE), dir.join("closed/UASC-2016-0012-O")).unwrap();
        "verify.misplaced closed/UASC-2016-0012-O\n".to_owned()
    });
}
