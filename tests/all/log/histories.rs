//! Random histories: whatever is written by people who see only part of each other's work, any order in
//! which it arrives adds up to the same.
//!
//! Several folders share three numbers: some begin as twins, and a `relabel` takes a folder from one number
//! to another, or makes twins of two.

use super::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

const NUMBERS: [&str; 3] = [UNIT, "UASC-2016-0021", "UASC-2016-0034"];

fn numbers() -> Vec<Unit> {
    NUMBERS.iter().map(|number| number.parse().expect("a unit")).collect()
}

/// What a random writer does in which folder, and which part of what exists they have seen.
#[derive(Debug, Clone)]
struct Step {
    kind: u8,
    folder: u8,
    writer: u8,
    seen: u64,
}

/// How many kinds of steps there are.
const KINDS: u8 = 30;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Everything is seen as often as only a part of it.
    let seen = prop_oneof![any::<u64>(), Just(u64::MAX)];
    let step = (0..KINDS, any::<u8>(), 0..4_u8, seen);
    let step = step.prop_map(|(kind, folder, writer, seen)| Step { kind, folder, writer, seen });
    prop::collection::vec(step, 1..14)
}

/// Ben becomes a reader or ceases to be one, in a new envelope.
fn comes_or_goes(entry: &mut Entry, mark: u8) {
    let before = entry.readers.len();
    entry.readers.retain(|reader| reader.id != id("ben"));
    if entry.readers.len() == before {
        entry.readers.push(Reader { id: id("ben"), capacity: "cover".parse().expect("a word"), until: None });
    }
    entry.envelope = Digest::of(&[b'e', mark]);
}

/// An agency whose staff does not change.
struct Office {
    agency: Agency,
    roster: Roster,
}

impl Office {
    fn new() -> Self {
        let agency = Agency::new();
        let roster = agency.roster();
        Self { agency, roster }
    }
}

/// The folder that began with this note, under whatever number it lies. All signatures here are good.
fn thread_of(office: &Office, beginning: &Note, notes: &[Note]) -> Option<Thread> {
    let verified = notes.iter().map(Note::name).collect();
    let folds = numbers().into_iter().map(|unit| fold(&unit, notes, &office.roster, &verified));
    let mut threads = folds.flat_map(|folded| folded.threads);
    threads.find(|thread| thread.folder == beginning.name().hash && thread.state.is_some())
}

/// Another folder begins under this number.
fn twin(agency: &Agency, number: Unit, mark: u8, by: &str) -> Note {
    let mut entry = agency.admit(by).content::<Entry>().expect("an entry");
    entry.label = number;
    entry.time = at(2 + u32::from(mark));
    agency.sign(&entry, &[by])
}

/// The next entry of a folder of which these notes are seen.
fn step(office: &Office, step: &Step, mark: u8, beginning: &Note, seen: &[Note]) -> Option<Note> {
    let everybody = ["aisha", "selma", "ben", "nora"];
    // A correction of the number counts only from somebody who reads the folder.
    let writers = if matches!(step.kind, 20..=25) { &everybody[..2] } else { &everybody[..] };
    let by = writers[usize::from(step.writer) % writers.len()];
    let status = Status::ALL[usize::from(step.kind) % 4];
    let thread = thread_of(office, beginning, seen)?;
    let next = |op: Op, change: &dyn Fn(&mut Entry)| {
        // No two are the same, though two people may do the same thing on the same ground.
        let time = at(2 + u32::from(mark));
        let mut entry = thread.draft(&office.roster, op, &id(by), time).expect("a state");
        change(&mut entry);
        office.agency.sign(&entry, &[by])
    };
    let add = |e: &mut Entry| e.add = vec![added(mark)];
    let moves = |e: &mut Entry| moved(status)(e);
    let nothing = |_: &mut Entry| {};
    Some(match step.kind {
        0..=2 => next(Op::File, &add),
        3 | 4 => next(Op::Move, &moves),
        5 => next(Op::Amend, &add),
        6 => next(Op::Key, &|e| e.key = Generation::generate(at(0).moment()).recipient()),
        7 => next(Op::Hold, &nothing),
        9 => next(Op::Release, &nothing),
        10 => next(Op::ProposeDisposal, &nothing),
        11 => next(Op::ApproveDisposal, &nothing),
        12 => next(Op::Dispose, &nothing),
        13 => next(Op::Destroyed, &nothing),
        14 => next(Op::CancelDisposal, &nothing),
        15 => next(Op::Team, &|e| {
            let manager = id(["aisha", "ben"][usize::from(mark % 2)]);
            e.team = Some(Team { manager, supervisor: id("selma") });
        }),
        16 => next(Op::Readers, &|e| comes_or_goes(e, mark)),
        17 => next(Op::Extend, &|e| e.until = Some(day(&format!("2017-{:02}-01", 1 + mark % 12)))),
        18 => next(Op::Remark, &|e| e.add = vec![Added { r: Part::Reason, ..added(mark) }]),
        19 => next(Op::Unknown("anoint".parse().expect("a word")), &nothing),
        20..=25 => next(Op::Relabel, &|e| e.label = numbers().remove(usize::from(step.folder / 3 % 3))),
        _ => next(Op::Resolve, &moves),
    })
}

/// The notes of a history in which writers see only part of each other's work.
fn history(office: &Office, steps: &[Step]) -> Vec<Note> {
    let mut beginnings = vec![office.agency.admit("aisha")];
    let mut notes = beginnings.clone();
    for (n, what) in steps.iter().enumerate() {
        let mark = u8::try_from(n).expect("few steps");
        let beginning = beginnings[usize::from(what.folder) % beginnings.len()].clone();
        if matches!(what.kind, 26..=28) {
            let number = numbers().remove(usize::from(what.kind % 2));
            let by = ["aisha", "selma"][usize::from(what.writer % 2)];
            beginnings.push(twin(&office.agency, number, mark, by));
            notes.extend(beginnings.last().cloned());
            continue;
        }
        let is_seen = |(i, note): &(usize, &Note)| note.name() == beginning.name() || what.seen >> i & 1 == 1;
        let mut seen: Vec<Note> = notes.iter().enumerate().filter(is_seen).map(|p| p.1.clone()).collect();
        let turn = n % seen.len();
        seen.rotate_left(turn);
        notes.extend(step(office, what, mark, &beginning, &seen));
    }
    notes
}

/// What lies under each number.
fn folded(office: &Office, notes: &[Note]) -> Vec<Folded> {
    let fold = |unit: Unit| fold(&unit, notes, &office.roster, &HashSet::new());
    numbers().into_iter().map(fold).collect()
}

fn summary(office: &Office, notes: &[Note]) -> String {
    format!("{:?}", folded(office, notes))
}

/// Every entry with what it is worth, whatever the number of its folder.
fn verdicts(office: &Office, notes: &[Note]) -> BTreeMap<NoteName, Verdict> {
    let threads = folded(office, notes).into_iter().flat_map(|folded| folded.threads);
    let entries = threads.flat_map(|thread| thread.entries);
    entries.map(|judged| (judged.name, judged.verdict)).collect()
}

/// Those of these notes whose bit is set; beginnings always.
fn part(notes: &[Note], kept: u64) -> Vec<Note> {
    let is_kept = |(i, note): &(usize, &Note)| note.name().seq == 0 || kept >> i & 1 == 1;
    notes.iter().enumerate().filter(is_kept).map(|(_, note)| note.clone()).collect()
}

fn shuffled(notes: &[Note], seed: u64) -> Vec<Note> {
    let mut shuffled = notes.to_vec();
    for i in (1..shuffled.len()).rev() {
        let turned = seed.rotate_left(u32::try_from(i).expect("few"));
        shuffled.swap(i, usize::try_from(turned % (i as u64 + 1)).expect("small"));
    }
    shuffled
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if crate::support::full() { 2_000 } else { 48 }, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_arrival_gives_the_same_state(steps in steps(), seed in any::<u64>()) {
        let office = Office::new();
        let notes = history(&office, &steps);
        let mut other = shuffled(&notes, seed);
        other.extend(notes.iter().step_by(2).cloned());
        prop_assert_eq!(summary(&office, &other), summary(&office, &notes));
    }

    /// Copies that hold parts of it give the same in whatever order, and however often, they are united.
    #[test]
    fn uniting_copies_is_commutative_associative_and_idempotent(steps in steps(), kept in any::<[u64; 3]>()) {
        let office = Office::new();
        let notes = history(&office, &steps);
        let [a, b, c] = kept.map(|kept| part(&notes, kept));
        let union = |copies: &[&[Note]]| copies.concat();
        let expected = summary(&office, &union(&[&a, &b, &c]));
        let others = [
            union(&[&c, &b, &a]),
            union(&[&b, &union(&[&a, &c])]),
            union(&[&union(&[&b, &c]), &a, &b]),
            union(&[&a, &a, &b, &c, &a]),
        ];
        for other in &others {
            prop_assert_eq!(summary(&office, other), expected.as_str());
        }
    }

    #[test]
    fn what_is_judged_never_changes_by_what_arrives_later(steps in steps(), kept in any::<u64>()) {
        let office = Office::new();
        let notes = history(&office, &steps);
        let whole = verdicts(&office, &notes);
        for (name, verdict) in verdicts(&office, &part(&notes, kept)) {
            if verdict != Verdict::Pending {
                prop_assert_eq!(whole.get(&name), Some(&verdict));
            }
        }
    }

    #[test]
    fn every_folder_lies_under_one_number_and_twins_are_those_that_share_one(steps in steps()) {
        let office = Office::new();
        let notes = history(&office, &steps);
        let folded = folded(&office, &notes);
        let all = || folded.iter().flat_map(|folded| &folded.threads);
        prop_assert_eq!(all().count(), notes.iter().filter(|note| note.name().seq == 0).count());
        prop_assert_eq!(all().map(|thread| thread.entries.len()).sum::<usize>(), notes.len());
        for folded in &folded {
            let shared = folded.threads.len() > 1;
            prop_assert!(folded.threads.iter().all(|thread| thread.flags.contains(&Flag::Twins) == shared));
        }
    }
}

/// How many of so many random histories hold what.
#[derive(Debug, Default)]
struct Held {
    relabelled: usize,
    two_numbers_met: usize,
    twins: usize,
    twins_by_relabelling: usize,
    twins_told_apart: usize,
}

impl Held {
    fn count(&mut self, office: &Office, notes: &[Note]) {
        let folded = folded(office, notes);
        let threads = || folded.iter().flat_map(|folded| &folded.threads);
        let counts = |judged: &&Judged| judged.verdict == Verdict::Valid && judged.entry.op == Op::Relabel;
        let relabelled = |thread: &&Thread| thread.entries.iter().any(|judged| counts(&judged));
        let first = |thread: &Thread| thread.entries[0].entry.label.clone();
        let now = |thread: &Thread| thread.state.as_ref().map(|state| state.label.clone());
        let is_twin = |thread: &Thread| thread.flags.contains(&Flag::Twins);
        let mut beginnings: Vec<Unit> = threads().map(first).collect();
        let began = beginnings.len();
        beginnings.sort();
        beginnings.dedup();
        let is_moved = |thread: &Thread| now(thread) != Some(first(thread));
        self.relabelled += usize::from(threads().any(|thread| relabelled(&thread)));
        self.two_numbers_met += usize::from(threads().any(|t| t.flags.contains(&Flag::LabelConflict)));
        self.twins += usize::from(threads().any(is_twin));
        self.twins_by_relabelling += usize::from(threads().any(|t| is_twin(t) && is_moved(t)));
        self.twins_told_apart += usize::from(beginnings.len() < began && threads().any(is_moved));
    }
}

#[test]
fn random_histories_hold_relabellings_and_twins_often_enough_to_mean_something() {
    let office = Office::new();
    let (strategy, mut runner, mut held) = (steps(), TestRunner::deterministic(), Held::default());
    for _ in 0..200 {
        let steps = strategy.new_tree(&mut runner).expect("steps").current();
        held.count(&office, &history(&office, &steps));
    }
    println!("of 200 histories: {held:?}");
    let found =
        [held.relabelled, held.two_numbers_met, held.twins, held.twins_by_relabelling, held.twins_told_apart];
    let least = [100, 14, 35, 7, 25];
    assert!(found.iter().zip(least).all(|(found, least)| *found >= least), "{held:?}");
}
