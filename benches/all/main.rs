//! Benchmarks. `docs/performance.md` says how they are run and what they gave.
//!
//! The engine, with all its checks, is measured against the floor: the same template and the same data
//! through `typst::compile` and `typst_pdf::pdf` alone, in one process and as whole processes.

mod floor;
mod report;

use casefile::render::{Engine, EngineOptions};
use criterion::{Criterion, criterion_group};
use std::process::{Command, Stdio};

/// Arguments that make this program one of the two whole processes.
const PROCESSES: [(&str, fn()); 2] = [("engine-process", engine_once), ("floor-process", floor_once)];

fn engine_once() {
    let engine = Engine::new(EngineOptions::default()).expect("an engine");
    assert_eq!(engine.render_job(&report::job(0)).expect("a PDF").pages(), 3);
}

fn floor_once() {
    assert!(floor::Floor::new().render(&report::job(0)).starts_with(b"%PDF"));
}

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
        b.iter_with_setup(&mut next, |job| engine.render_job(&job).expect("a PDF"))
    });
    let floor = floor::Floor::new();
    group.bench_function("floor", |b| b.iter_with_setup(&mut next, |job| floor.render(&job)));
    group.finish();
}

fn as_whole_processes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one report of three pages, as a whole process");
    let program = std::env::current_exe().expect("this program");
    for (name, _) in PROCESSES {
        group.bench_function(name, |b| {
            b.iter(|| {
                let status = Command::new(&program).arg(name).stdin(Stdio::null()).status().expect("runs");
                assert!(status.success());
            });
        });
    }
    group.finish();
}

criterion_group!(benches, in_one_process, as_whole_processes);

fn main() {
    let argument = std::env::args().nth(1).unwrap_or_default();
    match PROCESSES.iter().find(|(name, _)| *name == argument) {
        Some((_, run)) => run(),
        None => {
            benches();
            Criterion::default().configure_from_args().final_summary();
        }
    }
}
