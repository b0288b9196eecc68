//! The words of documents: one file per language, shared and per kind, with English for what is missing.
//!
//! `_shared/words/<lang>.toml` holds what every document says, `_shared/office/words/<lang>.toml` what those
//! about the work say beside it, `<kind>/words/<lang>.toml` what one kind says. A language may have gaps; a
//! document is then printed with the English word and a warning.

use super::kind::Kind;
use super::toml_file;
use crate::error::{Class, Error, Problem, Result};
use crate::record::Sort;
use serde_json::{Map, Value};

/// The families inside the program. Every language's list ends with all of them, so that a name in
/// another script is still printed.
pub const EMBEDDED_FAMILIES: [&str; 11] = [
    "Noto Sans",
    "Noto Naskh Arabic",
    "Padauk",
    "Noto Sans Hanifi Rohingya",
    "Noto Sans Tamil",
    "Noto Sans Khmer",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Ethiopic",
    "Noto Sans Thai",
    "Noto Sans Lao",
];

/// The words for one kind in one language.
pub struct Words {
    lang: String,
    all: Map<String, Value>,
    reviewed: bool,
    missing: Vec<String>,
}

impl Words {
    /// The words of `kind` in `lang`, gaps filled from English.
    ///
    /// # Errors
    /// `document.language` (input) where the kind has no words in it; `document.words` (input) with file
    /// and line where a word file cannot be read.
    pub fn of(kind: &Kind, lang: &str) -> Result<Self> {
        if !kind.languages().iter().any(|known| known == lang) {
            return Err(no_such_language(kind));
        }
        let mut missing = Vec::new();
        let mut read = |folder: &str, within: &str| -> Result<(Map<String, Value>, bool)> {
            let english = file(kind, folder, "en")?;
            if lang == "en" {
                return Ok((english, true));
            }
            let own = file(kind, folder, lang)?;
            let reviewed = is_reviewed(&own);
            Ok((merged(&english, own, within, &mut missing), reviewed))
        };
        let (mut all, mut reviewed) = read("_shared", "")?;
        if kind.record() != Sort::Case {
            let (office, office_reviewed) = read("_shared/office", "")?;
            join(&mut all, office);
            reviewed &= office_reviewed;
        }
        let (own, own_reviewed) = read(kind.id(), "kind")?;
        all.insert("kind".to_owned(), Value::Object(own));
        Ok(Self { lang: lang.to_owned(), all, reviewed: reviewed && own_reviewed, missing })
    }

    /// The language.
    pub fn lang(&self) -> &str {
        &self.lang
    }

    /// Everything, as a template reads it: the shared words, and the kind's own under `kind`.
    pub fn json(&self) -> Value {
        Value::Object(self.all.clone())
    }

    /// The word at a path such as `vocab.contact-kind.home-visit`.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.value(path)?.as_str()
    }

    /// The word at a path, or the path's last part as words where there is none: `home-visit` becomes
    /// `Home visit`.
    pub fn get_or_id(&self, path: &str) -> String {
        self.get(path).map_or_else(|| words_of_id(path.rsplit('.').next().unwrap_or(path)), str::to_owned)
    }

    /// Name of the report.
    pub fn title(&self) -> String {
        self.get("kind.title").unwrap_or_default().to_owned()
    }

    /// Whether the language is written from right to left.
    pub fn rtl(&self) -> bool {
        self.get("meta.dir").or_else(|| self.get("kind.meta.dir")) == Some("rtl")
    }

    /// Whether a named person has reviewed the words, or they are the English source.
    pub fn reviewed(&self) -> bool {
        self.reviewed
    }

    /// The font families in order: the language's own, then all embedded ones.
    pub fn fonts(&self) -> Vec<String> {
        let own = self.value("meta.fonts").and_then(Value::as_array).into_iter().flatten();
        let mut fonts: Vec<String> = own.filter_map(Value::as_str).map(str::to_owned).collect();
        for family in EMBEDDED_FAMILIES {
            if !fonts.iter().any(|known| known == family) {
                fonts.push(family.to_owned());
            }
        }
        fonts
    }

    /// Paths of the words that stand in English because the language lacks them.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    pub(super) fn value(&self, path: &str) -> Option<&Value> {
        let mut parts = path.split('.');
        let first = self.all.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part))
    }
}

fn no_such_language(kind: &Kind) -> Error {
    let known = kind.languages().join(", ");
    let message = format!("the kind `{}` has no words in this language", kind.id());
    let problem =
        Problem::error("document.language", message).hint(format!("its languages are {known}: pass --lang"));
    Error::new(Class::Input, problem)
}

/// One word file; a language without a shared file has no words there yet.
fn file(kind: &Kind, folder: &str, lang: &str) -> Result<Map<String, Value>> {
    let path = format!("/{folder}/words/{lang}.toml");
    match kind.files().get(&path) {
        Some(bytes) => toml_file::parse("document.words", &path, bytes),
        None => Ok(Map::new()),
    }
}

fn is_reviewed(words: &Map<String, Value>) -> bool {
    let reviewed = words.get("meta").and_then(|meta| meta.get("reviewed"));
    reviewed.and_then(Value::as_str).is_some_and(|by| !by.trim().is_empty())
}

/// Puts `more` words beside those there are, table by table.
fn join(words: &mut Map<String, Value>, more: Map<String, Value>) {
    for (key, word) in more.into_iter().filter(|(key, _)| key != "meta") {
        match (words.get_mut(&key), word) {
            (Some(Value::Object(table)), Value::Object(more)) => join(table, more),
            (_, word) => {
                words.insert(key, word);
            }
        }
    }
}

/// `own` with the gaps filled from `english`; every gap is noted. What `english` does not have stays.
fn merged(
    english: &Map<String, Value>,
    mut own: Map<String, Value>,
    within: &str,
    missing: &mut Vec<String>,
) -> Map<String, Value> {
    for (key, word) in english.iter().filter(|(key, _)| *key != "meta") {
        let path = if within.is_empty() { key.clone() } else { format!("{within}.{key}") };
        let filled = match (word, own.remove(key)) {
            (Value::Object(table), Some(Value::Object(part))) => {
                Value::Object(merged(table, part, &path, missing))
            }
            (Value::Object(table), _) => Value::Object(merged(table, Map::new(), &path, missing)),
            (Value::String(_), Some(Value::String(text))) => Value::String(text),
            (Value::Array(words), Some(Value::Array(own))) if own.len() == words.len() => Value::Array(own),
            (word, _) => {
                missing.push(path);
                word.clone()
            }
        };
        own.insert(key.clone(), filled);
    }
    own
}

/// `home-visit` as `Home visit`.
fn words_of_id(id: &str) -> String {
    let spaced = id.replace(['-', '_'], " ");
    let mut characters = spaced.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => spaced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { panic!("not an object") };
        map
    }

    #[test]
    fn a_gap_is_filled_from_english_and_listed() {
        let english = object(json!({"a": "A", "t": {"b": "B", "c": "C"}, "m": ["x", "y"]}));
        let own = object(json!({"t": {"b": "BB"}, "m": ["only one"], "extra": "E"}));
        let mut missing = Vec::new();
        let words = merged(&english, own, "", &mut missing);
        assert_eq!(missing, ["a", "t.c", "m"]);
        assert_eq!(words["t"], json!({"b": "BB", "c": "C"}));
        assert_eq!(words["m"], json!(["x", "y"]));
        assert_eq!(words["extra"], "E");
    }

    #[test]
    fn an_id_reads_as_words() {
        assert_eq!(words_of_id("home-visit"), "Home visit");
        assert_eq!(words_of_id(""), "");
    }
}
