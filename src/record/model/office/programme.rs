//! What is kept of the programme as a whole: services, agreements with schools, leave, evaluations,
//! reviews of the standards, figures (sources 000, 002 §5.6.1, 003). No case data.

use super::{AgreedAction, Figures, Folder};
use crate::names::Unit;
use crate::record::model::identity::Staff;
use crate::record::model::scalar::{Date, Lang, Narrative, Text};
use crate::record::model::vocabulary::{Area, vocabulary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// Sort of agreement with a school (source 000).
    SchoolAgreementKind {
        /// Services agreement.
        ServicesAgreement,
        /// Purchase order.
        PurchaseOrder,
    }
    /// Sort of meeting that comes round (sources 000, 002 §5.2.3).
    MeetingKind {
        /// Meeting of the team.
        Team,
        /// Peer case conferencing.
        Peer,
        /// Update of the case supervisor to the project director.
        Update,
    }
    /// Sort of leave (source 000: planned and unplanned leave).
    LeaveKind {
        /// Planned, such as annual leave.
        Planned,
        /// Unplanned, such as illness.
        Unplanned,
    }
    /// The four service delivery standards (source 000).
    Standard {
        /// Case management.
        CaseManagement,
        /// Human resources.
        HumanResources,
        /// Organisational capacity.
        OrganisationalCapacity,
        /// Data, reporting and communication.
        DataReportingCommunication,
    }
    /// Level of a standard; each includes the one before (source 000).
    StandardLevel {
        /// Functioning: the minimum standard.
        Functioning,
        /// Strategic: the high standard.
        Strategic,
        /// Embedded: the excellent standard.
        Embedded,
    }
    /// Whether an element of a standard is met.
    ElementMet {
        /// Met.
        Met,
        /// Met in part.
        Partly,
        /// Not met.
        NotMet,
    }
}

/// A record of the programme: read by those whom the agency names. It holds no case data.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeRecord {
    /// Format of this file, always `programme/1`.
    #[schemars(extend("const" = "programme/1"))]
    pub casefile: String,
    /// Programme it is about: the name of a file in `programmes/`.
    pub programme: String,
    /// Language the narratives are written in, where they do not say otherwise.
    #[serde(default = "super::super::english")]
    pub lang: Lang,
    /// The folder, its author and who is responsible.
    pub folder: Folder,
    /// Who else reads the folder.
    #[serde(default)]
    pub readers: Vec<Staff>,
    /// The map of services (source 002 §5.2.2.1 item 11).
    #[serde(default)]
    pub services: Vec<MappedService>,
    /// Agreements with schools, oldest first (source 000).
    #[serde(default)]
    pub school_agreements: Vec<SchoolAgreement>,
    /// Meetings that were held: the latest of each kind says when the next one is due.
    #[serde(default)]
    pub meetings: Vec<Meeting>,
    /// Leave of members of staff and who stands in (source 000).
    #[serde(default)]
    pub leaves: Vec<Leave>,
    /// Evaluations with stakeholders, oldest first (source 000).
    #[serde(default)]
    pub evaluations: Vec<Evaluation>,
    /// Reviews of the service against the standards, oldest first (source 000).
    #[serde(default)]
    pub standards: Vec<StandardsReview>,
    /// Figures of periods, oldest first.
    #[serde(default)]
    pub figures: Vec<Figures>,
}

/// A service that clients can use.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MappedService {
    /// What it offers.
    pub service: Text,
    /// Area of life.
    pub area: Area,
    /// Who provides it.
    pub provider: Text,
    /// How to reach it.
    pub contact: Text,
    /// Where it is.
    pub place: Option<Text>,
    /// Whom it is for, what it costs, which papers it asks for.
    pub conditions: Option<Narrative>,
    /// Languages spoken there.
    #[serde(default)]
    pub languages: Vec<Lang>,
    /// Day somebody last made sure of all this.
    pub checked: Option<Date>,
}

/// An agreement or purchase order with a school (source 000).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchoolAgreement {
    /// Day of the agreement.
    pub date: Date,
    /// Sort.
    pub kind: SchoolAgreementKind,
    /// The school.
    pub school: Text,
    /// The school's principal or site leader.
    pub principal: Text,
    /// The agency that provides the services.
    pub agency: Text,
    /// Number of the purchase order.
    pub order_number: Option<Text>,
    /// First day it holds.
    pub from: Date,
    /// Last day it holds.
    pub until: Date,
    /// Places for students.
    #[schemars(range(min = 0, max = 10000))]
    pub places: Option<u32>,
    /// Services, one by one.
    #[serde(default)]
    pub services: Vec<Narrative>,
    /// What is reported to the school, and when.
    pub reporting: Option<Narrative>,
    /// What may be shared about students, and on what ground.
    pub information: Option<Narrative>,
    /// Who signs for the agency.
    pub signs: Option<Text>,
}

/// A meeting that was held.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    /// Day.
    pub date: Date,
    /// Sort of meeting.
    pub kind: MeetingKind,
    /// What was agreed; no names of clients.
    pub note: Option<Narrative>,
}

/// Leave of a member of staff and who stands in.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// Who is away.
    pub person: Staff,
    /// Planned or not; the reason is nobody's business here.
    pub kind: LeaveKind,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Who covers which case.
    #[serde(default)]
    pub covers: Vec<Cover>,
    /// What else must go on: duty telephone, groups, reports that fall due.
    pub duties: Option<Narrative>,
    /// How clients, schools and carers are told.
    pub told: Option<Narrative>,
}

/// Who covers a case, and when.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cover {
    /// Number of the case; never a name.
    #[schemars(with = "String", extend("pattern" = "^[A-Z]{1,12}-[0-9]{4}-[0-9]{4,6}$"))]
    pub case: Unit,
    /// Who covers it.
    pub by: Staff,
    /// First day, where it is not that of the leave.
    pub from: Option<Date>,
    /// Last day, where it is not that of the leave.
    pub until: Option<Date>,
    /// What falls into this time: visits, reports.
    pub due: Option<Narrative>,
}

/// A yearly evaluation with key stakeholders (source 000, level embedded).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// Day of the report.
    pub date: Date,
    /// First day of what was evaluated.
    pub from: Date,
    /// Last day of what was evaluated.
    pub until: Date,
    /// Who took part, and how.
    #[serde(default)]
    pub stakeholders: Vec<Stakeholder>,
    /// How it was done.
    pub method: Option<Narrative>,
    /// Findings, one by one.
    #[serde(default)]
    pub findings: Vec<Narrative>,
    /// Recommendations: what, who, by when.
    #[serde(default)]
    pub recommendations: Vec<AgreedAction>,
    /// What became of the recommendations of the year before.
    pub last_year: Option<Narrative>,
}

/// Somebody who took part in an evaluation.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stakeholder {
    /// Who: young people, families, schools, services.
    pub name: Text,
    /// How they took part.
    pub how: Option<Text>,
}

/// A review of the service against the standards (source 000).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardsReview {
    /// Day.
    pub date: Date,
    /// Who took part.
    #[serde(default)]
    pub present: Vec<Text>,
    /// Elements of the standards, one by one.
    #[serde(default)]
    pub elements: Vec<ReviewedElement>,
    /// Stages of the case management process (source 001).
    #[serde(default)]
    pub stages: Vec<ReviewedStage>,
    /// What follows: who does what by when.
    #[serde(default)]
    pub actions: Vec<AgreedAction>,
}

/// One element of a standard.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewedElement {
    /// The standard.
    pub standard: Standard,
    /// The level the element belongs to.
    pub level: StandardLevel,
    /// The element.
    pub element: Text,
    /// Whether it is met.
    pub met: ElementMet,
    /// What shows it.
    pub evidence: Option<Narrative>,
}

/// One stage of the case management process (source 001).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewedStage {
    /// The stage, as the programme calls it.
    pub stage: Text,
    /// Response time.
    pub response_time: Option<Narrative>,
    /// Contact with clients.
    pub client_contact: Option<Narrative>,
    /// Approval by a supervisor.
    pub supervisor_approval: Option<Narrative>,
    /// Documentation.
    pub documentation: Option<Narrative>,
}
