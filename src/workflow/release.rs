//! What somebody releases of their own debriefing: filed in their staff file, where the supervisor reads it.

use super::file::{Filed, rendered};
use super::office::FolderInHand;
use super::{Desk, Press};
use crate::archive::{Matter, NewDocument};
use crate::document::Request;
use crate::error::{Class, Error, Problem, Result};
use crate::names::Unit;
use crate::record::WorkModel;
use crate::seal::card::Source;

/// The kind of what is released.
pub const SUMMARY: &str = "debriefing-summary";

/// Makes the summary of the debriefings in `debriefing` and files it in `staff`, the staff file of the same
/// person. Nobody but that person can: what is said in a debriefing stays there until they release it
/// (source 002 §5.4, and the table of folders).
///
/// # Errors
/// `release.no-debriefing` and `release.other-file` (input), `release.not-yours` (access); those of opening
/// either folder, and of making the document.
pub fn release(
    desk: &Desk,
    press: &Press,
    debriefing: &Unit,
    staff: &Unit,
    request: &Request,
) -> Result<Filed> {
    let folder = FolderInHand::take(desk, debriefing)?;
    let WorkModel::Debriefing(record) = folder.record.model() else {
        let problem =
            Problem::error("release.no-debriefing", format!("{debriefing} is no folder of debriefings"));
        return Err(Error::new(Class::Input, problem.hint("name the DEBRIEF folder first")));
    };
    if record.person.id != *desk.identity.id() {
        let problem =
            Problem::error("release.not-yours", "only the person who was debriefed releases a summary")
                .hint("they file it with their own key");
        return Err(Error::new(Class::Access, problem));
    }
    let target = desk.archive.unlock(staff, desk.identity)?;
    if Matter::of(staff) != Some(Matter::Staff) || !target.concern()?.about.contains(&record.person.id) {
        let problem = Problem::error("release.other-file", format!("{staff} is not your own staff file"))
            .hint("`casefile list --office` shows the folders that you can open");
        return Err(Error::new(Class::Input, problem));
    }
    let request = Request { reference: Some(target.case().reference()), ..request.clone() };
    let made = press.make(&folder.record, SUMMARY, &request)?;
    // It comes from another folder, whose number it bears: in this one it is handed in.
    let document =
        NewDocument { source: Source::Attached, template: None, ..rendered(&folder.record, SUMMARY, &made) };
    let receipt = desk.archive.file(desk.identity, staff, &[document], &desk.clock)?;
    Ok(Filed::of(&made, receipt, &[]))
}
