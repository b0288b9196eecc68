//! `casefile referral` and `decline`: taking a referral in, and turning it down.

use super::admit::{plain_record, say_filed};
use super::args::{DeclineArgs, ReferralArgs};
use super::context::Context;
use super::{output, report};
use casefile::error::Result;
use casefile::record::WorkRecord;
use casefile::workflow;
use std::process::ExitCode;

pub fn run(context: &Context, args: &ReferralArgs) -> Result<ExitCode> {
    let checked = WorkRecord::read(&args.file, &context.programmes()?)?;
    report::problems(context, &checked.warnings);
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let receipt = workflow::receive(&seat.desk(), &checked.record)?;
    output::say(context, &format!("{} is received; its clocks run.", receipt.unit));
    say_filed(context, &receipt);
    plain_record(context, &args.file, args.remove)?;
    let unit = &receipt.unit;
    output::say(
        context,
        &format!(
            "Next: casefile due {unit}; then casefile admit FILE --referral {unit} or casefile decline {unit}"
        ),
    );
    Ok(ExitCode::SUCCESS)
}

pub fn decline(context: &Context, args: &DeclineArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let receipt = workflow::decline(&seat.desk(), &args.referral, &args.reason, args.onward.as_deref())?;
    output::say(context, &format!("{} is declined; its folder stays and keeps why.", args.referral));
    say_filed(context, &receipt);
    Ok(ExitCode::SUCCESS)
}
