//! From the text of one value to what its schema asks for: dates, numbers, yes and no, words.

use crate::error::Problem;
use crate::names::{PersonId, Unit};
use chrono::{Datelike, NaiveDate, NaiveTime};
use serde_json::{Value, json};

/// The value that `text` is by its schema, or what is wrong with it.
pub(crate) fn convert(schema: &Value, kind: &str, text: &str, plain: bool) -> Result<Value, Box<Problem>> {
    let value = match kind {
        "integer" => integer(schema, text, plain),
        "boolean" => boolean(text, plain),
        _ => string(schema, text),
    };
    value.map_err(|problem| {
        if problem.hint.is_none() && text.contains(['\u{201c}', '\u{201d}', '\u{201e}']) {
            return Box::new(problem.hint("curly quotation marks, as word processors set them, are part of the text: write straight ones"));
        }
        problem
    })
}

/// What a value should be, in words.
pub(crate) fn expected(schema: &Value, kind: &str) -> String {
    match (kind, schema["format"].as_str(), schema["pattern"].as_str()) {
        ("integer", ..) => match (schema["minimum"].as_i64(), schema["maximum"].as_i64()) {
            (Some(least), Some(most)) => format!("a whole number from {least} to {most}"),
            _ => "a whole number".to_owned(),
        },
        ("boolean", ..) => "`true` or `false`".to_owned(),
        (_, Some("date"), _) => "a date such as 2016-11-04 (year-month-day)".to_owned(),
        (_, _, Some(pattern)) => {
            shape(pattern).map_or("text of the prescribed form", |shape| shape.words).to_owned()
        }
        _ => "text".to_owned(),
    }
}

/// A pattern of the model: how it reads in words, and the check itself, which needs no regular expressions.
struct Shape {
    pattern: &'static str,
    words: &'static str,
    fits: fn(&str) -> bool,
}

const SHAPES: [Shape; 4] = [
    Shape {
        pattern: "^[A-Z]{1,12}-[0-9]{4}-[0-9]{4,6}$",
        words: "a case number such as UASC-2016-0012: category, year of admission, client number",
        fits: |text| text.parse::<Unit>().is_ok(),
    },
    Shape {
        pattern: "^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$",
        words: "a short id of small letters, digits and hyphens, such as `aisha` or `foster-mother`",
        fits: |text| text.parse::<PersonId>().is_ok(),
    },
    Shape {
        pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$",
        words: "a time of 24 hours such as 09:30",
        fits: |text| {
            text.len() == 5 && !text.contains([' ', '+']) && NaiveTime::parse_from_str(text, "%H:%M").is_ok()
        },
    },
    Shape {
        pattern: "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        words: "the code of a language, such as `en`, `ar` or `my`",
        fits: |text| {
            let mut parts = text.split('-');
            let first = parts.next().unwrap_or_default();
            (2..=3).contains(&first.len())
                && first.bytes().all(|b| b.is_ascii_lowercase())
                && parts.all(|part| {
                    (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
                })
        },
    },
];

fn shape(pattern: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|shape| shape.pattern == pattern)
}

fn wrong(code: &'static str, schema: &Value, kind: &str) -> Box<Problem> {
    Box::new(Problem::error(code, format!("expected {}", expected(schema, kind))))
}

fn integer(schema: &Value, text: &str, plain: bool) -> Result<Value, Box<Problem>> {
    let wrong = || wrong("record.number", schema, "integer");
    if !plain {
        return Err(Box::new(wrong().hint("write the number without quotation marks")));
    }
    let leading = text.len() > 1 && text.trim_start_matches('-').starts_with('0');
    let number: i64 = text.parse().ok().filter(|_| !leading && !text.starts_with('+')).ok_or_else(wrong)?;
    let fits = schema["minimum"].as_i64().is_none_or(|least| number >= least)
        && schema["maximum"].as_i64().is_none_or(|most| number <= most);
    if fits { Ok(json!(number)) } else { Err(wrong()) }
}

fn boolean(text: &str, plain: bool) -> Result<Value, Box<Problem>> {
    match (text, plain) {
        ("true", true) => return Ok(json!(true)),
        ("false", true) => return Ok(json!(false)),
        _ => {}
    }
    let problem = Problem::error("record.boolean", "expected `true` or `false`");
    Err(Box::new(match text.to_lowercase().as_str() {
        "yes" | "true" | "on" => problem.hint("write true"),
        "no" | "false" | "off" => problem.hint("write false"),
        _ => problem,
    }))
}

fn string(schema: &Value, text: &str) -> Result<Value, Box<Problem>> {
    if let Some(only) = schema["const"].as_str() {
        let problem = || Problem::error("record.constant", format!("expected `{only}`"));
        return if text == only {
            Ok(json!(text))
        } else {
            Err(Box::new(problem().hint(format!("write {only}"))))
        };
    }
    if schema["format"] == "date" {
        return date(schema, text);
    }
    match schema["pattern"].as_str() {
        Some(pattern) if !shape(pattern).is_some_and(|shape| (shape.fits)(text)) => {
            let mut problem = wrong("record.pattern", schema, "string");
            if schema["x-casefile"] == "language" {
                problem.hint = super::language::code_of(text).map(|code| format!("did you mean `{code}`?"));
            }
            Err(problem)
        }
        _ => Ok(json!(text)),
    }
}

/// Years that a date of case work may have; others are slips of the pen.
const YEARS: std::ops::Range<i32> = 1900..2200;

fn date(schema: &Value, text: &str) -> Result<Value, Box<Problem>> {
    let shape = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if !shape {
        return Err(wrong("record.date", schema, "string"));
    }
    match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(date) if YEARS.contains(&date.year()) => Ok(json!(text)),
        Ok(_) => Err(Box::new(Problem::error("record.date", "expected a year from 1900 to 2199"))),
        Err(_) => {
            let problem = Problem::error("record.date", "this day is not in the calendar");
            Err(Box::new(problem.hint("a date is year-month-day, such as 2016-11-04")))
        }
    }
}

/// Whether a free key (a language, a kind) may stand in a path: it has the form of a name.
pub(crate) fn is_free_key(key: &str) -> bool {
    (1..=40).contains(&key.len())
        && key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// What kind of hidden character `c` is, if it is one.
///
/// Overrides and isolates of direction turn printed text around; control characters print as nothing.
/// Marks of direction (U+200E, U+200F), joiners and line breaks are part of ordinary writing.
pub(crate) fn hidden(c: char) -> Option<&'static str> {
    match c {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some("a hidden override of the writing direction")
        }
        '\n' | '\t' => None,
        '\u{feff}' | '\u{e0000}'..='\u{e007f}' => Some("an invisible character"),
        c if c.is_control() => Some("a control character"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::schema;

    fn patterns<'a>(schema: &'a Value, found: &mut Vec<&'a str>) {
        match schema {
            Value::Object(map) => {
                found.extend(map.get("pattern").and_then(Value::as_str));
                map.values().for_each(|value| patterns(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| patterns(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_pattern_of_the_schema_is_checked_as_a_regular_expression_would() {
        let mut found = Vec::new();
        patterns(schema(), &mut found);
        assert!(!found.is_empty());
        let texts = [
            "UASC-2016-0012",
            "U-2016-000012",
            "uasc-2016-0012",
            "UASC-216-0012",
            "UASC-2016-012",
            "UASC-2016-0000012",
            "ABCDEFGHIJKLM-2016-0001",
            "-2016-0001",
            "aisha",
            "cm-07",
            "a",
            "A",
            "7a",
            "a-",
            "a b",
            "é",
            "",
            "abcdefghijklmnopqrstuvwxyz-01234",
            "abcdefghijklmnopqrstuvwxyz-012345",
            "09:30",
            "23:59",
            "24:00",
            "9:30",
            "09:60",
            "09:3",
            "+9:30",
            " 9:30",
            "09:30:00",
            "en",
            "ar",
            "rhg",
            "zh-Hant",
            "zh-Hant-TW",
            "e",
            "engl",
            "en-",
            "en-x",
            "EN",
            "en-abcdefghi",
            "en_GB",
        ];
        for pattern in found {
            let shape = shape(pattern).unwrap_or_else(|| panic!("no check for {pattern}"));
            let expression = jsonschema::validator_for(&json!({ "pattern": pattern })).unwrap();
            for text in texts {
                assert_eq!((shape.fits)(text), expression.is_valid(&json!(text)), "{pattern}: {text}");
            }
        }
    }
}
