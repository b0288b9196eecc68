//! `casefile preview`: the document that `file` would make, marked DRAFT, from a record or a case.

use super::args::{CopyArg, DocumentArgs, PreviewArgs, unit};
use super::context::Context;
use super::{client_copy, output, report};
use casefile::document::{Copy, Request, counts_csv};
use casefile::error::{Error, Result};
use casefile::record::AnyRecord;
use casefile::workflow::{Made, Press, preview_case};
use std::path::PathBuf;
use std::process::ExitCode;

/// How a PDF begins.
pub const PDF_MARK: &[u8] = b"%PDF-";

pub fn run(context: &Context, args: &PreviewArgs) -> Result<ExitCode> {
    if !args.csv {
        casefile::fs::check_replaces(&args.output, PDF_MARK, "PDF")?;
    } else if args.output.extension().is_none_or(|ending| ending != "csv") {
        casefile::fs::check_absent(&args.output)?;
    }
    let Some(source) = &args.source else { return blank(context, args) };
    let request = Request { draft: true, ..request(&args.document)? };
    let press = press(context)?;
    let case = source.to_str().and_then(|text| unit(text).ok());
    let made = if let Some(unit) = case.filter(|_| !source.exists()) {
        preview_case(&context.seat()?.desk(), &press, &unit, &args.kind, &request)?
    } else {
        let checked = AnyRecord::read(source, &context.programmes()?)?;
        report::problems(context, &checked.warnings);
        press.make(&checked.record, &args.kind, &request)?
    };
    write(context, args, &made)
}

/// The form of a kind to be filled in by hand.
fn blank(context: &Context, args: &PreviewArgs) -> Result<ExitCode> {
    let made = press(context)?.blank(&args.kind, &request(&args.document)?, &context.programmes()?)?;
    report::problems(context, made.document.warnings());
    if !context.dry_run {
        casefile::fs::write_atomic(&args.output, made.pdf.bytes())?;
        let (title, pages) = (made.document.title(), output::pages(made.pdf.pages()));
        output::say(
            context,
            &format!("{title}, {pages}, to be filled in by hand: {}.", args.output.display()),
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn write(context: &Context, args: &PreviewArgs, made: &Made) -> Result<ExitCode> {
    report::problems(context, made.document.warnings());
    if args.csv {
        return write_counts(context, args, made);
    }
    if !context.dry_run {
        client_copy::confirm(context, &made.document, args.document.yes)?;
        casefile::fs::write_atomic(&args.output, made.pdf.bytes())?;
        let pages = output::pages(made.pdf.pages());
        let file = args.output.display();
        output::say(
            context,
            &format!("{}, {pages}, DRAFT: now lies unencrypted in {file}.", made.document.title()),
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// The counts of a document as comma-separated values.
fn write_counts(context: &Context, args: &PreviewArgs, made: &Made) -> Result<ExitCode> {
    let counts = counts_csv(&made.document)?;
    if !context.dry_run {
        casefile::fs::write_atomic(&args.output, counts.as_bytes())?;
        let (rows, file) = (counts.lines().count() - 1, args.output.display());
        output::say(context, &format!("{rows} counts, none of them of one to four: {file}."));
    }
    Ok(ExitCode::SUCCESS)
}

/// What makes documents in this run.
pub fn press(context: &Context) -> Result<Press> {
    Ok(Press { kinds: context.kinds()?, engine: context.engine(program()?)? })
}

/// This program, which runs itself as a rendering worker.
pub fn program() -> Result<PathBuf> {
    std::env::current_exe().map_err(|error| Error::io("find", "this program's own file".as_ref(), &error))
}

/// A request as the command line states it.
pub fn request(args: &DocumentArgs) -> Result<Request> {
    Ok(Request {
        period: args.period.map(|period| (period.start, period.end)),
        date: args.date,
        lang: args.lang.clone(),
        copy: match args.copy {
            CopyArg::Staff => Copy::Staff,
            CopyArg::Client => Copy::Client,
        },
        partial: args.partial,
        unreviewed: args.unreviewed,
        ..Request::on(Context::clock()?.today())
    })
}
