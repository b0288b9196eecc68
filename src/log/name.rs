//! Small checked words of the log: names of notes, times, short words.

use crate::names::Digest;
use chrono::{DateTime, NaiveDate, NaiveDateTime, SubsecRound, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::str::FromStr;

/// The largest sequence number: eight digits.
pub const MAX_SEQ: u32 = 99_999_999;

macro_rules! as_text {
    ($name:ty, $expected:literal) => {
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(|()| serde::de::Error::custom(concat!("expected ", $expected)))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

/// The name of a note: its sequence number and the hash of its file. Notes sort by it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteName {
    /// One more than the largest of its parents, 0 for the first.
    pub seq: u32,
    /// The SHA-256 of the whole file.
    pub hash: Digest,
}

impl fmt::Display for NoteName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}-{}", self.seq, self.hash)
    }
}

impl FromStr for NoteName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (seq, hash) = text.split_once('-').ok_or(())?;
        if seq.len() != 8 || !seq.bytes().all(|b| b.is_ascii_digit()) {
            return Err(());
        }
        Ok(Self { seq: seq.parse().map_err(|_| ())?, hash: hash.parse().map_err(|_| ())? })
    }
}

as_text!(NoteName, "the name of a note");

/// A signing time, to the second, written `2026-11-21T09:14:03Z` and in no other way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(DateTime<Utc>);

const TIME_FORMAT: &str = "%Y-%m-%dT%H:%M:%SZ";

impl Time {
    /// The moment, cut to the second.
    pub fn new(moment: DateTime<Utc>) -> Self {
        Self(moment.trunc_subsecs(0))
    }

    /// The moment.
    pub fn moment(self) -> DateTime<Utc> {
        self.0
    }

    /// Its day.
    pub fn day(self) -> chrono::NaiveDate {
        self.0.date_naive()
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format(TIME_FORMAT))
    }
}

impl FromStr for Time {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Some(time) = plain_time(text) {
            return Ok(Self(time.and_utc()));
        }
        let time = Self(NaiveDateTime::parse_from_str(text, TIME_FORMAT).map_err(|_| ())?.and_utc());
        if time.to_string() == text { Ok(time) } else { Err(()) }
    }
}

/// A time whose digits stand where they should and make one: nearly all, in a tenth of the time that the
/// general way takes. `None` leaves the verdict to that.
fn plain_time(text: &str) -> Option<NaiveDateTime> {
    let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
    let signs = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')];
    let number = |from: usize, to: usize| {
        let digits = &bytes[from..to];
        let value = digits.iter().fold(0, |value, digit| value * 10 + u32::from(digit.wrapping_sub(b'0')));
        digits.iter().all(u8::is_ascii_digit).then_some(value)
    };
    let stands = signs.iter().all(|(at, sign)| bytes[*at] == *sign);
    let year = i32::try_from(number(0, 4).filter(|_| stands)?).ok()?;
    let day = NaiveDate::from_ymd_opt(year, number(5, 7)?, number(8, 10)?)?;
    day.and_hms_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?)
}

as_text!(Time, "a time such as 2026-11-21T09:14:03Z");

/// A short word of a vocabulary: small letters, digits, `.` and `-`, at most 64.
///
/// Everything in a clear entry that is neither a name, a date, a hash nor a number is such a word, so
/// that no sentence and no person's name finds room there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word(String);

impl Word {
    /// The word as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Word {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-';
        let good = (1..=64).contains(&text.len()) && text.bytes().all(allowed);
        if good { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

as_text!(Word, "a short word of small letters, digits, dots and hyphens");

/// A day written `2016-10-01` and in no other way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub chrono::NaiveDate);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl FromStr for Day {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let day = Self(chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| ())?);
        if day.to_string() == text { Ok(day) } else { Err(()) }
    }
}

as_text!(Day, "a date such as 2016-10-01");

/// A field that may be null and must be there: serde alone would take a missing one for null, and then two
/// readers could judge one note differently.
///
/// # Errors
/// Where the field is absent or of another kind.
pub fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_one_spelling() {
        assert!("2026-11-21T09:14:03Z".parse::<Time>().is_ok());
        for text in ["2026-11-21T09:14:03+00:00", "2026-11-21T9:14:03Z", "2026-11-21T09:14:03.5Z", "now"] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_short_way_to_read_a_time_agrees_with_the_long_one() {
        let long = |text: &str| {
            let read = NaiveDateTime::parse_from_str(text, TIME_FORMAT).ok();
            read.map(|time| Time(time.and_utc())).filter(|time| time.to_string() == text)
        };
        for text in [
            "2026-11-21T09:14:03Z",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "2024-02-29T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T23:59:60Z",
            "2026-01-01T23:59:61Z",
            "0000-01-01T00:00:00Z",
            "2026-01-01 00:00:00Z",
            "+026-01-01T00:00:00Z",
            "-026-01-01T00:00:00Z",
            "2026-01-01T00:00: 0Z",
            "2026-01-01T00:00:00z",
            "2026-1-001T00:00:00Z",
            "12026-01-01T00:00:00Z",
            "2026-01-01T0a:00:00Z",
            "2026-01-0é00:00:00Z",
        ] {
            assert_eq!(text.parse::<Time>().ok(), long(text), "{text}");
        }
    }

    #[test]
    fn a_word_has_no_room_for_a_sentence() {
        assert!("return".parse::<Word>().is_ok());
        for text in ["", "Amina", "left the country", "é", &"x".repeat(65)] {
            assert!(text.parse::<Word>().is_err(), "{text}");
        }
    }
}
