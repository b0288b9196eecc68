//! Changes of status, and putting folders where their status says.

use super::cards::{Batch, Binding};
use super::case::Case;
use super::error;
use super::filing::{NewDocument, Receipt};
use super::open::Archive;
use super::place::FolderPlace;
use super::write::check_dates;
use crate::clock::Clock;
use crate::error::{Class, Result};
use crate::log::{Day, Flag, Op, Role, Word, transition};
use crate::names::{Status, Unit};
use crate::seal::Identity;
use chrono::NaiveDate;

/// A change of status.
pub struct StatusChange {
    /// The new status.
    pub to: Status,
    /// The business date on which it became true.
    pub since: NaiveDate,
    /// The end of an aged-out time: six calendar months later as a rule.
    pub until: Option<NaiveDate>,
    /// Why; sealed, for readers only.
    pub reason: Option<String>,
    /// Id of the rule applied, in clear, such as `aged-out.six-months`.
    pub rule: Option<String>,
    /// Documents that belong to the change, such as a closure report.
    pub documents: Vec<NewDocument>,
}

impl StatusChange {
    /// A change that a person makes for a reason, without documents; an end only an aged-out case has.
    pub fn because(reason: &str, to: Status, since: NaiveDate) -> Self {
        let (reason, documents) = (Some(reason.to_owned()), Vec::new());
        Self { to, since, until: None, reason, rule: None, documents }
    }
}

impl Archive {
    /// Changes the status: one entry, then the folder is renamed. A current reader signs, or an
    /// administrator where an aged-out case closes on its date.
    ///
    /// Whether the programme knows ageing out is the caller's to check; which status may follow which is
    /// checked here.
    ///
    /// # Errors
    /// `archive.no-transition`, `archive.no-reason`, `archive.bad-date` (input); class *access*; *damage*
    /// where entries are missing, since one of them could be another move.
    pub fn change_status(
        &self,
        by: &Identity,
        unit: &Unit,
        change: &StatusChange,
        clock: &Clock,
    ) -> Result<Receipt> {
        let case = self.writable(by, unit)?;
        check_change(&case, change)?;
        let staff = self.acting(by)?;
        let day = Day(clock.now().date_naive());
        if case.state().reader(by.id(), day).is_none() && !staff.has(Role::Administrator) {
            return Err(error::not_a_reader(by.id(), unit));
        }
        let key = case.state().key.clone();
        let binding = Binding { archive: self.id(), folder: Some(case.folder_id()), key: &key };
        let mut batch = Batch::default();
        batch.seal_documents(&change.documents, &binding)?;
        if let Some(reason) = &change.reason {
            batch.seal_reason("move", reason, &binding)?;
        }
        let mut entry = self.next(&case, Op::Move, by, clock)?;
        entry.status = Some(change.to);
        entry.since = Some(Day(change.since));
        entry.until = change.until.map(Day);
        entry.rule = change.rule.as_deref().map(rule).transpose()?;
        entry.add.clone_from(&batch.add);
        self.commit(by, &entry, Some(&case), &batch, Vec::new())
    }

    /// Puts the folder's files into one place before a write; says where to write. What cannot be moved
    /// now stays where it is: the union is read anyway.
    pub(super) fn settle_places(&self, places: &[FolderPlace], place: &FolderPlace) -> String {
        for other in places.iter().filter(|other| *other != place) {
            let _ = self.store.rename_folder(&other.path(), &place.path());
        }
        place.path()
    }

    /// After the commit: renames the folder to where its status says. A failure is no failure of the
    /// change, which stands; the next writer settles it. Says where the folder lies.
    pub(super) fn place_after(&self, unit: &Unit, now: &str, status: Option<Status>) -> String {
        let target = FolderPlace::of(unit, status).path();
        if target != now && self.store.rename_folder(now, &target).is_err() {
            return now.to_owned();
        }
        target
    }
}

pub(super) fn rule(text: &str) -> Result<Word> {
    text.parse().map_err(|()| {
        let message = "the id of a rule is small letters, digits, dots and hyphens";
        error::bad_change("archive.bad-rule", message, "give the reason as a reason, which is sealed")
    })
}

fn check_change(case: &Case, change: &StatusChange) -> Result<()> {
    let unit = case.unit();
    let standing = &case.state().standing;
    let (Some(from), Some(since)) = (standing.status, standing.since) else {
        let message = format!("{unit} is a folder about the work and has no status");
        return Err(error::bad_change("archive.office", message, "only cases change their status"));
    };
    if case.flags().contains(&Flag::Gap) {
        let message =
            format!("{unit} lacks an entry that others build on, so its status cannot be changed now");
        let hint = "bring the missing entry back; `casefile verify` names it";
        return Err(crate::error::Error::new(
            Class::Damage,
            crate::error::Problem::error("archive.gap", message).hint(hint),
        ));
    }
    if !transition::may_follow(from, change.to) {
        return Err(error::no_transition(unit, from, change.to));
    }
    if change.since < since.0 {
        let message = format!("{unit} became {from} on {since}, after the date given for the change");
        return Err(error::bad_change("archive.bad-date", message, "give the date on which it became true"));
    }
    let given = change.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty());
    if !given && change.rule.is_none() {
        let message = "a change of status needs a reason";
        return Err(error::bad_change("archive.no-reason", message, "say why with --reason; it is sealed"));
    }
    check_dates(change.to, change.since, change.until)
}
