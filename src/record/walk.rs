//! The walk over a record along its schema: every problem of form at once, each with its place.
//!
//! Messages name fields and allowed words. What is written in the record is never repeated, not even the
//! name of a field that does not exist: it may be the beginning of somebody's sentence.

use super::node::{Content, Entry, Mark, Node};
use super::scalar;
use super::sort::Sort;
use super::suggest::nearest;
use super::{syntax, words};
use crate::error::{Place, Problem, Severity};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// What the number of a folder about the work should be.
const FOLDER_NUMBER: &str = "the number of the folder such as COMPLAINT-2016-0003: sort, year, number";

/// How many problems a walk keeps.
const ENOUGH: usize = 1000;

/// What a walk found: the accepted values as JSON (the others are left out) and all problems.
pub(crate) struct Walk<'a> {
    /// What the record is about.
    sort: Sort,
    /// The root schema, where `$ref` leads.
    root: &'a Value,
    /// Steps from the root to the present node.
    path: Vec<String>,
    /// Errors and warnings in the order of the file.
    problems: Vec<Problem>,
    /// Whether one of them is an error.
    refused: bool,
}

impl Walk<'static> {
    /// Walks `node` along the schema of `sort`.
    pub fn over(sort: Sort, node: &Node) -> (Value, Vec<Problem>) {
        let root = sort.schema();
        let mut walk = Self { sort, root, path: Vec::new(), problems: Vec::new(), refused: false };
        let value = walk.value(root, node).unwrap_or(Value::Null);
        (value, walk.problems)
    }
}

impl<'a> Walk<'a> {
    /// The present path as `casefile explain` takes it.
    fn explained(&self) -> String {
        self.sort.explained(&words::without_indexes(&self.field()))
    }

    fn value(&mut self, schema: &'a Value, node: &Node) -> Option<Value> {
        let schema = self.resolve(schema, node);
        if schema == &Value::Bool(true) || schema.as_object().is_some_and(Map::is_empty) {
            return Some(self.free(node));
        }
        if let Some(words) = schema.get("oneOf").and_then(Value::as_array) {
            let words: Vec<&str> = words.iter().filter_map(|word| word["const"].as_str()).collect();
            return self.word(&words, node);
        }
        match kind(schema) {
            "object" => self.object(schema, node),
            "array" => self.list(schema, node),
            _ => self.scalar(schema, node),
        }
    }

    /// Follows references, and of alternatives takes the one that fits the shape of the node.
    fn resolve(&self, mut schema: &'a Value, node: &Node) -> &'a Value {
        loop {
            if let Some(name) = schema["$ref"].as_str().and_then(|r| r.strip_prefix("#/$defs/")) {
                schema = &self.root["$defs"][name];
            } else if let Some(choices) = schema["anyOf"].as_array() {
                let fits = |choice: &&Value| match node.content {
                    Content::Map { .. } => kind(choice) == "object" || choice.get("$ref").is_some(),
                    _ => choice["type"] != "null",
                };
                schema = choices.iter().find(fits).unwrap_or(&choices[0]);
            } else {
                return schema;
            }
        }
    }

    fn object(&mut self, schema: &'a Value, node: &Node) -> Option<Value> {
        let Content::Map { entries, .. } = &node.content else {
            if self.has_enough() {
                return None;
            }
            let problem =
                Problem::error("record.type", "expected fields here, each `name: value` on its own line");
            let hint = self.hint_for_fields(schema, node);
            self.report(node.start, problem.hint(hint));
            return None;
        };
        let mut map = Map::new();
        let known = schema["properties"].as_object();
        let mut firsts: HashMap<&str, &Entry> = HashMap::new();
        for entry in entries {
            let Some(property) = self.property(schema, known, entry) else { continue };
            self.path.push(entry.key.clone());
            if let Some(first) = firsts.insert(&entry.key, entry) {
                self.twice(entry, first);
            } else if !entry.value.is_blank() || required(schema, &entry.key) {
                let value = self.value(property, &entry.value);
                map.extend(value.map(|value| (entry.key.clone(), value)));
            }
            self.path.pop();
        }
        self.missing(schema, node);
        Some(Value::Object(map))
    }

    /// The schema of a field, or a problem where there is no such field.
    fn property(
        &mut self,
        schema: &'a Value,
        known: Option<&'a Map<String, Value>>,
        entry: &Entry,
    ) -> Option<&'a Value> {
        if let Some(property) = known.and_then(|known| known.get(&entry.key)) {
            return Some(property);
        }
        match schema.get("additionalProperties") {
            Some(others @ Value::Object(_)) if scalar::is_free_key(&entry.key) => Some(others),
            Some(Value::Object(_)) => {
                let message = "expected a short name in small letters, such as `ar` for a language or `complaint` for a kind";
                self.report(entry.at, Problem::error("record.unknown-field", message));
                None
            }
            _ => {
                self.unknown(known, entry);
                None
            }
        }
    }

    /// What to do where one value or a list stands in the place of fields.
    fn hint_for_fields(&self, schema: &Value, node: &Node) -> String {
        if self.path.is_empty() {
            return "a record begins with `casefile: record/1`; `casefile new` writes one to start from"
                .to_owned();
        }
        if matches!(node.content, Content::List { .. }) {
            return "only one of these stands here: leave out the `- `".to_owned();
        }
        let names: Vec<&str> =
            schema["properties"].as_object().into_iter().flat_map(Map::keys).map(String::as_str).collect();
        format!(
            "the fields here are {}; `casefile explain {}` tells more",
            words::listed(&names),
            self.explained()
        )
    }

    /// Whether nothing that is found now would be told.
    fn has_enough(&self) -> bool {
        self.is_full() && self.refused
    }

    fn is_full(&self) -> bool {
        self.problems.len() >= ENOUGH
    }

    fn unknown(&mut self, known: Option<&Map<String, Value>>, entry: &Entry) {
        if self.has_enough() {
            return;
        }
        if entry.key.starts_with(syntax::NO_BREAK) {
            return self.report(entry.at, syntax::no_break());
        }
        let names: Vec<&str> = known.into_iter().flat_map(Map::keys).map(String::as_str).collect();
        let owner = if self.path.is_empty() { "a record".to_owned() } else { format!("`{}`", self.field()) };
        let hint = match nearest(&entry.key, names.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("the fields here are {}", words::listed(&names)),
        };
        let problem = Problem::error("record.unknown-field", format!("{owner} has no field of this name"));
        self.report(entry.at, problem.hint(hint));
    }

    fn twice(&mut self, entry: &Entry, first: &Entry) {
        let message = format!("this field stands twice, first in line {}", first.at.line);
        let problem = Problem::error("record.duplicate-field", message);
        self.report(entry.at, problem.hint("keep one of the two; two lists become one list"));
    }

    fn missing(&mut self, schema: &Value, node: &Node) {
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if node.field(name).is_none() {
                self.path.push(name.to_owned());
                let problem = Problem::error("record.missing-field", format!("`{name}` is missing"));
                let hint =
                    format!("add `{name}:`; `casefile explain {}` tells what it means", self.explained());
                self.report(node.start, problem.hint(hint));
                self.path.pop();
            }
        }
    }

    fn list(&mut self, schema: &'a Value, node: &Node) -> Option<Value> {
        let Content::List { items, .. } = &node.content else {
            let problem =
                Problem::error("record.type", "expected a list here, each item on its own line after `- `");
            self.report(
                node.start,
                problem.hint(match node.content {
                    Content::Map { .. } => "write `- ` before the first field and indent the others as far",
                    _ => "put even a single item after `- `, or between [ and ]",
                }),
            );
            return None;
        };
        let mut values = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            self.path.push(format!("[{index}]"));
            // An item that cannot be taken leaves nothing, so that those after it keep their number.
            values.push(self.value(&schema["items"], item).unwrap_or(Value::Null));
            self.path.pop();
        }
        Some(Value::Array(values))
    }

    fn word(&mut self, words: &[&str], node: &Node) -> Option<Value> {
        let text = self.text(node, || format!("one of {}", words::listed(words)))?;
        if words.contains(&text) {
            return Some(json!(text));
        }
        let problem = Problem::error("record.word", "this word is not in the list");
        let all = format!("one of {}", words::listed(words));
        let hint = nearest(text, words.iter().copied())
            .map(|word| format!("did you mean `{word}`? It must be {all}"));
        self.report(node.start, problem.hint(hint.unwrap_or_else(|| format!("it must be {all}"))));
        None
    }

    fn scalar(&mut self, schema: &'a Value, node: &Node) -> Option<Value> {
        let Content::Scalar { plain, .. } = node.content else {
            let expected = scalar::expected(schema, kind(schema));
            return self.refuse(
                node,
                "record.type",
                &format!("expected {expected} here, not several values"),
            );
        };
        let of_folder = self.is_number_of_folder();
        let expected = || {
            if of_folder { FOLDER_NUMBER.to_owned() } else { scalar::expected(schema, kind(schema)) }
        };
        let text = self.text(node, expected)?;
        match scalar::convert(schema, kind(schema), text, plain) {
            Ok(value) => {
                self.language(schema, text, node);
                Some(value)
            }
            Err(mut problem) => {
                if of_folder {
                    problem.message = format!("expected {FOLDER_NUMBER}");
                }
                problem
                    .hint
                    .get_or_insert_with(|| format!("`casefile explain {}` tells more", self.explained()));
                self.report(node.start, *problem);
                None
            }
        }
    }

    /// Whether this is the number of a folder about the work, which has the form of a case number.
    fn is_number_of_folder(&self) -> bool {
        self.sort != Sort::Case && self.path == ["folder", "number"]
    }

    /// The text of a scalar, unless it is empty, hidden or none at all.
    fn text<'n>(&mut self, node: &'n Node, expected: impl Fn() -> String) -> Option<&'n str> {
        let Content::Scalar { text, .. } = &node.content else {
            return self.refuse(node, "record.type", "expected one word here, not several values");
        };
        if node.is_blank() && self.has_enough() {
            return None;
        }
        if node.is_blank() {
            let problem = Problem::error("record.empty-field", "is empty; a value is needed here");
            let hint = match expected().as_str() {
                "text" => format!("`casefile explain {}` tells what belongs here", self.explained()),
                expected => format!("write {expected}; `casefile explain {}` tells more", self.explained()),
            };
            self.report(node.start, problem.hint(hint));
            return None;
        }
        self.visible(text, node).then_some(text)
    }

    fn visible(&mut self, text: &str, node: &Node) -> bool {
        let Some(what) = text.chars().find_map(scalar::hidden) else { return true };
        let message = format!("holds {what}, which hides or turns around what is printed");
        let problem = Problem::error("record.hidden-character", message);
        self.report(node.start, problem.hint("type the text anew instead of pasting it"));
        false
    }

    fn language(&mut self, schema: &Value, text: &str, node: &Node) {
        if schema["x-casefile"] == "language" && !super::language::is_known(text) {
            let problem = Problem::warning("record.unknown-language", "this code of a language is not known");
            self.report(
                node.start,
                problem.hint("use the code of BCP 47: two letters where there are two, as `ar`, `my`, `fa`"),
            );
        }
    }

    /// A value of a form, which a kind's own schema checks later; here only what is hidden or doubled.
    fn free(&mut self, node: &Node) -> Value {
        self.look_through(node);
        node.to_json()
    }

    fn look_through(&mut self, node: &Node) {
        match &node.content {
            Content::Scalar { text, .. } => {
                self.visible(text, node);
            }
            Content::List { items, .. } => items.iter().for_each(|item| self.look_through(item)),
            Content::Map { entries, .. } => {
                let mut firsts: HashMap<&str, &Entry> = HashMap::new();
                for entry in entries {
                    if let Some(first) = firsts.insert(&entry.key, entry) {
                        self.twice(entry, first);
                    }
                    self.visible(&entry.key, &entry.value);
                    self.look_through(&entry.value);
                }
            }
        }
    }

    fn refuse<T>(&mut self, node: &Node, code: &'static str, message: &str) -> Option<T> {
        self.report(node.start, Problem::error(code, message));
        None
    }

    /// Notes a problem. Of very many only the first are kept: a file that is no record at all would
    /// otherwise take minutes to say so.
    fn report(&mut self, at: Mark, problem: Problem) {
        if self.is_full() && (self.refused || problem.severity == Severity::Warning) {
            return;
        }
        self.refused |= problem.severity == Severity::Error;
        let field = Some(self.field()).filter(|field| !field.is_empty());
        self.problems.push(problem.at(Place { field, ..syntax::place(at) }));
    }

    fn field(&self) -> String {
        words::joined(&self.path)
    }
}

pub(crate) fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("string")
        }
        _ => "string",
    }
}

fn required(schema: &Value, name: &str) -> bool {
    schema["required"].as_array().is_some_and(|names| names.iter().any(|other| other == name))
}
