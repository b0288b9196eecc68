//! `casefile missing`: whether folders are complete.

use super::args::MissingArgs;
use super::context::Context;
use super::{due, output};
use casefile::calendar::{Lack, Lacking};
use casefile::error::Result;
use casefile::workflow;
use serde_json::{Value, json};
use std::process::ExitCode;

pub fn run(context: &Context, args: &MissingArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let today = args.on.unwrap_or_else(|| seat.clock.today());
    let views = due::views(&seat, &args.cases)?;
    let all = workflow::missing(&views.views, today);
    if context.json {
        let folder = |(unit, lacking): &(_, Vec<Lacking>)| json!({ "case": unit, "missing": lacking.iter().map(lacking_json).collect::<Vec<_>>() });
        output::json(&all.iter().map(folder).collect())?;
        return Ok(due::failed(context, views.failed));
    }
    for (unit, lacking) in &all {
        if lacking.is_empty() {
            output::say(context, &format!("{unit} is complete."));
            continue;
        }
        output::line(&unit.to_string())?;
        for lack in lacking {
            output::line(&format!("  {}  ({})\n      {}", words(&lack.lack), lack.source, lack.settle))?;
        }
    }
    Ok(due::failed(context, views.failed))
}

fn words(lack: &Lack) -> String {
    match lack {
        Lack::Missing(kind) => format!("no {kind}"),
        Lack::OlderStatus(kind) => format!("the {kind} in use carries an older status"),
        Lack::NoConsent => "no consent that holds".to_owned(),
        Lack::Overdue(what) => format!("overdue: {what}"),
        Lack::NoRisk => "no level of risk".to_owned(),
    }
}

fn lacking_json(lacking: &Lacking) -> Value {
    let (what, kind) = match &lacking.lack {
        Lack::Missing(kind) => ("missing", Some(kind)),
        Lack::OlderStatus(kind) => ("older-status", Some(kind)),
        Lack::NoConsent => ("no-consent", None),
        Lack::Overdue(what) => ("overdue", Some(what)),
        Lack::NoRisk => ("no-risk", None),
    };
    json!({ "lack": what, "of": kind, "source": lacking.source, "settle": lacking.settle })
}
