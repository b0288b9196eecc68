//! The cards and documents of an open folder, and whose word counts about which.
//!
//! Anybody active may hand something in to a folder they do not read. So what stands there is not all a
//! reader's word: a document that somebody handed in replaces no other one, takes no other one's place under
//! its id, and stops nobody's work where it is rubbish. Sealing anew changes nothing of that.

use super::error;
use super::unlocked::OpenCase;
use crate::cores::map_on_all_cores;
use crate::error::{Class, Error, Problem, Result, Severity};
use crate::log::{Added, Entry, Live, Part, Thread, Verdict};
use crate::names::Digest;
use crate::seal::{Card, DocId};
use std::collections::{BTreeSet, HashMap, HashSet};
use zeroize::Zeroizing;

/// What readers of a folder added themselves, and what they struck through.
pub(super) struct Word {
    of_readers: HashSet<(Digest, DocId)>,
    withdrawn: BTreeSet<DocId>,
}

impl Word {
    fn of(open: &OpenCase<'_>) -> Self {
        let mut of_readers = HashSet::new();
        open.case.threads.iter().for_each(|thread| collect(thread, &mut of_readers));
        Self { of_readers, withdrawn: open.case.withdrawn() }
    }

    /// Whether a reader added it, and not only sealed anew what somebody else had handed in.
    fn is_of_reader(&self, added: &Added) -> bool {
        self.of_readers.contains(&(added.h, added.d))
    }

    /// Whether an object that cannot be used is no loss: it was struck through; or it was handed in, lies
    /// there as it was signed, and its keys are at hand, so that it never was what it should be.
    pub(super) fn is_no_loss(&self, open: &OpenCase<'_>, live: &Live) -> bool {
        let has_key = || entry_of(open, live).is_some_and(|entry| open.keys.generation(&entry.key).is_some());
        self.withdrawn.contains(&live.added.d)
            || (!self.is_of_reader(&live.added) && has_key() && open.sealed_bytes(&live.added.h).is_ok())
    }
}

fn entry_of<'a>(open: &'a OpenCase<'_>, live: &Live) -> Option<&'a Entry> {
    open.case.entries().find(|judged| judged.name == live.entry).map(|judged| &judged.entry)
}

/// Who signed the entry that adds an object, and its number.
fn origin(open: &OpenCase<'_>, live: &Live) -> String {
    let signers = entry_of(open, live).map(|entry| entry.signers.as_slice()).unwrap_or_default();
    let signers: Vec<String> = signers.iter().map(ToString::to_string).collect();
    format!("entry {} by {}", live.entry.seq, signers.join(" and "))
}

/// What readers added in one history, in its order.
fn collect(thread: &Thread, of_readers: &mut HashSet<(Digest, DocId)>) {
    let mut known: HashSet<(Digest, DocId, bool)> = HashSet::new();
    for judged in thread.entries.iter().filter(|judged| judged.verdict == Verdict::Valid) {
        let entry = &judged.entry;
        for (at, added) in entry.add.iter().enumerate() {
            let before = entry.drop.get(at).filter(|old| {
                entry.op.may_drop() && known.contains(&(**old, added.d, added.r == Part::Reason))
            });
            let counts = match before {
                Some(old) => of_readers.contains(&(*old, added.d)),
                None => entry.is_by_reader(),
            };
            if counts {
                of_readers.insert((added.h, added.d));
            }
            known.insert((added.h, added.d, added.r == Part::Reason));
        }
    }
}

/// The cards of a folder, and what is wrong with others.
#[derive(Default)]
struct Read {
    /// The cards, each with the place of its object in the history.
    cards: Vec<(usize, Card)>,
    /// What a person should know, and can work with.
    told: Vec<Problem>,
    /// What is missing or damaged.
    damage: Vec<Problem>,
}

impl OpenCase<'_> {
    /// The cards of all documents that stand, in the order of the history; superseded versions are among
    /// them.
    ///
    /// # Errors
    /// Class *damage* where any card cannot be read that was not struck through, and that is not rubbish
    /// which somebody handed in who does not read the folder; see [`OpenCase::readable_cards`].
    pub fn cards(&self) -> Result<Vec<Card>> {
        let Read { cards, mut damage, .. } = self.read_cards()?;
        if damage.is_empty() {
            return Ok(cards.into_iter().map(|(_, card)| card).collect());
        }
        for problem in &mut damage {
            problem.severity = Severity::Error;
        }
        Err(Error::all(Class::Damage, damage).unwrap_or_else(|| error::internal("read the cards")))
    }

    /// The cards that can be read, and a warning for each that cannot, or that stands under the id of
    /// another document.
    ///
    /// # Errors
    /// The store's, where nothing can be read at all.
    pub fn readable_cards(&self) -> Result<(Vec<Card>, Vec<Problem>)> {
        let Read { cards, told, damage } = self.read_cards()?;
        let cards = cards.into_iter().map(|(_, card)| card).collect();
        Ok((cards, damage.into_iter().chain(told).collect()))
    }

    fn read_cards(&self) -> Result<Read> {
        const RUN: usize = 32;
        let word = self.word();
        let believed = self.believed();
        let documents = self.documents_named();
        let live: Vec<&Live> = self.own().filter(|live| live.added.r == Part::Card).collect();
        let cards = map_on_all_cores(&live, RUN, |live| {
            // What a snapshot says of an object is believed where it fits the history; else, and where there
            // is none, the object itself is read.
            let is_there = self.case.files.objects.contains_key(&live.added.h);
            let said = believed.as_ref().filter(|_| is_there).and_then(|believed| believed.card(live));
            let said = said.and_then(|text| self.check_card(live, text).ok());
            let said = said.filter(|card| documents.contains(&(card.d, card.doc)));
            said.map_or_else(|| self.card_of(live), Ok)
        });
        let (mut read, mut failed) = (Read::default(), Vec::new());
        let mut known: HashMap<DocId, usize> = HashMap::new();
        for (at, card) in cards.into_iter().enumerate() {
            match card {
                Ok(card) => take(self, &mut read, &mut known, &live, (at, card)),
                Err(e) if e.class() == Class::Unexpected => return Err(e),
                Err(e) => failed.push((live[at], e)),
            }
        }
        for (live, e) in failed {
            let handed_in = !word.is_of_reader(&live.added) && known.contains_key(&live.added.d);
            let no_loss = handed_in || word.is_no_loss(self, live);
            let problems = e.problems().iter().cloned();
            let problems = problems.map(|problem| Problem { severity: Severity::Warning, ..problem });
            (if no_loss { &mut read.told } else { &mut read.damage }).extend(problems);
        }
        for (at, card) in &mut read.cards {
            heard(word, live[*at], card);
        }
        Ok(read)
    }

    /// Whose word counts in this folder.
    pub(super) fn word(&self) -> &Word {
        self.word.get_or_init(|| Word::of(self))
    }

    /// One document with its card.
    ///
    /// # Errors
    /// `archive.no-document` (not found); class *damage* where any check fails: the bytes' hash, the seal,
    /// the card's word about them.
    pub fn document(&self, d: &DocId) -> Result<(Card, Zeroizing<Vec<u8>>)> {
        let cards = self.case.live().filter(|live| live.added.d == *d && live.added.r == Part::Card);
        let mut cards: Vec<&Live> = cards.collect();
        let word = self.word();
        cards.sort_by_key(|live| !word.is_of_reader(&live.added));
        let mut failed = None;
        for live in cards {
            match self.card_of(live) {
                Ok(mut card) => {
                    heard(word, live, &mut card);
                    let plain = self.document_of(&card)?;
                    return Ok((card, plain));
                }
                Err(e) => drop(failed.get_or_insert(e)),
            }
        }
        Err(failed.unwrap_or_else(|| error::no_document(&d.to_string())))
    }

    /// The document of one of its cards.
    ///
    /// # Errors
    /// As [`OpenCase::document`].
    pub fn document_of(&self, card: &Card) -> Result<Zeroizing<Vec<u8>>> {
        let mut docs = self.case.live().filter(|live| live.added.d == card.d && live.added.r == Part::Doc);
        let first = docs.next().ok_or_else(|| error::no_document(&card.d.to_string()))?;
        if first.added.h != card.doc && !docs.any(|live| live.added.h == card.doc) {
            return Err(error::damaged(&self.path_of(&first.added.h), "its card speaks of other bytes"));
        }
        let plain = self.open_object(&card.doc)?;
        self.check_plain(card, &plain)?;
        Ok(plain)
    }
}

/// Takes a card, unless another one stands under its id: that of a reader goes first, then the earlier.
fn take(
    open: &OpenCase<'_>,
    read: &mut Read,
    known: &mut HashMap<DocId, usize>,
    live: &[&Live],
    (at, card): (usize, Card),
) {
    let Some(other) = known.get(&card.d).copied() else {
        known.insert(card.d, read.cards.len());
        return read.cards.push((at, card));
    };
    let word = open.word();
    let (before, first) = &read.cards[other];
    let displaces = word.is_of_reader(&live[at].added) && !word.is_of_reader(&live[*before].added);
    let out = if displaces { *before } else { at };
    // What two deep re-keys leave that met says the same twice.
    if first.plain != card.plain {
        let message = format!(
            "{} names a second document under the id {}: it is left out",
            origin(open, live[out]),
            card.d.short()
        );
        read.told.push(Problem::warning("archive.second-document", message));
    }
    if displaces {
        read.cards[other] = (at, card);
    }
}

/// What a card of somebody who does not read the folder says about other documents is not heard.
fn heard(word: &Word, live: &Live, card: &mut Card) {
    if !word.is_of_reader(&live.added) {
        card.supersedes.clear();
        card.series = card.d;
    }
}
