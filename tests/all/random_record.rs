//! Random valid records, made from the schemas: what a schema gains is in them the day it appears.
//!
//! The same seed gives the same record. What the program's check refuses (dates that cannot follow each
//! other, words of another programme) is drawn anew, field by field, until it accepts the record.

use casefile::document::Kind;
use casefile::error::Error;
use casefile::programme::{Programme, Programmes, Term};
use casefile::record::{AnyRecord, Sort};
use chrono::{Days, NaiveDate};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Names of files that a record may mention; the tests hand a picture in under each.
pub const FILES: [&str; 3] = ["portrait.jpg", "photographs/room.jpg", "letter 4 (copy).jpg"];

/// How often what is refused is drawn anew.
const ROUNDS: usize = 400;

/// A sequence of numbers that look random (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound.max(1)
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[usize::try_from(self.below(items.len() as u64)).unwrap()]
    }
}

/// A record that has what `kind` needs, with texts in the script of `lang`.
pub fn random_record(kind: &Kind, lang: &str, seed: u64) -> AnyRecord {
    let programmes = Programmes::builtin();
    let offering: Vec<_> =
        programmes.iter().filter(|it| it.kinds.iter().any(|id| id == kind.id())).cloned().collect();
    let offering = if offering.is_empty() { programmes.iter().cloned().collect() } else { offering };
    let mut dice =
        Dice(seed ^ kind.id().bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31) + u64::from(byte)));
    let programme = dice.pick(&offering).clone();
    let begun = NaiveDate::from_ymd_opt(2012, 1, 9).unwrap() + Days::new(dice.below(4000));
    let root = kind.record().schema();
    let needed = kind.musts().iter().filter(|must| must.required).flat_map(|must| beginnings(&must.path));
    let mut maker =
        Maker { dice, root, sort: kind.record(), lang, programme, begun, needed: needed.collect() };
    let mut json = maker.value(root, "");
    for _ in 0..ROUNDS {
        match AnyRecord::parse(json.to_string().as_bytes(), None, &programmes) {
            Ok(checked) => return checked.record,
            Err(error) => maker.mend(&mut json, &error),
        }
    }
    let told = AnyRecord::parse(json.to_string().as_bytes(), None, &programmes).err();
    panic!("{} in {lang}, seed {seed}: {}", kind.id(), told.map_or_else(String::new, |it| it.to_string()));
}

/// `a`, `a[].b` and `a[].b.c` of `a[].b.c`: every part that has to be there for the last one.
fn beginnings(path: &str) -> Vec<String> {
    let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
    ends.map(|end| path[..end].trim_end_matches("[]").to_owned()).collect()
}

struct Maker<'a> {
    dice: Dice,
    root: &'a Value,
    sort: Sort,
    lang: &'a str,
    programme: Arc<Programme>,
    begun: NaiveDate,
    /// Paths, without the mark of a list at their end, that are in the record in any case.
    needed: BTreeSet<String>,
}

impl<'a> Maker<'a> {
    /// Where `$ref` leads, and what stands beside null.
    fn resolved(&self, schema: &'a Value) -> &'a Value {
        if let Some(name) = schema["$ref"].as_str().and_then(|it| it.strip_prefix("#/$defs/")) {
            return &self.root["$defs"][name];
        }
        let there = schema["anyOf"].as_array().filter(|_| schema["x-casefile"] != "narrative");
        there
            .and_then(|all| all.iter().find(|it| it["type"] != "null"))
            .map_or(schema, |it| self.resolved(it))
    }

    fn value(&mut self, schema: &'a Value, path: &str) -> Value {
        let schema = self.resolved(schema);
        if schema["x-casefile"] == "narrative" {
            return self.narrative();
        }
        if let Some(words) = schema["oneOf"].as_array() {
            return self.dice.pick(words)["const"].clone();
        }
        match schema["type"].as_str().or_else(|| schema["type"][0].as_str()) {
            Some("object") => self.object(schema, path),
            Some("array") => self.list(schema, path),
            Some("integer") => self.number(schema),
            Some("boolean") => json!(self.dice.one_in(2)),
            _ => self.text(schema, path),
        }
    }

    fn object(&mut self, schema: &'a Value, path: &str) -> Value {
        let required = schema["required"].as_array();
        let required = |name: &str| required.is_some_and(|all| all.iter().any(|it| it == name));
        let mut fields = Map::new();
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            // What only one kind's own schema describes is no part of this one.
            let there =
                name != "forms" && (required(name) || self.needed.contains(&below) || self.dice.one_in(2));
            if there {
                fields.insert(name.clone(), self.value(field, &below));
            }
        }
        Value::Object(fields)
    }

    fn list(&mut self, schema: &'a Value, path: &str) -> Value {
        let least = u64::from(self.needed.contains(path));
        let most = if self.dice.one_in(12) { 9 } else { 3 };
        let length = least + self.dice.below(most);
        (0..length).map(|_| self.value(&schema["items"], &format!("{path}[]"))).collect()
    }

    fn number(&mut self, schema: &Value) -> Value {
        let least = schema["minimum"].as_i64().unwrap_or(0);
        let most = schema["maximum"].as_i64().unwrap_or(400).min(least + 100_000);
        let span = u64::try_from(most - least).unwrap() + 1;
        let within = if self.dice.one_in(3) { self.dice.below(span) } else { self.dice.below(span.min(20)) };
        json!(least + i64::try_from(within).unwrap())
    }

    fn text(&mut self, schema: &Value, path: &str) -> Value {
        if !schema["const"].is_null() {
            return schema["const"].clone();
        }
        if schema["format"] == "date" {
            return json!(self.date(path));
        }
        let word = |terms: &[Term], dice: &mut Dice| {
            if terms.is_empty() { String::new() } else { dice.pick(terms).id.clone() }
        };
        let name = path.rsplit('.').next().unwrap_or(path);
        json!(match (path, name, schema["pattern"].as_str()) {
            ("programme", ..) => self.programme.id.clone(),
            ("case.stage", ..) => word(&self.programme.clone().stages, &mut self.dice),
            ("case.service_level", ..) => word(&self.programme.clone().service_levels, &mut self.dice),
            ("lang", ..) => self.lang.to_owned(),
            (_, "by[]", None) if path == "contacts[].by[]" => self.id(),
            (_, "file", _) => (*self.dice.pick(&FILES)).to_owned(),
            (_, _, Some(pattern)) => self.shaped(pattern, path, schema["x-casefile"] == "language"),
            _ => self.words(14).join(" "),
        })
    }

    fn shaped(&mut self, pattern: &str, path: &str, language: bool) -> String {
        let year = self.begun.format("%Y");
        match pattern {
            _ if language => (*self.dice.pick(&["en", "fr", "ar", "my", "es", "fa", "ta", "so"])).to_owned(),
            _ if pattern.starts_with("^[A-Z]") && path == "folder.number" => {
                format!("{}-{year}-{:04}", self.sort.folder_word().unwrap(), self.dice.below(10_000))
            }
            _ if pattern.starts_with("^[A-Z]") => {
                let category = self.dice.pick(&self.programme.clone().categories).id.clone();
                format!("{category}-{year}-{:04}", self.dice.below(10_000))
            }
            _ if pattern.contains(":[0-5]") => {
                format!("{:02}:{:02}", self.dice.below(24), self.dice.below(60))
            }
            _ => self.id(),
        }
    }

    fn id(&mut self) -> String {
        let letters: Vec<char> = ('a'..='z').collect();
        (0..3 + self.dice.below(6)).map(|_| *self.dice.pick(&letters)).collect()
    }

    /// Days run on from the beginning; who is born was so years before.
    fn date(&mut self, path: &str) -> NaiveDate {
        match path {
            "case.admitted" | "folder.opened" => self.begun,
            _ if path.contains("birth") => self.begun - Days::new(300 + self.dice.below(6_500)),
            _ => self.begun + Days::new(self.dice.below(700)),
        }
    }

    fn narrative(&mut self) -> Value {
        let text = self.passage();
        if !self.dice.one_in(5) {
            return json!(text);
        }
        let client =
            json!({"text": self.passage(), "translator": self.words(3).join(" "), "date": self.begun});
        json!({"text": text, "client": {self.lang: client}})
    }

    /// Paragraphs and lists, with stress here and there.
    fn passage(&mut self) -> String {
        let paragraphs = 1 + self.dice.below(3);
        let one = |dice: &mut Self| match dice.dice.below(6) {
            0 => (0..=dice.dice.below(4))
                .map(|_| format!("- {}", dice.words(12).join(" ")))
                .collect::<Vec<_>>()
                .join("\n"),
            1 => (1..=2 + dice.dice.below(3))
                .map(|n| format!("{n}. {}", dice.words(9).join(" ")))
                .collect::<Vec<_>>()
                .join("\n"),
            2 => format!(
                "{} **{}** *{}*",
                dice.words(20).join(" "),
                dice.words(3).join(" "),
                dice.words(2).join(" ")
            ),
            _ => format!("{}.", dice.words(40).join(" ")),
        };
        (0..paragraphs).map(|_| one(self)).collect::<Vec<_>>().join("\n\n")
    }

    /// Some words in the script of the language, at times with what comes up in any file.
    fn words(&mut self, most: u64) -> Vec<String> {
        let own = vocabulary(self.lang);
        (0..=self.dice.below(most))
            .map(|_| {
                let strange = self.dice.one_in(15);
                (*self.dice.pick(if strange { &STRANGE } else { own })).to_owned()
            })
            .collect()
    }

    /// Draws anew what is refused; an item of a list may go.
    fn mend(&mut self, json: &mut Value, error: &Error) {
        for problem in error.problems() {
            let field = problem.place.as_ref().and_then(|place| place.field.clone()).unwrap_or_default();
            assert!(!field.is_empty(), "no field to mend: {problem:?}");
            let steps: Vec<String> = field.replace('[', ".[").split('.').map(str::to_owned).collect();
            let path = path_of(&steps);
            let mut schema = self.root;
            for step in &steps {
                schema = self.resolved(schema);
                schema = if step.starts_with('[') { &schema["items"] } else { &schema["properties"][step] };
            }
            if schema.is_null() {
                continue;
            }
            let optional = !self.needed.contains(&path);
            let drop = optional && self.dice.one_in(3);
            let value = if drop { Value::Null } else { self.value(schema, &path) };
            put(json, &steps, value);
        }
    }
}

/// `goals[].tasks[].due` of `goals[0].tasks[1].due`.
fn path_of(steps: &[String]) -> String {
    let marked =
        steps.iter().map(|step| if step.starts_with('[') { "[]".to_owned() } else { format!(".{step}") });
    marked.collect::<String>().trim_start_matches('.').to_owned()
}

/// Puts a value at a place; null takes out what is there.
fn put(json: &mut Value, steps: &[String], value: Value) {
    let Some((step, rest)) = steps.split_first() else { return };
    let index = step.trim_matches(['[', ']']).parse::<usize>().ok().filter(|_| step.starts_with('['));
    match (index, json, rest.is_empty()) {
        (Some(at), Value::Array(items), true) if at < items.len() => {
            if value.is_null() {
                items.remove(at);
            } else {
                items[at] = value;
            }
        }
        (Some(at), Value::Array(items), false) => {
            if let Some(item) = items.get_mut(at) {
                put(item, rest, value);
            }
        }
        (None, Value::Object(fields), true) if value.is_null() => drop(fields.remove(step)),
        (None, Value::Object(fields), true) => drop(fields.insert(step.clone(), value)),
        (None, Value::Object(fields), false) => {
            if let Some(field) = fields.get_mut(step) {
                put(field, rest, value);
            }
        }
        _ => {}
    }
}

/// What comes up in files of any language.
const STRANGE: [&str; 12] = [
    "+99 555 0100",
    "2016-11-04",
    "09:30",
    "a.very.long.address@office.of.the.example.org",
    "#4",
    "<b>",
    "\\n",
    "$x^2$",
    "*",
    "“”",
    "[link](https://example.org)",
    "Straße",
];

fn vocabulary(lang: &str) -> &'static [&'static str] {
    match lang {
        "fr" => &[
            "école",
            "élève",
            "l’après-midi",
            "a",
            "été",
            "vue",
            "chez",
            "sœur",
            "père",
            "où",
            "déjà",
            "inquiétude",
        ],
        "es" => &[
            "niña",
            "mañana",
            "¿cuándo?",
            "habló",
            "con",
            "su",
            "tía",
            "escuela",
            "está",
            "segura",
            "también",
        ],
        "so" => {
            &["caruurta", "guriga", "maanta", "waxay", "la", "hadashay", "walaasheed", "dugsiga", "badbaado"]
        }
        "ar" => &["الطفلة", "في", "المدرسة", "مع", "أختها", "و", "تحدّثت", "اليوم", "عن", "البيت", "٣", "لا"],
        "fa" => &["کودک", "در", "مدرسه", "با", "خواهرش", "می‌گوید", "امروز", "خانه", "است", "۴", "نگرانی"],
        "my" => &["ကလေး", "ကျောင်း", "အိမ်", "ယနေ့", "အစ်မနှင့်", "ပြောသည်", "ကူညီမှု", "ဘေးကင်း", "၂"],
        "ta" => &["குழந்தை", "பள்ளியில்", "இன்று", "சகோதரி", "வீட்டில்", "பேசினாள்", "உதவி", "பாதுகாப்பு"],
        _ => &[
            "the", "child", "school", "spoke", "of", "her", "aunt’s", "house", "and", "stayed", "until",
            "evening", "fear",
        ],
    }
}
