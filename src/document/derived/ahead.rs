//! What is ahead: every date of the record that lies on or after the document's date.

use super::Derived;
use crate::calendar::{Named, named_dates};
use crate::document::narrative;
use crate::names::Status;
use chrono::{Months, NaiveDate};
use serde_json::{Value, json};

impl Derived<'_> {
    /// The dates ahead, the next one first: `{id, date, what, detail}`, where `id` is the key of the words.
    pub(super) fn next_dates(&self) -> Value {
        let mut all = named_dates(self.record, self.at);
        all.extend(self.of_the_case());
        all.retain(|it| it.date >= self.at);
        all.sort();
        let line = |it: Named<'_>| {
            let what = self.words.get_or_id(&format!("next.{}", it.what));
            let detail = it.detail.map(narrative::plain);
            json!({"id": it.what, "date": self.date(it.date), "what": what, "detail": detail})
        };
        all.into_iter().map(line).collect()
    }

    /// The 18th birthday where clients age out with it, and the closing that follows some calendar months
    /// after ageing out became effective.
    fn of_the_case(&self) -> Vec<Named<'static>> {
        let programme = self.programme;
        let open = matches!(self.status, Status::Open | Status::Inactive);
        let birth =
            self.record.client.birth.as_ref().filter(|_| open && programme.ageing_out_age() == Some(18));
        let birthday = birth.and_then(|birth| programme.comes_of_age(birth.date));
        let aged_out = self.statuses.iter().rfind(|(_, since)| *since <= self.at);
        let aged_out = aged_out.filter(|(status, _)| *status == Status::AgedOut);
        let closing = aged_out
            .zip(programme.aged_out_months())
            .and_then(|((_, since), months)| since.checked_add_months(Months::new(months)));
        let named = |what: &'static str, date: Option<NaiveDate>| {
            date.map(|date| Named { date, what, detail: None, owner: None })
        };
        [named("eighteenth-birthday", birthday), named("closing", closing)].into_iter().flatten().collect()
    }
}
