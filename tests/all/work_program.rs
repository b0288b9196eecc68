//! The program and records about the work: from a file into a folder of the office and back.

use crate::agency::Agency;
use std::path::Path;

/// The founded agency with a director, a second case manager and an expert from outside.
fn agency() -> Agency {
    let agency = Agency::founded();
    for (id, name, role) in [
        ("petra", "Petra Sandoval", "project-director"),
        ("tomas", "Tomas Petrovic", "case-manager"),
        ("elena", "Elena Ortiz", "records-custodian"),
    ] {
        agency.joins(id, name, role);
    }
    agency
}

fn sample(kind: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(kind).join("sample.yaml");
    std::fs::read_to_string(file).unwrap()
}

/// A complaint about somebody, with its investigator, written to a file of the agency.
fn complaint(agency: &Agency, about: (&str, &str), investigator: (&str, &str), route: &str) {
    let yaml = sample("complaint")
        .replace(
            "{id: tomas, name: Tomas Petrovic, role: case-manager}",
            &format!("{{id: {}, name: Person, role: {}}}", about.0, about.1),
        )
        .replace(
            "{id: selma, name: Selma Lindqvist, role: case-supervisor, from",
            &format!("{{id: {}, name: Investigator, role: {}, from", investigator.0, investigator.1),
        )
        .replace("responsible: {id: selma", &format!("responsible: {{id: {}", investigator.0))
        .replace("author: {id: nora", "author: {id: mira")
        .replace("route: external", &format!("route: {route}"));
    std::fs::write(agency.path("complaint.yaml"), yaml).unwrap();
}

const FOLDER: &str = "COMPLAINT-2016-0003";

#[test]
fn the_person_complained_about_is_refused_in_every_role() {
    let expert = ("elena", "outside-expert");
    let director = ("petra", "project-director");
    let supervisor = ("selma", "case-supervisor");
    for (about, investigator, route) in [
        (("tomas", "case-manager"), supervisor, "external"),
        (("tomas", "case-manager"), director, "serious"),
        (supervisor, director, "external"),
        (director, expert, "external"),
        (("nora", "administrator"), supervisor, "interpersonal"),
    ] {
        let agency = agency();
        complaint(&agency, about, investigator, route);
        agency.fails(about.0, 6, &["admit", "complaint.yaml"]);
        agency.ok(investigator.0, &["admit", "complaint.yaml", "--remove"]);
        assert!(!agency.path("complaint.yaml").exists());
        agency.ok(investigator.0, &["file", "complaint-response", FOLDER, "--date", "2016-10-14"]);
        for command in [
            vec!["show", FOLDER],
            vec!["record", FOLDER],
            vec!["file", "complaint", FOLDER],
            vec!["preview", "complaint", FOLDER, "-o", "draft.pdf"],
            vec!["record", FOLDER, "--put", "complaint.yaml"],
        ] {
            agency.fails(about.0, 6, &command);
        }
        assert!(agency.ok(investigator.0, &["show", FOLDER]).contains("Answer to a complaint"));
    }
}

#[test]
fn a_complaint_is_taken_out_changed_and_put_back() {
    let agency = agency();
    complaint(&agency, ("tomas", "case-manager"), ("selma", "case-supervisor"), "external");
    agency.ok("selma", &["admit", "complaint.yaml"]);
    agency.fails("selma", 3, &["admit", "complaint.yaml"]);
    agency.ok("selma", &["record", FOLDER, "-o", "work.yaml"]);
    let text = std::fs::read_to_string(agency.path("work.yaml")).unwrap();
    std::fs::write(agency.path("work.yaml"), text.replace("Street", "Road")).unwrap();
    agency.ok("selma", &["record", FOLDER, "--put", "work.yaml"]);
    assert!(agency.ok("selma", &["record", FOLDER]).contains("Harbour Road"));
    // What the archive holds already is called the same; another change of an older record is refused.
    agency.fails("selma", 3, &["record", FOLDER, "--put", "work.yaml"]);
    let other = text.replace("Street", "Lane");
    std::fs::write(agency.path("work.yaml"), other).unwrap();
    agency.fails("selma", 7, &["record", FOLDER, "--put", "work.yaml"]);
    // Somebody who comes to be complained about and reads the folder already stops it before it is filed.
    agency.ok("selma", &["reader", "add", FOLDER, "petra", "--as", "cover", "--reason", "leave"]);
    let newest = agency.ok("selma", &["record", FOLDER]);
    let about = "{id: petra, name: P, role: other}\n  - {id: tomas";
    std::fs::write(agency.path("more.yaml"), newest.replace("{id: tomas", about)).unwrap();
    agency.fails("selma", 6, &["record", FOLDER, "--put", "more.yaml"]);
    assert!(!agency.ok("selma", &["record", FOLDER]).contains("petra"));
    agency.ok("selma", &["verify", "--level", "V3"]);
}

#[test]
fn each_record_about_the_work_founds_its_folder_with_the_readers_of_the_table() {
    let agency = agency();
    agency.joins("ines", "Ines Castro", "records-custodian");
    agency.joins("david", "David Okafor", "project-director");
    let table = [
        ("referral-in", "selma", "REFERRAL-2016-0007", vec!["aisha"], vec!["nora", "tomas"]),
        ("supervision-note", "selma", "STAFF-2016-0007", vec!["aisha"], vec!["nora", "tomas", "petra"]),
        ("debriefing", "aisha", "DEBRIEF-2016-0007", vec!["ines"], vec!["nora", "selma", "petra"]),
        ("client-feedback", "petra", "FEEDBACK-2016-0012", vec!["selma"], vec!["aisha", "nora"]),
        ("leave-plan", "david", "PROGRAMME-2016-0001", vec!["aisha", "tomas", "selma"], vec!["nora"]),
    ];
    for (kind, founder, folder, readers, others) in table {
        let file = format!("{kind}.yaml");
        std::fs::write(agency.path(&file), sample(kind)).unwrap();
        agency.ok(founder, &["admit", &file]);
        agency.ok(founder, &["file", kind, folder]);
        for reader in readers {
            agency.ok(reader, &["preview", kind, folder, "-o", "draft.pdf"]);
        }
        for other in others {
            agency.fails(other, 6, &["show", folder]);
            agency.fails(other, 6, &["record", folder]);
        }
    }
    let listed = agency.ok("nora", &["list", "--office"]);
    assert!(listed.contains("STAFF-2016-0007") && !listed.contains("Aisha"), "{listed}");
}

#[test]
fn a_folder_kept_ready_takes_its_first_record() {
    let agency = agency();
    agency.ok("selma", &["matter", "new", "complaint"]);
    complaint(&agency, ("tomas", "case-manager"), ("selma", "case-supervisor"), "external");
    let file = agency.path("complaint.yaml");
    let yaml = std::fs::read_to_string(&file).unwrap().replace("COMPLAINT-2016-0003", "COMPLAINT-2016-0001");
    std::fs::write(&file, yaml).unwrap();
    let ready = "COMPLAINT-2016-0001";
    agency.fails("selma", 8, &["file", "complaint", ready]);
    agency.ok("selma", &["record", ready, "--put", "complaint.yaml"]);
    agency.ok("selma", &["file", "complaint", ready]);
    assert!(agency.ok("selma", &["show", ready]).contains("about      tomas"));
    agency.fails("petra", 6, &["show", ready]);
    agency.fails("selma", 6, &["reader", "add", ready, "tomas", "--as", "cover", "--reason", "x"]);
}

#[test]
fn a_kind_made_of_another_record_says_so() {
    let agency = agency();
    std::fs::write(agency.path("staff.yaml"), sample("time-sheet")).unwrap();
    let refused = agency.fails("selma", 3, &["preview", "complaint", "staff.yaml", "-o", "x.pdf"]);
    assert!(refused.contains("is made from a record `complaint/1`, and this one is `staff/1`"), "{refused}");
    let checked = agency.fails("selma", 3, &["check", "staff.yaml", "--for", "care-plan"]);
    assert!(checked.contains("`record/1`"), "{checked}");
    agency.ok("selma", &["check", "staff.yaml", "--for", "time-sheet"]);
    let new = agency.ok("selma", &["new", "--sort", "complaint"]);
    assert!(new.contains("casefile: complaint/1"));
    agency.fails("selma", 2, &["new", "--kind", "letter"]);
    assert!(agency.ok("selma", &["explain", "complaint/response.date"]).contains("Day of the answer"));
}

#[test]
fn figures_are_counted_from_what_one_can_open_and_fit_into_the_record_of_the_programme() {
    let agency = agency();
    agency.ok("aisha", &["admit", &crate::agency::example(crate::agency::CASE)]);
    std::fs::write(agency.path("feedback.yaml"), sample("client-feedback")).unwrap();
    agency.ok("selma", &["admit", "feedback.yaml"]);
    let period = ["figures", "--period", "2016-10-01..2016-11-30", "--yaml"];
    let told = agency.ok("selma", &period);
    assert!(
        told.contains("\"open\": 1") && told.contains("Home visit") && told.contains("\"answers\": 1"),
        "{told}"
    );
    assert!(told.contains("\"help_tenths\": 40") && told.contains("\"manager_tenths\": 50"), "{told}");
    assert!(!told.contains("UASC-2016") && !told.contains("Amina"), "{told}");
    let nothing = agency.ok("tomas", &period);
    assert!(!nothing.contains("managers") && !nothing.contains("feedback"), "{nothing}");
    let record = sample("caseload-report");
    let record = format!("{}{told}", &record[..record.find("figures:").unwrap()]);
    std::fs::write(agency.path("programme.yaml"), record).unwrap();
    for kind in ["caseload-report", "monitoring-report", "data-return", "agency-report"] {
        agency.ok("selma", &["check", "programme.yaml", "--for", kind]);
        agency.ok("selma", &["preview", kind, "programme.yaml", "-o", "draft.pdf"]);
    }
}

#[test]
fn the_counts_of_a_data_return_are_written_as_values_and_small_groups_stay_small() {
    let agency = agency();
    let record =
        sample("data-return").replace("group: under 16, count: 18", "group: 'under 16, \"new\"', count: 18");
    std::fs::write(agency.path("programme.yaml"), record).unwrap();
    let csv = ["preview", "data-return", "programme.yaml", "--csv", "-o", "return.csv"];
    agency.command(&csv).assert().success();
    let text = std::fs::read_to_string(agency.path("return.csv")).unwrap();
    let rows: Vec<&str> = text.split_terminator("\r\n").collect();
    let period = "2016-07-01,2016-09-30";
    assert_eq!(
        rows,
        [
            "from,until,what,group,count".to_owned(),
            format!("{period},Students enrolled,\"under 16, \"\"new\"\"\",18"),
            format!("{period},Students enrolled,16 and over,28"),
            format!("{period},Students who live away from their family,under 16,<5"),
            format!("{period},Students who live away from their family,16 and over,7"),
        ]
    );
    let other = ["preview", "leave-plan", "programme.yaml", "--csv", "-o", "no.csv"];
    agency.command(&other).assert().code(3);
    assert!(!agency.path("no.csv").exists());
}

#[test]
fn a_supervisor_gets_of_a_debriefing_what_the_person_released_and_nothing_else() {
    let agency = agency();
    agency.joins("ines", "Ines Castro", "records-custodian");
    std::fs::write(agency.path("debriefing.yaml"), sample("debriefing")).unwrap();
    agency.ok("aisha", &["admit", "debriefing.yaml"]);
    std::fs::write(agency.path("staff.yaml"), sample("supervision-note")).unwrap();
    agency.ok("selma", &["admit", "staff.yaml"]);
    agency.ok("selma", &["matter", "new", "staff", "--about", "tomas"]);
    let (folder, staff) = ("DEBRIEF-2016-0007", "STAFF-2016-0007");
    let release = ["file", "debriefing-summary", folder, "--into", staff];
    agency.fails("selma", 6, &release);
    assert!(agency.fails("ines", 6, &release).contains("only the person"));
    agency.fails("aisha", 2, &["file", "debriefing", folder, "--into", staff]);
    agency.fails("aisha", 3, &["file", "debriefing-summary", folder, "--into", folder]);
    agency.ok("aisha", &release);
    let shown: serde_json::Value =
        serde_json::from_str(&agency.ok("selma", &["show", staff, "--json"])).unwrap();
    let documents = shown["documents"].as_array().unwrap();
    let summary = documents.iter().find(|it| it["kind"] == "debriefing-summary").unwrap();
    agency.ok("selma", &["open", summary["document"].as_str().unwrap(), "-o", "summary.pdf"]);
    agency.fails("selma", 6, &["show", folder]);
    agency.ok("selma", &["verify", "--level", "V3"]);
    let Some(program) = crate::support::program("pdftotext") else { return };
    let output =
        std::process::Command::new(program).arg(agency.path("summary.pdf")).arg("-").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("no new cases until 23 November") && text.contains("Aisha Rahman"), "{text}");
    for kept in
        ["shouting", "Calls at night", "Sleeps badly", "Proud", "word that ends a visit", "One week without"]
    {
        assert!(!text.contains(kept), "{kept}: {text}");
    }
}
