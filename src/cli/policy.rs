//! `casefile policy`: how long closed cases and folders about the work are kept.

use super::args::{PolicyCommand, PolicySetArgs, RetainedArg};
use super::context::Context;
use super::output;
use casefile::error::Result;
use casefile::log::Policy;
use serde_json::json;
use std::collections::BTreeMap;
use std::process::ExitCode;

pub fn run(context: &Context, command: &PolicyCommand) -> Result<ExitCode> {
    match command {
        PolicyCommand::Show => show(context, context.archive()?.policy()?.as_ref()),
        PolicyCommand::Set(args) => set(context, args),
    }
}

fn set(context: &Context, args: &PolicySetArgs) -> Result<ExitCode> {
    let mut archive = context.archive()?;
    let holder = context.identity()?;
    let mut policy = Policy { waiting_days: args.waiting, ..Policy::default() };
    for rule in &args.rules {
        match &rule.of {
            RetainedArg::OtherCases => policy.default = rule.years,
            RetainedArg::Cases(category) => drop(policy.retention.insert(category.clone(), rule.years)),
            RetainedArg::OtherOffice => policy.office_default = rule.years,
            RetainedArg::Office(word) => drop(policy.office.insert(word.clone(), rule.years)),
        }
    }
    if !context.dry_run {
        let clock = Context::clock_of(&archive)?;
        archive.set_policy(&holder, &policy, &clock)?;
        output::say(context, "This policy is in force now:");
    }
    show(context, Some(&policy))
}

fn show(context: &Context, policy: Option<&Policy>) -> Result<ExitCode> {
    if context.json {
        let rules = policy.map(Policy::json);
        output::json(&json!({ "policy": rules }))?;
        return Ok(ExitCode::SUCCESS);
    }
    output::line(&words(policy))?;
    Ok(ExitCode::SUCCESS)
}

fn words(policy: Option<&Policy>) -> String {
    let Some(policy) = policy else { return NO_CASE.to_owned() };
    let cases = policy.default.is_some() || !policy.retention.is_empty();
    let mut lines = Vec::new();
    if cases {
        lines.push("Closed cases are kept:".to_owned());
        lines.extend(rules(&policy.retention, policy.default, "closing"));
    } else {
        lines.push(NO_CASE.to_owned());
    }
    if policy.has_office() {
        lines.push("Folders about the work are kept:".to_owned());
        lines.extend(rules(&policy.office, policy.office_default, "the last entry about the matter"));
    }
    if cases || policy.has_office() {
        lines.push(format!("Between a decision and the destruction lie {} days.", policy.waiting_days));
    }
    lines.join("\n")
}

const NO_CASE: &str = "No policy says how long cases are kept: none is ever due.";

fn rules(of: &BTreeMap<String, Option<u32>>, others: Option<u32>, after: &str) -> Vec<String> {
    let kept = |category: &str, years: Option<u32>| match years {
        Some(years) => format!("  {category}  {years} years after {after}"),
        None => format!("  {category}  for ever"),
    };
    let named = of.iter().map(|(category, years)| kept(category, *years));
    named.chain([kept("all others", others)]).collect()
}
