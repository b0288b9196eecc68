//! The tree a record is read into: every node knows where it stands and keeps its text as written.
//!
//! Untyped `0012` and `no` stay those four and two characters here. Which type a value has is the
//! schema's decision, not YAML's.

use serde_json::Value;

/// Where something begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Offset in bytes, from 0.
    pub byte: usize,
}

/// A value of the file with its place. It has no `Debug`: its content is personal.
#[derive(Clone)]
pub(crate) struct Node {
    /// Where it begins.
    pub start: Mark,
    /// The byte after its end.
    pub end: usize,
    /// What it is.
    pub content: Content,
}

/// What a node is.
#[derive(Clone)]
pub(crate) enum Content {
    /// Text, with whether it stands there without quotes and so may also be a number or nothing.
    Scalar { text: String, plain: bool },
    /// A list, with whether it is written in brackets.
    List { items: Vec<Node>, flow: bool },
    /// Fields in their order, with whether they are written in braces.
    Map { entries: Vec<Entry>, flow: bool },
}

/// One field of a map.
#[derive(Clone)]
pub(crate) struct Entry {
    /// Its name.
    pub key: String,
    /// Where the name stands.
    pub at: Mark,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// Whether nothing is written here: no text, `~` or `null` without quotes.
    pub fn is_nothing(&self) -> bool {
        matches!(&self.content, Content::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null"))
    }

    /// Whether nothing can be read here: nothing at all, or text of blanks only.
    pub fn is_blank(&self) -> bool {
        self.is_nothing() || matches!(&self.content, Content::Scalar { text, .. } if text.trim().is_empty())
    }

    /// The value of field `name`, where this is a map that has it.
    pub fn field(&self, name: &str) -> Option<&Self> {
        self.entry(name).map(|entry| &entry.value)
    }

    /// The field `name`, where this is a map that has it.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        match &self.content {
            Content::Map { entries, .. } => entries.iter().find(|entry| entry.key == name),
            _ => None,
        }
    }

    /// The node at `path` (`contacts[3].on`), or the nearest one above it that exists.
    pub fn nearest(&self, path: &str) -> &Self {
        let mut node = self;
        for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
            let next = match (&node.content, step.strip_suffix(']')) {
                (Content::List { items, .. }, Some(index)) => {
                    index.parse().ok().and_then(|i: usize| items.get(i))
                }
                (Content::Map { .. }, None) => node.field(step),
                _ => None,
            };
            let Some(next) = next else { break };
            node = next;
        }
        node
    }

    /// How much a copy of it takes: its values and the bytes of their text.
    pub fn weight(&self) -> usize {
        match &self.content {
            Content::Scalar { text, .. } => 1 + text.len(),
            Content::List { items, .. } => 1 + items.iter().map(Self::weight).sum::<usize>(),
            Content::Map { entries, .. } => {
                1 + entries.iter().map(|entry| entry.key.len() + entry.value.weight()).sum::<usize>()
            }
        }
    }

    /// The node as JSON by the core rules of YAML 1.2, for values no schema of ours describes.
    ///
    /// A number with leading zeros stays text. Of a field that stands twice the first one counts.
    pub fn to_json(&self) -> Value {
        match &self.content {
            Content::Scalar { text, plain: false } => Value::String(text.clone()),
            Content::Scalar { text, plain: true } => plain_to_json(text),
            Content::List { items, .. } => items.iter().map(Self::to_json).collect(),
            Content::Map { entries, .. } => {
                let mut map = serde_json::Map::new();
                for entry in entries {
                    map.entry(&entry.key).or_insert_with(|| entry.value.to_json());
                }
                Value::Object(map)
            }
        }
    }
}

fn plain_to_json(text: &str) -> Value {
    match text {
        "" | "~" | "null" => return Value::Null,
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    match serde_json::from_str(text) {
        Ok(value @ Value::Number(_)) if number => value,
        _ => Value::String(text.to_owned()),
    }
}
