//! The agency that the measures of the calendar and of handing over work in.

use casefile::archive::{Archive, Init, NewDocument};
use casefile::clock::Clock;
use casefile::log::Role;
use casefile::names::PersonId;
use casefile::programme::Programmes;
use casefile::render::{Engine, EngineOptions};
use casefile::seal::card::Source;
use casefile::seal::{Identity, Passphrase};
use casefile::workflow::{Desk, Press};
use chrono::NaiveDate;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Who works there: nora keeps the archive, selma supervises.
const STAFF: [(&str, &str, Role); 4] = [
    ("nora", "Nora Haddad", Role::Administrator),
    ("selma", "Selma Lindqvist", Role::CaseSupervisor),
    ("aisha", "Aisha Rahman", Role::CaseManager),
    ("tomas", "Tomas Reyes", Role::CaseManager),
];

/// A folder with an archive, the keys of its staff and a client's memory.
pub struct Office {
    folder: PathBuf,
    people: Vec<Identity>,
    _kept: Option<TempDir>,
}

impl Office {
    /// An archive without a case, gone when the measure is over.
    pub fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let office = Self::founded(folder.path().to_owned());
        Self { _kept: Some(folder), ..office }
    }

    /// The archive `name` below `CASEFILE_BENCH_DIR`, filled by `fill` where it is not there yet, and kept;
    /// without that variable a new one.
    pub fn kept(name: &str, fill: impl FnOnce(&Self)) -> Self {
        let Some(base) = std::env::var_os("CASEFILE_BENCH_DIR") else {
            let office = Self::new();
            fill(&office);
            return office;
        };
        let folder = Path::new(&base).join("casefile-bench").join(name);
        if !folder.join("ready").exists() {
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder).expect("a folder");
            fill(&Self::founded(folder.clone()));
            std::fs::write(folder.join("ready"), "").expect("written");
        }
        let key = |(id, ..): &(&str, &str, Role)| {
            let sealed = std::fs::read(folder.join(format!("{id}.key"))).expect("a key file");
            Identity::from_file(&sealed, &pass()).expect("a key")
        };
        Self { people: STAFF.iter().map(key).collect(), folder, _kept: None }
    }

    fn founded(folder: PathBuf) -> Self {
        let person = |(id, name, _): &(&str, &str, Role)| {
            let identity = Identity::generate(id.parse().expect("an id"), name).expect("an identity");
            let file = identity.to_file(&pass(), 10).expect("sealed");
            std::fs::write(folder.join(format!("{id}.key")), file).expect("written");
            identity
        };
        let people: Vec<Identity> = STAFF.iter().map(person).collect();
        let init = Init { founder: &people[0], recovery: None, test: true };
        let mut archive = Archive::init(&folder.join("archive"), &init, &clock()).expect("an archive");
        for (person, (.., role)) in people.iter().zip(STAFF).skip(1) {
            archive.add_person(&people[0], &person.public(), &[role], &clock()).expect("added");
        }
        Self { folder, people, _kept: None }
    }

    /// A member of the staff.
    pub fn person(&self, id: &str) -> &Identity {
        self.people.iter().find(|person| person.id().as_str() == id).expect("somebody of the staff")
    }

    /// The id of a member of the staff.
    pub fn id(&self, id: &str) -> PersonId {
        self.person(id).id().clone()
    }

    /// The archive as this client opens it.
    pub fn archive(&self) -> Archive {
        Archive::open(&self.folder.join("archive"), Some(&self.folder.join("memory"))).expect("opened")
    }

    /// Forgets what the client remembers, as on a new machine.
    pub fn forget(&self) {
        let _ = std::fs::remove_dir_all(self.folder.join("memory"));
    }
}

/// Somebody at work on a day.
pub fn desk<'a>(archive: &'a Archive, who: &'a Identity, clock: Clock) -> Desk<'a> {
    // The programmes live as long as the process.
    let programmes: &'static Programmes = Box::leak(Box::new(Programmes::builtin()));
    Desk { archive, identity: who, programmes, clock }
}

pub fn press() -> Press {
    let engine = Engine::new(EngineOptions::default()).expect("an engine");
    Press { kinds: casefile::document::Kinds::builtin().expect("kinds"), engine }
}

pub fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed(), done)
}

/// A document that is filed as it is.
pub fn document(kind: &str, title: &str, bytes: Vec<u8>) -> NewDocument {
    NewDocument {
        lang: Some("en".to_owned()),
        manager: Some("Aisha Rahman".to_owned()),
        supervisor: Some("Selma Lindqvist".to_owned()),
        ..NewDocument::new(kind, title, day(), "application/pdf", bytes)
    }
}

/// A record as it is filed.
pub fn record(yaml: String) -> NewDocument {
    let media = "application/yaml".to_owned();
    NewDocument { media, source: Source::Record, ..document("record", "Record", yaml.into_bytes()) }
}

/// The day on which everything is measured, in an archive for tests.
pub fn clock() -> Clock {
    on(day())
}

/// The clock of another day.
pub fn on(day: NaiveDate) -> Clock {
    let noon = day.and_hms_opt(12, 0, 0).expect("noon").and_utc();
    Clock::new(noon, Some(day))
}

pub fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2016, 11, 30).expect("a day")
}

fn pass() -> Passphrase {
    Passphrase::from("for measuring only")
}
