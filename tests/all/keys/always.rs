//! What holds whatever people do, and how long it takes.

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Rekey(usize, bool),
    Add(usize, usize, Option<i64>),
    Remove(usize, usize, bool),
    Team(usize, usize, usize),
    File(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..PEOPLE.len();
    // Mostly somebody who may: the first two are the team until it changes.
    let by = prop_oneof![3 => 0..2_usize, 1 => 0..PEOPLE.len()];
    prop_oneof![
        (by.clone(), any::<bool>()).prop_map(|(by, deep)| Step::Rekey(by, deep)),
        (by.clone(), who.clone(), proptest::option::of(1..9_i64)).prop_map(|(by, p, n)| Step::Add(by, p, n)),
        (by.clone(), who.clone(), any::<bool>()).prop_map(|(by, p, deep)| Step::Remove(by, p, deep)),
        (by, who.clone(), who.clone()).prop_map(|(by, m, s)| Step::Team(by, m, s)),
        who.prop_map(Step::File),
    ]
}

fn take(office: &Office, step: &Step, clock: &Clock) -> bool {
    let name = |at: &usize| PEOPLE[*at].0;
    match step {
        Step::Rekey(by, deep) => office.rekey(name(by), *deep, clock).is_ok(),
        Step::Add(by, person, until) => office.add(name(by), name(person), *until, clock).is_ok(),
        Step::Remove(by, person, deep) => office.remove(name(by), name(person), *deep, clock).is_ok(),
        Step::Team(by, manager, supervisor) => {
            let change = team(Some(name(manager)), Some(name(supervisor)));
            office.open().set_team(office.who(name(by)), &unit(), &change, clock).is_ok()
        }
        Step::File(by) => {
            let bytes = clock.now().to_rfc3339();
            office.open().file(office.who(name(by)), &unit(), &[document(bytes.as_bytes())], clock).is_ok()
        }
    }
}

fn full() -> u32 {
    if std::env::var_os("CASEFILE_TESTS").is_some_and(|size| size == "full") { 300 } else { 16 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: full(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_readers_do_live_documents_open_for_the_readers_and_for_nobody_else(
        steps in proptest::collection::vec(step(), 1..10)
    ) {
        let office = Office::new();
        // What everybody could ever take from the envelopes that lay there.
        let mut taken: BTreeMap<&str, FolderKeys> = BTreeMap::new();
        let mut filed = 2;
        for (n, step) in steps.iter().enumerate() {
            let clock = day(i64::try_from(n).unwrap());
            let today = clock.today();
            let done = take(&office, step, &clock);
            filed += usize::from(done && matches!(step, Step::File(_)));
            let archive = office.open().on(today);
            let readers = archive.case(&unit()).unwrap().state().readers.clone();
            let signer = readers.iter().find(|r| r.until.is_none()).unwrap();
            for (name, _) in PEOPLE {
                if let Some(ring) = office.ring(name) {
                    let all = taken.get(name).map_or(ring.clone(), |before| before.merged(&ring));
                    taken.insert(name, all);
                }
                let current =
                    readers.iter().any(|r| r.id == id(name) && r.until.is_none_or(|until| until.0 >= today));
                let opened = archive.unlock(&unit(), office.who(name));
                prop_assert_eq!(opened.is_ok(), current, "{} after {:?}", name, step);
                if current {
                    prop_assert_eq!(contents(&archive, office.who(name)).len(), filed);
                }
            }
            // The history knows exactly who holds what.
            let holdings = archive.holdings(&unit(), Some(office.who(signer.id.as_str())), &clock).unwrap();
            for (name, keys) in &taken {
                let said = holdings.people.iter().find(|one| one.person == id(name)).and_then(|one| one.objects);
                prop_assert_eq!(said, Some(opened_with(&office, keys)), "{} after {:?}", name, step);
            }
            let deep = matches!(step, Step::Rekey(_, true) | Step::Remove(_, _, true));
            for one in holdings.people.iter().filter(|one| done && deep && one.reader.is_none()) {
                prop_assert_eq!(one.objects, Some(0));
            }
        }
    }
}
