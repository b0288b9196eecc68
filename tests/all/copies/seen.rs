//! What people see of an archive, and what must be there.

use super::*;

/// What people see of an archive: every folder, and every document in it.
#[derive(Debug, PartialEq)]
pub(super) struct Seen {
    pub(super) folders: Vec<String>,
    pub(super) documents: BTreeMap<Digest, BTreeSet<(DocId, Digest)>>,
    pub(super) files: BTreeMap<PathBuf, Digest>,
    pub(super) empty: Vec<PathBuf>,
}

pub(super) fn line(listing: &Listing) -> String {
    let Listing {
        unit, label, status, since, until, readers, documents, size_bytes, seq, stage, flags, ..
    } = listing;
    format!(
        "{unit} {label} {status:?} {since:?} {until:?} {readers:?} {documents} {size_bytes} {seq} {stage:?} {flags:?}"
    )
}

/// Files that may lie there or not: snapshots, which are a cache, and older envelopes while changes of a key
/// wait to be merged.
pub(super) fn passing(listed: &[Listing]) -> impl Fn(&Path) -> bool {
    let open = listed.iter().filter(|listing| listing.flags.contains(&Flag::KeyConflict));
    let waits: Vec<PathBuf> = open.map(|listing| format!("keys/{}", listing.unit).into()).collect();
    move |file: &Path| {
        file.extension().is_some_and(|ending| ending == "snap")
            || waits.iter().any(|folder| file.starts_with(folder))
    }
}

pub(super) fn look(path: &Path) -> Seen {
    let archive = Archive::open(path, None).unwrap();
    let listed = archive.cases().unwrap();
    let mut documents: BTreeMap<Digest, BTreeSet<(DocId, Digest)>> = BTreeMap::new();
    for listing in &listed {
        let case = archive.case(&listing.unit).unwrap();
        let names = ["selma", "dora"].map(|name| (name, id(name)));
        for folder in folders(&case) {
            let readers = readers(&case, folder);
            let (by, _) = names.iter().find(|(_, id)| readers.contains(id)).unwrap();
            let open = archive.unlock(&listing.unit, who(by));
            let open = open.unwrap_or_else(|e| panic!("{by} cannot open {}: {e}", listing.unit));
            let seen = documents.entry(folder).or_default();
            for card in open.readable_cards().unwrap().0 {
                let d = card.d;
                let own =
                    case.entries().find(|judged| judged.entry.add.iter().any(|added| added.d == d)).unwrap();
                if own.entry.folder.unwrap_or(own.name.hash) == folder {
                    let plain = open.document_of(&card).unwrap_or_else(|e| panic!("{}: {e}", listing.unit));
                    seen.insert((d, Digest::of(&plain)));
                }
            }
        }
    }
    let inside = |file: &PathBuf| file.strip_prefix(path).unwrap().to_owned();
    let passing = passing(&listed);
    let kept = files_below(path).into_iter().filter(|file| !passing(&inside(file)));
    let files = kept.map(|file| (inside(&file), Digest::of(&std::fs::read(&file).unwrap()))).collect();
    Seen { folders: listed.iter().map(line).collect(), documents, files, empty: empty_folders(path) }
}

/// Folders of the archive in which nothing lies.
pub(super) fn empty_folders(path: &Path) -> Vec<PathBuf> {
    let entries =
        walkdir::WalkDir::new(path).min_depth(2).sort_by_file_name().into_iter().map(Result::unwrap);
    let folders = entries.filter(|entry| entry.file_type().is_dir()).map(walkdir::DirEntry::into_path);
    folders.filter(|folder| std::fs::read_dir(folder).unwrap().next().is_none()).collect()
}

/// What verifying finds damaged, at the level that all can ask for and at the one of each reader.
pub(super) fn damage(archive: &Archive) -> Vec<String> {
    let levels = [(Level::V2, None), (Level::V3, Some("selma")), (Level::V3, Some("dora"))];
    let found = levels.into_iter().flat_map(|(level, by)| {
        let options = VerifyOptions { level, identity: by.map(who), unit: None, now: None };
        archive.verify(&options).unwrap().damage
    });
    found.map(|finding| format!("{} {}: {}", finding.code, finding.path, finding.message)).collect()
}

/// Every acknowledged entry counts, and every acknowledged document opens.
pub(super) fn assert_nothing_is_lost(path: &Path, facts: &[Fact], seen: &Seen) {
    let archive = Archive::open(path, None).unwrap();
    let units: Vec<Unit> = archive.cases().unwrap().into_iter().map(|listing| listing.unit).collect();
    let cases: Vec<Case> = units.iter().map(|unit| archive.case(unit).unwrap()).collect();
    for fact in facts {
        let mut entries = cases.iter().flat_map(Case::entries);
        let entry = entries.find(|judged| judged.name.hash == fact.entry);
        let verdict = entry.map(|judged| &judged.verdict);
        assert_eq!(verdict, Some(&Verdict::Valid), "the acknowledged {} is gone", fact.what);
        let there = seen.documents.get(&fact.folder);
        for document in &fact.documents {
            assert!(
                there.is_some_and(|there| there.contains(document)),
                "a document of {} is gone",
                fact.what
            );
        }
    }
}
