//! Changing the status of a case by the rules of the practice standards (seed 002 §5.5).

use super::Desk;
use super::case::CaseInHand;
use super::label::label;
use super::press::Press;
use super::rules::{Rules, closes_on};
use crate::archive::{Receipt, StatusChange};
use crate::document::Request;
use crate::error::Result;
use crate::names::{Status, Unit};
use chrono::NaiveDate;

/// A status changed.
pub struct Moved {
    /// The archive's receipt.
    pub receipt: Receipt,
    /// The status before.
    pub from: Status,
    /// The day the new status became true.
    pub since: NaiveDate,
    /// The day the case closes by itself, for an aged-out case.
    pub until: Option<NaiveDate>,
}

/// Changes the status of a case, with a sealed reason and a new folder label.
///
/// `since` is the day the change became true; today, or for an aged-out case the later of the birthday
/// and the day of the transition plan, where it is not given.
///
/// # Errors
/// A change that the rules do not allow: which rule, and what is missing; nothing is changed then.
pub fn change_status(
    desk: &Desk,
    press: &Press,
    unit: &Unit,
    to: Status,
    since: Option<NaiveDate>,
    reason: &str,
) -> Result<Moved> {
    let case = CaseInHand::take(desk, unit)?;
    let from = case.status();
    let since = Rules { case: &case, from, to, today: desk.clock.today() }.effective(since)?;
    let until = closes_on(&case.record, to, since);
    let mut statuses = case.statuses();
    statuses.retain(|(_, earlier)| *earlier < since);
    statuses.push((to, since));
    let reference = Some(case.open.case().reference());
    let label = label(&case.record, press, statuses, &Request { reference, ..Request::on(since) })?;
    let change = StatusChange { until, documents: vec![label], ..StatusChange::because(reason, to, since) };
    let receipt = desk.archive.change_status(desk.identity, unit, &change, &desk.clock)?;
    Ok(Moved { receipt, from, since, until })
}
