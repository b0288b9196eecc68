//! One note by somebody with little authority that would stop everybody's work for ever.

use super::*;

/// A staff note of no known operation, which any active person may sign, that asks for the unknown.
fn ask_the_staff_log(scene: &Scene, by: &str, name: &str) {
    scene.staff(by, name, None, |note| {
        note.op = serde_json::from_str("\"zzz\"").unwrap();
        note.crit = vec!["zzz".parse().unwrap()];
    });
}

#[test]
fn nobody_without_the_root_keys_stops_all_writing_by_asking_for_a_newer_program() {
    let scene = Scene::new();
    for by in ["tomas", "otto"] {
        ask_the_staff_log(&scene, by, by);
        scene.file("aisha", by.as_bytes(), &day(2)).unwrap();
    }
    ask_the_staff_log(&scene, "nora", "r1");
    assert_eq!(code(scene.file("aisha", b"more", &day(2))), (Class::Input, "archive.newer"));
}

#[test]
fn nobody_but_a_reader_stops_the_work_on_a_case_by_asking_for_a_newer_program() {
    let scene = Scene::new();
    for (by, op) in [("tomas", Op::File), ("tomas", Op::Remark), ("otto", Op::Hold)] {
        scene.entry(by, op, |entry| entry.crit = vec!["zzz".parse().unwrap()]);
        scene.file("aisha", b"more", &day(2)).unwrap();
    }
    scene.entry("selma", Op::Remark, |entry| entry.crit = vec!["zzz".parse().unwrap()]);
    assert_eq!(code(scene.file("aisha", b"more", &day(2))), (Class::Input, "archive.newer"));
}

/// An entry that names a parent nobody ever wrote.
fn leave_a_gap(scene: &Scene, by: &str) {
    let added = scene.plant_document(some_id(9), "from nowhere", vec![]);
    scene.entry(by, Op::File, |entry| {
        entry.parents = vec![NoteName { seq: 41, hash: Digest::of(b"nothing") }];
        entry.seq = 42;
        entry.add = added;
    });
}

#[test]
fn a_gap_that_somebody_invents_lasts_no_longer_than_they_stay() {
    let scene = Scene::new();
    leave_a_gap(&scene, "tomas");
    assert_eq!(code(scene.rekey("selma", false)), (Class::Damage, "archive.gap"));
    scene.open().register(scene.who("nora")).unwrap();
    scene.open().retire(scene.who("nora"), &id("tomas"), &day(2)).unwrap();
    assert!(!scene.case().flags().contains(&Flag::Gap));
    assert_eq!(scene.titles("selma"), ["A letter"], "what came late is not read either");
    scene.rekey("selma", true).unwrap();
}

#[test]
fn who_has_left_invents_no_gap_and_brings_no_document_through_one() {
    let scene = Scene::new();
    scene.open().register(scene.who("nora")).unwrap();
    let before = scene.open().roster().heads().to_vec();
    scene.open().retire(scene.who("nora"), &id("tomas"), &day(1)).unwrap();
    let added = scene.plant_document(some_id(9), "from nowhere", vec![]);
    scene.entry("tomas", Op::File, |entry| {
        entry.roster = before.clone();
        entry.parents = vec![NoteName { seq: 41, hash: Digest::of(b"nothing") }];
        entry.seq = 42;
        entry.add = added;
    });
    assert!(!scene.case().flags().contains(&Flag::Gap));
    assert_eq!(scene.titles("selma"), ["A letter"]);
    scene.rekey("selma", true).unwrap();
}

#[test]
fn a_twin_with_a_lower_hash_takes_no_case_from_its_readers() {
    let scene = Scene::new();
    let real = scene.case().folder_id();
    // Tomas founds a case of the same number, again and again until it comes first.
    let mut founding = scene.draft("tomas", Op::Admit, u32::MAX);
    founding.parents = vec![];
    founding.seq = 0;
    founding.folder = None;
    founding.readers.truncate(1);
    founding.readers[0].id = id("tomas");
    founding.crit = vec!["zzz".parse().unwrap()];
    let twin = (0..).map(|n| {
        founding.envelope = Digest::of(format!("{n}").as_bytes());
        scene.sign("tomas", "tomas", &founding)
    });
    let twin = twin.into_iter().find(|note| note.name().hash < real).unwrap();
    std::fs::write(scene.folder().join(format!("{}.note", twin.name())), twin.bytes()).unwrap();
    let mut gap = Entry { op: Op::Remark, folder: Some(twin.name().hash), seq: 42, ..founding.clone() };
    gap.parents = vec![NoteName { seq: 41, hash: Digest::of(b"nothing") }];
    scene.write("tomas", &gap);
    for flag in [Flag::Twins, Flag::Gap, Flag::Newer] {
        assert!(scene.case().flags().contains(&flag), "{flag:?}");
    }
    assert_eq!(scene.titles("selma"), ["A letter"]);
    assert_eq!(code(scene.file("aisha", b"more", &day(2))), (Class::Busy, "archive.twins"));
    let digits = real.to_string();
    let new: Unit = "UASC-2016-0912".parse().unwrap();
    scene.open().relabel(scene.who("selma"), &unit(), &new, Some(&digits), "a twin", &day(2)).unwrap();
    let archive = scene.open();
    archive.file(scene.who("aisha"), &new, &[letter(b"more")], &day(2)).unwrap();
    assert_eq!(archive.unlock(&new, scene.who("selma")).unwrap().cards().unwrap().len(), 2);
}

/// Tomas founds a case of his own, which nobody else reads.
fn a_case_of_his_own(scene: &Scene) {
    let mut founding = scene.draft("tomas", Op::Admit, u32::MAX);
    (founding.parents, founding.seq, founding.folder) = (vec![], 0, None);
    founding.label = "UASC-2016-0666".parse().unwrap();
    founding.readers.truncate(1);
    founding.readers[0].id = id("tomas");
    let note = scene.sign("tomas", "tomas", &founding);
    let folder = scene.path().join("open/UASC-2016-0666-O");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join(format!("{}.note", note.name())), note.bytes()).unwrap();
}

#[test]
fn who_makes_themselves_the_only_reader_of_something_can_still_be_retired() {
    let scene = Scene::new();
    a_case_of_his_own(&scene);
    let refused = scene.open().retire(scene.who("nora"), &id("tomas"), &day(2)).unwrap_err();
    assert_eq!(refused.problems()[0].code, "archive.two-readers");
    let mut archive = scene.open();
    assert_eq!(archive.short_of_readers(&id("tomas")).unwrap().len(), 1);
    archive.change_staff(scene.who("nora"), &StaffChange::Expel(id("tomas")), &day(2)).unwrap();
    assert!(scene.open().roster().now().active(&id("tomas")).is_none());
    // What he signs after that is late.
    let before = scene.open().roster().events().iter().rev().nth(1).unwrap().name;
    scene.entry("tomas", Op::Remark, |entry| entry.roster = vec![before]);
    assert!(scene.case().flags().contains(&Flag::Late));
}

#[test]
fn more_heads_than_an_entry_can_name_stop_neither_filing_nor_a_new_key() {
    let scene = Scene::new();
    let draft = scene.draft("tomas", Op::Remark, u32::MAX);
    for n in 0..70 {
        let mut entry = draft.clone();
        entry.time = Time::new(day(1).now() + Duration::seconds(n));
        scene.write("tomas", &entry);
    }
    scene.file("aisha", b"more", &day(2)).unwrap();
    scene.rekey("selma", true).unwrap();
    assert_eq!(scene.titles("aisha").len(), 2);
    let heads = fold(&unit(), &scene.notes(), scene.open().roster(), &HashSet::new()).threads[0].heads.len();
    assert_eq!(heads, 1);
    assert_eq!(scene.damage(), Vec::<&str>::new());
}

#[test]
fn more_heads_than_a_staff_note_can_name_stop_no_retirement() {
    let scene = Scene::new();
    let heads = scene.open().roster().heads().to_vec();
    for n in 0..70 {
        scene.staff("tomas", "tomas", Some(&heads), |note| {
            note.op = serde_json::from_str("\"zzz\"").unwrap();
            note.time = Time::new(day(1).now() + Duration::seconds(n));
        });
    }
    scene.file("aisha", b"more", &day(2)).unwrap();
    scene.open().retire(scene.who("nora"), &id("tomas"), &day(2)).unwrap();
    let archive = scene.open();
    assert!(archive.roster().now().active(&id("tomas")).is_none());
    assert_eq!(archive.roster().heads().len(), 7);
    scene.file("aisha", b"more", &day(2)).unwrap();
}

#[test]
fn a_last_day_is_judged_by_the_time_that_its_reader_states_as_the_threat_model_says() {
    let scene = Scene::new();
    let until = Some(day(5).today());
    let new = NewReader { person: id("petra"), capacity: "cover".to_owned(), until, reason: "x".to_owned() };
    scene.open().add_reader(scene.who("selma"), &unit(), &new, &day(1)).unwrap();
    let withdraw = |n: i64| {
        let mut entry = scene.draft("petra", Op::Give, u32::MAX);
        entry.time = Time::new(day(n).now());
        let name = scene.write("petra", &entry);
        scene.case().entries().find(|judged| judged.name == name).unwrap().verdict.clone()
    };
    assert!(matches!(withdraw(6), Verdict::Invalid(_)));
    assert_eq!(withdraw(5), Verdict::Valid, "whenever it was written");
}
