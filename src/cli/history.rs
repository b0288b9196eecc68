//! `casefile history`: every signed entry of a case, with its reason for those who can open it.

use super::args::CaseArgs;
use super::context::Context;
use super::{output, report};
use casefile::error::Result;
use casefile::log::{Judged, Part, Verdict};
use casefile::seal::DocId;
use serde_json::{Value, json};
use std::process::ExitCode;

pub fn run(context: &Context, args: &CaseArgs) -> Result<ExitCode> {
    let archive = context.archive()?;
    let shown = context.opened_if_named(&archive, archive.case(&args.case)?)?;
    let case = shown.case();
    let mut events = Vec::new();
    for judged in case.entries() {
        let reason = match shown.open() {
            Some(open) => open.reason(&judged.name)?,
            None => None,
        };
        events.push((judged, reason));
    }
    if context.json {
        let events = events.iter().map(|(judged, reason)| event_json(judged, reason.as_deref()));
        output::json(&Value::Array(events.collect()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = vec![output::row(["SEQ", "SIGNED", "BY", "WHAT", "STATUS", "DOCUMENTS", "ENTRY"])];
    rows.extend(events.iter().map(|(judged, reason)| event_row(judged, reason.as_deref())));
    output::line(&output::table(&rows))?;
    report::problems(context, &case.warnings());
    Ok(ExitCode::SUCCESS)
}

fn event_json(judged: &Judged, reason: Option<&String>) -> Value {
    let entry = &judged.entry;
    json!({
        "seq": entry.seq, "entry": judged.name.hash, "time": entry.time, "op": entry.op, "by": entry.signers,
        "status": entry.status, "since": entry.since, "until": entry.until, "rule": entry.rule,
        "documents": documents(judged).collect::<Vec<_>>(), "reason": reason, "verdict": verdict(judged),
    })
}

fn event_row(judged: &Judged, reason: Option<&String>) -> Vec<String> {
    let entry = &judged.entry;
    let signers: Vec<String> = entry.signers.iter().map(ToString::to_string).collect();
    let rule = entry.rule.as_ref().map(|rule| format!(" ({rule})")).unwrap_or_default();
    let reason = reason.filter(|text| !text.is_empty()).map(|text| format!(": {text}")).unwrap_or_default();
    let verdict = verdict(judged);
    let mark = if verdict == "valid" { String::new() } else { format!(" ({verdict})") };
    let status = entry.status.zip(entry.since).map(|(status, since)| format!("{status} since {}", since.0));
    vec![
        entry.seq.to_string(),
        entry.time.to_string(),
        signers.join(" "),
        format!("{}{rule}{mark}{reason}", entry.op),
        status.unwrap_or_default(),
        documents(judged).count().to_string(),
        judged.name.hash.short(16),
    ]
}

fn documents(judged: &Judged) -> impl Iterator<Item = &DocId> {
    judged.entry.add.iter().filter(|added| added.r == Part::Doc).map(|added| &added.d)
}

fn verdict(judged: &Judged) -> &'static str {
    match judged.verdict {
        Verdict::Valid => "valid",
        Verdict::Late => "late",
        Verdict::Pending => "pending",
        Verdict::Invalid(_) => "invalid",
    }
}
