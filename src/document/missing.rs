//! What a kind still needs before its document can be made.

use super::kind::{Kind, Must, PeriodRule};
use super::{Period, forms};
use crate::error::Problem;
use crate::record::Subject;
use serde_json::Value;

/// Everything that keeps `kind` from being made of `record` for `period`: a period that is needed and not
/// given, and each part of the record that the kind requires and the record lacks. Empty where nothing is.
///
/// A required part under a list needs to be there once, or in every item where the kind says `every`.
/// A record of another sort than the kind is made of is the one problem told.
pub fn missing<'a>(kind: &Kind, record: impl Into<Subject<'a>>, period: Option<Period>) -> Vec<Problem> {
    let record = record.into();
    if kind.record() != record.sort() {
        return vec![other_sort(kind, record)];
    }
    let mut problems: Vec<Problem> = wrong_period(kind, period).into_iter().collect();
    for must in kind.musts().iter().filter(|must| must.required) {
        let found = lacks(record.json(), &must.path, must.every);
        problems.extend(found.iter().map(|lack| problem(kind, must, lack, record)));
    }
    problems
}

/// What `kind` prints and `record` lacks, though the document can be made without it: a warning for each. None
/// where the record is of another sort than the kind is made of.
pub fn unfilled<'a>(kind: &Kind, record: impl Into<Subject<'a>>) -> Vec<Problem> {
    let record = record.into();
    let optional = kind.musts().iter().filter(|must| !must.required && kind.record() == record.sort());
    let first = |must: &Must| lacks(record.json(), &must.path, false).into_iter().next();
    optional.filter_map(|must| first(must).map(|lack| unsaid(kind, must, &lack, record))).collect()
}

fn unsaid(kind: &Kind, must: &Must, lack: &Lack, record: Subject) -> Problem {
    let what = forms::describe(kind, &must.path).unwrap_or_default();
    let message =
        format!("the kind `{}` shows `{}` ({what}), and the record says nothing", kind.id(), must.path);
    Problem::warning("document.empty-part", message)
        .hint(hint(must, lack, record))
        .at(record.place(&path_of(lack)))
}

fn other_sort(kind: &Kind, record: Subject) -> Problem {
    let (id, needed, given) = (kind.id(), kind.record().format(), record.sort().format());
    let message = format!("the kind `{id}` is made from a record `{needed}`, and this one is `{given}`");
    Problem::error("document.other-record", message)
        .hint("`casefile kinds KIND` tells which record a kind is made from")
        .at(record.place("casefile"))
}

/// Whether a record has something at `path`.
pub(super) fn has<'a>(record: impl Into<Subject<'a>>, path: &str) -> bool {
    lacks(record.into().json(), path, false).is_empty()
}

fn wrong_period(kind: &Kind, period: Option<Period>) -> Option<Problem> {
    let id = kind.id();
    match (kind.period(), period) {
        (PeriodRule::Required, None) => Some(
            Problem::error(
                "document.no-period",
                format!("the kind `{id}` covers a period, and none is given"),
            )
            .hint("give its first and last day: --period YYYY-MM-DD..YYYY-MM-DD"),
        ),
        (PeriodRule::None, Some(_)) => Some(
            Problem::error("document.period-not-wanted", format!("the kind `{id}` covers no period"))
                .hint("leave out --period; --date gives the day of the document"),
        ),
        (_, Some((start, end))) if end < start => Some(
            Problem::error("document.period-reversed", "the period ends before it begins")
                .hint("give the first day first: --period YYYY-MM-DD..YYYY-MM-DD"),
        ),
        _ => None,
    }
}

/// A part that is not there: what stands above it, and what would have to be added.
#[derive(Debug, PartialEq, Eq)]
struct Lack {
    /// Path of what is there: empty for the record itself.
    above: String,
    /// The field to add.
    add: String,
}

/// Where `path` is not in `record`. With `every`, each item of its lists must have it; else one is enough,
/// and the answer is the place where the way ends.
fn lacks(record: &Value, path: &str, every: bool) -> Vec<Lack> {
    let segments: Vec<&str> = path.split('.').collect();
    let mut found = Vec::new();
    let there = walk(record, &segments, "", &mut found);
    if every {
        return found;
    }
    let deepest = found.into_iter().max_by_key(|lack| lack.above.matches('.').count());
    if there { Vec::new() } else { deepest.into_iter().collect() }
}

/// Whether the path is there at least once; every place where it ends early is noted.
fn walk(value: &Value, segments: &[&str], above: &str, found: &mut Vec<Lack>) -> bool {
    let Some((segment, rest)) = segments.split_first() else { return true };
    let name = segment.trim_end_matches("[]");
    let below = |at: &str| if above.is_empty() { at.to_owned() } else { format!("{above}.{at}") };
    match value.get(name).filter(|inner| is_filled(inner)) {
        None => {
            found.push(Lack { above: above.to_owned(), add: name.to_owned() });
            false
        }
        Some(Value::Array(items)) if segment.ends_with("[]") => {
            let mut there = false;
            for (at, item) in items.iter().enumerate() {
                there |= walk(item, rest, &below(&format!("{name}[{at}]")), found);
            }
            there
        }
        Some(inner) => walk(inner, rest, &below(name), found),
    }
}

/// Whether something is said: not nothing, not blank text, not an empty list.
fn is_filled(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => fields.get("text").is_none_or(is_filled),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn problem(kind: &Kind, must: &Must, lack: &Lack, record: Subject) -> Problem {
    let what = forms::describe(kind, &must.path).unwrap_or_default();
    let message = format!("the kind `{}` needs `{}` ({what}), and the record lacks it", kind.id(), must.path);
    let problem = Problem::error("document.missing-part", message);
    problem.hint(hint(must, lack, record)).at(record.place(&path_of(lack)))
}

/// What to add, and where it is explained.
fn hint(must: &Must, lack: &Lack, record: Subject) -> String {
    let above = if lack.above.is_empty() { "the record".to_owned() } else { format!("`{}`", lack.above) };
    if must.path.starts_with("forms.") {
        return format!("add `{}:` to {above}; the kind's schema.json tells what it holds", lack.add);
    }
    let explained = record.sort().explained(&explained(must));
    format!("add `{}:` to {above}; see `casefile explain {explained}`", lack.add)
}

fn path_of(lack: &Lack) -> String {
    if lack.above.is_empty() { lack.add.clone() } else { format!("{}.{}", lack.above, lack.add) }
}

/// The path as `casefile explain` takes it: without the marks of lists.
fn explained(must: &Must) -> String {
    must.path.replace("[]", "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lack(above: &str, add: &str) -> Lack {
        Lack { above: above.to_owned(), add: add.to_owned() }
    }

    #[test]
    fn one_filled_item_is_enough_unless_every_one_is_asked_for() {
        let record = json!({"goals": [{"outcome": "x"}, {"outcome": null}, {"outcome": {"text": " "}}]});
        assert_eq!(lacks(&record, "goals[].outcome", false), []);
        let every = lacks(&record, "goals[].outcome", true);
        assert_eq!(every, [lack("goals[1]", "outcome"), lack("goals[2]", "outcome")]);
    }

    #[test]
    fn an_empty_list_lacks_the_list_itself() {
        for every in [true, false] {
            assert_eq!(lacks(&json!({"goals": []}), "goals[].outcome", every), [lack("", "goals")]);
        }
        let record = json!({"goals": [{"tasks": []}]});
        assert_eq!(lacks(&record, "goals[].tasks[].outcome", false), [lack("goals[0]", "tasks")]);
    }

    #[test]
    fn a_nested_part_is_asked_for_where_the_way_ends() {
        let record = json!({"closure": {"client_told": null}});
        assert_eq!(lacks(&record, "closure.client_told.how", false), [lack("closure", "client_told")]);
        assert_eq!(lacks(&json!({"a": false, "b": 0}), "a", false), []);
    }
}
