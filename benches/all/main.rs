//! Benchmarks. `docs/performance.md` says how they are run and what they gave.
//!
//! The engine, with all its checks, is measured against the floor: the same template and the same data
//! through `typst::compile` and `typst_pdf::pdf` alone, in one process and as whole processes. Filing is
//! measured against writing as many plain files with as many syncs. `-- due`, `-- sweep` and `-- handover`
//! measure the calendar and a whole handover instead, `-- languages` the report in other scripts.

mod calendar;
mod filing;
mod floor;
mod handover;
mod office;
mod report;

use casefile::render::{Engine, EngineOptions};
use criterion::{Criterion, criterion_group};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Arguments that make this program one of the two whole processes.
const PROCESSES: [(&str, fn()); 2] = [("engine-process", engine_once), ("floor-process", floor_once)];
/// Arguments that measure one thing alone.
const MEASURES: [(&str, fn()); 4] = [
    ("due", calendar::due),
    ("sweep", calendar::sweeping),
    ("handover", handover::measure),
    ("languages", languages),
];
/// Turns of a comparison.
const TURNS: usize = 101;

fn engine_once() {
    let engine = Engine::new(EngineOptions::default()).expect("an engine");
    assert_eq!(engine.render_job(&report::job(0)).expect("a PDF").pages(), 3);
}

fn floor_once() {
    assert!(floor::Floor::new().render(&report::job(0)).starts_with(b"%PDF"));
}

/// Each alone, with criterion's statistics.
fn in_one_process(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one report of three pages, in one process");
    // Each turn has its own data, as each document has: else Typst would only remember the last one.
    let mut turn = 0;
    let mut next = move || {
        turn += 1;
        report::job(turn)
    };
    let engine = Engine::new(EngineOptions::default()).expect("an engine");
    group.bench_function("engine", |b| {
        b.iter_with_setup(&mut next, |job| engine.render_job(&job).expect("a PDF"));
    });
    let floor = floor::Floor::new();
    group.bench_function("floor", |b| b.iter_with_setup(&mut next, |job| floor.render(&job)));
    group.finish();
}

/// Both by turns, so that whatever else the machine does falls on both alike.
fn by_turns() {
    let engine = Engine::new(EngineOptions::default()).expect("an engine");
    let floor = floor::Floor::new();
    compare(
        "in one process",
        |turn| drop(engine.render_job(&report::job(2 * turn)).expect("a PDF")),
        |turn| drop(floor.render(&report::job(2 * turn + 1))),
    );
    let program = std::env::current_exe().expect("this program");
    let process = |name: &str| {
        let status = Command::new(&program).arg(name).stdin(Stdio::null()).status().expect("runs");
        assert!(status.success());
    };
    compare("as a whole process", |_| process(PROCESSES[0].0), |_| process(PROCESSES[1].0));
    let filing = filing::Filing::new();
    compare("one durable filing beside 50 documents", |_| filing.file(), |turn| filing.floor(turn));
}

/// The same report in each language, with all checks and by Typst alone, by turns.
fn languages() {
    let engine = Engine::new(EngineOptions::default()).expect("an engine");
    let floor = floor::Floor::new();
    let mut times = [const { (Vec::new(), Vec::new()) }; report::LANGUAGES.len()];
    for turn in 0..TURNS {
        for (lang, (ours, alone)) in times.iter_mut().enumerate() {
            ours.push(timed(|| drop(engine.render_job(&report::job_in(lang, 2 * turn)).expect("a PDF"))));
            alone.push(timed(|| drop(floor.render(&report::job_in(lang, 2 * turn + 1)))));
        }
    }
    let medians = times.map(|(ours, alone)| (median(ours), median(alone)));
    let ratio = |time: Duration, english: Duration| time.as_secs_f64() / english.as_secs_f64();
    for (lang, (ours, alone)) in report::LANGUAGES.iter().zip(medians) {
        let (to, typst) = (ratio(ours, medians[0].0), ratio(alone, medians[0].1));
        println!(
            "the report in {lang}, by turns, medians of {TURNS}: {ours:.1?}, {to:.2} times English; \
             Typst alone {alone:.1?}, {typst:.2} times"
        );
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn compare(what: &str, engine: impl Fn(usize), floor: impl Fn(usize)) {
    let pairs: Vec<_> = (0..TURNS).map(|turn| (timed(|| engine(turn)), timed(|| floor(turn)))).collect();
    let engine = median(pairs.iter().map(|(engine, _)| *engine).collect());
    let floor = median(pairs.iter().map(|(_, floor)| *floor).collect());
    let ratio = engine.as_secs_f64() / floor.as_secs_f64();
    println!(
        "{what}, by turns, medians of {TURNS}: engine {engine:.1?}, floor {floor:.1?}, ratio {ratio:.2}"
    );
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

criterion_group!(benches, in_one_process);

fn main() {
    let argument = std::env::args().nth(1).unwrap_or_default();
    if let Some((_, run)) = PROCESSES.iter().find(|(name, _)| *name == argument) {
        return run();
    }
    if let Some((_, measure)) = MEASURES.iter().find(|(name, _)| *name == argument) {
        return measure();
    }
    // Without this argument the program is only being tried, not measured.
    if std::env::args().any(|argument| argument == "--bench") {
        by_turns();
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
}
