//! Founding folders about the work with scans in them, and handing something in to one.

use super::Desk;
use super::attach::{Filing, attached};
use crate::archive::{Matter, OfficeFounding, Receipt};
use crate::error::{Class, Error, Problem, Result};
use crate::names::{PersonId, Unit};
use crate::seal::Concern;

/// A folder about the work to be founded.
pub struct NewMatter<'a> {
    /// Its sort.
    pub matter: Matter,
    /// Whom it is about, and whether it is serious.
    pub concern: Concern,
    /// Who reads it beside the founder.
    pub readers: &'a [PersonId],
    /// Why it is founded; sealed.
    pub reason: Option<&'a str>,
    /// What is filed in it at once.
    pub filing: Filing<'a>,
}

/// Founds a folder about the work, with files in it as they are.
///
/// # Errors
/// Those of [`Archive::found_office`](crate::archive::Archive::found_office); a file that cannot be read.
pub fn found_matter(desk: &Desk, new: &NewMatter) -> Result<Receipt> {
    let founding = OfficeFounding {
        concern: new.concern.clone(),
        readers: new.readers.to_vec(),
        reason: new.reason.map(str::to_owned),
        documents: attached(desk, &new.filing, None)?,
        ..OfficeFounding::new(new.matter)
    };
    desk.archive.found_office(desk.identity, &founding, &desk.clock)
}

/// Hands files in to a folder about the work, and says whom they are about.
///
/// # Errors
/// Those of [`Archive::hand_in`](crate::archive::Archive::hand_in); nothing to hand in.
pub fn hand_in(desk: &Desk, unit: &Unit, filing: &Filing, concern: &Concern) -> Result<Receipt> {
    if filing.paths.is_empty() && *concern == Concern::default() {
        let problem = Problem::error("matter.nothing", "nothing is handed in and nothing is said")
            .hint("name a file, or somebody with --about");
        return Err(Error::new(Class::Usage, problem));
    }
    let documents = attached(desk, filing, None)?;
    desk.archive.hand_in(desk.identity, unit, &documents, concern, &desk.clock)
}
