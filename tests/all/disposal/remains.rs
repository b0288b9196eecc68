//! Nothing comes back: stale copies, however they come, after a destruction or a deep re-key.

use super::*;

impl Office {
    /// Settles, and gives the codes of what was done.
    fn settle(&self) -> Vec<&'static str> {
        self.open().settle(&[], day(40).now(), false).unwrap().done.iter().map(|done| done.code).collect()
    }
}

/// A copy of the archive from before its destruction, then destroyed.
fn with_stale_copy() -> (Office, PathBuf) {
    let office = Office::over();
    let stale = office.beside("stale");
    crate::agency::copy(&office.path(), &stale);
    assert!(matches!(office.run("nora", 32).unwrap(), Progress::Destroyed(_)));
    (office, stale)
}

#[test]
fn a_stale_copy_that_is_merged_brings_nothing_back() {
    let (office, stale) = with_stale_copy();
    let merged = office.open().merge(&stale, day(40).now(), false).unwrap();
    assert!(merged.done.is_empty(), "{:?}", merged.done);
    assert!(merged.left.iter().all(|left| left.code == "merge.not-needed"), "{:?}", merged.left);
    assert_eq!(office.sealed(), Vec::<PathBuf>::new());
    assert_eq!(office.verify(), (vec![], vec![]));
}

#[test]
fn a_destroyed_copy_that_is_merged_destroys_what_is_stale_here() {
    let (office, stale) = with_stale_copy();
    let mut here = Archive::open(&stale, None).unwrap();
    let merged = here.merge(&office.path(), day(40).now(), false).unwrap();
    assert!(merged.done.iter().any(|done| done.code == "settle.reappeared"), "{:?}", merged.done);
    assert_eq!(sealed(&stale, UNIT), Vec::<PathBuf>::new());
    assert!(Archive::open(&stale, None).unwrap().case(&unit()).unwrap().is_destroyed());
}

#[test]
fn what_a_plain_copying_program_brings_back_is_reported_and_deleted_again() {
    let (office, stale) = with_stale_copy();
    crate::agency::copy(&stale, &office.path());
    assert!(!office.sealed().is_empty());
    let (damage, notices) = office.verify();
    assert_eq!(damage, Vec::<String>::new());
    assert!(notices.iter().all(|code| *code == "verify.reappeared"), "{notices:?}");
    assert_eq!(notices.len(), office.sealed().len());
    if let Some((code, seen)) = office.read() {
        assert_eq!((code, seen["notices"].as_array().unwrap().len()), (0, notices.len()), "{seen}");
    }
    let archive = office.open();
    assert_eq!(code(archive.unlock(&unit(), office.who("aisha"))), (Class::NotFound, "archive.destroyed"));
    let done = office.settle();
    assert!(done.iter().all(|code| ["settle.reappeared", "settle.empty"].contains(code)), "{done:?}");
    assert_eq!(office.sealed(), Vec::<PathBuf>::new());
    // Or by running the disposal again.
    crate::agency::copy(&stale, &office.path());
    assert!(matches!(office.run("nora", 41).unwrap(), Progress::Again(files) if files > 0));
    assert_eq!((office.sealed(), office.verify()), (Vec::new(), (vec![], vec![])));
}

#[test]
fn a_mirror_that_still_holds_what_is_destroyed_is_told_on() {
    let (office, stale) = with_stale_copy();
    let compared = office.open().compare(&stale, Level::V1, None).unwrap();
    let held = compared.notices.iter().filter(|notice| notice.code == "mirror.destroyed").count();
    assert_eq!((held, compared.damage), (sealed(&stale, UNIT).len(), vec![]));
    Archive::open(&stale, None).unwrap().merge(&office.path(), day(40).now(), false).unwrap();
    assert!(office.open().compare(&stale, Level::V1, None).unwrap().proved.is_some());
}

#[test]
fn repairing_from_a_stale_copy_brings_nothing_back() {
    let (office, stale) = with_stale_copy();
    let repaired = Archive::repair(&office.path(), &stale, None, false).unwrap();
    assert_eq!((repaired.done, repaired.left), (vec![], vec![]));
    assert_eq!(office.sealed(), Vec::<PathBuf>::new());
}

#[test]
fn what_was_filed_elsewhere_before_anyone_knew_is_reported_and_changes_nothing() {
    let office = Office::over();
    let laptop = office.beside("laptop");
    crate::agency::copy(&office.path(), &laptop);
    assert!(matches!(office.run("nora", 32).unwrap(), Progress::Destroyed(_)));
    let away = Archive::open(&laptop, None).unwrap();
    away.file(office.who("ben"), &unit(), &[document(b"a letter")], &day(33)).unwrap();
    away.rekey(office.who("selma"), &unit(), &Rekey { deep: true, ..Rekey::default() }, &day(33)).unwrap();
    office.open().merge(&laptop, day(40).now(), false).unwrap();
    let case = office.open().case(&unit()).unwrap();
    assert!(case.is_destroyed() && case.flags().contains(&Flag::AfterDestruction), "{:?}", case.flags());
    assert_eq!((case.live().count(), case.status()), (0, Some(Status::Closed)));
    assert_eq!(office.sealed(), Vec::<PathBuf>::new(), "neither the letter nor the new key");
    assert_eq!(office.verify(), (vec![], vec!["verify.flag"]));
    if let Some((code, seen)) = office.read() {
        assert_eq!((code, &seen["damage"]), (0, &json!([])), "{seen}");
        assert!(seen["notices"].to_string().contains("after it was destroyed"), "{seen}");
    }
    // The same by plain copying.
    crate::agency::copy(&laptop, &office.path());
    office.settle();
    assert_eq!(office.sealed(), Vec::<PathBuf>::new());
    assert!(office.open().case(&unit()).unwrap().is_destroyed());
}

#[test]
fn a_case_that_was_reopened_elsewhere_stays_destroyed_and_closed() {
    let office = Office::over();
    let laptop = office.beside("laptop");
    crate::agency::copy(&office.path(), &laptop);
    assert!(matches!(office.run("nora", 32).unwrap(), Progress::Destroyed(_)));
    reopen(&Archive::open(&laptop, None).unwrap(), office.who("selma"), 33);
    crate::agency::copy(&laptop, &office.path());
    office.settle();
    let case = office.open().case(&unit()).unwrap();
    assert_eq!((case.status(), case.stage()), (Some(Status::Closed), Stage::Destroyed));
    assert_eq!(office.sealed(), Vec::<PathBuf>::new());
    if let Some((code, seen)) = office.read() {
        assert_eq!((code, &seen["damage"]), (0, &json!([])), "{seen}");
    }
}

#[test]
fn a_copy_from_before_a_relabelling_brings_nothing_back() {
    let office = Office::unruled();
    let stale = office.beside("stale");
    crate::agency::copy(&office.path(), &stale);
    let new: Unit = "UASC-2014-0055".parse().unwrap();
    office.open().relabel(office.who("selma"), &unit(), &new, None, "digits", &day(-710)).unwrap();
    office.rule(Policy { default: Some(1), ..Policy::default() }, -700);
    let archive = office.open();
    archive.propose_disposal(office.who("selma"), &new, "its time is over", &day(0)).unwrap();
    archive.approve_disposal(office.who("nora"), &new, &day(0)).unwrap();
    archive.dispose(office.who("nora"), &new, &day(0), false).unwrap();
    office.register("selma");
    office.witness("petra", "selma", 31);
    let ran = archive.dispose(office.who("nora"), &new, &day(32), false).unwrap();
    assert!(matches!(ran, Progress::Destroyed(_)), "{ran:?}");
    crate::agency::copy(&stale, &office.path());
    office.settle();
    assert_eq!((office.sealed(), sealed(&office.path(), new.as_str())), (vec![], vec![]));
    assert_eq!(office.verify(), (vec![], vec![]));
    // Only its envelope.
    crate::agency::copy(&stale.join("keys"), &office.path().join("keys"));
    office.settle();
    assert_eq!(office.sealed(), Vec::<PathBuf>::new());
}

#[test]
fn a_case_of_the_same_number_that_was_admitted_elsewhere_is_left_alone() {
    let office = Office::destroyed();
    let elsewhere = office.beside("elsewhere");
    crate::agency::copy(&office.path(), &elsewhere);
    let folder = elsewhere.join(format!("closed/{UNIT}-C"));
    std::fs::remove_dir_all(&folder).unwrap();
    let open = Admission::open(unit(), date(50), id("aisha"), id("selma"));
    let admission = Admission { documents: vec![document(b"another client")], ..open };
    Archive::open(&elsewhere, None).unwrap().admit(office.who("aisha"), &admission, &day(50)).unwrap();
    crate::agency::copy(&elsewhere, &office.path());
    let before = office.sealed().len();
    office.settle();
    assert_eq!((office.sealed().len(), before), (3, 3), "document, card and envelope of the twin");
    assert_eq!(office.run("nora", 60).unwrap(), Progress::Nothing(Stage::None));
    let listed = office.open().cases().unwrap();
    assert!(listed[0].flags.contains(&Flag::Twins) && listed[0].status == Some(Status::Open), "{listed:?}");
    // The living one gets a number of its own; what is destroyed stays under the old one.
    let new: Unit = "UASC-2014-0077".parse().unwrap();
    let digits = office.open().case(&unit()).unwrap().folder_id().short(16);
    let relabel = office.open().relabel(office.who("selma"), &unit(), &new, Some(&digits), "twice", &day(60));
    relabel.unwrap();
    office.settle();
    assert_eq!((office.sealed().len(), sealed(&office.path(), new.as_str()).len()), (0, 4));
    assert!(office.open().case(&unit()).unwrap().is_destroyed());
    assert_eq!(office.open().unlock(&new, office.who("aisha")).unwrap().cards().unwrap().len(), 1);
    assert_eq!(office.verify(), (vec![], vec![]));
}

#[test]
fn a_stale_copy_after_a_deep_new_key_brings_no_old_key_and_no_old_object_back() {
    let office = Office::new();
    let stale = office.beside("stale");
    crate::agency::copy(&office.path(), &stale);
    let old = sealed(&stale, UNIT);
    let how = Rekey { deep: true, ..Rekey::default() };
    office.open().rekey(office.who("selma"), &unit(), &how, &day(0)).unwrap();
    let ours = office.sealed();
    office.open().merge(&stale, day(1).now(), false).unwrap();
    assert_eq!(office.sealed(), ours);
    Archive::repair(&office.path(), &stale, None, false).unwrap();
    assert_eq!(office.sealed(), ours);
    crate::agency::copy(&stale, &office.path());
    assert_eq!(office.sealed().len(), ours.len() + old.len());
    assert_eq!(office.verify().0, Vec::<String>::new());
    let done = office.settle();
    assert_eq!(done.len(), old.len());
    assert!(done.iter().all(|code| ["settle.reappeared", "settle.superseded"].contains(code)), "{done:?}");
    assert_eq!(office.sealed(), ours);
    // What an envelope of that time opened, it opens of this archive no more.
    let bytes = std::fs::read(old.iter().find(|path| path.starts_with(stale.join("keys"))).unwrap()).unwrap();
    let ring = envelope::open(&bytes, office.who("aisha")).unwrap();
    let opens = |path: &PathBuf| casefile::seal::object::open(&std::fs::read(path).unwrap(), &ring).is_ok();
    assert_eq!(office.sealed().iter().filter(|path| opens(path)).count(), 0);
}
