//! Flags of the commands of the calendar: what is due, what is missing, what time changes.

use super::Period;
use super::forgiving::period;
use casefile::names::{PersonId, Unit};
use chrono::{Days, NaiveDate};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub struct DueArgs {
    /// Only these cases; every case you can open otherwise
    pub cases: Vec<Unit>,
    /// The day to look from; today otherwise
    #[arg(long, value_name = "DATE")]
    pub on: Option<NaiveDate>,
    /// How far to look ahead: 14d, 2w; what is overdue is always shown
    #[arg(long, value_name = "TIME", default_value = "14d", value_parser = parse_days)]
    pub within: Days,
    /// Only what this person has to see to
    #[arg(long)]
    pub person: Option<PersonId>,
    /// Also write a calendar that other programs can subscribe to; no name stands in it
    #[arg(long, value_name = "FILE")]
    pub ics: Option<PathBuf>,
}

#[derive(Args)]
pub struct CaseloadArgs {
    /// Also say, from the contacts of the last full month, which share of each manager's time went to clients
    /// and which of that to new cases; in the cases that your key opens
    #[arg(long)]
    pub time: bool,
    /// Print the part `hours:` of this person's staff record instead, week by week from the contacts of --period in
    /// the cases that your key opens: the kind `time-sheet` is made of it
    #[arg(long, value_name = "PERSON", requires = "period", conflicts_with = "time")]
    pub sheet: Option<PersonId>,
    /// The period of --sheet, both days included
    #[arg(long, value_name = "A..B", value_parser = period, requires = "sheet")]
    pub period: Option<Period>,
}

#[derive(Args)]
pub struct MissingArgs {
    /// Only these cases; every case you can open otherwise
    pub cases: Vec<Unit>,
    /// Every case you can open, as without any case named
    #[arg(long, conflicts_with = "cases")]
    pub all: bool,
    /// The day to look from; today otherwise
    #[arg(long, value_name = "DATE")]
    pub on: Option<NaiveDate>,
}

#[derive(Args)]
pub struct SweepArgs {
    /// The day to act as of; today otherwise
    #[arg(long, value_name = "DATE")]
    pub on: Option<NaiveDate>,
}

/// Ten years, the furthest that `due` looks ahead.
const MOST_DAYS: u64 = 3_653;

/// Reads `14d` or `2w`.
fn parse_days(text: &str) -> Result<Days, String> {
    let wrong = || "expected a number of days or weeks such as 14d or 2w".to_owned();
    let (number, factor) = match (text.strip_suffix('d'), text.strip_suffix('w')) {
        (Some(days), _) => (days, 1),
        (_, Some(weeks)) => (weeks, 7),
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let days = number.saturating_mul(factor);
    if days > MOST_DAYS {
        return Err("at most ten years".to_owned());
    }
    Ok(Days::new(days))
}
