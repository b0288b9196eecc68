//! The Rust types of `record/1`, the one source of its schema, its checks and its explanations.
//!
//! Every doc comment here is read by users: it becomes the description in `schemas/case.schema.json`,
//! what `casefile explain` prints and what an editor shows. None of the types shows a value in `Debug`.

mod agency;
mod decision;
mod identity;
mod life;
mod meeting;
mod office;
mod safety;
mod scalar;
mod school;
mod vocabulary;
mod work;

pub use agency::*;
pub use decision::*;
pub use identity::*;
pub use life::*;
pub use meeting::*;
pub use office::*;
pub use safety::*;
pub use scalar::*;
pub use school::*;
pub use vocabulary::*;
pub use work::*;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A case record: everything that is written down about one case, once.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseRecord {
    /// Format of this file, always `record/1`.
    #[schemars(extend("const" = "record/1"))]
    pub casefile: String,
    /// Programme whose rules hold: the name of a file in `programmes/`.
    pub programme: String,
    /// Language the narratives are written in, where they do not say otherwise.
    #[serde(default = "english")]
    pub lang: Lang,
    /// The case itself.
    pub case: Case,
    /// The client: one person or a family.
    pub client: Client,
    /// Who works on the case.
    pub team: Team,
    /// People in the client's life.
    #[serde(default)]
    pub people: Vec<Person>,
    /// Levels of risk, oldest first.
    #[serde(default)]
    pub risk: Vec<Risk>,
    /// Contacts, oldest first.
    #[serde(default)]
    pub contacts: Vec<Contact>,
    /// Goals with tasks and progress.
    #[serde(default)]
    pub goals: Vec<Goal>,
    /// Assessments, oldest first.
    #[serde(default)]
    pub assessments: Vec<Assessment>,
    /// Placements, oldest first.
    #[serde(default)]
    pub placements: Vec<Placement>,
    /// Services that take part in the plan.
    #[serde(default)]
    pub services: Vec<ServiceInvolved>,
    /// Referrals to services.
    #[serde(default)]
    pub referrals: Vec<Referral>,
    /// The emergency safety plan.
    pub safety_plan: Option<SafetyPlan>,
    /// Consents.
    #[serde(default)]
    pub consents: Vec<Consent>,
    /// Case conferences.
    #[serde(default)]
    pub conferences: Vec<Conference>,
    /// Incidents and reportable concerns.
    #[serde(default)]
    pub incidents: Vec<Incident>,
    /// Attendance at school and sessions.
    #[serde(default)]
    pub attendance: Vec<Attendance>,
    /// Learning levels and activities.
    #[serde(default)]
    pub learning: Vec<Learning>,
    /// The current timetable.
    #[serde(default)]
    pub timetable: Vec<Lesson>,
    /// The transition plan.
    pub transition: Option<Transition>,
    /// The exit plan.
    pub exit: Option<Exit>,
    /// The end of the case.
    pub closure: Option<Closure>,
    /// Reviews of the plan, oldest first.
    #[serde(default)]
    pub reviews: Vec<Review>,
    /// What a colleague who takes over has to know.
    pub handover: Option<Handover>,
    /// Scans, letters and photographs.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// Fortnightly reports to the school, oldest first.
    #[serde(default)]
    pub fortnights: Vec<Fortnight>,
    /// Reports of a school term, oldest first.
    #[serde(default)]
    pub terms: Vec<TermReport>,
    /// Since when the timetable holds, and who has it.
    pub timetable_issue: Option<TimetableIssue>,
    /// The flexible learning and transition plan.
    pub learning_plan: Option<LearningPlan>,
    /// The permanency case plan.
    pub permanency: Option<Permanency>,
    /// Reviews of the placement, oldest first.
    #[serde(default)]
    pub placement_reviews: Vec<PlacementReview>,
    /// The agreement with a young adult after care.
    pub young_adult: Option<YoungAdultAgreement>,
    /// Agreements with family or guardian, oldest first.
    #[serde(default)]
    pub agreements: Vec<ServiceAgreement>,
    /// Which agency leads, and what each does.
    pub responsibility: Option<Responsibility>,
    /// Written reports of professionals for a conference, oldest first.
    #[serde(default)]
    pub professional_reports: Vec<ProfessionalReport>,
    /// What the family contributes to the cost of care.
    pub contribution: Option<Contribution>,
    /// The way to an adoption.
    pub adoption: Option<Adoption>,
    /// What only one kind needs, by kind: `forms: {complaint: [{…}]}`.
    #[serde(default)]
    pub forms: BTreeMap<String, Vec<serde_json::Value>>,
}

fn english() -> Lang {
    Lang("en".to_owned())
}
