//! Making an archive and opening one.

use super::error;
use super::files::{Odd, ReadNote, read_note};
use super::memory::{Memory, Of, Remembered};
use super::people;
use super::place::{Name, STAFF};
use crate::clock::Clock;
use crate::error::{Class, Problem, Result};
use crate::log::root::{ROOT_FILE, ROOT_LIMIT_BYTES};
use crate::log::{Day, Note, NoteName, Role, Root, Roster, StaffNote, StaffOp, Time};
use crate::names::Digest;
use crate::seal::{Identity, Public};
use crate::store::{LocalStore, Store};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

/// How to begin an archive.
pub struct Init<'a> {
    /// Who founds it: their key becomes the root key `r1`, and they become administrator.
    pub founder: &'a Identity,
    /// The recovery identity: its signing key becomes the second root key, so that it can put another
    /// administrator in the founder's place. It reads nothing.
    pub recovery: Option<Public>,
    /// Whether this archive is for tests only.
    pub test: bool,
}

/// An archive, opened: its root and its staff are verified.
pub struct Archive {
    pub(super) store: Box<dyn Store>,
    pub(super) root: Root,
    pub(super) memory: Memory,
    pub(super) staff: StaffLog,
    pub(super) day: Option<Day>,
    first_contact: bool,
}

/// The staff log as it lies on disk, and what is wrong with it.
pub(super) struct StaffLog {
    pub(super) roster: Roster,
    pub(super) notes: Vec<Note>,
    pub(super) paths: BTreeMap<NoteName, String>,
    pub(super) broken: Vec<Odd>,
    pub(super) foreign: Vec<Odd>,
    /// Remembered heads that are gone.
    pub(super) lost: Vec<NoteName>,
}

impl Archive {
    /// Makes an archive in an empty or new folder.
    ///
    /// # Errors
    /// `archive.occupied` (input) where something lies there; the store's errors. Nothing counts as an
    /// archive until its `casefile.json` is there, which is written last.
    pub fn init(dir: &Path, init: &Init<'_>, clock: &Clock) -> Result<Self> {
        let occupied = std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
        if occupied {
            return Err(error::occupied(dir));
        }
        let beginning = Beginning::new(init, clock)?;
        beginning.write(Box::new(LocalStore::create(dir)?))
    }

    /// Makes an archive in any empty store.
    ///
    /// # Errors
    /// The store's errors.
    pub fn init_with_store(store: Box<dyn Store>, init: &Init<'_>, clock: &Clock) -> Result<Self> {
        Beginning::new(init, clock)?.write(store)
    }

    /// Opens the archive in a folder. `memory` is this user's own folder for what clients remember.
    ///
    /// # Errors
    /// `archive.none` (not found) where this is no archive; `archive.root-damaged` and
    /// `archive.staff-damaged` (damage), each naming its file; `archive.newer` (input).
    pub fn open(dir: &Path, memory: Option<&Path>) -> Result<Self> {
        let store = LocalStore::open(dir).map_err(|e| match e.class() {
            Class::NotFound | Class::Damage => error::not_an_archive(dir),
            _ => e,
        })?;
        Self::with_store(Box::new(store), memory.map(Path::to_owned))
    }

    /// Opens the archive in any store.
    ///
    /// # Errors
    /// As [`Archive::open`].
    pub fn with_store(store: Box<dyn Store>, memory: Option<PathBuf>) -> Result<Self> {
        let path = store.location(ROOT_FILE).unwrap_or_else(|| ROOT_FILE.into());
        let bytes = store.read(ROOT_FILE, ROOT_LIMIT_BYTES as u64).map_err(|e| match e.class() {
            Class::NotFound => error::not_an_archive(crate::fs::folder_of(&path)),
            _ => e,
        })?;
        let is_archive = || store.list(STAFF).is_ok_and(|listing| !listing.objects.is_empty());
        let root = Root::parse(&bytes).map_err(|foreign| {
            let reason = foreign.to_string();
            if is_archive() { error::root_damaged(&path, &reason) } else { error::not_a_root(&path, &reason) }
        })?;
        let memory = Memory::new(memory, root.id());
        let first_contact = memory.is_new();
        // Memory first: what another process of this user writes and remembers meanwhile is not lost.
        let remembered = memory.recall(Of::Staff);
        let staff = StaffLog::read(store.as_ref(), &root, &remembered.verified)?;
        let mut archive = Self { store, root, memory, staff, first_contact, day: None };
        archive.check_beginning(&path)?;
        archive.remember_staff(&remembered);
        Ok(archive)
    }

    /// Whether the staff log begins; where it does not, which file is to blame.
    fn check_beginning(&self, root_path: &Path) -> Result<()> {
        if let Some(feature) = self.root.newer() {
            // A changed byte may look like a new feature: then no note belongs to this root.
            if !self.staff.notes.is_empty() {
                return Err(error::newer(&feature));
            }
            return Err(error::root_damaged(root_path, "no staff note belongs to it"));
        }
        if self.staff.roster.events().is_empty() {
            let other = crate::log::Foreign::Archive.to_string();
            let all_foreign = self.staff.broken.is_empty()
                && self.staff.foreign.iter().any(|odd| odd.reason == other)
                && self.staff.notes.is_empty();
            if all_foreign {
                return Err(error::root_damaged(root_path, "no staff note belongs to it"));
            }
            let first = self.staff.broken.first().map_or(STAFF, |odd| odd.path.as_str());
            return Err(error::staff_damaged(&self.location(first)));
        }
        Ok(())
    }

    /// Remembers the staff notes seen; an alarm stays until the lost notes are back.
    pub(super) fn remember_staff(&mut self, remembered: &Remembered) {
        let roster = &self.staff.roster;
        let known = |name: &NoteName| roster.at(&[*name]).is_some();
        let gone = remembered.heads.iter().filter(|head| !known(head) && !roster.is_given_up(head));
        self.staff.lost = gone.copied().collect();
        let heads = roster.heads().iter().chain(&self.staff.lost).copied().collect();
        let mut verified: HashSet<NoteName> = roster.events().iter().map(|event| event.name).collect();
        // What was there before a loss is remembered until it is back or given up.
        verified.extend(remembered.verified.iter().filter(|_| !self.staff.lost.is_empty()));
        self.memory.keep(Of::Staff, remembered, heads, verified);
    }

    /// The same archive, used on `day`: from now on it opens nothing for temporary readers whose last day
    /// lies before. Without a day their end is checked where they sign, not where they open.
    #[must_use]
    pub fn on(mut self, day: chrono::NaiveDate) -> Self {
        self.day = Some(Day(day));
        self
    }

    /// The archive's id: the hash of its root file.
    pub fn id(&self) -> Digest {
        self.root.id()
    }

    /// The root file.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// The staff log, judged.
    pub fn roster(&self) -> &Roster {
        &self.staff.roster
    }

    /// Whether this client was never here: its user should compare [`Archive::id`] with what they were
    /// told.
    pub fn is_first_contact(&self) -> bool {
        self.first_contact
    }

    /// What a person should know about the staff log before trusting a listing.
    pub fn warnings(&self) -> Vec<Problem> {
        let staff = &self.staff;
        let lost = staff.lost.iter().map(|name| {
            Problem::warning("archive.rollback", format!("the staff note {name}, seen before, is gone"))
        });
        let broken = staff.broken.iter().map(|odd| {
            Problem::warning("archive.damaged", format!("{} is damaged: {}", odd.path, odd.reason))
        });
        let invalid = staff.roster.invalid().iter().map(|(name, fault)| {
            Problem::warning("archive.invalid-note", format!("the staff note {name} is invalid: {fault}"))
        });
        let pending = staff.roster.pending().iter().map(|name| {
            Problem::warning("archive.gap", format!("the staff note {name} waits for one that is missing"))
        });
        let forked = staff.roster.now().conflicts().into_iter().map(|what| {
            Problem::warning("archive.staff-conflict", format!("two staff notes set {what} at once"))
        });
        let unsettled = staff.roster.unsettled_keys().into_iter().map(|(person, by)| {
            Problem::warning("archive.unsettled-key", format!("{}: {}", person, unsettled(&by)))
                .hint(UNSETTLED_HINT)
        });
        lost.chain(broken).chain(invalid).chain(pending).chain(forked).chain(unsettled).collect()
    }

    /// Where a person finds an object.
    pub(super) fn location(&self, name: &str) -> PathBuf {
        self.store.location(name).unwrap_or_else(|| name.into())
    }

    /// What is remembered of a folder.
    pub(super) fn recall(&self, unit: &crate::names::Unit) -> Remembered {
        self.memory.recall(Of::Unit(unit))
    }
}

impl StaffLog {
    /// Reads and judges all staff notes.
    pub(super) fn read(store: &dyn Store, root: &Root, verified: &HashSet<NoteName>) -> Result<Self> {
        let (mut notes, mut broken, mut foreign) = (Vec::new(), Vec::new(), Vec::new());
        let mut paths = BTreeMap::new();
        let listing = store.list(STAFF)?;
        let odd = |path: String| Odd { path, reason: "no name of this archive".to_owned() };
        foreign.extend(listing.foreign.into_iter().map(odd));
        for object in listing.objects {
            let Name::Staff(name) = Name::parse(&object.name) else {
                if Name::parse(&object.name) == Name::Foreign {
                    foreign.push(odd(object.name));
                }
                continue;
            };
            match read_note(store, &object.name, &name, &root.id())? {
                ReadNote::Good(note) => notes.push(*note),
                ReadNote::Broken(odd) => broken.push(odd),
                ReadNote::Foreign(odd) => foreign.push(odd),
            }
            paths.insert(name, object.name);
        }
        let mut roster = Roster::fold(root.clone(), &notes, verified);
        super::register::cover(store, &mut roster)?;
        Ok(Self { roster, notes, paths, broken, foreign, lost: Vec::new() })
    }

    /// Where the staff notes would lie that others name as parents and that are not there.
    pub(super) fn missing_parents(&self) -> BTreeSet<String> {
        let content = |note: &Note| note.content::<StaffNote>().ok();
        let parents = self.notes.iter().filter_map(content).flat_map(|note| note.parents);
        parents.filter(|parent| !self.paths.contains_key(parent)).map(|parent| staff_path(&parent)).collect()
    }
}

/// What is said of a key that somebody set beside their own departure.
pub(super) fn unsettled(by: &crate::names::PersonId) -> String {
    format!(
        "these keys were set by {by}, in a note beside the one by which {by} left or ceased to administer"
    )
}

/// What is done about it.
pub(super) const UNSETTLED_HINT: &str = "compare them with their owner, then set them anew: casefile person rekey, or person retire and person add";

/// What an archive begins with: its first staff notes and, written last, its root file.
struct Beginning {
    notes: Vec<(String, Vec<u8>)>,
    root: Vec<u8>,
}

impl Beginning {
    fn new(init: &Init<'_>, clock: &Clock) -> Result<Self> {
        let time = Time::new(clock.now());
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).map_err(|_| error::internal("make a random number"))?;
        let made = Root::new(time, nonce, init.founder.verify_key(), init.test);
        let (root, bytes) = made.ok_or_else(|| error::internal("write the root file"))?;
        let notes = first_notes(&root, init, time)?;
        let named = |note: &Note| (staff_path(&note.name()), note.bytes().to_vec());
        Ok(Self { notes: notes.iter().map(named).collect(), root: bytes })
    }

    fn write(self, store: Box<dyn Store>) -> Result<Archive> {
        store.put_batch(&self.notes)?;
        store.put_batch(&[(ROOT_FILE.to_owned(), self.root)])?;
        Archive::with_store(store, None)
    }
}

/// Where a staff note lies.
pub(super) fn staff_path(name: &NoteName) -> String {
    format!("{STAFF}/{name}.note")
}

/// The founder's note, and the one that makes the recovery identity's key a root key.
fn first_notes(root: &Root, init: &Init<'_>, time: Time) -> Result<Vec<Note>> {
    let roster = Roster::fold(root.clone(), &[], &HashSet::new());
    let founder = init.founder.public();
    let person = people::stated(&founder, &[Role::Administrator]);
    let mut draft = people::draft(&roster, StaffOp::Genesis, time);
    draft.person = Some(person);
    let mut notes = vec![people::sign_as_root(root, draft, init.founder)?];
    if let Some(recovery) = &init.recovery {
        recovery.check_proof()?;
        let roster = Roster::fold(root.clone(), &notes, &HashSet::new());
        let mut keys = root.keys().clone();
        let name = "r2".parse()?;
        keys.keys.insert(name, recovery.sign);
        let mut draft = people::draft(&roster, StaffOp::Root, time);
        draft.person = Some(people::stated(recovery, &[]));
        draft.root = Some(keys);
        notes.push(people::sign_as_root(root, draft, init.founder)?);
    }
    let roster = Roster::fold(root.clone(), &notes, &HashSet::new());
    match roster.invalid().first() {
        Some((_, fault)) => Err(error::refused(fault)),
        None => Ok(notes),
    }
}
