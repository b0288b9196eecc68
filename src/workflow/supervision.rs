//! What supervision decided about cases, written into those cases: the personal part stays in the staff file.

use super::case::CaseInHand;
use super::office::FolderInHand;
use super::{Desk, note};
use crate::archive::Receipt;
use crate::document::Request;
use crate::error::{Class, Error, Problem, Result};
use crate::names::Unit;
use crate::record::WorkModel;
use crate::record::model::{Contact, ContactKind, DiscussedCase, Supervision};

/// What became of one decision.
pub struct Decided {
    /// The case.
    pub unit: Unit,
    /// The archive's receipt; none where the decision stands in the case already; or why it could not be
    /// written.
    pub written: Result<Option<Receipt>>,
}

/// Writes each decision of the meetings that a supervision note shows into the case it is about, as a
/// contact of kind `supervision` on the day of the meeting: of all meetings of the period, or the newest by
/// the document's date. Run again, it writes nothing twice.
///
/// # Errors
/// `supervision.no-staff` (input) where the folder is no staff file; those of opening it. A case that fails is
/// told in its place.
pub fn write_decisions(desk: &Desk, folder: &Unit, request: &Request) -> Result<Vec<Decided>> {
    let staff = FolderInHand::take(desk, folder)?;
    let WorkModel::Staff(record) = staff.record.model() else {
        let problem = Problem::error("supervision.no-staff", format!("{folder} is no staff file"));
        return Err(Error::new(Class::Input, problem.hint("name the STAFF folder that holds the meeting")));
    };
    let meetings: Vec<&Supervision> = if let Some((start, end)) = request.period {
        record.supervision.iter().filter(|it| it.date >= start && it.date <= end).collect()
    } else {
        let until = request.date.unwrap_or(request.today);
        let held = record.supervision.iter().filter(|it| it.date <= until);
        held.max_by_key(|it| it.date).into_iter().collect()
    };
    let all = meetings.into_iter().flat_map(|meeting| meeting.cases.iter().map(move |it| (meeting, it)));
    let write = |(meeting, discussed): (&Supervision, &DiscussedCase)| Decided {
        unit: discussed.case.clone(),
        written: write(desk, meeting, discussed),
    };
    Ok(all.map(write).collect())
}

fn write(desk: &Desk, meeting: &Supervision, discussed: &DiscussedCase) -> Result<Option<Receipt>> {
    let contact = Contact {
        on: meeting.date,
        at: None,
        kind: ContactKind::Supervision,
        minutes: None,
        with: meeting.present.clone(),
        face_to_face: false,
        scheduled: None,
        by: Vec::new(),
        place: None,
        interpreter: None,
        what: discussed.decision.clone(),
        next_step: None,
        placement_safe: None,
        visit: None,
        purpose: None,
    };
    let case = CaseInHand::take(desk, &discussed.case)?;
    let same = |it: &Contact| {
        it.kind == contact.kind && it.on == contact.on && it.what.text().trim() == contact.what.text().trim()
    };
    if case.record.case().contacts.iter().any(same) {
        return Ok(None);
    }
    note(desk, &discussed.case, &contact).map(Some)
}
