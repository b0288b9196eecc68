//! Operations on what is filed already: withdrawing, reviewing, extending, resolving.
//!
//! Why something is done is sealed for the readers; the entry in clear has no room for it.

use super::accept::Accepted;
use super::cards::{Batch, Binding};
use super::case::Case;
use super::error;
use super::filing::{NewDocument, Receipt};
use super::open::Archive;
use crate::clock::Clock;
use crate::error::{Class, Error, Problem, Result};
use crate::log::{Day, Entry, Flag, NoteName, Op, Part, Standing, Team, Time, Verdict};
use crate::names::{PersonId, Status, Unit};
use crate::seal::{DocId, Identity};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// What a supervisor says about a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewVerdict {
    /// It is good.
    Approve,
    /// It goes back to be changed.
    Return,
}

impl ReviewVerdict {
    /// The word in the entry's `rule`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Return => "return",
        }
    }
}

/// The newest review of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// What was said.
    pub verdict: ReviewVerdict,
    /// Who signed it.
    pub by: Vec<PersonId>,
    /// When they signed.
    pub time: Time,
    /// The entry, whose reason is the comment.
    pub entry: NoteName,
}

/// What is chosen where concurrent entries left something open.
#[derive(Default)]
pub struct Resolution {
    /// The status that holds, one of those that met.
    pub status: Option<Status>,
    /// The manager of the team that holds, one of those that met.
    pub manager: Option<PersonId>,
    /// Documents that take the place of those that met.
    pub documents: Vec<NewDocument>,
    /// Whether all versions of amended documents stand.
    pub both: bool,
    /// Which late entries count from now on.
    pub late: Accepted,
    /// Why; sealed.
    pub reason: String,
}

impl Archive {
    /// Strikes a document through: it is kept and shown as withdrawn. A current reader signs.
    ///
    /// # Errors
    /// `archive.no-document` (not found), `archive.withdrawn`, `archive.no-reason` (input); as
    /// [`Archive::file`] otherwise.
    pub fn withdraw(
        &self,
        by: &Identity,
        unit: &Unit,
        d: DocId,
        reason: &str,
        clock: &Clock,
    ) -> Result<Receipt> {
        let case = self.writable(by, unit)?;
        standing_document(&case, d)?;
        check_reason(reason)?;
        let entry = self.next(&case, Op::Withdraw, by, clock)?;
        self.commit_with_reason(by, &case, entry, &[], (Some(d), reason))
    }

    /// Writes down the folder's supervisor's verdict on a document.
    ///
    /// # Errors
    /// As [`Archive::withdraw`]; class *access* where `by` is not the supervisor.
    pub fn review(
        &self,
        by: &Identity,
        unit: &Unit,
        d: DocId,
        verdict: ReviewVerdict,
        comment: &str,
        clock: &Clock,
    ) -> Result<Receipt> {
        let case = self.writable(by, unit)?;
        standing_document(&case, d)?;
        let mut entry = self.next(&case, Op::Review, by, clock)?;
        entry.rule = verdict.word().parse().ok();
        self.commit_with_reason(by, &case, entry, &[], (Some(d), comment))
    }

    /// Moves the end of the time of an aged-out case to a later day, by a rule where one says so. A current
    /// reader signs.
    ///
    /// # Errors
    /// `archive.not-aged-out`, `archive.bad-end`, `archive.no-reason` (input); *damage* where entries are
    /// missing; as [`Archive::file`] otherwise.
    pub fn extend(
        &self,
        by: &Identity,
        unit: &Unit,
        until: NaiveDate,
        (rule, reason): (Option<&str>, &str),
        clock: &Clock,
    ) -> Result<Receipt> {
        let case = self.writable(by, unit)?;
        refuse_gap(&case)?;
        check_reason(reason)?;
        let standing = case.state().standing;
        let (Some(Status::AgedOut), Some(end)) = (standing.status, standing.until) else {
            let message = format!("{unit} is not aged-out, so it has no end that could be moved");
            return Err(error::bad_change(
                "archive.not-aged-out",
                message,
                "only aged-out cases have an end",
            ));
        };
        if until <= end.0 {
            let message = format!("the time of {unit} ends on {end} already");
            return Err(error::bad_change("archive.bad-end", message, "give a later date with --until"));
        }
        let mut entry = self.next(&case, Op::Extend, by, clock)?;
        entry.until = Some(Day(until));
        entry.rule = rule.map(super::status::rule).transpose()?;
        self.commit_with_reason(by, &case, entry, &[], (None, reason))
    }

    /// Announces what a rule will do to a case, in clear and without words: the rule and the moment say all.
    /// Any active person signs.
    ///
    /// # Errors
    /// `archive.bad-rule` (input); as [`Archive::file`] otherwise.
    pub fn announce(&self, by: &Identity, unit: &Unit, announced: &str, clock: &Clock) -> Result<Receipt> {
        let case = self.writable(by, unit)?;
        let mut entry = self.next(&case, Op::Remark, by, clock)?;
        entry.rule = Some(super::status::rule(announced)?);
        self.commit(by, &entry, Some(&case), &Batch::default(), Vec::new())
    }

    /// Settles what concurrent entries left open. A current reader signs, and answers every question that
    /// is open, because one entry settles them all.
    ///
    /// # Errors
    /// `archive.nothing-open`, `archive.open-question`, `archive.no-such-choice`, `archive.no-reason`
    /// (input); *damage* where entries are missing; as [`Archive::file`] otherwise.
    pub fn resolve(
        &self,
        by: &Identity,
        unit: &Unit,
        resolution: &Resolution,
        clock: &Clock,
    ) -> Result<Receipt> {
        let case = self.writable(by, unit)?;
        refuse_gap(&case)?;
        check_reason(&resolution.reason)?;
        let case = case.accepting(self.roster(), &resolution.late)?;
        let standing = chosen_standing(&case, resolution)?;
        let team = chosen_team(&case, resolution)?;
        check_amended(&case, resolution)?;
        let settles = standing.is_some() || team.is_some() || resolution.both;
        if !settles && resolution.documents.is_empty() && resolution.late.is_empty() {
            let message = format!("nothing is left open in {unit}");
            return Err(error::bad_change("archive.nothing-open", message, "there is nothing to resolve"));
        }
        let mut entry = self.next(&case, Op::Resolve, by, clock)?;
        if let Some(standing) = standing {
            (entry.status, entry.since, entry.until) = (standing.status, standing.since, standing.until);
        }
        if team.is_some() {
            entry.team = team;
        }
        self.commit_with_reason(by, &case, entry, &resolution.documents, (None, &resolution.reason))
    }

    /// Commits an entry with documents and with a reason, about a document or about the entry itself.
    pub(super) fn commit_with_reason(
        &self,
        by: &Identity,
        case: &Case,
        mut entry: Entry,
        documents: &[NewDocument],
        (about, reason): (Option<DocId>, &str),
    ) -> Result<Receipt> {
        let key = case.state().key.clone();
        let binding = Binding { archive: self.id(), folder: Some(case.folder_id()), key: &key };
        let mut batch = Batch::default();
        batch.seal_documents(documents, &binding)?;
        let op = entry.op.word().to_owned();
        match about {
            Some(d) => batch.seal_reason_about(d, &op, reason, &binding)?,
            None => batch.seal_reason(&op, reason, &binding)?,
        }
        entry.add.clone_from(&batch.add);
        self.commit(by, &entry, Some(case), &batch, Vec::new())
    }
}

impl Case {
    /// Documents that are struck through.
    pub fn withdrawn(&self) -> BTreeSet<DocId> {
        self.threads.iter().flat_map(|thread| thread.withdrawn.iter().copied()).collect()
    }

    /// The newest review of each document that was reviewed.
    pub fn reviews(&self) -> BTreeMap<DocId, Review> {
        let reviews =
            |judged: &&crate::log::Judged| judged.verdict == Verdict::Valid && judged.entry.op == Op::Review;
        let mut newest = BTreeMap::new();
        for judged in self.entries().filter(reviews) {
            let word = judged.entry.rule.as_ref().map(crate::log::Word::as_str);
            let verdicts = [ReviewVerdict::Approve, ReviewVerdict::Return];
            let Some(verdict) = verdicts.into_iter().find(|v| Some(v.word()) == word) else { continue };
            let entry = &judged.entry;
            for about in entry.add.iter().filter(|added| added.r == Part::Reason) {
                let (by, time, entry) = (entry.signers.clone(), entry.time, judged.name);
                newest.insert(about.d, Review { verdict, by, time, entry });
            }
        }
        newest
    }
}

pub(super) fn standing_document(case: &Case, d: DocId) -> Result<()> {
    if !case.live().any(|live| live.added.d == d && live.added.r == Part::Doc) {
        return Err(error::no_document(&d.to_string()));
    }
    if case.withdrawn().contains(&d) {
        let message = format!("the document {} is withdrawn already", d.short());
        return Err(error::bad_change("archive.withdrawn", message, "there is nothing more to do"));
    }
    Ok(())
}

pub(super) fn check_reason(reason: &str) -> Result<()> {
    if reason.trim().is_empty() {
        let message = "this needs a reason";
        return Err(error::bad_change("archive.no-reason", message, "say why with --reason; it is sealed"));
    }
    Ok(())
}

/// What must not be decided while entries are missing that may have decided it already.
pub(super) fn refuse_gap(case: &Case) -> Result<()> {
    if !case.flags().contains(&Flag::Gap) {
        return Ok(());
    }
    let message =
        format!("{} lacks an entry that others build on, so this cannot be decided now", case.unit());
    let hint = "bring the missing entry back: casefile repair --from COPY";
    Err(Error::new(Class::Damage, Problem::error("archive.gap", message).hint(hint)))
}

fn open_question(what: &str, choices: &[String], flag: &str) -> Error {
    let message = format!("{what} met: {}", choices.join(", "));
    let hint = format!("say which holds with {flag}: one entry settles everything that is open");
    error::bad_change("archive.open-question", message, &hint)
}

fn no_such_choice(what: &str, choices: &[String]) -> Error {
    let message = format!("this is none of the {what} that met");
    error::bad_change("archive.no-such-choice", message, &format!("these met: {}", choices.join(", ")))
}

fn not_open(what: &str) -> Error {
    let message = format!("no two changes of the {what} met here");
    error::bad_change("archive.nothing-open", message, "resolve settles only what met")
}

fn chosen_standing(case: &Case, resolution: &Resolution) -> Result<Option<Standing>> {
    let standings = case.thread().standings();
    let words: Vec<String> =
        standings.iter().filter_map(|s| s.status.map(|status| status.to_string())).collect();
    match (case.flags().contains(&Flag::StatusConflict), resolution.status) {
        (false, None) => Ok(None),
        (false, Some(_)) => Err(not_open("status")),
        (true, None) => Err(open_question("changes of the status", &words, "--status")),
        (true, Some(status)) => {
            let chosen = standings.iter().find(|standing| standing.status == Some(status)).copied();
            chosen.map(Some).ok_or_else(|| no_such_choice("statuses", &words))
        }
    }
}

fn chosen_team(case: &Case, resolution: &Resolution) -> Result<Option<Team>> {
    let teams = case.thread().teams();
    let words: Vec<String> = teams.iter().map(|team| team.manager.to_string()).collect();
    match (case.flags().contains(&Flag::TeamConflict), &resolution.manager) {
        (false, None) => Ok(None),
        (false, Some(_)) => Err(not_open("team")),
        (true, None) => Err(open_question("changes of the team", &words, "--manager")),
        (true, Some(manager)) => {
            let chosen = teams.iter().find(|team| team.manager == *manager).cloned();
            chosen.map(Some).ok_or_else(|| no_such_choice("managers", &words))
        }
    }
}

fn check_amended(case: &Case, resolution: &Resolution) -> Result<()> {
    let open = case.flags().contains(&Flag::AmendConflict);
    if open && resolution.documents.is_empty() && !resolution.both {
        let choices = ["the versions of documents that both stand now".to_owned()];
        return Err(open_question("changes of documents", &choices, "--record DOCUMENT or --both"));
    }
    if !open && resolution.both {
        return Err(not_open("documents"));
    }
    Ok(())
}
