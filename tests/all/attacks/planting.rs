//! What a colleague may hand in to a case they do not read, and what they might slip in with it.

use super::*;

#[test]
fn who_does_not_read_a_case_replaces_nothing_in_it_by_what_they_file() {
    let scene = Scene::new();
    let first = scene.cards("selma").unwrap().remove(0).d;
    let added = scene.plant_document(some_id(1), "planted", vec![first]);
    scene.entry("tomas", Op::File, |entry| entry.add = added);
    let planted = |cards: &[Card]| cards.iter().find(|card| card.title == "planted").unwrap().clone();
    assert_eq!(planted(&scene.cards("selma").unwrap()).supersedes, vec![]);
    // Neither does it by being sealed anew in a reader's name.
    scene.rekey("selma", true).unwrap();
    scene.rekey("aisha", true).unwrap();
    assert_eq!(planted(&scene.cards("selma").unwrap()).supersedes, vec![]);
    // A reader's word counts.
    let added = scene.plant_document(some_id(2), "corrected", vec![first]);
    scene.entry("aisha", Op::Amend, |entry| entry.add = added);
    assert!(scene.cards("selma").unwrap().iter().any(|card| card.supersedes == [first]));
}

#[test]
fn a_second_document_under_the_id_of_the_first_does_not_take_its_place() {
    let scene = Scene::new();
    scene.file("aisha", b"one more", &day(0)).unwrap();
    let real = scene.file("aisha", b"what aisha saw", &day(0)).unwrap().documents[0];
    // Tomas writes as if he had not seen it, so that his entry comes before hers or beside it.
    let added = scene.plant_document(real, "planted", vec![]);
    let mut entry = scene.draft("tomas", Op::File, 0);
    entry.add = added;
    scene.write("tomas", &entry);
    let open = scene.open();
    let open = open.unlock(&unit(), scene.who("selma")).unwrap();
    assert_eq!(open.document(&real).unwrap().1.as_slice(), b"what aisha saw");
    assert_eq!(scene.titles("selma"), ["A letter"; 3]);
    let (_, warnings) = open.readable_cards().unwrap();
    assert!(warnings.iter().any(|problem| problem.message.contains("tomas")), "{warnings:?}");
    assert!(scene.damage().is_empty());
    scene.rekey("selma", true).unwrap();
    let open = scene.open();
    let open = open.unlock(&unit(), scene.who("aisha")).unwrap();
    assert_eq!(open.document(&real).unwrap().1.as_slice(), b"what aisha saw");
}

/// What tomas may name in an entry: bytes that are no age file, one for somebody else, an age file cut short,
/// a card that is none, one of another folder, a document that is not what its card says.
fn rubbish(scene: &Scene) -> Vec<Vec<Added>> {
    let key = scene.case().state().key.clone();
    let other = scene.who("tomas").recipient();
    let cut = object::seal(&[7; 100], &key).unwrap().into_bytes();
    let one = |n: u8, part: Part, bytes: &[u8]| vec![scene.plant(some_id(n), part, bytes)];
    let sealed = |plain: &[u8]| object::seal(plain, &key).unwrap().into_bytes();
    let mut parted = scene.plant_document(some_id(19), "a card alone", vec![]);
    parted.remove(0);
    let mut crossed = scene.plant_document(some_id(20), "crossed", vec![]);
    crossed[0] = scene.plant(some_id(20), Part::Doc, &sealed(b"other words"));
    vec![
        one(11, Part::Card, b"no age file"),
        one(12, Part::Card, object::seal(b"x", &other).unwrap().bytes()),
        one(13, Part::Card, &cut[..cut.len() - 1]),
        one(14, Part::Card, &sealed(b"{}")),
        one(15, Part::Reason, &sealed(b"{}")),
        one(16, Part::Reason, b"no age file"),
        one(17, Part::Doc, b"no age file"),
        one(18, Part::Doc, object::seal(b"x", &other).unwrap().bytes()),
        parted,
        crossed,
    ]
}

#[test]
fn rubbish_that_a_colleague_files_neither_stops_work_nor_a_deep_rekey() {
    let number = rubbish(&Scene::new()).len();
    for which in 0..number {
        let scene = Scene::new();
        let added = rubbish(&scene).remove(which);
        let name = scene.entry("tomas", Op::File, |entry| entry.add = added);
        assert!(scene.titles("selma").contains(&"A letter".to_owned()), "{which}");
        let told = scene.damage();
        scene.file("aisha", b"more", &day(2)).unwrap();
        let done = scene.rekey("selma", true).map_err(|e| format!("{which}: {e}")).unwrap();
        assert!(done.unfinished.is_empty(), "{which}: {:?}", done.unfinished);
        assert_eq!(scene.titles("aisha").iter().filter(|title| *title == "A letter").count(), 2, "{which}");
        let open = scene.open();
        let open = open.unlock(&unit(), scene.who("aisha")).unwrap();
        assert_eq!(open.reason(&name).unwrap(), None, "{which}");
        for card in open.cards().unwrap().iter().filter(|card| card.title == "A letter") {
            open.document(&card.d).unwrap();
        }
        // Of the words of a reason it is not asked whether they are any.
        assert!(which == 4 || !told.is_empty(), "{which}");
    }
}

#[test]
fn an_object_that_a_colleague_names_and_never_wrote_can_be_withdrawn_and_then_stops_nothing() {
    let scene = Scene::new();
    let missing = |n: u8, r: Part| Added { d: some_id(30), r, h: Digest::of(&[n]), n: 300 };
    scene.entry("tomas", Op::File, |entry| entry.add = vec![missing(1, Part::Doc), missing(2, Part::Card)]);
    assert!(scene.damage().contains(&"verify.missing"));
    assert_eq!(scene.cards("selma").unwrap_err().class(), Class::Damage, "it may be a real loss");
    scene.open().withdraw(scene.who("selma"), &unit(), some_id(30), "never came", &day(2)).unwrap();
    assert_eq!(scene.titles("selma"), ["A letter"]);
    scene.rekey("selma", true).unwrap();
    assert_eq!(scene.titles("aisha"), ["A letter"]);
}

#[test]
fn thousands_of_objects_under_one_id_do_not_stop_a_deep_rekey() {
    let scene = Scene::new();
    let key = scene.case().state().key.clone();
    let added: Vec<Added> = (0..1_100_u32)
        .map(|n| scene.plant(some_id(40), Part::Doc, object::seal(&n.to_le_bytes(), &key).unwrap().bytes()))
        .collect();
    scene.entry("tomas", Op::File, |entry| entry.add = added);
    let how = Rekey { deep: true, objects_per_entry: 500, ..Rekey::default() };
    let done = scene.open().rekey(scene.who("selma"), &unit(), &how, &day(3)).unwrap();
    assert!(done.unfinished.is_empty(), "{:?}", done.unfinished);
    assert_eq!(scene.titles("aisha"), ["A letter"]);
}
