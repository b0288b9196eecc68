//! Values as people write them: a label where a number is asked for, a month where a period is.
//!
//! Everything else is told in the program's own words: what was expected, never what a library stumbled over.

use crate::cli::context::Context;
use casefile::names::{PersonId, Status, Unit};
use casefile::record::model::Time;
use chrono::{Datelike, Months, NaiveDate};
use clap::Command;
use std::any::TypeId;

/// A period of whole days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub start: NaiveDate,
    pub end: NaiveDate,
}

/// The same commands, reading numbers of cases, days and statuses as people write them.
pub fn forgiving(command: Command) -> Command {
    let command = command.mut_args(|arg| {
        let sort = arg.get_value_parser().type_id();
        if sort == TypeId::of::<Unit>() {
            arg.value_parser(unit)
        } else if sort == TypeId::of::<NaiveDate>() {
            arg.value_parser(day)
        } else if sort == TypeId::of::<Status>() {
            arg.value_parser(status)
        } else if sort == TypeId::of::<PersonId>() {
            arg.value_parser(|text: &str| text.to_ascii_lowercase().parse::<PersonId>())
        } else {
            arg
        }
    });
    command.mut_subcommands(forgiving)
}

/// A case by its number, or by its label as lists and folders show it: `UASC-2016-0012-O`.
pub fn unit(text: &str) -> Result<Unit, String> {
    let number = text.trim_end_matches('/').to_ascii_uppercase();
    let bare = Status::ALL
        .iter()
        .find_map(|status| number.strip_suffix(&format!("-{}", status.code())))
        .unwrap_or(&number);
    bare.parse().map_err(|_| {
        let expected =
            "expected a case number such as UASC-2016-0012: category, year of admission, client number";
        match with_zeros(bare) {
            Some(likely) => format!("{expected}, of at least four digits: {likely}"),
            None => expected.to_owned(),
        }
    })
}

/// The number that was meant where only its leading zeros are missing.
fn with_zeros(number: &str) -> Option<Unit> {
    let (front, client) = number.rsplit_once('-')?;
    let short = (1..4).contains(&client.len()) && client.bytes().all(|b| b.is_ascii_digit());
    if short { format!("{front}-{client:0>4}").parse().ok() } else { None }
}

/// A day such as `2016-11-04`.
pub fn day(text: &str) -> Result<NaiveDate, String> {
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    let expected = || "expected a date such as 2016-11-04 (year-month-day)".to_owned();
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return Err(expected()) };
    if year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return Err(expected());
    }
    let date: NaiveDate = text.parse().map_err(|_| "this day is not in the calendar".to_owned())?;
    if (1900..2200).contains(&date.year()) {
        Ok(date)
    } else {
        Err("expected a year from 1900 to 2199".to_owned())
    }
}

/// A status by its word or by its code on labels: `inactive`, `IA`.
pub fn status(text: &str) -> Result<Status, String> {
    let written = text.to_lowercase().replace('_', "-");
    Status::ALL
        .into_iter()
        .find(|status| status.word() == written || status.code().to_lowercase() == written)
        .ok_or_else(|| "the statuses are open, inactive, aged-out and closed".to_owned())
}

/// A time of day such as `09:30`, also without its leading zero.
pub fn time(text: &str) -> Result<Time, String> {
    let padded = if text.len() == 4 { format!("0{text}") } else { text.to_owned() };
    match padded.split_once(':') {
        Some((hour, minute))
            if hour.len() == 2
                && minute.len() == 2
                && (hour.to_owned() + minute).bytes().all(|b| b.is_ascii_digit())
                && (hour < "24" && minute < "60") =>
        {
            Ok(Time(padded))
        }
        _ => Err("expected a time of 24 hours such as 09:30".to_owned()),
    }
}

/// A number of minutes within a day.
pub fn minutes(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| *number <= 1440);
    number.ok_or_else(|| "expected a whole number of minutes from 0 to 1440".to_owned())
}

/// Words that may begin with a hyphen, as an item of a list does. What looks like an option is taken for a
/// misspelt one.
pub fn words(text: &str) -> Result<String, String> {
    let rest = text.trim_start_matches('-');
    let option = text.starts_with('-') && !rest.is_empty() && !rest.contains(char::is_whitespace);
    if option && rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Err("there is no such option; --help lists them".to_owned());
    }
    Ok(text.to_owned())
}

/// Reads `2016-10-01..2016-10-31`, `2016-10-01..` until today, the month `2016-10`, the months
/// `2016-07..2016-09` or the year `2016`.
pub fn period(text: &str) -> Result<Period, String> {
    let Some((start, end)) = text.split_once("..") else {
        return whole(text).ok_or_else(|| {
            "expected two dates such as 2016-10-01..2016-10-31, a month such as 2016-10, or a year".to_owned()
        });
    };
    let start = whole(start).map_or_else(|| day(start), |whole| Ok(whole.start))?;
    let end = match (end, whole(end)) {
        ("", _) => Context::clock().map_err(|error| error.to_string())?.today(),
        (_, Some(whole)) => whole.end,
        _ => day(end)?,
    };
    if start > end {
        return Err("the period ends before it begins".to_owned());
    }
    Ok(Period { start, end })
}

/// A whole month or year.
fn whole(text: &str) -> Option<Period> {
    let (first, months) = match text.len() {
        4 => (format!("{text}-01-01"), 12),
        7 => (format!("{text}-01"), 1),
        _ => return None,
    };
    let start = day(&first).ok()?;
    let end = start.checked_add_months(Months::new(months))?.pred_opt()?;
    Some(Period { start, end })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ymd(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
    }

    #[test]
    fn a_case_is_found_by_its_label_as_lists_show_it() {
        for written in ["UASC-2016-0012", "uasc-2016-0012", "UASC-2016-0012-O", "uasc-2016-0012-ia/"] {
            assert_eq!(
                unit(written).map(|unit| unit.to_string()),
                Ok("UASC-2016-0012".to_owned()),
                "{written}"
            );
        }
        assert!(unit("UASC-2016-12").is_err_and(|told| told.ends_with("UASC-2016-0012")));
        assert!(unit("UASC-2016-0012-X").is_err());
        assert!(unit("UASC").is_err());
    }

    #[test]
    fn days_are_refused_in_plain_words() {
        assert_eq!(day("2016-02-29"), Ok(ymd(2016, 2, 29)));
        assert_eq!(day("2015-02-29"), Err("this day is not in the calendar".to_owned()));
        for odd in
            ["29.02.2016", "yesterday", "16-02-29", "2016-02", "+2016-02-01", "2016-02-01T00", "2016--1-1"]
        {
            assert!(day(odd).is_err_and(|told| told.contains("year-month-day")), "{odd}");
        }
    }

    #[test]
    fn a_month_is_a_period() {
        let of = |text| period(text).map(|period| (period.start, period.end));
        assert_eq!(of("2016-02"), Ok((ymd(2016, 2, 1), ymd(2016, 2, 29))));
        assert_eq!(of("2016-12"), Ok((ymd(2016, 12, 1), ymd(2016, 12, 31))));
        assert_eq!(of("2016-07..2016-09"), Ok((ymd(2016, 7, 1), ymd(2016, 9, 30))));
        assert_eq!(of("2016"), Ok((ymd(2016, 1, 1), ymd(2016, 12, 31))));
        assert_eq!(of("2016-11-01..2016-11-30"), Ok((ymd(2016, 11, 1), ymd(2016, 11, 30))));
        assert_eq!(of("2016-11-01..2016-11-31"), Err("this day is not in the calendar".to_owned()));
        assert_eq!(of("2016-11-30..2016-11-01"), Err("the period ends before it begins".to_owned()));
        for odd in ["2016-13", "november", "2016-11-01-2016-11-30", ""] {
            assert!(of(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn times_and_minutes_are_refused_in_plain_words() {
        assert_eq!(time("9:30").map(|time| time.0), Ok("09:30".to_owned()));
        assert_eq!(time("23:59").map(|time| time.0), Ok("23:59".to_owned()));
        for odd in ["24:00", "9.30", "9:60", "930", "1:2:3", "ab:cd", ""] {
            assert!(time(odd).is_err(), "{odd}");
        }
        assert_eq!(minutes("45"), Ok(45));
        assert!(minutes("1h").is_err() && minutes("-5").is_err() && minutes("1441").is_err());
    }

    #[test]
    fn words_may_begin_with_a_hyphen_and_a_misspelt_option_is_none() {
        for text in ["- asked", "-5 degrees", "-", "--", "called", "-3"] {
            assert_eq!(words(text).as_deref(), Ok(text));
        }
        assert!(words("--minuts").is_err() && words("-x").is_err());
    }

    #[test]
    fn a_status_is_known_by_its_code() {
        assert_eq!(status("IA"), Ok(Status::Inactive));
        assert_eq!(status("aged_out"), Ok(Status::AgedOut));
        assert_eq!(status("c"), Ok(Status::Closed));
        assert!(status("gone").is_err());
    }
}
