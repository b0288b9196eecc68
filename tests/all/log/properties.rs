//! Random histories: the order of arrival changes nothing.

use super::*;

/// What a random writer does, and which part of what exists they have seen.
#[derive(Debug, Clone)]
struct Step {
    kind: u8,
    writer: u8,
    seen: u64,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..20_u8, 0..4_u8, any::<u64>()).prop_map(|(kind, writer, seen)| Step { kind, writer, seen });
    prop::collection::vec(step, 1..14)
}

/// Ben becomes a reader or ceases to be one, in a new envelope.
fn comes_or_goes(entry: &mut Entry, mark: u8) {
    let before = entry.readers.len();
    entry.readers.retain(|reader| reader.id != id("ben"));
    if entry.readers.len() == before {
        entry.readers.push(Reader { id: id("ben"), capacity: "cover".parse().expect("a word"), until: None });
    }
    entry.envelope = Digest::of(&[b'e', mark]);
}

/// The notes of a history in which writers see only part of each other's work.
fn history(agency: &Agency, steps: &[Step]) -> Vec<Note> {
    let mut notes = vec![agency.admit("aisha")];
    for (n, step) in steps.iter().enumerate() {
        let mut seen: Vec<Note> = notes
            .iter()
            .enumerate()
            .filter(|(i, _)| *i == 0 || step.seen >> i & 1 == 1)
            .map(|p| p.1.clone())
            .collect();
        let turn = n % seen.len();
        seen.rotate_left(turn);
        let by = ["aisha", "selma", "ben", "nora"][usize::from(step.writer)];
        let mark = u8::try_from(n).expect("few steps");
        let status = Status::ALL[usize::from(step.kind) % 4];
        let note = match step.kind {
            0..=2 => agency.next(&seen, Op::File, by, |e| e.add = vec![added(mark)]),
            3 | 4 => agency.next(&seen, Op::Move, by, moved(status)),
            5 => agency.next(&seen, Op::Amend, by, |e| e.add = vec![added(mark)]),
            6 => {
                agency.next(&seen, Op::Key, by, |e| e.key = Generation::generate(at(0).moment()).recipient())
            }
            7 => agency.next(&seen, Op::Hold, by, |_| {}),
            9 => agency.next(&seen, Op::Release, by, |_| {}),
            10 => agency.next(&seen, Op::ProposeDisposal, by, |_| {}),
            11 => agency.next(&seen, Op::ApproveDisposal, by, |_| {}),
            12 => agency.next(&seen, Op::Dispose, by, |_| {}),
            13 => agency.next(&seen, Op::Destroyed, by, |_| {}),
            14 => agency.next(&seen, Op::CancelDisposal, by, |_| {}),
            15 => agency.next(&seen, Op::Team, by, |e| {
                let manager = id(["aisha", "ben"][usize::from(mark % 2)]);
                e.team = Some(Team { manager, supervisor: id("selma") });
            }),
            16 => agency.next(&seen, Op::Readers, by, |e| comes_or_goes(e, mark)),
            17 => agency.next(&seen, Op::Extend, by, |e| {
                e.until = Some(day(&format!("2017-{:02}-01", 1 + mark % 12)));
            }),
            18 => agency.next(&seen, Op::Remark, by, |e| {
                e.add = vec![Added { r: Part::Reason, ..added(mark) }];
            }),
            19 => agency.next(&seen, Op::Unknown("anoint".parse().expect("a word")), by, |_| {}),
            _ => agency.next(&seen, Op::Resolve, by, moved(status)),
        };
        notes.push(note);
    }
    notes
}

fn summary(thread: &Thread) -> String {
    format!("{thread:?}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if crate::support::full() { 2_000 } else { 48 }))]

    #[test]
    fn any_order_of_arrival_gives_the_same_state(steps in steps(), seed in any::<u64>()) {
        let agency = Agency::new();
        let notes = history(&agency, &steps);
        let expected = summary(&agency.fold(&notes));
        let mut shuffled = notes.clone();
        for i in (1..shuffled.len()).rev() {
            let j = usize::try_from(seed.rotate_left(u32::try_from(i).expect("few")) % (i as u64 + 1)).expect("small");
            shuffled.swap(i, j);
        }
        shuffled.extend(notes.iter().step_by(2).cloned());
        prop_assert_eq!(summary(&agency.fold(&shuffled)), expected);
    }

    #[test]
    fn what_is_judged_never_changes_by_what_arrives_later(steps in steps(), kept in any::<u64>()) {
        let agency = Agency::new();
        let notes = history(&agency, &steps);
        let whole = agency.fold(&notes);
        let part: Vec<Note> = notes.iter().enumerate().filter(|(i, _)| *i == 0 || kept >> i & 1 == 1).map(|p| p.1.clone()).collect();
        for judged in agency.fold(&part).entries {
            let later = whole.verdict(&judged.name).expect("still there");
            if judged.verdict == Verdict::Pending {
                continue;
            }
            prop_assert_eq!(&judged.verdict, later);
        }
    }
}
