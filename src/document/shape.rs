//! The shape of a record: what sort of value stands in each field, read from the record's own schema.
//!
//! One source says it all: the Rust types of the record. From their schema come the shapes that guide
//! [`super::transform`] and the descriptions that messages quote.

use crate::record::Sort;
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// The sort of a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// A calendar date.
    Date,
    /// A narrative.
    Narrative,
    /// A word of a closed list; the name of the list as word files have it: `contact-kind`.
    Vocabulary(String),
    /// A word of a form's own list; where word files have it: `kind.vocab.condition`.
    Word(String),
    /// A status of the case.
    Status,
    /// The code of a language.
    Language,
    /// A photograph beside the record.
    Photograph,
    /// Values of one shape.
    List(Box<Shape>),
    /// Fields.
    Fields(Vec<(String, Shape)>),
    /// Anything else, printed as it is.
    Plain,
}

/// The shape of a whole record of `sort`.
pub(super) fn of_record(sort: Sort) -> &'static Shape {
    static SHAPES: LazyLock<[Shape; Sort::ALL.len()]> = LazyLock::new(|| {
        Sort::ALL.map(|sort| {
            let schema = Schema(sort.schema());
            schema.0.as_object().map_or(Shape::Plain, |node| schema.shape(node))
        })
    });
    &SHAPES[sort as usize]
}

/// What the schema of `sort` says about the field at `path` (`goals[].progress[].note`), without its full
/// stop; `None` where such a record has no such field.
pub(super) fn describe(sort: Sort, path: &str) -> Option<String> {
    let schema = Schema(sort.schema());
    let mut node = schema.0.as_object()?;
    let mut described = None;
    for segment in path.split('.') {
        let (name, list) = segment.strip_suffix("[]").map_or((segment, false), |name| (name, true));
        let field = schema.resolved(node).0.get("properties")?.get(name)?.as_object()?;
        described = field.get("description").and_then(Value::as_str);
        node = field;
        if list {
            node = schema.resolved(node).0.get("items")?.as_object()?;
        }
    }
    let first = described?.lines().next().unwrap_or_default();
    Some(first.trim_end_matches('.').to_owned())
}

/// Whether a record of `sort` that has the part above the field at `path` must have the field.
pub(super) fn is_needed(sort: Sort, path: &str) -> bool {
    let schema = Schema(sort.schema());
    let (above, name) = path.rsplit_once('.').unwrap_or(("", path));
    let part = if above.is_empty() { schema.0.as_object() } else { schema.object_at(above) };
    let needed = part.and_then(|part| part.get("required")?.as_array());
    needed.is_some_and(|needed| needed.iter().any(|other| other == name.trim_end_matches("[]")))
}

/// The words of a closed list by the name that word files give it, in the order of the schema that has it.
pub(super) fn words_of(list: &str) -> Vec<&'static str> {
    let all = Sort::ALL.into_iter().filter_map(|sort| sort.schema()["$defs"].as_object()).flatten();
    let definition = all.into_iter().find(|(name, _)| kebab(name) == list);
    let words = definition.and_then(|(_, definition)| definition.get("oneOf")?.as_array());
    words.into_iter().flatten().filter_map(|word| word.get("const")?.as_str()).collect()
}

/// The schema that references lead into.
#[derive(Clone, Copy)]
struct Schema(&'static Value);

impl Schema {
    /// The schema of the part at `path`.
    fn object_at(self, path: &str) -> Option<&'static Map<String, Value>> {
        let mut node = self.0.as_object()?;
        for segment in path.split('.') {
            let (name, list) = segment.strip_suffix("[]").map_or((segment, false), |name| (name, true));
            let field = self.resolved(node).0.get("properties")?.get(name)?.as_object()?;
            node = self.resolved(field).0;
            if list {
                node = self.resolved(node.get("items")?.as_object()?).0;
            }
        }
        Some(node)
    }

    /// A schema without the wrappings of `$ref` and "or null", and the name of its type where it has one.
    fn resolved(self, mut node: &'static Map<String, Value>) -> (&'static Map<String, Value>, &'static str) {
        let mut name = "";
        loop {
            let options = node.get("anyOf").and_then(Value::as_array);
            let not_null = |option: &&Value| option.get("type").and_then(Value::as_str) != Some("null");
            let only = options.filter(|options| options.len() == 2 && !options.iter().all(|o| not_null(&o)));
            if let Some(inner) =
                only.and_then(|options| options.iter().find(not_null)).and_then(Value::as_object)
            {
                node = inner;
            } else if let Some(inner) =
                node.get("$ref").and_then(Value::as_str).and_then(|name| self.definition(name))
            {
                (node, name) = inner;
            } else {
                return (node, name);
            }
        }
    }

    fn definition(self, reference: &'static str) -> Option<(&'static Map<String, Value>, &'static str)> {
        let name = reference.strip_prefix("#/$defs/")?;
        Some((self.0.get("$defs")?.get(name)?.as_object()?, name))
    }

    fn shape(self, node: &'static Map<String, Value>) -> Shape {
        let (node, name) = self.resolved(node);
        let text = |key: &str| node.get(key).and_then(Value::as_str);
        let mark = text("x-casefile");
        if mark == Some("narrative") {
            return Shape::Narrative;
        }
        if text("format") == Some("date") {
            return Shape::Date;
        }
        if text("pattern").is_some_and(|pattern| pattern.starts_with("^[a-z]{2,3}(-")) {
            return Shape::Language;
        }
        if name == "Status" {
            return Shape::Status;
        }
        if mark == Some("vocabulary") || name == "Share" {
            return Shape::Vocabulary(kebab(name));
        }
        if let Some(items) = node.get("items").and_then(Value::as_object) {
            return Shape::List(Box::new(self.shape(items)));
        }
        match node.get("properties").and_then(Value::as_object) {
            Some(properties) => self.fields(properties),
            None => Shape::Plain,
        }
    }

    fn fields(self, properties: &'static Map<String, Value>) -> Shape {
        let is_image = |field: &Value| field.get("x-casefile").and_then(Value::as_str) == Some("image");
        if properties.values().any(is_image) {
            return Shape::Photograph;
        }
        let fields = properties
            .iter()
            .filter_map(|(name, field)| Some((name.clone(), self.shape(field.as_object()?))));
        Shape::Fields(fields.collect())
    }
}

/// `ContactKind` as word files write it: `contact-kind`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(character.to_ascii_lowercase());
    }
    kebab
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> Shape {
        path.split('.').fold(of_record(Sort::Case).clone(), |shape, name| {
            let shape = match shape {
                Shape::List(inner) => *inner,
                shape => shape,
            };
            let Shape::Fields(fields) = shape else { panic!("{name} has no fields above") };
            fields.into_iter().find(|(field, _)| field == name).expect(name).1
        })
    }

    #[test]
    fn every_sort_of_field_is_known_from_the_schema() {
        assert_eq!(at("case.admitted"), Shape::Date);
        assert_eq!(at("goals.due"), Shape::Date);
        assert_eq!(at("contacts.what"), Shape::Narrative);
        assert_eq!(at("contacts.next_step"), Shape::Narrative);
        assert_eq!(at("contacts.kind"), Shape::Vocabulary("contact-kind".to_owned()));
        assert_eq!(at("client.gender"), Shape::Vocabulary("gender".to_owned()));
        assert_eq!(at("people.share"), Shape::Vocabulary("share".to_owned()));
        assert_eq!(at("case.stage"), Shape::Plain);
        assert_eq!(at("case.history.status"), Shape::Status);
        assert_eq!(at("client.languages"), Shape::List(Box::new(Shape::Language)));
        assert_eq!(at("lang"), Shape::Language);
        assert_eq!(at("client.interpreter.language"), Shape::Language);
        assert_eq!(at("client.photograph"), Shape::Photograph);
        assert_eq!(at("client.vulnerabilities"), Shape::List(Box::new(Shape::Narrative)));
        assert_eq!(at("contacts.at"), Shape::Plain);
        assert_eq!(at("client.name"), Shape::Plain);
        assert_eq!(at("case.number"), Shape::Plain);
        assert_eq!(at("attachments.file"), Shape::Plain);
    }

    #[test]
    fn a_field_is_described_in_the_words_of_the_schema() {
        assert_eq!(describe(Sort::Case, "goals[].outcome").as_deref(), Some("What came of it in the end"));
        assert_eq!(describe(Sort::Case, "client.birth.date").as_deref(), Some("The date"));
        assert_eq!(describe(Sort::Case, "goals").as_deref(), Some("Goals with tasks and progress"));
        assert_eq!(describe(Sort::Case, "goals[].nothing"), None);
        assert_eq!(describe(Sort::Case, "goals.outcome"), None);
    }
}
