//! The Rust types of the records about the work: one small record for each matter of the office
//! (source 002 §5.2.3 to §5.6, sources 000 and 003).
//!
//! As with the case record, every doc comment here is read by users.

mod complaint;
mod debriefing;
mod feedback;
mod figures;
mod handover;
mod programme;
mod referral;
mod staff;

pub use complaint::*;
pub use debriefing::*;
pub use feedback::*;
pub use figures::*;
pub use handover::*;
pub use programme::*;
pub use referral::*;
pub use staff::*;

use super::identity::Staff;
use super::scalar::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The folder of the office that the record belongs to.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// Number of the folder: its word, the year, a number, such as `COMPLAINT-2026-0003`.
    #[schemars(with = "String", extend("pattern" = "^[A-Z]{1,12}-[0-9]{4}-[0-9]{4,6}$"))]
    pub number: crate::names::Unit,
    /// Day the folder was opened.
    pub opened: Date,
    /// Who writes the record; of a referral, the worker it was given to.
    pub author: Staff,
    /// The person responsible for the matter; of a referral the case supervisor.
    pub responsible: Staff,
}
