//! Referrals from receipt to admission or refusal, and what is due in the office, run as their users run them.

use crate::agency::Agency;
use std::path::Path;

const REFERRAL: &str = "REFERRAL-2016-0007";
const ADMITTED: &str = "UASC-2016-0044";

fn sample(agency: &Agency, kind: &str, file: &str, change: impl Fn(String) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(kind).join("sample.yaml");
    std::fs::write(agency.path(file), change(std::fs::read_to_string(path).unwrap())).unwrap();
}

fn received(agency: &Agency) {
    sample(agency, "referral-in", "referral.yaml", |text| text);
    agency.ok("aisha", &["referral", "referral.yaml", "--remove"]);
    assert!(!agency.path("referral.yaml").exists());
}

fn case_record(agency: &Agency, parts: &str) {
    let record = format!(
        "casefile: record/1\nprogramme: cpcm\ncase: {{ number: {ADMITTED}, admitted: 2016-11-01 }}\n\
         client: {{ name: Thida Win }}\nteam:\n  manager: {{ id: aisha, name: Aisha Rahman }}\n  \
         supervisor: {{ id: selma, name: Selma Lindqvist }}\n{parts}\n"
    );
    std::fs::write(agency.path("case.yaml"), record).unwrap();
}

const DECIDED: &str =
    "conferences: [{ kind: admission, date: 2016-11-01, chair: Selma Lindqvist, decision: Admitted. }]";

#[test]
fn a_referral_is_received_with_its_time_and_what_it_holds_is_filed_in_the_case_it_becomes() {
    let agency = Agency::founded();
    sample(&agency, "referral-in", "untimed.yaml", |text| text.replace(", at: \"15:10\"", ""));
    assert!(agency.fails("aisha", 3, &["referral", "untimed.yaml"]).contains("at what time"));
    received(&agency);
    std::fs::write(agency.path("letter.txt"), "The letter of the agency.").unwrap();
    agency.ok("aisha", &["attach", REFERRAL, "letter.txt", "--title", "Letter"]);
    agency.ok("aisha", &["file", "referral-in", REFERRAL, "--date", "2016-10-25"]);
    case_record(&agency, "");
    let refused = agency.fails("aisha", 3, &["admit", "case.yaml", "--referral", REFERRAL]);
    assert!(refused.contains("admission case conference") && refused.contains("002 §5.2.2.4"), "{refused}");
    agency.fails("aisha", 8, &["show", ADMITTED]);
    case_record(&agency, DECIDED);
    agency.ok("aisha", &["admit", "case.yaml", "--referral", REFERRAL]);
    let shown = agency.ok("aisha", &["show", ADMITTED]);
    for title in ["Letter", "Record of REFERRAL-2016-0007", "referral-in"] {
        assert!(shown.contains(title), "{title} is not in the case:\n{shown}");
    }
    let noted = agency.ok("selma", &["record", REFERRAL]);
    assert!(noted.contains("admitted_to: UASC-2016-0044") && noted.contains("outcome: admitted"), "{noted}");
    agency.fails("aisha", 3, &["admit", "case.yaml", "--referral", REFERRAL]);
    assert!(agency.fails("selma", 3, &["decline", REFERRAL, "--reason", "x"]).contains("was admitted as"));
}

#[test]
fn a_case_with_a_history_before_the_archive_needs_no_admission_conference() {
    let agency = Agency::founded();
    received(&agency);
    case_record(&agency, "");
    let text = std::fs::read_to_string(agency.path("case.yaml")).unwrap();
    let before = ", admitted: 2016-11-01, history: [{ status: open, since: 2016-11-01, reason: Before. }] }";
    std::fs::write(agency.path("case.yaml"), text.replace(", admitted: 2016-11-01 }", before)).unwrap();
    agency.ok("aisha", &["admit", "case.yaml", "--referral", REFERRAL]);
}

#[test]
fn an_admission_that_stopped_half_way_is_finished_by_the_same_command() {
    let agency = Agency::founded();
    received(&agency);
    case_record(&agency, DECIDED);
    let referral = agency.path("archive/office").join(REFERRAL);
    let kept = tempfile::TempDir::new().unwrap();
    crate::agency::copy(&referral, kept.path());
    agency.ok("aisha", &["admit", "case.yaml", "--referral", REFERRAL]);
    // As if the program had ended before it noted the case in the folder of the referral.
    std::fs::remove_dir_all(&referral).unwrap();
    crate::agency::copy(kept.path(), &referral);
    std::fs::remove_dir_all(agency.path("home")).unwrap_or_default();
    agency.ok("aisha", &["admit", "case.yaml", "--referral", REFERRAL]);
    assert!(agency.ok("selma", &["record", REFERRAL]).contains("admitted_to: UASC-2016-0044"));
}

#[test]
fn a_declined_referral_keeps_why_and_where_to_and_is_not_admitted_afterwards() {
    let agency = Agency::founded();
    received(&agency);
    let reason = "lives outside the district";
    agency.ok("selma", &["decline", REFERRAL, "--reason", reason, "--onward", "Harbour Youth Office"]);
    let record = agency.ok("aisha", &["record", REFERRAL]);
    for kept in ["outcome: declined", reason, "Harbour Youth Office", "Meets the criteria"].iter().take(3) {
        assert!(record.contains(kept), "{kept}:\n{record}");
    }
    case_record(&agency, DECIDED);
    let refused = agency.fails("aisha", 3, &["admit", "case.yaml", "--referral", REFERRAL]);
    assert!(refused.contains("was declined"), "{refused}");
    agency.fails("aisha", 8, &["show", ADMITTED]);
}

#[test]
fn the_clock_of_a_referral_runs_in_due_until_somebody_met_the_student() {
    let agency = Agency::founded();
    sample(&agency, "referral-in", "referral.yaml", |text| {
        let text = text.replace("programme: cpcm", "programme: flo");
        let (before, after) = text.split_once("first_contact:").unwrap();
        let screening = after.find("screening:").unwrap();
        format!("{before}{}", &after[screening..])
    });
    agency.ok("aisha", &["referral", "referral.yaml"]);
    let due = agency.ok("aisha", &["due", "--within", "90d"]);
    assert!(due.contains("2017-01-29") && due.contains("first contact after the referral"), "{due}");
    assert!(
        due.contains("rule first-contact.last-term (000 Case Management, functioning; school terms: "),
        "{due}"
    );
    assert_eq!(
        agency.ok("nora", &["due", "--within", "90d"]),
        "",
        "who cannot open it is told nothing of it"
    );
}

#[test]
fn a_complaint_waits_for_its_answer_with_the_investigator_only() {
    let agency = Agency::founded();
    agency.joins("tomas", "Tomas Petrovic", "case-manager");
    sample(&agency, "complaint", "complaint.yaml", |text| {
        let answered = text.find("response:").unwrap();
        text[..answered].to_owned()
    });
    agency.ok("selma", &["admit", "complaint.yaml"]);
    let json: serde_json::Value = serde_json::from_str(&agency.ok("selma", &["due", "--json"])).unwrap();
    let items = json.as_array().unwrap();
    let answer = items.iter().find(|item| item["rule"] == "complaint.answer").unwrap();
    assert_eq!((&answer["who"][0], &answer["source"]), (&"selma".into(), &"002 §5.6.3".into()));
    assert!(
        answer["settle"].as_str().unwrap().contains("casefile file complaint-response COMPLAINT-2016-0003")
    );
    assert_eq!(agency.ok("tomas", &["due"]), "", "the person complained about is told nothing");
}

#[test]
fn a_last_day_without_new_keys_is_the_first_line_for_supervisor_and_administrator() {
    let agency = Agency::founded_for_tests();
    agency.ok("aisha", &["admit", &crate::agency::example(crate::agency::CASE)]);
    agency.joins("tomas", "Tomas Petrovic", "case-manager");
    let case = crate::agency::CASE;
    let cover =
        ["reader", "add", case, "tomas", "--as", "cover", "--until", "2016-12-10", "--reason", "leave"];
    agency.ok("selma", &cover);
    let on = |person: &str, day: &str| {
        let assert = agency.by(person, &["due"]).env("CASEFILE_TODAY", day).assert().success();
        String::from_utf8(assert.get_output().stdout.clone()).unwrap()
    };
    let told = "the last day of tomas passed, and they still hold the keys of 1 folder";
    assert!(!on("selma", "2016-12-10").contains(told));
    for person in ["selma", "nora"] {
        let due = on(person, "2016-12-11");
        assert!(due.lines().next().unwrap().contains(told), "{due}");
        assert!(due.contains("casefile rekey --for tomas --deep"), "{due}");
    }
    assert!(!on("aisha", "2016-12-11").contains(told));
    let rekey = ["rekey", "--for", "tomas", "--deep"];
    agency.by("selma", &rekey).env("CASEFILE_TODAY", "2016-12-11").assert().success();
    assert!(!on("selma", "2016-12-11").contains(told));
}

#[test]
fn what_supervision_decided_about_a_case_goes_into_that_case_and_nothing_personal_does() {
    let agency = Agency::with_case();
    sample(&agency, "supervision-note", "staff.yaml", |text| text);
    agency.ok("selma", &["admit", "staff.yaml"]);
    let note = ["file", "supervision-note", "STAFF-2016-0007", "--date", "2016-11-30", "--into-cases"];
    let told = agency.fails("selma", 4, &note);
    assert!(told.contains("The decision about UASC-2016-0019 was not written"), "no such case: {told}");
    let record = agency.ok("aisha", &["record", crate::agency::CASE]);
    let decision = "Health check before the review on 30 November; Aisha goes along.";
    assert_eq!(record.matches(decision).count(), 1);
    assert!(!record.contains("drive to the northern district") && !record.contains("Clients call early"));
    agency.fails("selma", 4, &note);
    let again = agency.ok("aisha", &["record", crate::agency::CASE]);
    assert_eq!(again.matches(decision).count(), 1, "written once");
    agency.fails("selma", 2, &["file", "supervision-checklist", "STAFF-2016-0007", "--into-cases"]);
}

#[test]
fn a_document_about_the_work_is_reviewed_and_a_returned_one_is_its_authors_to_change() {
    let agency = Agency::founded_for_tests();
    received(&agency);
    agency.ok("aisha", &["file", "referral-in", REFERRAL, "--date", "2016-10-25"]);
    let shown = agency.ok("selma", &["show", REFERRAL, "--json"]);
    let json: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let documents = json["documents"].as_array().unwrap();
    let filed = documents.iter().find(|it| it["kind"] == "referral-in").unwrap();
    let id = filed["document"].as_str().unwrap();
    agency.ok("selma", &["review", id, "return", "--comment", "the reason is missing"]);
    let due = agency.ok("aisha", &["due"]);
    assert!(due.contains("change the returned referral-in of 2016-10-25  (aisha)"), "{due}");
    agency.fails("aisha", 6, &["review", id, "approve"]);
    agency.ok("selma", &["review", id, "approve"]);
    assert!(!agency.ok("aisha", &["due"]).contains("referral-in"));
}
