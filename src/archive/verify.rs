//! Verifying: four levels, each saying what it proved.

use super::files::{Files, Odd, Stored};
use super::leftover::left_by_relabelling;
use super::memory::{Of, Remembered};
use super::open::{Archive, StaffLog};
use super::place::{FolderPlace, Name};
use super::register::RegisterSummary;
use crate::error::{Class, Result};
use crate::log::register::Wanted;
use crate::log::root::ROOT_FILE;
use crate::log::{Escrow, NoteName};
use crate::names::{Digest, Unit};
use crate::seal::Identity;
use crate::seal::object::SEALED_LIMIT_BYTES;
use crate::store::{Listing, Object};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashSet};

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
    objects_listed: u64,
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
        if let Some(unit) = &options.unit
            && units.get(unit).is_none_or(Files::is_empty)
            && run.recall(unit).heads.is_empty()
        {
            return Err(super::error::no_case(unit));
        }
        run.objects_listed +=
            units.values().map(|files| files.objects.values().flatten().count() as u64).sum::<u64>();
        run.objects_listed += run.envelopes.values().map(|envelopes| envelopes.len() as u64).sum::<u64>();
        run.staff();
        if options.level >= Level::V2 {
            run.wanted = run.registers()?;
        }
        let left = left_by_relabelling(&units);
        for (unit, files) in units {
            if left.contains(&unit) {
                run.left_over(&files);
            } else {
                run.folder(&unit, files)?;
            }
        }
        if options.unit.is_none() {
            run.vanished();
        }
        Ok(run.finish())
    }
}

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

    /// Lists everything in scope, sorted into folders, whose notes are then read.
    fn list(&mut self) -> Result<BTreeMap<Unit, Files>> {
        let mut units: BTreeMap<Unit, Files> = BTreeMap::new();
        let scope = match &self.options.unit {
            None => vec![String::new()],
            Some(unit) => {
                units.insert(unit.clone(), Files::default());
                let places = FolderPlace::all(unit).into_iter().map(|place| place.path());
                places.chain([format!("{}/{unit}", super::place::KEYS)]).collect()
            }
        };
        for folder in scope {
            let Listing { objects, foreign, denied, .. } = self.archive.store.list(&folder)?;
            for path in denied {
                self.damage(path, "verify.unknown", "it may not be read, so what it holds is not known");
            }
            for path in foreign {
                self.notice(
                    path,
                    "verify.foreign",
                    "a link, a device or a name no object may have: never read",
                );
            }
            for object in objects {
                self.sort(object, &mut units);
            }
        }
        for unit in self.remembered.keys() {
            if self.options.unit.as_ref().is_none_or(|only| only == unit) {
                units.entry(unit.clone()).or_default();
            }
        }
        for files in units.values_mut() {
            files.read_notes(self.archive.store.as_ref(), &self.archive.id())?;
        }
        Ok(units)
    }

    /// What was remembered of a folder when this began.
    pub(super) fn recall(&self, unit: &Unit) -> Remembered {
        self.remembered.get(unit).cloned().unwrap_or_default()
    }

    fn sort(&mut self, object: Object, units: &mut BTreeMap<Unit, Files>) {
        let size_bytes = object.size_bytes;
        let path = object.name.clone();
        match Name::parse(&object.name) {
            Name::Object(place, _) | Name::Entry(place, _) | Name::Snapshot(place, _) => {
                let files = units.entry(place.unit.clone()).or_default();
                if !files.places.contains(&place) {
                    files.places.push(place);
                }
                files.sort(object);
            }
            Name::Envelope(unit, hash) => {
                self.envelopes.entry(unit).or_default().insert(hash, Stored { path, size_bytes });
            }
            Name::Register(_, name, _) => self.bytes(&path, &name.hash, size_bytes),
            Name::Root | Name::Staff(_) => {}
            Name::Reserved => self.notice(path, "verify.reserved", "kept for a later version: not read"),
            Name::Temporary => self.notice(path, "verify.temporary", "left by an unfinished write: not read"),
            Name::Foreign => self.notice(path, "verify.foreign", "no name of this archive: never read"),
        }
    }

    /// From V1 on: whether an object's bytes are those that its name says.
    pub(super) fn bytes(&mut self, path: &str, hash: &Digest, size_bytes: u64) {
        self.counts.objects += 1;
        if let Some(progress) = self.extent.progress {
            progress(self.counts.objects, self.objects_listed.max(self.counts.objects));
        }
        if self.options.level < Level::V1 || !self.takes(hash) {
            return;
        }
        self.counts.objects_read += 1;
        match self.archive.store.read(path, SEALED_LIMIT_BYTES) {
            Ok(bytes) if Digest::of(&bytes) == *hash => self.counts.bytes += size_bytes,
            Ok(_) => self.damage(path, "verify.bytes", "its bytes are not those that its name says"),
            Err(e) => self.damage(path, "verify.unreadable", e.to_string()),
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
                proved(level, &counts, self.extent.sample)
            } else {
                Vec::new()
            },
            sample: self.extent.sample,
            damage: self.damage,
            notices: self.notices,
            counts,
            registers: self.registers,
            escrow: self.staff.roster.now().escrow(),
        }
    }
}

/// What a level proves about an archive in which it finds no damage.
fn proved(level: Level, counts: &Counts, sample: Option<Sample>) -> Vec<String> {
    let part = sample.map(|sample| {
        let (read, of) = (counts.objects_read, counts.objects);
        format!(" in a sample of {} % (seed {}: {read} of {of})", sample.percent, sample.seed)
    });
    let part = part.unwrap_or_default();
    let folders = number(counts.folders, "folder", "folders");
    let objects = number(counts.objects, "object", "objects");
    let entries = number(counts.entries, "entry", "entries");
    let notes = number(counts.staff_notes, "staff note", "staff notes");
    let documents = number(counts.documents_opened, "document", "documents");
    let opened = number(counts.folders_opened, "folder", "folders");
    let closed = number(counts.folders_not_yours, "folder was", "folders were");
    let sentences = [
        (Level::V0, format!("V0: every object that the history of {folders} names is there in its size")),
        (
            Level::V1,
            format!("V1: the bytes of {objects}{part}, {entries} and {notes} are those that their names say"),
        ),
        (
            Level::V2,
            format!(
                "V2: from {ROOT_FILE} on, everyone who signed was who they said and allowed to, and nothing \
                 this client saw before or a register names is gone"
            ),
        ),
        (
            Level::V3,
            format!(
                "V3: {documents} in {opened}{} hold what their cards say; {closed} not this key's to open",
                if sample.is_some() { ", a sample," } else { "" }
            ),
        ),
    ];
    sentences.into_iter().filter(|(of, _)| *of <= level).map(|(_, sentence)| sentence).collect()
}

fn number(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
