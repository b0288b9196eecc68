//! `casefile attach`: scans and photographs, filed as they are.

use super::admit::say_filed;
use super::args::AttachArgs;
use super::context::Context;
use super::output;
use casefile::error::Result;
use casefile::names::Unit;
use casefile::seal::Concern;
use casefile::workflow::{Filing, attach, attach_signed, hand_in};
use std::process::ExitCode;

pub fn run(context: &Context, args: &AttachArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let desk = seat.desk();
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let filing = Filing { paths: &args.files, title: args.title.as_deref(), date: args.date };
    let concern = Concern { about: args.about.clone(), serious: args.serious };
    let receipt = if let (Some(signed), Some(by), Some(on)) = (&args.signed, &args.by, args.on) {
        attach_signed(&desk, &args.case, &filing, signed, by, on)?
    } else if args.case.is_office() || concern != Concern::default() {
        hand_in(&desk, &args.case, &filing, &concern)?
    } else {
        attach(&desk, &args.case, &filing)?
    };
    say_attached(context, &args.case, args.files.len());
    say_filed(context, &receipt);
    if !receipt.readers.contains(seat.identity.id()) {
        let words = format!("You are no reader of {}: you cannot open this again.", args.case);
        output::say(context, &words);
    }
    Ok(ExitCode::SUCCESS)
}

/// Says that files are in a folder.
pub fn say_attached(context: &Context, unit: &Unit, number: usize) {
    let what = if number == 1 { "The file is".to_owned() } else { format!("{number} files are") };
    output::say(context, &format!("{what} in {unit}; the plain copies still lie where they were."));
}
