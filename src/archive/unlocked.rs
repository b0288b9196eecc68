//! A folder opened with a reader's key.

use super::cards::envelope_path;
use super::case::Case;
use super::error;
use super::open::Archive;
use super::place::FolderPlace;
use crate::cores::map_on_all_cores;
use crate::error::{Class, Error, Problem, Result};
use crate::log::{Day, Flag, Live, NoteName, Part, Stage, State, Thread};
use crate::names::{Digest, Unit};
use crate::seal::object::SEALED_LIMIT_BYTES;
use crate::seal::{Card, DocId, FolderKeys, Identity, Reason, envelope, object};
use std::collections::HashSet;
use zeroize::Zeroizing;

/// A folder whose keys are open.
pub struct OpenCase<'a> {
    pub(super) archive: &'a Archive,
    pub(super) case: Case,
    pub(super) keys: FolderKeys,
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

    pub(super) fn open_case(&self, case: Case, by: &Identity) -> Result<OpenCase<'_>> {
        if case.is_destroyed() {
            return Err(error::destroyed(Class::NotFound, &case));
        }
        let mut own = self.read_by(&case, by)?.into_iter();
        let first = own.next().ok_or_else(|| error::no_history(case.unit()))?;
        let mut keys = self.open_envelope(case.unit(), &first.envelope, by)?;
        if keys.generation(&first.key).is_none() {
            let path = envelope_path(case.unit(), &first.envelope);
            return Err(error::damaged(&path, "the envelope does not hold the folder's key"));
        }
        // A twin has its own key, and so has each of several key changes that met; what of them this
        // reader may open is opened too.
        let twins = own.map(|twin| twin.envelope);
        let met = case.threads.iter().filter(|thread| thread.flags.contains(&Flag::KeyConflict));
        for other in twins.chain(met.flat_map(Thread::envelopes)) {
            if let Ok(theirs) = self.open_envelope(case.unit(), &other, by) {
                keys = keys.merged(&theirs);
            }
        }
        Ok(OpenCase { archive: self, case, keys })
    }

    /// The folder, and of twins each, that this person reads and is not past their last day in.
    fn read_by<'c>(&self, case: &'c Case, by: &Identity) -> Result<Vec<&'c State>> {
        let living = case.threads.iter().filter(|thread| thread.stage < Stage::Destroyed);
        let states = living.filter_map(|thread| thread.state.as_ref());
        let reader = |state: &State| state.readers.iter().find(|reader| reader.id == *by.id()).cloned();
        let own: Vec<_> = states.filter_map(|state| Some((reader(state)?, state))).collect();
        let ended = |until: Day| self.day.is_some_and(|day| until < day);
        let (over, open): (Vec<_>, Vec<_>) =
            own.into_iter().partition(|(reader, _)| reader.until.is_some_and(ended));
        match (open.is_empty(), over.first().and_then(|(reader, _)| reader.until)) {
            (false, _) => Ok(open.into_iter().map(|(_, state)| state).collect()),
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
        let opens = |thread: &&Thread| {
            let key = thread.state.as_ref().map(|state| &state.key);
            key.is_none_or(|key| self.keys.generation(key).is_some())
        };
        self.case.threads.iter().filter(opens).flat_map(|thread| &thread.live)
    }

    /// The cards of all documents that stand, in the order of the history; superseded versions are among
    /// them.
    ///
    /// # Errors
    /// Class *damage* where any card cannot be read; see [`OpenCase::readable_cards`].
    pub fn cards(&self) -> Result<Vec<Card>> {
        let (cards, mut problems) = self.readable_cards()?;
        if problems.is_empty() {
            return Ok(cards);
        }
        for problem in &mut problems {
            problem.severity = crate::error::Severity::Error;
        }
        Err(Error::all(Class::Damage, problems).unwrap_or_else(|| error::internal("read the cards")))
    }

    /// The cards that can be read, and a warning for each that cannot.
    ///
    /// # Errors
    /// The store's, where nothing can be read at all.
    pub fn readable_cards(&self) -> Result<(Vec<Card>, Vec<Problem>)> {
        const RUN: usize = 32;
        let (mut cards, mut problems): (Vec<Card>, Vec<Problem>) = (Vec::new(), Vec::new());
        let mut known = HashSet::new();
        let believed = self.believed();
        let documents = self.documents_named();
        let live: Vec<&Live> = self.own().filter(|live| live.added.r == Part::Card).collect();
        let read = map_on_all_cores(&live, RUN, |live| {
            // What a snapshot says of an object is believed where it fits the history; else, and where there
            // is none, the object itself is read.
            let is_there = self.case.files.objects.contains_key(&live.added.h);
            let said = believed.as_ref().filter(|_| is_there).and_then(|believed| believed.card(live));
            let said = said.and_then(|text| self.check_card(live, text).ok());
            let said = said.filter(|card| documents.contains(&(card.d, card.doc)));
            said.map_or_else(|| self.card_of(live), Ok)
        });
        for card in read {
            match card {
                // The first card of a document stands: a second one under its id is somebody's mistake.
                Ok(card) if !known.insert(card.d) => {}
                Ok(card) => cards.push(card),
                Err(e) if e.class() == Class::Unexpected => return Err(e),
                Err(e) => problems.extend(
                    e.problems()
                        .iter()
                        .cloned()
                        .map(|problem| Problem { severity: crate::error::Severity::Warning, ..problem }),
                ),
            }
        }
        Ok((cards, problems))
    }

    /// The documents that entries add, by id and hash.
    fn documents_named(&self) -> HashSet<(DocId, Digest)> {
        let added = self.case.entries().flat_map(|judged| &judged.entry.add);
        added.filter(|added| added.r == Part::Doc).map(|added| (added.d, added.h)).collect()
    }

    /// One document with its card.
    ///
    /// # Errors
    /// `archive.no-document` (not found); class *damage* where any check fails: the bytes' hash, the seal,
    /// the card's word about them.
    pub fn document(&self, d: &DocId) -> Result<(Card, Zeroizing<Vec<u8>>)> {
        let card = self.case.live().find(|live| live.added.d == *d && live.added.r == Part::Card);
        let card = self.card_of(card.ok_or_else(|| error::no_document(&d.to_string()))?)?;
        let plain = self.document_of(&card)?;
        Ok((card, plain))
    }

    /// The document of one of its cards.
    ///
    /// # Errors
    /// As [`OpenCase::document`].
    pub fn document_of(&self, card: &Card) -> Result<Zeroizing<Vec<u8>>> {
        let doc = self.case.live().find(|live| live.added.d == card.d && live.added.r == Part::Doc);
        let doc = doc.ok_or_else(|| error::no_document(&card.d.to_string()))?;
        if card.doc != doc.added.h {
            return Err(error::damaged(&self.path_of(&doc.added.h), "its card speaks of other bytes"));
        }
        let plain = self.open_object(&doc.added.h)?;
        self.check_plain(card, &plain)?;
        Ok(plain)
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
        let path = self.path_of(&live.added.h);
        let reason = Reason::parse(&self.open_object(&live.added.h)?)?;
        if reason.archive != self.archive.id() || !self.is_of(live, reason.folder) {
            return Err(error::damaged(&path, "the reason belongs to another folder"));
        }
        Ok(Some(reason))
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
