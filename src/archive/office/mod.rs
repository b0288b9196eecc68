//! Folders about the work and not about a client: one for each matter, with readers of its own.
//!
//! A founder opens the folder and reads it. Everybody else may hand something in, sealed to the folder's
//! key, and cannot open it again. Whom a matter is about stands in a sealed object, never in clear.

mod matter;
mod passing;

pub use matter::{Matter, MatterRule, TABLE, Who, Whose, markdown, words};

use super::cards::{Batch, Binding};
use super::error;
use super::filing::{NewDocument, Receipt};
use super::open::Archive;
use super::unlocked::OpenCase;
use super::write::Founding;
use crate::clock::Clock;
use crate::error::Result;
use crate::log::{Op, Person, Reader, Staff, Standing, Verdict};
use crate::names::{PersonId, Unit};
use crate::seal::{Concern, Identity};
use chrono::Datelike;

/// A new folder about the work.
pub struct OfficeFounding {
    /// The sort of matter.
    pub matter: Matter,
    /// Its number; the next free one of this year where none is given.
    pub unit: Option<Unit>,
    /// Whom of the staff it is about, and whether it is serious. Sealed.
    pub concern: Concern,
    /// Who reads it beside the founder. The person whose folder it is need not be named.
    pub readers: Vec<PersonId>,
    /// Why it is founded; sealed, for readers only.
    pub reason: Option<String>,
    /// Its first documents; none is fine, for a folder kept ready.
    pub documents: Vec<NewDocument>,
}

impl OfficeFounding {
    /// A folder of this sort with nothing in it, which only its founder reads.
    pub fn new(matter: Matter) -> Self {
        let (unit, reason) = (None, None);
        let concern = Concern::default();
        Self { matter, unit, concern, readers: Vec::new(), reason, documents: Vec::new() }
    }
}

impl Archive {
    /// The next free number of a word and a year: `STAFF-2026-0007`. What two machines take at the same
    /// time are twins, of which one is relabelled.
    ///
    /// # Errors
    /// The store's, where a prefix may not be read.
    pub fn next_office_unit(&self, matter: Matter, year: i32) -> Result<Unit> {
        let units = self.units()?;
        let taken = units.iter().filter(|unit| unit.category() == matter.word() && unit.year() == year);
        let highest = taken.filter_map(|unit| unit.client_number().parse::<u32>().ok()).max();
        let number = highest.map_or(1, |number| number + 1);
        format!("{}-{year:04}-{number:04}", matter.word()).parse()
    }

    /// Founds a folder about the work. The founder reads it, with the people named and, of a folder that
    /// is one person's, that person. Who may is in [`TABLE`].
    ///
    /// # Errors
    /// Class *access* (`archive.matter-founder`, `archive.matter-reader`) where the table lets somebody
    /// not found or not read it; *input*: `archive.matter-person`, `archive.matter-among`,
    /// `archive.case-exists`; otherwise as [`Archive::admit`].
    pub fn found_office(&self, by: &Identity, new: &OfficeFounding, clock: &Clock) -> Result<Receipt> {
        let founding = self.office_founding(by, new, clock)?;
        self.found(by, founding, clock)
    }

    /// Says whether [`Archive::found_office`] would be allowed, and under which number; writes nothing.
    ///
    /// # Errors
    /// Its own.
    pub fn check_office(&self, by: &Identity, new: &OfficeFounding, clock: &Clock) -> Result<Unit> {
        let unit = self.office_founding(by, new, clock)?.unit;
        self.check_free(&unit)?;
        Ok(unit)
    }

    fn office_founding<'a>(
        &self,
        by: &Identity,
        new: &'a OfficeFounding,
        clock: &Clock,
    ) -> Result<Founding<'a>> {
        let founder = self.acting(by)?;
        let unit = match &new.unit {
            Some(unit) => unit.clone(),
            None => self.next_office_unit(new.matter, clock.today().year())?,
        };
        if Matter::of(&unit) != Some(new.matter) {
            let message = format!("{unit} is no number of a {} folder", new.matter);
            return Err(error::bad_change("archive.office", message, "leave the number out"));
        }
        let staff = self.roster().now();
        let rule = new.matter.rule();
        check_concern(rule, &new.concern, &staff)?;
        if !rule.may_found(&founder, &new.concern, &staff) {
            return Err(error::no_founder(&founder.id, new.matter, &words(rule.founders)));
        }
        let readers = office_readers(rule, &founder, new, &staff)?;
        let reason = new.reason.as_deref().unwrap_or_default();
        let known = new.concern != Concern::default() || !reason.is_empty();
        Ok(Founding {
            unit,
            standing: Standing { status: None, since: None, until: None },
            team: None,
            readers,
            documents: &new.documents,
            reason: known.then_some((reason, &new.concern)),
        })
    }

    /// Hands something in to a folder about the work, or says whom it is about. Any active person may; who
    /// is no reader cannot open it again.
    ///
    /// # Errors
    /// Class *access* (`archive.matter-about`) where somebody reads the folder who may not, by what is
    /// said here; *input* where nothing is handed in; otherwise as [`Archive::file`].
    pub fn hand_in(
        &self,
        by: &Identity,
        unit: &Unit,
        documents: &[NewDocument],
        concern: &Concern,
        clock: &Clock,
    ) -> Result<Receipt> {
        let Some(matter) = Matter::of(unit) else {
            let message = format!("{unit} is a case, and what is about the staff has no place in it");
            return Err(error::bad_change("archive.office", message, "name a folder about the work"));
        };
        if *concern == Concern::default() {
            return self.file(by, unit, documents, clock);
        }
        let (staff, rule) = (self.roster().now(), matter.rule());
        let case = self.writable(by, unit)?;
        if rule.whose != Whose::NotTheirs {
            let message = format!("whom {unit} is about was said when it was founded, or it is about nobody");
            return Err(error::bad_change("archive.matter-person", message, "leave it out"));
        }
        check_concern(rule, concern, &staff)?;
        let readers = case.state().readers.iter().filter_map(|reader| staff.active(&reader.id));
        if let Some(reader) = readers.into_iter().find(|reader| !rule.may_read(reader, concern, &staff)) {
            return Err(error::reader_concerned(&reader.id, unit));
        }
        let key = case.state().key.clone();
        let binding = Binding { archive: self.id(), folder: Some(case.folder_id()), key: &key };
        let op = if documents.is_empty() { Op::Remark } else { Op::File };
        let mut batch = Batch::default();
        batch.seal_documents(documents, &binding)?;
        batch.seal_concern(op.word(), "", concern, &binding)?;
        let mut entry = self.next(&case, op, by, clock)?;
        entry.add.clone_from(&batch.add);
        self.commit(by, &entry, Some(&case), &batch, Vec::new())
    }

    /// Whether a person may become a reader of an office folder, by all that its readers know of it.
    pub(super) fn check_office_reader(&self, open: &OpenCase<'_>, person: &Person) -> Result<()> {
        let Some(matter) = Matter::of(open.case().unit()) else { return Ok(()) };
        let staff = self.roster().now();
        if matter.rule().may_read(person, &open.concern()?, &staff) {
            return Ok(());
        }
        Err(error::no_matter_reader(&person.id, matter, &words(matter.rule().readers)))
    }
}

impl OpenCase<'_> {
    /// Whom a folder about the work is about, by all that was said in it.
    ///
    /// # Errors
    /// Class *damage* where something said cannot be read.
    pub fn concern(&self) -> Result<Concern> {
        let mut known = Concern::default();
        // Whose folder it is, its founder says alone: what others hand in makes nobody its reader.
        let whose = Matter::of(self.case().unit()).map(|matter| matter.rule().whose);
        let ops: &[Op] =
            if whose == Some(Whose::NotTheirs) { &[Op::Admit, Op::File, Op::Remark] } else { &[Op::Admit] };
        for judged in self.case().entries().filter(|judged| judged.verdict == Verdict::Valid) {
            if !ops.contains(&judged.entry.op) {
                continue;
            }
            let said = self.whole_reason(&judged.name)?.and_then(|reason| reason.matter);
            known.add(&said.unwrap_or_default());
        }
        Ok(known)
    }
}

/// Whom a matter may be about: of the staff, and as many as its sort wants.
fn check_concern(rule: &MatterRule, concern: &Concern, staff: &Staff) -> Result<()> {
    let matter = rule.matter;
    if let Some(unknown) = concern.about.iter().find(|id| staff.person(id).is_none()) {
        return Err(error::unknown_concerned(unknown));
    }
    let message = match (rule.whose, concern.about.len()) {
        (Whose::OnePersons, 1) | (Whose::NotTheirs, _) | (Whose::Nobodys, 0) => return Ok(()),
        (Whose::OnePersons, _) => format!("a {matter} folder is one person's"),
        (Whose::Nobodys, _) => format!("a {matter} folder is about nobody of the staff"),
    };
    Err(error::bad_change("archive.matter-person", message, "say whose with --about, or leave it out"))
}

/// The founder first, then the person whose folder it is, then those named.
fn office_readers(
    rule: &MatterRule,
    founder: &Person,
    new: &OfficeFounding,
    staff: &Staff,
) -> Result<Vec<Reader>> {
    let own = (rule.whose == Whose::OnePersons).then_some(&new.concern.about).into_iter().flatten();
    let mut ids = vec![&founder.id];
    for id in own.chain(&new.readers) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let (mut readers, mut needed) = (Vec::new(), rule.among.is_empty());
    for id in ids {
        let person = staff.active(id).ok_or_else(|| error::unusable_office_reader(id))?;
        if !rule.may_read(&person, &new.concern, staff) {
            return Err(error::no_matter_reader(id, rule.matter, &words(rule.readers)));
        }
        needed |= rule.is_needed(&person, &new.concern, staff);
        let capacity = rule.capacity(&person, *id == founder.id, &new.concern.about);
        let capacity = capacity.parse().map_err(|()| error::internal("name a capacity"))?;
        readers.push(Reader { id: id.clone(), capacity, until: None });
    }
    if needed {
        return Ok(readers);
    }
    let message = format!("one of these reads every {} folder: {}", rule.matter, words(rule.among));
    Err(error::bad_change("archive.matter-among", message, "name one with --reader"))
}
