//! What statutory and placing agencies write down: permanency plans, agreements, reviews of placements,
//! reports to conferences, contributions, adoption (sources 001, 003, 004 and 002 §5.2.2.1).

use super::scalar::{Date, Narrative, Text};
use super::vocabulary::vocabulary;
use super::{Area, YesNo};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// Case plan goal of a permanency plan, in the order of preference (source 004).
    CasePlanGoal {
        /// The child stays with the family.
        Preservation,
        /// The child goes back to the family.
        Restoration,
        /// Guardianship, if possible with family or kin.
        Guardianship,
        /// Open adoption; for an Aboriginal child the last preference of all.
        OpenAdoption,
        /// Foster or residential care in the parental responsibility of the Minister.
        Care,
    }
    /// Sort of agreement with a family or guardian (source 001, chapter 2 sections 5 to 10).
    AgreementKind {
        /// Family support agreement (1.2.6).
        FamilySupport,
        /// Kinship care agreement (1.2.7).
        KinshipCare,
        /// Customary care agreement (1.2.8).
        CustomaryCare,
        /// Voluntary care agreement (1.2.9).
        VoluntaryCare,
        /// Voluntary placement of a child (1.2.5).
        VoluntaryPlacement,
        /// Voluntary surrender of guardianship (1.2.10).
        SurrenderOfGuardianship,
    }
    /// Sort of visit on the way to an adoption (source 001, chapter 6).
    AdoptionVisitKind {
        /// Visit before the child is placed.
        PrePlacement,
        /// Visit in the supervisory or probationary period.
        Probation,
    }
}

impl CasePlanGoal {
    /// The goals in the order of preference (source 004): each only where the one before is not possible.
    /// For an Aboriginal child open adoption comes after all others.
    pub fn preference(aboriginal: YesNo) -> [Self; 5] {
        use CasePlanGoal::{Care, Guardianship, OpenAdoption, Preservation, Restoration};
        match aboriginal {
            YesNo::Yes => [Preservation, Restoration, Guardianship, Care, OpenAdoption],
            YesNo::No | YesNo::Unknown => [Preservation, Restoration, Guardianship, OpenAdoption, Care],
        }
    }
}

/// The permanency case plan (source 004).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Permanency {
    /// Day of the plan.
    pub date: Date,
    /// The case plan goal.
    pub goal: CasePlanGoal,
    /// Whether the child is Aboriginal: then open adoption is the last preference of all.
    pub aboriginal: YesNo,
    /// Goals that come before this one in the order of preference, and why each was ruled out.
    #[serde(default)]
    pub ruled_out: Vec<RuledOut>,
    /// What the child needs to be safe.
    pub safety_needs: Narrative,
    /// What the child needs to have a lasting home.
    pub permanency_needs: Narrative,
    /// What the child needs to be well, and to recover from trauma.
    pub wellbeing_needs: Option<Narrative>,
    /// Strengths of the family and what they build on.
    pub family_strengths: Option<Narrative>,
    /// Bonds with family, kin, community and culture, and how they are kept.
    pub connections: Option<Narrative>,
    /// Who took part in the planning, and how.
    #[serde(default)]
    pub participants: Vec<Participant>,
    /// The child's own view.
    pub child_view: Option<Narrative>,
    /// Reasons for the decisions.
    pub reasons: Narrative,
    /// Services that support the goal.
    #[serde(default)]
    pub services: Vec<PlannedService>,
    /// What is done at the same time in case the goal cannot be reached.
    pub alternative: Option<Narrative>,
    /// Day the goal is reviewed.
    pub review: Option<Date>,
}

/// A case plan goal that was ruled out.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuledOut {
    /// Which goal.
    pub goal: CasePlanGoal,
    /// Why it is not possible.
    pub reasons: Narrative,
}

/// Somebody who took part in planning.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Participant {
    /// Who: `client`, an id from `people`, or free words.
    pub who: Text,
    /// How this person took part: at a meeting, by letter, through an advocate.
    pub part: Option<Text>,
    /// What this person thinks of the plan.
    pub view: Option<Narrative>,
}

/// A service that a permanency plan calls for.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlannedService {
    /// The service.
    pub service: Text,
    /// Who gives it.
    pub provider: Option<Text>,
    /// What it is for.
    pub purpose: Narrative,
    /// First day.
    pub from: Option<Date>,
}

/// A review of the placement with the child and the foster parents (source 002, case managers for foster care, items 4, 6, 7).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacementReview {
    /// Day.
    pub date: Date,
    /// Who took part: `client`, ids from `people`, or free words.
    #[serde(default)]
    pub with: Vec<Text>,
    /// Whether the child was seen alone.
    pub seen_alone: Option<YesNo>,
    /// The child's view of the placement.
    pub child_view: Narrative,
    /// The foster parents' view.
    pub carers_view: Narrative,
    /// Whether the care meets the minimum standards.
    pub standards_met: Option<YesNo>,
    /// Gaps in the care.
    pub gaps: Option<Narrative>,
    /// Changes to the care plan.
    pub plan_changes: Option<Narrative>,
    /// Feedback to the foster parents' support worker.
    pub feedback: Option<Narrative>,
    /// Day of the next visit.
    pub next_visit: Option<Date>,
}

/// An agreement with a young adult after care (source 001 section 8).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct YoungAdultAgreement {
    /// Day of the agreement.
    pub date: Date,
    /// First day it holds.
    pub from: Date,
    /// Last day it holds.
    pub until: Date,
    /// The young adult's own goals.
    pub goals: Narrative,
    /// Who makes it with the young adult.
    #[serde(default)]
    pub parties: Vec<Party>,
    /// Support agreed, by area of life.
    #[serde(default)]
    pub support: Vec<AgreedSupport>,
    /// What the young adult does.
    pub young_adult_does: Option<Narrative>,
    /// How it can be changed or ended before its time.
    pub ending: Option<Narrative>,
    /// Day it is reviewed.
    pub review: Option<Date>,
}

/// Support that was agreed.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreedSupport {
    /// Area of life.
    pub area: Area,
    /// The support.
    pub support: Narrative,
    /// How much or how often.
    pub amount: Option<Text>,
    /// Last day, where it ends before the agreement.
    pub until: Option<Date>,
}

/// A party to an agreement.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Name of the person or agency.
    pub name: Text,
    /// As what: parent, guardian, kinship carer, agency, community.
    pub role: Text,
    /// What this party does.
    pub does: Option<Narrative>,
}

/// An agreement with a family or guardian (source 001, sections 1.2.5 to 1.2.10).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceAgreement {
    /// Sort of agreement.
    pub kind: AgreementKind,
    /// Day of the agreement.
    pub date: Date,
    /// First day it holds.
    pub from: Date,
    /// Last day it holds; a surrender of guardianship has none.
    pub until: Option<Date>,
    /// Why it is made.
    pub reasons: Option<Narrative>,
    /// The parties.
    #[serde(default)]
    pub parties: Vec<Party>,
    /// The terms, one by one.
    #[serde(default)]
    pub terms: Vec<Narrative>,
    /// The child's view.
    pub child_view: Option<Narrative>,
    /// How it was explained, in which language, and what independent advice there was.
    pub explained: Option<Narrative>,
    /// How it can be changed or ended.
    pub ending: Option<Narrative>,
    /// Day it is reviewed.
    pub review: Option<Date>,
}

/// Who leads where several agencies work on a case, or to whom case management goes (sources 003, 004).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Responsibility {
    /// Day of the agreement.
    pub date: Date,
    /// The agency that leads.
    pub lead: Text,
    /// From when on it leads.
    pub from: Date,
    /// The agency that led before, where case management is transferred.
    pub before: Option<Text>,
    /// Why.
    pub reasons: Option<Narrative>,
    /// The agencies, and what each does.
    #[serde(default)]
    pub agencies: Vec<AgencyPart>,
    /// How they keep each other informed, and what may be shared.
    pub information: Option<Narrative>,
    /// How differences are settled.
    pub differences: Option<Narrative>,
    /// How and when the client was told, and what the client thinks of it.
    pub client_told: Option<Narrative>,
    /// Day it is reviewed.
    pub review: Option<Date>,
}

/// What one agency does.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgencyPart {
    /// The agency.
    pub agency: Text,
    /// Its worker, and how to reach them at work.
    pub worker: Option<Text>,
    /// What it does.
    pub does: Narrative,
}

/// A written report of a professional who cannot attend a conference (source 003).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfessionalReport {
    /// Day of the report.
    pub date: Date,
    /// Who wrote it.
    pub author: Text,
    /// Profession and agency.
    pub profession: Option<Text>,
    /// Day of the conference it is for.
    pub conference: Option<Date>,
    /// Prior involvement with the client.
    pub involvement: Narrative,
    /// What the professional sees now.
    pub situation: Option<Narrative>,
    /// What the professional recommends.
    pub recommendation: Option<Narrative>,
    /// Whether the client knows of the report.
    pub client_knows: YesNo,
    /// Whether the client has given permission.
    pub permission: YesNo,
    /// How client and professional spoke about it.
    pub permission_note: Option<Narrative>,
}

/// What a family contributes to the cost of care (source 001 names the form; its fields are the agency's).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contribution {
    /// Day of the calculation.
    pub date: Date,
    /// People in the household.
    #[schemars(range(min = 1, max = 40))]
    pub household: Option<u32>,
    /// Currency, such as `CAD`.
    pub currency: Text,
    /// Income of one month.
    #[serde(default)]
    pub income: Vec<Amount>,
    /// Expenses of one month.
    #[serde(default)]
    pub expenses: Vec<Amount>,
    /// Share of what is left that the agency asks for, in per cent.
    #[schemars(range(min = 0, max = 100))]
    pub share_percent: u32,
    /// Hardship and other reasons to ask for less, and the decision.
    pub decision: Narrative,
    /// First day the contribution is due.
    pub from: Option<Date>,
    /// Day it is calculated anew.
    pub review: Option<Date>,
}

/// An amount of money in a month.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// What it is.
    pub what: Text,
    /// The amount in whole units of the currency.
    #[schemars(range(min = 0, max = 10_000_000))]
    pub amount: u32,
    /// What proves it.
    pub proof: Option<Text>,
}

/// The way to an adoption (source 001, chapter 6).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Adoption {
    /// The adoption home.
    pub home: Text,
    /// Day the child was placed there.
    pub placed: Option<Date>,
    /// Last day of the supervisory or probationary period.
    pub probation_until: Option<Date>,
    /// Visits, oldest first.
    #[serde(default)]
    pub visits: Vec<AdoptionVisit>,
    /// What the agency recommends.
    pub recommendation: Option<Narrative>,
}

/// A visit on the way to an adoption.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdoptionVisit {
    /// Day.
    pub date: Date,
    /// Sort of visit.
    pub kind: AdoptionVisitKind,
    /// Whether the child was seen face to face.
    pub child_seen: YesNo,
    /// The child's progress in the home.
    pub progress: Narrative,
    /// The child's own view.
    pub child_view: Option<Narrative>,
    /// The adopting parents' view.
    pub parents_view: Option<Narrative>,
    /// Concerns, and what is done about them.
    pub concerns: Option<Narrative>,
    /// Day of the next visit.
    pub next: Option<Date>,
}
