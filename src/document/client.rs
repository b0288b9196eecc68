//! The client's copy: of the record only what is marked for the client, in the client's own language.
//!
//! A record of its own is made first, and the document of that: what is not marked is not there for any
//! template, nor for anything that is computed. The rules:
//!
//! - A narrative is shown where it has words for the client (`client: {lang: text}`), and as those words.
//! - An item of a list, and a part such as the transition plan, is shown where one of its narratives is;
//!   with it its dates and words of a list. What it needs and is not marked takes it out.
//! - People are shown where `share: client`; ways to reach them where `safe: yes`. Names in free words are
//!   left out, but for those a safety plan says to call.
//! - Nothing where it is not safe to take home; no unsafe way to reach anybody, not even in the words.

use super::compose::composed;
use super::missing::has;
use super::shape::{self, Shape};
use super::{Copy, Document, Kind, Request, Words, missing};
use crate::error::{Class, Error, Place, Problem, Result};
use crate::record::model::{CaseRecord, YesNo};
use crate::record::{Record, Sort};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// Parts that every copy has; of them only narratives and what [`ALLOWED`] names are shown.
const ALWAYS: [&str; 6] = ["", "case", "case.history[]", "client", "team.manager", "team.supervisor"];

/// What is shown without a mark, where its part is.
const ALLOWED: [&str; 24] = [
    "casefile",
    "programme",
    "case.number",
    "case.admitted",
    "case.history[].status",
    "case.history[].since",
    "client.name",
    "client.name_own_script",
    "client.known_as",
    "client.languages[]",
    "team.manager.id",
    "team.manager.name",
    "team.manager.phone",
    "team.supervisor.id",
    "team.supervisor.name",
    "services[].name",
    "referrals[].provider",
    "transition.support_people[].name",
    "transition.support_people[].relation",
    "consents[].to[]",
    "consents[].giver_name",
    "consents[].interpreter",
    "consents[].language",
    "safety_plan.signal",
];

/// Of what is allowed, the names of people.
const NAMES: [&str; 6] = [
    "client.name",
    "team.manager.name",
    "team.supervisor.name",
    "transition.support_people[].name",
    "consents[].giver_name",
    "consents[].interpreter",
];

/// Fields that name people by an id or in free words.
const PEOPLE: [&str; 6] = ["with", "present", "chair", "who", "by", "reported_by"];

/// The client's copy of the document.
pub(super) fn compose(record: &Record, kind: &Arc<Kind>, request: &Request) -> Result<Document> {
    allowed(record, kind)?;
    let lang = language(record, kind, request)?;
    let words = Words::of(kind, &lang)?;
    let phrase = request.partial.then(|| words.get_or_id("common.not-translated"));
    let mut filter = Filter::of(record, kind, &lang, phrase);
    let shown = filter.part(shape::of_record(Sort::Case), record.json(), "", "").unwrap_or_default();
    let Filter { problems, mut named, .. } = filter;
    let copy = record.showing(shown, &lang)?;
    let mut problems: Vec<Problem> = problems.into_iter().map(|problem| placed(problem, record)).collect();
    let whole = missing(kind, record, request.period);
    if whole.is_empty() && problems.is_empty() {
        problems.extend(unmarked(kind, record, &copy, request));
    }
    if let Some(error) = Error::all(Class::Input, problems.clone()) {
        return Err(error);
    }
    let request = Request { lang: Some(lang), ..request.clone() };
    let mut document = composed(if whole.is_empty() { &copy } else { record }, kind, &request)?;
    let mut seen = BTreeSet::new();
    named.retain(|name| seen.insert(name.clone()));
    document.persons = named;
    document.warnings.extend(problems);
    document.warnings.extend(not_known_safe(record));
    Ok(document)
}

/// That a kind has no copy for the client.
pub(super) fn no_copy(kind: &Kind) -> Error {
    let message = format!("the kind `{}` has no copy for the client", kind.id());
    let hint = "leave out --copy; `casefile kinds` tells which copies a kind has";
    Error::new(Class::Input, Problem::error("document.no-client-copy", message).hint(hint))
}

/// Refuses a kind without a client's copy, and a client who cannot safely take anything home.
fn allowed(record: &Record, kind: &Kind) -> Result<()> {
    let refused = |problem: Problem| Err(Error::new(Class::Input, problem));
    if !kind.copies().contains(&Copy::Client) {
        return Err(no_copy(kind));
    }
    if record.case().client.safe_to_take_home == Some(YesNo::No) {
        let message = "it is not safe for the client to take papers home, so no copy is made";
        let problem = Problem::error("document.not-safe-to-take-home", message)
            .hint("go through the plan together; if it has become safe, change `client.safe_to_take_home`");
        return refused(problem.at(record.place("client.safe_to_take_home")));
    }
    Ok(())
}

fn not_known_safe(record: &Record) -> Option<Problem> {
    let known = record.case().client.safe_to_take_home == Some(YesNo::Yes);
    let message = "the record does not say that papers are safe with the client";
    let problem = Problem::warning("document.take-home-unknown", message)
        .hint("ask, and write it down: `safe_to_take_home: yes` or `no`")
        .at(record.place("client.safe_to_take_home"));
    (!known).then_some(problem)
}

/// The language asked for, else the first of the client's own that the kind has.
fn language(record: &Record, kind: &Kind, request: &Request) -> Result<String> {
    if let Some(lang) = &request.lang {
        return Ok(lang.clone());
    }
    let own = record.case().client.languages.iter().map(|lang| &lang.0);
    own.into_iter().find(|lang| kind.languages().contains(lang)).cloned().ok_or_else(|| {
        let message = format!("the kind `{}` has no words in a language of the client", kind.id());
        let hint = format!("its languages are {}: name one with --lang", kind.languages().join(", "));
        Error::new(Class::Input, Problem::error("document.client-language", message).hint(hint))
    })
}

/// What the kind needs and the record has, and nothing of it is marked for the client.
fn unmarked(kind: &Kind, record: &Record, copy: &Record, request: &Request) -> Vec<Problem> {
    if missing(kind, copy, request.period).is_empty() {
        return Vec::new();
    }
    let lost = kind.musts().iter().filter(|must| must.required && !has(copy, &must.path));
    let problem = |path: &str| {
        let message =
            format!("of `{path}`, which the kind `{}` needs, nothing is marked for the client", kind.id());
        let hint = "write the client's words beside it: `client: {ar: {text: …}}`";
        let section = path.split("[]").next().unwrap_or(path);
        Problem::error("document.not-marked", message).hint(hint).at(record.place(section))
    };
    lost.map(|must| problem(&must.path)).take(1).collect()
}

fn placed(mut problem: Problem, record: &Record) -> Problem {
    if let Some(field) = problem.place.as_ref().and_then(|place| place.field.clone()) {
        problem.place = Some(record.place(&field));
    }
    problem
}

struct Filter<'a> {
    case: &'a CaseRecord,
    kind: &'a Kind,
    lang: &'a str,
    /// Stands where a translation is missing; without it that is an error.
    phrase: Option<String>,
    problems: Vec<Problem>,
    /// Names of people that will be printed.
    named: Vec<String>,
    /// How many narratives were marked so far.
    marks: usize,
    /// Ways to reach somebody that are not safe.
    never: Vec<String>,
}

impl<'a> Filter<'a> {
    fn of(record: &'a Record, kind: &'a Kind, lang: &'a str, phrase: Option<String>) -> Self {
        let case = record.case();
        let never = unsafe_ways(case);
        Self { case, kind, lang, phrase, problems: Vec::new(), named: Vec::new(), marks: 0, never }
    }

    /// Whether the kind's template speaks of a part of this name; what it never prints needs no translation.
    fn prints(&self, name: &str) -> bool {
        const NEEDED: [&str; 3] = ["case", "client", "team"];
        let own = format!("/{}/", self.kind.id());
        let files = self.kind.files().iter().filter(|(path, _)| path.starts_with(&own));
        let is_template = |path: &str| Path::new(path).extension().is_some_and(|ending| ending == "typ");
        let mut templates = files.filter(|(path, _)| is_template(path));
        NEEDED.contains(&name) || templates.any(|(_, text)| mentions(&String::from_utf8_lossy(text), name))
    }

    /// What is shown of `value`: `path` with `[]` after lists, `at` with numbers.
    fn part(&mut self, shape: &Shape, value: &Value, path: &str, at: &str) -> Option<Value> {
        match (shape, value) {
            (_, Value::Null)
            | (Shape::Photograph, _)
            | (Shape::Plain, Value::Object(_) | Value::Array(_)) => None,
            (Shape::Narrative, value) => self.narrative(value, at),
            (Shape::List(_), Value::Array(items)) if path == "people" => {
                Some(items.iter().filter_map(|person| self.person(person)).collect())
            }
            (Shape::List(inner), Value::Array(items)) => {
                let path = format!("{path}[]");
                let kept = items.iter().enumerate().filter_map(|(n, item)| {
                    let before = self.marks;
                    let shown = self.part(inner, item, &path, &format!("{at}[{n}]"));
                    let free = !matches!(**inner, Shape::Fields(_)) || before < self.marks;
                    let call =
                        |it: &Value| path == "safety_plan.calls[]" && it["who"] != "" && it["reach"] != "";
                    shown.filter(|it| free || ALWAYS.contains(&path.as_str()) || call(it))
                });
                Some(kept.collect())
            }
            (Shape::Fields(shapes), Value::Object(fields)) => self.fields(shapes, fields, path, at),
            (Shape::Plain, Value::String(text)) => self.text(text, path),
            (_, value) => Some(value.clone()),
        }
    }

    fn fields(
        &mut self,
        shapes: &[(String, Shape)],
        fields: &Map<String, Value>,
        path: &str,
        at: &str,
    ) -> Option<Value> {
        let always = ALWAYS.contains(&path);
        let before = self.marks;
        let mut made = Map::new();
        for (name, shape) in shapes {
            let value = fields.get(name).unwrap_or(&Value::Null);
            let below = |of: &str| if of.is_empty() { name.clone() } else { format!("{of}.{name}") };
            let of = path;
            let (path, at) = (below(path), below(at));
            let told = matches!(shape, Shape::Narrative | Shape::Fields(_) | Shape::List(_));
            let unseen = matches!(of, "" | "client") && told && path != "people" && !self.prints(name);
            if unseen || always && !told && !ALLOWED.contains(&path.as_str()) {
                continue;
            }
            let needed = shape::is_needed(Sort::Case, &path);
            let marked = self.marks;
            let shown = if PEOPLE.contains(&name.as_str()) && !matches!(shape, Shape::Date) {
                self.people(value, &path)
            } else {
                self.part(shape, value, &path, &at)
            };
            let section = matches!(shape, Shape::Fields(_));
            let shown = shown.filter(|_| !section || needed || marked < self.marks);
            match shown {
                Some(shown) => drop(made.insert(name.clone(), shown)),
                None if needed && value.is_string() && matches!(shape, Shape::Plain) => {
                    made.insert(name.clone(), json!(""));
                }
                None if needed && !value.is_null() => return self.lost(before, &at),
                None => {}
            }
        }
        Some(Value::Object(made))
    }

    /// A part that cannot be shown because what it needs is not marked; told where something in it is.
    fn lost(&mut self, before: usize, at: &str) -> Option<Value> {
        if before < self.marks {
            let message = "is not marked for the client, so nothing of what it belongs to is printed";
            let place = Place { field: Some(at.to_owned()), ..Place::default() };
            self.problems.push(Problem::warning("document.client-left-out", message).at(place));
        }
        self.marks = before;
        None
    }

    /// The words for the client, where there are any.
    fn narrative(&mut self, value: &Value, at: &str) -> Option<Value> {
        let client = value.get("client")?.as_object().filter(|words| !words.is_empty())?;
        self.marks += 1;
        let place = Place { field: Some(at.to_owned()), ..Place::default() };
        let Some(text) = client.get(self.lang).and_then(|words| words["text"].as_str()) else {
            let message = format!("has words for the client and none in `{}`", self.lang);
            let problem = match self.phrase {
                Some(_) => Problem::warning("document.not-translated", message),
                None => Problem::error("document.not-translated", message).hint(
                    "have it translated (`client: {lang: {text: …}}`), or print it as not yet translated: --partial",
                ),
            };
            self.problems.push(problem.at(place));
            return Some(json!({"text": self.phrase.as_deref().unwrap_or_default(), "lang": self.lang}));
        };
        let said = bare(text);
        if self.never.iter().any(|way| said.contains(way.as_str())) {
            let message = "the words for the client hold a way to reach somebody that is not safe";
            let hint = "take it out of these words; ways with `safe: yes` may stand there";
            self.problems.push(Problem::error("document.unsafe-way", message).hint(hint).at(place));
        }
        Some(json!({"text": text, "lang": self.lang}))
    }

    fn text(&mut self, text: &str, path: &str) -> Option<Value> {
        let of_call = path == "safety_plan.calls[].reach";
        let shown = ALLOWED.contains(&path) || of_call;
        if !shown || self.never.contains(&bare(text)) {
            return None;
        }
        if NAMES.contains(&path) {
            self.named.push(text.to_owned());
        }
        Some(json!(text))
    }

    /// A person who may be named, with the ways to reach them that are safe.
    fn person(&mut self, person: &Value) -> Option<Value> {
        if person["share"] != "client" {
            return None;
        }
        if self.prints("people") {
            self.named.push(person["name"].as_str()?.to_owned());
        }
        let ways = person["reach"].as_array().into_iter().flatten();
        let safe: Vec<&Value> = ways.filter(|way| way["safe"].as_str().is_some_and(is_safe)).collect();
        Some(json!({
            "id": person["id"], "name": person["name"], "relation": person["relation"],
            "agency": person["agency"], "reach": safe, "share": "client",
        }))
    }

    /// Of those whom a field names, the client, the team and people who may be named.
    fn people(&mut self, value: &Value, path: &str) -> Option<Value> {
        match value {
            Value::String(name) => self.may_be_named(name, path).then(|| value.clone()),
            Value::Array(items) => Some(items.iter().filter_map(|item| self.people(item, path)).collect()),
            _ => None,
        }
    }

    fn may_be_named(&mut self, name: &str, path: &str) -> bool {
        let team = [&self.case.team.manager.id, &self.case.team.supervisor.id];
        if name == "client" || team.iter().any(|id| id.as_str() == name) {
            return true;
        }
        if let Some(person) = self.case.people.iter().find(|person| person.id == name) {
            if person.share.is_some() {
                self.named.push(person.name.0.clone());
            }
            return person.share.is_some();
        }
        let called = path == "safety_plan.calls[].who";
        if called {
            self.named.push(name.to_owned());
        }
        called
    }
}

/// Whether `name` stands in `text` as a word of its own.
fn mentions(text: &str, name: &str) -> bool {
    let inner = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let alone = |(at, _): (usize, &str)| {
        !inner(text[..at].chars().next_back()) && !inner(text[at + name.len()..].chars().next())
    };
    text.match_indices(name).any(alone)
}

/// Whether a text holds a way to reach somebody that is not safe, however it is spaced.
pub fn holds_unsafe_way(case: &CaseRecord, text: &str) -> bool {
    let said = bare(text);
    unsafe_ways(case).iter().any(|way| said.contains(way.as_str()))
}

/// The ways to reach client and people that are not safe without a condition, as [`bare`] has them.
fn unsafe_ways(case: &CaseRecord) -> Vec<String> {
    let reach = case.client.reach.iter().chain(case.people.iter().flat_map(|person| &person.reach));
    let never = reach.filter(|way| !is_safe(&way.safe.0)).map(|way| bare(&way.value.0));
    never.filter(|way| way.chars().count() > 4).collect()
}

fn is_safe(safe: &str) -> bool {
    safe.trim().eq_ignore_ascii_case("yes")
}

/// Text as it is compared: letters and digits alone, small.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
