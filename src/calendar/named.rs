//! The dates that a record names itself: goals, tasks, reviews, consents, papers, agreements.

use super::{CaseView, Item};
use crate::record::model::{CaseRecord, Conference, Consent, GoalState, ReferralState, Review, TaskOwner};
use chrono::NaiveDate;

/// What an item about a goal of the plan is called.
pub const GOAL: &str = "goal of the plan";
/// What an item about a task of the plan is called.
pub const TASK: &str = "task of the plan";

/// A date of the record that nothing in it settles yet.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named<'a> {
    /// The day.
    pub date: NaiveDate,
    /// What it is: the key of its word among the shared words of documents, `[next]`.
    pub what: &'static str,
    /// What it is about: a narrative or a word of the record, personal.
    pub detail: Option<&'a str>,
    /// Whose task it is, where it is a task.
    pub owner: Option<TaskOwner>,
}

/// Every date that the record, as it stood on `at`, names and does not settle; past ones included.
pub fn named_dates(record: &CaseRecord, at: NaiveDate) -> Vec<Named<'_>> {
    let mut all = of_goals(record, at);
    all.extend(of_meetings(record, at));
    all.extend(of_services(record, at));
    all.extend(of_transition(record, at));
    all.extend(of_plans(record, at));
    all.extend(of_agreements(record, at));
    all
}

/// The same as items of a list.
pub(super) fn due(view: &CaseView, today: NaiveDate) -> Vec<Item> {
    let command = format!("casefile record {} -o FILE; write it down; --put FILE", view.unit);
    let item = |named: Named<'_>| {
        let item = Item::by_record(words(named.what), named.date);
        let who = match named.owner {
            Some(TaskOwner::CaseSupervisor) => &view.supervisor,
            _ => &view.manager,
        };
        let detail = named.detail.map(str::to_owned);
        Item { detail, ..item.of(&view.unit, &[who]).settled_by(command.clone()) }
    };
    named_dates(view.case(), today).into_iter().map(item).collect()
}

fn words(what: &str) -> &'static str {
    match what {
        "goal" => GOAL,
        "task" => TASK,
        "review" => "review",
        "conference" => "conference",
        "action" => "action agreed at a conference",
        "referral" => "follow-up of a referral",
        "consent" => "consent ends",
        "document" => "paper of the client ends",
        "exit" => "planned exit",
        "transition" => "goal of the transition plan",
        "follow-up" => "follow-up after the exit",
        "visit" => "visit",
        "agreement-review" => "review of an agreement",
        _ => "agreement ends",
    }
}

fn named<'a>(what: &'static str, date: Option<NaiveDate>, detail: Option<&'a str>) -> Option<Named<'a>> {
    date.map(|date| Named { date, what, detail, owner: None })
}

fn of_goals(record: &CaseRecord, at: NaiveDate) -> Vec<Named<'_>> {
    let mut all = Vec::new();
    for goal in record.goals.iter().filter(|goal| goal.set <= at) {
        if matches!(goal.state, GoalState::Planned | GoalState::Active) {
            all.extend(named("goal", goal.due, Some(goal.goal.text())));
        }
        for task in goal.tasks.iter().filter(|task| task.is_open(at)) {
            let named = named("task", task.due, Some(task.task.text()));
            all.extend(named.map(|named| Named { owner: Some(task.owner), ..named }));
        }
    }
    all
}

/// Reviews and conferences to come, as the latest ones named them; actions that nobody noted as done. A
/// conference to come is answered by a review of the plan as well.
fn of_meetings(record: &CaseRecord, at: NaiveDate) -> Vec<Named<'_>> {
    let held = || record.conferences.iter().filter(move |it: &&Conference| it.date <= at);
    let reviews = record.reviews.iter().filter(|it: &&Review| it.date <= at);
    let review = reviews.max_by_key(|it| it.date).and_then(|it| named("review", it.next, None));
    let latest = held().max_by_key(|it| it.date);
    let latest = latest.filter(|held| !record.reviews.iter().any(|it| it.date > held.date && it.date <= at));
    let conference = latest.and_then(|it| named("conference", it.next, None));
    let actions = held().flat_map(|it| &it.actions).filter(|it| it.done.is_none_or(|day| day > at));
    let actions = actions.filter_map(|it| named("action", it.by, Some(it.what.text())));
    review.into_iter().chain(conference).chain(actions).collect()
}

fn of_services(record: &CaseRecord, at: NaiveDate) -> Vec<Named<'_>> {
    let done = |state| matches!(state, ReferralState::Completed | ReferralState::Declined);
    let referrals = record.referrals.iter().filter(|it| it.date <= at && !done(it.state));
    let referrals = referrals.filter_map(|it| named("referral", it.follow_up, Some(&it.provider.0)));
    let standing = |it: &&Consent| it.date <= at && it.withdrawn.is_none_or(|day| day > at);
    let consents = record.consents.iter().filter(standing);
    let consents = consents.filter(|it| !is_renewed(record, it, at));
    let consents = consents.filter_map(|it| named("consent", it.until, Some(it.what.text())));
    let papers = &record.client.documents;
    let papers = papers.iter().filter_map(|it| named("document", it.expires, Some(&it.kind.0)));
    referrals.chain(consents).chain(papers).collect()
}

/// Whether a later consent of the same kind, to the same recipients, outlasts this one.
fn is_renewed(record: &CaseRecord, old: &Consent, at: NaiveDate) -> bool {
    record.consents.iter().any(|new| {
        let outlasts = match (new.until, old.until) {
            (None, Some(_)) => true,
            (Some(new), Some(old)) => new > old,
            (_, None) => false,
        };
        new.kind == old.kind && new.to == old.to && new.date > old.date && new.date <= at && outlasts
    })
}

fn of_transition(record: &CaseRecord, at: NaiveDate) -> Vec<Named<'_>> {
    let mut all = Vec::new();
    let left = record.exit.as_ref().is_some_and(|exit| exit.date <= at);
    if let Some(plan) = record.transition.as_ref().filter(|it| it.date <= at) {
        all.extend(named("exit", plan.exit.filter(|_| !left), None));
        let goals = plan.goals.iter().filter(|it| it.done.is_none_or(|day| day > at));
        all.extend(goals.filter_map(|it| named("transition", Some(it.due), Some(it.goal.text()))));
    }
    if let Some(exit) = record.exit.as_ref().filter(|it| it.date <= at) {
        let due = exit.follow_up.iter().filter(|it| it.done.is_none_or(|day| day > at));
        all.extend(due.filter_map(|it| named("follow-up", Some(it.due), None)));
    }
    all
}

/// Reviews of the plans for learning and for permanency, and the next visits that the latest ones named.
fn of_plans(record: &CaseRecord, at: NaiveDate) -> Vec<Named<'_>> {
    let learning = record.learning_plan.as_ref().filter(|it| it.date <= at);
    let learning = learning.and_then(|it| named("review", it.review, Some(it.goal.text())));
    let permanency = record.permanency.as_ref().filter(|it| it.date <= at);
    let permanency = permanency.and_then(|it| named("review", it.review, None));
    let reviews = record.placement_reviews.iter().filter(|it| it.date <= at);
    let placement = reviews.max_by_key(|it| it.date).and_then(|it| named("visit", it.next_visit, None));
    let visits = record.adoption.iter().flat_map(|it| &it.visits).filter(|it| it.date <= at);
    let adoption = visits.max_by_key(|it| it.date).and_then(|it| named("visit", it.next, None));
    [learning, permanency, placement, adoption].into_iter().flatten().collect()
}

/// When agreements are reviewed and when they end.
fn of_agreements(record: &CaseRecord, at: NaiveDate) -> Vec<Named<'_>> {
    let family = record.agreements.iter().filter(|it| it.date <= at).map(|it| (it.review, it.until));
    let young = record.young_adult.iter().filter(|it| it.date <= at);
    let young = young.map(|it| (it.review, Some(it.until)));
    let lead = record.responsibility.iter().filter(|it| it.date <= at).map(|it| (it.review, None));
    let all = family.chain(young).chain(lead);
    let dates = all.flat_map(|(review, until)| {
        [named("agreement-review", review, None), named("agreement", until, None)]
    });
    dates.flatten().collect()
}
