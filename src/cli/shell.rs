//! `casefile completions` and `casefile man`.

use super::args::{Cli, CompletionsArgs};
use super::output;
use casefile::error::{Error, Result};
use clap::CommandFactory;
use std::path::Path;
use std::process::ExitCode;

pub fn completions(args: &CompletionsArgs) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "casefile", &mut script);
    output::print(&script)?;
    Ok(ExitCode::SUCCESS)
}

pub fn man() -> Result<ExitCode> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut page)
        .map_err(|error| Error::io("write it", Path::new("the manual page"), &error))?;
    output::print(&page)?;
    Ok(ExitCode::SUCCESS)
}
