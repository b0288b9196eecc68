//! `casefile figures`: counts of a period, and everybody's added up.

use super::admit::say_filed;
use super::args::FiguresArgs;
use super::context::{Context, Seat};
use super::output;
use casefile::document::Words;
use casefile::error::Result;
use casefile::figures::{COUNTED, Figures, Sum, shares, sum};
use casefile::workflow::{Combined, as_part, combine, figures, figures_part, file_figures};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::process::ExitCode;

pub fn run(context: &Context, args: &FiguresArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let period = (args.period.start, args.period.end);
    if args.combine {
        let combined = combine(&seat.desk(), period, args.folder.as_ref())?;
        return show_combined(context, args, &combined);
    }
    if args.yaml {
        return print_part(context, &seat, period);
    }
    let counted = figures(&seat.desk(), period)?;
    show(context, args, &sum([counted.rows.as_slice()]), &json!(counted))?;
    if args.file && !context.dry_run {
        let receipt = file_figures(&seat.desk(), &counted, args.folder.as_ref())?;
        say_where(context, &counted, &receipt.unit.to_string());
        say_filed(context, &receipt);
    }
    Ok(ExitCode::SUCCESS)
}

/// The part of a programme's record, counted from everything that one can open.
fn print_part(context: &Context, seat: &Seat, period: (NaiveDate, NaiveDate)) -> Result<ExitCode> {
    let words = Words::of(&*context.kinds()?.get("agency-report")?, "en")?;
    let counted = figures_part(&seat.desk(), period, &words)?;
    output::print(as_part(&counted.figures).as_bytes())?;
    let (cases, closed) = (counted.cases, counted.closed);
    output::say(context, &format!("Counted from {cases} cases; {closed} more you cannot open."));
    let next =
        "Next: put this part into the record of the programme; its documents show a number under five as <5.";
    output::say(context, next);
    Ok(ExitCode::SUCCESS)
}

fn say_where(context: &Context, figures: &Figures, folder: &str) {
    output::say(
        context,
        &format!("The figures of {} are filed in {folder}, signed by you.", figures.supervisor),
    );
    let period = format!("{}..{}", figures.from, figures.until);
    output::say(context, &format!("Next, once all have: casefile figures --period {period} --combine"));
}

fn show(context: &Context, args: &FiguresArgs, sums: &[Sum], value: &Value) -> Result<()> {
    if context.json {
        output::json(value)
    } else if args.csv {
        output::print(csv(sums).as_bytes())
    } else {
        output::line(&table(sums))
    }
}

fn show_combined(context: &Context, args: &FiguresArgs, combined: &Combined) -> Result<ExitCode> {
    let named = |people: &[casefile::names::PersonId]| {
        people.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    if args.yaml {
        output::print(yaml(args, combined).as_bytes())?;
    } else {
        let rows = combined.sums.iter().map(|sum| {
            json!({ "of": sum.of, "group": sum.group, "least": sum.least, "most": sum.most,
                "count": sum.words(), "minutes": sum.minutes })
        });
        let rows: Vec<Value> = rows.collect();
        let value = json!({ "folder": combined.folder, "of": combined.of, "missing": combined.missing, "rows": rows });
        show(context, args, &combined.sums, &value)?;
    }
    output::say(context, &format!("Figures of {}.", named(&combined.of)));
    if !combined.missing.is_empty() {
        output::say(context, &format!("Missing: the figures of {}.", named(&combined.missing)));
    }
    Ok(ExitCode::SUCCESS)
}

fn table(sums: &[Sum]) -> String {
    let mut rows = vec![output::row(["WHAT", "GROUP", "COUNT", "MINUTES"])];
    let mut last = "";
    for sum in sums {
        let what = COUNTED.iter().find(|(id, _)| *id == sum.of).map_or("", |(_, words)| words);
        let shown = if what == last { String::new() } else { what.to_owned() };
        last = what;
        let minutes = sum.minutes.map(|minutes| minutes.to_string()).unwrap_or_default();
        rows.push(vec![shown, sum.group.clone(), sum.words(), minutes]);
    }
    rows.extend(
        shares(sums).into_iter().map(|(what, share)| {
            vec!["Share".to_owned(), what.to_owned(), format!("{share} %"), String::new()]
        }),
    );
    output::table(&rows)
}

/// Ids and groups are words of the program: nothing in them needs quoting.
fn csv(sums: &[Sum]) -> String {
    let mut text = "of,group,least,most,minutes\n".to_owned();
    for sum in sums {
        let minutes = sum.minutes.map(|minutes| minutes.to_string()).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{},{},{},{},{minutes}", sum.of, sum.group, sum.least, sum.most);
    }
    text
}

/// The part `figures:` of a record `programme/1`. What has no exact number stands there as a comment.
fn yaml(args: &FiguresArgs, combined: &Combined) -> String {
    let mut text =
        format!("figures:\n  - from: {}\n    until: {}\n    counts:\n", args.period.start, args.period.end);
    for sum in combined.sums.iter().filter(|sum| sum.of != "feedback") {
        let what = COUNTED.iter().find(|(id, _)| *id == sum.of).map_or("", |(_, words)| words);
        let group =
            if sum.group.is_empty() { String::new() } else { format!("\n        group: {}", sum.group) };
        // Writing to a String cannot fail.
        let _ = match sum.exact() {
            Some(count) => writeln!(text, "      - what: {what:?}{group}\n        count: {count}"),
            None => writeln!(text, "      # {what}, {}: {}", sum.group, sum.words()),
        };
    }
    let answer = |group: &str| {
        combined.sums.iter().find(|sum| sum.of == "feedback" && sum.group == group).and_then(Sum::exact)
    };
    if let (Some(all), Some(helped), Some(by)) =
        (answer("answers"), answer("helped"), answer("helped-by-manager"))
    {
        let _ = writeln!(
            text,
            "    feedback:\n      answers: {all}\n      helped: {helped}\n      helped_by_manager: {by}"
        );
    }
    let list = |people: &[casefile::names::PersonId]| {
        people.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let missing = if combined.missing.is_empty() {
        "Nobody's are missing.".to_owned()
    } else {
        format!("Missing are those of {}.", list(&combined.missing))
    };
    let _ = writeln!(text, "    comment: >-\n      Figures of {}. {missing}", list(&combined.of));
    text
}
