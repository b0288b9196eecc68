//! What is in force on the document's date, and sums of money.

use super::Derived;
use crate::document::transform::word;
use crate::record::model::{Amount, CasePlanGoal};
use chrono::NaiveDate;
use serde_json::{Value, json};

impl Derived<'_> {
    /// The latest agreement, review and report up to the document's date; sums; visits; the order of goals.
    pub(super) fn agency(&self) -> Value {
        let record = self.record;
        json!({
            "placement_review": self.newest("placement_reviews", &record.placement_reviews, |it| it.date),
            "agreement": self.newest("agreements", &record.agreements, |it| it.date),
            "professional_report":
                self.newest("professional_reports", &record.professional_reports, |it| it.date),
            "contribution": self.contribution(),
            "adoption_visits": self.adoption_visits(),
            "case_plan_goals": self.case_plan_goals(),
        })
    }

    fn newest<T>(&self, section: &str, items: &[T], date: fn(&T) -> NaiveDate) -> Value {
        let until_now = items.iter().enumerate().filter(|(_, it)| date(it) <= self.at);
        let newest = until_now.max_by_key(|(at, it)| (date(it), *at));
        newest.map_or(Value::Null, |(at, _)| self.shown[section][at].clone())
    }

    /// Sums of a month: what comes in, what goes out, what is left, and the share asked of it.
    fn contribution(&self) -> Value {
        let Some(form) = &self.record.contribution else { return Value::Null };
        let sum = |items: &[Amount]| items.iter().map(|it| i64::from(it.amount)).sum::<i64>();
        let (income, expenses) = (sum(&form.income), sum(&form.expenses));
        let left = income - expenses;
        let asked = (left.max(0) * i64::from(form.share_percent) + 50) / 100;
        json!({"income": income, "expenses": expenses, "left": left, "asked": asked})
    }

    fn adoption_visits(&self) -> Value {
        let Some(adoption) = &self.record.adoption else { return json!([]) };
        let mut kept: Vec<_> =
            adoption.visits.iter().enumerate().filter(|(_, it)| it.date <= self.at).collect();
        kept.sort_by_key(|(_, it)| it.date);
        kept.into_iter().map(|(at, _)| self.shown["adoption"]["visits"][at].clone()).collect()
    }

    /// The case plan goals in the order of preference that holds for this child (source 004): the one of the
    /// plan is `chosen`; what comes before it was ruled out, with its reasons, or still has to be.
    fn case_plan_goals(&self) -> Vec<Value> {
        let Some(plan) = &self.record.permanency else { return Vec::new() };
        let line = |goal: &CasePlanGoal| {
            let id = json!(goal).as_str().map(str::to_owned).unwrap_or_default();
            let ruled_out = plan.ruled_out.iter().position(|it| it.goal == *goal);
            let shown = ruled_out.map(|at| self.shown["permanency"]["ruled_out"][at]["reasons"].clone());
            json!({
                "goal": word(self.words, "vocab.case-plan-goal", &id), "chosen": *goal == plan.goal,
                "ruled_out": shown,
            })
        };
        CasePlanGoal::preference(plan.aboriginal).iter().map(line).collect()
    }
}
