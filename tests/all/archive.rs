//! The archive: what is admitted and filed comes back, and nothing else counts.

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

// ---- Damage ----

#[test]
fn a_sound_archive_verifies_at_every_level() {
    let agency = Agency::with_case();
    agency.file("ben", b"more").expect("filed");
    agency.change("selma", Status::Inactive).expect("moved");
    for level in [Level::V0, Level::V1, Level::V2, Level::V3] {
        let verified = agency.verify(level);
        assert_eq!((verified.damage, verified.notices), (vec![], vec![]), "{level:?}");
        assert_eq!(verified.proved.len(), level as usize + 1);
    }
    assert_eq!(agency.verify(Level::V3).counts.documents_opened, 3);
    let nora = VerifyOptions { level: Level::V3, identity: Some(agency.who("nora")), unit: None, now: None };
    let verified = agency.open().verify(&nora).expect("verified");
    assert_eq!((verified.counts.folders_opened, verified.counts.folders_not_yours), (0, 1));
}

#[test]
fn a_flipped_byte_anywhere_is_found_and_the_file_named() {
    let agency = Agency::with_case();
    agency.change("selma", Status::Inactive).expect("moved");
    let files = agency.files();
    assert!(files.len() >= 12);
    for file in files {
        let sound = std::fs::read(&file).expect("read");
        let name = file.strip_prefix(agency.path()).expect("inside").to_string_lossy().into_owned();
        let step = if crate::support::full() { 1 } else { sound.len().div_ceil(9) };
        for at in (0..sound.len()).step_by(step).chain([sound.len() - 1]) {
            let mut bytes = sound.clone();
            bytes[at] ^= 1 << (at % 8);
            std::fs::write(&file, &bytes).expect("written");
            assert!(is_named(&agency, &name), "byte {at} of {name}");
        }
        for cut in [0, sound.len() / 2, sound.len() - 1] {
            std::fs::write(&file, &sound[..cut]).expect("written");
            assert!(is_named(&agency, &name), "{name} cut to {cut}");
        }
        std::fs::write(&file, &sound).expect("written");
    }
    assert!(agency.verify(Level::V3).damage.is_empty(), "sound again");
}

/// Whether verifying at V2, or opening already, finds damage and names the file.
fn is_named(agency: &Agency, name: &str) -> bool {
    let options = VerifyOptions { level: Level::V2, identity: None, unit: None, now: None };
    match Archive::open(&agency.path(), None).and_then(|archive| archive.verify(&options)) {
        Ok(verified) => verified.damage.iter().any(|finding| finding.path == name),
        Err(e) => e.class() == Class::Damage && e.to_string().contains(name),
    }
}

#[test]
fn a_missing_file_is_found_at_v0() {
    let agency = Agency::with_case();
    agency.file("ben", b"more").expect("filed");
    agency.file("ben", b"and more").expect("filed");
    for file in agency.files() {
        let name = file.strip_prefix(agency.path()).expect("inside").to_string_lossy().into_owned();
        // The root and the first notes stop the archive from opening; the newest entry is known to
        // nobody but a client that remembers it (another test).
        if !name.contains(UNIT) || name.contains("/00000002-") {
            continue;
        }
        let bytes = std::fs::read(&file).expect("read");
        std::fs::remove_file(&file).expect("removed");
        let verified = agency.verify(Level::V0);
        assert!(verified.damage.iter().any(|finding| finding.path == name), "{name}: {:?}", verified.damage);
        std::fs::write(&file, bytes).expect("written");
    }
}

#[test]
fn a_copied_entry_with_an_extra_signature_line_changes_nothing() {
    let agency = Agency::with_case();
    agency.file("ben", b"more").expect("filed");
    agency.change("selma", Status::Inactive).expect("moved");
    let before = agency.open().case(&unit()).expect("a case");
    for note in agency.notes() {
        let text = std::fs::read_to_string(&note).expect("text");
        let line = text.lines().last().expect("a signature line").to_owned();
        let (head, _) = line.rsplit_once(' ').expect("base64");
        let variants = [
            format!("{text}{line}\n"),
            format!("{text}{head} {}\n", "A".repeat(91) + "="),
            text.replace(&line, &format!("{head}  {}", line.rsplit_once(' ').expect("base64").1)),
            format!("{text}\n"),
        ];
        for variant in variants {
            let name = note.file_name().expect("a name").to_string_lossy().into_owned();
            let seq = name.split('-').next().expect("a number").to_owned();
            let clone = note.with_file_name(format!("{seq}-{}.note", Digest::of(variant.as_bytes())));
            std::fs::write(&clone, &variant).expect("written");
            let case = agency.open().case(&unit()).expect("a case");
            assert_eq!(case.state(), before.state());
            assert_eq!(case.reference(), before.reference());
            assert_eq!(case.documents(), before.documents());
            assert_eq!(case.flags(), before.flags());
            let verified = agency.verify(Level::V3);
            assert!(verified.damage.is_empty(), "{:?}", verified.damage);
            let name = clone.file_name().expect("a name").to_string_lossy().into_owned();
            assert!(verified.notices.iter().any(|f| f.code == "verify.foreign" && f.path.ends_with(&name)));
            std::fs::remove_file(clone).expect("removed");
        }
    }
}

#[test]
fn a_forged_entry_that_names_its_makers_key_is_damage_and_changes_nothing() {
    use casefile::log::{Note, Op, Signer, Time, fold};
    let agency = Agency::with_case();
    let archive = agency.open();
    let before = archive.case(&unit()).expect("a case");
    let read =
        |path: &PathBuf| Note::parse(&std::fs::read(path).expect("read"), &archive.id()).expect("a note");
    let notes: Vec<Note> = agency.notes().iter().map(read).collect();
    let folded = fold(&unit(), &notes, archive.roster(), &std::collections::HashSet::new());
    let time = Time::new(clock(9).now());
    let mut entry = folded.threads[0].draft(archive.roster(), Op::File, &id("ben"), time).expect("a draft");
    entry.key = agency.who("ben").recipient();
    let ben = agency.who("ben");
    let act = |message: &[u8]| ben.sign(message);
    let signer = Signer { name: id("ben"), key: ben.verify_key(), sign: &act };
    let forged = Note::sign(&entry, &archive.id(), &[signer]).expect("a well-formed, well-signed note");
    let name = format!("open/UASC-2016-0012-O/{}.note", forged.name());
    std::fs::write(agency.path().join(&name), forged.bytes()).expect("written");
    let case = archive.case(&unit()).expect("a case");
    assert_eq!(case.state(), before.state());
    assert_eq!(case.reference(), before.reference());
    assert!(case.flags().contains(&Flag::Invalid));
    for level in [Level::V0, Level::V2] {
        let damage = agency.verify(level).damage;
        assert!(damage.iter().any(|f| f.path == name && f.code == "verify.invalid"), "{damage:?}");
    }
    // What is filed next builds on the sound history and is sealed to its key.
    let receipt = agency.file("aisha", b"more").expect("filed");
    assert_eq!(receipt.seq, 1);
    let open = archive.unlock(&unit(), agency.who("selma")).expect("opened");
    assert!(open.document(&receipt.documents[0]).is_ok());
}

#[test]
fn foreign_temporary_and_orphan_files_are_notices_and_change_nothing() {
    let agency = Agency::with_case();
    let folder = agency.path().join("open/UASC-2016-0012-O");
    let orphan = b"an orphan";
    std::fs::write(folder.join(".DS_Store"), "x").expect("written");
    std::fs::write(folder.join(".tmp-abc"), "x").expect("written");
    std::fs::write(folder.join(format!("{}.age", Digest::of(orphan))), orphan).expect("written");
    std::fs::write(folder.join(format!("{}.age (conflict)", Digest::of(b"y"))), "y").expect("written");
    std::fs::write(agency.path().join("README.txt"), "x").expect("written");
    let verified = agency.verify(Level::V3);
    assert!(verified.damage.is_empty(), "{:?}", verified.damage);
    let mut codes: Vec<&str> = verified.notices.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    assert_eq!(
        codes,
        ["verify.foreign", "verify.foreign", "verify.foreign", "verify.orphan", "verify.temporary"]
    );
    assert!(agency.file("ben", b"goes on").is_ok());
}

#[test]
fn a_document_swapped_for_another_is_damage() {
    let agency = Agency::with_case();
    let archive = agency.open();
    let key = archive.case(&unit()).expect("a case").state().key.clone();
    // Anyone can seal to the folder's key; nobody can put it in place of what was signed.
    let forged = casefile::seal::object::seal(b"another report", &key).expect("sealed");
    let open = archive.unlock(&unit(), agency.who("aisha")).expect("opened");
    let card = &open.cards().expect("cards")[0];
    let path = agency.path().join(format!("open/UASC-2016-0012-O/{}.age", card.doc));
    std::fs::write(&path, forged.bytes()).expect("written");
    let refused = open.document(&card.d).expect_err("refused");
    assert_eq!(refused.class(), Class::Damage);
    assert!(refused.to_string().contains(&card.doc.to_string()));
    let missing = open.document(&DocId::from_bytes([0; 16])).expect_err("refused");
    assert_eq!(missing.class(), Class::NotFound);
}

#[test]
fn one_damaged_card_hides_no_other_document() {
    let agency = Agency::with_case();
    let archive = agency.open();
    let case = archive.case(&unit()).expect("a case");
    let card = case.live().find(|live| live.added.r == casefile::log::Part::Card).expect("a card").added.h;
    let path = agency.path().join(format!("open/UASC-2016-0012-O/{card}.age"));
    std::fs::write(&path, "damaged").expect("written");
    let open = archive.unlock(&unit(), agency.who("aisha")).expect("opened");
    let (cards, problems) = open.readable_cards().expect("read");
    assert_eq!((cards.len(), problems.len()), (1, 1));
    assert_eq!(open.cards().err().map(|e| e.class()), Some(Class::Damage));
}

#[test]
fn rendered_pdfs_say_in_their_keywords_what_their_card_says() {
    let agency = Agency::with_case();
    let template = Digest::of(b"template");
    let pdf = |code: &str| {
        let keywords = format!("UASC-2016-0012-{code}; {code}; 2016-11-30; progress-report; {template}");
        format!("%PDF-1.7\n<pdf:Keywords>{keywords}</pdf:Keywords>\n").into_bytes()
    };
    let rendered = |bytes: Vec<u8>| NewDocument {
        kind: "progress-report".to_owned(),
        template: Some(template),
        media: "application/pdf".to_owned(),
        source: Source::Rendered,
        ..document(&bytes)
    };
    let archive = agency.open();
    let file = |document| archive.file(agency.who("aisha"), &unit(), &[document], &clock(7)).expect("filed");
    file(rendered(pdf("O")));
    assert!(agency.verify(Level::V3).damage.is_empty());
    file(rendered(pdf("C")));
    file(NewDocument { media: "image/png".to_owned(), ..rendered(pdf("O")) });
    let damage = agency.verify(Level::V3).damage;
    assert_eq!(damage.len(), 2, "{damage:?}");
    assert!(damage.iter().all(|finding| finding.code == "verify.content"));
}

// ---- Gaps, twins, rollback ----

#[test]
fn filing_goes_on_beside_a_gap_and_moving_does_not() {
    let agency = Agency::with_case();
    agency.file("ben", b"one").expect("filed");
    let between = agency.notes()[1].clone();
    agency.file("ben", b"two").expect("filed");
    let (bytes, away) = (std::fs::read(&between).expect("read"), between.clone());
    std::fs::remove_file(&away).expect("removed");
    let case = agency.open().case(&unit()).expect("a case");
    assert!(case.flags().contains(&Flag::Gap));
    assert_eq!(case.documents(), 3, "what builds on it can be read");
    agency.file("ben", b"three").expect("filing goes on");
    let refused = agency.change("selma", Status::Inactive).expect_err("refused");
    assert_eq!((refused.class(), code(&refused)), (Class::Damage, "archive.gap"));
    std::fs::write(&away, bytes).expect("back");
    let verified = agency.verify(Level::V3);
    assert_eq!((verified.damage, verified.notices), (vec![], vec![]), "nothing is left of the gap");
    agency.change("selma", Status::Inactive).expect("moved");
}

#[test]
fn twins_can_both_be_read_but_refuse_filing() {
    let agency = Agency::new();
    let elsewhere = tempfile::tempdir().expect("a folder");
    copy(&agency.path(), elsewhere.path());
    agency.admit("aisha").expect("admitted");
    let other = Archive::open(elsewhere.path(), None).expect("an archive");
    other.admit(agency.who("selma"), &admission(), &clock(1)).expect("admitted elsewhere");
    copy(elsewhere.path(), &agency.path());
    let archive = agency.open();
    let open = archive.unlock(&unit(), agency.who("selma")).expect("opened");
    assert!(open.case().flags().contains(&Flag::Twins));
    assert_eq!(open.cards().expect("cards").len(), 4, "both can be read");
    let refused = agency.file("ben", b"x").expect_err("refused");
    assert_eq!((refused.class(), code(&refused)), (Class::Busy, "archive.twins"));
}

#[test]
fn a_vanished_head_is_a_rollback_alarm_that_stays() {
    let agency = Agency::with_case();
    let archive = agency.remembering();
    archive.file(agency.who("aisha"), &unit(), &[document(b"one")], &clock(4)).expect("filed");
    let backup = tempfile::tempdir().expect("a folder");
    copy(&agency.path(), backup.path());
    archive.file(agency.who("aisha"), &unit(), &[document(b"two")], &clock(5)).expect("filed");
    std::fs::remove_dir_all(agency.path()).expect("removed");
    copy(backup.path(), &agency.path());
    for _ in 0..2 {
        let archive = agency.remembering();
        let case = archive.case(&unit()).expect("readable");
        assert!(case.flags().contains(&Flag::Rollback));
        let refused =
            archive.file(agency.who("ben"), &unit(), &[document(b"x")], &clock(6)).expect_err("refused");
        assert_eq!((refused.class(), code(&refused)), (Class::Damage, "archive.rollback"));
        let options = VerifyOptions { level: Level::V2, identity: None, unit: None, now: None };
        let damage = archive.verify(&options).expect("verified").damage;
        assert!(damage.iter().any(|finding| finding.code == "verify.rollback"));
        assert!(archive.cases().expect("listed")[0].flags.contains(&Flag::Rollback));
    }
    // A client without memory cannot know.
    assert!(agency.open().case(&unit()).expect("a case").flags().is_empty());
}

#[test]
fn a_vanished_case_and_a_vanished_colleague_are_alarms() {
    let agency = Agency::with_case();
    let mut archive = agency.remembering();
    archive.case(&unit()).expect("a case");
    let staff: Vec<PathBuf> =
        agency.files().into_iter().filter(|path| path.starts_with(agency.path().join("staff"))).collect();
    archive
        .add_person(agency.who("nora"), &agency.who("eve").public(), &[Role::CaseManager], &clock(8))
        .expect("added");
    std::fs::remove_dir_all(agency.path().join("open")).expect("removed");
    let archive = agency.remembering();
    assert_eq!(archive.case(&unit()).err().map(|e| code(&e)), Some("archive.vanished"));
    assert!(archive.cases().expect("listed")[0].flags.contains(&Flag::Vanished));
    let files = agency.files();
    let newest =
        files.iter().find(|path| path.starts_with(agency.path().join("staff")) && !staff.contains(path));
    std::fs::remove_file(newest.expect("a note")).expect("removed");
    let mut archive = agency.remembering();
    assert!(archive.warnings().iter().any(|problem| problem.code == "archive.rollback"));
    let refused =
        archive.add_person(agency.who("nora"), &agency.who("eve").public(), &[Role::CaseManager], &clock(9));
    assert_eq!(refused.err().map(|e| code(&e)), Some("archive.rollback"));
    let mut fresh = agency.open();
    assert!(fresh.warnings().is_empty());
    assert!(fresh.retire(agency.who("nora"), &id("ben"), &clock(9)).is_ok());
}

#[test]
fn deleting_the_memory_costs_nothing_but_time() {
    let agency = Agency::with_case();
    let archive = agency.remembering();
    assert!(archive.is_first_contact());
    archive.file(agency.who("aisha"), &unit(), &[document(b"one")], &clock(4)).expect("filed");
    assert!(!agency.remembering().is_first_contact());
    std::fs::remove_dir_all(agency.memory()).expect("removed");
    let again = agency.remembering();
    assert!(again.case(&unit()).expect("a case").flags().is_empty());
    std::fs::write(agency.memory().join(again.id().to_string()).join(format!("{UNIT}.json")), "{")
        .expect("written");
    assert!(again.file(agency.who("aisha"), &unit(), &[document(b"two")], &clock(5)).is_ok());
}

#[test]
fn a_copied_entry_of_another_case_is_no_gap_and_no_twin() {
    let agency = Agency::with_case();
    let archive = agency.open();
    let other = Admission { unit: "UASC-2016-0013".parse().expect("a unit"), ..admission() };
    archive.admit(agency.who("aisha"), &other, &clock(1)).expect("admitted");
    let theirs = agency.path().join("open/UASC-2016-0013-O");
    for file in std::fs::read_dir(&theirs).expect("listed").flatten() {
        let copy = agency.path().join("open/UASC-2016-0012-O").join(file.file_name());
        std::fs::copy(file.path(), copy).expect("copied");
    }
    let case = archive.case(&unit()).expect("a case");
    assert!(case.flags().is_empty(), "{:?}", case.flags());
    assert_eq!(case.documents(), 2);
    let verified = agency.verify(Level::V2);
    assert!(verified.damage.is_empty());
    assert!(verified.notices.iter().any(|finding| finding.code == "verify.misplaced"));
    assert!(archive.file(agency.who("ben"), &unit(), &[document(b"x")], &clock(2)).is_ok());
}

// ---- Crashes and closed doors ----

#[test]
fn a_store_that_fails_at_the_nth_write_loses_nothing_acknowledged() {
    use casefile::store::LocalStore;
    use casefile::store::failing::{FailingStore, Failure};
    for failure in [Failure::Before, Failure::After] {
        for n in 0..6 {
            let agency = Agency::with_case();
            let store = LocalStore::open(agency.path()).expect("a store");
            let archive = Archive::with_store(Box::new(FailingStore::new(store, n, failure)), None)
                .expect("an archive");
            let mut acknowledged = 0;
            for seed in 0..2_u8 {
                acknowledged += usize::from(
                    archive.file(agency.who("ben"), &unit(), &[document(&[seed])], &clock(5)).is_ok(),
                );
            }
            let moved =
                archive.change_status(agency.who("selma"), &unit(), &change(Status::Inactive), &clock(6));
            let case = agency.open().case(&unit()).expect("a case");
            assert!(case.documents() >= 2 + acknowledged, "write {n}");
            if moved.is_ok() {
                assert_eq!(case.status(), Some(Status::Inactive), "write {n}");
            }
            assert!(agency.verify(Level::V3).damage.is_empty(), "write {n}");
        }
    }
}

#[test]
fn an_admission_that_crashed_can_be_repeated() {
    use casefile::store::LocalStore;
    use casefile::store::failing::{FailingStore, Failure};
    for failure in [Failure::Before, Failure::After] {
        let agency = Agency::new();
        let store = LocalStore::open(agency.path()).expect("a store");
        let archive =
            Archive::with_store(Box::new(FailingStore::new(store, 0, failure)), None).expect("an archive");
        assert!(archive.admit(agency.who("aisha"), &admission(), &clock(1)).is_err());
        assert_eq!(agency.open().case(&unit()).err().map(|e| code(&e)), Some("archive.no-case"));
        assert!(agency.open().cases().expect("listed").is_empty());
        assert!(agency.verify(Level::V3).damage.is_empty());
        agency.admit("aisha").expect("admitted the second time");
        assert_eq!(agency.open().case(&unit()).expect("a case").documents(), 2);
    }
}

#[test]
fn verifying_one_folder_says_whether_there_is_one() {
    let agency = Agency::with_case();
    let archive = agency.open();
    let verify = |unit: &str| {
        let unit = Some(unit.parse().expect("a unit"));
        archive.verify(&VerifyOptions { level: Level::V2, identity: None, unit, now: None })
    };
    assert_eq!(verify(UNIT).expect("verified").counts.folders, 1);
    assert_eq!(verify("UASC-2016-9999").err().map(|e| e.class()), Some(Class::NotFound));
}

#[test]
fn a_person_is_added_once_under_one_key_and_never_as_a_root_key() {
    let agency = Agency::new();
    let mut archive = agency.open();
    let mut add = |person: &Identity| {
        archive
            .add_person(agency.who("nora"), &person.public(), &[Role::CaseManager], &clock(1))
            .map_err(|e| (e.class(), code(&e)))
            .err()
    };
    assert_eq!(add(agency.who("aisha")), Some((Class::Input, "archive.known-person")));
    let root = Identity::generate(id("r1"), "Root").expect("an identity");
    assert_eq!(add(&root), Some((Class::Input, "archive.bad-person")));
}

#[test]
#[ignore = "a measurement, not a test: run with --nocapture"]
fn how_long_filing_takes() {
    let agency = Agency::with_case();
    let archive = agency.remembering();
    let page: Vec<u8> = (0..100_000_u32).map(|n| (n * 7 % 251) as u8).collect();
    let mut times = Vec::new();
    for n in 0..60 {
        let document = document(&page);
        let start = std::time::Instant::now();
        archive.file(agency.who("aisha"), &unit(), &[document], &clock(n)).expect("filed");
        times.push(start.elapsed());
    }
    let mut late = times.split_off(45);
    late.sort();
    println!("filing into 50 documents: median {:?}, worst {:?}", late[late.len() / 2], late[late.len() - 1]);
    let start = std::time::Instant::now();
    archive.cases().expect("listed");
    println!("listing: {:?}", start.elapsed());
    let open = archive.unlock(&unit(), agency.who("aisha")).expect("opened");
    let start = std::time::Instant::now();
    open.cards().expect("cards");
    println!("62 cards: {:?}", start.elapsed());
}

/// A store in which one prefix is closed to this user.
struct Closed(casefile::store::LocalStore, &'static str);

impl casefile::store::Store for Closed {
    fn list(&self, folder: &str) -> Result<casefile::store::Listing, Error> {
        if folder.starts_with(self.1) {
            let problem = casefile::error::Problem::error("store.denied", "permission denied");
            return Err(Error::new(Class::Access, problem));
        }
        let mut listing = self.0.list(folder)?;
        if folder.is_empty() {
            listing.objects.retain(|object| !object.name.starts_with(self.1));
            listing.denied.push(self.1.to_owned());
        }
        Ok(listing)
    }

    fn folders(&self, folder: &str) -> Result<Vec<String>, Error> {
        if folder == self.1 { self.list(folder).map(|_| vec![]) } else { self.0.folders(folder) }
    }

    fn read(&self, name: &str, limit_bytes: u64) -> Result<Vec<u8>, Error> {
        self.0.read(name, limit_bytes)
    }

    fn size(&self, name: &str) -> Result<Option<u64>, Error> {
        self.0.size(name)
    }

    fn put_batch(&self, batch: &[(String, Vec<u8>)]) -> Result<(), Error> {
        self.0.put_batch(batch)
    }

    fn rename_folder(&self, from: &str, to: &str) -> Result<bool, Error> {
        self.0.rename_folder(from, to)
    }

    fn remove(&self, name: &str) -> Result<bool, Error> {
        self.0.remove(name)
    }

    fn location(&self, name: &str) -> Option<PathBuf> {
        self.0.location(name)
    }
}

#[test]
fn a_closed_prefix_is_unknown_and_never_empty() {
    let agency = Agency::with_case();
    let closed = |prefix: &'static str| {
        let store = casefile::store::LocalStore::open(agency.path()).expect("a store");
        Archive::with_store(Box::new(Closed(store, prefix)), None).expect("an archive")
    };
    // The case lies elsewhere, but more of it might lie behind the closed door.
    let archive = closed("inactive");
    assert!(archive.case(&unit()).expect("a case").flags().contains(&Flag::Unknown));
    let refused =
        archive.file(agency.who("ben"), &unit(), &[document(b"x")], &clock(2)).expect_err("refused");
    assert_eq!((refused.class(), code(&refused)), (Class::Access, "archive.unknown-place"));
    assert_eq!(archive.cases().err().map(|e| e.class()), Some(Class::Access));
    let options = VerifyOptions { level: Level::V0, identity: None, unit: None, now: None };
    let damage = archive.verify(&options).expect("verified").damage;
    assert!(damage.iter().any(|finding| finding.code == "verify.unknown" && finding.path == "inactive"));
    // Nobody takes a case for absent because it is closed to them.
    let archive = closed("open");
    assert_eq!(archive.case(&unit()).err().map(|e| e.class()), Some(Class::Access));
    assert_eq!(
        archive.admit(agency.who("aisha"), &admission(), &clock(3)).err().map(|e| e.class()),
        Some(Class::Access)
    );
}
