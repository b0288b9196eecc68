//! A referral before admission: who referred whom and why, and what screening found (source 002 §5.1.1).

use super::Folder;
use crate::record::model::identity::{Birth, Interpreter, Reach, Staff};
use crate::record::model::scalar::{Date, Lang, Narrative, Text, Time};
use crate::record::model::vocabulary::{Gender, YesNo, vocabulary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// Who refers a case (source 002 §5.1.1).
    ReferrerKind {
        /// Government.
        Government,
        /// Non-governmental organisation.
        Ngo,
        /// Community based organisation.
        CommunityOrganisation,
        /// UN agency.
        UnAgency,
        /// School.
        School,
        /// The client, or somebody of the family.
        SelfReferral,
    }
    /// What screening leads to.
    ScreeningOutcome {
        /// Put before the admission case conference.
        Conference,
        /// Admitted.
        Admitted,
        /// More has to be found out first.
        MoreInformation,
        /// Not admitted, and referred onward.
        Declined,
    }
}

/// A referral that has not been admitted: kept by the case supervisor and the worker it was given to.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferralRecord {
    /// Format of this file, always `referral/1`.
    #[schemars(extend("const" = "referral/1"))]
    pub casefile: String,
    /// Programme whose rules hold: the name of a file in `programmes/`.
    pub programme: String,
    /// Language the narratives are written in, where they do not say otherwise.
    #[serde(default = "super::super::english")]
    pub lang: Lang,
    /// The folder, its author (the worker) and who is responsible (the case supervisor).
    pub folder: Folder,
    /// When the referral was received: from here the clock of the first contact runs.
    pub received: Received,
    /// Who refers (source 002 §5.1.1).
    pub referrer: Referrer,
    /// Who is referred.
    pub client: ReferredClient,
    /// Why the client is referred.
    pub reason: Narrative,
    /// Needs that cannot wait.
    pub urgent: Option<Narrative>,
    /// What is known of dangers now.
    pub safety: Option<Narrative>,
    /// Whether the client knows of the referral and agrees.
    pub client_agrees: Option<YesNo>,
    /// The first contact with the client.
    pub first_contact: Option<FirstContact>,
    /// What screening found.
    pub screening: Option<Screening>,
    /// The case it became; `casefile admit --referral` writes it.
    #[schemars(with = "Option<String>", extend("pattern" = "^[A-Z]{1,12}-[0-9]{4}-[0-9]{4,6}$"))]
    pub admitted_to: Option<crate::names::Unit>,
}

/// When something was received.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Received {
    /// Day.
    pub date: Date,
    /// Time.
    pub at: Option<Time>,
    /// Who received it.
    pub by: Option<Text>,
    /// How it came: in writing, by telephone, in person.
    pub how: Option<Text>,
}

/// The agency or person that refers.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Referrer {
    /// Sort of referrer.
    pub kind: ReferrerKind,
    /// Name of the agency, or of the person.
    pub name: Text,
    /// Who to ask there, and how to reach them at work.
    pub contact: Option<Text>,
}

/// The client as the referral describes them.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferredClient {
    /// Name.
    pub name: Text,
    /// Date of birth.
    pub birth: Option<Birth>,
    /// Gender as the client states it.
    pub gender: Option<Gender>,
    /// Nationality or statelessness.
    pub nationality: Option<Text>,
    /// Immigration status where it matters (source 002 §5.1.1).
    pub immigration_status: Option<Text>,
    /// Languages the client speaks, the best one first.
    #[serde(default)]
    pub languages: Vec<Lang>,
    /// Whether an interpreter is needed.
    pub interpreter: Option<Interpreter>,
    /// Where and with whom the client lives now.
    pub living: Option<Narrative>,
    /// Ways to reach the client.
    #[serde(default)]
    pub reach: Vec<Reach>,
}

/// The first contact after a referral (source 000: within 7 days, 72 hours or 48 hours).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstContact {
    /// Day.
    pub date: Date,
    /// Time.
    pub at: Option<Time>,
    /// How: visit, telephone.
    pub how: Option<Text>,
    /// What was said.
    pub note: Option<Narrative>,
}

/// The screening of a referral (source 002 §5.1.1, step 2).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Screening {
    /// Day.
    pub date: Date,
    /// Who screened.
    pub by: Staff,
    /// Criteria of the programme, one by one.
    #[serde(default)]
    pub criteria: Vec<Criterion>,
    /// What it leads to.
    pub outcome: ScreeningOutcome,
    /// Why.
    pub reasons: Option<Narrative>,
    /// Where the client was referred onward, if not admitted.
    pub onward: Option<Text>,
    /// How and when client and referrer were told.
    pub told: Option<Narrative>,
}

/// One criterion of admission.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// The criterion.
    pub criterion: Text,
    /// Whether it is met.
    pub met: YesNo,
    /// What shows it.
    pub note: Option<Narrative>,
}
