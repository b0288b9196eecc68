//! Snapshots by people who do not read a folder, and decisions to destroy that are void: neither has any
//! effect. With the check left out each would, and these tests see that.

use super::strangers::{Office, clock, unit};
use super::{Archive, NewDocument, Progress, StatusChange};
use crate::clock::Clock;
use crate::log::{NoteName, Part, Policy, Signer, Snapshot, Time};
use crate::names::{Digest, Status};
use crate::seal::{Card, object};
use crate::sown::{self, Fault};
use chrono::Duration;

fn open(office: &Office) -> Archive {
    Archive::open(&office.dir(), None).unwrap()
}

/// Noon of the day so many days after the office opened.
fn later(days: i64) -> Clock {
    Clock::new(clock().now() + Duration::days(days), None)
}

fn letter() -> NewDocument {
    NewDocument::new("letter", "a letter", "2016-11-30".parse().unwrap(), "text/plain", "a letter")
}

/// Tomas reads nothing here; he leaves a snapshot in which the letter has another title. The title that
/// Selma sees.
fn title_after_a_forgery() -> String {
    let office = Office::open();
    let archive = open(&office);
    archive.file(office.who("aisha"), &unit(), &[letter()], &clock()).unwrap();
    let open = archive.unlock(&unit(), office.who("selma")).unwrap();
    let card = Card { title: "forged".to_owned(), ..open.cards().unwrap().remove(0) }.to_bytes().unwrap();
    let sealed = open.case().live().find(|live| live.added.r == Part::Card).unwrap().added.h;
    let cards: [(Digest, &[u8]); 1] = [(sealed, &card)];
    let by = office.who("tomas");
    let sign = |message: &[u8]| by.sign(message);
    let signer = Signer { name: by.id().clone(), key: by.verify_key(), sign: &sign };
    let time = Time::new(clock().now());
    let written = Snapshot::write(open.case().thread(), archive.roster(), &signer, time, &cards);
    let (seq, text) = written.unwrap().unwrap();
    let snapshot = object::seal(&text, &open.case().state().key).unwrap();
    let name = NoteName { seq, hash: snapshot.digest() };
    std::fs::write(open.case().folder().join(format!("{name}.snap")), snapshot.bytes()).unwrap();
    let again = Archive::open(&office.dir(), None).unwrap();
    again.unlock(&unit(), office.who("selma")).unwrap().cards().unwrap().remove(0).title
}

#[test]
fn a_snapshot_by_someone_who_reads_nothing_here_is_not_believed() {
    assert_eq!(title_after_a_forgery(), "a letter");
}

#[test]
fn with_any_snapshot_trusted_the_forged_one_is_found_out() {
    assert_eq!(sown::with(Fault::AnySnapshotTrusted, title_after_a_forgery), "forged");
}

/// A case whose destruction is decided, and into which somebody files before its time is over: whether the
/// next run destroys it.
fn destroyed_after_a_sign_of_life() -> bool {
    let office = Office::open();
    let (nora, selma) = (office.who("nora"), office.who("selma"));
    let since = "2016-12-01".parse().unwrap();
    let because = StatusChange::because("a durable solution", Status::Closed, since);
    let close = StatusChange { documents: vec![letter()], ..because };
    open(&office).change_status(selma, &unit(), &close, &clock()).unwrap();
    let policy = Policy { default: Some(1), ..Policy::default() };
    open(&office).set_policy(nora, &policy, &clock()).unwrap();
    open(&office).propose_disposal(selma, &unit(), "its time is over", &later(400)).unwrap();
    open(&office).approve_disposal(nora, &unit(), &later(400)).unwrap();
    let decided = open(&office).dispose(nora, &unit(), &later(400), false).unwrap();
    assert!(matches!(decided, Progress::Decided { .. }));
    open(&office).file(office.who("tomas"), &unit(), &[letter()], &later(401)).unwrap();
    let checkpoint = open(&office).register(nora).unwrap().name();
    assert!(!checkpoint.is_empty());
    open(&office).witness(office.who("tomas"), &"nora".parse().unwrap(), &later(440)).unwrap();
    let run = open(&office).dispose(nora, &unit(), &later(441), false).unwrap();
    let is_readable = open(&office).unlock(&unit(), selma).is_ok_and(|open| open.cards().is_ok());
    assert_eq!(is_readable, !matches!(run, Progress::Destroyed(_)));
    !is_readable
}

#[test]
fn a_decision_with_a_sign_of_life_after_it_destroys_nothing() {
    assert!(!destroyed_after_a_sign_of_life());
}

#[test]
fn with_void_decisions_executed_the_destruction_is_found_out() {
    assert!(sown::with(Fault::VoidDisposeExecuted, destroyed_after_a_sign_of_life));
}
