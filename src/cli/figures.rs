//! `casefile figures`: counts of a period, for the record of the programme.

use super::args::FiguresArgs;
use super::context::Context;
use super::{key, output};
use casefile::document::Words;
use casefile::error::Result;
use casefile::workflow::{as_part, figures};
use std::process::ExitCode;

pub fn run(context: &Context, args: &FiguresArgs) -> Result<ExitCode> {
    let words = Words::of(&*context.kinds()?.get("agency-report")?, "en")?;
    let seat = context.seat()?;
    let counted = figures(&seat.desk(), (args.period.start, args.period.end), &words)?;
    let part = as_part(&counted.figures);
    match &args.output {
        Some(file) => {
            key::refuse_to_replace(file)?;
            if !context.dry_run {
                casefile::fs::write_atomic(file, part.as_bytes())?;
            }
        }
        None => output::print(part.as_bytes())?,
    }
    output::say(
        context,
        &format!("Counted from {} cases; {} more you cannot open.", counted.cases, counted.closed),
    );
    output::say(
        context,
        "Next: put this part into the record of the programme; its documents show a number under five as <5.",
    );
    Ok(ExitCode::SUCCESS)
}
