//! Keys and readers.

use super::*;

#[test]
fn nobody_makes_themselves_or_a_friend_a_reader_by_any_operation() {
    let scene = Scene::new();
    let state = scene.case().state().clone();
    for (by, join) in [("tomas", "tomas"), ("otto", "petra")] {
        let draft = scene.draft(by, Op::File, u32::MAX);
        for op in Op::ALL.into_iter().filter(|op| *op != Op::Admit) {
            let mut entry = Entry { op, ..draft.clone() };
            entry.readers.push(Reader { id: id(join), capacity: "manager".parse().unwrap(), until: None });
            scene.write(by, &entry);
        }
    }
    assert_eq!(*scene.case().state(), state);
    let verdicts: Vec<bool> =
        scene.case().entries().map(|judged| matches!(judged.verdict, Verdict::Invalid(_))).collect();
    assert_eq!(verdicts.iter().filter(|invalid| !**invalid).count(), 1, "the first entry alone");
}

#[test]
fn a_key_that_an_outsider_chose_is_nobodys_to_seal_to() {
    let scene = Scene::new();
    let key = scene.case().state().key.clone();
    for by in ["tomas", "otto"] {
        scene.entry(by, Op::Key, |entry| entry.key = scene.who("tomas").recipient());
    }
    for op in [Op::File, Op::Remark] {
        scene.entry("tomas", op, |entry| entry.key = scene.who("tomas").recipient());
    }
    assert_eq!(scene.case().state().key, key);
    scene.file("aisha", b"more", &day(2)).unwrap();
    assert_eq!(scene.case().state().key, key);
}

#[test]
fn an_envelope_or_an_object_of_another_case_is_not_read_as_this_ones() {
    let scene = Scene::new();
    let other: Unit = "UASC-2016-0099".parse().unwrap();
    let admission = Admission {
        unit: other.clone(),
        status: Status::Open,
        since: day(0).today(),
        until: None,
        manager: id("aisha"),
        supervisor: id("selma"),
        documents: vec![letter(b"of the other case")],
    };
    scene.open().admit(scene.who("aisha"), &admission, &day(0)).unwrap();
    let theirs = scene.open().case(&other).unwrap();
    // Aisha reads both: she gives this case the key of the other, by an entry that is hers to write.
    let (key, envelope) = (theirs.state().key.clone(), theirs.state().envelope);
    let name = format!("{envelope}.age");
    std::fs::copy(
        scene.path().join(format!("keys/{other}/{name}")),
        scene.path().join(format!("keys/{UNIT}/{name}")),
    )
    .unwrap();
    scene.entry("aisha", Op::Key, |entry| (entry.key, entry.envelope) = (key, envelope));
    assert_eq!(code(scene.open().unlock(&unit(), scene.who("selma")).map(drop)).0, Class::Damage);
}

#[test]
fn who_is_no_reader_any_more_seals_no_later_document_to_their_key_by_an_entry_from_before() {
    let scene = Scene::new();
    let new = NewReader {
        person: id("petra"),
        capacity: "cover".to_owned(),
        until: None,
        reason: "leave".to_owned(),
    };
    scene.open().add_reader(scene.who("selma"), &unit(), &new, &day(1)).unwrap();
    let seen = scene.case().entries().map(|judged| judged.name.seq).max().unwrap();
    let how = Rekey { deep: true, ..Rekey::default() };
    scene.open().remove_reader(scene.who("selma"), &unit(), &id("petra"), &how, &day(2)).unwrap();
    let mut entry = scene.draft("petra", Op::Key, seen);
    entry.key = scene.who("petra").recipient();
    scene.write("petra", &entry);
    let case = scene.case();
    assert!(case.flags().contains(&Flag::KeyConflict));
    assert!(case.state().readers.iter().all(|reader| reader.id != id("petra")));
    assert_eq!(code(scene.file("aisha", b"more", &day(3))), (Class::Busy, "archive.key-conflict"));
    scene.rekey("selma", true).unwrap();
    scene.file("aisha", b"more", &day(4)).unwrap();
    assert_ne!(scene.case().state().key, scene.who("petra").recipient());
}

#[test]
fn an_envelope_that_was_never_made_locks_nobody_out_where_key_changes_met() {
    let scene = Scene::new();
    let new =
        NewReader { person: id("petra"), capacity: "cover".to_owned(), until: None, reason: "x".to_owned() };
    scene.open().add_reader(scene.who("selma"), &unit(), &new, &day(1)).unwrap();
    let seen = scene.case().entries().map(|judged| judged.name.seq).max().unwrap();
    scene.file("aisha", b"more", &day(1)).unwrap();
    let how = Rekey { deep: true, ..Rekey::default() };
    scene.open().remove_reader(scene.who("selma"), &unit(), &id("petra"), &how, &day(2)).unwrap();
    // Hers comes first in the order, and keeps everybody else as reader.
    let mut entry = scene.draft("petra", Op::Key, seen);
    entry.key = scene.who("petra").recipient();
    entry.envelope = Digest::of(b"no envelope");
    scene.write("petra", &entry);
    assert_eq!(scene.case().state().envelope, Digest::of(b"no envelope"));
    assert_eq!(scene.titles("selma").len(), 2);
    scene.rekey("selma", true).unwrap();
    scene.file("aisha", b"even more", &day(4)).unwrap();
    assert_eq!(scene.titles("aisha").len(), 3);
}
