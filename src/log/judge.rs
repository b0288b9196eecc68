//! Judging one entry whose parents are all valid.

use super::authority;
use super::entry::{ENTRY, Entry, LIMIT_ADDITIONS, Part, Reader};
use super::error::Fault;
use super::note::Note;
use super::op::Op;
use super::roster::{Roster, Staff};
use super::state::{Aspects, Stage, State};
use crate::names::{Digest, PersonId};
use std::collections::HashSet;

/// What an entry is judged against.
pub(super) struct Before<'a> {
    /// The staff log.
    pub(super) roster: &'a Roster,
    /// The folder's identity by its parents, `None` for a first entry.
    pub(super) folder: Option<Digest>,
    /// What the parents' entries set.
    pub(super) aspects: &'a Aspects,
    /// The state they give.
    pub(super) state: Option<State>,
    /// The parents.
    pub(super) parents: Vec<&'a Entry>,
}

/// The checks that need no parent: shape, sequence number, kind of place.
pub(super) fn shape(entry: &Entry) -> Result<(), Fault> {
    let first = entry.op == Op::Admit;
    let highest = entry.parents.iter().map(|parent| parent.seq).max();
    if entry.casefile != ENTRY || first != entry.parents.is_empty() || first != entry.folder.is_none() {
        return Err(Fault::Place);
    }
    if entry.seq != highest.map_or(0, |seq| seq + 1) {
        return Err(Fault::Seq);
    }
    let office = entry.label.is_office();
    let standing = entry.status.is_none() && entry.since.is_none() && entry.until.is_none();
    let plain = if office { standing } else { entry.status.is_some() && entry.since.is_some() };
    if !plain || office != entry.team.is_none() {
        return Err(Fault::State("status"));
    }
    let mut ids = HashSet::new();
    if entry.readers.is_empty() || !entry.readers.iter().all(|reader| ids.insert(&reader.id)) {
        return Err(Fault::State("readers"));
    }
    let mut names = HashSet::new();
    if entry.add.len() > LIMIT_ADDITIONS || !entry.add.iter().all(|added| names.insert(added.h)) {
        return Err(Fault::State("add"));
    }
    if !entry.drop.is_empty() && !entry.op.may_drop() && !matches!(entry.op, Op::Unknown(_)) {
        return Err(Fault::State("drop"));
    }
    Ok(())
}

/// Whether every signature line holds, by the keys of `staff`.
pub(super) fn signatures(note: &Note, entry: &Entry, staff: &Staff, archive: &Digest) -> Result<(), Fault> {
    for signer in &entry.signers {
        let key = staff.active(signer).map(|person| person.sign);
        if !key.is_some_and(|key| note.signed_by(signer, &key, archive)) {
            return Err(Fault::Signature(signer.to_string()));
        }
    }
    Ok(())
}

/// Place, authority and state; the signatures hold already.
pub(super) fn check(entry: &Entry, before: &Before<'_>, staff: &Staff) -> Result<(), Fault> {
    if entry.op != Op::Admit && entry.folder != before.folder {
        return Err(Fault::Place);
    }
    let descends = |parent: &&Entry| before.roster.descends(&entry.roster, &parent.roster);
    if !before.parents.iter().all(descends) {
        return Err(Fault::Staff);
    }
    authority::allows(entry, before.state.as_ref(), before.aspects, staff).map_err(Fault::Authority)?;
    own_change(entry, before)?;
    new_readers(entry, before.state.as_ref(), staff)?;
    stage(entry, before)
}

/// The state repeated must be the parents' state with what this operation may change.
fn own_change(entry: &Entry, before: &Before<'_>) -> Result<(), Fault> {
    let Some(parents) = &before.state else { return Ok(()) };
    let (old, new) = (parents, entry.state());
    let may = |ops: &[Op]| ops.contains(&entry.op);
    let same_status = old.standing.status == new.standing.status && old.standing.since == new.standing.since;
    let checks = [
        ("label", old.label == new.label || may(&[Op::Relabel])),
        ("status", same_status || may(&[Op::Move, Op::Resolve])),
        ("until", old.standing.until == new.standing.until || may(&[Op::Move, Op::Extend, Op::Resolve])),
        ("team", old.team == new.team || may(&[Op::Team, Op::Resolve])),
        ("readers", old.readers == new.readers || may(&[Op::Readers, Op::Key])),
        ("envelope", old.envelope == new.envelope || may(&[Op::Readers, Op::Key])),
        ("key", (old.key == new.key) != may(&[Op::Key])),
    ];
    match checks.iter().find(|(_, holds)| !holds) {
        Some((what, _)) => Err(Fault::State(what)),
        None => Ok(()),
    }
}

/// A reader who is new must be on the roster, and in a case hold a role other than administrator; a
/// generation is made by someone who stays.
fn new_readers(entry: &Entry, before: Option<&State>, staff: &Staff) -> Result<(), Fault> {
    let known = |reader: &Reader| before.is_some_and(|state| state.readers.iter().any(|r| r.id == reader.id));
    let fit = |reader: &Reader| {
        staff.active(&reader.id).is_some_and(|person| entry.label.is_office() || person.may_read_cases())
    };
    if !entry.readers.iter().all(|reader| known(reader) || fit(reader)) {
        return Err(Fault::State("readers"));
    }
    let stays = |signer: &PersonId| entry.readers.iter().any(|reader| reader.id == *signer);
    if matches!(entry.op, Op::Key | Op::Admit) && !entry.signers.iter().any(stays) {
        return Err(Fault::Authority("someone who stays a reader"));
    }
    Ok(())
}

/// The steps of a disposal come in their order; reviews and withdrawals name a document.
fn stage(entry: &Entry, before: &Before<'_>) -> Result<(), Fault> {
    let stage = before.aspects.stage();
    let fits = match entry.op {
        Op::ProposeDisposal => stage == Stage::None,
        Op::ApproveDisposal => stage == Stage::Proposed,
        Op::CancelDisposal => matches!(stage, Stage::Proposed | Stage::Approved | Stage::Void),
        Op::Dispose => matches!(stage, Stage::Approved | Stage::Void) && !before.aspects.is_held(),
        Op::Destroyed => stage == Stage::Decided,
        Op::Release => before.aspects.is_held(),
        Op::Review | Op::Withdraw => entry.add.iter().any(|added| added.r == Part::Reason),
        _ => true,
    };
    if fits { Ok(()) } else { Err(Fault::State("order of steps")) }
}
