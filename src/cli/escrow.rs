//! `casefile escrow`: a recipient beside the readers, off unless somebody turns it on.

use super::args::EscrowCommand;
use super::context::Context;
use super::output;
use casefile::archive::{Archive, Listing};
use casefile::error::Result;
use casefile::log::Escrow;
use serde_json::json;
use std::process::ExitCode;

pub fn run(context: &Context, command: &EscrowCommand) -> Result<ExitCode> {
    match command {
        EscrowCommand::Show => show(context),
        EscrowCommand::On { recipient, name } => {
            set(context, Some(&Escrow { name: name.clone(), age: recipient.clone() }))
        }
        EscrowCommand::Off => set(context, None),
    }
}

fn show(context: &Context) -> Result<ExitCode> {
    let archive = context.archive()?;
    let folders = archive.cases()?;
    if context.json {
        let opens: Vec<_> = folders.iter().filter(|folder| !folder.escrows.is_empty()).collect();
        let opens = opens.iter().map(|folder| json!({ "case": folder.unit, "escrows": folder.escrows }));
        output::json(&json!({ "escrow": archive.escrow(), "opens": opens.collect::<Vec<_>>() }))?;
        return Ok(ExitCode::SUCCESS);
    }
    output::line(&state(&archive))?;
    folders_line(&folders)?;
    Ok(ExitCode::SUCCESS)
}

fn set(context: &Context, escrow: Option<&Escrow>) -> Result<ExitCode> {
    let mut archive = context.archive()?;
    let administrator = context.identity()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let clock = Context::clock_of(&archive)?;
    archive.set_escrow(&administrator, escrow, &clock)?;
    output::say(context, &state(&archive));
    let stale = |folder: &&Listing| match escrow {
        Some(escrow) => !folder.escrows.contains(escrow),
        None => !folder.escrows.is_empty(),
    };
    let folders = archive.cases()?;
    let stale = folders.iter().filter(stale).count();
    if stale > 0 {
        let deep = if escrow.is_some() { "" } else { " --deep" };
        let words =
            format!("{stale} folders are as they were. Next: their readers run casefile rekey --all{deep}");
        output::say(context, &words);
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether it is on, in a sentence.
fn state(archive: &Archive) -> String {
    match archive.escrow() {
        None => "No escrow identity: what is sealed is sealed to its readers alone.".to_owned(),
        Some(escrow) => {
            format!("Every envelope made from now on is sealed to {escrow} too: {}", escrow.age)
        }
    }
}

/// Names the escrow identity under a list of people, where it is on.
pub fn person_line(archive: &Archive) -> Result<()> {
    match archive.escrow() {
        Some(_) => output::line(&state(archive)),
        None => Ok(()),
    }
}

/// Names under a listing the folders that an escrow identity opens.
pub fn folders_line(folders: &[Listing]) -> Result<()> {
    let mut named: Vec<&Escrow> = Vec::new();
    for escrow in folders.iter().flat_map(|folder| &folder.escrows) {
        if !named.contains(&escrow) {
            named.push(escrow);
        }
    }
    for escrow in named {
        let opens = folders.iter().filter(|folder| folder.escrows.contains(escrow));
        let units: Vec<&str> = opens.map(|folder| folder.unit.as_str()).collect();
        output::line(&format!("Also opened by {escrow} ({}): {}", escrow.age, units.join(", ")))?;
    }
    Ok(())
}

/// Who reads a folder, the escrow identity among them.
pub fn who_reads(readers: &[String], escrows: &[Escrow]) -> String {
    let all: Vec<String> = readers.iter().cloned().chain(escrows.iter().map(ToString::to_string)).collect();
    all.join(" and ")
}
