//! `casefile list`: the cases of the archive, for everyone who can reach it.

use super::args::ListArgs;
use super::context::Context;
use super::dispose::disposal;
use super::escrow::folders_line;
use super::show::reader_text;
use super::{output, report};
use casefile::archive::Listing;
use casefile::error::Result;
use casefile::log::Stage;
use serde_json::{Value, json};
use std::process::ExitCode;

pub fn run(context: &Context, args: &ListArgs) -> Result<ExitCode> {
    let mut cases = context.archive()?.cases()?;
    cases.retain(|case| case.unit.is_office() == args.office);
    cases.retain(|case| args.status.is_none_or(|status| case.status == Some(status)));
    if context.json {
        output::json(&Value::Array(cases.iter().map(listing_json).collect()))?;
        return Ok(ExitCode::SUCCESS);
    }
    if cases.is_empty() {
        output::say(context, if args.office { "No folder about the work." } else { "No case." });
        return Ok(ExitCode::SUCCESS);
    }
    output::line(&output::table(&if args.office { office_rows(&cases) } else { case_rows(&cases) }))?;
    folders_line(&cases)?;
    for case in &cases {
        report::problems(context, &case.warnings());
    }
    Ok(ExitCode::SUCCESS)
}

fn office_rows(folders: &[Listing]) -> Vec<Vec<String>> {
    let mut rows = vec![output::row(["FOLDER", "READERS", "DOCUMENTS"])];
    rows.extend(folders.iter().map(|folder| {
        let readers: Vec<String> = folder.readers.iter().map(reader_text).collect();
        let destroyed = (folder.stage == Stage::Destroyed).then(|| "nobody: destroyed".to_owned());
        let readers = destroyed.unwrap_or_else(|| readers.join(", "));
        vec![folder.label.clone(), readers, folder.documents.to_string()]
    }));
    rows
}

fn case_rows(cases: &[Listing]) -> Vec<Vec<String>> {
    let mut rows = vec![output::row(["CASE", "STATUS", "SINCE", "MANAGER", "SUPERVISOR", "DOCUMENTS"])];
    rows.extend(cases.iter().map(|case| {
        vec![
            case.label.clone(),
            status(case),
            or_dash(case.since.as_ref()),
            or_dash(case.manager.as_ref()),
            or_dash(case.supervisor.as_ref()),
            case.documents.to_string(),
        ]
    }));
    rows
}

fn status(case: &Listing) -> String {
    let status = or_dash(case.status.as_ref());
    if case.stage == Stage::Destroyed { format!("{status}, destroyed") } else { status }
}

fn or_dash<T: ToString>(value: Option<&T>) -> String {
    value.map_or_else(|| "–".to_owned(), ToString::to_string)
}

fn listing_json(case: &Listing) -> Value {
    json!({
        "case": case.unit, "label": case.label, "status": case.status, "since": case.since, "until": case.until,
        "manager": case.manager, "supervisor": case.supervisor, "readers": case.readers, "escrows": case.escrows,
        "documents": case.documents, "size_bytes": case.size_bytes, "seq": case.seq,
        "disposal": disposal(case.stage), "warnings": case.warnings().iter().map(report::problem_json).collect::<Vec<_>>(),
    })
}
