//! `casefile show`: one case, and its documents for those who can open it.

use super::args::CaseArgs;
use super::context::Context;
use super::dispose::{disposal, stage};
use super::escrow::who_reads;
use super::give::{given_json, given_row};
use super::{output, report};
use casefile::archive::{Case, OpenCase, Review, ReviewVerdict};
use casefile::error::{Class, Error, Problem, Result, Severity};
use casefile::log::Reader;
use casefile::seal::card::replaced;
use casefile::seal::{Card, Concern, DocId, Signs};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::process::ExitCode;

pub fn run(context: &Context, args: &CaseArgs) -> Result<ExitCode> {
    let archive = context.archive()?;
    let shown = context.opened_if_named(&archive, archive.case(&args.case)?)?;
    let (case, opened) = (shown.case(), shown.open());
    let (cards, mut unreadable) = match opened {
        None => (None, Vec::new()),
        Some(open) => open.readable_cards().map(|(cards, problems)| (Some(cards), problems))?,
    };
    let given = opened.map(OpenCase::given).transpose();
    let given = given.or_else(|e| damaged(e, &mut unreadable))?.unwrap_or_default();
    let concern = opened.filter(|_| args.case.is_office()).map(OpenCase::concern).transpose();
    let concern = concern.or_else(|e| damaged(e, &mut unreadable))?;
    if context.json {
        let documents = cards.map(|cards| cards_json(case, &cards));
        let mut value = case_json(case);
        value["documents"] = json!(documents);
        value["given"] = json!(given.iter().map(given_json).collect::<Vec<_>>());
        value["about"] = json!(concern.as_ref().map(|concern| &concern.about));
        value["serious"] = json!(concern.as_ref().map(|concern| concern.serious));
        output::json(&value)?;
        return ended(unreadable);
    }
    output::line(&case_text(case))?;
    if let Some(about) = concern.as_ref().and_then(about_text) {
        output::line(&about)?;
    }
    match cards {
        Some(cards) => output::line(&cards_text(case, &cards))?,
        None if case.is_destroyed() => {}
        None => output::say(context, "Name your key with -i to see its documents."),
    }
    if !given.is_empty() {
        output::line(&output::table(
            &given.iter().map(|one| given_row(one, "  GIVEN ")).collect::<Vec<_>>(),
        ))?;
    }
    report::problems(context, &case.warnings());
    ended(unreadable)
}

/// Keeps what is damaged for the end: what can be read is shown all the same.
fn damaged<T>(e: Error, unreadable: &mut Vec<Problem>) -> Result<Option<T>> {
    if e.class() != Class::Damage {
        return Err(e);
    }
    unreadable.extend(e.problems().iter().cloned());
    Ok(None)
}

/// Success, or what could not be shown.
fn ended(mut unreadable: Vec<Problem>) -> Result<ExitCode> {
    for problem in &mut unreadable {
        problem.severity = Severity::Error;
    }
    Error::all(Class::Damage, unreadable).map_or(Ok(ExitCode::SUCCESS), Err)
}

fn case_json(case: &Case) -> Value {
    let state = case.state();
    json!({
        "case": case.unit(), "label": case.label(), "status": case.status(), "since": state.standing.since,
        "until": state.standing.until, "manager": state.team.as_ref().map(|team| &team.manager),
        "supervisor": state.team.as_ref().map(|team| &team.supervisor), "readers": state.readers,
        "escrows": case.escrows(), "reference": case.reference(), "disposal": disposal(case.stage()),
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
    lines.extend(disposal_text(case));
    if !case.is_destroyed() {
        let readers: Vec<String> = case.state().readers.iter().map(reader_text).collect();
        lines.push(format!("  readable   by {} and nobody else", who_reads(&readers, case.escrows())));
        lines.extend(
            case.escrows().iter().map(|escrow| format!("  escrow     {} {}", escrow.name, escrow.age)),
        );
    }
    lines.push(format!("  reference  {}", case.reference()));
    lines.join("\n")
}

/// Whom a matter is about, for its readers.
fn about_text(concern: &Concern) -> Option<String> {
    let mut about: Vec<String> = concern.about.iter().map(ToString::to_string).collect();
    about.extend(concern.serious.then(|| "a serious violation".to_owned()));
    (!about.is_empty()).then(|| format!("  about      {}", about.join(", ")))
}

/// How far the disposal of a case is, where there is one.
fn disposal_text(case: &Case) -> Option<String> {
    let steps = case.steps();
    let all = [steps.proposed, steps.approved, steps.decided, steps.destroyed];
    let newest = all.into_iter().flatten().last()?;
    let by: Vec<String> = newest.entry.signers.iter().map(ToString::to_string).collect();
    let (word, on, by) = (stage(case.stage()), newest.entry.time.day(), by.join(" and "));
    Some(if case.is_destroyed() {
        format!("  destroyed  on {on} by {by}; `casefile dispose certificate` says what it was")
    } else {
        format!("  disposal   {word}, last by {by} on {on}")
    })
}

/// A reader with their capacity and last day.
pub fn reader_text(reader: &Reader) -> String {
    let end = reader.until.map(|until| format!(" until {}", until.0)).unwrap_or_default();
    format!("{} ({}{end})", reader.id, reader.capacity)
}

fn cards_text(case: &Case, cards: &[Card]) -> String {
    let (withdrawn, reviews) = (case.withdrawn(), case.reviews());
    let (replaced, signed) = (replaced(cards), signed(cards));
    let mut rows = vec![output::row(["  DOCUMENT", "DATE", "KIND", "TITLE", "PERIOD", "REVIEW"])];
    rows.extend(cards.iter().map(|card| {
        let old = if replaced.contains(&card.d) { " (replaced)" } else { "" };
        let title = if withdrawn.contains(&card.d) {
            format!("{} (withdrawn)", struck(&card.title))
        } else {
            format!("{}{old}{}", card.title, signed_text(&signed, card))
        };
        let review = reviews.get(&card.d).map(review_text).unwrap_or_default();
        let period = card.period.map(|(start, end)| format!("{start}..{end}")).unwrap_or_default();
        vec![format!("  {}", card.d.short()), card.date.to_string(), card.kind.clone(), title, period, review]
    }));
    output::table(&rows)
}

/// Who signed the paper of which document.
fn signed(cards: &[Card]) -> HashMap<DocId, Vec<&Signs>> {
    let mut signed: HashMap<DocId, Vec<&Signs>> = HashMap::new();
    for signs in cards.iter().filter_map(|card| card.signs.as_ref()) {
        signed.entry(signs.d).or_default().push(signs);
    }
    signed
}

/// Of a scan what it is the signed paper of, of a document by whom its paper is signed.
fn signed_text(signed: &HashMap<DocId, Vec<&Signs>>, card: &Card) -> String {
    let of = card
        .signs
        .iter()
        .map(|signs| format!(" (of {}, signed by {} on {})", signs.d.short(), signs.by, signs.on));
    let by = signed
        .get(&card.d)
        .into_iter()
        .flatten()
        .map(|signs| format!(" (signed by {} on {})", signs.by, signs.on));
    of.chain(by).collect()
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

fn cards_json(case: &Case, cards: &[Card]) -> Vec<Value> {
    let (withdrawn, reviews) = (case.withdrawn(), case.reviews());
    cards.iter().map(|card| card_json(card, withdrawn.contains(&card.d), reviews.get(&card.d))).collect()
}

fn card_json(card: &Card, withdrawn: bool, review: Option<&Review>) -> Value {
    let review = review
        .map(|review| json!({ "verdict": review.verdict.word(), "by": review.by, "time": review.time }));
    json!({
        "document": card.d, "kind": card.kind, "title": card.title, "date": card.date, "period": card.period,
        "lang": card.lang, "copy": card.copy, "status": card.status, "size_bytes": card.size,
        "media": card.media, "supersedes": card.supersedes, "source": card.source, "sha256": card.plain,
        "signs": card.signs, "printed": card.printed, "withdrawn": withdrawn, "review": review,
    })
}
