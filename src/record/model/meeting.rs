//! What single sorts of case conference ask for, and the services that work on the plan.

use super::scalar::{Date, Narrative, Text};
use super::vocabulary::YesNo;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Someone who attends a conference against the client's wish (source 003).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgainstWish {
    /// Who.
    pub who: Text,
    /// Why this person's attendance is critical all the same.
    pub why: Narrative,
}

/// What an admission case conference decides (source 002 §5.2.2.4).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdmissionDecision {
    /// Whether the referred case is admitted.
    pub admit: YesNo,
    /// Whether a community placement is suitable, and which.
    pub placement: Option<Narrative>,
    /// Other interventions that are needed.
    pub interventions: Option<Narrative>,
}

/// What an emergency case conference reviews (source 002 §5.2.2.4).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmergencyReview {
    /// The incident that led to the conference.
    pub incident: Narrative,
    /// The follow-up action that is required.
    pub follow_up: Option<Narrative>,
}

/// What a conference convened by the police is about (source 003).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PoliceConference {
    /// The reasons for the client's concerns about going on.
    pub reasons: Narrative,
    /// The prosecution and court process as it was explained.
    pub process: Option<Narrative>,
}

/// A service or worker that takes part in the plan (source 003).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceInvolved {
    /// The service.
    pub name: Text,
    /// Who works there with the client.
    pub worker: Option<Text>,
    /// What it does in the plan.
    pub role: Option<Narrative>,
    /// Day it became involved.
    pub from: Date,
    /// Day its part ended.
    pub until: Option<Date>,
    /// Whether the client agreed to its part in the plan.
    pub agreed: Option<bool>,
}
