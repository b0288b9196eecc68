//! The roster: who may sign and read, at every point of its history.

use super::checkpoint::{Leaf, Registered};
use super::error::Fault;
use super::graph::{Frontier, Graph};
use super::name::NoteName;
use super::note::{LIMIT_PARENTS, Note};
use super::root::{Root, RootKeys};
use super::roster_rules;
use super::staff::{Role, StaffNote, StaffOp};
use crate::names::{Digest, PersonId};
use crate::seal::{Recipient, Signature, VerifyKey};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// A person at some point of history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The pseudonym.
    pub id: PersonId,
    /// The key they sign with.
    pub sign: VerifyKey,
    /// The key that envelopes are sealed to.
    pub age: Recipient,
    /// Their proof that they hold both.
    pub proof: Signature,
    /// What they are trusted with.
    pub roles: BTreeSet<Role>,
    /// Whether they have left.
    pub retired: bool,
}

impl Person {
    /// Whether they may act at all: present, and trusted with something.
    pub fn is_active(&self) -> bool {
        !self.retired && !self.roles.is_empty()
    }

    /// Whether they may act in this role.
    pub fn has(&self, role: Role) -> bool {
        self.is_active() && self.roles.contains(&role)
    }

    /// Whether they lead casework: a case supervisor or the project director.
    pub fn leads(&self) -> bool {
        self.has(Role::CaseSupervisor) || self.has(Role::ProjectDirector)
    }

    /// Whether a case may be opened to them: they hold a role other than administrator.
    pub fn may_read_cases(&self) -> bool {
        self.is_active() && self.roles.iter().any(|role| *role != Role::Administrator)
    }
}

/// The keys of a person as one note set them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Keys {
    pub(super) sign: VerifyKey,
    pub(super) age: Recipient,
    pub(super) proof: Signature,
}

/// What concurrent notes say about one person.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub(super) keys: Frontier<Keys>,
    pub(super) present: Frontier<bool>,
    pub(super) roles: BTreeMap<Role, Frontier<bool>>,
}

/// The staff at one point of history.
#[derive(Debug, Clone, Default)]
pub struct Staff {
    pub(super) facts: BTreeMap<PersonId, Facts>,
    pub(super) root: Frontier<RootKeys>,
    pub(super) policy: Frontier<Value>,
}

impl Staff {
    /// A person, whether active, retired or without any role.
    pub fn person(&self, id: &PersonId) -> Option<Person> {
        let facts = self.facts.get(id)?;
        let keys = facts.keys.first()?.clone();
        let present = facts.present.values().all(|present| *present);
        let held = |roles: &Frontier<bool>| roles.len() > 0 && roles.values().all(|held| *held);
        let roles = facts.roles.iter().filter(|(_, given)| present && held(given)).map(|(role, _)| *role);
        let (sign, age, proof) = (keys.sign, keys.age, keys.proof);
        Some(Person { id: id.clone(), sign, age, proof, roles: roles.collect(), retired: !present })
    }

    /// A person who may act.
    pub fn active(&self, id: &PersonId) -> Option<Person> {
        self.person(id).filter(Person::is_active)
    }

    /// Everybody who ever stood on the roster, by id.
    pub fn people(&self) -> Vec<Person> {
        self.facts.keys().filter_map(|id| self.person(id)).collect()
    }

    /// The root keys; where concurrent notes changed them, those of the earlier note.
    pub fn root(&self) -> Option<&RootKeys> {
        self.root.first()
    }

    /// The policy, where one was set.
    pub fn policy(&self) -> Option<&Value> {
        self.policy.first()
    }

    /// Whether concurrent notes set different policies.
    pub fn is_policy_forked(&self) -> bool {
        self.policy.is_forked()
    }

    /// Whether concurrent notes gave a person different keys or the archive different roots.
    pub fn conflicts(&self) -> Vec<String> {
        let keys = self.facts.iter().filter(|(_, facts)| facts.keys.is_forked());
        let mut found: Vec<String> = keys.map(|(id, _)| format!("the keys of {id}")).collect();
        found.extend(self.root.is_forked().then(|| "the root keys".to_owned()));
        found.extend(self.policy.is_forked().then(|| "the policy".to_owned()));
        found
    }

    pub(super) fn join(&mut self, other: &Self, graph: &Graph) {
        for (id, theirs) in &other.facts {
            let ours = self.facts.entry(id.clone()).or_default();
            ours.keys.join(&theirs.keys, graph);
            ours.present.join(&theirs.present, graph);
            for (role, given) in &theirs.roles {
                ours.roles.entry(*role).or_default().join(given, graph);
            }
        }
        self.root.join(&other.root, graph);
        self.policy.join(&other.policy, graph);
    }
}

/// One staff note of the roster's valid history.
#[derive(Debug, Clone)]
pub struct StaffEvent {
    /// Its name.
    pub name: NoteName,
    /// What it says.
    pub note: StaffNote,
}

/// A retirement and the heads of each folder that the checkpoint it names covers.
#[derive(Debug, Clone)]
pub struct Retirement {
    /// The staff note.
    pub note: NoteName,
    /// Who left.
    pub person: PersonId,
    /// Heads by folder.
    pub covered: HashMap<Digest, Vec<NoteName>>,
}

/// The staff log, judged: the same for any order in which its notes arrived.
pub struct Roster {
    root: Root,
    events: Vec<StaffEvent>,
    states: Vec<Arc<Staff>>,
    graph: Graph,
    index: HashMap<NoteName, usize>,
    heads: Vec<NoteName>,
    invalid: Vec<(NoteName, Fault)>,
    pending: Vec<NoteName>,
    doubles: Vec<NoteName>,
    retirements: Vec<Retirement>,
    given_up: BTreeMap<NoteName, BTreeSet<NoteName>>,
    beyond_us: bool,
    /// Notes that somebody signed beside the note that took the right to do so from them.
    beside: BTreeMap<usize, PersonId>,
}

impl Roster {
    /// Judges all staff notes. Notes in `verified` had their signatures verified before by this client.
    ///
    /// A note one of whose ancestors is missing is *pending*: it has no effect until the ancestor comes.
    pub fn fold(root: Root, notes: &[Note], verified: &HashSet<NoteName>) -> Self {
        let mut notes: Vec<&Note> = notes.iter().collect();
        notes.sort_by_key(|note| note.name());
        notes.dedup_by_key(|note| note.name());
        let mut roster = Self {
            root,
            events: Vec::new(),
            states: Vec::new(),
            graph: Graph::default(),
            index: HashMap::new(),
            heads: Vec::new(),
            invalid: Vec::new(),
            pending: Vec::new(),
            doubles: Vec::new(),
            retirements: Vec::new(),
            given_up: BTreeMap::new(),
            beyond_us: false,
            beside: BTreeMap::new(),
        };
        let mut bad = HashSet::new();
        let mut texts: HashMap<Vec<u8>, usize> = HashMap::new();
        for note in notes {
            roster.judge(note, &mut bad, &mut texts, verified);
        }
        roster.heads = roster.find_heads();
        roster.beside = roster.find_beside();
        roster
    }

    /// The notes of those who left or ceased to administer that neither know of this nor are known by it:
    /// written at the same time on another machine, or afterwards and dated back.
    fn find_beside(&self) -> BTreeMap<usize, PersonId> {
        let mut signed: HashMap<&PersonId, Vec<usize>> = HashMap::new();
        for (at, event) in self.events.iter().enumerate() {
            event.note.signers.iter().for_each(|signer| signed.entry(signer).or_default().push(at));
        }
        let mut beside = BTreeMap::new();
        for (departure, event) in self.events.iter().enumerate() {
            let takes = matches!(event.note.op, StaffOp::Retire | StaffOp::Role);
            let Some(person) = event.note.person.as_ref().filter(|_| takes) else { continue };
            if person.roles.contains(&Role::Administrator) {
                continue;
            }
            for at in signed.get(&person.id).into_iter().flatten().copied() {
                if !self.graph.reaches(departure, at) && !self.graph.reaches(at, departure) {
                    beside.insert(at, person.id.clone());
                }
            }
        }
        beside
    }

    /// The people whose keys in force were set by somebody who had left or ceased to administer at the same
    /// time or before, each with that person: until somebody sets them anew, nothing is sealed to them.
    pub fn unsettled_keys(&self) -> Vec<(PersonId, PersonId)> {
        if self.beside.is_empty() {
            return Vec::new();
        }
        let now = self.now();
        let active = now.facts.iter().filter(|(id, _)| now.active(id).is_some());
        let set_by = |facts: &Facts| facts.keys.notes().find_map(|at| self.beside.get(&at).cloned());
        active.filter_map(|(id, facts)| Some((id.clone(), set_by(facts)?))).collect()
    }

    fn judge(
        &mut self,
        note: &Note,
        bad: &mut HashSet<NoteName>,
        texts: &mut HashMap<Vec<u8>, usize>,
        verified: &HashSet<NoteName>,
    ) {
        let name = note.name();
        let Ok(content) = note.content::<StaffNote>() else {
            bad.insert(name);
            return self.invalid.push((name, Fault::Place));
        };
        if let Some(parent) = content.parents.iter().find(|parent| bad.contains(parent)) {
            let fault = Fault::Parent(*parent);
            bad.insert(name);
            return self.invalid.push((name, fault));
        }
        let parents: Option<Vec<usize>> =
            content.parents.iter().map(|parent| self.index.get(parent).copied()).collect();
        let Some(parents) = parents else { return self.pending.push(name) };
        let before = self.merge(&parents);
        match roster_rules::check(self, note, &content, &before, verified.contains(&name)) {
            Err(fault) => {
                bad.insert(name);
                self.invalid.push((name, fault));
            }
            // Two files with equal text and good signatures are one note: the lowest hash stands.
            Ok(()) if texts.contains_key(note.text()) => {
                self.index.insert(name, texts[note.text()]);
                self.doubles.push(name);
            }
            Ok(()) => {
                let at = self.events.len();
                texts.insert(note.text().to_vec(), at);
                self.graph.push(parents);
                self.index.insert(name, at);
                self.beyond_us |=
                    content.is_beyond_us() && roster_rules::is_signed_by_root(&content, &before);
                let lost = roster_rules::given_up(&content, &before);
                if !lost.is_empty() {
                    self.given_up.insert(name, lost);
                }
                self.states.push(self.after(before, &content, at));
                self.events.push(StaffEvent { name, note: content });
            }
        }
    }

    /// The staff after a valid note; one that changes nothing shares that of its parent, as anybody may
    /// write thousands of those.
    fn after(&self, before: Staff, content: &StaffNote, at: usize) -> Arc<Staff> {
        let changes_nothing = matches!(content.op, StaffOp::Unknown(_) | StaffOp::AcceptRestore);
        match self.graph.parents(at) {
            [parent] if changes_nothing => self.states[*parent].clone(),
            _ => Arc::new(roster_rules::apply(before, content, self.root.keys(), at)),
        }
    }

    fn merge(&self, at: &[usize]) -> Staff {
        let mut states = at.iter().map(|index| &self.states[*index]);
        let mut staff = states.next().map(|first| Staff::clone(first)).unwrap_or_default();
        states.for_each(|other| staff.join(other, &self.graph));
        staff
    }

    fn find_heads(&self) -> Vec<NoteName> {
        let named: HashSet<usize> =
            (0..self.events.len()).flat_map(|i| self.graph.parents(i).iter().copied()).collect();
        let heads = self.events.iter().enumerate().filter(|(i, _)| !named.contains(i));
        heads.map(|(_, event)| event.name).collect()
    }

    fn indices(&self, heads: &[NoteName]) -> Option<Vec<usize>> {
        heads.iter().map(|head| self.index.get(head).copied()).collect()
    }

    /// The root file.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// The newest valid staff notes.
    pub fn heads(&self) -> &[NoteName] {
        &self.heads
    }

    /// The heads that the next staff note names: all of them, or of more than a note can name those that
    /// change something before those that change nothing, which anybody may write.
    pub fn heads_to_name(&self) -> Vec<NoteName> {
        let changes = |name: &NoteName| {
            let op = self.index.get(name).map(|at| &self.events[*at].note.op);
            !matches!(op, Some(StaffOp::Unknown(_) | StaffOp::AcceptRestore))
        };
        let mut heads = self.heads.clone();
        heads.sort_by_key(|name| (!changes(name), *name));
        heads.truncate(LIMIT_PARENTS);
        heads.sort_unstable();
        heads
    }

    /// The staff as of all valid notes.
    pub fn now(&self) -> Arc<Staff> {
        self.at(&self.heads).unwrap_or_default()
    }

    /// The staff as of these notes and all before them, or `None` where one is missing or invalid.
    pub fn at(&self, heads: &[NoteName]) -> Option<Arc<Staff>> {
        let at = self.indices(heads)?;
        match at[..] {
            [one] => Some(self.states[one].clone()),
            _ => Some(Arc::new(self.merge(&at))),
        }
    }

    /// Whether everything `older` knows is known to `newer`.
    pub fn descends(&self, newer: &[NoteName], older: &[NoteName]) -> bool {
        if newer == older {
            return true;
        }
        let (Some(newer), Some(older)) = (self.indices(newer), self.indices(older)) else { return false };
        older.iter().all(|one| self.graph.reaches_any(&newer, *one))
    }

    /// The valid notes, parents before children.
    pub fn events(&self) -> &[StaffEvent] {
        &self.events
    }

    /// Notes that are ignored, and why.
    pub fn invalid(&self) -> &[(NoteName, Fault)] {
        &self.invalid
    }

    /// Notes that wait for a missing ancestor.
    pub fn pending(&self) -> &[NoteName] {
        &self.pending
    }

    /// Second files of a note that stands already.
    pub fn doubles(&self) -> &[NoteName] {
        &self.doubles
    }

    /// The notes that name a checkpoint, and that name.
    pub fn registered(&self) -> Vec<(NoteName, String)> {
        let named = self.events.iter().filter_map(|event| Some((event.name, event.note.register.clone()?)));
        named.collect()
    }

    /// Tells what the checkpoint that a staff note names covers. Without this, nothing that a retired
    /// person signed is late: a register that was destroyed must not undo the work of a life.
    pub fn cover(&mut self, note: &NoteName, leaves: &[&Leaf]) {
        let Some(event) = self.events.iter().find(|event| event.name == *note) else { return };
        let (StaffOp::Retire, Some(person)) = (&event.note.op, &event.note.person) else { return };
        let mut covered: HashMap<Digest, Vec<NoteName>> = HashMap::new();
        for leaf in leaves {
            if let Registered::Folder(folder) = leaf.folder {
                covered.entry(folder).or_default().extend(&leaf.heads);
            }
        }
        self.retirements.retain(|known| known.note != *note);
        self.retirements.push(Retirement { note: *note, person: person.id.clone(), covered });
    }

    pub(super) fn retirements(&self) -> &[Retirement] {
        &self.retirements
    }

    /// What two people gave up after a restored backup, by the note that says so.
    pub fn given_up(&self) -> &BTreeMap<NoteName, BTreeSet<NoteName>> {
        &self.given_up
    }

    /// Whether a note or checkpoint was given up, so that nobody looks for it any more.
    pub fn is_given_up(&self, name: &NoteName) -> bool {
        self.given_up.values().any(|lost| lost.contains(name))
    }

    /// Whether a note that the root keys signed asks for something this program does not know: writing is
    /// refused then. Anybody else could stop all work for ever by one note.
    pub fn is_beyond_us(&self) -> bool {
        self.beyond_us
    }
}
