//! The work itself: risk, contacts, goals, assessments, referrals, consents, conferences, incidents.

use super::scalar::{Date, Narrative, Text, Time};
use super::vocabulary::{
    Area, AssessmentKind, ConferenceKind, ConsentForm, ConsentGiver, ConsentKind, ContactKind,
    ContactPurpose, GoalState, IncidentKind, ReferralState, RiskLevel, TaskOwner, TaskState, YesNo,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The level of risk with its reasons, as of a day.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Risk {
    /// Day of the assessment.
    pub date: Date,
    /// The level.
    pub level: RiskLevel,
    /// Why this level.
    pub reasons: Narrative,
    /// What was seen that speaks for it.
    #[serde(default)]
    pub indicators: Vec<Narrative>,
    /// The supervisor's view.
    pub supervisor_view: Option<Narrative>,
    /// The client's own view of the danger.
    pub client_view: Option<Narrative>,
    /// What protects the client.
    #[serde(default)]
    pub protection: Vec<Narrative>,
    /// What the level means for the service: how often to meet, what comes first.
    pub response: Option<Narrative>,
    /// Day by which to assess it again.
    pub next: Option<Date>,
}

/// One contact: interview, visit, call, e-mail.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Day of the contact.
    pub on: Date,
    /// Time it began.
    pub at: Option<Time>,
    /// Sort of contact.
    pub kind: ContactKind,
    /// How long it took, in minutes.
    #[schemars(range(min = 0, max = 1440))]
    pub minutes: Option<u32>,
    /// With whom: `client`, ids from `people`, or free words.
    #[serde(default)]
    pub with: Vec<Text>,
    /// Whether the client was seen face to face.
    #[serde(default)]
    pub face_to_face: bool,
    /// Whether it was scheduled.
    pub scheduled: Option<bool>,
    /// Who made the contact, where not the case manager: ids of staff.
    #[serde(default)]
    pub by: Vec<String>,
    /// Where.
    pub place: Option<Text>,
    /// Whether an interpreter helped, and who.
    pub interpreter: Option<Text>,
    /// What happened and was said.
    pub what: Narrative,
    /// The next step.
    pub next_step: Option<Narrative>,
    /// Whether the placement was found safe and nurturing (source 002 item 5: at each home visit).
    pub placement_safe: Option<YesNo>,
    /// What was looked at during a home visit.
    pub visit: Option<super::Visit>,
    /// What the contact was for, where a rule asks for one: `handover`, that the client was told who takes
    /// over, or could not be reached to be told (an attempt).
    pub purpose: Option<ContactPurpose>,
}

impl Contact {
    /// Whether the client took part: seen face to face, named among those it was with, or, where nobody is
    /// named, by a sort of contact that is with the client. An attempt reaches nobody.
    pub fn is_with_client(&self) -> bool {
        use ContactKind::{Attempt, Call, Email, HomeVisit, Interview, Message, ReferralVisit};
        let by_kind = matches!(self.kind, HomeVisit | Interview | Call | Email | Message | ReferralVisit);
        self.kind != Attempt
            && (self.face_to_face
                || self.with.iter().any(|who| who.0 == "client")
                || self.with.is_empty() && by_kind)
    }
}

/// A goal, with its tasks and its progress.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// Short name for references within this record.
    #[schemars(extend("pattern" = "^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$"))]
    pub id: Option<String>,
    /// What is to be reached.
    pub goal: Narrative,
    /// Area of life.
    pub area: Area,
    /// Who is answerable for the goal.
    pub owner: TaskOwner,
    /// Day it was agreed.
    pub set: Date,
    /// Day it is to be reached.
    pub due: Option<Date>,
    /// Where it stands.
    pub state: GoalState,
    /// Strengths it builds on.
    pub strengths: Option<Narrative>,
    /// What stands in the way.
    pub barriers: Option<Narrative>,
    /// What is done to get there.
    pub interventions: Option<Narrative>,
    /// What is done instead if it cannot be reached (source 003).
    pub contingency: Option<Narrative>,
    /// The tasks it is broken down to.
    #[serde(default)]
    pub tasks: Vec<Task>,
    /// Progress, oldest first.
    #[serde(default)]
    pub progress: Vec<Progress>,
    /// What came of it in the end.
    pub outcome: Option<Narrative>,
}

/// One task of a goal.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// What is to be done.
    pub task: Narrative,
    /// Who does it.
    pub owner: TaskOwner,
    /// Day it was set.
    pub set: Date,
    /// Day it is due.
    pub due: Option<Date>,
    /// Where it stands.
    pub state: TaskState,
    /// Day it was done.
    pub done: Option<Date>,
    /// What came of it.
    pub outcome: Option<Narrative>,
}

impl Task {
    /// Whether it was set and not yet done at the end of `at`.
    pub fn is_open(&self, at: Date) -> bool {
        let still_open = match self.state {
            TaskState::Open => true,
            TaskState::Done => self.done.is_some_and(|day| day > at),
            TaskState::Dropped => false,
        };
        self.set <= at && still_open
    }
}

/// Progress toward a goal.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// Day.
    pub date: Date,
    /// How far, from 0 to 10, as client and worker see it together.
    #[schemars(range(min = 0, max = 10))]
    pub score: Option<u8>,
    /// What was seen.
    pub note: Narrative,
}

/// An assessment.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    /// Sort of assessment.
    pub kind: AssessmentKind,
    /// Day.
    pub date: Date,
    /// Who made it.
    pub by: Option<Text>,
    /// The main finding.
    pub summary: Narrative,
    /// Needs found, each with the service required.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// Strengths found.
    #[serde(default)]
    pub strengths: Vec<Narrative>,
    /// What is recommended.
    pub recommendation: Option<Narrative>,
    /// What the client says to it.
    pub client_view: Option<Narrative>,
    /// The supervisor's view.
    pub supervisor_view: Option<Narrative>,
    /// Day by which to assess again.
    pub next: Option<Date>,
    /// What an assessment of safety found.
    pub safety: Option<super::SafetyFinding>,
}

/// A need and the service it calls for.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// Area of life.
    pub area: Area,
    /// The need.
    pub need: Narrative,
    /// The service required.
    pub service: Option<Text>,
    /// Whether it cannot wait.
    #[serde(default)]
    pub urgent: bool,
}

/// A referral to a service.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Referral {
    /// Day.
    pub date: Date,
    /// The service referred to.
    pub provider: Text,
    /// The need it answers.
    pub need: Narrative,
    /// Where it stands.
    pub state: ReferralState,
    /// Who there is addressed.
    pub contact: Option<Text>,
    /// What the service is asked to do.
    pub asked: Option<Narrative>,
    /// What is passed on about the client, and what is not.
    pub shared: Option<Narrative>,
    /// The consent it rests on, or the concern for safety that stands in its place.
    pub consent: Option<Narrative>,
    /// How the client is brought there: escort, interpreter, time.
    pub support: Option<Narrative>,
    /// Day to follow up.
    pub follow_up: Option<Date>,
    /// What came of it.
    pub outcome: Option<Narrative>,
}

/// A consent.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// What it is for.
    pub kind: ConsentKind,
    /// Day it was given.
    pub date: Date,
    /// Who gave it.
    pub given_by: ConsentGiver,
    /// Name of who gave it, where not the client.
    pub giver_name: Option<Text>,
    /// How it was given.
    pub form: ConsentForm,
    /// In which language it was explained.
    pub language: Option<super::scalar::Lang>,
    /// Who interpreted.
    pub interpreter: Option<Text>,
    /// Why it is asked for.
    pub purpose: Option<Narrative>,
    /// What may not be shared, or with whom not.
    pub not_shared: Option<Narrative>,
    /// When confidence must be broken, as it was explained to the client.
    pub limits: Option<Narrative>,
    /// What may be done or shared.
    pub what: Narrative,
    /// To whom.
    #[serde(default)]
    pub to: Vec<Text>,
    /// Last day it holds.
    pub until: Option<Date>,
    /// Day it was withdrawn.
    pub withdrawn: Option<Date>,
}

/// A case conference.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Conference {
    /// Sort of conference.
    pub kind: ConferenceKind,
    /// Day.
    pub date: Date,
    /// Who was in the chair.
    pub chair: Text,
    /// Who was present.
    #[serde(default)]
    pub present: Vec<Text>,
    /// Why it was called.
    pub purpose: Option<Narrative>,
    /// Whether the client agreed to the conference and to what is shared in it (source 003).
    pub client_agreed: Option<YesNo>,
    /// Who attends against the client's wish, and why.
    #[serde(default)]
    pub against_wish: Vec<super::AgainstWish>,
    /// The interpreter, and into which language.
    pub interpreter: Option<Text>,
    /// The advocate, support worker or member of the community at the client's side.
    pub advocate: Option<Text>,
    /// The client's views.
    pub client_views: Option<Narrative>,
    /// What was discussed.
    pub discussion: Option<Narrative>,
    /// What was decided.
    pub decision: Narrative,
    /// Who does what by when.
    #[serde(default)]
    pub actions: Vec<Action>,
    /// Day of the next meeting.
    pub next: Option<Date>,
    /// Admission conferences: whether to admit, and where to place.
    pub admission: Option<super::AdmissionDecision>,
    /// Emergency conferences: the incident and what follows.
    pub emergency: Option<super::EmergencyReview>,
    /// Conferences convened by the police: the client's reasons and the process.
    pub police: Option<super::PoliceConference>,
}

/// Something a person agreed to do.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Who does it.
    pub who: Text,
    /// What.
    pub what: Narrative,
    /// By when.
    pub by: Option<Date>,
    /// Whether that person agreed.
    pub agreed: Option<bool>,
    /// Day it was done.
    pub done: Option<Date>,
}

/// A critical incident or reportable concern.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// Day.
    pub date: Date,
    /// Time.
    pub at: Option<Time>,
    /// Sort of incident.
    pub kind: IncidentKind,
    /// Where it happened.
    pub place: Option<Text>,
    /// Who reported it.
    pub reported_by: Option<Text>,
    /// What happened.
    pub what: Narrative,
    /// Who was involved.
    #[serde(default)]
    pub who: Vec<Text>,
    /// What was done.
    pub action: Narrative,
    /// Who was told, and when.
    #[serde(default)]
    pub told: Vec<Told>,
    /// How the client is now, and what the client says.
    pub client_now: Option<Narrative>,
    /// What follows from it.
    pub follow_up: Option<Narrative>,
}

/// Who was told something.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// Who.
    pub who: Text,
    /// Day.
    pub date: Date,
    /// Time.
    pub at: Option<Time>,
}
