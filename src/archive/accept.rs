//! Late entries: what a person who has left signed and nobody had seen, looked at and accepted.
//!
//! A `resolve` accepts every late entry among its ancestors. So it is drafted on the history as it will be
//! with them: it names them as parents and repeats the state that they give.

use super::case::Case;
use super::error;
use super::unlocked::OpenCase;
use crate::error::{Class, Error, Problem, Result};
use crate::log::{Entry, Judged, NoteName, Part, Roster, fold_accepting};
use crate::seal::{Card, DocId};
use std::collections::{BTreeSet, HashSet};
use std::sync::OnceLock;

/// Which late entries are accepted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Accepted {
    /// None.
    #[default]
    None,
    /// All of them.
    All,
    /// Those whose hash begins with one of these digits, and the late ones they build on.
    These(Vec<String>),
}

impl Accepted {
    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        *self == Self::None
    }
}

/// A late entry, and what it would file.
pub struct LateEntry {
    /// Its name.
    pub name: NoteName,
    /// What it says.
    pub entry: Entry,
    /// The id of each document that it adds, with its card where it can be opened.
    pub documents: Vec<(DocId, Option<Card>)>,
}

impl Case {
    /// The folder as it is once a `resolve` has accepted these late entries.
    ///
    /// # Errors
    /// `archive.no-late`, `archive.which-late` and, where late entries lie below others that count and
    /// would be accepted unsaid, `archive.open-question` (input).
    pub(super) fn accepting(mut self, roster: &Roster, which: &Accepted) -> Result<Self> {
        let chosen = self.chosen(which)?;
        let thread = self.thread();
        let late: BTreeSet<NoteName> = thread.late().map(|judged| judged.name).collect();
        let chosen: Vec<NoteName> = thread.ancestry(&chosen).intersection(&late).copied().collect();
        // Whatever a resolve builds on it accepts, whether its writer knew or not.
        let below = thread.ancestry(&thread.heads);
        if let Some(name) = below.intersection(&late).find(|name| !chosen.contains(name)) {
            return Err(unsaid_late(&self, name));
        }
        let accepted: HashSet<NoteName> = chosen.into_iter().collect();
        if accepted.is_empty() {
            return Ok(self);
        }
        let verified = &self.remembered.verified;
        let folded = fold_accepting(&self.unit, &self.files.notes, roster, verified, &accepted);
        let state = folded.threads.first().and_then(|thread| thread.state.clone());
        let state = state.ok_or_else(|| error::no_history(&self.unit))?;
        self.refold(folded.threads, state);
        Ok(self)
    }

    /// The late entries meant.
    fn chosen(&self, which: &Accepted) -> Result<Vec<NoteName>> {
        let late: Vec<&Judged> = self.thread().late().collect();
        let meant = match which {
            Accepted::None => return Ok(Vec::new()),
            _ if late.is_empty() => {
                let message = format!("no entry of {} is late", self.unit());
                return Err(error::bad_change("archive.no-late", message, "there is nothing to accept"));
            }
            Accepted::All => return Ok(late.iter().map(|judged| judged.name).collect()),
            Accepted::These(digits) => digits,
        };
        let find = |digits: &String| {
            let mut begins =
                late.iter().filter(|judged| judged.name.hash.to_string().starts_with(digits.as_str()));
            match (begins.next(), begins.next()) {
                (Some(one), None) => Ok(one.name),
                _ => Err(which_late(self, &late)),
            }
        };
        meant.iter().map(find).collect()
    }
}

fn unsaid_late(case: &Case, name: &NoteName) -> Error {
    let unit = case.unit();
    let message = format!(
        "others have built on a late entry ({}), so whatever settles something in {unit} accepts it too",
        name.hash.short(16)
    );
    let hint = format!(
        "look at what is late: casefile resolve {unit} --late all --reason … --dry-run; then say so with --late"
    );
    error::bad_change("archive.open-question", message, &hint)
}

fn which_late(case: &Case, late: &[&Judged]) -> Error {
    let ids: Vec<String> = late.iter().map(|judged| judged.name.hash.short(16)).collect();
    let message = format!("this is none of the late entries of {}: {}", case.unit(), ids.join(", "));
    let problem = Problem::error("archive.which-late", message)
        .hint("name each by its first digits as `casefile history` prints them, or say --late all");
    Error::new(Class::Input, problem)
}

impl OpenCase<'_> {
    /// The late entries that would be accepted, oldest first, with the cards of what they would file.
    ///
    /// # Errors
    /// As for accepting them.
    pub fn late(self, which: &Accepted) -> Result<Vec<LateEntry>> {
        let late: Vec<Judged> = self.case.thread().late().cloned().collect();
        let Self { archive, case, keys, .. } = self;
        let open =
            OpenCase { archive, case: case.accepting(archive.roster(), which)?, keys, word: OnceLock::new() };
        let still: BTreeSet<NoteName> = open.case.thread().late().map(|judged| judged.name).collect();
        let (cards, _) = open.readable_cards()?;
        let documents = |entry: &Entry| {
            let added = entry.add.iter().filter(|added| added.r == Part::Doc);
            added.map(|added| (added.d, cards.iter().find(|card| card.d == added.d).cloned())).collect()
        };
        let accepted = late.into_iter().filter(|judged| !still.contains(&judged.name));
        Ok(accepted
            .map(|judged| LateEntry {
                documents: documents(&judged.entry),
                name: judged.name,
                entry: judged.entry,
            })
            .collect())
    }
}
