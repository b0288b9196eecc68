//! `casefile record`: a record out of the archive and back into it.

use super::admit::say_filed;
use super::args::RecordArgs;
use super::context::Context;
use super::{output, report};
use casefile::error::{Class, Error, Result};
use casefile::record;
use casefile::workflow::{Desk, check_put, put_record, record_at, unmarked};
use std::path::Path;
use std::process::ExitCode;

pub fn run(context: &Context, args: &RecordArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let desk = seat.desk();
    if let Some(file) = &args.put {
        return put(context, &desk, args, file);
    }
    let bytes = record_at(&desk, &args.case, args.at)?;
    let Some(file) = &args.output else {
        output::print(&bytes)?;
        return Ok(ExitCode::SUCCESS);
    };
    casefile::fs::check_absent(file)?;
    if !context.dry_run {
        casefile::fs::write_new(file, &bytes)?;
        let (case, file) = (&args.case, output::typed(file));
        output::say(context, &format!("The record of {case} now lies unencrypted in {file}."));
        output::say(
            context,
            &format!("Next: change it, then casefile record {case} --put {file}, and delete the file."),
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn put(context: &Context, desk: &Desk, args: &RecordArgs, file: &Path) -> Result<ExitCode> {
    if context.dry_run {
        report::problems(context, &check_put(desk, &args.case, file)?);
        return Ok(ExitCode::SUCCESS);
    }
    let (receipt, warnings) = match put_record(desk, &args.case, file) {
        Err(error) if error.class() == Class::Busy => return Err(with_difference(desk, args, file, error)),
        result => result?,
    };
    report::problems(context, &warnings);
    output::say(context, &format!("The new record of {} is filed; the one before it is kept.", args.case));
    say_filed(context, &receipt);
    output::say(context, &format!("The plain record still lies unencrypted in {}.", file.display()));
    Ok(ExitCode::SUCCESS)
}

/// Shows the reader what the archive's record says otherwise, on standard output and nowhere else.
fn with_difference(desk: &Desk, args: &RecordArgs, file: &Path, error: Error) -> Error {
    let shown = record_at(desk, &args.case, None).and_then(|theirs| {
        let theirs = String::from_utf8_lossy(unmarked(&theirs)).into_owned();
        let mine = casefile::fs::read(file, record::LIMIT_BYTES)?;
        let mine = String::from_utf8_lossy(unmarked(&mine)).into_owned();
        output::print(record::edit::difference(&theirs, &mine).as_bytes())
    });
    shown.err().unwrap_or(error)
}
