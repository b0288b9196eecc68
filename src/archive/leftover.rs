//! What a relabelling that was cut short leaves under the old number.

use super::files::Files;
use crate::log::{Entry, NoteName, Op};
use crate::names::Unit;
use std::collections::{BTreeMap, BTreeSet};

/// Numbers under which nothing lies but entries that also lie under another number, with the relabelling
/// to it: the folder is there, and [`super::Archive::settle`] clears these away.
///
/// They are deleted newest first, so what is left reads like the past of the folder, with objects missing
/// that later entries took out.
pub(super) fn left_by_relabelling(units: &BTreeMap<Unit, Files>) -> BTreeSet<Unit> {
    let mut by_first: BTreeMap<NoteName, Vec<&Unit>> = BTreeMap::new();
    for (unit, files) in units {
        for name in files.note_paths.keys().take_while(|name| name.seq == 0) {
            by_first.entry(*name).or_default().push(unit);
        }
    }
    let several = by_first.values().filter(|units| units.len() > 1);
    let pairs = several.flat_map(|same| same.iter().flat_map(|old| same.iter().map(|new| (*old, *new))));
    pairs.filter(|(old, new)| old != new && went_to(units, old, new)).map(|(old, _)| old.clone()).collect()
}

/// Whether `new` has all entries of `old` and, beyond them, the one that gave it its number.
fn went_to(units: &BTreeMap<Unit, Files>, old: &Unit, new: &Unit) -> bool {
    let (Some(before), Some(after)) = (units.get(old), units.get(new)) else { return false };
    let relabels = |entry: Entry| entry.op == Op::Relabel && entry.label == *new;
    before.note_paths.keys().all(|name| after.note_paths.contains_key(name))
        && after.notes.iter().any(|note| {
            !before.note_paths.contains_key(&note.name()) && note.content::<Entry>().is_ok_and(relabels)
        })
}
