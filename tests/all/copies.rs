//! Copies of one archive that go their own ways, at random: whichever way and in whatever order they meet,
//! everybody sees the same archive, and nothing that was acknowledged anywhere is lost.
//!
//! Three copies share three numbers. In each, people admit, file, move, correct numbers, change keys and
//! readers, found folders about the work, and merge a copy or lay one over theirs. So a number is corrected
//! here while somebody files under it there, and one number is given twice.

mod found;
mod machines;
mod seen;

use self::seen::{Seen, assert_nothing_is_lost, damage, empty_folders, look, passing};
use crate::agency::{copy, files_below};
use crate::support::{full, letter};
use casefile::archive::{
    Admission, Archive, Case, Init, Level, Listing, Matter, NewDocument, NewReader, OfficeFounding, Receipt,
    Rekey, StatusChange, VerifyOptions,
};
use casefile::clock::Clock;
use casefile::error::{Class, Error};
use casefile::log::{Flag, Role, Verdict};
use casefile::names::{Digest, PersonId, Status, Unit};
use casefile::seal::{DocId, Identity};
use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

const COPIES: usize = 3;
const NUMBERS: [&str; 3] = ["UASC-2016-0012", "UASC-2016-0021", "UASC-2016-0034"];
const REASON: &str = "the digits were swapped";

fn id(text: &str) -> PersonId {
    text.parse().unwrap()
}

/// Nora administers; Aisha and Selma have some cases, Ben and Dora others.
fn who(name: &str) -> &'static Identity {
    static PEOPLE: OnceLock<BTreeMap<&'static str, Identity>> = OnceLock::new();
    let people = || {
        let names = ["nora", "selma", "dora", "aisha", "ben"];
        names.map(|name| (name, Identity::generate(id(name), name).unwrap())).into()
    };
    &PEOPLE.get_or_init(people)[name]
}

fn clock(minute: usize) -> Clock {
    let moment = DateTime::from_timestamp(1_780_000_000, 0).unwrap() + Duration::minutes(minute as i64);
    Clock::new(moment, Some("2016-12-01".parse().unwrap()))
}

/// When everything is settled: what lies there was not written just now.
fn later() -> DateTime<Utc> {
    let written = tempfile::tempfile().unwrap().metadata().unwrap().modified().unwrap();
    DateTime::<Utc>::from(written) + Duration::hours(48)
}

/// One thing that is done in one copy; what cannot be done there is passed over.
#[derive(Debug, Clone)]
struct Step {
    copy: usize,
    act: Act,
    /// Which folder, of those that are there.
    folder: usize,
}

#[derive(Debug, Clone)]
enum Act {
    Admit(usize, bool),
    File(bool),
    Move(Status),
    Relabel(usize),
    Rekey(bool),
    Reader,
    Found,
    /// `settle --from` another copy: the next one, or the one after it.
    Merge(usize),
    /// Another copy is laid over this one by any program, and settled.
    Lay(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Mostly the same number, so that it is often given twice.
    let number = prop_oneof![1 => Just(0), 4 => Just(1), 1 => Just(2)];
    let act = prop_oneof![
        5 => (number.clone(), any::<bool>()).prop_map(|(n, own)| Act::Admit(n, own)),
        4 => any::<bool>().prop_map(Act::File),
        2 => (0..4_usize).prop_map(|n| Act::Move(Status::ALL[n])),
        5 => number.prop_map(Act::Relabel),
        2 => any::<bool>().prop_map(Act::Rekey),
        1 => Just(Act::Reader),
        1 => Just(Act::Found),
        1 => (1..COPIES).prop_map(Act::Merge),
        1 => (1..COPIES).prop_map(Act::Lay),
    ];
    let step = (0..COPIES, act, any::<u8>());
    let step = step.prop_map(|(copy, act, folder)| Step { copy, act, folder: usize::from(folder) });
    prop::collection::vec(step, 3..14)
}

/// What was acknowledged: an entry of a folder, and the documents that it filed.
#[derive(Debug, Clone)]
struct Fact {
    folder: Digest,
    entry: Digest,
    documents: Vec<(DocId, Digest)>,
    what: &'static str,
    copy: usize,
}

/// The copies, each with the memory of a client of its own.
struct Copies {
    dir: tempfile::TempDir,
    facts: Vec<Fact>,
    done: usize,
    /// Where something is done now.
    at: usize,
}

impl Copies {
    /// All alike, with one case.
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let first = dir.path().join("0");
        let init = Init { founder: who("nora"), recovery: None, test: true };
        let mut archive = Archive::init(&first, &init, &clock(0)).unwrap();
        let supervisor = Role::CaseSupervisor;
        let roles = [
            ("selma", supervisor),
            ("dora", supervisor),
            ("aisha", Role::CaseManager),
            ("ben", Role::CaseManager),
        ];
        for (name, role) in roles {
            archive.add_person(who("nora"), &who(name).public(), &[role], &clock(0)).unwrap();
        }
        let mut copies = Self { dir, facts: Vec::new(), done: 0, at: 0 };
        let begin = Step { copy: 0, act: Act::Admit(0, true), folder: 0 };
        copies.take(&begin).unwrap();
        (1..COPIES).for_each(|n| copy(&first, &copies.path(&n.to_string())));
        copies
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A copy as its own client sees it.
    fn open(&self, name: &str) -> Archive {
        Archive::open(&self.path(name), Some(&self.path(&format!("memory-{name}")))).unwrap()
    }

    /// Does one thing, and remembers what was acknowledged.
    fn take(&mut self, step: &Step) -> Result<(), Error> {
        self.done += 1;
        self.at = step.copy;
        let (name, now) = (step.copy.to_string(), clock(self.done));
        let mut archive = self.open(&name);
        let other = |next: usize| self.path(&((step.copy + next) % COPIES).to_string());
        match &step.act {
            Act::Admit(number, own) => self.admit(&archive, *number, *own, &now),
            Act::Found => self.found(&archive, &now),
            Act::Merge(from) => archive.merge(&other(*from), now.now(), false).map(drop),
            Act::Lay(from) => {
                copy(&other(*from), &self.path(&name));
                self.open(&name).settle(&[], now.now(), false).map(drop)
            }
            act => {
                let Some(case) = pick(&archive, step.folder) else { return Ok(()) };
                self.work(&archive, &case, act, step.folder, &now)
            }
        }
    }

    fn admit(&mut self, archive: &Archive, number: usize, own: bool, now: &Clock) -> Result<(), Error> {
        let (manager, supervisor) = if own { ("aisha", "selma") } else { ("ben", "dora") };
        let documents = vec![letter(format!("admitted {}", self.done).as_bytes())];
        let admission = Admission {
            unit: NUMBERS[number].parse().unwrap(),
            status: Status::Open,
            since: "2016-10-01".parse().unwrap(),
            until: None,
            manager: id(manager),
            supervisor: id(supervisor),
            documents,
        };
        let receipt = archive.admit(who(manager), &admission, now)?;
        self.acknowledge("admit", receipt.entry, &receipt, &admission.documents);
        Ok(())
    }

    fn acknowledge(&mut self, what: &'static str, folder: Digest, receipt: &Receipt, new: &[NewDocument]) {
        let plain = new.iter().map(|document| Digest::of(&document.bytes));
        let documents = receipt.documents.iter().copied().zip(plain).collect();
        self.facts.push(Fact { folder, entry: receipt.entry, documents, what, copy: self.at });
    }

    fn found(&mut self, archive: &Archive, now: &Clock) -> Result<(), Error> {
        let documents = vec![letter(format!("founded {}", self.done).as_bytes())];
        let new = OfficeFounding { documents, ..OfficeFounding::new(Matter::Programme) };
        let receipt = archive.found_office(who("selma"), &new, now)?;
        self.acknowledge("found", receipt.entry, &receipt, &new.documents);
        Ok(())
    }

    /// Work in a folder that is there.
    fn work(
        &mut self,
        archive: &Archive,
        case: &Case,
        act: &Act,
        pick: usize,
        now: &Clock,
    ) -> Result<(), Error> {
        let (unit, folders) = (case.unit().clone(), folders(case));
        let folder = folders[pick / 7 % folders.len()];
        // Whoever supervises it does it.
        let readers = readers(case, folder);
        let by = who(if readers.contains(&id("selma")) { "selma" } else { "dora" });
        let how = |deep| Rekey { deep, reason: Some(REASON.to_owned()), ..Rekey::default() };
        let (receipt, what) = match act {
            Act::File(two) => {
                let texts = (0..=usize::from(*two)).map(|n| format!("filed {} {n}", self.done));
                let documents: Vec<_> = texts.map(|text| letter(text.as_bytes())).collect();
                let receipt = archive.file(who("nora"), &unit, &documents, now)?;
                self.acknowledge("file", folder, &receipt, &documents);
                return Ok(());
            }
            Act::Move(to) => {
                let until = (*to == Status::AgedOut).then(|| "2017-06-01".parse().unwrap());
                let (since, reason) = ("2016-11-30".parse().unwrap(), Some(REASON.to_owned()));
                let change = StatusChange { to: *to, since, until, reason, rule: None, documents: vec![] };
                (archive.change_status(by, &unit, &change, now)?, "move")
            }
            Act::Relabel(number) => {
                let new: Unit = if unit.is_office() {
                    format!("PROGRAMME-2026-{:04}", 1 + number).parse().unwrap()
                } else {
                    NUMBERS[*number].parse().unwrap()
                };
                let digits = (folders.len() > 1).then(|| folder.short(16));
                (archive.relabel(by, &unit, &new, digits.as_deref(), REASON, now)?, "relabel")
            }
            Act::Rekey(deep) => (archive.rekey(by, &unit, &how(*deep), now)?.receipt, "rekey"),
            Act::Reader if readers.contains(&id("nora")) || unit.is_office() => return Ok(()),
            Act::Reader => {
                let other = ["aisha", "ben"].into_iter().find(|other| !readers.contains(&id(other)));
                let Some(other) = other else {
                    let leaves =
                        case.state().readers.iter().find(|reader| reader.capacity.as_str() == "cover");
                    let Some(leaves) = leaves else { return Ok(()) };
                    archive.remove_reader(by, &unit, &leaves.id, &how(false), now)?;
                    return Ok(());
                };
                let (capacity, reason) = ("cover".to_owned(), REASON.to_owned());
                let new = NewReader { person: id(other), capacity, until: None, reason };
                (archive.add_reader(by, &unit, &new, now)?.receipt, "reader")
            }
            Act::Admit(..) | Act::Found | Act::Merge(_) | Act::Lay(_) => return Ok(()),
        };
        self.acknowledge(what, folder, &receipt, &[]);
        Ok(())
    }

    /// Runs a history; what is refused is refused for a reason that is no damage.
    fn run(steps: &[Step]) -> Self {
        let mut copies = Self::new();
        for step in steps {
            if let Err(e) = copies.take(step) {
                let known = [Class::Input, Class::Busy, Class::Access, Class::NotFound];
                assert!(known.contains(&e.class()), "{step:?}: {e}");
            }
        }
        copies
    }

    /// Copies a copy, with everything its client remembers.
    fn clone(&self, from: &str, to: &str) {
        copy(&self.path(from), &self.path(to));
        if self.path(&format!("memory-{from}")).exists() {
            copy(&self.path(&format!("memory-{from}")), &self.path(&format!("memory-{to}")));
        }
    }

    /// The copies brought together by `settle --from`, in this order.
    fn told(&self, order: [usize; COPIES]) -> String {
        let name = format!("told-{order:?}").replace([',', ' ', '[', ']'], "");
        self.clone(&order[0].to_string(), &name);
        for from in &order[1..] {
            self.open(&name).merge(&self.path(&from.to_string()), later(), false).unwrap();
        }
        name
    }

    /// The same by any program that copies files; settled after each, or once.
    fn plain(&self, order: [usize; COPIES], each: bool) -> String {
        let name = format!("plain-{order:?}-{each}").replace([',', ' ', '[', ']'], "");
        self.clone(&order[0].to_string(), &name);
        for (at, from) in order.iter().enumerate().skip(1) {
            copy(&self.path(&from.to_string()), &self.path(&name));
            if each || at + 1 == order.len() {
                self.open(&name).settle(&[], later(), false).unwrap();
            }
        }
        name
    }

    /// The same by a program that is stopped halfway, and settled then; later it goes on.
    fn halfway(&self, order: [usize; COPIES], seed: u64) -> String {
        let name = format!("half-{order:?}").replace([',', ' ', '[', ']'], "");
        self.clone(&order[0].to_string(), &name);
        for from in &order[1..] {
            let from = self.path(&from.to_string());
            for (at, path) in files_below(&from).iter().enumerate() {
                if seed.rotate_left(at as u32) & 1 == 1 {
                    let target = self.path(&name).join(path.strip_prefix(&from).unwrap());
                    std::fs::create_dir_all(target.parent().unwrap()).unwrap();
                    std::fs::copy(path, target).unwrap();
                }
            }
            self.open(&name).settle(&[], later(), false).unwrap();
        }
        for from in &order[1..] {
            copy(&self.path(&from.to_string()), &self.path(&name));
        }
        self.open(&name).settle(&[], later(), false).unwrap();
        name
    }

    /// The last two brought together first, and that into the first.
    fn nested(&self) -> String {
        self.clone("2", "inner");
        self.open("inner").merge(&self.path("1"), later(), false).unwrap();
        self.clone("0", "nested");
        self.open("nested").merge(&self.path("inner"), later(), false).unwrap();
        "nested".to_owned()
    }
}

/// One of the folders that are there.
fn pick(archive: &Archive, number: usize) -> Option<Case> {
    let listed = archive.cases().unwrap();
    let unit = &listed.get(number % listed.len().max(1))?.unit;
    archive.case(unit).ok()
}

/// The folder, and its twins.
fn folders(case: &Case) -> Vec<Digest> {
    let first = case.entries().filter(|judged| judged.entry.seq == 0);
    first.map(|judged| judged.name.hash).collect()
}

/// Who reads a folder, or one of twins, by its newest entry.
fn readers(case: &Case, folder: Digest) -> BTreeSet<PersonId> {
    let own = |e: &casefile::log::Entry, hash| e.folder.unwrap_or(hash) == folder;
    let newest = case.entries().filter(|judged| own(&judged.entry, judged.name.hash)).last();
    newest
        .map(|judged| judged.entry.readers.iter().map(|reader| reader.id.clone()).collect())
        .unwrap_or_default()
}

/// Brings the copies together in many ways, and gives the one archive that all of them are.
fn met(copies: &Copies, seed: u64) -> (String, Seen) {
    let ways = [
        copies.told([0, 1, 2]),
        copies.told([2, 1, 0]),
        copies.told([1, 2, 0]),
        copies.plain([0, 2, 1], false),
        copies.plain([2, 0, 1], true),
        copies.halfway([1, 0, 2], seed),
        copies.nested(),
    ];
    let first = look(&copies.path(&ways[0]));
    for way in &ways {
        let path = copies.path(way);
        let (seen, found) = (look(&path), damage(&copies.open(way)));
        assert_eq!(found, Vec::<String>::new(), "{way}");
        assert_eq!(seen.folders, first.folders, "{way}");
        assert_eq!(seen.documents, first.documents, "{way}");
        assert_eq!(seen.files, first.files, "{way}");
        assert_eq!(seen.empty, Vec::<PathBuf>::new(), "{way}");
    }
    assert_nothing_is_lost(&copies.path(&ways[0]), &copies.facts, &first);
    (ways[0].clone(), first)
}

/// Once met, meeting again changes nothing and settling finds nothing to do.
fn assert_at_rest(copies: &Copies, whole: &str, seen: &Seen) {
    let path = copies.path(whole);
    let listed = copies.open(whole).cases().unwrap();
    let passing = passing(&listed);
    for other in ["0", "1", "2"] {
        let mut settled = copies.open(whole).merge(&copies.path(other), later(), false).unwrap();
        settled.done.retain(|done| !passing(Path::new(&done.path)));
        assert_eq!(settled.done, [], "{other}");
    }
    assert_eq!(look(&path), *seen);
}

/// Whoever is asked to does it: twins get numbers of their own, keys that met a common one. Then work goes on
/// in every folder.
fn go_on(copies: &mut Copies, whole: &str) {
    let archive = copies.open(whole);
    let mut fresh = (60..).map(|n| (format!("UASC-2016-{n:04}"), format!("PROGRAMME-2026-{n:04}")));
    for round in 0.. {
        assert!(round < 40, "it comes to an end");
        let now = clock(1_000 + round);
        let listed = archive.cases().unwrap();
        let open = |listing: &&Listing| {
            [Flag::Twins, Flag::KeyConflict, Flag::LabelConflict]
                .iter()
                .any(|flag| listing.flags.contains(flag))
        };
        let Some(listing) = listed.iter().find(open) else { break };
        let case = archive.case(&listing.unit).unwrap();
        let folder = *folders(&case).last().unwrap();
        let by = |folder| who(if readers(&case, folder).contains(&id("selma")) { "selma" } else { "dora" });
        if listing.flags.contains(&Flag::Twins) {
            let (case_number, office_number) = fresh.next().unwrap();
            let new = if listing.unit.is_office() { office_number } else { case_number };
            let digits = folder.short(16);
            archive
                .relabel(by(folder), &listing.unit, &new.parse().unwrap(), Some(&digits), REASON, &now)
                .unwrap();
        } else if !listing.flags.contains(&Flag::KeyConflict) {
            let unit = &listing.unit;
            archive.relabel(by(folder), unit, unit, None, REASON, &now).unwrap();
        } else {
            let how = Rekey { reason: Some(REASON.to_owned()), ..Rekey::default() };
            archive.rekey(by(folders(&case)[0]), &listing.unit, &how, &now).unwrap();
        }
    }
    for (n, listing) in archive.cases().unwrap().iter().enumerate() {
        let case = archive.case(&listing.unit).unwrap();
        let new = letter(format!("after all {n}").as_bytes());
        let receipt =
            archive.file(who("nora"), &listing.unit, std::slice::from_ref(&new), &clock(2_000)).unwrap();
        copies.acknowledge("what came after", case.folder_id(), &receipt, std::slice::from_ref(&new));
    }
    archive.settle(&[], later(), false).unwrap();
    assert_eq!(damage(&archive), Vec::<String>::new());
    let seen = look(&copies.path(whole));
    assert_nothing_is_lost(&copies.path(whole), &copies.facts, &seen);
}

/// How many of so many random histories hold what.
#[derive(Debug, Default)]
struct Held {
    relabelled: usize,
    worked_on_elsewhere: usize,
    twins: usize,
}

#[test]
fn random_copies_hold_relabellings_and_twins_often_enough_to_mean_something() {
    let (strategy, mut runner, mut held) = (steps(), TestRunner::deterministic(), Held::default());
    for _ in 0..24 {
        let copies = Copies::run(&strategy.new_tree(&mut runner).unwrap().current());
        let relabels = || copies.facts.iter().filter(|fact| fact.what == "relabel");
        let elsewhere = |relabel: &Fact| {
            let others =
                copies.facts.iter().filter(|fact| fact.folder == relabel.folder && fact.what != "admit");
            others.into_iter().any(|fact| fact.copy != relabel.copy)
        };
        held.relabelled += usize::from(relabels().next().is_some());
        held.worked_on_elsewhere += usize::from(relabels().any(elsewhere));
        let whole = copies.plain([0, 1, 2], false);
        let listed = copies.open(&whole).cases().unwrap();
        held.twins += usize::from(listed.iter().any(|listing| listing.flags.contains(&Flag::Twins)));
    }
    println!("of 24 histories: {held:?}");
    assert!(held.relabelled >= 10 && held.worked_on_elsewhere >= 5 && held.twins >= 5, "{held:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if full() { 100 } else { 8 }, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn copies_that_went_their_own_ways_meet_in_the_same_archive_whichever_way(steps in steps(), seed in any::<u64>()) {
        let mut copies = Copies::run(&steps);
        let (whole, seen) = met(&copies, seed);
        assert_at_rest(&copies, &whole, &seen);
        go_on(&mut copies, &whole);
    }
}
