//! What is sealed about documents given to somebody outside.

use super::card::DocId;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// On which ground something is given (sources 003, 000).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// A consent in the record, neither expired nor withdrawn.
    Consent,
    /// A concern for somebody's safety.
    Safety,
    /// A legal duty or an order.
    Legal,
    /// A standing agreement, such as with the school named at enrolment.
    Standing,
    /// The client's own copy.
    Client,
}

impl Ground {
    /// All five.
    pub const ALL: [Self; 5] = [Self::Consent, Self::Safety, Self::Legal, Self::Standing, Self::Client];

    /// The word in commands and in what is sealed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Safety => "safety",
            Self::Legal => "legal",
            Self::Standing => "standing",
            Self::Client => "client",
        }
    }
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What was given to whom, and why that was allowed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The documents.
    pub documents: Vec<DocId>,
    /// To whom.
    pub to: String,
    /// What for.
    pub purpose: String,
    /// On which ground.
    pub ground: Ground,
    /// The order, the agreement, the concern.
    pub reference: Option<String>,
    /// The day of the consent it rests on.
    pub consent: Option<NaiveDate>,
    /// The business date on which it was given.
    pub date: NaiveDate,
    /// Whether the case goes over to who received it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub transfer: bool,
}

impl Given {
    /// The same in words, without the documents.
    pub fn words(&self) -> String {
        let ground = match (&self.consent, &self.reference) {
            (Some(day), _) => format!("{} of {day}", self.ground),
            (None, Some(reference)) => format!("{}: {reference}", self.ground),
            (None, None) => self.ground.to_string(),
        };
        format!("to {}, for {} ({ground})", self.to, self.purpose)
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Given(sealed)")
    }
}
