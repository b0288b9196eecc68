//! The end of a case: kept as long as the policy says, two people, a decision, the time of waiting, and then
//! nothing that ever comes back.

mod frozen;
mod office;
mod program;
mod remains;

use crate::independent_reader;
use crate::staff::{Recovery, Staff, id, noon_of_day as day, staffed, with_ending};
use crate::support::letter as document;
use casefile::archive::*;
use casefile::error::{Class, Error};
use casefile::log::{Flag, Op, Policy, Role, Stage};
use casefile::names::{Status, Unit};
use casefile::seal::{Identity, envelope};
use casefile::store::LocalStore;
use casefile::store::failing::{FailingStore, Failure};
use chrono::NaiveDate;
use serde_json::json;
use std::path::{Path, PathBuf};

const UNIT: &str = "UASC-2014-0012";

fn unit() -> Unit {
    UNIT.parse().unwrap()
}

fn date(n: i64) -> NaiveDate {
    day(n).today()
}

staffed! {
    /// An archive with one case that was closed two years ago, and a policy that keeps cases for a year.
    Office
}

const PEOPLE: [(&str, Role); 4] = [
    ("selma", Role::CaseSupervisor),
    ("aisha", Role::CaseManager),
    ("ben", Role::CaseManager),
    ("petra", Role::ProjectDirector),
];

impl Office {
    /// Closed on day −740, nothing due on any policy yet.
    fn unruled() -> Self {
        let office = Self(Staff::found(&PEOPLE, Recovery::None, &day(-800)));
        office.admit(UNIT);
        office.close(UNIT, -740);
        office
    }

    fn new() -> Self {
        let office = Self::unruled();
        office.rule(Policy { default: Some(1), ..Policy::default() }, -700);
        office
    }

    fn rule(&self, policy: Policy, on: i64) {
        self.open().set_policy(self.who("nora"), &policy, &day(on)).unwrap();
    }

    fn admit(&self, unit: &str) {
        self.0.admit(unit, vec![document(b"the record"), document(b"an assessment")], &day(-790));
    }

    fn close(&self, unit: &str, on: i64) {
        let change = StatusChange::because("a durable solution", Status::Closed, date(on));
        self.open().change_status(self.who("selma"), &unit.parse().unwrap(), &change, &day(on)).unwrap();
    }

    fn reopen(&self, on: i64) {
        reopen(&self.open(), self.who("selma"), on);
    }

    fn stage(&self) -> Stage {
        self.open().case(&unit()).unwrap().stage()
    }

    fn hold(&self, by: &str, on: i64) -> Result<Receipt, Error> {
        self.open().hold(self.who(by), &unit(), "a court asked", &day(on))
    }

    fn release(&self, by: &str, on: i64) -> Result<Receipt, Error> {
        self.open().release(self.who(by), &unit(), "it is over", &day(on))
    }

    fn propose(&self, by: &str, on: i64) -> Result<Receipt, Error> {
        self.open().propose_disposal(self.who(by), &unit(), "its time is over", &day(on))
    }

    fn approve(&self, by: &str, on: i64) -> Result<Receipt, Error> {
        self.open().approve_disposal(self.who(by), &unit(), &day(on))
    }

    fn cancel(&self, by: &str, on: i64) -> Result<Receipt, Error> {
        self.open().cancel_disposal(self.who(by), &unit(), "not now", &day(on))
    }

    fn run(&self, by: &str, on: i64) -> Result<Progress, Error> {
        self.open().dispose(self.who(by), &unit(), &day(on), false)
    }

    fn file(&self, by: &str, on: i64) -> Result<Receipt, Error> {
        self.open().file(self.who(by), &unit(), &[document(b"a late letter")], &day(on))
    }

    fn register(&self, by: &str) {
        self.open().register(self.who(by)).unwrap();
    }

    fn witness(&self, by: &str, whose: &str, on: i64) {
        self.open().witness(self.who(by), &whose.parse().unwrap(), &day(on)).unwrap();
    }

    /// Proposed, approved and decided on day 0, registered on day 1.
    fn decided() -> Self {
        let office = Self::new();
        office.propose("selma", 0).unwrap();
        office.approve("nora", 0).unwrap();
        assert!(matches!(office.run("nora", 0).unwrap(), Progress::Decided { .. }));
        office.register("selma");
        office
    }

    /// The same, and the day proved on which it may be destroyed.
    fn over() -> Self {
        let office = Self::decided();
        office.witness("petra", "selma", 31);
        office
    }

    /// The same, and destroyed on day 32.
    fn destroyed() -> Self {
        let office = Self::over();
        assert!(matches!(office.run("nora", 32).unwrap(), Progress::Destroyed(_)));
        office
    }

    /// Every sealed file of the case: objects and envelopes.
    fn sealed(&self) -> Vec<PathBuf> {
        sealed(&self.path(), UNIT)
    }

    /// What verifying at V3 finds: damage and notices by code.
    fn verify(&self) -> (Vec<String>, Vec<&'static str>) {
        let options =
            VerifyOptions { level: Level::V3, identity: Some(self.who("selma")), unit: None, now: None };
        let found = self.open().verify(&options).unwrap();
        let damage = found.damage.iter().map(|f| format!("{}: {}", f.path, f.message)).collect();
        (damage, found.notices.iter().map(|finding| finding.code).collect())
    }

    /// What the independent reader says: its exit code and its damage and notices.
    fn read(&self) -> Option<(i32, serde_json::Value)> {
        let (code, seen) = independent_reader::read(&self.path(), None)?;
        Some((code, json!({ "damage": seen["damage"], "notices": seen["notices"] })))
    }
}

fn reopen(archive: &Archive, by: &Identity, on: i64) {
    let change = StatusChange::because("came back", Status::Open, date(on));
    archive.change_status(by, &unit(), &change, &day(on)).unwrap();
}

fn sealed(archive: &Path, unit: &str) -> Vec<PathBuf> {
    let mut files = with_ending(archive, "age");
    files.retain(|path| path.to_string_lossy().contains(unit));
    files
}

fn code<T>(result: Result<T, Error>) -> (Class, &'static str) {
    let error = result.err().expect("an error");
    (error.class(), error.problems()[0].code)
}

// ---- The policy ----

#[test]
fn nothing_is_due_until_a_policy_is_set_and_only_the_root_key_sets_one() {
    let office = Office::unruled();
    assert_eq!(office.open().policy().unwrap(), None);
    assert_eq!(office.open().due(date(100_000)).unwrap(), DueList::default());
    assert_eq!(code(office.propose("selma", 0)), (Class::Input, "archive.no-policy"));
    let mut policy = Policy { default: Some(3), ..Policy::default() };
    assert_eq!(code(office.open().set_policy(office.who("selma"), &policy, &day(0))).0, Class::Access);
    office.rule(policy.clone(), 0);
    assert_eq!(office.open().policy().unwrap(), Some(policy.clone()));
    assert_eq!(code(office.propose("selma", 0)), (Class::Input, "archive.not-due"));
    policy.retention.insert("UASC".to_owned(), None);
    office.rule(policy.clone(), 0);
    assert_eq!(code(office.propose("selma", 10_000)), (Class::Input, "archive.kept"));
    policy.retention.insert("UASC".to_owned(), Some(2));
    office.rule(policy, 0);
    let due = office.open().due(date(0)).unwrap().cases;
    assert_eq!((due.len(), due[0].since, due[0].rule.as_str()), (1, date(-740), "retention.uasc.2"));
    assert_eq!(due[0].ended, "2016-11-22".parse().unwrap(), "two years after the day of closing");
    assert_eq!(office.open().due("2016-11-21".parse().unwrap()).unwrap().cases, vec![]);
    let bad = Policy { waiting_days: 29, ..Policy::default() };
    assert_eq!(code(office.open().set_policy(office.who("nora"), &bad, &day(0))).1, "archive.bad-policy");
}

#[test]
fn a_case_that_was_reopened_is_kept_from_its_last_closing_on() {
    let office = Office::new();
    office.reopen(-400);
    assert_eq!(office.open().due(date(0)).unwrap(), DueList::default(), "it is open");
    office.close(UNIT, -300);
    assert_eq!(office.open().due(date(65)).unwrap().cases, vec![]);
    assert_eq!(office.open().due(date(66)).unwrap().cases[0].since, date(-300));
}

#[test]
fn two_policies_that_met_stop_disposal_until_one_is_set_again() {
    let office = Office::new();
    let other = office.beside("other");
    crate::agency::copy(&office.path(), &other);
    let ten = Policy { default: Some(10), ..Policy::default() };
    Archive::open(&other, None).unwrap().set_policy(office.who("nora"), &ten, &day(0)).unwrap();
    office.rule(Policy { default: Some(2), ..Policy::default() }, 0);
    office.open().merge(&other, day(0).now(), false).unwrap();
    assert_eq!(code(office.propose("selma", 0)), (Class::Busy, "archive.policy-conflict"));
    office.rule(ten, 1);
    assert_eq!(code(office.propose("selma", 1)), (Class::Input, "archive.not-due"));
}

// ---- Holds and steps ----

#[test]
fn a_hold_keeps_a_case_and_another_person_ends_it() {
    let office = Office::new();
    assert_eq!(code(office.open().hold(office.who("selma"), &unit(), " ", &day(0))).1, "archive.no-reason");
    assert_eq!(code(office.hold("ben", 0)).0, Class::Access, "neither reader nor administrator");
    assert_eq!(code(office.release("selma", 0)), (Class::Input, "archive.not-held"));
    office.hold("nora", 0).unwrap();
    let case = office.open().case(&unit()).unwrap();
    assert!(case.flags().contains(&Flag::Hold));
    assert_eq!(case.held_by(), [id("nora")]);
    assert_eq!(office.open().due(date(0)).unwrap().cases[0].held_by, [id("nora")]);
    assert_eq!(code(office.propose("selma", 0)), (Class::Input, "archive.held"));
    assert_eq!(
        code(office.hold("selma", 0)),
        (Class::Input, "archive.held"),
        "no second hold takes the first's place"
    );
    assert_eq!(code(office.release("nora", 0)), (Class::Access, "archive.same-person"));
    office.release("selma", 0).unwrap();
    assert!(office.propose("selma", 0).is_ok());
    assert_eq!(office.verify(), (vec![], vec![]));
}

#[test]
fn the_steps_come_in_their_order_and_two_people_take_them() {
    let office = Office::new();
    office.admit("UASC-2014-0013");
    let open: Unit = "UASC-2014-0013".parse().unwrap();
    let propose = office.open().propose_disposal(office.who("selma"), &open, "x", &day(0));
    assert_eq!(code(propose), (Class::Input, "archive.not-closed"));
    assert_eq!(code(office.approve("nora", 0)), (Class::Input, "archive.disposal-step"));
    assert_eq!(code(office.cancel("nora", 0)), (Class::Input, "archive.disposal-step"));
    assert_eq!(office.run("nora", 0).unwrap(), Progress::Nothing(Stage::None));
    office.propose("selma", 0).unwrap();
    assert_eq!(code(office.propose("nora", 0)), (Class::Input, "archive.disposal-step"));
    assert_eq!(office.run("nora", 0).unwrap(), Progress::Nothing(Stage::Proposed));
    assert_eq!(code(office.approve("selma", 0)), (Class::Access, "archive.same-person"));
    assert_eq!(code(office.approve("ben", 0)).0, Class::Access);
    office.approve("aisha", 0).unwrap();
    office.cancel("selma", 0).unwrap();
    assert_eq!(office.stage(), Stage::None);
    office.propose("aisha", 1).unwrap();
    office.approve("nora", 1).unwrap();
    assert!(matches!(office.run("selma", 1).unwrap(), Progress::Decided { .. }));
    let case = office.open().case(&unit()).unwrap();
    let steps = case.steps();
    assert_eq!(steps.proposed.unwrap().entry.signers, [id("aisha")], "not the one that was cancelled");
    assert_eq!(steps.decided.unwrap().entry.rule.as_ref().unwrap().as_str(), "retention.default.1");
    assert_eq!(office.verify(), (vec![], vec![]));
}

#[test]
fn a_decision_destroys_nothing_and_any_sign_of_life_makes_it_void() {
    type Sign = fn(&Office);
    let signs: [(&str, Sign); 3] = [
        ("a hold", |office| drop(office.hold("aisha", 2).unwrap())),
        ("a filing", |office| drop(office.file("ben", 2).unwrap())),
        ("a reopening", |office| office.reopen(2)),
    ];
    for (what, sign) in signs {
        let office = Office::decided();
        assert_eq!(office.open().unlock(&unit(), office.who("aisha")).unwrap().cards().unwrap().len(), 2);
        sign(&office);
        let case = office.open().case(&unit()).unwrap();
        assert!(case.flags().contains(&Flag::DisposalVoid), "{what}");
        assert_eq!(case.stage(), Stage::Approved, "{what}");
        office.register("selma");
        office.witness("petra", "selma", 40);
        let ran = office.run("nora", 41);
        if what == "a filing" {
            // It may be decided anew, and waits anew.
            assert!(matches!(ran.unwrap(), Progress::Decided { .. }));
            assert!(matches!(office.run("nora", 42).unwrap(), Progress::Waits(_)));
        } else {
            assert_eq!(ran.err().unwrap().class(), Class::Input, "{what}");
            office.cancel("aisha", 42).unwrap();
        }
        assert!(!office.sealed().is_empty());
        assert_eq!(office.verify().0, Vec::<String>::new(), "{what}");
    }
}

#[test]
fn a_filing_on_a_laptop_that_knew_nothing_of_the_decision_makes_it_void() {
    let office = Office::new();
    office.propose("selma", 0).unwrap();
    office.approve("nora", 0).unwrap();
    let laptop = office.beside("laptop");
    crate::agency::copy(&office.path(), &laptop);
    assert!(matches!(office.run("nora", 0).unwrap(), Progress::Decided { .. }));
    let ben = Archive::open(&laptop, None).unwrap();
    ben.file(office.who("ben"), &unit(), &[document(b"a letter")], &day(1)).unwrap();
    office.open().merge(&laptop, day(2).now(), false).unwrap();
    assert!(office.open().case(&unit()).unwrap().flags().contains(&Flag::DisposalVoid));
    office.register("selma");
    office.witness("petra", "selma", 40);
    assert!(
        matches!(office.run("nora", 41).unwrap(), Progress::Decided { .. }),
        "decided anew at the earliest"
    );
    let Some((code, seen)) = office.read() else { return };
    assert_eq!((code, &seen["damage"]), (0, &json!([])));
}

// ---- Waiting ----

#[test]
fn thirty_days_are_proved_by_a_checkpoint_and_not_by_a_clock() {
    let office = Office::new();
    office.propose("selma", 0).unwrap();
    office.approve("nora", 0).unwrap();
    let Progress::Decided { from, .. } = office.run("nora", 0).unwrap() else { panic!("not decided") };
    assert_eq!(from, day(30).now());
    assert_eq!(office.run("nora", 29).unwrap(), Progress::Waits(from));
    assert_eq!(office.run("nora", 60).unwrap(), Progress::NotRegistered(from));
    office.register("selma");
    assert_eq!(office.run("nora", 60).unwrap(), Progress::NotProved(from));
    office.witness("petra", "selma", 29);
    assert_eq!(office.run("nora", 60).unwrap(), Progress::NotProved(from), "witnessed too early");
    // Somebody signs something on the day, and a checkpoint covers it.
    office.admit("UASC-2014-0020");
    let other: Unit = "UASC-2014-0020".parse().unwrap();
    office.open().file(office.who("ben"), &other, &[document(b"x")], &day(30)).unwrap();
    assert_eq!(office.run("nora", 60).unwrap(), Progress::NotProved(from), "no checkpoint covers it yet");
    office.register("selma");
    assert_eq!(office.run("nora", 29).unwrap(), Progress::Waits(from), "our own clock has a say too");
    let Progress::Destroyed(destroyed) = office.run("nora", 60).unwrap() else { panic!("not destroyed") };
    assert!(destroyed.checkpoint.starts_with("selma/"), "{}", destroyed.checkpoint);
}

#[test]
fn a_longer_policy_and_a_longer_time_of_waiting_count_at_the_end_too() {
    let office = Office::over();
    office.rule(Policy { default: Some(1), waiting_days: 60, ..Policy::default() }, 31);
    assert_eq!(office.run("nora", 32).unwrap(), Progress::Waits(day(60).now()));
    office.rule(Policy { default: Some(20), ..Policy::default() }, 32);
    assert_eq!(code(office.run("nora", 33)), (Class::Input, "archive.not-due"));
    assert!(!office.sealed().is_empty());
}

#[test]
fn a_head_that_a_register_names_and_that_is_not_here_stops_the_destruction() {
    let office = Office::over();
    // Ben filed and registered on another copy; only his register came back.
    let laptop = office.beside("laptop");
    crate::agency::copy(&office.path(), &laptop);
    let ben = Archive::open(&laptop, None).unwrap();
    ben.file(office.who("ben"), &unit(), &[document(b"a letter")], &day(3)).unwrap();
    ben.register(office.who("ben")).unwrap();
    crate::agency::copy(&laptop.join("register"), &office.path().join("register"));
    assert_eq!(code(office.run("nora", 32)).0, Class::Damage);
    assert!(!office.sealed().is_empty());
}

// ---- Destroying ----

#[test]
fn keys_and_objects_are_gone_and_the_history_stays_and_verifies() {
    let office = Office::over();
    let before = office.open().case(&unit()).unwrap().live().count();
    let dry = office.open().dispose(office.who("nora"), &unit(), &day(32), true).unwrap();
    let Progress::Destroyed(would) = dry else { panic!("{dry:?}") };
    assert_eq!((would.receipt, would.keys, office.stage()), (None, 1, Stage::Decided));
    let Progress::Destroyed(done) = office.run("nora", 32).unwrap() else { panic!("not destroyed") };
    assert_eq!((done.keys, done.objects), (1, before));
    assert_eq!(office.sealed(), Vec::<PathBuf>::new());
    let archive = office.open();
    let case = archive.case(&unit()).unwrap();
    assert!(case.is_destroyed() && case.flags().is_empty(), "{:?}", case.flags());
    assert_eq!((case.live().count(), case.destroyed_objects().len()), (0, before));
    assert_eq!(case.entries().last().unwrap().entry.op, Op::Destroyed);
    assert_eq!(case.entries().last().unwrap().entry.drop.len(), before);
    assert_eq!(office.verify(), (vec![], vec![]));
    assert_eq!(office.run("nora", 33).unwrap(), Progress::Again(0));
    let Some(read) = office.read() else { return };
    assert_eq!(read, (0, json!({ "damage": [], "notices": [] })));
}

#[test]
fn a_destroyed_case_is_not_opened_and_not_written_and_lets_its_readers_go() {
    let office = Office::destroyed();
    let archive = office.open();
    assert_eq!(code(archive.unlock(&unit(), office.who("aisha"))), (Class::NotFound, "archive.destroyed"));
    let destroyed = (Class::Input, "archive.destroyed");
    assert_eq!(code(office.file("ben", 40)), destroyed);
    assert_eq!(code(office.hold("nora", 40)), destroyed);
    assert_eq!(code(archive.rekey(office.who("selma"), &unit(), &Rekey::default(), &day(40))), destroyed);
    let relabel = archive.relabel(
        office.who("selma"),
        &unit(),
        &"UASC-2014-0099".parse().unwrap(),
        None,
        "x",
        &day(40),
    );
    assert_eq!(code(relabel), destroyed);
    let holdings = archive.holdings(&unit(), Some(office.who("aisha")), &day(40)).unwrap();
    assert!(holdings.destroyed && holdings.people.iter().all(|one| one.objects.is_none()));
    // Nobody is kept on the staff for a case that nobody can read.
    office.open().retire(office.who("nora"), &id("selma"), &day(41)).unwrap();
    office.register("nora");
    assert_eq!(office.verify_by("aisha"), Vec::<String>::new());
}

impl Office {
    fn verify_by(&self, by: &str) -> Vec<String> {
        let options = VerifyOptions { level: Level::V3, identity: Some(self.who(by)), unit: None, now: None };
        let found = self.open().verify(&options).unwrap();
        found.damage.iter().map(|f| format!("{}: {}", f.path, f.message)).collect()
    }
}

#[test]
fn what_stops_a_destruction_anywhere_lets_the_next_run_go_on() {
    let office = Office::over();
    let base = office.beside("base");
    crate::agency::copy(&office.path(), &base);
    for failure in [Failure::Before, Failure::Partly, Failure::After] {
        for n in 0.. {
            std::fs::remove_dir_all(office.path()).unwrap();
            crate::agency::copy(&base, &office.path());
            let store = FailingStore::new(LocalStore::open(office.path()).unwrap(), n, failure).for_good();
            let archive = Archive::with_store(Box::new(store), None).unwrap();
            let ran = archive.dispose(office.who("nora"), &unit(), &day(32), false);
            let (damage, _) = office.verify();
            assert_eq!(damage, Vec::<String>::new(), "{failure:?} at {n}");
            if let Some((code, seen)) = office.read().filter(|_| failure == Failure::Before) {
                assert_eq!(code, 0, "{failure:?} at {n}: {seen}");
            }
            if ran.is_ok() {
                assert!(n > 3, "{n} calls");
                break;
            }
            // A failing run was said to have failed; only the entry says that it is done.
            if office.stage() != Stage::Destroyed {
                assert!(
                    matches!(office.run("selma", 33).unwrap(), Progress::Destroyed(_)),
                    "{failure:?} at {n}"
                );
            }
            assert_eq!(office.sealed(), Vec::<PathBuf>::new(), "{failure:?} at {n}");
            assert_eq!(office.verify(), (vec![], vec![]), "{failure:?} at {n}");
        }
    }
}

#[test]
fn something_foreign_among_the_keys_stops_the_destruction_before_it_begins() {
    let office = Office::over();
    let keys = office.path().join("keys").join(UNIT);
    let envelope = std::fs::read_dir(&keys).unwrap().next().unwrap().unwrap().path();
    std::fs::copy(&envelope, keys.join("key (conflicted copy).age")).unwrap();
    assert_eq!(code(office.run("nora", 32)), (Class::Busy, "archive.foreign-key"));
    assert_eq!(office.verify().0, Vec::<String>::new(), "nothing was deleted");
    std::fs::remove_file(keys.join("key (conflicted copy).age")).unwrap();
    // What has a name that we may touch goes with the rest.
    std::fs::copy(&envelope, keys.join("copy.age")).unwrap();
    assert!(matches!(office.run("nora", 32).unwrap(), Progress::Destroyed(Destroyed { keys: 2, .. })));
    assert_eq!(std::fs::read_dir(&keys).map_or(0, Iterator::count), 0);
}
