//! A handover from start to end, as the people do it: two successors, packs, signatures, keys, proof.

use crate::agency::{Agency, CASE, example};
use crate::support::program;
use std::process::Command;

const OTHER: &str = "FV-2016-0002";
const HANDOVER: &str = "HANDOVER-2016-0001";

/// Aisha holds two cases; tomas and lena are there to take them over; petra directs.
fn agency() -> Agency {
    let agency = Agency::founded_for_tests();
    for (id, name, role) in [
        ("tomas", "Tomas Reyes", "case-manager"),
        ("lena", "Lena Brandt", "case-manager"),
        ("petra", "Petra Novak", "project-director"),
    ] {
        agency.joins(id, name, role);
    }
    for case in [CASE, OTHER] {
        agency.ok("aisha", &["admit", &example(case)]);
    }
    agency
}

fn started() -> Agency {
    let agency = agency();
    let assign = format!("{OTHER}=lena");
    agency.ok(
        "selma",
        &[
            "handover",
            "start",
            "--from",
            "aisha",
            "--to",
            "tomas",
            "--assign",
            &assign,
            "--last-day",
            "2016-12-31",
            "--name",
            "tomas=Tomas Reyes",
            "--name",
            "lena=Lena Brandt",
        ],
    );
    agency
}

#[test]
fn a_start_lets_each_successor_read_their_cases_and_their_part_and_gives_the_leaver_a_last_day() {
    let agency = started();
    agency.ok("tomas", &["show", CASE]);
    agency.fails("tomas", 6, &["show", OTHER]);
    agency.ok("lena", &["show", OTHER]);
    agency.fails("tomas", 6, &["show", HANDOVER]);
    agency.ok("petra", &["show", HANDOVER]);
    let readers = agency.ok("selma", &["readers", CASE]);
    assert!(readers.contains("aisha") && readers.contains("2016-12-31"), "{readers}");
    agency.ok("aisha", &["show", CASE]);
    let late = agency.by("aisha", &["show", CASE]).env("CASEFILE_TODAY", "2017-01-01").assert().code(6);
    assert!(String::from_utf8(late.get_output().stderr.clone()).unwrap().contains("2016-12-31"));
}

#[test]
fn a_start_run_again_goes_on_and_makes_no_second_handover() {
    let agency = started();
    let again = agency.by(
        "selma",
        &["handover", "start", "--from", "aisha", "--to", "tomas", "--assign", "FV-2016-0002=lena"],
    );
    let output = { again }.assert().success().get_output().stderr.clone();
    assert!(String::from_utf8(output).unwrap().contains("HANDOVER-2016-0001 of aisha goes on"));
    assert!(!agency.ok("selma", &["list", "--office"]).contains("HANDOVER-2016-0004"));
}

#[test]
fn a_last_day_that_is_named_later_is_kept_and_holds() {
    let agency = agency();
    let start = ["handover", "start", "--from", "aisha", "--to", "tomas"];
    agency.ok("selma", &start);
    assert!(!agency.ok("selma", &["record", HANDOVER]).contains("last_day"));
    agency.ok("selma", &[&start[..], &["--last-day", "2016-12-20"]].concat());
    assert!(agency.ok("selma", &["record", HANDOVER]).contains("2016-12-20"));
    assert!(agency.ok("selma", &["readers", CASE]).contains("2016-12-20"));
}

#[test]
fn nobody_hands_over_alone_and_every_case_needs_somebody() {
    let agency = agency();
    agency.fails("aisha", 6, &["handover", "start", "--from", "aisha", "--to", "tomas"]);
    let open =
        agency.fails("selma", 3, &["handover", "start", "--from", "aisha", "--assign", "FV-2016-0002=lena"]);
    assert!(open.contains(&format!("nobody takes over {CASE}")), "{open}");
    let strange = agency.fails(
        "selma",
        3,
        &["handover", "start", "--from", "aisha", "--to", "tomas", "--case", "UASC-2099-0001"],
    );
    assert!(strange.contains("UASC-2099-0001 is no case of aisha"), "{strange}");
    assert!(!agency.ok("selma", &["list", "--office"]).contains("HANDOVER"), "nothing was written");
}

#[test]
fn the_document_shows_each_case_on_its_pages_and_a_successor_reads_only_theirs() {
    let Some(pdftotext) = program("pdftotext") else { return };
    let agency = started();
    agency.ok("selma", &["handover", "document", HANDOVER]);
    let text = |person: &str, folder: &str| {
        let shown: serde_json::Value =
            serde_json::from_str(&agency.ok(person, &["show", folder, "--json"])).unwrap();
        let documents = shown["documents"].as_array().unwrap();
        let of = documents.iter().find(|document| document["kind"] == "handover").unwrap();
        let pdf = agency.path(&format!("{folder}.pdf"));
        agency.ok(person, &["open", of["document"].as_str().unwrap(), "-o", pdf.to_str().unwrap()]);
        crate::support::assert_standards(&std::fs::read(&pdf).unwrap());
        let output = Command::new(pdftotext).args(["-layout", pdf.to_str().unwrap(), "-"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let whole = text("selma", HANDOVER);
    assert!(
        whole.contains("Nabil") && whole.contains("Dalia Renner") && whole.contains("Tomas Reyes"),
        "{whole}"
    );
    for page in whole.split('\u{c}').filter(|page| page.contains("Dangers to worker")) {
        let head: String = page.lines().take(6).collect::<Vec<_>>().join("\n");
        assert!(head.contains(CASE) || head.contains(OTHER), "{head}");
    }
    let folders = agency.ok("selma", &["list", "--office"]);
    let part = if agency.by("tomas", &["show", "HANDOVER-2016-0002"]).output().unwrap().status.success() {
        "HANDOVER-2016-0002"
    } else {
        "HANDOVER-2016-0003"
    };
    let theirs = text("tomas", part);
    assert!(
        theirs.contains("Nabil") && !theirs.contains("Dalia") && !theirs.contains(OTHER),
        "{folders}\n{theirs}"
    );
    assert!(theirs.contains(part), "it bears the number of its own folder: {theirs}");
    agency.ok("selma", &["verify", "--level", "V3"]);
}

#[test]
fn a_case_has_at_most_two_pages_and_a_closed_one_stands_in_the_list_alone() {
    let Some(pdftotext) = program("pdftotext") else { return };
    let agency = Agency::founded_for_tests();
    agency.joins("tomas", "Tomas Reyes", "case-manager");
    let cases = ["FAM-2016-0005", "UASC-2014-0009", "UASC-2015-0031", "UASC-2015-0022"];
    for case in cases {
        agency.ok("tomas", &["admit", &example(case)]);
    }
    agency.ok("selma", &["handover", "start", "--from", "tomas", "--to", "aisha"]);
    agency.ok("selma", &["handover", "document", HANDOVER]);
    let shown: serde_json::Value =
        serde_json::from_str(&agency.ok("selma", &["show", HANDOVER, "--json"])).unwrap();
    let documents = shown["documents"].as_array().unwrap();
    let document = documents.iter().find(|document| document["kind"] == "handover").unwrap();
    agency.ok("selma", &["open", document["document"].as_str().unwrap(), "-o", "h.pdf"]);
    let output =
        Command::new(pdftotext).args(["-layout"]).arg(agency.path("h.pdf")).arg("-").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let pages: Vec<&str> = text.split('\u{c}').collect();
    let about = |case: &str| {
        let heads = pages.iter().map(|page| page.lines().take(6).collect::<Vec<_>>().join("\n"));
        heads.filter(|head| head.contains(case)).count()
    };
    assert_eq!(cases.map(about), [2, 2, 2, 0], "{text}");
    assert!(pages[0].contains("UASC-2015-0022") && text.contains("stand in the list alone"));
    assert!(text.contains("Attempts to reach the client"), "of the inactive case");
    // One open and one aged-out case count against the limit.
    assert!(text.contains("2 cases") && text.contains("Will have"), "{}", pages[1]);
}

#[test]
fn a_pack_opens_with_stock_age_and_tar_and_bagit_says_it_is_whole() {
    let agency = started();
    agency.ok("aisha", &["file", "care-plan", CASE]);
    agency.ok("selma", &["handover", "document", HANDOVER]);
    agency.fails("selma", 3, &["handover", "pack", HANDOVER, "--to", "nora", "-o", "n.tar.age"]);
    agency.ok("selma", &["handover", "pack", HANDOVER, "--to", "tomas", "-o", "t.tar.age"]);
    for person in ["tomas", "selma"] {
        let out = agency.path(person);
        std::fs::create_dir(&out).unwrap();
        if !crate::interop::age_opens(&agency, person, "t.tar.age", &out) {
            return;
        }
        let bag = out.join(format!("{HANDOVER}-tomas"));
        let checked = Command::new("sha256sum")
            .args(["-c", "--quiet", "manifest-sha256.txt"])
            .current_dir(&bag)
            .status();
        assert!(checked.unwrap().success());
        assert!(bag.join("data/handover.pdf").is_file() && bag.join("data/index.txt").is_file());
        assert!(bag.join(format!("data/{CASE}/care-plan-2016-12-01.pdf")).is_file());
        if let Some(bagit) = crate::interop::bagit() {
            assert!(
                Command::new(bagit).args(["--validate", bag.to_str().unwrap()]).status().unwrap().success()
            );
        }
    }
}

#[test]
fn access_ends_whatever_is_missing_and_the_old_key_opens_nothing() {
    let agency = started();
    let key_before = agency.path("before");
    std::fs::create_dir(&key_before).unwrap();
    let ended = agency.ok("selma", &["handover", "revoke", HANDOVER]);
    assert!(ended.contains("now 0 of"), "{ended}");
    agency.fails("aisha", 6, &["show", CASE]);
    let shown = agency.ok("selma", &["show", CASE]);
    assert!(shown.contains("tomas (manager)") && !shown.contains("aisha"), "{shown}");
    agency.ok("nora", &["person", "retire", "aisha"]);
    agency.ok("selma", &["verify", "--level", "V3"]);
    // The proof is filed beside the handover.
    assert!(agency.ok("selma", &["show", HANDOVER]).contains("What the keys of aisha open"));
}

#[test]
fn an_administrator_is_reminded_to_retire_who_departs_without_a_key_to_any_folder() {
    let agency = started();
    let reminded = |day: &str| {
        let due: Vec<serde_json::Value> =
            serde_json::from_str(&agency.ok_on(day, "nora", &["due", "--json"])).unwrap();
        due.into_iter().find(|item| item["settle"] == "casefile person retire aisha")
    };
    assert!(reminded("2016-12-01").is_none(), "a month ahead");
    let item = reminded("2016-12-20").unwrap();
    assert_eq!((&item["on"], &item["who"]), (&"2016-12-31".into(), &serde_json::json!(["nora"])), "{item}");
    let supervisors = agency.ok_on("2016-12-31", "selma", &["due"]);
    assert!(!supervisors.contains("person retire"), "it is not her task: {supervisors}");
    // Revoked before, from that day on; and until it is done.
    agency.ok_on("2016-12-10", "selma", &["handover", "revoke", HANDOVER]);
    assert_eq!(reminded("2017-03-01").unwrap()["on"], "2016-12-10");
    agency.ok_on("2017-03-01", "nora", &["person", "retire", "aisha"]);
    assert!(reminded("2017-03-02").is_none());
    // Back again, nothing of the old departure is due.
    agency.ok_on("2017-04-01", "nora", &["person", "add", "aisha.pub", "--role", "case-manager"]);
    assert!(reminded("2017-04-02").is_none());
}

#[test]
fn nobody_is_to_be_retired_who_gives_cases_away_and_stays_or_whose_departure_is_called_off() {
    let retire = |agency: &Agency, day: &str| agency.ok_on(day, "nora", &["due"]).contains("person retire");
    let agency = agency();
    let start = ["handover", "start", "--from", "aisha", "--to", "tomas", "--last-day", "2016-12-31"];
    agency.ok("selma", &[&start[..], &["--mode", "reassign"]].concat());
    agency.ok("selma", &["handover", "revoke", HANDOVER]);
    assert!(!retire(&agency, "2017-01-02"));
    let agency = self::agency();
    agency.ok("selma", &start);
    assert!(retire(&agency, "2016-12-31"));
    // An administrator who knows better gives other roles, and is not asked again.
    agency.ok_on("2016-12-30", "nora", &["person", "role", "aisha", "--role", "case-manager"]);
    assert!(!retire(&agency, "2017-01-02"));
}

#[test]
fn who_departs_is_retired_at_once_where_the_one_who_ends_their_access_is_administrator_too() {
    let agency = started();
    agency.ok("nora", &["person", "role", "selma", "--role", "case-supervisor", "--role", "administrator"]);
    agency.ok("selma", &["handover", "revoke", HANDOVER]);
    let people = agency.ok("nora", &["person", "list"]);
    assert!(people.lines().any(|line| line.contains("aisha") && line.contains("retired")), "{people}");
    agency.ok("selma", &["handover", "revoke", HANDOVER]);
    agency.ok("selma", &["verify", "--level", "V3"]);
}

#[test]
fn successors_see_in_due_until_when_they_come_along_and_may_name_their_own_part() {
    let agency = started();
    let due = |person: &str| {
        let items: Vec<serde_json::Value> =
            serde_json::from_str(&agency.ok(person, &["due", "--within", "100d", "--json"])).unwrap();
        let of_rule = items.into_iter().filter(|item| item["rule"] == "handover.shadowing");
        let mut lines: Vec<String> = of_rule
            .map(|item| format!("{} {} {}", item["on"], item["case"], item["settle"]).replace('"', ""))
            .collect();
        lines.sort();
        lines
    };
    let (theirs, hers) = (due("tomas"), due("selma"));
    assert_eq!(theirs.len(), 2, "{theirs:?}");
    assert!(theirs[0].starts_with(&format!("2016-12-31 {CASE} casefile note {CASE} --kind home-visit")));
    let part = theirs[1].strip_prefix("2017-03-01 ").unwrap().split(' ').next().unwrap().to_owned();
    assert!(part.starts_with("HANDOVER-2016-000") && part != HANDOVER, "{theirs:?}");
    // The supervisor reads the whole and the parts, and is told once: two visits, two successors.
    assert_eq!(hers.len(), 4, "{hers:?}");
    assert!(agency.ok("tomas", &["handover", "status", &part]).contains(CASE));
    agency.ok("tomas", &["handover", "brief", &part]);
    let open = agency.ok("selma", &["handover", "status", HANDOVER]);
    assert!(!open.contains("tomas has not signed the briefing") && open.contains("lena has not signed"));
    agency.fails("selma", 3, &["handover", "revoke", &part]);
    agency.ok("selma", &["handover", "revoke", HANDOVER]);
    assert_eq!(due("tomas"), Vec::<String>::new(), "the part knows that it is over");
}

#[test]
fn what_the_leaver_reads_besides_is_named_and_the_last_document_prints_what_was_let_pass() {
    let Some(pdftotext) = program("pdftotext") else { return };
    let agency = started();
    agency.ok("aisha", &["admit", &example("UASC-2016-0017")]);
    agency.ok("selma", &["handover", "revoke", HANDOVER]);
    let shown = |kind: &str| {
        let shown: serde_json::Value =
            serde_json::from_str(&agency.ok("selma", &["show", HANDOVER, "--json"])).unwrap();
        let of = shown["documents"].as_array().unwrap().iter().filter(|it| it["kind"] == kind);
        of.map(|it| it["document"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    agency.ok("selma", &["open", &shown("handover-proof")[0], "-o", "proof.txt"]);
    let proof = std::fs::read_to_string(agency.path("proof.txt")).unwrap();
    assert!(proof.contains("aisha still reads, beside these: UASC-2016-0017"), "{proof}");
    for person in ["tomas", "lena", "selma"] {
        agency.ok(person, &["handover", "brief", HANDOVER]);
    }
    for person in ["tomas", "lena"] {
        agency.ok(person, &["handover", "accept", HANDOVER]);
    }
    let mut complete = vec!["handover", "complete", HANDOVER];
    for case in [CASE, OTHER] {
        complete.extend(["--override", case, "--reason", "Lena knows the family."]);
    }
    agency.ok("selma", &complete);
    agency.ok("selma", &["open", shown("handover").last().unwrap(), "-o", "last.pdf"]);
    let output = Command::new(pdftotext).arg(agency.path("last.pdf")).arg("-").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Lena knows the family.") && text.contains("Selma Lindqvist"), "{text}");
}

#[test]
fn an_urgent_handover_cuts_access_first() {
    let agency = agency();
    let ends = ["handover", "start", "--from", "aisha", "--to", "tomas", "--mode", "urgent"];
    let said = agency.by("selma", &ends).assert().success().get_output().stderr.clone();
    assert!(String::from_utf8(said).unwrap().contains("aisha reads none of them any more"));
    for case in [CASE, OTHER] {
        agency.fails("aisha", 6, &["show", case]);
        agency.ok("tomas", &["show", case]);
    }
    let filed = agency.ok("selma", &["show", HANDOVER]);
    assert!(filed.contains("handover-receipt") && filed.contains("What the keys of aisha open"), "{filed}");
}

#[test]
fn a_leave_is_covered_with_one_command_until_its_last_day() {
    let agency = agency();
    let cover = ["reader", "cover", "aisha", "--by", "tomas", "--until", "2016-12-20", "--reason", "leave"];
    for _ in 0..2 {
        let said = agency.by("selma", &cover).assert().success().get_output().stderr.clone();
        assert!(String::from_utf8(said).unwrap().contains("tomas reads 2 cases of aisha until 2016-12-20"));
    }
    for case in [CASE, OTHER] {
        agency.ok("tomas", &["show", case]);
        let after = agency.by("tomas", &["show", case]).env("CASEFILE_TODAY", "2016-12-21").assert().code(6);
        assert!(String::from_utf8(after.get_output().stderr.clone()).unwrap().contains("2016-12-20"));
    }
    agency.fails(
        "selma",
        3,
        &["reader", "cover", "lena", "--by", "tomas", "--until", "2016-12-20", "--reason", "x"],
    );
}

#[test]
fn complete_waits_for_signatures_and_gaps_and_what_is_let_pass_is_printed_with_its_reason() {
    let agency = started();
    let open =
        agency.by("selma", &["handover", "complete", HANDOVER]).assert().code(3).get_output().stdout.clone();
    let open = String::from_utf8(open).unwrap();
    for point in [
        "tomas has not signed the briefing",
        "lena has not signed to take over",
        "the leaver's access has not ended",
    ] {
        assert!(open.contains(point), "{point}\n{open}");
    }
    for person in ["tomas", "lena", "selma"] {
        agency.ok(person, &["handover", "brief", HANDOVER]);
    }
    for person in ["tomas", "lena"] {
        agency.ok(person, &["handover", "accept", HANDOVER]);
    }
    let joint = [
        "--kind",
        "home-visit",
        "--with",
        "client",
        "--face-to-face",
        "--by",
        "aisha",
        "--by",
        "tomas",
        "--handover",
    ];
    agency.ok("aisha", &[&["note", CASE][..], &joint, &["Introduced Tomas; he was glad to know."]].concat());
    let shadow = agency.ok("selma", &["handover", "shadow", HANDOVER]);
    assert!(
        shadow.contains("together: 2016-12-01") && shadow.contains("shadowing is long enough on 2017-03-01"),
        "{shadow}"
    );
    agency.ok("selma", &["handover", "revoke", HANDOVER]);
    let still = ["handover", "complete", HANDOVER, "--override", "the leaver", "--reason", "no"];
    agency.fails("selma", 3, &still);
    let all = [
        "handover",
        "complete",
        HANDOVER,
        "--override",
        CASE,
        "--reason",
        "Known to the team.",
        "--override",
        OTHER,
        "--reason",
        "The refuge lets nobody in.",
    ];
    let done = agency.by("selma", &all).assert().success().get_output().stderr.clone();
    assert!(String::from_utf8(done).unwrap().contains("is complete"));
    let record = agency.ok("selma", &["record", HANDOVER]);
    assert!(record.contains("The refuge lets nobody in.") && record.contains("completed: "), "{record}");
    assert!(!record.contains("signed the briefing"), "signatures were not let pass: {record}");
}
