//! `casefile handover`: how a colleague leaves.

use super::admit::say_filed;
use super::args::{
    HandoverArgs, HandoverCommand, HandoverCompleteArgs, HandoverModeArg, HandoverPackArgs,
    HandoverRevokeArgs, HandoverStartArgs,
};
use super::context::{Context, Seat};
use super::{output, preview, report};
use casefile::error::{Class, Error, Problem, Result};
use casefile::log::Role;
use casefile::names::{PersonId, Unit};
use casefile::record::model::HandoverMode;
use casefile::workflow::handover::{self, Completed, Ended, HandoverStatus, Start};
use serde_json::{Value, json};
use std::process::ExitCode;

pub fn run(context: &Context, command: &HandoverCommand) -> Result<ExitCode> {
    match command {
        HandoverCommand::Start(args) => start(context, args),
        HandoverCommand::Status(args) => status(context, args),
        HandoverCommand::Brief(args) => {
            sign(context, args, handover::sign_briefing, "You signed that you were briefed")
        }
        HandoverCommand::Shadow(args) => shadow(context, args),
        HandoverCommand::Accept(args) => {
            sign(context, args, handover::accept, "You signed that you take over")
        }
        HandoverCommand::Document(args) => document(context, args),
        HandoverCommand::Pack(args) => pack(context, args),
        HandoverCommand::Revoke(args) => revoke(context, args),
        HandoverCommand::Complete(args) => complete(context, args),
    }
}

fn start(context: &Context, args: &HandoverStartArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let asked = Start {
        leaver: args.from.clone(),
        to: args.to.clone(),
        assigned: args.assign.iter().cloned().collect(),
        cases: args.cases.clone(),
        mode: match args.mode {
            HandoverModeArg::Departure => HandoverMode::Departure,
            HandoverModeArg::Reassign => HandoverMode::Reassign,
            HandoverModeArg::Urgent => HandoverMode::Urgent,
        },
        last_day: args.last_day,
        names: args.name.iter().cloned().collect(),
    };
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let started = handover::start(&seat.desk(), &asked)?;
    let (unit, record) = (&started.unit, &started.record);
    let began = if started.resumed { "goes on" } else { "is begun" };
    let leaver = &record.leaver.id;
    let count = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let cases = count(record.cases.len(), "case", "cases");
    let matters = count(record.matters.len(), "folder about the work", "folders about the work");
    output::say(context, &format!("Handover {unit} of {leaver} {began}: {cases}, {matters}."));
    for matter in &record.matters {
        let (folder, to) = (&matter.folder, matter.to.as_ref().map_or("nobody", |to| to.id.as_str()));
        let kept_out = started.kept_out.iter().find(|(unit, _)| unit == folder);
        let why = kept_out.map(|(_, who)| format!("; {who} may not read it (casefile matter rules)"));
        output::say(context, &format!("{folder} goes to {to}{}.", why.unwrap_or_default()));
    }
    for part in &record.parts {
        output::say(context, &format!("{} reads their part in {}.", part.to.id, part.folder));
    }
    match (args.mode, record.last_day) {
        (HandoverModeArg::Urgent, _) => {
            output::say(context, &format!("{leaver} reads none of them any more."));
        }
        (_, Some(day)) => output::say(context, &format!("{leaver} reads them until {day} and no longer.")),
        (_, None) => {
            output::say(context, &format!("{leaver} has no last day yet: --last-day DATE sets one."));
        }
    }
    if !started.ended.is_empty() && started.unfinished.is_empty() {
        receipt(context, &seat, unit, &started.ended)?;
    }
    for (case, error) in &started.unfinished {
        output::tell(&format!("{case} is not handed over yet:"));
        report::print(context, error);
    }
    let status = handover::status(&seat.desk(), unit)?;
    let points = status.open_points();
    say_points(&status, &points)?;
    output::say(context, &format!("{} open points. Next: casefile handover status {unit}", points.len()));
    Ok(ExitCode::from(if started.unfinished.is_empty() { 0 } else { Class::Partial.exit_code() }))
}

fn status(context: &Context, args: &HandoverArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let status = handover::status(&seat.desk(), &args.handover)?;
    let points = status.open_points();
    if context.json {
        output::json(&status_json(&status, &points))?;
        return Ok(ExitCode::SUCCESS);
    }
    if status.overdue {
        output::line(
            "The last day is past and the leaver's keys still open cases: casefile handover revoke",
        )?;
    }
    let mut rows =
        vec![output::row(["CASE", "TO", "OPEN POINTS", "TOGETHER", "DUE IN 3 MONTHS", "LEAVER READS"])];
    rows.extend(status.cases.iter().map(|case| {
        let reads = if case.still_reads { "yes" } else { "no" };
        let (gaps, met, due) = (case.gaps.len(), case.together.len(), case.due.len());
        vec![
            case.unit.to_string(),
            case.to.to_string(),
            gaps.to_string(),
            met.to_string(),
            due.to_string(),
            reads.to_owned(),
        ]
    }));
    rows.extend(status.matters.iter().map(|matter| {
        let to = matter.to.as_ref().map_or("nobody", |to| to.as_str());
        let reads = if matter.still_reads { "yes" } else { "no" };
        let open = status.matter_points.iter().filter(|point| point.unit == matter.unit).count().to_string();
        [matter.unit.as_str(), to, open.as_str(), "–", "–", reads].map(str::to_owned).to_vec()
    }));
    output::line(&output::table(&rows))?;
    say_points(&status, &points)?;
    if points.is_empty() {
        output::say(context, &format!("Nothing is open. Next: casefile handover complete {}", args.handover));
    }
    Ok(ExitCode::SUCCESS)
}

/// Each open point, with the command that settles it below.
fn say_points(status: &HandoverStatus, points: &[String]) -> Result<()> {
    for point in points {
        output::line(&format!("  {point}"))?;
        if let Some(settle) = status.settle(point) {
            output::line(&format!("      {settle}"))?;
        }
    }
    Ok(())
}

fn status_json(status: &HandoverStatus, points: &[String]) -> Value {
    let cases = status.cases.iter().map(|case| {
        json!({ "case": case.unit, "to": case.to, "together": case.together, "leaver_reads": case.still_reads,
            "due": case.due.len() })
    });
    let cases: Vec<Value> = cases.collect();
    let matters = status
        .matters
        .iter()
        .map(|matter| json!({ "folder": matter.unit, "to": matter.to, "leaver_reads": matter.still_reads }));
    let matters: Vec<Value> = matters.collect();
    json!({ "cases": cases, "matters": matters, "unbriefed": status.unbriefed, "unaccepted": status.unaccepted,
        "overdue": status.overdue, "open": points })
}

fn shadow(context: &Context, args: &HandoverArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let status = handover::status(&seat.desk(), &args.handover)?;
    for case in &status.cases {
        let days: Vec<String> = case.together.iter().map(ToString::to_string).collect();
        let days = if days.is_empty() { "not yet".to_owned() } else { days.join(", ") };
        output::line(&format!("{}  {}  together: {days}", case.unit, case.to))?;
    }
    let shadowing = |point: &&String| point.contains("names both") || point.contains("shadowing");
    for point in status.open_points().iter().filter(shadowing) {
        output::line(&format!("  {point}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

type Signs = fn(&casefile::workflow::Desk<'_>, &casefile::names::Unit) -> Result<casefile::archive::Receipt>;

fn sign(context: &Context, args: &HandoverArgs, signs: Signs, said: &str) -> Result<ExitCode> {
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let receipt = signs(&seat.desk(), &args.handover)?;
    output::say(context, &format!("{said} ({}).", args.handover));
    say_filed(context, &receipt);
    Ok(ExitCode::SUCCESS)
}

fn document(context: &Context, args: &HandoverArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let press = preview::press(context)?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    for receipt in handover::file_documents(&seat.desk(), &press, &args.handover)? {
        output::say(context, &format!("The handover document is filed in {}.", receipt.unit));
        say_filed(context, &receipt);
    }
    Ok(ExitCode::SUCCESS)
}

fn pack(context: &Context, args: &HandoverPackArgs) -> Result<ExitCode> {
    casefile::fs::check_absent(&args.output)?;
    let seat = context.seat()?;
    let pack = handover::pack(&seat.desk(), &args.handover, &args.to)?;
    if !context.dry_run {
        casefile::fs::write_atomic(&args.output, pack.sealed.bytes())?;
    }
    let (files, file) = (pack.files.len(), output::typed(&args.output));
    output::say(context, &format!("{file} holds {files} files, sealed to {} and to you.", args.to));
    output::say(context, &format!("Next: age -d -i KEY {file} | tar x; bagit.py --validate {}", pack.name));
    Ok(ExitCode::SUCCESS)
}

fn revoke(context: &Context, args: &HandoverRevokeArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let ended = handover::end_access(&seat.desk(), &args.handover, !args.shallow)?;
    let mut failed = 0;
    for case in &ended {
        let ((before, _), (after, of)) = (case.before, case.after);
        output::line(&format!("{}  the old keys opened {before} objects, now {after} of {of}", case.unit))?;
        if let Some(error) = &case.failed {
            failed += 1;
            report::print(context, error);
        }
    }
    let hand = handover::HandoverInHand::take(&seat.desk(), &args.handover)?;
    if failed == 0 {
        receipt(context, &seat, &args.handover, &ended)?;
    }
    if hand.retires() {
        retire(context, &seat, &hand.record.leaver.id)?;
    }
    output::say(context, "Copies already taken cannot be recalled.");
    Ok(ExitCode::from(if failed == 0 { 0 } else { Class::Partial.exit_code() }))
}

/// Retires who departed, where this person may; else says who does.
fn retire(context: &Context, seat: &Seat, leaver: &PersonId) -> Result<()> {
    let staff = seat.archive.roster().now();
    if staff.active(leaver).is_none() {
        return Ok(());
    }
    if staff.active(seat.identity.id()).is_some_and(|me| me.has(Role::Administrator)) {
        match context.archive()?.retire(&seat.identity, leaver, &seat.clock) {
            Ok(_) => {
                output::say(
                    context,
                    &format!("{leaver} is retired: what they sign from now on has no effect."),
                );
                return Ok(());
            }
            Err(error) => drop(report::print(context, &error)),
        }
    }
    output::say(context, &format!("Next, an administrator: casefile person retire {leaver}"));
    Ok(())
}

/// Files the receipt of an access that has ended.
fn receipt(context: &Context, seat: &Seat, unit: &Unit, ended: &[Ended]) -> Result<()> {
    let receipt = handover::file_receipt(&seat.desk(), &preview::press(context)?, unit, ended)?;
    let id = receipt.documents.first().map(casefile::seal::DocId::short).unwrap_or_default();
    output::say(
        context,
        &format!("The receipt to sign and keep is filed: casefile open {id} -o receipt.pdf"),
    );
    Ok(())
}

fn complete(context: &Context, args: &HandoverCompleteArgs) -> Result<ExitCode> {
    if args.overrides.len() != args.reason.len() {
        let problem = Problem::error("handover.reasons", "each --override takes a --reason of its own");
        return Err(Error::new(Class::Usage, problem));
    }
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let over: Vec<(String, String)> =
        args.overrides.iter().cloned().zip(args.reason.iter().cloned()).collect();
    match handover::complete(&seat.desk(), &args.handover, &over)? {
        Completed::Done => {
            output::say(context, &format!("Handover {} is complete.", args.handover));
            // Once more, with what was let pass and why.
            let press = preview::press(context)?;
            for receipt in handover::file_documents(&seat.desk(), &press, &args.handover)? {
                output::say(context, &format!("The document as it is now is filed in {}.", receipt.unit));
            }
            Ok(ExitCode::SUCCESS)
        }
        Completed::Open(points) => {
            output::line(&points.join("\n"))?;
            output::say(
                context,
                &format!("{} points are open; settle them or let them pass with --override.", points.len()),
            );
            Ok(ExitCode::from(Class::Input.exit_code()))
        }
    }
}
