//! The policy in the staff log.

use super::super::error;
use super::super::open::Archive;
use super::super::people;
use crate::clock::Clock;
use crate::error::Result;
use crate::log::{NoteName, Policy, StaffOp, Time};
use crate::seal::Identity;

impl Archive {
    /// The policy in force; none where nobody has set one, and then no case is ever due.
    ///
    /// # Errors
    /// `archive.policy-conflict` (busy) where two policies were set at once; `archive.policy-unknown`
    /// (input) where it is not in a form this program understands: nobody guesses.
    pub fn policy(&self) -> Result<Option<Policy>> {
        let staff = self.roster().now();
        if staff.is_policy_forked() {
            let message = "two policies were set at the same time";
            let hint = "the holder of a root key sets the right one again: casefile policy set --retain …";
            return Err(error::busy("archive.policy-conflict", message.to_owned(), hint));
        }
        let Some(value) = staff.policy() else { return Ok(None) };
        Policy::parse(value).map(Some).ok_or_else(|| {
            let message = "the policy of this archive is not in a form that this program understands";
            error::bad_change("archive.policy-unknown", message, "update casefile, or set the policy again")
        })
    }

    /// Puts another policy in force. A holder of a root key signs.
    ///
    /// # Errors
    /// `archive.bad-policy` (input) where it is out of bounds; class *access* where `by` holds no root key.
    pub fn set_policy(&mut self, by: &Identity, policy: &Policy, clock: &Clock) -> Result<NoteName> {
        self.check_staff_writable()?;
        let mut value = policy.json();
        if Policy::parse(&value).as_ref() != Some(policy) {
            let message = "a policy keeps folders for 1 to 200 years and waits 30 to 3650 days";
            return Err(error::bad_change("archive.bad-policy", message, "nothing was written"));
        }
        // A field that a note does not state stands as before.
        let before = self.roster().now().policy().cloned().unwrap_or_default();
        if let (Some(fields), true) = (value.as_object_mut(), before.get("office").is_some()) {
            fields.entry("office").or_insert(serde_json::Value::Null);
        }
        let name = self.root_name(by)?;
        let mut draft = people::draft(self.roster(), StaffOp::Policy, Time::new(clock.now()));
        draft.policy = Some(value);
        let note = people::sign(&self.root, draft, &name, by)?;
        self.put_staff(&note)
    }
}
