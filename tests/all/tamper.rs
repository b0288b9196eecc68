//! What a hand without keys can do to the files of an archive, and which level of verifying finds it.
//!
//! | done to | a sealed object | an envelope | a note | the root |
//! |---|---|---|---|---|
//! | cut | V0: its size | V1: its hash | V0: notes are always hashed | V0 |
//! | zeroed, size kept | V1 | V1 | V0 | V0 |
//! | swapped with another | V0, or V1 where the sizes agree | V1 | V0 | V0 |
//! | deleted | V0 | V0 | V0 where others build on it; else only the client's memory | nothing opens |
//! | copied under another hash | V1 | V1 | V0 | foreign |

#![allow(clippy::unwrap_used)] // a test may stop

use crate::bytes::SmallArchive;
use casefile::archive::{Archive, Level, Verification, VerifyOptions};
use casefile::error::{Class, Result};
use casefile::names::Digest;
use std::collections::BTreeSet;
use std::path::PathBuf;

const LEVELS: [Level; 3] = [Level::V0, Level::V1, Level::V2];

#[derive(Clone, Copy, PartialEq)]
enum Sort {
    Object,
    Envelope,
    Note,
    Root,
}

fn sort(name: &str) -> Sort {
    match name {
        "casefile.json" => Sort::Root,
        _ if name.starts_with("keys/") => Sort::Envelope,
        _ if name.contains(".note") => Sort::Note,
        _ => Sort::Object,
    }
}

fn verify(archive: &SmallArchive, level: Level) -> Result<Verification> {
    let options = VerifyOptions { level, identity: None, unit: None, now: None };
    Archive::open(&archive.dir(), None)?.verify(&options)
}

/// The paths that verifying at a level calls damaged; an archive that does not open names its file.
fn damaged(archive: &SmallArchive, level: Level) -> BTreeSet<String> {
    match verify(archive, level) {
        Ok(verified) => {
            assert_eq!(verified.proved.is_empty(), !verified.damage.is_empty());
            verified.damage.into_iter().map(|finding| finding.path).collect()
        }
        Err(error) => {
            assert_eq!(error.class(), Class::Damage, "{error}");
            let files = error.problems().iter().filter_map(|problem| problem.place.clone()?.file);
            let relative = |path: PathBuf| Some(path.strip_prefix(archive.dir()).ok()?.to_str()?.to_owned());
            files.filter_map(relative).collect()
        }
    }
}

/// Asserts that every level from `first` on names the file.
fn assert_found(archive: &SmallArchive, name: &str, first: Level, what: &str) {
    for level in LEVELS.into_iter().filter(|level| *level >= first) {
        let found = damaged(archive, level);
        assert!(found.contains(name), "{what}: {name} at {level:?}: {found:?}");
    }
}

/// The bytes of every file of the archive, to lay them back.
fn contents(archive: &SmallArchive) -> Vec<(String, PathBuf, Vec<u8>)> {
    let read = |name: String| {
        let path = archive.dir().join(&name);
        let bytes = std::fs::read(&path).unwrap();
        (name, path, bytes)
    };
    archive.files().into_iter().map(read).collect()
}

/// From which level on another content of the same name is found.
fn level_of(sort: Sort, same_size: bool) -> Level {
    match sort {
        Sort::Note | Sort::Root => Level::V0,
        Sort::Object if !same_size => Level::V0,
        Sort::Object | Sort::Envelope => Level::V1,
    }
}

#[test]
fn a_file_cut_anywhere_is_found_at_the_level_that_claims_it() {
    let archive = SmallArchive::make();
    for (name, path, good) in contents(&archive) {
        for length in [0, 1, good.len() / 4, good.len() / 2, good.len() - 2] {
            std::fs::write(&path, &good[..length]).unwrap();
            assert_found(&archive, &name, level_of(sort(&name), false), &format!("cut to {length}"));
        }
        std::fs::write(&path, &good).unwrap();
    }
    assert_eq!(damaged(&archive, Level::V2), BTreeSet::new());
}

#[test]
fn a_file_of_zeros_in_the_right_size_is_found_by_its_hash() {
    let archive = SmallArchive::make();
    for (name, path, good) in contents(&archive) {
        std::fs::write(&path, vec![0; good.len()]).unwrap();
        assert_found(&archive, &name, level_of(sort(&name), true), "zeroed");
        std::fs::write(&path, &good).unwrap();
    }
}

/// Whether the archive begins with this file.
fn begins(name: &str) -> bool {
    sort(name) == Sort::Root || name.starts_with("staff/00000000-")
}

#[test]
fn two_files_that_changed_places_are_both_found() {
    let archive = SmallArchive::make();
    let files = contents(&archive);
    for (i, (one, one_path, one_bytes)) in files.iter().enumerate() {
        for (other, other_path, other_bytes) in &files[i + 1..] {
            std::fs::write(one_path, other_bytes).unwrap();
            std::fs::write(other_path, one_bytes).unwrap();
            let beginning = [one, other].into_iter().find(|name| begins(name));
            let same_size = one_bytes.len() == other_bytes.len();
            for name in [one, other] {
                // Without its root or first staff note an archive does not open; that is what is named then.
                let named = beginning.unwrap_or(name);
                // Where an entry is spoiled, only the hash tells that an object it added is another.
                let named_by_none = [one, other].into_iter().any(|name| sort(name) == Sort::Note);
                let level = level_of(sort(named), same_size || named_by_none);
                assert_found(&archive, named, level, &format!("swapped {one} and {other}"));
            }
            std::fs::write(one_path, one_bytes).unwrap();
            std::fs::write(other_path, other_bytes).unwrap();
        }
    }
}

#[test]
fn a_deleted_file_is_missed_by_everything_that_builds_on_it() {
    let archive = SmallArchive::make();
    let newest = |name: &str| name.starts_with("inactive/") && name.contains("/00000002-");
    let mut unmissed = Vec::new();
    for (name, path, good) in contents(&archive).into_iter().filter(|(name, ..)| name != "casefile.json") {
        std::fs::remove_file(&path).unwrap();
        if newest(&name) {
            // Nothing inside an archive can tell that its last word was taken away; memory and paper can.
            unmissed.push(damaged(&archive, Level::V2).contains(&name));
        } else if name.starts_with("staff/00000000") {
            assert!(!damaged(&archive, Level::V0).is_empty(), "{name}");
        } else {
            assert_found(&archive, &name, Level::V0, "deleted");
        }
        std::fs::write(&path, good).unwrap();
    }
    assert_eq!(unmissed, [false]);
}

#[test]
fn a_copy_under_another_name_is_damage_or_foreign_and_never_used() {
    let archive = SmallArchive::make();
    for (name, path, good) in contents(&archive) {
        let other = Digest::of(name.as_bytes()).to_string();
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", &name));
        let copies: Vec<(String, bool)> = match sort(&name) {
            Sort::Root => vec![("copy/casefile.json".to_owned(), false)],
            Sort::Object | Sort::Envelope => {
                vec![(format!("{folder}/{other}.age"), true), (format!("{folder}/{file} (conflict)"), false)]
            }
            Sort::Note => {
                let hash = &file[9..];
                vec![
                    (format!("{folder}/00000007-{other}.note"), true),
                    (format!("{folder}/00000007-{hash}"), false),
                ]
            }
        };
        for (copy, is_damage) in copies {
            let to = archive.dir().join(&copy);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(&path, &to).unwrap();
            if is_damage {
                assert_found(&archive, &copy, Level::V1, "copied");
            } else {
                let verified = verify(&archive, Level::V2).unwrap();
                assert!(verified.damage.is_empty(), "{copy}: {:?}", verified.damage);
                let foreign = |code: &str| code == "verify.foreign";
                assert!(verified.notices.iter().any(|n| n.path == copy && foreign(n.code)), "{copy}");
            }
            std::fs::remove_file(to).unwrap();
        }
        assert_eq!(std::fs::read(&path).unwrap(), good);
    }
}

#[test]
fn a_copy_in_another_place_of_the_same_folder_is_the_same_file() {
    let archive = SmallArchive::make();
    let state = |archive: &SmallArchive| {
        let open = Archive::open(&archive.dir(), None).unwrap();
        open.case(&archive.unit).unwrap().reference()
    };
    let before = state(&archive);
    for name in archive.files().into_iter().filter(|name| name.starts_with("inactive/")) {
        let copy = archive.dir().join(name.replace("inactive/UASC-2016-0012-IA", "open/UASC-2016-0012-O"));
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::copy(archive.dir().join(&name), &copy).unwrap();
        let verified = verify(&archive, Level::V2).unwrap();
        assert!(verified.damage.is_empty(), "{name}: {:?}", verified.damage);
        assert!(verified.notices.iter().any(|notice| notice.code == "verify.misplaced"), "{name}");
        assert_eq!(state(&archive), before);
        // The copy is no way to bring in other bytes.
        std::fs::write(&copy, b"other bytes").unwrap();
        assert!(!damaged(&archive, Level::V1).is_empty(), "{name}");
        assert_eq!(state(&archive), before);
        std::fs::remove_file(&copy).unwrap();
    }
}
