//! `casefile key`: a person's own key file.

use super::args::{KeyCommand, KeyNewArgs};
use super::context::Context;
use super::output;
use casefile::error::{Class, Error, Problem, Result};
use casefile::seal::Identity;
use casefile::seal::identity::check_work_factor;
use std::path::Path;
use std::process::ExitCode;

pub fn run(context: &Context, command: KeyCommand) -> Result<ExitCode> {
    match command {
        KeyCommand::New(args) => new(context, args),
        KeyCommand::Show { file } => show(context, &file),
    }
}

fn new(context: &Context, args: KeyNewArgs) -> Result<ExitCode> {
    check_work_factor(args.work_factor, args.for_tests)?;
    refuse_to_replace(&args.output)?;
    let passphrase = context.new_passphrase()?;
    let identity = Identity::generate(args.id, &args.name)?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let bytes = identity.to_file(&passphrase, args.work_factor)?;
    casefile::fs::write_atomic(&args.output, &bytes)?;
    let file = args.output.display();
    output::say(
        context,
        &format!("Your key is in {file}, protected by your passphrase. Keep both; nobody can restore them."),
    );
    output::say(
        context,
        &format!(
            "Next: casefile key show {file} > {}.pub, and give that file to the administrator.",
            identity.id()
        ),
    );
    Ok(ExitCode::SUCCESS)
}

/// A key file is never written over: what it opens would be lost.
pub fn refuse_to_replace(path: &Path) -> Result<()> {
    if !path.exists() {
        return Ok(());
    }
    let problem =
        Problem::error("file.exists", "there is a file of that name already").hint("choose another name");
    Err(Error::new(Class::Input, problem).in_file(path))
}

fn show(context: &Context, file: &Path) -> Result<ExitCode> {
    let identity = context.unlock(file)?;
    output::print(identity.public().to_text().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
