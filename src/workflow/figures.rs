//! Figures of a period: counted by each supervisor over their cases, filed signed, added up by whoever reads
//! the programme's folder.

use super::Desk;
use super::calendar::{read_each, view};
use super::case::opened;
use super::matter::{NewMatter, found_matter};
use super::office::FolderInHand;
use crate::archive::{Listing, Matter, NewDocument, OpenCase, Receipt};
use crate::document::Period;
use crate::error::{Class, Error, Problem, Result};
use crate::figures::{self, Answer, CountedCase, Figures, Sum, VERSION};
use crate::log::{Stage, Verdict};
use crate::names::{PersonId, Unit};
use crate::record::WorkModel;
use crate::record::model::Help;
use crate::seal::{Card, Concern};
use std::collections::BTreeSet;

/// The kind of filed figures.
const KIND: &str = "figures";

/// The figures of several supervisors, added up.
pub struct Combined {
    /// The folder they lie in.
    pub folder: Unit,
    /// The sums.
    pub sums: Vec<Sum>,
    /// Whose figures are in them.
    pub of: Vec<PersonId>,
    /// Who supervises cases and has filed none for this period.
    pub missing: Vec<PersonId>,
}

/// Counts the cases that the desk's person supervises, and the feedback they are responsible for.
///
/// # Errors
/// `figures.no-case` (input) where they supervise none; a case that cannot be read: figures are whole or
/// none.
pub fn figures(desk: &Desk, (from, until): Period) -> Result<Figures> {
    let me = desk.identity.id();
    let supervised = |listing: &Listing| listing.supervisor.as_ref() == Some(me);
    let read = read_each(desk, supervised, |hand| {
        let (statuses, then) = (hand.statuses(), hand.record_then(desk, until)?);
        Ok(CountedCase { view: view(hand)?, statuses, then })
    })?;
    let cases = read.into_iter().filter_map(|(_, case)| case).collect::<Result<Vec<_>>>()?;
    if cases.is_empty() {
        let problem =
            Problem::error("figures.no-case", format!("{me} supervises no case that could be counted"))
                .hint("each supervisor counts their own cases; `--combine` adds up what they filed");
        return Err(Error::new(Class::Input, problem));
    }
    let rows = figures::count(&cases, &answers(desk, (from, until))?, (from, until));
    Ok(Figures { casefile: VERSION.to_owned(), from, until, supervisor: me.clone(), rows })
}

/// The clients' answers of the period in the folders that this person is responsible for, so that no other
/// supervisor counts them too.
fn answers(desk: &Desk, (from, until): Period) -> Result<Vec<Answer>> {
    let mut answers = Vec::new();
    for listing in desk.archive.cases()? {
        if !listing.is_read_by(desk.identity.id()) || Matter::of(&listing.unit) != Some(Matter::Feedback) {
            continue;
        }
        let folder = match FolderInHand::take(desk, &listing.unit) {
            Ok(folder) => folder,
            // A scan without a record has nothing to count.
            Err(error) if error.class() == Class::NotFound => continue,
            Err(error) => return Err(error),
        };
        let WorkModel::Feedback(form) = folder.record.model() else { continue };
        if form.folder.responsible.id == *desk.identity.id() && (from..=until).contains(&form.date) {
            let lot = |help: Option<Help>| matches!(help, Some(Help::Lot | Help::Great));
            answers.push(Answer { helped: lot(form.help_now), helped_by_manager: lot(form.help_manager) });
        }
    }
    Ok(answers)
}

/// Files figures in the programme's folder: the one named, the only one there is, or a new one that every
/// supervisor and director reads.
///
/// # Errors
/// `figures.which` (input) where there are several and none is named; those of founding and filing.
pub fn file_figures(desk: &Desk, figures: &Figures, named: Option<&Unit>) -> Result<Receipt> {
    let folder = match folder(desk, named)? {
        Some(folder) => folder,
        None => found_matter(desk, &programme(&readers(desk)))?.unit,
    };
    let bytes = serde_json::to_vec(figures).map_err(|_| unwritten())?;
    let title = format!("Figures of {}, {} to {}", figures.supervisor, figures.from, figures.until);
    let document = NewDocument {
        period: Some((figures.from, figures.until)),
        lang: Some("en".to_owned()),
        ..NewDocument::new(KIND, title, desk.clock.today(), "application/json", bytes)
    };
    desk.archive.file(desk.identity, &folder, &[document], &desk.clock)
}

fn programme(readers: &[PersonId]) -> NewMatter<'_> {
    NewMatter {
        matter: Matter::Programme,
        concern: Concern::default(),
        readers,
        reason: Some("figures of the programme"),
        filing: super::Filing::default(),
    }
}

/// Everybody who supervises or directs, but for the founder.
fn readers(desk: &Desk) -> Vec<PersonId> {
    let people = desk.archive.roster().now().people();
    let others = people.into_iter().filter(|person| person.leads() && person.id != *desk.identity.id());
    others.map(|person| person.id).collect()
}

/// The folder of the programme: the one named, or the only one.
fn folder(desk: &Desk, named: Option<&Unit>) -> Result<Option<Unit>> {
    if let Some(named) = named {
        if Matter::of(named) == Some(Matter::Programme) {
            return Ok(Some(named.clone()));
        }
        let message = format!("{named} is no folder of a programme");
        return Err(Error::new(Class::Input, Problem::error("figures.folder", message)));
    }
    let all = desk.archive.cases()?.into_iter().map(|listing| listing.unit);
    let mut all = all.filter(|unit| Matter::of(unit) == Some(Matter::Programme));
    let only = all.next();
    if all.next().is_none() {
        return Ok(only);
    }
    let problem = Problem::error("figures.which", "there are several folders of a programme")
        .hint("name one with --in PROGRAMME-…; casefile list --office lists them");
    Err(Error::new(Class::Input, problem))
}

/// Adds up the newest figures of every supervisor for exactly this period. Only those count that were filed
/// by the supervisor whose cases they count, and are what [`Figures::parse`] reads.
///
/// # Errors
/// `figures.no-folder` (not found); no key for the folder (access); a document that is damaged (damage).
pub fn combine(desk: &Desk, period: Period, named: Option<&Unit>) -> Result<Combined> {
    let folder = folder(desk, named)?.ok_or_else(|| {
        let problem = Problem::error("figures.no-folder", "nobody has filed figures yet")
            .hint("each supervisor runs: casefile figures --period A..B --file");
        Error::new(Class::NotFound, problem)
    })?;
    let (open, cards) = opened(desk, &folder)?;
    let mut newest: Vec<Figures> = Vec::new();
    for card in cards.iter().filter(|card| card.kind == KIND && card.period == Some(period)) {
        let (_, bytes) = open.document(&card.d)?;
        // Anybody may file into the folder: what is no figures, or not theirs, stops nobody.
        let Some(figures) = Figures::parse(&bytes) else { continue };
        if is_signed_by(&open, card, &figures.supervisor) {
            newest.retain(|other| other.supervisor != figures.supervisor);
            newest.push(figures);
        }
    }
    let of: Vec<PersonId> = newest.iter().map(|figures| figures.supervisor.clone()).collect();
    let missing = supervisors(desk)?.into_iter().filter(|person| !of.contains(person)).collect();
    let sums = figures::sum(newest.iter().map(|figures| figures.rows.as_slice()));
    Ok(Combined { folder, sums, of, missing })
}

/// Whether the entry that first brought a document was signed by a person.
fn is_signed_by(open: &OpenCase, card: &Card, person: &PersonId) -> bool {
    let mut entries = open.case().entries().filter(|it| it.verdict == Verdict::Valid);
    let first = entries.find(|it| it.entry.add.iter().any(|added| added.d == card.d));
    first.is_some_and(|it| it.entry.signers.contains(person))
}

/// Everybody who supervises a case that is not destroyed.
fn supervisors(desk: &Desk) -> Result<BTreeSet<PersonId>> {
    let cases = desk.archive.cases()?.into_iter();
    let kept = cases.filter(|case| !case.unit.is_office() && case.stage != Stage::Destroyed);
    Ok(kept.filter_map(|case| case.supervisor).collect())
}

fn unwritten() -> Error {
    Error::new(Class::Unexpected, Problem::error("figures.write", "the figures cannot be written"))
}
