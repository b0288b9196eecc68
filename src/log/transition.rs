//! Which status may follow which, and the end of the aged-out time.

use crate::names::Status;
use chrono::{Months, NaiveDate};

/// Why one status may follow another (seed 002 §5.5; the table of status rules).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// Before.
    pub from: Status,
    /// After.
    pub to: Status,
    /// When.
    pub rule: &'static str,
}

const fn step(from: Status, to: Status, rule: &'static str) -> Transition {
    Transition { from, to, rule }
}

/// Every change of status there is.
pub const TRANSITIONS: [Transition; 10] = [
    step(Status::Open, Status::Inactive, "contact lost"),
    step(Status::Open, Status::AgedOut, "turned 18, on a transition plan, in a programme with ageing out"),
    step(Status::Open, Status::Closed, "a reason and a closure report"),
    step(Status::Inactive, Status::Open, "contact resumed"),
    step(
        Status::Inactive,
        Status::AgedOut,
        "turned 18, on a transition plan, in a programme with ageing out",
    ),
    step(Status::Inactive, Status::Closed, "left the country or untraceable; a closure report"),
    step(Status::AgedOut, Status::Closed, "six months have passed, or early with a reason; a closure report"),
    step(Status::AgedOut, Status::Open, "a correction of the birth date or an age decision"),
    step(Status::Closed, Status::Open, "reopened"),
    step(Status::Closed, Status::AgedOut, "reopened, over age; the six months start anew"),
];

/// Whether `to` may follow `from`.
pub fn may_follow(from: Status, to: Status) -> bool {
    TRANSITIONS.iter().any(|step| step.from == from && step.to == to)
}

/// The statuses that may follow `from`.
pub fn after(from: Status) -> Vec<Status> {
    TRANSITIONS.iter().filter(|step| step.from == from).map(|step| step.to).collect()
}

/// The day an aged-out case closes: `months` calendar months after `since`, clamped to the month's end.
///
/// `None` only beyond the calendar.
pub fn end_of_ageing_out(since: NaiveDate, months: u32) -> Option<NaiveDate> {
    since.checked_add_months(Months::new(months))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inactive_case_never_follows_an_aged_out_or_closed_one() {
        assert!(may_follow(Status::Open, Status::Inactive));
        assert!(!may_follow(Status::AgedOut, Status::Inactive));
        assert!(!may_follow(Status::Closed, Status::Inactive));
        assert!(Status::ALL.iter().all(|status| !may_follow(*status, *status)));
    }

    #[test]
    fn six_months_after_the_end_of_august_is_the_end_of_february() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        assert_eq!(end_of_ageing_out(day("2016-08-31"), 6), Some(day("2017-02-28")));
        assert_eq!(end_of_ageing_out(day("2015-08-31"), 6), Some(day("2016-02-29")));
        assert_eq!(end_of_ageing_out(day("2016-10-01"), 6), Some(day("2017-04-01")));
    }
}
