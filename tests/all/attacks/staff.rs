//! The staff log.

use super::*;

#[test]
fn nobody_gets_a_role_by_notes_of_their_own_that_meet() {
    let scene = Scene::new();
    let heads = scene.open().roster().heads().to_vec();
    // Otto for himself; otto for tomas to be an administrator, and tomas for otto beside it.
    for (by, whom, roles) in [
        ("otto", "otto", vec![Role::Administrator, Role::CaseManager]),
        ("otto", "tomas", vec![Role::CaseManager, Role::Administrator]),
        ("tomas", "otto", vec![Role::Administrator, Role::CaseSupervisor]),
        ("tomas", "tomas", vec![Role::ProjectDirector]),
    ] {
        scene.staff(by, by, Some(&heads), |note| {
            note.op = StaffOp::Role;
            note.person = Some(scene.stated(whom, &roles));
        });
    }
    let now = scene.open().roster().now();
    assert_eq!(now.person(&id("otto")).unwrap().roles, [Role::Administrator].into());
    assert_eq!(now.person(&id("tomas")).unwrap().roles, [Role::CaseManager].into());
    assert_eq!(scene.open().roster().invalid().len(), 4);
}

/// Otto, an administrator, leaves; then he puts keys of his own in selma's place, in a note that says it was
/// written before.
fn after_otto_left() -> (Scene, Identity) {
    let scene = Scene::new();
    let before = scene.open().roster().heads().to_vec();
    scene.open().register(scene.who("nora")).unwrap();
    scene.open().retire(scene.who("nora"), &id("otto"), &day(1)).unwrap();
    let forged = Identity::generate(id("selma"), "selma").unwrap();
    let public = forged.public();
    scene.staff("otto", "otto", Some(&before), |note| {
        note.op = StaffOp::Rekey;
        note.person = Some(StaffPerson {
            id: public.id.clone(),
            sign: public.sign,
            age: public.age.clone(),
            roles: vec![Role::CaseSupervisor],
            proof: public.proof,
        });
    });
    (scene, forged)
}

#[test]
fn nothing_is_sealed_to_a_key_that_an_administrator_set_who_had_left() {
    let (scene, forged) = after_otto_left();
    let archive = scene.open();
    assert!(archive.warnings().iter().any(|problem| problem.message.contains("otto")), "it is told");
    assert_eq!(code(scene.rekey("aisha", false)), (Class::Busy, "archive.unsettled-key"));
    // An administrator states her key anew, and work goes on.
    let key = scene.who("selma").public();
    drop(archive);
    scene.open().rekey_person(scene.who("nora"), &key, &day(2)).unwrap();
    assert!(scene.open().warnings().iter().all(|problem| problem.code != "archive.unsettled-key"));
    scene.rekey("aisha", false).unwrap();
    assert!(scene.open().unlock(&unit(), scene.who("selma")).is_ok());
    assert!(scene.open().unlock(&unit(), &forged).is_err());
}

fn root_of(scene: &Scene, name: &str, who: &str) -> RootKeys {
    let keys = [(id(name), scene.who(who).verify_key())].into();
    RootKeys { keys, threshold: 1 }
}

/// Signs a root note by nora's first key and by the new one.
fn root_note(scene: &Scene, on: &[NoteName], name: &str, who: &str) {
    let archive = scene.open();
    let signers = [(id("r1"), scene.who("nora")), (id(name), scene.who(who))];
    let note = StaffNote {
        casefile: "staff/1".to_owned(),
        archive: archive.id(),
        seq: on.iter().map(|head| head.seq + 1).max().unwrap_or(0),
        parents: on.to_vec(),
        time: Time::new(day(1).now()),
        op: StaffOp::Root,
        signers: signers.iter().map(|(name, _)| name.clone()).collect(),
        person: None,
        register: None,
        crit: vec![],
        root: Some(root_of(scene, name, who)),
        policy: None,
        lost: None,
        reason: None,
    };
    let acts: Vec<_> = signers.iter().map(|(_, by)| move |message: &[u8]| by.sign(message)).collect();
    let lines: Vec<Signer<'_>> = signers
        .iter()
        .zip(&acts)
        .map(|((name, by), act)| Signer { name: name.clone(), key: by.verify_key(), sign: act })
        .collect();
    let note = Note::sign(&note, &archive.id(), &lines).unwrap();
    std::fs::write(scene.path().join(format!("staff/{}.note", note.name())), note.bytes()).unwrap();
}

#[test]
fn a_replaced_root_key_used_beside_its_replacement_is_told_as_the_threat_model_says() {
    let scene = Scene::new();
    let heads = scene.open().roster().heads().to_vec();
    root_note(&scene, &heads, "r2", "zoe");
    assert!(scene.open().warnings().is_empty());
    // Whoever has the old key now, from a copy of the first day, so as to be first.
    let first = scene.open().roster().events()[0].name;
    root_note(&scene, &[first], "r3", "eve");
    assert_eq!(code_of(&scene), ["archive.staff-conflict"]);
    assert_eq!(scene.open().roster().now().root(), Some(&root_of(&scene, "r3", "eve")), "not mended");
}

fn code_of(scene: &Scene) -> Vec<&'static str> {
    scene.open().warnings().iter().map(|problem| problem.code).collect()
}

#[test]
fn root_keys_count_once_however_they_are_named_and_nobody_lends_theirs() {
    let scene = Scene::new();
    // Two names for one key are no two keys.
    let twice = RootKeys {
        keys: [(id("r1"), scene.who("nora").verify_key()), (id("r01"), scene.who("nora").verify_key())]
            .into(),
        threshold: 2,
    };
    assert!(!twice.is_sound());
    // Otto signs under the name of the root key, or brings a root key along.
    for name in ["r1", "r9"] {
        scene.staff("otto", name, None, |note| {
            note.op = StaffOp::Role;
            note.person = Some(scene.stated("tomas", &[Role::Administrator]));
            note.root = None;
        });
        scene.staff("otto", name, None, |note| {
            note.op = StaffOp::Root;
            note.root = Some(root_of(&scene, name, "otto"));
        });
    }
    assert_eq!(scene.open().roster().invalid().len(), 4);
    assert_eq!(scene.open().roster().now().root(), Some(&root_of(&scene, "r1", "nora")));
}
