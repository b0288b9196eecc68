//! Safety: the emergency plan of the client, what an assessment of safety found, standards of care.

use super::scalar::{Date, Narrative, Text};
use super::vocabulary::YesNo;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The safety plan: what the child or client and the carers do in an emergency (source 002 item 8).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SafetyPlan {
    /// Day it was made.
    pub date: Date,
    /// Who made it: `client`, ids from `people`, or free words.
    #[serde(default)]
    pub with: Vec<Text>,
    /// Signs by which they know that danger is near.
    #[serde(default)]
    pub signs: Vec<Narrative>,
    /// What they do, step by step.
    #[serde(default)]
    pub steps: Vec<Narrative>,
    /// Places that are safe to go to, and how to get there.
    #[serde(default)]
    pub places: Vec<Narrative>,
    /// People to call, the first one first.
    #[serde(default)]
    pub calls: Vec<SafetyCall>,
    /// What to take along.
    pub take: Option<Narrative>,
    /// The word or sign by which they ask each other for help.
    pub signal: Option<Text>,
    /// Where the plan is kept so that the wrong person does not find it.
    pub kept: Option<Narrative>,
    /// Day to go through it again.
    pub review: Option<Date>,
}

/// A person or service to call in an emergency.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SafetyCall {
    /// Who: an id from `people`, an id of staff, or free words.
    pub who: Text,
    /// The number or address.
    pub reach: Text,
    /// For what, or when.
    pub when: Option<Text>,
}

/// What an assessment of safety found (sources 001 Standard 11, 002 item 5, 004).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SafetyFinding {
    /// Whether the home or placement is safe and nurturing.
    pub placement_safe: YesNo,
    /// Whether the child is safe right now, and why.
    pub immediate: Narrative,
    /// The risk of abuse or neglect in future.
    pub future_risk: Option<Narrative>,
    /// Dangers that were found.
    #[serde(default)]
    pub dangers: Vec<Narrative>,
    /// Who and what protects the child.
    #[serde(default)]
    pub protection: Vec<Narrative>,
    /// What was done at once.
    pub action: Option<Narrative>,
    /// Who saw the child face to face, and when.
    pub seen: Option<SeenBy>,
    /// What the child said and how the child seemed.
    pub child_view: Option<Narrative>,
}

/// Who saw the child face to face (source 001, Contact with Children).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenBy {
    /// Who: an id of staff or a name.
    pub by: Text,
    /// When.
    pub date: Date,
    /// Whether the child was seen alone.
    pub alone: Option<bool>,
}

/// One minimum standard of care, looked at during a visit (source 002, foster list 1).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardCheck {
    /// The standard, as the agency words it.
    pub standard: Text,
    /// Whether it is met.
    pub met: YesNo,
    /// What was seen.
    pub note: Option<Narrative>,
}

/// What was looked at during a home visit beyond what every contact notes.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    /// Why the placement was found safe and nurturing, or was not.
    pub safety: Option<Narrative>,
    /// The minimum standards of care, one by one.
    #[serde(default)]
    pub standards: Vec<StandardCheck>,
    /// Whether the child was seen alone.
    pub child_alone: Option<bool>,
    /// What the child said.
    pub child_view: Option<Narrative>,
    /// What the carers said.
    pub carers_view: Option<Narrative>,
    /// Day of the next visit.
    pub next: Option<Date>,
}
