//! Dates, periods and durations as a document writes them, and ages.
//!
//! The patterns and the names of the months are words of the language (`[date]` and `[duration]` in its
//! word file). Months are those of the Gregorian calendar; in Arabic their standard names (نوفمبر), which
//! every reader of the region knows. Digits are Western in every language, so that the dates, case numbers
//! and telephone numbers of two copies can be compared by anyone.

use super::Period;
use super::words::Words;
use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

/// A date in full: `4 November 2016`.
pub fn full(words: &Words, date: NaiveDate) -> String {
    let (day, month, year) = (day(words, date), month(words, date), date.year().to_string());
    fill(pattern(words, "date"), &[("d", &day), ("month", &month), ("y", &year)])
}

/// A period, as short as it can be said: `1–30 November 2016`, `15 October – 14 November 2016`.
pub fn period(words: &Words, (start, end): Period) -> String {
    if start == end {
        return full(words, start);
    }
    let key = match (start.year() == end.year(), start.month() == end.month()) {
        (true, true) => "within-month",
        (true, false) => "within-year",
        (false, _) => "period",
    };
    let (d1, m1, y1) = (day(words, start), month(words, start), start.year().to_string());
    let (d2, m2, y2) = (day(words, end), month(words, end), end.year().to_string());
    let parts: [(&str, &str); 8] = [
        ("d1", &d1),
        ("d2", &d2),
        ("month", &m2),
        ("month1", &m1),
        ("month2", &m2),
        ("y", &y2),
        ("y1", &y1),
        ("y2", &y2),
    ];
    fill(pattern(words, key), &parts)
}

/// A duration: `45 min`, `2 h`, `1 h 30 min`.
pub fn duration(words: &Words, minutes: u32) -> String {
    let (h, m) = (minutes / 60, minutes % 60);
    let key = match (h, m) {
        (0, _) => "minutes",
        (_, 0) => "hours",
        _ => "both",
    };
    let pattern = words.get(&format!("duration.{key}")).unwrap_or("{h}:{m}");
    fill(pattern, &[("h", &h.to_string()), ("m", &m.to_string())])
}

/// A date as templates read it: `{"iso": "2016-11-04", "text": "4 November 2016"}`.
pub fn json(words: &Words, date: NaiveDate) -> Value {
    json!({"iso": date.to_string(), "text": full(words, date)})
}

/// Full years between `birth` and `at`; `None` before birth. Who was born on 29 February turns a year
/// older on 1 March in years without that day (our setting; the sources do not say).
pub fn age(birth: NaiveDate, at: NaiveDate) -> Option<u32> {
    let not_yet = (at.month(), at.day()) < (birth.month(), birth.day());
    u32::try_from(at.year() - birth.year() - i32::from(not_yet)).ok()
}

fn pattern<'a>(words: &'a Words, key: &str) -> &'a str {
    words.get(&format!("date.{key}")).unwrap_or(match key {
        "date" => "{d} {month} {y}",
        _ => "{d1} {month1} {y1} – {d2} {month2} {y2}",
    })
}

/// The day of the month; the first has its own word in some languages (French `1er`).
fn day(words: &Words, date: NaiveDate) -> String {
    match date.day() {
        1 => words.get("date.first").unwrap_or("1").to_owned(),
        day => day.to_string(),
    }
}

fn month(words: &Words, date: NaiveDate) -> String {
    let names = words.value("date.month").and_then(Value::as_array);
    let name = names.and_then(|names| names.get(date.month0() as usize)).and_then(Value::as_str);
    name.map_or_else(|| date.month().to_string(), str::to_owned)
}

/// `pattern` with each `{name}` replaced.
pub fn fill(pattern: &str, parts: &[(&str, &str)]) -> String {
    parts.iter().fold(pattern.to_owned(), |text, (name, part)| text.replace(&format!("{{{name}}}"), part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_leap_day_child_is_a_year_older_on_the_first_of_march() {
        let birth = date("2000-02-29");
        assert_eq!(age(birth, date("2018-02-28")), Some(17));
        assert_eq!(age(birth, date("2018-03-01")), Some(18));
        assert_eq!(age(birth, date("2020-02-29")), Some(20));
    }

    #[test]
    fn an_age_changes_on_the_birthday() {
        let birth = date("1999-11-04");
        assert_eq!(age(birth, date("2016-11-03")), Some(16));
        assert_eq!(age(birth, date("2016-11-04")), Some(17));
        assert_eq!(age(birth, date("1999-11-03")), None);
    }
}
