//! Verifying: four levels, each saying what it proved.

use super::files::{Files, Odd, Stored};
use super::leftover::left_by_relabelling;
use super::memory::{Of, Remembered};
use super::open::{Archive, StaffLog};
use super::outline::Outline;
use super::place::{FolderPlace, Name, is_note};
use super::proved::proved;
use super::register::RegisterSummary;
use super::resume::{self, Progress};
use crate::error::{Class, Result};
use crate::log::register::Wanted;
use crate::log::{Escrow, NoteName};
use crate::names::{Digest, Unit};
use crate::seal::Identity;
use crate::store::Object;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// How deep to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Names and sizes.
    V0,
    /// Every byte: hash = name. No key.
    V1,
    /// The history: root, roster, signatures, authority, graph, state, remembered heads. No key.
    V2,
    /// The content, of folders the given key opens.
    V3,
}

/// What to verify.
pub struct VerifyOptions<'a> {
    /// How deep.
    pub level: Level,
    /// Whose key, for V3.
    pub identity: Option<&'a Identity>,
    /// One folder only.
    pub unit: Option<Unit>,
    /// The present, to notice entries from the future.
    pub now: Option<DateTime<Utc>>,
}

/// A part of the sealed objects, chosen by their names: the same seed chooses the same part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// How many of a hundred, 1 to 100.
    pub percent: u8,
    /// Which ones; another seed looks at others.
    pub seed: u64,
}

impl Sample {
    /// Whether the object of this hash is looked at.
    pub fn takes(self, hash: &Digest) -> bool {
        let drawn = Digest::of(&[&self.seed.to_be_bytes()[..], hash.as_bytes()].concat());
        let [a, b, ..] = *drawn.as_bytes();
        u32::from(u16::from_be_bytes([a, b])) * 100 < u32::from(self.percent) * 65_536
    }
}

/// How much to read, and who is told how far it is.
#[derive(Default)]
pub struct Extent<'a> {
    /// Read only a part of the objects at V1 and V3. Names and history are always read whole.
    pub sample: Option<Sample>,
    /// Go on with the same run over the whole archive that was interrupted: the bytes and contents of
    /// folders that it found without damage, and whose names and sizes are as they were, are not read again.
    /// There is only something to go on with for a client with memory, and where runs are told the time.
    pub resume: bool,
    /// Called with the objects done and their number.
    pub progress: Option<&'a dyn Fn(u64, u64)>,
}

/// One thing found, with the name of the object it is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The object's name in the archive.
    pub path: String,
    /// Stable code.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
}

impl Finding {
    /// Whether settling, merging or repairing left something that should not stay as it is.
    pub fn is_unfinished(&self) -> bool {
        const UNFINISHED: [&str; 9] = [
            "settle.rollback",
            "settle.unknown",
            "settle.cannot-move",
            "settle.no-history",
            "settle.damaged",
            "settle.kept",
            "merge.damaged",
            "merge.invalid",
            "repair.unavailable",
        ];
        UNFINISHED.contains(&self.code)
    }
}

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Folders.
    pub folders: u64,
    /// Folders that an escrow identity can open.
    pub folders_in_escrow: u64,
    /// Entries.
    pub entries: u64,
    /// Staff notes.
    pub staff_notes: u64,
    /// Sealed objects, envelopes included.
    pub objects: u64,
    /// Bytes hashed, from V1 on.
    pub bytes: u64,
    /// Folders opened, at V3.
    pub folders_opened: u64,
    /// Documents opened and compared with their cards, at V3.
    pub documents_opened: u64,
    /// Folders that the key does not open, at V3.
    pub folders_not_yours: u64,
    /// Objects whose bytes were read, from V1 on.
    pub objects_read: u64,
}

/// What was taken over from a run that was interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenOver {
    /// When that run began.
    pub since: DateTime<Utc>,
    /// Folders that it had verified.
    pub folders: u64,
    /// Objects in them, whose bytes were not read again.
    pub objects: u64,
}

/// What verifying found. Damage means exit code 5; notices mean nothing is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// How deep it looked.
    pub level: Level,
    /// What is proved where no damage was found, one sentence a level.
    pub proved: Vec<String>,
    /// What is damaged, by path.
    pub damage: Vec<Finding>,
    /// What should be known, by path.
    pub notices: Vec<Finding>,
    /// What was looked at.
    pub counts: Counts,
    /// The part of the objects that was read, where not all were.
    pub sample: Option<Sample>,
    /// What was not read again, because an interrupted run had.
    pub taken_over: Option<TakenOver>,
    /// The registers read, from V2 on.
    pub registers: Vec<RegisterSummary>,
    /// The escrow identity, where it is on.
    pub escrow: Option<Escrow>,
}

/// A verification under way.
pub(super) struct Run<'a> {
    pub(super) archive: &'a Archive,
    pub(super) options: &'a VerifyOptions<'a>,
    pub(super) extent: &'a Extent<'a>,
    pub(super) objects_listed: u64,
    /// Whether the folder at hand is taken over from an interrupted run.
    pub(super) is_taken_over: bool,
    pub(super) taken_over: Option<TakenOver>,
    /// What outside of folders may not be read.
    denied: Vec<String>,
    pub(super) staff: StaffLog,
    pub(super) staff_remembered: Remembered,
    /// What was remembered of each folder when this began.
    pub(super) remembered: BTreeMap<Unit, Remembered>,
    pub(super) envelopes: BTreeMap<Unit, BTreeMap<Digest, Stored>>,
    pub(super) damage: Vec<Finding>,
    pub(super) notices: Vec<Finding>,
    pub(super) counts: Counts,
    pub(super) wanted: Wanted,
    pub(super) registers: Vec<RegisterSummary>,
}

impl Archive {
    /// Verifies the archive, or one folder of it.
    ///
    /// # Errors
    /// The store's, where a folder cannot be read at all; class *usage* where V3 is asked for without a
    /// key, class *access* where that key is not on the roster. Damage is no error but a finding.
    pub fn verify(&self, options: &VerifyOptions<'_>) -> Result<Verification> {
        self.verify_extent(options, &Extent::default())
    }

    /// The same for a part of the objects, or with somebody watching.
    ///
    /// # Errors
    /// As [`Archive::verify`].
    pub fn verify_extent(&self, options: &VerifyOptions<'_>, extent: &Extent<'_>) -> Result<Verification> {
        if options.level == Level::V3 {
            let Some(identity) = options.identity else { return Err(needs_key()) };
            self.acting(identity)?;
        }
        // From V2 on, nothing is taken from memory but the heads that must be there.
        // Memory comes before any listing: what others file and this user remembers meanwhile is not lost.
        let staff_remembered = self.memory.recall(Of::Staff);
        let recalled = self.memory.units().into_iter().map(|unit| (unit.clone(), self.recall(&unit)));
        let remembered: BTreeMap<Unit, Remembered> = recalled.collect();
        let trusted = match options.level {
            Level::V0 | Level::V1 => staff_remembered.verified.clone(),
            Level::V2 | Level::V3 => HashSet::new(),
        };
        let mut run = Run {
            archive: self,
            options,
            extent,
            objects_listed: 0,
            is_taken_over: false,
            taken_over: None,
            denied: Vec::new(),
            staff: StaffLog::read(self.store.as_ref(), &self.root, &trusted)?,
            staff_remembered,
            remembered,
            envelopes: BTreeMap::new(),
            damage: Vec::new(),
            notices: Vec::new(),
            counts: Counts::default(),
            wanted: Wanted::default(),
            registers: Vec::new(),
        };
        let units = run.list()?;
        run.count(&units)?;
        run.staff();
        if options.level >= Level::V2 {
            run.wanted = run.registers()?;
        }
        run.folders(units)?;
        run.stray_envelopes();
        if options.unit.is_none() {
            run.vanished();
        }
        Ok(run.finish())
    }
}

const UNKNOWN: &str = "it may not be read, so what it holds is not known";
const NO_OBJECT: &str = "a link, a device or a name no object may have: never read";
const TEMPORARY: &str = "left by an unfinished write: not read";

fn needs_key() -> crate::error::Error {
    let problem = crate::error::Problem::error("archive.needs-key", "V3 opens documents, so it needs a key")
        .hint("name your key with -i, or verify at V2");
    crate::error::Error::new(Class::Usage, problem)
}

impl Run<'_> {
    pub(super) fn damage(&mut self, path: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.damage.push(Finding { path: path.into(), code, message: message.into() });
    }

    pub(super) fn notice(&mut self, path: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.notices.push(Finding { path: path.into(), code, message: message.into() });
    }

    /// Lists what lies outside of folders; gives the folders in scope.
    fn list(&mut self) -> Result<BTreeSet<Unit>> {
        let store = self.archive.store.as_ref();
        let Outline { mut units, objects, foreign, denied } =
            Outline::of(store, self.options.unit.as_slice())?;
        for path in &denied {
            self.damage(path, "verify.unknown", UNKNOWN);
        }
        self.denied = denied;
        for path in foreign {
            self.notice(path, "verify.foreign", NO_OBJECT);
        }
        for object in objects {
            self.sort(object);
        }
        if self.options.unit.is_none() {
            units.extend(self.remembered.keys().cloned());
        }
        Ok(units)
    }

    /// Verifies one folder after the other, but for those that an interrupted run had verified.
    fn folders(&mut self, units: BTreeSet<Unit>) -> Result<()> {
        let mut progress = Progress::begin(self.archive, self.options, self.extent);
        self.taken_over = progress.since().map(|since| TakenOver { since, folders: 0, objects: 0 });
        let left = self.left_by_relabelling(&units)?;
        for unit in units {
            let files = self.read(&unit)?;
            if left.contains(&unit) {
                self.left_over(&files);
                continue;
            }
            if self.options.unit.is_some() && files.is_empty() && self.recall(&unit).heads.is_empty() {
                return Err(super::error::no_case(&unit));
            }
            let mark = resume::mark(&files, self.envelopes.get(&unit));
            self.take_over(progress.holds(&unit, &mark) && !files.is_empty());
            let damaged = self.damage.len();
            self.folder(&unit, files)?;
            if self.damage.len() == damaged {
                progress.note(&unit, &mark);
            }
        }
        self.take_over(false);
        progress.end();
        Ok(())
    }

    /// The numbers under which only what a relabelling left behind lies; of one folder alone nobody can tell.
    fn left_by_relabelling(&self, units: &BTreeSet<Unit>) -> Result<BTreeSet<Unit>> {
        if self.options.unit.is_some() {
            return Ok(BTreeSet::new());
        }
        let store = self.archive.store.as_ref();
        let mut by_beginning: BTreeMap<NoteName, Vec<&Unit>> = BTreeMap::new();
        for unit in units {
            for name in Files::beginnings(store, unit)? {
                by_beginning.entry(name).or_default().push(unit);
            }
        }
        let several = by_beginning.into_values().filter(|units| units.len() > 1).flatten();
        let read = |unit: &Unit| Ok((unit.clone(), Files::read(store, unit, &self.archive.id())?));
        let several = several.map(read).collect::<Result<_>>()?;
        Ok(left_by_relabelling(&several))
    }

    /// Says whether the next folder is taken over from an interrupted run.
    fn take_over(&mut self, is: bool) {
        self.is_taken_over = is;
        if let Some(taken) = self.taken_over.as_mut().filter(|_| is) {
            taken.folders += 1;
        }
    }

    /// Counts the objects of all folders, where somebody watches.
    fn count(&mut self, units: &BTreeSet<Unit>) -> Result<()> {
        self.objects_listed =
            self.counts.objects + self.envelopes.values().map(|all| all.len() as u64).sum::<u64>();
        if self.extent.progress.is_none() {
            return Ok(());
        }
        for place in units.iter().flat_map(FolderPlace::all) {
            match self.archive.store.list(&place.path()) {
                Ok(listing) => {
                    let objects = listing.objects.iter().filter(|object| !is_note(&object.name));
                    self.objects_listed += objects.count() as u64;
                }
                Err(e) if e.class() == Class::Access => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// Lists and reads one folder.
    fn read(&mut self, unit: &Unit) -> Result<Files> {
        let files = Files::read_sized(self.archive.store.as_ref(), unit, &self.archive.id())?;
        let above = |place: &str| self.denied.iter().any(|denied| place.starts_with(&format!("{denied}/")));
        let denied: Vec<String> = files.denied.iter().filter(|place| !above(place)).cloned().collect();
        for path in denied {
            self.damage(path, "verify.unknown", UNKNOWN);
        }
        for path in &files.temporary {
            self.notice(path, "verify.temporary", TEMPORARY);
        }
        Ok(files)
    }

    /// What was remembered of a folder when this began.
    pub(super) fn recall(&self, unit: &Unit) -> Remembered {
        self.remembered.get(unit).cloned().unwrap_or_default()
    }

    fn sort(&mut self, object: Object) {
        let Object { name: path, size_bytes } = object;
        match Name::parse(&path) {
            Name::Envelope(unit, hash) => {
                self.envelopes.entry(unit).or_default().insert(hash, Stored { path, size_bytes });
            }
            Name::Register(_, name, _) => self.bytes([(&name.hash, &Stored { path, size_bytes })]),
            Name::Root | Name::Staff(_) | Name::Object(..) | Name::Entry(..) | Name::Snapshot(..) => {}
            Name::Reserved => self.notice(path, "verify.reserved", "kept for a later version: not read"),
            Name::Temporary => self.notice(path, "verify.temporary", TEMPORARY),
            Name::Foreign => self.notice(path, "verify.foreign", "no name of this archive: never read"),
        }
    }

    /// Whether an object belongs to the part that is read.
    pub(super) fn takes(&self, hash: &Digest) -> bool {
        self.extent.sample.is_none_or(|sample| sample.takes(hash))
    }

    pub(super) fn odd(&mut self, broken: &[Odd], foreign: &[Odd]) {
        for odd in broken {
            self.damage(&odd.path, "verify.bytes", &odd.reason);
        }
        for odd in foreign {
            self.notice(&odd.path, "verify.foreign", format!("not used: {}", odd.reason));
        }
    }

    fn staff(&mut self) {
        let (broken, foreign) = (self.staff.broken.clone(), self.staff.foreign.clone());
        self.odd(&broken, &foreign);
        self.counts.staff_notes = self.staff.paths.len() as u64;
        let path = |staff: &StaffLog, name: &NoteName| {
            staff.paths.get(name).cloned().unwrap_or_else(|| super::open::staff_path(name))
        };
        let invalid: Vec<_> = self.staff.roster.invalid().to_vec();
        for (name, fault) in invalid {
            self.damage(path(&self.staff, &name), "verify.invalid", format!("invalid: {fault}"));
        }
        for name in self.staff.roster.pending().to_vec() {
            self.damage(path(&self.staff, &name), "verify.gap", "it builds on a staff note that is missing");
        }
        for path in self.staff.missing_parents() {
            self.damage(path, "verify.gap", "missing: later staff notes build on it");
        }
        for name in self.staff.roster.doubles().to_vec() {
            self.notice(path(&self.staff, &name), "verify.double", "a second file of a note: not used");
        }
        for what in self.staff.roster.now().conflicts() {
            self.notice("staff", "verify.conflict", format!("two staff notes set {what} at once"));
        }
        for (person, by) in self.staff.roster.unsettled_keys() {
            let message = format!("{person}: {}", super::open::unsettled(&by));
            self.notice("staff", "verify.unsettled-key", message);
        }
        let roster = &self.staff.roster;
        let remembered = &self.staff_remembered;
        let gone = remembered.heads.iter().filter(|head| roster.at(&[**head]).is_none());
        let lost: Vec<NoteName> = gone.filter(|head| !roster.is_given_up(head)).copied().collect();
        let given_up: Vec<(NoteName, usize)> =
            roster.given_up().iter().map(|(note, lost)| (*note, lost.len())).collect();
        for (note, count) in given_up {
            let message = format!("after a restored backup {count} notes and checkpoints were given up");
            self.notice(super::open::staff_path(&note), "verify.restored", message);
        }
        for name in lost {
            self.damage(
                super::open::staff_path(&name),
                "verify.rollback",
                "seen before by this client, and gone",
            );
        }
    }

    fn finish(mut self) -> Verification {
        for findings in [&mut self.damage, &mut self.notices] {
            findings.sort();
            findings.dedup();
        }
        let level = self.options.level;
        let counts = self.counts;
        Verification {
            level,
            proved: if self.damage.is_empty() {
                proved(level, &counts, self.extent.sample, self.taken_over)
            } else {
                Vec::new()
            },
            sample: self.extent.sample,
            taken_over: self.taken_over,
            damage: self.damage,
            notices: self.notices,
            counts,
            registers: self.registers,
            escrow: self.staff.roster.now().escrow(),
        }
    }
}
