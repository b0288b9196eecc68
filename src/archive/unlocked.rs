//! A folder opened with a reader's key.

use super::cards::envelope_path;
use super::cards_read::Word;
use super::case::Case;
use super::error;
use super::open::Archive;
use super::place::FolderPlace;
use crate::error::{Class, Error, Result};
use crate::log::{Flag, Live, NoteName, Part, Reader, Stage, State, Thread};
use crate::names::{Digest, Unit};
use crate::seal::object::SEALED_LIMIT_BYTES;
use crate::seal::{Card, DocId, FolderKeys, Identity, Reason, envelope, object};
use std::collections::HashSet;
use std::sync::OnceLock;
use zeroize::Zeroizing;

/// A folder whose keys are open.
pub struct OpenCase<'a> {
    pub(super) archive: &'a Archive,
    pub(super) case: Case,
    pub(super) keys: FolderKeys,
    /// Whose word counts in it, once somebody asked.
    pub(super) word: OnceLock<Word>,
}

impl Archive {
    /// Opens a folder with a reader's key.
    ///
    /// # Errors
    /// Class *access* where `by` is not on the roster or no reader; *damage* where the envelope is missing
    /// or does not hold the key that the history names.
    pub fn unlock(&self, unit: &Unit, by: &Identity) -> Result<OpenCase<'_>> {
        self.acting(by)?;
        let case = self.case(unit)?;
        self.open_case(case, by)
    }

    /// The same for a folder that was just read.
    ///
    /// # Errors
    /// As [`Archive::unlock`].
    pub fn unlock_case(&self, case: Case, by: &Identity) -> Result<OpenCase<'_>> {
        self.acting(by)?;
        self.open_case(case, by)
    }

    pub(super) fn open_case(&self, mut case: Case, by: &Identity) -> Result<OpenCase<'_>> {
        if case.is_destroyed() {
            return Err(error::destroyed(Class::NotFound, &case));
        }
        let own = self.read_by(&case, by)?;
        let mut keys = self.open_first(&mut case, &own, by)?;
        // A twin has its own key, and so has each of several key changes that met; what of them this
        // reader may open is opened too.
        let states = case.threads.iter().skip(1).filter_map(|thread| thread.state.as_ref());
        let twins = states.map(|twin| twin.envelope);
        let met = case.threads.iter().filter(|thread| thread.flags.contains(&Flag::KeyConflict));
        for other in twins.chain(met.flat_map(Thread::envelopes)) {
            if let Ok(theirs) = self.open_envelope(case.unit(), &other, by) {
                keys = keys.merged(&theirs);
            }
        }
        Ok(OpenCase { archive: self, case, keys, word: OnceLock::new() })
    }

    /// Opens the envelope of the folder; of twins, of the first that this reader can open, which comes first
    /// from then on: whoever founds a folder of the same number and names readers there locks out nobody.
    fn open_first(&self, case: &mut Case, own: &[usize], by: &Identity) -> Result<FolderKeys> {
        let mut failed = None;
        for at in own {
            let thread = &case.threads[*at];
            let Some(state) = &thread.state else { continue };
            match self.keys_of(case.unit(), thread, state, by) {
                Ok(keys) => {
                    case.put_first(*at, self.roster());
                    return Ok(keys);
                }
                Err(e) => drop(failed.get_or_insert(e)),
            }
        }
        Err(failed.unwrap_or_else(|| error::no_history(case.unit())))
    }

    fn keys_of(&self, unit: &Unit, thread: &Thread, state: &State, by: &Identity) -> Result<FolderKeys> {
        let newest = self.open_envelope(unit, &state.envelope, by);
        // Of key changes that met, the first may be of somebody who made no envelope at all.
        if let (Err(_), true) = (&newest, thread.flags.contains(&Flag::KeyConflict)) {
            let all: Vec<Digest> = thread.envelopes().collect();
            let opened = all.iter().rev().find_map(|other| self.open_envelope(unit, other, by).ok());
            return opened.map_or(newest, Ok);
        }
        let keys = newest?;
        if keys.generation(&state.key).is_none() && !thread.flags.contains(&Flag::KeyConflict) {
            let path = envelope_path(unit, &state.envelope);
            return Err(error::damaged(&path, "the envelope does not hold the folder's key"));
        }
        Ok(keys)
    }

    /// The place of the folder, and of twins each, that this person reads and is not past their last day in.
    fn read_by(&self, case: &Case, by: &Identity) -> Result<Vec<usize>> {
        let reader = |thread: &Thread| {
            let state = thread.state.as_ref().filter(|_| thread.stage < Stage::Destroyed)?;
            state.readers.iter().find(|reader| reader.id == *by.id()).cloned()
        };
        let threads = case.threads.iter().enumerate();
        let own: Vec<(usize, Reader)> =
            threads.filter_map(|(at, thread)| Some((at, reader(thread)?))).collect();
        let ended = |reader: &Reader| reader.until.zip(self.day).is_some_and(|(until, day)| until < day);
        let (over, open): (Vec<_>, Vec<_>) = own.into_iter().partition(|(_, reader)| ended(reader));
        match (open.is_empty(), over.first().and_then(|(_, reader)| reader.until)) {
            (false, _) => Ok(open.into_iter().map(|(at, _)| at).collect()),
            (true, Some(until)) => Err(error::ended(by.id(), case.unit(), until.0)),
            (true, None) => Err(self.no_reader_of(case, by.id())),
        }
    }

    /// Whether a person may open a folder today.
    pub(super) fn is_reader(&self, case: &Case, by: &Identity) -> bool {
        self.read_by(case, by).is_ok()
    }

    pub(super) fn open_envelope(&self, unit: &Unit, hash: &Digest, by: &Identity) -> Result<FolderKeys> {
        let path = envelope_path(unit, hash);
        let limit = envelope::ENVELOPE_LIMIT_BYTES;
        let bytes = self.store.read(&path, limit).map_err(|e| missing(&path, e))?;
        if Digest::of(&bytes) != *hash {
            return Err(error::damaged(&path, "its bytes are not those that its name says"));
        }
        let keys = envelope::open(&bytes, by)?;
        if keys.unit() != unit && !self.was_called(unit, keys.unit()) {
            return Err(error::damaged(&path, "the envelope belongs to another folder"));
        }
        Ok(keys)
    }
}

fn missing(path: &str, e: Error) -> Error {
    if e.class() == Class::NotFound { error::damaged(path, "it is missing") } else { e }
}

impl OpenCase<'_> {
    /// The folder.
    pub fn case(&self) -> &Case {
        &self.case
    }

    /// The keys, newest generation first.
    pub fn keys(&self) -> &FolderKeys {
        &self.keys
    }

    /// Sealed objects that stand, but for those of a twin that has other readers.
    pub(super) fn own(&self) -> impl Iterator<Item = &Live> {
        let opens = |thread: &Thread| {
            let key = thread.state.as_ref().map(|state| &state.key);
            key.is_none_or(|key| self.keys.generation(key).is_some())
        };
        // The first was opened, even if of key changes that met its newest key is one that nobody has.
        let threads = self.case.threads.iter().enumerate();
        threads.filter(move |(at, thread)| *at == 0 || opens(thread)).flat_map(|(_, thread)| &thread.live)
    }

    /// The documents that entries add, by id and hash.
    pub(super) fn documents_named(&self) -> HashSet<(DocId, Digest)> {
        let added = self.case.entries().flat_map(|judged| &judged.entry.add);
        added.filter(|added| added.r == Part::Doc).map(|added| (added.d, added.h)).collect()
    }

    /// Why an entry was written, where it says so. A reason that was sealed anew since is found there.
    ///
    /// # Errors
    /// Class *damage* where the reason cannot be read.
    pub fn reason(&self, entry: &NoteName) -> Result<Option<Zeroizing<String>>> {
        Ok(self.whole_reason(entry)?.map(|reason| Zeroizing::new(reason.text)))
    }

    /// The same with what else it says.
    pub(super) fn whole_reason(&self, entry: &NoteName) -> Result<Option<Reason>> {
        let mut threads = self.case.threads.iter();
        let reason = threads.find_map(|thread| thread.reason_of(entry));
        let live = reason.and_then(|h| self.case.live().find(|live| live.added.h == h));
        let Some(live) = live else { return Ok(None) };
        match self.reason_in(live) {
            // What somebody handed in as a reason and is none says nothing, and stops nobody's reading.
            Err(_) if self.word().is_no_loss(self, live) => Ok(None),
            read => read.map(Some),
        }
    }

    fn reason_in(&self, live: &Live) -> Result<Reason> {
        let path = self.path_of(&live.added.h);
        let reason = Reason::parse(&self.open_object(&live.added.h)?)?;
        if reason.archive != self.archive.id() || !self.is_of(live, reason.folder) {
            return Err(error::damaged(&path, "the reason belongs to another folder"));
        }
        Ok(reason)
    }

    pub(super) fn card_of(&self, live: &Live) -> Result<Card> {
        self.check_card(live, &self.open_object(&live.added.h)?)
    }

    /// Reads the opened card of an object.
    pub(super) fn check_card(&self, live: &Live, bytes: &[u8]) -> Result<Card> {
        let path = self.path_of(&live.added.h);
        let card = Card::parse(bytes).map_err(|e| e.in_file(path.as_ref()))?;
        if card.archive != self.archive.id() || card.d != live.added.d || !self.is_of(live, card.folder) {
            return Err(error::damaged(&path, "the card belongs to another document"));
        }
        Ok(card)
    }

    /// Whether an opened document is what its card says.
    pub(super) fn check_plain(&self, card: &Card, plain: &[u8]) -> Result<()> {
        if plain.len() as u64 == card.size && Digest::of(plain) == card.plain {
            return Ok(());
        }
        Err(error::damaged(&self.path_of(&card.doc), "what it holds is not what its card says"))
    }

    /// What a first entry adds cannot know the folder's id yet: it is none there.
    fn is_of(&self, live: &Live, folder: Option<Digest>) -> bool {
        match folder {
            None => live.entry.seq == 0,
            Some(folder) => {
                live.entry.seq > 0 && self.case.threads.iter().any(|thread| thread.folder == folder)
            }
        }
    }

    /// Reads, checks and opens one sealed object, from any of its places that is sound.
    pub(super) fn open_object(&self, hash: &Digest) -> Result<Zeroizing<Vec<u8>>> {
        let bytes = self.sealed_bytes(hash)?;
        object::open(&bytes, &self.keys).map_err(|e| e.in_file(self.path_of(hash).as_ref()))
    }

    /// The sealed bytes of an object, checked against its name.
    pub(super) fn sealed_bytes(&self, hash: &Digest) -> Result<Vec<u8>> {
        let listed = self.case.files.objects.get(hash).into_iter().flatten().map(|copy| copy.path.clone());
        // Another writer may have moved the folder since it was listed.
        let moved =
            FolderPlace::all(&self.case.unit).into_iter().map(|place| format!("{}/{hash}.age", place.path()));
        let mut last = error::damaged(&self.path_of(hash), "it is missing");
        for path in listed.chain(moved) {
            match self.archive.store.read(&path, SEALED_LIMIT_BYTES) {
                Ok(bytes) if Digest::of(&bytes) == *hash => return Ok(bytes),
                Ok(_) => last = error::damaged(&path, "its bytes are not those that its name says"),
                Err(e) if e.class() == Class::NotFound => {}
                Err(e) => last = e,
            }
        }
        Err(last)
    }

    pub(super) fn path_of(&self, hash: &Digest) -> String {
        let stored = self.case.files.objects.get(hash).and_then(|copies| copies.first());
        stored.map_or_else(|| format!("{hash}.age"), |copy| copy.path.clone())
    }
}
