//! The calendar of the work: what is due, by which rule, for whom, and what a folder still lacks.
//!
//! Everything here is computed from what is known of a case ([`CaseView`]) or of a folder about the work
//! ([`OfficeView`]) and a day that is passed in:
//! nothing is read, signed or stored. The numbers are those of the programme; where the record itself
//! names a date, the record is the rule.

mod ageing;
mod contact;
pub mod handover;
mod missing;
mod named;
mod office;
mod reports;
mod reviews;
mod sweep;
mod team;
mod time;
mod view;

pub use missing::{Lack, Lacking, missing};
pub use named::{GOAL, Named, TASK, named_dates};
pub use office::{InClear, NextStep, OfficeView, Overstay, Retained, in_clear, office};
pub use sweep::{Act, AgedOut, Decision, Proposal, sweep_open, sweep_sealed};
pub use team::{Counted, Load, Supervised, caseload};
pub use time::{Hours, hours, last_full_month, weeks};
pub use view::{CaseView, Filed};

use crate::names::{PersonId, Status, Unit};
use crate::programme::{Programme, Rule};
use chrono::{Days, NaiveDate, NaiveDateTime};

/// One thing that is due or will be.
#[derive(Clone, PartialEq, Eq)]
pub struct Item {
    /// What is to be done, in the words of the practice standards: `monthly report`.
    pub what: String,
    /// What it is about in the record's own words; personal, and never in a calendar file.
    pub detail: Option<String>,
    /// The folder; none for what concerns a person's work as a whole.
    pub unit: Option<Unit>,
    /// Who has to see to it.
    pub who: Vec<PersonId>,
    /// Until when, in full days.
    pub on: NaiveDate,
    /// Until which minute, where the rule counts hours.
    pub at: Option<NaiveDateTime>,
    /// From when on it is to be shown, whatever window is asked for.
    pub notice_from: Option<NaiveDate>,
    /// The rule's id; none where the record itself names the date.
    pub rule: Option<String>,
    /// The source of the rule, `agency default` where none names it, or `the record`.
    pub source: String,
    /// The command that settles it.
    pub settle: String,
    /// Whether it comes before everything else.
    pub first: bool,
}

impl std::fmt::Debug for Item {
    /// Shows the rule and the day, and nothing personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Item").field("rule", &self.rule).field("on", &self.on).finish_non_exhaustive()
    }
}

impl Item {
    /// How many days late it is on `today`: 0 on its day, negative before.
    pub fn days_late(&self, today: NaiveDate) -> i64 {
        (today - self.on).num_days()
    }

    /// Whether it belongs on a list of `today` that looks `within` days ahead.
    pub fn is_shown(&self, today: NaiveDate, within: Days) -> bool {
        let until = today.checked_add_days(within).unwrap_or(NaiveDate::MAX);
        self.on <= until || self.notice_from.is_some_and(|from| from <= today)
    }

    fn by_rule(rule: &Rule, what: impl Into<String>, on: NaiveDate) -> Self {
        Self { rule: Some(rule.id.clone()), source: rule.source.clone(), ..Self::by_record(what, on) }
    }

    fn by_record(what: impl Into<String>, on: NaiveDate) -> Self {
        Self {
            what: what.into(),
            detail: None,
            unit: None,
            who: Vec::new(),
            on,
            at: None,
            notice_from: None,
            rule: None,
            source: "the record".to_owned(),
            settle: String::new(),
            first: false,
        }
    }

    fn of(mut self, unit: &Unit, who: &[&PersonId]) -> Self {
        self.unit = Some(unit.clone());
        self.who = who.iter().map(|person| (*person).clone()).collect();
        self
    }

    /// Says whose school terms the day is counted in.
    fn counted_in_terms(mut self, programme: &Programme) -> Self {
        if let Some(source) = &programme.terms_source {
            self.source = format!("{}; school terms: {source}", self.source);
        }
        self
    }

    fn settled_by(mut self, command: impl Into<String>) -> Self {
        self.settle = command.into();
        self
    }
}

/// Everything of a case that is due or will be, the earliest first. A closed case keeps only what closing
/// itself asks for.
///
/// An item stays, ever later, until what it asks for is in the record or the folder.
pub fn due(view: &CaseView, today: NaiveDate) -> Vec<Item> {
    let mut items = Vec::new();
    let at_work = matches!(view.status, Status::Open | Status::AgedOut);
    if at_work {
        items.extend(contact::due(view, today));
        items.extend(reports::due(view, today));
    }
    if view.status != Status::Closed {
        items.extend(named::due(view, today));
    }
    items.extend(reviews::due(view));
    items.extend(ageing::due(view, today));
    sort(&mut items);
    items
}

/// Puts items in the order of a list: what comes before everything else, then the earliest first.
pub fn sort(items: &mut [Item]) {
    items.sort_by(|a, b| {
        let (a_day, b_day) = ((!a.first, a.on), (!b.first, b.on));
        (a_day, &a.unit, &a.what, &a.detail).cmp(&(b_day, &b.unit, &b.what, &b.detail))
    });
}
