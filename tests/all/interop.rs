//! Other programs read what we write: Debian's `age` and `sha256sum` above all.

#![allow(clippy::unwrap_used)] // a test may stop

use crate::bytes::{self, SmallArchive};
use crate::support::program;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use casefile::log::{Note, Role, Root, Roster, Signer, StaffNote, StaffOp, StaffPerson, Time, authority};
use casefile::names::{Digest, PersonId, Unit};
use casefile::seal::identity::LEAST_WORK_FACTOR;
use casefile::seal::public::proof_message;
use casefile::seal::{
    FolderKeys, Generation, Identity, Passphrase, Public, Sealed, Signature, VerifyKey, envelope, object,
};
use ed25519_dalek::Signer as _;
use std::collections::HashSet;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// The recipient of the age key of 32 bytes `02`.
const EXAMPLE_AGE: &str = "age1e6xn45wvkce7c7msc9upffw8dmxs9959q5xng369hgzcwrjc04vszex59m";
const PASSPHRASE: &str = "correct horse battery staple";

/// Runs a shell line in `folder` at a terminal of its own, where the passphrase is typed when asked for.
/// Stock `age` takes passphrases from a terminal only.
pub fn at_a_terminal(line: &str, folder: &Path, variables: &[(&str, &str)], passphrase: &str) -> bool {
    let mut child = Command::new("script")
        .args(["-qec", line, "/dev/null"])
        .current_dir(folder)
        .env("SHELL", "/bin/sh")
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut keyboard, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (mut shown, mut piece) = (Vec::new(), [0; 256]);
    while let Ok(n @ 1..) = screen.read(&mut piece) {
        shown.extend_from_slice(&piece[..n]);
        if shown.windows(17).any(|window| window == b"Enter passphrase:") {
            shown.clear();
            writeln!(keyboard, "{passphrase}").unwrap();
        }
    }
    child.wait().unwrap().success()
}

/// The first indented line after `marker` in `docs/format.md`.
pub fn printed_line(marker: &str) -> String {
    let text = include_str!("../../docs/format.md");
    let (_, after) = text.split_once(marker).unwrap_or_else(|| panic!("docs/format.md has no {marker:?}"));
    after.lines().find_map(|line| line.strip_prefix("    ")).unwrap().to_owned()
}

struct Folder {
    dir: tempfile::TempDir,
    nora: Identity,
    envelope: Sealed,
    document: Sealed,
}

const PLAIN: &[u8] = b"%PDF-1.7 a document\n";

/// What an archive holds of one case, in one folder: key file, envelope, document.
fn folder() -> Folder {
    let dir = tempfile::tempdir().unwrap();
    let nora = Identity::generate("nora".parse().unwrap(), "Nora Haddad").unwrap();
    let other = Identity::generate("selma".parse().unwrap(), "Selma Lindqvist").unwrap();
    let unit: Unit = "UASC-2016-0012".parse().unwrap();
    let from = "2016-10-01T08:00:00Z".parse().unwrap();
    let old = FolderKeys::new(unit, Generation::generate(from));
    let keys = old.with(Generation::generate("2016-11-01T08:00:00Z".parse().unwrap()));
    let document = object::seal(PLAIN, &old.generations()[0].recipient()).unwrap();
    let envelope = envelope::seal(&keys, &[other.recipient(), nora.recipient()]).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(dir.path().join(name), bytes).unwrap();
    write("nora.key", &nora.to_file(&Passphrase::from(PASSPHRASE), LEAST_WORK_FACTOR).unwrap());
    write(&envelope.file_name(), envelope.bytes());
    write(&document.file_name(), document.bytes());
    Folder { dir, nora, envelope, document }
}

#[test]
fn stock_age_opens_key_file_envelope_and_document_by_the_printed_line() {
    let (Some(_), Some(_)) = (program("age"), program("script")) else { return };
    let folder = folder();
    let line = printed_line("<!-- recipe: one document -->");
    let variables = [
        ("KEY", "nora.key"),
        ("ENVELOPE", &folder.envelope.file_name()),
        ("OBJECT", &folder.document.file_name()),
        ("OUT", "document.pdf"),
    ];
    assert!(at_a_terminal(&line, folder.dir.path(), &variables, PASSPHRASE), "{line}");
    assert_eq!(std::fs::read(folder.dir.path().join("document.pdf")).unwrap(), PLAIN);
    assert!(
        !at_a_terminal(&line, folder.dir.path(), &variables, "wrong"),
        "a wrong passphrase opens nothing"
    );
}

#[test]
fn the_opened_key_file_is_an_age_identity_file_that_age_keygen_reads() {
    let (Some(_), Some(_), Some(_)) = (program("age"), program("age-keygen"), program("script")) else {
        return;
    };
    let folder = folder();
    assert!(at_a_terminal("age -d nora.key > id.txt", folder.dir.path(), &[], PASSPHRASE));
    let text = std::fs::read_to_string(folder.dir.path().join("id.txt")).unwrap();
    let start = "# casefile: identity/1\n# id: nora\n# name: Nora Haddad\n# sign: ";
    assert!(text.starts_with(start) && text.lines().count() == 6);
    let output =
        Command::new("age-keygen").args(["-y", "id.txt"]).current_dir(folder.dir.path()).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), folder.nora.recipient().to_string());
}

#[test]
fn what_stock_age_seals_we_open() {
    let Some(age) = program("age") else { return };
    let keys = FolderKeys::new(
        "UASC-2016-0012".parse().unwrap(),
        Generation::generate("2016-10-01T08:00:00Z".parse().unwrap()),
    );
    let recipient = keys.generations()[0].recipient().to_string();
    let mut child = Command::new(age)
        .args(["-r", &recipient])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(PLAIN).unwrap();
    let sealed = child.wait_with_output().unwrap().stdout;
    assert_eq!(*object::open(&sealed, &keys).unwrap(), PLAIN);
}

#[test]
fn the_printed_line_checks_a_folder_with_sha256sum() {
    let Some(_) = program("sha256sum") else { return };
    let folder = folder();
    let line = printed_line("<!-- recipe: check a folder -->");
    let run = || {
        let output = Command::new("sh").args(["-c", &line]).current_dir(folder.dir.path()).output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    let (good, said) = run();
    assert!(good && said.matches(": OK").count() == 2, "{said}");
    let path = folder.dir.path().join(folder.document.file_name());
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[0] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let (good, said) = run();
    assert!(!good && said.contains(&format!("{}: FAILED", folder.document.file_name())), "{said}");
}

#[test]
fn the_crate_signed_note_verifies_our_notes() {
    let archive = Digest::of(b"a root");
    let people = ["nora", "selma"].map(|id| Identity::generate(id.parse().unwrap(), "A Name").unwrap());
    let content = serde_json::json!({
        "casefile": "staff/1", "archive": archive, "seq": 0, "parents": [], "signers": ["nora", "selma"],
    });
    let signing: Vec<_> = people.iter().map(|person| |message: &[u8]| person.sign(message)).collect();
    let signers: Vec<Signer<'_>> = people
        .iter()
        .zip(&signing)
        .map(|(person, sign)| Signer { name: person.id().clone(), key: person.verify_key(), sign })
        .collect();
    let note = Note::sign(&content, &archive, &signers).unwrap();

    let verifiers = people.iter().map(|person| {
        let name = format!("{}/{}", archive.short(16), person.id());
        let key = [&[1], &person.verify_key().as_bytes()[..]].concat();
        let id = signed_note::key_id(&name, &key);
        let text = format!("{name}+{id:08x}+{}", BASE64_STANDARD.encode(&key));
        Box::new(signed_note::StandardVerifier::new(&text).unwrap()) as Box<dyn signed_note::Verifier>
    });
    let verifiers = signed_note::VerifierList::new(verifiers.collect());
    let theirs = signed_note::Note::from_bytes(note.bytes()).unwrap();
    let (verified, unverified) = theirs.verify(&verifiers).unwrap();
    assert_eq!((verified.len(), unverified.len()), (2, 0));
    assert_eq!(theirs.text(), note.text());
    assert_eq!(theirs.to_bytes(), note.bytes());
}

#[test]
fn the_format_document_prints_the_authority_table_of_the_code() {
    assert!(include_str!("../../docs/format.md").contains(&authority::markdown()));
}

#[test]
fn the_format_document_names_every_operation_role_and_limit_of_the_code() {
    let text: Vec<&str> = include_str!("../../docs/format.md").split_whitespace().collect();
    let text = text.join(" ");
    let ops = casefile::log::Op::ALL.iter().map(|op| op.word().to_owned());
    let roles = casefile::log::Role::ALL.iter().map(|role| role.word().to_owned());
    for word in ops.chain(roles) {
        assert!(text.contains(&format!("`{word}`")), "{word} is missing");
    }
    assert_eq!(casefile::log::note::LIMIT_BYTES, 1_000_000);
    assert_eq!((casefile::log::note::LIMIT_PARENTS, casefile::log::note::LIMIT_SIGNERS), (64, 16));
    assert_eq!(casefile::log::entry::LIMIT_ADDITIONS, 4_096);
    assert!(
        text.contains("At most 1,000,000 bytes, 64 parents, 16 signers, no signer twice, 4,096 additions.")
    );
    assert_eq!(object::OBJECT_LIMIT_BYTES, 256 << 20);
}

/// The keys of the worked example: seed 32 bytes `01`, age key 32 bytes `02`.
fn example_key() -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&[1; 32])
}

/// The root, the `.pub` file and the first staff note of the worked example, as the code makes them.
fn worked_example() -> (Root, Vec<u8>, Public, Note) {
    let key = example_key();
    let sign = |message: &[u8]| key.sign(message).to_bytes();
    let verify: VerifyKey = BASE64_STANDARD.encode(key.verifying_key().as_bytes()).parse().unwrap();
    let time: Time = "2026-11-21T09:00:00Z".parse().unwrap();
    let (root, bytes) = Root::new(time, [3; 16], verify, true).unwrap();
    let id: PersonId = "nora".parse().unwrap();
    let age = EXAMPLE_AGE.parse().unwrap();
    let proof = Signature::from_bytes(sign(proof_message(&id, &verify, &age).as_bytes()));
    let public = Public { id: id.clone(), sign: verify, age: age.clone(), proof, archive: None };
    let genesis = StaffNote {
        casefile: "staff/1".to_owned(),
        archive: root.id(),
        seq: 0,
        parents: vec![],
        time,
        op: StaffOp::Genesis,
        signers: vec!["r1".parse().unwrap()],
        person: Some(StaffPerson { id, sign: verify, age, roles: vec![Role::Administrator], proof }),
        register: None,
        crit: vec![],
        root: None,
        policy: None,
        lost: None,
        reason: None,
    };
    let signer = Signer { name: "r1".parse().unwrap(), key: verify, sign: &sign };
    let note = Note::sign(&genesis, &root.id(), &[signer]).unwrap();
    (root, bytes, public, note)
}

#[test]
fn the_worked_example_of_the_format_document_is_what_the_code_makes_and_accepts() {
    let (root, bytes, public, note) = worked_example();
    public.check_proof().unwrap();
    let roster = Roster::fold(root.clone(), std::slice::from_ref(&note), &HashSet::new());
    assert_eq!((roster.events().len(), roster.invalid().len()), (1, 0));
    let text = include_str!("../../docs/format.md");
    let shown = [
        String::from_utf8(bytes).unwrap(),
        root.id().to_string(),
        public.to_text(),
        note.name().to_string(),
        std::str::from_utf8(note.bytes()).unwrap().to_owned(),
    ];
    for line in shown.iter().flat_map(|part| part.lines()) {
        assert!(text.contains(line), "docs/format.md lacks this line of the example:\n{line}");
    }
}

/// An archive made by the library, with the case manager's key file beside it.
fn archive_with_key_file() -> SmallArchive {
    let archive = SmallArchive::make();
    let file = archive.aisha.to_file(&Passphrase::from(PASSPHRASE), LEAST_WORK_FACTOR).unwrap();
    std::fs::write(archive.folder.path().join("aisha.key"), file).unwrap();
    archive
}

/// The JSON line of a note, as a stranger reads it.
fn json_line(path: &Path) -> serde_json::Value {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(text.lines().next().unwrap()).unwrap()
}

#[test]
fn a_document_comes_back_from_an_archive_byte_for_byte_with_stock_age_alone() {
    let (Some(_), Some(_)) = (program("age"), program("script")) else { return };
    let archive = archive_with_key_file();
    let entries: Vec<String> =
        archive.files().into_iter().filter(|name| name.starts_with("inactive/")).collect();
    let entry = |seq: &str| {
        let name = entries.iter().find(|name| name.contains(&format!("/{seq}-"))).unwrap();
        json_line(&archive.dir().join(name))
    };
    let added = entry("00000000")["add"].as_array().unwrap().clone();
    let document = added.iter().find(|added| added["r"] == "doc").unwrap()["h"].as_str().unwrap().to_owned();
    let envelope = entry("00000002")["envelope"].as_str().unwrap().to_owned();
    let variables = [
        ("KEY", "aisha.key".to_owned()),
        ("ENVELOPE", format!("archive/keys/UASC-2016-0012/{envelope}.age")),
        ("OBJECT", format!("archive/inactive/UASC-2016-0012-IA/{document}.age")),
        ("OUT", "letter.txt".to_owned()),
    ];
    let variables: Vec<(&str, &str)> =
        variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let line = printed_line("<!-- recipe: one document -->");
    assert!(at_a_terminal(&line, archive.folder.path(), &variables, PASSPHRASE), "{line}");
    assert_eq!(std::fs::read(archive.folder.path().join("letter.txt")).unwrap(), bytes::PLAIN);
}

#[test]
fn a_whole_folder_comes_back_with_stock_age_and_each_document_is_what_its_card_says() {
    let (Some(_), Some(_), Some(_)) = (program("age"), program("script"), program("sha256sum")) else {
        return;
    };
    let archive = archive_with_key_file();
    let case = archive.dir().join("inactive/UASC-2016-0012-IA");
    let out = archive.folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    let envelope = archive.files().into_iter().find(|name| name.starts_with("keys/")).unwrap();
    let variables = [
        ("KEY", archive.folder.path().join("aisha.key")),
        ("ENVELOPE", archive.dir().join(envelope)),
        ("OUT", out.clone()),
    ];
    let variables: Vec<(&str, &str)> =
        variables.iter().map(|(name, path)| (*name, path.to_str().unwrap())).collect();
    let line = printed_line("<!-- recipe: a whole folder -->");
    assert!(at_a_terminal(&line, &case, &variables, PASSPHRASE), "{line}");
    assert!(!out.join("keys.txt").exists(), "the keys do not stay");

    let shell = |line: &str| {
        let output = Command::new("sh").args(["-c", line]).current_dir(&case).output().unwrap();
        assert!(output.status.success(), "{line}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(shell(&printed_line("<!-- recipe: check a folder -->")).matches(": OK").count(), 7);
    assert_eq!(shell(&printed_line("<!-- recipe: check the notes -->")).matches(": OK").count(), 3);
    let cards = shell(&printed_line("Which objects are cards"));
    let hashes: Vec<&str> = cards.lines().map(|line| &line[line.len() - 65..line.len() - 1]).collect();
    assert_eq!(hashes.len(), 3);
    for hash in hashes {
        let card = json_line(&out.join(hash));
        let document = std::fs::read(out.join(card["doc"].as_str().unwrap())).unwrap();
        assert_eq!(card["plain"], Digest::of(&document).to_string());
        assert_eq!(card["size"], document.len());
    }
}

#[test]
fn the_signed_note_crate_verifies_every_note_of_an_archive_and_is_more_generous_than_we_are() {
    let archive = SmallArchive::make();
    let root = json_line(&archive.dir().join("casefile.json"));
    let id = Digest::of(&std::fs::read(archive.dir().join("casefile.json")).unwrap());
    let mut keys = vec![("r1".to_owned(), root["root"]["keys"]["r1"].clone())];
    let notes: Vec<String> =
        archive.files().into_iter().filter(|name| name.rsplit('.').next() == Some("note")).collect();
    for name in notes.iter().filter(|name| name.starts_with("staff/")) {
        let person = json_line(&archive.dir().join(name))["person"].clone();
        keys.push((person["id"].as_str().unwrap().to_owned(), person["sign"].clone()));
    }
    let verifiers = keys.iter().map(|(person, key)| {
        let key = [vec![1], BASE64_STANDARD.decode(key.as_str().unwrap()).unwrap()].concat();
        let name = format!("{}/{person}", id.short(16));
        let id = signed_note::key_id(&name, &key);
        let text = format!("{name}+{id:08x}+{}", BASE64_STANDARD.encode(&key));
        Box::new(signed_note::StandardVerifier::new(&text).unwrap()) as Box<dyn signed_note::Verifier>
    });
    let verifiers = signed_note::VerifierList::new(verifiers.collect());
    for name in &notes {
        let bytes = std::fs::read(archive.dir().join(name)).unwrap();
        let (verified, others) = signed_note::Note::from_bytes(&bytes).unwrap().verify(&verifiers).unwrap();
        assert_eq!((verified.len(), others.len()), (1, 0), "{name}");
        // A repeated signature line: theirs reads it, ours calls the file foreign.
        let line = bytes.rsplitn(3, |byte| *byte == b'\n').nth(1).unwrap();
        let repeated = [&bytes[..], line, b"\n"].concat();
        assert!(signed_note::Note::from_bytes(&repeated).unwrap().verify(&verifiers).is_ok(), "{name}");
        assert!(Note::parse(&repeated, &id).is_err(), "{name}");
    }
}

/// Unpacks a sealed pack into `out` with stock `age` and `tar`, with somebody's key file; says whether `age` is
/// installed.
pub fn age_opens(agency: &crate::agency::Agency, person: &str, pack: &str, out: &Path) -> bool {
    if program("age").is_none() {
        return false;
    }
    let line = r#"age -d "$KEY" | age -d -i - "$PACK" | tar -x -C "$OUT""#;
    let (key, pack) = (agency.path(&format!("{person}.key")), agency.path(pack));
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let (key, pack, out) = (path(&key), path(&pack), path(out));
    assert!(at_a_terminal(
        line,
        Path::new("."),
        &[("KEY", &key), ("PACK", &pack), ("OUT", &out)],
        PASSPHRASE
    ));
    true
}

/// The reference implementation of `BagIt`, where it is installed.
pub fn bagit() -> Option<&'static str> {
    program("bagit.py")
}
