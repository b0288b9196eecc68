//! The root keys: who holds them, how many must sign, and what happens when a holder leaves.

use super::error;
use super::open::Archive;
use super::people;
use super::proposal::Proposal;
use crate::clock::Clock;
use crate::error::{Class, Error, Problem, Result};
use crate::log::root::is_root_name;
use crate::log::{Fault, NoteName, Person, RootKeys, StaffNote, StaffOp, Time};
use crate::names::PersonId;
use crate::seal::{Identity, Public, VerifyKey};
use std::collections::BTreeSet;

/// Another set of root keys.
#[derive(Default)]
pub struct RootChange {
    /// Whose key becomes a root key.
    pub add: Option<Public>,
    /// Names of root keys that are none from now on.
    pub remove: Vec<PersonId>,
    /// How many must sign from now on, where that changes.
    pub threshold: Option<u32>,
}

/// One root key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootHolder {
    /// The name under which it signs: `r1`.
    pub name: PersonId,
    /// The person on the roster whose key it is.
    pub person: Option<PersonId>,
}

impl Archive {
    /// The root keys and who holds each, and how many must sign.
    pub fn root_holders(&self) -> (Vec<RootHolder>, u32) {
        let staff = self.roster().now();
        let Some(root) = staff.root() else { return (Vec::new(), 0) };
        let holder = |key: &VerifyKey| staff.people().into_iter().find(|person| person.sign == *key);
        let holders = root.keys.iter().map(|(name, key)| {
            let person = holder(key).map(|person| person.id);
            RootHolder { name: name.clone(), person }
        });
        (holders.collect(), root.threshold)
    }

    /// Proposes other root keys. The threshold of the old and of the new keys signs: `by` first, then those
    /// named in `with`; where several sign, the new key too.
    ///
    /// # Errors
    /// `archive.root-keys`, `archive.known-key` (input); `archive.needs-signatures` (access) where those
    /// named are too few.
    pub fn propose_root(
        &self,
        by: &Identity,
        change: &RootChange,
        with: &[PersonId],
        clock: &Clock,
    ) -> Result<Proposal> {
        self.check_staff_writable()?;
        let staff = self.roster().now();
        let old = staff.root().cloned().ok_or_else(|| error::internal("find the root keys"))?;
        let mut new = old.clone();
        for name in &change.remove {
            if new.keys.remove(name).is_none() {
                return Err(bad_keys(format!("{name} is no root key")));
            }
        }
        let mut draft = people::draft(self.roster(), StaffOp::Root, Time::new(clock.now()));
        let mut added = None;
        if let Some(public) = &change.add {
            let name = self.free_root_name(&old)?;
            new.keys.insert(name.clone(), public.sign);
            draft.person = self.new_holder(public, &old)?;
            added = Some(name);
        }
        new.threshold = change.threshold.unwrap_or(old.threshold);
        if new == old {
            return Err(bad_keys("nothing would change".to_owned()));
        }
        if !new.is_sound() {
            let message = format!("{} of {} root keys cannot sign", new.threshold, new.keys.len());
            return Err(bad_keys(message));
        }
        let several = old.threshold > 1 || new.threshold > 1;
        let more: Vec<PersonId> = with.iter().cloned().chain(added.filter(|_| several)).collect();
        draft.signers = root_signers(by, &more, &[&old, &new])?;
        draft.root = Some(new);
        Ok(Proposal::new(draft, None))
    }

    /// The person of a root note: the holder of the new key, where the roster does not know them yet.
    fn new_holder(&self, public: &Public, old: &RootKeys) -> Result<Option<crate::log::StaffPerson>> {
        self.check_public(public)?;
        if let Some(name) = old.name_of(&public.sign) {
            return Err(bad_keys(format!("the key of {} is the root key {name} already", public.id)));
        }
        match self.roster().now().person(&public.id) {
            None if is_root_name(&public.id) => {
                Err(bad_keys(format!("no person may be called {}", public.id)))
            }
            None => Ok(Some(people::stated(public, &[]))),
            Some(known) if known.sign == public.sign && !known.retired => Ok(None),
            Some(_) => {
                Err(bad_keys(format!("{} has left, or stands on the roster with another key", public.id)))
            }
        }
    }

    /// A name that no root key ever had.
    pub(super) fn free_root_name(&self, now: &RootKeys) -> Result<PersonId> {
        let events = self.roster().events().iter().filter_map(|event| event.note.root.as_ref());
        let used: BTreeSet<&PersonId> =
            events.chain([now, self.root.keys()]).flat_map(|root| root.keys.keys()).collect();
        let numbers = used.iter().filter_map(|name| name.as_str().strip_prefix('r')?.parse::<u64>().ok());
        let next = numbers.max().and_then(|number| number.checked_add(1)).unwrap_or(1);
        format!("r{next}").parse()
    }

    /// Refuses where one root key does not suffice.
    pub(super) fn check_one_suffices(&self) -> Result<()> {
        match self.roster().now().root() {
            Some(keys) if keys.threshold > 1 => Err(needs_signatures(keys)),
            _ => Ok(()),
        }
    }

    /// Takes a person's key out of the root keys, or puts another in its place, where it is one. Another
    /// root key signs.
    ///
    /// # Errors
    /// `archive.last-root-key` (input) where nobody else holds one; class *access* where `by` holds none,
    /// or one is not enough.
    pub(super) fn replace_root_key(
        &mut self,
        by: &Identity,
        person: &Person,
        new: Option<VerifyKey>,
        clock: &Clock,
    ) -> Result<()> {
        let staff = self.roster().now();
        let Some(mut keys) = staff.root().cloned() else { return Ok(()) };
        let Some(name) = keys.name_of(&person.sign).cloned() else { return Ok(()) };
        if keys.keys.len() == 1 {
            return Err(error::last_root_key(&person.id));
        }
        if by.verify_key() == person.sign {
            return Err(error::refused(&Fault::Authority("nobody signs their own role")));
        }
        self.check_one_suffices()?;
        let signer = self.root_name(by)?;
        keys.keys.remove(&name);
        if let Some(new) = new {
            // A signature line names its key: the same name for two keys would leave old ones in doubt.
            keys.keys.insert(self.free_root_name(&keys)?, new);
        }
        self.check_staff_writable()?;
        let mut draft: StaffNote = people::draft(self.roster(), StaffOp::Root, Time::new(clock.now()));
        draft.root = Some(keys);
        let note = people::sign(&self.root, draft, &signer, by)?;
        self.put_staff(&note).map(|_: NoteName| ())
    }
}

/// The names that sign, `by` first, where they reach the threshold of each of these sets of keys.
pub(super) fn root_signers(by: &Identity, with: &[PersonId], sets: &[&RootKeys]) -> Result<Vec<PersonId>> {
    let own = sets.iter().find_map(|keys| keys.name_of(&by.verify_key()).cloned());
    let own = own.ok_or_else(|| error::refused(&Fault::Authority("the holder of a root key")))?;
    let mut signers = vec![own];
    for name in with {
        if !sets.iter().any(|keys| keys.keys.contains_key(name)) {
            return Err(bad_keys(format!("{name} is no root key")));
        }
        if !signers.contains(name) {
            signers.push(name.clone());
        }
    }
    for keys in sets {
        let signing = keys.keys.keys().filter(|name| signers.contains(name)).count();
        if signing < keys.threshold as usize {
            return Err(needs_signatures(keys));
        }
    }
    Ok(signers)
}

fn bad_keys(message: String) -> Error {
    error::bad_change("archive.root-keys", message, "`casefile root show` lists the root keys")
}

fn needs_signatures(keys: &RootKeys) -> Error {
    let names: Vec<&str> = keys.keys.keys().map(PersonId::as_str).collect();
    let message = format!("{} of the root keys {} must sign this", keys.threshold, names.join(", "));
    let hint = "name the others with --with and write a proposal that they sign: --propose FILE, then casefile sign FILE";
    Error::new(Class::Access, Problem::error("archive.needs-signatures", message).hint(hint))
}
