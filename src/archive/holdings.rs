//! Who can open what: from the history which generations a person ever received, and by opening what
//! those generations still open.

use super::case::Case;
use super::open::Archive;
use super::rekey::today;
use super::unlocked::OpenCase;
use crate::clock::Clock;
use crate::error::{Class, Result};
use crate::log::{Escrow, Holder, Reader};
use crate::names::{PersonId, Unit};
use crate::seal::{Identity, Recipient, object};
use std::collections::HashMap;

/// What everybody holds of one folder.
#[derive(Debug, Clone)]
pub struct Holdings {
    /// The folder.
    pub unit: Unit,
    /// Every generation of its key, oldest first.
    pub generations: Vec<Recipient>,
    /// Everybody who is or was a reader: readers first, then by id.
    pub people: Vec<Holding>,
    /// Every escrow identity that can open it or once could.
    pub escrows: Vec<EscrowHolding>,
    /// How many objects stand.
    pub objects: usize,
    /// How many of them are missing, damaged or sealed to no generation that the caller has; `None` where
    /// the caller cannot open the folder.
    pub unknown: Option<usize>,
}

/// What an escrow identity holds of one folder.
#[derive(Debug, Clone)]
pub struct EscrowHolding {
    /// The identity.
    pub escrow: Escrow,
    /// Whether the folder's envelope is sealed to it now.
    pub reads: bool,
    /// As [`Holding::received`].
    pub received: Vec<usize>,
    /// As [`Holding::objects`].
    pub objects: Option<usize>,
}

/// What one person holds of one folder.
#[derive(Debug, Clone)]
pub struct Holding {
    /// The person.
    pub person: PersonId,
    /// Their place among the readers, where they are one.
    pub reader: Option<Reader>,
    /// Whether they read today.
    pub standing: Standing,
    /// The generations they ever received, by their place in [`Holdings::generations`] from 1.
    pub received: Vec<usize>,
    /// How many objects that stand are sealed to one of these, found by opening them; `None` where the
    /// caller cannot open the folder.
    pub objects: Option<usize>,
}

/// Whether a person reads a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They do.
    Reads,
    /// Their last day has passed; the next new key leaves them out.
    Ended,
    /// They are a reader by the history, but gone from the staff or without a role that reads.
    Left,
    /// They did once.
    Former,
}

impl Archive {
    /// Who can open a folder, who once could, and what of it that still opens. The first needs no key;
    /// the last is found with the key of `by`, where they read the folder.
    ///
    /// It speaks of this archive: copies that somebody took cannot be counted.
    ///
    /// # Errors
    /// As [`Archive::case`]; the store's errors.
    pub fn holdings(&self, unit: &Unit, by: Option<&Identity>, clock: &Clock) -> Result<Holdings> {
        let case = self.case(unit)?;
        let generations = case.thread().generations();
        let holders = case.thread().holders();
        let (escrows, escrow_holders) = (case.escrows.clone(), case.thread().escrow_holders(self.roster()));
        let objects = case.live().count();
        let readers = case.state().readers.clone();
        let standing: Vec<Standing> =
            holders.iter().map(|holder| self.standing(&case, &holder.id, clock)).collect();
        let sealed = match by.map(|by| self.open_case(case, by)) {
            None => None,
            Some(Err(e)) if e.class() == Class::Access => None,
            Some(open) => Some(count(&open?)?),
        };
        let of = |(holder, standing): (Holder, Standing)| Holding {
            reader: readers.iter().find(|reader| reader.id == holder.id).cloned(),
            standing,
            received: numbers(&holder.generations, &generations),
            objects: sealed.as_ref().map(|sealed| sealed.opened_by(&holder.generations)),
            person: holder.id,
        };
        let mut people: Vec<Holding> = holders.into_iter().zip(standing).map(of).collect();
        people.sort_by_key(|holding| holding.reader.is_none());
        let of_escrow = |(escrow, keys): (Escrow, Vec<Recipient>)| EscrowHolding {
            reads: escrows.contains(&escrow),
            received: numbers(&keys, &generations),
            objects: sealed.as_ref().map(|sealed| sealed.opened_by(&keys)),
            escrow,
        };
        let escrows = escrow_holders.into_iter().map(of_escrow).collect();
        let unknown = sealed.map(|sealed| sealed.unknown);
        Ok(Holdings { unit: unit.clone(), generations, people, escrows, objects, unknown })
    }

    fn standing(&self, case: &Case, id: &PersonId, clock: &Clock) -> Standing {
        let Some(reader) = case.state().readers.iter().find(|reader| reader.id == *id) else {
            return Standing::Former;
        };
        let person = self.roster().now().active(id);
        match person.filter(|person| case.unit().is_office() || person.may_read_cases()) {
            None => Standing::Left,
            Some(_) if reader.until.is_some_and(|until| until < today(clock)) => Standing::Ended,
            Some(_) => Standing::Reads,
        }
    }
}

/// To how many objects each generation is the key.
struct Sealed {
    by_generation: HashMap<Recipient, usize>,
    unknown: usize,
}

impl Sealed {
    fn opened_by(&self, generations: &[Recipient]) -> usize {
        generations.iter().filter_map(|generation| self.by_generation.get(generation)).sum()
    }
}

fn count(open: &OpenCase<'_>) -> Result<Sealed> {
    let mut sealed = Sealed { by_generation: HashMap::new(), unknown: 0 };
    for live in open.case.live() {
        let found = open.sealed_bytes(&live.added.h).and_then(|bytes| object::sealed_to(&bytes, &open.keys));
        match found {
            Ok(generation) => *sealed.by_generation.entry(generation).or_default() += 1,
            Err(e) if e.class() == Class::Unexpected => return Err(e),
            Err(_) => sealed.unknown += 1,
        }
    }
    Ok(sealed)
}

fn numbers(received: &[Recipient], all: &[Recipient]) -> Vec<usize> {
    let place = |one: &Recipient| all.iter().position(|other| other == one).map(|at| at + 1);
    let mut numbers: Vec<usize> = received.iter().filter_map(place).collect();
    numbers.sort_unstable();
    numbers
}
