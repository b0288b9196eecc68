//! What is due over 1,000 cases for their supervisor, and sweeping over 2,000 aged-out cases among 100,000
//! without a key to any of them.

use crate::office::{Office, clock, day, desk, document, press, record, timed};
use casefile::archive::{Admission, Archive, NewDocument};
use casefile::names::{Status, Unit};
use casefile::seal::Identity;
use casefile::workflow::{agenda, sweep};
use chrono::{Days, NaiveDate};
use std::ops::Range;
use std::time::Duration;

/// Documents of a case beside its record.
const DOCUMENTS: usize = 10;
/// Turns of each measure; the least counts.
const TURNS: usize = 5;
/// Cases of the archive that is swept; of these the aged-out ones, and of these those of which the closing is
/// to be announced.
const SWEPT: [usize; 3] = [100_000, 2_000, 20];

/// Measures what is due.
pub fn due() {
    let office = Office::new();
    let number = |case| format!("UASC-2014-{case:06}");
    let full = |case: usize| {
        let mut documents = vec![record(example(&number(case)))];
        let report = || document("progress-report", "Progress report", vec![7; 1_000]);
        documents.extend(std::iter::repeat_with(report).take(DOCUMENTS));
        documents
    };
    admit(&office, 0..1_000, &|case| (number(case), Status::Open, None, full(case)));
    office.forget();
    let items = |archive: &Archive, who: &Identity| {
        let agenda = agenda(&desk(archive, who, clock()), &[]).expect("read");
        assert!(agenda.failed.is_empty());
        agenda.due(day()).len()
    };
    let (supervisor, administrator) = (office.person("selma"), office.person("nora"));
    let (first, found) = timed(|| items(&office.archive(), supervisor));
    println!(
        "due over 1,000 cases, by the supervisor: {first:.2?} when nothing is remembered; {found} items"
    );
    println!("the same again: {:.2?}", least(&office, |archive| items(archive, supervisor)));
    let by_none = least(&office, |archive| items(archive, administrator));
    println!("the same by the administrator, who opens none of them: {by_none:.2?}");
}

/// Measures sweeping.
pub fn sweeping() {
    let [all, aged_out, announced] = SWEPT;
    let office = Office::kept("sweep", |office| {
        let until = |case| if case < announced { day() + Days::new(60) } else { day() + Days::new(150) };
        let case = |case: usize| {
            let number = |year| format!("UASC-{year}-{case:06}");
            match case {
                _ if case < aged_out => (number(2014), Status::AgedOut, Some(until(case)), Vec::new()),
                _ if case.is_multiple_of(2) => (number(2016), Status::Open, None, Vec::new()),
                _ => (number(2010), Status::Closed, None, Vec::new()),
            }
        };
        admit(office, 0..all, &case);
    });
    office.forget();
    let press = press();
    let run = |archive: &Archive| {
        let desk = desk(archive, office.person("nora"), clock());
        let swept = sweep(&desk, &press, false).expect("swept");
        assert!(swept.failed.is_empty());
        swept.swept.len()
    };
    let (first, found) = timed(|| run(&office.archive()));
    println!(
        "sweep over {all} cases, {aged_out} of them aged-out, without keys: {first:.2?} when nothing is"
    );
    println!("remembered; {found} closings to be announced");
    println!("the same again: {:.2?}", least(&office, run));
}

/// What a case is: its number, its status, its end, its documents.
type New = (String, Status, Option<NaiveDate>, Vec<NewDocument>);

/// Admits cases, two at a time.
fn admit(office: &Office, cases: Range<usize>, case: &(impl Fn(usize) -> New + Sync)) {
    let archive = office.archive();
    let one = |(number, status, until, documents): New| {
        let unit: Unit = number.parse().expect("a unit");
        let (manager, supervisor) = (office.id("aisha"), office.id("selma"));
        let admission = Admission { unit, status, since: day(), until, manager, supervisor, documents };
        archive.admit(office.person("aisha"), &admission, &clock()).expect("admitted");
    };
    std::thread::scope(|scope| {
        for half in 0..2 {
            let (one, cases) = (&one, cases.clone());
            scope.spawn(move || {
                let mine = cases.filter(|number| number % 2 == half);
                mine.for_each(|number| one(case(number)));
            });
        }
    });
}

fn least<T>(office: &Office, work: impl Fn(&Archive) -> T) -> Duration {
    (0..TURNS).map(|_| timed(|| work(&office.archive())).0).min().expect("a turn")
}

/// An example record under another number.
fn example(number: &str) -> String {
    include_str!("../../examples/records/UASC-2014-0009.yaml").replace("UASC-2014-0009", number)
}
