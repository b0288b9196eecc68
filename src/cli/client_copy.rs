//! The client's copy: whom it names is shown first, and confirmed.

use super::args::FileArgs;
use super::context::Context;
use super::output;
use casefile::document::{Copy, Document, Request};
use casefile::error::{Class, Error, Problem, Result};
use casefile::names::Unit;
use casefile::workflow::{Desk, Press, compose_case};
use std::io::{BufRead, IsTerminal};
use std::path::Path;

/// Shows for each case whom the copy would name, and has it confirmed. A case whose copy cannot be made is
/// passed over here: filing tells why.
pub fn confirm_each(
    context: &Context,
    desk: &Desk,
    press: &Press,
    args: &FileArgs,
    cases: &[Unit],
    request: &Request,
) -> Result<()> {
    for case in cases {
        if let Ok(document) = compose_case(desk, press, case, &args.kind, request) {
            output::tell(&case.to_string());
            confirm(context, &document, args.document.yes || context.dry_run)?;
        }
    }
    Ok(())
}

/// Shows whom a client's copy names; without `yes` it must be confirmed on a terminal.
///
/// # Errors
/// `document.persons` (needs an answer) where nobody can be asked; of class input where the answer is no.
pub fn confirm(context: &Context, document: &Document, yes: bool) -> Result<()> {
    if document.copy() != Copy::Client {
        return Ok(());
    }
    output::tell(&format!("{}, copy for the client. It names:", document.title()));
    document.persons().iter().for_each(|person| output::tell(&format!("  {person}")));
    output::tell("and whomever the words written for the client name: read them once more.");
    if yes {
        return Ok(());
    }
    if context.no_input || !std::io::stdin().is_terminal() {
        let message = "the people named have to be confirmed, and nobody can be asked";
        let problem = Problem::error("document.persons", message).hint("look at the list, then say --yes");
        return Err(Error::new(Class::NeedsAnswer, problem));
    }
    output::ask("May all of them be named to the client? [y/N] ");
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    read.map_err(|error| Error::io("read the answer from", Path::new("the terminal"), &error))?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        return Ok(());
    }
    let problem = Problem::error("document.persons", "the copy was not made")
        .hint("take `share: client` from who may not be named, or change the words for the client");
    Err(Error::new(Class::Input, problem))
}
