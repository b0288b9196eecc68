//! `casefile dispose certificate`: what was destroyed, as a PDF.

use super::args::CertificateArgs;
use super::context::Context;
use super::{output, preview};
use casefile::error::Result;
use casefile::workflow;
use std::process::ExitCode;

pub fn run(context: &Context, args: &CertificateArgs) -> Result<ExitCode> {
    casefile::fs::check_replaces(&args.output, preview::PDF_MARK, "PDF")?;
    let archive = context.archive()?;
    let press = preview::press(context)?;
    let made = workflow::certificate(&archive, &press, &args.case, &args.lang)?;
    if !context.dry_run {
        casefile::fs::write_atomic(&args.output, made.pdf.bytes())?;
        let (title, pages) = (made.document.title(), output::pages(made.pdf.pages()));
        output::say(
            context,
            &format!(
                "{title}, {pages}: in {}. The archive keeps no copy: print it, or file it where such papers are kept.",
                args.output.display()
            ),
        );
    }
    Ok(ExitCode::SUCCESS)
}
