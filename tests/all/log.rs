//! The signed history: which notes count, and what they add up to in any order.

mod disposal;
mod histories;

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

// ---- The byte form ----

#[test]
fn a_note_reads_back_and_signed_note_reads_it_too() {
    let agency = Agency::new();
    let note = agency.admit("aisha");
    let again = Note::parse(note.bytes(), &agency.root.id()).expect("well-formed");
    assert_eq!(again.name(), note.name());
    let key = agency.people["aisha"].verify_key();
    assert!(again.signed_by(&id("aisha"), &key, &agency.root.id()));
    assert!(!again.signed_by(&id("aisha"), &agency.people["ben"].verify_key(), &agency.root.id()));

    let name = format!("{}/aisha", agency.root.id().short(16));
    let encoded = [&[1][..], key.as_bytes()].concat();
    let key_id = signed_note::key_id(&name, &encoded);
    let vkey = format!("{name}+{key_id:08x}+{}", base64(&encoded));
    let verifier = signed_note::StandardVerifier::new(&vkey).expect("a verifier key");
    let theirs = signed_note::Note::from_bytes(note.bytes()).expect("a C2SP note");
    let list = signed_note::VerifierList::new(vec![Box::new(verifier)]);
    assert_eq!(theirs.verify(&list).expect("verified").0.len(), 1);
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let index = (bits >> (18 - 6 * place)) as usize & 63;
            text.push(if place <= chunk.len() { ALPHABET[index] as char } else { '=' });
        }
    }
    text
}

#[test]
fn any_other_byte_makes_a_note_foreign() {
    let agency = Agency::new();
    let note = agency.admit("aisha");
    let text = String::from_utf8(note.bytes().to_vec()).expect("text");
    let line = text.lines().last().expect("a signature line");
    let other = agency.admit("selma");
    let other = String::from_utf8(other.bytes().to_vec()).expect("text");
    let foreign_line = other.lines().last().expect("a signature line");
    let (head, encoded) = line.rsplit_once(' ').expect("base64");
    let variants = [
        format!("{text}{line}\n"),
        format!("{text}{foreign_line}\n"),
        format!("{text}\n"),
        text.trim_end().to_owned(),
        text.replace("\n\n", "\n\n\n"),
        text.replace("\n\n", "\r\n\r\n"),
        text.replacen(',', ", \t", 1),
        text.replacen('{', "{\"seq\":0,", 1),
        text.replace(line, &format!("{head}  {encoded}")),
        text.replace(encoded, encoded.trim_end_matches('=')),
        text.replace(encoded, &format!("{encoded}=")),
        text.replace(line, &line.replace('—', "-")),
        text.replace("\"seq\":0", "\"seq\":0.0"),
        format!("\u{feff}{text}"),
        text.replace("\"signers\":[\"aisha\"]", "\"signers\":[\"aisha\",\"aisha\"]"),
        text.replace("\"signers\":[\"aisha\"]", "\"signers\":[]"),
    ];
    for variant in variants {
        assert_ne!(variant, text, "the variant changes something");
        assert!(Note::parse(variant.as_bytes(), &agency.root.id()).is_err(), "{variant}");
    }
    // The last base64 digit before the padding has unused bits: another spelling of the same signature.
    let last = encoded.trim_end_matches('=').chars().last().expect("a digit");
    let sloppy = char::from_u32(last as u32 + 1).expect("a character");
    let respelled = encoded.replace(&format!("{last}="), &format!("{sloppy}="));
    assert!(Note::parse(text.replace(encoded, &respelled).as_bytes(), &agency.root.id()).is_err());
}

#[test]
fn a_further_signature_that_is_valid_itself_and_by_another_person_makes_a_note_foreign() {
    let agency = Agency::new();
    let note = agency.admit("aisha");
    let name = format!("{}/selma", agency.root.id().short(16));
    let selma = &agency.people["selma"];
    let key_id = signed_note::key_id(&name, &[&[1][..], selma.verify_key().as_bytes()].concat());
    let encoded = base64(&[&key_id.to_be_bytes()[..], &selma.sign(note.text())].concat());
    let line = format!("— {name} {encoded}\n");
    let text = String::from_utf8(note.bytes().to_vec()).expect("text");
    let parsed = |text: &str| Note::parse(text.as_bytes(), &agency.root.id());
    assert_eq!(parsed(&format!("{text}{line}")).err(), Some(Foreign::Signatures), "after the signer's");
    let (head, own) = text.split_once("\n\n").expect("a signature line");
    assert_eq!(parsed(&format!("{head}\n\n{line}{own}")).err(), Some(Foreign::Signatures), "before it");
    // The line is as good as one can be: where both are named, it counts.
    let mut both = note.content::<Entry>().expect("an entry");
    both.signers = vec![id("aisha"), id("selma")];
    let both = agency.sign(&both, &["aisha", "selma"]);
    assert!(both.signed_by(&id("selma"), &selma.verify_key(), &agency.root.id()));
    let theirs = String::from_utf8(both.bytes().to_vec()).expect("text");
    let last = theirs.lines().last().expect("a signature line");
    assert_eq!(last.split(' ').nth(1), line.split(' ').nth(1), "the same name");
    assert_eq!(last.split(' ').nth(2).map(|e| &e[..5]), Some(&encoded[..5]), "the same key");
}

#[test]
fn every_flipped_bit_of_a_note_is_foreign_or_unsigned() {
    let agency = Agency::new();
    let note = agency.admit("aisha");
    let key = agency.people["aisha"].verify_key();
    let step = if crate::support::full() { 1 } else { 7 };
    for bit in (0..note.bytes().len() * 8).step_by(step) {
        let mut bytes = note.bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Ok(read) = Note::parse(&bytes, &agency.root.id()) {
            assert!(!read.signed_by(&id("aisha"), &key, &agency.root.id()), "bit {bit}");
        }
    }
}

#[test]
fn a_note_of_another_archive_is_foreign() {
    let (ours, theirs) = (Agency::new(), Agency::new());
    let note = theirs.admit("aisha");
    assert_eq!(Note::parse(note.bytes(), &ours.root.id()).err(), Some(Foreign::Archive));
}

// ---- The roster ----

#[test]
fn the_founder_is_administrator_by_the_root_key() {
    let agency = Agency::new();
    let staff = agency.roster().now();
    assert!(staff.active(&id("nora")).expect("nora").has(Role::Administrator));
    assert!(!staff.active(&id("nora")).expect("nora").may_read_cases());
    assert!(staff.active(&id("aisha")).expect("aisha").may_read_cases());
    assert!(agency.roster().invalid().is_empty());
}

#[test]
fn only_the_root_makes_administrators_and_only_an_administrator_adds_staff() {
    let agency = Agency::new();
    let refused = |op, who, roles: &[Role], signer| {
        let mut with = Agency { staff: agency.staff.clone(), ..agency_parts(&agency) };
        with.staff.push(agency.staff_note(op, who, roles, signer));
        with.roster().invalid().to_vec()
    };
    for (op, who, roles, signer) in [
        (StaffOp::Add, "eve", vec![Role::Administrator], "nora"),
        (StaffOp::Add, "eve", vec![Role::CaseManager], "aisha"),
        (StaffOp::Role, "aisha", vec![Role::CaseSupervisor], "aisha"),
        (StaffOp::Role, "nora", vec![Role::Administrator, Role::CaseManager], "r1"),
        (StaffOp::Role, "selma", vec![Role::Administrator], "nora"),
        (StaffOp::Retire, "nora", vec![], "nora"),
        (StaffOp::Add, "aisha", vec![Role::CaseManager], "nora"),
    ] {
        let invalid = refused(op.clone(), who, &roles, signer);
        assert_eq!(invalid.len(), 1, "{op} {who} by {signer}");
    }
    assert!(refused(StaffOp::Add, "eve", &[Role::Administrator], "r1").is_empty());
    assert!(refused(StaffOp::Add, "eve", &[Role::CaseManager], "nora").is_empty());
}

fn agency_parts(of: &Agency) -> Agency {
    let people = ["nora", "selma", "aisha", "ben", "eve"];
    let copy = |name: &'static str| (name, clone_identity(&of.people[name]));
    Agency { people: people.map(copy).into(), root: of.root.clone(), staff: Vec::new(), key: of.key.clone() }
}

fn clone_identity(identity: &Identity) -> Identity {
    let pass = casefile::seal::Passphrase::new("test".to_owned());
    let file = identity.to_file(&pass, 10).expect("a key file");
    Identity::from_file(&file, &pass).expect("an identity")
}

#[test]
fn giving_up_is_valid_by_anybody_and_counts_by_two_people_with_an_administrator_among_them() {
    let mut agency = Agency::new();
    let lost: NoteName = format!("00000007-{}", Digest::of(b"lost")).parse().expect("a name");
    let mut counts = |signers: &[&str], op: StaffOp| {
        let mut note = agency.draft_staff(op, "selma", &[], "nora");
        note.person = None;
        note.signers = signers.iter().map(|name| id(name)).collect();
        note.lost = Some(vec![lost]);
        note.reason = Some(Digest::of(b"why"));
        agency.staff.push(agency.sign(&note, signers));
        let roster = agency.roster();
        assert_eq!(roster.invalid(), [], "who does not know the operation sees no fault in it");
        let counts = roster.is_given_up(&lost);
        agency.staff.pop();
        counts
    };
    for signers in [&["nora"][..], &["r1"], &["nora", "r1"], &["selma", "aisha"]] {
        assert!(!counts(signers, StaffOp::AcceptRestore), "{signers:?}");
    }
    assert!(!counts(&["nora", "selma"], StaffOp::Unknown("another-word".parse().expect("a word"))));
    assert!(counts(&["nora", "selma"], StaffOp::AcceptRestore));
    assert!(counts(&["aisha", "nora", "ben"], StaffOp::AcceptRestore));
}

#[test]
fn a_key_without_proof_of_possession_is_not_taken() {
    let mut agency = Agency::new();
    let mut draft = agency.draft_staff(StaffOp::Add, "eve", &[Role::CaseManager], "nora");
    let person = draft.person.as_mut().expect("a person");
    person.age = agency.people["ben"].recipient();
    let note = agency.sign(&draft, &["nora"]);
    agency.staff.push(note);
    assert_eq!(agency.roster().invalid().first().map(|(_, fault)| fault.clone()), Some(Fault::Proof));
    assert!(agency.roster().now().person(&id("eve")).is_none());
}

#[test]
fn retiring_beats_a_concurrent_role_and_losing_a_role_beats_keeping_it() {
    let mut agency = Agency::new();
    let retire = agency.staff_note(StaffOp::Retire, "ben", &[], "nora");
    let promote = agency.staff_note(StaffOp::Role, "ben", &[Role::CaseManager, Role::CaseSupervisor], "nora");
    let lose = agency.staff_note(StaffOp::Role, "selma", &[Role::ProjectDirector], "nora");
    let keep = agency.staff_note(StaffOp::Role, "selma", &[Role::CaseSupervisor, Role::CaseManager], "nora");
    agency.staff.extend([retire, promote, lose, keep]);
    let roster = agency.roster();
    assert!(roster.invalid().is_empty());
    assert_eq!(roster.heads().len(), 4);
    assert!(roster.now().person(&id("ben")).expect("ben").retired);
    let selma = roster.now().person(&id("selma")).expect("selma");
    assert!(!selma.has(Role::CaseSupervisor), "lost in one branch");
    assert!(selma.has(Role::ProjectDirector) && selma.has(Role::CaseManager), "gained in either");
}

#[test]
fn the_roster_is_the_same_in_any_order_and_waits_for_what_is_missing() {
    let agency = Agency::new();
    let mut reversed = agency.staff.clone();
    reversed.reverse();
    reversed.extend(agency.staff.clone());
    let again = Roster::fold(agency.root.clone(), &reversed, &HashSet::new());
    assert_eq!(again.heads(), agency.roster().heads());
    assert_eq!(again.now().people(), agency.roster().now().people());
    let holed: Vec<Note> =
        agency.staff.iter().enumerate().filter(|(i, _)| *i != 1).map(|p| p.1.clone()).collect();
    let waiting = Roster::fold(agency.root.clone(), &holed, &HashSet::new());
    assert_eq!(waiting.pending().len(), 2);
    assert!(waiting.now().person(&id("aisha")).is_none());
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

// ---- The fold ----

#[test]
fn two_concurrent_moves_give_the_earliest_status_and_a_flag_until_resolved() {
    let agency = Agency::new();
    let base = vec![agency.admit("aisha")];
    let closed = agency.next(&base, Op::Move, "aisha", moved(Status::Closed));
    let inactive = agency.next(&base, Op::Move, "selma", moved(Status::Inactive));
    let mut notes = with(&base, &[&closed, &inactive]);
    let thread = agency.fold(&notes);
    assert_eq!(thread.state.as_ref().and_then(|state| state.standing.status), Some(Status::Inactive));
    assert!(thread.flags.contains(&Flag::StatusConflict));
    notes.push(agency.next(&notes, Op::File, "ben", |e| e.add = vec![added(9)]));
    let thread = agency.fold(&notes);
    assert_eq!(thread.heads.len(), 1, "filing names both heads");
    assert!(thread.flags.contains(&Flag::StatusConflict), "filing settles nothing");
    notes.push(agency.next(&notes, Op::Resolve, "selma", moved(Status::Closed)));
    let thread = agency.fold(&notes);
    assert!(thread.flags.is_empty(), "{:?}", thread.flags);
    assert_eq!(thread.state.and_then(|state| state.standing.status), Some(Status::Closed));
}

#[test]
fn a_move_survives_a_concurrent_filing_that_did_not_see_it() {
    let agency = Agency::new();
    let base = vec![agency.admit("aisha")];
    let moved = agency.next(&base, Op::Move, "selma", moved(Status::Inactive));
    let filed = agency.next(&base, Op::File, "ben", |e| e.add = vec![added(1)]);
    let thread = agency.fold(&with(&base, &[&moved, &filed]));
    assert_eq!(thread.state.and_then(|state| state.standing.status), Some(Status::Inactive));
    assert_eq!(thread.live.len(), 1);
    assert!(thread.flags.is_empty());
}

#[test]
fn two_key_changes_that_meet_keep_only_common_readers_until_merged() {
    let agency = Agency::new();
    let base = vec![agency.admit("aisha")];
    let new_key = || Generation::generate(at(0).moment()).recipient();
    let reader =
        |name: &str| Reader { id: id(name), capacity: "manager".parse().expect("a word"), until: None };
    let handover = agency.next(&base, Op::Key, "selma", |e| {
        e.key = new_key();
        e.readers[0] = reader("ben");
    });
    let plain = agency.next(&base, Op::Key, "aisha", |e| e.key = new_key());
    let mut notes = with(&base, &[&handover, &plain]);
    let thread = agency.fold(&notes);
    assert!(thread.flags.contains(&Flag::KeyConflict));
    let ids: Vec<String> =
        thread.state.expect("a state").readers.iter().map(|reader| reader.id.to_string()).collect();
    assert_eq!(ids, ["selma"]);
    notes.push(agency.next(&notes, Op::Key, "selma", |e| {
        e.key = new_key();
        e.readers.push(reader("ben"));
    }));
    assert!(agency.fold(&notes).flags.is_empty());
}

#[test]
fn a_missing_parent_is_a_gap_that_changes_nothing_until_it_comes() {
    let agency = Agency::new();
    let base = vec![agency.admit("aisha")];
    let moved = agency.next(&base, Op::Move, "selma", moved(Status::Inactive));
    let filed = agency.next(&with(&base, &[&moved]), Op::File, "ben", |e| e.add = vec![added(1)]);
    let gap = with(&base, &[&filed]);
    let thread = agency.fold(&gap);
    assert_eq!(agency.verdict(&gap, &filed), Verdict::Pending);
    assert!(thread.flags.contains(&Flag::Gap));
    assert!(thread.live[0].pending, "readable all the same");
    assert_eq!(thread.state.and_then(|state| state.standing.status), Some(Status::Open));
    // What is filed meanwhile stays valid when the missing entry comes.
    let meanwhile = agency.next(&gap, Op::File, "ben", |e| e.add = vec![added(2)]);
    let whole = with(&gap, &[&meanwhile, &moved]);
    assert!(agency.fold(&whole).entries.iter().all(|judged| judged.verdict == Verdict::Valid));
    assert!(agency.fold(&whole).flags.is_empty());
}

#[test]
fn a_stranger_cannot_fake_a_gap() {
    let agency = Agency::new();
    let base = vec![agency.admit("aisha")];
    let nowhere = NoteName { seq: 7, hash: Digest::of(b"nowhere") };
    let fake = agency.next(&base, Op::File, "eve", |e| {
        e.parents = vec![nowhere];
        e.seq = 8;
    });
    assert!(!agency.fold(&with(&base, &[&fake])).flags.contains(&Flag::Gap));
}

#[test]
fn two_admissions_of_one_label_are_twins() {
    let agency = Agency::new();
    let first = agency.admit("aisha");
    let second = agency.admit("selma");
    let folded = fold(&unit(), &[first, second], &agency.roster(), &HashSet::new());
    assert_eq!(folded.threads.len(), 2);
    assert!(folded.threads.iter().all(|thread| thread.flags.contains(&Flag::Twins)));
}

#[test]
fn two_files_of_one_text_are_one_entry_and_either_name_leads_to_it() {
    let agency = Agency::new();
    let base = vec![agency.admit("aisha")];
    let entry = agency.next(&base, Op::File, "aisha", |e| e.add = vec![added(1)]);
    // Ed25519 here is deterministic, so a second good signature needs a second, equal text elsewhere:
    // a copy of the same file is one note already.
    let thread = agency.fold(&with(&base, &[&entry, &entry]));
    assert_eq!(thread.entries.len(), 2);
    assert_eq!(thread.live.len(), 1);
}

#[test]
fn an_unknown_operation_is_an_unknown_event_and_a_critical_one_stops_writing() {
    let agency = Agency::new();
    let base = vec![agency.admit("aisha")];
    let word = |text: &str| text.parse::<Word>().expect("a word");
    let event = agency.next(&base, Op::Unknown(word("anoint")), "aisha", |_| {});
    let flags = agency.fold(&with(&base, &[&event])).flags;
    assert!(flags.contains(&Flag::UnknownEvent) && !flags.contains(&Flag::Newer));
    let critical =
        agency.next(&base, Op::Unknown(word("anoint")), "aisha", |e| e.crit = vec![word("anoint")]);
    assert!(agency.fold(&with(&base, &[&critical])).flags.contains(&Flag::Newer));
}
