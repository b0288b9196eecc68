//! `casefile due`: what has to be done, until when, and by which rule.

use super::args::DueArgs;
use super::context::{Context, Seat};
use super::{ics, output, report};
use casefile::calendar::Item;
use casefile::document::narrative;
use casefile::error::{Class, Error, Result};
use casefile::names::Unit;
use casefile::workflow::{self, Views};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::process::ExitCode;

pub fn run(context: &Context, args: &DueArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let today = args.on.unwrap_or_else(|| seat.clock.today());
    let agenda = workflow::agenda(&seat.desk(), &args.cases)?;
    let mut items = agenda.due(today);
    items.retain(|item| item.is_shown(today, args.within));
    items.retain(|item| args.person.as_ref().is_none_or(|person| item.who.contains(person)));
    if let Some(file) = &args.ics {
        casefile::fs::check_replaces(file, b"BEGIN:VCALENDAR", "calendar")?;
        let calendar = ics::calendar(&items, &seat.archive.id(), seat.clock.now());
        casefile::fs::write_atomic(file, calendar.as_bytes())?;
        output::say(context, &format!("{} written: {} events, no names.", file.display(), items.len()));
    }
    if context.json {
        output::json(&items.iter().map(|item| item_json(item, today)).collect())?;
    } else if items.is_empty() {
        output::say(context, "Nothing is due.");
    } else {
        output::line(&text(&items, today))?;
    }
    Ok(failed(context, agenda.failed))
}

/// The cases that a person can open, with a sentence where there are none.
pub fn views(seat: &Seat, cases: &[Unit]) -> Result<Views> {
    workflow::views(&seat.desk(), cases)
}

/// Says which cases could not be read; the rest of the list stands.
pub fn failed(context: &Context, failed: Vec<(Unit, Error)>) -> ExitCode {
    let code = if failed.is_empty() { 0 } else { Class::Partial.exit_code() };
    for (unit, error) in failed {
        output::tell(&format!("{unit} could not be looked at:"));
        report::print(context, &error);
    }
    ExitCode::from(code)
}

fn text(items: &[Item], today: NaiveDate) -> String {
    let mut lines = Vec::new();
    for item in items {
        let unit = item.unit.as_ref().map(ToString::to_string).unwrap_or_default();
        let who: Vec<String> = item.who.iter().map(ToString::to_string).collect();
        let on = item.at.map_or_else(String::new, |at| at.format(" by %H:%M").to_string());
        lines.push(format!(
            "{}  {:14}  {unit}  {}{on}  ({})",
            item.on,
            late(item, today),
            item.what,
            who.join(", ")
        ));
        if let Some(detail) = &item.detail {
            lines.push(format!("{:28}{}", "", shortened(&narrative::plain(detail))));
        }
        lines.push(format!("{:28}{}", "", rule(item)));
        lines.push(format!("{:28}{}", "", item.settle));
    }
    lines.join("\n")
}

/// `3 days late`, `today`, `in 5 days`.
fn late(item: &Item, today: NaiveDate) -> String {
    match item.days_late(today) {
        0 => "today".to_owned(),
        1 => "1 day late".to_owned(),
        -1 => "tomorrow".to_owned(),
        late if late > 0 => format!("{late} days late"),
        ahead => format!("in {} days", -ahead),
    }
}

fn rule(item: &Item) -> String {
    match &item.rule {
        Some(rule) => format!("rule {rule} ({})", item.source),
        None => item.source.clone(),
    }
}

/// One line of a longer text.
fn shortened(text: &str) -> String {
    const CHARACTERS: usize = 72;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= CHARACTERS {
        return line;
    }
    line.chars().take(CHARACTERS - 1).chain(['…']).collect()
}

fn item_json(item: &Item, today: NaiveDate) -> Value {
    json!({
        "on": item.on, "at": item.at, "days_late": item.days_late(today), "case": item.unit, "what": item.what,
        "detail": item.detail.as_deref().map(narrative::plain), "who": item.who, "rule": item.rule,
        "source": item.source, "settle": item.settle,
    })
}
