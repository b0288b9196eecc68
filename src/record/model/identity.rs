//! Who the case is about and who works on it: case, client, team, people.

use super::scalar::{Date, Lang, Narrative, Text};
use super::vocabulary::{BirthCertainty, Concern, Gender, ReachKind, RiskLevel, YesNo};
use crate::names::{PersonId, Status};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The case itself: its number and its life before the archive.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Full case number: category, year of admission, client number, such as `UASC-2016-0012`.
    #[schemars(with = "String", extend("pattern" = "^[A-Z]{1,12}-[0-9]{4}-[0-9]{4,6}$"))]
    pub number: crate::names::Unit,
    /// Day of admission to the programme.
    pub admitted: Date,
    /// Stage of the case management process, from the programme's list.
    pub stage: Option<String>,
    /// Level of service, from the programme's list (source 003: casual, low, moderate, high).
    pub service_level: Option<String>,
    /// Who referred the client: agency, office or person.
    pub referred_by: Option<Text>,
    /// Day the referral was received.
    pub referred_on: Option<Date>,
    /// Why the client was referred.
    pub referral_reason: Option<Narrative>,
    /// What happened before this archive existed, oldest first; the last is the present status.
    #[serde(default)]
    pub history: Vec<PastStatus>,
    /// Where the paper folder stands, or who took it out.
    pub paper_folder: Option<super::PaperFolder>,
}

/// One status the case had before the archive.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PastStatus {
    /// The status.
    pub status: Status,
    /// The day it became true.
    pub since: Date,
    /// Why it changed.
    pub reason: Option<Narrative>,
}

/// The client: one person, or a family with its members.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Full name; of a family, the name it is known by.
    pub name: Text,
    /// The name in the client's own script, where `name` is a transliteration.
    pub name_own_script: Option<Text>,
    /// The name the client wants to be called by.
    pub known_as: Option<Text>,
    /// Date of birth; absent for a family.
    pub birth: Option<Birth>,
    /// Gender as the client states it.
    pub gender: Option<Gender>,
    /// Nationality or statelessness.
    pub nationality: Option<Text>,
    /// Ethnic or community group, where the client wants it noted.
    pub community: Option<Text>,
    /// Religion, where the client wants it noted.
    pub religion: Option<Text>,
    /// Immigration status.
    pub immigration_status: Option<Text>,
    /// Numbers of documents and registrations.
    #[serde(default)]
    pub documents: Vec<IdentityDocument>,
    /// Languages the client speaks, the best one first.
    #[serde(default)]
    pub languages: Vec<Lang>,
    /// Whether an interpreter is needed.
    pub interpreter: Option<Interpreter>,
    /// Portrait, a file beside the record.
    pub photograph: Option<Photograph>,
    /// Ways to reach the client.
    #[serde(default)]
    pub reach: Vec<Reach>,
    /// Needs and particular vulnerabilities seen at intake (source 002 item 6).
    #[serde(default)]
    pub vulnerabilities: Vec<Narrative>,
    /// What the client is good at and can build on (source 003).
    #[serde(default)]
    pub strengths: Vec<Narrative>,
    /// The client's own view of the situation and wishes.
    pub own_words: Option<Narrative>,
    /// Day the client was last seen face to face, where no contact in this record shows it.
    pub last_seen: Option<Date>,
    /// Whether papers can safely be taken home.
    pub safe_to_take_home: Option<YesNo>,
    /// Members of the family, where the client is a family.
    #[serde(default)]
    pub members: Vec<Member>,
}

/// A date of birth and how sure it is.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Birth {
    /// The date.
    pub date: Date,
    /// How sure it is.
    pub certainty: BirthCertainty,
    /// Where it is known from.
    pub source: Option<Text>,
}

/// A document or registration of the client.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityDocument {
    /// Sort of document: passport, refugee card, birth certificate.
    pub kind: Text,
    /// Its number.
    pub number: Option<Text>,
    /// Last day of validity.
    pub expires: Option<Date>,
}

/// Whether and how an interpreter is needed.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Interpreter {
    /// Whether one is needed.
    pub needed: bool,
    /// Into which language.
    pub language: Option<Lang>,
    /// Wishes, such as a woman, or nobody from the same community.
    pub wishes: Option<Text>,
}

/// A photograph beside the record.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Photograph {
    /// File name, relative to the record's folder.
    #[schemars(extend("x-casefile" = "image"))]
    pub file: String,
    /// What it shows, for those who cannot see it.
    pub alt: Text,
    /// Caption.
    pub caption: Option<Text>,
    /// Day it was taken.
    pub date: Option<Date>,
}

/// One way to reach a person.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reach {
    /// Sort of way.
    pub kind: ReachKind,
    /// The number, address or account.
    pub value: Text,
    /// `yes`, `no`, or a condition such as `when her brother is at work`.
    pub safe: Text,
    /// What to know before using it.
    pub note: Option<Text>,
}

/// A member of a family that is the client.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Full name.
    pub name: Text,
    /// Relation to the family: mother, father, child.
    pub relation: Text,
    /// Date of birth.
    pub birth: Option<Birth>,
    /// Gender as the person states it.
    pub gender: Option<Gender>,
    /// Level of risk of this member.
    pub risk: Option<RiskLevel>,
    /// Day this member was last seen face to face.
    pub last_seen: Option<Date>,
    /// What matters about this member.
    pub note: Option<Narrative>,
}

/// Who works on the case.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// The case manager.
    pub manager: Staff,
    /// The case supervisor.
    pub supervisor: Staff,
}

/// A member of staff.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// The person's id in the archive, such as `aisha`.
    #[schemars(with = "String", extend("pattern" = "^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$"))]
    pub id: PersonId,
    /// Full name, as it stands in every header.
    pub name: Text,
    /// Telephone at work.
    pub phone: Option<Text>,
}

/// A person in the client's life: family, carer, professional, or somebody to beware of.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Short name for references within this record, such as `foster-mother`.
    #[schemars(extend("pattern" = "^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$"))]
    pub id: String,
    /// Full name.
    pub name: Text,
    /// Relation to the client.
    pub relation: Text,
    /// Agency or workplace.
    pub agency: Option<Text>,
    /// What the person means for the client's safety.
    #[serde(default = "no_concern")]
    pub concern: Concern,
    /// Ways to reach the person.
    #[serde(default)]
    pub reach: Vec<Reach>,
    /// Kinds of document this person may receive.
    #[serde(default)]
    pub may_receive: Vec<String>,
    /// Whether the person may be named in the client's copy: `client` or nothing.
    pub share: Option<Share>,
    /// What matters about this person.
    pub note: Option<Narrative>,
}

fn no_concern() -> Concern {
    Concern::None
}

/// With whom something may be shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Share {
    /// It may stand in the client's copy.
    Client,
}
