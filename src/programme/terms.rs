//! School terms, and the dates that hang on them (source 000).

use super::{Programme, Rule, Unit};
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde::Deserialize;

/// One term of the school calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchoolTerm {
    /// School year.
    pub year: i32,
    /// Number of the term in its year, from 1.
    pub term: u32,
    /// First day.
    #[serde(deserialize_with = "day")]
    pub from: NaiveDate,
    /// Last day.
    #[serde(deserialize_with = "day")]
    pub until: NaiveDate,
}

fn day<'de, D: serde::Deserializer<'de>>(input: D) -> Result<NaiveDate, D::Error> {
    String::deserialize(input)?
        .parse()
        .map_err(|_| serde::de::Error::custom("expected a day, `\"YYYY-MM-DD\"`"))
}

impl Programme {
    /// The school term that holds on `date`; a day of the holidays belongs to the term before it.
    pub fn term_on(&self, date: NaiveDate) -> Option<&SchoolTerm> {
        self.terms.iter().rev().find(|term| term.from <= date)
    }

    /// The rule for the first contact at the programme's level of service, where it has levels.
    pub fn first_contact(&self) -> Option<&Rule> {
        self.level.as_ref().and_then(|level| self.rule(&format!("first-contact.{level}")))
    }

    /// Until when a referral received at `received` needs its first contact: before the next school year
    /// begins where it came in the last term of one (rule `first-contact.last-term`), else as
    /// [`Programme::first_contact`] says. `None` where no rule or no calendar tells.
    pub fn first_contact_by(&self, received: NaiveDateTime) -> Option<NaiveDateTime> {
        self.first_contact_clock(received).map(|(_, by)| by)
    }

    /// The same, with the rule that says so.
    pub fn first_contact_clock(&self, received: NaiveDateTime) -> Option<(&Rule, NaiveDateTime)> {
        let rule = self.first_contact()?;
        let last_term = self.rule("first-contact.last-term");
        let term = self.term_on(received.date());
        if let (Some(last_term), Some(term)) = (last_term, term) {
            let last_of_year = |it: &SchoolTerm| it.year == term.year && it.term > term.term;
            if term.term > 1 && !self.terms.iter().any(last_of_year) {
                let next_year = self.terms.iter().find(|it| it.year == term.year + 1)?;
                return Some((last_term, next_year.from.and_time(NaiveTime::MIN)));
            }
        }
        let value = i64::from(rule.value);
        let time = match rule.unit {
            Unit::Hours => TimeDelta::try_hours(value)?,
            Unit::Days => TimeDelta::try_days(value)?,
            Unit::Weeks => TimeDelta::try_weeks(value)?,
            _ => return None,
        };
        Some((rule, received.checked_add_signed(time)?))
    }

    /// Until when the transition plan of a student who leaves on `exit` must be in place: the day before
    /// the last whole terms begin that lie before the exit, as many as the rule `transition.plan-before-exit`
    /// asks. `None` where no rule or no calendar tells.
    pub fn transition_plan_by(&self, exit: NaiveDate) -> Option<NaiveDate> {
        let rule = self.rule("transition.plan-before-exit").filter(|rule| rule.unit == Unit::Terms)?;
        let whole: Vec<_> = self.terms.iter().filter(|term| term.until <= exit).collect();
        let back = usize::try_from(rule.value).ok()?;
        let first = whole.get(whole.len().checked_sub(back)?)?;
        first.from.checked_sub_days(Days::new(1))
    }
}
