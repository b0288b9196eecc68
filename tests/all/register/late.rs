//! What was signed by somebody who had left, and seen by no checkpoint before.

use super::*;

/// Files of both folders together, as copying them does.
fn merged(main: &Path, other: &Path) {
    let ours = read_folder(main);
    for (name, bytes) in read_folder(other).into_iter().filter(|(name, _)| !ours.contains_key(name)) {
        let path = main.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// A copy of the archive on a laptop that goes away.
fn laptop(office: &Office) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    merged(copy.path(), &office.path());
    copy
}

fn file_at(archive: &Path, by: &Identity, n: i64) {
    let text = format!("letter {n} of {}", by.id());
    let archive = Archive::open(archive, None).unwrap();
    archive.file(by, &unit(), &[document(text.as_bytes())], &clock(10 + n)).unwrap();
}

fn retire(office: &Office, who: &str) {
    office.open().retire(office.who("nora"), &id(who), &clock(50)).unwrap();
}

/// Who signed each entry, and what it is worth.
fn verdicts(office: &Office) -> Vec<(u32, String, Verdict)> {
    let case = office.open().case(&unit()).unwrap();
    let entries = case.entries();
    entries.map(|e| (e.entry.seq, e.entry.signers[0].to_string(), e.verdict.clone())).collect()
}

/// What the entries of the case in this copy add up to.
fn folded(archive: &Archive, at: &Path) -> casefile::log::Folded {
    let notes: Vec<Note> = entries(&read_folder(at))
        .iter()
        .map(|name| Note::parse(&std::fs::read(at.join(name)).unwrap(), &archive.id()).unwrap())
        .collect();
    casefile::log::fold(&unit(), &notes, archive.roster(), &std::collections::HashSet::default())
}

/// Selma, who knows of the retirement, accepts every late entry.
fn resolve(office: &Office, at: &Path) {
    let archive = Archive::open(at, None).unwrap();
    let case = archive.case(&unit()).unwrap();
    let folded = folded(&archive, at);
    let thread = &folded.threads[0];
    let time = casefile::log::Time::new(clock(60).now());
    let mut entry = thread.draft(archive.roster(), Op::Resolve, &id("selma"), time).unwrap();
    let late = case.entries().filter(|judged| judged.verdict == Verdict::Late).map(|judged| judged.name);
    entry.parents.extend(late);
    entry.parents.sort_unstable();
    entry.seq = entry.parents.iter().map(|parent| parent.seq).max().unwrap() + 1;
    let selma = office.who("selma");
    let act = |message: &[u8]| selma.sign(message);
    let signer = Signer { name: id("selma"), key: selma.verify_key(), sign: &act };
    let note = Note::sign(&entry, &archive.id(), &[signer]).unwrap();
    std::fs::write(at.join(format!("open/{UNIT}-O/{}.note", note.name())), note.bytes()).unwrap();
}

#[test]
fn retiring_and_taking_a_role_away_name_a_checkpoint_and_other_changes_do_not() {
    let office = Office::new();
    let mut archive = office.open();
    let nora = office.who("nora");
    archive.set_roles(nora, &id("ben"), &[Role::CaseManager, Role::ProjectDirector], &clock(5)).unwrap();
    archive.set_roles(nora, &id("ben"), &[Role::ProjectDirector], &clock(6)).unwrap();
    archive.retire(nora, &id("ben"), &clock(7)).unwrap();
    let events = archive.roster().events();
    let named: Vec<(bool, bool)> = events
        .iter()
        .map(|event| {
            (
                event.note.op == StaffOp::Add || event.note.op == StaffOp::Genesis,
                event.note.register.is_some(),
            )
        })
        .collect();
    assert_eq!(named[4..], [(false, false), (false, true), (false, true)]);
    assert!(named[..4].iter().all(|(_, register)| !register));
    let register = events.last().unwrap().note.register.clone().unwrap();
    assert!(office.path().join(format!("register/{register}.note")).exists(), "{register}");
    assert!(office.damage().is_empty());
}

#[test]
fn what_a_retired_person_signed_unseen_is_late_until_a_reader_accepts_it() {
    let office = Office::new();
    file_at(&office.path(), office.who("ben"), 1);
    let away = laptop(&office);
    file_at(away.path(), office.who("ben"), 2);
    retire(&office, "ben");
    merged(&office.path(), away.path());
    let aisha = "aisha".to_owned();
    let ben = "ben".to_owned();
    let expected = [(0, aisha, Verdict::Valid), (1, ben.clone(), Verdict::Valid), (2, ben, Verdict::Late)];
    assert_eq!(verdicts(&office), expected);
    let case = office.open().case(&unit()).unwrap();
    assert!(case.flags().contains(&Flag::Late));
    assert_eq!(case.documents(), 2, "what is late does not stand");
    let options = VerifyOptions { level: Level::V2, identity: None, unit: None, now: None };
    let verified = office.open().verify(&options).unwrap();
    assert!(verified.damage.is_empty(), "{:?}", verified.damage);
    let notices: BTreeSet<&str> = verified.notices.iter().map(|finding| finding.code).collect();
    assert_eq!(notices, BTreeSet::from(["verify.late"]), "its objects are no orphans");
    // Work goes on beside it, and accepting it brings it in.
    file_at(&office.path(), office.who("aisha"), 3);
    assert_eq!(verdicts(&office)[2..].iter().filter(|(_, _, v)| *v == Verdict::Late).count(), 1);
    resolve(&office, &office.path());
    assert!(verdicts(&office).iter().all(|(_, _, verdict)| *verdict == Verdict::Valid));
    let case = office.open().case(&unit()).unwrap();
    assert_eq!((case.documents(), case.flags().contains(&Flag::Late)), (4, false));
    assert!(office.damage().is_empty());
}

/// The next entry of the case in this copy, with `change`, by `who`.
fn write_entry(office: &Office, at: &Path, op: Op, who: &str, change: impl FnOnce(&mut Entry)) {
    let archive = Archive::open(at, None).unwrap();
    let folded = folded(&archive, at);
    let time = casefile::log::Time::new(clock(60).now());
    let mut entry = folded.threads[0].draft(archive.roster(), op, &id(who), time).unwrap();
    change(&mut entry);
    let note = sign(office, &archive.id(), &entry, who);
    std::fs::write(at.join(format!("open/{UNIT}-O/{}.note", note.name())), note.bytes()).unwrap();
}

fn sign<T: serde::Serialize>(office: &Office, archive: &Digest, content: &T, who: &str) -> Note {
    let person = office.who(who);
    let act = |message: &[u8]| person.sign(message);
    let signer = Signer { name: id(who), key: person.verify_key(), sign: &act };
    Note::sign(content, archive, &[signer]).unwrap()
}

/// Retires a reader, as an archive may in which the case was handed over.
fn retire_reader(office: &Office, who: &str) {
    let register = office.register("nora");
    let archive = office.open();
    let newest = archive.roster().events().last().unwrap();
    let mut note = newest.note.clone();
    let person = office.who(who).public();
    note.seq += 1;
    note.parents = archive.roster().heads().to_vec();
    note.op = StaffOp::Retire;
    note.register = Some(register);
    let (sign_key, age, proof) = (person.sign, person.age, person.proof);
    note.person = Some(StaffPerson { id: person.id, sign: sign_key, age, roles: vec![], proof });
    let note = sign(office, &archive.id(), &note, "nora");
    std::fs::write(office.path().join(format!("staff/{}.note", note.name())), note.bytes()).unwrap();
}

#[test]
fn a_late_move_changes_nothing_and_work_that_repeats_it_stands() {
    let office = Office::new();
    let away = laptop(&office);
    write_entry(&office, away.path(), Op::Move, "aisha", |entry| entry.status = Some(Status::Inactive));
    write_entry(&office, away.path(), Op::Remark, "selma", |_| {});
    retire_reader(&office, "aisha");
    merged(&office.path(), away.path());
    let worth = |office: &Office| verdicts(office).into_iter().map(|(_, _, v)| v).collect::<Vec<_>>();
    assert_eq!(worth(&office), [Verdict::Valid, Verdict::Late, Verdict::Valid]);
    assert_eq!(office.open().case(&unit()).unwrap().status(), Some(Status::Open));
    // Who knows repeats what counts, on top of the very same history.
    write_entry(&office, &office.path(), Op::Remark, "selma", |_| {});
    assert_eq!(worth(&office).last(), Some(&Verdict::Valid));
    resolve(&office, &office.path());
    assert!(worth(&office).iter().all(|verdict| *verdict == Verdict::Valid));
    assert!(office.damage().is_empty());
}

#[test]
fn a_late_entry_gives_nobody_a_right() {
    let office = Office::new();
    let away = laptop(&office);
    let ben = Reader { id: id("ben"), capacity: "cover".parse().unwrap(), until: None };
    write_entry(&office, away.path(), Op::Readers, "aisha", |entry| entry.readers.push(ben));
    write_entry(&office, away.path(), Op::Move, "ben", |entry| entry.status = Some(Status::Inactive));
    write_entry(&office, away.path(), Op::Resolve, "ben", |_| {});
    let before = Archive::open(away.path(), None).unwrap().case(&unit()).unwrap();
    assert!(before.entries().all(|judged| judged.verdict == Verdict::Valid), "as long as nobody has left");
    retire_reader(&office, "aisha");
    merged(&office.path(), away.path());
    let late = verdicts(&office)[1..].iter().filter(|(_, _, verdict)| *verdict == Verdict::Late).count();
    assert_eq!(late, 3);
    let case = office.open().case(&unit()).unwrap();
    assert_eq!((case.status(), case.state().readers.len()), (Some(Status::Open), 2));
}

#[test]
fn without_its_checkpoint_a_retirement_makes_nothing_late_and_that_is_damage() {
    let office = Office::new();
    let away = laptop(&office);
    file_at(away.path(), office.who("ben"), 2);
    retire(&office, "ben");
    merged(&office.path(), away.path());
    assert_eq!(verdicts(&office)[1].2, Verdict::Late);
    std::fs::remove_dir_all(office.path().join("register")).unwrap();
    assert!(verdicts(&office).iter().all(|(_, _, verdict)| *verdict == Verdict::Valid));
    let found = office.damage();
    assert_eq!(codes(&found), BTreeSet::from(["verify.register"]));
    assert!(found[0].path.starts_with("staff/"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if crate::support::full() { 200 } else { 12 }, ..ProptestConfig::default() })]

    /// Steps before ben leaves: 0 and 1, ben and aisha here; 2 and 3, ben and aisha on the laptop that
    /// went away first. Afterwards the laptop comes back.
    #[test]
    fn lateness_is_the_same_in_any_order_and_honest_work_on_top_of_it_stands(
        steps in prop::collection::vec(0_u8..4, 1..8),
        accepted in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let office = Office::new();
        let away = laptop(&office);
        for (n, step) in steps.iter().enumerate() {
            let place = if *step < 2 { office.path() } else { away.path().to_owned() };
            let by = office.who(if step % 2 == 0 { "ben" } else { "aisha" });
            file_at(&place, by, i64::try_from(n).unwrap());
        }
        retire(&office, "ben");
        merged(&office.path(), away.path());
        let bens_unseen = steps.iter().filter(|step| **step == 2).count();
        let found = verdicts(&office);
        prop_assert_eq!(found.len(), steps.len() + 1);
        let late = found.iter().filter(|(_, _, verdict)| *verdict == Verdict::Late);
        prop_assert!(late.clone().all(|(_, by, _)| by == "ben"));
        prop_assert_eq!(late.count(), bens_unseen);
        prop_assert!(found.iter().all(|(_, _, v)| matches!(v, Verdict::Valid | Verdict::Late)));
        if accepted {
            resolve(&office, &office.path());
            prop_assert!(verdicts(&office).iter().all(|(_, _, verdict)| *verdict == Verdict::Valid));
        }
        // The same from notes in any order, some of them twice.
        let archive = office.open();
        let files = office.files();
        let mut notes: Vec<Note> =
            entries(&files).iter().map(|name| Note::parse(&files[name], &archive.id()).unwrap()).collect();
        let judge = |notes: &[Note]| {
            let folded = casefile::log::fold(&unit(), notes, archive.roster(), &std::collections::HashSet::default());
            let thread = &folded.threads[0];
            let verdicts: Vec<_> = thread.entries.iter().map(|e| (e.name, e.verdict.clone())).collect();
            (verdicts, thread.heads.clone(), thread.live.len(), thread.state.clone())
        };
        let before = judge(&notes);
        let count = notes.len();
        for at in 0..count {
            let with = (seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(at as u64 * 7919) >> 33) as usize % count;
            notes.swap(at, with);
        }
        notes.push(notes[0].clone());
        prop_assert_eq!(judge(&notes), before);
    }
}
