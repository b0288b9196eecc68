//! `casefile open`: one document out of the archive.

use super::args::OpenArgs;
use super::context::Context;
use super::output;
use casefile::error::{Class, Error, Problem, Result};
use casefile::workflow::find_document;
use std::process::ExitCode;

pub fn run(context: &Context, args: &OpenArgs) -> Result<ExitCode> {
    let archive = context.archive()?;
    let (unit, id) = find_document(&archive, &args.document)?;
    let identity = context.identity()?;
    let (card, bytes) = archive.unlock(&unit, &identity)?.document(&id)?;
    let Some(file) = &args.output else {
        if std::io::IsTerminal::is_terminal(&std::io::stdout()) && !card.media.starts_with("text/") {
            let problem = Problem::error("open.terminal", "a document like this is not for a terminal");
            return Err(Error::new(Class::Usage, problem.hint("write it to a file with -o FILE")));
        }
        output::print_text(&bytes)?;
        return Ok(ExitCode::SUCCESS);
    };
    casefile::fs::check_absent(file)?;
    if !context.dry_run {
        casefile::fs::write_new(file, &bytes)?;
        output::say(context, &format!("A document of {unit} now lies unencrypted in {}.", file.display()));
    }
    Ok(ExitCode::SUCCESS)
}
