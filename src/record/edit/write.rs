//! A contact as text: lines of YAML for people, or JSON for a list in brackets.

use crate::record::model::Contact;
use serde_json::Value;

/// The contact as one line of JSON, which is YAML in brackets too. Fields that say nothing are left out.
pub(super) fn json(contact: &Contact) -> String {
    Value::Object(fields(contact).into_iter().collect()).to_string()
}

/// The contact as an item of a list of lines, ending with a line break. `quoted` writes every text between
/// double quotes, which is uglier and always right.
pub(super) fn item(contact: &Contact, indent: usize, quoted: bool) -> String {
    let mut text = String::new();
    for (index, (name, value)) in fields(contact).into_iter().enumerate() {
        let lead = if index == 0 { "- " } else { "  " };
        let line = format!("{}{lead}{name}: ", " ".repeat(indent));
        text.push_str(&line);
        written(&mut text, &value, indent + 4, quoted);
    }
    text
}

/// The fields that say something, in the order of the model.
fn fields(contact: &Contact) -> Vec<(String, Value)> {
    let Ok(Value::Object(fields)) = serde_json::to_value(contact) else { return Vec::new() };
    fields.into_iter().filter(|(name, value)| says_something(name, value)).collect()
}

/// Whether a field is more than what its absence means.
fn says_something(name: &str, value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(false) => name != "face_to_face",
        Value::Array(items) => !items.is_empty(),
        _ => true,
    }
}

fn written(text: &mut String, value: &Value, indent: usize, quoted: bool) {
    match value {
        Value::String(words) => self::words(text, words, indent, quoted),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| short(item, quoted)).collect();
            text.extend(["[", &items.join(", "), "]\n"]);
        }
        other => text.extend([other.to_string().as_str(), "\n"]),
    }
}

fn short(value: &Value, quoted: bool) -> String {
    match value {
        Value::String(words) if !quoted && is_plain(words) && !words.contains([',', '[', ']', '{', '}']) => {
            words.clone()
        }
        other => other.to_string(),
    }
}

fn words(text: &mut String, words: &str, indent: usize, quoted: bool) {
    // A block of a few signs, such as a time, reads worse than they between quotation marks.
    let brief = words.chars().count() <= 8 && !words.contains('\n');
    if quoted || !(is_plain(words) || is_block(words) && !brief) {
        text.extend([Value::from(words).to_string().as_str(), "\n"]);
    } else if is_plain(words) && words.chars().count() <= 90 {
        text.extend([words, "\n"]);
    } else {
        block(text, words, indent);
    }
}

/// Text that YAML reads as itself without quotes: it begins with a letter and no sign in it means anything.
fn is_plain(words: &str) -> bool {
    let date = words.len() == 10 && words.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let quiet = |c: char| {
        c.is_alphanumeric()
            || matches!(c, ' ' | '.' | ',' | ';' | '(' | ')' | '/' | '-' | '\'' | '?' | '!' | '’')
    };
    let reserved = ["null", "true", "false", "yes", "no", "on", "off"];
    date || (words.starts_with(char::is_alphabetic)
        && words.chars().all(quiet)
        && !words.ends_with(' ')
        && !reserved.contains(&words.to_lowercase().as_str()))
}

/// Text that a block under `|` keeps: lines that neither begin nor end with blanks.
fn is_block(words: &str) -> bool {
    let line = |line: &str| line.trim() == line && !line.contains('\r');
    let body = words.strip_suffix('\n').unwrap_or(words);
    !body.is_empty() && !body.starts_with('\n') && !body.ends_with('\n') && body.split('\n').all(line)
}

fn block(text: &mut String, words: &str, indent: usize) {
    text.push_str(if words.ends_with('\n') { "|\n" } else { "|-\n" });
    for line in words.strip_suffix('\n').unwrap_or(words).split('\n') {
        let blank = if line.is_empty() { 0 } else { indent };
        text.extend([" ".repeat(blank).as_str(), line, "\n"]);
    }
}
