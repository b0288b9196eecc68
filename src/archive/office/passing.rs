//! Who takes a folder about the work over from somebody who leaves it, by the same table.

use super::super::error;
use super::super::open::Archive;
use super::super::unlocked::OpenCase;
use super::{Matter, Whose, words};
use crate::error::Result;
use crate::log::Reader;
use crate::names::PersonId;

impl OpenCase<'_> {
    /// Whether a folder about the work is this person's own: their staff file, their debriefings.
    ///
    /// # Errors
    /// As [`OpenCase::concern`].
    pub fn is_own_of(&self, person: &PersonId) -> Result<bool> {
        let rule = Matter::of(self.case().unit()).map(Matter::rule);
        let own = rule.is_some_and(|rule| rule.whose == Whose::OnePersons);
        Ok(own && self.concern()?.about.contains(person))
    }

    /// In which capacity a person would read this folder about the work, beside or after its readers.
    ///
    /// # Errors
    /// `archive.unusable-reader` (input) where they have left; `archive.matter-reader` (access) where the table
    /// lets them not read it.
    pub fn office_capacity(&self, person: &PersonId) -> Result<&'static str> {
        let known = self.archive.roster().now().active(person);
        let known = known.ok_or_else(|| error::unusable_office_reader(person))?;
        self.archive.check_office_reader(self, &known)?;
        let about = self.concern()?.about;
        Ok(Matter::of(self.case().unit()).map_or("reader", |it| it.rule().capacity(&known, false, &about)))
    }
}

impl Archive {
    /// Refuses to let the last of those go of whom one reads every folder of its sort.
    pub(in crate::archive) fn check_among(
        &self,
        open: &OpenCase<'_>,
        leaving: &PersonId,
        stay: &[Reader],
    ) -> Result<()> {
        let Some(matter) = Matter::of(open.case().unit()) else { return Ok(()) };
        let (rule, staff, concern) = (matter.rule(), self.roster().now(), open.concern()?);
        let needed = |id: &PersonId| staff.active(id).is_some_and(|it| rule.is_needed(&it, &concern, &staff));
        if !needed(leaving) || stay.iter().any(|reader| needed(&reader.id)) {
            return Ok(());
        }
        let message = format!("one of these reads every {matter} folder: {}", words(rule.among));
        let hint = format!("let another in first: casefile reader add {} PERSON", open.case().unit());
        Err(error::bad_change("archive.matter-among", message, &hint))
    }
}
