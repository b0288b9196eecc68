//! Destroying what should stay.

use super::*;

/// A closed case with a decision to destroy it that a hold has made void.
fn held() -> Scene {
    let scene = Scene::new();
    let closing = StatusChange {
        to: Status::Closed,
        since: day(0).today(),
        until: None,
        reason: Some("returned".to_owned()),
        rule: None,
        documents: vec![],
    };
    scene.open().change_status(scene.who("selma"), &unit(), &closing, &day(0)).unwrap();
    scene
}

fn bytes_left(scene: &Scene) -> usize {
    let files = crate::agency::files_below(&scene.path());
    files.iter().filter(|path| path.extension().is_some_and(|e| e == "age")).count()
}

#[test]
fn an_end_that_somebody_writes_without_the_days_of_waiting_deletes_nothing_on_other_machines() {
    let scene = held();
    let closed = scene.path().join(format!("closed/{UNIT}-C"));
    let write = |by: &str, op: Op, newest: u32| {
        let archive = scene.open();
        let files = crate::agency::files_below(&closed);
        let notes = files.iter().filter(|path| path.extension().is_some_and(|e| e == "note"));
        let notes = notes.map(|path| Note::parse(&std::fs::read(path).unwrap(), &archive.id()).unwrap());
        let notes: Vec<Note> = notes.filter(|note| note.name().seq <= newest).collect();
        let folded = fold(&unit(), &notes, archive.roster(), &HashSet::new());
        let time = Time::new(day(1).now());
        let entry = folded.threads[0].draft(archive.roster(), op, &id(by), time).unwrap();
        let note = scene.sign(by, by, &entry);
        std::fs::write(closed.join(format!("{}.note", note.name())), note.bytes()).unwrap();
        note.name().seq
    };
    write("nora", Op::ProposeDisposal, u32::MAX);
    write("selma", Op::ApproveDisposal, u32::MAX);
    let decided = write("nora", Op::Dispose, u32::MAX);
    write("aisha", Op::Hold, u32::MAX);
    let before = bytes_left(&scene);
    // Nora goes on as if there were no hold, on the same day.
    write("nora", Op::Destroyed, decided);
    assert!(scene.case().is_destroyed(), "the format says so");
    let settled = scene.open().settle(&[], day(90).now(), false).unwrap();
    assert_eq!(bytes_left(&scene), before, "{settled:?}");
    assert!(settled.left.iter().any(|finding| finding.code == "settle.unproved"), "{settled:?}");
    let run = scene.open().dispose(scene.who("otto"), &unit(), &day(90), false);
    assert!(run.is_err() || bytes_left(&scene) == before, "{run:?}");
    assert_eq!(bytes_left(&scene), before);
}
