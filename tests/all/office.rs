//! Folders about the work: who founds one, who reads it, who hands something in and cannot open it again.

use crate::staff::{Recovery, Staff, date, id, minute, staffed, unit};
use crate::support::letter;
use casefile::archive::office::{Who, Whose, markdown};
use casefile::archive::*;
use casefile::clock::Clock;
use casefile::error::{Class, Error};
use casefile::log::{Flag, Role};
use casefile::names::Unit;
use casefile::seal::Concern;

const PEOPLE: [(&str, Role); 7] = [
    ("selma", Role::CaseSupervisor),
    ("sofia", Role::CaseSupervisor),
    ("petra", Role::ProjectDirector),
    ("aisha", Role::CaseManager),
    ("ben", Role::CaseManager),
    ("omar", Role::RecordsCustodian),
    ("nils", Role::Administrator),
];

/// The n-th minute of the hour in which these tests write, on 1 December 2026.
fn clock(n: i64) -> Clock {
    Clock::new(minute(n).now(), Some(date("2026-12-01")))
}

staffed! {
    /// Nora founded the archive; the others hold one role each.
    Office
}

impl Office {
    fn new() -> Self {
        Self(Staff::found(&PEOPLE, Recovery::None, &clock(0)))
    }

    fn found(&self, by: &str, matter: Matter, about: &[&str], readers: &[&str]) -> Result<Receipt, Error> {
        let new = OfficeFounding {
            concern: Concern::about(&about.iter().map(|name| id(name)).collect::<Vec<_>>()),
            readers: readers.iter().map(|name| id(name)).collect(),
            documents: vec![document(b"%PDF-1.7 a matter")],
            ..OfficeFounding::new(matter)
        };
        self.open().found_office(self.who(by), &new, &clock(1))
    }

    fn founded(&self, by: &str, matter: Matter, about: &[&str], readers: &[&str]) -> Unit {
        self.found(by, matter, about, readers).expect("founded").unit
    }

    fn add(&self, by: &str, unit: &Unit, person: &str) -> Result<Rekeyed, Error> {
        let (person, capacity) = (id(person), "assistant".to_owned());
        let new = NewReader { person, capacity, until: None, reason: "to help".to_owned() };
        self.open().add_reader(self.who(by), unit, &new, &clock(2))
    }

    /// Whether somebody can open every document of a folder.
    fn reads(&self, name: &str, unit: &Unit) -> bool {
        let archive = self.open();
        match archive.unlock(unit, self.who(name)) {
            Ok(open) => {
                let cards = open.cards().expect("cards");
                for card in &cards {
                    open.document(&card.d).expect("a document");
                }
                true
            }
            Err(e) => {
                assert_eq!(e.class(), Class::Access, "{e}");
                false
            }
        }
    }
}

fn document(bytes: &[u8]) -> NewDocument {
    NewDocument {
        kind: "attachment".to_owned(),
        title: "Zanzibar".to_owned(),
        date: date("2026-12-01"),
        lang: None,
        status: None,
        media: "application/pdf".to_owned(),
        ..letter(bytes)
    }
}

fn code(error: &Error) -> &str {
    error.problems()[0].code
}

/// Nobody is let in who should not be.
fn refused(result: Result<impl Sized, Error>, expected: &str) {
    let error = result.err().expect("refused");
    assert_eq!((error.class(), code(&error)), (Class::Access, expected), "{error}");
}

#[test]
fn a_folder_gets_the_next_number_of_its_word_and_year() {
    let office = Office::new();
    assert_eq!(office.founded("selma", Matter::Feedback, &[], &[]), unit("FEEDBACK-2026-0001"));
    assert_eq!(office.founded("petra", Matter::Feedback, &[], &["selma"]), unit("FEEDBACK-2026-0002"));
    assert_eq!(office.founded("selma", Matter::Complaint, &[], &[]), unit("COMPLAINT-2026-0001"));
    let given =
        OfficeFounding { unit: Some(unit("FEEDBACK-2025-0041")), ..OfficeFounding::new(Matter::Feedback) };
    office.open().found_office(office.who("selma"), &given, &clock(1)).expect("founded");
    assert_eq!(office.open().next_office_unit(Matter::Feedback, 2025).unwrap(), unit("FEEDBACK-2025-0042"));
    let twice = office.open().found_office(office.who("selma"), &given, &clock(1)).expect_err("refused");
    assert_eq!(code(&twice), "archive.case-exists");
    let other = OfficeFounding { matter: Matter::Staff, ..given };
    assert_eq!(
        code(&office.open().found_office(office.who("selma"), &other, &clock(1)).expect_err("refused")),
        "archive.office"
    );
}

#[test]
fn one_reader_is_enough_for_a_matter_and_every_listing_says_so() {
    let office = Office::new();
    let folder = office.founded("selma", Matter::Complaint, &["aisha"], &[]);
    let archive = office.open();
    let listing = archive.cases().unwrap().into_iter().find(|listing| listing.unit == folder).unwrap();
    assert_eq!((listing.status, listing.manager, listing.documents), (None, None, 1));
    assert!(listing.flags.contains(&Flag::OneReader));
    assert!(archive.case(&folder).unwrap().warnings()[0].message.contains("one living reader"));
    let two = office.founded("selma", Matter::Complaint, &["aisha"], &["petra"]);
    assert!(!office.open().case(&two).unwrap().flags().contains(&Flag::OneReader));
}

/// Who is complained about, in each role; who investigates; who else may not.
#[test]
fn nobody_reads_a_complaint_about_themselves_and_the_route_names_who_does() {
    let office = Office::new();
    // About: who may found and read it; everybody else may do neither.
    let routes: [(&[&str], &[&str]); 6] = [
        (&[], &["selma", "sofia", "petra"]),
        (&["aisha"], &["selma", "sofia", "petra"]),
        (&["nils"], &["selma", "sofia", "petra"]),
        (&["selma"], &["petra"]),
        (&["petra"], &["omar"]),
        (&["aisha", "selma"], &["petra"]),
    ];
    for (about, route) in routes {
        let investigator = route[0];
        let folder = office.founded(investigator, Matter::Complaint, about, &[]);
        for (name, _) in PEOPLE {
            if !route.contains(&name) {
                refused(office.found(name, Matter::Complaint, about, &[]), "archive.matter-founder");
                let asked = office.found(investigator, Matter::Complaint, about, &[name]);
                refused(asked, "archive.matter-reader");
                refused(office.add(investigator, &folder, name), "archive.matter-reader");
                refused(office.add(name, &folder, name), "archive.not-a-reader");
            }
            assert_eq!(office.reads(name, &folder), name == investigator, "{name}, about {about:?}");
        }
        for other in route.iter().filter(|name| **name != investigator) {
            office.add(investigator, &folder, other).expect("a second investigator");
            assert!(office.reads(other, &folder));
        }
    }
}

#[test]
fn a_serious_complaint_goes_to_the_director() {
    let office = Office::new();
    let serious = OfficeFounding {
        concern: Concern { about: vec![id("aisha")], serious: true },
        ..OfficeFounding::new(Matter::Complaint)
    };
    let founded = |by: &str| office.open().found_office(office.who(by), &serious, &clock(1));
    refused(founded("selma"), "archive.matter-founder");
    let folder = founded("petra").expect("founded").unit;
    refused(office.add("petra", &folder, "selma"), "archive.matter-reader");
}

#[test]
fn the_administrator_receives_a_complaint_and_cannot_open_it_again() {
    let office = Office::new();
    refused(office.found("nils", Matter::Complaint, &["aisha"], &[]), "archive.matter-founder");
    let ready = office.founded("selma", Matter::Complaint, &[], &[]);
    let archive = office.open();
    let scan = [document(b"%PDF-1.7 a letter of complaint")];
    let receipt = archive
        .hand_in(office.who("nils"), &ready, &scan, &Concern::about(&[id("aisha")]), &clock(2))
        .expect("handed in");
    assert_eq!(receipt.readers, [id("selma")]);
    assert!(!office.reads("nils", &ready) && !office.reads("aisha", &ready) && office.reads("selma", &ready));
    let archive = office.open();
    assert_eq!(archive.unlock(&ready, office.who("selma")).unwrap().concern().unwrap().about, [id("aisha")]);
    // What was said on handing it in holds from then on.
    refused(office.add("selma", &ready, "aisha"), "archive.matter-reader");
    refused(office.add("selma", &ready, "nils"), "archive.matter-reader");
    // What is about its reader is not handed in there.
    let about_selma = Concern::about(&[id("selma")]);
    let refusal = archive.hand_in(office.who("nils"), &ready, &scan, &about_selma, &clock(3));
    refused(refusal, "archive.matter-about");
    let serious = Concern { about: Vec::new(), serious: true };
    refused(archive.hand_in(office.who("aisha"), &ready, &scan, &serious, &clock(3)), "archive.matter-about");
    refused(archive.file(office.who("eve"), &ready, &scan, &clock(3)), "archive.not-on-roster");
}

#[test]
fn whom_a_matter_is_about_never_stands_in_clear() {
    let office = Office::new();
    let folder = office.founded("petra", Matter::Complaint, &["aisha", "selma"], &[]);
    let archive = office.open();
    archive.hand_in(office.who("ben"), &folder, &[], &Concern::about(&[id("sofia")]), &clock(2)).unwrap();
    let clear: String = crate::agency::files_below(&office.path().join("office"))
        .iter()
        .filter(|path| path.extension().is_some_and(|e| e == "note"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    assert!(clear.contains("petra") && clear.contains("\"op\":\"remark\""));
    for word in ["aisha", "selma", "sofia", "Zanzibar", "about", "serious"] {
        assert!(!clear.contains(word), "{word} stands in clear");
    }
    assert_eq!(archive.unlock(&folder, office.who("petra")).unwrap().concern().unwrap().about.len(), 3);
}

#[test]
fn a_staff_file_is_read_by_that_person_and_by_who_wrote_it() {
    let office = Office::new();
    let file = office.founded("selma", Matter::Staff, &["aisha"], &[]);
    let readers: Vec<(String, String)> = office
        .open()
        .case(&file)
        .unwrap()
        .state()
        .readers
        .iter()
        .map(|r| (r.id.to_string(), r.capacity.to_string()))
        .collect();
    assert_eq!(readers, [("selma".into(), "supervisor".into()), ("aisha".into(), "person".into())]);
    for (name, _) in PEOPLE {
        assert_eq!(office.reads(name, &file), ["selma", "aisha"].contains(&name), "{name}");
    }
    for name in ["ben", "omar", "nils"] {
        refused(office.add("selma", &file, name), "archive.matter-reader");
        refused(office.found(name, Matter::Staff, &["aisha"], &[]), "archive.matter-founder");
    }
    refused(office.found("selma", Matter::Staff, &["selma"], &["petra"]), "archive.matter-founder");
    assert_eq!(code(&office.found("selma", Matter::Staff, &[], &[]).err().unwrap()), "archive.matter-person");
    let two = office.found("selma", Matter::Staff, &["aisha", "ben"], &[]);
    assert_eq!(code(&two.err().unwrap()), "archive.matter-person");
    assert_eq!(
        code(&office.found("selma", Matter::Staff, &["eve"], &[]).err().unwrap()),
        "archive.matter-person"
    );
    office.founded("petra", Matter::Staff, &["selma"], &[]);
    office.founded("petra", Matter::Staff, &["nora"], &[]);
}

#[test]
fn a_debriefing_is_closed_to_supervisors_and_directors() {
    let office = Office::new();
    let folder = office.founded("aisha", Matter::Debrief, &["aisha"], &["omar"]);
    for (name, _) in PEOPLE {
        assert_eq!(office.reads(name, &folder), ["omar", "aisha"].contains(&name), "{name}");
    }
    for name in ["selma", "petra", "nils"] {
        refused(office.add("aisha", &folder, name), "archive.matter-reader");
        refused(office.found(name, Matter::Debrief, &["aisha"], &[]), "archive.matter-founder");
    }
    office.founded("omar", Matter::Debrief, &["selma"], &[]);
    assert!(!office.reads("petra", &folder));
}

#[test]
fn feedback_handover_referral_and_programme_have_their_readers() {
    let office = Office::new();
    let feedback = office.founded("selma", Matter::Feedback, &[], &["petra"]);
    let form = [document(b"%PDF-1.7 a feedback form")];
    office.open().file(office.who("aisha"), &feedback, &form, &clock(2)).expect("a case manager hands it in");
    assert!(!office.reads("aisha", &feedback) && office.reads("petra", &feedback));
    refused(office.add("selma", &feedback, "aisha"), "archive.matter-reader");
    refused(office.found("aisha", Matter::Feedback, &[], &["selma"]), "archive.matter-founder");

    let handover = office.founded("selma", Matter::Handover, &[], &["ben"]);
    assert!(office.reads("ben", &handover) && !office.reads("aisha", &handover));
    refused(office.found("aisha", Matter::Handover, &[], &["selma"]), "archive.matter-founder");
    refused(office.add("selma", &handover, "nils"), "archive.matter-reader");

    let referral = office.founded("aisha", Matter::Referral, &[], &["selma"]);
    assert!(office.reads("selma", &referral) && !office.reads("ben", &referral));
    let alone = office.found("aisha", Matter::Referral, &[], &[]).err().unwrap();
    assert_eq!((alone.class(), code(&alone)), (Class::Input, "archive.matter-among"));
    refused(office.found("omar", Matter::Referral, &[], &["selma"]), "archive.matter-founder");
    refused(office.add("selma", &referral, "nils"), "archive.matter-reader");

    let programme = office.founded("nils", Matter::Programme, &[], &["selma", "aisha", "omar"]);
    assert!(office.reads("nils", &programme) && !office.reads("petra", &programme));
}

#[test]
fn what_cases_can_do_their_folders_can_do_and_a_status_they_have_none() {
    let office = Office::new();
    let folder = office.founded("selma", Matter::Staff, &["aisha"], &[]);
    let archive = office.open();
    let first = archive.unlock(&folder, office.who("aisha")).unwrap().cards().unwrap()[0].clone();
    let newer =
        NewDocument { supersedes: vec![first.d], series: Some(first.series), ..document(b"%PDF-1.7 2") };
    let filed = archive.amend(office.who("aisha"), &folder, &[newer], &clock(2)).expect("amended");
    office
        .open()
        .review(office.who("selma"), &folder, filed.documents[0], ReviewVerdict::Approve, "", &clock(3))
        .expect("reviewed");
    refused(
        office.open().review(
            office.who("aisha"),
            &folder,
            filed.documents[0],
            ReviewVerdict::Approve,
            "",
            &clock(3),
        ),
        "archive.not-allowed",
    );
    office.open().withdraw(office.who("selma"), &folder, first.d, "a slip", &clock(4)).expect("withdrawn");
    office.add("selma", &folder, "petra").expect("a reader");
    let how = Rekey { deep: true, ..Rekey::default() };
    office
        .open()
        .remove_reader(office.who("selma"), &folder, &id("petra"), &how, &clock(5))
        .expect("removed");
    assert!(!office.reads("petra", &folder) && office.reads("aisha", &folder));
    let archive = office.open();
    assert_eq!(archive.unlock(&folder, office.who("selma")).unwrap().concern().unwrap().about, [id("aisha")]);
    refused(office.add("selma", &folder, "ben"), "archive.matter-reader");
    let moved = unit("STAFF-2026-0044");
    archive.relabel(office.who("selma"), &folder, &moved, None, "a slip", &clock(6)).expect("relabelled");
    assert!(office.reads("aisha", &moved));
    let complaint = unit("COMPLAINT-2026-0044");
    let other =
        office.open().relabel(office.who("selma"), &moved, &complaint, None, "no", &clock(7)).err().unwrap();
    assert_eq!(code(&other), "archive.office");
    let team =
        TeamChange { manager: Some(id("ben")), supervisor: None, custodian: false, how: Rekey::default() };
    assert_eq!(
        code(&office.open().set_team(office.who("selma"), &moved, &team, &clock(8)).err().unwrap()),
        "archive.office"
    );
    let options =
        VerifyOptions { level: Level::V3, identity: Some(office.who("aisha")), unit: None, now: None };
    let verification = office.open().verify(&options).expect("verified");
    assert!(verification.damage.is_empty(), "{:?}", verification.damage);
}

#[test]
fn the_last_reader_of_a_matter_may_leave_and_the_folder_says_so() {
    let office = Office::new();
    let folder = office.founded("omar", Matter::Debrief, &["ben"], &[]);
    office.open().retire(office.who("nora"), &id("ben"), &clock(2)).expect("retired");
    assert!(office.open().case(&folder).unwrap().flags().contains(&Flag::OneReader));
    office.open().retire(office.who("nora"), &id("omar"), &clock(2)).expect("retired");
    assert!(office.open().case(&folder).unwrap().flags().contains(&Flag::NoReader));
}

#[test]
fn the_table_of_matters_stands_in_the_format() {
    let format = include_str!("../../docs/format.md");
    assert!(format.contains(&markdown()), "docs/format.md lacks this table:\n{}", markdown());
    let complaint = Matter::Complaint.rule();
    assert_eq!((complaint.whose, complaint.founders), (Whose::NotTheirs, &[Who::Investigator][..]));
}
