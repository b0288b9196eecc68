//! `casefile settle` and `casefile repair`: the files of the archive, put right without any key.

use super::args::{RepairArgs, SettleArgs};
use super::context::Context;
use super::output;
use casefile::archive::{Finding, Settled};
use casefile::error::{Class, Result};
use serde_json::{Value, json};
use std::process::ExitCode;

pub fn settle(context: &Context, args: &SettleArgs) -> Result<ExitCode> {
    let mut archive = context.archive()?;
    let now = Context::clock()?.now();
    let settled = match &args.from {
        Some(from) => archive.merge(from, now, context.dry_run)?,
        None => archive.settle(&args.cases, now, context.dry_run)?,
    };
    print(context, &settled, "Everything lies where it should.")
}

pub fn repair(context: &Context, args: &RepairArgs) -> Result<ExitCode> {
    let settled = context.repair(&args.from)?;
    print(context, &settled, "Nothing is missing or damaged that the history names.")
}

/// Says what was done and what was left; exit code 4 where something was left that should not be.
fn print(context: &Context, settled: &Settled, nothing: &str) -> Result<ExitCode> {
    if context.json {
        let rows = |findings: &[Finding]| findings.iter().map(row).collect::<Vec<_>>();
        let (done, left) = (rows(&settled.done), rows(&settled.left));
        output::json(&json!({ "dry_run": context.dry_run, "done": done, "left": left }))?;
    } else {
        let word = if context.dry_run { "would" } else { "done " };
        let done = settled.done.iter().map(|finding| (word, finding));
        for (word, finding) in done.chain(settled.left.iter().map(|finding| ("left ", finding))) {
            output::line(&format!("{word}  {}: {}", output::one_line(&finding.path), finding.message))?;
        }
        if settled.done.is_empty() && settled.left.is_empty() {
            output::say(context, nothing);
        }
    }
    let partial = settled.left.iter().any(Finding::is_unfinished);
    Ok(ExitCode::from(if partial { Class::Partial.exit_code() } else { 0 }))
}

fn row(finding: &Finding) -> Value {
    json!({ "code": finding.code, "object": finding.path, "message": finding.message })
}
