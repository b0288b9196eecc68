//! The list of all folders; it needs no key.

use super::case::Case;
use super::departure::{Departing, departing};
use super::open::Archive;
use super::place::{self, FolderPlace, is_note};
use crate::cores::on_all_cores;
use crate::error::{Class, Error, Problem, Result};
use crate::log::{Escrow, Flag, Part, Reader, Stage, note};
use crate::names::{PersonId, Status, Unit};
use crate::seal::DocId;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// One folder in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The case number, or the matter of the office.
    pub unit: Unit,
    /// The folder's label with its status code.
    pub label: String,
    /// The status, none in office folders and where the history cannot be read.
    pub status: Option<Status>,
    /// Since which business date.
    pub since: Option<chrono::NaiveDate>,
    /// Until which business date, of an aged-out case.
    pub until: Option<chrono::NaiveDate>,
    /// From which business date the years of the policy count: see [`Case::kept_since`].
    pub kept_since: Option<chrono::NaiveDate>,
    /// The case manager.
    pub manager: Option<PersonId>,
    /// The case supervisor.
    pub supervisor: Option<PersonId>,
    /// Who can open it.
    pub readers: Vec<Reader>,
    /// The escrow identities that can open it too.
    pub escrows: Vec<Escrow>,
    /// Who leaves the agency, by the entries that ended or will end their reading.
    pub departing: Vec<Departing>,
    /// How many documents stand.
    pub documents: usize,
    /// Size of all sealed objects that stand.
    pub size_bytes: u64,
    /// The number of its newest entry.
    pub seq: u32,
    /// How far its disposal is; of a destroyed folder only the history is left, and nobody reads it.
    pub stage: Stage,
    /// What a person should know.
    pub flags: BTreeSet<Flag>,
    /// Where it lies; empty where it has vanished.
    pub folder: PathBuf,
}

impl Listing {
    /// What a person should look at, as warnings.
    pub fn warnings(&self) -> Vec<Problem> {
        super::case::warnings(&self.unit, &self.flags)
    }

    /// Whether somebody stands among its readers.
    pub fn is_read_by(&self, person: &PersonId) -> bool {
        self.readers.iter().any(|reader| reader.id == *person)
    }

    fn of(case: &Case) -> Self {
        let state = case.state();
        let day = |day: Option<crate::log::Day>| day.map(|day| day.0);
        Self {
            unit: case.unit().clone(),
            label: case.label(),
            status: case.status(),
            since: day(state.standing.since),
            until: day(state.standing.until),
            kept_since: case.kept_since(),
            manager: state.team.as_ref().map(|team| team.manager.clone()),
            supervisor: state.team.as_ref().map(|team| team.supervisor.clone()),
            readers: if case.is_destroyed() { Vec::new() } else { state.readers.clone() },
            escrows: if case.is_destroyed() { Vec::new() } else { case.escrows().to_vec() },
            departing: departing(case),
            documents: case.documents(),
            size_bytes: case.live().map(|live| live.added.n).sum(),
            seq: case.thread().greatest_head().map_or(0, |head| head.seq),
            stage: case.stage(),
            flags: case.flags().clone(),
            folder: case.folder().clone(),
        }
    }

    /// A folder of which nothing but this is known.
    fn unreadable(unit: &Unit, flag: Flag) -> Self {
        Self {
            unit: unit.clone(),
            label: unit.to_string(),
            status: None,
            since: None,
            until: None,
            kept_since: None,
            manager: None,
            supervisor: None,
            readers: Vec::new(),
            escrows: Vec::new(),
            departing: Vec::new(),
            documents: 0,
            size_bytes: 0,
            seq: 0,
            stage: Stage::None,
            flags: BTreeSet::from([flag]),
            folder: PathBuf::new(),
        }
    }
}

impl Archive {
    /// Every folder, cases first, by label. A folder that cannot be verified stands in the list with a
    /// flag, and so does one that this client remembers and no longer finds.
    ///
    /// # Errors
    /// The store's, where a prefix may not be read: nobody must take it for empty.
    pub fn cases(&self) -> Result<Vec<Listing>> {
        self.each_folder(|listing, _| listing)
    }

    /// The same with the folder itself, where it could be read: each is read once, and no more of them are
    /// held than `each` keeps. It is called on all cores.
    ///
    /// # Errors
    /// As [`Archive::cases`].
    pub fn each_folder<T: Send>(&self, each: impl Fn(Listing, Option<Case>) -> T + Sync) -> Result<Vec<T>> {
        const RUN: usize = 4;
        let listed = on_all_cores(&self.units()?, RUN, |units| {
            let read = units.iter().map(|unit| self.glance(unit));
            let read = read.collect::<Result<Vec<_>>>()?.into_iter().flatten();
            Ok::<Vec<T>, Error>(read.map(|(listing, case)| each(listing, case)).collect())
        })?;
        Ok(listed.into_iter().flatten().collect())
    }

    /// A folder and its line of the list; nothing for empty folders and what was moved or removed meanwhile.
    fn glance(&self, unit: &Unit) -> Result<Option<(Listing, Option<Case>)>> {
        let flag = match self.case(unit) {
            Ok(case) => return Ok(Some((Listing::of(&case), Some(case)))),
            Err(e) if e.class() == Class::Access => Flag::Unknown,
            Err(e) if e.problems().iter().any(|problem| problem.code == "archive.vanished") => Flag::Vanished,
            Err(e) if e.class() == Class::Damage => Flag::Invalid,
            Err(e) if e.class() == Class::NotFound => return Ok(None),
            Err(e) => return Err(e),
        };
        Ok(Some((Listing::unreadable(unit, flag), None)))
    }

    /// The documents that stand and whose id begins with `digits`, with their folders. Needs no key: ids
    /// stand in the entries.
    ///
    /// Only folders in which any entry has such an id are verified, the others only looked through as text;
    /// all are where none has.
    ///
    /// # Errors
    /// The store's, where a prefix may not be read.
    pub fn find_documents(&self, digits: &str) -> Result<Vec<(Unit, DocId)>> {
        let (units, wanted) = (self.units()?, format!("\"{digits}"));
        let mut mentioned = Vec::new();
        for unit in &units {
            mentioned.extend(self.mentions(unit, wanted.as_bytes())?.then_some(unit));
        }
        let found = self.documents_in(mentioned, digits);
        // A text may spell an id in another way.
        Ok(if found.is_empty() { self.documents_in(units.iter().collect(), digits) } else { found })
    }

    fn documents_in(&self, units: Vec<&Unit>, digits: &str) -> Vec<(Unit, DocId)> {
        let mut found = Vec::new();
        for unit in units {
            let Ok(case) = self.case(unit) else { continue };
            let documents = case.live().filter(|live| live.added.r == Part::Doc).map(|live| live.added.d);
            let begins = documents.filter(|d| d.to_string().starts_with(digits));
            found.extend(begins.map(|d| (unit.clone(), d)));
        }
        found
    }

    /// Whether the text of any entry of a folder holds `wanted`, or may: what cannot be read may.
    fn mentions(&self, unit: &Unit, wanted: &[u8]) -> Result<bool> {
        for place in FolderPlace::all(unit) {
            let listing = match self.store.names(&place.path()) {
                Ok(listing) => listing,
                Err(e) if e.class() == Class::Access => return Ok(true),
                Err(e) => return Err(e),
            };
            let notes = listing.objects.iter().filter(|object| is_note(&object.name));
            for note in notes {
                let read = self.store.read(&note.name, note::LIMIT_BYTES as u64);
                if read.map_or(true, |text| text.windows(wanted.len()).any(|part| part == wanted)) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The cases that lie under the prefix of a status, each once. It is only placement: whoever acts on a case
    /// reads it first.
    ///
    /// # Errors
    /// The store's, where the prefix may not be read.
    pub fn units_of(&self, status: Status) -> Result<Vec<Unit>> {
        let folders = self.store.folders(status.word())?;
        let mut units: Vec<Unit> =
            folders.iter().filter_map(|label| place::unit_of_folder(status.word(), label)).collect();
        units.sort();
        units.dedup();
        Ok(units)
    }

    /// The folders that lie under any prefix or are remembered, cases first.
    pub(super) fn units(&self) -> Result<Vec<Unit>> {
        let mut units = self.memory.units();
        for prefix in place::prefixes() {
            let folders = self.store.folders(prefix)?;
            units.extend(folders.iter().filter_map(|label| place::unit_of_folder(prefix, label)));
        }
        let (office, mut cases): (Vec<Unit>, Vec<Unit>) = units.into_iter().partition(Unit::is_office);
        cases.extend(office);
        Ok(cases)
    }
}
