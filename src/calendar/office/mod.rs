//! What is due in the folders about the work, and what the histories in clear show to everybody.
//!
//! A person sees what the folders they can open say. Two things need no key: whose last day passed while
//! they still hold a key, and which closed cases have been kept as long as the policy says.

mod clear;
mod matters;
mod people;
mod programme;

pub use clear::{InClear, NextStep, Overstay, Retained, in_clear};

use super::{CaseView, Filed, Item};
use crate::names::{PersonId, Unit};
use crate::programme::Rule;
use crate::record::model::HandoverRecord;
use crate::record::{WorkModel, WorkRecord};
use chrono::NaiveDate;

/// What is known of one folder about the work.
pub struct OfficeView {
    /// The newest record.
    pub record: WorkRecord,
    /// The number of the folder.
    pub unit: Unit,
    /// The documents that stand: neither withdrawn nor replaced; records are not among them.
    pub filed: Vec<Filed>,
}

impl OfficeView {
    fn rule(&self, id: &str) -> Option<&Rule> {
        self.record.programme().rule(id)
    }

    fn opened(&self) -> NaiveDate {
        self.record.opened()
    }

    fn responsible(&self) -> &PersonId {
        &self.record.folder_of_office().responsible.id
    }

    /// The command that changes a part of its record.
    fn write(&self, part: &str) -> String {
        format!("casefile record {} -o FILE; write `{part}`; casefile record {0} --put FILE", self.unit)
    }
}

/// Whether a handover is a successor's part of one that is known as a whole.
fn is_part_of_known(record: &HandoverRecord, folders: &[OfficeView]) -> bool {
    record.of.as_ref().is_some_and(|whole| folders.iter().any(|folder| folder.unit == *whole))
}

/// Everything due in these folders, beside these cases, as far as one person can open them.
///
/// `me` is that person; `debriefed` the day something was last filed among their own debriefings, as the
/// history in clear shows it.
pub fn office(
    folders: &[OfficeView],
    cases: &[CaseView],
    (me, debriefed): (&PersonId, Option<NaiveDate>),
    today: NaiveDate,
) -> Vec<Item> {
    let mut items = Vec::new();
    for folder in folders {
        match folder.record.model() {
            WorkModel::Referral(it) => items.extend(matters::first_contact(folder, it, cases, today)),
            WorkModel::Complaint(it) => items.extend(matters::answer(folder, it, today)),
            WorkModel::Handover(it) if !is_part_of_known(it, folders) => {
                items.extend(matters::shadowing(folder, it, cases, today));
                items.extend(matters::joint_visits(folder, it, cases, today));
            }
            WorkModel::Debriefing(it) => items.extend(people::debriefing(folder, it, today)),
            WorkModel::Handover(_)
            | WorkModel::Staff(_)
            | WorkModel::Feedback(_)
            | WorkModel::Programme(_) => {}
        }
    }
    items.extend(people::after_incident(folders, cases, (me, debriefed), today));
    items.extend(people::supervision(folders, cases, today));
    items.extend(programme::due(folders, today));
    items.extend(folders.iter().flat_map(super::reviews::of_office));
    items
}
