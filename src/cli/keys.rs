//! `casefile rekey`, `reader` and `team`: new keys, and who has them.

use super::args::{ReaderAddArgs, ReaderCommand, ReaderCoverArgs, ReaderRemoveArgs, RekeyArgs, TeamArgs};
use super::context::{Context, Seat};
use super::escrow::who_reads;
use super::{output, report};
use casefile::archive::{Archive, NewReader, Rekey, Rekeyed, TeamChange};
use casefile::error::{Class, Result};
use casefile::names::{PersonId, Unit};
use casefile::workflow::{self, Cover, change_team};
use indicatif::ProgressBar;
use std::process::ExitCode;

pub fn rekey(context: &Context, args: &RekeyArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let cases = if args.all || args.person.is_some() { theirs(&seat, args)? } else { args.cases.clone() };
    let deep_where_left = !args.shallow;
    let how = Rekey { deep: args.deep, deep_where_left, reason: args.reason.clone(), ..Rekey::default() };
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    if let [case] = &cases[..] {
        return Ok(say(context, &seat.archive.rekey(&seat.identity, case, &how, &seat.clock)?));
    }
    let progress = ProgressBar::new(cases.len() as u64);
    let mut failed = 0;
    for case in &cases {
        let done = seat.archive.rekey(&seat.identity, case, &how, &seat.clock);
        let done = progress.suspend(|| match done {
            Ok(done) => say(context, &done),
            Err(error) => {
                output::tell(&format!("{case} keeps its key:"));
                report::print(context, &error)
            }
        });
        failed += usize::from(done != ExitCode::SUCCESS);
        progress.inc(1);
    }
    progress.finish_and_clear();
    output::say(context, &format!("{} of {} have a new key.", cases.len() - failed, cases.len()));
    Ok(ExitCode::from(if failed == 0 { 0 } else { Class::Partial.exit_code() }))
}

/// The cases that the caller reads; of these, with `--for`, those that concern the person.
fn theirs(seat: &Seat, args: &RekeyArgs) -> Result<Vec<Unit>> {
    let mut units = Vec::new();
    for listing in seat.archive.cases()? {
        if !listing.is_read_by(seat.identity.id()) {
            continue;
        }
        let concerns = match &args.person {
            None => true,
            Some(person) => {
                let reads = listing.is_read_by(person);
                reads || (args.deep && seat.archive.case(&listing.unit)?.had_key(person))
            }
        };
        units.extend(concerns.then_some(listing.unit));
    }
    Ok(units)
}

pub fn reader(context: &Context, command: &ReaderCommand) -> Result<ExitCode> {
    match command {
        ReaderCommand::Add(args) => add(context, args),
        ReaderCommand::Cover(args) => cover(context, args),
        ReaderCommand::Remove(args) => remove(context, args),
    }
}

fn add(context: &Context, args: &ReaderAddArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let new = NewReader {
        person: args.person.clone(),
        capacity: args.capacity.clone(),
        until: args.until,
        reason: args.reason.clone(),
    };
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let done = seat.archive.add_reader(&seat.identity, &args.case, &new, &seat.clock)?;
    let code = say(context, &done);
    if let Some(until) = args.until {
        output::say(
            context,
            &format!(
                "After {until} the program opens {} for {} no more; `casefile reader remove` also ends their key.",
                args.case, args.person
            ),
        );
    }
    Ok(code)
}

fn cover(context: &Context, args: &ReaderCoverArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let cover = Cover { of: &args.person, by: &args.by, until: args.until, reason: &args.reason };
    let covered = workflow::cover(&seat.desk(), &cover)?;
    for (unit, error) in &covered.failed {
        output::tell(&format!("{unit} is not covered:"));
        super::report::print(context, error);
    }
    let (cases, by) = (covered.cases.len(), &args.by);
    output::say(context, &format!("{by} reads {cases} cases of {} until {}.", args.person, args.until));
    output::say(
        context,
        &format!("After that: casefile rekey --for {by} ends their keys; `due` reminds of it."),
    );
    Ok(ExitCode::from(if covered.failed.is_empty() { 0 } else { Class::Partial.exit_code() }))
}

fn remove(context: &Context, args: &ReaderRemoveArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let how = Rekey { deep: !args.shallow, reason: Some(args.reason.clone()), ..Rekey::default() };
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let done = seat.archive.remove_reader(&seat.identity, &args.case, &args.person, &how, &seat.clock)?;
    Ok(say(context, &done))
}

pub fn team(context: &Context, args: &TeamArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let change = TeamChange {
        manager: args.manager.clone().or_else(|| args.custodian.clone()),
        supervisor: args.supervisor.clone(),
        custodian: args.custodian.is_some(),
        how: Rekey { deep: !args.shallow, reason: Some(args.reason.clone()), ..Rekey::default() },
    };
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let (done, warnings) = change_team(&seat.desk(), &args.case, &change)?;
    let code = say(context, &done);
    report::problems(context, &warnings);
    Ok(code)
}

/// Says who reads a folder now; the exit code tells whether everything is done.
fn say(context: &Context, done: &Rekeyed) -> ExitCode {
    let unit = &done.receipt.unit;
    let readers: Vec<String> = done.receipt.readers.iter().map(ToString::to_string).collect();
    let key = if done.new_key { "a new key" } else { "the same key in a new envelope" };
    output::say(
        context,
        &format!("{unit} has {key}, for {} and nobody else.", who_reads(&readers, &done.receipt.escrows)),
    );
    if done.resealed > 0 {
        output::say(context, &format!("  sealed anew  {} documents", done.resealed));
    }
    if !done.ceased.is_empty() {
        output::say(context, &format!("  no reader    {} any more", joined(&done.ceased)));
    }
    output::say(context, &format!("  entry        {} {}", done.receipt.seq, done.receipt.entry.short(16)));
    report::problems(context, &done.unfinished);
    ExitCode::from(if done.unfinished.is_empty() { 0 } else { Class::Partial.exit_code() })
}

fn joined(people: &[PersonId]) -> String {
    people.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

/// Says which folders are still sealed to a person's key, which command ends that, and which of them nobody
/// else reads.
pub fn say_sealed_to(context: &Context, archive: &Archive, person: &PersonId) -> Result<()> {
    let (mut units, mut alone) = (Vec::new(), Vec::new());
    let mut colleagues: Vec<PersonId> = Vec::new();
    for listing in archive.cases()? {
        if !listing.is_read_by(person) {
            continue;
        }
        let ids = listing.readers.into_iter().map(|reader| reader.id);
        let others: Vec<PersonId> = ids.filter(|id| id != person).collect();
        let list = if others.is_empty() { &mut alone } else { &mut units };
        list.push(listing.unit.to_string());
        colleagues.extend(others);
    }
    if !alone.is_empty() {
        let words =
            format!("Read by {person} alone, so that nobody else can open them: {}.", alone.join(", "));
        output::say(context, &words);
    }
    if units.is_empty() {
        return Ok(());
    }
    colleagues.sort();
    colleagues.dedup();
    output::say(context, &format!("Still sealed to the key {person} had: {}.", units.join(", ")));
    let next = format!("casefile -i THEIR.key rekey --for {person} --deep");
    output::say(context, &format!("Next: each other reader ({}) runs: {next}", joined(&colleagues)));
    Ok(())
}
