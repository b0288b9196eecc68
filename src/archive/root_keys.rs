//! The root keys when their holder leaves or loses a key.

use super::error;
use super::open::Archive;
use super::people;
use crate::clock::Clock;
use crate::error::Result;
use crate::log::{Fault, Person, StaffOp, Time};
use crate::seal::{Identity, VerifyKey};

impl Archive {
    /// Takes a person's key out of the root keys, or puts another in its place, where it is one. Another
    /// root key signs.
    ///
    /// # Errors
    /// `archive.last-root-key` (input) where nobody else holds one; class *access* where `by` holds none.
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
        let signer = self.root_name(by)?;
        match new {
            Some(new) => drop(keys.keys.insert(name, new)),
            None => drop(keys.keys.remove(&name)),
        }
        self.check_staff_writable()?;
        let mut draft = people::draft(self.roster(), StaffOp::Root, Time::new(clock.now()));
        draft.root = Some(keys);
        let note = people::sign(&self.root, draft, &signer, by)?;
        self.put_staff(&note).map(drop)
    }
}
