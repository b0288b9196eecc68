//! Narratives: a small Markdown, parsed into the blocks that templates print.
//!
//! Known are paragraphs (a blank line between), lists (`- ` and `1. `, `2. ` …), `**bold**`, `*emphasis*`
//! and a line break (two spaces or a backslash at the end of a line). Everything else is literal text,
//! also what other Markdowns know; nothing is ever lost or run as code.

use serde_json::{Value, json};
use std::fmt;

/// A paragraph or a list. Its `Debug` shows no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list with dots.
    Bullets(Vec<Vec<Inline>>),
    /// A list numbered from 1.
    Numbered(Vec<Vec<Inline>>),
}

/// A run of text. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub enum Inline {
    /// Plain text.
    Text(String),
    /// Bold text.
    Bold(String),
    /// Emphasised text.
    Emphasis(String),
    /// A line break.
    Break,
}

/// The blocks of a narrative. No input is refused.
pub fn parse(text: &str) -> Vec<Block> {
    let mut blocks: Vec<(Marker, Vec<Lines>)> = Vec::new();
    let mut after_blank = true;
    for line in text.lines() {
        if line.trim().is_empty() {
            after_blank = true;
            continue;
        }
        place(&mut blocks, line, after_blank);
        after_blank = false;
    }
    blocks.into_iter().map(|(marker, items)| block(marker, &items)).collect()
}

/// The words of a narrative in one line, without marks.
pub fn plain(text: &str) -> String {
    let runs = |inlines: &[Inline]| inlines.iter().map(Inline::words).collect::<String>();
    let parts = parse(text).into_iter().flat_map(|block| match block {
        Block::Paragraph(inlines) => vec![runs(&inlines)],
        Block::Bullets(items) | Block::Numbered(items) => items.iter().map(|item| runs(item)).collect(),
    });
    parts.collect::<Vec<_>>().join(" ")
}

type Lines = Vec<String>;

#[derive(Clone, Copy, PartialEq)]
enum Marker {
    None,
    Bullet,
    Number,
}

/// Puts a line where it belongs: a new block, a new item of the last list, or more of what stands last.
fn place(blocks: &mut Vec<(Marker, Vec<Lines>)>, line: &str, after_blank: bool) {
    let next = match blocks.last() {
        Some((Marker::Number, items)) => items.len() + 1,
        _ => 1,
    };
    let (marker, content) = marked(line.trim_start(), next);
    let lines = vec![content.to_owned()];
    match (marker, blocks.last_mut()) {
        (Marker::None, Some((_, items))) if !after_blank => {
            if let Some(item) = items.last_mut() {
                item.extend(lines);
            }
        }
        (Marker::Bullet | Marker::Number, Some((last, items))) if *last == marker => items.push(lines),
        _ => blocks.push((marker, vec![lines])),
    }
}

/// The list marker of a line and what follows it. A number counts only where it is the `next` one, so that
/// `2016. A year` stays text.
fn marked(line: &str, next: usize) -> (Marker, &str) {
    if let Some(content) = line.strip_prefix("- ") {
        return (Marker::Bullet, content.trim_start());
    }
    let numbered = |number: usize| line.strip_prefix(&format!("{number}. "));
    match numbered(next) {
        Some(content) => (Marker::Number, content.trim_start()),
        None => (Marker::None, line),
    }
}

fn block(marker: Marker, items: &[Lines]) -> Block {
    let mut contents = items.iter().map(|lines| item(lines));
    match marker {
        Marker::None => Block::Paragraph(contents.next().unwrap_or_default()),
        Marker::Bullet => Block::Bullets(contents.collect()),
        Marker::Number => Block::Numbered(contents.collect()),
    }
}

/// Lines joined with a space, or with a break where one ends in two spaces or a backslash.
fn item(lines: &[String]) -> Vec<Inline> {
    let mut inlines = Vec::new();
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        let last = at + 1 == lines.len();
        let (content, breaks) = match line.strip_suffix('\\') {
            Some(content) if !last => (content, true),
            _ => (line.as_str(), line.ends_with("  ") && !last),
        };
        text.push_str(content.trim_end());
        if breaks {
            inlines.extend(runs(&text));
            inlines.push(Inline::Break);
            text.clear();
        } else if !last {
            text.push(' ');
        }
    }
    inlines.extend(runs(&text));
    inlines
}

/// Text with `**bold**` and `*emphasis*` taken out; a mark without its partner is text.
fn runs(text: &str) -> Vec<Inline> {
    let mut found = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('*') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let stars = if rest.starts_with("**") { "**" } else { "*" };
        if let Some(content) = between(rest, stars) {
            push_text(&mut found, &mut plain);
            rest = &rest[content.len() + 2 * stars.len()..];
            let make = if stars == "**" { Inline::Bold } else { Inline::Emphasis };
            found.push(make(content.to_owned()));
        } else {
            plain.push_str(stars);
            rest = &rest[stars.len()..];
        }
    }
    plain.push_str(rest);
    push_text(&mut found, &mut plain);
    found
}

/// What stands between two `stars`, where it neither begins nor ends with white space.
fn between<'a>(text: &'a str, stars: &str) -> Option<&'a str> {
    let inner = text.strip_prefix(stars)?;
    let content = &inner[..inner.find(stars)?];
    let tight = !content.is_empty()
        && !content.starts_with(char::is_whitespace)
        && !content.ends_with(char::is_whitespace);
    tight.then_some(content)
}

fn push_text(found: &mut Vec<Inline>, plain: &mut String) {
    if !plain.is_empty() {
        found.push(Inline::Text(std::mem::take(plain)));
    }
}

impl fmt::Debug for Inline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(…)",
            Self::Bold(_) => "Bold(…)",
            Self::Emphasis(_) => "Emphasis(…)",
            Self::Break => "Break",
        })
    }
}

impl Inline {
    fn words(&self) -> &str {
        match self {
            Self::Text(text) | Self::Bold(text) | Self::Emphasis(text) => text,
            Self::Break => " ",
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Text(text) => json!({"t": "text", "s": text}),
            Self::Bold(text) => json!({"t": "b", "s": text}),
            Self::Emphasis(text) => json!({"t": "i", "s": text}),
            Self::Break => json!({"t": "br"}),
        }
    }
}

impl Block {
    /// The block as templates read it.
    pub fn json(&self) -> Value {
        let line = |inlines: &[Inline]| inlines.iter().map(Inline::json).collect::<Vec<_>>();
        let lines = |items: &[Vec<Inline>]| items.iter().map(|item| line(item)).collect::<Vec<_>>();
        match self {
            Self::Paragraph(inlines) => json!({"t": "p", "c": line(inlines)}),
            Self::Bullets(items) => json!({"t": "ul", "items": lines(items)}),
            Self::Numbered(items) => json!({"t": "ol", "items": lines(items)}),
        }
    }
}

/// Whether text in `lang` runs from right to left. Kurdish and Rohingya are written in more than one
/// script: there the first letter decides.
pub fn rtl(lang: &str, text: &str) -> bool {
    const ALWAYS: [&str; 11] = ["ar", "arc", "ckb", "dv", "fa", "he", "prs", "ps", "sd", "ur", "yi"];
    const EITHER: [&str; 4] = ["az", "ku", "rhg", "ug"];
    let language = lang.split('-').next().unwrap_or(lang);
    let right = |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10d00}'..='\u{10d3f}');
    ALWAYS.contains(&language)
        || EITHER.contains(&language) && text.chars().find(|c| c.is_alphabetic()).is_some_and(right)
}

#[cfg(test)]
mod tests;
