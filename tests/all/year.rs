//! A whole year of an invented agency, day by day: what people do stands in `year/acts.txt`, what the program
//! must say each day in `year/expectations.csv`. Both are written by hand, the second from the sources.

pub mod keys;
mod stage;

use stage::Stage;

const ACTS: &str = include_str!("year/acts.txt");
const EXPECTATIONS: &str = include_str!("year/expectations.csv");

/// One line of `acts.txt`: on this day this person does this.
struct Act<'a> {
    day: &'a str,
    person: &'a str,
    what: &'a str,
}

/// One row of `expectations.csv`.
#[derive(Clone, Copy)]
struct Expectation<'a> {
    line: usize,
    day: &'a str,
    morning: bool,
    person: &'a str,
    command: &'a str,
    case: &'a str,
    expect: &'a str,
}

/// Lines that say something; with `?` in front only where the program can decline a referral.
fn lines(text: &'static str, declines: bool) -> impl Iterator<Item = (usize, &'static str)> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    lines.filter_map(move |(at, line)| match line.strip_prefix('?') {
        Some(line) => declines.then_some((at, line)),
        None => (!line.is_empty() && !line.starts_with('#')).then_some((at, line)),
    })
}

fn acts(declines: bool) -> Vec<Act<'static>> {
    let act = |(at, line): (usize, &'static str)| {
        let mut words = line.splitn(3, ' ').map(str::trim);
        let mut word = || words.next().unwrap_or_else(|| panic!("acts.txt:{at} lacks a word"));
        Act { day: word(), person: word(), what: word() }
    };
    lines(ACTS, declines).map(act).collect()
}

fn expectations(declines: bool) -> Vec<Expectation<'static>> {
    let row = |(line, text): (usize, &'static str)| {
        let cells: Vec<&str> = text.splitn(6, ',').collect();
        let [day, person, command, case, expect, source] = cells[..] else {
            panic!("expectations.csv:{line} has not six columns")
        };
        assert!(!source.trim().is_empty(), "expectations.csv:{line} cites nothing");
        let (day, morning) = day.strip_suffix(" morning").map_or((day, false), |day| (day, true));
        Expectation { line, day, morning, person, command, case, expect }
    };
    lines(EXPECTATIONS, declines).skip(1).map(row).collect()
}

/// Every day of the two files, in order.
fn days<'a>(acts: &[Act<'a>], expectations: &[Expectation<'a>]) -> Vec<&'a str> {
    let days = acts.iter().map(|act| act.day).chain(expectations.iter().map(|row| row.day));
    days.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

#[test]
fn a_whole_year_goes_as_the_sources_say() {
    let stage = Stage::open();
    let declines = stage.declines();
    let (acts, expectations) = (acts(declines), expectations(declines));
    assert!(expectations.len() >= 120, "{} rows", expectations.len());
    let mut wrong = Vec::new();
    for day in days(&acts, &expectations) {
        let rows = |morning| {
            let of_day = expectations.iter().filter(move |row| row.day == day && row.morning == morning);
            of_day.copied().collect::<Vec<_>>()
        };
        wrong.extend(stage.compare(&rows(true)));
        for act in acts.iter().filter(|act| act.day == day) {
            wrong.extend(stage.act(act.day, act.person, act.what).err());
        }
        wrong.extend(stage.compare(&rows(false)));
    }
    assert!(wrong.is_empty(), "{} of {} rows\n{}", wrong.len(), expectations.len(), wrong.join("\n"));
}

#[test]
fn the_days_of_the_year_are_written_in_order() {
    let (acts, expectations) = (acts(true), expectations(true));
    assert!(acts.is_sorted_by_key(|act| act.day), "acts.txt");
    assert!(expectations.is_sorted_by_key(|row| (row.day, !row.morning)), "expectations.csv");
}
