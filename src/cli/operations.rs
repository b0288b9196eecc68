//! `casefile withdraw`, `review`, `extend` and `resolve`: decisions about what is filed already.

use super::admit::say_filed;
use super::args::{ExtendArgs, RelabelArgs, ResolveArgs, ReviewArgs, VerdictArg, WithdrawArgs};
use super::context::Context;
use super::output;
use casefile::archive::ReviewVerdict;
use casefile::error::Result;
use casefile::workflow::{self, Choice};
use std::process::ExitCode;

pub fn withdraw(context: &Context, args: &WithdrawArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let receipt = workflow::withdraw(&seat.desk(), &args.document, &args.reason)?;
    output::say(context, &format!("The document is withdrawn: {} keeps it, struck through.", receipt.unit));
    say_filed(context, &receipt);
    Ok(ExitCode::SUCCESS)
}

pub fn review(context: &Context, args: &ReviewArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let (verdict, said) = match args.verdict {
        VerdictArg::Approve => (ReviewVerdict::Approve, "approved"),
        VerdictArg::Return => (ReviewVerdict::Return, "returned to be changed"),
    };
    let receipt = workflow::review(&seat.desk(), &args.document, verdict, args.comment.as_deref())?;
    output::say(context, &format!("The document of {} is {said}.", receipt.unit));
    say_filed(context, &receipt);
    Ok(ExitCode::SUCCESS)
}

pub fn extend(context: &Context, args: &ExtendArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let receipt = workflow::extend(&seat.desk(), &args.case, args.until, &args.reason)?;
    output::say(context, &format!("{} closes by itself on {} now.", args.case, args.until));
    say_filed(context, &receipt);
    Ok(ExitCode::SUCCESS)
}

pub fn resolve(context: &Context, args: &ResolveArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let choice = Choice {
        status: args.status,
        manager: args.manager.clone(),
        record: args.record.as_deref(),
        both: args.both,
        reason: &args.reason,
    };
    let receipt = workflow::resolve(&seat.desk(), &args.case, &choice)?;
    output::say(context, &format!("What was open in {} is settled.", args.case));
    say_filed(context, &receipt);
    Ok(ExitCode::SUCCESS)
}

pub fn relabel(context: &Context, args: &RelabelArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let (case, new, folder) = (&args.case, &args.new, args.folder.as_deref());
    let receipt = seat.archive.relabel(&seat.identity, case, new, folder, &args.reason, &seat.clock)?;
    output::say(context, &format!("{case} is {new} now; what it held came along."));
    say_filed(context, &receipt);
    if !new.is_office() {
        output::say(
            context,
            &format!(
                "Next: correct the number in its record: casefile record {new} -o FILE, then --put FILE"
            ),
        );
    }
    Ok(ExitCode::SUCCESS)
}
