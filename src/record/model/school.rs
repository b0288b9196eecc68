//! School: what a case manager writes to the school, what was planned to be learnt, who has the timetable
//! (source 000).

use super::scalar::{Date, Narrative, Text};
use super::vocabulary::vocabulary;
use super::{Told, YesNo};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// How far a student takes part, as the engagement matrix has it (source 000; the steps are the agency's).
    Engagement {
        /// Not in contact.
        Disconnected,
        /// Building a relation with the case manager.
        Connecting,
        /// Takes part in single activities.
        Participating,
        /// Learns toward a goal of their own.
        Engaged,
        /// Earns and learns without help.
        Independent,
    }
}

/// What the case manager reports to the school of one fortnight (source 000); attendance is counted from `attendance`.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fortnight {
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// What the student did: activities in and out of school.
    #[serde(default)]
    pub activities: Vec<Narrative>,
    /// The case manager's comments.
    pub comments: Narrative,
    /// Concerns, and what was done about them.
    pub concerns: Option<Narrative>,
    /// With whom at school concerns and reports were shared, and when.
    #[serde(default)]
    pub shared: Vec<Told>,
}

/// What is reported of one school term or semester (source 000); attendance is counted from `attendance`.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TermReport {
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// What was learnt.
    pub learning: Narrative,
    /// Outcomes: courses completed, credits, work.
    pub outcomes: Narrative,
    /// What the term's attendance tells.
    pub attendance: Option<Narrative>,
    /// The student's own view.
    pub student_view: Option<Narrative>,
    /// What comes next term.
    pub next: Option<Narrative>,
    /// Who got the report: school, student, parent or guardian.
    #[serde(default)]
    pub given: Vec<Told>,
}

/// Since when the timetable holds, and who has it (source 000).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimetableIssue {
    /// First day it holds.
    pub from: Date,
    /// Last day it holds.
    pub until: Option<Date>,
    /// Who has it: student, family, school.
    #[serde(default)]
    pub given: Vec<Told>,
    /// What to know: how to get there, what to bring, whom to ring.
    pub note: Option<Narrative>,
}

/// The flexible learning and transition plan (source 000).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LearningPlan {
    /// Day of the plan.
    pub date: Date,
    /// Where the student stands on the engagement matrix.
    pub engagement: Engagement,
    /// Why there.
    pub engagement_reasons: Option<Narrative>,
    /// What the student wants to reach.
    pub goal: Narrative,
    /// Learning activities.
    #[serde(default)]
    pub activities: Vec<LearningActivity>,
    /// How reading, writing and counting are supported.
    pub literacy_numeracy: Option<Narrative>,
    /// What makes it possible to take part: transport, food, health, somebody to ring.
    pub supports: Option<Narrative>,
    /// Where the student goes from here: school, training, work.
    pub transition: Option<Narrative>,
    /// Day the plan is reviewed.
    pub review: Option<Date>,
}

/// One learning activity and the level of engagement it suits.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LearningActivity {
    /// What.
    pub activity: Text,
    /// For which level of engagement it is meant.
    pub engagement: Engagement,
    /// Who offers it.
    pub provider: Option<Text>,
    /// When: days, hours, weeks.
    pub schedule: Option<Text>,
    /// What it is to lead to.
    pub outcome: Option<Narrative>,
    /// Whether it is accredited.
    pub accredited: Option<YesNo>,
}
