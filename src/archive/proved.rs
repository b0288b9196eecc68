//! What a verification without damage proves, in sentences.

use super::verify::{Counts, Level, Sample, TakenOver};
use crate::log::root::ROOT_FILE;

/// What a level proves about an archive in which it finds no damage.
pub(super) fn proved(
    level: Level,
    counts: &Counts,
    sample: Option<Sample>,
    taken: Option<TakenOver>,
) -> Vec<String> {
    let before = taken.map_or(0, |taken| taken.objects);
    let taken = taken.filter(|taken| taken.folders > 0).map(|taken| {
        let folders = number(taken.folders, "folder", "folders");
        format!(
            ", those of {folders} in the run begun {} and interrupted",
            taken.since.format("%Y-%m-%d %H:%M")
        )
    });
    let taken = taken.unwrap_or_default();
    let part = sample.map(|sample| {
        let (read, of) = (counts.objects_read + before, counts.objects);
        format!(" in a sample of {} % (seed {}: {read} of {of})", sample.percent, sample.seed)
    });
    let part = part.unwrap_or_default();
    let folders = number(counts.folders, "folder", "folders");
    let objects = number(counts.objects, "object", "objects");
    let entries = number(counts.entries, "entry", "entries");
    let notes = number(counts.staff_notes, "staff note", "staff notes");
    let documents = number(counts.documents_opened, "document", "documents");
    let opened = number(counts.folders_opened, "folder", "folders");
    let closed = number(counts.folders_not_yours, "folder was", "folders were");
    let sentences = [
        (Level::V0, format!("V0: every object that the history of {folders} names is there in its size")),
        (
            Level::V1,
            format!(
                "V1: the bytes of {objects}{part}, {entries} and {notes} are those that their names say{taken}"
            ),
        ),
        (
            Level::V2,
            format!(
                "V2: from {ROOT_FILE} on, everyone who signed was who they said and allowed to, and nothing \
                 this client saw before or a register names is gone"
            ),
        ),
        (
            Level::V3,
            format!(
                "V3: {documents} in {opened}{} hold what their cards say{taken}; {closed} not this key's to open",
                if sample.is_some() { ", a sample," } else { "" }
            ),
        ),
    ];
    sentences.into_iter().filter(|(of, _)| *of <= level).map(|(_, sentence)| sentence).collect()
}

fn number(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
