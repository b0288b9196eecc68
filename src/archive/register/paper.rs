//! The printed reference: a locked cabinet is a witness.

use super::super::case::Case;
use super::super::error;
use super::super::open::Archive;
use crate::error::{Class, Error, Problem, Result};
use crate::log::{Judged, NoteName, Op, Time, Verdict};
use crate::names::{PersonId, Status, Unit};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// Hex digits of a head that a page prints.
const DIGITS: usize = 32;

/// An archive reference as the foot of a page prints it: `UASC-2016-0012/17 a1b2…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    unit: Unit,
    seq: u32,
    digits: String,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} {}", self.unit, self.seq, self.digits)
    }
}

impl FromStr for Reference {
    type Err = Error;

    /// Reads a reference as a person types it from paper: in any case of letters, with any spaces and
    /// line breaks, with whatever dash a copied PDF gave; the label may carry its status code.
    ///
    /// # Errors
    /// `archive.reference` (usage) where a part is missing or a digit too few or too many.
    fn from_str(text: &str) -> Result<Self> {
        Self::read(text).ok_or_else(|| {
            let message = "this is no archive reference";
            let hint = "type it as the foot of the page has it: the number of the case, a stroke, the number of \
                        the entry and 32 digits from 0 to 9 and a to f";
            Error::new(Class::Usage, Problem::error("archive.reference", message).hint(hint))
        })
    }
}

impl Reference {
    fn read(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter_map(plain).collect();
        let (label, rest) = plain.split_once('/')?;
        let joined = |text: &str| text.replace(' ', "");
        let (label, rest) = (joined(label), rest.trim());
        // A space ends the entry's number; where none stands there, the last digits are the hash.
        let (seq, digits) = match rest.split_once(' ') {
            Some((seq, digits)) if seq.bytes().all(|b| b.is_ascii_digit()) => (joined(seq), joined(digits)),
            _ => {
                let rest = joined(rest);
                let (seq, digits) = rest.split_at_checked(rest.len().checked_sub(DIGITS)?)?;
                (seq.to_owned(), digits.to_owned())
            }
        };
        let digits = digits.to_ascii_lowercase();
        let good = (1..=8).contains(&seq.len())
            && seq.bytes().all(|b| b.is_ascii_digit())
            && digits.len() == DIGITS
            && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let unit = unit_of(&label.to_ascii_uppercase()).filter(|_| good)?;
        Some(Self { unit, seq: seq.parse().ok()?, digits })
    }

    fn names(&self, judged: &Judged) -> bool {
        let counts = !matches!(judged.verdict, Verdict::Invalid(_));
        let name = &judged.name;
        counts
            && name.seq == self.seq
            && judged.entry.label == self.unit
            && name.hash.short(DIGITS) == self.digits
    }
}

/// A character as it was meant, or nothing where it is only there to set directions.
fn plain(c: char) -> Option<char> {
    match c {
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        '\u{2044}' | '\u{2215}' | '\u{ff0f}' => Some('/'),
        c if c.is_whitespace() => Some(' '),
        c => Some(c),
    }
}

fn unit_of(label: &str) -> Option<Unit> {
    let endings = Status::ALL.map(|status| format!("-{}", status.code()));
    let coded = || endings.iter().find_map(|code| label.strip_suffix(code.as_str())?.parse().ok());
    label.parse().ok().or_else(coded)
}

/// What a printed reference leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The folder, under its label of today.
    pub unit: Unit,
    /// The entry that was the newest when the page was made.
    pub entry: NoteName,
    /// What that entry did.
    pub op: Op,
    /// Who signed it.
    pub signers: Vec<PersonId>,
    /// When, by the clock of that machine.
    pub time: Time,
    /// The status after it, none in office folders.
    pub status: Option<Status>,
    /// How many entries with a greater number there are now.
    pub later: usize,
    /// Whether everything it builds on is there; otherwise only the entry itself is proved.
    pub is_whole: bool,
}

impl Archive {
    /// Finds the entry that a page's foot names in the signed history of its case, wherever that case
    /// lies now and whatever its label is now.
    ///
    /// # Errors
    /// `archive.reference-not-found` (damage) where no history holds it: mistyped, of another archive, or
    /// the archive went back before it. Class *access* where a folder may not be read.
    pub fn find_printed(&self, reference: &Reference) -> Result<Printed> {
        let units: BTreeSet<Unit> = self.units()?.into_iter().collect();
        // The case of that number first; then all others, because a label may have been corrected since.
        let others = units.iter().filter(|unit| **unit != reference.unit);
        for unit in std::iter::once(&reference.unit).chain(others) {
            match self.case(unit) {
                Ok(case) => {
                    if let Some(printed) = find_in(&case, reference) {
                        return Ok(printed);
                    }
                }
                Err(e) if matches!(e.class(), Class::NotFound | Class::Damage) => {}
                Err(e) => return Err(e),
            }
        }
        Err(error::reference_not_found(&reference.to_string()))
    }
}

fn find_in(case: &Case, reference: &Reference) -> Option<Printed> {
    case.threads.iter().find_map(|thread| {
        let judged = thread.entries.iter().find(|judged| reference.names(judged))?;
        let later = |other: &&Judged| other.name.seq > judged.name.seq && other.verdict == Verdict::Valid;
        Some(Printed {
            unit: case.unit().clone(),
            entry: judged.name,
            op: judged.entry.op.clone(),
            signers: judged.entry.signers.clone(),
            time: judged.entry.time,
            status: judged.entry.status,
            later: thread.entries.iter().filter(later).count(),
            is_whole: judged.verdict != Verdict::Pending,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "UASC-2016-0012/17 a1b2c3d4e5f60718293a4b5c6d7e8f90";

    #[test]
    fn a_reference_reads_however_it_was_copied_from_paper() {
        let meant: Reference = PRINTED.parse().expect("a reference");
        assert_eq!(meant.to_string(), PRINTED);
        for text in [
            "uasc-2016-0012/17 A1B2C3D4E5F60718293A4B5C6D7E8F90",
            "  UASC-2016-0012 / 17\n a1b2c3d4 e5f60718\r\n293a4b5c 6d7e8f90 ",
            "UASC\u{2011}2016\u{2011}0012/17\u{a0}a1b2c3d4e5f60718293a4b5c6d7e8f90",
            "\u{2066}UASC-2016-0012/17 a1b2c3d4e5f60718293a4b5c6d7e8f90\u{2069}",
            "UASC-2016-0012/17a1b2c3d4e5f60718293a4b5c6d7e8f90",
            "UASC-2016-0012-O/17 a1b2c3d4e5f60718293a4b5c6d7e8f90",
        ] {
            assert_eq!(text.parse::<Reference>().as_ref(), Ok(&meant), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_reference_is_told_so() {
        for text in [
            "",
            "UASC-2016-0012",
            "UASC-2016-0012/17",
            "UASC-2016-0012/ a1b2c3d4e5f60718293a4b5c6d7e8f90",
            "UASC-2016-0012/17 a1b2c3d4e5f60718293a4b5c6d7e8f9",
            "UASC-2016-0012/17 a1b2c3d4e5f60718293a4b5c6d7e8f9g",
            "UASC-2016-0012/123456789 a1b2c3d4e5f60718293a4b5c6d7e8f90",
            "UASC-16-12/17 a1b2c3d4e5f60718293a4b5c6d7e8f90",
            "UASC-2016-0012/17 é1b2c3d4e5f60718293a4b5c6d7e8f90",
        ] {
            let refused = text.parse::<Reference>().expect_err(text);
            assert_eq!(refused.class(), Class::Usage, "{text:?}");
        }
    }
}
