//! `casefile admit`: a new case from its record.

use super::args::AdmitArgs;
use super::context::Context;
use super::{output, preview, report};
use casefile::archive::Receipt;
use casefile::error::{Error, Result};
use casefile::record::Record;
use casefile::workflow::admit;
use std::process::ExitCode;

pub fn run(context: &Context, args: &AdmitArgs) -> Result<ExitCode> {
    let checked = Record::read(&args.file, &context.programmes()?)?;
    report::problems(context, &checked.warnings);
    let seat = context.seat()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let admitted = admit(&seat.desk(), &preview::press(context)?, &checked.record)?;
    let (status, since) = admitted.status;
    let receipt = &admitted.receipt;
    output::say(context, &format!("{} is admitted: {status} since {since}.", receipt.unit));
    say_filed(context, receipt);
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

/// Says where something was filed, who can read it and which entry says so.
pub fn say_filed(context: &Context, receipt: &Receipt) {
    let readers: Vec<String> = receipt.readers.iter().map(ToString::to_string).collect();
    let documents = receipt.documents.iter().map(casefile::seal::DocId::short).collect::<Vec<_>>().join(" ");
    output::say(context, &format!("  folder     {}", receipt.folder.display()));
    if !documents.is_empty() {
        output::say(context, &format!("  documents  {documents}"));
    }
    output::say(context, &format!("  readable   by {} and nobody else", readers.join(" and ")));
    output::say(context, &format!("  entry      {} {}", receipt.seq, receipt.entry.short(16)));
}
