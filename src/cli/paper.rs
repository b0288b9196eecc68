//! `casefile paper`: what the paper folder lacks, and printing it.

use super::admit::say_filed;
use super::args::PaperArgs;
use super::context::{Context, Seat};
use super::output;
use casefile::error::{Error, Result};
use casefile::workflow::{self, Paper, SoftCopy, mark_printed, to_print};
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;

pub fn run(context: &Context, args: &PaperArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    if let Some(folder) = &args.print {
        return print(context, &seat, args, folder);
    }
    if !args.printed.is_empty() {
        if !context.dry_run {
            let receipt = mark_printed(&seat.desk(), &args.case, &args.printed)?;
            output::say(context, &format!("Written down: what lies in the paper folder of {}.", args.case));
            say_filed(context, &receipt);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let paper = workflow::paper(&seat.desk(), &args.case)?;
    let shown: Vec<&SoftCopy> = paper.copies.iter().filter(|copy| args.all || copy.lacks_paper()).collect();
    if context.json {
        output::json(&paper_json(&paper, &shown))?;
        return Ok(ExitCode::SUCCESS);
    }
    let stands = paper.folder.as_ref().map(|folder| {
        format!("The paper folder: {} (seen on {} by {}).", folder.place.0, folder.seen, folder.by.0)
    });
    let nowhere = "Nobody has written down where the paper folder stands: `case.paper_folder` of the record.";
    output::say(context, stands.as_deref().unwrap_or(nowhere));
    if shown.is_empty() {
        output::say(context, &format!("The paper folder of {} lacks nothing.", args.case));
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = vec![output::row(["DOCUMENT", "DATE", "KIND", "TITLE", "ON PAPER"])];
    rows.extend(shown.iter().map(|copy| {
        let card = &copy.card;
        vec![card.d.short(), card.date.to_string(), card.kind.clone(), card.title.clone(), on_paper(copy)]
    }));
    output::line(&output::table(&rows))?;
    output::say(context, &format!("Next: casefile paper {} --print DIR", args.case));
    Ok(ExitCode::SUCCESS)
}

fn print(context: &Context, seat: &Seat, args: &PaperArgs, folder: &Path) -> Result<ExitCode> {
    casefile::fs::check_absent(folder)?;
    let files = to_print(&seat.desk(), &args.case)?;
    if context.dry_run || files.is_empty() {
        output::say(context, &format!("{} documents are to be printed.", files.len()));
        return Ok(ExitCode::SUCCESS);
    }
    std::fs::create_dir_all(folder).map_err(|error| Error::io("make it", folder, &error))?;
    for (name, bytes) in &files {
        casefile::fs::write_atomic(&folder.join(name), bytes)?;
    }
    let (number, folder) = (files.len(), folder.display());
    output::say(
        context,
        &format!("{number} documents now lie unencrypted in {folder}: print and delete them."),
    );
    output::say(
        context,
        &format!("Next, once they are in the folder: casefile paper {} --printed all", args.case),
    );
    Ok(ExitCode::SUCCESS)
}

fn on_paper(copy: &SoftCopy) -> String {
    let printed = copy.printed.map(|day| format!("printed, {day}"));
    let signed = copy.signed.iter().map(|signs| format!("signed by {}, {}", signs.by, signs.on));
    let all: Vec<String> = printed.into_iter().chain(signed).collect();
    if all.is_empty() { "lacks".to_owned() } else { all.join("; ") }
}

fn paper_json(paper: &Paper, shown: &[&SoftCopy]) -> Value {
    let copies = shown.iter().map(|copy| {
        json!({ "document": copy.card.d, "kind": copy.card.kind, "title": copy.card.title, "date": copy.card.date,
            "printed": copy.printed, "signed": copy.signed, "lacks": copy.lacks_paper() })
    });
    let copies: Vec<Value> = copies.collect();
    json!({ "paper_folder": paper.folder, "documents": copies })
}
