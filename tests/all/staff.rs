//! An archive and the people who work in it, for tests that use the library instead of the program.

use casefile::archive::{Admission, Archive, Init, NewDocument};
use casefile::clock::Clock;
use casefile::log::Role;
use casefile::names::{PersonId, Unit};
use casefile::seal::Identity;
use chrono::{DateTime, Duration, NaiveDate};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A supervisor and two case managers, as most tests need them.
pub const TEAM: [(&str, Role); 3] =
    [("selma", Role::CaseSupervisor), ("aisha", Role::CaseManager), ("ben", Role::CaseManager)];

/// Who keeps a recovery key for the archive's founder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Recovery {
    /// Nobody.
    None,
    /// Rita.
    Rita,
}

/// An archive in a temporary folder. Nora founded it; eve and rita have keys and no place on the roster.
pub struct Staff {
    dir: TempDir,
    people: BTreeMap<&'static str, Identity>,
}

impl Staff {
    /// Founds the archive and gives everybody the role beside their name.
    pub fn found(roster: &[(&'static str, Role)], recovery: Recovery, clock: &Clock) -> Self {
        let names = ["nora", "rita", "eve"].into_iter().chain(roster.iter().map(|(name, _)| *name));
        let people = names.map(|name| (name, Identity::generate(id(name), name).unwrap())).collect();
        let staff = Self { dir: TempDir::new().unwrap(), people };
        let recovery = (recovery == Recovery::Rita).then(|| staff.who("rita").public());
        let init = Init { founder: staff.who("nora"), recovery, test: true };
        let mut archive = Archive::init(&staff.path(), &init, clock).unwrap();
        for (name, role) in roster {
            archive.add_person(staff.who("nora"), &staff.who(name).public(), &[*role], clock).unwrap();
        }
        staff
    }

    /// Aisha admits an open case of hers, which selma supervises, on the clock's business date.
    pub fn admit(&self, unit: &str, documents: Vec<NewDocument>, clock: &Clock) {
        let case = Admission::open(unit.parse().unwrap(), clock.today(), id("aisha"), id("selma"));
        self.open().admit(self.who("aisha"), &Admission { documents, ..case }, clock).unwrap();
    }

    /// Somebody's identity.
    pub fn who(&self, name: &str) -> &Identity {
        &self.people[name]
    }

    /// The archive's folder.
    pub fn path(&self) -> PathBuf {
        self.beside("archive")
    }

    /// Where a client that remembers keeps what it saw.
    pub fn memory(&self) -> PathBuf {
        self.beside("memory")
    }

    /// A path beside the archive.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The archive, opened by a client without memory.
    pub fn open(&self) -> Archive {
        Archive::open(&self.path(), None).unwrap()
    }

    /// Every file of the archive.
    pub fn files(&self) -> Vec<PathBuf> {
        crate::agency::files_below(&self.path())
    }

    /// Every sealed file below the archive: objects and envelopes.
    pub fn sealed(&self) -> Vec<PathBuf> {
        with_ending(&self.path(), "age")
    }
}

/// Every file below a folder whose name ends so, sorted.
pub fn with_ending(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files = crate::agency::files_below(folder);
    files.retain(|path| path.extension().is_some_and(|extension| extension == ending));
    files
}

/// A name of a test's own for [`Staff`], to give it methods of its own.
macro_rules! staffed {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        struct $name(crate::staff::Staff);

        impl std::ops::Deref for $name {
            type Target = crate::staff::Staff;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }
    };
}
pub(crate) use staffed;

/// An id of a person.
pub fn id(text: &str) -> PersonId {
    text.parse().unwrap()
}

/// A folder's number.
pub fn unit(text: &str) -> Unit {
    text.parse().unwrap()
}

/// A day as `2016-12-01`.
pub fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// 12:00 on the n-th day after 1 December 2016, which is the business date too.
pub fn noon_of_day(n: i64) -> Clock {
    let noon = crate::agency::noon().now() + Duration::days(n);
    Clock::new(noon, Some(noon.date_naive()))
}

/// The n-th minute of the hour in which a test writes, on the business date 1 December 2016.
pub fn minute(n: i64) -> Clock {
    let moment = DateTime::from_timestamp(1_780_000_000, 0).unwrap() + Duration::minutes(n);
    Clock::new(moment, Some(date("2016-12-01")))
}
