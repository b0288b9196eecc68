//! Disks that fail or are full: an operation that could not be done says so, and nothing else is touched.

use super::judge::check;
use super::story::{Fact, Operation, Story, change, clock, document, filed, id, unit, who};
use crate::agency::files_below;
use crate::support::full;
use casefile::archive::{Archive, Init};
use casefile::error::Error;
use casefile::log::Role;
use casefile::names::Status;
use casefile::store::sim::Contents;
use casefile::store::{LocalStore, Step, Store};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

type Work = fn(Box<dyn Store>) -> Result<Vec<Fact>, Error>;

/// Every operation that writes: its name, whether it needs a case, what it does.
const OPERATIONS: [(&str, bool, Work); 6] = [
    ("person add", false, add_person),
    ("person role", false, set_roles),
    ("admit", false, |store| super::story::admit(store)),
    ("file", true, |store| {
        let documents = [document(20, 70_000), document(21, 10)];
        let receipt = Archive::with_store(store, None)?.file(who("aisha"), &unit(), &documents, &clock(5))?;
        Ok(vec![filed(receipt, &documents)])
    }),
    ("amend", true, |store| {
        let documents = [document(22, 3_000)];
        let receipt =
            Archive::with_store(store, None)?.amend(who("selma"), &unit(), &documents, &clock(5))?;
        Ok(vec![filed(receipt, &documents)])
    }),
    ("move", true, |store| {
        let change = change(Status::Inactive, vec![document(23, 9_000)]);
        let archive = Archive::with_store(store, None)?;
        let receipt = archive.change_status(who("selma"), &unit(), &change, &clock(5))?;
        Ok(vec![Fact::Status(Status::Inactive), filed(receipt, &change.documents)])
    }),
];

fn add_person(store: Box<dyn Store>) -> Result<Vec<Fact>, Error> {
    let mut archive = Archive::with_store(store, None)?;
    archive.add_person(who("nora"), &who("carla").public(), &[Role::CaseManager], &clock(5))?;
    Ok(vec![Fact::Person(id("carla"), vec![Role::CaseManager])])
}

fn set_roles(store: Box<dyn Store>) -> Result<Vec<Fact>, Error> {
    let mut archive = Archive::with_store(store, None)?;
    archive.set_roles(who("nora"), &id("aisha"), &[Role::CaseSupervisor], &clock(5))?;
    Ok(vec![Fact::Person(id("aisha"), vec![Role::CaseSupervisor])])
}

/// What may happen besides: the status that a move sets although it failed to say so.
fn possible(name: &'static str) -> Operation {
    let facts = match name {
        "move" => vec![Fact::Status(Status::Inactive)],
        "admit" => vec![Fact::Status(Status::Open)],
        "person role" => vec![Fact::Person(id("aisha"), vec![Role::CaseSupervisor])],
        _ => vec![],
    };
    Operation { name, begin: 0, end: 0, facts }
}

fn contents(folder: &Path) -> Contents {
    let name = |path: &Path| path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
    let objects = files_below(folder).into_iter().map(|path| {
        let bytes = std::fs::read(&path).unwrap();
        (name(&path), bytes.into())
    });
    let walk = walkdir::WalkDir::new(folder).min_depth(1).into_iter().map(Result::unwrap);
    let folders = walk.filter(|entry| entry.file_type().is_dir()).map(|entry| name(entry.path()));
    Contents { objects: objects.collect(), folders: folders.collect() }
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).min_depth(1) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(target).unwrap();
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What was acknowledged holds, and so does what the operation acknowledged, if it did.
fn assert_holds(story: &Story, name: &'static str, facts: Option<Vec<Fact>>, folder: &Path, when: &str) {
    let contents = contents(folder);
    let known = &story.operations;
    let held = check(known, &possible(name), facts.as_deref().unwrap_or_default(), &contents);
    assert_eq!(held, Ok(()), "{name}, {when}");
}

/// The same operation again succeeds, or it is done already.
fn assert_goes_on(work: Work, folder: &Path, when: &str) {
    let again = work(Box::new(LocalStore::open(folder).unwrap()));
    let done =
        ["archive.known-person", "archive.case-exists", "archive.no-transition", "archive.not-allowed"];
    if let Err(error) = again {
        assert!(done.contains(&error.problems()[0].code), "{when}: {error}");
    }
}

/// Fails call `n` (and, if `lasting`, all after it) of an operation, for every `n`.
fn fail_every_call(
    story: &Story,
    (name, _, work): (&'static str, bool, Work),
    kind: ErrorKind,
    lasting: bool,
) {
    for n in 0.. {
        let folder = tempfile::tempdir().unwrap();
        copy(story.folder(), folder.path());
        let count = std::sync::Arc::new(AtomicUsize::new(0));
        let counted = count.clone();
        let store = LocalStore::open(folder.path()).unwrap().watched(move |_: Step, _| {
            let now = counted.fetch_add(1, Ordering::SeqCst);
            if now == n || (lasting && now > n) { Err(io::Error::from(kind)) } else { Ok(()) }
        });
        let result = work(Box::new(store));
        let when = format!("call {n} fails with {kind:?}{}", if lasting { " and all after it" } else { "" });
        assert_holds(story, name, result.ok(), folder.path(), &when);
        assert_goes_on(work, folder.path(), &when);
        if count.load(Ordering::SeqCst) <= n {
            assert!(n > 5, "the calls were reached");
            return;
        }
    }
}

#[test]
fn an_error_at_any_call_of_any_operation_touches_nothing_that_was_acknowledged() {
    let stories = [Story::staffed(), Story::filed()];
    let kinds: &[ErrorKind] = if full() {
        &[ErrorKind::Other, ErrorKind::StorageFull, ErrorKind::Interrupted, ErrorKind::PermissionDenied]
    } else {
        &[ErrorKind::Other]
    };
    for operation in OPERATIONS {
        let story = &stories[usize::from(operation.1)];
        for kind in kinds {
            fail_every_call(story, operation, *kind, false);
            if full() {
                fail_every_call(story, operation, *kind, true);
            }
        }
    }
}

#[test]
fn an_archive_that_could_not_be_made_is_no_archive() {
    for n in 0.. {
        let folder = tempfile::tempdir().unwrap();
        let count = AtomicUsize::new(0);
        let store = LocalStore::open(folder.path()).unwrap().watched(move |_, _| {
            if count.fetch_add(1, Ordering::SeqCst) == n { Err(io::Error::other("injected")) } else { Ok(()) }
        });
        let init = Init { founder: who("nora"), recovery: None, test: true };
        let made = Archive::init_with_store(Box::new(store), &init, &clock(0));
        match (made, Archive::open(folder.path(), None)) {
            (Ok(_), opened) => {
                assert!(opened.is_ok() && n > 5);
                return;
            }
            (Err(_), Ok(_)) => {}
            (Err(_), Err(e)) => assert_eq!(e.problems()[0].code, "archive.none", "call {n}"),
        }
    }
}

/// A small file system in memory, of a size that changes.
struct Small<'a>(&'a Path);

impl<'a> Small<'a> {
    /// Mounted, or the reason why not.
    fn mount(folder: &'a Path) -> Result<Self, String> {
        let options = ["-t", "tmpfs", "-o", "size=64m", "casefile-test"];
        let output = Command::new("mount").args(options).arg(folder).output();
        match output {
            Ok(output) if output.status.success() => Ok(Self(folder)),
            Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn resize(&self, pages: u64) {
        let options = format!("remount,size={}k", pages * 4);
        let status = Command::new("mount").args(["-o", &options]).arg(self.0).status().unwrap();
        assert!(status.success(), "{options}");
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

fn pages(folder: &Path) -> u64 {
    files_below(folder).iter().map(|path| path.metadata().unwrap().len().div_ceil(4_096)).sum()
}

#[test]
fn a_disk_that_fills_up_at_any_size_touches_nothing_that_was_acknowledged() {
    let place = tempfile::tempdir().unwrap();
    let small = match Small::mount(place.path()) {
        Ok(small) => small,
        Err(reason) => {
            println!("skipped: no small file system can be mounted here: {reason}");
            return;
        }
    };
    let stories = [Story::staffed(), Story::filed()];
    let step = if full() { 1 } else { 7 };
    for (name, with_case, work) in OPERATIONS {
        let story = &stories[usize::from(with_case)];
        let (mut refused, mut room) = (0, 0);
        loop {
            let folder = place.path().join("archive");
            std::fs::create_dir(&folder).unwrap();
            copy(story.folder(), &folder);
            small.resize(pages(&folder) + room);
            let result = work(Box::new(LocalStore::open(&folder).unwrap()));
            small.resize(16_384);
            let when = format!("{room} pages left");
            if let Err(error) = &result {
                assert_eq!(error.problems()[0].code, "store.full", "{name}, {when}");
                refused += 1;
            }
            let done = result.is_ok();
            assert_holds(story, name, result.ok(), &folder, &when);
            let left = files_below(&folder).iter().any(|path| path.to_string_lossy().contains(".tmp-"));
            assert!(!left, "{name}, {when}: what was begun is cleared away");
            assert_goes_on(work, &folder, &when);
            std::fs::remove_dir_all(&folder).unwrap();
            if done {
                break;
            }
            room += step;
        }
        println!("{name}: {refused} sizes too small, {room} pages suffice");
        assert!(refused > 0, "{name} was never refused");
    }
}
