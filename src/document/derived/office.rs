//! What is computed from a record about the work.

use crate::document::{Period, Words, dates};
use crate::programme::Programme;
use crate::record::model::{Caseload, ComplaintRecord, Figures, Hours, ReferralRecord, StaffRecord};
use crate::record::{WorkModel, WorkRecord};
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

/// The whole `derived` part of `data.json` for a record about the work: `at_date` always, and what its sort
/// has to be computed.
pub(in crate::document) fn json(
    words: &Words,
    record: &WorkRecord,
    at: NaiveDate,
    period: Option<Period>,
) -> Value {
    let mut derived = match record.model() {
        WorkModel::Complaint(it) => complaint(words, it, record.programme()),
        WorkModel::Referral(it) => referral(it),
        WorkModel::Staff(it) => staff(it, record.programme(), at, period),
        WorkModel::Programme(it) => json!({
            "figures": it.figures.iter().map(|it| figures(it, record.programme())).collect::<Vec<_>>(),
            "figures_at": newest(&it.figures, period.map_or(at, |(_, end)| end)),
        }),
        WorkModel::Debriefing(_) | WorkModel::Feedback(_) | WorkModel::Handover(_) => json!({}),
    };
    derived["at_date"] = dates::json(words, at);
    derived
}

/// The last day for the answer, and on which day after receipt it was written.
fn complaint(words: &Words, record: &ComplaintRecord, programme: &Programme) -> Value {
    let received = record.received.date;
    let days = programme.rule("complaint.answer").map(|rule| rule.value);
    let due = days.and_then(|days| received.checked_add_days(Days::new(u64::from(days))));
    let after = record.response.as_ref().map(|it| (it.date - received).num_days());
    json!({"answer": {"days": days, "due": due.map(|due| dates::json(words, due)), "after": after}})
}

/// Days from receipt to the first contact.
fn referral(record: &ReferralRecord) -> Value {
    let days = record.first_contact.as_ref().map(|it| (it.date - record.received.date).num_days());
    json!({"first_contact_days": days})
}

/// Hours of the period, the share of contact in them, and the share of new cases in the contact.
fn staff(record: &StaffRecord, programme: &Programme, at: NaiveDate, period: Option<Period>) -> Value {
    let within = |it: &&Hours| match period {
        Some((from, until)) => it.from <= until && it.until >= from,
        None => it.from <= at,
    };
    let hours: Vec<&Hours> = record.hours.iter().filter(within).collect();
    let sum = |of: fn(&Hours) -> u32| hours.iter().map(|it| of(it)).sum::<u32>();
    let (new, other) = (sum(|it| it.contact_new), sum(|it| it.contact_other));
    let (coordination, rest) = (sum(|it| it.coordination), sum(|it| it.other));
    let (contact, all) = (new + other, new + other + coordination + rest);
    let rule = |id: &str| programme.rule(id).map(|rule| rule.value);
    let at: Vec<usize> =
        record.hours.iter().enumerate().filter(|(_, it)| within(it)).map(|it| it.0).collect();
    json!({"hours": {
        "rows": at, "contact_new": new, "contact_other": other, "coordination": coordination, "other": rest,
        "contact": contact, "all": all, "contact_percent": percent(contact, all),
        "new_percent": percent(new, contact), "contact_share": rule("time.contact-share"),
        "new_share": rule("time.new-case-share"),
    }})
}

/// Which figures are shown: the newest that end by `end`, of those that end together the last; else the first.
fn newest(figures: &[Figures], end: NaiveDate) -> usize {
    let by_then = figures.iter().enumerate().filter(|(_, it)| it.until <= end);
    by_then.max_by_key(|(_, it)| it.until).map_or(0, |(at, _)| at)
}

/// Sums of a period's figures, held against the limits of the programme.
fn figures(figures: &Figures, programme: &Programme) -> Value {
    let limit = programme.rule("caseload.clients-per-manager").map(|rule| rule.value);
    let managers: Vec<Value> = figures
        .managers
        .iter()
        .map(|it| {
            let counted = it.open + it.aged_out;
            json!({"counted": counted, "over": limit.is_some_and(|limit| counted > limit)})
        })
        .collect();
    let outcomes: Vec<Option<usize>> = figures.outcomes.iter().map(|it| percent(it.reached, it.of)).collect();
    let feedback = figures.feedback.as_ref().filter(|it| it.answers >= FEW);
    let helped = feedback.map(|it| {
        json!({
            "helped_percent": percent(it.helped, it.answers),
            "manager_percent": percent(it.helped_by_manager, it.answers),
            "help_mean": it.help_tenths.map(points),
            "manager_mean": it.manager_tenths.map(points),
        })
    });
    let sum = |of: fn(&Caseload) -> u32| figures.managers.iter().map(of).sum::<u32>();
    json!({
        "limit": limit, "managers": managers, "outcomes": outcomes, "feedback": helped,
        "open": sum(|it| it.open), "inactive": sum(|it| it.inactive), "aged_out": sum(|it| it.aged_out),
        "closed": sum(|it| it.closed), "overdue": sum(|it| it.overdue),
        "services": shown(figures.services.iter().map(|it| it.count)),
        "counts": shown(figures.counts.iter().map(|it| it.count)),
    })
}

/// Groups smaller than this are not shown by their number, and averages are not made of fewer answers.
const FEW: u32 = 5;

/// Counts as they may be shown: from one to four as `<5`.
fn shown(counts: impl Iterator<Item = u32>) -> Vec<String> {
    counts
        .map(|count| if (1..FEW).contains(&count) { format!("<{FEW}") } else { count.to_string() })
        .collect()
}

/// `4.2` of 42 tenths.
fn points(tenths: u32) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn percent(part: u32, whole: u32) -> Option<usize> {
    crate::percent::percent(part as usize, whole as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_groups_are_not_told_by_their_number() {
        assert_eq!(shown([0, 1, 4, 5, 12].into_iter()), ["0", "<5", "<5", "5", "12"]);
    }
}
