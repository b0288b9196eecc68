//! A whole handover of 25 cases with 50 documents each: the documents, the pack, the end of access with
//! everything sealed anew. With `CASEFILE_BENCH_DIR` the handover document is left there, to be looked at
//! page by page.

use crate::office::{Office, desk, document, on, press, record, timed};
use casefile::archive::{Admission, Archive, NewDocument};
use casefile::clock::Clock;
use casefile::names::{PersonId, Status, Unit};
use casefile::seal::Identity;
use casefile::workflow::handover::{self, Start};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;
use std::time::Duration;

/// Cases of the leaver.
const CASES: usize = 25;
/// Documents of each, the record among them.
const DOCUMENTS: usize = 50;
/// Bytes of a document.
const SIZE_BYTES: usize = 20_000;
/// Turns; the least counts.
const TURNS: usize = 3;

/// An example record: its text, number, client and status.
struct Example {
    text: &'static str,
    number: &'static str,
    client: &'static [&'static str],
    status: (Status, &'static str),
    closes: Option<&'static str>,
}

macro_rules! example {
    ($number:literal, $client:expr, $status:expr, $closes:expr) => {
        Example {
            text: include_str!(concat!("../../examples/records/", $number, ".yaml")),
            number: $number,
            client: &$client,
            status: $status,
            closes: $closes,
        }
    };
}

const EXAMPLES: [Example; 8] = [
    example!("UASC-2016-0012", ["Nabil Yaqoub Hamdan", "Nabil"], (Status::Open, "2016-01-18"), None),
    example!("FV-2016-0002", ["Dalia Renner", "Dalia"], (Status::Open, "2016-04-04"), None),
    example!("UASC-2016-0017", ["Thiri Nwe Oo", "Thiri"], (Status::Open, "2016-02-08"), None),
    example!(
        "UASC-2014-0009",
        ["Hodan Warsame Abdi", "Hodan"],
        (Status::AgedOut, "2016-09-12"),
        Some("2017-03-12")
    ),
    example!("FAM-2016-0005", ["Marandi family"], (Status::Open, "2016-03-14"), None),
    example!("UASC-2015-0031", ["Yonas Tekle Habtu", "Yonas"], (Status::Inactive, "2016-08-01"), None),
    example!("UASC-2015-0022", ["Emmanuel Kabeya Ilunga", "Emmanuel"], (Status::Closed, "2016-06-30"), None),
    example!("UASC-2013-0004", ["Kavin Selvarasan", "Kavin"], (Status::Inactive, "2016-04-01"), None),
];

/// Which example each of eight cases follows: most are open.
const ORDER: [usize; 8] = [0, 1, 2, 3, 4, 0, 2, 5];

/// Names for the clients, so that no two cases are about the same.
const NAMES: [[&str; 2]; 25] = [
    ["Nabil Yaqoub Hamdan", "Nabil"],
    ["Dalia Renner", "Dalia"],
    ["Thiri Nwe Oo", "Thiri"],
    ["Hodan Warsame Abdi", "Hodan"],
    ["Marandi family", "Marandi"],
    ["Idris Osman Saleh", "Idris"],
    ["Mai Khin Lwin", "Mai"],
    ["Yonas Tekle Habtu", "Yonas"],
    ["Karim Nasser Daoud", "Karim"],
    ["Rosa Almeida", "Rosa"],
    ["Su Su Hlaing", "Su"],
    ["Amina Farah Jama", "Amina"],
    ["Petrov family", "Petrov"],
    ["Samir Haddad Aziz", "Samir"],
    ["Nandar Aung", "Nandar"],
    ["Biniam Gebre", "Biniam"],
    ["Tariq Sultan", "Tariq"],
    ["Elena Moreau", "Elena"],
    ["Zin Mar Htay", "Zin"],
    ["Sahra Nur Ali", "Sahra"],
    ["Okafor family", "Okafor"],
    ["Jamal Rahimi", "Jamal"],
    ["Ei Phyu Win", "Ei"],
    ["Kidane Tesfay", "Kidane"],
    ["Faisal Omar Noor", "Faisal"],
];

/// What lies in each folder beside the record.
const KINDS: [(&str, &str); 10] = [
    ("case-note", "Case note"),
    ("home-visit-report", "Home visit report"),
    ("case-note", "Case note"),
    ("attachment", "Letter"),
    ("case-note", "Case note"),
    ("referral-out", "Referral to a service"),
    ("case-note", "Case note"),
    ("attachment", "School report"),
    ("case-note", "Case note"),
    ("consent", "Consent"),
];

/// The first documents of a folder, each kind once: the plans in use, the assessments, the last reports.
const FIRST: [(&str, &str); 8] = [
    ("folder-label", "Folder label"),
    ("intake-assessment", "Intake assessment"),
    ("needs-assessment", "Needs assessment"),
    ("risk-assessment", "Risk assessment"),
    ("safety-plan", "Safety plan"),
    ("care-plan", "Care plan"),
    ("progress-report", "Progress report"),
    ("monthly-report", "Monthly report"),
];

/// Measures the whole, several times.
pub fn measure() {
    let press = press();
    let steps = ["start", "document", "pack", "rekey", "complete"];
    let mut least = [Duration::MAX; 5];
    for turn in 0..TURNS {
        let office = Office::new();
        fill(&office);
        let took = whole(&office, &press, turn == 0);
        least = std::array::from_fn(|step| least[step].min(took[step]));
    }
    for (step, took) in steps.iter().zip(least) {
        println!("handover of {CASES} cases of {DOCUMENTS} documents, {step}: {took:.2?}");
    }
    let goal = least[1] + least[2] + least[3];
    println!("document, pack and rekey together: {goal:.2?}");
}

fn whole(office: &Office, press: &casefile::workflow::Press, keep: bool) -> [Duration; 5] {
    let archive = office.archive();
    let selma = |clock: Clock| desk(&archive, office.person("selma"), clock);
    let asked = Start {
        leaver: office.id("aisha"),
        to: Some(office.id("tomas")),
        assigned: BTreeMap::new(),
        cases: Vec::new(),
        mode: casefile::record::model::HandoverMode::Departure,
        last_day: Some(date("2016-12-31")),
        names: BTreeMap::from([(office.id("tomas"), "Tomas Reyes".to_owned())]),
    };
    let (start, begun) = timed(|| handover::start(&selma(on(date("2016-11-01"))), &asked).expect("begun"));
    assert!(begun.unfinished.is_empty());
    let (unit, today) = (&begun.unit, on(date("2016-12-01")));
    for person in ["selma", "tomas"] {
        let desk = desk(&archive, office.person(person), today);
        handover::sign_briefing(&desk, unit).expect("signed");
    }
    handover::accept(&desk(&archive, office.person("tomas"), today), unit).expect("signed");
    let (document, filed) = timed(|| handover::file_documents(&selma(today), press, unit).expect("filed"));
    if keep {
        leave(&archive, office.person("selma"), unit, &filed[0].documents[0]);
    }
    let (pack, packed) = timed(|| handover::pack(&selma(today), unit, &office.id("tomas")).expect("packed"));
    assert!(packed.files.len() > 2 * CASES);
    let (rekey, ended) = timed(|| handover::end_access(&selma(today), unit, true).expect("ended"));
    assert!(ended.iter().all(|case| case.failed.is_none() && case.after.0 == 0));
    let let_pass = (String::new(), "Known to the team.".to_owned());
    let (complete, done) = timed(|| handover::complete(&selma(today), unit, &[let_pass]).expect("looked at"));
    assert!(matches!(done, handover::Completed::Done));
    [start, document, pack, rekey, complete]
}

/// Leaves the document where it can be looked at.
fn leave(archive: &Archive, who: &Identity, unit: &Unit, id: &casefile::seal::DocId) {
    let Some(base) = std::env::var_os("CASEFILE_BENCH_DIR") else { return };
    let open = archive.unlock(unit, who).expect("opened");
    let (_, bytes) = open.document(id).expect("read");
    std::fs::write(std::path::Path::new(&base).join("handover.pdf"), &*bytes).expect("written");
}

fn fill(office: &Office) {
    let archive = office.archive();
    let aisha = office.person("aisha");
    for case in 0..CASES {
        let (example, unit, yaml) = written(case);
        let mut documents: Vec<NewDocument> = vec![record(yaml)];
        documents.extend((1..DOCUMENTS).map(|at| filed(at, example.status.0)));
        let admission = Admission {
            unit,
            status: example.status.0,
            since: date(example.status.1),
            until: example.closes.map(date),
            manager: PersonId::clone(aisha.id()),
            supervisor: office.id("selma"),
            documents,
        };
        archive.admit(aisha, &admission, &on(date("2016-10-31"))).expect("admitted");
    }
}

/// A document of a folder: the newer, the higher its place.
fn filed(at: usize, status: Status) -> NewDocument {
    let (kind, title) = FIRST.get(at - 1).copied().unwrap_or(KINDS[at % KINDS.len()]);
    let bytes = (0..SIZE_BYTES).map(|byte| u8::try_from((byte * at) % 251).unwrap_or_default()).collect();
    let month = if at <= FIRST.len() { 11 } else { u32::try_from(at / 5 + 1).unwrap_or(1) };
    let end = NaiveDate::from_ymd_opt(2016, month, 28).expect("a day");
    let period = kind.ends_with("report").then(|| (end.with_day0(0).expect("a day"), end));
    NewDocument { date: end, period, status: Some(status), ..document(kind, title, bytes) }
}

/// A case's record: an example under a number and name of its own, with what a handover asks to be written.
fn written(case: usize) -> (&'static Example, Unit, String) {
    let example =
        if case >= CASES - 2 { &EXAMPLES[6 + case % 2] } else { &EXAMPLES[ORDER[case % ORDER.len()]] };
    let (category, year) = (&example.number[..example.number.len() - 4], 1001 + case);
    let number = format!("{category}{year:04}");
    let mut yaml = example.text.replace(example.number, &number);
    yaml = yaml.replace("id: tomas, name: Tomas Reyes", "id: aisha, name: Aisha Rahman");
    for (of_example, name) in example.client.iter().zip(NAMES[case]) {
        yaml = yaml.replace(of_example, name);
    }
    if example.status.0 != Status::Closed && !yaml.contains("\nhandover:") {
        yaml.push_str(HANDOVER);
    }
    if matches!(example.status.0, Status::Open | Status::AgedOut) && case % 5 != 4 {
        yaml = yaml.replacen("\ncontacts:\n", &format!("\ncontacts:\n{TOLD}"), 1);
    }
    (example, number.parse().expect("a unit"), yaml)
}

/// That the client was told and met the successor.
const TOLD: &str = r#"  - on: 2016-11-14
    at: "16:30"
    kind: home-visit
    minutes: 55
    with: [client]
    face_to_face: true
    scheduled: true
    by: [aisha, tomas]
    interpreter: Rima Atassi, in person
    purpose: handover
    what: >-
      Told together with Tomas Reyes that the case goes to him from January, and why. Was quiet first, then asked
      whether Tomas knows what was promised. Tomas read it out. Agreed to meet with both once more before Christmas.
"#;

/// What the leaver writes down.
const HANDOVER: &str = r"
handover:
  date: 2016-11-10
  matters_now: >-
    The change of worker comes in a month that asks a lot already. Keep the hour of the weekly talk, and say each time
    when the next one is. The letter of the authority is expected before Christmas; read it together, not by telephone.
  promises: |
    - The weekly talk stays on its day.
    - Nobody tells the school why.
  works: >-
    Talking while the hands have something to do. Straight answers, also bad ones; if you do not know, say when you will.
  dangers: >-
    Nothing known towards workers. Do not confirm to callers that we know the client; pass any call to the duty number.
  hearings: Appointment at the authority on 12 January 2017, 9:30, room 4; the lawyer comes along.
  medication: None.
  papers: Certified copy of the card and two certificates, in the safe.
  paper_folder: { seen: 2016-11-10, place: Cabinet 2, by: Aisha Rahman }
";

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}
