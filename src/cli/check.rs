//! `casefile check`, `explain` and `new`: records before they are anywhere else.

use super::args::{CheckArgs, ExplainArgs, NewArgs};
use super::context::Context;
use super::{output, report};
use casefile::document;
use casefile::error::{Class, Problem, Result, Severity};
use casefile::record::{self, AnyRecord, Checked};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

pub fn run(context: &Context, args: &CheckArgs) -> Result<ExitCode> {
    let mut problems = Vec::new();
    let mut records = Vec::new();
    let programmes = context.programmes()?;
    let kinds = context.kinds()?;
    for file in &args.files {
        match AnyRecord::read(file, &programmes) {
            Ok(Checked { record, warnings }) => {
                problems.extend(warnings);
                problems.extend(record.check_on(Context::clock()?.today()));
                problems.extend(document::check_forms(&kinds, &record));
                problems.extend(missing(context, args, file, &record)?);
                records.extend(record.into_case());
            }
            Err(error) => problems.extend(error.problems().to_vec()),
        }
    }
    problems.extend(record::check_together(&records));
    let files = match &args.files[..] {
        [file] => file.display().to_string(),
        files => format!("{} records", files.len()),
    };
    tell(context, &files, args.files.len(), &problems)
}

/// What a kind still misses in a record, and what it would print empty, as problems placed in its file.
fn missing(context: &Context, args: &CheckArgs, file: &Path, record: &AnyRecord) -> Result<Vec<Problem>> {
    let Some(kind) = &args.kind else { return Ok(Vec::new()) };
    let kind = context.kinds()?.get(kind)?;
    let period = args.period.map(|period| (period.start, period.end));
    let mut problems = document::missing(&kind, record, period);
    problems.extend(document::unfilled(&kind, record));
    for problem in &mut problems {
        problem.place.get_or_insert_default().file.get_or_insert_with(|| file.to_owned());
    }
    Ok(problems)
}

/// Tells all problems of `what`, made of so many `files`; exit code 3 where one is an error.
pub fn tell(context: &Context, what: &str, files: usize, problems: &[Problem]) -> Result<ExitCode> {
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let warnings = problems.len() - errors;
    if context.json {
        let problems: Vec<_> = problems.iter().map(report::problem_json).collect();
        output::json(
            &json!({ "files": files, "errors": errors, "warnings": warnings, "problems": problems }),
        )?;
    } else {
        report::problems(context, problems);
        let found = match (errors, warnings) {
            (0, 0) => "no problem found".to_owned(),
            (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
        };
        output::say(context, &format!("{what}: {found}"));
    }
    Ok(ExitCode::from(if errors == 0 { 0 } else { Class::Input.exit_code() }))
}

pub fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

pub fn explain(context: &Context, args: &ExplainArgs) -> Result<ExitCode> {
    let explanation = record::explain(&args.field)?;
    if context.json {
        output::json(&serde_json::to_value(&explanation).unwrap_or_default())?;
    } else {
        output::line(&explanation.to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

pub fn new(args: &NewArgs, context: &Context) -> Result<ExitCode> {
    let programme = context.programmes()?.get(&args.programme)?;
    let text = record::work_template(args.sort, &programme).unwrap_or_else(|| record::template(&programme));
    let Some(file) = &args.output else {
        output::print(text.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    };
    casefile::fs::check_absent(file)?;
    if !context.dry_run {
        casefile::fs::write_new(file, text.as_bytes())?;
        let schema = casefile::fs::folder_of(file).join(args.sort.schema_file());
        casefile::fs::write_atomic(&schema, args.sort.schema_text().as_bytes())?;
        output::say(
            context,
            &format!("A new record lies in {0}. Fill it in, then: casefile check {0}", output::typed(file)),
        );
    }
    Ok(ExitCode::SUCCESS)
}
