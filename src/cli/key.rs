//! `casefile key`: a person's own key file, and the public part that others have of it.

use super::args::{KeyCommand, KeyNewArgs, PassphraseArgs};
use super::context::Context;
use super::{output, report};
use casefile::error::{Class, Error, Problem, Result};
use casefile::seal::identity::{
    DEFAULT_WORK_FACTOR, IDENTITY_FILE_LIMIT_BYTES, check_work_factor, work_factor_of,
};
use casefile::seal::public::PUBLIC_FILE_LIMIT_BYTES;
use casefile::seal::{Identity, Passphrase, Public};
use std::path::Path;
use std::process::ExitCode;

pub fn run(context: &Context, command: KeyCommand) -> Result<ExitCode> {
    match command {
        KeyCommand::New(args) => new(context, args),
        KeyCommand::Show { file } => show(context, &file),
        KeyCommand::Passphrase(args) => passphrase(context, &args),
    }
}

fn new(context: &Context, args: KeyNewArgs) -> Result<ExitCode> {
    check_work_factor(args.work_factor, args.for_tests)?;
    // A key file is never written over: what it opens would be lost.
    casefile::fs::check_absent(&args.output)?;
    let passphrase = context.new_passphrase()?;
    say_if_weak(context, &passphrase);
    let identity = Identity::generate(args.id, &args.name)?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let bytes = identity.to_file(&passphrase, args.work_factor)?;
    casefile::fs::write_new(&args.output, &bytes)?;
    let file = output::typed(&args.output);
    output::say(
        context,
        &format!("Your key is in {file}, protected by your passphrase. Keep both; nobody can restore them."),
    );
    output::say(
        context,
        &format!(
            "Next: casefile key show {file} > {}, and give that file to the administrator.",
            output::typed(&args.output.with_extension("pub"))
        ),
    );
    Ok(ExitCode::SUCCESS)
}

/// Reads the public part of a key.
pub fn public(file: &Path) -> Result<Public> {
    let bytes = casefile::fs::read(file, PUBLIC_FILE_LIMIT_BYTES)?;
    Public::parse(&String::from_utf8_lossy(&bytes)).map_err(|error| error.in_file(file))
}

/// Says that a passphrase is short enough to be tried out by a machine that has the key file.
fn say_if_weak(context: &Context, passphrase: &Passphrase) {
    if passphrase.chars() < FEW_CHARS {
        let problem = Problem::warning("key.short-passphrase", format!("the passphrase has fewer than {FEW_CHARS} characters"))
            .hint("whoever gets the key file can try such a one out; four or more unrelated words: casefile key passphrase FILE");
        report::problems(context, &[problem]);
    }
}

/// A passphrase of fewer characters is warned of.
const FEW_CHARS: usize = 12;

fn show(context: &Context, file: &Path) -> Result<ExitCode> {
    let identity = context.unlock(file)?;
    output::print(identity.public().to_text().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Seals the same keys with another passphrase. The new file is tried before it takes the old one's
/// place, in one step.
fn passphrase(context: &Context, args: &PassphraseArgs) -> Result<ExitCode> {
    // A link stays a link: the file it leads to is the one that changes.
    let file = std::fs::canonicalize(&args.file).map_err(|e| Error::io("open it", &args.file, &e))?;
    let before = casefile::fs::read(&file, IDENTITY_FILE_LIMIT_BYTES)?;
    let old = context.passphrase(&format!("Passphrase of {}", args.file.display()))?;
    let identity = Identity::from_file(&before, &old).map_err(|error| error.in_file(&args.file))?;
    let as_before = work_factor_of(&before).unwrap_or(DEFAULT_WORK_FACTOR).max(DEFAULT_WORK_FACTOR);
    let work_factor = check_work_factor(args.work_factor.unwrap_or(as_before), args.for_tests)?;
    let new = context.other_passphrase()?;
    if new == old {
        let problem = Problem::error("key.same-passphrase", "the new passphrase is the old one");
        return Err(Error::new(Class::Input, problem.hint("nothing was changed")));
    }
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    say_if_weak(context, &new);
    let bytes = identity.to_file(&new, work_factor)?;
    Identity::from_file(&bytes, &new)?;
    casefile::fs::write_atomic(&file, &bytes)?;
    output::say(context, "The passphrase is changed; the key is the same.");
    output::say(context, "Copies of the old file open with the old passphrase: delete them.");
    Ok(ExitCode::SUCCESS)
}
