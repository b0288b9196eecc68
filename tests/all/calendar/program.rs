//! The commands of the calendar, run as their users run them.

use crate::agency::{Agency, CASE};

/// The program on another day.
fn on(agency: &Agency, day: &str, person: &str, arguments: &[&str]) -> String {
    let assert = agency.by(person, arguments).env("CASEFILE_TODAY", day).assert().success();
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

#[test]
fn what_is_due_says_the_case_the_rule_its_source_and_the_command_and_names_nobody_in_the_calendar_file() {
    let agency = Agency::with_case();
    let text = agency.ok("aisha", &["due", "--ics", "team.ics"]);
    assert!(text.contains("report of the case manager") && text.contains("(002 §5.2.2.1 item 10)"), "{text}");
    assert!(text.contains(&format!("casefile file monthly-report {CASE}")), "{text}");
    let json: serde_json::Value = serde_json::from_str(&agency.ok("aisha", &["due", "--json"])).unwrap();
    let items = json.as_array().unwrap();
    assert!(items.iter().any(|item| item["rule"] == "report.case-manager" && item["who"][0] == "aisha"));
    let calendar = std::fs::read_to_string(agency.path("team.ics")).unwrap();
    let events = calendar.matches("BEGIN:VEVENT").count();
    assert_eq!(events, items.len());
    for personal in ["aisha", "selma", "Nabil", "Aisha"] {
        assert!(!calendar.contains(personal), "{personal} stands in the calendar file");
    }
    assert!(calendar.split("\r\n").all(|line| line.len() <= 75));
    let again = agency.ok("aisha", &["due", "--ics", "team.ics"]);
    assert_eq!(text, again);
    let uids =
        |text: &str| text.lines().filter(|l| l.starts_with("UID:")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(uids(&calendar), uids(&std::fs::read_to_string(agency.path("team.ics")).unwrap()));
}

#[test]
fn an_administrator_sees_nothing_due_in_cases() {
    let agency = Agency::with_case();
    assert_eq!(agency.ok("nora", &["due"]), "");
    agency.fails("nora", 4, &["due", CASE]);
}

#[test]
fn missing_names_what_the_programme_expects_and_goes_away_when_it_is_filed() {
    let agency = Agency::with_case();
    let before = agency.ok("aisha", &["missing", CASE]);
    assert!(before.contains("no care-plan") && before.contains("no intake-assessment"), "{before}");
    agency.ok("aisha", &["file", "care-plan", CASE]);
    let after = agency.ok("aisha", &["missing", CASE]);
    assert!(!after.contains("no care-plan") && after.contains("no intake-assessment"), "{after}");
    agency.ok("selma", &["move", CASE, "inactive", "--reason", "no contact"]);
    let moved = agency.ok("aisha", &["missing", CASE]);
    assert!(moved.contains("the care-plan in use carries an older status"), "{moved}");
}

#[test]
fn the_caseload_is_counted_without_a_key_against_the_limit_of_the_programme() {
    let agency = Agency::with_case();
    let text = String::from_utf8(agency.command(&["caseload"]).output().unwrap().stdout).unwrap();
    assert!(
        text.contains("aisha") && text.contains("18 (002 §5.2.1)") && text.contains("5 (002 §5.2.1)"),
        "{text}"
    );
}

/// A case of somebody who turns eighteen on 10 December 2016 with a transition plan of 1 November.
fn turning_eighteen(agency: &Agency) -> String {
    let record = "casefile: record/1\nprogramme: cpcm\ncase:\n  number: UASC-2015-0044\n  admitted: 2015-10-05\n\
                  client:\n  name: Yonas Tesfay\n  birth: { date: 1998-12-10, certainty: exact }\n\
                  team:\n  manager: { id: aisha, name: Aisha Rahman }\n  supervisor: { id: selma, name: Selma Lindqvist }\n\
                  contacts: [{ on: 2016-11-28, kind: call, with: [client], what: Talked. }]\n\
                  transition:\n  date: 2016-11-01\n  housing: A room of his own.\n  income: Apprentice's pay.\n  \
                  education_or_work: An apprenticeship.\n  health: Insured.\n  documents: In order.\n  skills: Cooks.\n  \
                  support_people: [{ name: Bakri, relation: uncle }]\n  after_closure: May call.\n  client_view: Glad.\n  \
                  goals: [{ area: housing, goal: Keep the room., due: 2017-03-01 }]\n";
    std::fs::write(agency.path("young.yaml"), record).unwrap();
    agency.ok("aisha", &["admit", "young.yaml"]);
    agency.ok("aisha", &["file", "transition-plan", "UASC-2015-0044"]);
    "UASC-2015-0044".to_owned()
}

#[test]
fn a_case_ages_out_is_announced_and_closes_by_itself_and_the_administrator_needs_no_key_for_the_closing() {
    let agency = Agency::founded_for_tests();
    let case = turning_eighteen(&agency);
    assert_eq!(on(&agency, "2016-12-09", "selma", &["sweep"]), "");
    let dry = on(&agency, "2016-12-12", "selma", &["sweep", "-n"]);
    assert!(dry.contains("would be aged-out since 2016-12-10; closes by itself on 2017-06-10"), "{dry}");
    assert!(on(&agency, "2016-12-12", "selma", &["list"]).contains("UASC-2015-0044-O"));
    let done = on(&agency, "2016-12-12", "selma", &["sweep"]);
    assert!(done.contains("is aged-out since 2016-12-10") && done.contains("rule ageing-out.age"), "{done}");
    assert_eq!(
        on(&agency, "2016-12-12", "selma", &["sweep"]),
        "",
        "a second run on the same day does nothing"
    );
    assert!(on(&agency, "2016-12-12", "selma", &["history", &case]).contains("ageing-out.age"));
    assert_eq!(on(&agency, "2017-04-10", "nora", &["sweep"]), "");
    for (day, rule) in [("2017-04-11", "ageing-out.first-notice"), ("2017-05-11", "ageing-out.last-notice")] {
        let announced = on(&agency, day, "nora", &["sweep"]);
        assert!(
            announced.contains(rule) && announced.contains("closes by itself on 2017-06-10"),
            "{announced}"
        );
    }
    assert_eq!(on(&agency, "2017-06-09", "nora", &["sweep"]), "");
    let closed = on(&agency, "2017-06-11", "nora", &["sweep"]);
    assert!(closed.contains("is closed since 2017-06-10"), "{closed}");
    assert!(on(&agency, "2017-06-11", "nora", &["list"]).contains("UASC-2015-0044-C"));
    let label = on(&agency, "2017-06-12", "selma", &["sweep"]);
    assert!(label.contains("has a new label"), "{label}");
    let due = on(&agency, "2017-07-01", "aisha", &["due"]);
    assert!(due.contains("2017-07-10") && due.contains("rule closure.report-due"), "{due}");
    on(&agency, "2017-07-01", "selma", &["verify", "--level", "V3"]);
}

#[test]
fn an_extension_postpones_the_closing_and_a_late_run_gives_notice_first() {
    let agency = Agency::founded_for_tests();
    let case = turning_eighteen(&agency);
    on(&agency, "2016-12-12", "selma", &["sweep"]);
    on(
        &agency,
        "2017-05-02",
        "selma",
        &["extend", &case, "--until", "2017-08-31", "--reason", "housing is late"],
    );
    assert_eq!(on(&agency, "2017-06-15", "nora", &["sweep"]), "");
    let late = on(&agency, "2017-09-10", "nora", &["sweep"]);
    assert!(late.contains("ageing-out.late-notice") && late.contains("2017-10-10"), "{late}");
    assert_eq!(on(&agency, "2017-10-09", "nora", &["sweep"]), "");
    assert!(on(&agency, "2017-10-10", "nora", &["sweep"]).contains("is closed since 2017-08-31"));
}

#[test]
fn the_hours_of_a_time_sheet_come_from_the_contacts_week_by_week() {
    let agency = Agency::with_case();
    for (kind, on, minutes) in [
        ("call", "2016-11-17", "95"),
        ("home-visit", "2016-11-22", "150"),
        ("coordination", "2016-11-23", "70"),
        ("meeting", "2016-11-23", "50"),
        ("home-visit", "2016-12-01", "120"),
    ] {
        agency.ok("aisha", &["note", CASE, "--kind", kind, "--on", on, "--minutes", minutes, "We met."]);
    }
    let sheet = agency.ok("selma", &["caseload", "--sheet", "aisha", "--period", "2016-11-16..2016-11-30"]);
    let week = |from: &str, until: &str, contact: u32, coordination: u32| {
        format!(
            "  - from: {from}\n    until: {until}\n    contact_new: 0\n    contact_other: {contact}\n    \
             coordination: {coordination}\n    other: 0\n"
        )
    };
    let weeks = [
        week("2016-11-16", "2016-11-20", 2, 0),
        week("2016-11-21", "2016-11-27", 3, 2),
        week("2016-11-28", "2016-11-30", 0, 0),
    ];
    assert!(sheet.contains(&format!("hours:\n{}", weeks.concat())), "{sheet}");
    let said =
        agency.fails("selma", 8, &["caseload", "--sheet", "nobody", "--period", "2016-11-16..2016-11-30"]);
    assert!(said.contains("nobody manages no case that your key opens"), "{said}");

    // What is printed is the part of a staff record.
    let staff = std::fs::read_to_string("templates/time-sheet/sample.yaml").unwrap();
    let (before, _) = staff.split_once("\nhours:").unwrap();
    let record = format!("{before}\n{}", sheet.split_once("\nNext").map_or(sheet.as_str(), |(part, _)| part));
    std::fs::write(agency.path("staff.yaml"), record).unwrap();
    agency.ok("selma", &["check", "staff.yaml", "--for", "time-sheet"]);
}
