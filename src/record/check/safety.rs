//! Plans and assessments of safety: their dates, and who must never be called in danger.

use super::Draft;
use super::dates::order;
use crate::record::model::{
    Assessment, Concern, Contact, Date, Exit, Person, Risk, SafetyPlan, ServiceInvolved, Text,
};
use std::collections::HashSet;

/// The safety plan, assessments with a next date, visits, services and the exit plan.
pub(super) fn all(draft: &mut Draft<'_>) {
    if let Some(plan) = draft.part::<SafetyPlan>("safety_plan") {
        self::plan(draft, &plan);
    }
    for (index, Risk { date, next, .. }) in draft.items("risk") {
        next_one(draft, date, next, &format!("risk[{index}].next"));
    }
    for (index, Assessment { date, next, .. }) in draft.items("assessments") {
        next_one(draft, date, next, &format!("assessments[{index}].next"));
    }
    for (index, Contact { on, visit, .. }) in draft.items("contacts") {
        let next = visit.and_then(|visit| visit.next);
        order(draft, on, next, &format!("contacts[{index}].visit.next"), "the next visit is before this one");
    }
    for (index, ServiceInvolved { from, until, .. }) in draft.items("services") {
        let field = format!("services[{index}].until");
        order(draft, from, until, &field, "the service ends before it begins");
    }
    if let Some(exit) = draft.part::<Exit>("exit") {
        for (index, follow_up) in exit.follow_up.iter().enumerate() {
            let field = format!("exit.follow_up[{index}].due");
            order(draft, exit.date, Some(follow_up.due), &field, "the follow-up is before the exit plan");
        }
    }
}

fn next_one(draft: &mut Draft<'_>, date: Date, next: Option<Date>, field: &str) {
    order(draft, date, next, field, "the next assessment is before this one");
}

fn plan(draft: &mut Draft<'_>, plan: &SafetyPlan) {
    order(draft, plan.date, plan.review, "safety_plan.review", "the plan is reviewed before it was made");
    let people = draft.items::<Person>("people");
    let feared = people.iter().map(|(_, person)| person).filter(|person| person.concern != Concern::None);
    let feared: HashSet<&str> = feared.map(|person| person.id.as_str()).collect();
    for (index, call) in plan.calls.iter().enumerate() {
        let Text(who) = &call.who;
        if feared.contains(who.as_str()) {
            draft.error(
                "record.call-to-concern",
                format!("safety_plan.calls[{index}].who"),
                "a person of concern or under a no-contact order stands among the people to call in danger",
                "name somebody else",
            );
        }
    }
}
