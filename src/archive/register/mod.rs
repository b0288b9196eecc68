//! Registers in the archive: reading them, writing a checkpoint, cosigning one, finding a printed one.
//!
//! What a register proves is judged in [`crate::log::register`]; here its files are read and written.
//! The invariant: a checkpoint is signed only over an archive in which nothing that any register or this
//! client's memory names is missing.

mod paper;
mod read;
mod verify;
mod witness;
mod write;

pub use paper::{Printed, Reference};
pub(super) use read::{RegisterFile, Registers, cover};
pub use verify::RegisterSummary;
pub use witness::{CheckpointName, Witnessed};
pub use write::Registration;

use crate::log::NoteName;
use crate::names::PersonId;

/// The prefix of registers.
pub(super) const REGISTER: &str = "register";

/// Where a file of a register lies.
pub(super) fn register_path(registrar: &PersonId, name: &NoteName, file: RegisterFile) -> String {
    format!("{REGISTER}/{registrar}/{name}.{}", file.ending())
}
