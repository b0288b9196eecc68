//! A snapshot: the cards of a folder gathered in one sealed file, so that a reader opens one file for
//! many. It is a cache; whoever ignores every snapshot loses nothing but time.
//!
//! Whoever can write in a folder can seal something to its key, so what a snapshot says counts only if a
//! reader of the folder signed it, who still is one, and only about objects that the history names.

use super::entry::Reader;
use super::error::Foreign;
use super::name::{Day, NoteName, Time, nullable};
use super::note::{Note, Signer};
use super::roster::Roster;
use super::state::State;
use super::thread::{Thread, Verdict};
use crate::error::Result;
use crate::names::{Digest, PersonId};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use thiserror::Error;
use zeroize::Zeroizing;

/// The word in the `casefile` field of a snapshot.
pub const SNAPSHOT: &str = "snapshot/1";
/// The most bytes of a snapshot, sealed or not: cards of about 10,000 documents. A larger one is neither
/// written nor read.
pub const LIMIT_BYTES: u64 = 8 * 1024 * 1024;

/// Why a snapshot is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Disbelief {
    /// Not a signed note with lines of cards below it.
    #[error("it is no snapshot of this format")]
    Form,
    /// The cards are not those that were signed.
    #[error("its cards are not those that were signed")]
    Cards,
    /// It is about another folder.
    #[error("it belongs to another folder")]
    Folder,
    /// It covers what is not part of the history here.
    #[error("it covers an entry that is not there or does not count")]
    Covers,
    /// The state it repeats is not that of the entry it covers.
    #[error("the state it repeats is not the state of what it covers")]
    State,
    /// Its signer was no reader of what it covers, or is none any more.
    #[error("its signer is no reader of the folder, then and now")]
    Reader,
    /// The signature is not by its signer's present key.
    #[error("its signature is not by the present key of its signer")]
    Signature,
}

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Content {
    casefile: String,
    archive: Digest,
    folder: Digest,
    seq: u32,
    parents: Vec<NoteName>,
    roster: Vec<NoteName>,
    signers: Vec<PersonId>,
    time: Time,
    covers: Vec<NoteName>,
    cards: Sum,
    state: Repeated,
}

/// What stands below the note: the hash of all its bytes and the number of its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Sum {
    sha256: Digest,
    count: u64,
}

/// The state at what is covered, with the names that entries give its fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Repeated {
    label: crate::names::Unit,
    #[serde(deserialize_with = "nullable")]
    status: Option<crate::names::Status>,
    #[serde(deserialize_with = "nullable")]
    since: Option<Day>,
    #[serde(deserialize_with = "nullable")]
    until: Option<Day>,
    #[serde(deserialize_with = "nullable")]
    team: Option<super::entry::Team>,
    readers: Vec<Reader>,
    key: crate::seal::Recipient,
    envelope: Digest,
}

impl From<State> for Repeated {
    fn from(state: State) -> Self {
        let State { label, standing, team, readers, key, envelope } = state;
        let super::state::Standing { status, since, until } = standing;
        Self { label, status, since, until, team, readers, key, envelope }
    }
}

/// A well-formed snapshot; whether it is believed is for [`Snapshot::judge`] to say.
pub struct Snapshot {
    note: Note,
    content: Content,
    text: Zeroizing<Vec<u8>>,
    /// Where the card of each sealed card stands in `text`, its line end included.
    cards: HashMap<Digest, Range<usize>>,
}

impl Snapshot {
    /// The bytes to seal: the signed note, an empty line, and for each card the hash of its sealed form, a
    /// space and the card. `None` where the folder has not exactly one head, which is what is covered, or
    /// where it would be larger than [`LIMIT_BYTES`].
    ///
    /// # Errors
    /// As [`Note::sign`].
    pub fn write(
        thread: &Thread,
        roster: &Roster,
        by: &Signer<'_>,
        time: Time,
        cards: &[(Digest, &[u8])],
    ) -> Result<Option<(u32, Zeroizing<Vec<u8>>)>> {
        let ([head], Some(state)) = (thread.heads.as_slice(), thread.state.clone()) else { return Ok(None) };
        let mut lines = Zeroizing::new(Vec::new());
        let mut count = 0;
        for (hash, card) in cards.iter().filter(|(_, card)| is_line(card)) {
            lines.extend_from_slice(format!("{hash} ").as_bytes());
            lines.extend_from_slice(card);
            count += 1;
        }
        let archive = roster.root().id();
        let content = Content {
            casefile: SNAPSHOT.to_owned(),
            archive,
            folder: thread.folder,
            seq: head.seq + 1,
            parents: vec![*head],
            roster: roster.heads().to_vec(),
            signers: vec![by.name.clone()],
            time,
            covers: vec![*head],
            cards: Sum { sha256: Digest::of(&lines), count },
            state: state.into(),
        };
        let note = Note::sign(&content, &archive, std::slice::from_ref(by))?;
        let mut text = Zeroizing::new(Vec::with_capacity(note.bytes().len() + 1 + lines.len()));
        text.extend_from_slice(note.bytes());
        text.push(b'\n');
        text.extend_from_slice(&lines);
        Ok((text.len() as u64 <= LIMIT_BYTES).then_some((content.seq, text)))
    }

    /// Reads the opened bytes of a snapshot of the archive `archive`.
    ///
    /// # Errors
    /// [`Disbelief::Form`] and [`Disbelief::Cards`].
    pub fn parse(text: Zeroizing<Vec<u8>>, archive: &Digest) -> std::result::Result<Self, Disbelief> {
        let below = end_of_note(&text).ok_or(Disbelief::Form)?;
        let form = |_: Foreign| Disbelief::Form;
        let note = Note::parse(&text[..below], archive).map_err(form)?;
        let content: Content = note.content().map_err(form)?;
        if content.casefile != SNAPSHOT {
            return Err(Disbelief::Form);
        }
        let lines = &text[below + 1..];
        if Digest::of(lines) != content.cards.sha256 {
            return Err(Disbelief::Cards);
        }
        let cards = read_lines(lines, below + 1).ok_or(Disbelief::Form)?;
        if cards.len() as u64 != content.cards.count {
            return Err(Disbelief::Cards);
        }
        Ok(Self { note, content, text, cards })
    }

    /// The number that it has in its file name.
    pub fn seq(&self) -> u32 {
        self.content.seq
    }

    /// The card that is sealed in the object of this hash, as it stood there.
    pub fn card(&self, sealed: &Digest) -> Option<&[u8]> {
        self.cards.get(sealed).and_then(|range| self.text.get(range.clone()))
    }

    /// Whether it is believed, and if so about the cards of which entries.
    ///
    /// It covers one entry, which counts here. Its signer is a reader by that entry and by the present
    /// state, in both not past their last day when they signed, is active today, and signed with the key
    /// they have today: a reader who has left, or whose key was lost, is not believed any more, whenever
    /// they signed.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn judge(
        &self,
        thread: &Thread,
        roster: &Roster,
    ) -> std::result::Result<HashSet<NoteName>, Disbelief> {
        #[cfg(test)]
        if crate::sown::is(crate::sown::Fault::AnySnapshotTrusted) {
            return Ok(thread.entries.iter().map(|judged| judged.name).collect());
        }
        let content = &self.content;
        let Some(now) = thread.state.as_ref().filter(|_| content.folder == thread.folder) else {
            return Err(Disbelief::Folder);
        };
        let ([covered], [signer]) = (content.covers.as_slice(), content.signers.as_slice()) else {
            return Err(Disbelief::Form);
        };
        let entries: HashMap<NoteName, &super::thread::Judged> =
            thread.entries.iter().map(|judged| (judged.name, judged)).collect();
        let counts = |judged: &&&super::thread::Judged| judged.verdict == Verdict::Valid;
        let head = entries.get(covered).filter(counts).ok_or(Disbelief::Covers)?;
        let then = head.entry.state();
        if Repeated::from(then.clone()) != content.state {
            return Err(Disbelief::State);
        }
        let day = Day(content.time.day());
        if then.reader(signer, day).is_none() || now.reader(signer, day).is_none() {
            return Err(Disbelief::Reader);
        }
        let person = roster.now().active(signer).ok_or(Disbelief::Reader)?;
        if !self.note.signed_by(signer, &person.sign, &roster.root().id()) {
            return Err(Disbelief::Signature);
        }
        let mut below = HashSet::new();
        let mut todo = vec![*covered];
        while let Some(name) = todo.pop() {
            if below.insert(name) {
                todo.extend(entries.get(&name).into_iter().flat_map(|judged| &judged.entry.parents));
            }
        }
        Ok(below)
    }
}

/// Whether a card is one line with its line end, so that it can stand below a note.
fn is_line(card: &[u8]) -> bool {
    card.iter().position(|byte| *byte == b'\n') == card.len().checked_sub(1)
}

/// Where the empty line stands that ends the note: the second one, after the signatures.
fn end_of_note(text: &[u8]) -> Option<usize> {
    let empty = |from: usize| {
        let rest = text.get(from..)?;
        rest.windows(2).position(|pair| pair == b"\n\n").map(|at| from + at + 1)
    };
    empty(empty(0)? + 1)
}

/// Where the cards stand, by the hash of their sealed form; each hash once.
fn read_lines(lines: &[u8], start: usize) -> Option<HashMap<Digest, Range<usize>>> {
    let mut cards = HashMap::new();
    let mut at = 0;
    while at < lines.len() {
        let end = at + lines[at..].iter().position(|byte| *byte == b'\n')? + 1;
        let line = std::str::from_utf8(&lines[at..end]).ok()?;
        let (hash, _) = line.split_once(' ')?;
        let range = start + at + hash.len() + 1..start + end;
        if cards.insert(hash.parse().ok()?, range).is_some() {
            return None;
        }
        at = end;
    }
    Some(cards)
}
