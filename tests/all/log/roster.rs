//! The roster: who has which role, in whatever order notes arrive.

use super::*;

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
