//! The program, killed at random moments while it writes.

mod dispose;
mod run;

use self::run::{Fell, Histogram, Look, Pace};
use super::random::Random;
use crate::agency::{Agency, CASE, files_below};
use crate::support::full;
use casefile::archive::{Archive, Level, OpenCase, VerifyOptions};
use casefile::names::{Status, Unit};
use casefile::seal::Identity;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What is run and killed, and how often at each size; beside the steps of a disposal.
const COMMANDS: [(&str, usize, usize); 8] = [
    ("file", 3, 105),
    ("attach", 3, 455),
    ("note", 3, 175),
    ("record --put", 3, 280),
    ("move", 3, 455),
    ("rekey", 3, 280),
    ("rekey --deep", 3, 105),
    ("settle", 3, 245),
];

/// How often one agency is attacked: a longer history would only make each look at it slower.
const KILLS_PER_AGENCY: usize = 35;

/// An agency under attack, with what was acknowledged to its people.
struct Victim {
    agency: Agency,
    command: &'static str,
    aisha: Identity,
    titles: Vec<String>,
    marks: Vec<String>,
    status: Status,
    /// Files that the history took out, as an old copy has them, for settling.
    old: BTreeMap<PathBuf, Vec<u8>>,
}

impl Victim {
    fn new(agency: Agency, command: &'static str) -> Self {
        let aisha = agency.identity("aisha");
        let mut old = BTreeMap::new();
        if command == "settle" {
            let files = agency.archive_files();
            old = files.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect();
            agency.ok("aisha", &["rekey", CASE, "--deep"]);
            old.retain(|path, _| !path.exists());
            assert!(old.len() > 1, "an envelope and objects went");
        }
        Self { agency, command, aisha, titles: Vec::new(), marks: Vec::new(), status: Status::Open, old }
    }

    /// Lays back what was taken out, moves every second object into the folder of another status, and
    /// leaves a temporary file of the day before yesterday.
    fn make_a_mess(&self) {
        for (path, bytes) in &self.old {
            std::fs::write(path, bytes).unwrap();
        }
        let (here, there) = ["open/UASC-2016-0012-O", "inactive/UASC-2016-0012-IA"]
            .map(|place| self.agency.path("archive").join(place))
            .into();
        std::fs::create_dir_all(&there).unwrap();
        let objects =
            files_below(&here).into_iter().filter(|path| path.extension().is_some_and(|e| e == "age"));
        for path in objects.step_by(2) {
            std::fs::rename(&path, there.join(path.file_name().unwrap())).unwrap();
        }
        let given_up = std::fs::File::create(self.agency.path("archive/open/.tmp-given-up")).unwrap();
        let now = given_up.metadata().unwrap().modified().unwrap();
        given_up.set_modified(now - Duration::from_secs(48 * 3_600)).unwrap();
    }

    fn archive(&self) -> Archive {
        Archive::open(&self.agency.path("archive"), None).unwrap()
    }

    /// The newest record as `casefile record` gives it.
    fn record(&self) -> String {
        let archive = self.archive();
        let open = archive.unlock(&unit(), &self.aisha).unwrap();
        newest_record(&open)
    }

    /// The arguments of one run, and what it acknowledges when it succeeds.
    fn arguments(&self, command: &str, round: usize) -> (Vec<String>, Acknowledged) {
        let mark = format!("mark-{round}-end");
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        match command {
            "file" => (words(&["file", "care-plan", CASE]), Acknowledged::Nothing),
            "attach" => {
                std::fs::write(self.agency.path("letter.txt"), mark.repeat(90)).unwrap();
                (words(&["attach", CASE, "letter.txt", "--title", &mark]), Acknowledged::Title(mark))
            }
            "note" => (words(&["note", CASE, "--kind", "call", &mark]), Acknowledged::Mark(mark)),
            "record --put" => {
                let record = format!("{}# {mark}\n", self.record());
                std::fs::write(self.agency.path("record.yaml"), record).unwrap();
                (words(&["record", CASE, "--put", "record.yaml"]), Acknowledged::Mark(mark))
            }
            "rekey" => (words(&["rekey", CASE, "--reason", &mark]), Acknowledged::Rekeyed),
            "rekey --deep" => (words(&["rekey", CASE, "--deep", "--reason", &mark]), Acknowledged::Rekeyed),
            "settle" => {
                self.make_a_mess();
                (words(&["settle"]), Acknowledged::Settled)
            }
            _ => {
                let to = if self.status == Status::Open { Status::Inactive } else { Status::Open };
                (words(&["move", CASE, to.word(), "--reason", &mark]), Acknowledged::Status(to))
            }
        }
    }

    /// The folders whose times change with the first name that is written.
    fn folders(&self) -> Vec<PathBuf> {
        let case = ["open/UASC-2016-0012-O", "inactive/UASC-2016-0012-IA", "keys/UASC-2016-0012"];
        let folders = ["open", "inactive", "keys"].into_iter().chain(case);
        folders.map(|folder| self.agency.path("archive").join(folder)).collect()
    }

    fn acknowledge(&mut self, what: Acknowledged) {
        match what {
            Acknowledged::Nothing => {}
            Acknowledged::Rekeyed => {
                // One that no entry ever named may be a colleague's whose entry is about to come: it stays.
                let case = self.archive().case(&unit()).unwrap();
                let newest = case.state().envelope;
                let older = case.entries().map(|judged| judged.entry.envelope).filter(|hash| *hash != newest);
                let keys = self.agency.path("archive/keys").join(CASE);
                for hash in older {
                    assert!(!keys.join(format!("{hash}.age")).exists(), "an older envelope is there");
                }
            }
            Acknowledged::Settled => {
                assert!(!self.old.keys().any(|path| path.exists()), "what was taken out is gone again");
                assert!(!self.agency.path("archive/inactive").join("UASC-2016-0012-IA").exists());
                assert!(!self.agency.path("archive/open/.tmp-given-up").exists());
            }
            Acknowledged::Title(title) => self.titles.push(title),
            Acknowledged::Mark(mark) => self.marks.push(mark),
            Acknowledged::Status(status) => self.status = status,
        }
    }

    /// No damage, nothing but temporary files and orphans, and everything acknowledged.
    fn assert_whole(&mut self, killed: &Acknowledged) {
        let archive = self.archive();
        let options = VerifyOptions { level: Level::V2, identity: None, unit: None, now: None };
        let found = archive.verify(&options).unwrap();
        assert_eq!(found.damage, [], "damage");
        // A command that was killed may have left something behind, and all of them may leave these.
        let left = match self.command {
            "move" => &["verify.misplaced"][..],
            "rekey --deep" => &["verify.reappeared"],
            "settle" => &["verify.misplaced", "verify.reappeared"],
            _ => &[],
        };
        let known = |code| ["verify.temporary", "verify.orphan"].contains(&code) || left.contains(&code);
        let odd: Vec<_> = found.notices.iter().filter(|notice| !known(notice.code)).collect();
        assert!(odd.is_empty(), "{odd:?}");
        let open = archive.unlock(&unit(), &self.aisha).unwrap();
        let titles: Vec<String> = open.cards().unwrap().into_iter().map(|card| card.title).collect();
        for title in &self.titles {
            assert!(titles.contains(title), "the acknowledged document {title} is gone");
        }
        if !self.marks.is_empty() {
            let record = newest_record(&open);
            for mark in &self.marks {
                assert!(record.contains(mark), "the acknowledged {mark} is gone");
            }
        }
        let status = open.case().status().unwrap();
        let possible = [Some(self.status), killed.status()];
        assert!(possible.contains(&Some(status)), "a status that nobody set");
        self.status = status;
    }
}

enum Acknowledged {
    Nothing,
    Title(String),
    Mark(String),
    Status(Status),
    Rekeyed,
    Settled,
}

impl Acknowledged {
    fn status(&self) -> Option<Status> {
        match self {
            Self::Status(status) => Some(*status),
            _ => None,
        }
    }
}

fn unit() -> Unit {
    CASE.parse().unwrap()
}

fn newest_record(open: &OpenCase<'_>) -> String {
    let cards = open.cards().unwrap();
    let replaced: Vec<_> = cards.iter().flat_map(|card| &card.supersedes).collect();
    let newest: Vec<_> =
        cards.iter().filter(|card| card.kind == "record" && !replaced.contains(&&card.d)).collect();
    assert_eq!(newest.len(), 1, "one record stands");
    let (card, bytes) = open.document(&newest[0].d).unwrap();
    format!("# casefile: version {}\n{}", card.d, String::from_utf8(bytes.to_vec()).unwrap())
}

/// Kills one command again and again; gives where the kills fell.
fn kill(agency: Agency, command: &'static str, kills: usize, random: &mut Random) -> Histogram {
    let mut victim = Victim::new(agency, command);
    let (mut histogram, mut fallen) = (Histogram::new(), 0);
    let mut pace = Pace::new();
    for round in 1.. {
        if fallen == kills {
            break;
        }
        let moment = pace.next(random);
        let (arguments, what) = victim.arguments(command, round);
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let before = Look::at(&victim.agency);
        let by = victim.agency.by("aisha", &words);
        let (took, done) = run::run(&victim.agency, &by, &victim.folders(), moment);
        if done {
            pace.learn(moment, took);
            victim.acknowledge(what);
            victim.assert_whole(&Acknowledged::Nothing);
        } else {
            fallen += 1;
            victim.assert_whole(&what);
        }
        *histogram.entry(before.fell(&Look::at(&victim.agency), done)).or_insert(0) += 1;
    }
    // Someone who works here, and remembers, finds nothing amiss either.
    victim.agency.ok("aisha", &["settle"]);
    victim.agency.ok("aisha", &["attach", CASE, "pass", "--title", "the end"]);
    victim.agency.ok("selma", &["verify", "--level", "V3"]);
    histogram
}

/// What is killed how often in one agency, and the seed of the moments.
fn tasks() -> Vec<(&'static str, usize, u64)> {
    let mut tasks = Vec::new();
    let disposal = dispose::STEPS.iter().map(|step| (step.name, step.kills.0, step.kills.1));
    for (command, quick, many) in COMMANDS.into_iter().chain(disposal) {
        let kills = if full() { many } else { quick };
        for start in (0..kills).step_by(KILLS_PER_AGENCY) {
            tasks.push((command, KILLS_PER_AGENCY.min(kills - start), 20_161_130 + tasks.len() as u64));
        }
    }
    tasks
}

#[test]
fn killing_the_program_at_any_moment_loses_nothing_that_it_acknowledged() {
    let start = Instant::now();
    let (agency, disposals) = (Agency::with_case(), dispose::prepare());
    let (waiting, histograms) = (Mutex::new(tasks()), Mutex::new(BTreeMap::<&str, Histogram>::new()));
    let total: usize = waiting.lock().unwrap().iter().map(|(_, kills, _)| kills).sum();
    let work = || {
        loop {
            let Some((command, kills, seed)) = waiting.lock().unwrap().pop() else { return };
            let random = &mut Random(seed);
            let histogram = match disposals.iter().find(|(step, _)| step.name == command) {
                Some((step, before)) => dispose::kill(step, before, kills, random),
                None => kill(agency.again(), command, kills, random),
            };
            let mut all = histograms.lock().unwrap();
            let of_command = all.entry(command).or_default();
            for (fell, count) in histogram {
                *of_command.entry(fell).or_insert(0) += count;
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let histograms = histograms.into_inner().unwrap();
    let of = |name: &str, fell: Fell| {
        let commands = histograms.iter().filter(|(command, _)| command.starts_with(name));
        commands.filter_map(|(_, histogram)| histogram.get(&fell)).sum::<usize>()
    };
    for (command, histogram) in &histograms {
        println!("{command:<15} {histogram:?}");
    }
    println!("{total} kills in {:?}", start.elapsed());
    if full() {
        assert!(total >= 2_000);
        let moments = [Fell::AmongTemporaries, Fell::BetweenObjectsAndEntry, Fell::AfterTheEntry];
        let everywhere = moments.map(|fell| ("", fell));
        let deleting = ["settle", "dispose destroy"].map(|command| (command, Fell::WhileDeleting));
        for (command, fell) in everywhere.into_iter().chain(deleting) {
            assert!(of(command, fell) >= 10, "too few kills of {command} fell {fell:?}: {histograms:?}");
        }
    }
}
