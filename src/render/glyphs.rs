//! The characters of a document, checked before anything is laid out.
//!
//! Every character of every text must have a glyph in the document's fonts: a missing one would print as a
//! box or stop the PDF with a message about the template. Characters that print nothing but change what is
//! read (direction overrides, controls) are refused.

use super::scripts::script;
use crate::error::{Class, Error, Place, Problem, Result};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use typst::text::FontBook;

/// The most fields that one error names.
const NAMED: usize = 20;

/// Checks all texts of `data` against the fonts that its `fonts` lists.
///
/// # Errors
/// `render.missing-glyph` and `render.hidden-character` (input), naming each field and the script, never the
/// text.
pub(super) fn check(data: &Value, book: &FontBook) -> Result<()> {
    let mut check = Check { fonts: fonts(data, book), book, known: HashMap::new(), problems: Vec::new() };
    let texts = data.as_object().into_iter().flatten().filter(|(key, _)| *key != "fonts");
    for (key, value) in texts {
        check.walk(if key == "record" { "" } else { key }, value);
    }
    let in_record = |problem: &Problem| field(problem).is_some_and(|f| !f.starts_with("derived."));
    if check.problems.iter().any(in_record) {
        check.problems.retain(in_record);
    }
    let mut seen = BTreeSet::new();
    check
        .problems
        .retain(|problem| seen.insert((field(problem).map(str::to_owned), problem.message.clone())));
    check.problems.truncate(NAMED);
    Error::all(Class::Input, check.problems).map_or(Ok(()), Err)
}

fn field(problem: &Problem) -> Option<&str> {
    problem.place.as_ref()?.field.as_deref()
}

/// The fonts in the book that belong to the families of `data.fonts`.
fn fonts(data: &Value, book: &FontBook) -> Vec<usize> {
    let families = data["fonts"].as_array().into_iter().flatten().filter_map(Value::as_str);
    families.flat_map(|family| book.select_family(&family.to_lowercase()).collect::<Vec<_>>()).collect()
}

struct Check<'a> {
    fonts: Vec<usize>,
    book: &'a FontBook,
    known: HashMap<char, bool>,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn walk(&mut self, path: &str, value: &Value) {
        match value {
            Value::String(text) => self.text(path, text),
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.walk(&format!("{path}[{at}]"), item);
                }
            }
            Value::Object(fields) => {
                for (key, value) in fields {
                    let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    self.walk(&below, value);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, path: &str, text: &str) {
        if text.is_ascii() && !text.bytes().any(|b| b.is_ascii_control()) {
            return;
        }
        if text.chars().any(is_hidden) {
            let message = "this text holds a hidden character that controls the direction or the display";
            let hint = "delete the text and type it again; it was probably copied from a web page or a chat";
            self.problems.push(problem("render.hidden-character", path, message).hint(hint));
        }
        let missing = text.chars().filter(|c| !prints_nothing(*c) && !is_hidden(*c));
        let missing: Vec<char> = missing.filter(|c| !self.covers(*c)).collect();
        let scripts: BTreeSet<&str> = missing.into_iter().map(script).collect();
        for script in scripts {
            let message = format!("no font covers a character of this text ({script}); pass --fonts DIR");
            let other = if matches!(script, "emoji" | "symbols") { "; or say it in words" } else { "" };
            let hint = format!("DIR is a folder with a font for {script}{other}");
            self.problems.push(problem("render.missing-glyph", path, &message).hint(hint));
        }
    }

    fn covers(&mut self, c: char) -> bool {
        let (fonts, book) = (&self.fonts, self.book);
        *self.known.entry(c).or_insert_with(|| {
            fonts
                .iter()
                .any(|index| book.info(*index).is_some_and(|info| info.coverage.contains(u32::from(c))))
        })
    }
}

fn problem(code: &'static str, path: &str, message: &str) -> Problem {
    let place = Place { field: Some(record_field(path)), ..Place::default() };
    Problem::error(code, message).at(place)
}

/// The field a person knows: without the parts that composing has added below it.
fn record_field(path: &str) -> String {
    let path = path.split(".blocks[").next().unwrap_or(path);
    path.strip_suffix(".text").unwrap_or(path).to_owned()
}

/// Overrides and embeddings of direction, controls, and the invisible copy of ASCII.
fn is_hidden(c: char) -> bool {
    let code = u32::from(c);
    (c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
        || matches!(code, 0x202A..=0x202E | 0x206A..=0x206F | 0xFEFF | 0xFFF9..=0xFFFB | 0xE0000..=0xE007F)
}

/// Characters that need no glyph: white space, joiners, marks of direction, variation selectors.
fn prints_nothing(c: char) -> bool {
    let code = u32::from(c);
    c.is_whitespace()
        || matches!(code, 0xAD | 0x34F | 0x61C | 0x180B..=0x180F | 0x200B..=0x200F | 0x2060..=0x2069
            | 0xFE00..=0xFE0F)
}

#[cfg(test)]
mod tests {
    use super::super::fonts::Fonts;
    use super::*;
    use serde_json::json;

    fn problems(record: &Value) -> Vec<String> {
        let fonts = Fonts::load(&[]).expect("embedded");
        let families = ["Noto Sans", "Noto Naskh Arabic", "Padauk"];
        let data = json!({ "fonts": families, "record": record, "derived": record });
        let found = check(&data, fonts.store.book()).err();
        found.map(|error| error.to_string().lines().map(str::to_owned).collect()).unwrap_or_default()
    }

    #[test]
    fn names_the_field_and_the_script_but_not_the_value() {
        let found = problems(&json!({ "client": { "name": "王小明" }, "goals": [{ "title": "ok" }] }));
        assert_eq!(
            found,
            ["client.name: no font covers a character of this text (Chinese); pass --fonts DIR"]
        );
    }

    #[test]
    fn names_the_narrative_and_not_its_parts() {
        let note = json!({ "blocks": [{ "t": "p", "c": [{ "t": "text", "s": "สวัสดี" }] }] });
        let found = problems(&json!({ "contacts": [{ "note": note }] }));
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("contacts[0].note: "), "{found:?}");
        assert!(found[0].contains("Thai"), "{found:?}");
    }

    #[test]
    fn accepts_what_the_fonts_cover() {
        let texts = json!({ "a": "Ünïcode – “quoted”…\n", "b": "محمد", "c": "ကိုကို", "d": "نمی‌خواهم" });
        assert_eq!(problems(&texts), Vec::<String>::new());
    }

    #[test]
    fn refuses_hidden_overrides_and_controls() {
        for text in ["abc\u{202E}fdp", "a\u{0}b", "\u{FEFF}a", "\u{E0041}"] {
            let found = problems(&json!({ "client": { "name": text } }));
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains("hidden character"), "{found:?}");
        }
    }
}
