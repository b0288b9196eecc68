//! The state of a folder, and how concurrent entries add up.

use super::entry::{Entry, Reader, Team};
use super::graph::{Frontier, Graph};
use super::name::Day;
use super::op::Op;
use crate::names::{Digest, PersonId, Status, Unit};
use crate::seal::Recipient;

/// A status and its business dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The status, none in office folders.
    pub status: Option<Status>,
    /// Since when.
    pub since: Option<Day>,
    /// Until when, of an aged-out case.
    pub until: Option<Day>,
}

/// What every entry repeats: the state after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The label without status code.
    pub label: Unit,
    /// Status and dates.
    pub standing: Standing,
    /// Manager and supervisor.
    pub team: Option<Team>,
    /// Who can open the folder.
    pub readers: Vec<Reader>,
    /// What is sealed from now on is sealed to this key.
    pub key: Recipient,
    /// The key envelope.
    pub envelope: Digest,
}

impl State {
    /// The reader of this id, with an end date not before `day`.
    pub fn reader(&self, id: &PersonId, day: Day) -> Option<&Reader> {
        self.readers.iter().find(|reader| reader.id == *id && reader.until.is_none_or(|until| until >= day))
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Access {
    pub(super) readers: Vec<Reader>,
    pub(super) key: Recipient,
    pub(super) envelope: Digest,
}

/// How far a disposal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Stage {
    /// Nobody proposed one, or it was cancelled.
    #[default]
    None,
    /// Proposed, waiting for another person.
    Proposed,
    /// Approved by another person.
    Approved,
    /// Decided and void since, because something came beside or after the decision: as good as approved.
    Void,
    /// Decided; destruction waits for its time.
    Decided,
    /// Objects and keys are gone.
    Destroyed,
}

/// Who set something that another person must answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Set<T> {
    pub(super) value: T,
    pub(super) by: Vec<PersonId>,
}

/// Everything entries set, with concurrent settings kept apart.
#[derive(Debug, Clone, Default)]
pub(super) struct Aspects {
    label: Frontier<Unit>,
    standing: Frontier<Standing>,
    team: Frontier<Option<Team>>,
    access: Frontier<Access>,
    amended: Frontier<usize>,
    pub(super) hold: Frontier<Set<bool>>,
    pub(super) disposal: Frontier<Set<Stage>>,
}

impl Aspects {
    /// Adds what another branch knows.
    pub(super) fn join(&mut self, other: &Self, graph: &Graph) {
        self.label.join(&other.label, graph);
        self.standing.join(&other.standing, graph);
        self.team.join(&other.team, graph);
        self.access.join(&other.access, graph);
        self.amended.join(&other.amended, graph);
        self.hold.join(&other.hold, graph);
        self.disposal.join(&other.disposal, graph);
    }

    /// Sets what the operation of a valid entry changes.
    pub(super) fn apply(&mut self, entry: &Entry, at: usize) {
        let state = || entry.state();
        let held = |value| Set { value, by: entry.signers.clone() };
        let reached = |value| Set { value, by: entry.signers.clone() };
        if !matches!(entry.op, Op::Dispose | Op::Destroyed) {
            self.void_decision();
        }
        match entry.op {
            Op::Admit => {
                let state = state();
                self.label.set(at, state.label.clone());
                self.standing.set(at, state.standing);
                self.team.set(at, state.team.clone());
                self.set_access(at, state);
            }
            Op::Move | Op::Extend => self.standing.set(at, state().standing),
            Op::Team => self.team.set(at, state().team),
            Op::Readers | Op::Key => self.set_access(at, state()),
            Op::Relabel => self.label.set(at, state().label),
            Op::Resolve => {
                let state = state();
                self.standing.set(at, state.standing);
                self.team.set(at, state.team);
                self.amended.set(at, at);
            }
            Op::Amend => self.amended.set(at, at),
            Op::Hold => self.hold.set(at, held(true)),
            Op::Release => self.hold.set(at, held(false)),
            Op::ProposeDisposal => self.disposal.set(at, reached(Stage::Proposed)),
            Op::ApproveDisposal => self.disposal.set(at, reached(Stage::Approved)),
            Op::CancelDisposal => self.disposal.set(at, reached(Stage::None)),
            Op::Dispose => self.disposal.set(at, reached(Stage::Decided)),
            Op::Destroyed => self.disposal.set(at, reached(Stage::Destroyed)),
            Op::File | Op::Review | Op::Withdraw | Op::Give | Op::Remark | Op::Unknown(_) => {}
        }
    }

    fn set_access(&mut self, at: usize, state: State) {
        let State { readers, key, envelope, .. } = state;
        self.access.set(at, Access { readers, key, envelope });
    }

    /// The state that all of it gives, or `None` before the first entry.
    ///
    /// Concurrent moves give the status earliest of open, inactive, aged-out, closed, so that no
    /// service and no retention is shortened; concurrent key changes leave only readers whom all of
    /// them keep.
    pub(super) fn state(&self) -> Option<State> {
        let access = self.access.first()?;
        Some(State {
            label: self.label.first()?.clone(),
            standing: *self.standing.values().min_by(|a, b| earliest(a, b))?,
            team: self.team.first()?.clone(),
            readers: self.common_readers(),
            key: access.key.clone(),
            envelope: access.envelope,
        })
    }

    fn common_readers(&self) -> Vec<Reader> {
        let mut readers = self.access.first().map(|access| access.readers.clone()).unwrap_or_default();
        for access in self.access.values() {
            readers.retain_mut(|reader| match access.readers.iter().find(|other| other.id == reader.id) {
                Some(other) => {
                    reader.until = [reader.until, other.until].into_iter().flatten().min();
                    true
                }
                None => false,
            });
        }
        readers
    }

    /// The concurrent settings of status and dates, the one that stands first.
    pub(super) fn standings(&self) -> Vec<Standing> {
        let mut standings: Vec<Standing> = self.standing.values().copied().collect();
        standings.sort_by(earliest);
        standings
    }

    /// The concurrent settings of the team, the one that stands first.
    pub(super) fn teams(&self) -> Vec<Team> {
        self.team.values().flatten().cloned().collect()
    }

    /// A decision stands only while it is the one head: whatever comes beside it or after it, but for the
    /// destruction, is a sign of life.
    pub(super) fn void_decision(&mut self) {
        #[cfg(test)]
        if crate::sown::is(crate::sown::Fault::VoidDisposeExecuted) {
            return;
        }
        self.disposal.change(|set| {
            if set.value == Stage::Decided {
                set.value = Stage::Void;
            }
        });
    }

    pub(super) fn is_held(&self) -> bool {
        self.hold.values().any(|hold| hold.value)
    }

    pub(super) fn stage(&self) -> Stage {
        let stages = || self.disposal.values().map(|disposal| disposal.value);
        // What is destroyed stays destroyed, whatever else arrives.
        let destroyed = stages().find(|stage| *stage == Stage::Destroyed);
        destroyed.or_else(|| stages().min()).unwrap_or_default()
    }

    pub(super) fn forks(&self) -> Forks {
        Forks {
            label: self.label.is_forked(),
            standing: self.standing.is_forked(),
            team: self.team.is_forked(),
            access: self.access.is_forked(),
            amended: self.amended.len() > 1,
        }
    }
}

/// Which settings concurrent entries left open.
#[allow(clippy::struct_excessive_bools)]
pub(super) struct Forks {
    pub(super) label: bool,
    pub(super) standing: bool,
    pub(super) team: bool,
    pub(super) access: bool,
    pub(super) amended: bool,
}

/// Earlier status first; of the same status the later end, then the later start.
fn earliest(a: &Standing, b: &Standing) -> std::cmp::Ordering {
    a.status.cmp(&b.status).then(b.until.cmp(&a.until)).then(b.since.cmp(&a.since))
}
