//! What is measured, and the jobs that processes of their own do.

use crate::office::{Load, Office, clock, day, unit};
use crate::{by_turns, least, once, timed};
use casefile::archive::{Archive, Level, Rekey, Restore, Signed, StatusChange, VerifyOptions};
use casefile::names::Status;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// A measure: it fills a folder and times work on it.
type Measure = fn(&Path);

/// Every measure by its name.
pub const ALL: [(&str, Measure); 8] = [
    ("verify", verify),
    ("move", moves),
    ("rekey", rekey),
    ("deep", deep),
    ("open", open),
    ("large", large),
    ("copies", copies),
    ("restored", restored),
];

const SMALL: Load = Load { cases: 20, documents: 50, together: 10, size_bytes: 1_000 };
const BIG: Load = Load { cases: 2_000, documents: 50, together: 10, size_bytes: 1_000 };

/// A job in a process of its own: only the work itself is timed, not the start.
pub fn job(name: &str, folder: &Path) -> Duration {
    let office = Office::at(folder);
    let archive = || office.archive();
    match name {
        "verify-v1" => timed(|| {
            let options =
                VerifyOptions { level: Level::V1, identity: None, unit: None, now: Some(clock().now()) };
            let verification = archive().verify(&options).expect("verified");
            assert!(verification.damage.is_empty());
        }),
        "verify-v2" => timed(|| {
            let options = VerifyOptions { level: Level::V2, identity: None, unit: None, now: None };
            assert!(archive().verify(&options).expect("verified").damage.is_empty());
        }),
        "verify-lost" => timed(|| {
            let options = VerifyOptions { level: Level::V2, identity: None, unit: None, now: None };
            assert!(!archive().verify(&options).expect("verified").damage.is_empty());
        }),
        "list" => timed(|| drop(archive().cases().expect("listed"))),
        "settle" => timed(|| drop(archive().settle(&[], clock().now(), true).expect("settled"))),
        "case" => timed(|| drop(archive().case(&unit(0)).expect("read"))),
        "case-first" => {
            office.forget();
            timed(|| drop(archive().case(&unit(0)).expect("read")))
        }
        "show" => timed(|| {
            let archive = archive();
            let open = archive.unlock(&unit(0), &office.manager).expect("opened");
            drop(open.cards().expect("cards"));
        }),
        "file" => timed(|| {
            let documents = [crate::office::document(1_000)];
            archive().file(&office.manager, &unit(0), &documents, &clock()).expect("filed");
        }),
        "find" => timed(|| {
            let archive = archive();
            let case = archive.case(&unit(0)).expect("read");
            let digits = case.live().next().expect("a document").added.d.short();
            assert_eq!(archive.find_documents(&digits).expect("looked").len(), 1);
        }),
        "deep" => timed(|| {
            let how = Rekey { deep: true, ..Rekey::default() };
            archive().rekey(&office.manager, &unit(0), &how, &clock()).expect("sealed anew");
        }),
        _ => copies_job(name, &office),
    }
}

/// The jobs of [`copies`].
fn copies_job(name: &str, office: &Office) -> Duration {
    let archive = || office.archive();
    let folder = office.folder.as_path();
    match name {
        "settle --from" => timed(|| {
            let settled = archive().merge(&copy_of(folder), clock().now(), true).expect("merged");
            assert!(settled.left.is_empty());
        }),
        "repair" => timed(|| {
            let (archive, memory) = (folder.join("archive"), folder.join("memory"));
            let memory = Some(memory.as_path());
            let settled = Archive::repair(&archive, &copy_of(folder), memory, true).expect("repaired");
            assert!(settled.left.is_empty());
        }),
        "verify --mirror" => timed(|| {
            assert!(
                archive().compare(&copy_of(folder), Level::V0, None).expect("compared").damage.is_empty()
            );
        }),
        "register" => timed(|| drop(archive().register(&office.manager).expect("registered"))),
        "verify --accept-restore" => timed(|| accept_restore(office)),
        _ => panic!("no such job: {name}"),
    }
}

/// V1 against `sha256sum -c` over the same files, each on one core.
fn verify(base: &Path) {
    let load = Load { cases: 100, documents: 50, together: 10, size_bytes: 100_000 };
    let office = Office::make(&base.join("verify"), load);
    let sums = sums(&office.folder);
    let checksums = || {
        timed(|| {
            let mut check = Command::new("sha256sum");
            let status = check.args(["--quiet", "-c"]).arg(&sums).stdout(Stdio::null()).status();
            assert!(status.expect("sha256sum").success());
        })
    };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        ours.push(once("verify-v1", &office.folder));
        theirs.push(checksums());
    }
    let best = ours.iter().min_by_key(|took| took.time).expect("a turn");
    let least = theirs.iter().min().expect("a turn");
    println!(
        "verify V1, 5,000 documents of 100 KB: {:.0?}, sha256sum -c {least:.2?}, ratio {:.2}; peak {} KiB",
        best.time,
        least.as_secs_f64() / best.time.as_secs_f64(),
        best.peak_kib,
    );
    let v2 = once("verify-v2", &office.folder);
    println!("verify V2, the same: {:.0?}; peak {} KiB", v2.time, v2.peak_kib);
}

/// A file of checksums over every sealed object.
fn sums(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("sums");
    let mut sums = File::create(&path).expect("a file");
    let walk = walkdir::WalkDir::new(folder.join("archive")).into_iter().flatten();
    for entry in walk.filter(|entry| entry.path().extension().is_some_and(|e| e == "age")) {
        let hash = entry.path().file_stem().expect("a name").to_string_lossy().into_owned();
        writeln!(sums, "{hash}  {}", entry.path().display()).expect("written");
    }
    path
}

/// A change of status of a case of 500 documents, against the same writes, syncs and renaming.
fn moves(base: &Path) {
    let load = Load { cases: 1, documents: 500, together: 5, size_bytes: 1_000 };
    let office = Office::make(&base.join("move"), load);
    let floor = office.folder.join("floor");
    let _ = std::fs::remove_dir_all(&floor);
    std::fs::create_dir_all(floor.join("open/case")).expect("a folder");
    std::fs::create_dir_all(floor.join("inactive")).expect("a folder");
    let archive = office.archive();
    archive.case(&unit(0)).expect("read once before");
    let change = |_| {
        let to = match archive.case(&unit(0)).expect("read").status() {
            Some(Status::Open) => Status::Inactive,
            _ => Status::Open,
        };
        let change = StatusChange {
            to,
            since: day(),
            until: None,
            reason: Some("no contact".to_owned()),
            rule: None,
            documents: Vec::new(),
        };
        timed(|| {
            drop(
                office.archive().change_status(&office.manager, &unit(0), &change, &clock()).expect("moved"),
            );
        })
    };
    let same = |turn: usize| {
        let (from, to) = if turn.is_multiple_of(2) { ("open", "inactive") } else { ("inactive", "open") };
        put(&floor.join(from), &floor.join(from).join("case"), &format!("{turn}-reason"), 600);
        put(&floor.join(from), &floor.join(from).join("case"), &format!("{turn}-entry"), 1_500);
        std::fs::rename(floor.join(from).join("case"), floor.join(to).join("case")).expect("renamed");
        sync(&floor.join(from));
        sync(&floor.join(to));
    };
    let mut times = Vec::new();
    let (_, floor) = by_turns(31, |turn| times.push(change(turn)), same);
    times.sort_unstable();
    println!(
        "move of a case of 500 documents: median {:.1?} (least {:.1?}), floor {floor:.1?}, ratio {:.2}",
        times[times.len() / 2],
        times[0],
        times[times.len() / 2].as_secs_f64() / floor.as_secs_f64()
    );
}

fn put(above: &Path, folder: &Path, name: &str, size: usize) {
    let temporary = above.join(format!(".tmp-{name}"));
    let mut file = File::create(&temporary).expect("created");
    file.write_all(&vec![7; size]).expect("written");
    file.sync_data().expect("synced");
    std::fs::rename(temporary, folder.join(name)).expect("renamed");
    sync(folder);
}

fn sync(folder: &Path) {
    File::open(folder).and_then(|folder| folder.sync_all()).expect("synced");
}

/// A new key for 25 cases of 50 documents.
fn rekey(base: &Path) {
    let load = Load { cases: 25, documents: 50, together: 5, size_bytes: 1_000 };
    let office = Office::make(&base.join("rekey"), load);
    let floor = office.folder.join("floor");
    std::fs::create_dir_all(&floor).expect("a folder");
    let all = |_| {
        let archive = office.archive();
        for case in 0..load.cases {
            archive.rekey(&office.manager, &unit(case), &Rekey::default(), &clock()).expect("a new key");
        }
    };
    // An envelope, an entry, and the old envelope deleted.
    let same = |turn: usize| {
        for case in 0..load.cases {
            put(&floor, &floor, &format!("{case}-{turn}-envelope"), 900);
            put(&floor, &floor, &format!("{case}-{turn}-entry"), 1_500);
            std::fs::remove_file(floor.join(format!("{case}-{turn}-envelope"))).expect("deleted");
            sync(&floor);
        }
    };
    let (ours, floor) = by_turns(7, all, same);
    let ratio = ours.as_secs_f64() / floor.as_secs_f64();
    println!("rekey of 25 cases: {ours:.0?}, floor {floor:.0?}, ratio {ratio:.2}");
}

/// Sealing 1,000 documents of 100 KB anew.
fn deep(base: &Path) {
    let load = Load { cases: 1, documents: 1_000, together: 50, size_bytes: 100_000 };
    let office = Office::make(&base.join("deep"), load);
    let took = least("deep", &office.folder, 4);
    let rate = 1_000.0 / took.time.as_secs_f64();
    println!("deep re-key: {rate:.0} documents of 100 KB a second; peak {} KiB", took.peak_kib);
}

/// Opening one case in archives of 1,000 and of 100,000 documents.
fn open(base: &Path) {
    let (small, big) = (Office::make(&base.join("small"), SMALL), Office::make(&base.join("big"), BIG));
    for (name, what) in [("case", "its history"), ("show", "its history and cards")] {
        let (mut few, mut many) = (Vec::new(), Vec::new());
        for _ in 0..15 {
            few.push(once(name, &small.folder));
            many.push(once(name, &big.folder));
        }
        let least = |times: &[crate::Took]| times.iter().map(|took| took.time).min().expect("a turn");
        let (few, many) = (least(&few), least(&many));
        println!(
            "opening a case, {what}: {few:.1?} among 1,000 documents, {many:.1?} among 100,000, ratio {:.2}",
            many.as_secs_f64() / few.as_secs_f64()
        );
    }
    for name in ["list", "find", "settle", "verify-v1", "verify-v2", "show"] {
        let took = once(name, &big.folder);
        println!(
            "{name} of 2,000 cases with 100,000 documents: {:.0?}; peak {} KiB",
            took.time, took.peak_kib
        );
    }
}

/// What a copy of an archive of 100,000 documents takes: merging it, repairing from it, comparing with it. And
/// merging all of it into one that has nothing yet.
fn copies(base: &Path) {
    let big = Office::make(&base.join("big"), BIG);
    copy(&big.folder.join("archive"), &copy_of(&big.folder));
    let empty = base.join("bare");
    copy(&big.folder.join("archive/staff"), &empty.join("archive/staff"));
    for name in ["aisha.key", "archive/casefile.json"] {
        std::fs::copy(big.folder.join(name), empty.join(name)).expect("copied");
    }
    copy(&big.folder.join("archive"), &copy_of(&empty));
    let all = [("settle --from", &big.folder), ("repair", &big.folder), ("verify --mirror", &big.folder)];
    for (name, folder) in all.into_iter().chain([("register", &big.folder), ("settle --from", &empty)]) {
        let took = once(name, folder);
        let shown = folder.file_name().unwrap_or_default().display();
        println!("{name}, `{shown}`: {:.0?}; peak {} KiB", took.time, took.peak_kib);
    }
}

/// Giving up what a backup of a day before lacks: of every twentieth case the newest entry. A copy of the
/// same day is searched too. Nothing is written, because the second signature is not given.
fn restored(base: &Path) {
    let big = Office::make(&base.join("big"), BIG);
    let here = base.join("restored");
    if !here.join("ready").exists() {
        copy(&big.folder.join("archive"), &here.join("archive"));
        copy(&big.folder.join("memory"), &here.join("memory"));
        std::fs::copy(big.folder.join("aisha.key"), here.join("aisha.key")).expect("copied");
        once("list", &here);
        for case in (0..BIG.cases).step_by(20) {
            let folder = here.join(format!("archive/open/{}-O", unit(case)));
            let names = std::fs::read_dir(folder).expect("a case").map(|entry| entry.expect("a file").path());
            let notes = names.filter(|path| path.extension().is_some_and(|ending| ending == "note"));
            std::fs::remove_file(notes.max().expect("an entry")).expect("removed");
        }
        copy(&here.join("archive"), &copy_of(&here));
        std::fs::write(here.join("ready"), "").expect("written");
    }
    for name in ["list", "verify-lost", "verify --accept-restore"] {
        let took = once(name, &here);
        println!("{name}, 100 of 2,000 cases taken back: {:.0?}; peak {} KiB", took.time, took.peak_kib);
    }
}

/// Looks for what is lost, here and in the copy, and signs as the first of two.
fn accept_restore(office: &Office) {
    let mut archive = office.archive();
    let with = "nora".parse().expect("an id");
    let searched = vec![copy_of(&office.folder)];
    let restore = Restore { with, reason: "the disk broke".to_owned(), searched };
    let mut proposal = archive.propose_restore(&office.manager, &restore, &clock()).expect("proposed");
    assert!(proposal.note().lost.as_ref().is_some_and(|lost| lost.len() >= 100));
    let signed = archive.sign_proposal(&office.manager, &mut proposal).expect("signed");
    assert!(matches!(signed, Signed::Waiting(_)));
}

/// The copy of the archive in an office's folder.
fn copy_of(folder: &Path) -> PathBuf {
    folder.join("copy")
}

/// Copies a folder where it is not there already.
fn copy(from: &Path, to: &Path) {
    if to.exists() {
        return;
    }
    for entry in walkdir::WalkDir::new(from).into_iter().flatten() {
        let target = to.join(entry.path().strip_prefix(from).expect("below it"));
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(target).expect("a folder");
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}

/// Opening a case of 2,000 documents against one of 20.
fn large(base: &Path) {
    for together in [1, 40] {
        let load = |documents| Load { cases: 1, documents, together, size_bytes: 1_000 };
        let few = Office::make(&base.join(format!("few-{together}")), load(20));
        let many = Office::make(&base.join(format!("many-{together}")), load(2_000));
        // Also where the archive was made by a version that left no snapshots.
        for office in [&few, &many] {
            once("file", &office.folder);
        }
        for name in ["case-first", "case", "show"] {
            let (few, many) = (least(name, &few.folder, 7), least(name, &many.folder, 7));
            println!(
                "{name}, {together} documents an entry: {:.1?} of 20, {:.1?} of 2,000 documents, ratio {:.1}; peak {} KiB",
                few.time,
                many.time,
                many.time.as_secs_f64() / few.time.as_secs_f64(),
                many.peak_kib
            );
        }
    }
}
