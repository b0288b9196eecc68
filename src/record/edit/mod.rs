//! Edits of a record's text that keep everything else in it: comments, order, spacing.

mod difference;
mod write;

pub use difference::difference;

use super::model::{CaseRecord, Contact};
use super::node::{Content, Entry, Node};
use super::{form, yaml};
use crate::error::{Class, Error, Place, Problem, Result};

/// The text of a record with one more contact at the end of its `contacts`.
///
/// Guaranteed: the result reads as the old record plus exactly this contact, and every line of the old
/// text is still there in its order (of a list in brackets, only its own line changes).
///
/// # Errors
/// Class input where `yaml` is no record, or where its contacts are written in a way that cannot be
/// continued (`record.edit`).
pub fn add_contact(yaml: &str, contact: &Contact) -> Result<String> {
    let mut wanted = form(yaml)?;
    wanted.contacts.push(contact.clone());
    let body = yaml.strip_prefix('\u{feff}').unwrap_or(yaml);
    let root = yaml::parse(body)?;
    let edits = Edit { text: body, root: &root };
    let tried = edits
        .candidates(contact)
        .into_iter()
        .map(|text| format!("{}{text}", &yaml[..yaml.len() - body.len()]));
    let tried: Vec<String> = tried.collect();
    if let Some(good) = tried.iter().find(|text| reads_as(text, &wanted)) {
        return Ok(good.clone());
    }
    // What is wrong with the contact itself is told as such.
    let own = format!("contacts[{}]", wanted.contacts.len() - 1);
    let told = tried.iter().find_map(|text| about(&own, &form(text).err()?));
    Err(told.unwrap_or_else(|| {
        let message = "the contacts of this record are written in a way that cannot be continued";
        let hint = "write `contacts:` as a list with one `- ` for each contact";
        Error::new(Class::Input, Problem::error("record.edit", message).hint(hint))
    }))
}

/// The problems of `error` that lie in the field `own`, without their place in a text that nobody sees.
fn about(own: &str, error: &Error) -> Option<Error> {
    let field = |problem: &Problem| problem.place.as_ref()?.field.clone();
    let within = error.problems().iter().filter_map(|problem| {
        let field = field(problem).filter(|field| field.starts_with(own))?;
        Some(Problem { place: Some(Place { field: Some(field), ..Place::default() }), ..problem.clone() })
    });
    Error::all(Class::Input, within.collect())
}

fn reads_as(text: &str, wanted: &CaseRecord) -> bool {
    form(text).is_ok_and(|record| record == *wanted)
}

struct Edit<'a> {
    text: &'a str,
    root: &'a Node,
}

impl Edit<'_> {
    /// Ways to write the contact down, the best first. Each is tried before it is believed.
    fn candidates(&self, contact: &Contact) -> Vec<String> {
        let entry = self.root.entry("contacts");
        match (&self.root.content, entry.map(|entry| &entry.value.content)) {
            (_, Some(Content::List { items, flow: true })) => {
                self.in_brackets(entry, items.is_empty(), contact)
            }
            (Content::Map { flow: true, .. }, None) => self.in_braces(contact),
            (_, Some(Content::List { .. })) => self.in_list(entry, contact),
            (_, Some(_)) => self.under_empty(entry, contact),
            (_, None) => self.new_section(contact),
        }
    }

    /// `[a, b]`, also in JSON: before the closing bracket.
    fn in_brackets(&self, entry: Option<&Entry>, empty: bool, contact: &Contact) -> Vec<String> {
        let Some(end) = entry.map(|entry| entry.value.end) else { return Vec::new() };
        let Some(bracket) = self.text.get(..end).and_then(|before| before.rfind(']')) else {
            return Vec::new();
        };
        let json = write::json(contact);
        let after = self.text[..bracket].trim_end().len();
        let ways = if empty {
            vec![(bracket, "")]
        } else {
            vec![(after, ", "), (after, " "), (bracket, ", "), (bracket, "")]
        };
        let inserted = ways.into_iter().map(|(at, comma)| self.inserted(at, &format!("{comma}{json}")));
        let block = entry.filter(|_| empty).map(|entry| self.replaced(entry, contact));
        block.into_iter().flatten().chain(inserted).collect()
    }

    /// `contacts: []` in a record of lines becomes a list of lines.
    fn replaced(&self, entry: &Entry, contact: &Contact) -> Vec<String> {
        let lines = |quoted| format!("{}{}", self.newline(), self.item(contact, 2, quoted).trim_end());
        let replace = |text: String| {
            let before = self.text[..entry.value.start.byte].trim_end();
            format!("{before}{text}{}", &self.text[entry.value.end..])
        };
        let block = matches!(self.root.content, Content::Map { flow: false, .. });
        [false, true].into_iter().filter(|_| block).map(|quoted| replace(lines(quoted))).collect()
    }

    /// A record in braces without contacts: before the closing brace.
    fn in_braces(&self, contact: &Contact) -> Vec<String> {
        let Some(brace) = self.text[..self.root.end].rfind('}') else { return Vec::new() };
        let field = format!("\"contacts\": [{}]", write::json(contact));
        let after = self.text[..brace].trim_end().len();
        vec![self.inserted(after, &format!(", {field}")), self.inserted(after, &format!(" {field}"))]
    }

    /// A list of lines: after its last line, indented as the others are.
    fn in_list(&self, entry: Option<&Entry>, contact: &Contact) -> Vec<String> {
        let Some(entry) = entry else { return Vec::new() };
        let Some((start, indent)) = self.first_dash(entry) else { return Vec::new() };
        let end = self.end_of_section(entry);
        let tight = self.last_line(start, end, indent);
        let ways = [(tight, false), (tight, true), (end, false), (end, true)];
        ways.into_iter()
            .map(|(at, quoted)| self.line_inserted(at, &self.item(contact, indent, quoted)))
            .collect()
    }

    /// Where the first dash below a field stands, and how far it is indented.
    fn first_dash(&self, entry: &Entry) -> Option<(usize, usize)> {
        let mut at = entry.at.byte;
        for line in self.text[at..].split_inclusive('\n') {
            let content = line.trim_start_matches(' ');
            let indent = line.len() - content.len();
            if content.trim_end() == "-" || content.starts_with("- ") {
                return Some((at + indent, indent));
            }
            at += line.len();
        }
        None
    }

    /// `contacts:` with nothing behind it, or `~`: the first contact goes under it.
    fn under_empty(&self, entry: Option<&Entry>, contact: &Contact) -> Vec<String> {
        let Some(entry) = entry else { return Vec::new() };
        let start = entry.at.byte;
        let at = self.text[start..].find('\n').map_or(self.text.len(), |newline| start + newline + 1);
        let inserted = [false, true].map(|quoted| self.line_inserted(at, &self.item(contact, 2, quoted)));
        inserted
            .into_iter()
            .chain(self.replaced(entry, contact))
            .chain(self.in_null(entry, contact))
            .collect()
    }

    /// `"contacts": null` in braces.
    fn in_null(&self, entry: &Entry, contact: &Contact) -> Option<String> {
        let (before, after) = (self.text.get(..entry.value.start.byte)?, self.text.get(entry.value.end..)?);
        Some(format!("{before}[{}]{after}", write::json(contact)))
    }

    /// A section of its own at the end of the text.
    fn new_section(&self, contact: &Contact) -> Vec<String> {
        let newline = self.newline();
        let column = self.root.start.column as usize - 1;
        let key = format!("{}contacts:{newline}", " ".repeat(column));
        let section = |quoted| format!("{key}{}", self.item(contact, column + 2, quoted));
        let end = self.end_of_document();
        [false, true].map(|quoted| self.line_inserted(end, &section(quoted))).into()
    }

    /// Where the next field begins, or the text ends.
    fn end_of_section(&self, entry: &Entry) -> usize {
        let Content::Map { entries, .. } = &self.root.content else { return self.text.len() };
        let later = entries.iter().map(|other| other.at.byte).filter(|byte| *byte > entry.at.byte).min();
        later.map_or_else(
            || self.end_of_document(),
            |byte| self.text[..byte].rfind('\n').map_or(byte, |newline| newline + 1),
        )
    }

    /// The end of the text, or the line `...` that ends it.
    fn end_of_document(&self) -> usize {
        let mut end = 0;
        for line in self.text.split_inclusive('\n') {
            if line.trim_end() == "..." {
                return end;
            }
            end += line.len();
        }
        end
    }

    /// The end of the last line between two places that is neither blank nor a comment of the next part.
    fn last_line(&self, start: usize, end: usize, indent: usize) -> usize {
        let mut last = start;
        let mut at = start;
        for line in self.text[start..end].split_inclusive('\n') {
            at += line.len();
            let content = line.trim_start_matches(' ');
            let comment = content.starts_with('#') && line.len() - content.len() <= indent;
            if !content.trim().is_empty() && !comment {
                last = at;
            }
        }
        last
    }

    fn item(&self, contact: &Contact, indent: usize, quoted: bool) -> String {
        write::item(contact, indent, quoted).replace('\n', self.newline())
    }

    fn newline(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    fn inserted(&self, at: usize, text: &str) -> String {
        format!("{}{text}{}", &self.text[..at], &self.text[at..])
    }

    /// Inserts whole lines; ends the line before them where it has no end.
    fn line_inserted(&self, at: usize, lines: &str) -> String {
        let open = at > 0 && !self.text[..at].ends_with('\n');
        self.inserted(at, &format!("{}{lines}", if open { self.newline() } else { "" }))
    }
}
