//! `casefile file`: documents made and filed, for one case or for all.

use super::admit::say_filed;
use super::args::FileArgs;
use super::context::Context;
use super::{client_copy, output, preview, report};
use casefile::archive::Archive;
use casefile::document::{Copy, Request};
use casefile::error::{Class, Error, Problem, Result};
use casefile::names::{PersonId, Status, Unit};
use casefile::workflow::{Desk, Filed, Press, SUMMARY, file, preview_case, release, write_decisions};
use indicatif::ProgressBar;
use std::process::ExitCode;

pub fn run(context: &Context, args: &FileArgs) -> Result<ExitCode> {
    let request = preview::request(&args.document)?;
    if args.into_cases && args.kind != "supervision-note" {
        let problem = Problem::error("file.into-cases", "--into-cases belongs to supervision-note");
        return Err(Error::new(Class::Usage, problem));
    }
    let seat = context.seat()?;
    let press = preview::press(context)?;
    press.kinds.get(&args.kind)?;
    let desk = seat.desk();
    if let Some(staff) = &args.into {
        return release_into(context, (&desk, &press), args, staff, &request);
    }
    let cases =
        if args.all { all(&seat.archive, seat.identity.id(), args.status)? } else { args.cases.clone() };
    if request.copy == Copy::Client {
        client_copy::confirm_each(context, &desk, &press, args, &cases, &request)?;
    }
    if context.dry_run {
        return try_out(context, (&desk, &press), args, &cases, &request);
    }
    if let [case] = &cases[..] {
        say(context, case, &file(&desk, &press, case, &args.kind, &request)?);
        return if args.into_cases {
            into_cases(context, &desk, case, &request)
        } else {
            Ok(ExitCode::SUCCESS)
        };
    }
    let progress = ProgressBar::new(cases.len() as u64);
    let mut failed = Vec::new();
    for case in &cases {
        match file(&desk, &press, case, &args.kind, &request) {
            Ok(done) => {
                progress.suspend(|| {
                    say_short(context, case, &done);
                    report::problems(context, &done.warnings);
                });
                if args.into_cases {
                    into_cases(context, &desk, case, &request)?;
                }
            }
            Err(error) => failed.push((case, error)),
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    Ok(finish(context, cases.len(), &failed))
}

/// Makes each document without filing it, and tells of every case for which it cannot be made.
fn try_out(
    context: &Context,
    (desk, press): (&Desk, &Press),
    args: &FileArgs,
    cases: &[Unit],
    request: &Request,
) -> Result<ExitCode> {
    let mut failed = false;
    for case in cases {
        match preview_case(desk, press, case, &args.kind, request) {
            Ok(made) => report::problems(context, made.document.warnings()),
            Err(error) if cases.len() == 1 => return Err(error),
            Err(error) => {
                failed = true;
                output::tell(&format!("{case} could not be filed:"));
                report::print(context, &error);
            }
        }
    }
    Ok(ExitCode::from(if failed { Class::Partial.exit_code() } else { 0 }))
}

/// Files what somebody releases of their own debriefing in their staff file.
fn release_into(
    context: &Context,
    (desk, press): (&Desk, &Press),
    args: &FileArgs,
    staff: &Unit,
    request: &Request,
) -> Result<ExitCode> {
    let ([debriefing], true) = (&args.cases[..], args.kind == SUMMARY) else {
        let message = format!("--into belongs to {SUMMARY} and one folder of debriefings");
        return Err(Error::new(Class::Usage, Problem::error("file.into", message)));
    };
    if context.dry_run {
        preview_case(desk, press, debriefing, SUMMARY, request)?;
        return Ok(ExitCode::SUCCESS);
    }
    say(context, staff, &release(desk, press, debriefing, staff, request)?);
    Ok(ExitCode::SUCCESS)
}

/// Writes what supervision decided into the cases it is about.
fn into_cases(context: &Context, desk: &Desk, folder: &Unit, request: &Request) -> Result<ExitCode> {
    let mut failed = false;
    for decided in write_decisions(desk, folder, request)? {
        let unit = &decided.unit;
        match decided.written {
            Ok(Some(_)) => output::say(context, &format!("{unit}: the decision is in its record.")),
            Ok(None) => output::say(context, &format!("{unit}: the decision stands in its record already.")),
            Err(error) => {
                failed = true;
                output::tell(&format!("The decision about {unit} was not written:"));
                report::print(context, &error);
            }
        }
    }
    Ok(ExitCode::from(if failed { Class::Partial.exit_code() } else { 0 }))
}

fn finish(context: &Context, cases: usize, failed: &[(&Unit, Error)]) -> ExitCode {
    for (case, error) in failed {
        output::tell(&format!("{case} was not filed:"));
        report::print(context, error);
    }
    output::say(context, &format!("{} of {cases} filed.", cases - failed.len()));
    ExitCode::from(if failed.is_empty() { 0 } else { Class::Partial.exit_code() })
}

/// The cases a person can open, in the statuses that reports are made for.
fn all(archive: &Archive, person: &PersonId, status: Option<Status>) -> Result<Vec<Unit>> {
    let wanted = |given: Status| match status {
        Some(status) => given == status,
        None => matches!(given, Status::Open | Status::AgedOut),
    };
    let cases = archive.cases()?;
    let mine = cases.into_iter().filter(|case| case.status.is_some_and(wanted) && case.is_read_by(person));
    Ok(mine.map(|case| case.unit).collect())
}

fn say(context: &Context, case: &Unit, filed: &Filed) {
    let pages = output::pages(filed.pages);
    output::say(context, &format!("{}, {pages}, is filed in {case}.", filed.title));
    say_filed(context, &filed.receipt);
    report::problems(context, &filed.warnings);
    if let Some(id) = filed.receipt.documents.first() {
        output::say(context, &format!("Next: casefile open {} -o report.pdf", id.short()));
    }
}

fn say_short(context: &Context, case: &Unit, filed: &Filed) {
    let id = filed.receipt.documents.first().map(casefile::seal::DocId::short).unwrap_or_default();
    output::say(context, &format!("{case}  {id}  {}, {}", filed.title, output::pages(filed.pages)));
}
