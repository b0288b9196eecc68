//! Crashes: whatever a power cut leaves, what was acknowledged is there and all of it can be read.

mod acts;
mod failing;
mod findings;
mod judge;
mod kill;
mod power;
mod random;
mod story;
mod told;

use crate::support::full;
use casefile::store::sim::{Crash, Effort, Recording, Sown};
use judge::Judge;
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use story::Story;
pub use story::document as letter;

const SEED: u64 = 20_161_130;

/// How much is tried.
struct Size {
    ways: Effort,
    /// A crash before every so-manieth call, and after the last call of each operation.
    every: usize,
}

impl Size {
    fn of_this_run() -> Self {
        if full() {
            Self { ways: Effort { exhaustive: 4_096, samples: 25, seed: SEED }, every: 1 }
        } else {
            Self { ways: Effort { exhaustive: 16, samples: 4, seed: SEED }, every: 7 }
        }
    }

    /// The calls before which the power goes.
    fn points(&self, story: &Story) -> Vec<usize> {
        let ends = |at: usize| story.operations.iter().any(|op| op.end == at);
        (0..=story.recording.calls()).filter(|at| at % self.every == 0 || ends(*at)).collect()
    }
}

/// What was tried, and what was found wrong.
#[derive(Default)]
struct Outcome {
    distinct: usize,
    without_temporary: usize,
    faults: Vec<String>,
}

/// Replays every crash of a story and judges each store content once for what was acknowledged then.
fn replay(story: &Story, effort: &Size) -> Outcome {
    let judge = Judge::new(story);
    let (mut seen, mut bare) = (HashSet::new(), HashSet::new());
    let (mut judged, mut looked) = (HashSet::new(), HashSet::new());
    let mut outcome = Outcome::default();
    for at in effort.points(story) {
        let mut crashes = story.recording.crashes(at, &effort.ways);
        for crash in &crashes {
            seen.insert(crash.hash);
            bare.insert(crash.hash_without_temporary);
        }
        let known = judge.known(at);
        crashes.retain(|crash| judged.insert((crash.hash, known)));
        // What differs in temporary files alone is looked at once in full.
        let new = |crash: Crash| (looked.insert((crash.hash_without_temporary, known)), crash);
        let crashes: Vec<_> = crashes.into_iter().map(new).collect();
        outcome.faults.extend(judge_all(&judge, at, &crashes));
    }
    outcome.distinct = seen.len();
    outcome.without_temporary = bare.len();
    outcome
}

/// Judges with both processors.
fn judge_all(judge: &Judge<'_>, at: usize, crashes: &[(bool, Crash)]) -> Vec<String> {
    let (next, faults) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some((new, crash)) = crashes.get(next.fetch_add(1, Ordering::SeqCst)) {
            if let Err(fault) = judge.judge(at, crash, !new) {
                faults.lock().unwrap().push(format!("crash before call {at}: {fault}"));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(work);
        }
    });
    faults.into_inner().unwrap()
}

#[test]
fn no_crash_loses_acknowledged_work_or_leaves_anything_unreadable() {
    let start = Instant::now();
    let story = Story::tell(Sown::Nothing);
    story.assert_nothing_personal_in_clear();
    let outcome = replay(&story, &Size::of_this_run());
    println!(
        "{} calls, {} distinct contents ({} without temporary files), {:?}",
        story.recording.calls(),
        outcome.distinct,
        outcome.without_temporary,
        start.elapsed()
    );
    assert_eq!(outcome.faults, Vec::<String>::new());
    let least = if full() { 20_000 } else { 250 };
    assert!(outcome.distinct >= least, "{} distinct contents only", outcome.distinct);
}

/// Each of these must be found, or the test above proves nothing.
fn assert_found(sown: Sown, words: &[&str]) {
    let size = Size { ways: Effort { exhaustive: 16, samples: 24, seed: SEED }, every: 1 };
    let faults = replay(&Story::tell(sown), &size).faults;
    assert!(!faults.is_empty(), "{sown:?} was not found");
    for word in words {
        assert!(faults.iter().any(|fault| fault.contains(word)), "{word}: {faults:#?}");
    }
}

#[test]
fn a_store_that_never_syncs_files_is_found_out() {
    assert_found(Sown::NoFileSync, &["verify.bytes"]);
}

#[test]
fn a_store_that_never_syncs_folders_is_found_out() {
    assert_found(Sown::NoFolderSync, &["acknowledged"]);
}

#[test]
fn an_entry_that_is_written_before_its_objects_is_found_out() {
    assert_found(Sown::EntryFirst, &["verify.missing"]);
}

#[test]
fn an_envelope_that_is_deleted_before_the_entry_of_the_new_one_is_found_out() {
    assert_found(Sown::EnvelopeFirst, &["verify.missing"]);
}

#[test]
fn without_any_sync_nothing_is_promised_and_with_all_of_them_everything_is() {
    // The last content, with nothing pending, is exactly what is on disk.
    let story = Story::tell(Sown::Nothing);
    let effort = Effort { exhaustive: 1, samples: 2, seed: SEED };
    println!("{} calls", story.recording.calls());
    let last = story.recording.crashes(story.recording.calls(), &effort);
    let whole = last.last().unwrap();
    let names: Vec<&String> = whole.contents.objects.keys().filter(|name| !name.contains(".tmp-")).collect();
    assert_eq!(names, story.files().iter().collect::<Vec<_>>());
    let first = Recording::default().crashes(0, &effort);
    assert!(first.len() == 1 && first[0].contents.objects.is_empty());
}
