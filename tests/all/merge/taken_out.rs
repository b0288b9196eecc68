//! What was taken out stays out: in the library, where entries can be written that drop.

use super::*;

staffed!(Small);

impl Small {
    /// With a copy of the archive beside it, in `stale`.
    fn new() -> Self {
        let small = Self(Staff::found(&TEAM, Recovery::None, &minute(0)));
        small.admit(CASE, vec![letter(b"kept"), letter(b"taken out")], &minute(0));
        copy(&small.path(), &small.beside("stale"));
        small
    }

    fn folder(&self, archive: &str) -> PathBuf {
        self.beside(archive).join("open/UASC-2016-0012-O")
    }

    /// Writes an entry after the newest one, changed as `change` says.
    fn write(&self, change: impl FnOnce(&mut Entry)) {
        let archive = self.open();
        let case = archive.case(&unit()).unwrap();
        let last = case.entries().last().unwrap();
        let mut entry = last.entry.clone();
        entry.folder = Some(case.folder_id());
        entry.parents = vec![last.name];
        entry.seq += 1;
        entry.add.clear();
        change(&mut entry);
        let sign = |message: &[u8]| self.who("aisha").sign(message);
        let signer =
            Signer { name: "aisha".parse().unwrap(), key: self.who("aisha").verify_key(), sign: &sign };
        let note = Note::sign(&entry, &archive.id(), &[signer]).unwrap();
        std::fs::write(self.folder("archive").join(format!("{}.note", note.name())), note.bytes()).unwrap();
        assert_eq!(self.open().case(&unit()).unwrap().flags().len(), 0, "a valid entry");
    }

    fn settle(&self) -> Settled {
        self.open().settle(&[], minute(0).now(), false).unwrap()
    }
}

fn unit() -> Unit {
    CASE.parse().unwrap()
}

#[test]
fn a_stale_copy_brings_back_nothing_that_was_taken_out() {
    let small = Small::new();
    let case = small.open().case(&unit()).unwrap();
    let gone: Vec<Digest> = case.live().map(|live| live.added.h).skip(2).collect();
    assert_eq!(gone.len(), 2, "a document and its card");
    small.write(|entry| (entry.op, entry.drop) = (Op::Amend, gone.clone()));
    let there = || gone.iter().any(|hash| small.folder("archive").join(format!("{hash}.age")).exists());
    assert!(there());
    assert_eq!(small.settle().done.len(), 2);
    assert!(!there());
    let settled = contents(&small.path());
    let merged = small.open().merge(&small.beside("stale"), minute(0).now(), false).unwrap();
    assert_eq!((merged.done.len(), merged.left.len()), (0, 2), "{merged:?}");
    assert_eq!(contents(&small.path()), settled);
    Archive::repair(&small.path(), &small.beside("stale"), None, false).unwrap();
    assert_eq!(contents(&small.path()), settled);
    copy(&small.beside("stale"), &small.path());
    assert!(there());
    assert!(small.settle().done.iter().all(|finding| finding.code == "settle.reappeared"));
    assert_eq!(contents(&small.path()), settled);
    assert_eq!(small.open().unlock(&unit(), small.who("selma")).unwrap().cards().unwrap().len(), 1);
}

#[test]
fn an_older_envelope_goes_once_the_newest_is_whole_and_never_before() {
    let small = Small::new();
    let archive = small.open();
    let keys = archive.unlock(&unit(), small.who("aisha")).unwrap().keys().clone();
    let readers = [small.who("aisha").public().age, small.who("selma").public().age];
    let sealed = casefile::seal::envelope::seal(&keys, &readers).unwrap();
    let envelopes = small.path().join("keys").join(CASE);
    let old = files_below(&envelopes).remove(0);
    let new = envelopes.join(sealed.file_name());
    std::fs::write(&new, "half").unwrap();
    let digest = sealed.digest();
    // An envelope that no entry names may be that of a change under way.
    assert_eq!(small.settle().done.len(), 0);
    small.write(|entry| (entry.op, entry.envelope) = (Op::Readers, digest));
    let settled = small.settle();
    assert!(old.exists() && settled.left.iter().any(|finding| finding.code == "settle.kept"), "{settled:?}");
    std::fs::write(&new, sealed.bytes()).unwrap();
    small.settle();
    assert!(!old.exists() && new.exists());
    assert!(small.open().unlock(&unit(), small.who("selma")).is_ok());
    copy(&small.beside("stale"), &small.path());
    assert!(old.exists());
    assert_eq!(small.settle().done.len(), 1);
    assert!(!old.exists() && new.exists());
}

#[test]
fn a_relabelling_that_fails_at_any_write_leaves_one_case_that_can_be_read() {
    let new: Unit = "UASC-2016-0021".parse().unwrap();
    for failure in [Failure::Before, Failure::Partly, Failure::After] {
        for at in 0..12 {
            let small = Small::new();
            let local = LocalStore::open(small.path()).unwrap();
            let store = FailingStore::new(local, at, failure);
            let archive = Archive::with_store(Box::new(store), None).unwrap();
            let done = archive
                .relabel(small.who("selma"), &unit(), &new, None, "digits swapped", &minute(0))
                .is_ok();
            let cards = |unit: &Unit| {
                let archive = small.open();
                let open = archive.unlock(unit, small.who("aisha"));
                open.and_then(|open| open.cards()).map_or(0, |cards| cards.len())
            };
            assert!([unit(), new.clone()].iter().any(|unit| cards(unit) == 2), "{failure:?} at {at}: before");
            // Two days later somebody tidies.
            let later = written(&small.path().join("casefile.json")) + Duration::from_hours(48);
            let settled = small.open().settle(&[], later.into(), false).unwrap();
            let found: Vec<Unit> = small.open().cases().unwrap().into_iter().map(|case| case.unit).collect();
            assert_eq!(found.len(), 1, "{failure:?} at {at}: {settled:?}");
            assert_eq!(cards(&found[0]), 2, "{failure:?} at {at}: {settled:?}");
            assert!(!done || found[0] == new, "{failure:?} at {at}: what was said to be done is done");
            let options =
                VerifyOptions { level: Level::V3, identity: Some(small.who("aisha")), unit: None, now: None };
            let verified = small.open().verify(&options).unwrap();
            assert!(verified.damage.is_empty(), "{failure:?} at {at}: {:?}", verified.damage);
            assert_eq!(files_below(&small.path().join("keys")).len(), 1, "{failure:?} at {at}: one envelope");
        }
    }
}

#[test]
fn merging_that_fails_at_any_write_is_finished_by_merging_again() {
    let whole = Small::new();
    let filed = |archive: &str| {
        let archive = Archive::open(&whole.beside(archive), None).unwrap();
        archive.file(whole.who("aisha"), &unit(), &[letter(b"one"), letter(b"two")], &minute(0)).unwrap();
    };
    filed("stale");
    filed("archive");
    copy(&whole.path(), &whole.beside("before"));
    whole.open().merge(&whole.beside("stale"), minute(0).now(), false).unwrap();
    let wanted = contents(&whole.path());
    for failure in [Failure::Before, Failure::Partly, Failure::After] {
        for at in 0..4 {
            let path = whole.beside(&format!("{failure:?}-{at}"));
            copy(&whole.beside("before"), &path);
            let store = FailingStore::new(LocalStore::open(&path).unwrap(), at, failure);
            let mut archive = Archive::with_store(Box::new(store), None).unwrap();
            let _ = archive.merge(&whole.beside("stale"), minute(0).now(), false);
            let mut again = Archive::open(&path, None).unwrap();
            assert!(again.unlock(&unit(), whole.who("selma")).unwrap().cards().is_ok(), "readable at once");
            again.merge(&whole.beside("stale"), minute(0).now(), false).unwrap();
            assert_eq!(contents(&path), wanted, "{failure:?} at {at}");
        }
    }
}

#[test]
fn an_orphan_is_deleted_after_its_time_and_only_by_a_client_that_saw_it_a_day_before() {
    use chrono::{DateTime, Duration, Utc};
    let agency = Agency::with_case();
    let (archive, memory) = (agency.path("archive"), agency.path("memory"));
    let folder = agency.path(&format!("archive/open/{CASE}-O"));
    let age = |path: &Path| path.extension().is_some_and(|ending| ending == "age");
    let object = files_below(&folder).into_iter().find(|path| age(path)).unwrap();
    // Objects whose entry never came: sealed bytes of any content.
    let bytes = [std::fs::read(object).unwrap(), b"x".to_vec()].concat();
    let orphan = folder.join(format!("{}.age", Digest::of(&bytes)));
    let settle = |memory: Option<&Path>, now: DateTime<Utc>, dry_run: bool| {
        let settled = Archive::open(&archive, memory).unwrap().settle(&[], now, dry_run).unwrap();
        let codes = settled.done.iter().chain(&settled.left).map(|finding| finding.code);
        (codes.collect::<Vec<_>>(), orphan.exists())
    };
    let kept = (vec!["settle.young-orphan"], true);
    let gone = (vec!["settle.orphan"], false);
    std::fs::write(&orphan, &bytes).unwrap();
    let written: DateTime<Utc> = std::fs::metadata(&orphan).unwrap().modified().unwrap().into();
    let day = |n: i64| written + Duration::days(n);
    assert_eq!(settle(None, day(40), false), kept, "without a memory nothing is deleted");
    assert_eq!(settle(Some(&memory), day(31), true), kept, "a dry run remembers nothing");
    assert_eq!(settle(Some(&memory), day(32), false), kept, "seen for the first time");
    assert_eq!(settle(Some(&memory), day(32) + Duration::hours(23), false), kept);
    assert_eq!(settle(Some(&memory), day(33), true), (vec!["settle.orphan"], true));
    assert_eq!(settle(Some(&memory), day(33), false), gone);
    // A young one that was seen long ago waits for its 30 days.
    std::fs::write(&orphan, &bytes).unwrap();
    assert_eq!(settle(Some(&memory), day(27), false), kept);
    assert_eq!(settle(Some(&memory), day(29), false), kept);
    assert_eq!(settle(Some(&memory), day(31), false), gone);
    // What an entry names is never an orphan, and neither is anything while an entry is missing.
    std::fs::write(&orphan, &bytes).unwrap();
    let newest =
        files_below(&folder).into_iter().filter(|path| path.extension().is_some_and(|e| e == "note"));
    let first = newest.min().unwrap();
    agency.ok("aisha", &["attach", CASE, "pass", "--title", "a letter"]);
    let hidden = agency.path("hidden.note");
    std::fs::rename(&first, &hidden).unwrap();
    settle(Some(&memory), day(31), false);
    settle(Some(&memory), day(40), false);
    assert!(orphan.exists(), "an entry is missing that may name it");
    std::fs::rename(&hidden, &first).unwrap();
    settle(Some(&memory), day(50), false);
    assert!(!settle(Some(&memory), day(52), false).1);
    agency.ok("selma", &["verify", "--level", "V3"]);
}
