//! `casefile move`: the status of a case.

use super::admit::say_filed;
use super::args::MoveArgs;
use super::context::Context;
use super::{output, preview};
use casefile::error::Result;
use casefile::workflow::change_status;
use std::process::ExitCode;

pub fn run(context: &Context, args: &MoveArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let press = preview::press(context)?;
    let desk = seat.desk();
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let moved = change_status(&desk, &press, &args.case, args.status, args.since, &args.reason)?;
    let (case, from, to, since) = (&args.case, moved.from, args.status, moved.since);
    output::say(context, &format!("{case} is {to} since {since}; it was {from}."));
    say_filed(context, &moved.receipt);
    if let Some(until) = moved.until {
        output::say(context, &format!("It closes by itself on {until} unless it is extended."));
    }
    if let Some(label) = moved.receipt.documents.first() {
        let id = label.short();
        output::say(context, &format!("Next: print the new folder label: casefile open {id} -o label.pdf"));
    }
    Ok(ExitCode::SUCCESS)
}
