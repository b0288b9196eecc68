//! `casefile register`: a signed checkpoint over everything the archive holds now.

use super::context::Context;
use super::output;
use casefile::error::Result;
use serde_json::json;
use std::process::ExitCode;

pub fn run(context: &Context) -> Result<ExitCode> {
    let archive = context.archive()?;
    let identity = context.identity()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let made = archive.register(&identity)?;
    if context.json {
        output::json(&json!({
            "checkpoint": made.name(), "size": made.checkpoint.seq, "root": made.root, "added": made.added,
            "folders": made.folders,
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    output::line(&made.name())?;
    let folders = match made.folders {
        1 => "1 folder".to_owned(),
        number => format!("{number} folders"),
    };
    let words = if made.added == 0 {
        format!("Nothing changed since your last checkpoint; it covers the staff log and {folders}.")
    } else {
        format!(
            "This checkpoint covers the staff log and {folders} as they are now. Whoever takes any of it \
             away, or goes back before it, is found by `casefile verify`."
        )
    };
    output::say(context, &words);
    Ok(ExitCode::SUCCESS)
}
