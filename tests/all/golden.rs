//! The first page of every kind as it was looked at and accepted: its text, and the structure of the document.
//!
//! `INSTA_UPDATE=always cargo test golden` accepts what the templates make now; look at the pages first
//! (`casefile kinds gallery`).

use crate::support;
use casefile::document::{Kind, Kinds, compose, sample, sample_request};
use casefile::programme::Programmes;
use casefile::record::{AnyRecord, Subject};
use casefile::render::{Engine, EngineOptions};
use chrono::NaiveDate;
use serde_json::Value;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::Command;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"))
}

fn of(kind: &Kind) -> AnyRecord {
    sample(kind, &Programmes::builtin()).unwrap_or_else(|error| panic!("{error}")).record
}

fn said_by(program: &str, arguments: &[&str], file: &Path) -> String {
    // Where that program cuts a text short it may cut a letter.
    let output = Command::new(program)
        .args(arguments)
        .arg(file)
        .args(["-"].iter().take(usize::from(program == "pdftotext")))
        .output();
    String::from_utf8_lossy(&output.unwrap().stdout).into_owned()
}

/// Text in its lines, with two spaces for any wider gap.
fn lines(text: &str) -> String {
    let line = |line: &str| {
        line.split("  ").map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ")
    };
    text.lines().map(line).filter(|line| !line.is_empty()).map(|line| line + "\n").collect()
}

/// Headings with their words, and tables, lists and figures with how much is in them.
fn structure(tags: &str) -> String {
    let mut outline = String::new();
    let mut open: Vec<(usize, &str, usize)> = Vec::new();
    let mut close = |open: &mut Vec<(usize, &str, usize)>, depth: usize| {
        while let Some((_, tag, parts)) = open.pop_if(|(at, ..)| *at >= depth) {
            outline.extend([tag, " of ", parts.to_string().as_str(), "\n"]);
        }
    };
    let mut headings = Vec::new();
    for line in tags.lines() {
        let (depth, line) = (line.len() - line.trim_start().len(), line.trim());
        if line.starts_with(['"', '/']) {
            continue;
        }
        close(&mut open, depth);
        match line.split([' ', ':']).next().unwrap_or_default() {
            "TR" | "LI" => {
                if let Some((.., parts)) = open.last_mut() {
                    *parts += 1;
                }
            }
            tag @ ("Table" | "L") => open.push((depth, if tag == "L" { "List" } else { tag }, 0)),
            "Figure" => open.push((depth, "Figure", 1)),
            "H1" | "H2" | "H3" => headings.push(line.trim_end_matches(" (block)").to_owned()),
            _ => {}
        }
    }
    close(&mut open, 0);
    format!("{}\n{outline}", headings.join("\n"))
}

#[test]
fn the_first_page_of_every_kind_reads_as_it_was_accepted() {
    if support::program("pdftotext").is_none() || support::program("pdfinfo").is_none() {
        return;
    }
    let engine = Engine::new(EngineOptions::default()).unwrap();
    let written = tempfile::tempdir().unwrap();
    let mut other = Vec::new();
    for kind in Kinds::builtin().unwrap().list() {
        let record = of(kind);
        let document = compose(&record, kind, &sample_request(kind, &record, "en")).unwrap();
        let file = written.path().join("x.pdf");
        std::fs::write(&file, engine.render(&document).unwrap().bytes()).unwrap();
        let text = lines(&said_by("pdftotext", &["-f", "1", "-l", "1", "-layout"], &file));
        let tags = structure(&said_by("pdfinfo", &["-struct-text"], &file));
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(folder());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let compared = AssertUnwindSafe(|| {
            settings.bind(|| insta::assert_snapshot!(kind.id(), format!("{text}\nStructure:\n{tags}")));
        });
        if catch_unwind(compared).is_err() {
            other.push(kind.id().to_owned());
        }
    }
    assert_eq!(other, Vec::<String>::new(), "changed: look at the pages and accept them");
}

#[test]
fn every_page_that_was_accepted_is_one_of_a_kind_there_is() {
    let kinds: BTreeSet<String> = Kinds::builtin().unwrap().list().map(|kind| kind.id().to_owned()).collect();
    let files = std::fs::read_dir(folder()).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    let pages: BTreeSet<String> =
        files.filter_map(|it| it.strip_suffix(".snap").map(str::to_owned)).collect();
    assert_eq!(pages, kinds);
}

/// Every item of a list of the record.
fn items<'a>(record: &'a Value, list: &str) -> Vec<&'a Value> {
    record[list].as_array().into_iter().flatten().collect()
}

fn day(value: &Value) -> NaiveDate {
    value.as_str().and_then(|day| day.parse().ok()).unwrap_or_else(|| panic!("no day: {value}"))
}

#[test]
fn every_sample_is_case_work_as_the_standards_ask_for() {
    for kind in Kinds::builtin().unwrap().list() {
        let checked = sample(kind, &Programmes::builtin()).unwrap();
        assert_eq!(checked.warnings, [], "{}", kind.id());
        let (record, name) = (Subject::from(&checked.record).json(), kind.id());
        // 003: each goal is broken down to actions or tasks, with who does them and within which time.
        let plans = kind.musts().iter().any(|must| must.path.starts_with("goals[].tasks[]"));
        for goal in items(record, "goals").iter().filter(|_| plans) {
            assert!(!items(goal, "tasks").is_empty(), "{name}: a goal without a task");
        }
        for task in items(record, "goals").iter().flat_map(|goal| items(goal, "tasks")) {
            assert!(task["owner"].is_string(), "{name}: nobody's task");
            assert!(day(&task["due"]) >= day(&task["set"]), "{name}");
        }
        // 003: the agreed outcomes, and what each one there undertakes to do.
        for conference in items(record, "conferences") {
            assert!(!items(conference, "actions").is_empty(), "{name}: minutes without an action");
            for action in items(conference, "actions") {
                assert!(action["who"].is_string() && !action["what"].is_null(), "{name}");
                assert!(day(&action["by"]) >= day(&conference["date"]), "{name}");
            }
        }
        // 002 §5.6.3: in writing within 15 days of receiving the complaint.
        if record["response"].is_object() {
            let days = (day(&record["response"]["date"]) - day(&record["received"]["date"])).num_days();
            assert!((0..=15).contains(&days), "{name}: answered after {days} days");
        }
    }
}
