//! Decisions about where a child lives.

use super::safety::SeenBy;
use super::scalar::{Date, Narrative};
use super::vocabulary::PlacementAction;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A decision to place, move or apprehend a child, or to leave or return the child home (source 001).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacementDecision {
    /// Day of the decision.
    pub date: Date,
    /// What was decided.
    pub action: PlacementAction,
    /// The decision in words: where, with whom, under which conditions.
    pub decision: Narrative,
    /// Who saw the child face to face before it, and when.
    pub seen: Option<SeenBy>,
    /// The child's own view.
    pub child_view: Option<Narrative>,
    /// The supervisor's view.
    pub supervisor_view: Option<Narrative>,
    /// How and when the placement is followed up.
    pub follow_up: Option<Narrative>,
}
