//! `casefile kinds`: the kinds of document, and what one needs.

use super::args::{KindsArgs, KindsJob};
use super::context::Context;
use super::{output, own_kinds};
use casefile::document::{Copy, Kind, Must, PeriodRule, Scope};
use casefile::error::Result;
use std::process::ExitCode;

pub fn run(context: &Context, args: &KindsArgs) -> Result<ExitCode> {
    match &args.job {
        Some(KindsJob::New(args)) => return own_kinds::new(context, args),
        Some(KindsJob::Check(args)) => return own_kinds::check(context, args),
        Some(KindsJob::Gallery(args)) => return own_kinds::gallery(context, args),
        None => {}
    }
    let kinds = context.kinds()?;
    match &args.kind {
        Some(id) if context.json => output::json(&kinds.get(id)?.json()?)?,
        Some(id) => output::line(&describe(&*kinds.get(id)?)?)?,
        None if context.json => output::json(&kinds.json()?)?,
        None => {
            let mut rows = vec![output::row(["KIND", "TITLE", "PERIOD", "LANGUAGES"])];
            for kind in kinds.list().chain(kinds.of_archive()) {
                let period = period(kind.period()).to_owned();
                let title = kind.title("en")?;
                rows.push(vec![kind.id().to_owned(), title, period, kind.languages().join(" ")]);
            }
            output::line(&output::table(&rows))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn period(rule: PeriodRule) -> &'static str {
    match rule {
        PeriodRule::None => "none",
        PeriodRule::Optional => "optional",
        PeriodRule::Required => "required",
    }
}

fn describe(kind: &Kind) -> Result<String> {
    let audience: Vec<String> = kind.audience().iter().map(ToString::to_string).collect();
    let mut lines = vec![
        format!("{} ({})", kind.title("en")?, kind.id()),
        format!("  version    {} of {}, {}", kind.version(), kind.approved(), kind.owner()),
        format!("  source     {}", kind.source()),
        format!("  made from  a record {}", kind.record().format()),
        format!("  period     {}", period(kind.period())),
        format!("  languages  {}", kind.languages().join(" ")),
        format!("  for        {}", audience.join(", ")),
    ];
    if kind.copies().contains(&Copy::Client) {
        lines.push("  copies     staff, client (--copy client)".to_owned());
    }
    lines.extend(kind.deadline().map(|deadline| format!("  due        {deadline}")));
    if kind.scope() == Scope::Archive {
        lines.push("  made from the history: casefile dispose certificate CASE -o FILE".to_owned());
        return Ok(lines.join("\n"));
    }
    lines.push("  it shows, from the record:".to_owned());
    let must = |must: &Must| {
        let needed = if must.required { "needed  " } else { "        " };
        format!("    {needed}{}  ({})", must.path, must.source)
    };
    lines.extend(kind.musts().iter().map(must));
    Ok(lines.join("\n"))
}
