//! The end of a folder, as its log has it: which decision stands, and what comes after.

use super::*;

/// A case whose disposal is approved, and the decision after it.
fn decided(agency: &Agency) -> (Vec<Note>, Note) {
    let mut notes = vec![agency.admit("aisha")];
    notes.push(agency.next(&notes, Op::File, "ben", |e| e.add = vec![added(1), added(2)]));
    notes.push(agency.next(&notes, Op::ProposeDisposal, "aisha", |_| {}));
    notes.push(agency.next(&notes, Op::ApproveDisposal, "selma", |_| {}));
    let dispose = agency.next(&notes, Op::Dispose, "aisha", |_| {});
    (notes, dispose)
}

#[test]
fn only_the_decision_that_is_the_one_head_is_carried_out() {
    let agency = Agency::new();
    let (approved, dispose) = decided(&agency);
    let alone = with(&approved, &[&dispose]);
    let destroyed = agency.next(&alone, Op::Destroyed, "nora", |_| {});
    assert_eq!(agency.verdict(&with(&alone, &[&destroyed]), &destroyed), Verdict::Valid);
    let cancel = agency.next(&alone, Op::CancelDisposal, "nora", |_| {});
    let out_of_order = Verdict::Invalid(Fault::State("order of steps"));
    assert_eq!(agency.verdict(&with(&alone, &[&cancel]), &cancel), out_of_order, "a hold stops it");

    // Something beside it, or after it, makes it void: then it may be cancelled, or decided anew.
    let beside = agency.next(&approved, Op::File, "ben", |e| e.add = vec![added(3)]);
    let after = agency.next(&alone, Op::Remark, "ben", |_| {});
    for void in [with(&alone, &[&beside]), with(&alone, &[&after])] {
        let thread = agency.fold(&void);
        assert!(thread.flags.contains(&Flag::DisposalVoid));
        assert_eq!(thread.stage, Stage::Approved);
        let verdict = |op: Op| {
            let entry = agency.next(&void, op, "nora", |_| {});
            agency.verdict(&with(&void, &[&entry]), &entry)
        };
        assert_eq!(verdict(Op::Destroyed), out_of_order);
        assert_eq!(verdict(Op::CancelDisposal), Verdict::Valid);
        assert_eq!(verdict(Op::Dispose), Verdict::Valid);
    }
    // A hold that is released again does not bring the decision back.
    let mut held = with(&alone, &[&agency.next(&alone, Op::Hold, "nora", |_| {})]);
    held.push(agency.next(&held, Op::Release, "selma", |_| {}));
    assert_eq!(agency.fold(&held).stage, Stage::Approved);
}

#[test]
fn what_comes_after_the_destruction_is_shown_and_changes_nothing() {
    let agency = Agency::new();
    let (approved, dispose) = decided(&agency);
    let alone = with(&approved, &[&dispose]);
    let destroyed = agency.next(&alone, Op::Destroyed, "nora", |_| {});
    let end = with(&alone, &[&destroyed]);
    let thread = agency.fold(&end);
    assert_eq!((thread.stage, thread.live.len(), thread.dropped.len()), (Stage::Destroyed, 0, 2));
    assert!(thread.flags.is_empty(), "{:?}", thread.flags);
    assert_eq!(thread.destroyed_objects().len(), 2);
    let beside = agency.next(&approved, Op::File, "ben", |e| e.add = vec![added(3)]);
    let moved_beside = agency.next(&alone, Op::Move, "selma", moved(Status::Inactive));
    let after = agency.next(&end, Op::File, "ben", |e| e.add = vec![added(4)]);
    let second = agency.next(&alone, Op::Destroyed, "selma", |_| {});
    let thread = agency.fold(&with(&end, &[&beside, &moved_beside, &after, &second]));
    assert!(thread.entries.iter().all(|judged| judged.verdict == Verdict::Valid));
    assert_eq!((thread.stage, thread.live.len(), thread.dropped.len()), (Stage::Destroyed, 0, 4));
    assert_eq!(thread.flags.iter().copied().collect::<Vec<_>>(), [Flag::AfterDestruction]);
    assert_eq!(thread.state.as_ref().and_then(|state| state.standing.status), Some(Status::Open));
    assert_eq!(thread.destroyed_objects().len(), 2, "what was there at the end");
    // Two machines that carried it out at once are no surprise.
    assert!(agency.fold(&with(&end, &[&second])).flags.is_empty());
}
