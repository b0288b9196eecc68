//! Programmes: which rules hold for a case, as data.
//!
//! A programme is one file, `programmes/<id>.toml`. Categories, stages, levels of service, limits and
//! intervals stand there, each with its source, and nowhere in the code. Every number is a [`Rule`] with
//! an id. Five programmes come with the sources; an agency writes its own as one more file.

mod file;
mod list;
mod terms;

pub use file::parse;
pub use list::Programmes;
pub use terms::SchoolTerm;

use crate::names::Status;
use chrono::{Datelike, Days, Months, NaiveDate};
use serde::Deserialize;

/// The rules of one programme.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programme {
    /// Id, the name of the file: `cpcm`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// The source document it follows.
    pub source: String,
    /// Categories of cases: the first part of a case number.
    pub categories: Vec<Term>,
    /// Stages of the case management process, in order.
    pub stages: Vec<Term>,
    /// Levels of service, lowest first; empty where the programme knows none.
    #[serde(default)]
    pub service_levels: Vec<Term>,
    /// Whether a case is admitted only by the decision of an admission case conference.
    pub admission_conference: bool,
    /// How clients age out; absent where they do not. Its numbers are the rules `ageing-out.*`.
    pub ageing_out: Option<AgeingOut>,
    /// Levels of the service standards, each of which includes the one before (source 000).
    #[serde(default)]
    pub standard_levels: Vec<Term>,
    /// The level that the agency works at: it picks among the rules `first-contact.*`.
    pub level: Option<String>,
    /// Who publishes the school calendar in `terms`; needed where there is one, and told with every day that is
    /// counted in terms.
    pub terms_source: Option<String>,
    /// The school calendar, oldest term first.
    #[serde(default)]
    pub terms: Vec<SchoolTerm>,
    /// Levels of risk with their definitions, highest first (sources 001, 004).
    #[serde(default)]
    pub risk_levels: Vec<Term>,
    /// Goals of a permanency plan, in the order of preference (source 004).
    #[serde(default)]
    pub case_plan_goals: Vec<Term>,
    /// Activities that need the child to be seen face to face (source 001).
    #[serde(default)]
    pub face_to_face: Vec<Term>,
    /// Ids of the kinds of document that this programme makes.
    pub kinds: Vec<String>,
    /// What a folder must hold, and from when on.
    #[serde(default)]
    pub expects: Vec<Expected>,
    /// Ids of the kinds that the supervisor reviews.
    #[serde(default)]
    pub reviewed: Vec<String>,
    /// Every number to watch, each once.
    pub rules: Vec<Rule>,
}

/// A word of a programme's own list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// As it stands in a record.
    pub id: String,
    /// As people read it.
    pub text: String,
    /// Where it comes from.
    pub source: String,
}

/// How clients age out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeingOut {
    /// The birthday, `MM-DD`, of who was born on a 29 February, in years without one.
    pub born_on_29_february: String,
    /// Where that setting comes from.
    pub source: String,
}

/// A document that a folder must hold.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Id of its kind.
    pub kind: String,
    /// From when on.
    pub when: When,
    /// Where that comes from.
    pub source: String,
}

/// From when on a document must be there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum When {
    /// From admission on.
    Admission,
    /// From this stage on.
    Stage(String),
    /// In this status.
    Status(Status),
}

impl TryFrom<String> for When {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        const WRONG: &str = "expected `admission`, `stage:<stage>` or `status:<status>`";
        match text.split_once(':') {
            None if text == "admission" => Ok(Self::Admission),
            Some(("stage", stage)) => Ok(Self::Stage(stage.to_owned())),
            Some(("status", status)) => status.parse().map(Self::Status).map_err(|_| WRONG),
            _ => Err(WRONG),
        }
    }
}

/// A number to watch.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stable id such as `caseload.clients-per-manager`.
    pub id: String,
    /// The number.
    pub value: u32,
    /// What it counts.
    pub unit: Unit,
    /// Other values the source allows.
    #[serde(default)]
    pub choices: Vec<Amount>,
    /// Where it comes from, or `agency default` where no source names it.
    pub source: String,
    /// What it says.
    pub text: String,
}

/// A number with what it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// The number.
    pub value: u32,
    /// What it counts.
    pub unit: Unit,
}

impl Amount {
    /// The day that lies this much after `from`: months and years are calendar ones, clamped to the end of
    /// the month. `None` for what counts no days (hours, school terms, people, shares).
    pub fn after(self, from: NaiveDate) -> Option<NaiveDate> {
        match self.unit {
            Unit::Days => from.checked_add_days(Days::new(self.value.into())),
            Unit::Weeks => from.checked_add_days(Days::new(u64::from(self.value) * 7)),
            Unit::Months => from.checked_add_months(Months::new(self.value)),
            Unit::Years => from.checked_add_months(Months::new(self.value.checked_mul(12)?)),
            Unit::Hours | Unit::Terms | Unit::Percent | Unit::Clients | Unit::CaseManagers => None,
        }
    }
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Hours.
    Hours,
    /// Calendar days.
    Days,
    /// Weeks of seven days.
    Weeks,
    /// Calendar months, clamped to the end of the month.
    Months,
    /// Years.
    Years,
    /// School terms of the programme's calendar.
    Terms,
    /// Per cent.
    Percent,
    /// Clients of a case manager.
    Clients,
    /// Case managers of a supervisor.
    #[serde(rename = "case managers")]
    CaseManagers,
}

impl Rule {
    /// The number with what it counts.
    pub fn amount(&self) -> Amount {
        Amount { value: self.value, unit: self.unit }
    }

    /// Whether no source names this number.
    pub fn is_agency_default(&self) -> bool {
        self.source == "agency default"
    }
}

impl Programme {
    /// The rule with this id, where the programme has it.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The age in years at which clients age out, where they do.
    pub fn ageing_out_age(&self) -> Option<u32> {
        self.ageing_out.as_ref().and_then(|_| self.rule("ageing-out.age")).map(|rule| rule.value)
    }

    /// The day a client comes of age in this programme, where clients age out.
    pub fn comes_of_age(&self, birth: NaiveDate) -> Option<NaiveDate> {
        self.birthday(birth, self.ageing_out_age()?)
    }

    /// The day somebody turns `years`; who was born on a 29 February follows the programme's setting, or
    /// turns on 1 March.
    pub fn birthday(&self, birth: NaiveDate, years: u32) -> Option<NaiveDate> {
        let year = birth.year().checked_add(i32::try_from(years).ok()?)?;
        let setting = self.ageing_out.as_ref().map_or("03-01", |it| it.born_on_29_february.as_str());
        birth.with_year(year).or_else(|| format!("{year}-{setting}").parse().ok())
    }

    /// After how many months an aged-out case closes, where cases age out.
    pub fn aged_out_months(&self) -> Option<u32> {
        self.ageing_out.as_ref().and_then(|_| self.rule("ageing-out.close-after")).map(|rule| rule.value)
    }

    /// The category with this id.
    pub fn category(&self, id: &str) -> Option<&Term> {
        self.categories.iter().find(|term| term.id == id)
    }

    /// The stage with this id.
    pub fn stage(&self, id: &str) -> Option<&Term> {
        self.stages.iter().find(|term| term.id == id)
    }

    /// The level of service with this id.
    pub fn service_level(&self, id: &str) -> Option<&Term> {
        self.service_levels.iter().find(|term| term.id == id)
    }
}
