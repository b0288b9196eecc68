//! Running the program and killing it at a random moment, and where that fell.

use super::super::random::Random;
use crate::agency::Agency;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where a kill fell, as the archive shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fell {
    BeforeAnyWrite,
    AmongTemporaries,
    BetweenObjectsAndEntry,
    AfterTheEntry,
    /// Some of what goes was gone, and no entry was written: while settling, or destroying.
    WhileDeleting,
    AfterTheEnd,
}

pub type Histogram = BTreeMap<Fell, usize>;

/// What can be told apart in an archive from outside.
pub struct Look {
    entries: usize,
    objects: usize,
    temporaries: usize,
    paths: BTreeSet<PathBuf>,
}

impl Look {
    pub fn at(agency: &Agency) -> Self {
        let files = agency.archive_files();
        let count = |what: &dyn Fn(&str) -> bool| {
            files.iter().filter(|path| path.file_name().is_some_and(|f| what(&f.to_string_lossy()))).count()
        };
        Self {
            entries: count(&|name| name.ends_with(".note")),
            objects: count(&|name| name.ends_with(".age")),
            temporaries: count(&|name| name.starts_with(".tmp-")),
            paths: files.iter().cloned().collect(),
        }
    }

    /// Where a kill fell that came between `self` and `after`.
    pub fn fell(&self, after: &Self, done: bool) -> Fell {
        if done {
            Fell::AfterTheEnd
        } else if after.entries == self.entries && self.paths.difference(&after.paths).next().is_some() {
            Fell::WhileDeleting
        } else if after.entries > self.entries {
            Fell::AfterTheEntry
        } else if after.objects > self.objects {
            Fell::BetweenObjectsAndEntry
        } else if after.temporaries > self.temporaries {
            Fell::AmongTemporaries
        } else {
            Fell::BeforeAnyWrite
        }
    }
}

/// When a run is killed: so long after its start, or after its first write.
#[derive(Clone, Copy)]
pub struct Moment {
    from_write: bool,
    delay: Duration,
}

/// How long the runs of one command take, so that kills fall all over them.
pub struct Pace {
    round: usize,
    longest: [Duration; 2],
}

impl Pace {
    pub fn new() -> Self {
        Self { round: 0, longest: [Duration::from_millis(5), Duration::from_millis(1)] }
    }

    /// The moment of the next kill. The first runs are not killed: they show how long a run takes.
    pub fn next(&mut self, random: &mut Random) -> Moment {
        self.round += 1;
        let from_write = !self.round.is_multiple_of(4);
        let limit = u64::try_from(self.longest[usize::from(from_write)].as_micros()).unwrap() * 11 / 10;
        let random = Duration::from_micros(random.below(limit));
        let delay = if [1, 4].contains(&self.round) { Duration::from_secs(60) } else { random };
        Moment { from_write, delay }
    }

    /// What a run that was not killed teaches. Machines pause: half of what is new suffices, and a long
    /// pause does not stay.
    pub fn learn(&mut self, moment: Moment, took: Duration) {
        let longest = &mut self.longest[usize::from(moment.from_write)];
        *longest = (*longest * 3 + took.min(*longest * 8)) / 4;
    }
}

/// Runs a command and kills it at its moment. Gives how long it ran, from its start or its first write, and
/// whether it said that it was done. The first write is seen by the times of these folders.
pub fn run(
    agency: &Agency,
    command: &assert_cmd::Command,
    folders: &[PathBuf],
    moment: Moment,
) -> (Duration, bool) {
    let times = || -> Vec<_> {
        folders.iter().map(|folder| folder.metadata().and_then(|m| m.modified()).ok()).collect()
    };
    let before = times();
    let mut child = start(agency, command);
    let mut start = Instant::now();
    let mut waiting = moment.from_write;
    loop {
        if let Some(ended) = child.try_wait().unwrap() {
            assert!(ended.success(), "{command:?} failed by itself");
            return (if waiting { Duration::ZERO } else { start.elapsed() }, true);
        }
        if waiting && times() != before {
            (waiting, start) = (false, Instant::now());
        }
        if !waiting && start.elapsed() >= moment.delay {
            child.kill().unwrap();
            return (start.elapsed(), child.wait().unwrap().success());
        }
        std::thread::sleep(Duration::from_micros(50));
    }
}

fn start(agency: &Agency, by: &assert_cmd::Command) -> Child {
    let mut command = Command::new(by.get_program());
    command.args(by.get_args()).current_dir(agency.path("")).env_clear();
    command.envs(by.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}
