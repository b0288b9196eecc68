//! The archives that are measured, and the people who work in them.

use casefile::archive::{Admission, Archive, Init, NewDocument};
use casefile::clock::Clock;
use casefile::log::Role;
use casefile::names::{Status, Unit};
use casefile::seal::{Identity, Passphrase};
use chrono::{DateTime, NaiveDate};
use std::path::{Path, PathBuf};

/// How much an archive holds.
#[derive(Clone, Copy)]
pub struct Load {
    /// Cases.
    pub cases: usize,
    /// Documents of each case.
    pub documents: usize,
    /// Documents that one entry adds.
    pub together: usize,
    /// Bytes of a document.
    pub size_bytes: usize,
}

/// A folder with an archive, its case manager's key and a client's memory.
pub struct Office {
    pub folder: PathBuf,
    pub manager: Identity,
}

impl Office {
    /// Makes an archive with its load where it is not there already.
    pub fn make(folder: &Path, load: Load) -> Self {
        if !folder.join("ready").exists() {
            let _ = std::fs::remove_dir_all(folder);
            std::fs::create_dir_all(folder).expect("a folder");
            fill(folder, load);
            std::fs::write(folder.join("ready"), "").expect("written");
        }
        Self::at(folder)
    }

    /// The office that lies there.
    pub fn at(folder: &Path) -> Self {
        let key = std::fs::read(folder.join("aisha.key")).expect("a key file");
        let manager = Identity::from_file(&key, &pass()).expect("a key");
        Self { folder: folder.to_owned(), manager }
    }

    /// The archive as this client opens it.
    pub fn archive(&self) -> Archive {
        Archive::open(&self.folder.join("archive"), Some(&self.folder.join("memory"))).expect("opened")
    }

    /// Forgets what the client remembers.
    pub fn forget(&self) {
        let _ = std::fs::remove_dir_all(self.folder.join("memory"));
    }
}

fn fill(folder: &Path, load: Load) {
    let person = |id: &str| Identity::generate(id.parse().expect("an id"), id).expect("an identity");
    let (founder, manager, supervisor) = (person("nora"), person("aisha"), person("selma"));
    let init = Init { founder: &founder, recovery: None, test: true };
    drop(Archive::init(&folder.join("archive"), &init, &clock()).expect("an archive"));
    let mut archive = Archive::open(&folder.join("archive"), Some(&folder.join("memory"))).expect("opened");
    for (person, role) in [(&manager, Role::CaseManager), (&supervisor, Role::CaseSupervisor)] {
        archive.add_person(&founder, &person.public(), &[role], &clock()).expect("added");
    }
    let key = manager.to_file(&pass(), 10).expect("sealed");
    std::fs::write(folder.join("aisha.key"), key).expect("written");
    let (archive, manager, supervisor) = (&archive, &manager, &supervisor);
    std::thread::scope(|scope| {
        for half in 0..2 {
            scope.spawn(move || {
                let cases = (0..load.cases).filter(|case| case % 2 == half);
                cases.for_each(|case| admit(archive, manager, supervisor, case, load));
            });
        }
    });
}

/// Admits a case and files its documents.
fn admit(archive: &Archive, manager: &Identity, supervisor: &Identity, case: usize, load: Load) {
    let unit = unit(case);
    let mut left = load.documents;
    let mut some = || {
        let count = load.together.min(left);
        left -= count;
        (0..count).map(|_| document(load.size_bytes)).collect::<Vec<_>>()
    };
    let open = Admission::open(unit.clone(), day(), manager.id().clone(), supervisor.id().clone());
    let admission = Admission { documents: some(), ..open };
    archive.admit(manager, &admission, &clock()).expect("admitted");
    loop {
        let documents = some();
        if documents.is_empty() {
            return;
        }
        archive.file(manager, &unit, &documents, &clock()).expect("filed");
    }
}

/// The number of a case.
pub fn unit(case: usize) -> Unit {
    format!("UASC-2016-{case:06}").parse().expect("a unit")
}

/// A document that does not compress and is nowhere twice.
pub fn document(size_bytes: usize) -> NewDocument {
    let mut bytes = vec![0; size_bytes];
    getrandom(&mut bytes);
    NewDocument {
        lang: Some("en".to_owned()),
        status: Some(Status::Open),
        manager: Some("Aisha Rahman".to_owned()),
        supervisor: Some("Selma Lindqvist".to_owned()),
        ..NewDocument::new("progress-report", "Progress report", day(), "application/octet-stream", bytes)
    }
}

fn getrandom(bytes: &mut [u8]) {
    use std::io::Read as _;
    std::fs::File::open("/dev/urandom")
        .and_then(|mut random| random.read_exact(bytes))
        .expect("random bytes");
}

pub fn clock() -> Clock {
    Clock::new(DateTime::from_timestamp(1_780_000_000, 0).expect("a moment"), Some(day()))
}

pub fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2016, 11, 30).expect("a day")
}

fn pass() -> Passphrase {
    Passphrase::from("for measuring only")
}
