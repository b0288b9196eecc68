//! Where a case manager's time goes (002 §5.2.2.1): the share in contact with clients, and of that the share
//! for new cases, as far as the contacts of a month show it.

use super::CaseView;
use crate::names::PersonId;
use crate::programme::Rule;
use crate::record::model::Contact;
use chrono::{Datelike, Months, NaiveDate, Weekday};
use std::collections::BTreeMap;

/// The time of one case manager in a month, in minutes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hours {
    /// In contact with clients.
    pub contact: u32,
    /// Of that, in cases that were new on that day (rule `time.new-case`).
    pub contact_new: u32,
    /// Everything noted: contact, attempts, coordination, meetings, supervision.
    pub all: u32,
    /// The share of contact that is recommended, in percent, with its source.
    pub contact_share: Option<(u32, String)>,
    /// The share of contact that is recommended for new cases, in percent, with its source.
    pub new_share: Option<(u32, String)>,
}

impl Hours {
    /// The share of contact in everything noted, in whole percent; none where nothing was noted.
    pub fn contact_percent(&self) -> Option<u32> {
        percent(self.contact, self.all)
    }

    /// The share of new cases in the contact, in whole percent; none where there was no contact.
    pub fn new_percent(&self) -> Option<u32> {
        percent(self.contact_new, self.contact)
    }
}

fn percent(part: u32, of: u32) -> Option<u32> {
    crate::percent::percent(part as usize, of as usize)?.try_into().ok()
}

/// First and last day of the last month that was over on `today`.
pub fn last_full_month(today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let this = today.with_day(1)?;
    Some((this.checked_sub_months(Months::new(1))?, this.pred_opt()?))
}

/// The weeks, from Monday on, that the days from `from` to `until` lie in; the first and the last may be
/// shorter.
pub fn weeks((from, until): (NaiveDate, NaiveDate)) -> Vec<(NaiveDate, NaiveDate)> {
    let mut weeks = Vec::new();
    let mut first = Some(from).filter(|first| *first <= until);
    while let Some(monday) = first {
        let last = monday.week(Weekday::Mon).checked_last_day().map_or(until, |sunday| sunday.min(until));
        weeks.push((monday, last));
        first = last.succ_opt().filter(|next| *next <= until);
    }
    weeks
}

/// The time of every manager of these cases from `from` to `until`, both days included, by id. A contact
/// counts for whoever of the staff it names, and where it names nobody for the case's manager; one without
/// minutes counts for nobody.
pub fn hours(views: &[CaseView], (from, until): (NaiveDate, NaiveDate)) -> BTreeMap<PersonId, Hours> {
    let mut all: BTreeMap<PersonId, Hours> =
        views.iter().map(|view| (view.manager.clone(), Hours::default())).collect();
    for view in views {
        let contacts = view.case().contacts.iter().filter(|it| it.on >= from && it.on <= until);
        for contact in contacts {
            for (person, hours) in &mut all {
                if took_part(view, contact, person) {
                    count(hours, view, contact);
                }
            }
        }
        if let Some(hours) = all.get_mut(&view.manager) {
            higher(&mut hours.contact_share, view.rule("time.contact-share"));
            higher(&mut hours.new_share, view.rule("time.new-case-share"));
        }
    }
    all
}

fn took_part(view: &CaseView, contact: &Contact, person: &PersonId) -> bool {
    if contact.by.is_empty() {
        view.manager == *person
    } else {
        contact.by.iter().any(|by| by == person.as_str())
    }
}

fn count(hours: &mut Hours, view: &CaseView, contact: &Contact) {
    let minutes = contact.minutes.unwrap_or_default();
    hours.all = hours.all.saturating_add(minutes);
    if contact.is_with_client() {
        hours.contact = hours.contact.saturating_add(minutes);
        if is_new(view, contact.on) {
            hours.contact_new = hours.contact_new.saturating_add(minutes);
        }
    }
}

fn is_new(view: &CaseView, on: NaiveDate) -> bool {
    let until = view.rule("time.new-case").and_then(|rule| rule.amount().after(view.admitted()));
    until.is_some_and(|until| on < until)
}

fn higher(known: &mut Option<(u32, String)>, rule: Option<&Rule>) {
    let Some(rule) = rule else { return };
    if known.as_ref().is_none_or(|(value, _)| rule.value > *value) {
        *known = Some((rule.value, rule.source.clone()));
    }
}
