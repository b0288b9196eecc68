//! `casefile admit`: a new case, or a folder about the work, from its record.

use super::args::AdmitArgs;
use super::context::Context;
use super::escrow::who_reads;
use super::{output, preview, report};
use casefile::archive::Receipt;
use casefile::error::{Error, Result};
use casefile::record::AnyRecord;
use casefile::workflow::{Desk, admit, found};
use std::process::ExitCode;

pub fn run(context: &Context, args: &AdmitArgs) -> Result<ExitCode> {
    let checked = AnyRecord::read(&args.file, &context.programmes()?)?;
    report::problems(context, &checked.warnings);
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let receipt = take_in(context, &seat.desk(), &checked.record)?;
    say_filed(context, &receipt);
    if args.remove {
        std::fs::remove_file(&args.file).map_err(|error| Error::io("delete it", &args.file, &error))?;
        output::say(
            context,
            &format!("The plain record {} is deleted; the archive holds it.", args.file.display()),
        );
    } else {
        let file = args.file.display();
        output::say(
            context,
            &format!("The plain record still lies unencrypted in {file}; --remove deletes it after filing."),
        );
    }
    output::say(context, &format!("Next: casefile show {}", receipt.unit));
    Ok(ExitCode::SUCCESS)
}

/// Admits a case, or founds the folder of a record about the work.
fn take_in(context: &Context, desk: &Desk, record: &AnyRecord) -> Result<Receipt> {
    match record {
        AnyRecord::Case(record) => {
            let admitted = admit(desk, &preview::press(context)?, record)?;
            let ((status, since), receipt) = (admitted.status, admitted.receipt);
            output::say(context, &format!("{} is admitted: {status} since {since}.", receipt.unit));
            Ok(receipt)
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
