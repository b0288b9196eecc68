//! What is kept of one member of staff: agreements, self-checks, supervision, training, hours
//! (source 002 §5.2.2.1, §5.2.3, §5.3).

use super::{Folder, Occasion};
use crate::record::model::identity::Staff;
use crate::record::model::scalar::{Date, Lang, Narrative, Text};
use crate::record::model::vocabulary::{YesNo, vocabulary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// How well a duty is carried out, by the case manager's own view.
    DutyRating {
        /// Always.
        Always,
        /// Mostly.
        Mostly,
        /// Seldom.
        Seldom,
        /// Not yet.
        NotYet,
        /// It did not arise.
        NotArisen,
    }
    /// Whether supervision was of one person or of the team.
    SupervisionForm {
        /// Meeting of one case manager and the case supervisor.
        Individual,
        /// Meeting of the team.
        Team,
    }
    /// Areas of training (source 002 §5.3).
    TrainingArea {
        /// People skills.
        PeopleSkills,
        /// Case work specific skills.
        CaseWork,
        /// Personal skills of the case manager.
        PersonalSkills,
    }
}

/// The folder of one member of staff: read by that person and the one who supervises them.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffRecord {
    /// Format of this file, always `staff/1`.
    #[schemars(extend("const" = "staff/1"))]
    pub casefile: String,
    /// Programme whose rules hold: the name of a file in `programmes/`.
    pub programme: String,
    /// Language the narratives are written in, where they do not say otherwise.
    #[serde(default = "super::super::english")]
    pub lang: Lang,
    /// The folder, its author and who is responsible: the case supervisor or the project director.
    pub folder: Folder,
    /// The member of staff.
    pub person: Staff,
    /// Post or function.
    pub post: Option<Text>,
    /// First day at work.
    pub hired: Date,
    /// The confidentiality agreement (source 002 Annex 2).
    pub confidentiality: Option<Acknowledgement>,
    /// The acknowledgement of the child protection policy (source 002 Annex 1).
    pub child_protection: Option<Acknowledgement>,
    /// Self-checks with the supervision tool, oldest first (source 002 Annex 3).
    #[serde(default)]
    pub checklists: Vec<Checklist>,
    /// Supervision, oldest first.
    #[serde(default)]
    pub supervision: Vec<Supervision>,
    /// Training, oldest first.
    #[serde(default)]
    pub training: Vec<Training>,
    /// What the person wants or needs to learn next.
    pub training_needs: Option<Narrative>,
    /// Casework hours, oldest first.
    #[serde(default)]
    pub hours: Vec<Hours>,
}

/// That somebody has read, understood and signed a policy or agreement.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// Version of the text, such as its date.
    pub version: Text,
    /// Day the person read it.
    pub read: Date,
    /// Language in which it was read or explained.
    pub language: Option<Lang>,
    /// Whether the person understood it and could ask questions.
    pub understood: YesNo,
    /// Questions, and how they were answered.
    pub questions: Option<Narrative>,
    /// Day it was signed.
    pub signed: Option<Date>,
    /// Who was witness.
    pub witness: Option<Text>,
}

/// A self-check with the supervision tool, and the feedback to it.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// Day.
    pub date: Date,
    /// Functions and responsibilities, one by one.
    #[serde(default)]
    pub duties: Vec<DutyCheck>,
    /// What goes well, in the case manager's own view.
    pub strengths: Option<Narrative>,
    /// Gaps and challenges.
    pub gaps: Option<Narrative>,
    /// Constructive feedback of the case supervisor or project director.
    pub feedback: Option<Narrative>,
    /// Who gave the feedback.
    pub feedback_by: Option<Text>,
    /// What is done about the gaps, by when.
    #[serde(default)]
    pub actions: Vec<AgreedAction>,
}

/// One duty of the supervision tool.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyCheck {
    /// The function or responsibility.
    pub duty: Text,
    /// How well it is carried out, in the case manager's own view.
    pub own_view: DutyRating,
    /// What the case supervisor says.
    pub feedback: Option<Narrative>,
}

/// Something agreed: who does what by when.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreedAction {
    /// Who.
    pub who: Text,
    /// What.
    pub what: Narrative,
    /// Until when.
    pub by: Option<Date>,
}

/// A meeting of supervision.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Supervision {
    /// Day.
    pub date: Date,
    /// With one person or with the team.
    pub form: SupervisionForm,
    /// Why now.
    pub occasion: Occasion,
    /// Who was there.
    #[serde(default)]
    pub present: Vec<Text>,
    /// Cases that were discussed, by number. What is decided about a case also goes into that case.
    #[serde(default)]
    pub cases: Vec<DiscussedCase>,
    /// Other matters of the work: load, team, wellbeing.
    pub matters: Option<Narrative>,
    /// Who does what by when.
    #[serde(default)]
    pub actions: Vec<AgreedAction>,
    /// Day of the next meeting.
    pub next: Option<Date>,
}

/// A case that was discussed.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DiscussedCase {
    /// Number of the case; never a name.
    #[schemars(with = "String", extend("pattern" = "^[A-Z]{1,12}-[0-9]{4}-[0-9]{4,6}$"))]
    pub case: crate::names::Unit,
    /// What was discussed.
    pub discussed: Narrative,
    /// What was decided.
    pub decision: Narrative,
}

/// A training.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Day, or its first day.
    pub date: Date,
    /// Topic.
    pub topic: Text,
    /// Area.
    pub area: TrainingArea,
    /// Who gave it.
    pub provider: Option<Text>,
    /// How many hours it took.
    #[schemars(range(min = 0, max = 2000))]
    pub hours: Option<u32>,
    /// What the person takes from it for the work.
    pub learned: Option<Narrative>,
}

/// Casework hours of a week or month, by what they went to (source 002 §5.2.2.1).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Hours in contact with clients whose cases are new.
    #[schemars(range(min = 0, max = 400))]
    pub contact_new: u32,
    /// Hours in contact with other clients.
    #[schemars(range(min = 0, max = 400))]
    pub contact_other: u32,
    /// Hours of coordination with services and agencies.
    #[schemars(range(min = 0, max = 400))]
    pub coordination: u32,
    /// Other hours of work: records, meetings, training.
    #[schemars(range(min = 0, max = 400))]
    pub other: u32,
    /// What explains them.
    pub note: Option<Narrative>,
}
