//! Writing: admit, file and amend, in the order that no crash can hurt.
//!
//! Read and verify, seal in memory, judge the new entry as every reader will; then make all objects
//! durable, then the entry, which is the commit; then the client's memory and the folder's place.

use super::cards::{Batch, Binding, envelope_path};
use super::case::Case;
use super::error;
use super::filing::{Admission, NewDocument, Receipt};
use super::open::Archive;
use super::operations::standing_document;
use super::place::FolderPlace;
use crate::clock::Clock;
use crate::error::{Class, Error, Result};
use crate::log::entry::ENTRY;
use crate::log::{Day, Entry, Flag, Note, Op, Reader, Signer, Standing, Team, Time, Tool, Verdict, fold};
use crate::names::{PersonId, Status, Unit};
use crate::seal::{Concern, DocId, FolderKeys, Generation, Identity, PaperMark, envelope};
use chrono::NaiveDate;

/// What a folder of any sort begins with.
pub(super) struct Founding<'a> {
    pub(super) unit: Unit,
    pub(super) standing: Standing,
    pub(super) team: Option<Team>,
    pub(super) readers: Vec<Reader>,
    pub(super) documents: &'a [NewDocument],
    /// Why, and whom it is about; sealed.
    pub(super) reason: Option<(&'a str, &'a Concern)>,
}

impl Archive {
    /// Admits a case: its folder, its key, its first documents. The manager or the supervisor signs.
    ///
    /// # Errors
    /// `archive.case-exists`, `archive.two-readers`, `archive.unusable-reader` (input); class *access*
    /// where `by` may not; the store's errors. Nothing counts until the entry is written.
    pub fn admit(&self, by: &Identity, admission: &Admission, clock: &Clock) -> Result<Receipt> {
        let unit = &admission.unit;
        self.acting(by)?;
        check_case(unit)?;
        let readers = self.first_readers(admission)?;
        check_dates(admission.status, admission.since, admission.until)?;
        let founding = Founding {
            unit: unit.clone(),
            standing: Standing {
                status: Some(admission.status),
                since: Some(Day(admission.since)),
                until: admission.until.map(Day),
            },
            team: Some(Team { manager: admission.manager.clone(), supervisor: admission.supervisor.clone() }),
            readers,
            documents: &admission.documents,
            reason: None,
        };
        self.found(by, founding, clock)
    }

    /// Founds a folder of any sort: its key, its envelope, its first entry.
    pub(super) fn found(&self, by: &Identity, founding: Founding<'_>, clock: &Clock) -> Result<Receipt> {
        self.check_staff_writable()?;
        let Founding { unit, standing, team, readers, documents, reason } = founding;
        self.check_free(&unit)?;
        let keys = FolderKeys::new(unit.clone(), Generation::generate(clock.now()));
        let key = keys.generations().first().ok_or_else(|| error::internal("make a key"))?.recipient();
        let sealed_keys = envelope::seal(&keys, &self.recipients(&readers)?)?;
        let mut batch = Batch::default();
        let binding = Binding { archive: self.id(), folder: None, key: &key };
        batch.seal_documents(documents, &binding)?;
        if let Some((words, concern)) = reason {
            batch.seal_concern("admit", words, concern, &binding)?;
        }
        let entry = Entry {
            casefile: ENTRY.to_owned(),
            archive: self.id(),
            folder: None,
            label: unit.clone(),
            seq: 0,
            parents: Vec::new(),
            roster: self.roster().heads().to_vec(),
            signers: vec![by.id().clone()],
            time: Time::new(clock.now()),
            op: Op::Admit,
            rule: None,
            status: standing.status,
            since: standing.since,
            until: standing.until,
            team,
            readers,
            key: key.clone(),
            envelope: sealed_keys.digest(),
            add: batch.add.clone(),
            drop: Vec::new(),
            crit: Vec::new(),
            tool: Tool::this(),
        };
        let keys_object = (envelope_path(&unit, &sealed_keys.digest()), sealed_keys.into_bytes());
        self.commit(by, &entry, None, &batch, vec![keys_object])
    }

    /// Files documents. Any active person may, also one who cannot read the folder.
    ///
    /// # Errors
    /// `archive.no-case` (not found); class *access* where `by` is not active here; *busy* where twins or
    /// concurrent key changes must be settled first; *damage* on a rollback.
    pub fn file(
        &self,
        by: &Identity,
        unit: &Unit,
        documents: &[NewDocument],
        clock: &Clock,
    ) -> Result<Receipt> {
        self.add(Op::File, by, unit, (documents, None), clock)
    }

    /// Files new versions of documents (each names what it supersedes). A current reader signs.
    ///
    /// # Errors
    /// As [`Archive::file`]; class *access* where `by` is no current reader.
    pub fn amend(
        &self,
        by: &Identity,
        unit: &Unit,
        documents: &[NewDocument],
        clock: &Clock,
    ) -> Result<Receipt> {
        self.add(Op::Amend, by, unit, (documents, None), clock)
    }

    /// Files documents that say something about the paper folder: a scan of what was signed, a list of what
    /// was printed. Any active person may.
    ///
    /// # Errors
    /// As [`Archive::file`]; `archive.no-document` (not found) or `archive.withdrawn` (input) for one of which
    /// it speaks.
    pub fn file_paper(
        &self,
        by: &Identity,
        unit: &Unit,
        documents: &[NewDocument],
        mark: &PaperMark,
        clock: &Clock,
    ) -> Result<Receipt> {
        let case = self.case(unit)?;
        mark.documents().iter().try_for_each(|d| standing_document(&case, *d))?;
        self.add(Op::File, by, unit, (documents, Some(mark)), clock)
    }

    fn add(
        &self,
        op: Op,
        by: &Identity,
        unit: &Unit,
        (documents, mark): (&[NewDocument], Option<&PaperMark>),
        clock: &Clock,
    ) -> Result<Receipt> {
        let case = self.writable(by, unit)?;
        let mut batch = Batch::default();
        let key = case.state().key.clone();
        let binding = Binding { archive: self.id(), folder: Some(case.folder_id()), key: &key };
        batch.seal_marked(documents, mark, &binding)?;
        let mut entry = self.next(&case, op, by, clock)?;
        entry.add.clone_from(&batch.add);
        let receipt = self.commit(by, &entry, Some(&case), &batch, Vec::new())?;
        self.leave_snapshot(by, case, clock);
        Ok(receipt)
    }

    /// The next entry of a folder, repeating its state.
    pub(super) fn next(&self, case: &Case, op: Op, by: &Identity, clock: &Clock) -> Result<Entry> {
        let entry = case.thread().draft(self.roster(), op, by.id(), Time::new(clock.now()));
        entry.ok_or_else(|| error::no_history(case.unit()))
    }

    /// Reads a folder for writing: verified, nothing lost, nothing that must be settled first.
    pub(super) fn writable(&self, by: &Identity, unit: &Unit) -> Result<Case> {
        let case = self.writable_for_keys(by, unit)?;
        if case.flags().contains(&Flag::KeyConflict) {
            if case.state().readers.is_empty() {
                return Err(self.no_reader_of(&case, by.id()));
            }
            let message = format!("two changes of the key of {unit} met");
            let hint = format!("filing waits until a reader makes a common key: casefile rekey {unit}");
            return Err(error::busy("archive.key-conflict", message, &hint));
        }
        Ok(case)
    }

    /// The same for a new key, which is what settles key changes that met.
    pub(super) fn writable_for_keys(&self, by: &Identity, unit: &Unit) -> Result<Case> {
        let case = self.whole(by, unit)?;
        if case.flags().contains(&Flag::Twins) {
            let message = format!("two cases carry the label {unit}");
            let hint = "both can be read; filing waits until one of them is relabelled";
            return Err(error::busy("archive.twins", message, hint));
        }
        Ok(case)
    }

    /// Reads a folder, of twins as well, of which nothing is lost, hidden or beyond this program.
    pub(super) fn whole(&self, by: &Identity, unit: &Unit) -> Result<Case> {
        self.check_staff_writable()?;
        self.acting(by)?;
        let case = self.case(unit)?.seen_by(by.id(), self.roster());
        if case.is_destroyed() {
            return Err(error::destroyed(Class::Input, &case));
        }
        if let Some(lost) = case.lost.first() {
            return Err(error::rollback(unit.as_str(), lost));
        }
        if let Some(place) = case.files.denied.first() {
            return Err(error::unknown_place(unit, place));
        }
        // What a twin says gives no orders here.
        if case.threads.iter().all(|thread| thread.state.is_none() || thread.flags.contains(&Flag::Newer)) {
            return Err(error::newer("an entry"));
        }
        self.join_heads(by, case)
    }

    pub(super) fn check_free(&self, unit: &Unit) -> Result<()> {
        match self.case(unit) {
            Err(e) if e.class() == Class::NotFound => Ok(()),
            Err(e) => Err(e),
            Ok(_) => Err(error::case_exists(unit)),
        }
    }

    fn first_readers(&self, admission: &Admission) -> Result<Vec<Reader>> {
        if admission.manager == admission.supervisor {
            return Err(error::two_readers(&admission.unit));
        }
        let staff = self.roster().now();
        let team = [&admission.manager, &admission.supervisor];
        let unusable =
            team.iter().filter(|id| !staff.active(id).is_some_and(|person| person.may_read_cases()));
        let problems = unusable.map(|id| error::of_no_team(id, staff.person(id).as_ref())).collect();
        if let Some(error) = Error::all(Class::Input, problems) {
            return Err(error);
        }
        let reader = |id: &PersonId, capacity: &str| -> Result<Reader> {
            let capacity = capacity.parse().map_err(|()| error::internal("name a capacity"))?;
            Ok(Reader { id: id.clone(), capacity, until: None })
        };
        Ok(vec![reader(&admission.manager, "manager")?, reader(&admission.supervisor, "supervisor")?])
    }

    /// To whom an envelope is sealed: the readers and, where it is on, the escrow identity.
    pub(super) fn recipients(&self, readers: &[Reader]) -> Result<Vec<crate::seal::Recipient>> {
        let staff = self.roster().now();
        let unsettled = self.roster().unsettled_keys();
        if let Some((id, by)) = unsettled.iter().find(|(id, _)| readers.iter().any(|r| r.id == *id)) {
            let message = format!("nothing is sealed to {id}: {}", super::open::unsettled(by));
            return Err(error::busy("archive.unsettled-key", message, super::open::UNSETTLED_HINT));
        }
        let key = |reader: &Reader| staff.active(&reader.id).map(|person| person.age);
        let keys = readers.iter().map(|reader| key(reader).ok_or_else(|| error::unusable_reader(&reader.id)));
        keys.chain(staff.escrow().map(|escrow| Ok(escrow.age))).collect()
    }

    /// Signs, judges and writes an entry with its objects: objects durable first, then the entry.
    pub(super) fn commit(
        &self,
        by: &Identity,
        entry: &Entry,
        case: Option<&Case>,
        batch: &Batch,
        keys: Vec<(String, Vec<u8>)>,
    ) -> Result<Receipt> {
        let note = self.judged(by, entry, case)?;
        let path = self.place_to_write(entry, case);
        let mut objects = batch.named(&path);
        objects.extend(keys);
        if !objects.is_empty() {
            self.store.put_batch(&objects)?;
        }
        let escrows = case.map(|case| case.escrows.as_slice()).unwrap_or_default();
        let receipt = self.put_entry(entry, &note, &path, batch.documents.clone())?;
        Ok(receipt.with_escrows(entry, escrows))
    }

    /// Signs an entry and judges it as every reader will: what we would call invalid is never written.
    pub(super) fn judged(&self, by: &Identity, entry: &Entry, case: Option<&Case>) -> Result<Note> {
        let act = |message: &[u8]| by.sign(message);
        let signer = Signer { name: by.id().clone(), key: by.verify_key(), sign: &act };
        let note = Note::sign(entry, &self.id(), &[signer])?;
        match case {
            None => self.judge_first(&entry.label, &note)?,
            Some(case) => {
                case.thread().judge_next(self.roster(), &note, entry).map_err(|f| error::refused(&f))?;
                if case.is_view {
                    self.judge_with(&entry.label, &case.files.notes, &note)?;
                }
            }
        }
        Ok(note)
    }

    /// The folder in which an entry and its objects are written; its files are brought there.
    pub(super) fn place_to_write(&self, entry: &Entry, case: Option<&Case>) -> String {
        let places = case.map(|case| case.files.places.as_slice()).unwrap_or_default();
        let target = FolderPlace::of(&entry.label, entry.status);
        let settled = places.contains(&target);
        let before = places.first().filter(|_| !settled).unwrap_or(&target).clone();
        self.settle_places(places, &before)
    }

    /// Writes a judged entry, whose objects are durable in the folder `path`: the commit.
    pub(super) fn put_entry(
        &self,
        entry: &Entry,
        note: &Note,
        path: &str,
        documents: Vec<DocId>,
    ) -> Result<Receipt> {
        let unit = entry.label.clone();
        self.store.put_batch(&[(format!("{path}/{}.note", note.name()), note.bytes().to_vec())])?;
        let place = self.place_after(&unit, path, entry.status);
        self.remember_commit(&unit, entry, note);
        Ok(Receipt {
            label: FolderPlace::of(&unit, entry.status).label(),
            seq: entry.seq,
            entry: note.name().hash,
            documents,
            readers: entry.readers.iter().map(|reader| reader.id.clone()).collect(),
            escrows: self.escrow().into_iter().collect(),
            folder: self.location(&place),
            unit,
        })
    }

    /// Judges a first entry as every reader will: what we would call invalid is never written.
    fn judge_first(&self, unit: &Unit, note: &Note) -> Result<()> {
        self.judge_with(unit, &[], note)
    }

    /// Judges an entry as every reader will who has these notes beside it.
    pub(super) fn judge_with(&self, unit: &Unit, notes: &[Note], note: &Note) -> Result<()> {
        let notes: Vec<Note> = notes.iter().chain([note]).cloned().collect();
        let folded = fold(unit, &notes, self.roster(), &self.recall(unit).verified);
        let verdict = folded.threads.iter().find_map(|thread| thread.verdict(&note.name()));
        match verdict {
            Some(Verdict::Valid) => Ok(()),
            Some(Verdict::Invalid(fault)) => Err(error::refused(fault)),
            _ => Err(error::internal("place the entry in its history")),
        }
    }

    /// After the commit the client remembers the new entry as the one head.
    fn remember_commit(&self, unit: &Unit, entry: &Entry, note: &Note) {
        let before = self.recall(unit);
        let mut heads = before.heads.clone();
        heads.retain(|head| !entry.parents.contains(head));
        heads.insert(note.name());
        let mut verified = before.verified.clone();
        verified.insert(note.name());
        self.memory.keep(super::memory::Of::Unit(unit), &before, heads, verified);
    }
}

fn check_case(unit: &Unit) -> Result<()> {
    if !unit.is_office() {
        return Ok(());
    }
    let message = format!("{unit} is a folder about the work, not a case");
    Err(error::bad_change("archive.office", message, "cases have another category"))
}

/// An end belongs to an aged-out case and lies after its beginning.
pub(super) fn check_dates(status: Status, since: NaiveDate, until: Option<NaiveDate>) -> Result<()> {
    match (status, until) {
        (Status::AgedOut, None) => Err(error::bad_change(
            "archive.no-end",
            "an aged-out case needs the date on which its time ends",
            "six calendar months after it became aged-out, as a rule",
        )),
        (Status::AgedOut, Some(until)) if until <= since => Err(error::bad_change(
            "archive.bad-end",
            "the time of an aged-out case ends before it begins",
            "give a later date",
        )),
        (Status::AgedOut, Some(_)) | (_, None) => Ok(()),
        (_, Some(_)) => Err(error::bad_change(
            "archive.bad-end",
            "only an aged-out case has a date on which its time ends",
            "leave the date out",
        )),
    }
}
