//! Two removals that met and left nobody who reads a folder: one side gives way.
//!
//! Whoever is missing from any of several key changes that met is removed from all. Where nobody is left,
//! nothing can be signed on top of all of them. What a reader of one side still may is what they might
//! have done before the copies met: take back, in their own history, the removals that their side made.
//! Such an entry names the heads of that side only. Then those read whom the other side kept: nobody whom
//! that side removed, and nobody who was not a reader there.

use super::case::Case;
use super::error;
use super::filing::Receipt;
use super::open::Archive;
use super::operations::{check_reason, refuse_gap};
use super::rekey::{Access, Rekey, today};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::log::{Day, NoteName, Reader, Thread, fold};
use crate::names::{PersonId, Unit};
use crate::seal::Identity;
use std::collections::{BTreeSet, HashSet};

/// What giving way led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenWay {
    /// The archive's receipt.
    pub receipt: Receipt,
    /// Who reads the folder now; nobody where a further side has to give way too.
    pub readers: Vec<PersonId>,
}

/// One of the histories that met: its heads, and what they give.
struct Side {
    heads: Vec<NoteName>,
    readers: Vec<Reader>,
}

impl Archive {
    /// Takes back the removals that this person's side made, so that those read a folder whom the other
    /// side kept. A reader of that side signs, and reads no more afterwards unless the other side kept
    /// them too.
    ///
    /// # Errors
    /// `archive.nothing-open` (input) where somebody reads the folder; class *access* where `by` read it
    /// on no side; *damage* where entries are missing; `archive.no-reason`; the store's.
    pub fn give_way(&self, by: &Identity, unit: &Unit, reason: &str, clock: &Clock) -> Result<GivenWay> {
        let mut case = self.writable_for_keys(by, unit)?;
        refuse_gap(&case)?;
        check_reason(reason)?;
        if !case.state().readers.is_empty() {
            let message = format!("{unit} has readers: nobody has to give way");
            return Err(error::bad_change("archive.nothing-open", message, "nothing was written"));
        }
        let (mine, readers) = self.joined(&case, by.id(), today(clock))?;
        let side = self.side(&case, &mine).ok_or_else(|| error::no_history(unit))?;
        let state = side.state.clone().ok_or_else(|| error::no_history(unit))?;
        case.refold(vec![side], state);
        let open = self.open_case(case, by)?;
        let how = Rekey { reason: Some(reason.to_owned()), ..Rekey::default() };
        let done = self.change_access(by, &open, Access { readers, new_key: false, how: &how }, clock)?;
        let now = self.case(unit)?;
        let readers: Vec<PersonId> = now.state().readers.iter().map(|reader| reader.id.clone()).collect();
        Ok(GivenWay { receipt: Receipt { readers: readers.clone(), ..done.receipt }, readers })
    }

    /// Why somebody cannot open a folder, or write in it, of which they are no reader.
    pub(super) fn no_reader_of(&self, case: &Case, id: &PersonId) -> Error {
        if case.state().readers.is_empty() {
            return error::locked(case.unit(), &self.sides_left(case));
        }
        error::not_a_reader(id, case.unit())
    }

    /// Who of each side could give way, where removals left nobody.
    pub(super) fn sides_left(&self, case: &Case) -> Vec<Vec<PersonId>> {
        let mut sides: Vec<Vec<PersonId>> = Vec::new();
        for side in self.sides(case) {
            let left: Vec<PersonId> =
                side.readers.into_iter().map(|reader| reader.id).filter(|id| self.reads(case, id)).collect();
            if !left.is_empty() && !sides.contains(&left) {
                sides.push(left);
            }
        }
        sides
    }

    /// Whether a folder that removals left without readers could still be given to this person, or by them.
    pub(super) fn reads_one_side(&self, unit: &Unit, id: &PersonId) -> bool {
        self.case(unit).is_ok_and(|case| self.sides_left(&case).iter().flatten().any(|left| left == id))
    }

    fn reads(&self, case: &Case, id: &PersonId) -> bool {
        let person = self.roster().now().active(id);
        person.is_some_and(|person| case.unit().is_office() || person.may_read_cases())
    }

    /// The heads of this person's side, and its readers with those of all other sides.
    fn joined(&self, case: &Case, by: &PersonId, day: Day) -> Result<(Vec<NoteName>, Vec<Reader>)> {
        let (mine, others): (Vec<Side>, Vec<Side>) = self.sides(case).into_iter().partition(|side| {
            side.readers.iter().any(|r| r.id == *by && r.until.is_none_or(|end| end >= day))
        });
        let mut readers =
            mine.first().map(|side| side.readers.clone()).ok_or_else(|| self.no_reader_of(case, by))?;
        for reader in mine.iter().chain(&others).flat_map(|side| &side.readers) {
            let known = readers.iter().any(|known| known.id == reader.id);
            if !known && self.reads(case, &reader.id) {
                readers.push(reader.clone());
            }
        }
        Ok((mine.into_iter().flat_map(|side| side.heads).collect(), readers))
    }

    fn sides(&self, case: &Case) -> Vec<Side> {
        let side = |head: &NoteName| {
            let heads = vec![*head];
            let readers = self.side(case, &heads)?.state?.readers;
            Some(Side { heads, readers })
        };
        case.thread().heads.iter().filter_map(side).collect()
    }

    /// The folder as the copy has it that knows these heads and nothing beside them.
    pub(super) fn side(&self, case: &Case, heads: &[NoteName]) -> Option<Thread> {
        let below: BTreeSet<NoteName> = case.thread().ancestry(heads);
        let notes = case.files.notes.iter().filter(|note| below.contains(&note.name())).cloned();
        let notes: Vec<_> = notes.collect();
        let folded = fold(case.unit(), &notes, self.roster(), &HashSet::new());
        folded.threads.into_iter().find(|thread| thread.folder == case.folder_id())
    }
}
