//! `casefile caseload`: who holds how many cases, and who leads how many people.

use super::context::Context;
use super::output;
use casefile::calendar::{Load, Supervised};
use casefile::error::Result;
use casefile::workflow;
use serde_json::{Value, json};
use std::process::ExitCode;

pub fn run(context: &Context) -> Result<ExitCode> {
    let (loads, teams) = workflow::caseload(&context.archive()?, &context.programmes()?)?;
    if context.json {
        let loads: Vec<Value> = loads.iter().map(load_json).collect();
        let teams: Vec<Value> = teams.iter().map(team_json).collect();
        output::json(&json!({ "managers": loads, "supervisors": teams }))?;
        return Ok(ExitCode::SUCCESS);
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
    Ok(ExitCode::SUCCESS)
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
