//! What the entries of a folder add up to.
//!
//! An entry is judged only when all its ancestors are there: until then it is *pending*, its documents
//! can be read and it changes nothing. So a verdict never changes because something else arrives, and
//! any order of arrival gives the same state.

use super::authority;
use super::entry::{Entry, Part};
use super::error::Fault;
use super::flag::Flag;
use super::graph::Graph;
use super::judge::{self, Before};
use super::late::{Lateness, Views, Worth};
use super::name::NoteName;
use super::note::Note;
use super::op::Op;
use super::roster::Roster;
use super::state::{Aspects, Stage};
use super::thread::{Judged, Live, Thread, Verdict};
use crate::cores::map_on_all_cores;
use crate::names::{Digest, Unit};
use crate::seal::DocId;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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

/// Notes that one core reads at a time.
const RUN: usize = 64;

/// Judges everything that lies in the places of `unit` and adds it up.
///
/// The signatures of entries in `verified` were verified before by this client and are not again.
#[allow(clippy::implicit_hasher)]
pub fn fold(unit: &Unit, notes: &[Note], roster: &Roster, verified: &HashSet<NoteName>) -> Folded {
    fold_accepting(unit, notes, roster, verified, &HashSet::new())
}

/// The same for notes that lie under any numbers: every folder of which there is an entry, each by itself,
/// whatever number it has.
#[allow(clippy::implicit_hasher)]
pub fn fold_each(notes: &[Note], roster: &Roster, verified: &HashSet<NoteName>) -> Vec<Folded> {
    let alone = |(folder, notes)| {
        let (thread, doubles) = fold_thread(folder, notes, roster, verified, HashSet::new());
        Folded { threads: vec![thread], doubles, ..Folded::default() }
    };
    by_folder(notes).0.into_iter().map(alone).collect()
}

/// Entries with their notes.
type Entries<'a> = Vec<(&'a Note, Entry)>;

/// The entries of each folder by their names, each once, and notes that are no entries.
fn by_folder(notes: &[Note]) -> (BTreeMap<Digest, Entries<'_>>, Vec<NoteName>) {
    let mut sorted: Vec<&Note> = notes.iter().collect();
    sorted.sort_by_key(|note| note.name());
    sorted.dedup_by_key(|note| note.name());
    let (mut groups, mut foreign) = (BTreeMap::<Digest, Entries<'_>>::new(), Vec::new());
    let entries = map_on_all_cores(&sorted, RUN, |note| note.content::<Entry>());
    for (note, entry) in sorted.into_iter().zip(entries) {
        match entry {
            Ok(entry) => {
                groups.entry(entry.folder.unwrap_or(note.name().hash)).or_default().push((note, entry));
            }
            Err(_) => foreign.push(note.name()),
        }
    }
    (groups, foreign)
}

/// The same as if a `resolve` had accepted these late entries: what one would build on.
#[allow(clippy::implicit_hasher)]
pub fn fold_accepting(
    unit: &Unit,
    notes: &[Note],
    roster: &Roster,
    verified: &HashSet<NoteName>,
    accepted: &HashSet<NoteName>,
) -> Folded {
    let (groups, foreign) = by_folder(notes);
    let mut folded = Folded { foreign, ..Folded::default() };
    for (folder, notes) in groups {
        let ours = notes.iter().any(|(_, entry)| entry.label == *unit);
        let (thread, doubles) = fold_thread(folder, notes, roster, verified, accepted.clone());
        let label = thread.state.as_ref().map(|state| &state.label);
        if label.map_or(ours, |label| label == unit) {
            folded.threads.push(thread);
            folded.doubles.extend(doubles);
        } else {
            folded.misplaced.extend(thread.entries.iter().map(|judged| judged.name));
        }
    }
    // A folder without its first entry is no twin: nobody could tell it from a copied entry.
    // One that is destroyed does not stand before one that lives.
    let last = |thread: &Thread| (thread.state.is_none(), thread.stage == Stage::Destroyed, thread.folder);
    folded.threads.sort_by_key(last);
    let twins = folded.threads.iter().filter(|thread| thread.state.is_some()).count() > 1;
    for thread in folded.threads.iter_mut().filter(|_| twins) {
        thread.flags.insert(Flag::Twins);
    }
    folded
}

/// Folds the entries of one folder; again for each round in which a `resolve` accepted late ones.
fn fold_thread(
    folder: Digest,
    notes: Vec<(&Note, Entry)>,
    roster: &Roster,
    verified: &HashSet<NoteName>,
    mut accepted: HashSet<NoteName>,
) -> (Thread, Vec<NoteName>) {
    let lateness = Lateness::new(&folder, notes.iter().map(|(note, entry)| (note.name(), entry)), roster);
    if !lateness.is_possible() {
        // Nothing to accept, so one round: the entries need not be kept for another.
        let mut folding = Folding::new(folder, roster, verified, &lateness, &accepted);
        for (note, entry) in notes {
            folding.judge(note, entry);
        }
        return folding.finish();
    }
    loop {
        let mut folding = Folding::new(folder, roster, verified, &lateness, &accepted);
        for (note, entry) in &notes {
            folding.judge(note, entry.clone());
        }
        let more = folding.accepts();
        if more.is_subset(&accepted) {
            return folding.finish();
        }
        accepted.extend(more);
    }
}

struct Folding<'a> {
    folder: Digest,
    roster: &'a Roster,
    verified: &'a HashSet<NoteName>,
    lateness: &'a Lateness<'a>,
    /// Late entries that a `resolve` accepts.
    accepted: &'a HashSet<NoteName>,
    judged: Vec<Judged>,
    /// Valid and late entries: their place in `judged`, their graph and what they give.
    nodes: Vec<usize>,
    graph: Graph,
    /// What valid entries give; late ones change nothing.
    after: Vec<Aspects>,
    /// The other views on what late entries, accepted ones included, and those above them give.
    views: HashMap<usize, Views>,
    late: Vec<bool>,
    /// Pending entries that are late whatever comes.
    overdue: HashSet<NoteName>,
    index: HashMap<NoteName, usize>,
    bad: HashSet<NoteName>,
    texts: BTreeMap<&'a [u8], usize>,
    doubles: Vec<NoteName>,
    flags: BTreeSet<Flag>,
}

impl<'a> Folding<'a> {
    fn new(
        folder: Digest,
        roster: &'a Roster,
        verified: &'a HashSet<NoteName>,
        lateness: &'a Lateness<'a>,
        accepted: &'a HashSet<NoteName>,
    ) -> Self {
        Self {
            folder,
            roster,
            verified,
            lateness,
            accepted,
            judged: Vec::new(),
            nodes: Vec::new(),
            graph: Graph::default(),
            after: Vec::new(),
            views: HashMap::new(),
            late: Vec::new(),
            overdue: HashSet::new(),
            index: HashMap::new(),
            bad: HashSet::new(),
            texts: BTreeMap::new(),
            doubles: Vec::new(),
            flags: BTreeSet::new(),
        }
    }

    fn judge(&mut self, note: &'a Note, entry: Entry) {
        let name = note.name();
        let verdict = match self.verdict(note, &entry) {
            Ok(Some(worth)) => {
                let late = worth.late;
                if let Some(first) = self.texts.get(note.text()) {
                    self.index.insert(name, *first);
                    return self.doubles.push(name);
                }
                self.accept(note, &entry, worth);
                if late { Verdict::Late } else { Verdict::Valid }
            }
            Ok(None) => {
                // Who has left opens no gap, and brings in no documents through one.
                if self.is_ruled(&name, &entry) {
                    self.overdue.insert(name);
                } else {
                    self.flags.insert(Flag::Gap);
                }
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

    /// What an entry is worth that is not invalid, or `None` where something it builds on is missing.
    fn verdict(&self, note: &Note, entry: &Entry) -> Result<Option<Worth>, Fault> {
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
        let ruled = self.is_ruled(&note.name(), entry);
        let late = ruled && !self.accepted.contains(&note.name());
        let check = |aspects: &Aspects| {
            let before = Before {
                roster: self.roster,
                folder: (!parents.is_empty()).then_some(self.folder),
                aspects,
                state: aspects.state(),
                parents: parents.iter().map(|at| self.entry(*at)).collect(),
            };
            judge::check(entry, &before, &staff)
        };
        let counts = self.merge(&parents);
        let whole = check(&counts);
        if !parents.iter().any(|at| self.views.contains_key(at)) {
            return whole.map(|()| Some(Worth { parents, late, strictly_late: ruled }));
        }
        // Its writer may not have known that something below it is late, or later accepted: the state it
        // repeats may be either. What it may do it may only by what counts.
        let Views { claimed, strict } = self.merge_views(&parents);
        if whole.is_err() && check(&strict).is_err() && check(&claimed).is_err() {
            return whole.map(|()| None);
        }
        let allowed = |by: &Aspects| {
            let by = if by.state().is_some() { by } else { &claimed };
            authority::allows(entry, by.state().as_ref(), by, &staff).is_ok()
        };
        let (late, strictly_late) = (late || !allowed(&counts), ruled || !allowed(&strict));
        Ok(Some(Worth { parents, late, strictly_late }))
    }

    /// Whether a retirement makes the entry late, unless a `resolve` accepts it.
    fn is_ruled(&self, name: &NoteName, entry: &Entry) -> bool {
        !self.lateness.of(name, entry).is_empty()
    }

    fn accept(&mut self, note: &'a Note, entry: &Entry, worth: Worth) {
        let Worth { parents, late, strictly_late } = worth;
        let at = self.nodes.len();
        let mut aspects = self.merge(&parents);
        if strictly_late || parents.iter().any(|parent| self.views.contains_key(parent)) {
            let mut views = self.merge_views(&parents);
            views.claimed.apply(entry, at);
            if !strictly_late {
                views.strict.apply(entry, at);
            }
            self.views.insert(at, views);
        }
        if late {
            self.flags.insert(Flag::Late);
        } else {
            aspects.apply(entry, at);
            self.flag(entry, &parents);
        }
        self.graph.push(parents);
        self.after.push(aspects);
        self.index.insert(note.name(), at);
        self.texts.insert(note.text(), at);
        self.late.push(late);
        self.nodes.push(self.judged.len());
    }

    fn flag(&mut self, entry: &Entry, parents: &[usize]) {
        let day = chrono::Duration::hours(24);
        let back = |parent: &usize| entry.time.moment() + day < self.entry(*parent).time.moment();
        let found = [
            (parents.iter().any(back), Flag::Clock),
            (matches!(entry.op, Op::Unknown(_)), Flag::UnknownEvent),
            (entry.is_beyond_us(), Flag::Newer),
        ];
        self.flags.extend(found.iter().filter(|(is, _)| *is).map(|(_, flag)| *flag));
    }

    /// The late entries below each `resolve` that counts and whose writer knew of the retirement.
    fn accepts(&self) -> HashSet<NoteName> {
        let mut accepted = HashSet::new();
        if !self.late.contains(&true) {
            return accepted;
        }
        let resolves = self.effective().filter(|at| self.entry(*at).op == Op::Resolve);
        for resolve in resolves {
            let known = |at: usize| {
                let rules = self.lateness.of(&self.name(at), self.entry(at));
                !rules.is_empty() && rules.iter().all(|rule| self.lateness.knows(self.entry(resolve), rule))
            };
            let below = (0..resolve).filter(|at| self.late[*at] && self.graph.reaches(resolve, *at));
            accepted.extend(below.filter(|at| known(*at)).map(|at| self.name(at)));
        }
        accepted
    }

    /// The entries that count, oldest first.
    fn effective(&self) -> impl Iterator<Item = usize> + Clone {
        (0..self.nodes.len()).filter(|at| !self.late[*at])
    }

    fn merge_views(&self, parents: &[usize]) -> Views {
        let plain = |at: &usize| Views { claimed: self.after[*at].clone(), strict: self.after[*at].clone() };
        let mut branches = parents.iter().map(|at| self.views.get(at).cloned().unwrap_or_else(|| plain(at)));
        let mut views = branches.next().unwrap_or_default();
        for other in branches {
            views.claimed.join(&other.claimed, &self.graph);
            views.strict.join(&other.strict, &self.graph);
        }
        if are_several(parents) {
            views.claimed.void_decision();
            views.strict.void_decision();
        }
        views
    }

    fn merge(&self, parents: &[usize]) -> Aspects {
        let mut branches = parents.iter().map(|at| &self.after[*at]);
        let mut aspects = branches.next().cloned().unwrap_or_default();
        branches.for_each(|other| aspects.join(other, &self.graph));
        if are_several(parents) {
            aspects.void_decision();
        }
        aspects
    }

    fn heads(&self) -> Vec<usize> {
        let mut below = vec![false; self.nodes.len()];
        for at in (0..self.nodes.len()).rev() {
            if below[at] || !self.late[at] {
                self.graph.parents(at).iter().for_each(|parent| below[*parent] = true);
            }
        }
        self.effective().filter(|at| !below[*at]).collect()
    }

    fn finish(mut self) -> (Thread, Vec<NoteName>) {
        let heads = self.heads();
        // What arrives after the end changes nothing.
        let end = self.end();
        let aspects = end.map_or_else(|| self.merge(&heads), |end| self.after[end].clone());
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
        let stage = self.stage(&aspects, end);
        let dropped = if end.is_some() { self.everything() } else { self.dropped() };
        let thread = Thread {
            folder: self.folder,
            state: aspects.state(),
            heads: heads.iter().map(|at| self.name(*at)).collect(),
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

    /// The entry that ended the folder: the first, where several machines wrote one.
    fn end(&self) -> Option<usize> {
        self.effective().find(|at| self.entry(*at).op == Op::Destroyed)
    }

    /// How far a disposal is; says where a decision is void, and where something came after the end.
    fn stage(&mut self, aspects: &Aspects, end: Option<usize>) -> Stage {
        if let Some(end) = end {
            let known = |at: usize| self.graph.reaches(end, at) || self.entry(at).op == Op::Destroyed;
            let counts = |judged: &&Judged| !matches!(judged.verdict, Verdict::Invalid(_));
            let all = self.judged.iter().filter(counts).count();
            if self.nodes.len() < all || !(0..self.nodes.len()).all(known) {
                self.flags.insert(Flag::AfterDestruction);
            }
        }
        match aspects.stage() {
            Stage::Void => {
                self.flags.insert(Flag::DisposalVoid);
                Stage::Approved
            }
            stage => stage,
        }
    }

    fn entry(&self, at: usize) -> &Entry {
        &self.judged[self.nodes[at]].entry
    }

    fn name(&self, at: usize) -> NoteName {
        self.judged[self.nodes[at]].name
    }

    fn dropped(&self) -> BTreeSet<Digest> {
        let entries = self.effective().map(|at| self.entry(at));
        entries.filter(|entry| entry.op.may_drop()).flat_map(|entry| entry.drop.iter().copied()).collect()
    }

    /// All that any entry ever added or took out: of a folder that is destroyed nothing may be there.
    fn everything(&self) -> BTreeSet<Digest> {
        let counts = self.judged.iter().filter(|judged| !matches!(judged.verdict, Verdict::Invalid(_)));
        let named = counts.flat_map(|judged| judged.entry.add.iter().map(|added| &added.h));
        named.copied().chain(self.dropped()).collect()
    }

    fn withdrawn(&self) -> BTreeSet<DocId> {
        let entries = self.effective().map(|at| self.entry(at));
        let withdrawals = entries.filter(|entry| entry.op == Op::Withdraw);
        withdrawals.flat_map(|entry| &entry.add).filter(|a| a.r == Part::Reason).map(|a| a.d).collect()
    }

    fn live(&self, dropped: &BTreeSet<Digest>) -> Vec<Live> {
        let counts = |judged: &&Judged| match judged.verdict {
            Verdict::Valid => true,
            Verdict::Pending => !self.overdue.contains(&judged.name),
            Verdict::Late | Verdict::Invalid(_) => false,
        };
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

/// Whether these are more than one entry: two files of one entry are one.
fn are_several(parents: &[usize]) -> bool {
    parents.iter().any(|parent| Some(parent) != parents.first())
}
