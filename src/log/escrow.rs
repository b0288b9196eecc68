//! The escrow identity: a recipient beside the readers, to whom every envelope is sealed while it is on.
//!
//! It stands in the archive's policy under `escrow`, and here alone that is read. Off unless somebody with
//! the root keys turns it on; then it is named wherever readers are.

use super::entry::Entry;
use super::name::Word;
use super::roster::{Roster, Staff};
use super::thread::Thread;
use crate::seal::Recipient;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// The field of the policy.
pub const ESCROW: &str = "escrow";

/// Whom envelopes are sealed to beside the readers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escrow {
    /// What it is called in listings: a short word such as `trustees`.
    pub name: Word,
    /// The key.
    pub age: Recipient,
}

impl Escrow {
    /// Reads the escrow of a policy; none where it is off.
    pub fn of(policy: &Value) -> Option<Self> {
        serde_json::from_value(policy.get(ESCROW)?.clone()).ok()
    }

    /// The policy that turns it on, or off.
    pub fn policy(escrow: Option<&Self>) -> Value {
        serde_json::json!({ ESCROW: escrow })
    }
}

impl fmt::Display for Escrow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the escrow {}", self.name)
    }
}

impl Staff {
    /// The escrow identity, where it is on.
    pub fn escrow(&self) -> Option<Escrow> {
        self.policy().and_then(Escrow::of)
    }
}

impl Thread {
    /// The escrow identities to which the folder's envelope is sealed: one as a rule, none without
    /// escrow, several where key changes met.
    ///
    /// Whoever seals an envelope seals it to the escrow of the staff that the entry cites.
    pub fn escrows(&self, roster: &Roster) -> Vec<Escrow> {
        let Some(state) = &self.state else { return Vec::new() };
        let met = self.flags.contains(&super::flag::Flag::KeyConflict);
        let mut escrows: Vec<Escrow> = Vec::new();
        for entry in self.sealing().filter(|entry| met || entry.envelope == state.envelope) {
            escrows.extend(escrow_of(entry, roster).filter(|escrow| !escrows.contains(escrow)));
        }
        escrows
    }

    /// Every escrow identity that ever received a key of this folder, and which generations.
    pub fn escrow_holders(&self, roster: &Roster) -> Vec<(Escrow, Vec<Recipient>)> {
        let mut held: Vec<(Escrow, Vec<Recipient>)> = Vec::new();
        self.received(|entry, keys| {
            let Some(escrow) = escrow_of(entry, roster) else { return };
            let at = held.iter().position(|(known, _)| *known == escrow).unwrap_or_else(|| {
                held.push((escrow, Vec::new()));
                held.len() - 1
            });
            let fresh: Vec<Recipient> =
                keys.iter().filter(|key| !held[at].1.contains(key)).cloned().collect();
            held[at].1.extend(fresh);
        });
        held
    }
}

fn escrow_of(entry: &Entry, roster: &Roster) -> Option<Escrow> {
    roster.at(&entry.roster)?.escrow()
}
