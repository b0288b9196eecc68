//! What is due over 1,000 cases for their supervisor, and sweeping over 2,000 aged-out cases among 5,000 without
//! a key to any of them.

use casefile::archive::{Admission, Archive, Init, NewDocument};
use casefile::clock::Clock;
use casefile::document::Kinds;
use casefile::log::Role;
use casefile::names::{Status, Unit};
use casefile::programme::Programmes;
use casefile::render::{Engine, EngineOptions};
use casefile::seal::Identity;
use casefile::seal::card::{Copy, Source};
use casefile::workflow::{Desk, Press, agenda, sweep};
use chrono::{DateTime, NaiveDate};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Documents of a case beside its record.
const DOCUMENTS: usize = 10;
/// Turns of each measure; the least counts.
const TURNS: usize = 5;

struct Office {
    folder: TempDir,
    founder: Identity,
    manager: Identity,
    supervisor: Identity,
}

/// Measures both.
pub fn measure() {
    let office = Office::new();
    office.admit(0..1_000, Status::Open);
    office.forget();
    let due = |who: &Identity| office.least(|archive| Office::due(archive, who));
    let (first, items) = timed(|| Office::due(&office.archive(), &office.supervisor));
    println!(
        "due over 1,000 cases, by the supervisor: {first:.2?} when nothing is remembered; {items} items"
    );
    println!("the same again: {:.2?}", due(&office.supervisor));
    println!("the same by the administrator, who opens none of them: {:.2?}", due(&office.founder));

    let office = Office::new();
    office.admit(0..2_000, Status::AgedOut);
    office.admit(2_000..5_000, Status::Open);
    office.forget();
    let press = Press { kinds: Kinds::builtin().expect("kinds"), engine: engine() };
    let run =
        |archive: &Archive| sweep(&Office::desk(archive, &office.founder), &press, false).expect("swept");
    let (first, swept) = timed(|| run(&office.archive()));
    assert!(swept.failed.is_empty());
    println!("sweep over 2,000 aged-out cases among 5,000, no key: {first:.2?} when nothing is remembered");
    println!("the same again: {:.2?}", office.least(|archive| run(archive).swept.len()));
}

impl Office {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let person = |id: &str| Identity::generate(id.parse().expect("an id"), id).expect("an identity");
        let (founder, manager, supervisor) = (person("nora"), person("aisha"), person("selma"));
        let init = Init { founder: &founder, recovery: None, test: true };
        let mut archive = Archive::init(&folder.path().join("archive"), &init, &clock()).expect("an archive");
        for (person, role) in [(&manager, Role::CaseManager), (&supervisor, Role::CaseSupervisor)] {
            archive.add_person(&founder, &person.public(), &[role], &clock()).expect("added");
        }
        Self { folder, founder, manager, supervisor }
    }

    fn archive(&self) -> Archive {
        let path = |name: &str| self.folder.path().join(name);
        Archive::open(&path("archive"), Some(&path("memory"))).expect("opened")
    }

    /// Forgets what the client remembers, as on a new machine.
    fn forget(&self) {
        let _ = std::fs::remove_dir_all(self.folder.path().join("memory"));
    }

    fn desk<'a>(archive: &'a Archive, who: &'a Identity) -> Desk<'a> {
        // The programmes live as long as the process.
        let programmes: &'static Programmes = Box::leak(Box::new(Programmes::builtin()));
        Desk { archive, identity: who, programmes, clock: clock() }
    }

    fn due(archive: &Archive, who: &Identity) -> usize {
        let agenda = agenda(&Self::desk(archive, who), &[]).expect("read");
        assert!(agenda.failed.is_empty());
        agenda.due(day()).len()
    }

    fn least<T>(&self, work: impl Fn(&Archive) -> T) -> Duration {
        (0..TURNS).map(|_| timed(|| work(&self.archive())).0).min().expect("a turn")
    }

    fn admit(&self, cases: std::ops::Range<usize>, status: Status) {
        let archive = self.archive();
        for case in cases {
            let unit: Unit = format!("UASC-2014-{case:06}").parse().expect("a unit");
            let mut documents = vec![record(&unit, status)];
            documents.extend((0..DOCUMENTS).map(|_| document("progress-report", vec![7; 1_000], status)));
            let admission = Admission {
                unit,
                status,
                since: day(),
                until: (status == Status::AgedOut)
                    .then(|| NaiveDate::from_ymd_opt(2017, 5, 30).expect("a day")),
                manager: self.manager.id().clone(),
                supervisor: self.supervisor.id().clone(),
                documents,
            };
            archive.admit(&self.manager, &admission, &clock()).expect("admitted");
        }
    }
}

fn engine() -> Engine {
    Engine::new(EngineOptions::default()).expect("an engine")
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed(), done)
}

/// An example record under another number.
fn record(unit: &Unit, status: Status) -> NewDocument {
    let text = include_str!("../../examples/records/UASC-2014-0009.yaml");
    let text = text.replace("UASC-2014-0009", &unit.to_string());
    let media = "application/yaml".to_owned();
    NewDocument { media, source: Source::Record, ..document("record", text.into_bytes(), status) }
}

fn document(kind: &str, bytes: Vec<u8>, status: Status) -> NewDocument {
    NewDocument {
        bytes,
        kind: kind.to_owned(),
        title: "Progress report".to_owned(),
        date: day(),
        period: None,
        lang: Some("en".to_owned()),
        copy: Copy::Staff,
        status: Some(status),
        manager: Some("Aisha Rahman".to_owned()),
        supervisor: Some("Selma Lindqvist".to_owned()),
        confidential: true,
        template: None,
        media: "application/pdf".to_owned(),
        source: Source::Attached,
        series: None,
        supersedes: Vec::new(),
    }
}

fn clock() -> Clock {
    Clock::new(DateTime::from_timestamp(1_480_500_000, 0).expect("a moment"), Some(day()))
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2016, 11, 30).expect("a day")
}
