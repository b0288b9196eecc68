//! A handover: who leaves, who takes which case over, and what was decided about it (source 002 §5.2.4).

use super::Folder;
use crate::names::Unit;
use crate::record::model::identity::Staff;
use crate::record::model::scalar::{Date, Lang, Narrative, Text};
use crate::record::model::vocabulary::vocabulary;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// Why cases are handed over.
    HandoverMode {
        /// The person leaves the agency: cases go over in time, and on the last day the person is retired.
        Departure,
        /// The person stays and gives cases away.
        Reassign,
        /// Access ends at once: a complaint, a disappearance. Nothing is asked of the person.
        Urgent,
    }
}

/// A handover, written by the program and kept by the case supervisor.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverRecord {
    /// Always `handover/1`.
    #[schemars(extend("const" = "handover/1"))]
    pub casefile: String,
    /// The programme whose rules hold.
    pub programme: String,
    /// Language the narratives are written in.
    #[serde(default = "super::super::english")]
    pub lang: Lang,
    /// The folder of this handover.
    pub folder: Folder,
    /// In a successor's folder: the handover that it is a part of.
    #[schemars(with = "Option<String>", extend("pattern" = "^[A-Z]{1,12}-[0-9]{4}-[0-9]{4,6}$"))]
    pub of: Option<Unit>,
    /// Who hands over.
    pub leaver: Staff,
    /// Why.
    pub mode: HandoverMode,
    /// Day the handover began.
    pub started: Date,
    /// The leaver's last day: access ends then, whatever is missing.
    pub last_day: Option<Date>,
    /// Which case goes to whom.
    pub cases: Vec<PassedCase>,
    /// Which folder about the work goes to whom.
    #[serde(default)]
    pub matters: Vec<PassedMatter>,
    /// The folders of the parts: one for each successor.
    #[serde(default)]
    pub parts: Vec<PassedPart>,
    /// Who is to sign that they were briefed: the team, the supervisor among them.
    #[serde(default)]
    pub team: Vec<Staff>,
    /// What the supervisor let pass although it was missing, and why; printed in the document.
    #[serde(default)]
    pub overrides: Vec<HandoverOverride>,
    /// Day the leaver's access to these cases ended.
    pub access_ended: Option<Date>,
    /// Day the handover was marked complete.
    pub completed: Option<Date>,
}

/// One case that is handed over.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PassedCase {
    /// Case number.
    #[schemars(with = "String", extend("pattern" = "^[A-Z]{1,12}-[0-9]{4}-[0-9]{4,6}$"))]
    pub case: Unit,
    /// Who takes it over.
    pub to: Staff,
}

/// One folder about the work that is handed over.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PassedMatter {
    /// Number of the folder.
    #[schemars(with = "String", extend("pattern" = "^[A-Z]{1,12}-[0-9]{4}-[0-9]{4,6}$"))]
    pub folder: Unit,
    /// Who takes it over; nobody, where only the leaver's access ends.
    pub to: Option<Staff>,
}

/// What one successor is given to read.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PassedPart {
    /// The successor.
    pub to: Staff,
    /// The folder with the successor's document.
    #[schemars(with = "String", extend("pattern" = "^[A-Z]{1,12}-[0-9]{4}-[0-9]{4,6}$"))]
    pub folder: Unit,
}

/// Something that was missing and let pass.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverOverride {
    /// Day.
    pub on: Date,
    /// Who decided it.
    pub by: Staff,
    /// What was missing, as `handover status` names it.
    pub what: Text,
    /// Why it was let pass.
    pub reason: Narrative,
}
