//! `casefile attach`: scans and photographs, filed as they are.

use super::admit::say_filed;
use super::args::AttachArgs;
use super::context::Context;
use super::output;
use casefile::error::Result;
use casefile::workflow::attach;
use std::process::ExitCode;

pub fn run(context: &Context, args: &AttachArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let desk = seat.desk();
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let receipt = attach(&desk, &args.case, &args.files, args.title.as_deref(), args.date)?;
    let number = args.files.len();
    let what = if number == 1 { "The file is".to_owned() } else { format!("{number} files are") };
    output::say(context, &format!("{what} in {}; the plain copies still lie where they were.", args.case));
    say_filed(context, &receipt);
    Ok(ExitCode::SUCCESS)
}
