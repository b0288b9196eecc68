//! The signed history: which notes count, and what they add up to in any order.

mod disposal;
mod histories;
mod note;
mod roster;
mod threads;

use casefile::log::entry::ENTRY;
use casefile::log::staff::STAFF;
use casefile::log::*;
use casefile::names::{Digest, PersonId, Status, Unit};
use casefile::seal::{DocId, Generation, Identity};
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

const UNIT: &str = "UASC-2016-0012";

fn id(text: &str) -> PersonId {
    text.parse().expect("a person id")
}

fn unit() -> Unit {
    UNIT.parse().expect("a unit")
}

fn at(minute: u32) -> Time {
    let moment = chrono::DateTime::from_timestamp(1_780_000_000 + 60 * i64::from(minute), 0);
    Time::new(moment.expect("a moment"))
}

fn day(text: &str) -> Day {
    text.parse().expect("a date")
}

/// A small agency: nora administers, selma supervises, aisha and ben are case managers.
struct Agency {
    people: BTreeMap<&'static str, Identity>,
    root: Root,
    staff: Vec<Note>,
    key: casefile::seal::Recipient,
}

impl Agency {
    fn new() -> Self {
        let mut people = BTreeMap::new();
        for name in ["nora", "selma", "aisha", "ben", "eve"] {
            people.insert(name, Identity::generate(id(name), name).expect("an identity"));
        }
        let key = Generation::generate(at(0).moment()).recipient();
        let (root, _) = Root::new(at(0), [7; 16], people["nora"].verify_key(), true).expect("a root");
        let mut agency = Self { people, root, staff: Vec::new(), key };
        let genesis = agency.staff_note(StaffOp::Genesis, "nora", &[Role::Administrator], "r1");
        agency.staff.push(genesis);
        for (name, role) in
            [("selma", Role::CaseSupervisor), ("aisha", Role::CaseManager), ("ben", Role::CaseManager)]
        {
            let note = agency.staff_note(StaffOp::Add, name, &[role], "nora");
            agency.staff.push(note);
        }
        agency
    }

    fn roster(&self) -> Roster {
        Roster::fold(self.root.clone(), &self.staff, &HashSet::new())
    }

    fn draft_staff(&self, op: StaffOp, who: &str, roles: &[Role], signer: &str) -> StaffNote {
        let roster = self.roster();
        let public = self.people[who].public();
        StaffNote {
            casefile: STAFF.to_owned(),
            archive: self.root.id(),
            seq: roster.heads().iter().map(|head| head.seq + 1).max().unwrap_or(0),
            parents: roster.heads().to_vec(),
            time: at(0),
            op,
            signers: vec![id(signer)],
            person: Some(StaffPerson {
                id: public.id,
                sign: public.sign,
                age: public.age,
                roles: roles.to_vec(),
                proof: public.proof,
            }),
            register: None,
            crit: vec![],
            root: None,
            policy: None,
            lost: None,
            reason: None,
        }
    }

    fn staff_note(&self, op: StaffOp, who: &str, roles: &[Role], signer: &str) -> Note {
        self.sign(&self.draft_staff(op, who, roles, signer), &[signer])
    }

    fn sign<T: Serialize>(&self, content: &T, signers: &[&str]) -> Note {
        let person = |name: &str| &self.people[if name.starts_with("r1") { "nora" } else { name }];
        let acts: Vec<_> = signers.iter().map(|name| move |m: &[u8]| person(name).sign(m)).collect();
        let signers: Vec<Signer<'_>> = signers
            .iter()
            .zip(&acts)
            .map(|(name, act)| Signer { name: id(name), key: person(name).verify_key(), sign: act })
            .collect();
        Note::sign(content, &self.root.id(), &signers).expect("a note")
    }

    fn admit(&self, by: &str) -> Note {
        let reader = |name: &str, capacity: &str| Reader {
            id: id(name),
            capacity: capacity.parse().expect("a word"),
            until: None,
        };
        let entry = Entry {
            casefile: ENTRY.to_owned(),
            archive: self.root.id(),
            folder: None,
            label: unit(),
            seq: 0,
            parents: vec![],
            roster: self.roster().heads().to_vec(),
            signers: vec![id(by)],
            time: at(1),
            op: Op::Admit,
            rule: None,
            status: Some(Status::Open),
            since: Some(day("2016-10-01")),
            until: None,
            team: Some(Team { manager: id("aisha"), supervisor: id("selma") }),
            readers: vec![reader("aisha", "manager"), reader("selma", "supervisor")],
            key: self.key.clone(),
            envelope: Digest::of(b"envelope"),
            add: vec![],
            drop: vec![],
            crit: vec![],
            tool: Tool::this(),
        };
        self.sign(&entry, &[by])
    }

    fn fold(&self, notes: &[Note]) -> Thread {
        let folded = fold(&unit(), notes, &self.roster(), &HashSet::new());
        folded.threads.into_iter().next().expect("a folder")
    }

    /// The next entry of what `notes` give, changed by `change` and signed by `by`.
    fn next(&self, notes: &[Note], op: Op, by: &str, change: impl FnOnce(&mut Entry)) -> Note {
        let thread = self.fold(notes);
        let time = at(2 + u32::try_from(notes.len()).expect("few notes"));
        let mut entry = thread.draft(&self.roster(), op, &id(by), time).expect("a state");
        change(&mut entry);
        self.sign(&entry, &[by])
    }

    fn verdict(&self, notes: &[Note], of: &Note) -> Verdict {
        self.fold(notes).verdict(&of.name()).expect("judged").clone()
    }
}

fn added(seed: u8) -> Added {
    Added { d: DocId::from_bytes([seed; 16]), r: Part::Doc, h: Digest::of(&[seed]), n: 100 }
}

fn with(notes: &[Note], more: &[&Note]) -> Vec<Note> {
    notes.iter().chain(more.iter().copied()).cloned().collect()
}

fn moved(status: Status) -> impl FnOnce(&mut Entry) {
    move |entry| {
        entry.status = Some(status);
        entry.since = Some(day("2016-11-30"));
    }
}

// ---- Authority and validity ----

#[test]
fn forged_entries_are_invalid_and_ignored() {
    let agency = Agency::new();
    let base = vec![agency.admit("aisha")];
    let evil_key = Generation::generate(at(0).moment()).recipient();
    let forged = [
        // Someone who may file, naming their own key in passing.
        agency.next(&base, Op::File, "ben", |e| e.key = evil_key.clone()),
        agency.next(&base, Op::File, "ben", |e| e.readers[0].id = id("ben")),
        agency.next(&base, Op::File, "ben", |e| e.status = Some(Status::Closed)),
        agency.next(&base, Op::File, "ben", |e| e.envelope = Digest::of(b"mine")),
        agency.next(&base, Op::File, "ben", |e| e.drop = vec![Digest::of(b"x")]),
        // Someone who is no reader.
        agency.next(&base, Op::Move, "ben", moved(Status::Inactive)),
        agency.next(&base, Op::Key, "ben", |e| e.key = evil_key.clone()),
        agency.next(&base, Op::Amend, "nora", |_| {}),
        agency.next(&base, Op::Move, "nora", moved(Status::Closed)),
        // Someone who is nobody here.
        agency.next(&base, Op::File, "eve", |_| {}),
        // A reader who reads nothing by role, a generation made by someone who leaves.
        agency.next(&base, Op::Readers, "aisha", |e| {
            e.readers.push(Reader {
                id: id("nora"),
                capacity: "cover".parse().expect("a word"),
                until: None,
            });
        }),
        agency.next(&base, Op::Key, "aisha", |e| {
            e.key = evil_key.clone();
            e.readers.remove(0);
        }),
        // Wrong numbers and places.
        agency.next(&base, Op::File, "aisha", |e| e.seq = 2),
        agency.next(&base, Op::File, "aisha", |e| e.folder = Some(Digest::of(b"other"))),
        agency.next(&base, Op::ApproveDisposal, "selma", |_| {}),
        agency.next(&base, Op::Review, "aisha", |e| e.add = vec![Added { r: Part::Reason, ..added(1) }]),
    ];
    let before = agency.fold(&base);
    for (n, note) in forged.iter().enumerate() {
        let notes = with(&base, &[note]);
        let folded = fold(&unit(), &notes, &agency.roster(), &HashSet::new());
        let thread = &folded.threads[0];
        assert_eq!(thread.state, before.state, "forgery {n} changed the state");
        assert_eq!(thread.heads, before.heads, "forgery {n} became a head");
        assert!(thread.live.is_empty() && thread.dropped.is_empty());
        let verdict = folded.threads.iter().find_map(|thread| thread.verdict(&note.name()));
        assert!(!matches!(verdict, Some(Verdict::Valid)), "forgery {n}: {verdict:?}");
    }
}

#[test]
fn what_builds_on_an_invalid_entry_is_invalid_too() {
    let agency = Agency::new();
    let base = vec![agency.admit("aisha")];
    let forged = agency.next(&base, Op::Move, "ben", moved(Status::Closed));
    let child = agency.next(&base, Op::File, "aisha", |e| {
        e.parents = vec![forged.name()];
        e.seq = 2;
        e.status = Some(Status::Closed);
    });
    let notes = with(&base, &[&forged, &child]);
    assert_eq!(agency.verdict(&notes, &child), Verdict::Invalid(Fault::Parent(forged.name())));
}

#[test]
fn a_role_counts_as_of_the_roster_an_entry_cites() {
    let mut agency = Agency::new();
    let base = vec![agency.admit("aisha")];
    let filed = agency.next(&base, Op::File, "ben", |e| e.add = vec![added(1)]);
    let retire = agency.staff_note(StaffOp::Retire, "ben", &[], "nora");
    agency.staff.push(retire);
    let notes = with(&base, &[&filed]);
    assert_eq!(agency.verdict(&notes, &filed), Verdict::Valid, "signed before ben left");
    let after = agency.next(&notes, Op::File, "ben", |_| {});
    assert!(matches!(
        agency.verdict(&with(&notes, &[&after]), &after),
        Verdict::Invalid(Fault::Signature(_))
    ));
    // Citing an older roster than a parent does is no way round it.
    let seen = agency.next(&notes, Op::File, "aisha", |_| {});
    let notes = with(&notes, &[&seen]);
    let older = agency.next(&notes, Op::File, "ben", |e| e.roster = vec![agency.staff[3].name()]);
    assert_eq!(agency.verdict(&with(&notes, &[&older]), &older), Verdict::Invalid(Fault::Staff));
}

#[test]
fn an_administrator_closes_an_aged_out_case_on_its_date_and_not_before() {
    let agency = Agency::new();
    let admit = vec![agency.admit("aisha")];
    let aged = agency.next(&admit, Op::Move, "selma", |e| {
        e.status = Some(Status::AgedOut);
        e.since = Some(day("2016-10-01"));
        e.until = Some(day("2017-04-01"));
    });
    let notes = with(&admit, &[&aged]);
    let close = |since: &'static str| {
        move |e: &mut Entry| {
            e.status = Some(Status::Closed);
            e.since = Some(day(since));
            e.until = None;
        }
    };
    let early = agency.next(&notes, Op::Move, "nora", close("2017-03-01"));
    let due = agency.next(&notes, Op::Move, "nora", close("2017-04-01"));
    assert!(matches!(
        agency.verdict(&with(&notes, &[&early]), &early),
        Verdict::Invalid(Fault::Authority(_))
    ));
    assert_eq!(agency.verdict(&with(&notes, &[&due]), &due), Verdict::Valid);
}

#[test]
fn a_hold_is_released_by_another_person_and_stops_a_disposal() {
    let agency = Agency::new();
    let mut notes = vec![agency.admit("aisha")];
    notes.push(agency.next(&notes, Op::Hold, "selma", |_| {}));
    assert!(agency.fold(&notes).flags.contains(&Flag::Hold));
    let own = agency.next(&notes, Op::Release, "selma", |_| {});
    assert!(matches!(agency.verdict(&with(&notes, &[&own]), &own), Verdict::Invalid(Fault::Authority(_))));
    notes.push(agency.next(&notes, Op::Release, "aisha", |_| {}));
    notes.push(agency.next(&notes, Op::ProposeDisposal, "aisha", |_| {}));
    notes.push(agency.next(&notes, Op::ApproveDisposal, "selma", |_| {}));
    let dispose = agency.next(&notes, Op::Dispose, "aisha", |_| {});
    assert_eq!(agency.fold(&with(&notes, &[&dispose])).stage, casefile::log::state::Stage::Decided);
    let held = agency.next(&notes, Op::Hold, "nora", |_| {});
    let thread = agency.fold(&with(&notes, &[&dispose, &held]));
    assert!(thread.flags.contains(&Flag::DisposalVoid) && thread.flags.contains(&Flag::Hold));
    let filed = agency.next(&notes, Op::File, "ben", |e| e.add = vec![added(3)]);
    assert!(agency.fold(&with(&notes, &[&dispose, &filed])).flags.contains(&Flag::DisposalVoid));
}
