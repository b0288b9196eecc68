//! Turning the escrow identity on and off. What is sealed already changes when a reader re-keys it.

use super::case::Case;
use super::error;
use super::open::Archive;
use super::people;
use crate::clock::Clock;
use crate::error::Result;
use crate::log::{Escrow, NoteName, StaffOp, Time};
use crate::seal::Identity;

impl Archive {
    /// Turns the escrow identity on, changes it or, with none, turns it off. A holder of a root key signs.
    ///
    /// From then on every envelope that is made is sealed to it, or no more; those that are there stay as
    /// they are until a reader makes another.
    ///
    /// # Errors
    /// `archive.escrow-person`, `archive.same-escrow` (input); class *access* where `by` holds no root key.
    pub fn set_escrow(&mut self, by: &Identity, escrow: Option<&Escrow>, clock: &Clock) -> Result<NoteName> {
        self.check_staff_writable()?;
        let staff = self.roster().now();
        if let Some(person) = staff.people().iter().find(|p| Some(&p.age) == escrow.map(|escrow| &escrow.age))
        {
            let message = format!("this is the key of {}, who is on the roster", person.id);
            let hint = "an escrow identity is nobody's: make one with age-keygen, and keep it apart";
            return Err(error::bad_change("archive.escrow-person", message, hint));
        }
        if staff.escrow().as_ref() == escrow {
            let message = "this is how it is already";
            return Err(error::bad_change("archive.same-escrow", message, "nothing was written"));
        }
        let name = self.root_name(by)?;
        let mut draft = people::draft(self.roster(), StaffOp::Policy, Time::new(clock.now()));
        draft.policy = Some(Escrow::policy(escrow));
        let note = people::sign(&self.root, draft, &name, by)?;
        self.put_staff(&note)
    }

    /// The escrow identity of this archive, where it is on.
    pub fn escrow(&self) -> Option<Escrow> {
        self.roster().now().escrow()
    }
}

impl Case {
    /// The escrow identities that can open this folder beside its readers: none unless it was on when
    /// the folder's envelope was made.
    pub fn escrows(&self) -> &[Escrow] {
        &self.escrows
    }
}
