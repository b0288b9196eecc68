//! What a record never contains because it is computed: ages, counts, what is open, what is next.
//!
//! Everything is as of the document's date, so that a report about last spring says what was true then.
//! "In the period" means both its days included; without a period, from admission to the document's date.

mod agency;
mod ahead;
pub(super) mod cases;
mod contacts;
mod goals;
pub(super) mod office;
mod school;

use super::transform::status_json;
use super::words::Words;
use super::{Period, dates};
use crate::names::Status;
use crate::programme::Programme;
use crate::record::model::{CaseRecord, Consent, Presence, ReferralState};
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

/// What the computing works with.
pub(super) struct Derived<'a> {
    pub words: &'a Words,
    pub record: &'a CaseRecord,
    /// The record as templates read it.
    pub shown: &'a Value,
    /// The document's date.
    pub at: NaiveDate,
    /// The period, or from admission to the document's date.
    pub period: Period,
    /// The case's statuses, oldest first.
    pub statuses: &'a [(Status, NaiveDate)],
    pub status: Status,
    /// The programme whose rules hold.
    pub programme: &'a Programme,
}

impl Derived<'_> {
    /// The whole `derived` part of `data.json`; every field is always there.
    pub fn json(&self) -> Value {
        let mut all = Map::new();
        let mut put = |name: &str, value: Value| all.insert(name.to_owned(), value);
        put("age", json!(self.age()));
        put("at_date", self.date(self.at));
        put("days_since_last_contact", json!(self.days_since_last_contact()));
        put("last_contact", self.last_contact());
        put("last_seen", self.last_seen().map_or(Value::Null, |date| self.date(date)));
        put("current_risk", self.current_risk());
        put("current_placement", self.current_placement());
        put("contacts", self.contacts());
        put("goals", self.goals());
        put("tasks_overdue", self.tasks_overdue());
        put("incidents", self.in_period("incidents", &self.record.incidents, |it| it.date));
        put("attendance", self.attendance());
        put("reviews", self.in_period("reviews", &self.record.reviews, |it| it.date));
        put("conferences", self.in_period("conferences", &self.record.conferences, |it| it.date));
        put("referrals", self.referrals());
        put("consents_valid", self.consents(true));
        put("consents_ended", self.consents(false));
        put("next_dates", self.next_dates());
        put("label", self.label());
        put("statuses", self.status_list());
        put("school", self.school());
        put("agency", self.agency());
        Value::Object(all)
    }

    fn age(&self) -> Option<u32> {
        dates::age(self.record.client.birth.as_ref()?.date, self.at)
    }

    fn current_risk(&self) -> Value {
        let until_now = self.record.risk.iter().enumerate().filter(|(_, risk)| risk.date <= self.at);
        let latest = until_now.max_by_key(|(at, risk)| (risk.date, *at));
        latest.map_or(Value::Null, |(at, _)| self.shown["risk"][at].clone())
    }

    fn current_placement(&self) -> Value {
        let lasting =
            |from: NaiveDate, until: Option<NaiveDate>| from <= self.at && until.is_none_or(|u| u >= self.at);
        let all = self.record.placements.iter().enumerate();
        let latest = all.filter(|(_, it)| lasting(it.from, it.until)).max_by_key(|(at, it)| (it.from, *at));
        latest.map_or(Value::Null, |(at, _)| self.shown["placements"][at].clone())
    }

    fn attendance(&self) -> Value {
        let items = &self.record.attendance;
        let count = |presence: Presence| {
            items.iter().filter(|it| self.within(it.date) && it.presence == presence).count()
        };
        let (present, late) = (count(Presence::Present), count(Presence::Late));
        let (excused, absent) = (count(Presence::Excused), count(Presence::Absent));
        let sessions = present + late + excused + absent;
        let rate = crate::percent::percent(present + late, sessions);
        json!({
            "items": self.in_period("attendance", items, |it| it.date), "sessions": sessions, "present": present,
            "late": late, "excused": excused, "absent": absent, "rate_percent": rate,
        })
    }

    /// Referrals of the period, and earlier ones that are still open.
    fn referrals(&self) -> Value {
        let open =
            |state| matches!(state, ReferralState::Sent | ReferralState::Accepted | ReferralState::Waiting);
        self.pick(
            "referrals",
            &self.record.referrals,
            |it| it.date,
            |it| self.within(it.date) || it.date <= self.at && open(it.state),
        )
    }

    fn consents(&self, valid: bool) -> Value {
        let holds = |it: &Consent| {
            it.until.is_none_or(|until| until >= self.at) && it.withdrawn.is_none_or(|day| day > self.at)
        };
        self.pick(
            "consents",
            &self.record.consents,
            |it| it.date,
            |it| it.date <= self.at && holds(it) == valid,
        )
    }

    fn label(&self) -> Value {
        let unit = &self.record.case.number;
        json!({
            "category": unit.category(), "year": format!("{:04}", unit.year()),
            "number": unit.client_number(), "code": self.status.code(),
        })
    }

    /// The statuses up to the document's date; one ends on the day the next begins.
    fn status_list(&self) -> Value {
        let known: Vec<_> = self.statuses.iter().filter(|(_, since)| *since <= self.at).collect();
        let next = known.iter().skip(1).map(|(_, since)| Some(*since)).chain([None]);
        let line = |((status, since), until): (&&(Status, NaiveDate), Option<NaiveDate>)| {
            let until = until.map_or(Value::Null, |day| self.date(day));
            json!({"status": status_json(self.words, *status), "since": self.date(*since), "until": until})
        };
        Value::Array(known.iter().zip(next).map(line).collect())
    }

    fn date(&self, date: NaiveDate) -> Value {
        dates::json(self.words, date)
    }

    fn within(&self, date: NaiveDate) -> bool {
        (self.period.0..=self.period.1).contains(&date)
    }

    fn in_period<T>(&self, section: &str, items: &[T], date: fn(&T) -> NaiveDate) -> Value {
        self.pick(section, items, date, |it| self.within(date(it)))
    }

    /// The shown items of a section that are to be kept, oldest first.
    fn pick<T>(
        &self,
        section: &str,
        items: &[T],
        date: fn(&T) -> NaiveDate,
        keep: impl Fn(&T) -> bool,
    ) -> Value {
        let mut kept: Vec<_> = items.iter().enumerate().filter(|(_, it)| keep(it)).collect();
        kept.sort_by_key(|(_, it)| date(it));
        kept.into_iter().map(|(at, _)| self.shown[section][at].clone()).collect()
    }
}
