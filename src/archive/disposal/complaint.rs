//! Who may end a folder that can be about people of the staff: nobody ends a complaint about themselves.
//!
//! Whom it is about is sealed, so a rule among honest programs: of any two who follow each other in its
//! disposal one reads the folder, and looks.

use super::super::case::Case;
use super::super::error;
use super::super::office::{Matter, Whose};
use super::super::open::Archive;
use crate::clock::Clock;
use crate::error::Result;
use crate::log::{Day, Judged};
use crate::names::PersonId;
use crate::seal::Identity;

impl Archive {
    /// Refuses the next step of the disposal of a complaint where it is about somebody who took part in it,
    /// and where neither `by` nor whoever took the step before could know. Where nobody on the staff reads
    /// the folder any more, nobody can.
    ///
    /// # Errors
    /// Class *access*: `archive.matter-about`, `archive.matter-step`; class *damage* where what was said of
    /// the matter cannot be read.
    pub(super) fn refuse_concerned(&self, by: &Identity, case: &Case, clock: &Clock) -> Result<()> {
        if Matter::of(case.unit()).is_none_or(|matter| matter.rule().whose != Whose::NotTheirs) {
            return Ok(());
        }
        let (staff, day) = (self.roster().now(), Day(clock.now().date_naive()));
        let state = case.state();
        let reads = |id: &PersonId| state.reader(id, day).is_some() && staff.active(id).is_some();
        let steps = case.steps();
        let before: Vec<&Judged> = [steps.proposed, steps.approved].into_iter().flatten().collect();
        let mut signers = before.iter().flat_map(|judged| &judged.entry.signers);
        if reads(by.id()) {
            let concern = self.unlock(case.unit(), by)?.concern()?;
            let concerned = signers.find(|id| concern.about.contains(id));
            return concerned.map_or(Ok(()), |id| Err(error::concerned_step(id, case.unit())));
        }
        let known = before.last().is_none_or(|judged| judged.entry.signers.iter().any(reads));
        let someone = state.readers.iter().any(|reader| reads(&reader.id));
        if known || !someone { Ok(()) } else { Err(error::unseen_step(case)) }
    }
}
