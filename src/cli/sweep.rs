//! `casefile sweep`: what the passing of time changes, announces and proposes.

use super::args::SweepArgs;
use super::context::Context;
use super::{due, output, preview};
use casefile::calendar::{Act, Decision, Proposal};
use casefile::clock::Clock;
use casefile::error::Result;
use casefile::workflow::{self, Swept};
use serde_json::{Value, json};
use std::process::ExitCode;

pub fn run(context: &Context, args: &SweepArgs) -> Result<ExitCode> {
    let mut seat = context.seat()?;
    if let Some(on) = args.on {
        seat.clock = Clock::new(seat.clock.now(), Some(on));
    }
    let press = preview::press(context)?;
    let sweep = workflow::sweep(&seat.desk(), &press, !context.dry_run)?;
    if context.json {
        output::json(&sweep.swept.iter().map(swept_json).collect())?;
        return Ok(due::failed(context, sweep.failed));
    }
    for swept in &sweep.swept {
        output::line(&format!("{}  {}", swept.unit, words(swept, context.dry_run)))?;
    }
    if sweep.swept.is_empty() {
        output::say(context, "Nothing to do.");
    }
    Ok(due::failed(context, sweep.failed))
}

fn words(swept: &Swept, dry: bool) -> String {
    let done = |did: &str, would: &str| if dry { would.to_owned() } else { did.to_owned() };
    let (text, rule) = match &swept.decision {
        Decision::Do { act, rule } => (
            match act {
                Act::AgeOut { since, until } => {
                    format!(
                        "{} since {since}; closes by itself on {until}",
                        done("is aged-out", "would be aged-out")
                    )
                }
                Act::Close { since } => format!("{} since {since}", done("is closed", "would be closed")),
                Act::Extend { until } => {
                    format!("{} until {until}", done("is extended", "would be extended"))
                }
                Act::Label => done("has a new label", "would get a new label"),
                Act::Announce { closes } => {
                    format!("{}: it closes by itself on {closes}", done("is announced", "would be announced"))
                }
            },
            rule,
        ),
        Decision::Propose { proposal, rule } => (proposed(swept, proposal), rule),
    };
    format!("{text}  (rule {rule})")
}

fn proposed(swept: &Swept, proposal: &Proposal) -> String {
    let unit = &swept.unit;
    match proposal {
        Proposal::Inactive { last } => {
            format!("no contact since {last}: decide, casefile move {unit} inactive --reason …")
        }
        Proposal::AgedOutUncertain => {
            format!("of age by an uncertain date of birth: decide, casefile move {unit} aged-out --reason …")
        }
        Proposal::NoTransitionPlan => {
            format!(
                "of age without a transition plan: write and file it, casefile file transition-plan {unit}"
            )
        }
    }
}

fn swept_json(swept: &Swept) -> Value {
    let (decision, rule, detail) = match &swept.decision {
        Decision::Do { act, rule } => match act {
            Act::AgeOut { since, until } => ("aged-out", rule, json!({ "since": since, "until": until })),
            Act::Close { since } => ("closed", rule, json!({ "since": since })),
            Act::Extend { until } => ("extended", rule, json!({ "until": until })),
            Act::Label => ("label", rule, Value::Null),
            Act::Announce { closes } => ("announced", rule, json!({ "closes": closes })),
        },
        Decision::Propose { proposal, rule } => match proposal {
            Proposal::Inactive { last } => ("propose-inactive", rule, json!({ "last": last })),
            Proposal::AgedOutUncertain => ("propose-aged-out", rule, Value::Null),
            Proposal::NoTransitionPlan => ("no-transition-plan", rule, Value::Null),
        },
    };
    json!({
        "case": swept.unit, "decision": decision, "rule": rule, "detail": detail,
        "written": swept.receipt.is_some(), "entry": swept.receipt.as_ref().map(|receipt| receipt.entry.to_string()),
    })
}
