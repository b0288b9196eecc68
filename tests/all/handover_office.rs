//! A handover and the folders about the work that somebody who leaves reads: who may take which over, what
//! stays, and that no old key opens what was handed over.

use crate::agency::{Agency, CASE, example};
use crate::year::keys::Held;

const HANDOVER: &str = "HANDOVER-2016-0001";
const COMPLAINT: &str = "COMPLAINT-2016-0001";

/// Ines supervises and leaves; petra directs and signs; marek supervises too, tomas and aisha manage cases.
/// Ines investigates a complaint and keeps the staff file of tomas; her own is petra's to keep.
fn agency() -> Agency {
    let agency = Agency::founded_for_tests();
    for (id, name, role) in [
        ("petra", "Petra Novak", "project-director"),
        ("ines", "Ines Castro", "case-supervisor"),
        ("marek", "Marek Zeman", "case-supervisor"),
        ("tomas", "Tomas Reyes", "case-manager"),
    ] {
        agency.key(id, name);
        agency.ok("nora", &["person", "add", &format!("{id}.pub"), "--role", role]);
    }
    std::fs::write(agency.path("letter.pdf"), "%PDF-1.7 Zanzibar").unwrap();
    agency.ok("petra", &["matter", "new", "staff", "--about", "ines"]);
    agency.ok("ines", &["matter", "new", "staff", "--about", "tomas"]);
    agency.ok("ines", &["matter", "new", "complaint", "--about", "tomas", "letter.pdf"]);
    agency.ok(
        "ines",
        &["reader", "add", "STAFF-2016-0002", "petra", "--as", "supervisor", "--reason", "I leave"],
    );
    agency.ok("ines", &["reader", "add", COMPLAINT, "petra", "--as", "supervisor", "--reason", "I leave"]);
    agency
}

fn start(to: &str) -> Vec<&str> {
    vec!["handover", "start", "--from", "ines", "--to", to, "--last-day", "2016-12-31"]
}

#[test]
fn a_supervisor_takes_the_matters_over_and_no_key_of_who_left_opens_them() {
    let agency = agency();
    let held = Held::copied(&agency, "ines", COMPLAINT);
    let said = agency.by("petra", &start("marek")).assert().success().get_output().stderr.clone();
    let said = String::from_utf8(said).unwrap();
    assert!(said.contains("0 cases, 2 folders about the work"), "{said}");
    assert!(
        said.contains("STAFF-2016-0002 goes to marek.")
            && said.contains("COMPLAINT-2016-0001 goes to marek.")
    );
    for folder in ["STAFF-2016-0002", COMPLAINT] {
        agency.ok("marek", &["show", folder]);
        agency.ok("ines", &["show", folder]);
        assert!(agency.ok("petra", &["readers", folder]).contains("2016-12-31"));
        agency.fails_on("2017-01-01", "ines", 6, &["show", folder]);
    }
    let late = agency.ok_on("2017-01-02", "petra", &["handover", "status", HANDOVER]);
    assert!(late.starts_with("The last day is past"), "{late}");
    let ended = agency.ok("petra", &["handover", "revoke", HANDOVER]);
    assert!(ended.contains("COMPLAINT-2016-0001  the old keys opened 6 objects, now 0 of"), "{ended}");
    for folder in ["STAFF-2016-0002", COMPLAINT] {
        agency.fails("ines", 6, &["show", folder]);
        agency.ok("marek", &["show", folder]);
        let readers = agency.ok("petra", &["readers", folder]);
        let of_ines = readers.lines().find(|line| line.starts_with("ines")).unwrap();
        assert!(of_ines.contains("0 of"), "{readers}");
    }
    held.opens_nothing(&agency);
    agency.ok("marek", &["verify", "--level", "V3"]);
    agency.ok("petra", &["verify", "--level", "V3"]);
    let filed = agency.ok("petra", &["show", HANDOVER]);
    assert!(filed.contains("What the keys of ines open") && filed.contains("handover-receipt"), "{filed}");
}

#[test]
fn a_case_manager_gets_neither_a_staff_file_nor_a_complaint_and_the_reason_is_named() {
    let agency = agency();
    let said = agency.by("petra", &start("aisha")).assert().success().get_output().stderr.clone();
    let why = "STAFF-2016-0002 goes to nobody; aisha may not read it (casefile matter rules).";
    assert!(String::from_utf8(said).unwrap().contains(why));
    for folder in ["STAFF-2016-0002", COMPLAINT] {
        agency.fails("aisha", 6, &["show", folder]);
    }
    let status = agency.ok("petra", &["handover", "status", HANDOVER]);
    assert!(
        status.contains(
            "STAFF-2016-0002: nobody takes it over\n      casefile handover start --from ines --assign"
        ),
        "{status}"
    );
    let named = ["handover", "start", "--from", "ines", "--assign", "STAFF-2016-0002=aisha"];
    let refused = agency.fails("petra", 3, &named);
    assert!(refused.contains("aisha may not read this STAFF folder"), "{refused}");
    // Access ends all the same, and what nobody took over stays open until somebody does.
    agency.ok("petra", &["handover", "revoke", HANDOVER]);
    agency.fails("ines", 6, &["show", COMPLAINT]);
    let all = ["handover", "start", "--from", "ines", "--to", "marek"];
    agency.ok("petra", &all);
    agency.ok("marek", &["show", COMPLAINT]);
    let status = agency.ok("petra", &["handover", "status", HANDOVER]);
    assert!(!status.contains("nobody takes it over"), "{status}");
    agency.ok("petra", &["verify", "--level", "V3"]);
}

/// Petra directs and leaves, dora directs too and signs.
#[test]
fn a_complaint_about_the_successor_goes_to_somebody_else_and_nobody_but_the_readers_is_told_why() {
    let agency = agency();
    agency.key("dora", "Dora Lane");
    agency.ok("nora", &["person", "add", "dora.pub", "--role", "project-director"]);
    agency.ok("petra", &["matter", "new", "complaint", "--about", "marek", "--reader", "dora", "letter.pdf"]);
    agency.ok("petra", &["matter", "new", "feedback", "--reader", "dora"]);
    let complaint = "COMPLAINT-2016-0002";
    let start = ["handover", "start", "--from", "petra", "--to", "marek"];
    agency.ok("dora", &start);
    agency.ok("marek", &["show", "FEEDBACK-2016-0001"]);
    agency.fails("marek", 6, &["show", complaint]);
    let status = agency.ok("dora", &["handover", "status", HANDOVER]);
    let why = format!("{complaint}: marek may not read it\n      casefile matter rules");
    assert!(status.contains(&why), "{status}");
    let assign = format!("{complaint}=marek");
    agency.fails("dora", 3, &["handover", "start", "--from", "petra", "--assign", &assign]);
    let assign = format!("{complaint}=dora");
    agency.ok("dora", &["handover", "start", "--from", "petra", "--assign", &assign]);
    agency.ok("dora", &["handover", "revoke", HANDOVER]);
    agency.fails("petra", 6, &["show", complaint]);
    agency.ok("dora", &["show", complaint]);
    agency.ok("dora", &["verify", "--level", "V3"]);
}

#[test]
fn what_is_the_leavers_own_a_debriefing_and_what_the_signer_does_not_read_stay_with_the_reason() {
    let agency = agency();
    agency.ok("ines", &["matter", "new", "debrief", "--about", "ines"]);
    agency.ok("ines", &["matter", "new", "feedback"]);
    agency.ok("petra", &start("marek"));
    let status = agency.ok("petra", &["handover", "status", HANDOVER]);
    for point in [
        "STAFF-2016-0001: it is the leaver's own and goes to nobody",
        "DEBRIEF-2016-0001: a debriefing stays between the person and who facilitates it",
        "FEEDBACK-2016-0001: petra does not read it, so ines lets somebody in who may",
    ] {
        assert!(status.contains(point), "{point}\n{status}");
    }
    for (folder, why) in
        [("STAFF-2016-0001", "is the leaver's own"), ("FEEDBACK-2016-0001", "petra does not read it")]
    {
        let named = ["handover", "start", "--from", "ines", "--to", "marek", "--case", folder];
        assert!(agency.fails("petra", 3, &named).contains(why));
    }
    let strange = ["handover", "start", "--from", "ines", "--to", "marek", "--case", "STAFF-2099-0001"];
    assert!(agency.fails("petra", 3, &strange).contains("ines does not read STAFF-2099-0001"));
    // Let in, the signer takes it along; taken out of their own file, the leaver has none.
    agency.ok(
        "ines",
        &["reader", "add", "FEEDBACK-2016-0001", "petra", "--as", "supervisor", "--reason", "I go"],
    );
    agency.ok("petra", &["handover", "start", "--from", "ines", "--to", "marek"]);
    agency.ok("marek", &["show", "FEEDBACK-2016-0001"]);
    agency.ok("petra", &["reader", "remove", "STAFF-2016-0001", "ines", "--reason", "left"]);
    agency.ok("petra", &["handover", "revoke", HANDOVER]);
    let status = agency.ok("petra", &["handover", "status", HANDOVER]);
    assert!(!status.contains("STAFF-2016-0001") && !status.contains("FEEDBACK-2016-0001:"), "{status}");
    assert!(status.contains("DEBRIEF-2016-0001"), "{status}");
}

/// Aisha's cases and her referral go to tomas.
#[test]
fn a_referral_goes_along_with_the_cases_and_its_record_is_to_name_who_works_on_it_now() {
    let agency = agency();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/referral-in/sample.yaml");
    std::fs::copy(sample, agency.path("referral.yaml")).unwrap();
    agency.ok("aisha", &["referral", "referral.yaml"]);
    agency.ok("aisha", &["admit", &example(CASE)]);
    let folder = "REFERRAL-2016-0007";
    agency.ok("selma", &["handover", "start", "--from", "aisha", "--to", "tomas"]);
    agency.ok("tomas", &["show", folder]);
    let status = agency.ok("selma", &["handover", "status", HANDOVER]);
    let named = format!("{folder}: its record still names aisha as the one at work on it");
    assert!(
        status.contains(&named) && status.contains(&format!("{folder}: the leaver's access")),
        "{status}"
    );
    agency.ok("selma", &["handover", "revoke", HANDOVER]);
    agency.fails("aisha", 6, &["show", folder]);
    agency.ok("tomas", &["record", folder, "-o", "taken.yaml"]);
    let taken = std::fs::read_to_string(agency.path("taken.yaml")).unwrap();
    std::fs::write(
        agency.path("taken.yaml"),
        taken.replace("id: aisha, name: Aisha Rahman", "id: tomas, name: Tomas Reyes"),
    )
    .unwrap();
    agency.ok("tomas", &["record", folder, "--put", "taken.yaml"]);
    let status = agency.ok("selma", &["handover", "status", HANDOVER]);
    assert!(!status.contains(&format!("{folder}: ")), "{status}");
    // The successor's part names the folder too.
    agency.ok("selma", &["handover", "document", HANDOVER]);
    assert!(agency.ok("tomas", &["record", "HANDOVER-2016-0002"]).contains(folder));
}

#[test]
fn an_urgent_handover_cuts_folders_about_the_work_too_and_who_stays_gives_them_away_by_name_alone() {
    let agency = agency();
    let urgent = ["handover", "start", "--from", "ines", "--to", "aisha", "--mode", "urgent"];
    agency.ok("petra", &urgent);
    for folder in ["STAFF-2016-0002", COMPLAINT] {
        agency.fails("ines", 6, &["show", folder]);
        agency.fails("aisha", 6, &["show", folder]);
        agency.ok("petra", &["show", folder]);
    }
    agency.ok("petra", &["verify", "--level", "V3"]);
    let agency = self::agency();
    let mut stays = vec!["handover", "start", "--from", "ines", "--to", "marek", "--mode", "reassign"];
    assert!(agency.fails("petra", 3, &stays).contains("ines holds no case"));
    stays.extend(["--case", COMPLAINT]);
    agency.ok("petra", &stays);
    agency.ok("petra", &["handover", "revoke", HANDOVER]);
    agency.fails("ines", 6, &["show", COMPLAINT]);
    agency.ok("ines", &["show", "STAFF-2016-0002"]);
}

#[test]
fn nobody_takes_the_last_of_those_out_of_whom_one_reads_every_folder_of_its_sort() {
    let agency = agency();
    agency.ok("aisha", &["matter", "new", "referral", "--reader", "selma"]);
    let remove = ["reader", "remove", "REFERRAL-2016-0001", "selma", "--reason", "elsewhere"];
    let refused = agency.fails("aisha", 3, &remove);
    assert!(refused.contains("one of these reads every REFERRAL folder: case-supervisor"), "{refused}");
    let add = ["reader", "add", "REFERRAL-2016-0001", "ines", "--as", "supervisor", "--reason", "instead"];
    agency.ok("aisha", &add);
    agency.ok("aisha", &remove);
}
