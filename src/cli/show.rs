//! `casefile show`: one case, and its documents for those who can open it.

use super::args::CaseArgs;
use super::context::Context;
use super::{output, report};
use casefile::archive::{Case, OpenCase, Review, ReviewVerdict};
use casefile::error::Result;
use casefile::log::Reader;
use casefile::seal::{Card, Concern};
use serde_json::{Value, json};
use std::process::ExitCode;

pub fn run(context: &Context, args: &CaseArgs) -> Result<ExitCode> {
    let archive = context.archive()?;
    let case = archive.case(&args.case)?;
    let opened = match context.identity_if_named()? {
        Some(identity) => Some(archive.unlock(&args.case, &identity)?),
        None => None,
    };
    let cards = opened.as_ref().map(OpenCase::cards).transpose()?;
    let concern = opened.as_ref().filter(|_| args.case.is_office()).map(OpenCase::concern).transpose()?;
    if context.json {
        let documents =
            cards.map(|cards| cards.iter().map(|card| card_json(&case, card)).collect::<Vec<_>>());
        let mut value = case_json(&case);
        value["documents"] = json!(documents);
        value["about"] = json!(concern.as_ref().map(|concern| &concern.about));
        value["serious"] = json!(concern.as_ref().map(|concern| concern.serious));
        output::json(&value)?;
        return Ok(ExitCode::SUCCESS);
    }
    output::line(&case_text(&case))?;
    if let Some(about) = concern.as_ref().and_then(about_text) {
        output::line(&about)?;
    }
    match cards {
        Some(cards) => output::line(&cards_text(&case, &cards))?,
        None => output::say(context, "Name your key with -i to see its documents."),
    }
    report::problems(context, &case.warnings());
    Ok(ExitCode::SUCCESS)
}

fn case_json(case: &Case) -> Value {
    let state = case.state();
    json!({
        "case": case.unit(), "label": case.label(), "status": case.status(), "since": state.standing.since,
        "until": state.standing.until, "manager": state.team.as_ref().map(|team| &team.manager),
        "supervisor": state.team.as_ref().map(|team| &team.supervisor), "readers": state.readers,
        "reference": case.reference(),
        "warnings": case.warnings().iter().map(report::problem_json).collect::<Vec<_>>(),
    })
}

fn case_text(case: &Case) -> String {
    let standing = case.state().standing;
    let mut lines = vec![case.label()];
    if let Some((status, since)) = standing.status.zip(standing.since) {
        let until =
            standing.until.map(|until| format!(", closes by itself on {}", until.0)).unwrap_or_default();
        lines.push(format!("  status     {status} since {}{until}", since.0));
    }
    let readers: Vec<String> = case.state().readers.iter().map(reader_text).collect();
    lines.push(format!("  readable   by {} and nobody else", readers.join(" and ")));
    lines.push(format!("  reference  {}", case.reference()));
    lines.join("\n")
}

/// Whom a matter is about, for its readers.
fn about_text(concern: &Concern) -> Option<String> {
    let mut about: Vec<String> = concern.about.iter().map(ToString::to_string).collect();
    about.extend(concern.serious.then(|| "a serious violation".to_owned()));
    (!about.is_empty()).then(|| format!("  about      {}", about.join(", ")))
}

/// A reader with their capacity and last day.
pub fn reader_text(reader: &Reader) -> String {
    let end = reader.until.map(|until| format!(" until {}", until.0)).unwrap_or_default();
    format!("{} ({}{end})", reader.id, reader.capacity)
}

fn cards_text(case: &Case, cards: &[Card]) -> String {
    let (withdrawn, reviews) = (case.withdrawn(), case.reviews());
    let superseded = |card: &Card| cards.iter().any(|other| other.supersedes.contains(&card.d));
    let mut rows = vec![output::row(["  DOCUMENT", "DATE", "KIND", "TITLE", "PERIOD", "REVIEW"])];
    rows.extend(cards.iter().map(|card| {
        let old = if superseded(card) { " (replaced)" } else { "" };
        let title = if withdrawn.contains(&card.d) {
            format!("{} (withdrawn)", struck(&card.title))
        } else {
            format!("{}{old}", card.title)
        };
        let review = reviews.get(&card.d).map(review_text).unwrap_or_default();
        let period = card.period.map(|(start, end)| format!("{start}..{end}")).unwrap_or_default();
        vec![format!("  {}", card.d.short()), card.date.to_string(), card.kind.clone(), title, period, review]
    }));
    output::table(&rows)
}

/// Text with a line through it, for terminals and files alike.
fn struck(text: &str) -> String {
    text.chars().flat_map(|c| [c, '\u{336}']).collect()
}

fn review_text(review: &Review) -> String {
    let by: Vec<String> = review.by.iter().map(ToString::to_string).collect();
    let word = match review.verdict {
        ReviewVerdict::Approve => "approved",
        ReviewVerdict::Return => "returned",
    };
    format!("{word} by {}", by.join(" and "))
}

fn card_json(case: &Case, card: &Card) -> Value {
    let review = case
        .reviews()
        .get(&card.d)
        .map(|review| json!({ "verdict": review.verdict.word(), "by": review.by, "time": review.time }));
    json!({
        "document": card.d, "kind": card.kind, "title": card.title, "date": card.date, "period": card.period,
        "lang": card.lang, "copy": card.copy, "status": card.status, "size_bytes": card.size,
        "media": card.media, "supersedes": card.supersedes, "source": card.source, "sha256": card.plain,
        "withdrawn": case.withdrawn().contains(&card.d), "review": review,
    })
}
