//! `casefile witness`: another person's signature under a checkpoint.

use super::args::WitnessArgs;
use super::context::Context;
use super::output;
use casefile::archive::CheckpointName;
use casefile::error::Result;
use std::process::ExitCode;

pub fn run(context: &Context, args: &WitnessArgs) -> Result<ExitCode> {
    let which: CheckpointName = args.checkpoint.parse()?;
    let archive = context.archive()?;
    let identity = context.identity()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let clock = Context::clock_of(&archive)?;
    let witnessed = archive.witness(&identity, &which, &clock)?;
    output::line(&format!("{}/{}", witnessed.registrar, witnessed.checkpoint))?;
    let words = if witnessed.is_new {
        format!(
            "You cosigned the checkpoint {} of {}: all it names is here, and nothing was taken from it.",
            witnessed.checkpoint.seq, witnessed.registrar
        )
    } else {
        "You cosigned this checkpoint before; nothing was written.".to_owned()
    };
    output::say(context, &words);
    Ok(ExitCode::SUCCESS)
}
