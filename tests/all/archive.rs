//! The archive: what is admitted and filed comes back, and nothing else counts.

mod damage;
mod failing;
mod gaps;

use crate::agency::copy;
use crate::staff::{Recovery, Staff, TEAM, date, id, minute as clock, staffed, with_ending};
use crate::support::letter;
use casefile::archive::*;
use casefile::error::{Class, Error};
use casefile::log::{Flag, Role};
use casefile::names::{Digest, Status, Unit};
use casefile::seal::card::Source;
use casefile::seal::{DocId, Identity};
use std::path::{Path, PathBuf};

const UNIT: &str = "UASC-2016-0012";

fn unit() -> Unit {
    UNIT.parse().expect("a unit")
}

staffed! {
    /// Nora administers, selma supervises, aisha and ben manage cases.
    Agency
}

impl Agency {
    fn new() -> Self {
        Self(Staff::found(&TEAM, Recovery::None, &clock(0)))
    }

    /// The same with one case of two documents.
    fn with_case() -> Self {
        let agency = Self::new();
        agency.admit("aisha").expect("admitted");
        agency
    }

    /// Opened by a client that remembers.
    fn remembering(&self) -> Archive {
        Archive::open(&self.path(), Some(&self.memory())).expect("an archive")
    }

    fn admit(&self, by: &str) -> Result<Receipt, Error> {
        self.open().admit(self.who(by), &admission(), &clock(1))
    }

    fn file(&self, by: &str, bytes: &[u8]) -> Result<Receipt, Error> {
        self.open().file(self.who(by), &unit(), &[document(bytes)], &clock(2))
    }

    fn change(&self, by: &str, to: Status) -> Result<Receipt, Error> {
        self.open().change_status(self.who(by), &unit(), &change(to), &clock(3))
    }

    fn verify(&self, level: Level) -> Verification {
        let identity = (level == Level::V3).then(|| self.who("selma"));
        let options = VerifyOptions { level, identity, unit: None, now: None };
        self.open().verify(&options).expect("verified")
    }

    fn notes(&self) -> Vec<PathBuf> {
        let mut notes = with_ending(&self.path(), "note");
        notes.retain(|path| path.to_string_lossy().contains(UNIT));
        notes
    }
}

fn admission() -> Admission {
    let documents = vec![document(b"the record"), document(b"an intake assessment")];
    Admission { documents, ..Admission::open(unit(), date("2016-10-01"), id("aisha"), id("selma")) }
}

fn document(bytes: &[u8]) -> NewDocument {
    NewDocument {
        kind: "record".to_owned(),
        title: "Zebra-title of a document".to_owned(),
        date: date("2016-11-30"),
        manager: Some("Zebra-manager".to_owned()),
        supervisor: Some("Zebra-supervisor".to_owned()),
        media: "application/yaml".to_owned(),
        ..letter(bytes)
    }
}

fn change(to: Status) -> StatusChange {
    let until = (to == Status::AgedOut).then(|| date("2017-06-01"));
    let reason = "Zebra-reason: no contact since 4 November";
    StatusChange { until, ..StatusChange::because(reason, to, date("2016-12-01")) }
}

fn code(error: &Error) -> &'static str {
    error.problems()[0].code
}

// ---- Making and opening ----

#[test]
fn what_is_filed_comes_back_byte_for_byte() {
    let agency = Agency::with_case();
    let bytes: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
    let receipt = agency.file("aisha", &bytes).expect("filed");
    assert_eq!((receipt.seq, receipt.label.as_str()), (1, "UASC-2016-0012-O"));
    assert_eq!(receipt.readers, [id("aisha"), id("selma")]);
    assert!(receipt.folder.ends_with("open/UASC-2016-0012-O"));
    let archive = agency.open();
    for reader in ["aisha", "selma"] {
        let open = archive.unlock(&unit(), agency.who(reader)).expect("opened");
        let (card, plain) = open.document(&receipt.documents[0]).expect("a document");
        assert_eq!(*plain, bytes);
        assert_eq!(card.title, "Zebra-title of a document");
        assert_eq!(open.cards().expect("cards").len(), 3);
    }
}

#[test]
fn the_reference_names_label_number_and_the_newest_entry() {
    let agency = Agency::with_case();
    let receipt = agency.file("aisha", b"x").expect("filed");
    let reference = agency.open().case(&unit()).expect("a case").reference();
    assert_eq!(reference, format!("UASC-2016-0012/1 {}", receipt.entry.short(32)));
}

#[test]
fn a_folder_that_is_none_is_no_archive() {
    let dir = tempfile::tempdir().expect("a folder");
    let open = |path: &Path| Archive::open(path, None).err().expect("refused");
    assert_eq!(code(&open(dir.path())), "archive.none");
    assert_eq!(code(&open(&dir.path().join("nowhere"))), "archive.none");
    std::fs::write(dir.path().join("casefile.json"), "{\"other\":1}\n").expect("written");
    assert_eq!(open(dir.path()).class(), Class::Input);
    assert_eq!(open(dir.path()).problems()[0].code, "archive.not-a-root");
}

#[test]
fn init_refuses_a_folder_in_which_something_lies() {
    let agency = Agency::new();
    let init = Init { founder: agency.who("nora"), recovery: None, test: true };
    let refused = Archive::init(&agency.path(), &init, &clock(0)).err().expect("refused");
    assert_eq!(code(&refused), "archive.occupied");
}

#[test]
fn the_recovery_identity_holds_a_root_key_and_can_replace_the_founder() {
    let dir = tempfile::tempdir().expect("a folder");
    let person = |name: &str| Identity::generate(id(name), name).expect("an identity");
    let (nora, safe, successor) = (person("nora"), person("safe"), person("petra"));
    let init = Init { founder: &nora, recovery: Some(safe.public()), test: true };
    let mut archive = Archive::init(dir.path(), &init, &clock(0)).expect("an archive");
    assert!(archive.roster().now().active(&id("safe")).is_none(), "it may not act in folders");
    archive
        .add_person(&safe, &successor.public(), &[Role::Administrator], &clock(1))
        .expect("the recovery key makes an administrator");
    archive.retire(&safe, &id("nora"), &clock(2)).expect("and retires one");
    let staff = archive.roster().now();
    assert!(staff.active(&id("petra")).is_some() && staff.active(&id("nora")).is_none());
    let refused = archive.add_person(&nora, &person("mallory").public(), &[Role::CaseManager], &clock(3));
    assert_eq!(refused.err().map(|e| e.class()), Some(Class::Access));
}

// ---- Who may do what ----

#[test]
fn an_administrator_opens_nothing_and_neither_does_anyone_else() {
    let agency = Agency::with_case();
    let archive = agency.open();
    for name in ["nora", "ben", "eve"] {
        let refused = archive.unlock(&unit(), agency.who(name)).err().expect("refused");
        assert_eq!(refused.class(), Class::Access, "{name}");
    }
    // Not even with the envelope in hand.
    let sealed = agency.files().into_iter().find(|p| p.starts_with(agency.path().join("keys"))).expect("one");
    let bytes = std::fs::read(sealed).expect("read");
    for name in ["nora", "ben", "eve"] {
        assert!(casefile::seal::envelope::open(&bytes, agency.who(name)).is_err(), "{name}");
    }
    assert!(casefile::seal::envelope::open(&bytes, agency.who("aisha")).is_ok());
}

#[test]
fn any_active_person_files_but_only_a_reader_amends_or_moves() {
    let agency = Agency::with_case();
    assert!(agency.file("ben", b"seen the client in town").is_ok());
    assert!(agency.file("nora", b"a letter for the folder").is_ok());
    let archive = agency.open();
    for name in ["ben", "nora"] {
        let refused = archive.amend(agency.who(name), &unit(), &[document(b"x")], &clock(4));
        assert_eq!(refused.err().map(|e| e.class()), Some(Class::Access), "{name} amends");
        let refused = archive.change_status(agency.who(name), &unit(), &change(Status::Inactive), &clock(4));
        assert_eq!(refused.err().map(|e| e.class()), Some(Class::Access), "{name} moves");
    }
    let refused = agency.file("eve", b"x").expect_err("refused");
    assert_eq!((refused.class(), code(&refused)), (Class::Access, "archive.not-on-roster"));
    let impostor = Identity::generate(id("aisha"), "another").expect("an identity");
    let refused = archive.file(&impostor, &unit(), &[document(b"x")], &clock(4)).expect_err("refused");
    assert_eq!((refused.class(), code(&refused)), (Class::Access, "archive.other-key"));
}

#[test]
fn a_refusal_writes_nothing() {
    let agency = Agency::with_case();
    let before = agency.files();
    let archive = agency.open();
    let _ = archive.amend(agency.who("ben"), &unit(), &[document(b"x")], &clock(4));
    let _ = agency.change("nora", Status::Closed);
    let _ = agency.change("aisha", Status::Open);
    let _ = agency.admit("selma");
    let _ = agency.admit("ben");
    assert_eq!(agency.files(), before);
}

#[test]
fn a_case_is_admitted_by_its_manager_or_supervisor_with_two_living_readers() {
    let agency = Agency::new();
    let archive = agency.open();
    let admit = |by: &str, manager: &str, supervisor: &str| {
        let case = Admission { manager: id(manager), supervisor: id(supervisor), ..admission() };
        archive.admit(agency.who(by), &case, &clock(1)).map_err(|e| code(&e))
    };
    assert_eq!(admit("selma", "selma", "selma").err(), Some("archive.two-readers"));
    assert_eq!(admit("selma", "nora", "selma").err(), Some("archive.unusable-reader"));
    assert_eq!(admit("selma", "eve", "selma").err(), Some("archive.unusable-reader"));
    assert_eq!(admit("ben", "aisha", "selma").err(), Some("archive.not-allowed"));
    assert_eq!(admit("nora", "aisha", "selma").err(), Some("archive.not-allowed"));
    assert!(admit("selma", "aisha", "selma").is_ok());
    assert_eq!(admit("selma", "aisha", "selma").err(), Some("archive.case-exists"));
}

#[test]
fn nobody_retires_below_two_living_readers() {
    let agency = Agency::with_case();
    let mut archive = agency.open();
    let refused = archive.retire(agency.who("nora"), &id("selma"), &clock(5)).expect_err("refused");
    assert_eq!(code(&refused), "archive.two-readers");
    assert!(refused.to_string().contains(UNIT), "it names the folders");
    assert!(archive.retire(agency.who("nora"), &id("ben"), &clock(5)).is_ok());
    let refused = agency.file("ben", b"after leaving").expect_err("refused");
    assert_eq!((refused.class(), code(&refused)), (Class::Access, "archive.no-role"));
}

// ---- Status ----

#[test]
fn a_move_is_one_entry_and_a_renamed_folder() {
    let agency = Agency::with_case();
    let receipt = agency.change("selma", Status::Inactive).expect("moved");
    assert_eq!(receipt.label, "UASC-2016-0012-IA");
    assert!(agency.path().join("inactive/UASC-2016-0012-IA").is_dir());
    assert!(!agency.path().join("open/UASC-2016-0012-O").exists());
    let archive = agency.open();
    let case = archive.case(&unit()).expect("a case");
    assert_eq!(case.status(), Some(Status::Inactive));
    assert!(case.flags().is_empty());
    let expected = [(Status::Open, date("2016-10-01")), (Status::Inactive, date("2016-12-01"))];
    assert_eq!(case.statuses(), expected);
    let open = archive.unlock(&unit(), agency.who("aisha")).expect("opened");
    let last = open.case().entries().last().expect("an entry").name;
    let reason = open.reason(&last).expect("read").expect("a reason");
    assert!(reason.starts_with("Zebra-reason"));
    assert_eq!(open.cards().expect("cards").len(), 2);
}

#[test]
fn only_the_statuses_that_may_follow_do() {
    let agency = Agency::with_case();
    assert_eq!(
        agency.change("aisha", Status::Open).map_err(|e| code(&e)).err(),
        Some("archive.no-transition")
    );
    agency.change("aisha", Status::AgedOut).expect("aged out");
    let refused = agency.change("aisha", Status::Inactive).expect_err("refused");
    assert!(refused.problems()[0].hint.as_ref().is_some_and(|hint| hint.contains("closed")));
    agency.change("aisha", Status::Closed).expect("closed");
    agency.change("selma", Status::Open).expect("reopened");
    let archive = agency.open();
    let refuse = |change: StatusChange| {
        archive.change_status(agency.who("aisha"), &unit(), &change, &clock(9)).map_err(|e| code(&e)).err()
    };
    let inactive = || change(Status::Inactive);
    assert_eq!(refuse(StatusChange { reason: None, ..inactive() }), Some("archive.no-reason"));
    assert_eq!(refuse(StatusChange { since: date("2016-01-01"), ..inactive() }), Some("archive.bad-date"));
    assert_eq!(
        refuse(StatusChange { until: Some(date("2018-01-01")), ..inactive() }),
        Some("archive.bad-end")
    );
    assert_eq!(refuse(StatusChange { until: None, ..change(Status::AgedOut) }), Some("archive.no-end"));
    assert_eq!(
        refuse(StatusChange { rule: Some("she left the country".to_owned()), ..inactive() }),
        Some("archive.bad-rule")
    );
}

#[test]
fn a_crash_between_the_entry_and_the_rename_reads_fine_and_the_next_writer_settles_it() {
    let agency = Agency::with_case();
    agency.change("selma", Status::Inactive).expect("moved");
    let (open, inactive) =
        (agency.path().join("open/UASC-2016-0012-O"), agency.path().join("inactive/UASC-2016-0012-IA"));
    std::fs::rename(&inactive, &open).expect("as if never renamed");
    let case = agency.open().case(&unit()).expect("a case");
    assert_eq!(case.status(), Some(Status::Inactive));
    assert!(case.flags().contains(&Flag::Misplaced));
    let verified = agency.verify(Level::V3);
    assert!(verified.damage.is_empty(), "{:?}", verified.damage);
    assert!(verified.notices.iter().any(|finding| finding.code == "verify.misplaced"));
    let receipt = agency.file("ben", b"more").expect("filed");
    assert_eq!(receipt.folder, inactive);
    assert!(inactive.is_dir() && !open.exists());
}

#[test]
fn a_case_is_the_union_over_all_its_places() {
    let agency = Agency::with_case();
    agency.file("ben", b"more").expect("filed");
    agency.change("selma", Status::Closed).expect("moved");
    let closed = agency.path().join("closed/UASC-2016-0012-C");
    let open = agency.path().join("open/UASC-2016-0012-O");
    std::fs::create_dir_all(&open).expect("a folder");
    for (n, file) in std::fs::read_dir(&closed).expect("listed").flatten().enumerate() {
        if n % 2 == 0 {
            std::fs::rename(file.path(), open.join(file.file_name())).expect("moved");
        }
    }
    let archive = agency.open();
    let cards = archive.unlock(&unit(), agency.who("selma")).expect("opened").cards().expect("cards");
    assert_eq!(cards.len(), 3);
    assert!(agency.verify(Level::V3).damage.is_empty());
    agency.file("aisha", b"again").expect("filed");
    assert!(!open.exists(), "settled by the next writer");
    assert_eq!(archive.cases().expect("listed").len(), 1);
}

#[test]
fn copies_that_diverged_merge_by_copying_files() {
    let agency = Agency::with_case();
    let elsewhere = tempfile::tempdir().expect("a folder");
    copy(&agency.path(), elsewhere.path());
    let laptop = Archive::open(elsewhere.path(), None).expect("an archive");
    laptop.file(agency.who("ben"), &unit(), &[document(b"offline")], &clock(5)).expect("filed");
    laptop.change_status(agency.who("aisha"), &unit(), &change(Status::Closed), &clock(6)).expect("moved");
    agency.change("selma", Status::Inactive).expect("moved");
    agency.file("selma", b"online").expect("filed");
    copy(elsewhere.path(), &agency.path());
    let archive = agency.open();
    let case = archive.case(&unit()).expect("a case");
    assert_eq!(case.status(), Some(Status::Inactive), "the earliest of the two");
    assert!(case.flags().contains(&Flag::StatusConflict));
    assert_eq!(case.documents(), 4);
    assert!(agency.verify(Level::V3).damage.is_empty());
    agency.file("ben", b"on both").expect("filing goes on");
    assert!(agency.path().join("inactive/UASC-2016-0012-IA").is_dir());
    assert!(!agency.path().join("closed/UASC-2016-0012-C").exists());
}

// ---- What stands in clear ----

#[test]
fn no_entry_holds_a_marked_word() {
    let agency = Agency::with_case();
    agency.file("aisha", b"Zebra-content").expect("filed");
    agency.change("selma", Status::Closed).expect("moved");
    let archive = agency.open();
    archive.amend(agency.who("aisha"), &unit(), &[document(b"Zebra-content")], &clock(6)).expect("amended");
    let digest = Digest::of(b"Zebra-content").to_string();
    for file in agency.files() {
        let bytes = std::fs::read(&file).expect("read");
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("Zebra"), "{}", file.display());
        assert!(!text.contains(&digest), "a plaintext hash in {}", file.display());
        assert!(!file.to_string_lossy().contains(&digest));
    }
    let listed = format!("{:?}", archive.cases().expect("listed"));
    assert!(!listed.contains("Zebra"));
}

#[test]
fn a_listing_needs_no_key() {
    let agency = Agency::with_case();
    agency.change("selma", Status::AgedOut).expect("moved");
    let listings = agency.open().cases().expect("listed");
    let [listing] = &listings[..] else { panic!("one case") };
    assert_eq!(listing.label, "UASC-2016-0012-AO");
    assert_eq!(listing.since, Some(date("2016-12-01")));
    assert_eq!(listing.until, Some(date("2017-06-01")));
    assert_eq!((listing.documents, listing.seq), (2, 1));
    assert_eq!(listing.manager, Some(id("aisha")));
    assert_eq!(listing.readers.len(), 2);
    assert!(listing.size_bytes > 0 && listing.flags.is_empty());
    assert!(listing.folder.is_dir());
}
