//! People who leave and keys that are lost; changes of keys that met.

use super::*;

#[test]
fn two_keys_made_apart_are_both_read_and_merged_by_a_reader() {
    let office = Office::new();
    office.add("selma", "petra", None, &day(0)).unwrap();
    office.add("selma", "tomas", None, &day(0)).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    copy(&office.path(), elsewhere.path());
    let other = Archive::open(elsewhere.path(), None).unwrap();
    other.remove_reader(office.who("aisha"), &unit(), &id("petra"), &how(true), &day(1)).unwrap();
    other.file(office.who("ben"), &unit(), &[document(b"there")], &day(1)).unwrap();
    office.remove("selma", "tomas", true, &day(1)).unwrap();
    office.file("ben", b"here", &day(1));
    copy(elsewhere.path(), &office.path());
    let case = office.open().case(&unit()).unwrap();
    assert!(case.flags().contains(&Flag::KeyConflict));
    assert_eq!(office.contents("aisha").len(), 4, "both are read");
    let refused = office.open().file(office.who("ben"), &unit(), &[document(b"x")], &day(2)).unwrap_err();
    assert_eq!((refused.class(), refused.problems()[0].code), (Class::Busy, "archive.key-conflict"));
    for gone in ["petra", "tomas"] {
        assert!(office.open().unlock(&unit(), office.who(gone)).is_err(), "{gone}");
    }
    office.rekey("aisha", true, &day(3)).unwrap();
    let case = office.open().case(&unit()).unwrap();
    assert!(!case.flags().contains(&Flag::KeyConflict));
    assert_eq!(case.state().readers.len(), 2);
    assert_eq!(case.documents(), 4, "second copies are gone");
    assert_eq!((office.contents("selma").len(), office.envelopes().len()), (4, 1));
    office.file("ben", b"again", &day(4));
    assert_eq!(office.contents("aisha").len(), 5);
    office.assert_sound();
}

#[test]
fn an_envelope_that_no_entry_names_may_be_a_colleagues_and_is_left_alone() {
    let office = Office::new();
    let bytes = std::fs::read(&office.envelopes()[0]).unwrap();
    let theirs = envelope::open(&bytes, office.who("aisha")).unwrap();
    let sealed = envelope::seal(&theirs, &[office.who("aisha").recipient()]).unwrap();
    let path = office.path().join("keys").join(UNIT).join(sealed.file_name());
    std::fs::write(&path, sealed.bytes()).unwrap();
    office.rekey("selma", true, &day(1)).unwrap();
    assert!(path.exists() && office.envelopes().len() == 2);
}

#[test]
fn what_a_colleague_filed_before_hearing_of_a_deep_rekey_opens_and_is_named() {
    let office = Office::new();
    office.add("selma", "petra", None, &day(0)).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    copy(&office.path(), elsewhere.path());
    office.remove("selma", "petra", true, &day(1)).unwrap();
    let other = Archive::open(elsewhere.path(), None).unwrap();
    other.file(office.who("ben"), &unit(), &[document(b"late")], &day(1)).unwrap();
    copy(elsewhere.path(), &office.path());
    assert_eq!(office.contents("aisha").len(), 3, "nothing filed is lost");
    assert_eq!(office.holding("petra", "selma", &day(2)).objects, Some(2), "and it is said what she opens");
    office.rekey("selma", true, &day(2)).unwrap();
    assert_eq!(office.holding("petra", "selma", &day(2)).objects, Some(0));
    assert_eq!((office.envelopes().len(), office.objects().len()), (1, 8), "what came back is gone again");
    office.assert_sound();
}

#[test]
fn a_lost_key_is_replaced_and_the_new_one_reads_after_a_colleague_made_new_keys() {
    let office = Office::new();
    let new = Identity::generate(id("aisha"), "aisha").unwrap();
    let mut archive = office.open();
    let same = archive.rekey_person(office.who("nora"), &office.who("aisha").public(), &day(1)).unwrap_err();
    assert_eq!(same.problems()[0].code, "archive.same-keys");
    assert!(archive.rekey_person(office.who("selma"), &new.public(), &day(1)).is_err());
    archive.rekey_person(office.who("nora"), &new.public(), &day(1)).unwrap();
    let old = archive.unlock(&unit(), office.who("aisha")).map(drop).unwrap_err();
    assert_eq!(old.problems()[0].code, "archive.other-key");
    assert!(archive.unlock(&unit(), &new).is_err(), "still sealed to the lost key");
    office.rekey("selma", true, &day(2)).unwrap();
    assert_eq!(contents(&office.open(), &new).len(), 2);
    assert!(office.ring("aisha").is_none(), "the lost key opens no envelope");
    office.open().file(&new, &unit(), &[document(b"x")], &day(3)).unwrap();
    office.assert_sound();
}

#[test]
fn a_supervisor_leaves_after_handing_over() {
    leaves("selma", |office| drop(office.team("aisha", None, Some("petra")).unwrap()));
}

#[test]
fn a_manager_leaves_after_handing_over() {
    leaves("aisha", |office| drop(office.team("selma", Some("ben"), None).unwrap()));
}

#[test]
fn a_project_director_leaves_after_handing_over() {
    let office = Office::new();
    office.team("aisha", None, Some("petra")).unwrap();
    leaves_from(&office, "petra", |office| drop(office.team("aisha", None, Some("selma")).unwrap()));
}

fn leaves(person: &str, hand_over: impl Fn(&Office)) {
    leaves_from(&Office::new(), person, hand_over);
}

fn leaves_from(office: &Office, person: &str, hand_over: impl Fn(&Office)) {
    let had = office.ring(person).unwrap();
    let refused = office.open().retire(office.who("nora"), &id(person), &day(2)).unwrap_err();
    assert_eq!(refused.problems()[0].code, "archive.two-readers");
    assert!(refused.to_string().contains(UNIT), "it names the folder");
    hand_over(office);
    office.open().retire(office.who("nora"), &id(person), &day(3)).unwrap();
    assert!(office.open().unlock(&unit(), office.who(person)).is_err());
    assert_eq!(opened_with(office, &had), 0);
    assert!(office.open().file(office.who(person), &unit(), &[document(b"x")], &day(4)).is_err());
}

#[test]
fn a_founder_leaves_with_their_root_key_and_the_recovery_key_goes_on() {
    let office = Office::new();
    let mut archive = office.open();
    let own = archive.retire(office.who("nora"), &id("nora"), &day(1)).unwrap_err();
    assert_eq!(own.class(), Class::Access, "nobody signs their own leaving");
    assert!(archive.roster().now().root().unwrap().name_of(&office.who("nora").verify_key()).is_some());
    archive.retire(office.who("rita"), &id("nora"), &day(1)).unwrap();
    let roots = archive.roster().now().root().unwrap().clone();
    assert!(roots.name_of(&office.who("nora").verify_key()).is_none(), "the root key went first");
    let eve = Identity::generate(id("eve"), "eve").unwrap();
    let add = |archive: &mut Archive, by: &Identity| {
        archive.add_person(by, &eve.public(), &[Role::Administrator], &day(2)).map(drop)
    };
    assert!(add(&mut archive, office.who("nora")).is_err(), "nora signs nothing any more");
    add(&mut archive, office.who("rita")).unwrap();
    assert_eq!(office.contents("aisha").len(), 2);
    office.assert_sound();
}

#[test]
fn a_founder_with_the_only_root_key_cannot_leave() {
    let dir = tempfile::tempdir().unwrap();
    let nora = Identity::generate(id("nora"), "nora").unwrap();
    let init = Init { founder: &nora, recovery: None, test: true };
    let mut archive = Archive::init(&dir.path().join("archive"), &init, &day(0)).unwrap();
    let refused = archive.retire(&nora, &id("nora"), &day(1)).unwrap_err();
    assert_eq!(refused.problems()[0].code, "archive.last-root-key");
}

#[test]
fn both_readers_of_a_closed_case_leave_and_a_custodian_keeps_it() {
    let office = Office::new();
    let custodian = TeamChange { custodian: true, ..team(Some("olga"), None) };
    let keep = |n| office.open().set_team(office.who("selma"), &unit(), &custodian, &day(n));
    assert_eq!(code(keep(1)), (Class::Input, "archive.custodian"), "an open case has none");
    let closed = StatusChange::because("done", Status::Closed, date(1));
    office.open().change_status(office.who("selma"), &unit(), &closed, &day(1)).unwrap();
    let before = office.contents("aisha");
    for person in ["aisha", "selma"] {
        let refused = office.open().retire(office.who("nora"), &id(person), &day(2)).unwrap_err();
        assert_eq!(refused.problems()[0].code, "archive.two-readers");
        assert!(refused.to_string().contains(UNIT), "closed cases count too, and are named");
    }
    keep(2).unwrap();
    office.open().retire(office.who("nora"), &id("aisha"), &day(3)).unwrap();
    let change = team(None, Some("petra"));
    office.open().set_team(office.who("olga"), &unit(), &change, &day(3)).unwrap();
    office.open().retire(office.who("nora"), &id("selma"), &day(4)).unwrap();
    let case = office.open().case(&unit()).unwrap();
    let readers: Vec<_> =
        case.state().readers.iter().map(|r| (r.id.to_string(), r.capacity.to_string())).collect();
    let seat = |id: &str, word: &str| (id.to_owned(), word.to_owned());
    assert_eq!(readers, [seat("olga", "custodian"), seat("petra", "supervisor")]);
    assert_eq!(office.contents("olga"), before);
    assert!(["aisha", "selma"].iter().all(|gone| office.ring(gone).is_none()));
    // And those who keep it cannot leave it to one alone either.
    assert!(office.open().retire(office.who("nora"), &id("olga"), &day(5)).is_err());
}

#[test]
fn a_founder_who_also_reads_cases_hands_them_over_first_and_keeps_the_root_key_until_then() {
    let office = Office::new();
    let roles = [Role::Administrator, Role::CaseSupervisor];
    office.open().set_roles(office.who("rita"), &id("nora"), &roles, &day(1)).unwrap();
    office.team("aisha", None, Some("nora")).unwrap();
    let mut archive = office.open();
    let holds = |archive: &Archive| archive.root_holders().0.iter().any(|key| key.person == Some(id("nora")));
    let refused = archive.retire(office.who("rita"), &id("nora"), &day(2)).unwrap_err();
    assert_eq!(refused.problems()[0].code, "archive.two-readers");
    assert!(refused.to_string().contains(UNIT) && holds(&archive), "nothing was half done");
    let reads_no_more =
        archive.set_roles(office.who("rita"), &id("nora"), &[Role::Administrator], &day(2)).unwrap_err();
    assert_eq!(reads_no_more.problems()[0].code, "archive.two-readers");
    office.team("aisha", None, Some("selma")).unwrap();
    let mut archive = office.open();
    archive.retire(office.who("rita"), &id("nora"), &day(3)).unwrap();
    assert!(!holds(&archive) && office.ring("nora").is_none());
    office.assert_sound();
}

#[test]
fn every_folder_that_would_be_left_to_one_reader_is_named() {
    let office = Office::new();
    office.admit("UASC-2016-0013");
    office.admit("UASC-2016-0014");
    office.add("selma", "petra", None, &day(1)).unwrap();
    let refused = office.open().retire(office.who("nora"), &id("aisha"), &day(2)).unwrap_err().to_string();
    assert!(refused.contains("UASC-2016-0013") && refused.contains("UASC-2016-0014"), "{refused}");
    assert!(!refused.contains(UNIT), "three read this one: {refused}");
}

#[test]
fn a_reader_for_a_time_is_no_second_reader() {
    let office = Office::new();
    office.add("selma", "petra", Some(30), &day(1)).unwrap();
    assert!(office.open().retire(office.who("nora"), &id("aisha"), &day(2)).is_err());
    office.open().retire(office.who("nora"), &id("petra"), &day(2)).unwrap();
    assert_eq!(office.holding("petra", "selma", &day(2)).standing, Standing::Left);
}

#[test]
fn a_rekey_leaves_out_who_has_retired() {
    let office = Office::new();
    office.add("selma", "petra", None, &day(0)).unwrap();
    office.open().retire(office.who("nora"), &id("petra"), &day(1)).unwrap();
    assert_eq!(office.holding("petra", "selma", &day(1)).standing, Standing::Left);
    assert_eq!(office.rekey("selma", true, &day(2)).unwrap().ceased, [id("petra")]);
    assert!(office.ring("petra").is_none());
    office.assert_sound();
}
