//! A folder's verified history, and going on from it.

use super::entry::{Added, ENTRY, Entry, Team, Tool};
use super::error::Fault;
use super::flag::Flag;
use super::judge::{self, Before};
use super::name::{NoteName, Time};
use super::note::Note;
use super::op::Op;
use super::roster::Roster;
use super::state::{Aspects, Stage, Standing, State};
use crate::names::{Digest, PersonId};
use crate::seal::DocId;
use std::collections::BTreeSet;

/// What an entry is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It counts.
    Valid,
    /// A retired person's entry that no checkpoint saw: shown, without effect until a current reader's
    /// `resolve` accepts it.
    Late,
    /// An ancestor, or a staff note it cites, is missing: readable, without effect.
    Pending,
    /// It is ignored, and so is all that builds on it.
    Invalid(Fault),
}

/// An entry and what it is worth.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Its name.
    pub name: NoteName,
    /// What it says.
    pub entry: Entry,
    /// What it is worth.
    pub verdict: Verdict,
}

/// An object that stands, and the entry that added it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// The object.
    pub added: Added,
    /// The entry.
    pub entry: NoteName,
    /// Whether the entry is pending.
    pub pending: bool,
}

/// One folder's history: everything that grew from one first entry.
#[derive(Debug, Clone)]
pub struct Thread {
    /// The folder's identity: the hash of its first entry.
    pub folder: Digest,
    /// All entries with their verdicts, by `(seq, hash)`.
    pub entries: Vec<Judged>,
    /// The state, or `None` where the first entry is missing or invalid.
    pub state: Option<State>,
    /// Valid entries that no valid entry names as parent; what is written next names all of them.
    pub heads: Vec<NoteName>,
    /// Objects that stand, in the order of the history.
    pub live: Vec<Live>,
    /// Objects taken out, which must not come back.
    pub dropped: BTreeSet<Digest>,
    /// Documents struck through.
    pub withdrawn: BTreeSet<DocId>,
    /// How far a disposal is.
    pub stage: Stage,
    /// What a person should know.
    pub flags: BTreeSet<Flag>,
    /// What the heads together set.
    pub(super) aspects: Aspects,
}

impl Thread {
    /// The next entry of this folder: it names all heads and repeats the state; the caller sets what the
    /// operation changes. `None` where there is no verified state to build on.
    pub fn draft(&self, roster: &Roster, op: Op, by: &PersonId, time: Time) -> Option<Entry> {
        let state = self.state.clone()?;
        Some(Entry {
            casefile: ENTRY.to_owned(),
            archive: roster.root().id(),
            folder: Some(self.folder),
            label: state.label,
            seq: self.heads.iter().map(|head| head.seq).max()? + 1,
            parents: self.heads.clone(),
            roster: roster.heads().to_vec(),
            signers: vec![by.clone()],
            time,
            op,
            rule: None,
            status: state.standing.status,
            since: state.standing.since,
            until: state.standing.until,
            team: state.team,
            readers: state.readers,
            key: state.key,
            envelope: state.envelope,
            add: Vec::new(),
            drop: Vec::new(),
            crit: Vec::new(),
            tool: Tool::this(),
        })
    }

    /// Judges an entry drafted on this state as [`fold`](super::fold::fold()) would with it.
    ///
    /// # Errors
    /// Why it would be invalid.
    pub fn judge_next(&self, roster: &Roster, note: &Note, entry: &Entry) -> Result<(), Fault> {
        judge::shape(entry)?;
        let staff = roster.at(&entry.roster).ok_or(Fault::Staff)?;
        judge::signatures(note, entry, &staff, &roster.root().id())?;
        if entry.parents != self.heads {
            return Err(Fault::Place);
        }
        let is_head = |judged: &&Judged| self.heads.contains(&judged.name);
        let before = Before {
            roster,
            folder: Some(self.folder),
            aspects: &self.aspects,
            state: self.state.clone(),
            parents: self.entries.iter().filter(is_head).map(|judged| &judged.entry).collect(),
        };
        judge::check(entry, &before, &staff)
    }

    /// The status and dates that concurrent entries set, the one that stands first; one as a rule.
    pub fn standings(&self) -> Vec<Standing> {
        self.aspects.standings()
    }

    /// The teams that concurrent entries set, the one that stands first; one as a rule.
    pub fn teams(&self) -> Vec<Team> {
        self.aspects.teams()
    }

    /// The greatest head by `(seq, hash)`: what a page prints as its reference.
    pub fn greatest_head(&self) -> Option<NoteName> {
        self.heads.iter().max().copied()
    }

    /// Entries that are late and that no `resolve` has accepted, oldest first.
    pub fn late(&self) -> impl Iterator<Item = &Judged> {
        self.entries.iter().filter(|judged| judged.verdict == Verdict::Late)
    }

    /// Objects that only late entries add: not used, and kept for the day they are accepted.
    pub fn late_objects(&self) -> BTreeSet<Digest> {
        let added = self.late().flat_map(|judged| judged.entry.add.iter().map(|added| added.h));
        let live = |hash: &Digest| self.live.iter().any(|live| live.added.h == *hash);
        added.filter(|hash| !self.dropped.contains(hash) && !live(hash)).collect()
    }

    /// The entries from which these descend, and these themselves.
    pub fn ancestry(&self, of: &[NoteName]) -> BTreeSet<NoteName> {
        let mut found = BTreeSet::new();
        let mut todo = of.to_vec();
        while let Some(name) = todo.pop() {
            let judged = self.entries.binary_search_by_key(&name, |judged| judged.name);
            if let (Ok(at), true) = (judged, found.insert(name)) {
                todo.extend(&self.entries[at].entry.parents);
            }
        }
        found
    }

    /// Whether an entry has this verdict.
    pub fn verdict(&self, name: &NoteName) -> Option<&Verdict> {
        self.entries.iter().find(|judged| judged.name == *name).map(|judged| &judged.verdict)
    }
}
