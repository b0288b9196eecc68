//! Figures of a period: counts without names, from which the reports to director, board and funders are
//! made (source 002 §5.2.3, §5.6.1, source 003).

use crate::record::model::identity::Staff;
use crate::record::model::scalar::{Date, Narrative, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Figures of a period. No names of clients, no labels.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Caseload of each case manager on the last day.
    #[serde(default)]
    pub managers: Vec<Caseload>,
    /// What is overdue, and what is done about it.
    pub overdue: Option<Narrative>,
    /// Services given, each with its count.
    #[serde(default)]
    pub services: Vec<Count>,
    /// Outcomes against the goals of case management.
    #[serde(default)]
    pub outcomes: Vec<Outcome>,
    /// What clients said, in short; averages only from five answers on.
    pub feedback: Option<FeedbackFigures>,
    /// Further counts, such as a data collection asks for.
    #[serde(default)]
    pub counts: Vec<Count>,
    /// What the figures show, and what follows.
    pub comment: Option<Narrative>,
}

/// The cases of one case manager.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Caseload {
    /// The case manager.
    pub manager: Staff,
    /// The case supervisor.
    pub supervisor: Option<Text>,
    /// Open cases.
    #[schemars(range(min = 0, max = 1000))]
    pub open: u32,
    /// Inactive cases.
    #[schemars(range(min = 0, max = 1000))]
    pub inactive: u32,
    /// Aged-out cases.
    #[schemars(range(min = 0, max = 1000))]
    pub aged_out: u32,
    /// Cases closed in the period.
    #[schemars(range(min = 0, max = 1000))]
    pub closed: u32,
    /// Reports, visits and reviews that are overdue.
    #[schemars(range(min = 0, max = 10000))]
    pub overdue: u32,
}

/// Something counted.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// What is counted.
    pub what: Text,
    /// The group, such as an age or a category.
    pub group: Option<Text>,
    /// How many.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub count: u32,
}

/// An outcome against a goal of case management.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// The goal of case management.
    pub goal: Text,
    /// What shows that it is reached.
    pub indicator: Text,
    /// For how many clients it was reached.
    #[schemars(range(min = 0, max = 100_000))]
    pub reached: u32,
    /// Of how many.
    #[schemars(range(min = 0, max = 100_000))]
    pub of: u32,
    /// What explains it.
    pub comment: Option<Narrative>,
}

/// Feedback of a period in short.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedbackFigures {
    /// How many forms were filled in.
    #[schemars(range(min = 0, max = 100_000))]
    pub answers: u32,
    /// Of these, how many said of the service now: quite a lot of help, or a great help.
    #[schemars(range(min = 0, max = 100_000))]
    pub helped: u32,
    /// Of these, how many said the same of the case manager.
    #[schemars(range(min = 0, max = 100_000))]
    pub helped_by_manager: u32,
    /// The average of the answers on the help of the service now, in tenths of a point from 1 (none) to 5 (a great
    /// help): 42 is 4.2.
    #[schemars(range(min = 10, max = 50))]
    pub help_tenths: Option<u32>,
    /// The same of the help of the case manager.
    #[schemars(range(min = 10, max = 50))]
    pub manager_tenths: Option<u32>,
    /// What was most useful and what could be improved, without words that show who said it.
    pub said: Option<Narrative>,
}
