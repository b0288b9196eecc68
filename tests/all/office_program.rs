//! The program and folders about the work, as the people of an agency use it.

use crate::agency::{Agency, CASE};
use serde_json::Value;

/// The founded agency with a director, a second manager and a letter on paper.
fn agency() -> Agency {
    let agency = Agency::founded();
    for (id, name, role) in
        [("petra", "Petra Sandoval", "project-director"), ("tomas", "Tomas Reyes", "case-manager")]
    {
        agency.key(id, name);
        agency.ok("nora", &["person", "add", &format!("{id}.pub"), "--role", role]);
    }
    std::fs::write(agency.path("letter.pdf"), "%PDF-1.7 Zanzibar").unwrap();
    agency
}

/// The id of the newest document of a folder.
fn newest(agency: &Agency, by: &str, folder: &str) -> String {
    let shown: Value = serde_json::from_str(&agency.ok(by, &["show", folder, "--json"])).unwrap();
    let last = shown["documents"].as_array().unwrap().last().unwrap();
    last["document"].as_str().unwrap().to_owned()
}

#[test]
fn a_complaint_is_closed_to_whom_it_is_about_in_every_role_and_to_the_administrator() {
    for (about, investigator) in [("aisha", "selma"), ("selma", "petra"), ("nora", "selma")] {
        let agency = agency();
        let new = ["matter", "new", "complaint", "--about", about, "letter.pdf", "--title", "A complaint"];
        agency.fails(about, 6, &new);
        agency.ok(investigator, &new);
        let folder = "COMPLAINT-2016-0001";
        let document = newest(&agency, investigator, folder);
        for name in [about, "nora", "tomas"] {
            agency.fails(name, 6, &["show", folder]);
            agency.fails(name, 6, &["history", folder]);
            agency.fails(name, 6, &["open", &document]);
            agency.fails(name, 6, &["rekey", folder]);
            for who in [name, investigator] {
                let add = ["reader", "add", folder, name, "--as", "assistant", "--reason", "to help"];
                agency.fails(who, 6, &add);
            }
        }
        assert!(agency.ok(investigator, &["show", folder]).contains(&format!("about      {about}")));
        assert_eq!(agency.ok(investigator, &["open", &document]), "%PDF-1.7 Zanzibar");
        agency.ok(investigator, &["verify", "--level", "V3"]);
    }
}

#[test]
fn who_is_no_reader_hands_in_and_is_told_that_it_cannot_be_opened_again() {
    let agency = agency();
    agency.ok("selma", &["matter", "new", "complaint"]);
    let letter = ["attach", "COMPLAINT-2016-0001", "letter.pdf", "--about", "aisha"];
    let told = agency.by("nora", &letter).assert().success().get_output().stderr.clone();
    assert!(String::from_utf8(told).unwrap().contains("you cannot open this again"));
    agency.fails("nora", 6, &["open", &newest(&agency, "selma", "COMPLAINT-2016-0001")]);
    let about_her = ["attach", "COMPLAINT-2016-0001", "letter.pdf", "--about", "selma"];
    let refused = agency.fails("nora", 6, &about_her);
    assert!(refused.contains("casefile list --office"), "{refused}");
    agency.ok("petra", &["matter", "new", "complaint"]);
    agency.ok("nora", &["attach", "COMPLAINT-2016-0002", "letter.pdf", "--about", "selma"]);
    agency.fails("selma", 6, &["matter", "about", "COMPLAINT-2016-0002", "petra"]);
    agency.ok("petra", &["matter", "about", "COMPLAINT-2016-0002", "--serious"]);
    assert!(agency.ok("petra", &["show", "COMPLAINT-2016-0002"]).contains("selma, a serious violation"));
    agency.fails("nora", 2, &["attach", "COMPLAINT-2016-0002"]);
}

/// A case, too, takes what somebody hands in who cannot open it.
#[test]
fn a_colleague_attaches_to_a_case_that_stays_closed_to_them() {
    let agency = agency();
    agency.ok("aisha", &["admit", &crate::agency::example(CASE)]);
    agency.ok("tomas", &["attach", CASE, "letter.pdf", "--title", "A letter that came by post"]);
    agency.fails("tomas", 6, &["show", CASE]);
    let document = newest(&agency, "aisha", CASE);
    agency.fails("tomas", 6, &["open", &document]);
    assert_eq!(agency.ok("selma", &["open", &document]), "%PDF-1.7 Zanzibar");
    agency.fails("tomas", 3, &["attach", CASE, "letter.pdf", "--about", "aisha"]);
    agency.ok("selma", &["verify", "--level", "V3"]);
}

#[test]
fn a_listing_of_matters_names_readers_and_nothing_else() {
    let agency = agency();
    agency.ok("aisha", &["admit", &crate::agency::example(CASE)]);
    agency.ok("selma", &["matter", "new", "staff", "--about", "aisha", "letter.pdf", "--reason", "Zebra"]);
    agency.ok("petra", &["matter", "new", "feedback"]);
    let assert = agency.command(&["list", "--office"]).assert().success();
    let listed = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    assert!(listed.contains("STAFF-2016-0001") && listed.contains("selma (supervisor), aisha (person)"));
    assert!(!listed.contains(CASE) && !listed.contains("Zebra") && !listed.contains("letter"), "{listed}");
    let warned = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(warned.contains("FEEDBACK-2016-0001: it has one living reader"), "{warned}");
    assert!(!agency.ok("nora", &["list"]).contains("STAFF"));
    let json: Value = serde_json::from_str(&agency.ok("nora", &["list", "--office", "--json"])).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 2);
    assert!(agency.ok("nora", &["matter", "rules"]).contains("COMPLAINT"));
    agency.fails("selma", 3, &["move", "STAFF-2016-0001", "closed", "--reason", "no"]);
}
