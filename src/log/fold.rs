//! What the entries of a folder add up to.
//!
//! An entry is judged only when all its ancestors are there: until then it is *pending*, its documents
//! can be read and it changes nothing. So a verdict never changes because something else arrives, and
//! any order of arrival gives the same state.

use super::entry::{Added, ENTRY, Entry, Part, Team, Tool};
use super::error::Fault;
use super::flag::Flag;
use super::graph::Graph;
use super::judge::{self, Before};
use super::name::{NoteName, Time};
use super::note::Note;
use super::op::Op;
use super::roster::Roster;
use super::state::{Aspects, Stage, Standing, State};
use crate::names::{Digest, PersonId, Unit};
use crate::seal::DocId;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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
    aspects: Aspects,
}

/// What lies in the places of one label.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    /// The folders of this label, one as a rule; several are twins.
    pub threads: Vec<Thread>,
    /// Entries that belong to a folder of another label.
    pub misplaced: Vec<NoteName>,
    /// Second files of an entry that stands already: foreign.
    pub doubles: Vec<NoteName>,
    /// Notes that are no entries: foreign.
    pub foreign: Vec<NoteName>,
}

/// Judges everything that lies in the places of `unit` and adds it up.
///
/// The signatures of entries in `verified` were verified before by this client and are not again.
#[allow(clippy::implicit_hasher)]
pub fn fold(unit: &Unit, notes: &[Note], roster: &Roster, verified: &HashSet<NoteName>) -> Folded {
    let mut sorted: Vec<&Note> = notes.iter().collect();
    sorted.sort_by_key(|note| note.name());
    sorted.dedup_by_key(|note| note.name());
    let mut folded = Folded::default();
    let mut groups: BTreeMap<Digest, Vec<(&Note, Entry)>> = BTreeMap::new();
    for note in sorted {
        match note.content::<Entry>() {
            Ok(entry) => {
                groups.entry(entry.folder.unwrap_or(note.name().hash)).or_default().push((note, entry));
            }
            Err(_) => folded.foreign.push(note.name()),
        }
    }
    for (folder, notes) in groups {
        let mut folding = Folding::new(folder, roster, verified);
        let ours = notes.iter().any(|(_, entry)| entry.label == *unit);
        for (note, entry) in notes {
            folding.judge(note, entry);
        }
        let (thread, doubles) = folding.finish();
        let label = thread.state.as_ref().map(|state| &state.label);
        if label.map_or(ours, |label| label == unit) {
            folded.threads.push(thread);
            folded.doubles.extend(doubles);
        } else {
            folded.misplaced.extend(thread.entries.iter().map(|judged| judged.name));
        }
    }
    // A folder without its first entry is no twin: nobody could tell it from a copied entry.
    folded.threads.sort_by_key(|thread| (thread.state.is_none(), thread.folder));
    let twins = folded.threads.iter().filter(|thread| thread.state.is_some()).count() > 1;
    for thread in folded.threads.iter_mut().filter(|_| twins) {
        thread.flags.insert(Flag::Twins);
    }
    folded
}

struct Folding<'a> {
    folder: Digest,
    roster: &'a Roster,
    verified: &'a HashSet<NoteName>,
    judged: Vec<Judged>,
    /// Valid entries only: their place in `judged`, their graph and what they give.
    valid: Vec<usize>,
    graph: Graph,
    after: Vec<Aspects>,
    index: HashMap<NoteName, usize>,
    bad: HashSet<NoteName>,
    texts: HashMap<Vec<u8>, usize>,
    doubles: Vec<NoteName>,
    flags: BTreeSet<Flag>,
}

impl<'a> Folding<'a> {
    fn new(folder: Digest, roster: &'a Roster, verified: &'a HashSet<NoteName>) -> Self {
        Self {
            folder,
            roster,
            verified,
            judged: Vec::new(),
            valid: Vec::new(),
            graph: Graph::default(),
            after: Vec::new(),
            index: HashMap::new(),
            bad: HashSet::new(),
            texts: HashMap::new(),
            doubles: Vec::new(),
            flags: BTreeSet::new(),
        }
    }

    fn judge(&mut self, note: &Note, entry: Entry) {
        let name = note.name();
        let verdict = match self.verdict(note, &entry) {
            Ok(Some(parents)) => {
                if let Some(first) = self.texts.get(note.text()) {
                    self.index.insert(name, *first);
                    return self.doubles.push(name);
                }
                self.accept(note, &entry, parents);
                Verdict::Valid
            }
            Ok(None) => {
                self.flags.insert(Flag::Gap);
                Verdict::Pending
            }
            Err(fault) => {
                self.bad.insert(name);
                self.flags.insert(Flag::Invalid);
                Verdict::Invalid(fault)
            }
        };
        self.judged.push(Judged { name, entry, verdict });
    }

    /// The parents of a valid entry, or `None` where something it builds on is missing.
    fn verdict(&self, note: &Note, entry: &Entry) -> Result<Option<Vec<usize>>, Fault> {
        judge::shape(entry)?;
        if let Some(parent) = entry.parents.iter().find(|parent| self.bad.contains(parent)) {
            return Err(Fault::Parent(*parent));
        }
        let archive = self.roster.root().id();
        let staff = self.roster.at(&entry.roster).filter(|_| !entry.roster.is_empty());
        // Whose staff notes are missing is judged by the staff of today: without a known signer an entry
        // could be anybody's, and must not pass for a gap.
        let signing = staff.clone().unwrap_or_else(|| self.roster.now());
        if staff.is_none() || !self.verified.contains(&note.name()) {
            judge::signatures(note, entry, &signing, &archive)?;
        }
        let parents: Option<Vec<usize>> =
            entry.parents.iter().map(|parent| self.index.get(parent).copied()).collect();
        let (Some(staff), Some(parents)) = (staff, parents) else { return Ok(None) };
        let aspects = self.merge(&parents);
        let entries = parents.iter().map(|at| &self.judged[self.valid[*at]].entry);
        let before = Before {
            roster: self.roster,
            folder: (!parents.is_empty()).then_some(self.folder),
            aspects: &aspects,
            state: aspects.state(),
            parents: entries.collect(),
        };
        judge::check(entry, &before, &staff)?;
        Ok(Some(parents))
    }

    fn accept(&mut self, note: &Note, entry: &Entry, parents: Vec<usize>) {
        let at = self.valid.len();
        let mut aspects = self.merge(&parents);
        aspects.apply(entry, at);
        let day = chrono::Duration::hours(24);
        let back =
            |parent: &usize| entry.time.moment() + day < self.judged[self.valid[*parent]].entry.time.moment();
        if parents.iter().any(back) {
            self.flags.insert(Flag::Clock);
        }
        if matches!(entry.op, Op::Unknown(_)) {
            self.flags.insert(Flag::UnknownEvent);
        }
        if entry.is_beyond_us() {
            self.flags.insert(Flag::Newer);
        }
        self.graph.push(parents);
        self.after.push(aspects);
        self.index.insert(note.name(), at);
        self.texts.insert(note.text().to_vec(), at);
        self.valid.push(self.judged.len());
    }

    fn merge(&self, parents: &[usize]) -> Aspects {
        let mut branches = parents.iter().map(|at| &self.after[*at]);
        let mut aspects = branches.next().cloned().unwrap_or_default();
        branches.for_each(|other| aspects.join(other, &self.graph));
        aspects
    }

    fn heads(&self) -> Vec<usize> {
        let named: HashSet<usize> =
            (0..self.valid.len()).flat_map(|at| self.graph.parents(at).iter().copied()).collect();
        (0..self.valid.len()).filter(|at| !named.contains(at)).collect()
    }

    fn finish(mut self) -> (Thread, Vec<NoteName>) {
        let heads = self.heads();
        let aspects = self.merge(&heads);
        let forks = aspects.forks();
        let conflicts = [
            (forks.standing, Flag::StatusConflict),
            (forks.team, Flag::TeamConflict),
            (forks.access, Flag::KeyConflict),
            (forks.label, Flag::LabelConflict),
            (forks.amended, Flag::AmendConflict),
            (aspects.is_held(), Flag::Hold),
        ];
        self.flags.extend(conflicts.iter().filter(|(is, _)| *is).map(|(_, flag)| *flag));
        let stage = self.stage(&aspects);
        let dropped = self.dropped();
        let thread = Thread {
            folder: self.folder,
            state: aspects.state(),
            heads: heads.iter().map(|at| self.judged[self.valid[*at]].name).collect(),
            live: self.live(&dropped),
            dropped,
            withdrawn: self.withdrawn(),
            stage,
            flags: std::mem::take(&mut self.flags),
            entries: std::mem::take(&mut self.judged),
            aspects,
        };
        (thread, self.doubles)
    }

    /// A disposal that is decided is void where any entry is concurrent with the decision, or a hold
    /// stands.
    fn stage(&mut self, aspects: &Aspects) -> Stage {
        let stage = aspects.stage();
        if stage < Stage::Decided {
            return stage;
        }
        let decisions = (0..self.valid.len()).filter(|at| self.entry(*at).op == Op::Dispose);
        let alone = |decision: usize| {
            (0..self.valid.len())
                .all(|at| self.graph.reaches(decision, at) || self.graph.reaches(at, decision))
        };
        if aspects.is_held() || !decisions.clone().any(alone) {
            self.flags.insert(Flag::DisposalVoid);
            return Stage::Approved;
        }
        stage
    }

    fn entry(&self, at: usize) -> &Entry {
        &self.judged[self.valid[at]].entry
    }

    fn dropped(&self) -> BTreeSet<Digest> {
        let entries = (0..self.valid.len()).map(|at| self.entry(at));
        entries.filter(|entry| entry.op.may_drop()).flat_map(|entry| entry.drop.iter().copied()).collect()
    }

    fn withdrawn(&self) -> BTreeSet<DocId> {
        let entries = (0..self.valid.len()).map(|at| self.entry(at));
        let withdrawals = entries.filter(|entry| entry.op == Op::Withdraw);
        withdrawals.flat_map(|entry| &entry.add).filter(|a| a.r == Part::Reason).map(|a| a.d).collect()
    }

    fn live(&self, dropped: &BTreeSet<Digest>) -> Vec<Live> {
        let counts = |judged: &&Judged| matches!(judged.verdict, Verdict::Valid | Verdict::Pending);
        let mut names = HashSet::new();
        let mut live = Vec::new();
        for judged in self.judged.iter().filter(counts) {
            for added in &judged.entry.add {
                if !dropped.contains(&added.h) && names.insert((added.h, added.d)) {
                    let pending = judged.verdict == Verdict::Pending;
                    live.push(Live { added: added.clone(), entry: judged.name, pending });
                }
            }
        }
        live
    }
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

    /// Judges an entry drafted on this state as [`fold`] would with it.
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

    /// Whether an entry has this verdict.
    pub fn verdict(&self, name: &NoteName) -> Option<&Verdict> {
        self.entries.iter().find(|judged| judged.name == *name).map(|judged| &judged.verdict)
    }
}
