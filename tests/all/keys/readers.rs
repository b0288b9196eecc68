//! Readers beside the team, handovers, and who holds what.

use super::*;

#[test]
fn a_temporary_reader_opens_until_their_last_day_and_is_left_out_of_the_next_key() {
    let office = Office::new();
    let done = office.add("selma", "petra", Some(5), &day(1)).unwrap();
    assert!(!done.new_key, "nobody leaves: the same key in a new envelope");
    let open_on = |n: i64| office.open().on(date(n)).unlock(&unit(), office.who("petra")).map(drop);
    assert!(open_on(5).is_ok());
    let refused = open_on(6).unwrap_err();
    assert_eq!((refused.class(), refused.problems()[0].code), (Class::Access, "archive.reader-ended"));
    assert_eq!(code(office.rekey("petra", false, &day(6))), (Class::Access, "archive.reader-ended"));
    assert_eq!(office.holding("petra", "selma", &day(6)).standing, Standing::Ended);
    let done = office.add("selma", "tomas", Some(9), &day(6)).unwrap();
    assert!(done.new_key, "where somebody ceases the key changes");
    assert_eq!(done.ceased, [id("petra")]);
    assert!(office.ring("petra").is_none() && office.ring("tomas").is_some());
    assert_eq!(office.holding("petra", "selma", &day(6)).standing, Standing::Former);
    let past = office.open().add_reader(office.who("selma"), &unit(), &reader("ben", Some(1)), &day(6));
    assert_eq!(code(past), (Class::Input, "archive.bad-date"));
    office.assert_sound();
}

#[test]
fn readers_beside_the_team_are_people_who_may_read_and_do_not_sit_in_it() {
    let office = Office::new();
    assert_eq!(code(office.add("selma", "nora", None, &day(1))), (Class::Input, "archive.unusable-reader"));
    assert_eq!(code(office.add("selma", "aisha", None, &day(1))), (Class::Input, "archive.of-the-team"));
    let manager = NewReader { capacity: "manager".to_owned(), ..reader("ben", None) };
    let refused = office.open().add_reader(office.who("selma"), &unit(), &manager, &day(1));
    assert_eq!(code(refused), (Class::Input, "archive.team-capacity"));
    let named = NewReader { capacity: "Ben Example".to_owned(), ..reader("ben", None) };
    let refused = office.open().add_reader(office.who("selma"), &unit(), &named, &day(1));
    assert_eq!(code(refused), (Class::Input, "archive.bad-capacity"));
    assert_eq!(code(office.remove("selma", "ben", true, &day(1))), (Class::NotFound, "archive.no-reader"));
}

#[test]
fn nobody_is_removed_below_two_living_readers() {
    let office = Office::new();
    let refused =
        office.open().remove_reader(office.who("selma"), &unit(), &id("aisha"), &how(true), &day(1));
    assert!(refused.as_ref().err().unwrap().to_string().contains(UNIT), "it names the folder");
    assert_eq!(code(refused), (Class::Input, "archive.two-readers"));
    // A temporary reader is not one who stays; a permanent third is, but the team is not removed so.
    office.add("selma", "petra", Some(30), &day(1)).unwrap();
    assert_eq!(code(office.remove("selma", "aisha", true, &day(1))), (Class::Input, "archive.two-readers"));
    office.add("selma", "petra", None, &day(1)).unwrap();
    assert_eq!(code(office.remove("selma", "aisha", true, &day(1))), (Class::Input, "archive.of-the-team"));
    office.remove("selma", "petra", true, &day(1)).unwrap();
    assert!(office.ring("petra").is_none());
}

#[test]
fn who_left_opens_nothing_after_a_deep_rekey_and_the_old_after_a_shallow_one() {
    let office = Office::new();
    office.add("selma", "petra", None, &day(1)).unwrap();
    let had = office.ring("petra").unwrap();
    office.remove("selma", "petra", false, &day(2)).unwrap();
    office.file("ben", b"after", &day(2));
    let holding = office.holding("petra", "aisha", &day(2));
    assert_eq!((holding.standing, holding.received), (Standing::Former, vec![1]));
    assert_eq!(holding.objects, Some(5), "two documents with cards and a reason, of before");
    assert_eq!(holding.objects.unwrap(), opened_with(&office, &had), "what they hold is what they open");
    office.rekey("aisha", true, &day(3)).unwrap();
    assert_eq!(office.holding("petra", "aisha", &day(3)).objects, Some(0));
    assert_eq!(opened_with(&office, &had), 0);
    let unread = office.open().holdings(&unit(), Some(office.who("ben")), &day(3)).unwrap();
    assert_eq!((unread.unknown, unread.people[0].objects), (None, None), "ben cannot open it");
}

#[test]
fn a_new_manager_reads_and_the_leaving_one_ceases() {
    let office = Office::new();
    let (before, had) = (office.contents("aisha"), office.ring("aisha").unwrap());
    office.add("selma", "ben", Some(90), &day(0)).unwrap();
    let done = office.team("selma", Some("ben"), None).unwrap();
    assert_eq!((done.new_key, done.ceased, done.resealed), (true, vec![id("aisha")], 2));
    let case = office.open().case(&unit()).unwrap();
    let team = case.state().team.clone().unwrap();
    assert_eq!((team.manager, team.supervisor), (id("ben"), id("selma")));
    let readers: Vec<_> =
        case.state().readers.iter().map(|r| (r.id.to_string(), r.capacity.to_string(), r.until)).collect();
    let seat = |id: &str, word: &str| (id.to_owned(), word.to_owned(), None);
    assert_eq!(readers, [seat("ben", "manager"), seat("selma", "supervisor")], "the shadow took the seat");
    assert_eq!(office.contents("ben"), before);
    assert_eq!(opened_with(&office, &had), 0);
    assert_eq!(code(office.team("selma", Some("ben"), None)), (Class::Input, "archive.same-team"));
    assert_eq!(code(office.team("selma", Some("selma"), None)), (Class::Input, "archive.two-readers"));
    assert_eq!(code(office.team("selma", Some("nora"), None)), (Class::Input, "archive.unusable-reader"));
    assert_eq!(code(office.team("selma", Some("olga"), None)), (Class::Input, "archive.custodian"));
    office.assert_sound();
}
