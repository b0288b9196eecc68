//! A frozen archive in which years of work were done: keys that changed hands, readers who came and went, a
//! register, folders about the work. Every later version must read it as it was.

use super::*;
use casefile::archive::office::Matter;
use casefile::archive::{NewReader, OfficeFounding, Rekey, ReviewVerdict, TeamChange};
use casefile::log::{Escrow, Policy};
use casefile::names::PersonId;
use casefile::seal::{Concern, Generation, Given, Ground};

const WENT_ON: &str = "UASC-2016-0021";
const STAFF: &str = "STAFF-2016-0001";

fn lived() -> PathBuf {
    fixtures().join("lived")
}

fn id(text: &str) -> PersonId {
    text.parse().unwrap()
}

fn unit(text: &str) -> Unit {
    text.parse().unwrap()
}

/// All that a reader is told: people, folders, entries, documents.
fn told(dir: &Path, reader: &Identity) -> String {
    let archive = Archive::open(dir, None).unwrap();
    let mut text = format!("archive {}\n", archive.id());
    for person in archive.roster().now().people() {
        let roles: Vec<String> = person.roles.iter().map(ToString::to_string).collect();
        let word = if person.retired { "retired" } else { "active" };
        writeln!(text, "{} {word} {}", person.id, roles.join(" ")).unwrap();
    }
    let policy = archive.policy().unwrap().unwrap();
    let years = ["UASC", "SEP", "STAFF"].map(|category| policy.years(category).unwrap());
    writeln!(text, "policy {years:?} {}", policy.waiting_days).unwrap();
    writeln!(text, "escrow {}", archive.escrow().is_some()).unwrap();
    for listing in archive.cases().unwrap() {
        let case = archive.case(&listing.unit).unwrap();
        let flags: Vec<&str> = case.flags().iter().map(|flag| flag.word()).collect();
        let readers: Vec<String> =
            listing.readers.iter().map(|reader| format!("{}/{}", reader.id, reader.capacity)).collect();
        writeln!(text, "{} {} [{}]", case.label(), readers.join(" "), flags.join(" ")).unwrap();
        writeln!(text, "{}", case.reference()).unwrap();
        for judged in case.entries() {
            let signers: Vec<String> = judged.entry.signers.iter().map(ToString::to_string).collect();
            let (seq, op, verdict) = (judged.entry.seq, &judged.entry.op, &judged.verdict);
            writeln!(text, "  {seq} {op} {} {} {verdict:?}", signers.join(" "), judged.entry.label).unwrap();
        }
        let open = archive.unlock(&listing.unit, reader).unwrap();
        for given in open.given().unwrap() {
            let Given { to, purpose, ground, .. } = given.given;
            writeln!(text, "  given to {to} for {purpose}: {ground}").unwrap();
        }
        let mut lines = Vec::new();
        for card in open.cards().unwrap() {
            let (card, plain) = open.document(&card.d).unwrap();
            let struck = if case.withdrawn().contains(&card.d) { " withdrawn" } else { "" };
            let reviewed = if case.reviews().contains_key(&card.d) { " reviewed" } else { "" };
            lines.push(format!("  {} {} {}{struck}{reviewed}\n", Digest::of(&plain), card.d, card.title));
        }
        lines.sort();
        text.extend(lines);
    }
    text
}

#[test]
fn an_archive_in_which_years_of_work_were_done_reads_the_same_for_ever() {
    let (dir, selma) = (lived().join("archive"), key(&lived(), "selma"));
    for level in [Level::V0, Level::V1, Level::V2, Level::V3] {
        let found = verify(&dir, level, (level == Level::V3).then_some(&selma));
        assert!(found.damage.is_empty(), "{level:?}: {:?}", found.damage);
        let notices: Vec<_> = found.notices.iter().map(|notice| notice.code).collect();
        assert_eq!(notices, Vec::<&str>::new(), "{level:?}");
        if level == Level::V3 {
            let counts = (found.counts.folders_opened, found.counts.folders_not_yours);
            assert_eq!(counts, (2, 0));
        }
        let witnessed: Vec<usize> = found.registers.iter().map(|register| register.witnessed.len()).collect();
        assert_eq!(witnessed, if level < Level::V2 { vec![] } else { vec![0, 1] });
    }
    assert_eq!(told(&dir, &selma), std::fs::read_to_string(lived().join("contents.txt")).unwrap());
    // Whoever left opens nothing; what a snapshot says is what the cards say.
    let archive = Archive::open(&dir, None).unwrap();
    for gone in ["aisha", "petra"] {
        assert!(archive.unlock(&unit(WENT_ON), &key(&lived(), gone)).is_err(), "{gone}");
    }
    let copied = tempfile::tempdir().unwrap();
    copy(&dir, copied.path());
    let snapshots: Vec<PathBuf> = crate::agency::files_below(copied.path())
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "snap"))
        .collect();
    assert!(!snapshots.is_empty());
    for path in &snapshots {
        std::fs::remove_file(path).unwrap();
    }
    assert_eq!(told(copied.path(), &selma), told(&dir, &selma));
    if let Some((code, seen)) = independent_reader::read(&dir, None) {
        assert_eq!(code, 0, "{seen:#}");
        let labels: Vec<&str> =
            seen["cases"].as_array().unwrap().iter().map(|case| case["label"].as_str().unwrap()).collect();
        assert!(labels.iter().any(|label| label.starts_with(WENT_ON)), "{labels:?}");
    }
}

/// Makes the archive in the new folder `CASEFILE_FROZEN`.
#[test]
#[ignore = "the archives are frozen: they were made once and are never made again"]
fn make_the_archive_in_which_years_of_work_were_done() {
    let out = PathBuf::from(std::env::var_os("CASEFILE_FROZEN").unwrap());
    std::fs::create_dir_all(out.join("keys")).unwrap();
    for name in ["nora", "selma", "aisha", "ben", "petra", "safe"] {
        let identity = Identity::generate(id(name), name).unwrap();
        let file = identity.to_file(&Passphrase::new(PASSPHRASE.to_owned()), 10).unwrap();
        std::fs::write(out.join(format!("keys/{name}.key")), file).unwrap();
    }
    let dir = out.join("archive");
    begin(&out, &dir);
    people_come_and_go(&out, &dir);
    work_goes_on(&out, &dir);
    std::fs::write(out.join("contents.txt"), told(&dir, &key(&out, "selma"))).unwrap();
}

fn how(deep: bool) -> Rekey {
    Rekey { deep, reason: Some("as was agreed".to_owned()), ..Rekey::default() }
}

fn begin(out: &Path, dir: &Path) {
    let [nora, selma, aisha, safe] = ["nora", "selma", "aisha", "safe"].map(|name| key(out, name));
    let clock = on("2016-10-01");
    let init = Init { founder: &nora, recovery: Some(safe.public()), test: false };
    let mut archive = Archive::init(dir, &init, &clock).unwrap();
    for (name, role) in [
        ("aisha", Role::CaseManager),
        ("selma", Role::CaseSupervisor),
        ("ben", Role::CaseManager),
        ("petra", Role::ProjectDirector),
    ] {
        archive.add_person(&nora, &key(out, name).public(), &[role], &clock).unwrap();
    }
    let mut policy = Policy { default: Some(25), office_default: Some(10), ..Policy::default() };
    policy.retention.insert("UASC".to_owned(), Some(70));
    archive.set_policy(&nora, &policy, &clock).unwrap();
    let age = Generation::generate(clock.now()).recipient();
    let escrow = Escrow { name: "trustees".parse().unwrap(), age };
    archive.set_escrow(&nora, Some(&escrow), &clock).unwrap();
    admit(&archive, &aisha, &selma);
    archive.set_escrow(&nora, None, &on("2016-10-03")).unwrap();
}

/// A cover who reads for a time, another manager, a deep new key, a register, a retirement, a lost key.
fn people_come_and_go(out: &Path, dir: &Path) {
    let [nora, selma, aisha, ben] = ["nora", "selma", "aisha", "ben"].map(|name| key(out, name));
    let (open, case) = (|| Archive::open(dir, None).unwrap(), unit(UNIT));
    open().rekey(&selma, &case, &how(false), &on("2016-10-04")).unwrap();
    let cover = NewReader {
        person: id("petra"),
        capacity: "cover".to_owned(),
        until: Some(date("2016-12-31")),
        reason: "leave".to_owned(),
    };
    open().add_reader(&selma, &case, &cover, &on("2016-10-05")).unwrap();
    let filed = open().file(&ben, &case, &[titled("From a colleague", b"handed in\n")], &on("2016-10-06"));
    let d = filed.unwrap().documents[0];
    open().review(&selma, &case, d, ReviewVerdict::Approve, "", &on("2016-10-07")).unwrap();
    let slip = open().file(&aisha, &case, &[titled("A slip", b"wrong folder\n")], &on("2016-10-08"));
    let slip = slip.unwrap().documents[0];
    open().withdraw(&aisha, &case, slip, "it is about somebody else", &on("2016-10-09")).unwrap();
    let given = Given {
        documents: vec![d],
        to: "The school".to_owned(),
        purpose: "enrolment".to_owned(),
        ground: Ground::Standing,
        reference: Some("agreement of 2015".to_owned()),
        consent: None,
        date: date("2016-10-10"),
        transfer: false,
    };
    open().give(&aisha, &case, &given, &on("2016-10-10")).unwrap();
    let team = TeamChange { manager: Some(id("ben")), supervisor: None, custodian: false, how: how(true) };
    open().set_team(&selma, &case, &team, &on("2016-10-11")).unwrap();
    open().remove_reader(&selma, &case, &id("petra"), &how(true), &on("2016-10-12")).unwrap();
    open().register(&selma).unwrap();
    open().witness(&ben, &"selma".parse().unwrap(), &on("2016-10-13")).unwrap();
    open().retire(&nora, &id("aisha"), &on("2016-10-14")).unwrap();
    let new = Identity::generate(id("petra"), "petra").unwrap();
    open().rekey_person(&nora, &new.public(), &on("2016-10-15")).unwrap();
    let roles = [Role::CaseManager, Role::RecordsCustodian];
    open().set_roles(&nora, &id("ben"), &roles, &on("2016-10-16")).unwrap();
}

/// A hold, ageing out, a corrected number, a folder about the work, so many filings that a snapshot is left.
fn work_goes_on(out: &Path, dir: &Path) {
    let [nora, selma, ben] = ["nora", "selma", "ben"].map(|name| key(out, name));
    let (open, case) = (|| Archive::open(dir, None).unwrap(), unit(UNIT));
    open().hold(&nora, &case, "a court asked", &on("2016-10-17")).unwrap();
    open().release(&selma, &case, "it is over", &on("2016-10-18")).unwrap();
    let aged = change(Status::AgedOut, "2016-10-19", Some("2017-04-19"));
    open().change_status(&ben, &case, &aged, &on("2016-10-19")).unwrap();
    open().extend(&selma, &case, date("2017-06-19"), (None, "no room yet"), &on("2016-10-20")).unwrap();
    open().relabel(&selma, &case, &unit(WENT_ON), None, "a slip", &on("2016-10-21")).unwrap();
    let new = OfficeFounding {
        concern: Concern::about(&[id("ben")]),
        documents: vec![titled("A checklist", b"all is well\n")],
        ..OfficeFounding::new(Matter::Staff)
    };
    assert_eq!(open().found_office(&selma, &new, &on("2016-10-22")).unwrap().unit, unit(STAFF));
    open().file(&ben, &unit(STAFF), &[titled("A training", b"done\n")], &on("2016-10-23")).unwrap();
    for n in 1..=17 {
        let title = format!("A note of day {n}");
        let note = titled(&title, format!("{title}\n").as_bytes());
        open().file(&ben, &unit(WENT_ON), &[note], &on(&format!("2016-11-{n:02}"))).unwrap();
    }
    open().register(&selma).unwrap();
}
