//! Removals that met and left nobody in common.

use super::*;

/// Aisha puts petra in selma's place, and selma puts tomas in aisha's, each on a copy.
fn apart() -> Office {
    let office = Office::new();
    let elsewhere = tempfile::tempdir().unwrap();
    crate::agency::copy(&office.path(), elsewhere.path());
    let other = Archive::open(elsewhere.path(), None).unwrap();
    other.set_team(office.who("selma"), &unit(), &team(Some("tomas"), None), &day(1)).unwrap();
    other.file(office.who("ben"), &unit(), &[document(b"there")], &day(1)).unwrap();
    office.team("aisha", None, Some("petra")).unwrap();
    office.file("ben", b"here", &day(1));
    crate::agency::copy(elsewhere.path(), &office.path());
    office
}

fn gives_way(office: &Office, by: &str) -> Result<GivenWay, Error> {
    office.open().give_way(office.who(by), &unit(), "a phone call", &day(2))
}

fn readers(office: &Office) -> Vec<String> {
    office.open().case(&unit()).unwrap().state().readers.iter().map(|r| r.id.to_string()).collect()
}

fn opens(office: &Office, name: &str) -> bool {
    office.open().unlock(&unit(), office.who(name)).is_ok()
}

#[test]
fn removals_that_leave_nobody_lock_the_case_and_say_who_can_give_way() {
    let office = apart();
    assert_eq!(readers(&office), Vec::<String>::new());
    let archive = office.open();
    let refused = [
        archive.file(office.who("ben"), &unit(), &[document(b"x")], &day(2)).map(drop).unwrap_err(),
        archive.unlock(&unit(), office.who("aisha")).map(drop).unwrap_err(),
        office.rekey("selma", true, &day(2)).map(drop).unwrap_err(),
    ];
    for refused in refused {
        assert_eq!((refused.class(), refused.problems()[0].code), (Class::Busy, "archive.locked"));
        let hint = refused.problems()[0].hint.clone().unwrap();
        for name in ["aisha", "petra", "tomas", "selma", "--give-way"] {
            assert!(hint.contains(name), "{hint}");
        }
    }
    for gone in PEOPLE.map(|(name, _)| name) {
        assert!(!opens(&office, gone), "{gone}");
    }
    // Who could still give way may not leave meanwhile.
    let kept = office.open().retire(office.who("nora"), &id("tomas"), &day(2)).unwrap_err();
    assert!(kept.to_string().contains(UNIT), "{kept}");
}

#[test]
fn the_side_that_gives_way_reads_no_more_and_the_other_makes_the_key() {
    for (by, stay, gone) in
        [("aisha", ["tomas", "selma"], ["aisha", "petra"]), ("tomas", ["aisha", "petra"], ["tomas", "selma"])]
    {
        let office = apart();
        for name in ["ben", "olga", "nora"] {
            assert!(gives_way(&office, name).is_err(), "{name} read it on no side");
        }
        let done = gives_way(&office, by).unwrap();
        assert_eq!(done.readers, stay.map(id));
        assert_eq!(readers(&office), stay);
        assert!(gone.iter().all(|name| !opens(&office, name)), "nobody whom the other side removed reads on");
        assert!(gives_way(&office, by).is_err() && gives_way(&office, stay[0]).is_err(), "once is enough");
        office.assert_sound_for(stay[0]);
        // Whoever reads the format alone comes to the same readers.
        if let Some((code, seen)) = crate::independent_reader::read(&office.path(), None) {
            let readers = seen["cases"][0]["readers"].as_array().unwrap().iter();
            assert_eq!(
                (code, readers.map(|one| one["id"].as_str().unwrap()).collect::<Vec<_>>()),
                (0, stay.to_vec())
            );
        }
        let rekeyed = office.rekey(stay[0], true, &day(3)).unwrap();
        assert!(rekeyed.unfinished.is_empty(), "{:?}", rekeyed.unfinished);
        assert_eq!(office.contents(stay[1]).len(), 4, "what both sides filed is read");
        assert!(!office.open().case(&unit()).unwrap().flags().contains(&Flag::KeyConflict));
        for name in gone {
            assert!(office.ring(name).is_none(), "no envelope opens for {name}");
            assert_eq!(office.holding(name, stay[0], &day(3)).objects, Some(0));
        }
        office.file("ben", b"again", &day(4));
        office.assert_sound_for(stay[1]);
    }
}

#[test]
fn where_somebody_is_left_nobody_gives_way() {
    let office = Office::new();
    assert_eq!(gives_way(&office, "aisha").unwrap_err().problems()[0].code, "archive.nothing-open");
}

#[test]
fn giving_way_that_fails_at_any_call_can_be_repeated() {
    for failure in [Failure::Before, Failure::Partly, Failure::After] {
        for n in 0..5 {
            let office = apart();
            let first = office.failing(n, failure).give_way(office.who("aisha"), &unit(), "x", &day(2));
            if first.is_err() && readers(&office).is_empty() {
                gives_way(&office, "aisha").unwrap();
            }
            assert_eq!(readers(&office), ["tomas", "selma"], "{failure:?} at {n}");
            office.assert_sound_for("selma");
        }
    }
}
