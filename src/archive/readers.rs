//! Who reads a folder: temporary readers come and go, the team changes.

use super::cards::{Batch, Binding};
use super::error;
use super::open::Archive;
use super::rekey::{Access, Rekey, Rekeyed, today};
use super::unlocked::OpenCase;
use crate::clock::Clock;
use crate::error::Result;
use crate::log::{Day, Op, Person, Reader, Role, Team, Word};
use crate::names::{PersonId, Status, Unit};
use crate::seal::Identity;
use chrono::NaiveDate;

/// The capacities that only a change of the team gives.
const OF_THE_TEAM: [&str; 3] = ["manager", "supervisor", "custodian"];

/// A reader beside the team.
pub struct NewReader {
    /// The person.
    pub person: PersonId,
    /// In which capacity: a short word such as `shadow` or `cover`.
    pub capacity: String,
    /// Their last day, where there is one.
    pub until: Option<NaiveDate>,
    /// Why; sealed, for readers only.
    pub reason: String,
}

/// Another team.
pub struct TeamChange {
    /// The new case manager, where that changes.
    pub manager: Option<PersonId>,
    /// The new case supervisor, where that changes.
    pub supervisor: Option<PersonId>,
    /// Whether the new manager takes a closed case as its records custodian.
    pub custodian: bool,
    /// How the key changes where somebody ceases; its reason is the change's.
    pub how: Rekey,
}

impl Archive {
    /// Lets a person read a folder, or changes until when; the key stays, in a new envelope. A current
    /// reader signs.
    ///
    /// # Errors
    /// `archive.unusable-reader`, `archive.team-capacity`, `archive.bad-capacity`, `archive.bad-date`
    /// (input); otherwise as [`Archive::rekey`].
    pub fn add_reader(&self, by: &Identity, unit: &Unit, new: &NewReader, clock: &Clock) -> Result<Rekeyed> {
        let open = self.open_for_keys(by, unit, clock)?;
        let capacity = capacity(unit, &new.capacity)?;
        let person = self.usable(&new.person, unit)?;
        self.check_office_reader(&open, &person)?;
        check_reviewer(unit, &person, &capacity)?;
        if in_team(&open, &new.person) {
            return Err(error::of_the_team(&new.person, unit));
        }
        let until = new.until.map(Day);
        if until.is_some_and(|until| until < today(clock)) {
            let message = "the last day of the new reader has passed already";
            return Err(error::bad_change("archive.bad-date", message, "give today or a later day"));
        }
        let mut readers = open.case.state().readers.clone();
        readers.retain(|reader| reader.id != new.person);
        readers.push(Reader { id: new.person.clone(), capacity, until });
        let how = Rekey { reason: Some(new.reason.clone()), ..Rekey::default() };
        self.change_access(by, &open, Access { readers, new_key: false, how: &how }, clock)
    }

    /// Gives a reader, of the team too, a last day, which stands in clear: programs refuse to open the folder
    /// after it, and everybody sees that a new key is due then. A current reader signs.
    ///
    /// # Errors
    /// `archive.no-reader` (not found), `archive.bad-date`, `archive.two-readers` (input) where fewer than two
    /// readers without a last day would be left; otherwise as [`Archive::rekey`].
    pub fn limit_reader(
        &self,
        by: &Identity,
        unit: &Unit,
        (person, until): (&PersonId, NaiveDate),
        how: &Rekey,
        clock: &Clock,
    ) -> Result<Rekeyed> {
        let open = self.open_for_keys(by, unit, clock)?;
        let mut readers = open.case.state().readers.clone();
        let reader = readers.iter_mut().find(|reader| reader.id == *person);
        reader.ok_or_else(|| error::no_reader(person, unit))?.until = Some(Day(until));
        if Day(until) < today(clock) {
            let message = "the last day has passed already";
            return Err(error::bad_change(
                "archive.bad-date",
                message,
                "end the access with a new key instead",
            ));
        }
        if !unit.is_office() && self.living(&readers) < 2 {
            return Err(error::last_readers(person, std::slice::from_ref(unit)));
        }
        self.change_access(by, &open, Access { readers, new_key: false, how }, clock)
    }

    /// Ends a person's reading of a folder, with a new key. Another reader signs, who stays.
    ///
    /// # Errors
    /// `archive.two-readers` (input) where fewer than two living readers would be left in a case;
    /// `archive.of-the-team`, `archive.matter-among` (input) where none would be left of those of whom one reads
    /// every folder of its sort; `archive.no-reader` (not found); otherwise as [`Archive::rekey`].
    pub fn remove_reader(
        &self,
        by: &Identity,
        unit: &Unit,
        person: &PersonId,
        how: &Rekey,
        clock: &Clock,
    ) -> Result<Rekeyed> {
        let open = self.open_for_keys(by, unit, clock)?;
        let mut readers = open.case.state().readers.clone();
        if !readers.iter().any(|reader| reader.id == *person) {
            return Err(error::no_reader(person, unit));
        }
        readers.retain(|reader| reader.id != *person);
        if !unit.is_office() && self.living(&readers) < 2 {
            return Err(error::last_readers(person, std::slice::from_ref(unit)));
        }
        if in_team(&open, person) {
            return Err(error::of_the_team(person, unit));
        }
        self.check_among(&open, person, &readers)?;
        self.change_access(by, &open, Access { readers, new_key: true, how }, clock)
    }

    /// Changes manager, supervisor or both. Who joins the team becomes a reader, who leaves it ceases to
    /// be one, with a new key. A reader signs who stays.
    ///
    /// Two entries: the key, then the team. Between them the new readers can read; the same call again
    /// finishes it.
    ///
    /// # Errors
    /// `archive.two-readers`, `archive.unusable-reader`, `archive.custodian`, `archive.office`,
    /// `archive.same-team` (input); otherwise as [`Archive::rekey`].
    pub fn set_team(
        &self,
        by: &Identity,
        unit: &Unit,
        change: &TeamChange,
        clock: &Clock,
    ) -> Result<Rekeyed> {
        let open = self.open_for_keys(by, unit, clock)?;
        let team = self.new_team(&open, change)?;
        let readers = team_readers(&open, &team, change)?;
        let changes = readers != open.case.state().readers;
        if !changes && open.case.state().team.as_ref() == Some(&team) {
            let message = format!("this is the team of {unit} already");
            return Err(error::bad_change("archive.same-team", message, "nothing was written"));
        }
        let how = Rekey { deep: false, ..change.how.clone() };
        let ceases = |reader: &Reader| !readers.iter().any(|other| other.id == reader.id);
        let how = if open.case.state().readers.iter().any(ceases) { &change.how } else { &how };
        let done = if changes {
            let access = Access { readers, new_key: false, how };
            Some(self.change_access(by, &open, access, clock)?)
        } else {
            None
        };
        let receipt = self.sign_team(by, unit, team, change.how.reason.as_deref(), clock)?;
        let kept = || Rekeyed {
            receipt: receipt.clone(),
            new_key: false,
            resealed: 0,
            ceased: Vec::new(),
            unfinished: Vec::new(),
        };
        let done = done.unwrap_or_else(kept);
        Ok(Rekeyed { receipt, ..done })
    }

    fn new_team(&self, open: &OpenCase<'_>, change: &TeamChange) -> Result<Team> {
        let unit = open.case.unit();
        let Some(mut team) = open.case.state().team.clone() else {
            let message = format!("{unit} is a folder about the work and has no team");
            let hint = "`casefile reader add` and `casefile reader remove` change its readers";
            return Err(error::bad_change("archive.office", message, hint));
        };
        if let Some(manager) = &change.manager {
            let person = self.usable(manager, unit)?;
            check_custodian(&person, open, change.custodian)?;
            team.manager = manager.clone();
        }
        if let Some(supervisor) = &change.supervisor {
            self.usable(supervisor, unit)?;
            team.supervisor = supervisor.clone();
        }
        if team.manager == team.supervisor {
            return Err(error::two_readers(unit));
        }
        Ok(team)
    }

    fn sign_team(
        &self,
        by: &Identity,
        unit: &Unit,
        team: Team,
        reason: Option<&str>,
        clock: &Clock,
    ) -> Result<super::filing::Receipt> {
        let case = self.writable(by, unit)?;
        let mut entry = self.next(&case, Op::Team, by, clock)?;
        entry.team = Some(team);
        let key = entry.key.clone();
        let mut batch = Batch::default();
        if let Some(reason) = reason {
            let to = Binding { archive: self.id(), folder: Some(case.folder_id()), key: &key };
            batch.seal_reason("team", reason, &to)?;
        }
        entry.add.clone_from(&batch.add);
        self.commit(by, &entry, Some(&case), &batch, Vec::new())
    }

    /// A person who may become a reader of this folder.
    fn usable(&self, id: &PersonId, unit: &Unit) -> Result<Person> {
        let person = self.roster().now().active(id);
        let person = person.filter(|person| unit.is_office() || person.may_read_cases());
        person.ok_or_else(|| {
            if unit.is_office() { error::unusable_office_reader(id) } else { error::unusable_reader(id) }
        })
    }

    /// How many of these can read for good: on the roster, in a role that reads, without a last day.
    pub(super) fn living(&self, readers: &[Reader]) -> usize {
        let staff = self.roster().now();
        let lives = |reader: &&Reader| {
            reader.until.is_none() && staff.active(&reader.id).is_some_and(|person| person.may_read_cases())
        };
        readers.iter().filter(lives).count()
    }
}

fn in_team(open: &OpenCase<'_>, id: &PersonId) -> bool {
    open.case.state().team.as_ref().is_some_and(|team| team.manager == *id || team.supervisor == *id)
}

fn capacity(unit: &Unit, word: &str) -> Result<Word> {
    if OF_THE_TEAM.contains(&word) && !unit.is_office() {
        let message = format!("a {word} belongs to the team of a case");
        let hint = format!("casefile team {unit} --manager PERSON changes the team");
        return Err(error::bad_change("archive.team-capacity", message, &hint));
    }
    word.parse().map_err(|()| {
        let message = "a capacity is one short word of small letters, digits and hyphens";
        error::bad_change("archive.bad-capacity", message, "for example shadow or cover")
    })
}

/// In a folder about the work the capacity gives the supervisor's verdict: it wants the role.
fn check_reviewer(unit: &Unit, person: &Person, capacity: &Word) -> Result<()> {
    let leads = person.leads();
    if !unit.is_office() || capacity.as_str() != "supervisor" || leads {
        return Ok(());
    }
    let message = format!("{} is neither case-supervisor nor project-director", person.id);
    Err(error::bad_change("archive.bad-capacity", message, "name another capacity with --as"))
}

/// A closed case may be kept by a records custodian; an open one needs somebody who works with it.
fn check_custodian(person: &Person, open: &OpenCase<'_>, custodian: bool) -> Result<()> {
    let closed = open.case.status() == Some(Status::Closed);
    let refuse = |message: String| {
        let hint = "close the case first, or name a case manager with --manager";
        Err(error::bad_change("archive.custodian", message, hint))
    };
    let keeps_only =
        person.roles.iter().all(|role| matches!(role, Role::Administrator | Role::RecordsCustodian));
    match (custodian, closed) {
        (true, false) => refuse(format!("{} is not closed: it has no custodian", open.case.unit())),
        (true, true) if !person.has(Role::RecordsCustodian) => {
            refuse(format!("{} is no records-custodian", person.id))
        }
        (false, _) if keeps_only => refuse(format!("{} is only a records-custodian", person.id)),
        _ => Ok(()),
    }
}

/// The new team first, then the readers beside it; who was in the old team and is not in the new ceases.
fn team_readers(open: &OpenCase<'_>, team: &Team, change: &TeamChange) -> Result<Vec<Reader>> {
    let state = open.case.state();
    let word = |word: &str| word.parse::<Word>().map_err(|()| error::internal("name a capacity"));
    let seat = |id: &PersonId, capacity: Word| Reader { id: id.clone(), capacity, until: None };
    let same = |id: &PersonId| state.readers.iter().find(|reader| reader.id == *id && is_of_team(reader));
    let manager = match (&change.manager, same(&team.manager)) {
        (None, Some(reader)) => reader.capacity.clone(),
        _ if change.custodian => word("custodian")?,
        _ => word("manager")?,
    };
    let mut readers = vec![seat(&team.manager, manager), seat(&team.supervisor, word("supervisor")?)];
    let left =
        |id: &PersonId| state.team.as_ref().is_some_and(|old| old.manager == *id || old.supervisor == *id);
    let beside = state.readers.iter().filter(|reader| {
        !is_of_team(reader) && !left(&reader.id) && reader.id != team.manager && reader.id != team.supervisor
    });
    readers.extend(beside.cloned());
    Ok(readers)
}

fn is_of_team(reader: &Reader) -> bool {
    OF_THE_TEAM.contains(&reader.capacity.as_str())
}
