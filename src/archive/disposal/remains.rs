//! What lies on disk of a folder that is destroyed, or is to be: its keys first, then its objects.

use super::super::cards::envelope_path;
use super::super::case::Case;
use super::super::error;
use super::super::files::Stored;
use super::super::open::Archive;
use super::super::place::{FolderPlace, KEYS, Name};
use super::super::settle::Sweep;
use super::super::survey::Survey;
use crate::error::Result;
use crate::log::{Folded, Stage, Thread, Verdict};
use crate::names::{Digest, Unit};
use crate::store::Store;
use std::collections::BTreeSet;

/// The files that must go.
pub(super) struct Remains {
    /// Everything below `keys/<unit>/`, the newest envelope last.
    pub(super) keys: Vec<String>,
    /// Sealed objects and snapshots in any place of the folder.
    pub(super) objects: Vec<String>,
}

impl Archive {
    /// What lies of a folder.
    ///
    /// # Errors
    /// `archive.unknown-place` (access) where a place may not be read; `archive.foreign-key` (busy) where
    /// something lies among the keys that no program of ours may touch.
    pub(super) fn remains(&self, case: &Case) -> Result<Remains> {
        let unit = case.unit();
        let keys = self.store.list(&format!("{KEYS}/{unit}"))?;
        if let Some(place) = keys.denied.first() {
            return Err(error::unknown_place(unit, place));
        }
        if let Some(path) = keys.foreign.first() {
            let message = format!("{path} lies among the keys of {unit} and may be a copy of one");
            let hint = "delete it by hand, then run the same command again";
            return Err(error::busy("archive.foreign-key", message, hint));
        }
        let newest = envelope_path(unit, &case.state().envelope);
        let mut keys: Vec<String> = keys.objects.into_iter().map(|object| object.name).collect();
        keys.sort_by_key(|name| *name == newest);
        Ok(Remains { keys, objects: objects_of(self.store.as_ref(), unit)? })
    }
}

/// Sealed objects and snapshots in any place of a folder.
fn objects_of(store: &dyn Store, unit: &Unit) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for place in FolderPlace::all(unit) {
        let listing = store.list(&place.path())?;
        if let Some(place) = listing.denied.first() {
            return Err(error::unknown_place(unit, place));
        }
        let names = listing.objects.into_iter().map(|object| object.name);
        found.extend(names.filter(|name| matches!(Name::parse(name), Name::Object(..) | Name::Snapshot(..))));
    }
    Ok(found)
}

/// The envelopes that entries of destroyed folders name: none of them may be anywhere.
pub(in super::super) fn destroyed_envelopes(folded: &Folded) -> BTreeSet<Digest> {
    let (gone, living): (Vec<&Thread>, Vec<&Thread>) =
        folded.threads.iter().partition(|thread| thread.stage == Stage::Destroyed);
    let named = |threads: &[&Thread]| -> BTreeSet<Digest> {
        let entries = threads.iter().flat_map(|thread| &thread.entries);
        let counts = entries.filter(|judged| !matches!(judged.verdict, Verdict::Invalid(_)));
        counts.map(|judged| judged.entry.envelope).collect()
    };
    named(&gone).difference(&named(&living)).copied().collect()
}

/// Whether everything that lies under the number belongs to a destroyed folder.
pub(in super::super) fn is_all_destroyed(folded: &Folded) -> bool {
    let mut known = folded.threads.iter().filter(|thread| thread.state.is_some()).peekable();
    known.peek().is_some() && known.all(|thread| thread.stage == Stage::Destroyed)
}

/// What is said of a destroyed folder whose end no register proves.
pub(in super::super) const UNPROVED: &str =
    "its end was written and no register proves that anybody waited for it: nothing of it is deleted here";
const REAPPEARED: &str = "of a folder that is destroyed, and it was there again: deleted";

impl Sweep<'_> {
    /// Deletes again what came back of a destroyed folder: keys first.
    pub(in super::super) fn after_destruction(
        &mut self,
        unit: &Unit,
        folded: &Folded,
        survey: &Survey,
    ) -> Result<()> {
        if !is_all_destroyed(folded) {
            return Ok(());
        }
        let keys = survey.envelopes.get(unit).into_iter().flat_map(|all| all.values());
        let keys: Vec<String> = keys.map(|Stored { path, .. }| path.clone()).collect();
        for path in keys.into_iter().chain(objects_of(self.archive.store.as_ref(), unit)?) {
            self.delete(&path, "settle.reappeared", REAPPEARED)?;
        }
        Ok(())
    }

    /// Whether registers prove the end of every destroyed folder of this number; tells where they do not.
    pub(in super::super) fn is_end_proved(&mut self, unit: &Unit, folded: &Folded) -> Result<bool> {
        for thread in folded.threads.iter().filter(|thread| thread.stage == Stage::Destroyed) {
            if !self.archive.is_end_proved(thread)? {
                self.left(unit.to_string(), "settle.unproved", UNPROVED);
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Deletes envelopes of destroyed folders that lie under any other number: an earlier one of the
    /// folder, in a copy of that time.
    pub(in super::super) fn stray_keys(&mut self, survey: &Survey) -> Result<()> {
        let destroyed = std::mem::take(&mut self.destroyed);
        let lie = survey.envelopes.values().flatten();
        for (_, stored) in lie.filter(|(hash, _)| destroyed.contains(*hash)) {
            self.delete(&stored.path, "settle.reappeared", REAPPEARED)?;
        }
        Ok(())
    }
}
