//! `casefile verify`: what the archive proves about itself.

use super::args::{LevelArg, VerifyArgs};
use super::context::Context;
use super::output;
use casefile::archive::{Level, Verification, VerifyOptions};
use casefile::error::{Class, Result};
use serde_json::{Value, json};
use std::process::ExitCode;

pub fn run(context: &Context, args: &VerifyArgs) -> Result<ExitCode> {
    let archive = context.archive()?;
    let level = match args.level {
        LevelArg::V0 => Level::V0,
        LevelArg::V1 => Level::V1,
        LevelArg::V2 => Level::V2,
        LevelArg::V3 => Level::V3,
    };
    let identity = if level == Level::V3 { Some(context.identity()?) } else { None };
    let options = VerifyOptions {
        level,
        identity: identity.as_ref(),
        unit: args.case.clone(),
        now: Some(Context::clock()?.now()),
    };
    let verification = archive.verify(&options)?;
    if context.json {
        output::json(&json(&verification))?;
    } else {
        output::line(&text(&verification))?;
    }
    Ok(ExitCode::from(if verification.damage.is_empty() { 0 } else { Class::Damage.exit_code() }))
}

fn level(level: Level) -> &'static str {
    match level {
        Level::V0 => "V0",
        Level::V1 => "V1",
        Level::V2 => "V2",
        Level::V3 => "V3",
    }
}

fn text(verification: &Verification) -> String {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(verification.proved.iter().map(|proof| format!("ok      {proof}")));
    lines.extend(
        verification.notices.iter().map(|finding| format!("notice  {}: {}", finding.path, finding.message)),
    );
    lines.extend(
        verification.damage.iter().map(|finding| format!("DAMAGE  {}: {}", finding.path, finding.message)),
    );
    lines.push(match verification.damage.len() {
        0 => format!("No damage found at level {}.", level(verification.level)),
        1 => "1 thing is damaged. Keep the archive as it is and fetch that object from a backup.".to_owned(),
        number => format!(
            "{number} things are damaged. Keep the archive as it is and fetch those objects from a backup."
        ),
    });
    lines.join("\n")
}

fn json(verification: &Verification) -> Value {
    let findings = |findings: &[casefile::archive::Finding]| -> Vec<Value> {
        findings
            .iter()
            .map(
                |finding| json!({ "code": finding.code, "object": finding.path, "message": finding.message }),
            )
            .collect()
    };
    json!({
        "level": level(verification.level),
        "proved": verification.proved,
        "damage": findings(&verification.damage),
        "notices": findings(&verification.notices),
    })
}
