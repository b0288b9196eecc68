//! What leaves for others: packs for courts, schools and clients.

use crate::agency::{Agency, CASE, example};
use crate::interop::{at_a_terminal, bagit};
use crate::support::{assert_standards, program};
use casefile::archive::Archive;
use casefile::clock::Clock;
use casefile::document::Kinds;
use casefile::programme::Programmes;
use casefile::render::{Engine, EngineOptions};
use casefile::seal::Ground;
use casefile::store::LocalStore;
use casefile::store::failing::{FailingStore, Failure};
use casefile::workflow::{Desk, PackFor, Press, prepare_pack};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const VIOLENCE: &str = "FV-2016-0002";

/// Aisha's case with an intake assessment, a plan and a report in it.
fn with_documents() -> Agency {
    let agency = Agency::with_case();
    for file in [
        &["file", "intake-assessment", CASE][..],
        &["file", "care-plan", CASE],
        &["file", "progress-report", CASE, "--period", "2016-09-01..2016-09-30"],
        &["file", "progress-report", CASE, "--period", "2016-10-01..2016-10-31"],
    ] {
        agency.ok("aisha", file);
    }
    agency
}

fn court<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let fixed = ["pack", CASE, "--for", "Youth Court", "--ground", "legal", "--reference", "order 16/0412"];
    fixed.iter().chain(&["--purpose", "the hearing", "--kind", "court"]).chain(more).copied().collect()
}

fn documents(agency: &Agency, case: &str, kind: &str) -> Vec<String> {
    let shown: Value = serde_json::from_str(&agency.ok("selma", &["show", case, "--json"])).unwrap();
    let of = shown["documents"].as_array().unwrap().iter().filter(|document| document["kind"] == kind);
    of.map(|document| document["document"].as_str().unwrap().to_owned()).collect()
}

fn given(agency: &Agency) -> Vec<Value> {
    serde_json::from_str(&agency.ok("selma", &["given", CASE, "--json"])).unwrap()
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_court_opens_its_pack_with_age_and_tar_and_what_it_got_is_written_down() {
    let agency = with_documents();
    let plan = documents(&agency, CASE, "care-plan");
    let key = agency.path("court.txt");
    let recipient = if let (Some(keygen), Some(_)) = (program("age-keygen"), program("age")) {
        run(keygen, &["-o", key.to_str().unwrap()], agency.path("").as_path());
        run(keygen, &["-y", key.to_str().unwrap()], agency.path("").as_path()).trim().to_owned()
    } else {
        "age1e6xn45wvkce7c7msc9upffw8dmxs9959q5xng369hgzcwrjc04vszex59m".to_owned()
    };
    agency.ok("aisha", &court(&["--to", &recipient, "-o", "dry.tar.age", "-n"]));
    assert!(given(&agency).is_empty() && !agency.path("dry.tar.age").exists());
    agency.ok("aisha", &court(&["--to", &recipient, "-o", "court.tar.age"]));
    let gifts = given(&agency);
    assert_eq!(gifts.len(), 1);
    assert_eq!((&gifts[0]["ground"], &gifts[0]["to"]), (&"legal".into(), &"Youth Court".into()));
    let ids = gifts[0]["documents"].as_array().unwrap();
    assert_eq!(ids.len(), 3, "the newest of each kind: {ids:?}");
    assert!(ids.contains(&plan[0].as_str().into()));
    // What is there already is not replaced.
    agency.fails("aisha", 3, &court(&["--to", &recipient, "-o", "court.tar.age"]));
    assert_eq!(given(&agency).len(), 1);
    if !key.exists() {
        return;
    }
    run(
        "sh",
        &["-c", "age -d -i court.txt court.tar.age | tar x && rm court.tar.age"],
        agency.path("").as_path(),
    );
    let bag = agency.path("UASC-2016-0012-court-2016-12-01");
    run("sha256sum", &["-c", "--quiet", "manifest-sha256.txt", "tagmanifest-sha256.txt"], &bag);
    let index = std::fs::read_to_string(bag.join("data/index.txt")).unwrap();
    assert!(index.starts_with("Copies for Youth Court, 2016-12-01\n"), "{index}");
    assert!(index.contains("2016-10-31-progress-report") && !index.contains("2016-09-30"), "{index}");
    assert!(!index.contains("Nabil"), "{index}");
    let short = format!("data/{CASE}/2016-12-01-care-plan-{}.pdf", &plan[0][..8]);
    agency.ok("aisha", &["open", &plan[0], "-o", "plan.pdf"]);
    assert_eq!(std::fs::read(bag.join(short)).unwrap(), std::fs::read(agency.path("plan.pdf")).unwrap());
    if let Some(bagit) = bagit() {
        run(bagit, &["--validate", bag.to_str().unwrap()], &bag);
    }
}

#[test]
fn nothing_is_said_to_be_given_that_could_not_be_written() {
    let agency = with_documents();
    agency.fails("selma", 8, &court(&["--to", "aisha.pub", "-o", "no-such-folder/court.tar.age"]));
    assert!(given(&agency).is_empty());
    agency.ok("selma", &court(&["--to", "aisha.pub", "-o", "court.tar.age"]));
    assert_eq!(given(&agency).len(), 1);
    let left: Vec<_> =
        std::fs::read_dir(agency.path("")).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".tmp")), "{left:?}");
}

#[test]
fn a_case_is_transferred_to_another_agency_only_where_it_is_agreed_who_leads() {
    let agency = with_documents();
    let fixed =
        ["pack", CASE, "--for", "Northern Agency", "--ground", "standing", "--reference", "agreement"];
    let rest = ["--purpose", "transfer", "--kind", "transfer", "--to", "aisha.pub", "-o", "transfer.tar.age"];
    let pack = [&fixed[..], &rest].concat();
    assert!(agency.fails("selma", 3, &pack).contains("responsibility-agreement"));
    agency.ok("aisha", &["record", CASE, "-o", "work.yaml"]);
    let yaml = std::fs::read_to_string(agency.path("work.yaml")).unwrap();
    let agreed = "\nresponsibility:\n  date: 2016-11-28\n  lead: Northern Agency\n  from: 2017-01-02\n  \
                  agencies: [{ agency: Northern Agency, does: Leads the case. }]\n";
    std::fs::write(agency.path("work.yaml"), format!("{yaml}{agreed}")).unwrap();
    agency.ok("aisha", &["record", CASE, "--put", "work.yaml"]);
    agency.ok("aisha", &["file", "responsibility-agreement", CASE]);
    let said = agency.by("selma", &pack).assert().success().get_output().stderr.clone();
    assert!(String::from_utf8(said).unwrap().contains(&format!("casefile move {CASE} closed --reason")));
    assert!(agency.ok("selma", &["given", CASE]).contains("Northern Agency"));
    // It is not closed by itself: both who are responsible are reminded from the day on which the other leads.
    let reminded = |person: &str, day: &str| {
        let due: Vec<Value> = serde_json::from_str(&agency.ok_on(day, person, &["due", "--json"])).unwrap();
        let of = |item: &Value| item["what"].as_str().unwrap().starts_with("given over to another agency");
        due.into_iter().find(of)
    };
    for person in ["aisha", "selma"] {
        let item = reminded(person, "2017-01-05").unwrap();
        assert_eq!((&item["on"], &item["days_late"]), (&"2017-01-02".into(), &3.into()), "{item}");
        assert_eq!(item["what"], "given over to another agency on 2016-12-01, not closed");
        assert_eq!(item["who"], serde_json::json!(["aisha", "selma"]));
        assert!(item["settle"].as_str().unwrap().ends_with("closed --reason …"), "{item}");
    }
    assert!(reminded("aisha", "2016-12-10").is_none(), "more than two weeks ahead");
    agency.ok("aisha", &["record", CASE, "-o", "closing.yaml"]);
    let yaml = std::fs::read_to_string(agency.path("closing.yaml")).unwrap();
    let closure = "\nclosure: { date: 2017-01-05, circumstance: transferred, solution: Northern Agency leads., \
                   client_told: { told: yes, date: 2017-01-04, how: At home. } }\n";
    std::fs::write(agency.path("closing.yaml"), format!("{yaml}{closure}")).unwrap();
    agency.ok_on("2017-01-05", "aisha", &["record", CASE, "--put", "closing.yaml"]);
    agency.ok_on("2017-01-05", "aisha", &["file", "closure-report", CASE]);
    let item = reminded("selma", "2017-01-05").unwrap();
    assert_eq!(item["settle"], format!("casefile move {CASE} closed --reason …"));
    agency.ok_on("2017-01-05", "selma", &["move", CASE, "closed", "--reason", "Northern Agency leads"]);
    assert!(reminded("selma", "2017-01-06").is_none());
    // Reopened, it is here again.
    agency.ok_on("2017-02-01", "selma", &["move", CASE, "open", "--reason", "came back"]);
    assert!(reminded("selma", "2017-02-01").is_none());
}

/// What two cases' histories say was given, read by an archive whose disk works.
fn histories(agency: &Agency) -> Vec<String> {
    let archive = Archive::open(&agency.path("archive"), None).unwrap();
    let given = |unit: &&&str| {
        let open = archive.unlock(&unit.parse().unwrap(), &agency.identity("selma")).unwrap();
        !open.given().unwrap().is_empty()
    };
    [CASE, VIOLENCE].iter().filter(given).map(ToString::to_string).collect()
}

#[test]
fn whatever_call_fails_while_a_pack_of_two_cases_is_written_down_the_error_names_what_is_written() {
    let whole = Agency::with_case();
    whole.ok("aisha", &["admit", &example(VIOLENCE)]);
    std::fs::write(whole.path("plan.pdf"), "%PDF-1.7 a plan").unwrap();
    for case in [CASE, VIOLENCE] {
        whole.ok("aisha", &["attach", case, "plan.pdf"]);
    }
    let documents: Vec<String> =
        [CASE, VIOLENCE].iter().flat_map(|case| documents(&whole, case, "attachment")).collect();
    let programmes = Programmes::builtin();
    let engine = Engine::new(EngineOptions::default()).unwrap();
    let press = Press { kinds: Kinds::builtin().unwrap(), engine };
    let mut seen = std::collections::BTreeSet::new();
    for failure in [Failure::Before, Failure::Partly, Failure::After] {
        for n in 0.. {
            let agency = whole.again();
            let store = LocalStore::open(agency.path("archive")).unwrap();
            let archive = Archive::with_store(Box::new(FailingStore::new(store, n, failure)), None).unwrap();
            let identity = agency.identity("selma");
            let clock = Clock::new("2016-12-01T12:00:00Z".parse().unwrap(), None);
            let desk = Desk { archive: &archive, identity: &identity, programmes: &programmes, clock };
            let asked = PackFor {
                cases: &[CASE.parse().unwrap(), VIOLENCE.parse().unwrap()],
                kind: None,
                documents: &documents,
                to: "Youth Court",
                ground: Ground::Legal,
                purpose: "the hearing",
                reference: Some("order 16/0412"),
                printed: false,
            };
            let pack = prepare_pack(&desk, &press, &asked).unwrap();
            let mut told = Vec::new();
            let done = pack.write_down(&desk, |gift, _| told.push(gift.unit.to_string()));
            let written = histories(&agency);
            let Err(error) = done else {
                assert_eq!((told.len(), written.len()), (2, 2));
                break;
            };
            let half = error.problems().iter().find(|problem| problem.code == "pack.half-given");
            let named: Vec<String> = [CASE, VIOLENCE]
                .iter()
                .filter(|case| half.is_some_and(|half| half.message.contains(**case)))
                .map(ToString::to_string)
                .collect();
            assert_eq!(named, written, "{failure:?} at call {n}: {error}");
            assert!(told.iter().all(|unit| written.contains(unit)));
            seen.insert(written.len());
        }
    }
    assert_eq!(Vec::from_iter(seen), [0, 1, 2], "nothing, one and both were written when it failed");
}

#[test]
fn without_a_ground_that_holds_nothing_is_packed_and_it_says_what_would_be_needed() {
    let agency = with_documents();
    let pack = |to: &str, ground: &str| {
        let fixed = ["pack", CASE, "--kind", "court", "--purpose", "the hearing", "--to", "aisha.pub"];
        agency.fails("aisha", 3, &[&fixed[..], &["-o", "p.age", "--for", to, "--ground", ground]].concat())
    };
    assert!(pack("Youth Court", "consent").contains("write a new consent"));
    assert!(pack("Youth Court", "legal").contains("--reference"));
    agency.fails("aisha", 2, &court(&["-o", "p.age"]));
    agency.fails("aisha", 2, &court(&["-o", "p.age", "--print", "--passphrase"]));
    agency.fails("nora", 6, &court(&["--to", "aisha.pub", "-o", "p.age"]));
    assert!(given(&agency).is_empty() && !agency.path("p.age").exists());
}

#[test]
fn a_person_of_concern_gets_no_pack_on_any_ground() {
    let agency = Agency::founded();
    agency.ok("selma", &["admit", &example(VIOLENCE)]);
    agency.ok("selma", &["file", "care-plan", VIOLENCE]);
    let record = std::fs::read_to_string(example(VIOLENCE)).unwrap();
    let at = record.find("concern: no-contact-order").or_else(|| record.find("concern: person-of-concern"));
    let before = &record[..at.unwrap()];
    let id = before.rsplit("- id: ").next().unwrap().lines().next().unwrap().trim();
    for ground in ["consent", "safety", "legal", "standing", "client"] {
        let pack = [
            "pack",
            VIOLENCE,
            "--kind",
            "court",
            "--for",
            id,
            "--ground",
            ground,
            "--reference",
            "2016-08-11",
        ];
        let rest = ["--purpose", "x", "--to", "aisha.pub", "-o", "p.age"];
        assert!(agency.fails("selma", 3, &[&pack[..], &rest].concat()).contains("person of concern"));
    }
}

#[test]
fn a_way_that_is_not_safe_never_leaves_for_a_school_a_conference_or_the_client() {
    let agency = with_documents();
    let intake = documents(&agency, CASE, "intake-assessment").remove(0);
    let by_hand = |kind: &[&str], output: &str| -> Vec<String> {
        let fixed = ["pack", CASE, "--document", &intake, "--for", "Harbour School", "--ground", "standing"];
        let rest = ["--reference", "agreement", "--purpose", "x", "--to", "aisha.pub", "-o", output];
        fixed.iter().chain(&rest).chain(kind).map(|word| (*word).to_owned()).collect()
    };
    let words = |owned: &[String]| owned.iter().map(String::as_str).map(str::to_owned).collect::<Vec<_>>();
    for kind in [&["--kind", "conference"][..], &["--kind", "school"], &[]] {
        let owned = words(&by_hand(kind, "p.age"));
        let refused = agency.fails("aisha", 3, &owned.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(refused.contains("not safe") && !refused.contains("334"), "{refused}");
    }
    let owned = words(&by_hand(&["--kind", "referral"], "r.age"));
    agency.ok("aisha", &owned.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(given(&agency).len(), 1);
}

#[test]
fn every_printed_page_says_whose_copy_it_is_and_a_scan_cannot() {
    let agency = with_documents();
    agency.ok("aisha", &court(&["--print", "-o", "for-court"]));
    let data = agency.path("for-court").join("data").join(CASE);
    let pdftotext = program("pdftotext");
    let mut pages = 0;
    for file in std::fs::read_dir(&data).unwrap().map(|file| file.unwrap().path()) {
        assert_standards(&std::fs::read(&file).unwrap());
        let Some(pdftotext) = pdftotext else { continue };
        let text = run(pdftotext, &["-layout", file.to_str().unwrap(), "-"], &data);
        for page in text.split('\u{c}').filter(|page| !page.trim().is_empty()) {
            assert!(page.contains("Copy for Youth Court on 1 December 2016"), "{page}");
            assert!(page.contains(CASE), "{page}");
            pages += 1;
        }
    }
    assert!(pdftotext.is_none() || pages > 5);
    run("sha256sum", &["-c", "--quiet", "manifest-sha256.txt"], &agency.path("for-court"));
    std::fs::write(agency.path("letter.pdf"), "%PDF-1.7 Zanzibar").unwrap();
    agency.ok("aisha", &["attach", CASE, "letter.pdf"]);
    let scan = documents(&agency, CASE, "attachment").pop().unwrap();
    let refused = agency.fails("aisha", 3, &court(&["--document", &scan, "--print", "-o", "again"]));
    assert!(refused.contains("cannot carry the line"), "{refused}");
    assert_eq!(given(&agency).len(), 1);
}

#[test]
fn under_a_passphrase_the_client_gets_only_copies_made_for_the_client() {
    const OWN: &str = "UASC-2016-0017";
    let agency = Agency::founded();
    agency.ok("aisha", &["admit", &example(OWN)]);
    agency.ok("aisha", &["file", "support-plan", OWN]);
    let fixed =
        ["pack", OWN, "--kind", "client", "--for", "Thiri", "--ground", "client", "--purpose", "her own"];
    let rest = ["--passphrase", "--work-factor", "10", "--for-tests", "-o", "own.tar.age"];
    let pack = [&fixed[..], &rest].concat();
    assert!(agency.fails("aisha", 3, &pack).contains("--copy client"), "no staff copy slips in");
    agency.ok("aisha", &["file", "support-plan", OWN, "--copy", "client", "--yes"]);
    std::fs::write(agency.path("word"), "three small words").unwrap();
    let mut packs = agency.by("aisha", &pack);
    packs.env("CASEFILE_NEW_PASSPHRASE_FILE", agency.path("word")).assert().success();
    let gifts: Value = serde_json::from_str(&agency.ok("selma", &["given", OWN, "--json"])).unwrap();
    assert_eq!(gifts[0]["documents"].as_array().unwrap().len(), 1);
    let (Some(_), Some(_)) = (program("age"), program("script")) else { return };
    let out = agency.path("");
    assert!(!at_a_terminal("age -d own.tar.age > wrong.tar", &out, &[], "wrong"));
    assert!(at_a_terminal("age -d own.tar.age > own.tar", &out, &[], "three small words"));
    run("tar", &["xf", "own.tar"], &out);
    assert!(out.join("UASC-2016-0017-client-2016-12-01/data/index.txt").is_file());
}
