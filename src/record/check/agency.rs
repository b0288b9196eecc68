//! School, agreements and the permanency plan: dates in order, results on their scale, goals in their order.

use super::Draft;
use super::dates::order;
use crate::record::model::{
    Adoption, CasePlanGoal, Fortnight, Learning, LearningPlan, Permanency, PlacementReview, ServiceAgreement,
    TermReport, TimetableIssue, YoungAdultAgreement,
};

const ENDS: &str = "this ends before it begins";
const REVIEWED: &str = "the next one is before this one";

/// Fortnights, terms, timetable, learning.
pub(super) fn school(draft: &mut Draft<'_>) {
    for (index, Fortnight { from, until, .. }) in draft.items("fortnights") {
        order(draft, from, Some(until), &format!("fortnights[{index}].until"), ENDS);
    }
    for (index, TermReport { from, until, .. }) in draft.items("terms") {
        order(draft, from, Some(until), &format!("terms[{index}].until"), ENDS);
    }
    if let Some(issue) = draft.part::<TimetableIssue>("timetable_issue") {
        order(draft, issue.from, issue.until, "timetable_issue.until", ENDS);
    }
    if let Some(plan) = draft.part::<LearningPlan>("learning_plan") {
        order(draft, plan.date, plan.review, "learning_plan.review", "the review is before the plan");
    }
    for (index, Learning { score, out_of, .. }) in draft.items("learning") {
        if score.zip(out_of).is_some_and(|(score, out_of)| score > out_of) {
            draft.error(
                "record.score",
                format!("learning[{index}].score"),
                "the result is higher than the highest there is (`out_of`)",
                "compare the two numbers",
            );
        }
    }
}

/// Agreements, reviews of the placement, adoption.
pub(super) fn agreements(draft: &mut Draft<'_>) {
    for (index, ServiceAgreement { from, until, .. }) in draft.items("agreements") {
        order(draft, from, until, &format!("agreements[{index}].until"), ENDS);
    }
    if let Some(agreement) = draft.part::<YoungAdultAgreement>("young_adult") {
        order(draft, agreement.from, Some(agreement.until), "young_adult.until", ENDS);
    }
    for (index, PlacementReview { date, next_visit, .. }) in draft.items("placement_reviews") {
        order(draft, date, next_visit, &format!("placement_reviews[{index}].next_visit"), REVIEWED);
    }
    if let Some(adoption) = draft.part::<Adoption>("adoption") {
        if let Some(placed) = adoption.placed {
            order(draft, placed, adoption.probation_until, "adoption.probation_until", ENDS);
        }
        for (index, visit) in adoption.visits.iter().enumerate() {
            order(draft, visit.date, visit.next, &format!("adoption.visits[{index}].next"), REVIEWED);
        }
    }
}

/// The case plan goal: every goal that is preferred to it was ruled out, and it was not (source 004).
pub(super) fn permanency(draft: &mut Draft<'_>) {
    let Some(plan) = draft.part::<Permanency>("permanency") else { return };
    order(draft, plan.date, plan.review, "permanency.review", "the review is before the plan");
    let ruled_out = |goal: &CasePlanGoal| plan.ruled_out.iter().any(|it| it.goal == *goal);
    let order = CasePlanGoal::preference(plan.aboriginal);
    if order.iter().take_while(|goal| **goal != plan.goal).any(|goal| !ruled_out(goal)) {
        draft.warn(
            "record.goal-passed-over",
            "permanency.ruled_out",
            "a goal that is preferred to this one has not been ruled out",
            "the order is preservation, restoration, guardianship, open-adoption, care; for an Aboriginal child \
             open-adoption comes last",
        );
    }
    if let Some(index) = plan.ruled_out.iter().position(|it| it.goal == plan.goal) {
        draft.error(
            "record.goal-ruled-out",
            format!("permanency.ruled_out[{index}].goal"),
            "the goal of the plan is ruled out in the same plan",
            "correct one of the two",
        );
    }
}
