//! What the fuzz targets do with their input.
//!
//! Each takes any bytes, must not panic, and asserts what has to hold of what it accepts. The tests of
//! casefile run the same functions over the corpora.

use casefile::document::narrative;
use casefile::log::{Entry, Note, NoteName, Root, Snapshot};
use casefile::names::{Digest, PersonId, Unit};
use casefile::programme::Programmes;
use casefile::record::Record;
use casefile::seal::{Card, Identity, Passphrase, envelope};
use casefile::store::Store as _;
use casefile::store::sim::MemoryStore;
use std::sync::OnceLock;

/// The id of the archive from which the corpora are.
const ARCHIVE: &str = include_str!("../corpus/archive.txt");
/// A reader's key, made for tests, and its passphrase.
const KEY: &[u8] = include_bytes!("../corpus/reader.key");
const PASSPHRASE: &str = "correct horse battery staple";

/// A signed note of the archive: accepted bytes are written back as they were.
pub fn note(data: &[u8]) {
    if let Ok(note) = Note::parse(data, &archive()) {
        assert_eq!(note.bytes(), data);
        assert_eq!(note.name().hash, Digest::of(data));
    }
}

/// An entry in a signed note: what it says can be said again.
pub fn entry(data: &[u8]) {
    let Ok(note) = Note::parse(data, &archive()) else { return };
    if let Ok(entry) = note.content::<Entry>() {
        let said = serde_json::to_vec(&entry).expect("an entry is plain data");
        assert!(serde_json::from_slice::<Entry>(&said).is_ok());
        let _ = entry.state();
        let _ = entry.is_beyond_us();
    }
}

/// A card: one that was accepted is written as one that is accepted.
pub fn card(data: &[u8]) {
    if let Ok(card) = Card::parse(data) {
        // A card just within the limit may be longer when written out in full.
        let Ok(written) = card.to_bytes() else { return };
        assert_eq!(Card::parse(&written).expect("a written card can be read").d, card.d);
    }
}

/// A key envelope, opened by a reader: it holds at least one generation, or is refused.
pub fn envelope(data: &[u8]) {
    static READER: OnceLock<Identity> = OnceLock::new();
    let reader = READER.get_or_init(|| {
        Identity::from_file(KEY, &Passphrase::new(PASSPHRASE.to_owned())).expect("the key of the corpus")
    });
    if let Ok(keys) = envelope::open(data, reader) {
        assert!(!keys.generations().is_empty());
    }
}

/// A root file: its id is the hash of its bytes.
pub fn root(data: &[u8]) {
    if let Ok(root) = Root::parse(data) {
        assert_eq!(root.id(), Digest::of(data));
        assert!(root.keys().is_sound());
    }
}

/// A snapshot as it is when opened: of each card it gives what stands
/// below the note, one line.
pub fn snapshot(data: &[u8]) {
    let Ok(snapshot) = Snapshot::parse(data.to_vec().into(), &archive()) else { return };
    for line in data.split_inclusive(|byte| *byte == b'\n') {
        let hash = line.get(..64).and_then(|hash| std::str::from_utf8(hash).ok());
        let Some(hash) = hash.and_then(|hash| hash.parse::<Digest>().ok()) else { continue };
        assert!(snapshot.card(&hash).is_none_or(|card| line.ends_with(card)));
    }
    assert!(snapshot.card(&Digest::of(data)).is_none());
}

/// A name: what a store accepts is safe on every file system, and what is read as a name is written the same.
pub fn path(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let store = MemoryStore::default();
    if store.put_batch(&[(text.to_owned(), Vec::new())]).is_ok() {
        let parts: Vec<&str> = text.split('/').collect();
        assert!(text.len() <= 160 && parts.len() <= 4);
        assert!(parts.iter().all(|part| !["", ".", ".."].contains(part)));
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte)));
        assert_eq!(store.list("").expect("a listing").objects.len(), 1);
    }
    let same = |written: Option<String>| assert!(written.is_none_or(|written| written == text));
    same(text.parse::<Unit>().ok().map(|unit| unit.to_string()));
    same(text.parse::<NoteName>().ok().map(|name| name.to_string()));
    same(text.parse::<Digest>().ok().map(|digest| digest.to_string()));
    same(text.parse::<PersonId>().ok().map(|id| id.to_string()));
}

/// A record: its text is kept as it was, or every problem has a message.
pub fn record(data: &[u8]) {
    static PROGRAMMES: OnceLock<Programmes> = OnceLock::new();
    let programmes = PROGRAMMES.get_or_init(Programmes::builtin);
    match Record::parse(data, None, programmes) {
        Ok(checked) => assert_eq!(checked.record.source(), data),
        Err(error) => assert!(error.problems().iter().all(|problem| !problem.message.is_empty())),
    }
}

/// A narrative: no input is refused, and its plain words stand in one line.
pub fn narrative(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let blocks = narrative::parse(text);
    assert!(blocks.is_empty() || !text.trim().is_empty());
    assert!(!narrative::plain(text).contains('\n'));
}

fn archive() -> Digest {
    ARCHIVE.trim().parse().expect("the id of the corpus's archive")
}
