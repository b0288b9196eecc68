//! The operations that are cut short and made to fail: each once, for the story and for failing disks.

use super::story::{Fact, clock, days, document, filed, id, other_unit, unit, who};
use casefile::archive::{
    Archive, Case, Matter, NewReader, OfficeFounding, Progress, Rekey, Resolution, ReviewVerdict,
    StatusChange, TeamChange,
};
use casefile::error::Error;
use casefile::log::{Part, Policy, Role};
use casefile::names::{Digest, Status, Unit};
use casefile::seal::{Concern, DocId, Given, Ground};
use casefile::store::Store;
use std::path::Path;

pub type Acted = Result<Vec<Fact>, Error>;

/// An act on a store, by its name.
pub type Named = (&'static str, fn(Box<dyn Store>) -> Acted);

const REASON: &str = "Zebra-reason: as agreed";

fn open(store: Box<dyn Store>) -> Result<Archive, Error> {
    Archive::with_store(store, None)
}

pub fn add_person(store: Box<dyn Store>) -> Acted {
    open(store)?.add_person(who("nora"), &who("carla").public(), &[Role::CaseManager], &clock(5))?;
    Ok(vec![Fact::Person(id("carla"), vec![Role::CaseManager])])
}

pub fn set_roles(store: Box<dyn Store>, person: &str, role: Role) -> Acted {
    open(store)?.set_roles(who("nora"), &id(person), &[role], &clock(5))?;
    Ok(vec![Fact::Person(id(person), vec![role])])
}

pub fn retire(store: Box<dyn Store>, person: &str) -> Acted {
    open(store)?.retire(who("nora"), &id(person), &clock(5))?;
    Ok(vec![Fact::Person(id(person), vec![])])
}

/// A new key; a deep one seals everything anew, and nothing of what was there before is left.
pub fn rekey(store: Box<dyn Store>, deep: bool) -> Acted {
    let archive = open(store)?;
    let gone = replaced(&archive.case(&unit())?, deep);
    let how = Rekey { deep, reason: Some(REASON.to_owned()), ..Rekey::default() };
    let done = archive.rekey(who("selma"), &unit(), &how, &clock(6))?;
    // What could not be deleted is said; a settle deletes it.
    let gone = if done.unfinished.is_empty() { gone } else { Vec::new() };
    Ok(vec![filed(done.receipt, &[]), Fact::Gone(gone)])
}

/// What a new key takes the place of: the envelope and, of a deep one, every object.
pub fn replaced(case: &Case, deep: bool) -> Vec<Digest> {
    let objects = case.live().filter(|_| deep).map(|live| live.added.h);
    [case.state().envelope].into_iter().chain(objects).collect()
}

pub fn add_reader(store: Box<dyn Store>) -> Acted {
    let new = NewReader {
        person: id("carla"),
        capacity: "shadow".to_owned(),
        until: Some("2030-01-01".parse().unwrap()),
        reason: REASON.to_owned(),
    };
    let done = open(store)?.add_reader(who("selma"), &unit(), &new, &clock(6))?;
    Ok(vec![filed(done.receipt, &[])])
}

pub fn remove_reader(store: Box<dyn Store>) -> Acted {
    let how = Rekey { reason: Some(REASON.to_owned()), ..Rekey::default() };
    let done = open(store)?.remove_reader(who("selma"), &unit(), &id("carla"), &how, &clock(6))?;
    Ok(vec![filed(done.receipt, &[])])
}

/// Another manager: who was it reads no more.
pub fn hand_over(store: Box<dyn Store>) -> Acted {
    let how = Rekey { reason: Some(REASON.to_owned()), ..Rekey::default() };
    let change = TeamChange { manager: Some(id("carla")), supervisor: None, custodian: false, how };
    let done = open(store)?.set_team(who("selma"), &unit(), &change, &clock(6))?;
    Ok(vec![filed(done.receipt, &[])])
}

/// A document that is not withdrawn.
fn standing(case: &Case) -> DocId {
    let withdrawn = case.withdrawn();
    let mut documents = case.live().filter(|live| live.added.r == Part::Doc).map(|live| live.added.d);
    documents.find(|d| !withdrawn.contains(d)).unwrap()
}

pub fn withdraw(store: Box<dyn Store>) -> Acted {
    let archive = open(store)?;
    let d = standing(&archive.case(&unit())?);
    let receipt = archive.withdraw(who("selma"), &unit(), d, REASON, &clock(6))?;
    Ok(vec![filed(receipt, &[])])
}

pub fn review(store: Box<dyn Store>) -> Acted {
    let archive = open(store)?;
    let d = standing(&archive.case(&unit())?);
    let receipt = archive.review(who("selma"), &unit(), d, ReviewVerdict::Return, REASON, &clock(6))?;
    Ok(vec![filed(receipt, &[])])
}

pub fn age_out(store: Box<dyn Store>) -> Acted {
    let change = StatusChange { until: Some("2017-06-01".parse().unwrap()), ..change(Status::AgedOut) };
    let receipt = open(store)?.change_status(who("selma"), &unit(), &change, &clock(6))?;
    Ok(vec![Fact::Status(Status::AgedOut), filed(receipt, &[])])
}

pub fn extend(store: Box<dyn Store>) -> Acted {
    let until = "2017-09-01".parse().unwrap();
    let receipt = open(store)?.extend(who("selma"), &unit(), until, (None, REASON), &clock(6))?;
    Ok(vec![filed(receipt, &[])])
}

pub fn relabel(store: Box<dyn Store>) -> Acted {
    let receipt = open(store)?.relabel(who("selma"), &unit(), &other_unit(), None, REASON, &clock(6))?;
    Ok(vec![filed(receipt, &[])])
}

pub fn settle(store: Box<dyn Store>, gone: &[Digest]) -> Acted {
    open(store)?.settle(&[], clock(7).now(), false)?;
    Ok(vec![Fact::Gone(gone.to_vec())])
}

/// What `settle --from` does with a copy in which the status became another than here.
pub fn merge(store: Box<dyn Store>, copy: &Path) -> Acted {
    let mut archive = open(store)?;
    archive.merge(copy, clock(7).now(), false)?;
    Ok(vec![Fact::Status(archive.case(&unit())?.status().unwrap()), Fact::Forked(true)])
}

pub fn resolve(store: Box<dyn Store>) -> Acted {
    let resolution =
        Resolution { status: Some(Status::Inactive), reason: REASON.to_owned(), ..Resolution::default() };
    let receipt = open(store)?.resolve(who("selma"), &unit(), &resolution, &clock(8))?;
    Ok(vec![Fact::Status(Status::Inactive), filed(receipt, &[]), Fact::Forked(false)])
}

pub fn file(store: Box<dyn Store>, first: usize, sizes_bytes: &[usize]) -> Acted {
    let documents: Vec<_> =
        sizes_bytes.iter().enumerate().map(|(at, size)| document(first + at, *size)).collect();
    let receipt = open(store)?.file(who("aisha"), &unit(), &documents, &clock(5))?;
    Ok(vec![filed(receipt, &documents)])
}

/// Files where a snapshot is due: one is left.
pub fn file_with_a_snapshot(store: Box<dyn Store>) -> Acted {
    let documents = [document(80, 400)];
    let receipt = open(store)?.file(who("selma"), &unit(), &documents, &clock(8))?;
    Ok(vec![filed(receipt, &documents)])
}

pub fn give(store: Box<dyn Store>) -> Acted {
    let archive = open(store)?;
    let given = Given {
        documents: vec![standing(&archive.case(&unit())?)],
        to: "Zebra-reason: the court".to_owned(),
        purpose: REASON.to_owned(),
        ground: Ground::Legal,
        reference: Some(REASON.to_owned()),
        consent: None,
        date: "2016-12-01".parse().unwrap(),
        transfer: false,
    };
    Ok(vec![filed(archive.give(who("selma"), &unit(), &given, &clock(8))?, &[])])
}

/// What a sweep announces of a case.
pub fn announce(store: Box<dyn Store>) -> Acted {
    Ok(vec![filed(open(store)?.announce(who("nora"), &unit(), "ageing-out", &clock(8))?, &[])])
}

pub fn limit_reader(store: Box<dyn Store>) -> Acted {
    let limit = (&id("carla"), "2029-01-01".parse().unwrap());
    let how = Rekey { reason: Some(REASON.to_owned()), ..Rekey::default() };
    let done = open(store)?.limit_reader(who("selma"), &unit(), limit, &how, &clock(8))?;
    Ok(vec![filed(done.receipt, &[])])
}

/// A folder about the work is founded with one document.
pub fn found_office(store: Box<dyn Store>) -> Acted {
    let new = OfficeFounding { documents: vec![document(90, 300)], ..OfficeFounding::new(Matter::Staff) };
    let new = OfficeFounding { concern: Concern::about(&[id("aisha")]), ..new };
    let receipt = open(store)?.found_office(who("selma"), &new, &clock(8))?;
    Ok(vec![Fact::Office(receipt)])
}

/// Somebody who cannot read that folder hands something in.
pub fn hand_in(store: Box<dyn Store>) -> Acted {
    let (folder, documents) = ("STAFF-2016-0001".parse().unwrap(), [document(91, 300)]);
    let about = Concern::default();
    let receipt = open(store)?.hand_in(who("nora"), &folder, &documents, &about, &clock(8))?;
    Ok(vec![Fact::Office(receipt)])
}

pub fn close(store: Box<dyn Store>, unit: &Unit) -> Acted {
    let receipt = open(store)?.change_status(who("selma"), unit, &change(Status::Closed), &clock(9))?;
    Ok(vec![Fact::Status(Status::Closed), filed(receipt, &[])])
}

pub fn set_policy(store: Box<dyn Store>) -> Acted {
    let policy = Policy { default: Some(1), ..Policy::default() };
    open(store)?.set_policy(who("nora"), &policy, &clock(9))?;
    Ok(vec![])
}

pub fn hold(store: Box<dyn Store>, unit: &Unit) -> Acted {
    Ok(vec![filed(open(store)?.hold(who("selma"), unit, REASON, &days(400))?, &[])])
}

pub fn release(store: Box<dyn Store>, unit: &Unit) -> Acted {
    Ok(vec![filed(open(store)?.release(who("nora"), unit, REASON, &days(400))?, &[])])
}

pub fn propose(store: Box<dyn Store>, unit: &Unit) -> Acted {
    Ok(vec![filed(open(store)?.propose_disposal(who("selma"), unit, REASON, &days(400))?, &[])])
}

pub fn cancel(store: Box<dyn Store>, unit: &Unit) -> Acted {
    Ok(vec![filed(open(store)?.cancel_disposal(who("nora"), unit, REASON, &days(400))?, &[])])
}

pub fn approve(store: Box<dyn Store>, unit: &Unit) -> Acted {
    Ok(vec![filed(open(store)?.approve_disposal(who("nora"), unit, &days(400))?, &[])])
}

pub fn decide(store: Box<dyn Store>, unit: &Unit) -> Acted {
    match open(store)?.dispose(who("nora"), unit, &days(400), false)? {
        Progress::Decided { receipt: Some(receipt), .. } => Ok(vec![filed(receipt, &[])]),
        // A run that could not say that it had decided did so: its time of waiting has begun.
        Progress::Waits(_) => Ok(vec![]),
        other => panic!("not decided: {other:?}"),
    }
}

pub fn register(store: Box<dyn Store>) -> Acted {
    open(store)?.register(who("nora"))?;
    Ok(vec![])
}

pub fn witness(store: Box<dyn Store>) -> Acted {
    open(store)?.witness(who("aisha"), &"nora".parse().unwrap(), &days(440))?;
    Ok(vec![])
}

/// The run that destroys: every key and every object.
pub fn destroy(store: Box<dyn Store>, unit: &Unit) -> Acted {
    let archive = open(store)?;
    let gone = replaced(&archive.case(unit)?, true);
    match archive.dispose(who("nora"), unit, &days(441), false)? {
        Progress::Destroyed(_) => Ok(vec![Fact::Destroyed, Fact::Gone(gone)]),
        Progress::Again(_) => Ok(vec![Fact::Destroyed]),
        other => panic!("not destroyed: {other:?}"),
    }
}

pub fn change(to: Status) -> StatusChange {
    StatusChange::because("Zebra-reason: no contact", to, "2016-12-01".parse().unwrap())
}
