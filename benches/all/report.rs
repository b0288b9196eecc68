//! The report that is measured: three pages, about 1,000 words, four tables.

use casefile::names::Digest;
use casefile::render::{Band, Fact, Job};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const TEMPLATE: &[u8] = include_bytes!("../report/main.typ");

const SENTENCES: [&str; 6] = [
    "The visit took place as planned and lasted most of the afternoon.",
    "He spoke about school, his friends in the hostel and the letter that has not come.",
    "The teacher reports steady attendance and a growing interest in mathematics.",
    "We agreed to call the clinic together before the end of the month.",
    "The carers ask for more time to prepare the room and for help with the forms.",
    "Nothing gave rise to concern about his safety during this period.",
];

/// The report number `turn`: each differs a little from the one before.
pub fn job(turn: usize) -> Job {
    let data = data(turn);
    let fact = |key: &str| Fact {
        name: key.to_owned(),
        text: data["header"][key].as_str().expect("text").to_owned(),
    };
    Job {
        files: Arc::new(BTreeMap::from([("/report/main.typ".to_owned(), TEMPLATE.to_vec())])),
        main: "/report/main.typ".to_owned(),
        template: Digest::of(TEMPLATE),
        overlay: false,
        facts: ["number", "status", "code", "report", "date", "manager", "supervisor"].map(fact).to_vec(),
        cases: Vec::new(),
        band: Band::Top,
        photographs: Vec::new(),
        ident: format!("report-{turn}"),
        date: NaiveDate::from_ymd_opt(2016, 11, 30).expect("a date"),
        title: "Progress report".to_owned(),
        author: String::new(),
        keywords: vec!["UASC-2016-0012-O; O; 2016-11-30".to_owned()],
        data,
    }
}

fn data(turn: usize) -> Value {
    let contacts: Vec<_> = (0..7)
        .map(|at| json!([format!("{} November", at + 1), "Home visit", "45", words(turn + at, 1)]))
        .collect();
    let goal = |at: usize| {
        let tasks: Vec<_> = (0..5)
            .map(|task| json!([words(turn + task, 1), "Case manager", "30 November", "open"]))
            .collect();
        json!({ "title": format!("Goal {at}"), "note": words(turn + at, 3), "tasks": tasks })
    };
    json!({
        "lang": "en",
        "fonts": ["Noto Sans", "Noto Naskh Arabic", "Padauk"],
        "header": {
            "number": format!("UASC-2016-{turn:04}"), "status": "Open", "code": "O", "report": "Progress report",
            "date": "30 November 2016", "manager": "Aisha Rahman", "supervisor": "Selma Lindqvist",
        },
        "pdf": { "title": "Progress report" },
        "record": {
            "summary": words(turn, 10),
            "contacts": contacts,
            "goals": [goal(1), goal(2), goal(3)],
            "concerns": words(turn + 3, 8),
        },
    })
}

/// `count` sentences, beginning at another one each turn.
fn words(turn: usize, count: usize) -> String {
    let sentence = |at: usize| SENTENCES[(turn + at) % SENTENCES.len()];
    (0..count).map(sentence).collect::<Vec<_>>().join(" ") + &format!(" ({turn})")
}
