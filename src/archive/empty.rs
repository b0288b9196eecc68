//! Folders in which nothing lies: what a relabelling, or a writer who was stopped, leaves of a number.
//!
//! They say nothing and are counted nowhere. Taking one away hurts nobody: whoever is about to write there
//! finds it gone and makes it anew.

use super::place::KEYS;
use super::settle::Sweep;
use crate::error::{Class, Result};
use crate::names::Unit;
use crate::store::Listing;
use std::collections::BTreeSet;

impl Sweep<'_> {
    /// Takes away those of these folders in which nothing lies.
    pub(super) fn empty_folders(&mut self, folders: impl IntoIterator<Item = String>) -> Result<()> {
        for folder in folders {
            if !self.is_empty(&folder)? {
                continue;
            }
            if self.dry_run {
                self.done(folder, "settle.empty", EMPTY);
                continue;
            }
            match self.archive.store.remove_folder(&folder) {
                Ok(true) => self.done(folder, "settle.empty", EMPTY),
                Ok(false) => {}
                Err(e) => self.left(folder, "settle.cannot-remove", e.to_string()),
            }
        }
        Ok(())
    }

    /// The same for the folders of envelopes, of these numbers or of all.
    pub(super) fn empty_keys(&mut self, units: &[Unit]) -> Result<()> {
        let all = || -> Result<Vec<String>> {
            let known = self.archive.store.folders(KEYS)?;
            Ok(known.into_iter().filter(|name| name.parse::<Unit>().is_ok()).collect())
        };
        let named: Vec<String> =
            if units.is_empty() { all()? } else { units.iter().map(ToString::to_string).collect() };
        let folders: BTreeSet<String> = named.iter().map(|unit| format!("{KEYS}/{unit}")).collect();
        self.empty_folders(folders)
    }

    fn is_empty(&self, folder: &str) -> Result<bool> {
        let nothing = Listing { present: true, ..Listing::default() };
        match self.archive.store.names(folder) {
            Ok(listing) if listing == nothing => Ok(self.archive.store.folders(folder)?.is_empty()),
            Err(e) if e.class() != Class::Access => Err(e),
            _ => Ok(false),
        }
    }
}

const EMPTY: &str = "a folder in which nothing lies: taken away";
