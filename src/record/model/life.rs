//! The client's life in care: placements, learning, transition, exit, closure, handover, attachments.

use super::scalar::{Date, Lang, Narrative, Text, Time};
use super::vocabulary::{Area, ClosureCircumstance, PlacementKind, Presence, YesNo};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A placement.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// Sort of placement.
    pub kind: PlacementKind,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Option<Date>,
    /// Carers or house.
    pub carers: Option<Text>,
    /// Where.
    pub address: Option<Text>,
    /// Options that were considered.
    #[serde(default)]
    pub options: Vec<Narrative>,
    /// Why this placement.
    pub reasons: Option<Narrative>,
    /// Why it ended.
    pub ended: Option<Narrative>,
    /// The decision that led to it.
    pub decision: Option<super::PlacementDecision>,
}

/// Attendance at school or a session on one day.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attendance {
    /// Day.
    pub date: Date,
    /// Session, school or activity.
    pub session: Text,
    /// Whether the client was there.
    pub presence: Presence,
    /// A remark.
    pub note: Option<Text>,
}

/// Learning: a measured level or an activity.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Learning {
    /// Day.
    pub date: Date,
    /// What was measured or done: engagement, literacy, numeracy, a course.
    pub subject: Text,
    /// The level.
    pub level: Option<Text>,
    /// The result as a number.
    #[schemars(range(min = 0, max = 1000))]
    pub score: Option<u32>,
    /// The highest result there is.
    #[schemars(range(min = 1, max = 1000))]
    pub out_of: Option<u32>,
    /// A remark.
    pub note: Option<Narrative>,
}

/// One lesson or appointment of the week.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Day of the week, 1 for Monday to 7 for Sunday.
    #[schemars(range(min = 1, max = 7))]
    pub weekday: u8,
    /// Time it begins.
    pub from: Time,
    /// Time it ends.
    pub until: Time,
    /// What.
    pub what: Text,
    /// Where.
    pub place: Option<Text>,
}

/// The transition plan: leaving care, ageing out, leaving the programme.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    /// Day of the plan.
    pub date: Date,
    /// Day the client leaves care or the programme.
    pub exit: Option<Date>,
    /// Housing after leaving.
    pub housing: Option<Narrative>,
    /// Income.
    pub income: Option<Narrative>,
    /// Education or work.
    pub education_or_work: Option<Narrative>,
    /// Health and mental health.
    pub health: Option<Narrative>,
    /// Documents the client needs and has.
    pub documents: Option<Narrative>,
    /// People who support the client.
    #[serde(default)]
    pub support_people: Vec<SupportPerson>,
    /// Skills of daily living.
    pub skills: Option<Narrative>,
    /// Goals with their dates.
    #[serde(default)]
    pub goals: Vec<TransitionGoal>,
    /// What happens after closure.
    pub after_closure: Option<Narrative>,
    /// The client's view of the plan.
    pub client_view: Option<Narrative>,
}

/// Someone who supports the client after leaving.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SupportPerson {
    /// Name.
    pub name: Text,
    /// Relation to the client.
    pub relation: Text,
    /// What this person does.
    pub support: Option<Narrative>,
}

/// A goal of the transition plan.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TransitionGoal {
    /// Area of life.
    pub area: Area,
    /// What is to be reached.
    pub goal: Narrative,
    /// Who does it.
    pub who: Option<Text>,
    /// By when.
    pub due: Date,
    /// Day it was reached.
    pub done: Option<Date>,
}

/// The exit plan (source 003).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exit {
    /// Day of the plan.
    pub date: Date,
    /// The plan.
    pub plan: Narrative,
    /// The client's own view of leaving.
    pub client_view: Option<Narrative>,
    /// How the client can be reached safely afterwards.
    pub contact: Option<Narrative>,
    /// How the client can come back.
    pub way_back: Option<Narrative>,
    /// Follow-up after leaving.
    #[serde(default)]
    pub follow_up: Vec<FollowUp>,
}

/// One follow-up after leaving.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// Day it is due.
    pub due: Date,
    /// Day it was done.
    pub done: Option<Date>,
    /// Who follows up, and how.
    pub how: Option<Text>,
    /// What came of it.
    pub result: Option<Narrative>,
}

/// The end of the case (source 002 step 8, 001 §6).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Closure {
    /// Day of closing.
    pub date: Date,
    /// Under which circumstance.
    pub circumstance: ClosureCircumstance,
    /// The durable solution or resolution.
    pub solution: Narrative,
    /// Summary of the services given and what they led to.
    pub summary: Option<Narrative>,
    /// How and when the client was told.
    pub client_told: Option<ClientTold>,
    /// What is still open and who takes it on.
    pub remaining: Option<Narrative>,
    /// How the client can come back.
    pub way_back: Option<Narrative>,
}

/// How the client was told of the closing.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientTold {
    /// Whether the client was told.
    pub told: YesNo,
    /// When.
    pub date: Option<Date>,
    /// How, by whom, in which language, and how the client took it; or the attempts made.
    pub how: Option<Narrative>,
}

/// A review of the plan.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// Day.
    pub date: Date,
    /// Who took part.
    #[serde(default)]
    pub with: Vec<Text>,
    /// What was found.
    pub findings: Narrative,
    /// Changes to the plan.
    pub changes: Option<Narrative>,
    /// Day of the next review.
    pub next: Option<Date>,
}

/// What a colleague who takes over has to know; each part filled or stated as none.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Handover {
    /// Day it was written.
    pub date: Date,
    /// What matters now.
    pub matters_now: Option<Narrative>,
    /// Promises made to the client.
    pub promises: Option<Narrative>,
    /// What works with this client.
    pub works: Option<Narrative>,
    /// Dangers to worker and client.
    pub dangers: Option<Narrative>,
    /// Hearings and appointments.
    pub hearings: Option<Narrative>,
    /// Medication.
    pub medication: Option<Narrative>,
    /// Papers held for the client.
    pub papers: Option<Narrative>,
    /// The paper folder: that somebody saw it, and where it stands.
    pub paper_folder: Option<PaperFolder>,
}

/// Where the paper folder of the case stands.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperFolder {
    /// Day it was seen.
    pub seen: Date,
    /// Where it stands.
    pub place: Text,
    /// Who saw it.
    pub by: Text,
}

/// A scan, letter or photograph that belongs to the record.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// File name, relative to the record's folder.
    pub file: String,
    /// What it is.
    pub title: Text,
    /// Its date.
    pub date: Option<Date>,
    /// What an image shows, for those who cannot see it.
    pub alt: Option<Text>,
    /// Whether it shows who the client is (source 002: identifying photographs are protected).
    #[serde(default)]
    pub identifying: bool,
    /// Its language.
    pub lang: Option<Lang>,
}
