//! What the calendar knows of one case.

use crate::names::{PersonId, Status, Unit};
use crate::programme::{Programme, Rule};
use crate::record::Record;
use crate::record::model::{CaseRecord, RiskLevel};
use chrono::NaiveDate;

/// A document in a folder, as the calendar looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// First digits of its id, as commands take them.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Its own date.
    pub date: NaiveDate,
    /// First and last day of what it covers.
    pub period: Option<(NaiveDate, NaiveDate)>,
    /// The status in its header.
    pub status: Option<Status>,
    /// The day it was filed.
    pub filed: NaiveDate,
    /// The supervisor's verdict: approved (`true`) or returned, and on which day.
    pub review: Option<(bool, NaiveDate)>,
}

/// What is known of one case: its record, its status by the archive, and what is filed.
pub struct CaseView {
    /// The newest record.
    pub record: Record,
    /// The case number.
    pub unit: Unit,
    /// The status now.
    pub status: Status,
    /// Since when.
    pub since: NaiveDate,
    /// Until when an aged-out case stays so.
    pub until: Option<NaiveDate>,
    /// The rule of the last change of status, where a rule made it.
    pub moved_by: Option<String>,
    /// The case manager by the archive.
    pub manager: PersonId,
    /// The case supervisor by the archive.
    pub supervisor: PersonId,
    /// The day it was given over to another agency, where it was not closed since.
    pub transferred: Option<NaiveDate>,
    /// The documents that stand: neither withdrawn nor replaced; records are not among them.
    pub filed: Vec<Filed>,
}

impl CaseView {
    pub(super) fn case(&self) -> &CaseRecord {
        self.record.case()
    }

    /// The programme whose rules hold.
    pub fn programme(&self) -> &Programme {
        self.record.programme()
    }

    pub(super) fn rule(&self, id: &str) -> Option<&Rule> {
        self.programme().rule(id)
    }

    /// The day the case was admitted.
    pub(super) fn admitted(&self) -> NaiveDate {
        self.case().case.admitted
    }

    /// Documents of a kind, in no order.
    pub(super) fn of_kind<'b>(&'b self, kind: &'b str) -> impl Iterator<Item = &'b Filed> {
        self.filed.iter().filter(move |filed| filed.kind == kind)
    }

    /// The level of risk that was assessed last, up to `today`.
    pub(super) fn risk(&self, today: NaiveDate) -> Option<RiskLevel> {
        let until_now = self.case().risk.iter().filter(|risk| risk.date <= today);
        until_now.max_by_key(|risk| risk.date).map(|risk| risk.level)
    }
}
