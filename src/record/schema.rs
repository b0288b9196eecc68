//! The JSON Schema of a record, generated from the model: one source for checks, editors and explanations.

use super::sort::Sort;
use crate::error::{Class, Error, Place, Problem, Result};
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;
use std::collections::BTreeSet;

/// The schema of `record/1`, as `schemas/case.schema.json` holds it.
pub fn schema() -> &'static Value {
    Sort::Case.schema()
}

/// The schema as the text of its file.
pub fn text() -> String {
    Sort::Case.schema_text()
}

/// Checks one form (`forms.<kind>[n]`) against the schema of its kind.
///
/// No value of the form is named; fields only where the schema names them.
///
/// # Errors
/// `form.schema` (input) where the schema is none; `form.invalid` with every problem otherwise, each at
/// its field below `at`, such as `forms.complaint[0]`.
pub fn check_form(schema: &Value, value: &Value, at: &str) -> Result<()> {
    let validator = jsonschema::validator_for(schema).map_err(|_| {
        let problem = Problem::error("form.schema", "the schema of this kind is no valid JSON Schema");
        Error::new(Class::Input, problem.at(place(at.to_owned())))
    })?;
    let mut names = BTreeSet::new();
    property_names(schema, &mut names);
    let problems = validator.iter_errors(value).map(|error| {
        let field = format!("{at}{}", path(error.instance_path().as_str(), &names));
        Problem::error("form.invalid", misfit(error.kind()))
            .hint("the schema beside the kind's template tells what each field of the form may hold")
            .at(place(field))
    });
    Error::all(Class::Input, problems.collect()).map_or(Ok(()), Err)
}

/// What does not fit, in words that come from the schema alone.
fn misfit(kind: &ValidationErrorKind) -> String {
    match kind {
        ValidationErrorKind::Required { property } => match property.as_str() {
            Some(name) => format!("`{name}` is missing"),
            None => "a field is missing".to_owned(),
        },
        ValidationErrorKind::AdditionalProperties { .. } => "the form has no field of this name".to_owned(),
        ValidationErrorKind::Enum { .. } => "this word is not in the list of the form".to_owned(),
        ValidationErrorKind::Type { .. } => "this is not the type of value that the form expects".to_owned(),
        other => format!("this does not fit the form's schema (`{}`)", other.keyword()),
    }
}

fn place(field: String) -> Place {
    Place { field: Some(field), ..Place::default() }
}

/// A pointer (`/items/0/what`) as a path, without names that the schema does not have.
fn path(pointer: &str, names: &BTreeSet<&str>) -> String {
    let step = |step: &str| match step {
        number if number.bytes().all(|b| b.is_ascii_digit()) => format!("[{number}]"),
        name if names.contains(name) => format!(".{name}"),
        _ => ".…".to_owned(),
    };
    pointer.split('/').skip(1).map(step).collect()
}

fn property_names<'a>(schema: &'a Value, names: &mut BTreeSet<&'a str>) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get("properties") {
                names.extend(properties.keys().map(String::as_str));
            }
            map.values().for_each(|value| property_names(value, names));
        }
        Value::Array(items) => items.iter().for_each(|item| property_names(item, names)),
        _ => {}
    }
}
