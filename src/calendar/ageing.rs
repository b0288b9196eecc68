//! Turning of age, ageing out and closing by itself (002 §5.5), and the plans that have to be there before.

use super::{CaseView, Item};
use crate::names::Status;
use crate::record::model::{BirthCertainty, FollowUp};
use chrono::{Days, NaiveDate};

pub(super) fn due(view: &CaseView, today: NaiveDate) -> Vec<Item> {
    let items = [
        of_age(view, today),
        plan_before_exit(view, today),
        closing(view, today),
        closure_report(view),
        follow_up(view),
        transferred(view),
    ];
    items.into_iter().flatten().collect()
}

/// The day a client turns of age in this programme, and whether the date of birth is certain.
pub(super) fn birthday(view: &CaseView) -> Option<(NaiveDate, bool)> {
    let birth = view.case().client.birth.as_ref()?;
    let day = view.programme().comes_of_age(birth.date)?;
    Some((day, birth.certainty == BirthCertainty::Exact))
}

/// Whether the case is about to be closed: its record has a closure that is not left from before it was
/// reopened.
pub(super) fn is_closing(view: &CaseView) -> bool {
    view.case().closure.as_ref().is_some_and(|closure| closure.date >= view.since)
}

/// The end of an agreement with the young adult that outlasts the aged-out time.
pub(super) fn agreed_until(view: &CaseView, today: NaiveDate) -> Option<NaiveDate> {
    let until = view.until.filter(|_| view.status == Status::AgedOut)?;
    let agreement = view.case().young_adult.as_ref().filter(|it| it.date <= today && it.from <= until)?;
    Some(agreement.until).filter(|agreed| *agreed > until)
}

/// Before the birthday: the transition plan. After it, without one: an alert that stays until solved.
fn of_age(view: &CaseView, today: NaiveDate) -> Option<Item> {
    let rule = view.rule("ageing-out.age")?;
    let (birthday, certain) = birthday(view)?;
    if !matches!(view.status, Status::Open | Status::Inactive) || is_closing(view) {
        return None;
    }
    let planned = view.case().transition.as_ref().is_some_and(|plan| plan.date <= today);
    let filed = view.of_kind("transition-plan").next().is_some();
    let (what, settle) = match (planned && filed, birthday <= today) {
        (false, false) => {
            (format!("transition plan before the client turns {}", rule.value), transition_plan(view))
        }
        (false, true) => (format!("turned {} without a transition plan", rule.value), transition_plan(view)),
        (true, true) if certain => ("status to become aged-out".to_owned(), "casefile sweep".to_owned()),
        (true, true) => (
            "status to become aged-out: the date of birth is not certain, so somebody has to decide"
                .to_owned(),
            format!("casefile move {} aged-out --reason …", view.unit),
        ),
        (true, false) => return None,
    };
    let item = Item::by_rule(rule, what, birthday);
    Some(item.of(&view.unit, &[&view.manager, &view.supervisor]).settled_by(settle))
}

fn transition_plan(view: &CaseView) -> String {
    format!("write `transition:` into the record, then casefile file transition-plan {}", view.unit)
}

/// A transition plan some terms before the exit that the record names (source 000).
fn plan_before_exit(view: &CaseView, today: NaiveDate) -> Option<Item> {
    let rule = view.rule("transition.plan-before-exit")?;
    let open = matches!(view.status, Status::Open | Status::Inactive);
    let exit = view.case().exit.as_ref().map(|exit| exit.date).filter(|_| open)?;
    if view.case().transition.as_ref().is_some_and(|plan| plan.date <= today) {
        return None;
    }
    let on = view.programme().transition_plan_by(exit)?;
    let item = Item::by_rule(rule, "transition plan before the exit", on).counted_in_terms(view.programme());
    Some(item.of(&view.unit, &[&view.manager]).settled_by(transition_plan(view)))
}

/// An aged-out case closes by itself: announced before, from the first notice on; at once where an agreement
/// lasts longer and nobody has extended yet.
fn closing(view: &CaseView, today: NaiveDate) -> Option<Item> {
    let until = view.until.filter(|_| view.status == Status::AgedOut)?;
    let rule = view.rule("ageing-out.close-after")?;
    let notice = view.rule("ageing-out.first-notice").map_or(0, |rule| u64::from(rule.value));
    let agreed = agreed_until(view, today);
    let (what, command) = match agreed {
        Some(_) => (
            "closes by itself although the agreement with the young adult lasts longer: extend",
            "casefile sweep".to_owned(),
        ),
        None => (
            "closes by itself, unless extended",
            format!("casefile extend {} --until … --reason …; else casefile sweep", view.unit),
        ),
    };
    let item = Item::by_rule(rule, what, until);
    let notice_from = agreed.map(|_| today).or_else(|| until.checked_sub_days(Days::new(notice)));
    Some(Item { notice_from, ..item.of(&view.unit, &[&view.manager, &view.supervisor]).settled_by(command) })
}

/// A case that went to another agency is closed when that agency leads it (source 004; to close asks for a report,
/// 002 step 8), and not by itself: who gives it over sees to it.
fn transferred(view: &CaseView) -> Option<Item> {
    let given = view.transferred.filter(|_| view.status != Status::Closed)?;
    let leads = view.case().responsibility.iter().map(|it| it.from).max();
    let item = Item::by_record(
        format!("given over to another agency on {given}, not closed"),
        leads.max(Some(given))?,
    );
    let report = if is_closing(view) && view.of_kind("closure-report").next().is_some() {
        String::new()
    } else {
        format!("write `closure:` into the record, then casefile file closure-report {}; ", view.unit)
    };
    let command = format!("{report}casefile move {} closed --reason …", view.unit);
    let source = "004: transfer of case management; 002 step 8: closing".to_owned();
    Some(Item { source, ..item.of(&view.unit, &[&view.manager, &view.supervisor]).settled_by(command) })
}

/// The closure report of a case that a rule closed.
fn closure_report(view: &CaseView) -> Option<Item> {
    let by_rule = view.status == Status::Closed && view.moved_by.is_some();
    let rule = view.rule("closure.report-due").filter(|_| by_rule)?;
    if view.of_kind("closure-report").next().is_some() {
        return None;
    }
    let item = Item::by_rule(rule, "closure report", rule.amount().after(view.since)?);
    let command =
        format!("write `closure:` into the record, then casefile file closure-report {}", view.unit);
    Some(item.of(&view.unit, &[&view.manager, &view.supervisor]).settled_by(command))
}

/// The follow-up of a closed case (source 003), until one after the closing is noted.
fn follow_up(view: &CaseView) -> Option<Item> {
    let rule = view.rule("exit.follow-up").filter(|_| view.status == Status::Closed)?;
    let done = |it: &FollowUp| it.done.is_some_and(|day| day >= view.since);
    if view.case().exit.as_ref().is_some_and(|exit| exit.follow_up.iter().any(done)) {
        return None;
    }
    let item = Item::by_rule(rule, "follow-up after the closing", rule.amount().after(view.since)?);
    let command = format!("write it into `exit.follow_up` of the record of {}", view.unit);
    Some(item.of(&view.unit, &[&view.manager]).settled_by(command))
}
