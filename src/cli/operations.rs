//! `casefile withdraw`, `review`, `extend` and `resolve`: decisions about what is filed already.

use super::admit::say_filed;
use super::args::{ExtendArgs, RelabelArgs, ResolveArgs, ReviewArgs, VerdictArg, WithdrawArgs};
use super::context::{Context, Seat};
use super::output;
use casefile::archive::{Accepted, LateEntry, ReviewVerdict};
use casefile::error::Result;
use casefile::seal::Card;
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
    if args.give_way {
        return give_way(context, &seat, args);
    }
    let late = accepted(&args.late);
    if !late.is_empty() {
        let open = seat.archive.unlock(&args.case, &seat.identity)?;
        for entry in open.late(&late)? {
            output::line(&late_entry(&entry))?;
        }
    }
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let choice = Choice {
        late,
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

fn give_way(context: &Context, seat: &Seat, args: &ResolveArgs) -> Result<ExitCode> {
    let case = &args.case;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let done = seat.archive.give_way(&seat.identity, case, &args.reason, &seat.clock)?;
    let readers: Vec<String> = done.readers.iter().map(ToString::to_string).collect();
    let next = match readers.first() {
        Some(first) => format!(
            "{} can read {case} now. One of them makes its key: casefile -i {first}.key rekey {case} --deep",
            readers.join(" and ")
        ),
        None => format!("Another side of {case} has to give way too, in the same way."),
    };
    output::say(context, &next);
    say_filed(context, &done.receipt);
    Ok(ExitCode::SUCCESS)
}

fn accepted(late: &[String]) -> Accepted {
    match late {
        [] => Accepted::None,
        words if words.iter().any(|word| word == "all") => Accepted::All,
        digits => Accepted::These(digits.to_vec()),
    }
}

/// A late entry on one line, and what it would file on further ones.
fn late_entry(late: &LateEntry) -> String {
    let entry = &late.entry;
    let signers: Vec<String> = entry.signers.iter().map(ToString::to_string).collect();
    let (hash, by) = (late.name.hash.short(16), signers.join(" and "));
    let mut lines = vec![format!("late  {hash}  {} by {by}, signed {}", entry.op, entry.time)];
    let title =
        |card: &Option<Card>| card.as_ref().map_or("cannot be opened".to_owned(), |card| card.title.clone());
    lines.extend(late.documents.iter().map(|(d, card)| format!("      {}  {}", d.short(), title(card))));
    lines.join("\n")
}

pub fn relabel(context: &Context, args: &RelabelArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let (case, new, folder) = (&args.case, &args.new, args.folder.as_deref());
    let receipt = seat.archive.relabel(&seat.identity, case, new, folder, &args.reason, &seat.clock)?;
    let moved = format!("{case} is {new} now; what it held came along.");
    output::say(context, &if case == new { format!("{case} keeps its number.") } else { moved });
    say_filed(context, &receipt);
    if !new.is_office() && case != new {
        output::say(
            context,
            &format!(
                "Next: correct the number in its record: casefile record {new} -o FILE, then --put FILE"
            ),
        );
    }
    Ok(ExitCode::SUCCESS)
}
