//! `casefile admit`: a new case, or a folder about the work, from its record.

use super::args::AdmitArgs;
use super::context::Context;
use super::escrow::who_reads;
use super::{output, preview, report};
use casefile::archive::Receipt;
use casefile::error::{Class, Error, Problem, Result};
use casefile::names::Unit;
use casefile::record::AnyRecord;
use casefile::workflow::{Desk, admit, admit_referral, found};
use std::path::Path;
use std::process::ExitCode;

pub fn run(context: &Context, args: &AdmitArgs) -> Result<ExitCode> {
    let checked = AnyRecord::read(&args.file, &context.programmes()?)?;
    report::problems(context, &checked.warnings);
    report::problems(context, &checked.record.check_on(Context::clock()?.today()));
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let receipt = take_in(context, &seat.desk(), &checked.record, args.referral.as_ref())?;
    say_filed(context, &receipt);
    plain_record(context, &args.file, args.remove)?;
    output::say(context, &format!("Next: casefile show {}", receipt.unit));
    Ok(ExitCode::SUCCESS)
}

/// Deletes the plain record that was filed, or says that it still lies there.
pub fn plain_record(context: &Context, file: &Path, remove: bool) -> Result<()> {
    let shown = file.display();
    if remove {
        std::fs::remove_file(file).map_err(|error| Error::io("delete it", file, &error))?;
        output::say(context, &format!("The plain record {shown} is deleted; the archive holds it."));
    } else {
        output::say(
            context,
            &format!("The plain record still lies unencrypted in {shown}; --remove deletes it after filing."),
        );
    }
    Ok(())
}

/// Admits a case, or founds the folder of a record about the work.
fn take_in(context: &Context, desk: &Desk, record: &AnyRecord, referral: Option<&Unit>) -> Result<Receipt> {
    match record {
        AnyRecord::Case(record) => {
            let press = preview::press(context)?;
            let admitted = match referral {
                Some(referral) => admit_referral(desk, &press, record, referral)?,
                None => admit(desk, &press, record)?,
            };
            let ((status, since), receipt) = (admitted.status, admitted.receipt);
            output::say(context, &format!("{} is admitted: {status} since {since}.", receipt.unit));
            Ok(receipt)
        }
        AnyRecord::Work(_) if referral.is_some() => {
            let problem =
                Problem::error("referral.no-case", "a referral becomes a case, and this record is none")
                    .hint("give the record of the case");
            Err(Error::new(Class::Input, problem))
        }
        AnyRecord::Work(record) => {
            let receipt = found(desk, record)?;
            output::say(context, &format!("{} is founded, with its record in it.", receipt.unit));
            Ok(receipt)
        }
    }
}

/// Says where something was filed, who can read it and which entry says so.
pub fn say_filed(context: &Context, receipt: &Receipt) {
    let readers: Vec<String> = receipt.readers.iter().map(ToString::to_string).collect();
    let documents = receipt.documents.iter().map(casefile::seal::DocId::short).collect::<Vec<_>>().join(" ");
    output::say(context, &format!("  folder     {}", receipt.folder.display()));
    if !documents.is_empty() {
        output::say(context, &format!("  documents  {documents}"));
    }
    output::say(
        context,
        &format!("  readable   by {} and nobody else", who_reads(&readers, &receipt.escrows)),
    );
    output::say(context, &format!("  entry      {} {}", receipt.seq, receipt.entry.short(16)));
}
