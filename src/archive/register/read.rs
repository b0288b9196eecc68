//! Reading the registers of an archive.

use super::super::files::Odd;
use super::super::open::Archive;
use super::super::place::Name;
use super::{REGISTER, register_path};
use crate::error::{Class, Result};
use crate::log::checkpoint::{BATCH_LIMIT_BYTES, CHECKPOINT_LIMIT_BYTES, Cosignature, parse_batch};
use crate::log::register::{Batches, Register, Wanted};
use crate::log::{Checkpoint, Foreign, Leaf, NoteName, Roster};
use crate::names::{Digest, PersonId};
use crate::store::{Object, Store};
use std::collections::{BTreeMap, BTreeSet};

/// What a file of a register is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum RegisterFile {
    /// `.note`
    Checkpoint,
    /// `.json`
    Batch,
    /// `.cosig`
    Cosignatures,
}

impl RegisterFile {
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Checkpoint => "note",
            Self::Batch => "json",
            Self::Cosignatures => "cosig",
        }
    }

    /// Reads `<size>-<h>.note`, `.json` or `.cosig`.
    pub(in super::super) fn parse(file: &str) -> Option<(NoteName, Self)> {
        let (stem, ending) = file.rsplit_once('.')?;
        let all = [Self::Checkpoint, Self::Batch, Self::Cosignatures];
        let kind = all.into_iter().find(|kind| kind.ending() == ending)?;
        Some((stem.parse().ok()?, kind))
    }
}

/// All registers of an archive, judged.
#[derive(Default)]
pub(in super::super) struct Registers {
    pub(super) by_person: BTreeMap<PersonId, Register>,
    /// Cosignatures by registrar and size.
    pub(super) cosignatures: Vec<(PersonId, NoteName, Vec<Cosignature>)>,
    /// Files whose bytes are not those that their name says.
    pub(super) broken: Vec<Odd>,
    /// Files in no valid form.
    pub(super) foreign: Vec<Odd>,
    /// Folders that may not be read: unknown, not empty.
    pub(super) denied: Vec<String>,
}

#[derive(Default)]
struct Parts {
    checkpoints: Vec<Checkpoint>,
    batches: Batches,
}

impl Registers {
    /// Reads and judges all registers.
    ///
    /// # Errors
    /// The store's, where `register/` may not be read.
    pub(in super::super) fn read(store: &dyn Store, roster: &Roster) -> Result<Self> {
        Self::read_below(store, roster, &[REGISTER.to_owned()])
    }

    /// Reads and judges what lies in some folders only: whole registers.
    fn read_below(store: &dyn Store, roster: &Roster, folders: &[String]) -> Result<Self> {
        let mut read = Self::default();
        let mut parts: BTreeMap<PersonId, Parts> = BTreeMap::new();
        for folder in folders {
            let listing = match store.list(folder) {
                Ok(listing) => listing,
                Err(e) if e.class() == Class::Access => {
                    read.denied.push(folder.clone());
                    continue;
                }
                Err(e) => return Err(e),
            };
            read.denied.extend(listing.denied);
            for Object { name: path, .. } in listing.objects {
                let Name::Register(person, name, kind) = Name::parse(&path) else { continue };
                let Some(bytes) = read.bytes(store, &path, &name, kind)? else { continue };
                let of_person = parts.entry(person.clone()).or_default();
                if let Err(reason) = read.take(of_person, person, name, kind, &bytes, &roster.root().id()) {
                    read.foreign.push(Odd { path, reason });
                }
            }
        }
        for (person, Parts { checkpoints, batches }) in parts {
            let register = Register::fold(&person, checkpoints, &batches, roster);
            read.by_person.insert(person, register);
        }
        Ok(read)
    }

    /// The bytes of one file, none where they are not those that its name says.
    fn bytes(
        &mut self,
        store: &dyn Store,
        path: &str,
        name: &NoteName,
        kind: RegisterFile,
    ) -> Result<Option<Vec<u8>>> {
        let limit = if kind == RegisterFile::Batch { BATCH_LIMIT_BYTES } else { CHECKPOINT_LIMIT_BYTES };
        let reason = match store.read(path, limit as u64) {
            Ok(bytes) if Digest::of(&bytes) == name.hash => return Ok(Some(bytes)),
            Ok(_) => "its bytes are not those that its name says".to_owned(),
            Err(e) if e.class() == Class::Damage => e.to_string(),
            Err(e) => return Err(e),
        };
        self.broken.push(Odd { path: path.to_owned(), reason });
        Ok(None)
    }

    /// Puts a file where it belongs, or says why it is foreign.
    fn take(
        &mut self,
        parts: &mut Parts,
        person: PersonId,
        name: NoteName,
        kind: RegisterFile,
        bytes: &[u8],
        archive: &Digest,
    ) -> std::result::Result<(), String> {
        match kind {
            RegisterFile::Checkpoint => {
                let checkpoint = Checkpoint::parse(bytes, archive, &person).map_err(|f| f.to_string())?;
                if checkpoint.name() != name {
                    return Err(Foreign::Name.to_string());
                }
                parts.checkpoints.push(checkpoint);
            }
            RegisterFile::Batch => {
                let leaves = parse_batch(bytes).ok_or("its lines are not the leaves of a register")?;
                parts.batches.insert(name, leaves);
            }
            RegisterFile::Cosignatures => {
                let lines = Cosignature::parse_all(bytes, archive).ok_or("its lines are no cosignatures")?;
                self.cosignatures.push((person, name, lines));
            }
        }
        Ok(())
    }

    /// Every register.
    pub(in super::super) fn all(&self) -> impl Iterator<Item = &Register> {
        self.by_person.values()
    }

    /// Folders that may not be read: unknown, not empty.
    pub(in super::super) fn denied(&self) -> &[String] {
        &self.denied
    }

    /// One person's register; an empty one where they have none.
    pub(super) fn of(&self, person: &PersonId, roster: &Roster) -> Register {
        let empty = || Register::fold(person, Vec::new(), &Batches::new(), roster);
        self.by_person.get(person).cloned().unwrap_or_else(empty)
    }

    /// The heads of folders that all registers name.
    pub(in super::super) fn wanted(&self, roster: &Roster) -> Wanted {
        let mut wanted = Wanted::default();
        self.by_person.values().for_each(|register| wanted.add(register, roster));
        wanted
    }

    /// Heads of the staff log that a register names and the staff log has not.
    pub(in super::super) fn missing_staff(&self, roster: &Roster) -> BTreeSet<NoteName> {
        let leaves = self.by_person.values().flat_map(Register::leaves);
        let staff = leaves.filter(|(_, leaf)| leaf.folder == crate::log::Registered::Staff);
        let named = staff.flat_map(|(_, leaf)| leaf.heads.iter().copied());
        let known = |head: &NoteName| roster.at(&[*head]).is_some() || roster.doubles().contains(head);
        named.filter(|head| !known(head) && !roster.is_given_up(head)).collect()
    }

    /// The leaves under a sound checkpoint, named `nora/00000007-<h>`.
    pub(super) fn named(&self, checkpoint: &str) -> Option<Vec<&Leaf>> {
        let (person, name) = checkpoint.split_once('/')?;
        let person: PersonId = person.parse().ok()?;
        self.by_person.get(&person)?.covered_by(&name.parse().ok()?)
    }

    /// Whether one person's register is sound and has this checkpoint.
    pub(in super::super) fn reaches(&self, person: &PersonId, checkpoint: &NoteName) -> bool {
        let sound = self.by_person.get(person).filter(|register| register.faults().is_empty());
        sound.is_some_and(|register| register.covered_by(checkpoint).is_some())
    }

    /// The first thing wrong with one person's register: its path and why.
    pub(super) fn first_fault(&self, person: &PersonId) -> Option<(String, String)> {
        let folder = format!("{REGISTER}/{person}/");
        let odd = self.broken.iter().find(|odd| odd.path.starts_with(&folder));
        if let Some(odd) = odd {
            return Some((odd.path.clone(), odd.reason.clone()));
        }
        let (name, fault) = self.by_person.get(person)?.faults().first()?;
        Some((register_path(person, name, RegisterFile::Checkpoint), fault.to_string()))
    }
}

/// Tells a roster what the checkpoints cover that its retirements name.
///
/// # Errors
/// The store's, where a retirement names a checkpoint and `register/` may not be read.
pub(in super::super) fn cover(store: &dyn Store, roster: &mut Roster) -> Result<()> {
    let named = roster.registered();
    if named.is_empty() {
        return Ok(());
    }
    // Every command does this once somebody has left: it reads no other registers than those named.
    let people = named.iter().filter_map(|(_, name)| name.split_once('/')?.0.parse::<PersonId>().ok());
    let folders: BTreeSet<String> = people.map(|person| format!("{REGISTER}/{person}")).collect();
    let registers = Registers::read_below(store, roster, &folders.into_iter().collect::<Vec<_>>())?;
    for (note, checkpoint) in named {
        if let Some(leaves) = registers.named(&checkpoint) {
            roster.cover(&note, &leaves);
        }
    }
    Ok(())
}

impl Archive {
    /// Reads and judges all registers.
    pub(in super::super) fn registers(&self) -> Result<Registers> {
        Registers::read(self.store.as_ref(), self.roster())
    }
}
