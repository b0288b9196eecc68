//! `casefile caseload`: who holds how many cases, and who leads how many people.

use super::args::CaseloadArgs;
use super::context::Context;
use super::{due, output};
use casefile::calendar::{self, Hours, Load, Supervised};
use casefile::error::{Class, Error, Problem, Result};
use casefile::names::{PersonId, Unit};
use casefile::workflow;
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;

/// Where the time of a month went, by manager, and the cases that could not be read.
struct Time {
    month: (NaiveDate, NaiveDate),
    hours: BTreeMap<PersonId, Hours>,
    failed: Vec<(Unit, Error)>,
}

fn time(context: &Context) -> Result<Option<Time>> {
    let seat = context.seat()?;
    let Some(month) = calendar::last_full_month(seat.clock.today()) else { return Ok(None) };
    let views = due::views(&seat, &[])?;
    Ok(Some(Time { month, hours: calendar::hours(&views.views, month), failed: views.failed }))
}

/// The part `hours:` of a staff record, week by week; what no case tells stands there to be filled in.
fn sheet(context: &Context, person: &PersonId, period: (NaiveDate, NaiveDate)) -> Result<ExitCode> {
    let views = due::views(&context.seat()?, &[])?;
    let rounded = |minutes: u32| (minutes + 30) / 60;
    let mut text =
        "# other: records, meetings, training. No case tells them; add them here.\nhours:\n".to_owned();
    for (from, until) in calendar::weeks(period) {
        let hours =
            calendar::hours(&views.views, (from, until)).remove(person).ok_or_else(|| none(person))?;
        let (new, contact) = (rounded(hours.contact_new), rounded(hours.contact - hours.contact_new));
        let coordination = rounded(hours.all - hours.contact);
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "  - from: {from}\n    until: {until}\n    contact_new: {new}\n    contact_other: {contact}\n    \
             coordination: {coordination}\n    other: 0\n"
        );
    }
    output::print(text.as_bytes())?;
    output::say(context, "Next: put this part into the staff record, then: casefile file time-sheet STAFF-…");
    Ok(due::failed(context, views.failed))
}

fn none(person: &PersonId) -> Error {
    let problem = Problem::error("caseload.no-time", format!("{person} manages no case that your key opens"))
        .hint("casefile list shows who manages which case");
    Error::new(Class::NotFound, problem)
}

pub fn run(context: &Context, args: &CaseloadArgs) -> Result<ExitCode> {
    if let (Some(person), Some(period)) = (&args.sheet, &args.period) {
        return sheet(context, person, (period.start, period.end));
    }
    let time = if args.time { time(context)? } else { None };
    let (loads, teams) = workflow::caseload(&context.archive()?, &context.programmes()?)?;
    if context.json {
        let loads: Vec<Value> = loads.iter().map(load_json).collect();
        let teams: Vec<Value> = teams.iter().map(team_json).collect();
        let mut all = json!({ "managers": loads, "supervisors": teams });
        if let Some(time) = &time {
            all["time"] = time_json(time);
        }
        output::json(&all)?;
        return Ok(due::failed(context, time.map(|time| time.failed).unwrap_or_default()));
    }
    let mut rows = vec![output::row([
        "MANAGER",
        "SUPERVISOR",
        "OPEN",
        "AGED-OUT",
        "COUNTED",
        "LIMIT",
        "INACTIVE",
        "CLOSED",
        "",
    ])];
    rows.extend(loads.iter().map(load_row));
    output::line(&output::table(&rows))?;
    let mut rows = vec![output::row(["SUPERVISOR", "MANAGERS", "LIMIT", ""])];
    rows.extend(teams.iter().map(|team| {
        let number = team.managers.len().to_string();
        vec![team.supervisor.to_string(), number, limit(team.limit.as_ref()), over(team.is_over())]
    }));
    output::line(&format!("\n{}", output::table(&rows)))?;
    if let Some(time) = &time {
        let (from, until) = time.month;
        output::line(&format!("\nHours noted from {from} to {until} in the cases that your key opens:"))?;
        output::line(&output::table(&time_rows(time)))?;
    }
    Ok(due::failed(context, time.map(|time| time.failed).unwrap_or_default()))
}

fn time_rows(time: &Time) -> Vec<Vec<String>> {
    let heads = ["MANAGER", "CONTACT", "OF ALL", "SHARE", "RECOMMENDED", "NEW CASES", "RECOMMENDED"];
    let mut rows = vec![output::row(heads)];
    rows.extend(time.hours.iter().map(|(manager, hours)| {
        vec![
            manager.to_string(),
            clock(hours.contact),
            clock(hours.all),
            share(hours.contact_percent()),
            recommended(hours.contact_share.as_ref()),
            share(hours.new_percent()),
            recommended(hours.new_share.as_ref()),
        ]
    }));
    rows
}

/// `12:05` of 725 minutes.
fn clock(minutes: u32) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

fn share(percent: Option<u32>) -> String {
    percent.map_or_else(|| "–".to_owned(), |percent| format!("{percent} %"))
}

fn recommended(share: Option<&(u32, String)>) -> String {
    share.map_or_else(|| "–".to_owned(), |(percent, source)| format!("{percent} % ({source})"))
}

fn time_json(time: &Time) -> Value {
    let of_manager = |(manager, hours): (&PersonId, &Hours)| {
        json!({
            "manager": manager, "contact_minutes": hours.contact, "new_case_minutes": hours.contact_new,
            "all_minutes": hours.all, "contact_percent": hours.contact_percent(), "new_percent": hours.new_percent(),
            "contact_share": limit_json(hours.contact_share.as_ref()), "new_share": limit_json(hours.new_share.as_ref()),
        })
    };
    json!({ "from": time.month.0, "until": time.month.1, "managers": time.hours.iter().map(of_manager).collect::<Vec<_>>() })
}

fn load_row(load: &Load) -> Vec<String> {
    let [open, inactive, aged_out, closed] = load.by_status.map(|number| number.to_string());
    let supervisors: Vec<String> = load.supervisors.iter().map(ToString::to_string).collect();
    let counted = load.counted().to_string();
    let limit = limit(load.limit.as_ref());
    let over = over(load.is_over());
    vec![
        load.manager.to_string(),
        supervisors.join(", "),
        open,
        aged_out,
        counted,
        limit,
        inactive,
        closed,
        over,
    ]
}

fn limit(limit: Option<&(u32, String)>) -> String {
    limit.map_or_else(|| "–".to_owned(), |(number, source)| format!("{number} ({source})"))
}

fn over(is_over: bool) -> String {
    if is_over { "over the limit" } else { "" }.to_owned()
}

fn load_json(load: &Load) -> Value {
    let [open, inactive, aged_out, closed] = load.by_status;
    json!({
        "manager": load.manager, "supervisors": load.supervisors, "open": open, "inactive": inactive,
        "aged_out": aged_out, "closed": closed, "counted": load.counted(), "limit": limit_json(load.limit.as_ref()),
        "over": load.is_over(),
    })
}

fn team_json(team: &Supervised) -> Value {
    json!({
        "supervisor": team.supervisor, "managers": team.managers, "limit": limit_json(team.limit.as_ref()),
        "over": team.is_over(),
    })
}

fn limit_json(limit: Option<&(u32, String)>) -> Value {
    limit.map_or(Value::Null, |(number, source)| json!({ "value": number, "source": source }))
}
