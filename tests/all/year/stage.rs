//! The agency on its stage: runs acts and says in short lines what the program says of a day.

use super::Expectation;
use super::keys::Held;
use crate::agency::Agency;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::process::Output;

const RECORDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/all/year/records");
/// Who works here beside nora, selma and aisha.
const PEOPLE: [(&str, &str, &str); 5] = [
    ("tomas", "Tomas Reyes", "case-manager"),
    ("lena", "Lena Brandt", "case-manager"),
    ("omar", "Omar Said", "case-manager"),
    ("ines", "Ines Castro", "case-supervisor"),
    ("petra", "Petra Novak", "project-director"),
];

pub struct Stage {
    agency: Agency,
    held: RefCell<HashMap<String, Held>>,
}

impl Stage {
    /// The agency with its people and no case; the records of the year lie beside the archive.
    pub fn open() -> Self {
        let agency = Agency::founded_for_tests();
        for (id, name, role) in PEOPLE {
            agency.joins(id, name, role);
        }
        crate::agency::copy(Path::new(RECORDS), &agency.path("."));
        Self { agency, held: RefCell::default() }
    }

    /// Whether the program can decline a referral.
    pub fn declines(&self) -> bool {
        self.agency.command(&["decline", "--help"]).output().unwrap().status.success()
    }

    fn run(&self, day: &str, person: &str, arguments: &[&str]) -> Output {
        self.agency.by(person, arguments).env("CASEFILE_TODAY", day).output().unwrap()
    }

    /// Does what a line of `acts.txt` says; what must fail begins with `refused` and the exit code.
    ///
    /// `add CASE LIST ITEM`, `set CASE LINE` and `change CASE OLD => NEW` take the record out, edit its text
    /// and put it back; `holds PERSON CASE` and `lost PERSON CASE` are about keys and stock `age`.
    pub fn act(&self, day: &str, person: &str, what: &str) -> Result<(), String> {
        let place = format!("{day} {person} {what}");
        let (word, rest) = what.split_once(' ').unwrap_or((what, ""));
        let (unit, text) = rest.split_once(' ').unwrap_or((rest, ""));
        match word {
            "add" => {
                let (list, item) = text.split_once(' ').expect("add CASE LIST ITEM");
                self.edit(day, person, unit, &place, |yaml| with_item(&yaml, list, item))
            }
            "set" => self.edit(day, person, unit, &place, |yaml| format!("{yaml}{text}\n")),
            "change" => {
                let (old, new) = text.split_once(" => ").expect("change CASE OLD => NEW");
                self.edit(day, person, unit, &place, |yaml| {
                    assert!(yaml.contains(old), "{place}: the record has no {old}");
                    yaml.replacen(old, new, 1)
                })
            }
            "holds" => {
                let held = Held::copied(&self.agency, unit, text);
                self.held.borrow_mut().insert(rest.to_owned(), held);
                Ok(())
            }
            "lost" => {
                self.held.borrow()[rest].opens_nothing(&self.agency);
                Ok(())
            }
            "refused" => {
                let output = self.run(day, person, &borrowed(&self.words(day, person, text)));
                let as_said = output.status.code() == unit.parse().ok();
                if as_said { Ok(()) } else { Err(format!("{place}\n{}", text_of(&output.stderr))) }
            }
            _ => self.ok(day, person, &self.words(day, person, what), &place),
        }
    }

    fn ok(&self, day: &str, person: &str, words: &[String], place: &str) -> Result<(), String> {
        let output = self.run(day, person, &borrowed(words));
        let said = || format!("{place}\n{}\n{}", text_of(&output.stdout), text_of(&output.stderr));
        if output.status.success() { Ok(()) } else { Err(said()) }
    }

    fn edit(
        &self,
        day: &str,
        person: &str,
        unit: &str,
        place: &str,
        edit: impl FnOnce(String) -> String,
    ) -> Result<(), String> {
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        self.ok(day, person, &words(&["record", unit, "-o", "work.yaml"]), place)?;
        let file = self.agency.path("work.yaml");
        let mut yaml = std::fs::read_to_string(&file).unwrap();
        if !yaml.ends_with('\n') {
            yaml.push('\n');
        }
        std::fs::write(&file, edit(yaml)).unwrap();
        self.ok(day, person, &words(&["record", unit, "--put", "work.yaml"]), place)?;
        std::fs::remove_file(&file).unwrap();
        Ok(())
    }

    /// The words of a command: quotes hold words together, `{KIND@CASE}` is the newest document of a kind.
    fn words(&self, day: &str, person: &str, line: &str) -> Vec<String> {
        let mut words = Vec::new();
        for (at, part) in line.split('"').enumerate() {
            if at % 2 == 1 {
                words.push(part.to_owned());
            } else {
                words.extend(part.split_whitespace().map(|word| self.document(day, person, word)));
            }
        }
        words
    }

    fn document(&self, day: &str, person: &str, word: &str) -> String {
        let named = word.strip_prefix('{').and_then(|word| word.strip_suffix('}'));
        let Some((kind, unit)) = named.and_then(|named| named.split_once('@')) else {
            return word.to_owned();
        };
        let output = self.run(day, person, &["show", unit, "--json"]);
        let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
        let documents = shown["documents"].as_array().unwrap();
        let newest = documents.iter().rfind(|document| document["kind"] == kind);
        newest.unwrap_or_else(|| panic!("{unit} has no {kind}"))["document"].as_str().unwrap().to_owned()
    }

    /// Compares what the program says with what these rows expect; gives what differs. Rows one after another
    /// that ask the same person for the same command are about one run of it.
    pub fn compare(&self, rows: &[Expectation<'_>]) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut last: Option<((&str, &str), Vec<Said>)> = None;
        for row in rows {
            let asked = (row.person, row.command);
            if last.as_ref().is_none_or(|(known, _)| *known != asked) {
                last = Some((asked, self.said(row.day, row.person, row.command)));
            }
            let said = &last.as_ref().unwrap().1;
            let of_case = said.iter().filter(|it| row.case.is_empty() || it.case == row.case);
            let lines: Vec<&str> = of_case.map(|it| it.line.as_str()).collect();
            let has = |text: &str| lines.iter().any(|line| line.contains(text));
            let holds = match (row.expect, row.expect.strip_prefix('!')) {
                ("nothing", _) => lines.is_empty(),
                (_, Some(absent)) => !has(absent),
                (text, None) => has(text),
            };
            if !holds {
                let Expectation { line, day, person, command, case, expect, .. } = row;
                let said = lines.join("\n        ");
                wrong.push(format!("{line}: {day} {person} {command} {case}: {expect}\n        {said}"));
            }
        }
        wrong
    }

    /// What a command says, in short lines with the case that each is about.
    fn said(&self, day: &str, person: &str, command: &str) -> Vec<Said> {
        let mut words = self.words(day, person, command);
        let short: Option<fn(&Value) -> Vec<Said>> = match words[0].as_str() {
            "due" => Some(due),
            "sweep" => Some(sweep),
            "missing" => Some(missing),
            "caseload" => Some(caseload),
            "verify" => Some(verify),
            _ => None,
        };
        words.extend(short.map(|_| "--json".to_owned()));
        let output = self.run(day, person, &borrowed(&words));
        let (out, err) = (text_of(&output.stdout), text_of(&output.stderr));
        if let Some(short) = short {
            let value = serde_json::from_str(&out);
            return short(
                &value.unwrap_or_else(|_| panic!("{day} {person} {command} says no JSON:\n{out}\n{err}")),
            );
        }
        let code = format!("exit {}", output.status.code().unwrap_or(-1));
        let text = out.lines().chain(err.lines()).map(str::to_owned);
        text.chain([code]).map(|line| Said { case: String::new(), line }).collect()
    }
}

/// One line that the program said, and about which case; `-` where it is about none.
struct Said {
    case: String,
    line: String,
}

fn borrowed(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A record's text with one item more in a list of its top level.
fn with_item(yaml: &str, list: &str, item: &str) -> String {
    let head = format!("\n{list}:\n");
    match yaml.find(&head) {
        Some(at) => {
            let (before, after) = yaml.split_at(at + head.len());
            format!("{before}  - {item}\n{after}")
        }
        None => format!("{yaml}{list}:\n  - {item}\n"),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        Value::Array(all) => all.iter().map(plain).collect::<Vec<_>>().join("+"),
        Value::Object(all) => {
            all.iter().map(|(key, value)| format!("{key}={}", plain(value))).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}

fn each(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn due(value: &Value) -> Vec<Said> {
    let line = |it: &Value| {
        let rule = it["rule"].as_str().unwrap_or("record");
        let [on, late, who, what] = ["on", "days_late", "who", "what"].map(|key| plain(&it[key]));
        Said { case: plain(&it["case"]), line: format!("{rule} {on} late {late} {who} {what}") }
    };
    each(value).map(line).collect()
}

fn sweep(value: &Value) -> Vec<Said> {
    let line = |it: &Value| {
        let [decision, rule, detail] = ["decision", "rule", "detail"].map(|key| plain(&it[key]));
        Said { case: plain(&it["case"]), line: format!("{decision} {rule} {detail}") }
    };
    each(value).map(line).collect()
}

fn missing(value: &Value) -> Vec<Said> {
    let of_folder = |folder: &Value| {
        let line = |it: &Value| Said {
            case: plain(&folder["case"]),
            line: format!("{} {}", plain(&it["lack"]), plain(&it["of"])),
        };
        each(&folder["missing"]).map(line).collect::<Vec<_>>()
    };
    each(value).flat_map(of_folder).collect()
}

/// The column of the case holds the person here.
fn caseload(value: &Value) -> Vec<Said> {
    let manager = |it: &Value| {
        let number = |key: &str| plain(&it[key]);
        let line = format!(
            "open={} inactive={} aged-out={} closed={} counted={} limit={} over={}",
            number("open"),
            number("inactive"),
            number("aged_out"),
            number("closed"),
            number("counted"),
            plain(&it["limit"]["value"]),
            number("over")
        );
        Said { case: plain(&it["manager"]), line }
    };
    let supervisor = |it: &Value| {
        let (managers, limit) = (plain(&it["managers"]), plain(&it["limit"]["value"]));
        let line = format!("managers={managers} limit={limit} over={}", plain(&it["over"]));
        Said { case: plain(&it["supervisor"]), line }
    };
    let time = |it: &Value| {
        let number = |key: &str| plain(&it[key]);
        let recommended = |key: &str| plain(&it[key]["value"]);
        let line = format!(
            "contact={} all={} share={} of {} new={} of {}",
            number("contact_minutes"),
            number("all_minutes"),
            number("contact_percent"),
            recommended("contact_share"),
            number("new_percent"),
            recommended("new_share")
        );
        Said { case: plain(&it["manager"]), line }
    };
    let counts = each(&value["managers"]).map(manager).chain(each(&value["supervisors"]).map(supervisor));
    counts.chain(each(&value["time"]["managers"]).map(time)).collect()
}

fn verify(value: &Value) -> Vec<Said> {
    let found = |key: &str| each(&value[key]).count();
    let line = format!("{} damage={} notices={}", plain(&value["level"]), found("damage"), found("notices"));
    vec![Said { case: "-".to_owned(), line }]
}
