//! A new generation of a folder's key: made by a reader who stays, tested, signed, and only then are the
//! old envelopes deleted.
//!
//! An envelope keeps every generation there ever was, newest first. Its readers could open what is
//! sealed to the older ones anyway, and something filed on another machine before that machine heard of
//! the new key must open too. Whoever leaves keeps the generations they had: what that means shows in
//! [`Archive::holdings`], and a deep re-key ends it by sealing everything anew.

use super::cards::{Batch, Binding, envelope_path};
use super::case::Case;
use super::error;
use super::filing::Receipt;
use super::open::Archive;
use super::place::FolderPlace;
use super::reseal::{self, Item, Resealed};
use super::unlocked::OpenCase;
use crate::clock::Clock;
use crate::error::{Problem, Result};
use crate::log::{Day, Entry, Flag, Op, Part, Reader};
use crate::names::{Digest, PersonId, Unit};
use crate::seal::{FolderKeys, Generation, Identity, Recipient, Sealed, envelope};
use std::sync::Mutex;

/// How to change a key.
#[derive(Debug, Clone)]
pub struct Rekey {
    /// Whether every object is sealed anew, so that nothing is left that an older key opens.
    pub deep: bool,
    /// The same where somebody ceases to read by this change.
    pub deep_where_left: bool,
    /// Why; sealed, for readers only.
    pub reason: Option<String>,
    /// The rule by which it happens, as the entry names it in clear: [`DEPARTURE`](super::DEPARTURE).
    pub rule: Option<&'static str>,
    /// How many objects one entry seals anew at most; more than 4,000 find no room in it.
    pub objects_per_entry: usize,
}

impl Default for Rekey {
    fn default() -> Self {
        Self {
            deep: false,
            deep_where_left: false,
            reason: None,
            rule: None,
            objects_per_entry: MOST_OBJECTS,
        }
    }
}

/// With their part of `drop` these stay below the size of an entry, and leave room for a reason.
const MOST_OBJECTS: usize = 4_000;

/// What a change of keys or readers did.
pub struct Rekeyed {
    /// The archive's receipt; of several entries that of the last.
    pub receipt: Receipt,
    /// Whether a new generation was made, or the same key sealed to other readers.
    pub new_key: bool,
    /// How many documents were sealed anew.
    pub resealed: usize,
    /// Who is a reader no more.
    pub ceased: Vec<PersonId>,
    /// What could not be finished: it can be read, and the same command again finishes it.
    pub unfinished: Vec<Problem>,
}

/// The readers from now on, and why they change.
pub(super) struct Access<'a> {
    pub(super) readers: Vec<Reader>,
    /// Whether a new generation is made though nobody ceases.
    pub(super) new_key: bool,
    pub(super) how: &'a Rekey,
}

impl Archive {
    /// Makes a new generation of a folder's key for its present readers. A current reader signs, who
    /// stays one.
    ///
    /// Readers who have left, hold no role that reads cases, or are past their last day are no readers
    /// any more. Key changes that met are merged by this.
    ///
    /// # Errors
    /// Class *access* where `by` is no current reader; *damage* where entries are missing or, of a deep
    /// re-key, an object cannot be opened; the store's errors. Until the entry is written the old key
    /// stands; from then on the new one does, whatever fails.
    pub fn rekey(&self, by: &Identity, unit: &Unit, how: &Rekey, clock: &Clock) -> Result<Rekeyed> {
        let open = self.open_for_keys(by, unit, clock)?;
        let readers = open.case.state().readers.clone();
        self.change_access(by, &open, Access { readers, new_key: true, how }, clock)
    }

    /// Opens a folder to change who reads it: nothing is missing, and `by` is a reader today.
    pub(super) fn open_for_keys(&self, by: &Identity, unit: &Unit, clock: &Clock) -> Result<OpenCase<'_>> {
        let case = self.writable_for_keys(by, unit)?;
        if case.flags().contains(&Flag::Gap) {
            return Err(error::gap(unit, "its key and readers cannot be changed now"));
        }
        let reader = case.state().readers.iter().find(|reader| reader.id == *by.id());
        let until = reader.ok_or_else(|| self.no_reader_of(&case, by.id()))?.until;
        if let Some(until) = until.filter(|until| *until < today(clock)) {
            return Err(error::ended(by.id(), unit, until.0));
        }
        self.open_case(case, by)
    }

    /// Gives a folder other readers, with a new generation where somebody ceases or one is asked for.
    pub(super) fn change_access(
        &self,
        by: &Identity,
        open: &OpenCase<'_>,
        access: Access<'_>,
        clock: &Clock,
    ) -> Result<Rekeyed> {
        let case = &open.case;
        let readers = self.lasting(case, access.readers, clock);
        let stays = |id: &PersonId| readers.iter().any(|reader| reader.id == *id);
        if !stays(by.id()) {
            return Err(error::must_stay(by.id(), case.unit()));
        }
        let before = case.state().readers.iter().map(|reader| reader.id.clone());
        let ceased: Vec<PersonId> = before.filter(|id| !stays(id)).collect();
        let deep = access.how.deep || (access.how.deep_where_left && !ceased.is_empty());
        let how = &Rekey { deep, ..access.how.clone() };
        let forked = case.flags().contains(&Flag::KeyConflict);
        // An escrow identity that is turned off has ceased as well.
        let escrow = self.escrow();
        let lapsed = case.escrows.iter().any(|known| Some(known) != escrow.as_ref());
        let new_key = access.new_key || how.deep || forked || lapsed || !ceased.is_empty();
        let keys =
            if new_key { open.keys.with(Generation::generate(clock.now())) } else { open.keys.clone() };
        let sealed = envelope::seal(&keys, &self.recipients(&readers)?)?;
        let mut entry = self.next(case, if new_key { Op::Key } else { Op::Readers }, by, clock)?;
        if new_key {
            entry.key = keys.generations().first().ok_or_else(|| error::internal("make a key"))?.recipient();
        }
        (entry.readers, entry.envelope) = (readers, sealed.digest());
        entry.rule = access.how.rule.map(super::status::rule).transpose()?;
        // Judged before anything is written: a refusal leaves no trace.
        self.judged(by, &entry, Some(case))?;
        let task = Task { archive: self, by, open, keys: &keys, how, clock };
        let (receipt, resealed, unfinished) = task.run(entry, sealed)?;
        Ok(Rekeyed { receipt, new_key, resealed, ceased, unfinished })
    }

    /// Those who may still read: on the roster, in a role that reads, not past their last day.
    fn lasting(&self, case: &Case, mut readers: Vec<Reader>, clock: &Clock) -> Vec<Reader> {
        let (staff, day) = (self.roster().now(), today(clock));
        let office = case.unit().is_office();
        readers.retain(|reader| {
            let person = staff.active(&reader.id);
            let may_read = person.is_some_and(|person| office || person.may_read_cases());
            may_read && reader.until.is_none_or(|until| until >= day)
        });
        readers
    }
}

/// The day that signatures of this moment are judged by.
pub(super) fn today(clock: &Clock) -> Day {
    Day(clock.now().date_naive())
}

/// One change of access on its way to disk.
struct Task<'a> {
    archive: &'a Archive,
    by: &'a Identity,
    open: &'a OpenCase<'a>,
    keys: &'a FolderKeys,
    how: &'a Rekey,
    clock: &'a Clock,
}

impl Task<'_> {
    /// Envelope, test, objects, entry; then the old envelopes and objects are deleted.
    fn run(&self, mut entry: Entry, sealed: Sealed) -> Result<(Receipt, usize, Vec<Problem>)> {
        let case = &self.open.case;
        let items = if self.how.deep { reseal::items(&case.thread().live) } else { Vec::new() };
        let chunks = reseal::chunks(&items, self.how.objects_per_entry.clamp(1, MOST_OBJECTS))?;
        let path = self.archive.place_to_write(&entry, Some(case));
        let written = Mutex::new(Vec::new());
        let first = chunks.first().copied().unwrap_or_default();
        let prepared = self.prepare(&mut entry, sealed, first, &path, &written);
        let note = match prepared.and_then(|()| self.archive.judged(self.by, &entry, Some(case))) {
            Ok(note) => note,
            Err(e) => {
                // Nothing names these and nobody else knows them; what stays is an orphan.
                let names = written.into_inner().unwrap_or_default();
                let _ = self.archive.store.remove_batch(&names);
                return Err(e);
            }
        };
        let mut receipt = self.archive.put_entry(&entry, &note, &path, Vec::new())?;
        let mut unfinished = Vec::new();
        let old: Vec<Digest> = case.thread().envelopes().filter(|h| *h != entry.envelope).collect();
        unfinished.extend(self.delete(&old, &entry.drop));
        let mut resealed = documents(&entry);
        for chunk in chunks.iter().skip(1) {
            match self.next_chunk(chunk, &entry.key) {
                Ok((amended, problem, later)) => {
                    resealed += amended;
                    unfinished.extend(problem);
                    receipt = later;
                }
                Err(e) => {
                    unfinished.extend(e.problems().iter().cloned());
                    unfinished.push(error::unfinished(case.unit()));
                    break;
                }
            }
        }
        Ok((receipt, resealed, unfinished))
    }

    /// Writes the envelope, opens it from where it lies, then seals and writes the objects.
    fn prepare(
        &self,
        entry: &mut Entry,
        sealed: Sealed,
        items: &[Item<'_>],
        path: &str,
        written: &Mutex<Vec<String>>,
    ) -> Result<()> {
        let (archive, unit) = (self.archive, self.open.case.unit());
        let name = envelope_path(unit, &sealed.digest());
        reseal::noted(written).push(name.clone());
        archive.store.put_batch(&[(name.clone(), sealed.into_bytes())])?;
        let tested = archive.open_envelope(unit, &entry.envelope, self.by)?;
        if tested.generation(&entry.key).is_none()
            || tested.generations().len() != self.keys.generations().len()
        {
            return Err(error::damaged(&name, "the new envelope does not hold what was sealed in it"));
        }
        let key = entry.key.clone();
        let to = self.binding(&key);
        let anew = reseal::seal_anew(self.open, items, &to, path, written)?;
        name_in(entry, anew);
        if let Some(reason) = &self.how.reason {
            let mut batch = Batch::default();
            batch.seal_reason(entry.op.word(), reason, &to)?;
            let named = batch.named(path);
            reseal::noted(written).extend(named.iter().map(|(name, _)| name.clone()));
            archive.store.put_batch(&named)?;
            entry.add.extend(batch.add);
        }
        Ok(())
    }

    fn binding<'k>(&self, key: &'k Recipient) -> Binding<'k> {
        Binding { archive: self.archive.id(), folder: Some(self.open.case.folder_id()), key }
    }

    /// Seals a further part anew, in an entry of its own: an `amend` to the generation just made.
    fn next_chunk(&self, items: &[Item<'_>], key: &Recipient) -> Result<(usize, Option<Problem>, Receipt)> {
        let archive = self.archive;
        let case = archive.writable(self.by, self.open.case.unit())?;
        if case.state().key != *key {
            return Err(error::overtaken(case.unit()));
        }
        let mut entry = archive.next(&case, Op::Amend, self.by, self.clock)?;
        let path = archive.place_to_write(&entry, Some(&case));
        let written = Mutex::new(Vec::new());
        let prepared = reseal::seal_anew(self.open, items, &self.binding(key), &path, &written);
        let judged = prepared.and_then(|anew| {
            name_in(&mut entry, anew);
            archive.judged(self.by, &entry, Some(&case))
        });
        let note = match judged {
            Ok(note) => note,
            Err(e) => {
                let _ = archive.store.remove_batch(&written.into_inner().unwrap_or_default());
                return Err(e);
            }
        };
        let receipt = archive.put_entry(&entry, &note, &path, Vec::new())?;
        let receipt = receipt.with_escrows(&entry, &case.escrows);
        Ok((documents(&entry), self.delete(&[], &entry.drop), receipt))
    }

    /// Deletes envelopes and objects that the history has replaced; also what has come back of them.
    ///
    /// Envelopes that no entry names are left alone: they may be those of a colleague whose entry is about
    /// to come.
    fn delete(&self, envelopes: &[Digest], dropped: &[Digest]) -> Option<Problem> {
        let case = &self.open.case;
        let unit = case.unit();
        let mut names: Vec<String> = envelopes.iter().map(|hash| envelope_path(unit, hash)).collect();
        let place = FolderPlace::of(unit, case.status()).path();
        let again = case.thread().dropped.iter().filter(|hash| case.files.objects.contains_key(hash));
        for hash in dropped.iter().chain(again) {
            let copies = case.files.objects.get(hash).into_iter().flatten();
            names.extend(copies.map(|copy| copy.path.clone()));
            names.push(format!("{place}/{hash}.age"));
        }
        // Sealed to an older key: they hold the words of every card.
        for (name, stored) in &case.files.snapshots {
            names.extend([stored.path.clone(), format!("{place}/{name}.snap")]);
        }
        names.sort();
        names.dedup();
        self.archive.store.remove_batch(&names).err().map(|_| error::old_left(unit))
    }
}

fn name_in(entry: &mut Entry, anew: Resealed) {
    entry.add.extend(anew.add);
    entry.drop.extend(anew.drop);
}

fn documents(entry: &Entry) -> usize {
    entry.add.iter().filter(|added| added.r == Part::Doc).count()
}
