//! Dates that cannot follow each other as they are written.

use super::Draft;
use crate::record::model::{
    Case, Closure, Conference, Consent, Contact, Date, Goal, Incident, Lesson, Placement, Progress, Referral,
    Review, Task, TaskState, Transition,
};

const COMPARE: &str = "compare the two dates; one of them has a slip";

/// Admission, birth, referral and the history of statuses.
pub(super) fn case(draft: &mut Draft<'_>, case: &Case, birth: Option<Date>) {
    if birth.is_some_and(|birth| birth > case.admitted) {
        draft.error(
            "record.born-after-admission",
            "client.birth.date",
            "the client was born after being admitted (`case.admitted`)",
            COMPARE,
        );
    }
    if case.referred_on.is_some_and(|referred| referred > case.admitted) {
        draft.warn(
            "record.referred-after-admission",
            "case.referred_on",
            "the referral came after the admission (`case.admitted`)",
            COMPARE,
        );
    }
    for (index, past) in case.history.iter().enumerate() {
        let field = format!("case.history[{index}]");
        let before = index.checked_sub(1).map(|before| &case.history[before]);
        if past.since < case.admitted {
            draft.error(
                "record.history-before-admission",
                format!("{field}.since"),
                "a status began before the admission (`case.admitted`)",
                COMPARE,
            );
        }
        if before.is_some_and(|before| before.since > past.since) {
            draft.error(
                "record.history-order",
                format!("{field}.since"),
                "this status began before the one written above it",
                "write the history with the oldest status first",
            );
        }
        if before.is_some_and(|before| before.status == past.status) {
            draft.warn(
                "record.history-repeats",
                format!("{field}.status"),
                "the same status stands twice in a row",
                "keep the first of the two",
            );
        }
    }
    if draft.part::<Closure>("closure").is_some_and(|closure| closure.date < case.admitted) {
        draft.error(
            "record.period-reversed",
            "closure.date",
            "the case ends before it begins (`case.admitted`)",
            COMPARE,
        );
    }
}

/// Contacts and goals.
pub(super) fn work(draft: &mut Draft<'_>, birth: Option<Date>) {
    for (index, contact) in draft.items::<Contact>("contacts") {
        if birth.is_some_and(|birth| contact.on < birth) {
            let message = "the contact is older than the client (`client.birth.date`)";
            draft.error("record.before-birth", format!("contacts[{index}].on"), message, COMPARE);
        }
    }
    for (index, goal) in draft.items::<Goal>("goals") {
        self::goal(draft, &format!("goals[{index}]"), &goal);
    }
}

/// Consents, conferences, referrals and incidents.
pub(super) fn agreements(draft: &mut Draft<'_>) {
    for (index, Consent { date, until, withdrawn, .. }) in draft.items("consents") {
        let field = format!("consents[{index}]");
        order(draft, date, until, &format!("{field}.until"), "the consent ends before it was given");
        order(
            draft,
            date,
            withdrawn,
            &format!("{field}.withdrawn"),
            "the consent was withdrawn before it was given",
        );
    }
    for (index, Conference { date, next, actions, .. }) in draft.items("conferences") {
        let field = format!("conferences[{index}]");
        order(draft, date, next, &format!("{field}.next"), "the next meeting is before this one");
        for (number, action) in actions.iter().enumerate() {
            let field = format!("{field}.actions[{number}].by");
            order(draft, date, action.by, &field, "the action is due before the meeting that agreed on it");
        }
    }
    for (index, Referral { date, follow_up, .. }) in draft.items("referrals") {
        order(
            draft,
            date,
            follow_up,
            &format!("referrals[{index}].follow_up"),
            "the follow-up is before the referral",
        );
    }
    for (index, Incident { date, told, .. }) in draft.items("incidents") {
        for (number, told) in told.iter().enumerate() {
            let field = format!("incidents[{index}].told[{number}].date");
            order(draft, date, Some(told.date), &field, "somebody was told before it happened");
        }
    }
}

fn goal(draft: &mut Draft<'_>, field: &str, goal: &Goal) {
    order(draft, goal.set, goal.due, &format!("{field}.due"), "the goal is due before it was set");
    for (index, task) in goal.tasks.iter().enumerate() {
        self::task(draft, &format!("{field}.tasks[{index}]"), task);
    }
    for (index, progress) in goal.progress.iter().enumerate() {
        let Progress { date, .. } = progress;
        if *date < goal.set {
            draft.warn(
                "record.progress-before-goal",
                format!("{field}.progress[{index}].date"),
                "the progress is older than the goal",
                COMPARE,
            );
        }
    }
}

fn task(draft: &mut Draft<'_>, field: &str, task: &Task) {
    order(draft, task.set, task.due, &format!("{field}.due"), "the task is due before it was set");
    if task.done.is_some_and(|done| done < task.set) {
        draft.error(
            "record.done-before-set",
            format!("{field}.done"),
            "the task was done before it was set",
            COMPARE,
        );
    }
    match (task.state, task.done) {
        (TaskState::Done, None) => {
            draft.warn(
                "record.task-state",
                format!("{field}.state"),
                "the task is done, and the day is not written",
                "add `done:` with the day",
            );
        }
        (TaskState::Open, Some(_)) => {
            draft.warn(
                "record.task-state",
                format!("{field}.state"),
                "the task has a day on which it was done, and is still open",
                "write `state: done`",
            );
        }
        _ => {}
    }
}

/// Placements, timetable, transition, reviews: the life in care.
pub(super) fn life(draft: &mut Draft<'_>) {
    for (index, placement) in draft.items::<Placement>("placements") {
        order(
            draft,
            placement.from,
            placement.until,
            &format!("placements[{index}].until"),
            "the placement ends before it begins",
        );
    }
    for (index, lesson) in draft.items::<Lesson>("timetable") {
        // Times are written with two digits each, so that their order is the order of the text.
        if lesson.until <= lesson.from {
            draft.error(
                "record.period-reversed",
                format!("timetable[{index}].until"),
                "the lesson ends before it begins",
                "compare the two times",
            );
        }
    }
    for (index, review) in draft.items::<Review>("reviews") {
        order(
            draft,
            review.date,
            review.next,
            &format!("reviews[{index}].next"),
            "the next review is before this one",
        );
    }
    if let Some(transition) = draft.part::<Transition>("transition") {
        order(
            draft,
            transition.date,
            transition.exit,
            "transition.exit",
            "the client leaves before the plan was made",
        );
        for (index, goal) in transition.goals.iter().enumerate() {
            order(
                draft,
                transition.date,
                Some(goal.due),
                &format!("transition.goals[{index}].due"),
                "the goal is due before the plan was made",
            );
        }
    }
}

/// An error at `field` where the second date comes before the first.
pub(super) fn order(draft: &mut Draft<'_>, first: Date, second: Option<Date>, field: &str, message: &str) {
    if second.is_some_and(|second| second < first) {
        draft.error("record.period-reversed", field, message, COMPARE);
    }
}
