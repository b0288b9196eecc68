//! Documents that wait for the supervisor, and those that were returned (001: discussion with or approval
//! by a supervisor; 002 §5.2.2.2: the supervisor reviews reports and assessments).

use super::{CaseView, Filed, Item, OfficeView};
use crate::names::{PersonId, Unit};
use crate::programme::{Programme, Rule};

pub(super) fn due(view: &CaseView) -> Vec<Item> {
    of_folder(view.programme(), &view.filed, &view.unit, (&view.manager, &view.supervisor))
}

/// The same in a folder about the work: its author writes, the person responsible reviews.
pub(super) fn of_office(view: &OfficeView) -> Vec<Item> {
    let folder = view.record.folder_of_office();
    let people = (&folder.author.id, &folder.responsible.id);
    of_folder(view.record.programme(), &view.filed, &view.unit, people)
}

fn of_folder(
    programme: &Programme,
    filed: &[Filed],
    unit: &Unit,
    people: (&PersonId, &PersonId),
) -> Vec<Item> {
    let Some(rule) = programme.rule("review.supervisor") else { return Vec::new() };
    // What was returned goes back in any case, reviewed by rule or by the supervisor's own choice.
    let returned = |filed: &Filed| filed.review.is_some_and(|(approved, _)| !approved);
    let reviewed = |filed: &&Filed| programme.reviewed.contains(&filed.kind) || returned(filed);
    filed.iter().filter(reviewed).filter_map(|filed| item(rule, filed, unit, people)).collect()
}

fn item(
    rule: &Rule,
    filed: &Filed,
    unit: &Unit,
    (author, supervisor): (&PersonId, &PersonId),
) -> Option<Item> {
    match filed.review {
        Some((true, _)) => None,
        None => {
            let what = format!("review of the {} of {}", filed.kind, filed.date);
            let item = Item::by_rule(rule, what, rule.amount().after(filed.filed)?);
            let command = format!("casefile review {} approve|return", filed.id);
            Some(item.of(unit, &[supervisor]).settled_by(command))
        }
        Some((false, on)) => {
            let what = format!("change the returned {} of {}", filed.kind, filed.date);
            let item = Item::by_rule(rule, what, rule.amount().after(on)?);
            let command = format!("casefile file {} {unit} …; casefile withdraw {}", filed.kind, filed.id);
            Some(item.of(unit, &[author]).settled_by(command))
        }
    }
}
