//! Who may write which entry: the one table, checked at every read.
//!
//! The people, their roles and their keys are those of the roster that the entry cites; the readers and
//! the team are those its parents give.

use super::entry::Entry;
use super::name::Day;
use super::op::Op;
use super::roster::Staff;
use super::staff::Role;
use super::state::{Aspects, Set, Stage, State};
use crate::names::{PersonId, Status};
use std::fmt::Write as _;

/// One sort of person who may write an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody on the roster who is present and holds a role.
    ActivePerson,
    /// One of the readers the entry itself names, as manager or supervisor.
    FirstReader,
    /// The folder's supervisor.
    Supervisor,
    /// A reader of the folder, not past their last day.
    CurrentReader,
    /// An administrator.
    Administrator,
    /// An administrator, from aged-out to closed on its date and not otherwise.
    AdministratorOnTheDate,
}

impl Who {
    /// In words, for the documentation.
    pub fn words(self) -> &'static str {
        match self {
            Self::ActivePerson => "any active person",
            Self::FirstReader => "a manager or supervisor among the readers it names",
            Self::Supervisor => "the folder's supervisor",
            Self::CurrentReader => "a current reader",
            Self::Administrator => "an administrator",
            Self::AdministratorOnTheDate => "an administrator, from aged-out to closed on its date",
        }
    }
}

/// One row of the table: who may write these operations.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The operations.
    pub ops: &'static [Op],
    /// Any of these may sign.
    pub who: &'static [Who],
    /// Whether it must be another person than the one whose entry it answers.
    pub another: bool,
}

/// Who may do what in a folder.
pub const TABLE: [Rule; 7] = [
    Rule { ops: &[Op::File, Op::Remark], who: &[Who::ActivePerson], another: false },
    Rule { ops: &[Op::Admit], who: &[Who::FirstReader], another: false },
    Rule { ops: &[Op::Review], who: &[Who::Supervisor], another: false },
    Rule {
        ops: &[
            Op::Amend,
            Op::Withdraw,
            Op::Extend,
            Op::Team,
            Op::Readers,
            Op::Relabel,
            Op::Give,
            Op::Resolve,
            Op::Key,
        ],
        who: &[Who::CurrentReader],
        another: false,
    },
    Rule { ops: &[Op::Move], who: &[Who::CurrentReader, Who::AdministratorOnTheDate], another: false },
    Rule {
        ops: &[Op::Hold, Op::ProposeDisposal, Op::CancelDisposal, Op::Dispose, Op::Destroyed],
        who: &[Who::CurrentReader, Who::Administrator],
        another: false,
    },
    Rule {
        ops: &[Op::Release, Op::ApproveDisposal],
        who: &[Who::CurrentReader, Who::Administrator],
        another: true,
    },
];

/// The row of an operation; `None` for one of a later version, which any active person may sign.
pub fn rule(op: &Op) -> Option<&'static Rule> {
    TABLE.iter().find(|rule| rule.ops.contains(op))
}

/// The table as Markdown, for the documentation.
pub fn markdown() -> String {
    let mut text = String::from("| operation | who may sign it |\n|---|---|\n");
    for rule in &TABLE {
        let ops: Vec<String> = rule.ops.iter().map(|op| format!("`{op}`")).collect();
        let who: Vec<&str> = rule.who.iter().map(|who| who.words()).collect();
        let other = if rule.another { "; another person than the one it answers" } else { "" };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| {} | {}{other} |", ops.join(" "), who.join(", or "));
    }
    text
}

/// Whether the signers of `entry` may write it, given the state before it and the staff it cites.
///
/// Every signer is known to be active. One who may suffices.
///
/// # Errors
/// The words of the table for who may.
pub(super) fn allows(
    entry: &Entry,
    before: Option<&State>,
    aspects: &Aspects,
    staff: &Staff,
) -> Result<(), &'static str> {
    let Some(rule) = rule(&entry.op) else { return Ok(()) };
    #[cfg(test)]
    if crate::sown::is(crate::sown::Fault::AuthorityUnchecked) {
        return Ok(());
    }
    let fits = |id: &PersonId| rule.who.iter().any(|who| is(*who, id, entry, before, staff));
    if !entry.signers.iter().any(fits) {
        return Err(rule.who.first().map_or("nobody", |who| who.words()));
    }
    let answered = answered(&entry.op, aspects);
    if rule.another && entry.signers.iter().any(|id| answered.contains(&id)) {
        return Err("another person than the one it answers");
    }
    Ok(())
}

/// Who signed what the entry answers.
fn answered<'a>(op: &Op, aspects: &'a Aspects) -> Vec<&'a PersonId> {
    fn signers<'a, T: 'a>(of: impl Iterator<Item = &'a Set<T>>) -> Vec<&'a PersonId> {
        of.flat_map(|set| &set.by).collect()
    }
    match op {
        Op::Release => signers(aspects.hold.values().filter(|hold| hold.value)),
        Op::ApproveDisposal => {
            signers(aspects.disposal.values().filter(|disposal| disposal.value == Stage::Proposed))
        }
        _ => Vec::new(),
    }
}

fn is(who: Who, id: &PersonId, entry: &Entry, before: Option<&State>, staff: &Staff) -> bool {
    let day = Day(entry.time.day());
    let administrator = || staff.active(id).is_some_and(|person| person.has(Role::Administrator));
    let reader = |state: &State| state.reader(id, day).is_some();
    match who {
        Who::ActivePerson => true,
        Who::FirstReader => entry
            .readers
            .iter()
            .any(|reader| reader.id == *id && ["manager", "supervisor"].contains(&reader.capacity.as_str())),
        Who::Supervisor => before.is_some_and(|state| match &state.team {
            Some(team) => team.supervisor == *id,
            None => state.reader(id, day).is_some_and(|reader| reader.capacity.as_str() == "supervisor"),
        }),
        Who::CurrentReader => before.is_some_and(reader),
        Who::Administrator => administrator(),
        Who::AdministratorOnTheDate => {
            administrator() && before.is_some_and(|state| closes_on_its_date(state, entry, day))
        }
    }
}

/// Aged-out becomes closed on the day the time ends, signed on that day or later.
fn closes_on_its_date(before: &State, entry: &Entry, day: Day) -> bool {
    let end = before.standing.until;
    before.standing.status == Some(Status::AgedOut)
        && entry.status == Some(Status::Closed)
        && end.is_some()
        && entry.since == end
        && end.is_some_and(|end| end <= day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_stands_in_the_table_exactly_once() {
        for op in Op::ALL {
            assert_eq!(TABLE.iter().filter(|rule| rule.ops.contains(&op)).count(), 1, "{op}");
        }
    }

    #[test]
    fn the_table_prints_one_row_for_each_rule() {
        assert_eq!(markdown().lines().count(), TABLE.len() + 2);
        assert!(markdown().contains("| `admit` | a manager or supervisor among the readers it names |"));
    }
}
