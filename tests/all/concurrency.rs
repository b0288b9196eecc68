//! Many at once: whoever files at the same moment as others, or as the folder moves, loses nothing.

use crate::agency::{Agency, CASE};
use crate::support::full;
use casefile::archive::{Archive, Level, StatusChange, VerifyOptions};
use casefile::clock::Clock;
use casefile::error::Class;
use casefile::names::{Status, Unit};
use chrono::{DateTime, NaiveDate};
use std::collections::BTreeSet;
use std::time::Instant;

fn unit() -> Unit {
    CASE.parse().unwrap()
}

/// The titles of all documents of the case.
fn titles(agency: &Agency) -> BTreeSet<String> {
    let archive = Archive::open(&agency.path("archive"), None).unwrap();
    let open = archive.unlock(&unit(), &agency.identity("aisha")).unwrap();
    open.cards().unwrap().into_iter().map(|card| card.title).collect()
}

fn assert_no_damage(agency: &Agency) {
    let archive = Archive::open(&agency.path("archive"), None).unwrap();
    let selma = agency.identity("selma");
    let options = VerifyOptions { level: Level::V3, identity: Some(&selma), unit: None, now: None };
    let found = archive.verify(&options).unwrap();
    assert_eq!(found.damage, []);
    assert!(found.notices.iter().all(|notice| notice.code == "verify.misplaced"), "{:?}", found.notices);
}

#[test]
fn sixteen_processes_that_file_into_one_case_lose_nothing() {
    let start = Instant::now();
    let (processes, filings) = if full() { (16, 100) } else { (4, 5) };
    let agency = Agency::with_case();
    let title = |process: usize, filing: usize| format!("letter {process}-{filing}");
    std::thread::scope(|scope| {
        for process in 0..processes {
            let agency = &agency;
            scope.spawn(move || {
                for filing in 0..filings {
                    let title = title(process, filing);
                    let file = format!("{process}.txt");
                    let text = format!("{title}\n").repeat(1_024 / (title.len() + 1));
                    std::fs::write(agency.path(&file), text).unwrap();
                    // Half of them share a home folder, and with it what it remembers.
                    let home = if process % 2 == 0 { "home".to_owned() } else { format!("home-{process}") };
                    let arguments = ["attach", CASE, &file, "--title", &title];
                    agency.by("aisha", &arguments).env("HOME", agency.path(&home)).assert().success();
                }
            });
        }
    });
    let kept = titles(&agency);
    for process in 0..processes {
        for filing in 0..filings {
            assert!(kept.contains(&title(process, filing)), "{}", title(process, filing));
        }
    }
    assert_no_damage(&agency);
    agency.ok("aisha", &["verify"]);
    println!("{processes} processes, {filings} filings each: {:?}", start.elapsed());
}

/// Later than any entry that the program has made.
fn clock() -> Clock {
    Clock::new(DateTime::from_timestamp(2_000_000_000, 0).unwrap(), NaiveDate::from_ymd_opt(2016, 12, 1))
}

/// Moves the case to and fro; a move that meets a filing may have to be done again.
fn move_to_and_fro(agency: &Agency, rounds: usize) {
    let selma = agency.identity("selma");
    for round in 0..rounds {
        let archive = Archive::open(&agency.path("archive"), None).unwrap();
        let to = if round % 2 == 0 { Status::Inactive } else { Status::Open };
        let change = StatusChange::because("to and fro", to, "2016-12-01".parse().unwrap());
        let moved = archive.change_status(&selma, &unit(), &change, &clock());
        moved.unwrap_or_else(|e| panic!("move {round}: {e}"));
    }
}

#[test]
fn a_filing_that_races_a_move_loses_nothing_and_neither_does_the_move() {
    let (archives, rounds) = if full() { (10, 100) } else { (1, 10) };
    let (start, agency) = (Instant::now(), Agency::with_case());
    // A long history only slows both down: they race in a fresh archive every hundred rounds.
    for _ in 0..archives {
        race(&agency.again(), rounds);
    }
    println!("{} rounds: {:?}", archives * rounds, start.elapsed());
}

fn race(agency: &Agency, rounds: usize) {
    let archive = agency.path("archive");
    let letter = super::crash::letter;
    let receipts = std::thread::scope(|scope| {
        scope.spawn(|| move_to_and_fro(agency, rounds));
        let aisha = agency.identity("aisha");
        let mut receipts = Vec::new();
        for round in 0..rounds {
            let archive = Archive::open(&archive, None).unwrap();
            match archive.file(&aisha, &unit(), &[letter(round, 1_024)], &clock()) {
                Ok(receipt) => receipts.push(receipt),
                // "Run the same command again in a moment."
                Err(e) => assert_eq!(e.class(), Class::Busy, "filing {round}: {e}"),
            }
        }
        receipts
    });
    assert!(receipts.len() > rounds / 2, "most filings succeed");
    let opened = Archive::open(&archive, None).unwrap();
    let case = opened.case(&unit()).unwrap();
    let entries: BTreeSet<_> = case.entries().map(|judged| judged.name.hash).collect();
    assert!(receipts.iter().all(|receipt| entries.contains(&receipt.entry)), "a filing is gone");
    assert_eq!(case.entries().filter(|judged| judged.entry.op == casefile::log::Op::Move).count(), rounds);
    assert_no_damage(agency);
    assert_eq!(case.status(), Some(if rounds.is_multiple_of(2) { Status::Open } else { Status::Inactive }));
}
