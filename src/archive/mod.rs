//! The archive: records and documents sealed, one folder per case under its status, with a signed history.
//!
//! Here the keys ([`crate::seal`]), the bytes on disk ([`crate::store`]) and the history
//! ([`crate::log`]) meet. What must not be here: rendering, records, the terminal, the clock.
//!
//! The invariants:
//! - An entry is written only after every object it names is durable, and only if it is valid by our own
//!   judgement. Whatever crashes, what is there can be read and no recovery step is needed.
//! - Documents are sealed to the `key` of the newest verified state, never to a key found beside the files.
//! - The log is the truth and the folder is placement: a case is the union of its label over the four
//!   prefixes, and the next writer puts it where its status says.
//! - Reading a listing or a history needs no key. Opening a document needs a reader's.

mod accept;
mod cards;
mod cards_read;
mod case;
mod departure;
mod disposal;
mod empty;
mod error;
mod escrow;
mod files;
mod filing;
mod give;
mod give_way;
mod holdings;
mod leftover;
mod listing;
mod lost;
mod many_heads;
mod memory;
mod merge;
mod merge_folder;
mod mirror;
pub mod office;
mod open;
mod operations;
mod orphans;
mod outline;
mod people;
mod place;
mod proposal;
mod proved;
mod readers;
mod register;
mod rekey;
mod relabel;
mod repair;
mod reseal;
mod restore;
mod resume;
mod root_keys;
mod settle;
mod snapshot;
mod status;
#[cfg(test)]
mod strangers;
mod survey;
#[cfg(test)]
mod trust;
mod unlocked;
mod verify;
mod verify_bytes;
mod verify_content;
mod verify_folder;
mod write;

pub use accept::{Accepted, LateEntry};
pub use case::Case;
pub use departure::{DEPARTURE, Departing};
pub use disposal::{Destroyed, Due, DueList, Progress};
pub use filing::{Admission, NewDocument, Receipt};
pub use give::GivenEntry;
pub use give_way::GivenWay;
pub use holdings::{EscrowHolding, Holding, Holdings, Standing};
pub use listing::Listing;
pub use mirror::Comparison;
pub use office::{Matter, OfficeFounding};
pub use open::{Archive, Init};
pub use operations::{Resolution, Review, ReviewVerdict};
pub use people::StaffChange;
pub use proposal::{PROPOSAL_LIMIT_BYTES, Proposal, Signed};
pub use readers::{NewReader, TeamChange};
pub use register::{CheckpointName, Printed, Reference, RegisterSummary, Registration, Witnessed};
pub use rekey::{Rekey, Rekeyed};
pub use restore::Restore;
pub use root_keys::{RootChange, RootHolder};
pub use settle::Settled;
pub use status::StatusChange;
pub use unlocked::OpenCase;
pub use verify::{Counts, Extent, Finding, Level, Sample, TakenOver, Verification, VerifyOptions};
