//! The program and folders about the work, as the people of an agency use it.

use crate::agency::{Agency, CASE};
use serde_json::Value;

/// The founded agency with a director, a second manager and a letter on paper.
fn agency() -> Agency {
    let agency = Agency::founded();
    for (id, name, role) in
        [("petra", "Petra Sandoval", "project-director"), ("tomas", "Tomas Reyes", "case-manager")]
    {
        agency.joins(id, name, role);
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

/// A folder of the office, a gift and an escrow identity are nothing new to a reader written from the document.
#[test]
fn the_independent_reader_reads_matters_gifts_and_escrow_and_copies_of_them_merge() {
    let agency = agency();
    agency.ok("aisha", &["admit", &crate::agency::example(CASE)]);
    agency.ok("selma", &["matter", "new", "staff", "--about", "aisha", "letter.pdf"]);
    let copy = agency.path("copy");
    crate::agency::copy(&agency.path("archive"), &copy);
    agency
        .by("aisha", &["attach", "STAFF-2016-0001", "letter.pdf"])
        .env("CASEFILE_ARCHIVE", &copy)
        .assert()
        .success();
    let trustees = casefile::seal::Identity::generate("trustees".parse().unwrap(), "Trustees").unwrap();
    agency.ok("nora", &["escrow", "on", &trustees.recipient().to_string(), "--name", "trustees"]);
    agency.ok("selma", &["rekey", CASE]);
    agency.ok("selma", &["attach", CASE, "letter.pdf"]);
    let letter = newest(&agency, "selma", CASE);
    let give = ["give", &letter, "--to", "Youth Court", "--ground", "legal", "--reference", "16/0412"];
    let give: Vec<&str> = give.into_iter().chain(["--purpose", "the hearing", "-o", "out.pdf"]).collect();
    agency.ok("selma", &give);
    agency.ok("nora", &["settle", "--from", "copy"]);
    let shown: Value =
        serde_json::from_str(&agency.ok("selma", &["show", "STAFF-2016-0001", "--json"])).unwrap();
    assert_eq!(shown["documents"].as_array().unwrap().len(), 2, "what was handed in on the copy came along");
    agency.ok("selma", &["verify", "--level", "V3"]);
    if let Some((code, seen)) = crate::independent_reader::read(&agency.path("archive"), None) {
        assert_eq!((code, seen["cases"].as_array().unwrap().len()), (0, 2), "{seen:#}");
    }
}

#[test]
fn a_dry_run_refuses_what_founding_would_and_leaving_says_which_matters_nobody_else_reads() {
    let agency = agency();
    let complaint = ["matter", "new", "complaint", "--about", "aisha"];
    agency.fails("aisha", 6, &complaint.iter().chain(&["-n"]).copied().collect::<Vec<_>>());
    agency.ok("selma", &complaint.iter().chain(&["-n"]).copied().collect::<Vec<_>>());
    assert!(agency.ok("nora", &["list", "--office", "--json"]).starts_with("[]"));
    agency.ok("petra", &complaint);
    let assert = agency.by("nora", &["person", "retire", "petra"]).assert().success();
    let told = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(told.contains("petra alone") && told.contains("COMPLAINT-2016-0001"), "{told}");
    let listed = agency.command(&["list", "--office"]).assert().success().get_output().stderr.clone();
    assert!(String::from_utf8(listed).unwrap().contains("no living reader"));
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
