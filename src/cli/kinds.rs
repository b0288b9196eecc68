//! `casefile kinds`: the kinds of document, and what one needs.

use super::args::KindsArgs;
use super::context::Context;
use super::output;
use casefile::document::{Kind, Must, PeriodRule};
use casefile::error::Result;
use std::process::ExitCode;

pub fn run(context: &Context, args: &KindsArgs) -> Result<ExitCode> {
    let kinds = context.kinds()?;
    match &args.kind {
        Some(id) if context.json => output::json(&kinds.get(id)?.json()?)?,
        Some(id) => output::line(&describe(&*kinds.get(id)?)?)?,
        None if context.json => output::json(&kinds.json()?)?,
        None => {
            let mut rows = vec![output::row(["KIND", "TITLE", "PERIOD", "LANGUAGES"])];
            for kind in kinds.list() {
                let period = period(kind.period()).to_owned();
                rows.push(vec![kind.id().to_owned(), title(kind)?, period, kind.languages().join(" ")]);
            }
            output::line(&output::table(&rows))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn title(kind: &Kind) -> Result<String> {
    Ok(kind.titles()?.remove("en").unwrap_or_else(|| kind.id().to_owned()))
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
        format!("{} ({})", title(kind)?, kind.id()),
        format!("  version    {} of {}, {}", kind.version(), kind.approved(), kind.owner()),
        format!("  source     {}", kind.source()),
        format!("  made from  a record {}", kind.record().format()),
        format!("  period     {}", period(kind.period())),
        format!("  languages  {}", kind.languages().join(" ")),
        format!("  for        {}", audience.join(", ")),
    ];
    lines.extend(kind.deadline().map(|deadline| format!("  due        {deadline}")));
    lines.push("  it shows, from the record:".to_owned());
    let must = |must: &Must| {
        let needed = if must.required { "needed  " } else { "        " };
        format!("    {needed}{}  ({})", must.path, must.source)
    };
    lines.extend(kind.musts().iter().map(must));
    Ok(lines.join("\n"))
}
