//! Contact with the client and visits to the placement: how long ago, and how often the programme asks.

use super::{CaseView, Item};
use crate::programme::Rule;
use crate::record::model::{Contact, ContactKind, Placement, RiskLevel};
use chrono::NaiveDate;

pub(super) fn due(view: &CaseView, today: NaiveDate) -> Vec<Item> {
    let mut items = Vec::new();
    items.extend(face_to_face(view, today));
    for (id, what, scheduled) in [
        ("home-visit.scheduled", "scheduled visit to the placement", true),
        ("home-visit.unscheduled", "unscheduled visit to the placement", false),
    ] {
        items.extend(visit(view, today, id, what, scheduled));
    }
    items.extend(placement_review(view, today));
    items
}

/// The rule for face-to-face contact: the programme's own interval, or the one of the level of risk.
pub(super) fn contact_rule(view: &CaseView, today: NaiveDate) -> Option<&Rule> {
    let by_risk = match view.risk(today) {
        Some(RiskLevel::VeryHigh) => "contact.risk-very-high",
        Some(RiskLevel::High) => "contact.risk-high",
        Some(RiskLevel::Medium) => "contact.risk-medium",
        Some(RiskLevel::Low | RiskLevel::None) | None => "contact.risk-low",
    };
    let rules = [view.rule(by_risk), view.rule("contact.face-to-face")];
    // Where both hold, the shorter interval does.
    rules.into_iter().flatten().min_by_key(|rule| rule.amount().after(view.admitted()))
}

/// The last day the client was met, up to `today`.
pub(super) fn last_met(view: &CaseView, today: NaiveDate) -> Option<NaiveDate> {
    let met = |it: &&Contact| it.face_to_face && it.kind != ContactKind::Attempt && it.on <= today;
    view.case().contacts.iter().filter(met).map(|it| it.on).max()
}

fn face_to_face(view: &CaseView, today: NaiveDate) -> Option<Item> {
    let rule = contact_rule(view, today)?;
    let last = last_met(view, today).unwrap_or_else(|| view.admitted());
    let item = Item::by_rule(rule, "face-to-face contact with the client", rule.amount().after(last)?);
    let command = format!("casefile note {} --kind interview --with client --face-to-face …", view.unit);
    Some(item.of(&view.unit, &[&view.manager]).settled_by(command))
}

fn visit(view: &CaseView, today: NaiveDate, id: &str, what: &str, scheduled: bool) -> Option<Item> {
    let rule = view.rule(id)?;
    let placed = placed_since(view, today)?;
    let visits =
        view.case().contacts.iter().filter(|it| {
            it.kind == ContactKind::HomeVisit && it.on <= today && it.scheduled == Some(scheduled)
        });
    let last = visits.map(|it| it.on).max().unwrap_or(placed).max(placed);
    let item = Item::by_rule(rule, what, rule.amount().after(last)?);
    let answer = if scheduled { "yes" } else { "no" };
    let command = format!("casefile note {} --kind home-visit --scheduled {answer} …", view.unit);
    Some(item.of(&view.unit, &[&view.manager]).settled_by(command))
}

/// Since when the client lives in the placement of `today`.
fn placed_since(view: &CaseView, today: NaiveDate) -> Option<NaiveDate> {
    let lasts = |it: &&Placement| it.from <= today && it.until.is_none_or(|until| until >= today);
    view.case().placements.iter().filter(lasts).map(|it| it.from).max()
}

/// The review of the placement, where the last one did not name the next visit itself.
fn placement_review(view: &CaseView, today: NaiveDate) -> Option<Item> {
    let rule = view.rule("placement.review")?;
    let placed = placed_since(view, today)?;
    let reviews = view.case().placement_reviews.iter().filter(|it| it.date <= today);
    let last = reviews.max_by_key(|it| it.date);
    if last.is_some_and(|review| review.next_visit.is_some()) {
        return None;
    }
    let from = last.map_or(placed, |review| review.date.max(placed));
    let item = Item::by_rule(rule, "review of the placement", rule.amount().after(from)?);
    let command =
        format!("write it into `placement_reviews:`, then casefile file placement-review {}", view.unit);
    Some(item.of(&view.unit, &[&view.manager]).settled_by(command))
}
