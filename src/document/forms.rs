//! A kind's own part of the record: `forms.<kind>[]`, held against the `schema.json` beside its template.
//!
//! What a record shares is in its own types; what only one kind needs, also an agency's own, is here. The
//! schema decides: `format: date` is a date, `x-casefile: narrative` a narrative, a property with an `enum`
//! a word of the kind's `[vocab.<property>]`; every field of it is always there for the template.

use super::kind::Kind;
use super::kinds::Kinds;
use super::shape::{self, Shape};
use super::transform::Transform;
use super::words::Words;
use crate::error::{Error, Problem};
use crate::record::{Subject, schema};
use serde_json::Value;

/// What does not fit in the forms of a record: forms of the kinds known, each against its schema, and
/// forms of which nobody knows the kind. Fields are named, values never.
pub fn check_forms<'a>(kinds: &Kinds, record: impl Into<Subject<'a>>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let record @ Subject::Case(case) = record.into() else { return problems };
    for id in case.case().forms.keys() {
        match kinds.get(id) {
            Ok(kind) if kind.schema().is_some() => problems.extend(check(&kind, record)),
            known => {
                let what =
                    if known.is_ok() { "this kind has no form of its own" } else { "no kind has this name" };
                let hint = "name the folder of the agency's kinds with --templates, or correct the name";
                let place = record.place(&format!("forms.{id}"));
                problems.push(Problem::warning("form.no-kind", what).hint(hint).at(place));
            }
        }
    }
    problems
}

/// What does not fit in the record's forms of `kind`.
pub(super) fn check(kind: &Kind, record: Subject) -> Vec<Problem> {
    let Some(form) = kind.schema() else { return Vec::new() };
    let forms = record.forms(kind.id()).iter().enumerate();
    let checked = forms.map(|(at, value)| {
        let path = format!("forms.{}[{at}]", kind.id());
        schema::check_form(form, value, &path)
    });
    let problems = checked.filter_map(Result::err).flat_map(|error: Error| error.problems().to_vec());
    problems.map(|problem| placed(problem, record)).collect()
}

fn placed(mut problem: Problem, record: Subject) -> Problem {
    if let Some(field) = problem.place.as_ref().and_then(|place| place.field.clone()) {
        problem.place = Some(record.place(&field));
    }
    problem
}

/// What the schemas say about the field at `path`: the record's own, and under `forms.<kind>[]` the kind's.
pub(super) fn describe(kind: &Kind, path: &str) -> Option<String> {
    let Some(within) = path.strip_prefix("forms.") else { return shape::describe(kind.record(), path) };
    let (id, rest) = within.split_once('.')?;
    let mut node = kind.schema().filter(|_| id.strip_suffix("[]") == Some(kind.id()))?;
    for segment in rest.split('.') {
        let (name, list) = segment.strip_suffix("[]").map_or((segment, false), |name| (name, true));
        node = node["properties"].get(name)?;
        if list {
            node = node.get("items")?;
        }
    }
    let words = node["title"].as_str().or_else(|| node["description"].as_str());
    Some(words.unwrap_or("a field of the form").trim_end_matches('.').to_owned())
}

/// The record's forms of `kind` as its template reads them.
pub(super) fn shown(kind: &Kind, record: Subject, transform: &mut Transform) -> Value {
    let Some(schema) = kind.schema() else { return Value::Array(Vec::new()) };
    let shape = of_form(schema, "");
    let forms = record.forms(kind.id()).iter().enumerate();
    forms.map(|(at, form)| transform.value(&shape, form, &format!("forms.{}[{at}]", kind.id()))).collect()
}

/// Makes the forms of a kind's sample blank.
pub(super) fn blank(kind: &Kind, forms: &mut Value, words: &Words) {
    if let (Some(schema), Value::Array(forms)) = (kind.schema(), forms) {
        let shape = of_form(schema, "");
        forms.truncate(1);
        for form in forms {
            super::blank::record(&shape, form, words);
        }
    }
}

/// The shape of a form or of the field `name` in it.
pub(super) fn of_form(schema: &Value, name: &str) -> Shape {
    if schema["x-casefile"] == "narrative" {
        Shape::Narrative
    } else if schema["format"] == "date" {
        Shape::Date
    } else if schema.get("enum").is_some() {
        Shape::Word(format!("kind.vocab.{name}"))
    } else if let Some(items) = schema.get("items") {
        Shape::List(Box::new(of_form(items, name)))
    } else if let Some(fields) = schema["properties"].as_object() {
        Shape::Fields(fields.iter().map(|(name, field)| (name.clone(), of_form(field, name))).collect())
    } else {
        Shape::Plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_schema_of_a_form_tells_what_its_fields_are() {
        let schema = json!({"properties": {
            "date": {"type": "string", "format": "date"},
            "items": {"type": "array", "items": {"properties": {"state": {"enum": ["good", "worn"]}}}},
            "note": {"type": "string", "x-casefile": "narrative"},
            "count": {"type": "integer"},
        }});
        let Shape::Fields(fields) = of_form(&schema, "") else { panic!("no fields") };
        let state = Shape::Fields(vec![("state".to_owned(), Shape::Word("kind.vocab.state".to_owned()))]);
        let expected = [
            ("date".to_owned(), Shape::Date),
            ("items".to_owned(), Shape::List(Box::new(state))),
            ("note".to_owned(), Shape::Narrative),
            ("count".to_owned(), Shape::Plain),
        ];
        assert_eq!(fields, expected);
    }
}
