//! Reports, timetables and plans that come round: monthly, fortnightly, every term.

use super::{CaseView, Item};
use crate::programme::{Rule, SchoolTerm};
use chrono::NaiveDate;

/// Rules that ask for a document of a kind again and again, counted from the end of what the last covered.
const PERIODIC: [(&str, &[&str], &str); 2] = [
    ("report.case-manager", &["monthly-report", "progress-report"], "report of the case manager"),
    ("report.school", &["fortnightly-report"], "report to the school"),
];

pub(super) fn due(view: &CaseView, today: NaiveDate) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    items.extend(PERIODIC.iter().filter_map(|(rule, kinds, what)| periodic(view, rule, kinds, what)));
    items.extend(term_reports(view, today));
    items.extend(timetable(view, today));
    items.extend(plan_review(view, today));
    items
}

/// The kind of these that the programme offers, the first that it does.
fn offered<'a>(view: &CaseView, kinds: &[&'a str]) -> Option<&'a str> {
    kinds.iter().find(|kind| view.programme().kinds.iter().any(|offered| offered == *kind)).copied()
}

fn periodic(view: &CaseView, rule: &str, kinds: &[&str], what: &str) -> Option<Item> {
    let rule = view.rule(rule)?;
    let kind = offered(view, kinds)?;
    let covered = kinds.iter().flat_map(|kind| view.of_kind(kind));
    let last = covered.map(|filed| filed.period.map_or(filed.date, |(_, end)| end)).max();
    let from = last.unwrap_or_else(|| view.admitted());
    let item = Item::by_rule(rule, what, rule.amount().after(from)?);
    let begins = last.map_or(Some(from), |last| last.succ_opt());
    Some(item.of(&view.unit, &[&view.manager]).settled_by(file(view, kind, begins)))
}

/// The command that files a document of a kind, covering the days from `begins` until today.
fn file(view: &CaseView, kind: &str, begins: Option<NaiveDate>) -> String {
    let period = begins.map_or_else(String::new, |day| format!(" --period {day}.."));
    format!("casefile file {kind} {}{period}", view.unit)
}

/// The report of each school term that the student was in: due on its last day. Only the two newest terms
/// are looked at: who takes an old folder over does not owe the reports of years ago.
fn term_reports(view: &CaseView, today: NaiveDate) -> Vec<Item> {
    let Some(rule) = view.rule("report.term") else { return Vec::new() };
    let begun: Vec<&SchoolTerm> = terms_begun(view, today).collect();
    let newest = begun.iter().rev().take(2).filter(|term| !has_report(view, term));
    let item = |term: &&SchoolTerm| {
        let what = format!("report of school term {} of {}", term.term, term.year);
        let command =
            format!("casefile file term-report {} --period {}..{}", view.unit, term.from, term.until);
        let item = Item::by_rule(rule, what, term.until).counted_in_terms(view.programme());
        item.of(&view.unit, &[&view.manager]).settled_by(command)
    };
    newest.map(item).collect()
}

fn terms_begun(view: &CaseView, today: NaiveDate) -> impl Iterator<Item = &SchoolTerm> {
    let admitted = view.admitted();
    view.programme().terms.iter().filter(move |term| term.from <= today && term.until >= admitted)
}

/// Whether a filed report ends in this term or in the holidays after it.
fn has_report(view: &CaseView, term: &SchoolTerm) -> bool {
    let next = view.programme().terms.iter().find(|it| it.from > term.until);
    view.of_kind("term-report").any(|filed| {
        let end = filed.period.map_or(filed.date, |(_, end)| end);
        end >= term.from && next.is_none_or(|next| end < next.from)
    })
}

/// A timetable of the current term, or where there is one, of the next: due on the term's first day.
fn timetable(view: &CaseView, today: NaiveDate) -> Option<Item> {
    let rule: &Rule = view.rule("timetable.current")?;
    let terms = &view.programme().terms;
    let current = terms.iter().rposition(|term| term.from <= today && term.until >= view.admitted())?;
    let issued = |at: usize| {
        // What was issued in the holidays before a term is that term's.
        let since = at.checked_sub(1).map_or(terms[at].from, |before| terms[before].until);
        view.of_kind("timetable").any(|filed| filed.date >= since)
    };
    let at = (current..terms.len()).take(2).find(|at| !issued(*at))?;
    let item = Item::by_rule(rule, "current timetable", terms[at].from.max(view.admitted()))
        .counted_in_terms(view.programme());
    Some(item.of(&view.unit, &[&view.manager]).settled_by(file(view, "timetable", None)))
}

/// The review of the plan, where the last review did not name its own day (that one is the record's).
fn plan_review(view: &CaseView, today: NaiveDate) -> Option<Item> {
    let rule = view.rule("plan.review")?;
    let reviews = view.case().reviews.iter().filter(|it| it.date <= today);
    let last = reviews.max_by_key(|it| it.date);
    if last.is_some_and(|review| review.next.is_some()) {
        return None;
    }
    let planned = view.case().goals.iter().map(|goal| goal.set).filter(|set| *set <= today).min();
    let from = last.map(|review| review.date).or(planned)?;
    let item = |on| Item::by_rule(rule, "review of the plan", on);
    let item = match rule.amount().after(from) {
        Some(on) => item(on),
        None => item(view.programme().term_on(from)?.until).counted_in_terms(view.programme()),
    };
    let command = format!("casefile record {} -o FILE; add to `reviews:`; --put FILE", view.unit);
    Some(item.of(&view.unit, &[&view.manager]).settled_by(command))
}
