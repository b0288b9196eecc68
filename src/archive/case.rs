//! One folder, read and verified without any key.

use super::error;
use super::files::Files;
use super::memory::{Of, Remembered};
use super::open::Archive;
use super::place::FolderPlace;
use crate::error::{Problem, Result};
use crate::log::{
    Escrow, Flag, Folded, Judged, Live, NoteName, Op, Part, Person, Roster, State, Thread, Verdict, fold,
};
use crate::names::{Digest, PersonId, Status, Unit};
use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;

/// A folder's verified history and state. Making one needs no key.
pub struct Case {
    pub(super) unit: Unit,
    pub(super) files: Files,
    /// The folder itself, then its twins if there are any.
    pub(super) threads: Vec<Thread>,
    pub(super) lost: Vec<NoteName>,
    pub(super) remembered: Remembered,
    /// Whether this is how the folder would be, or was on one copy, and not how it is.
    pub(super) is_view: bool,
    state: State,
    flags: BTreeSet<Flag>,
    pub(super) escrows: Vec<Escrow>,
    folder: PathBuf,
}

impl Archive {
    /// Reads and verifies one folder.
    ///
    /// # Errors
    /// `archive.no-case` (not found); `archive.vanished` and `archive.no-history` (damage).
    pub fn case(&self, unit: &Unit) -> Result<Case> {
        // Memory first: what another process of this user files and remembers meanwhile is not lost.
        let remembered = self.recall(unit);
        let files = Files::read(self.store.as_ref(), unit, &self.id())?;
        self.case_of(unit, files, remembered)
    }

    /// The case that these files are, where `remembered` was recalled before they were listed.
    pub(super) fn case_of(&self, unit: &Unit, files: Files, remembered: Remembered) -> Result<Case> {
        // Objects without any entry are what a crashed admission leaves: there is no such case yet.
        if files.note_paths.is_empty() {
            let heads = remembered.heads.iter().copied().collect();
            let known = files.denied.is_empty() && !self.really_lost(unit, heads).is_empty();
            if !known && files.denied.is_empty() {
                // It has another number now.
                self.memory.keep(Of::Unit(unit), &remembered, BTreeSet::new(), HashSet::new());
            }
            return Err(match files.denied.first() {
                Some(place) => error::unknown_place(unit, place),
                None if known => error::vanished(unit),
                None => error::no_case(unit),
            });
        }
        let folded = fold(unit, &files.notes, self.roster(), &remembered.verified);
        let lost = self.really_lost(unit, lost_heads(&remembered, &folded));
        let threads = folded.threads;
        // A folder on its way to another number has left copies here that count for nothing.
        if threads.is_empty() && lost.is_empty() && !folded.misplaced.is_empty() {
            return Err(error::no_case(unit));
        }
        let Some(state) = threads.first().and_then(|thread| thread.state.clone()) else {
            return Err(error::no_history(unit));
        };
        let canonical = FolderPlace::of(unit, state.standing.status);
        let present = files.places.iter().find(|place| **place == canonical).or(files.places.first());
        let lies_in = self.location(&present.unwrap_or(&canonical).path());
        let mut read = Case {
            unit: unit.clone(),
            files,
            threads,
            lost,
            remembered,
            is_view: false,
            state,
            flags: BTreeSet::new(),
            escrows: Vec::new(),
            folder: lies_in,
        };
        read.escrows = read.thread().escrows(self.roster());
        read.flags = self.flags(&read, &canonical);
        self.remember(&read);
        Ok(read)
    }

    fn flags(&self, case: &Case, canonical: &FolderPlace) -> BTreeSet<Flag> {
        let staff = self.roster().now();
        let office = case.unit.is_office();
        let alive = |id: &PersonId| staff.active(id).is_some_and(|p: Person| office || p.may_read_cases());
        let living = case.state.readers.iter().filter(|reader| alive(&reader.id)).count();
        let mut flags: BTreeSet<Flag> =
            case.threads.iter().flat_map(|thread| thread.flags.iter().copied()).collect();
        let more = [
            (!case.lost.is_empty(), Flag::Rollback),
            (has_damaged_entry(&case.files), Flag::Damaged),
            (!case.files.denied.is_empty(), Flag::Unknown),
            (living == 1 && !case.is_destroyed(), Flag::OneReader),
            (living == 0 && !case.is_destroyed(), Flag::NoReader),
            (case.files.places.iter().any(|place| place != canonical), Flag::Misplaced),
        ];
        flags.extend(more.iter().filter(|(is, _)| *is).map(|(_, flag)| *flag));
        flags
    }

    /// Remembers the heads seen and what was verified; an alarm stays until the lost entries are back.
    pub(super) fn remember(&self, case: &Case) {
        let heads = case.threads.iter().flat_map(|thread| &thread.heads).chain(&case.lost).copied().collect();
        let valid = |judged: &&Judged| judged.verdict == Verdict::Valid;
        let mut verified: HashSet<NoteName> = case
            .threads
            .iter()
            .flat_map(|thread| thread.entries.iter().filter(valid).map(|judged| judged.name))
            .collect();
        // What was there before a loss is remembered until it is back or given up.
        verified.extend(case.remembered.verified.iter().filter(|_| !case.lost.is_empty()));
        self.memory.keep(Of::Unit(&case.unit), &case.remembered, heads, verified);
    }
}

/// Remembered heads that are neither there nor valid.
pub(super) fn lost_heads(remembered: &Remembered, folded: &Folded) -> Vec<NoteName> {
    let present = |head: &NoteName| {
        folded.doubles.contains(head)
            || folded
                .threads
                .iter()
                .any(|thread| matches!(thread.verdict(head), Some(Verdict::Valid | Verdict::Late)))
    };
    remembered.heads.iter().filter(|head| !present(head)).copied().collect()
}

impl Case {
    /// Takes another view of the same entries. What is written on it must hold in the whole history too.
    pub(super) fn refold(&mut self, threads: Vec<Thread>, state: State) {
        const OF_PLACES: [Flag; 4] = [Flag::Rollback, Flag::Unknown, Flag::OneReader, Flag::Misplaced];
        (self.threads, self.state, self.is_view) = (threads, state, true);
        let of_history = self.threads.iter().flat_map(|thread| thread.flags.iter().copied());
        let before = self.flags.iter().copied().filter(|flag| OF_PLACES.contains(flag));
        self.flags = before.chain(of_history).collect();
    }

    /// Of twins, one that this person reads comes first.
    pub(super) fn seen_by(mut self, id: &PersonId, roster: &Roster) -> Self {
        let reads = |state: &State| state.readers.iter().any(|reader| reader.id == *id);
        let mine = self.threads.iter().position(|thread| thread.state.as_ref().is_some_and(reads));
        self.put_first(mine.unwrap_or_default(), roster);
        self
    }

    /// Puts this one of several twins first: it is the folder then.
    pub(super) fn put_first(&mut self, at: usize, roster: &Roster) {
        let Some(state) = self.threads.get(at).and_then(|thread| thread.state.clone()) else { return };
        if at > 0 {
            self.threads[..=at].rotate_right(1);
            self.state = state;
            self.escrows = self.thread().escrows(roster);
        }
    }

    /// The folder: a case number, or a matter of the office.
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// The folder's label with its status code: `UASC-2016-0012-O`.
    pub fn label(&self) -> String {
        FolderPlace::of(&self.unit, self.status()).label()
    }

    /// The state that its valid entries give.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The status, none in office folders.
    pub fn status(&self) -> Option<Status> {
        self.state.standing.status
    }

    /// The folder's identity: the hash of its first entry.
    pub fn folder_id(&self) -> Digest {
        self.thread().folder
    }

    /// Every entry of the folder with its verdict, oldest first; those of twins follow.
    pub fn entries(&self) -> impl Iterator<Item = &Judged> {
        self.threads.iter().flat_map(|thread| &thread.entries)
    }

    /// Each change of status and its business date, oldest first, as the valid entries have it.
    pub fn statuses(&self) -> Vec<(Status, chrono::NaiveDate)> {
        let sets = |judged: &&Judged| {
            let op = &judged.entry.op;
            judged.verdict == Verdict::Valid && matches!(op, Op::Admit | Op::Move | Op::Resolve)
        };
        let valid = self.thread().entries.iter().filter(sets);
        let mut statuses: Vec<(Status, chrono::NaiveDate)> = Vec::new();
        for judged in valid {
            let (Some(status), Some(since)) = (judged.entry.status, judged.entry.since) else { continue };
            if statuses.last() != Some(&(status, since.0)) {
                statuses.push((status, since.0));
            }
        }
        statuses
    }

    /// Sealed objects that stand, in the order of the history.
    pub fn live(&self) -> impl Iterator<Item = &Live> {
        self.threads.iter().flat_map(|thread| &thread.live)
    }

    /// Whether a person ever received a key of this folder.
    pub fn had_key(&self, person: &PersonId) -> bool {
        self.threads.iter().any(|thread| thread.holders().iter().any(|holder| holder.id == *person))
    }

    /// How many documents stand, older versions included.
    pub fn documents(&self) -> usize {
        self.live().filter(|live| live.added.r == Part::Doc).count()
    }

    /// What a page prints as its archive reference: label, number and 32 hex digits of the greatest
    /// head, `UASC-2016-0012/17 a1b2…`.
    pub fn reference(&self) -> String {
        let head = self.thread().greatest_head();
        head.map_or_else(String::new, |head| {
            format!("{}/{} {}", self.state.label, head.seq, head.hash.short(32))
        })
    }

    /// What a person should know.
    pub fn flags(&self) -> &BTreeSet<Flag> {
        &self.flags
    }

    /// The same, in sentences.
    pub fn warnings(&self) -> Vec<Problem> {
        warnings(&self.unit, &self.flags)
    }

    /// Where the folder lies now.
    pub fn folder(&self) -> &PathBuf {
        &self.folder
    }

    pub(super) fn thread(&self) -> &Thread {
        // `case_of` refuses a folder without one.
        &self.threads[0]
    }
}

/// Whether there is an entry of which no copy is whole.
fn has_damaged_entry(files: &Files) -> bool {
    let whole = |path: &str| files.notes.iter().any(|note| path.ends_with(&format!("/{}.note", note.name())));
    files.broken.iter().any(|odd| !whole(&odd.path))
}

/// What flags say to people.
pub(super) fn warnings(unit: &Unit, flags: &BTreeSet<Flag>) -> Vec<Problem> {
    let warning = |flag: &Flag| Problem::warning(flag_code(*flag), format!("{unit}: {}", flag_words(*flag)));
    flags.iter().map(warning).collect()
}

fn flag_code(flag: Flag) -> &'static str {
    match flag {
        Flag::Rollback => "archive.rollback",
        Flag::Invalid => "archive.invalid-note",
        Flag::Damaged => "archive.damaged-note",
        Flag::Gap => "archive.gap",
        Flag::Twins => "archive.twins",
        _ => "archive.notice",
    }
}

fn flag_words(flag: Flag) -> &'static str {
    match flag {
        Flag::Gap => "an entry is missing that others build on; what is there can be read",
        Flag::Twins => "two cases carry this label; filing is refused until one is relabelled",
        Flag::Invalid => "an invalid entry was ignored; run `casefile verify`",
        Flag::Damaged => {
            "an entry is damaged and was left out; run `casefile verify`, then `casefile repair --from COPY`"
        }
        Flag::Late => {
            "an entry of a retired person came late and has no effect until a reader accepts it (`resolve --late`)"
        }
        Flag::StatusConflict => {
            "two changes of status met; the earlier status stands until a reader resolves it"
        }
        Flag::TeamConflict => "two changes of the team met; a reader must resolve it",
        Flag::KeyConflict => "two changes of the key met; filing is refused until a reader merges them",
        Flag::LabelConflict => {
            "two corrections of the number met; `relabel` says which holds, and may name the one it has"
        }
        Flag::AmendConflict => "two people amended documents at once; both versions stand",
        Flag::UnknownEvent => "an event of a newer version was not understood",
        Flag::Newer => "written by a newer version: it can be read, not changed",
        Flag::Hold => "on hold: it may not be disposed of",
        Flag::DisposalVoid => "a decided disposal is void, because something happened beside or after it",
        Flag::AfterDestruction => "something arrived after it was destroyed; it has no effect",
        Flag::Clock => "the clock of a machine was more than a day behind another",
        Flag::Rollback => "an entry this client has seen before is gone",
        Flag::Vanished => "the folder this client has seen before is gone",
        Flag::Unknown => "a place in which it may lie could not be read",
        Flag::OneReader => "it has one living reader: without that person nobody could open it",
        Flag::NoReader => "it has no living reader: nobody on the staff may open it",
        Flag::Misplaced => "its files do not lie where its status says; the next write moves them",
    }
}
