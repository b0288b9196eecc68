//! `casefile root` and `casefile sign`: the root keys, and what several people sign one after the other.

use super::args::{RestoreArgs, RootChangeArgs, RootCommand, SignArgs};
use super::context::Context;
use super::key::public;
use super::output;
use casefile::archive::{Archive, PROPOSAL_LIMIT_BYTES, Proposal, Restore, RootChange, RootHolder, Signed};
use casefile::error::{Class, Error, Problem, Result};
use casefile::log::{RootKeys, StaffNote};
use casefile::names::PersonId;
use casefile::seal::Identity;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

pub fn run(context: &Context, command: &RootCommand) -> Result<ExitCode> {
    match command {
        RootCommand::Show => show(context),
        RootCommand::Change(args) => change(context, args),
    }
}

fn show(context: &Context) -> Result<ExitCode> {
    let (holders, threshold) = context.archive()?.root_holders();
    if context.json {
        let keys: Vec<_> =
            holders.iter().map(|holder| json!({ "name": holder.name, "person": holder.person })).collect();
        output::json(&json!({ "threshold": threshold, "keys": keys }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = vec![output::row(["KEY", "HELD BY"])];
    let person = |holder: &RootHolder| {
        holder.person.as_ref().map_or("nobody on the staff".to_owned(), ToString::to_string)
    };
    rows.extend(holders.iter().map(|holder| vec![holder.name.to_string(), person(holder)]));
    output::line(&output::table(&rows))?;
    output::line(&format!("{threshold} of {} must sign for administrators and root keys.", holders.len()))?;
    Ok(ExitCode::SUCCESS)
}

fn change(context: &Context, args: &RootChangeArgs) -> Result<ExitCode> {
    let mut archive = context.archive()?;
    let identity = context.identity()?;
    let add = args.add.as_deref().map(public).transpose()?;
    let change = RootChange { add, remove: args.remove.clone(), threshold: args.threshold };
    let clock = Context::clock_of(&archive)?;
    let proposal = archive.propose_root(&identity, &change, &args.propose.with, &clock)?;
    put_forward(context, &mut archive, &identity, proposal, args.propose.propose.as_deref())
}

pub fn sign(context: &Context, args: &SignArgs) -> Result<ExitCode> {
    let mut archive = context.archive()?;
    let bytes = casefile::fs::read(&args.proposal, PROPOSAL_LIMIT_BYTES)?;
    let proposal = Proposal::parse(&bytes, &archive.id()).map_err(|error| error.in_file(&args.proposal))?;
    if context.dry_run {
        output::line(&words(&proposal))?;
        return Ok(ExitCode::SUCCESS);
    }
    let identity = context.identity()?;
    put_forward(context, &mut archive, &identity, proposal, Some(&args.proposal))
}

/// `casefile verify --accept-restore`: proposes that what a restored backup lost is given up.
pub fn accept_restore(context: &Context, args: &RestoreArgs) -> Result<ExitCode> {
    let mut archive = context.archive()?;
    let by = context.identity()?;
    let none = Path::new("none");
    let (Some(with), Some(reason), Some(file)) = (&args.with, &args.reason, &args.propose) else {
        return Err(Error::new(Class::Usage, Problem::error("verify.restore", "something is missing")));
    };
    let restore = Restore {
        with: with.clone(),
        reason: reason.clone(),
        searched: args.searched.iter().filter(|copy| *copy != none).cloned().collect(),
    };
    let proposal = archive.propose_restore(&by, &restore, &Context::clock_of(&archive)?)?;
    let code = put_forward(context, &mut archive, &by, proposal, Some(file))?;
    if args.searched.iter().any(|copy| copy == none) {
        let message = "Before the second signature: look once more on every laptop, stick and backup disk.";
        output::say(context, message);
    }
    let keep = "Keep the file: the reason stands in it, and in the archive only its hash.";
    output::say(context, keep);
    Ok(code)
}

/// Signs a proposal and says what it says; writes the note, or the file for those who sign next.
pub fn put_forward(
    context: &Context,
    archive: &mut Archive,
    by: &Identity,
    mut proposal: Proposal,
    file: Option<&Path>,
) -> Result<ExitCode> {
    if file.is_none() && proposal.note().signers.len() > 1 {
        let problem = Problem::error("root.no-file", "several people sign this, so it needs a file")
            .hint("name the file that goes from one to the next: --propose FILE");
        return Err(Error::new(Class::Usage, problem));
    }
    output::line(&words(&proposal))?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let signed = archive.sign_proposal(by, &mut proposal)?;
    if let Some(file) = file {
        casefile::fs::write_atomic(file, &proposal.to_bytes())?;
    }
    output::say(context, &said(&signed, file));
    Ok(ExitCode::SUCCESS)
}

fn said(signed: &Signed, file: Option<&Path>) -> String {
    match signed {
        Signed::Written(name) => format!("Everybody who must has signed: it holds, as staff note {name}."),
        Signed::Waiting(missing) => {
            let names: Vec<&str> = missing.iter().map(PersonId::as_str).collect();
            let file = file.map(output::typed).unwrap_or_default();
            let names = names.join(" and ");
            format!("Nothing holds yet. Give {file} to {names}: casefile -i THEIR.key sign {file}")
        }
    }
}

/// What a proposal says, so that nobody signs unread.
fn words(proposal: &Proposal) -> String {
    let note = proposal.note();
    let list = |ids: &[PersonId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut lines = vec![format!("proposed   {} of {}", note.op, note.time)];
    lines.extend(note.person.as_ref().map(|person| {
        let roles: Vec<&str> = person.roles.iter().map(|role| role.word()).collect();
        let roles = if roles.is_empty() { "no role".to_owned() } else { roles.join(", ") };
        format!("person     {}: {roles}; key {}", person.id, person.sign)
    }));
    lines.extend(note.root.as_ref().map(root_words));
    lines.extend(lost_words(note));
    lines.extend(proposal.reason().map(|reason| format!("reason     {reason}")));
    lines.push(format!("signers    {}", list(&note.signers)));
    let missing = proposal.missing();
    if !missing.is_empty() {
        lines.push(format!("missing    {}", list(&missing)));
    }
    lines.join("\n")
}

fn root_words(root: &RootKeys) -> String {
    let keys: Vec<String> = root.keys.iter().map(|(name, key)| format!("{name} {key}")).collect();
    format!("root keys  {} of: {}", root.threshold, keys.join(", "))
}

fn lost_words(note: &StaffNote) -> Option<String> {
    let lost: Vec<String> = note.lost.as_ref()?.iter().map(ToString::to_string).collect();
    Some(format!("lost       {}", lost.join("\n           ")))
}
