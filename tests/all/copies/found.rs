//! What the random copies found, each told by itself.

use super::*;
use casefile::archive::Finding;

const OLD: &str = NUMBERS[0];
const NEW: &str = NUMBERS[1];

fn step(copy: usize, act: Act) -> Step {
    Step { copy, act, folder: 0 }
}

fn unit(number: &str) -> Unit {
    number.parse().unwrap()
}

/// The copies after these steps, each of which succeeds.
fn after(steps: &[Step]) -> Copies {
    let mut copies = Copies::new();
    for step in steps {
        copies.take(step).unwrap_or_else(|e| panic!("{step:?}: {e}"));
    }
    copies
}

fn paths(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.path.as_str()).collect()
}

#[test]
fn of_twins_with_different_readers_each_opens_and_verifies_their_own() {
    let copies = after(&[step(0, Act::Admit(1, true)), step(1, Act::Admit(1, false))]);
    let whole = copies.plain([0, 1, 2], false);
    let archive = copies.open(&whole);
    for by in ["aisha", "selma", "ben", "dora"] {
        let open = archive.unlock(&unit(NEW), who(by)).unwrap();
        assert_eq!(open.cards().unwrap().len(), 1, "{by} sees the document of their own client");
    }
    let refused = archive.unlock(&unit(NEW), who("nora")).err().map(|e| e.class());
    assert_eq!(refused, Some(Class::Access), "who reads neither opens neither");
    assert_eq!(damage(&archive), Vec::<String>::new(), "what somebody else reads is not damaged");
}

#[test]
fn of_a_copy_at_an_old_number_only_what_is_new_is_merged_and_where_the_folder_lies_now() {
    let copies = after(&[step(0, Act::Relabel(1)), step(1, Act::File(false))]);
    let folder = format!("open/{NEW}-O/");
    for dry_run in [true, false] {
        let merged = copies.open("0").merge(&copies.path("1"), later(), dry_run).unwrap();
        let copied = paths(&merged.done);
        assert!(copied.iter().all(|path| path.starts_with(&folder)), "{copied:?}");
        assert_eq!(copied.len(), 3, "a document, its card and their entry: {copied:?}");
    }
    assert_eq!(copies.open("0").case(&unit(NEW)).unwrap().documents(), 2);
    let again = copies.open("0").merge(&copies.path("1"), later(), false).unwrap();
    assert!(again.done.is_empty(), "{:?}", again.done);
}

#[test]
fn a_correction_that_is_merged_where_the_folder_has_its_old_number_takes_all_of_it_along() {
    let copies = after(&[step(1, Act::Relabel(1)), step(0, Act::File(false))]);
    copies.open("0").merge(&copies.path("1"), later(), false).unwrap();
    let listed: Vec<Unit> = copies.open("0").cases().unwrap().into_iter().map(|l| l.unit).collect();
    assert_eq!(listed, [unit(NEW)]);
    assert_eq!(copies.open("0").case(&unit(NEW)).unwrap().documents(), 2);
}

/// The first two copies correct a number to two numbers, and the third, which knows of one of them, corrects
/// that: when all have met the number of the second copy stands, under which nothing lies any more.
fn corrected_thrice() -> Copies {
    after(&[
        step(0, Act::Relabel(1)),
        step(2, Act::Merge(1)),
        step(1, Act::File(false)),
        step(1, Act::Relabel(2)),
        step(0, Act::Merge(1)),
        step(2, Act::File(false)),
        step(2, Act::Relabel(0)),
    ])
}

#[test]
fn where_three_corrections_of_a_number_meet_the_folder_lies_under_the_one_that_stands_and_no_other() {
    let copies = corrected_thrice();
    assert!(copies.open("0").case(&unit(NEW)).is_ok(), "of two the first stands, and lies there");
    copies.clone("0", "plain");
    copy(&copies.path("2"), &copies.path("plain"));
    copies.open("plain").settle(&[], later(), false).unwrap();
    copies.clone("0", "told");
    copies.open("told").merge(&copies.path("2"), later(), false).unwrap();
    for name in ["plain", "told"] {
        let archive = copies.open(name);
        let listed: Vec<Unit> = archive.cases().unwrap().into_iter().map(|listing| listing.unit).collect();
        assert_eq!(listed, [unit(NUMBERS[2])], "{name}");
        assert_eq!(archive.case(&unit(NUMBERS[2])).unwrap().documents(), 3);
        assert_eq!(damage(&archive), Vec::<String>::new());
    }
}

#[test]
fn a_folder_that_lies_only_under_a_number_it_does_not_have_is_brought_to_its_own() {
    let copies = corrected_thrice();
    // The entries of the third copy come by a program that puts them where the folder lies here.
    let from = copies.path(&format!("2/open/{OLD}-O"));
    copy(&from, &copies.path(&format!("0/open/{NEW}-O")));
    assert!(Archive::open(&copies.path("0"), None).unwrap().cases().unwrap().is_empty(), "nobody sees it");
    copies.open("0").settle(&[], later(), false).unwrap();
    let archive = Archive::open(&copies.path("0"), None).unwrap();
    assert_eq!(archive.case(&unit(NUMBERS[2])).unwrap().documents(), 3);
    assert_eq!(damage(&archive), Vec::<String>::new());
    assert_eq!(empty_folders(&copies.path("0")), Vec::<PathBuf>::new());
}

#[test]
fn nothing_is_left_under_an_old_number_where_a_twin_of_another_status_has_the_new_one() {
    let steps =
        [step(0, Act::Relabel(1)), step(0, Act::Move(Status::Inactive)), step(1, Act::Admit(1, false))];
    let copies = after(&steps);
    let whole = copies.plain([0, 1, 2], false);
    let left =
        files_below(&copies.path(&whole)).into_iter().filter(|path| path.to_string_lossy().contains(OLD));
    assert_eq!(left.count(), 0);
}

#[test]
fn the_only_good_copy_of_a_document_is_not_deleted_because_a_bad_one_has_its_new_number() {
    let copies = after(&[step(0, Act::Relabel(1))]);
    // At the new number the files were named by a machine that lost power before it wrote their bytes.
    let name = |path: &PathBuf| path.file_name().unwrap().to_owned();
    let other: BTreeSet<_> = files_below(&copies.path("1")).iter().map(name).collect();
    let of_case = |path: &PathBuf| path.to_string_lossy().contains(NEW);
    let both = |path: &PathBuf| of_case(path) && other.contains(&name(path));
    for path in files_below(&copies.path("0")).into_iter().filter(both) {
        std::fs::write(path, "").unwrap();
    }
    copy(&copies.path("1"), &copies.path("0"));
    copies.open("0").settle(&[], later(), false).unwrap();
    let archive = copies.open("0");
    assert_eq!(archive.unlock(&unit(NEW), who("selma")).unwrap().cards().unwrap().len(), 1);
    assert_eq!(damage(&archive), Vec::<String>::new());
    assert!(archive.case(&unit(OLD)).is_err());
}

#[test]
fn of_two_corrections_that_met_a_reader_chooses_also_the_number_that_stands() {
    let copies = after(&[step(0, Act::Relabel(1)), step(1, Act::File(false)), step(1, Act::Relabel(2))]);
    let archive = copies.told([0, 1, 2]);
    let archive = copies.open(&archive);
    let flags = || archive.case(&unit(NEW)).unwrap().flags().clone();
    assert!(flags().contains(&Flag::LabelConflict));
    archive.relabel(who("selma"), &unit(NEW), &unit(NEW), None, REASON, &clock(90)).unwrap();
    assert!(!flags().contains(&Flag::LabelConflict), "{:?}", flags());
    let again = archive.relabel(who("selma"), &unit(NEW), &unit(NEW), None, REASON, &clock(91));
    assert_eq!(again.unwrap_err().class(), Class::Input, "nothing is open any more");
    assert_eq!(damage(&archive), Vec::<String>::new());
}

#[test]
fn a_relabelling_leaves_no_empty_folder_and_settling_takes_those_away_that_are_left() {
    let copies = after(&[step(0, Act::Relabel(1))]);
    assert_eq!(empty_folders(&copies.path("0")), Vec::<PathBuf>::new());
    let counted = || {
        let options = VerifyOptions { level: Level::V2, identity: None, unit: None, now: None };
        copies.open("0").verify(&options).unwrap().counts.folders
    };
    assert_eq!(counted(), 1);
    // As an older version left them; and one in which something foreign lies.
    for folder in [format!("open/{OLD}-O"), format!("closed/{OLD}-IA"), format!("keys/{OLD}")] {
        std::fs::create_dir_all(copies.path(&format!("0/{folder}"))).unwrap();
    }
    let foreign = copies.path(&format!("0/inactive/{OLD}-IA/.DS_Store"));
    std::fs::create_dir_all(foreign.parent().unwrap()).unwrap();
    std::fs::write(&foreign, "x").unwrap();
    assert_eq!(counted(), 1, "what holds nothing is no folder");
    let settle = |dry_run: bool| {
        let settled = copies.open("0").settle(&[], later(), dry_run).unwrap().done;
        assert!(settled.iter().all(|done| done.code == "settle.empty"), "{settled:?}");
        settled.len()
    };
    assert_eq!((settle(true), settle(true)), (3, 3), "a dry run does nothing");
    assert_eq!((settle(false), settle(false)), (3, 0));
    assert!(foreign.exists() && empty_folders(&copies.path("0")).is_empty());
}
