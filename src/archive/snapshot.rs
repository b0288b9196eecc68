//! Snapshots: a reader who files leaves the cards of the folder in one sealed file, and readers open that
//! one instead of every card.
//!
//! A cache: nothing depends on it, a failure to write one is none, and deleting it changes nothing. What
//! makes it safe to believe stands in [`crate::log::snapshot`]. A snapshot stands for the object that it
//! was read from, by hash; [`OpenCase::document`] and verifying read the objects themselves.

use super::case::Case;
use super::files::Stored;
use super::open::Archive;
use super::place::FolderPlace;
use super::unlocked::OpenCase;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::log::snapshot::LIMIT_BYTES;
use crate::log::{Disbelief, Flag, Live, NoteName, Part, Signer, Snapshot, Time};
use crate::names::Digest;
use crate::seal::{Identity, object};
use std::collections::HashSet;
use zeroize::Zeroizing;

/// Entries after which a new snapshot is written.
const EVERY_ENTRIES: u32 = 16;
/// Cards after which one is written, however few the entries.
const EVERY_CARDS: usize = 64;
/// How many snapshots are tried, the newest first, before the cards are read one by one.
const TRIES: usize = 3;

/// A snapshot that is believed, and the entries whose cards it may speak of.
pub(super) struct Believed {
    snapshot: Snapshot,
    covered: HashSet<NoteName>,
}

impl Believed {
    /// The card in an object, if this snapshot holds it.
    pub(super) fn card(&self, live: &Live) -> Option<&[u8]> {
        if self.covered.contains(&live.entry) { self.snapshot.card(&live.added.h) } else { None }
    }
}

/// Why a file is not used as a snapshot.
pub(super) enum Unused {
    /// It cannot be opened, or not with the folder's present key.
    Closed(Error),
    /// It says something that is not believed.
    Disbelieved(Disbelief),
}

impl OpenCase<'_> {
    /// The newest snapshot that is believed.
    pub(super) fn believed(&self) -> Option<Believed> {
        let newest = self.case.snapshots().rev().take(TRIES);
        newest.into_iter().find_map(|(name, stored)| self.believe(name, &stored.path).ok())
    }

    /// Opens a snapshot and judges it.
    pub(super) fn believe(&self, name: &NoteName, path: &str) -> std::result::Result<Believed, Unused> {
        let sealed = self.archive.store.read(path, LIMIT_BYTES).map_err(Unused::Closed)?;
        if Digest::of(&sealed) != name.hash {
            let reason = "its bytes are not those that its name says";
            return Err(Unused::Closed(super::error::damaged(path, reason)));
        }
        // Sealed to an older key, it could be opened by whoever had that one.
        let present = object::sealed_to(&sealed, &self.keys).map_err(Unused::Closed)?;
        if present != self.case.state().key {
            return Err(Unused::Closed(super::error::damaged(path, "it is sealed to an older key")));
        }
        let text = object::open(&sealed, &self.keys).map_err(Unused::Closed)?;
        let snapshot = Snapshot::parse(text, &self.archive.id()).map_err(Unused::Disbelieved)?;
        if snapshot.seq() != name.seq {
            return Err(Unused::Disbelieved(Disbelief::Form));
        }
        let covered =
            snapshot.judge(self.case.thread(), self.archive.roster()).map_err(Unused::Disbelieved)?;
        Ok(Believed { snapshot, covered })
    }

    /// The opened cards that stand, by the hash of their objects.
    fn card_texts(&self) -> Result<Vec<(Digest, Zeroizing<Vec<u8>>)>> {
        let believed = self.believed();
        let cards = self.case.live().filter(|live| live.added.r == Part::Card);
        let text = |live: &Live| match believed.as_ref().and_then(|believed| believed.card(live)) {
            Some(card) => Ok(Zeroizing::new(card.to_vec())),
            None => self.open_object(&live.added.h),
        };
        cards.map(|live| Ok((live.added.h, text(live)?))).collect()
    }
}

impl Case {
    /// Snapshots that could be of this history, oldest first.
    pub(super) fn snapshots(&self) -> impl DoubleEndedIterator<Item = (&NoteName, &Stored)> {
        let newest = self.thread().greatest_head().map_or(0, |head| head.seq);
        self.files.snapshots.iter().filter(move |(name, _)| name.seq <= newest + 1)
    }

    /// Whether enough came since the newest snapshot for another one.
    fn wants_snapshot(&self) -> bool {
        let newest = self.thread().greatest_head().map_or(0, |head| head.seq);
        let covered = self.snapshots().next_back().map_or(0, |(name, _)| name.seq);
        let cards = self.live().filter(|live| live.added.r == Part::Card && live.entry.seq >= covered);
        newest + 1 >= covered + EVERY_ENTRIES || cards.count() >= EVERY_CARDS
    }
}

impl Archive {
    /// After a filing into `case` by somebody who reads it: a snapshot of what was there before, where one
    /// is due. What fails here has no effect on anything.
    pub(super) fn leave_snapshot(&self, by: &Identity, case: Case, clock: &Clock) {
        let unsettled = [Flag::Twins, Flag::KeyConflict, Flag::Gap];
        let ready = case.wants_snapshot() && !unsettled.iter().any(|flag| case.flags().contains(flag));
        let place = FolderPlace::of(case.unit(), case.status());
        if ready && case.files.places == [place.clone()] && self.is_reader(&case, by) {
            let _ = self.write_snapshot(by, case, &place.path(), clock);
        }
    }

    fn write_snapshot(&self, by: &Identity, case: Case, place: &str, clock: &Clock) -> Result<()> {
        let open = self.open_case(case, by)?;
        let texts = open.card_texts()?;
        let cards: Vec<(Digest, &[u8])> = texts.iter().map(|(hash, card)| (*hash, card.as_slice())).collect();
        let act = |message: &[u8]| by.sign(message);
        let signer = Signer { name: by.id().clone(), key: by.verify_key(), sign: &act };
        let (thread, time) = (open.case.thread(), Time::new(clock.now()));
        let Some((seq, text)) = Snapshot::write(thread, self.roster(), &signer, time, &cards)? else {
            return Ok(());
        };
        let sealed = object::seal(&text, &open.case.state().key)?;
        if sealed.size_bytes() > LIMIT_BYTES {
            return Ok(());
        }
        let name = NoteName { seq, hash: sealed.digest() };
        self.store.put_batch(&[(format!("{place}/{name}.snap"), sealed.into_bytes())])?;
        self.remove_snapshots(&open.case, seq)
    }

    /// Deletes the snapshots of a folder whose number is not above `seq`, and those that no history gives.
    pub(super) fn remove_snapshots(&self, case: &Case, seq: u32) -> Result<()> {
        let newest = case.thread().greatest_head().map_or(0, |head| head.seq);
        let old = case.files.snapshots.iter().filter(|(name, _)| name.seq <= seq || name.seq > newest + 1);
        let paths: Vec<String> = old.map(|(_, stored)| stored.path.clone()).collect();
        if paths.is_empty() { Ok(()) } else { self.store.remove_batch(&paths) }
    }
}
