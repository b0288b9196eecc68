//! What a field means, made from the schema: `casefile explain contacts.kind`.

use super::sort::Sort;
use super::{scalar, suggest, walk, words};
use crate::error::{Class, Error, Problem, Result};
use serde::Serialize;
use serde_json::Value;
use std::fmt;

/// The source documents that meanings name by three digits.
const SOURCES: [(&str, &str); 5] = [
    ("000", "FLO case management standards, South Australia"),
    ("001", "Manitoba child and family services, agency standards"),
    ("002", "community placement and case management (CPCM) manual, chapter 5"),
    ("003", "intensive case management, service model description, Victoria"),
    ("004", "permanency case management, New South Wales"),
];

/// What one field of a record means. Its `Display` is the answer of `casefile explain`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Path of the field without numbers, such as `contacts.kind`; empty for the record itself.
    pub field: String,
    /// What it means.
    pub meaning: String,
    /// What stands there: a date, text, a list, fields.
    pub shape: String,
    /// Whether it must be there, wherever the part that holds it is.
    pub required: bool,
    /// The allowed words with their meanings, where it is one of a list.
    pub words: Vec<(String, String)>,
    /// The fields inside it.
    pub fields: Vec<Inner>,
    /// The source documents that its meaning names.
    pub sources: Vec<String>,
}

/// A field inside another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inner {
    /// Its name.
    pub name: String,
    /// What it means.
    pub meaning: String,
    /// Whether it must be there.
    pub required: bool,
}

/// Explains a field by its path; numbers of items (`contacts[3].kind`) are ignored, an empty path is the
/// record itself. A field of a record about the work has its sort before it: `complaint/received.date`.
///
/// # Errors
/// `record.no-such-field` (not found), with the field that was probably meant.
pub fn explain(field: &str) -> Result<Explanation> {
    let (sort, field) = match field.split_once('/') {
        Some((word, field)) => (Sort::of_word(word.trim()).ok_or_else(no_such_sort)?, field),
        None => (Sort::Case, field),
    };
    let root = sort.schema();
    let (mut here, mut path) =
        (Here { root, schema: root, meaning: meaning_of(root), required: true }, String::new());
    for name in names(field) {
        here = here.field(&name).ok_or_else(|| unknown(&here, sort, &path, &name))?;
        path = if path.is_empty() { name } else { format!("{path}.{name}") };
    }
    Ok(here.explained(sort.explained(&path)))
}

fn no_such_sort() -> Error {
    let sorts: Vec<&str> = Sort::ALL.into_iter().map(Sort::word).collect();
    let problem = Problem::error("record.no-such-field", "there is no such sort of record");
    Error::new(Class::NotFound, problem.hint(format!("the sorts are {}", words::listed(&sorts))))
}

fn names(field: &str) -> Vec<String> {
    let names = field.split('.').map(|step| step.split('[').next().unwrap_or(step).trim());
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn unknown(here: &Here, sort: Sort, path: &str, name: &str) -> Error {
    let inner: Vec<String> = here.inner().into_iter().map(|inner| inner.name).collect();
    let inner: Vec<&str> = inner.iter().map(String::as_str).collect();
    let owner = if path.is_empty() { "a record".to_owned() } else { format!("`{path}`") };
    let problem = Problem::error("record.no-such-field", format!("{owner} has no field `{name}`"));
    let dot = if path.is_empty() { "" } else { "." };
    let shown = sort.explained(path);
    let hint = match suggest::nearest(name, inner.iter().copied()) {
        Some(near) => format!("did you mean `casefile explain {shown}{dot}{near}`?"),
        None if inner.is_empty() => format!("`casefile explain {shown}` tells what stands there"),
        None if path.is_empty() && !within(here, name).is_empty() => {
            let found = within(here, name).iter().map(|field| sort.explained(field)).collect::<Vec<_>>();
            let found: Vec<&str> = found.iter().map(String::as_str).collect();
            format!("did you mean {}?", words::listed(&found))
        }
        None => format!("the fields here are {}", words::listed(&inner)),
    };
    Error::new(Class::NotFound, problem.hint(hint))
}

/// The fields called `name` one level further down, at most five.
fn within(root: &Here, name: &str) -> Vec<String> {
    let holds = |outer: &Inner| root.field(&outer.name).is_some_and(|here| here.names(name));
    root.inner()
        .iter()
        .filter(|outer| holds(outer))
        .map(|outer| format!("{}.{name}", outer.name))
        .take(5)
        .collect()
}

/// A place in the schema, past references and lists.
struct Here {
    root: &'static Value,
    schema: &'static Value,
    meaning: String,
    required: bool,
}

impl Here {
    /// What stands at this place, and whether it is a list of that.
    fn shape(&self) -> (&'static Value, bool) {
        let schema = target(self.root, self.schema);
        if schema["type"] == "array" { (target(self.root, &schema["items"]), true) } else { (schema, false) }
    }

    fn field(&self, name: &str) -> Option<Self> {
        let schema = fields_of(self.root, self.shape().0)?;
        let (property, required) = match schema["properties"].get(name) {
            Some(property) => (property, requires(schema, name)),
            None => (schema.get("additionalProperties").filter(|others| others.is_object())?, false),
        };
        Some(Self { root: self.root, schema: property, meaning: meaning_of(property), required })
    }

    /// Whether a field of its own is called `name`.
    fn names(&self, name: &str) -> bool {
        fields_of(self.root, self.shape().0).is_some_and(|schema| schema["properties"].get(name).is_some())
    }

    fn inner(&self) -> Vec<Inner> {
        let Some(schema) = fields_of(self.root, self.shape().0) else { return Vec::new() };
        let properties = schema["properties"].as_object().into_iter().flatten();
        let inner = properties.map(|(name, property)| Inner {
            name: name.clone(),
            meaning: meaning_of(property),
            required: requires(schema, name),
        });
        inner.collect()
    }

    fn explained(&self, field: String) -> Explanation {
        let (shape, list) = self.shape();
        let words: Vec<(String, String)> = words_of(shape);
        let described = describe(shape, !words.is_empty());
        let named = |digits: &str| self.meaning.contains(digits);
        Explanation {
            field,
            shape: if list { format!("a list, each item {described}") } else { described },
            required: self.required,
            words,
            fields: self.inner(),
            sources: SOURCES
                .iter()
                .filter(|(digits, _)| named(digits))
                .map(|(d, name)| format!("{d}: {name}"))
                .collect(),
            meaning: self.meaning.clone(),
        }
    }
}

/// Follows references, and of alternatives takes the one that is not `null`.
fn target(root: &'static Value, mut schema: &'static Value) -> &'static Value {
    loop {
        if let Some(name) = schema["$ref"].as_str().and_then(|r| r.strip_prefix("#/$defs/")) {
            schema = &root["$defs"][name];
        } else if let Some(choices) =
            schema["anyOf"].as_array().filter(|_| schema["x-casefile"] != "narrative")
        {
            schema = choices.iter().find(|choice| choice["type"] != "null").unwrap_or(&choices[0]);
        } else {
            return schema;
        }
    }
}

/// The schema with the fields of a thing; of a narrative, its long form.
fn fields_of(root: &'static Value, schema: &'static Value) -> Option<&'static Value> {
    if schema["x-casefile"] == "narrative" {
        let choices = schema["anyOf"].as_array()?.iter();
        return choices.map(|choice| target(root, choice)).find(|choice| choice["type"] == "object");
    }
    (schema["type"] == "object").then_some(schema)
}

fn requires(schema: &Value, name: &str) -> bool {
    schema["required"].as_array().is_some_and(|names| names.iter().any(|other| other == name))
}

fn meaning_of(schema: &Value) -> String {
    schema["description"].as_str().unwrap_or("A part of the field above it.").replace('\n', " ")
}

fn words_of(schema: &Value) -> Vec<(String, String)> {
    let words = schema["oneOf"].as_array().into_iter().flatten();
    words.filter_map(|word| Some((word["const"].as_str()?.to_owned(), meaning_of(word)))).collect()
}

fn describe(schema: &Value, words: bool) -> String {
    if words {
        return "one of the words below".to_owned();
    }
    if schema["x-casefile"] == "narrative" {
        return "text: paragraphs, `- ` and `1. ` lists, `**bold**`, `*emphasis*`; or the fields below"
            .to_owned();
    }
    match (schema["const"].as_str(), walk::kind(schema)) {
        (Some(only), _) => format!("`{only}`"),
        (None, "object") if schema["additionalProperties"].is_object() => {
            "fields that you name, each as below".to_owned()
        }
        (None, "object") => "the fields below".to_owned(),
        (None, "array") => "a list".to_owned(),
        (None, kind) => scalar::expected(schema, kind),
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.field.is_empty() { "a record" } else { &self.field };
        writeln!(f, "{name}: {}", self.meaning)?;
        writeln!(f, "  {}: {}", if self.required { "required" } else { "optional" }, self.shape)?;
        let width = self
            .fields
            .iter()
            .map(|inner| inner.name.len())
            .chain(self.words.iter().map(|w| w.0.len()))
            .max();
        let width = width.unwrap_or_default();
        for (word, meaning) in &self.words {
            writeln!(f, "  {word:width$}  {meaning}")?;
        }
        for Inner { name, meaning, required } in &self.fields {
            let mark = if *required { " (required)" } else { "" };
            writeln!(f, "  {name:width$}  {meaning}{mark}")?;
        }
        self.sources.iter().try_for_each(|source| writeln!(f, "  source {source}"))
    }
}
