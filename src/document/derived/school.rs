//! School: rates of attendance week by week, trends of learning, the week of the timetable.

use super::Derived;
use crate::percent::percent;
use crate::record::model::{Attendance, Learning, Lesson, Presence};
use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Value, json};

impl Derived<'_> {
    /// What school reports, timetable and learning assessment are made of.
    pub(super) fn school(&self) -> Value {
        json!({
            "weeks": self.weeks(),
            "alert": self.alert(),
            "fortnights": self.pick("fortnights", &self.record.fortnights, |it| it.from, |it| self.touches(it.from, it.until)),
            "terms": self.pick("terms", &self.record.terms, |it| it.from, |it| self.touches(it.from, it.until)),
            "trends": self.trends(),
            "days": self.days(),
            "learning": self.in_period("learning", &self.record.learning, |it| it.date),
        })
    }

    /// Whether the days from `from` to `until` and the period have a day in common.
    fn touches(&self, from: NaiveDate, until: NaiveDate) -> bool {
        from <= self.period.1 && until >= self.period.0
    }

    /// The weeks of the period that have sessions, each from its Monday.
    fn weeks(&self) -> Vec<Value> {
        let mut items: Vec<&Attendance> =
            self.record.attendance.iter().filter(|it| self.within(it.date)).collect();
        items.sort_by_key(|it| it.date);
        let weeks = items.chunk_by(|a, b| monday(a.date) == monday(b.date));
        weeks.filter_map(|week| self.week(week)).collect()
    }

    fn week(&self, items: &[&Attendance]) -> Option<Value> {
        let from = monday(items.first()?.date);
        let attended = items.iter().filter(|it| was_there(it.presence)).count();
        let rate = percent(attended, items.len());
        Some(
            json!({"from": self.date(from), "sessions": items.len(), "attended": attended, "rate_percent": rate}),
        )
    }

    /// Whether the period calls for a review of the student's plan, and why (source 000).
    fn alert(&self) -> Value {
        let items: Vec<_> = self.record.attendance.iter().filter(|it| self.within(it.date)).collect();
        let attended = items.iter().filter(|it| was_there(it.presence)).count();
        let rate = percent(attended, items.len());
        let limit = self.programme.rule("attendance.alert").map(|rule| rule.value);
        let low =
            limit.zip(rate).is_some_and(|(limit, rate)| rate < usize::try_from(limit).unwrap_or(usize::MAX));
        let told = self.record.fortnights.iter().filter(|it| self.touches(it.from, it.until));
        let concerns = told.filter(|it| it.concerns.is_some()).count();
        let incidents = self.record.incidents.iter().filter(|it| self.within(it.date)).count();
        json!({
            "raised": low || concerns > 0 || incidents > 0, "attendance": low, "limit_percent": limit,
            "concerns": concerns > 0, "incidents": incidents > 0,
        })
    }

    /// Each subject that was measured more than once up to the document's date, with its results in order.
    fn trends(&self) -> Vec<Value> {
        let mut kept: Vec<&Learning> =
            self.record.learning.iter().filter(|it| it.date <= self.at && it.score.is_some()).collect();
        kept.sort_by_key(|it| it.date);
        let mut subjects: Vec<&str> = Vec::new();
        for it in &kept {
            if !subjects.contains(&it.subject.0.as_str()) {
                subjects.push(&it.subject.0);
            }
        }
        let of = |subject: &str| -> Vec<&Learning> {
            kept.iter().filter(|it| it.subject.0 == subject).copied().collect()
        };
        subjects.into_iter().filter_map(|subject| self.trend(subject, &of(subject))).collect()
    }

    fn trend(&self, subject: &str, items: &[&Learning]) -> Option<Value> {
        let (first, last) = (items.first()?, items.last()?);
        let highest = items.iter().filter_map(|it| it.out_of.or(it.score)).max()?.max(1);
        let point = |it: &&Learning| {
            let day = (it.date - first.date).num_days();
            json!({"date": self.date(it.date), "day": day, "score": it.score, "level": it.level})
        };
        let change = i64::from(last.score?) - i64::from(first.score?);
        let points: Vec<Value> = items.iter().map(point).collect();
        Some(json!({"subject": subject, "out_of": highest, "points": points, "change": change}))
    }

    /// Monday to Friday, and a day of the weekend where it has lessons; lessons in the order of their time.
    fn days(&self) -> Vec<Value> {
        let day = |weekday: u8| {
            let all = self.record.timetable.iter().enumerate();
            let mut lessons: Vec<(usize, &Lesson)> = all.filter(|(_, it)| it.weekday == weekday).collect();
            lessons.sort_by_key(|(_, it)| (it.from.clone(), it.until.clone()));
            let shown: Vec<Value> =
                lessons.iter().map(|(at, _)| self.shown["timetable"][at].clone()).collect();
            (weekday <= 5 || !shown.is_empty()).then(|| {
                let name = self.words.get_or_id(&format!("weekday.{weekday}"));
                json!({"weekday": weekday, "name": name, "lessons": shown})
            })
        };
        (1..=7).filter_map(day).collect()
    }
}

fn was_there(presence: Presence) -> bool {
    matches!(presence, Presence::Present | Presence::Late)
}

fn monday(date: NaiveDate) -> NaiveDate {
    let since = Days::new(u64::from(date.weekday().num_days_from_monday()));
    date.checked_sub_days(since).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_its_monday() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        assert_eq!(monday(day("2016-11-07")), day("2016-11-07"));
        assert_eq!(monday(day("2016-11-13")), day("2016-11-07"));
    }
}
