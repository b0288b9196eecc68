//! Reading YAML, and JSON as a part of it, into [`Node`]s under limits.
//!
//! The events come from the parser inside `serde-saphyr`: its own reader stops at the first wrong value
//! and has already decided that `0012` is twelve. Errors speak of lines and signs, never of content.

use super::node::{Content, Entry, Mark, Node};
use super::syntax;
use crate::error::{Class, Error, Problem, Result};
use serde_saphyr::granit_parser::{self, Event, Parser, ScalarStyle, Span, StrInput, StructureStyle, Tag};
use std::borrow::Cow;
use std::collections::HashMap;

/// How deep lists and fields may be nested; a record needs eight.
const DEPTH: usize = 64;
/// How many values a record may have.
const VALUES: usize = 500_000;
/// How much anchors and aliases may copy, in values and bytes of text together.
const COPIES: usize = 1 << 20;

/// Reads `text` into its tree.
///
/// # Errors
/// Class input, with line and column: not YAML, nothing in it, more than one document, a tag of its own,
/// or more depth, values or copies than a record can have.
pub(crate) fn parse(text: &str) -> Result<Node> {
    let options = granit_parser::options! {
        flow_nesting_limit: DEPTH, block_nesting_limit: DEPTH, emit_comments: false,
    };
    let events = Parser::new_from_str_with_options(text, options);
    let reader = Reader { events, anchors: HashMap::new(), copied: 0, values: 0, depth: 0 };
    reader.document().map_err(|problem| Error::new(Class::Input, syntax::seen_in(text, *problem)))
}

type Step<T> = std::result::Result<T, Box<Problem>>;

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
    anchors: HashMap<usize, Node>,
    copied: usize,
    values: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Step<(Event<'a>, Span)> {
        match self.events.next() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(Box::new(syntax::explained(&error))),
            None => Err(Box::new(syntax::ended())),
        }
    }

    fn document(mut self) -> Step<Node> {
        let root = loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(..), _) => {}
                (Event::StreamEnd, _) => return Err(Box::new(syntax::empty())),
                (event, span) => break self.node(event, span)?,
            }
        };
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(root),
                (Event::DocumentStart(..), span) => return Err(Box::new(syntax::several(mark(span)))),
                _ => {}
            }
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span) -> Step<Node> {
        self.values += 1;
        if self.values > VALUES {
            return Err(Box::new(syntax::too_many(mark(span), VALUES)));
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && core(tag.as_ref(), span)?;
                let content = Content::Scalar { text: text.into_owned(), plain };
                let end = span.end.byte_offset().unwrap_or_default();
                self.anchored(anchor, Node { start: mark(span), end, content })
            }
            Event::SequenceStart(style, anchor, tag) => {
                core(tag.as_ref(), span)?;
                let node = self.deeper(span, |reader| reader.list(span, style == StructureStyle::Flow))?;
                self.anchored(anchor, node)
            }
            Event::MappingStart(style, anchor, tag) => {
                core(tag.as_ref(), span)?;
                let node = self.deeper(span, |reader| reader.map(span, style == StructureStyle::Flow))?;
                self.anchored(anchor, node)
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            _ => Err(Box::new(syntax::unexpected(mark(span)))),
        }
    }

    fn deeper(&mut self, span: Span, read: impl FnOnce(&mut Self) -> Step<Node>) -> Step<Node> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Box::new(syntax::too_deep(mark(span), DEPTH)));
        }
        let node = read(self)?;
        self.depth -= 1;
        Ok(node)
    }

    fn list(&mut self, span: Span, flow: bool) -> Step<Node> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, end) => {
                    let end = end.end.byte_offset().unwrap_or_default();
                    return Ok(Node { start: mark(span), end, content: Content::List { items, flow } });
                }
                (event, span) => items.push(self.node(event, span)?),
            }
        }
    }

    fn map(&mut self, span: Span, flow: bool) -> Step<Node> {
        let mut entries = Vec::new();
        loop {
            match self.next()? {
                (Event::MappingEnd, end) => {
                    let end = end.end.byte_offset().unwrap_or_default();
                    return Ok(Node { start: mark(span), end, content: Content::Map { entries, flow } });
                }
                (Event::Scalar(key, _, 0, None), at) => {
                    let (event, span) = self.next()?;
                    let value = self.node(event, span)?;
                    entries.push(Entry { key: key.into_owned(), at: mark(at), value });
                }
                (_, at) => return Err(Box::new(syntax::odd_key(mark(at)))),
            }
        }
    }

    /// Keeps a node that has an anchor, for its aliases.
    fn anchored(&mut self, anchor: usize, node: Node) -> Step<Node> {
        if anchor != 0 {
            self.charge(&node, node.start)?;
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Step<Node> {
        let Some(node) = self.anchors.remove(&anchor) else {
            return Err(Box::new(syntax::own_alias(mark(span))));
        };
        self.charge(&node, mark(span))?;
        self.anchors.insert(anchor, node.clone());
        Ok(node)
    }

    /// Counts a copy before it is made, so that a few lines cannot grow into gigabytes.
    fn charge(&mut self, node: &Node, at: Mark) -> Step<()> {
        self.copied += node.weight();
        if self.copied > COPIES { Err(Box::new(syntax::too_many_copies(at))) } else { Ok(()) }
    }
}

/// Refuses a tag that is not YAML's own; says whether the value may still be something other than text.
fn core(tag: Option<&Cow<'_, Tag>>, span: Span) -> Step<bool> {
    match tag {
        None => Ok(true),
        Some(tag) if tag.is_yaml_core_schema() => Ok(!tag.is_yaml_core_schema_tag("str")),
        Some(_) => Err(Box::new(syntax::tag(mark(span)))),
    }
}

fn mark(span: Span) -> Mark {
    syntax::mark(span.start)
}
