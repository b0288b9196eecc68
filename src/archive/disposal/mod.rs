//! How long cases and folders about the work are kept, and the end of one: policy, holds, proposals,
//! decision, destruction.
//!
//! Two people and two steps: one proposes, another approves; a decision is signed, and only after the time
//! of waiting, proved by a register's checkpoint, are keys and objects destroyed. The invariant: the keys go
//! first, nothing goes before the decision is durable, and what is destroyed never comes back.

mod complaint;
mod due;
mod policy;
mod proof;
mod remains;
mod run;
mod steps;

pub use due::{Due, DueList};
pub(super) use remains::{UNPROVED, destroyed_envelopes, is_all_destroyed};
pub use run::{Destroyed, Progress};
