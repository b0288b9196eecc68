//! The signed history: bytes in, verdicts out. Nothing here reads a file, a key or a clock.
//!
//! An archive has one log for its staff ([`Roster`]) and one for each folder. Each is a graph of signed
//! notes ([`Note`]) that name their parents by hash, so that writers need no lock and copies that
//! diverged merge by copying files. The invariant: **a verdict depends only on the set of notes, never
//! on the order in which they arrived**, and what was valid stays valid whatever is added.
//!
//! - [`note`]: the one valid byte form; [`json`]: the strict reader beneath it.
//! - [`root`], [`staff`], [`roster`]: who may sign, proved from the archive's root.
//! - [`entry`], [`op`]: the shape of a folder's entries; [`authority`]: who may write which.
//! - [`checkpoint`], [`merkle`], [`register`]: what one person saw, append-only.
//! - [`policy`], [`disposal`]: how long cases are kept, and how far the end of one is.
//! - [`snapshot`]: the cards of a folder in one file, and when to believe it.
//! - [`state`], [`mod@fold`]: what a folder's entries add up to, concurrent ones included.

pub mod authority;
pub mod checkpoint;
pub mod disposal;
pub mod entry;
pub mod error;
pub mod escrow;
pub mod flag;
pub mod fold;
mod graph;
pub mod holders;
pub mod json;
mod judge;
mod late;
pub mod merkle;
pub mod name;
pub mod note;
pub mod op;
pub mod policy;
pub mod register;
pub mod root;
pub mod roster;
mod roster_rules;
pub mod snapshot;
pub mod staff;
pub mod state;
mod thread;
pub mod transition;

pub use checkpoint::{Checkpoint, Leaf, Registered};
pub use disposal::Steps;
pub use entry::{Added, Entry, Part, Reader, Team, Tool};
pub use error::{Fault, Foreign};
pub use escrow::Escrow;
pub use flag::Flag;
pub use fold::{Folded, fold, fold_accepting, fold_each};
pub use holders::Holder;
pub use name::{Day, NoteName, Time, Word};
pub use note::{Note, Signer};
pub use op::Op;
pub use policy::Policy;
pub use register::Register;
pub use root::{Root, RootKeys};
pub use roster::{Person, Roster, Staff};
pub use snapshot::{Disbelief, Snapshot};
pub use staff::{Role, StaffNote, StaffOp, StaffPerson};
pub use state::{Stage, Standing, State};
pub use thread::{Judged, Live, Thread, Verdict};
