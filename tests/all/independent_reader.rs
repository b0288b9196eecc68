//! A second reader, in Python, written from `docs/format.md` alone, sees what the program sees.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may stop

use crate::agency::{Agency, CASE, copy};
use crate::interop::at_a_terminal;
use crate::support::program;
use casefile::log::{Note, Signer};
use casefile::names::Digest;
use casefile::seal::{Identity, Passphrase};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

const PASSPHRASE: &str = "correct horse battery staple";

/// What the reader prints about an archive, and its exit code; nothing where Python or `age` is not
/// installed.
pub fn read(archive: &Path, identity: Option<&Path>) -> Option<(i32, Value)> {
    let (python, _) = (program("python3")?, program("age")?);
    let mut command = Command::new(python);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/read_archive.py");
    command.env("PYTHONDONTWRITEBYTECODE", "1").arg(script).arg(archive);
    if let Some(identity) = identity {
        command.arg("--identity").arg(identity);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.is_empty(), "{said}");
    Some((output.status.code().unwrap(), serde_json::from_slice(&output.stdout).unwrap()))
}

/// The paths that the reader calls damaged.
pub fn damaged(read: &Value) -> BTreeSet<String> {
    paths(&read["damage"], "path")
}

fn paths(findings: &Value, key: &str) -> BTreeSet<String> {
    findings.as_array().unwrap().iter().map(|finding| finding[key].as_str().unwrap().to_owned()).collect()
}

/// An archive with a case that was admitted, noted, filed and moved.
fn worked_in() -> Agency {
    let agency = Agency::with_case();
    agency.ok("aisha", &["note", CASE, "--kind", "call", "Called the school."]);
    agency.ok("aisha", &["file", "progress-report", CASE, "--period", "2016-11-01..2016-11-30"]);
    agency.ok("selma", &["move", CASE, "inactive", "--reason", "no contact since November"]);
    agency
}

/// What `show --json` says about a case, in the reader's words.
fn shown(agency: &Agency) -> Value {
    let show: Value = serde_json::from_str(&agency.ok("aisha", &["show", CASE, "--json"])).unwrap();
    let documents = show["documents"].as_array().unwrap().iter().map(|document| {
        json!({
            "d": document["document"], "title": document["title"], "kind": document["kind"],
            "date": document["date"], "source": document["source"], "media": document["media"],
            "plain": document["sha256"], "size": document["size_bytes"], "supersedes": document["supersedes"],
        })
    });
    json!({
        "unit": show["case"], "label": show["label"], "status": show["status"], "since": show["since"],
        "until": show["until"], "readers": show["readers"], "reference": show["reference"],
        "team": { "manager": show["manager"], "supervisor": show["supervisor"] },
        "documents": documents.collect::<Vec<_>>(),
    })
}

/// The same of what the reader prints.
fn reader_case(case: &Value) -> Value {
    let mut documents = case["documents"].clone();
    for document in documents.as_array_mut().unwrap() {
        document.as_object_mut().unwrap().remove("seq");
    }
    let heads = case["heads"].as_array().unwrap();
    let greatest = heads.iter().map(|head| head.as_str().unwrap()).max().unwrap();
    let reference = format!("{}/{} {}", case["unit"].as_str().unwrap(), case["seq"], &greatest[9..41]);
    let mut all = json!({ "documents": documents, "reference": reference });
    for field in ["unit", "label", "status", "since", "until", "readers", "team"] {
        all[field] = case[field].clone();
    }
    all
}

#[test]
fn a_reader_written_from_the_document_alone_sees_the_same_cases_people_and_documents() {
    let agency = worked_in();
    let plain = agency.path("aisha.txt");
    if program("script").is_none() {
        return;
    }
    let folder = agency.path(".");
    assert!(at_a_terminal("age -d -o aisha.txt aisha.key", &folder, &[], PASSPHRASE));
    let Some((code, seen)) = read(&agency.path("archive"), Some(&plain)) else { return };
    assert_eq!((code, &seen["damage"], &seen["notices"]), (0, &json!([]), &json!([])));
    assert_eq!(paths(&seen["people"], "id"), ["aisha", "nora", "selma"].map(str::to_owned).into());
    let cases = seen["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 1);
    assert_eq!(reader_case(&cases[0]), shown(&agency));
    assert_eq!(cases[0]["reasons"][0]["text"], "no contact since November");
    let list: Value = serde_json::from_str(&agency.ok("nora", &["list", "--json"])).unwrap();
    assert_eq!(list[0]["documents"], json!(cases[0]["documents"].as_array().unwrap().len()));
    assert_eq!((&list[0]["label"], &list[0]["seq"]), (&cases[0]["label"], &cases[0]["seq"]));

    // Somebody who is no reader opens nothing.
    assert!(at_a_terminal("age -d -o nora.txt nora.key", &folder, &[], PASSPHRASE));
    let (code, seen) = read(&agency.path("archive"), Some(&agency.path("nora.txt"))).unwrap();
    assert_eq!((code, &seen["cases"][0]["opened"]), (0, &json!(false)));
    assert_eq!(seen["cases"][0]["documents"][0].get("title"), None);
}

fn identity(agency: &Agency, id: &str) -> Identity {
    let key = std::fs::read(agency.path(&format!("{id}.key"))).unwrap();
    Identity::from_file(&key, &Passphrase::new(PASSPHRASE.to_owned())).unwrap()
}

/// The newest entry of the case.
fn newest_entry(agency: &Agency) -> PathBuf {
    let entry = |path: &PathBuf| {
        path.extension().is_some_and(|e| e == "note") && !path.to_str().unwrap().contains("/staff/")
    };
    agency
        .archive_files()
        .into_iter()
        .filter(entry)
        .max_by_key(|path| path.file_name().unwrap().to_owned())
        .unwrap()
}

/// Writes a file beside the newest entry under the name that its bytes and number ask for.
fn put_beside(entry: &Path, seq: &str, bytes: &[u8]) -> PathBuf {
    let path = entry.with_file_name(format!("{seq}-{}.note", Digest::of(bytes)));
    std::fs::write(&path, bytes).unwrap();
    path
}

/// What both say is damaged.
fn both_say(agency: &Agency) -> Option<BTreeSet<String>> {
    both_see(agency).map(|seen| damaged(&seen))
}

/// What the reader sees, after asserting that both say the same is damaged.
pub fn both_see(agency: &Agency) -> Option<Value> {
    let (code, seen) = read(&agency.path("archive"), None)?;
    let ours =
        agency.by("nora", &["verify", "--json"]).env("HOME", agency.path("elsewhere")).output().unwrap();
    let verified: Value = serde_json::from_slice(&ours.stdout).unwrap();
    assert_eq!(ours.status.code(), Some(code), "{seen:#}\n{verified:#}");
    assert_eq!(damaged(&seen), paths(&verified["damage"], "object"));
    Some(seen)
}

fn below(agency: &Agency, path: &Path) -> String {
    path.strip_prefix(agency.path("archive")).unwrap().to_str().unwrap().to_owned()
}

#[test]
fn both_readers_refuse_an_entry_whose_signature_was_changed() {
    let agency = worked_in();
    let newest = newest_entry(&agency);
    let mut bytes = std::fs::read(&newest).unwrap();
    let seq = newest.file_name().unwrap().to_str().unwrap()[..8].to_owned();
    let at = bytes.len() - 20;
    bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
    let forged = put_beside(&newest, &seq, &bytes);
    let Some(damage) = both_say(&agency) else { return };
    assert_eq!(damage, [below(&agency, &forged)].into());
}

#[test]
fn both_readers_pass_over_an_entry_with_a_line_appended() {
    let agency = worked_in();
    let newest = newest_entry(&agency);
    let bytes = std::fs::read(&newest).unwrap();
    let line = bytes.split(|byte| *byte == b'\n').nth(2).unwrap();
    let seq = newest.file_name().unwrap().to_str().unwrap()[..8].to_owned();
    put_beside(&newest, &seq, &[&bytes[..], line, b"\n"].concat());
    let Some(seen) = both_see(&agency) else { return };
    assert_eq!(damaged(&seen), BTreeSet::new());
    assert!(seen["notices"][0]["what"].as_str().unwrap().starts_with("foreign"), "{seen:#}");
    assert_eq!(seen["cases"][0]["heads"].as_array().unwrap().len(), 1);
}

/// A well-formed, well-signed entry after the newest one, with some fields changed.
fn writes(agency: &Agency, by: &str, changes: &[(&str, Value)], without: Option<&str>) -> PathBuf {
    let writer = identity(agency, by);
    let newest = newest_entry(agency);
    let text = std::fs::read_to_string(&newest).unwrap();
    let mut entry: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let name = newest.file_stem().unwrap().to_str().unwrap();
    let seq = entry["seq"].as_u64().unwrap() + 1;
    let same =
        [("seq", json!(seq)), ("parents", json!([name])), ("signers", json!([by])), ("add", json!([]))];
    for (field, value) in same.iter().chain(changes) {
        entry[*field] = value.clone();
    }
    if let Some(field) = without {
        entry.as_object_mut().unwrap().remove(field);
    }
    let id = entry["archive"].as_str().unwrap().parse().unwrap();
    let sign = |message: &[u8]| writer.sign(message);
    let signer = Signer { name: writer.id().clone(), key: writer.verify_key(), sign: &sign };
    let note = Note::sign(&entry, &id, &[signer]).unwrap();
    put_beside(&newest, &format!("{seq:08}"), note.bytes())
}

#[test]
fn both_readers_refuse_an_entry_without_authority_that_names_its_makers_key() {
    let agency = worked_in();
    let mine = json!(identity(&agency, "nora").recipient().to_string());
    let readers = json!([{"id": "nora", "as": "manager", "until": null}]);
    let tries: [&[(&str, Value)]; 5] = [
        &[("op", json!("key")), ("key", mine.clone()), ("readers", readers.clone())],
        &[("op", json!("file")), ("key", mine)],
        &[("op", json!("readers")), ("readers", readers)],
        &[("op", json!("move")), ("status", json!("closed")), ("rule", json!("sweep"))],
        &[("op", json!("file")), ("casefile", json!("entry/2"))],
    ];
    for changes in tries {
        let path = writes(&agency, "nora", changes, None);
        let Some(damage) = both_say(&agency) else { return };
        assert_eq!(damage, [below(&agency, &path)].into(), "{changes:?}");
        std::fs::remove_file(path).unwrap();
    }
    // What anybody active may do: file. And an operation of a later version changes nothing.
    for op in ["file", "stamp"] {
        let path = writes(&agency, "nora", &[("op", json!(op))], None);
        assert_eq!(both_say(&agency), Some(BTreeSet::new()), "{op}");
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
fn both_readers_judge_whatever_a_reader_of_the_case_may_sign_alike() {
    let agency = worked_in();
    let person = |id: &str, role: &str, until: Value| json!({"id": id, "as": role, "until": until});
    let (aisha, selma) =
        (person("aisha", "manager", Value::Null), person("selma", "supervisor", Value::Null));
    let other = "0".repeat(64);
    let object = json!({"d": "0".repeat(32), "r": "doc", "h": other, "n": 1});
    let cases: [(&str, Value); 24] = [
        ("file", json!({})),
        ("file", json!({"roster": []})),
        ("file", json!({"roster": [format!("00000009-{other}")]})),
        ("file", json!({"folder": other})),
        ("file", json!({"folder": null})),
        ("file", json!({"label": "UASC-2016-0013"})),
        ("relabel", json!({"label": "STAFF-2016-0013"})),
        ("file", json!({"readers": [selma, aisha]})),
        ("readers", json!({"readers": [selma, aisha]})),
        ("readers", json!({"readers": [aisha, person("selma", "supervisor", json!("2016-12-31"))]})),
        ("readers", json!({"readers": [aisha, aisha]})),
        ("readers", json!({"readers": []})),
        ("readers", json!({"readers": [aisha, person("nora", "cover", Value::Null)]})),
        ("readers", json!({"readers": [aisha, person("nobody", "cover", Value::Null)]})),
        ("readers", json!({"readers": [aisha, person("selma", "Supervisor", Value::Null)]})),
        ("key", json!({})),
        ("key", json!({"key": identity(&agency, "selma").recipient().to_string(), "readers": [selma]})),
        ("review", json!({})),
        ("withdraw", json!({})),
        ("release", json!({})),
        ("approve-disposal", json!({})),
        ("extend", json!({"until": "2017-01-01"})),
        ("admit", json!({"folder": null})),
        ("file", json!({"add": [object, object]})),
    ];
    for (op, changes) in cases {
        let mut fields = vec![("op", json!(op))];
        fields.extend(
            changes.as_object().unwrap().iter().map(|(field, value)| (field.as_str(), value.clone())),
        );
        let path = writes(&agency, "aisha", &fields, None);
        println!("{op} {changes}");
        let Some(seen) = both_see(&agency) else { return };
        let list: Value = serde_json::from_str(&agency.ok("nora", &["list", "--json"])).unwrap();
        for field in ["label", "status", "since", "until", "readers", "seq"] {
            assert_eq!(list[0][field], seen["cases"][0][field], "{field}");
        }
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
fn both_readers_pass_over_an_entry_that_lacks_a_field() {
    let agency = worked_in();
    for field in ["rule", "until", "crit", "tool", "drop", "team", "roster"] {
        let path = writes(&agency, "nora", &[("op", json!("file"))], Some(field));
        let Some(seen) = both_see(&agency) else { return };
        assert_eq!(damaged(&seen), BTreeSet::new(), "{field}");
        assert!(paths(&seen["notices"], "path").contains(&below(&agency, &path)), "{field}");
        let history = agency.ok("nora", &["list", "--json"]);
        assert!(!history.contains("\"seq\": 5"), "{field}: {history}");
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
fn both_readers_miss_a_staff_note_that_entries_cite() {
    let agency = worked_in();
    let newest = newest_entry(&agency);
    let entry: Value =
        serde_json::from_str(std::fs::read_to_string(newest).unwrap().lines().next().unwrap()).unwrap();
    let cited = format!("staff/{}.note", entry["roster"][0].as_str().unwrap());
    std::fs::remove_file(agency.path("archive").join(&cited)).unwrap();
    let Some(damage) = both_say(&agency) else { return };
    assert!(damage.contains(&cited), "{damage:?}");
}

#[test]
fn both_readers_add_up_two_copies_that_went_their_own_ways_alike() {
    let agency = worked_in();
    agency.key("ben", "Ben Okafor");
    agency.key("cid", "Cid Moreau");
    agency.ok("nora", &["person", "add", "ben.pub", "--role", "case-manager"]);
    let (one, other) = (agency.path("archive"), agency.path("other"));
    copy(&one, &other);
    let on = |archive: &str, person: &str, arguments: &[&str]| {
        let mut command = agency.by(person, arguments);
        command
            .env("CASEFILE_ARCHIVE", agency.path(archive))
            .env("HOME", agency.path(&format!("home-{archive}")));
        let output = command.assert().success().get_output().stdout.clone();
        String::from_utf8(output).unwrap()
    };
    on("archive", "nora", &["person", "role", "ben", "--role", "case-manager", "--role", "project-director"]);
    on("archive", "nora", &["person", "add", "cid.pub", "--role", "case-manager"]);
    on("archive", "aisha", &["move", CASE, "open", "--reason", "came back"]);
    on("other", "nora", &["person", "role", "ben", "--role", "case-supervisor"]);
    on("other", "nora", &["person", "add", "cid.pub", "--role", "records-custodian"]);
    on("other", "nora", &["person", "retire", "cid"]);
    on("other", "selma", &["attach", CASE, "pass", "--title", "A letter"]);
    copy(&other, &one);

    let Some((code, seen)) = read(&one, None) else { return };
    assert_eq!((code, &seen["damage"]), (0, &json!([])));
    let listed = on("archive", "nora", &["person", "list"]);
    let active = listed.lines().filter(|line| line.ends_with("active"));
    let ours: Vec<String> =
        active.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let person = |person: &Value| {
        let roles = person["roles"].as_array().unwrap().iter().map(|role| role.as_str().unwrap());
        format!("{} {} active", person["id"].as_str().unwrap(), roles.collect::<Vec<_>>().join(", "))
    };
    let theirs: Vec<String> = seen["people"].as_array().unwrap().iter().map(person).collect();
    assert_eq!(theirs, ours);
    assert!(ours.contains(&"ben case-supervisor, project-director active".to_owned()), "{ours:?}");
    assert!(!ours.iter().any(|line| line.starts_with("cid")), "{ours:?}");
    let list: Value = serde_json::from_str(&on("archive", "nora", &["list", "--json"])).unwrap();
    for field in ["label", "status", "since", "until", "readers", "seq"] {
        assert_eq!(list[0][field], seen["cases"][0][field], "{field}");
    }
    assert_eq!(seen["cases"][0]["heads"].as_array().unwrap().len(), 2);
}
