//! Disks that fail or are full: an operation that could not be done says so, and nothing else is touched.

use super::acts::{self, Acted, change};
use super::judge::check;
use super::story::{DESTROYS, Fact, Operation, Story, clock, document, filed, id, unit, who};
use super::told::Known;
use crate::agency::{copy, files_below};
use crate::support::full;
use casefile::archive::{Archive, Init, StatusChange};
use casefile::log::Role;
use casefile::names::{Digest, Status};
use casefile::store::sim::Contents;
use casefile::store::{LocalStore, Step, Store};
use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;
use tempfile::TempDir;

/// One operation that writes, and where it begins.
struct Trial {
    name: &'static str,
    scene: Scene,
    work: Work,
    /// What it says when it is done already.
    done: &'static [&'static str],
}

type Work = fn(&Scenes, Box<dyn Store>) -> Acted;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Scene {
    Staffed,
    Filed,
    Shared,
    Messy,
    AgedOut,
    Parted,
    Forked,
    Long,
    Closed,
    Held,
    Proposed,
    Approved,
    Over,
}

/// The beginnings, each told once.
struct Scenes {
    told: HashMap<Scene, Story>,
    /// What a settled archive has no more.
    gone: Vec<Digest>,
    /// The copy that went its own way.
    copy: TempDir,
}

impl Scenes {
    fn tell() -> Self {
        let ((messy, gone), (parted, copy)) = (Story::messy(), Story::parted());
        let told = [
            (Scene::Staffed, Story::staffed()),
            (Scene::Filed, Story::filed()),
            (Scene::Shared, Story::shared()),
            (Scene::Messy, messy),
            (Scene::AgedOut, Story::aged_out()),
            (Scene::Parted, parted),
            (Scene::Forked, Story::forked()),
            (Scene::Long, Story::long()),
            (Scene::Held, Story::held()),
            (Scene::Closed, Story::disposing(0)),
            (Scene::Proposed, Story::disposing(1)),
            (Scene::Approved, Story::disposing(2)),
            (Scene::Over, Story::disposing(5)),
        ];
        Self { told: told.into(), gone, copy }
    }
}

const fn trial(name: &'static str, scene: Scene, work: Work, done: &'static [&'static str]) -> Trial {
    Trial { name, scene, work, done }
}

/// Every operation that writes.
const OPERATIONS: [Trial; 32] = [
    trial("person add", Scene::Staffed, |_, store| acts::add_person(store), &["archive.known-person"]),
    trial(
        "person role",
        Scene::Staffed,
        |_, store| acts::set_roles(store, "aisha", Role::CaseSupervisor),
        &["archive.not-allowed"],
    ),
    trial("admit", Scene::Staffed, |_, store| super::story::admit(store), &["archive.case-exists"]),
    trial("file", Scene::Filed, |_, store| acts::file(store, 20, &[70_000, 10]), &[]),
    trial("amend", Scene::Filed, |_, store| amend(store), &[]),
    trial("move", Scene::Filed, |_, store| move_with_a_document(store), &["archive.no-transition"]),
    trial("rekey", Scene::Filed, |_, store| acts::rekey(store, false), &[]),
    trial("rekey --deep", Scene::Filed, |_, store| acts::rekey(store, true), &[]),
    trial("withdraw", Scene::Filed, |_, store| acts::withdraw(store), &[]),
    trial("review", Scene::Filed, |_, store| acts::review(store), &[]),
    trial(
        "relabel",
        Scene::Filed,
        |_, store| acts::relabel(store),
        &["archive.no-case", "archive.case-exists"],
    ),
    trial("reader add", Scene::Shared, |_, store| acts::add_reader(store), &[]),
    trial("reader remove", Scene::Shared, |_, store| acts::remove_reader(store), &["archive.no-reader"]),
    trial("team", Scene::Shared, |_, store| acts::hand_over(store), &["archive.same-team"]),
    trial("extend", Scene::AgedOut, |_, store| acts::extend(store), &["archive.bad-end"]),
    trial("settle", Scene::Messy, |scenes, store| acts::settle(store, &scenes.gone), &[]),
    trial("settle --from", Scene::Parted, |scenes, store| acts::merge(store, scenes.copy.path()), &[]),
    trial("resolve", Scene::Forked, |_, store| acts::resolve(store), &["archive.nothing-open"]),
    trial("file with a snapshot", Scene::Long, |_, store| acts::file_with_a_snapshot(store), &[]),
    trial("give", Scene::Filed, |_, store| acts::give(store), &[]),
    trial("announce", Scene::Filed, |_, store| acts::announce(store), &[]),
    trial("reader limit", Scene::Shared, |_, store| acts::limit_reader(store), &[]),
    trial("office", Scene::Staffed, |_, store| acts::found_office(store), &[]),
    trial("hand in", Scene::Long, |_, store| acts::hand_in(store), &[]),
    trial("policy", Scene::Staffed, |_, store| acts::set_policy(store), &["archive.same-policy"]),
    trial("hold", Scene::Closed, |_, store| acts::hold(store, &unit()), &["archive.held"]),
    trial("release", Scene::Held, |_, store| acts::release(store, &unit()), &["archive.not-held"]),
    trial(
        "dispose propose",
        Scene::Closed,
        |_, store| acts::propose(store, &unit()),
        &["archive.disposal-step"],
    ),
    trial(
        "dispose approve",
        Scene::Proposed,
        |_, store| acts::approve(store, &unit()),
        &["archive.disposal-step"],
    ),
    trial(
        "dispose cancel",
        Scene::Approved,
        |_, store| acts::cancel(store, &unit()),
        &["archive.disposal-step"],
    ),
    trial("dispose run", Scene::Approved, |_, store| acts::decide(store, &unit()), &[]),
    trial(DESTROYS, Scene::Over, |_, store| acts::destroy(store, &unit()), &[]),
];

fn amend(store: Box<dyn Store>) -> Acted {
    let documents = [document(22, 3_000)];
    let receipt = Archive::with_store(store, None)?.amend(who("selma"), &unit(), &documents, &clock(5))?;
    Ok(vec![filed(receipt, &documents)])
}

fn move_with_a_document(store: Box<dyn Store>) -> Acted {
    let change = StatusChange { documents: vec![document(23, 9_000)], ..change(Status::Inactive) };
    let archive = Archive::with_store(store, None)?;
    let receipt = archive.change_status(who("selma"), &unit(), &change, &clock(5))?;
    Ok(vec![Fact::Status(Status::Inactive), filed(receipt, &change.documents)])
}

/// What may happen besides: the status that a move sets although it failed to say so.
fn possible(name: &'static str) -> Operation {
    let facts = match name {
        "move" => vec![Fact::Status(Status::Inactive)],
        "resolve" => vec![Fact::Status(Status::Inactive), Fact::Forked(false)],
        "settle --from" => {
            vec![Fact::Status(Status::Inactive), Fact::Status(Status::Closed), Fact::Forked(true)]
        }
        "admit" => vec![Fact::Status(Status::Open)],
        "person role" => vec![Fact::Person(id("aisha"), vec![Role::CaseSupervisor])],
        _ => vec![],
    };
    Operation { name, begin: 0, end: 0, facts }
}

/// What lies in a folder.
pub fn contents(folder: &Path) -> Contents {
    let name = |path: &Path| path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
    let objects = files_below(folder).into_iter().map(|path| {
        let bytes = std::fs::read(&path).unwrap();
        (name(&path), bytes.into())
    });
    let walk = walkdir::WalkDir::new(folder).min_depth(1).into_iter().map(Result::unwrap);
    let folders = walk.filter(|entry| entry.file_type().is_dir()).map(|entry| name(entry.path()));
    Contents { objects: objects.collect(), folders: folders.collect() }
}

/// What was acknowledged holds, and so does what the operation acknowledged, if it did.
fn assert_holds(story: &Story, name: &'static str, facts: Option<Vec<Fact>>, folder: &Path, when: &str) {
    let contents = contents(folder);
    let known = Known { done: &story.operations, begun: &[possible(name)] };
    let held = check(known, facts.as_deref().unwrap_or_default(), &contents);
    assert_eq!(held, Ok(()), "{name}, {when}");
}

/// The same operation again succeeds, or it is done already.
fn assert_goes_on(scenes: &Scenes, trial: &Trial, folder: &Path, when: &str) {
    let again = (trial.work)(scenes, Box::new(LocalStore::open(folder).unwrap()));
    if let Err(error) = again {
        assert!(
            trial.done.contains(&error.problems()[0].code),
            "{}, again after {when}: {error}",
            trial.name
        );
    }
}

/// How the n-th call fails.
#[derive(Clone, Copy)]
struct Failing {
    kind: ErrorKind,
    /// All calls after it fail too.
    lasting: bool,
}

/// Fails call `n` of an operation, for every `n`; gives how many calls there are.
fn fail_every_call(scenes: &Scenes, trial: &Trial, how: Failing) -> usize {
    let story = &scenes.told[&trial.scene];
    for n in (0..).step_by(if full() { 1 } else { 3 }) {
        let folder = tempfile::tempdir().unwrap();
        copy(story.folder(), folder.path());
        let (count, writing) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (counted, writes) = (count.clone(), writing.clone());
        let store = LocalStore::open(folder.path()).unwrap().watched(move |step, _| {
            let now = counted.fetch_add(1, Ordering::SeqCst);
            if now == n {
                writes.store(matches!(step, Step::Write | Step::WriteRest), Ordering::SeqCst);
            }
            if now == n || (how.lasting && now > n) { Err(io::Error::from(how.kind)) } else { Ok(()) }
        });
        let result = (trial.work)(scenes, Box::new(store));
        if how.kind == ErrorKind::Interrupted && writing.load(Ordering::SeqCst) {
            assert!(result.is_ok(), "{}: call {n} was interrupted and not made again", trial.name);
        }
        let lasting = if how.lasting { " and all after it" } else { "" };
        let when = format!("call {n} fails with {:?}{lasting}", how.kind);
        assert_holds(story, trial.name, result.ok(), folder.path(), &when);
        assert_goes_on(scenes, trial, folder.path(), &when);
        if count.load(Ordering::SeqCst) <= n {
            assert!(n > 5, "the calls were reached");
            return n;
        }
    }
    unreachable!()
}

#[test]
fn an_error_at_any_call_of_any_operation_touches_nothing_that_was_acknowledged() {
    let start = Instant::now();
    let scenes = Scenes::tell();
    let kinds: &[ErrorKind] = if full() {
        &[ErrorKind::Other, ErrorKind::StorageFull, ErrorKind::Interrupted, ErrorKind::PermissionDenied]
    } else {
        &[ErrorKind::Other]
    };
    let once = kinds.iter().map(|kind| Failing { kind: *kind, lasting: false });
    let for_good = kinds.iter().take(2).filter(|_| full()).map(|kind| Failing { kind: *kind, lasting: true });
    let ways: Vec<Failing> = once.chain(for_good).collect();
    let tasks: Vec<_> =
        OPERATIONS.iter().flat_map(|trial| ways.iter().map(move |how| (trial, *how))).collect();
    let (next, failures) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        while let Some((trial, how)) = tasks.get(next.fetch_add(1, Ordering::SeqCst)) {
            failures.fetch_add(fail_every_call(&scenes, trial, *how), Ordering::SeqCst);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    println!(
        "{} failing calls of {} operations, {:?}",
        failures.into_inner(),
        OPERATIONS.len(),
        start.elapsed()
    );
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
    let scenes = Scenes::tell();
    let step = if full() { 1 } else { 7 };
    for trial in &OPERATIONS {
        let (name, story) = (trial.name, &scenes.told[&trial.scene]);
        let (mut refused, mut room) = (0, 0);
        loop {
            let folder = place.path().join("archive");
            std::fs::create_dir(&folder).unwrap();
            copy(story.folder(), &folder);
            small.resize(pages(&folder) + room);
            let result = (trial.work)(&scenes, Box::new(LocalStore::open(&folder).unwrap()));
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
            assert_goes_on(&scenes, trial, &folder, &when);
            std::fs::remove_dir_all(&folder).unwrap();
            if done {
                break;
            }
            room += step;
        }
        println!("{name}: {refused} sizes too small, {room} pages suffice");
        // Settling deletes and moves: it needs no room.
        assert!(refused > 0 || name == "settle" || name == DESTROYS, "{name} was never refused");
    }
}
