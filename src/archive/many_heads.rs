//! Folders with more heads than one entry can name: they are brought together first.
//!
//! Anybody active can leave any number of entries beside each other, and an entry names 64 parents at most.
//! So whoever writes next joins as many as fit by a remark without words, until all fit.

use super::case::Case;
use super::error;
use super::open::Archive;
use crate::error::Result;
use crate::log::note::LIMIT_PARENTS;
use crate::log::{Judged, Note, NoteName, Op, Signer, Time};
use crate::seal::Identity;

impl Archive {
    /// The case with no more heads than an entry can name. Nothing is written where that is so already.
    pub(super) fn join_heads(&self, by: &Identity, mut case: Case) -> Result<Case> {
        while case.thread().heads.len() > LIMIT_PARENTS {
            let some: Vec<NoteName> = case.thread().heads.iter().take(LIMIT_PARENTS).copied().collect();
            let note = self.joining(by, &case, &some)?;
            let place = case.files.places.first().ok_or_else(|| error::no_history(case.unit()))?.path();
            let name = format!("{place}/{}.note", note.name());
            self.store.put_batch(&[(name, note.bytes().to_vec())])?;
            case = self.case(case.unit())?.seen_by(by.id(), self.roster());
        }
        Ok(case)
    }

    /// A remark on top of these heads. It bears the latest of their times: it says nothing of its own.
    fn joining(&self, by: &Identity, case: &Case, heads: &[NoteName]) -> Result<Note> {
        let thread = self.side(case, heads).ok_or_else(|| error::no_history(case.unit()))?;
        let is_head = |judged: &&Judged| heads.contains(&judged.name);
        let times = thread.entries.iter().filter(is_head).map(|judged| judged.entry.time);
        let time = times.max().unwrap_or_else(|| Time::new(chrono::DateTime::UNIX_EPOCH));
        let entry = thread.draft(self.roster(), Op::Remark, by.id(), time);
        let entry = entry.ok_or_else(|| error::no_history(case.unit()))?;
        let act = |message: &[u8]| by.sign(message);
        let signer = Signer { name: by.id().clone(), key: by.verify_key(), sign: &act };
        let note = Note::sign(&entry, &self.id(), &[signer])?;
        self.judge_with(case.unit(), &case.files.notes, &note)?;
        Ok(note)
    }
}
