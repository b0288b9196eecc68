//! After a restored backup: giving up what is lost, signed by two people, so that work can go on.
//!
//! A client that remembers what a backup no longer holds stops writing, and rightly: the same picture is
//! that of an archive taken back by somebody. Two people look for what is lost on all other machines, and
//! say in a staff note exactly which notes and checkpoints nobody looks for any more. What comes back later
//! counts as before.

use super::error;
use super::files::Files;
use super::memory::{Of, Remembered};
use super::open::Archive;
use super::people;
use super::place::Name;
use super::proposal::Proposal;
use super::survey::Survey;
use crate::clock::Clock;
use crate::error::{Class, Error, Problem, Result};
use crate::log::{NoteName, Role, StaffNote, StaffOp, Time, Verdict, fold};
use crate::names::{Digest, PersonId, Unit};
use crate::seal::{DocId, Identity};
use crate::store::Store;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// How many names one note holds at most.
const MOST_NAMES: usize = 10_000;

/// What is given up, and why.
pub struct Restore {
    /// Who signs too: another person; one of the two is an administrator.
    pub with: PersonId,
    /// Why. The note holds only its hash.
    pub reason: String,
    /// The copies of the archive in which the lost notes were looked for.
    pub searched: Vec<PathBuf>,
}

/// What is remembered of a folder and does not lie there.
struct Gone {
    /// The heads that are remembered.
    heads: BTreeSet<NoteName>,
    names: Vec<NoteName>,
}

impl Archive {
    /// Proposes to give up what this client or a register knows and the archive has lost.
    ///
    /// # Errors
    /// `archive.nothing-lost`, `archive.no-reason`, `archive.two-people` (input); `archive.still-there`
    /// (input) where one of the copies holds what is lost; class *access* where `by` or the other is not
    /// active or neither is an administrator; the stores'.
    pub fn propose_restore(&self, by: &Identity, restore: &Restore, clock: &Clock) -> Result<Proposal> {
        if self.roster().is_beyond_us() {
            return Err(error::newer("a staff note"));
        }
        super::operations::check_reason(&restore.reason)?;
        self.check_two_people(by, &restore.with)?;
        let (heads, others) = self.lost()?;
        if heads.is_empty() {
            let message = "this client misses nothing that it has seen or a register names";
            return Err(error::bad_change("archive.nothing-lost", message, "there is nothing to accept"));
        }
        let more = others.difference(&heads).take(MOST_NAMES.saturating_sub(heads.len()));
        let lost: BTreeSet<NoteName> = heads.iter().chain(more).copied().collect();
        for copy in &restore.searched {
            let store = self.copy_in(copy)?;
            check_absent(&store, &lost, &self.id(), copy)?;
        }
        let reason = reason_line(&self.id(), &restore.reason)?;
        let mut draft = people::draft(self.roster(), StaffOp::AcceptRestore, Time::new(clock.now()));
        draft.signers = vec![by.id().clone(), restore.with.clone()];
        draft.lost = Some(lost.into_iter().collect());
        draft.reason = Some(Digest::of(reason.as_bytes()));
        Ok(Proposal::new(draft, Some(reason)))
    }

    /// Nobody gives up what lies in their own copy.
    pub(super) fn check_gone(&self, note: &StaffNote) -> Result<()> {
        let Some(lost) = &note.lost else { return Ok(()) };
        let here = self.location("");
        check_absent(self.store.as_ref(), &lost.iter().copied().collect(), &self.id(), &here)
    }

    fn check_two_people(&self, by: &Identity, other: &PersonId) -> Result<()> {
        let first = self.acting(by)?;
        let second = self.roster().now().active(other).ok_or_else(|| error::no_role(other))?;
        if first.id == second.id {
            let message = "two people sign this";
            return Err(error::bad_change("archive.two-people", message, "name another one with --with"));
        }
        if ![&first, &second].iter().any(|person| person.has(Role::Administrator)) {
            return Err(error::refused(&crate::log::Fault::Authority("two people, one an administrator")));
        }
        Ok(())
    }

    /// Heads that are lost, and everything else that is known to be lost with them.
    fn lost(&self) -> Result<(BTreeSet<NoteName>, BTreeSet<NoteName>)> {
        let mut heads: BTreeSet<NoteName> = self.staff.lost.iter().copied().collect();
        let mut others = BTreeSet::new();
        if !heads.is_empty() {
            let known = |name: &NoteName| self.roster().at(&[*name]).is_some();
            let verified = self.memory.recall(Of::Staff).verified.into_iter();
            others.extend(verified.filter(|name| !known(name)));
        }
        let gone: Vec<(Unit, Gone)> = self.gone()?;
        // All folders are looked through once for all of it, and not for each that lost something.
        let all: Vec<NoteName> = gone.iter().flat_map(|(_, gone)| gone.names.iter().copied()).collect();
        let holders = if all.is_empty() { BTreeSet::new() } else { self.holding(&all) };
        for (unit, gone) in gone {
            let lost = self.lost_beyond(&unit, gone.names, &holders);
            let is_head = |name: &NoteName| gone.heads.contains(name);
            if lost.iter().any(is_head) {
                let (of_heads, more): (Vec<_>, Vec<_>) = lost.into_iter().partition(is_head);
                heads.extend(of_heads);
                others.extend(more);
            }
        }
        heads.extend(self.registered_and_lost()?);
        Ok((heads, others))
    }

    /// What is remembered of each folder and does not lie there, where a head is among it.
    fn gone(&self) -> Result<Vec<(Unit, Gone)>> {
        let mut all = Vec::new();
        for unit in self.memory.units() {
            let Remembered { heads, verified, .. } = self.recall(&unit);
            let files = Files::read(self.store.as_ref(), &unit, &self.id())?;
            if let Some(place) = files.denied.first() {
                return Err(error::unknown_place(&unit, place));
            }
            let known: BTreeSet<NoteName> = heads.iter().chain(&verified).copied().collect();
            let is_gone = |name: &NoteName| !files.note_paths.contains_key(name);
            let names: Vec<NoteName> = known.into_iter().filter(is_gone).collect();
            if names.iter().any(|name| heads.contains(name)) {
                all.push((unit, Gone { heads, names }));
            }
        }
        Ok(all)
    }

    /// What registers name, and checkpoints that this client has seen, and that are not there.
    fn registered_and_lost(&self) -> Result<BTreeSet<NoteName>> {
        let registers = self.registers()?;
        let mut lost = registers.missing_staff(self.roster());
        for person in self.memory.registrars() {
            lost.extend(self.lost_checkpoints(&registers, &person));
        }
        let mut wanted = registers.wanted(self.roster());
        for unit in self.units()? {
            let files = Files::read(self.store.as_ref(), &unit, &self.id())?;
            if let Some(place) = files.denied.first() {
                return Err(error::unknown_place(&unit, place));
            }
            for thread in &fold(&unit, &files.notes, self.roster(), &self.recall(&unit).verified).threads {
                let known =
                    |head: &NoteName| !matches!(thread.verdict(head), None | Some(Verdict::Invalid(_)));
                lost.extend(wanted.take(&thread.folder, known).into_iter().map(|(head, _)| head));
            }
        }
        lost.extend(wanted.heads());
        Ok(lost)
    }
}

/// Refuses where a copy holds what is to be given up, or may not be read.
fn check_absent(store: &dyn Store, lost: &BTreeSet<NoteName>, archive: &Digest, copy: &Path) -> Result<()> {
    let (outside, units) = Survey::outside(store, &[])?;
    if let Some(place) = outside.denied.first() {
        return Err(error::unknown_register(place));
    }
    let registers = outside.registers.keys().filter_map(|path| match Name::parse(path) {
        Name::Register(_, name, _) => Some(name),
        _ => None,
    });
    let there = outside.staff.keys().copied().chain(registers);
    let mut found = there.filter(|name| lost.contains(name)).count();
    for unit in &units {
        let files = Files::read(store, unit, archive)?;
        if let Some(place) = files.denied.first() {
            return Err(error::unknown_register(place));
        }
        found += files.note_paths.keys().filter(|name| lost.contains(name)).count();
    }
    if found == 0 {
        return Ok(());
    }
    let copy = copy.display();
    let message = format!("{copy} still holds {found} of what would be given up");
    let problem = Problem::error("archive.still-there", message)
        .hint(format!("bring it back first: casefile settle --from {copy}"));
    Err(Error::new(Class::Input, problem))
}

/// The line whose hash stands in the note. The salt keeps a short reason from being guessed.
fn reason_line(archive: &Digest, text: &str) -> Result<String> {
    let salt = DocId::random()?.to_string();
    let line = serde_json::json!({
        "casefile": "reason/1", "archive": archive.to_string(), "op": "accept-restore", "salt": salt, "text": text,
    });
    Ok(line.to_string())
}
