//! What is ahead: every date of the record that lies on or after the document's date.

use super::Derived;
use crate::document::{dates, narrative};
use crate::names::Status;
use crate::record::model::{GoalState, Narrative, ReferralState};
use chrono::{Months, NaiveDate};
use serde_json::{Value, json};

/// A date ahead: the day, the key of its word in `[next]`, and what it is about.
struct Ahead {
    date: NaiveDate,
    what: &'static str,
    detail: Option<String>,
}

impl Derived<'_> {
    /// The dates ahead, the next one first: `{id, date, what, detail}`, where `id` is the key of the words.
    pub(super) fn next_dates(&self) -> Value {
        let mut all = self.of_goals();
        all.extend(self.of_meetings());
        all.extend(self.of_services());
        all.extend(self.of_transition());
        all.extend(self.of_the_case());
        all.extend(self.of_plans());
        all.extend(self.of_agreements());
        all.retain(|it| it.date >= self.at);
        all.sort_by(|a, b| (a.date, a.what, &a.detail).cmp(&(b.date, b.what, &b.detail)));
        let line = |it: Ahead| {
            let what = self.words.get_or_id(&format!("next.{}", it.what));
            json!({"id": it.what, "date": self.date(it.date), "what": what, "detail": it.detail})
        };
        all.into_iter().map(line).collect()
    }

    fn of_goals(&self) -> Vec<Ahead> {
        let mut all = Vec::new();
        for (_, goal) in self.set_goals() {
            if matches!(goal.state, GoalState::Planned | GoalState::Active) {
                all.extend(ahead("goal", goal.due, Some(words(&goal.goal))));
            }
            for task in goal.tasks.iter().filter(|task| self.is_open(task)) {
                all.extend(ahead("task", task.due, Some(words(&task.task))));
            }
        }
        all
    }

    /// Reviews and conferences to come, as the latest ones before the document's date named them.
    fn of_meetings(&self) -> Vec<Ahead> {
        let reviews = self.record.reviews.iter().filter(|it| it.date <= self.at);
        let held: Vec<_> = self.record.conferences.iter().filter(|it| it.date <= self.at).collect();
        let review = reviews.max_by_key(|it| it.date).and_then(|it| ahead("review", it.next, None));
        let conference = held.iter().max_by_key(|it| it.date);
        let conference = conference.and_then(|it| ahead("conference", it.next, None));
        let actions = held.iter().flat_map(|it| &it.actions);
        let actions = actions.filter_map(|it| ahead("action", it.by, Some(words(&it.what))));
        review.into_iter().chain(conference).chain(actions).collect()
    }

    fn of_services(&self) -> Vec<Ahead> {
        let done = |state| matches!(state, ReferralState::Completed | ReferralState::Declined);
        let referrals = self.record.referrals.iter().filter(|it| it.date <= self.at && !done(it.state));
        let referrals =
            referrals.filter_map(|it| ahead("referral", it.follow_up, Some(it.provider.0.clone())));
        let consents = self.record.consents.iter().filter(|it| it.date <= self.at && it.withdrawn.is_none());
        let consents = consents.filter_map(|it| ahead("consent", it.until, Some(words(&it.what))));
        let papers = &self.record.client.documents;
        let papers = papers.iter().filter_map(|it| ahead("document", it.expires, Some(it.kind.0.clone())));
        referrals.chain(consents).chain(papers).collect()
    }

    fn of_transition(&self) -> Vec<Ahead> {
        let mut all = Vec::new();
        if let Some(plan) = self.record.transition.as_ref().filter(|it| it.date <= self.at) {
            all.extend(ahead("exit", plan.exit, None));
            let goals = plan.goals.iter().filter(|it| it.done.is_none_or(|day| day > self.at));
            all.extend(goals.filter_map(|it| ahead("transition", Some(it.due), Some(words(&it.goal)))));
        }
        if let Some(exit) = self.record.exit.as_ref().filter(|it| it.date <= self.at) {
            let due = exit.follow_up.iter().filter(|it| it.done.is_none_or(|day| day > self.at));
            all.extend(due.filter_map(|it| ahead("follow-up", Some(it.due), None)));
        }
        all
    }

    /// Reviews of the plans for learning and for permanency, and the next visits that the latest ones named.
    fn of_plans(&self) -> Vec<Ahead> {
        let record = self.record;
        let learning = record.learning_plan.as_ref().filter(|it| it.date <= self.at);
        let learning = learning.and_then(|it| ahead("review", it.review, Some(words(&it.goal))));
        let permanency = record.permanency.as_ref().filter(|it| it.date <= self.at);
        let permanency = permanency.and_then(|it| ahead("review", it.review, None));
        let reviews = record.placement_reviews.iter().filter(|it| it.date <= self.at);
        let placement = reviews.max_by_key(|it| it.date).and_then(|it| ahead("visit", it.next_visit, None));
        let visits = record.adoption.iter().flat_map(|it| &it.visits).filter(|it| it.date <= self.at);
        let adoption = visits.max_by_key(|it| it.date).and_then(|it| ahead("visit", it.next, None));
        [learning, permanency, placement, adoption].into_iter().flatten().collect()
    }

    /// When agreements are reviewed and when they end.
    fn of_agreements(&self) -> Vec<Ahead> {
        let record = self.record;
        let family = record.agreements.iter().filter(|it| it.date <= self.at).map(|it| (it.review, it.until));
        let young = record.young_adult.iter().filter(|it| it.date <= self.at);
        let young = young.map(|it| (it.review, Some(it.until)));
        let lead = record.responsibility.iter().filter(|it| it.date <= self.at).map(|it| (it.review, None));
        let all = family.chain(young).chain(lead);
        let dates = all.flat_map(|(review, until)| {
            [ahead("agreement-review", review, None), ahead("agreement", until, None)]
        });
        dates.flatten().collect()
    }

    /// The 18th birthday where clients age out with it, and the closing that follows some calendar months
    /// after ageing out became effective.
    fn of_the_case(&self) -> Vec<Ahead> {
        let Some(rule) = self.ageing_out else { return Vec::new() };
        let open = matches!(self.status, Status::Open | Status::Inactive);
        let birth = self.record.client.birth.as_ref().filter(|_| open && rule.age == 18).map(|it| it.date);
        let birthday = birth.and_then(|birth| dates::birthday(birth, 18));
        let aged_out = self.statuses.iter().rfind(|(_, since)| *since <= self.at);
        let aged_out = aged_out.filter(|(status, _)| *status == Status::AgedOut);
        let closing =
            aged_out.and_then(|(_, since)| since.checked_add_months(Months::new(rule.close_after_months)));
        [ahead("eighteenth-birthday", birthday, None), ahead("closing", closing, None)]
            .into_iter()
            .flatten()
            .collect()
    }
}

fn ahead(what: &'static str, date: Option<NaiveDate>, detail: Option<String>) -> Option<Ahead> {
    date.map(|date| Ahead { date, what, detail })
}

fn words(narrative: &Narrative) -> String {
    narrative::plain(narrative.text())
}
