//! Staff: adding people, changing roles, retiring.

use super::error;
use super::memory::Of;
use super::open::{Archive, staff_path};
use super::proposal::Proposal;
use crate::clock::Clock;
use crate::error::Result;
use crate::log::root::is_root_name;
use crate::log::staff::STAFF;
use crate::log::{
    Note, NoteName, Person, Role, Root, Roster, Signer, StaffNote, StaffOp, StaffPerson, Stage, Time,
};
use crate::names::{PersonId, Unit};
use crate::seal::{Identity, Public};
use std::collections::HashSet;

/// A change of one person's place on the staff.
pub enum StaffChange {
    /// A new person, or one who comes back.
    Add(Public, Vec<Role>),
    /// Another set of roles.
    Roles(PersonId, Vec<Role>),
    /// New keys in the place of lost ones; the roles stay.
    Rekey(Public),
    /// A person leaves.
    Retire(PersonId),
    /// The same for cause, also where folders are left with fewer than two living readers: else nobody could
    /// retire who has made themselves the only one.
    Expel(PersonId),
}

impl StaffChange {
    fn person(&self) -> &PersonId {
        match self {
            Self::Add(public, _) | Self::Rekey(public) => &public.id,
            Self::Roles(person, _) | Self::Retire(person) | Self::Expel(person) => person,
        }
    }
}

impl Archive {
    /// Adds a person. An administrator signs; for another administrator the root key does.
    ///
    /// # Errors
    /// Class *access* where `by` may not; *input* where the person is on the roster already, the `.pub`
    /// belongs to another archive, or the id or key is taken.
    pub fn add_person(
        &mut self,
        by: &Identity,
        person: &Public,
        roles: &[Role],
        clock: &Clock,
    ) -> Result<NoteName> {
        self.change_staff(by, &StaffChange::Add(person.clone(), roles.to_vec()), clock)
    }

    /// Gives a person another set of roles.
    ///
    /// # Errors
    /// Class *access* where `by` may not (nobody signs their own role); *input* where there is no such
    /// person, or folders would be left with fewer than two living readers.
    pub fn set_roles(
        &mut self,
        by: &Identity,
        person: &PersonId,
        roles: &[Role],
        clock: &Clock,
    ) -> Result<NoteName> {
        self.change_staff(by, &StaffChange::Roles(person.clone(), roles.to_vec()), clock)
    }

    /// Retires a person: from then on nothing they sign counts.
    ///
    /// Where they hold a root key, another root key signs, and theirs goes first.
    ///
    /// # Errors
    /// As [`Archive::set_roles`]; `archive.last-root-key` (input).
    pub fn retire(&mut self, by: &Identity, person: &PersonId, clock: &Clock) -> Result<NoteName> {
        self.change_staff(by, &StaffChange::Retire(person.clone()), clock)
    }

    /// Puts new keys in the place of a person's lost ones; their roles stay. An administrator signs, for an
    /// administrator the root key.
    ///
    /// Folders stay sealed to the lost key until another reader makes a new one of each.
    ///
    /// # Errors
    /// Class *access* where `by` may not; *input* where there is no such person, the keys are theirs
    /// already or somebody else's, or the `.pub` belongs to another archive.
    pub fn rekey_person(&mut self, by: &Identity, person: &Public, clock: &Clock) -> Result<NoteName> {
        self.change_staff(by, &StaffChange::Rekey(person.clone()), clock)
    }

    /// Proposes a change that several root keys sign: `by` first, then those named in `with`.
    ///
    /// # Errors
    /// As for the change itself; `archive.holds-root-key` (input) where the person holds a root key, which
    /// goes first; `archive.needs-signatures` (access) where those named are too few.
    pub fn propose_person(
        &self,
        by: &Identity,
        change: &StaffChange,
        with: &[PersonId],
        clock: &Clock,
    ) -> Result<Proposal> {
        self.check_staff_writable()?;
        let (op, person) = self.planned(change)?;
        let staff = self.roster().now();
        let keys = staff.root().cloned().ok_or_else(|| error::internal("find the root keys"))?;
        let held = staff.person(&person.id).and_then(|known| keys.name_of(&known.sign).cloned());
        if let (Some(name), StaffOp::Rekey | StaffOp::Retire) = (held, &op) {
            let message = format!("{} holds the root key {name}", person.id);
            let hint = format!("take it out first: casefile root change --remove {name}");
            return Err(error::bad_change("archive.holds-root-key", message, &hint));
        }
        let mut draft = draft(self.roster(), op, Time::new(clock.now()));
        draft.signers = super::root_keys::root_signers(by, with, &[&keys])?;
        let own = |name: &PersonId| keys.keys.get(name) == Some(&person.sign);
        if draft.signers.iter().any(own) {
            return Err(error::refused(&crate::log::Fault::Authority("nobody signs their own role")));
        }
        draft.register = self.register_before(by, &draft.op, &person)?;
        draft.person = Some(person);
        Ok(Proposal::new(draft, None))
    }

    /// What a change makes of a person, where the archive allows it.
    fn planned(&self, change: &StaffChange) -> Result<(StaffOp, StaffPerson)> {
        match change {
            StaffChange::Add(public, roles) => {
                self.check_public(public)?;
                self.check_unknown(&public.id)?;
                Ok((StaffOp::Add, stated(public, roles)))
            }
            StaffChange::Roles(person, roles) => {
                let known = self.known(person)?;
                if roles.is_empty() {
                    let message = format!("{person} would hold no role");
                    let hint = "`casefile person retire` is for leaving";
                    return Err(error::bad_change("archive.no-roles", message, hint));
                }
                if roles.iter().all(|role| *role == Role::Administrator) {
                    self.check_two_readers(person)?;
                }
                Ok((StaffOp::Role, restated(&known, roles)))
            }
            StaffChange::Retire(person) => {
                let known = self.known(person)?;
                self.check_two_readers(person)?;
                Ok((StaffOp::Retire, restated(&known, &[])))
            }
            StaffChange::Expel(person) => Ok((StaffOp::Retire, restated(&self.known(person)?, &[]))),
            StaffChange::Rekey(public) => {
                let known = self.known(&public.id)?;
                self.check_public(public)?;
                if known.sign == public.sign && known.age == public.age {
                    let message =
                        format!("these are the keys under which {} stands on the roster", public.id);
                    let hint = "make a new key: casefile key new --id ID --name NAME -o FILE";
                    return Err(error::bad_change("archive.same-keys", message, hint));
                }
                let roles: Vec<Role> = known.roles.iter().copied().collect();
                Ok((StaffOp::Rekey, stated(public, &roles)))
            }
        }
    }

    fn check_unknown(&self, id: &PersonId) -> Result<()> {
        if is_root_name(id) {
            let message = format!("no person may be called {id}: so are root keys");
            return Err(error::bad_change("archive.bad-person", message, "make a key with another id"));
        }
        if self.roster().now().person(id).is_some_and(|known| !known.retired) {
            let message = format!("{id} is on the roster already");
            let hint = "`casefile person role` changes roles";
            return Err(error::bad_change("archive.known-person", message, hint));
        }
        Ok(())
    }

    /// Whether a `.pub` proves itself, is for this archive, and holds nobody else's key.
    pub(super) fn check_public(&self, person: &Public) -> Result<()> {
        person.check_proof()?;
        if person.archive.is_some_and(|archive| archive != self.id()) {
            let message = format!("the .pub file of {} belongs to another archive", person.id);
            return Err(error::bad_change("archive.other-archive", message, "ask for a new one"));
        }
        let staff = self.roster().now();
        if let Some(other) = staff.people().iter().find(|p| p.id != person.id && p.sign == person.sign) {
            let message = format!("the key of {} is that of {} already", person.id, other.id);
            let hint = "one person, one key: ask for another .pub";
            return Err(error::bad_change("archive.known-key", message, hint));
        }
        Ok(())
    }

    fn known(&self, person: &PersonId) -> Result<Person> {
        let known = self.roster().now().person(person).filter(|known| !known.retired);
        known.ok_or_else(|| error::not_on_roster(person))
    }

    /// Every case folder keeps two living readers.
    fn check_two_readers(&self, leaving: &PersonId) -> Result<()> {
        let short = self.short_of_readers(leaving)?;
        if short.is_empty() { Ok(()) } else { Err(error::last_readers(leaving, &short)) }
    }

    /// The cases that a person reads and that would have fewer than two living readers without them.
    ///
    /// # Errors
    /// The store's.
    pub fn short_of_readers(&self, leaving: &PersonId) -> Result<Vec<Unit>> {
        let staff = self.roster().now();
        let stays = |id: &PersonId| id != leaving && staff.active(id).is_some_and(|p| p.may_read_cases());
        let mut short: Vec<Unit> = Vec::new();
        for listing in self.cases()? {
            let reads = listing.is_read_by(leaving);
            let left = listing.readers.iter().filter(|reader| reader.until.is_none() && stays(&reader.id));
            let met = listing.readers.is_empty()
                && listing.stage != Stage::Destroyed
                && self.reads_one_side(&listing.unit, leaving);
            if !listing.unit.is_office() && (met || (reads && left.count() < 2)) {
                short.push(listing.unit);
            }
        }
        Ok(short)
    }

    /// Changes the staff. An administrator signs, for an administrator the root key.
    ///
    /// # Errors
    /// As [`Archive::add_person`], [`Archive::set_roles`], [`Archive::retire`] and
    /// [`Archive::rekey_person`]; `archive.needs-signatures` (access) where several root keys must sign.
    pub fn change_staff(&mut self, by: &Identity, change: &StaffChange, clock: &Clock) -> Result<NoteName> {
        let (op, person) = self.planned(change)?;
        let administrator = self.concerns_administrator(&person);
        if administrator {
            self.check_one_suffices()?;
        }
        match change {
            StaffChange::Retire(_) | StaffChange::Expel(_) => {
                let known = self.known(change.person())?;
                self.replace_root_key(by, &known, None, clock)?;
            }
            StaffChange::Rekey(new) => {
                let known = self.known(change.person())?;
                self.replace_root_key(by, &known, Some(new.sign), clock)?;
            }
            StaffChange::Add(..) | StaffChange::Roles(..) => {}
        }
        self.check_staff_writable()?;
        let mut draft = draft(self.roster(), op, Time::new(clock.now()));
        draft.register = self.register_before(by, &draft.op, &person)?;
        draft.person = Some(person);
        let note = if administrator {
            let name = self.root_name(by)?;
            sign(&self.root, draft, &name, by)?
        } else {
            self.acting(by)?;
            sign(&self.root, draft, by.id(), by)?
        };
        self.put_staff(&note)
    }

    /// Judges the note as every reader will, and only then writes it.
    pub(super) fn put_staff(&mut self, note: &Note) -> Result<NoteName> {
        let name = note.name();
        let known: HashSet<NoteName> = self.roster().events().iter().map(|event| event.name).collect();
        let mut notes = self.staff.notes.clone();
        notes.push(note.clone());
        let mut roster = Roster::fold(self.root.clone(), &notes, &known);
        if let Some((_, fault)) = roster.invalid().iter().find(|(invalid, _)| *invalid == name) {
            return Err(error::refused(fault));
        }
        self.store.put_batch(&[(staff_path(&name), note.bytes().to_vec())])?;
        super::register::cover(self.store.as_ref(), &mut roster)?;
        self.staff.paths.insert(name, staff_path(&name));
        self.staff.notes = notes;
        self.staff.roster = roster;
        let remembered = self.memory.recall(Of::Staff);
        self.remember_staff(&remembered);
        Ok(name)
    }

    /// Refuses to build on a staff log that is older than this client knows, or newer than it understands.
    pub(super) fn check_staff_writable(&self) -> Result<()> {
        if let Some(lost) = self.staff.lost.first() {
            return Err(error::rollback("the staff log", lost));
        }
        if self.roster().is_beyond_us() {
            return Err(error::newer("a staff note"));
        }
        Ok(())
    }

    fn concerns_administrator(&self, person: &StaffPerson) -> bool {
        let now = self.roster().now().person(&person.id);
        person.roles.contains(&Role::Administrator)
            || now.is_some_and(|known| known.roles.contains(&Role::Administrator))
    }

    pub(super) fn root_name(&self, by: &Identity) -> Result<PersonId> {
        let staff = self.roster().now();
        let name = staff.root().and_then(|root| root.name_of(&by.verify_key()).cloned());
        name.ok_or_else(|| error::refused(&crate::log::Fault::Authority("the holder of a root key")))
    }

    /// The person on the roster whose key this is, if they may act.
    pub(super) fn acting(&self, by: &Identity) -> Result<Person> {
        let Some(person) = self.roster().now().person(by.id()) else {
            return Err(error::not_on_roster(by.id()));
        };
        if person.sign != by.verify_key() || person.age != by.recipient() {
            return Err(error::other_key(by.id()));
        }
        if person.is_active() { Ok(person) } else { Err(error::no_role(by.id())) }
    }
}

/// A new staff note on top of all heads, without a person and unsigned.
pub(super) fn draft(roster: &Roster, op: StaffOp, time: Time) -> StaffNote {
    let parents = roster.heads_to_name();
    let highest = parents.iter().map(|head| head.seq).max();
    StaffNote {
        casefile: STAFF.to_owned(),
        archive: roster.root().id(),
        seq: highest.map_or(0, |seq| seq + 1),
        parents,
        time,
        op,
        signers: Vec::new(),
        person: None,
        register: None,
        crit: Vec::new(),
        root: None,
        policy: None,
        lost: None,
        reason: None,
    }
}

/// A person as a note states them.
pub(super) fn stated(public: &Public, roles: &[Role]) -> StaffPerson {
    let Public { id, sign, age, proof, .. } = public.clone();
    StaffPerson { id, sign, age, roles: unique(roles), proof }
}

fn restated(person: &Person, roles: &[Role]) -> StaffPerson {
    let Person { id, sign, age, proof, .. } = person.clone();
    StaffPerson { id, sign, age, roles: unique(roles), proof }
}

fn unique(roles: &[Role]) -> Vec<Role> {
    let mut roles = roles.to_vec();
    roles.sort();
    roles.dedup();
    roles
}

/// Signs with the founder's key under its root name.
pub(super) fn sign_as_root(root: &Root, draft: StaffNote, by: &Identity) -> Result<Note> {
    let name = root.keys().name_of(&by.verify_key()).cloned();
    sign(root, draft, &name.ok_or_else(|| error::internal("sign as root"))?, by)
}

pub(super) fn sign(root: &Root, mut draft: StaffNote, name: &PersonId, by: &Identity) -> Result<Note> {
    draft.signers = vec![name.clone()];
    let act = |message: &[u8]| by.sign(message);
    let signer = Signer { name: name.clone(), key: by.verify_key(), sign: &act };
    Note::sign(&draft, &root.id(), &[signer])
}
