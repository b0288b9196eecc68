//! Many documents at once: one worker process per core, each fed with the next document when it is free.

use super::engine::EngineOptions;
use super::job::Job;
use super::pdf::Pdf;
use super::worker::{TIME_LIMIT, Worker};
use crate::error::{Class, Error, Problem, Result};
use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

/// After this many documents a worker is replaced.
const RENEWED: usize = 250;

/// How a batch is rendered.
pub struct Batch {
    /// Fonts, the program for the workers, and the time limit of each document.
    pub options: EngineOptions,
    /// How many workers run at once; the number of cores is best.
    pub workers: usize,
}

/// Renders every job, and calls `each` with its place in the input and its outcome, in the order in which
/// they are done. A document that fails, or kills its worker, does not stop the others.
///
/// Jobs are taken from the iterator when a worker is free, so a batch of any size holds few of them.
///
/// # Errors
/// `render.worker` (unexpected) where the options name no program; else every error goes to `each`.
pub fn batch(
    batch: &Batch,
    jobs: impl Iterator<Item = Result<Job>> + Send,
    mut each: impl FnMut(usize, Result<Pdf>),
) -> Result<()> {
    let Some(program) = &batch.options.program else {
        let problem = Problem::error("render.worker", "a batch needs the program for its workers");
        return Err(Error::new(Class::Unexpected, problem));
    };
    let workers = batch.workers.max(1);
    let queue = Mutex::new(jobs.enumerate());
    let (done, results) = sync_channel(workers);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (queue, done) = (&queue, done.clone());
            scope.spawn(move || work(program, &batch.options, queue, &done));
        }
        drop(done);
        for (at, result) in results {
            each(at, result);
        }
    });
    Ok(())
}

type Done = SyncSender<(usize, Result<Pdf>)>;

fn work(
    program: &Path,
    options: &EngineOptions,
    queue: &Mutex<impl Iterator<Item = (usize, Result<Job>)>>,
    done: &Done,
) {
    let mut worker: Option<(Worker, usize)> = None;
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some((at, job)) = next else { return };
        let result = job.and_then(|job| render(program, options, &mut worker, &job));
        if done.send((at, result)).is_err() {
            return;
        }
    }
}

/// Renders with the worker at hand or a new one; one that failed or served long is let go.
fn render(
    program: &Path,
    options: &EngineOptions,
    kept: &mut Option<(Worker, usize)>,
    job: &Job,
) -> Result<Pdf> {
    let (mut worker, served) = match kept.take() {
        Some(kept) => kept,
        None => (Worker::start(program)?, 0),
    };
    let result = worker.render(job, &options.font_folders, options.time_limit.unwrap_or(TIME_LIMIT));
    let dead =
        |e: &Error| e.class() == Class::Unexpected || e.problems().iter().any(|p| p.code == "render.limits");
    if served + 1 < RENEWED && !result.as_ref().is_err_and(dead) {
        *kept = Some((worker, served + 1));
    }
    result
}
