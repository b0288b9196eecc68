//! The cases of a document about several: each as a document of its own would have it.

use super::Derived;
use crate::document::photographs::Photographs;
use crate::document::transform::Transform;
use crate::document::{CasePart, Words, dates, shape, status};
use crate::record::{Sort, Subject};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One value for each case that has pages, or for each that is only `listed`, in the order given. A case that
/// had no status on `at` is left out.
pub(in crate::document) fn json(words: &Words, cases: &[CasePart], listed: bool, at: NaiveDate) -> Value {
    cases.iter().filter(|part| part.listed == listed).filter_map(|part| case(words, part, at)).collect()
}

fn case(words: &Words, part: &CasePart, at: NaiveDate) -> Option<Value> {
    let record = &part.record;
    let statuses = status::merged(&record.statuses(), Some(&part.statuses));
    let now = status::on(&statuses, at)?;
    // Photographs stay in the case.
    let none = BTreeMap::new();
    let photographs = Photographs::new(None, &none);
    let mut transform = Transform { words, record: Subject::Case(record), photographs };
    let shown = transform.value(shape::of_record(Sort::Case), record.json(), "");
    let derived = Derived {
        words,
        record: record.case(),
        shown: &shown,
        at,
        period: (record.case().case.admitted, at),
        statuses: &statuses,
        status: now,
        programme: record.programme(),
    };
    let since = statuses.iter().rfind(|(_, since)| *since <= at).map(|(_, since)| *since);
    let derived = derived.json();
    let contacts =
        |places: &[usize]| -> Value { places.iter().map(|at| shown["contacts"][*at].clone()).collect() };
    let due = part.due.iter().map(|(on, what, detail)| {
        json!({ "late": *on < at, "on": dates::json(words, *on), "what": what, "detail": detail })
    });
    Some(json!({
        "number": record.case().case.number,
        "status": words.get_or_id(&format!("status.{}", now.word())),
        "code": now.code(),
        "since": since.map(|since| dates::json(words, since)),
        "to": part.to,
        "due": due.collect::<Value>(),
        "gaps": part.gaps,
        "joint": contacts(&part.joint),
        "told": contacts(&part.told),
        "keys": part.keys.iter().map(|day| dates::json(words, *day)).collect::<Value>(),
        "derived": derived,
        "record": shown,
    }))
}
