//! A complaint: what was said, who looks into it, what was found and answered (source 002 §5.6.3, Annex 5).

use super::{Folder, Received};
use crate::names::PersonId;
use crate::record::model::scalar::{Date, Lang, Narrative, Text};
use crate::record::model::vocabulary::{YesNo, vocabulary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// The way a complaint goes (source 002 §5.6.3).
    ComplaintRoute {
        /// External: of a client, partner or implementing agency.
        External,
        /// Internal: conflict between members of staff.
        Interpersonal,
        /// Internal: serious violation of policies, ethical standards, or misconduct.
        Serious,
    }
    /// As what somebody complains (source 002 §5.6.3).
    ComplainantKind {
        /// Client.
        Client,
        /// Partner.
        Partner,
        /// Implementing agency.
        ImplementingAgency,
        /// Member of staff.
        Staff,
        /// Volunteer.
        Volunteer,
    }
    /// The place of somebody in the agency, which decides who may investigate.
    OfficeRole {
        /// Case manager.
        CaseManager,
        /// Case supervisor.
        CaseSupervisor,
        /// Project director.
        ProjectDirector,
        /// Administrator.
        Administrator,
        /// Volunteer or somebody else of the agency.
        Other,
        /// Expert from outside the agency.
        OutsideExpert,
    }
    /// What an investigation finds of an allegation.
    FindingResult {
        /// It is borne out.
        Substantiated,
        /// It is borne out in part.
        Partly,
        /// It is not borne out.
        NotSubstantiated,
        /// It could not be cleared up.
        Unresolved,
    }
}

/// A complaint and everything that follows from it. Nobody whom it is about reads it; they get the
/// statement of the allegations (source 002 §5.6.3).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComplaintRecord {
    /// Format of this file, always `complaint/1`.
    #[schemars(extend("const" = "complaint/1"))]
    pub casefile: String,
    /// Programme whose rules hold: the name of a file in `programmes/`.
    pub programme: String,
    /// Language the narratives are written in, where they do not say otherwise.
    #[serde(default = "super::super::english")]
    pub lang: Lang,
    /// The folder, its author and who is responsible for the answer.
    pub folder: Folder,
    /// When and by whom the complaint was received: the 15 days run from here.
    pub received: Received,
    /// External, interpersonal, or a serious violation.
    pub route: ComplaintRoute,
    /// To whom it was submitted (source 002 §5.6.3: case supervisor, project director or administrator).
    pub submitted_to: OfficeRole,
    /// Who complains.
    pub complainant: Complainant,
    /// Whom the complaint is about; nobody where it is about the service.
    #[serde(default)]
    pub about: Vec<ComplainedAbout>,
    /// What the complaint is: the words of the complainant.
    pub what: Narrative,
    /// When it happened.
    pub happened: Option<Text>,
    /// Where it happened.
    pub place: Option<Text>,
    /// Who saw or knows of it.
    #[serde(default)]
    pub witnesses: Vec<Text>,
    /// The policy or standard that was violated, for a serious violation.
    pub policy: Option<Text>,
    /// What was tried before to solve it by informal means.
    pub informal: Option<Narrative>,
    /// What the complainant wishes.
    pub wishes: Option<Wishes>,
    /// Who investigates.
    pub investigator: Option<Investigator>,
    /// The allegations as they are told to those whom the complaint is about, so that they can refute them.
    pub statement: Option<Narrative>,
    /// What those whom the complaint is about say to the allegations.
    #[serde(default)]
    pub refutations: Vec<Refutation>,
    /// Steps of the investigation, oldest first.
    #[serde(default)]
    pub steps: Vec<InvestigationStep>,
    /// What was found of each allegation.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// The written answer.
    pub response: Option<ComplaintResponse>,
    /// Legal action: report to the police or an authority, proceedings.
    pub legal_action: Option<Narrative>,
    /// Administrative action: warning, suspension, end of employment, changes of practice.
    pub administrative_action: Option<Narrative>,
}

/// Who complains.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Complainant {
    /// As what.
    pub kind: ComplainantKind,
    /// Name; absent where the complaint is anonymous.
    pub name: Option<Text>,
    /// Agency, or the case number of a client.
    pub of: Option<Text>,
    /// How to reach the complainant in confidence.
    pub reach: Option<Text>,
    /// Whether the complainant may be called for further information.
    pub may_be_called: Option<YesNo>,
    /// Language of the complainant, where the answer must be in it.
    pub language: Option<Lang>,
}

/// Somebody the complaint is about.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComplainedAbout {
    /// The person's id in the archive, where the person has one: the folder stays closed to it.
    #[schemars(with = "Option<String>", extend("pattern" = "^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$"))]
    pub id: Option<PersonId>,
    /// Name.
    pub name: Text,
    /// As what.
    pub role: OfficeRole,
}

/// What a complainant wishes.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wishes {
    /// Another case manager (source 002 §5.6.3).
    pub change_manager: YesNo,
    /// An end of the services (source 002 §5.6.3).
    pub end_services: YesNo,
    /// What else.
    pub other: Option<Narrative>,
}

/// Who investigates: the case supervisor; the project director where it is serious or about the case
/// supervisor; an expert from outside where it is about the project director.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Investigator {
    /// The person's id in the archive; an expert from outside may have none.
    #[schemars(with = "Option<String>", extend("pattern" = "^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$"))]
    pub id: Option<PersonId>,
    /// Name.
    pub name: Text,
    /// As what.
    pub role: OfficeRole,
    /// First day.
    pub from: Option<Date>,
}

/// The answer of somebody to the allegations.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refutation {
    /// Day.
    pub date: Date,
    /// Who.
    pub name: Text,
    /// What was said.
    pub text: Narrative,
}

/// A step of the investigation.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InvestigationStep {
    /// Day.
    pub date: Date,
    /// What was done: whom one spoke to, what was looked at.
    pub what: Narrative,
}

/// What was found of one allegation.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The allegation.
    pub allegation: Narrative,
    /// What was found.
    pub result: FindingResult,
    /// Why.
    pub reasons: Option<Narrative>,
}

/// The written answer to a complaint, within 15 days of receiving it (source 002 §5.6.3).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComplaintResponse {
    /// Day of the answer.
    pub date: Date,
    /// To whom it is written.
    pub to: Text,
    /// What was found, as the complainant is told.
    pub findings: Narrative,
    /// The solution or course of action.
    pub action: Narrative,
    /// How all parties can refute what was found, until when and with whom.
    pub refute: Narrative,
    /// Whether the case manager changes, or the services end, as was wished.
    pub wishes: Option<Narrative>,
    /// Another day that was agreed for the answer, where 15 days were too short.
    pub extended_to: Option<Date>,
    /// Why 15 days were too short.
    pub extended_why: Option<Narrative>,
}
