//! The vocabularies of the five source documents: closed lists of words.
//!
//! What differs from programme to programme (stages, categories, service levels) is not here but in
//! `programmes/`; a record's word is checked against its programme's list.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! vocabulary {
    ($($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        #[schemars(extend("x-casefile" = "vocabulary"))]
        pub enum $name { $($(#[$word_doc])* $word),+ }

        impl $name {
            /// Every word of the list.
            pub const ALL: &'static [Self] = &[$(Self::$word),+];
        }
    )+};
}
pub(super) use vocabulary;

vocabulary! {
    /// How sure a date of birth is. Estimated and disputed dates never change a status by themselves.
    BirthCertainty {
        /// From a document or otherwise undisputed.
        Exact,
        /// Estimated, for instance by an age assessment.
        Estimated,
        /// Disputed between the client and an authority.
        Disputed,
    }
    /// The client's gender as the client states it.
    Gender {
        /// Female.
        Female,
        /// Male.
        Male,
        /// Another gender.
        Other,
        /// Not stated.
        NotStated,
    }
    /// Level of risk (source 001; `very-high` is source 004).
    RiskLevel {
        /// No risk found.
        None,
        /// Low.
        Low,
        /// Medium.
        Medium,
        /// High.
        High,
        /// Very high (004).
        VeryHigh,
    }
    /// What a person means for the client's safety.
    Concern {
        /// No concern.
        None,
        /// A person of concern: never a recipient of anything.
        PersonOfConcern,
        /// Under a no-contact order.
        NoContactOrder,
    }
    /// How a person can be reached.
    ReachKind {
        /// Telephone or mobile number.
        Phone,
        /// E-mail address.
        Email,
        /// Postal or home address.
        Address,
        /// A messenger account.
        Messenger,
        /// Through another person.
        Through,
    }
    /// Sort of contact (source 002 §5.5).
    ContactKind {
        /// A visit where the client lives.
        HomeVisit,
        /// An interview or session elsewhere.
        Interview,
        /// Telephone call.
        Call,
        /// E-mail.
        Email,
        /// Text message or messenger.
        Message,
        /// Visit to a service together with the client.
        ReferralVisit,
        /// Meeting about the case.
        Meeting,
        /// Coordination with others.
        Coordination,
        /// An attempt that reached nobody.
        Attempt,
        /// What supervision decided about this case.
        Supervision,
    }
    /// What a contact was for, where a rule asks for one.
    ContactPurpose {
        /// Telling the client who takes the case over (source 002 §5.2.4).
        Handover,
    }
    /// State of a goal.
    GoalState {
        /// Agreed, not begun.
        Planned,
        /// Being worked on.
        Active,
        /// Reached.
        Achieved,
        /// Reached in part.
        PartlyAchieved,
        /// Given up or replaced.
        Dropped,
    }
    /// State of a task.
    TaskState {
        /// To be done.
        Open,
        /// Done.
        Done,
        /// Given up.
        Dropped,
    }
    /// Who does a task (source 003: case manager or client within a time frame).
    TaskOwner {
        /// The client.
        Client,
        /// The case manager.
        CaseManager,
        /// The case supervisor.
        CaseSupervisor,
        /// A carer or family member.
        Carer,
        /// A service or another agency.
        Service,
    }
    /// Sort of assessment.
    AssessmentKind {
        /// Intake assessment.
        Intake,
        /// Needs and strengths.
        Needs,
        /// Safety of the child or the placement.
        Safety,
        /// Level of risk.
        Risk,
        /// Education.
        Education,
        /// Health.
        Health,
        /// Living skills.
        LivingSkills,
        /// Age.
        Age,
        /// Another assessment.
        Other,
    }
    /// Area of life that a need, strength or goal belongs to.
    Area {
        /// Safety and protection.
        Safety,
        /// Housing and placement.
        Housing,
        /// Physical health.
        Health,
        /// Mental health and wellbeing.
        Wellbeing,
        /// Education and training.
        Education,
        /// Work and income.
        Income,
        /// Legal and immigration matters.
        Legal,
        /// Family and relationships.
        Family,
        /// Community, culture and religion.
        Community,
        /// Skills of daily living.
        LivingSkills,
        /// Documents.
        Documents,
        /// Another area.
        Other,
    }
    /// Sort of placement (source 002 §5.1.2).
    PlacementKind {
        /// Foster care.
        Foster,
        /// Kinship care or informal foster care.
        Kinship,
        /// Independent group home.
        IndependentGroupHome,
        /// Residential care.
        Residential,
        /// At home with parents or guardians.
        Home,
        /// Refuge or crisis accommodation.
        Refuge,
        /// Own tenancy.
        Independent,
        /// Somewhere else.
        Other,
    }
    /// What a decision about placement does (source 001, Contact with Children).
    PlacementAction {
        /// Place the child.
        Place,
        /// Move the child to another placement.
        Move,
        /// Apprehend a child in need of protection.
        Apprehend,
        /// Leave the child at home.
        LeaveAtHome,
        /// Return the child home.
        ReturnHome,
    }
    /// Whether a service was reached after a referral.
    ReferralState {
        /// Sent, no answer yet.
        Sent,
        /// The service has accepted.
        Accepted,
        /// The service has declined.
        Declined,
        /// On a waiting list.
        Waiting,
        /// Completed.
        Completed,
    }
    /// What a consent is for (sources 002 §5.5, 003).
    ConsentKind {
        /// To receive services.
        Services,
        /// To share information.
        Sharing,
        /// To a case conference.
        Conference,
        /// To photographs.
        Photograph,
        /// To medical treatment.
        Medical,
        /// Of another sort.
        Other,
    }
    /// Who gives a consent.
    ConsentGiver {
        /// The client.
        Client,
        /// A parent.
        Parent,
        /// A guardian.
        Guardian,
        /// An authority.
        Authority,
    }
    /// How a consent was given.
    ConsentForm {
        /// In writing.
        Written,
        /// By word of mouth, noted by the worker.
        Oral,
        /// By thumb print or mark.
        Mark,
    }
    /// Sort of conference (sources 002 §5.2.2.4, 003, 000).
    ConferenceKind {
        /// Admission case conference.
        Admission,
        /// Case review case conference.
        Review,
        /// Emergency case conference.
        Emergency,
        /// Interagency planning and coordination.
        Interagency,
        /// Peer case conference.
        Peer,
        /// Convened by the police.
        Police,
    }
    /// How serious an incident was.
    IncidentKind {
        /// Injury or illness.
        Injury,
        /// Alleged abuse or neglect.
        Abuse,
        /// Absence or running away.
        Missing,
        /// Violence or threat.
        Violence,
        /// Self-harm or suicidal thoughts.
        SelfHarm,
        /// Arrest or detention.
        Detention,
        /// Damage, theft or another offence.
        Offence,
        /// Another reportable concern.
        Other,
    }
    /// Presence at a session or school day.
    Presence {
        /// Present.
        Present,
        /// Late.
        Late,
        /// Absent with excuse.
        Excused,
        /// Absent without excuse.
        Absent,
    }
    /// How a case ended (source 002 §5.5: under specified circumstances, usually a durable solution).
    ClosureCircumstance {
        /// Reunited with family.
        FamilyReunification,
        /// Resettled in a third country.
        Resettlement,
        /// Voluntary return.
        VoluntaryReturn,
        /// Local solution with lasting care.
        LocalSolution,
        /// Transition plan completed.
        TransitionCompleted,
        /// Aged out, six months over.
        AgedOut,
        /// Goals achieved, service completed.
        GoalsAchieved,
        /// Transferred to another agency.
        Transferred,
        /// Left the country.
        LeftCountry,
        /// Untraceable.
        Untraceable,
        /// The client ended the service.
        ClientWithdrew,
        /// The client died.
        Died,
        /// Another circumstance.
        Other,
    }
    /// Yes, no or not known.
    YesNo {
        /// Yes.
        Yes,
        /// No.
        No,
        /// Not known.
        Unknown,
    }
}
