//! `casefile policy`: how long closed cases are kept.

use super::args::{PolicyCommand, PolicySetArgs};
use super::context::Context;
use super::output;
use casefile::error::Result;
use casefile::log::Policy;
use serde_json::json;
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
        match &rule.category {
            None => policy.default = rule.years,
            Some(category) => drop(policy.retention.insert(category.clone(), rule.years)),
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
    let kept = |category: &str, years: Option<u32>| match years {
        Some(years) => format!("  {category}  {years} years after closing"),
        None => format!("  {category}  for ever"),
    };
    let rules = policy.filter(|policy| policy.default.is_some() || !policy.retention.is_empty());
    let Some(policy) = rules else {
        return "No policy says how long cases are kept: none is ever due.".to_owned();
    };
    let mut lines = vec!["Closed cases are kept:".to_owned()];
    lines.extend(policy.retention.iter().map(|(category, years)| kept(category, *years)));
    lines.push(kept("all others", policy.default));
    lines.push(format!("Between a decision and the destruction lie {} days.", policy.waiting_days));
    lines.join("\n")
}
