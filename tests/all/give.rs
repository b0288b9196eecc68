//! What goes out of a case: to whom, on which ground, and what becomes of the consent.

use crate::agency::{Agency, CASE, example};
use serde_json::Value;

const LETTER: &str = "%PDF-1.7 Zanzibar";
const VIOLENCE: &str = "FV-2016-0002";

/// An agency with a case that holds a letter, and the letter's id.
fn with_letter(case: &str) -> (Agency, String) {
    let agency = Agency::founded();
    agency.joins("tomas", "Tomas Reyes", "case-manager");
    let by = if case == CASE { "aisha" } else { "selma" };
    agency.ok(by, &["admit", &example(case)]);
    std::fs::write(agency.path("letter.pdf"), LETTER).unwrap();
    agency.ok("selma", &["attach", case, "letter.pdf"]);
    let shown: Value = serde_json::from_str(&agency.ok("selma", &["show", case, "--json"])).unwrap();
    let of = |document: &&Value| document["title"] == "letter.pdf";
    let letter = shown["documents"].as_array().unwrap().iter().find(of).unwrap();
    (agency, letter["document"].as_str().unwrap().to_owned())
}

fn give<'a>(letter: &'a str, to: &'a str, ground: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let fixed = ["give", letter, "--to", to, "--ground", ground, "--purpose", "the hearing", "-o", "out.pdf"];
    fixed.iter().chain(more).copied().collect()
}

/// The same, written into another file.
fn into<'a>(file: &'a str, give: &[&'a str]) -> Vec<&'a str> {
    give.iter().map(|word| if *word == "out.pdf" { file } else { word }).collect()
}

fn given(agency: &Agency, more: &[&str]) -> Vec<Value> {
    let list: Vec<&str> = ["given", CASE, "--json"].iter().chain(more).copied().collect();
    serde_json::from_str(&agency.ok("selma", &list)).unwrap()
}

#[test]
fn a_gift_comes_out_as_it_was_filed_and_is_written_down_for_readers_only() {
    let (agency, letter) = with_letter(CASE);
    agency.ok("aisha", &give(&letter, "Refugee Law Clinic", "consent", &[]));
    assert_eq!(std::fs::read_to_string(agency.path("out.pdf")).unwrap(), LETTER);
    let gifts = given(&agency, &[]);
    assert_eq!(gifts.len(), 1);
    assert_eq!(
        (&gifts[0]["to"], &gifts[0]["ground"], &gifts[0]["consent"], &gifts[0]["documents"][0]),
        (&"Refugee Law Clinic".into(), &"consent".into(), &"2016-08-11".into(), &letter.clone().into())
    );
    assert!(agency.ok("selma", &["show", CASE]).contains("to Refugee Law Clinic, for the hearing"));
    assert!(agency.ok("selma", &["history", CASE]).contains("give: to Refugee Law Clinic"));
    assert!(!agency.ok("nora", &["list"]).contains("Clinic"));
    let clear = agency.command(&["history", CASE]).assert().success().get_output().stdout.clone();
    let clear = String::from_utf8(clear).unwrap();
    assert!(clear.contains("give") && !clear.contains("Clinic") && !clear.contains("hearing"), "{clear}");
    agency.fails("tomas", 6, &["given", CASE]);
    agency.fails("tomas", 6, &into("tomas.pdf", &give(&letter, "Refugee Law Clinic", "consent", &[])));
    // What is there already is not replaced, and then nothing is written down.
    agency.fails("aisha", 3, &give(&letter, "Refugee Law Clinic", "consent", &[]));
    agency.ok("aisha", &into("dry.pdf", &give(&letter, "Refugee Law Clinic", "consent", &["-n"])));
    assert!(!agency.path("dry.pdf").exists());
    assert_eq!(given(&agency, &[]).len(), 1);
    agency.ok("selma", &["rekey", CASE, "--deep"]);
    assert_eq!(given(&agency, &[]).len(), 1, "it is sealed anew like everything else");
    agency.ok("selma", &["verify", "--level", "V3"]);
}

/// A person named by the record's id is written down with name and agency, whose consent holds.
#[test]
fn the_lawyer_of_the_record_receives_what_the_consent_to_her_agency_covers() {
    let (agency, letter) = with_letter(CASE);
    agency.ok("aisha", &give(&letter, "lawyer", "consent", &["--reference", "2016-08-11"]));
    assert_eq!(given(&agency, &[])[0]["to"], "Irene Castellan, Refugee Law Clinic");
}

#[test]
fn without_a_consent_that_covers_it_nothing_is_given_on_consent() {
    let (agency, letter) = with_letter(CASE);
    let refused = |to: &str, more: &[&str], why: &str, today: &str| {
        let assert =
            agency.by("aisha", &give(&letter, to, "consent", more)).env("CASEFILE_TODAY", today).assert();
        let said = String::from_utf8(assert.code(3).get_output().stderr.clone()).unwrap();
        assert!(said.contains(why), "{said}");
        assert!(!said.contains(to), "no recipient stands in an error");
    };
    refused("City Library", &[], "no consent", "2016-12-01");
    refused("School", &[], "no consent", "2016-12-01");
    refused("Northgate School", &[], "has expired", "2017-08-01");
    refused("Refugee Law Clinic", &["--reference", "2016-08-12"], "no consent", "2016-12-01");
    refused("Refugee Law Clinic", &["--reference", "the newest"], "the day", "2016-12-01");
    refused("Refugee Law Clinic", &[], "no consent", "2016-08-10");
    assert!(!agency.path("out.pdf").exists() && given(&agency, &[]).is_empty());
    agency.ok("aisha", &give(&letter, "Northgate School", "consent", &[]));
}

#[test]
fn a_withdrawn_consent_ends_giving_and_lists_what_was_given_on_it() {
    let (agency, letter) = with_letter(CASE);
    agency.ok("aisha", &give(&letter, "Refugee Law Clinic", "consent", &[]));
    agency.ok(
        "aisha",
        &[
            "give",
            &letter,
            "--to",
            "Youth Court",
            "--ground",
            "legal",
            "--reference",
            "order 16/0412",
            "--purpose",
            "the hearing",
            "-o",
            "court.pdf",
        ],
    );
    agency.ok("aisha", &["record", CASE, "-o", "work.yaml"]);
    let text = std::fs::read_to_string(agency.path("work.yaml")).unwrap();
    let changed =
        text.replace("to: [Refugee Law Clinic]", "to: [Refugee Law Clinic]\n    withdrawn: 2016-11-20");
    assert_ne!(text, changed);
    std::fs::write(agency.path("work.yaml"), changed).unwrap();
    let put = agency.by("aisha", &["record", CASE, "--put", "work.yaml"]).assert().success();
    let warned = String::from_utf8(put.get_output().stderr.clone()).unwrap();
    assert!(warned.contains(&format!("casefile given {CASE} --consent 2016-08-11")), "{warned}");
    let said =
        agency.fails("aisha", 3, &into("again.pdf", &give(&letter, "Refugee Law Clinic", "consent", &[])));
    assert!(said.contains("is withdrawn"), "{said}");
    let all = given(&agency, &[]);
    assert_eq!((all.len(), &all[1]["consent_withdrawn"]), (2, &Value::Null));
    let of_consent = given(&agency, &["--consent", "2016-08-11"]);
    assert_eq!((of_consent.len(), &of_consent[0]["consent_withdrawn"]), (1, &"2016-11-20".into()));
    assert!(agency.ok("selma", &["given", CASE]).contains("withdrawn on 2016-11-20"));
}

#[test]
fn a_person_of_concern_receives_nothing_on_any_ground() {
    let (agency, letter) = with_letter(VIOLENCE);
    for to in ["viktor", "Viktor Renner", "viktor  RENNER (father)", "Karl Renner", "karl", "Renner"] {
        for ground in ["consent", "safety", "legal", "standing", "client"] {
            let said = agency.fails("selma", 3, &give(&letter, to, ground, &["--reference", "2016-05-18"]));
            assert!(said.contains("person of concern") && !said.contains("Renner"), "{said}");
        }
    }
    agency.fails("selma", 3, &give(&letter, "Women's counselling service", "consent", &[]));
    assert!(!agency.path("out.pdf").exists());
    agency.ok("selma", &give(&letter, "Mila Renner", "safety", &["--reference", "the visit of Saturday"]));
}

#[test]
fn every_ground_but_the_clients_copy_says_what_it_rests_on() {
    let (agency, letter) = with_letter(CASE);
    for ground in ["safety", "legal", "standing"] {
        agency.fails("aisha", 3, &give(&letter, "Northgate School", ground, &[]));
        agency.fails("aisha", 3, &give(&letter, "Northgate School", ground, &["--reference", " "]));
    }
    agency.fails("aisha", 3, &give(&letter, " ", "client", &[]));
    let assert = agency.by("aisha", &give(&letter, "the client", "client", &[])).assert().success();
    assert!(String::from_utf8(assert.get_output().stderr.clone()).unwrap().contains("staff's copy"));
    agency.ok("selma", &["withdraw", &letter, "--reason", "a slip"]);
    agency.fails(
        "aisha",
        3,
        &["give", &letter, "--to", "a", "--ground", "client", "--purpose", "b", "-o", "c.pdf"],
    );
    let shown: Value = serde_json::from_str(&agency.ok("selma", &["show", CASE, "--json"])).unwrap();
    let record = shown["documents"].as_array().unwrap().iter().find(|d| d["kind"] == "record").unwrap();
    let record = record["document"].as_str().unwrap();
    let said = agency.fails(
        "aisha",
        3,
        &["give", record, "--to", "a", "--ground", "client", "--purpose", "b", "-o", "c.pdf"],
    );
    assert!(said.contains("the record itself"), "{said}");
}

#[test]
fn several_documents_go_into_a_folder_in_one_gift() {
    let (agency, letter) = with_letter(CASE);
    std::fs::write(agency.path("second.txt"), "a second letter").unwrap();
    agency.ok("aisha", &["attach", CASE, "second.txt"]);
    let shown: Value = serde_json::from_str(&agency.ok("selma", &["show", CASE, "--json"])).unwrap();
    let second =
        shown["documents"].as_array().unwrap().last().unwrap()["document"].as_str().unwrap().to_owned();
    let both = [
        "give",
        &letter,
        &second,
        "--to",
        "Refugee Law Clinic",
        "--ground",
        "consent",
        "--purpose",
        "the claim",
        "-o",
        "out",
    ];
    agency.fails("aisha", 2, &both);
    std::fs::create_dir(agency.path("out")).unwrap();
    agency.ok("aisha", &both);
    assert_eq!(std::fs::read_dir(agency.path("out")).unwrap().count(), 2);
    let gifts = given(&agency, &[]);
    assert_eq!((gifts.len(), gifts[0]["documents"].as_array().unwrap().len()), (1, 2));
}
