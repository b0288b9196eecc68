//! Debriefing: what a case manager and a third party speak about (source 002 §5.4, Annex 4a and 4b).

use super::Folder;
use crate::names::PersonId;
use crate::record::model::identity::Staff;
use crate::record::model::scalar::{Date, Lang, Narrative, Text};
use crate::record::model::vocabulary::{YesNo, vocabulary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// Whether a meeting is with one person or with the group.
    MeetingForm {
        /// With one person.
        Individual,
        /// With the group.
        Group,
    }
    /// Why people meet (source 002 §5.2.3, §5.4).
    Occasion {
        /// As planned.
        Regular,
        /// After an incident or emergency.
        Incident,
        /// At the monthly team review.
        TeamReview,
    }
}

/// The debriefings of one person: read by that person and the one who facilitates them.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DebriefingRecord {
    /// Format of this file, always `debriefing/1`.
    #[schemars(extend("const" = "debriefing/1"))]
    pub casefile: String,
    /// Programme whose rules hold: the name of a file in `programmes/`.
    pub programme: String,
    /// Language the narratives are written in, where they do not say otherwise.
    #[serde(default = "super::super::english")]
    pub lang: Lang,
    /// The folder, its author and who is responsible.
    pub folder: Folder,
    /// The member of staff who is debriefed.
    pub person: Staff,
    /// Who facilitates.
    pub facilitator: Facilitator,
    /// Debriefings, oldest first.
    #[serde(default)]
    pub sessions: Vec<Session>,
}

/// Who facilitates a debriefing.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Facilitator {
    /// The person's id in the archive, where the person has one.
    #[schemars(with = "Option<String>", extend("pattern" = "^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$"))]
    pub id: Option<PersonId>,
    /// Name.
    pub name: Text,
    /// Practice or agency.
    pub agency: Option<Text>,
    /// Whether the facilitator is an independent third party, as source 002 §5.4 recommends.
    pub third_party: YesNo,
}

/// One debriefing.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Day.
    pub date: Date,
    /// With one person or with the group.
    pub form: MeetingForm,
    /// Why now.
    pub occasion: Occasion,
    /// What was learned and is worth sharing.
    pub learning: Option<Narrative>,
    /// The critical incident and how it is seen now.
    pub incident: Option<Narrative>,
    /// Strategies that follow.
    pub strategies: Option<Narrative>,
    /// Emotions and personal development.
    pub reflection: Option<Narrative>,
    /// Personal stressors.
    pub stressors: Option<Narrative>,
    /// Signs of burnout, and what is done about them: another role for a time, a break, help from outside.
    pub burnout: Option<Narrative>,
    /// What is agreed.
    pub agreed: Option<Narrative>,
    /// The summary that the person releases to the case supervisor; nothing else leaves the folder.
    pub released: Option<Narrative>,
    /// Day of the next debriefing.
    pub next: Option<Date>,
}
