//! Documents that wait for the supervisor, and those that were returned (001: discussion with or approval
//! by a supervisor; 002 §5.2.2.2: the supervisor reviews reports and assessments).

use super::{CaseView, Filed, Item};

pub(super) fn due(view: &CaseView) -> Vec<Item> {
    let Some(rule) = view.rule("review.supervisor") else { return Vec::new() };
    let reviewed = |filed: &&Filed| view.programme().reviewed.contains(&filed.kind);
    let items = view.filed.iter().filter(reviewed).filter_map(|filed| match filed.review {
        Some((true, _)) => None,
        None => {
            let item = Item::by_rule(
                rule,
                format!("review of the {} of {}", filed.kind, filed.date),
                rule.amount().after(filed.filed)?,
            );
            let command = format!("casefile review {} approve|return", filed.id);
            Some(item.of(&view.unit, &[&view.supervisor]).settled_by(command))
        }
        Some((false, on)) => {
            let what = format!("change the returned {} of {}", filed.kind, filed.date);
            let item = Item::by_rule(rule, what, rule.amount().after(on)?);
            let command =
                format!("casefile file {} {} …; casefile withdraw {}", filed.kind, view.unit, filed.id);
            Some(item.of(&view.unit, &[&view.manager]).settled_by(command))
        }
    });
    items.collect()
}
