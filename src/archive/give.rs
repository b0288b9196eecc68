//! Documents given to somebody outside: what, to whom, on which ground. All of it is sealed.

use super::cards::{Batch, Binding};
use super::error;
use super::filing::Receipt;
use super::open::Archive;
use super::operations::standing_document;
use super::unlocked::OpenCase;
use crate::clock::Clock;
use crate::error::Result;
use crate::log::{NoteName, Op, Time, Verdict};
use crate::names::{PersonId, Unit};
use crate::seal::{Given, Identity};

/// A gift as the history has it.
#[derive(Debug, Clone)]
pub struct GivenEntry {
    /// The entry.
    pub entry: NoteName,
    /// Who signed it.
    pub by: Vec<PersonId>,
    /// When they signed.
    pub time: Time,
    /// What was given.
    pub given: Given,
}

impl Archive {
    /// Writes down that documents were given to somebody. A current reader signs.
    ///
    /// Whether the ground holds is the caller's to check: it stands in the record.
    ///
    /// # Errors
    /// `archive.no-document` (not found), `archive.withdrawn` (input); class *access* where `by` is no
    /// reader; as [`Archive::file`] otherwise.
    pub fn give(&self, by: &Identity, unit: &Unit, given: &Given, clock: &Clock) -> Result<Receipt> {
        let case = self.writable(by, unit)?;
        given.documents.iter().try_for_each(|d| standing_document(&case, *d))?;
        if given.documents.is_empty() || given.to.trim().is_empty() || given.purpose.trim().is_empty() {
            let message = "a gift has documents, somebody it is given to and a purpose";
            return Err(error::bad_change("archive.bad-gift", message, "say to whom and what for"));
        }
        let key = case.state().key.clone();
        let binding = Binding { archive: self.id(), folder: Some(case.folder_id()), key: &key };
        let mut batch = Batch::default();
        batch.seal_given(given, &binding)?;
        let mut entry = self.next(&case, Op::Give, by, clock)?;
        entry.add.clone_from(&batch.add);
        self.commit(by, &entry, Some(&case), &batch, Vec::new())
    }
}

impl OpenCase<'_> {
    /// Everything that was given out of this folder, oldest first.
    ///
    /// # Errors
    /// Class *damage* where what was written down cannot be read.
    pub fn given(&self) -> Result<Vec<GivenEntry>> {
        let mut found = Vec::new();
        for judged in self.case().entries() {
            if judged.entry.op != Op::Give || judged.verdict != Verdict::Valid {
                continue;
            }
            if let Some(given) = self.whole_reason(&judged.name)?.and_then(|reason| reason.give) {
                let (entry, by, time) = (judged.name, judged.entry.signers.clone(), judged.entry.time);
                found.push(GivenEntry { entry, by, time, given });
            }
        }
        Ok(found)
    }
}
