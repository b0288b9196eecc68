//! Who leaves the agency, as the histories show it in clear: a handover names the rule where it gives somebody who
//! departs a last day, or takes them out.

use super::case::Case;
use crate::log::{Reader, Time, Verdict};
use crate::names::PersonId;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The rule named by entries that end somebody's reading because they leave the agency.
pub const DEPARTURE: &str = "handover.departure";

/// That somebody departs, as one folder shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departing {
    /// Who.
    pub person: PersonId,
    /// The last day, or the day they were taken out.
    pub on: NaiveDate,
    /// When that was signed.
    pub signed: Time,
}

/// Who departs, by the entries of a folder. Who reads it without a last day again has stayed.
pub(super) fn departing(case: &Case) -> Vec<Departing> {
    let mut found: BTreeMap<&PersonId, Departing> = BTreeMap::new();
    let mut before: &[Reader] = &[];
    for judged in case.entries().filter(|it| it.verdict == Verdict::Valid) {
        let entry = &judged.entry;
        if entry.rule.as_ref().is_some_and(|rule| rule.as_str() == DEPARTURE) {
            let last_day = |reader: &Reader| match entry.readers.iter().find(|it| it.id == reader.id) {
                None => Some(entry.time.day()),
                Some(now) => now.until.filter(|until| reader.until != Some(*until)).map(|until| until.0),
            };
            for (reader, on) in before.iter().filter_map(|it| Some((it, last_day(it)?))) {
                let departing = Departing { person: reader.id.clone(), on, signed: entry.time };
                found.insert(&reader.id, departing);
            }
        }
        before = &entry.readers;
    }
    let stays = |id: &PersonId| before.iter().any(|it| it.id == *id && it.until.is_none());
    found.into_values().filter(|it| !stays(&it.person)).collect()
}
