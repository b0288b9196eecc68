//! The record as templates read it: every date, word and narrative in the document's language.
//!
//! Guided by the record's [`Shape`], so that a new field of the record needs no code here. Nothing is left
//! out: this is the agency's own copy. What must never reach another copy is marked: `unsafe` on a way to
//! reach someone, `of_concern` on a person.

use super::photographs::Photographs;
use super::shape::Shape;
use super::words::Words;
use super::{dates, narrative};
use crate::names::Status;
use crate::record::Subject;
use crate::record::model::Staff;
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

/// Fields that name people by `client`, an id of `people`, an id of staff or free words.
const PEOPLE_FIELDS: [&str; 6] = ["with", "present", "chair", "who", "by", "reported_by"];

/// Turns values of a record into values of `data.json`.
pub(super) struct Transform<'a> {
    pub words: &'a Words,
    pub record: Subject<'a>,
    pub photographs: Photographs<'a>,
}

impl Transform<'_> {
    /// `value`, which stands at `path` and has `shape`, as templates read it.
    pub fn value(&mut self, shape: &Shape, value: &Value, path: &str) -> Value {
        match (shape, value) {
            (_, Value::Null) => Value::Null,
            (Shape::Date, Value::String(date)) => self.date(date),
            (Shape::Narrative, value) => self.narrative(value),
            (Shape::Vocabulary(list), Value::String(id)) => word(self.words, &format!("vocab.{list}"), id),
            (Shape::Word(list), Value::String(id)) => word(self.words, list, id),
            (Shape::Status, Value::String(id)) => {
                id.parse().map_or(Value::Null, |status| status_json(self.words, status))
            }
            (Shape::Language, Value::String(id)) => word(self.words, "language", id),
            (Shape::Photograph, Value::Object(fields)) => self.photograph(fields, path),
            (Shape::List(inner), Value::Array(items)) => {
                let item = |(at, item)| self.value(inner, item, &format!("{path}[{at}]"));
                Value::Array(items.iter().enumerate().map(item).collect())
            }
            (Shape::Fields(shapes), Value::Object(fields)) => self.fields(shapes, fields, path),
            (_, value) => value.clone(),
        }
    }

    fn fields(&mut self, shapes: &[(String, Shape)], fields: &Map<String, Value>, path: &str) -> Value {
        let mut made = Map::new();
        for (name, shape) in shapes {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let value = self.value(shape, fields.get(name).unwrap_or(&Value::Null), &path);
            let names_people = *shape != Shape::Date && PEOPLE_FIELDS.contains(&name.as_str());
            made.insert(name.clone(), if names_people { self.people(value) } else { value });
        }
        mark(&mut made, fields);
        Value::Object(made)
    }

    fn date(&self, date: &str) -> Value {
        date.parse::<NaiveDate>().map_or(Value::Null, |date| dates::json(self.words, date))
    }

    fn narrative(&self, value: &Value) -> Value {
        let text = value.as_str().or_else(|| value.get("text")?.as_str()).unwrap_or_default();
        let own = value.get("lang").and_then(Value::as_str);
        let lang = own.unwrap_or(self.record.lang());
        let dir = if narrative::rtl(lang, text) { "rtl" } else { "ltr" };
        let blocks: Vec<Value> = narrative::parse(text).iter().map(narrative::Block::json).collect();
        json!({"lang": lang, "dir": dir, "blocks": blocks})
    }

    fn photograph(&mut self, fields: &Map<String, Value>, path: &str) -> Value {
        let file = fields.get("file").and_then(Value::as_str).unwrap_or_default();
        let Some(shown) = self.photographs.add(file, &format!("{path}.file")) else {
            return Value::Null;
        };
        let field = |name: &str| fields.get(name).cloned().unwrap_or(Value::Null);
        let date = field("date").as_str().map_or(Value::Null, |date| self.date(date));
        json!({"path": shown, "alt": field("alt"), "caption": field("caption"), "date": date})
    }

    fn people(&self, value: Value) -> Value {
        match value {
            Value::String(name) => Value::String(self.person(&name)),
            Value::Array(items) => items.into_iter().map(|item| self.people(item)).collect(),
            value => value,
        }
    }

    /// Who is meant by `name`: the client, a person of the record, one of the team, or the words themselves.
    fn person(&self, name: &str) -> String {
        if name == "client" {
            return self.words.get_or_id("vocab.task-owner.client");
        }
        let Subject::Case(record) = self.record else { return name.to_owned() };
        let team = &record.case().team;
        let staff = |staff: &&Staff| staff.id.as_str() == name;
        if let Some(staff) = [&team.manager, &team.supervisor].into_iter().find(staff) {
            return staff.name.0.clone();
        }
        match record.case().people.iter().find(|person| person.id == name) {
            Some(person) => format!("{} ({})", person.name.0, person.relation.0),
            None => name.to_owned(),
        }
    }
}

/// Marks a way to reach someone that is not safe, and a person of concern.
fn mark(made: &mut Map<String, Value>, fields: &Map<String, Value>) {
    if let Some(safe) = fields.get("safe").and_then(Value::as_str) {
        made.insert("unsafe".to_owned(), Value::Bool(safe.trim().eq_ignore_ascii_case("no")));
    }
    if let Some(concern) = fields.get("concern").and_then(Value::as_str) {
        made.insert("of_concern".to_owned(), Value::Bool(concern != "none"));
    }
}

/// A word of a list: `{"id": "home-visit", "text": "Home visit"}`.
pub(super) fn word(words: &Words, list: &str, id: &str) -> Value {
    json!({"id": id, "text": words.get_or_id(&format!("{list}.{id}"))})
}

/// A status: `{"id": "open", "text": "Open", "code": "O"}`.
pub(super) fn status_json(words: &Words, status: Status) -> Value {
    let text = words.get_or_id(&format!("status.{}", status.word()));
    json!({"id": status.word(), "text": text, "code": status.code()})
}
