//! `casefile demo`: the main job in one go, on invented people.

use super::args::DemoArgs;
use super::context::Context;
use super::{output, preview};
use casefile::error::{Class, Result};
use casefile::workflow::{Demo, demo};
use std::process::ExitCode;

pub fn run(context: &Context, args: &DemoArgs) -> Result<ExitCode> {
    let press = preview::press(context)?;
    let mut step = |text: &str| output::say(context, &format!("  {text}"));
    let made = demo(&args.dir, &press, &context.programmes()?, Context::clock()?, &mut step)?;
    output::line(&text(args, &made))?;
    Ok(ExitCode::from(if made.verification.damage.is_empty() { 0 } else { Class::Damage.exit_code() }))
}

fn text(args: &DemoArgs, made: &Demo) -> String {
    let dir = args.dir.display();
    let pages: usize = made.documents.iter().map(|(_, _, pages)| pages).sum();
    format!(
        "\nAn invented agency is in {dir}: {cases} cases, {documents} documents of {pages} pages, \
         {moved} moved to inactive, {handover} begun with {open} open points, {damage} damaged objects at level V3.

Look around
  {dir}/records     the plain records, as the case managers write them
  {dir}/archive     the archive: one folder per case under its status, everything in it sealed
  {dir}/keys        the keys of nora, selma, aisha and tomas; the passphrase is in {dir}/passphrase

Try next
  export CASEFILE_ARCHIVE={dir}/archive CASEFILE_PASSPHRASE_FILE={dir}/passphrase CASEFILE_TODAY=2016-12-01
  casefile list
  casefile -i {dir}/keys/aisha.key show {moved}
  casefile -i {dir}/keys/aisha.key preview progress-report {moved} --period 2016-10-01..2016-10-31 -o draft.pdf
  casefile -i {dir}/keys/selma.key handover status {handover}
  casefile -i {dir}/keys/nora.key verify --level V2
  casefile -i {dir}/keys/nora.key show {moved}      (refused: the administrator reads nothing)

This program is {program}",
        cases = made.cases.len(),
        documents = made.documents.len(),
        moved = made.moved,
        handover = made.handover.0,
        open = made.handover.1,
        damage = made.verification.damage.len(),
        program = std::env::current_exe().map(|path| path.display().to_string()).unwrap_or_default(),
    )
}
