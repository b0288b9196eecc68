//! Missing entries, two cases of one number, and histories that were taken back.

use super::*;

#[test]
fn filing_goes_on_beside_a_gap_and_moving_does_not() {
    let agency = Agency::with_case();
    agency.file("ben", b"one").expect("filed");
    let between = agency.notes()[1].clone();
    agency.file("ben", b"two").expect("filed");
    let (bytes, away) = (std::fs::read(&between).expect("read"), between.clone());
    std::fs::remove_file(&away).expect("removed");
    let case = agency.open().case(&unit()).expect("a case");
    assert!(case.flags().contains(&Flag::Gap));
    assert_eq!(case.documents(), 3, "what builds on it can be read");
    agency.file("ben", b"three").expect("filing goes on");
    let refused = agency.change("selma", Status::Inactive).expect_err("refused");
    assert_eq!((refused.class(), code(&refused)), (Class::Damage, "archive.gap"));
    std::fs::write(&away, bytes).expect("back");
    let verified = agency.verify(Level::V3);
    assert_eq!((verified.damage, verified.notices), (vec![], vec![]), "nothing is left of the gap");
    agency.change("selma", Status::Inactive).expect("moved");
}

#[test]
fn twins_can_both_be_read_but_refuse_filing() {
    let agency = Agency::new();
    let elsewhere = tempfile::tempdir().expect("a folder");
    copy(&agency.path(), elsewhere.path());
    agency.admit("aisha").expect("admitted");
    let other = Archive::open(elsewhere.path(), None).expect("an archive");
    other.admit(agency.who("selma"), &admission(), &clock(1)).expect("admitted elsewhere");
    copy(elsewhere.path(), &agency.path());
    let archive = agency.open();
    let open = archive.unlock(&unit(), agency.who("selma")).expect("opened");
    assert!(open.case().flags().contains(&Flag::Twins));
    assert_eq!(open.cards().expect("cards").len(), 4, "both can be read");
    let refused = agency.file("ben", b"x").expect_err("refused");
    assert_eq!((refused.class(), code(&refused)), (Class::Busy, "archive.twins"));
}

#[test]
fn a_vanished_head_is_a_rollback_alarm_that_stays() {
    let agency = Agency::with_case();
    let archive = agency.remembering();
    archive.file(agency.who("aisha"), &unit(), &[document(b"one")], &clock(4)).expect("filed");
    let backup = tempfile::tempdir().expect("a folder");
    copy(&agency.path(), backup.path());
    archive.file(agency.who("aisha"), &unit(), &[document(b"two")], &clock(5)).expect("filed");
    std::fs::remove_dir_all(agency.path()).expect("removed");
    copy(backup.path(), &agency.path());
    for _ in 0..2 {
        let archive = agency.remembering();
        let case = archive.case(&unit()).expect("readable");
        assert!(case.flags().contains(&Flag::Rollback));
        let refused =
            archive.file(agency.who("ben"), &unit(), &[document(b"x")], &clock(6)).expect_err("refused");
        assert_eq!((refused.class(), code(&refused)), (Class::Damage, "archive.rollback"));
        let options = VerifyOptions { level: Level::V2, identity: None, unit: None, now: None };
        let damage = archive.verify(&options).expect("verified").damage;
        assert!(damage.iter().any(|finding| finding.code == "verify.rollback"));
        assert!(archive.cases().expect("listed")[0].flags.contains(&Flag::Rollback));
    }
    // A client without memory cannot know.
    assert!(agency.open().case(&unit()).expect("a case").flags().is_empty());
}

#[test]
fn a_vanished_case_and_a_vanished_colleague_are_alarms() {
    let agency = Agency::with_case();
    let mut archive = agency.remembering();
    archive.case(&unit()).expect("a case");
    let staff: Vec<PathBuf> =
        agency.files().into_iter().filter(|path| path.starts_with(agency.path().join("staff"))).collect();
    archive
        .add_person(agency.who("nora"), &agency.who("eve").public(), &[Role::CaseManager], &clock(8))
        .expect("added");
    std::fs::remove_dir_all(agency.path().join("open")).expect("removed");
    let archive = agency.remembering();
    assert_eq!(archive.case(&unit()).err().map(|e| code(&e)), Some("archive.vanished"));
    assert!(archive.cases().expect("listed")[0].flags.contains(&Flag::Vanished));
    let files = agency.files();
    let newest =
        files.iter().find(|path| path.starts_with(agency.path().join("staff")) && !staff.contains(path));
    std::fs::remove_file(newest.expect("a note")).expect("removed");
    let mut archive = agency.remembering();
    assert!(archive.warnings().iter().any(|problem| problem.code == "archive.rollback"));
    let refused =
        archive.add_person(agency.who("nora"), &agency.who("eve").public(), &[Role::CaseManager], &clock(9));
    assert_eq!(refused.err().map(|e| code(&e)), Some("archive.rollback"));
    let mut fresh = agency.open();
    assert!(fresh.warnings().is_empty());
    assert!(fresh.retire(agency.who("nora"), &id("ben"), &clock(9)).is_ok());
}

#[test]
fn deleting_the_memory_costs_nothing_but_time() {
    let agency = Agency::with_case();
    let archive = agency.remembering();
    assert!(archive.is_first_contact());
    archive.file(agency.who("aisha"), &unit(), &[document(b"one")], &clock(4)).expect("filed");
    assert!(!agency.remembering().is_first_contact());
    std::fs::remove_dir_all(agency.memory()).expect("removed");
    let again = agency.remembering();
    assert!(again.case(&unit()).expect("a case").flags().is_empty());
    std::fs::write(agency.memory().join(again.id().to_string()).join(format!("{UNIT}.json")), "{")
        .expect("written");
    assert!(again.file(agency.who("aisha"), &unit(), &[document(b"two")], &clock(5)).is_ok());
}

#[test]
fn a_copied_entry_of_another_case_is_no_gap_and_no_twin() {
    let agency = Agency::with_case();
    let archive = agency.open();
    let other = Admission { unit: "UASC-2016-0013".parse().expect("a unit"), ..admission() };
    archive.admit(agency.who("aisha"), &other, &clock(1)).expect("admitted");
    let theirs = agency.path().join("open/UASC-2016-0013-O");
    for file in std::fs::read_dir(&theirs).expect("listed").flatten() {
        let copy = agency.path().join("open/UASC-2016-0012-O").join(file.file_name());
        std::fs::copy(file.path(), copy).expect("copied");
    }
    let case = archive.case(&unit()).expect("a case");
    assert!(case.flags().is_empty(), "{:?}", case.flags());
    assert_eq!(case.documents(), 2);
    let verified = agency.verify(Level::V2);
    assert!(verified.damage.is_empty());
    assert!(verified.notices.iter().any(|finding| finding.code == "verify.misplaced"));
    assert!(archive.file(agency.who("ben"), &unit(), &[document(b"x")], &clock(2)).is_ok());
}
