//! What lies in an archive outside its folders, and which folders there are: without reading or listing
//! these, so that no more than one of them is ever held in memory.

use super::place::{self, KEYS};
use crate::error::{Class, Result};
use crate::names::Unit;
use crate::store::{Listing, Object, Store};
use std::collections::BTreeSet;

/// The files outside of folders, and the folders' numbers.
#[derive(Default)]
pub(super) struct Outline {
    /// The folders of which something lies under any prefix.
    pub(super) units: BTreeSet<Unit>,
    /// Objects outside of them: envelopes, staff notes, registers, temporary and foreign files.
    pub(super) objects: Vec<Object>,
    /// What can be no object.
    pub(super) foreign: Vec<String>,
    /// What may not be read and is therefore unknown.
    pub(super) denied: Vec<String>,
}

impl Outline {
    /// The whole archive, or only some folders and their envelopes.
    pub(super) fn of(store: &dyn Store, scope: &[Unit]) -> Result<Self> {
        let mut outline = Self { units: scope.iter().cloned().collect(), ..Self::default() };
        for unit in scope {
            let envelopes = format!("{KEYS}/{unit}");
            outline.take(&envelopes, store.list(&envelopes))?;
        }
        if scope.is_empty() {
            outline.take("", store.shallow(""))?;
            for top in store.folders("")? {
                outline.prefix(store, &top)?;
            }
        }
        Ok(outline)
    }

    fn prefix(&mut self, store: &dyn Store, top: &str) -> Result<()> {
        if !place::prefixes().contains(&top) {
            return self.take(top, store.list(top));
        }
        self.take(top, store.shallow(top))?;
        if self.denied.iter().any(|denied| denied == top) {
            return Ok(());
        }
        for label in store.folders(top)? {
            if let Some(unit) = place::unit_of_folder(top, &label) {
                self.units.insert(unit);
            } else {
                let folder = format!("{top}/{label}");
                self.take(&folder, store.list(&folder))?;
            }
        }
        Ok(())
    }

    /// Adds a listing of a folder.
    fn take(&mut self, folder: &str, listing: Result<Listing>) -> Result<()> {
        match listing {
            Ok(Listing { objects, foreign, denied, .. }) => {
                self.objects.extend(objects);
                self.foreign.extend(foreign);
                self.denied.extend(denied);
                Ok(())
            }
            Err(e) if e.class() == Class::Access => {
                self.denied.push(folder.to_owned());
                Ok(())
            }
            Err(e) => Err(e),
        }
    }
}
