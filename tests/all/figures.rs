//! Figures: counted by each supervisor, filed signed, added up; no name and no small group in them.

use crate::agency::{Agency, CASE, copy, example};
use casefile::archive::{Archive, NewDocument};
use casefile::clock::Clock;
use casefile::figures::Figures;
use casefile::programme::Programmes;
use casefile::record::{AnyRecord, Record};
use casefile::workflow::{Desk, file_figures};
use serde_json::Value;

const YEAR: &str = "2016-01-01..2016-11-30";
const PROGRAMME: &str = "PROGRAMME-2016-0001";

/// Selma supervises one case, Rosa another; Petra directs.
fn agency() -> Agency {
    let agency = Agency::founded();
    for (id, name, role) in
        [("rosa", "Rosa Lim", "case-supervisor"), ("petra", "Petra Novak", "project-director")]
    {
        agency.joins(id, name, role);
    }
    agency.ok("aisha", &["admit", &example(CASE)]);
    let record = std::fs::read_to_string(example("UASC-2016-0017")).unwrap();
    let hers = record.replace("id: selma", "id: rosa");
    assert_ne!(hers, record);
    let from = example(CASE);
    copy(std::path::Path::new(&from).parent().unwrap(), &agency.path("records"));
    std::fs::write(agency.path("records/hers.yaml"), hers).unwrap();
    agency.ok("aisha", &["admit", "records/hers.yaml"]);
    agency
}

fn rows(value: &Value, of: &str) -> Vec<(String, Value)> {
    let all = value["rows"].as_array().unwrap().iter().filter(|row| row["of"] == of);
    all.map(|row| (row["group"].as_str().unwrap().to_owned(), row["count"].clone())).collect()
}

fn figures(agency: &Agency, person: &str, more: &[&str]) -> Value {
    let all: Vec<&str> = ["figures", "--period", YEAR, "--json"].iter().chain(more).copied().collect();
    serde_json::from_str(&agency.ok(person, &all)).unwrap()
}

#[test]
fn a_supervisor_counts_their_cases_and_no_name_and_no_small_group_is_in_it() {
    let agency = agency();
    let counted = figures(&agency, "selma", &[]);
    assert_eq!(counted["supervisor"], "selma");
    assert_eq!(rows(&counted, "cases.status"), [("open".to_owned(), "<5".into())]);
    assert_eq!(rows(&counted, "admitted"), [(String::new(), "<5".into())]);
    let text = counted.to_string();
    assert!(!text.contains("Nabil") && !text.contains("0012") && !text.contains("aisha"), "{text}");
    // Every number is that of the record, or said to be under five.
    let record = std::fs::read(example(CASE)).unwrap();
    let record = Record::parse(&record, None, &Programmes::builtin()).unwrap().record;
    let kinds = rows(&counted, "contacts");
    assert!(kinds.len() > 3, "{kinds:?}");
    for (kind, count) in kinds {
        let of = |it: &&casefile::record::model::Contact| {
            serde_json::json!(it.kind) == kind.as_str() && it.on.to_string().as_str() <= "2016-11-30"
        };
        let there = record.case().contacts.iter().filter(of).count();
        assert_eq!(count, if there < 5 { Value::from("<5") } else { Value::from(there) }, "{kind}");
    }
    for row in counted["rows"].as_array().unwrap() {
        assert!(row["count"] != "<5" || row["minutes"].is_null(), "minutes of few: {row}");
        assert!(row["count"].as_u64().is_none_or(|count| count == 0 || count >= 5), "{row}");
    }
    // Who supervises nothing has nothing to count.
    assert!(agency.fails("petra", 3, &["figures", "--period", YEAR]).contains("supervises no case"));
    assert!(agency.ok("selma", &["figures", "--period", YEAR]).contains("Contacts by kind"));
    let csv = agency.ok("selma", &["figures", "--period", YEAR, "--csv"]);
    assert!(csv.starts_with("of,group,least,most,minutes\ncases.status,open,1,4,\n"), "{csv}");
    assert!(!agency.ok("selma", &["list", "--office"]).contains("PROGRAMME"), "nothing is filed unasked");
}

#[test]
fn filed_figures_are_added_up_and_who_filed_none_is_named() {
    let agency = agency();
    let combine = ["figures", "--period", YEAR, "--combine"];
    assert!(agency.fails("petra", 8, &combine).contains("nobody has filed figures"));
    agency.ok("selma", &["figures", "--period", YEAR, "--file"]);
    let one = figures(&agency, "petra", &["--combine"]);
    assert_eq!(
        (&one["folder"], &one["of"][0], &one["missing"][0]),
        (&PROGRAMME.into(), &"selma".into(), &"rosa".into())
    );
    agency.fails("aisha", 6, &combine);
    agency.ok("rosa", &["figures", "--period", YEAR, "--file"]);
    // Filed twice, the newest counts and nobody is counted twice.
    agency.ok("selma", &["figures", "--period", YEAR, "--file"]);
    agency.ok("rosa", &["figures", "--period", "2016-01-01..2016-06-30", "--file"]);
    let both = figures(&agency, "petra", &["--combine", "--in", PROGRAMME]);
    assert!(both["missing"].as_array().unwrap().is_empty() && both["of"].as_array().unwrap().len() == 2);
    assert_eq!(rows(&both, "cases.status"), [("open".to_owned(), "2\u{2013}8".into())]);
    let parts = [figures(&agency, "selma", &[]), figures(&agency, "rosa", &[])];
    let bounds = |count: &Value| match (count.as_u64(), count["least"].as_u64(), count["most"].as_u64()) {
        (Some(count), ..) => (count, count),
        (None, Some(least), Some(most)) => (least, most),
        _ => (1, 4),
    };
    for row in both["rows"].as_array().unwrap() {
        let same = |part: &&Value| part["of"] == row["of"] && part["group"] == row["group"];
        let found = parts.iter().filter_map(|part| part["rows"].as_array().unwrap().iter().find(same));
        let sums = found.map(|part| bounds(&part["count"])).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        assert_eq!((row["least"].as_u64().unwrap(), row["most"].as_u64().unwrap()), sums, "{row}");
    }
    agency.fails("selma", 3, &["figures", "--period", YEAR, "--combine", "--in", CASE]);
    agency.ok("petra", &["verify", "--level", "V3"]);
}

#[test]
fn goals_are_counted_in_the_state_that_they_had_at_the_end_of_the_period() {
    let agency = agency();
    let active = |period: &str| {
        let said = agency.ok("selma", &["figures", "--period", period, "--csv"]);
        let of_goals = said.lines().filter(|line| line.starts_with("goals,"));
        of_goals.map(str::to_owned).collect::<Vec<_>>()
    };
    let before = active("2016-01-01..2016-12-01");
    agency.ok("aisha", &["record", CASE, "-o", "work.yaml"]);
    let yaml = std::fs::read_to_string(agency.path("work.yaml")).unwrap();
    std::fs::write(agency.path("work.yaml"), yaml.replace("state: active", "state: partly-achieved"))
        .unwrap();
    let put = ["record", CASE, "--put", "work.yaml"];
    agency.by("aisha", &put).env("CASEFILE_TODAY", "2016-12-05").assert().success();
    assert_eq!(active("2016-01-01..2016-12-01"), before);
    assert_ne!(active("2016-01-01..2016-12-31"), before);
}

/// Somebody who writes figures in another's name changes nothing: they do not count.
#[test]
fn figures_count_only_where_the_supervisor_filed_them() {
    let agency = agency();
    agency.ok("selma", &["figures", "--period", YEAR, "--file"]);
    let before = figures(&agency, "petra", &["--combine"]);
    let archive = Archive::open(&agency.path("archive"), None).unwrap();
    let clock = Clock::new("2016-12-01T12:00:00Z".parse().unwrap(), None);
    let (aisha, programmes) = (agency.identity("aisha"), Programmes::builtin());
    let desk = Desk { archive: &archive, identity: &aisha, programmes: &programmes, clock };
    let day = |text: &str| text.parse().unwrap();
    let forged = |supervisor: &str| Figures {
        casefile: "figures/1".to_owned(),
        from: day("2016-01-01"),
        until: day("2016-11-30"),
        supervisor: supervisor.parse().unwrap(),
        rows: Vec::new(),
    };
    let folder = PROGRAMME.parse().unwrap();
    file_figures(&desk, &forged("selma"), Some(&folder)).unwrap();
    // What is no figures at all stops nobody's sum either.
    let junk = NewDocument {
        period: Some((day("2016-01-01"), day("2016-11-30"))),
        ..NewDocument::new("figures", "Figures", day("2016-12-01"), "application/json", "{}")
    };
    archive.file(&aisha, &folder, &[junk], &clock).unwrap();
    assert_eq!(figures(&agency, "petra", &["--combine"]), before);
}

#[test]
fn the_sum_is_a_part_of_a_programme_record_that_passes_its_checks() {
    let agency = agency();
    for person in ["selma", "rosa"] {
        agency.ok(person, &["figures", "--period", YEAR, "--file"]);
    }
    let part = agency.ok("petra", &["figures", "--period", YEAR, "--combine", "--yaml"]);
    let head = "casefile: programme/1\nprogramme: cpcm\nfolder:\n  number: PROGRAMME-2016-0001\n  opened: 2016-01-04\n  author:\n    id: petra\n    name: Petra Novak\n  responsible:\n    id: petra\n    name: Petra Novak\n";
    let file = agency.path("programme.yaml");
    std::fs::write(&file, format!("{head}{part}")).unwrap();
    let checked = AnyRecord::read(&file, &Programmes::builtin());
    assert!(checked.is_ok(), "{part}\n{:?}", checked.err());
    assert!(part.contains("Figures of selma, rosa. Nobody's are missing."), "{part}");
    agency.ok(
        "petra",
        &[
            "preview",
            "data-return",
            "programme.yaml",
            "--period",
            YEAR,
            "--date",
            "2016-12-01",
            "-o",
            "m.pdf",
        ],
    );
}
