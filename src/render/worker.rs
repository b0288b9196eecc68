//! The worker: this program run again to lay out one document after the other, under hard limits.
//!
//! Typst cannot be interrupted, and a template may loop forever or ask for all memory. So an agency's own
//! template runs only here: the child bounds its memory, processor time and files before it reads anything,
//! the parent holds the clock and kills it. What the child writes to its error stream goes nowhere.

use super::engine::{Engine, EngineOptions, internal};
use super::job::Job;
use super::pdf::Pdf;
use super::wire;
use crate::error::{Class, Error, Place, Problem, Result};
use rustix::process::{Resource, Rlimit, setrlimit};
use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// The hidden argument that makes the program a worker.
pub const ARGUMENT: &str = "__render-worker";
/// How long one document may take.
pub const TIME_LIMIT: Duration = Duration::from_secs(20);
/// How long a worker that closed its pipes may take to be gone.
const TIME_TO_END: Duration = Duration::from_secs(10);
/// Address space of a worker in bytes.
const MEMORY_BYTES: u64 = 1 << 30;
/// Processor time of a worker in seconds; a backstop, for it may serve many documents.
const PROCESSOR_SECONDS: u64 = 600;
/// Stack of the threads that Typst starts, in bytes.
const STACK_BYTES: &str = "16777216";

/// Serves requests from `input` until it ends. The program calls this, and nothing before it, when its first
/// argument is [`ARGUMENT`].
///
/// # Errors
/// The system's error when a limit cannot be set, or a request or an answer does not pass.
pub fn serve(mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    limit_self()?;
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        eprintln!("a worker failed at {place}");
    }));
    let mut engine: Option<(Vec<PathBuf>, Engine)> = None;
    while let Some(body) = wire::receive(&mut input)? {
        let (job, folders) = wire::parse_request(&body)?;
        drop(body);
        let result = ready(&mut engine, folders).and_then(|engine| engine.render_here(&job));
        wire::send(&mut output, &wire::answer(&result)?)?;
    }
    Ok(())
}

/// The engine for these fonts: the last one, where they are the same.
fn ready(engine: &mut Option<(Vec<PathBuf>, Engine)>, folders: Vec<PathBuf>) -> Result<&Engine> {
    if engine.as_ref().is_none_or(|(last, _)| *last != folders) {
        let made = Engine::new(EngineOptions { font_folders: folders.clone(), ..EngineOptions::default() })?;
        *engine = Some((folders, made));
    }
    engine.as_ref().map(|(_, engine)| engine).ok_or_else(|| internal("there is no engine"))
}

/// Bounds this process for the rest of its life, and ends it with its parent.
fn limit_self() -> io::Result<()> {
    let limits = [
        (Resource::As, MEMORY_BYTES),
        (Resource::Cpu, PROCESSOR_SECONDS),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
    ];
    for (resource, most) in limits {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    Ok(())
}

/// Lays one job out in a worker of its own.
///
/// # Errors
/// As [`Engine::render`]; `render.limits` (input) for a template that took too long or too much memory.
pub(super) fn render_apart(
    program: &Path,
    job: &Job,
    font_folders: &[PathBuf],
    time_limit: Duration,
) -> Result<Pdf> {
    Worker::start(program)?.render(job, font_folders, time_limit)
}

/// A running worker, and the thread that speaks with it.
pub(super) struct Worker {
    child: Child,
    requests: Sender<Vec<u8>>,
    answers: Receiver<io::Result<Vec<u8>>>,
}

impl Worker {
    /// Starts `program` as a worker, with nothing of this process's environment.
    pub(super) fn start(program: &Path) -> Result<Self> {
        let mut child = Command::new(program)
            .arg(ARGUMENT)
            .env_clear()
            .env("RAYON_NUM_THREADS", "1")
            .env("RUST_MIN_STACK", STACK_BYTES)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| Error::io("start it as a rendering worker", program, &e))?;
        let (Some(mut input), Some(mut output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed("the rendering worker has no pipes"));
        };
        let (requests, to_send) = channel::<Vec<u8>>();
        let (received, answers) = channel();
        std::thread::spawn(move || {
            for request in to_send {
                let sent = wire::send(&mut input, &request).and_then(|()| wire::receive(&mut output));
                let answer = sent.and_then(|body| body.ok_or_else(|| io::ErrorKind::UnexpectedEof.into()));
                if received.send(answer).is_err() {
                    break;
                }
            }
        });
        Ok(Self { child, requests, answers })
    }

    /// Lays one job out. After an error of class unexpected, and after `render.limits`, the worker is dead.
    pub(super) fn render(&mut self, job: &Job, folders: &[PathBuf], time_limit: Duration) -> Result<Pdf> {
        let request =
            wire::request(job, folders).map_err(|_| failed("the document is too large for a worker"))?;
        self.requests.send(request).map_err(|_| failed("the rendering worker is gone"))?;
        let answer = match self.answers.recv_timeout(time_limit) {
            Ok(Ok(body)) => wire::parse_answer(&body),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return Err(self.died(job)),
            Err(RecvTimeoutError::Timeout) => {
                self.end();
                let seconds = time_limit.as_secs();
                return Err(limits(job, &format!("took longer than {seconds} s and was stopped")));
            }
        };
        answer.unwrap_or_else(|_| Err(failed("the rendering worker answered something else")))
    }

    /// The error for a worker that closed its pipes before it answered.
    fn died(&mut self, job: &Job) -> Error {
        let status = self.ended();
        self.end();
        match status {
            Some(status) if status.signal().is_some() => {
                limits(job, "needed more memory or time than it may have")
            }
            _ => failed("the rendering worker ended before it answered"),
        }
    }

    /// How the worker ended by itself. Its pipes close a moment before it is gone, so it is given time: killed
    /// in that moment it would look as if its limits had ended it.
    fn ended(&mut self) -> Option<ExitStatus> {
        let start = Instant::now();
        while start.elapsed() < TIME_TO_END {
            match self.child.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(1)),
                ended => return ended.ok().flatten(),
            }
        }
        None
    }

    fn end(&mut self) {
        // It may be gone already, and then there is nothing to end.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

fn limits(job: &Job, what: &str) -> Error {
    let problem = Problem::error("render.limits", format!("laying out this template {what}"))
        .hint("look for a loop that does not end, or for content that repeats without bound")
        .at(Place::file(job.main.trim_start_matches('/')));
    Error::new(Class::Input, problem)
}

fn failed(message: &str) -> Error {
    Error::new(Class::Unexpected, Problem::error("render.worker", message))
}
