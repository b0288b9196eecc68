//! Power cuts for real: an ext4 file system on a file, stopped dead at a random call, mounted again.
//!
//! The tests run themselves once more where mounts are their own, so that nothing stays mounted, however
//! they end.

mod disposal;

use super::acts::{self, Acted};
use super::failing::contents;
use super::judge::check;
use super::random::Random;
use super::story::{Fact, Operation, Story, clock, document, filed, unit, who};
use super::told::Known;
use crate::agency::copy;
use crate::support::full;
use casefile::archive::Archive;
use casefile::names::Status;
use casefile::store::{LocalStore, Step, Store};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tempfile::TempDir;

/// Set where the tests run by themselves.
const APART: &str = "CASEFILE_TEST_MOUNTS";

/// Cuts after which work begins anew, because a long history only slows the looks at it.
const CUTS_PER_ARCHIVE: usize = 25;

/// A program that cuts the power, kept running because starting it takes longer than the cut.
struct Switch {
    child: Child,
    paths: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Switch {
    fn new() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/power_cut.py");
        let mut command = Command::new("python3");
        command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (paths, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, paths, answers }
    }

    fn cut(&mut self, folder: &Path) {
        writeln!(self.paths, "{}", folder.display()).unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        assert_eq!(answer, "cut\n");
    }
}

impl Drop for Switch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An ext4 file system in a file.
struct Disk {
    folder: TempDir,
    switch: Arc<Mutex<Switch>>,
}

impl Disk {
    /// A new one, mounted; or the reason why there is none.
    fn new() -> Result<Self, String> {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let image = std::fs::File::create(folder.path().join("image")).unwrap();
        image.set_len(48 << 20).unwrap();
        std::fs::create_dir(folder.path().join("disk")).unwrap();
        let disk = Self { folder, switch: Arc::new(Mutex::new(Switch::new())) };
        run(Command::new("mkfs.ext4")
            .args(["-q", "-F", "-b", "1024"])
            .arg(disk.folder.path().join("image")))?;
        disk.mount()?;
        Ok(disk)
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    fn archive(&self) -> PathBuf {
        self.root().join("archive")
    }

    /// Nothing becomes durable by waiting: the journal is not written by the clock.
    fn mount(&self) -> Result<(), String> {
        let image = self.folder.path().join("image");
        run(Command::new("mount").args(["-o", "loop,commit=9999"]).arg(image).arg(self.root()))
    }

    fn unmount(&self) -> Result<(), String> {
        run(Command::new("umount").arg(self.root()))
    }

    /// An archive as in this folder, durable.
    fn begin(&self, folder: &Path) {
        let _ = std::fs::remove_dir_all(self.archive());
        copy(folder, &self.archive());
        self.back();
    }

    fn cut(&self) {
        self.switch.lock().unwrap().cut(&self.root());
    }

    /// What the disk has after the power is back.
    fn back(&self) {
        self.unmount().unwrap();
        self.mount().unwrap();
    }

    /// A store whose power is cut before the call at which `left` is used up.
    fn store(&self, left: &Arc<AtomicUsize>, without: Option<Step>) -> LocalStore {
        let (left, root, switch) = (left.clone(), self.root(), self.switch.clone());
        let store = LocalStore::open(self.archive()).unwrap().watched(move |_, _| {
            if left.fetch_sub(1, Ordering::SeqCst) == 1 {
                switch.lock().unwrap().cut(&root);
            }
            Ok(())
        });
        without.into_iter().fold(store, LocalStore::without)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = self.unmount();
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(e) => Err(format!("{}: {e}", command.get_program().display())),
    }
}

/// One of the operations, and the status it may set.
fn operation(status: Status, round: usize, random: &mut Random) -> (&'static str, Vec<Fact>, Work) {
    let size_bytes = usize::try_from(random.below(40_000)).unwrap();
    let to = if status == Status::Open { Status::Inactive } else { Status::Open };
    match random.below(8) {
        0 | 1 => ("file", vec![], Box::new(move |store| acts::file(store, 10 * round, &[size_bytes, 30]))),
        2 => ("amend", vec![], Box::new(amend)),
        3 | 4 => ("move", vec![Fact::Status(to)], Box::new(move |store| move_to(store, to))),
        5 => ("rekey", vec![], Box::new(|store| acts::rekey(store, false))),
        6 => ("rekey --deep", vec![], Box::new(|store| acts::rekey(store, true))),
        _ => ("settle", vec![], Box::new(|store| acts::settle(store, &[]))),
    }
}

type Work = Box<dyn FnOnce(Box<dyn Store>) -> Acted>;

fn amend(store: Box<dyn Store>) -> Acted {
    let documents = [document(9, 4_000)];
    let receipt = Archive::with_store(store, None)?.amend(who("selma"), &unit(), &documents, &clock(5))?;
    Ok(vec![filed(receipt, &documents)])
}

fn move_to(store: Box<dyn Store>, to: Status) -> Acted {
    let archive = Archive::with_store(store, None)?;
    let receipt = archive.change_status(who("selma"), &unit(), &acts::change(to), &clock(5))?;
    Ok(vec![Fact::Status(to), filed(receipt, &[])])
}

/// Works until the power is cut, looks, and works on; the first thing that was lost ends it.
fn cut_again_and_again(disk: &Disk, cuts: usize, without: Option<Step>) -> Result<(), String> {
    let mut random = Random(20_161_130);
    // What is acknowledged; and what was cut short, which may have left something behind.
    let (mut known, mut cut_short) = (Vec::<Operation>::new(), Vec::<Operation>::new());
    for cut in 0..cuts {
        if cut % CUTS_PER_ARCHIVE == 0 {
            let story = Story::filed();
            disk.begin(story.folder());
            (known, cut_short) = (story.operations, Vec::new());
        }
        let left = Arc::new(AtomicUsize::new(1 + usize::try_from(random.below(70)).unwrap()));
        loop {
            let statuses = known.iter().flat_map(|op| &op.facts);
            let status = statuses.filter_map(|fact| if let Fact::Status(s) = fact { Some(*s) } else { None });
            let (name, possible, work) = operation(status.last().unwrap(), known.len(), &mut random);
            let result = work(Box::new(disk.store(&left, without)));
            let is_cut = left.load(Ordering::SeqCst) as isize <= 0;
            assert!(is_cut || result.is_ok(), "{name} failed by itself: {:?}", result.err());
            let facts = result.unwrap_or_default();
            let (begin, end) = (0, 0);
            if !facts.is_empty() {
                known.push(Operation { name, begin, end, facts });
            }
            if is_cut {
                disk.back();
                for op in &mut cut_short {
                    op.facts.clear();
                }
                cut_short.push(Operation { name, begin, end, facts: possible });
                let (done, begun) = (&known[..], &cut_short[..]);
                check(Known { done, begun }, &[], &contents(&disk.archive()))
                    .map_err(|fault| format!("cut {cut}, during {name}: {fault}"))?;
                settle_status(disk, &mut known);
                break;
            }
        }
    }
    Ok(())
}

/// What was not acknowledged and holds all the same is what holds from here on.
fn settle_status(disk: &Disk, known: &mut Vec<Operation>) {
    let status = Archive::open(&disk.archive(), None).unwrap().case(&unit()).unwrap().status().unwrap();
    known.push(Operation { name: "look", begin: 0, end: 0, facts: vec![Fact::Status(status)] });
}

/// Runs a test of this file where mounts are its own; says whether this is there.
fn is_apart(name: &str) -> bool {
    if std::env::var_os(APART).is_some() {
        return true;
    }
    let unshare = ["--mount", "--propagation", "private"];
    if let Err(reason) = run(Command::new("unshare").args(unshare).arg("true")) {
        println!("skipped: no file system can be mounted here: {reason}");
        return false;
    }
    let name = format!("crash::power::{name}");
    let mut again = Command::new("unshare");
    again.args(unshare).arg(std::env::current_exe().unwrap()).args(["--exact", &name, "--nocapture"]);
    let output = again.env(APART, "1").output().unwrap();
    println!("{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    false
}

fn disk() -> Option<Disk> {
    Disk::new().inspect_err(|reason| println!("skipped: no ext4 can be mounted here: {reason}")).ok()
}

#[test]
fn no_power_cut_on_a_real_disk_loses_what_was_acknowledged() {
    if !is_apart("no_power_cut_on_a_real_disk_loses_what_was_acknowledged") {
        return;
    }
    let Some(disk) = disk() else { return };
    let (start, cuts) = (Instant::now(), if full() { 320 } else { 10 });
    assert_eq!(cut_again_and_again(&disk, cuts, None), Ok(()));
    println!("{cuts} power cuts, {:?}", start.elapsed());
}

#[test]
fn on_a_real_disk_a_store_without_its_syncs_is_found_out() {
    if !is_apart("on_a_real_disk_a_store_without_its_syncs_is_found_out") {
        return;
    }
    let Some(disk) = disk() else { return };
    for without in [Step::SyncFile, Step::SyncFolder] {
        let fault = cut_again_and_again(&disk, 4 * CUTS_PER_ARCHIVE, Some(without)).unwrap_err();
        println!("without {without:?}: {fault}");
    }
}
