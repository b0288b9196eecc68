//! The names that every part of the program shares: statuses, cases, people, hashes.

use crate::error::{Class, Error, Problem};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The four statuses of a case (source 002 §5.5).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// In contact and using services.
    Open,
    /// Contact lost, unexplained.
    Inactive,
    /// Turned 18 and on a transition plan.
    AgedOut,
    /// Terminated under stated circumstances, usually a durable solution.
    Closed,
}

impl Status {
    /// All four, in the order of the source.
    pub const ALL: [Self; 4] = [Self::Open, Self::Inactive, Self::AgedOut, Self::Closed];

    /// The code on labels and in headers: `O`, `IA`, `AO` or `C`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "O",
            Self::Inactive => "IA",
            Self::AgedOut => "AO",
            Self::Closed => "C",
        }
    }

    /// The word in records, commands and the archive's prefixes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Inactive => "inactive",
            Self::AgedOut => "aged-out",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Status {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|s| s.word() == text).ok_or_else(|| {
            let problem = Problem::error("name.status", "no such status")
                .hint("the statuses are open, inactive, aged-out and closed");
            Error::new(Class::Usage, problem)
        })
    }
}

/// The SHA-256 hash of some bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::Digest as _;
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// A hash already computed.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first `n` hex digits.
    pub fn short(&self, n: usize) -> String {
        let mut text = self.to_string();
        text.truncate(n);
        text
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digits = self.0.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let text: String = digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect();
        f.write_str(&text)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The value of each small hex digit; 255 for what is none.
const DIGIT_VALUES: [u8; 256] = {
    let mut values = [255; 256];
    let mut value = 0;
    while value < 16 {
        values[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    values
};

impl FromStr for Digest {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let read = || {
            let digits: &[u8; 64] = text.as_bytes().try_into().ok()?;
            let (mut bytes, mut wrong) = ([0; 32], 0);
            for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
                let (high, low) = (DIGIT_VALUES[usize::from(pair[0])], DIGIT_VALUES[usize::from(pair[1])]);
                wrong |= high | low;
                *byte = high << 4 | low & 15;
            }
            (wrong < 16).then_some(Self(bytes))
        };
        let problem = || Problem::error("name.hash", "not a hash of 64 small hex digits");
        read().ok_or_else(|| Error::new(Class::Input, problem()))
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|_| serde::de::Error::custom("not a hash"))
    }
}

/// Words that name folders about the work and are therefore no case category.
pub const OFFICE_WORDS: [&str; 7] =
    ["REFERRAL", "STAFF", "DEBRIEF", "COMPLAINT", "FEEDBACK", "HANDOVER", "PROGRAMME"];

macro_rules! checked_name {
    ($(#[$doc:meta])* $name:ident, $code:literal, $expected:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    return Ok(Self(text.to_owned()));
                }
                Err(Error::new(Class::Input, Problem::error($code, concat!("expected ", $expected))))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(|_| serde::de::Error::custom(concat!("expected ", $expected)))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

checked_name!(
    /// A folder of the archive: a case such as `UASC-2016-0012`, or a matter of the office such as
    /// `STAFF-2026-0007`.
    Unit,
    "name.unit",
    "a case number such as UASC-2016-0012: category, year of admission, client number",
    is_unit
);

impl Unit {
    /// The category (`UASC`), in an office unit the word for the sort of matter.
    pub fn category(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    /// The year of admission.
    pub fn year(&self) -> i32 {
        self.0.split('-').nth(1).and_then(|year| year.parse().ok()).unwrap_or_default()
    }

    /// The client number with its leading zeros.
    pub fn client_number(&self) -> &str {
        self.0.rsplit('-').next().unwrap_or_default()
    }

    /// Whether this is a folder about the work and not about a client.
    pub fn is_office(&self) -> bool {
        OFFICE_WORDS.contains(&self.category())
    }

    /// The folder label of a case in `status`: `UASC-2016-0012-O`.
    pub fn label(&self, status: Status) -> String {
        format!("{}-{}", self.0, status.code())
    }
}

checked_name!(
    /// A person of the agency: a pseudonym such as `aisha` or `cm-07`, never a full name.
    PersonId,
    "name.person",
    "a short id of small letters, digits and hyphens such as aisha or cm-07, at most 32",
    is_person_id
);

fn is_unit(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let [category, year, number] = parts[..] else { return false };
    (1..=12).contains(&category.len())
        && category.bytes().all(|b| b.is_ascii_uppercase())
        && year.len() == 4
        && digits(year)
        && (4..=6).contains(&number.len())
        && digits(number)
}

fn is_person_id(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
