//! Figures of a period, counted from what one person can open: no names of clients, no case numbers.

use super::Desk;
use super::case::CaseInHand;
use super::office::FolderInHand;
use crate::document::{Period, Words};
use crate::error::Result;
use crate::figures::goal_state;
use crate::names::{PersonId, Status, Unit};
use crate::record::model::{
    CaseRecord, Caseload, Count, FeedbackFigures, Figures, GoalState, Help, Outcome, TaskState, Text,
};
use crate::record::{Record, WorkModel};
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What was counted, and from how much.
pub struct CountedPart {
    /// The figures.
    pub figures: Figures,
    /// How many cases they are counted from.
    pub cases: usize,
    /// How many cases of the archive this person cannot open; they are in no figure.
    pub closed: usize,
}

/// Counts the figures of `period` from the cases and the feedback that the desk's key opens; `words` gives
/// what is counted its name.
///
/// # Errors
/// A folder that should open and is damaged, or whose record two people changed at once.
pub fn figures_part(desk: &Desk, period: Period, words: &Words) -> Result<CountedPart> {
    let mut sums = Sums { period, words, managers: BTreeMap::new(), counts: BTreeMap::new() };
    let (mut cases, mut closed, mut outcomes, mut answers) = (0, 0, BTreeMap::new(), Vec::new());
    for listing in desk.archive.cases()? {
        let mine = listing.is_read_by(desk.identity.id());
        if listing.unit.is_office() {
            if mine && listing.unit.category() == "FEEDBACK" {
                answers.extend(answer(desk, &listing.unit, period)?);
            }
        } else if mine {
            let case = CaseInHand::take(desk, &listing.unit)?;
            sums.case(case.record.case(), &case.statuses());
            let then = case.record_then(desk, period.1)?;
            goals(case.record.case(), then.as_ref(), period, words, &mut outcomes);
            cases += 1;
        } else {
            closed += 1;
        }
    }
    let services = sums.listed(CONTACTS);
    let counts = sums.listed(CASES);
    let figures = Figures {
        from: period.0,
        until: period.1,
        managers: sums.managers.into_values().collect(),
        overdue: None,
        services,
        outcomes: outcomes.into_values().collect(),
        feedback: (!answers.is_empty()).then(|| feedback(&answers)),
        counts,
        comment: None,
    };
    Ok(CountedPart { figures, cases, closed })
}

/// Which of the counts are services, and which are counts of cases.
const CONTACTS: bool = true;
const CASES: bool = false;

/// Counts by whether they are services, what is counted, and its group.
type Counts = BTreeMap<(bool, String, Option<String>), u32>;

/// What is summed up case by case.
struct Sums<'a> {
    period: Period,
    words: &'a Words,
    managers: BTreeMap<PersonId, Caseload>,
    counts: Counts,
}

impl Sums<'_> {
    fn case(&mut self, case: &CaseRecord, statuses: &[(Status, NaiveDate)]) {
        let (from, until) = self.period;
        let Some((status, since)) = statuses.iter().rfind(|(_, since)| *since <= until) else { return };
        let manager = &case.team.manager;
        let load = self.managers.entry(manager.id.clone()).or_insert_with(|| Caseload {
            manager: manager.clone(),
            supervisor: Some(case.team.supervisor.name.clone()),
            open: 0,
            inactive: 0,
            aged_out: 0,
            closed: 0,
            overdue: 0,
        });
        match status {
            Status::Open => load.open += 1,
            Status::Inactive => load.inactive += 1,
            Status::AgedOut => load.aged_out += 1,
            Status::Closed => load.closed += u32::from(*since >= from),
        }
        let tasks = case.goals.iter().flat_map(|goal| &goal.tasks);
        let overdue = tasks.filter(|task| {
            task.state == TaskState::Open && task.set <= until && task.due.is_some_and(|due| due < until)
        });
        load.overdue += u32::try_from(overdue.count()).unwrap_or(u32::MAX);
        let word = self.words.get_or_id(&format!("status.{}", status.word()));
        self.add(CASES, "Cases on the last day", Some(word));
        if self.within(case.case.admitted) {
            self.add(CASES, "New cases", Some(case.case.number.category().to_owned()));
        }
        for contact in case.contacts.iter().filter(|it| it.on >= from && it.on <= until) {
            let kind = self.words.get_or_id(&format!("vocab.contact-kind.{}", id(&contact.kind)));
            self.add(CONTACTS, &kind, None);
        }
        for _ in case.referrals.iter().filter(|it| it.date >= from && it.date <= until) {
            self.add(CONTACTS, "Referrals to services", None);
        }
    }

    fn within(&self, date: NaiveDate) -> bool {
        (self.period.0..=self.period.1).contains(&date)
    }

    fn add(&mut self, services: bool, what: &str, group: Option<String>) {
        *self.counts.entry((services, what.to_owned(), group)).or_default() += 1;
    }

    fn listed(&self, services: bool) -> Vec<Count> {
        let count = |((_, what, group), count): (&(bool, String, Option<String>), &u32)| Count {
            what: Text(what.clone()),
            group: group.clone().map(Text),
            count: *count,
        };
        self.counts.iter().filter(|((is_service, ..), _)| *is_service == services).map(count).collect()
    }
}

/// The goals of a case that were set by the end of the period, by area of life: reached, of how many.
fn goals(
    case: &CaseRecord,
    then: Option<&Record>,
    period: Period,
    words: &Words,
    outcomes: &mut BTreeMap<String, Outcome>,
) {
    for goal in case.goals.iter().filter(|goal| goal.set <= period.1) {
        let area = words.get_or_id(&format!("vocab.area.{}", id(&goal.area)));
        let outcome = outcomes.entry(area.clone()).or_insert_with(|| Outcome {
            goal: Text(area),
            indicator: Text("Goals achieved, or achieved in part".to_owned()),
            reached: 0,
            of: 0,
            comment: None,
        });
        outcome.of += 1;
        outcome.reached +=
            u32::from(matches!(goal_state(goal, then), GoalState::Achieved | GoalState::PartlyAchieved));
    }
}

/// What a client said of the help of the service now, and of their case manager.
type Answer = [Option<Help>; 2];

/// The answer in a folder, where it is of the period.
fn answer(desk: &Desk, unit: &Unit, period: Period) -> Result<Option<Answer>> {
    let folder = FolderInHand::take(desk, unit)?;
    let WorkModel::Feedback(it) = folder.record.model() else { return Ok(None) };
    Ok((period.0..=period.1).contains(&it.date).then_some([it.help_now, it.help_manager]))
}

fn feedback(answers: &[Answer]) -> FeedbackFigures {
    let count = |helps: usize| u32::try_from(helps).unwrap_or(u32::MAX);
    let of = |question: usize| answers.iter().filter_map(move |answer| answer[question]);
    let much = |question| count(of(question).filter(|help| matches!(help, Help::Lot | Help::Great)).count());
    let tenths = |question| {
        let (given, points) = (count(of(question).count()), of(question).map(Help::points).sum::<u32>());
        (20 * points + given).checked_div(2 * given)
    };
    FeedbackFigures {
        answers: count(answers.len()),
        helped: much(0),
        helped_by_manager: much(1),
        help_tenths: tenths(0),
        manager_tenths: tenths(1),
        said: None,
    }
}

/// A word of a list as records write it.
fn id(word: &impl Serialize) -> String {
    serde_json::to_value(word).ok().and_then(|id| id.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The figures as the part of a programme's record that holds them; fields that say nothing are left out.
pub fn as_part(figures: &Figures) -> String {
    let mut value = serde_json::to_value(figures).unwrap_or_default();
    without_nothing(&mut value);
    let text = format!("{value:#}").replace('\n', "\n    ");
    format!("figures:\n  - {text}\n")
}

fn without_nothing(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(without_nothing);
            fields.retain(|_, field| {
                !field.is_null() && field.as_array().is_none_or(|items| !items.is_empty())
            });
        }
        Value::Array(items) => items.iter_mut().for_each(without_nothing),
        _ => {}
    }
}
