//! Ending the leaver's access: on the last day or at once, whatever is missing.

use super::super::Desk;
use super::super::file::rendered;
use super::super::press::Press;
use super::{HandoverInHand, check_signer, matters, statement};
use crate::archive::{Holdings, Receipt, Rekey, TeamChange};
use crate::document::{AccessProof, Request};
use crate::error::{Class, Error, Result};
use crate::names::{PersonId, Unit};
use crate::record::model::HandoverMode;
use std::fmt::Write as _;

/// The kind of the receipt.
const RECEIPT: &str = "handover-receipt";

/// What became of one case or folder about the work.
pub struct Ended {
    /// The case or folder.
    pub unit: Unit,
    /// How many objects the leaver's keys opened before, of how many.
    pub before: (usize, usize),
    /// How many afterwards: none after everything was sealed anew.
    pub after: (usize, usize),
    /// Why it could not be done; the same command again goes on.
    pub failed: Option<Error>,
}

/// Ends the leaver's access to every case and folder of a handover: the successor takes the seat, and each gets
/// a new key, with everything sealed anew where `deep`. Proof of what the old keys open is filed in the
/// handover's folder. Run again, it goes on where it stopped.
///
/// Copies that somebody took cannot be recalled.
///
/// # Errors
/// `handover.signer` (access); those of opening the handover. A case that fails is told in its place.
pub fn end_access(desk: &Desk, unit: &Unit, deep: bool) -> Result<Vec<Ended>> {
    let mut hand = HandoverInHand::take(desk, unit)?.whole()?;
    let leaver = hand.record.leaver.id.clone();
    check_signer(desk, &leaver)?;
    let mut all = Vec::new();
    for passed in hand.record.cases.clone() {
        let to = &passed.to.id;
        all.push(end(desk, &passed.case, &leaver, to, &hand.how(deep, &reason(&leaver, Some(to))))?);
    }
    for passed in hand.record.matters.clone() {
        let to = passed.to.as_ref().map(|to| &to.id);
        all.push(end_matter(desk, &passed.folder, &leaver, to, &hand.how(deep, &reason(&leaver, to)))?);
    }
    let done = all.iter().all(|ended| ended.failed.is_none());
    if done && hand.record.access_ended.is_none() {
        let mut record = hand.record.clone();
        record.access_ended = Some(desk.clock.today());
        hand.write(desk, &record)?;
    }
    file_proof(desk, &hand, &all)?;
    Ok(all)
}

/// Ends the leaver's access to one case, and counts what their keys opened before and open after.
pub(super) fn end(desk: &Desk, unit: &Unit, leaver: &PersonId, to: &PersonId, how: &Rekey) -> Result<Ended> {
    ended(desk, unit, leaver, || end_case(desk, unit, leaver, to, how))
}

/// The same of a folder about the work, which may go to nobody.
pub(super) fn end_matter(
    desk: &Desk,
    unit: &Unit,
    leaver: &PersonId,
    to: Option<&PersonId>,
    how: &Rekey,
) -> Result<Ended> {
    ended(desk, unit, leaver, || {
        // Whether or not the successor can be let in: access ends.
        let let_in = to.map_or(Ok(()), |to| matters::let_in(desk, unit, to, &reason(leaver, Some(to))));
        end_reading(desk, unit, leaver, how)?;
        let_in
    })
}

/// Why access ends; sealed.
pub(super) fn reason(leaver: &PersonId, to: Option<&PersonId>) -> String {
    match to {
        Some(to) => format!("handover from {leaver} to {to}"),
        None => format!("handover of {leaver}"),
    }
}

fn ended(desk: &Desk, unit: &Unit, leaver: &PersonId, end: impl FnOnce() -> Result<()>) -> Result<Ended> {
    let before = opened(desk, unit, leaver)?;
    let failed = end().err();
    let after = opened(desk, unit, leaver)?;
    Ok(Ended { unit: unit.clone(), before, after, failed })
}

/// Makes the receipt of a handover whose access has ended and files it beside it: which cases went to whom, and
/// what the old keys open.
///
/// # Errors
/// Those of [`Press::make`] and of filing.
pub fn file_receipt(desk: &Desk, press: &Press, unit: &Unit, all: &[Ended]) -> Result<Receipt> {
    let hand = HandoverInHand::take(desk, unit)?;
    let proof = |it: &Ended| AccessProof { case: it.unit.clone(), before: it.before, after: it.after };
    let request = Request {
        proof: all.iter().map(proof).collect(),
        reference: Some(hand.folder.open.case().reference()),
        ..Request::on(desk.clock.today())
    };
    let made = press.make(&hand.folder.record, RECEIPT, &request)?;
    let document = rendered(&hand.folder.record, RECEIPT, &made);
    desk.archive.file(desk.identity, unit, &[document], &desk.clock)
}

/// Gives one case to the successor and ends the leaver's reading of it.
fn end_case(desk: &Desk, unit: &Unit, leaver: &PersonId, to: &PersonId, how: &Rekey) -> Result<()> {
    let case = desk.archive.case(unit)?;
    let team = case.state().team.clone();
    let seat = |holds: bool| holds.then(|| to.clone());
    let manager = seat(team.as_ref().is_some_and(|team| team.manager == *leaver));
    let supervisor = seat(team.as_ref().is_some_and(|team| team.supervisor == *leaver));
    if manager.is_some() || supervisor.is_some() {
        let change = TeamChange { manager, supervisor, custodian: false, how: how.clone() };
        return desk.archive.set_team(desk.identity, unit, &change, &desk.clock).map(drop);
    }
    end_reading(desk, unit, leaver, how)
}

/// Takes the leaver out of a folder's readers; where that was done and not all is sealed anew, goes on.
fn end_reading(desk: &Desk, unit: &Unit, leaver: &PersonId, how: &Rekey) -> Result<()> {
    let case = desk.archive.case(unit)?;
    if case.state().readers.iter().any(|reader| reader.id == *leaver) {
        desk.archive.remove_reader(desk.identity, unit, leaver, how, &desk.clock)?;
    } else if how.deep && case.had_key(leaver) && opened(desk, unit, leaver)?.0 > 0 {
        desk.archive.rekey(desk.identity, unit, how, &desk.clock)?;
    }
    Ok(())
}

/// How many objects of a case the keys that a person ever received open, and how many there are.
fn opened(desk: &Desk, unit: &Unit, person: &PersonId) -> Result<(usize, usize)> {
    let holdings: Holdings = match desk.archive.holdings(unit, Some(desk.identity), &desk.clock) {
        Ok(holdings) => holdings,
        Err(error) if error.class() == Class::Access => return Ok((0, 0)),
        Err(error) => return Err(error),
    };
    let one = holdings.people.iter().find(|one| one.person == *person);
    Ok((one.and_then(|one| one.objects).unwrap_or(0), holdings.objects))
}

/// Files who could open what before and after, and what the leaver reads beside it.
pub(super) fn file_proof(desk: &Desk, hand: &HandoverInHand, all: &[Ended]) -> Result<()> {
    let leaver = &hand.record.leaver.id;
    let mut text = format!("What the keys of {leaver} open, before and after {}:\n\n", desk.clock.today());
    for ended in all {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{}  before {} of {}  after {} of {}",
            ended.unit, ended.before.0, ended.before.1, ended.after.0, ended.after.1
        );
    }
    let others = still_read(desk, leaver)?;
    if !others.is_empty() {
        let others: Vec<String> = others.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "\n{leaver} still reads, beside these: {}", others.join(", "));
    }
    text.push_str("\nIt speaks of this archive: copies already taken cannot be recalled.\n");
    let title = format!("What the keys of {leaver} open");
    let document = statement("handover-proof", title, desk.clock.today(), text);
    desk.archive.file(desk.identity, hand.unit(), &[document], &desk.clock)?;
    Ok(())
}

/// The folders that a person reads now, cases and others.
pub(super) fn still_read(desk: &Desk, person: &PersonId) -> Result<Vec<Unit>> {
    let folders = desk.archive.cases()?.into_iter();
    let reads = |readers: &[crate::log::Reader]| readers.iter().any(|reader| reader.id == *person);
    Ok(folders.filter(|folder| reads(&folder.readers)).map(|folder| folder.unit).collect())
}

impl HandoverInHand<'_> {
    /// Whether the person is to be retired when all is done.
    pub fn retires(&self) -> bool {
        self.record.mode == HandoverMode::Departure
    }
}
