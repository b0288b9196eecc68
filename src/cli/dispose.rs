//! `casefile hold`, `release` and `dispose`: what keeps a case or a folder about the work, and the end of one.

use super::admit::say_filed;
use super::args::{DisposeCommand, HoldArgs};
use super::context::{Context, Seat};
use super::{certificate, output, report};
use casefile::archive::{Case, Destroyed, Due, Progress};
use casefile::error::{Class, Error, Result};
use casefile::log::{Part, Stage};
use casefile::names::Unit;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use std::process::ExitCode;

pub fn hold(context: &Context, args: &HoldArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let receipt = seat.archive.hold(&seat.identity, &args.case, &args.reason, &seat.clock)?;
    output::say(
        context,
        &format!("{} is on hold: it may not be disposed of until another person releases it.", args.case),
    );
    say_filed(context, &receipt);
    Ok(ExitCode::SUCCESS)
}

pub fn release(context: &Context, args: &HoldArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let receipt = seat.archive.release(&seat.identity, &args.case, &args.reason, &seat.clock)?;
    output::say(context, &format!("{} is on hold no more.", args.case));
    say_filed(context, &receipt);
    Ok(ExitCode::SUCCESS)
}

pub fn run(context: &Context, command: &DisposeCommand) -> Result<ExitCode> {
    match command {
        DisposeCommand::Due { on } => due(context, *on),
        DisposeCommand::Propose(args) => propose(context, args),
        DisposeCommand::Approve { case } => approve(context, case),
        DisposeCommand::Cancel(args) => cancel(context, args),
        DisposeCommand::Run { cases } => run_all(context, cases),
        DisposeCommand::Certificate(args) => certificate::run(context, args),
    }
}

fn due(context: &Context, on: Option<NaiveDate>) -> Result<ExitCode> {
    let archive = context.archive()?;
    let on = on.unwrap_or(Context::clock_of(&archive)?.today());
    let list = archive.due(on)?;
    if context.json {
        let cases: Vec<Value> = list.cases.iter().map(due_json).collect();
        output::json(&json!({ "on": on, "due": cases, "unknown": list.unknown }))?;
    } else if list.cases.is_empty() {
        let no_policy = archive.policy()?.is_none();
        let why = if no_policy { ": no policy is set" } else { "" };
        output::say(context, &format!("Nothing is due on {on}{why}."));
    } else {
        let mut rows = vec![output::row(["FOLDER", "CLOSED OR LAST ENTRY", "KEPT UNTIL", "RULE", "STATE"])];
        rows.extend(list.cases.iter().map(|due| {
            let (since, ended) = (due.since.to_string(), due.ended.to_string());
            vec![due.unit.to_string(), since, ended, due.rule.clone(), state(due)]
        }));
        output::line(&output::table(&rows))?;
    }
    for unit in &list.unknown {
        output::say(context, &format!("{unit} cannot be verified, so it is not known whether it is due."));
    }
    Ok(ExitCode::from(if list.unknown.is_empty() { 0 } else { Class::Partial.exit_code() }))
}

fn state(due: &Due) -> String {
    if !due.held_by.is_empty() {
        let by: Vec<String> = due.held_by.iter().map(ToString::to_string).collect();
        return format!("on hold by {}", by.join(" and "));
    }
    stage(due.stage).to_owned()
}

/// How far a disposal is, in a word.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::None => "due",
        Stage::Proposed => "proposed",
        Stage::Approved | Stage::Void => "approved",
        Stage::Decided => "decided",
        Stage::Destroyed => "destroyed",
    }
}

/// The same for scripts: null where no disposal is under way.
pub fn disposal(of: Stage) -> Option<&'static str> {
    (of != Stage::None).then(|| stage(of))
}

fn due_json(due: &Due) -> Value {
    let (closed, last) = if due.unit.is_office() { (None, Some(due.since)) } else { (Some(due.since), None) };
    json!({
        "case": due.unit, "closed": closed, "last_entry": last, "kept_until": due.ended, "rule": due.rule,
        "held_by": due.held_by, "stage": stage(due.stage),
    })
}

fn propose(context: &Context, args: &HoldArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let case = &args.case;
    let receipt = seat.archive.propose_disposal(&seat.identity, case, &args.reason, &seat.clock)?;
    output::say(context, &format!("The disposal of {case} is proposed; nothing is destroyed."));
    say_filed(context, &receipt);
    output::say(context, &format!("Next: another person runs: casefile dispose approve {case}"));
    Ok(ExitCode::SUCCESS)
}

fn approve(context: &Context, unit: &Unit) -> Result<ExitCode> {
    let seat = context.seat()?;
    let case = seat.archive.approvable(&seat.identity, unit, &seat.clock)?;
    output::line(&what_goes(&case))?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let receipt = seat.archive.approve_disposal(&seat.identity, unit, &seat.clock)?;
    output::say(context, &format!("The disposal of {unit} is approved; nothing is destroyed."));
    say_filed(context, &receipt);
    output::say(context, &format!("Next: casefile dispose run {unit}"));
    Ok(ExitCode::SUCCESS)
}

/// What a destruction would take, for the one who says yes to it.
fn what_goes(case: &Case) -> String {
    let size_bytes: u64 = case.live().map(|live| live.added.n).sum();
    let others = case.live().filter(|live| live.added.r != Part::Doc).count();
    let since = case.kept_since().map(|since| since.to_string()).unwrap_or_default();
    let counts = if case.unit().is_office() { "last entry of" } else { "closed     since" };
    let by = case.steps().proposed.map(|judged| {
        let signers: Vec<String> = judged.entry.signers.iter().map(ToString::to_string).collect();
        format!("{} on {}", signers.join(" and "), judged.entry.time.day())
    });
    [
        format!("{} would go, and nobody could ever open it again:", case.label()),
        format!("  {counts} {since}"),
        format!("  proposed   by {}", by.unwrap_or_default()),
        format!("  documents  {}, with {others} cards and reasons, {size_bytes} bytes", case.documents()),
        "  keys       every one".to_owned(),
        format!(
            "  kept       its history of {} entries, which holds nothing personal",
            case.entries().count()
        ),
    ]
    .join("\n")
}

fn cancel(context: &Context, args: &HoldArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let receipt = seat.archive.cancel_disposal(&seat.identity, &args.case, &args.reason, &seat.clock)?;
    output::say(context, &format!("The disposal of {} is cancelled.", args.case));
    say_filed(context, &receipt);
    Ok(ExitCode::SUCCESS)
}

fn run_all(context: &Context, cases: &[Unit]) -> Result<ExitCode> {
    let seat = context.seat()?;
    let units = if cases.is_empty() { seat.archive.in_disposal()? } else { cases.to_vec() };
    let mut done = Vec::new();
    let mut failed = 0;
    for unit in &units {
        match step(context, &seat, unit) {
            Ok(progress) => done.push((unit, progress)),
            Err(error) if units.len() == 1 => return Err(error),
            Err(error) => {
                failed += 1;
                said_of(context, unit, &error);
            }
        }
    }
    if context.json {
        let rows: Vec<Value> = done.iter().map(|(unit, progress)| progress_json(unit, progress)).collect();
        output::json(&json!({ "dry_run": context.dry_run, "cases": rows, "failed": failed }))?;
    } else if units.is_empty() {
        output::say(context, "No disposal is approved: there is nothing to run.");
    }
    Ok(ExitCode::from(if failed == 0 { 0 } else { Class::Partial.exit_code() }))
}

fn said_of(context: &Context, unit: &Unit, error: &Error) {
    output::say(context, &format!("{unit}:"));
    report::print(context, error);
}

fn step(context: &Context, seat: &Seat, unit: &Unit) -> Result<Progress> {
    let progress = seat.archive.dispose(&seat.identity, unit, &seat.clock, context.dry_run)?;
    if !context.json {
        output::line(&words(context, unit, &progress))?;
    }
    Ok(progress)
}

/// What happened, what it waits for, and the one next step.
fn words(context: &Context, unit: &Unit, progress: &Progress) -> String {
    let would = context.dry_run;
    match progress {
        Progress::Decided { from, .. } => {
            let word = if would { "would be decided" } else { "is decided" };
            format!(
                "{unit} {word}. Nothing is destroyed yet: not before {}, and not before a checkpoint proves that \
                 this day has come.\n  Until then anything new in the folder makes the decision void; to stop it: \
                 casefile hold {unit} --reason WHY\n  Next: casefile register",
                moment(from)
            )
        }
        Progress::Waits(from) => format!(
            "{unit} is decided and waits until {}; then a checkpoint has to prove it: casefile register",
            moment(from)
        ),
        Progress::NotRegistered(from) => format!(
            "{unit} has waited since {}, but no checkpoint contains the decision.\n  Next: casefile register, \
             then casefile dispose run {unit}",
            moment(from)
        ),
        Progress::NotProved(from) => format!(
            "{unit}: a checkpoint contains the decision, but nothing in it was signed after {}.\n  Next: casefile \
             register; where nothing has changed, another person cosigns: casefile witness PERSON",
            moment(from)
        ),
        Progress::Destroyed(destroyed) => destroyed_words(would, unit, destroyed),
        Progress::Again(0) => format!("{unit} is destroyed, and nothing of it came back."),
        Progress::Again(files) => {
            let word = if would { "would be deleted" } else { "were deleted" };
            format!("{unit} is destroyed; {files} files that came back {word} again.")
        }
        Progress::Nothing(Stage::Proposed) => {
            format!("{unit} is proposed and waits for another person: casefile dispose approve {unit}")
        }
        Progress::Nothing(_) => format!("No disposal of {unit} is proposed: nothing was done."),
    }
}

fn destroyed_words(would: bool, unit: &Unit, destroyed: &Destroyed) -> String {
    let Destroyed { receipt, keys, objects, checkpoint } = destroyed;
    let entry = receipt.as_ref().map_or_else(String::new, |receipt| {
        format!("\n  entry       {} {}", receipt.seq, receipt.entry.short(16))
    });
    let word = if would { "would be destroyed" } else { "is destroyed" };
    format!(
        "{unit} {word}:\n  keys        {keys} deleted, first\n  objects     {objects} deleted\n  proved by   \
         {checkpoint}{entry}\n  What somebody copied before is not gone: neither are backups. Destroy the oldest \
         backup of keys/ too.\n  Next: casefile dispose certificate {unit} -o FILE"
    )
}

fn progress_json(unit: &Unit, progress: &Progress) -> Value {
    let (did, from) = match progress {
        Progress::Decided { from, .. } => ("decided", Some(from)),
        Progress::Waits(from) => ("waits", Some(from)),
        Progress::NotRegistered(from) => ("not-registered", Some(from)),
        Progress::NotProved(from) => ("not-proved", Some(from)),
        Progress::Destroyed(_) => ("destroyed", None),
        Progress::Again(_) => ("again", None),
        Progress::Nothing(_) => ("nothing", None),
    };
    let mut value = json!({ "case": unit, "did": did, "from": from.map(DateTime::to_rfc3339) });
    match progress {
        Progress::Destroyed(destroyed) => {
            value["keys"] = json!(destroyed.keys);
            value["objects"] = json!(destroyed.objects);
            value["checkpoint"] = json!(destroyed.checkpoint);
        }
        Progress::Again(files) => value["files"] = json!(files),
        _ => {}
    }
    value
}

fn moment(moment: &DateTime<Utc>) -> String {
    moment.format("%Y-%m-%d %H:%M UTC").to_string()
}
