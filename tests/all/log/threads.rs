//! The fold: one state from a history in which several wrote at once.

use super::*;

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
