//! Measures of the archive alone. `docs/performance.md` says how they are run and what they gave.
//!
//!     cargo bench --no-default-features --bench archive -- [MEASURE…]
//!
//! Each measure runs in processes of its own, by turns with what it is compared to; the least of the times
//! counts, because whatever else the machine does only adds to it. The archives are made below
//! `CASEFILE_BENCH_DIR` (the system's temporary folder otherwise) and stay there for the next run.

mod measures;
mod office;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What one run of a job took.
#[derive(Clone, Copy)]
pub struct Took {
    /// How long the work took, without the start of the process.
    pub time: Duration,
    /// The most memory that was resident, in KiB.
    pub peak_kib: u64,
}

/// Runs a job on an archive in a process of its own and gives the least of `turns` times.
pub fn least(job: &str, folder: &Path, turns: usize) -> Took {
    (0..turns).map(|_| once(job, folder)).min_by_key(|took| took.time).expect("a turn")
}

/// Runs a job on an archive in a process of its own.
pub fn once(job: &str, folder: &Path) -> Took {
    let program = std::env::current_exe().expect("this program");
    let run = Command::new(program).arg("--job").arg(job).arg(folder).stderr(Stdio::inherit()).output();
    let output = run.expect("runs");
    assert!(output.status.success(), "{job}");
    let text = String::from_utf8(output.stdout).expect("text");
    let mut numbers = text.split_whitespace().map(|number| number.parse::<u64>().expect("a number"));
    let time = Duration::from_nanos(numbers.next().expect("a time"));
    Took { time, peak_kib: numbers.next().expect("a peak") }
}

/// The median time of `work`, and that of `floor`, by turns.
pub fn by_turns(
    turns: usize,
    mut work: impl FnMut(usize),
    mut floor: impl FnMut(usize),
) -> (Duration, Duration) {
    let pairs: Vec<_> = (0..turns).map(|turn| (timed(|| work(turn)), timed(|| floor(turn)))).collect();
    (median(pairs.iter().map(|pair| pair.0).collect()), median(pairs.iter().map(|pair| pair.1).collect()))
}

/// Times some work.
pub fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The most memory that this process ever had resident.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, job, folder] = arguments.as_slice()
        && flag == "--job"
    {
        let time = measures::job(job, Path::new(folder));
        println!("{} {}", time.as_nanos(), peak_kib());
        return;
    }
    // Without this argument the program is only being tried, not measured.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let base = std::env::var_os("CASEFILE_BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let base = base.join("casefile-bench");
    let named: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with("--")).collect();
    for (name, measure) in measures::ALL {
        if named.is_empty() || named.iter().any(|wanted| *wanted == name) {
            measure(&base);
        }
    }
}
