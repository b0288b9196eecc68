//! The end of a folder about the work: the same steps, counted from its last entry, by a rule of its own.

use super::*;
use casefile::seal::Concern;

/// Selma founds a folder that holds one document, on day −790.
fn found(office: &Office, matter: Matter, about: &[&str], readers: &[&str]) -> Unit {
    let new = OfficeFounding {
        concern: Concern::about(&about.iter().map(|name| id(name)).collect::<Vec<_>>()),
        readers: readers.iter().map(|name| id(name)).collect(),
        documents: vec![document(b"a self-check")],
        ..OfficeFounding::new(matter)
    };
    office.open().found_office(office.who("selma"), &new, &day(-790)).unwrap().unit
}

/// A policy that keeps staff files for a year, all other folders about the work for two, and cases for ever.
fn policy() -> Policy {
    let mut policy = Policy { office_default: Some(2), ..Policy::default() };
    policy.office.insert("STAFF".to_owned(), Some(1));
    policy
}

struct Folder<'a>(&'a Office, Unit);

impl Folder<'_> {
    fn propose(&self, by: &str, on: i64) -> Result<Receipt, Error> {
        self.0.open().propose_disposal(self.0.who(by), &self.1, "its time is over", &day(on))
    }

    fn approve(&self, by: &str, on: i64) -> Result<Receipt, Error> {
        self.0.open().approve_disposal(self.0.who(by), &self.1, &day(on))
    }

    fn run(&self, by: &str, on: i64) -> Result<Progress, Error> {
        self.0.open().dispose(self.0.who(by), &self.1, &day(on), false)
    }

    fn due(&self, on: i64) -> Option<Due> {
        self.0.open().due(date(on)).unwrap().cases.into_iter().find(|due| due.unit == self.1)
    }
}

#[test]
fn a_folder_about_the_work_is_kept_from_its_last_entry_on_and_by_a_rule_of_its_own() {
    let office = Office::unruled();
    let folder = Folder(&office, found(&office, Matter::Staff, &["aisha"], &[]));
    let cases_only = Policy { default: Some(1), ..Policy::default() };
    office.rule(cases_only.clone(), -700);
    assert_eq!(code(folder.propose("selma", 9_000)), (Class::Input, "archive.kept"), "a rule for cases only");
    office.rule(policy(), -600);
    assert_eq!((folder.due(-426), folder.due(-425).map(|due| due.since)), (None, Some(date(-790))));
    assert_eq!(code(office.propose("selma", 0)), (Class::Input, "archive.kept"), "a rule for these only");
    let archive = office.open();
    archive.file(office.who("ben"), &folder.1, &[document(b"a training")], &day(-300)).unwrap();
    assert_eq!(folder.due(0), None);
    assert_eq!(code(folder.propose("selma", 0)), (Class::Input, "archive.not-due"));
    // What is done to keys and holds is no work on the matter.
    let how = Rekey { deep: true, ..Rekey::default() };
    office.open().rekey(office.who("selma"), &folder.1, &how, &day(-20)).unwrap();
    office.open().hold(office.who("selma"), &folder.1, "asked for", &day(-10)).unwrap();
    office.open().release(office.who("nora"), &folder.1, "given back", &day(-5)).unwrap();
    let due = folder.due(66).unwrap();
    assert_eq!((due.since, due.ended, due.rule.as_str()), (date(-300), date(66), "retention.staff.1"));
    let other = Folder(&office, found(&office, Matter::Feedback, &[], &[]));
    assert_eq!(other.due(0).unwrap().rule, "retention.office.2");
    // Another policy takes the place of the whole one before.
    office.rule(cases_only, 66);
    assert_eq!((folder.due(9_000), other.due(9_000)), (None, None));
    assert!(!office.open().policy().unwrap().unwrap().has_office());
}

#[test]
fn a_folder_about_the_work_ends_like_a_case_by_two_people_a_decision_and_thirty_days() {
    let office = Office::unruled();
    office.rule(policy(), -700);
    let folder = Folder(&office, found(&office, Matter::Staff, &["aisha"], &[]));
    let unit = folder.1.clone();
    let stale = office.beside("stale");
    crate::agency::copy(&office.path(), &stale);
    assert_eq!(code(folder.propose("ben", 0)).0, Class::Access, "no reader and no administrator");
    folder.propose("selma", 0).unwrap();
    assert_eq!(code(folder.approve("selma", 0)), (Class::Access, "archive.same-person"));
    assert!(matches!(folder.run("nora", 0).unwrap(), Progress::Nothing(Stage::Proposed)));
    folder.approve("nora", 0).unwrap();
    assert!(matches!(folder.run("nora", 0).unwrap(), Progress::Decided { .. }));
    assert!(office.open().in_disposal().unwrap().contains(&unit));
    // A sign of life makes the decision void.
    office.open().file(office.who("ben"), &unit, &[document(b"x")], &day(1)).unwrap();
    assert_eq!(office.open().case(&unit).unwrap().stage(), Stage::Approved);
    assert_eq!(code(folder.run("nora", 2)), (Class::Input, "archive.not-due"), "and it is kept longer again");
    assert!(matches!(folder.run("nora", 366).unwrap(), Progress::Decided { .. }));
    office.register("selma");
    assert!(matches!(folder.run("nora", 380).unwrap(), Progress::Waits(_)));
    office.witness("petra", "selma", 397);
    assert!(matches!(folder.run("selma", 398).unwrap(), Progress::Destroyed(_)));
    assert_eq!(sealed(&office.path(), unit.as_str()), Vec::<PathBuf>::new());
    assert_eq!(office.verify().0, Vec::<String>::new());
    if let Some((code, seen)) = office.read() {
        assert_eq!(code, 0, "{seen:#}");
    }
    let case = office.open().case(&unit).unwrap();
    assert!(case.is_destroyed() && case.destroyed_objects().len() > 2);
    assert_eq!(case.kept_since(), Some(date(1)));
    // Nothing comes back, its number is not given again, and its readers may go.
    let merged = office.open().merge(&stale, day(400).now(), false).unwrap();
    assert!(merged.done.is_empty(), "{:?}", merged.done);
    crate::agency::copy(&stale, &office.path());
    assert!(office.verify().1.contains(&"verify.reappeared"), "{:?}", office.verify().1);
    office.open().settle(&[], day(400).now(), false).unwrap();
    assert_eq!(sealed(&office.path(), unit.as_str()), Vec::<PathBuf>::new());
    assert_eq!(office.open().next_office_unit(Matter::Staff, unit.year()).unwrap().client_number(), "0002");
    assert_eq!(folder.due(9_000), None);
    let refused = office.open().file(office.who("ben"), &unit, &[document(b"y")], &day(400));
    assert_eq!(code(refused).1, "archive.destroyed");
    let listing = office.open().cases().unwrap().into_iter().find(|listing| listing.unit == unit).unwrap();
    assert_eq!((listing.stage, listing.readers.len(), listing.documents), (Stage::Destroyed, 0, 0));
}

#[test]
fn nobody_takes_part_in_the_end_of_a_complaint_about_themselves() {
    let office = Office::unruled();
    office.rule(policy(), -700);
    let nils = Identity::generate(id("nils"), "nils").unwrap();
    let roles = [Role::Administrator];
    office.open().add_person(office.who("nora"), &nils.public(), &roles, &day(-700)).unwrap();
    // About the administrator, who approves: neither she herself nor a colleague of hers goes on with that.
    let folder = Folder(&office, found(&office, Matter::Complaint, &["nora"], &["petra"]));
    folder.propose("selma", 0).unwrap();
    folder.approve("nora", 0).unwrap();
    assert_eq!(code(folder.run("nora", 0)), (Class::Access, "archive.matter-step"));
    let run = office.open().dispose(&nils, &folder.1, &day(0), false);
    assert_eq!(code(run), (Class::Access, "archive.matter-step"));
    assert_eq!(code(folder.run("petra", 0)), (Class::Access, "archive.matter-about"));
    office.open().cancel_disposal(office.who("selma"), &folder.1, "anew", &day(1)).unwrap();
    // She proposes: who approves reads it, and sees.
    folder.propose("nora", 2).unwrap();
    let approve = office.open().approve_disposal(&nils, &folder.1, &day(2));
    assert_eq!(code(approve), (Class::Access, "archive.matter-step"));
    assert_eq!(code(folder.approve("petra", 2)), (Class::Access, "archive.matter-about"));
    office.open().cancel_disposal(office.who("petra"), &folder.1, "anew", &day(3)).unwrap();
    folder.propose("petra", 4).unwrap();
    folder.approve("selma", 4).unwrap();
    assert!(matches!(folder.run("nora", 4).unwrap(), Progress::Decided { .. }), "two who read it agreed");
    // Where nobody reads it any more, two administrators end it.
    let left = Folder(&office, found(&office, Matter::Complaint, &["ben"], &[]));
    let team = TeamChange {
        manager: None,
        supervisor: Some(id("petra")),
        custodian: false,
        how: Rekey { reason: Some("she leaves".to_owned()), ..Rekey::default() },
    };
    office.open().set_team(office.who("aisha"), &unit(), &team, &day(5)).unwrap();
    office.open().retire(office.who("nora"), &id("selma"), &day(5)).unwrap();
    left.propose("nora", 6).unwrap();
    office.open().approve_disposal(&nils, &left.1, &day(6)).unwrap();
}
