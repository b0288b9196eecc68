//! The examples: every record is in order, and each shows what `examples/README.md` promises of it.

use casefile::names::Status;
use casefile::programme::Programmes;
use casefile::record::model::{
    BirthCertainty, CaseRecord, ClosureCircumstance, Concern, ConsentKind, ContactKind, Date, Narrative,
    ReachKind, YesNo,
};
use casefile::record::{self, Record};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The day on which the examples are read.
fn today() -> Date {
    day(2016, 12, 1)
}

fn day(year: i32, month: u32, day: u32) -> Date {
    Date::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

fn files() -> Vec<PathBuf> {
    let listed = std::fs::read_dir(folder().join("records")).expect("examples/records is there");
    let paths = listed.map(|entry| entry.expect("a readable entry").path());
    let mut files: Vec<PathBuf> = paths.filter(|p| p.extension().is_some_and(|e| e == "yaml")).collect();
    files.sort();
    files
}

fn read(path: &Path) -> Record {
    let checked = Record::read(path, &Programmes::builtin()).unwrap_or_else(|error| panic!("{error}"));
    assert!(checked.warnings.is_empty(), "{}: {:?}", path.display(), checked.warnings);
    checked.record
}

fn records() -> Vec<Record> {
    files().iter().map(|path| read(path)).collect()
}

fn example(number: &str) -> CaseRecord {
    read(&folder().join(format!("records/{number}.yaml"))).case().clone()
}

fn has_letter_between(text: &str, first: char, last: char) -> bool {
    text.chars().any(|letter| (first..=last).contains(&letter))
}

#[test]
fn every_example_is_accepted_without_a_warning_and_named_after_its_case() {
    assert!(files().len() >= 7, "{:?}", files());
    for path in files() {
        let number = read(&path).case().case.number.to_string();
        assert_eq!(path.file_stem().and_then(|stem| stem.to_str()), Some(number.as_str()));
    }
}

#[test]
fn on_the_day_of_the_examples_only_the_lost_boys_card_has_expired() {
    let found: Vec<String> = records()
        .iter()
        .flat_map(|record| {
            let number = record.case().case.number.to_string();
            record.check_on(today()).into_iter().map(move |problem| format!("{number} {}", problem.code))
        })
        .collect();
    assert_eq!(found, ["UASC-2015-0031 record.document-expired"]);
}

#[test]
fn side_by_side_the_examples_agree() {
    let problems = record::check_together(&records());
    assert!(problems.is_empty(), "{problems:?}");
}

#[test]
fn the_agency_has_two_programmes_two_managers_one_supervisor_and_cases_in_all_four_statuses() {
    let records = records();
    let programmes: BTreeSet<&str> = records.iter().map(|record| record.case().programme.as_str()).collect();
    let managers: BTreeSet<&str> =
        records.iter().map(|record| record.case().team.manager.id.as_str()).collect();
    let supervisors: BTreeSet<&str> =
        records.iter().map(|record| record.case().team.supervisor.id.as_str()).collect();
    let statuses: BTreeSet<Status> = records.iter().map(Record::status).collect();
    assert_eq!(programmes, BTreeSet::from(["cpcm", "intensive"]));
    assert_eq!(managers, BTreeSet::from(["aisha", "tomas"]));
    assert_eq!(supervisors, BTreeSet::from(["selma"]));
    assert_eq!(statuses, BTreeSet::from(Status::ALL));
}

#[test]
fn every_case_has_a_year_of_work() {
    for case in records().iter().map(|record| record.case().clone()) {
        let number = &case.case.number;
        assert!(case.contacts.len() >= 15, "{number}: contacts");
        assert!(case.goals.len() >= 3, "{number}: goals");
        assert!(case.goals.iter().any(|goal| goal.tasks.len() >= 2), "{number}: tasks");
        assert!(case.goals.iter().all(|goal| !goal.progress.is_empty()), "{number}: progress");
        for (what, count) in [
            ("risk", case.risk.len()),
            ("assessments", case.assessments.len()),
            ("placements", case.placements.len()),
            ("consents", case.consents.len()),
            ("conferences", case.conferences.len()),
            ("referrals", case.referrals.len()),
            ("reviews", case.reviews.len()),
            ("attendance", case.attendance.len()),
        ] {
            assert!(count >= 1, "{number}: {what}");
        }
    }
}

#[test]
fn contacts_stand_in_order_and_every_home_visit_judges_the_placement() {
    for case in records().iter().map(|record| record.case().clone()) {
        let number = &case.case.number;
        assert!(case.contacts.is_sorted_by_key(|contact| contact.on), "{number}");
        for contact in &case.contacts {
            let visit = contact.kind == ContactKind::HomeVisit;
            assert_eq!(visit, contact.placement_safe.is_some(), "{number}, {}", contact.on);
        }
    }
}

#[test]
fn each_admission_conference_of_cpcm_is_recorded() {
    use casefile::record::model::ConferenceKind::Admission;
    for record in records().iter().filter(|record| record.programme().admission_conference) {
        let case = record.case();
        let held = case.conferences.iter().any(|c| c.kind == Admission && c.date <= case.case.admitted);
        assert!(held, "{}", case.case.number);
    }
}

#[test]
fn the_boy_of_the_first_example_was_last_met_in_october() {
    let case = example("UASC-2016-0012");
    let last = case.contacts.iter().map(|contact| contact.on).max();
    assert!(last.is_some_and(|on| (day(2016, 10, 1)..=day(2016, 10, 31)).contains(&on)), "{last:?}");
    assert!(case.incidents.iter().any(|incident| incident.date >= day(2016, 10, 1)));
    let own = case.client.name_own_script.expect("a name in its own script").0;
    assert!(has_letter_between(&own, '\u{0600}', '\u{06ff}'));
    let october = case.contacts.iter().filter(|contact| contact.on >= day(2016, 10, 1)).count();
    assert!(october >= 8, "{october} contacts in October");
}

#[test]
fn the_portraits_carry_a_place_and_lie_on_their_side() {
    for number in ["UASC-2016-0012", "UASC-2016-0017"] {
        let photograph = example(number).client.photograph.expect("a photograph");
        let bytes = std::fs::read(folder().join("records").join(photograph.file)).expect("a file");
        let tags = exif(&bytes);
        assert!(tags.contains(&(0x0112, 6)), "{number}: orientation");
        assert!(tags.iter().any(|(tag, _)| *tag == 0x8825), "{number}: GPS");
    }
}

/// Tags of the first directory of the EXIF data with their first 16-bit value (TIFF 6.0, section 2).
fn exif(jpeg: &[u8]) -> Vec<(u16, u16)> {
    let start = jpeg.windows(6).position(|window| window == b"Exif\0\0").expect("EXIF data") + 6;
    let tiff = &jpeg[start..];
    let big = tiff.starts_with(b"MM");
    let pair = |at: usize| [tiff[at], tiff[at + 1]];
    let short = |at: usize| if big { u16::from_be_bytes(pair(at)) } else { u16::from_le_bytes(pair(at)) };
    let directory = usize::from(short(if big { 6 } else { 4 }));
    let entries = (0..usize::from(short(directory))).map(|index| directory + 2 + 12 * index);
    entries.map(|entry| (short(entry), short(entry + 8))).collect()
}

#[test]
fn the_girl_from_myanmar_has_a_name_and_a_plan_in_burmese() {
    let case = example("UASC-2016-0017");
    let burmese = |text: &str| has_letter_between(text, '\u{1000}', '\u{109f}');
    assert!(burmese(&case.client.name_own_script.expect("a name in its own script").0));
    for goal in &case.goals {
        let Narrative::Full(goal) = &goal.goal else { panic!("a goal without words for the client") };
        assert!(burmese(&goal.client["my"].text.0));
    }
}

#[test]
fn the_lost_contact_shows_its_attempts() {
    let case = example("UASC-2015-0031");
    let attempts = case.contacts.iter().filter(|contact| contact.kind == ContactKind::Attempt);
    let after = attempts.filter(|contact| contact.on > day(2016, 8, 24)).count();
    assert!(after >= 6, "{after} attempts");
    let seen = case.contacts.iter().filter(|contact| contact.face_to_face).map(|contact| contact.on).max();
    assert_eq!(seen, Some(day(2016, 8, 24)));
}

#[test]
fn the_one_who_turned_eighteen_ages_out_on_the_birthday_after_the_plan() {
    let case = example("UASC-2014-0009");
    let birth = case.client.birth.as_ref().expect("a date of birth");
    let plan = case.transition.as_ref().expect("a transition plan");
    let last = case.case.history.last().expect("a history");
    assert_eq!(birth.certainty, BirthCertainty::Exact);
    assert_eq!(birth.date, day(1998, 9, 14));
    assert!(plan.date < day(2016, 9, 14));
    assert_eq!((last.status, last.since), (Status::AgedOut, day(2016, 9, 14)));
    assert_eq!(plan.exit, Some(day(2017, 3, 14)), "six months later");
}

#[test]
fn the_closed_case_says_how_it_ended_and_that_the_client_was_told() {
    let case = example("UASC-2015-0022");
    let closure = case.closure.as_ref().expect("a closure");
    assert_eq!(closure.circumstance, ClosureCircumstance::FamilyReunification);
    assert!(closure.client_told.as_ref().is_some_and(|told| told.told == YesNo::Yes));
    assert!(case.goals.iter().all(|goal| goal.outcome.is_some()));
    assert!(case.exit.is_some_and(|exit| exit.follow_up.iter().all(|follow_up| follow_up.done.is_some())));
    assert_eq!(case.case.history.last().map(|past| past.since), Some(closure.date));
}

#[test]
fn the_case_from_before_the_archive_brings_its_statuses_and_a_handover() {
    let case = example("UASC-2013-0004");
    let history: Vec<Status> = case.case.history.iter().map(|past| past.status).collect();
    let expected = [Status::Open, Status::Inactive, Status::Open, Status::Closed, Status::Open];
    assert_eq!(history, expected);
    let handover = case.handover.expect("a handover");
    assert!(handover.matters_now.is_some() && handover.promises.is_some() && handover.medication.is_some());
    assert_eq!(case.client.birth.map(|birth| birth.certainty), Some(BirthCertainty::Disputed));
}

#[test]
fn each_member_of_the_family_has_a_risk_and_a_day_last_seen() {
    let client = example("FAM-2016-0005").client;
    assert!(client.birth.is_none());
    assert_eq!(client.members.len(), 5);
    assert!(client.members.iter().all(|member| member.risk.is_some() && member.last_seen.is_some()));
}

#[test]
fn the_woman_facing_violence_has_an_order_and_ways_that_must_not_be_used() {
    let case = example("FV-2016-0002");
    assert!(case.people.iter().any(|person| person.concern == Concern::NoContactOrder));
    assert!(case.people.iter().any(|person| person.concern == Concern::PersonOfConcern));
    let unsafe_phone = |reach: &casefile::record::model::Reach| {
        matches!(reach.kind, ReachKind::Phone) && reach.safe.0 == "no"
    };
    assert!(case.client.reach.iter().any(unsafe_phone));
    assert_eq!(case.client.safe_to_take_home, Some(YesNo::No));
}

#[test]
fn in_the_intensive_programme_consent_comes_before_every_conference_that_needs_it() {
    use casefile::record::model::ConferenceKind::Police;
    let case = example("FV-2016-0002");
    for conference in case.conferences.iter().filter(|conference| conference.kind != Police) {
        let covered = case.consents.iter().any(|consent| {
            consent.kind == ConsentKind::Conference
                && consent.date <= conference.date
                && consent.until.is_none_or(|until| until >= conference.date)
                && consent.withdrawn.is_none_or(|withdrawn| withdrawn > conference.date)
        });
        assert!(covered, "conference of {}", conference.date);
    }
}

#[test]
fn the_readme_of_the_examples_names_every_record() {
    let readme = std::fs::read_to_string(folder().join("README.md")).expect("examples/README.md");
    for path in files() {
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        assert!(readme.contains(name), "{name} is not in examples/README.md");
    }
}
