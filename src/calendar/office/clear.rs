//! What the histories in clear show: whose last day passed without new keys, what may be disposed of.

use super::super::Item;
use crate::names::{PersonId, Unit};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A reader with a last day, who holds the newest key of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overstay {
    /// The reader.
    pub reader: PersonId,
    /// The last day.
    pub until: NaiveDate,
    /// The folder.
    pub unit: Unit,
    /// Its supervisor.
    pub supervisor: Option<PersonId>,
}

/// The next step of a disposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// Somebody proposes it.
    Propose,
    /// Another person approves it.
    Approve,
    /// It is decided, or after its time of waiting carried out.
    Run,
}

/// A closed case or a folder about the work for which the policy sets an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retained {
    /// The folder.
    pub unit: Unit,
    /// From when it may be disposed of.
    pub ended: NaiveDate,
    /// The rule in force, as entries name it: `retention.uasc.70`.
    pub rule: String,
    /// What its disposal waits for.
    pub next: NextStep,
    /// Its supervisor.
    pub supervisor: Option<PersonId>,
}

/// What everybody can see without a key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InClear {
    /// Readers with a last day.
    pub overstays: Vec<Overstay>,
    /// Closed cases and folders about the work that are not kept for ever, none on hold.
    pub retained: Vec<Retained>,
    /// The administrators.
    pub administrators: Vec<PersonId>,
    /// Who leaves the agency and is not retired, and the last day: for administrators.
    pub departures: Vec<(PersonId, NaiveDate)>,
    /// The handover in which somebody leaves, as far as it can be opened.
    pub handovers: BTreeMap<PersonId, Unit>,
}

/// What is due by that.
pub fn in_clear(seen: &InClear, today: NaiveDate) -> Vec<Item> {
    let retained = seen.retained.iter().map(|it| disposal(seen, it));
    let departed = seen.departures.iter().map(|(person, on)| departure(seen, person, *on));
    overstayed(seen, today).into_iter().chain(retained).chain(departed).collect()
}

/// Until somebody who left is retired, what they sign counts.
fn departure(seen: &InClear, person: &PersonId, on: NaiveDate) -> Item {
    let item =
        Item::by_record(format!("{person} leaves: retire them, or what they sign goes on to count"), on);
    let who = seen.administrators.iter().filter(|id| *id != person).cloned().collect();
    let source = "002 §5.2.4; our rule: who departs is retired".to_owned();
    Item { who, source, ..item.settled_by(format!("casefile person retire {person}")) }
}

/// One line for each person whose last day passed while they still hold the newest key of a folder: before
/// everything else on the list.
fn overstayed(seen: &InClear, today: NaiveDate) -> Vec<Item> {
    let mut people: BTreeMap<&PersonId, Vec<&Overstay>> = BTreeMap::new();
    for over in seen.overstays.iter().filter(|it| it.until < today) {
        people.entry(&over.reader).or_default().push(over);
    }
    let item = |(person, folders): (&PersonId, Vec<&Overstay>)| {
        let on = folders.iter().map(|it| it.until).min()?;
        let folder = if folders.len() == 1 { "folder" } else { "folders" };
        let what = format!(
            "the last day of {person} passed, and they still hold the keys of {} {folder}",
            folders.len()
        );
        let mut who: Vec<PersonId> = folders.iter().filter_map(|it| it.supervisor.clone()).collect();
        who.extend(seen.administrators.iter().cloned());
        who.retain(|id| id != person);
        who.sort();
        who.dedup();
        let settle = match seen.handovers.get(person) {
            Some(handover) => format!("casefile handover revoke {handover}"),
            None => format!("casefile rekey --for {person} --deep"),
        };
        let unit = (folders.len() == 1).then(|| folders[0].unit.clone());
        let source = "002 §5.2.4: access ends on the last day".to_owned();
        let item = Item::by_record(what, on).settled_by(settle);
        Some(Item { who, unit, source, first: true, notice_from: Some(on), ..item })
    };
    people.into_iter().filter_map(item).collect()
}

/// The next step of the disposal of a folder that has been kept long enough.
fn disposal(seen: &InClear, case: &Retained) -> Item {
    let unit = &case.unit;
    let (what, settle) = match case.next {
        NextStep::Propose => (
            "kept as long as the policy says: dispose of it or set a hold",
            format!("propose {unit} --reason …"),
        ),
        NextStep::Approve => ("disposal proposed: another person approves", format!("approve {unit}")),
        NextStep::Run => ("disposal approved: carry it out", format!("run {unit}")),
    };
    let item = Item::by_record(what, case.ended).settled_by(format!("casefile dispose {settle}"));
    let mut who: Vec<PersonId> = case.supervisor.iter().chain(&seen.administrators).cloned().collect();
    who.sort();
    who.dedup();
    let (rule, source) = (Some(case.rule.clone()), "the agency's retention policy".to_owned());
    Item { who, unit: Some(unit.clone()), rule, source, ..item }
}
