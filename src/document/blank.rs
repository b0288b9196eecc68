//! Blank forms: a kind's sample with everything taken out but its structure.
//!
//! Dates, words, names and narratives become marks that the shared building blocks draw as ruled spaces,
//! lines and boxes to tick. So one mechanism makes the blank form of every kind, and its template is the
//! same as for a filled one.

use super::shape::{self, Shape};
use super::transform::word;
use super::words::Words;
use serde_json::{Map, Value, json};

/// Stands for a short text; printed as a ruled space. Two invisible separators, which no text has.
pub(super) const SPACE: &str = "\u{2063}\u{2063}";
/// Stands for a narrative; printed as ruled lines.
const LINES: &str = "\u{2064}\u{2064}";
/// Fields of computed data that steer a template and are never printed, or are printed as they are.
const KEPT: [&str; 7] = ["id", "iso", "dir", "lang", "name", "weekday", "path"];
/// From so many different words on, a list is a list to tick: its words stay.
const CHECKLIST: usize = 4;

/// The record of a sample as templates read it, blank.
pub(super) fn record(shape: &Shape, value: &mut Value, words: &Words) {
    match (shape, &mut *value) {
        (_, Value::Null | Value::Number(_)) => {}
        (_, Value::Bool(answer)) => *answer = false,
        (Shape::Date, Value::Object(date)) => set(date, "text"),
        (Shape::Narrative, Value::Object(narrative)) => {
            narrative.insert("lang".to_owned(), json!(words.lang()));
            narrative.insert("dir".to_owned(), json!(if words.rtl() { "rtl" } else { "ltr" }));
            narrative.insert("blocks".to_owned(), lines());
        }
        (Shape::Vocabulary(list), Value::Object(said)) => choice(said, &format!("vocab.{list}"), words),
        (Shape::Word(list), Value::Object(said)) => choice(said, list, words),
        (Shape::Status, Value::Object(said)) => {
            set(said, "text");
            set(said, "code");
        }
        (Shape::Language, Value::Object(said)) => set(said, "text"),
        (Shape::Photograph, value) => *value = Value::Null,
        (Shape::List(inner), Value::Array(items)) => list(inner, items, words),
        (Shape::Fields(shapes), Value::Object(fields)) => {
            for (name, shape) in shapes {
                if let Some(field) = fields.get_mut(name) {
                    record(shape, field, words);
                }
            }
        }
        (_, value) => computed(value),
    }
}

/// A list, item by item; of a checklist the words that are to be ticked stay, and all of them are there.
fn list(inner: &Shape, items: &mut Vec<Value>, words: &Words) {
    // What happened on a day is an event; a checklist has no days.
    let is_event = |name: &str| ["on", "date", "set", "from"].contains(&name);
    let of_words = match inner {
        Shape::Fields(fields) if fields.iter().any(|(name, _)| is_event(name)) => None,
        Shape::Fields(fields) => fields.iter().find_map(|(name, shape)| match shape {
            Shape::Vocabulary(list) => Some((name.clone(), list.clone())),
            _ => None,
        }),
        _ => None,
    };
    let checklist = of_words.filter(|(name, _)| {
        let mut ids: Vec<&str> = items.iter().filter_map(|item| item[name]["id"].as_str()).collect();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        ids.len() == all && all >= CHECKLIST
    });
    for item in &mut *items {
        record(inner, item, words);
    }
    let Some((name, list)) = checklist else { return };
    let options = options(words, &format!("vocab.{list}"));
    let Some(model) = items.first().cloned() else { return };
    *items = options
        .iter()
        .map(|(id, _)| {
            let mut item = model.clone();
            item[&name] = word(words, &format!("vocab.{list}"), id);
            item[&name]["kept"] = json!(true);
            item
        })
        .collect();
}

/// What was computed for a sample, blank. Charts and warnings of the sample are left out.
pub(super) fn derived(value: &mut Value) {
    if let Some(school) = value.get_mut("school") {
        for chart in ["weeks", "trends"] {
            school[chart] = json!([]);
        }
    }
    // What a template goes through event by event is there once; of goals there is room for two.
    for (list, most) in
        [("/goals", 2), ("/school/fortnights", 1), ("/school/terms", 1), ("/agency/adoption_visits", 1)]
    {
        if let Some(Value::Array(items)) = value.pointer_mut(list) {
            items.truncate(most);
        }
    }
    for goal in value["goals"].as_array_mut().into_iter().flatten() {
        goal["trend"] = Value::Null;
    }
    if let Some(Value::Array(goals)) = value.pointer_mut("/agency/case_plan_goals") {
        for it in goals {
            it["goal"]["kept"] = json!(true);
        }
    }
    computed(value);
}

/// The attachments of a sample, blank: room for pictures and no pictures.
pub(super) fn attachments(value: &mut Value) {
    for it in value.as_array_mut().into_iter().flatten() {
        it["photo"] = Value::Null;
    }
    computed(value);
}

fn computed(value: &mut Value) {
    match value {
        Value::String(text) if text.as_str() != LINES => SPACE.clone_into(text),
        Value::Bool(answer) => *answer = false,
        Value::Array(items) => items.iter_mut().for_each(computed),
        Value::Object(fields) if fields.contains_key("kept") || fields.contains_key("options") => {}
        Value::Object(fields) if fields.contains_key("blocks") => {
            fields.insert("blocks".to_owned(), lines());
        }
        Value::Object(fields) => {
            let open = fields.iter_mut().filter(|(name, _)| !KEPT.contains(&name.as_str()));
            open.for_each(|(_, field)| computed(field));
        }
        _ => {}
    }
}

fn set(fields: &mut Map<String, Value>, name: &str) {
    fields.insert(name.to_owned(), json!(SPACE));
}

fn lines() -> Value {
    json!([{"t": "p", "c": [{"t": "text", "s": LINES}]}])
}

/// A word to choose: a ruled space, and what may be ticked instead.
fn choice(said: &mut Map<String, Value>, list: &str, words: &Words) {
    set(said, "text");
    let options: Vec<String> = options(words, list).into_iter().map(|(_, text)| text).collect();
    said.insert("options".to_owned(), json!(options));
}

/// The words of a list by id, in the order in which the record's schema has them.
fn options(words: &Words, list: &str) -> Vec<(String, String)> {
    let table = words.value(list).and_then(Value::as_object);
    let text = |(id, text): (&String, &Value)| Some((id.clone(), text.as_str()?.to_owned()));
    let mut options: Vec<_> = table.into_iter().flatten().filter_map(text).collect();
    let order = shape::words_of(list.trim_start_matches("vocab."));
    options.sort_by_key(|(id, _)| order.iter().position(|known| known == id));
    options
}
