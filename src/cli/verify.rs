//! `casefile verify`: what the archive proves about itself.

use super::args::{LevelArg, VerifyArgs};
use super::context::Context;
use super::output;
use casefile::archive::{
    Archive, Comparison, Counts, Extent, Finding, Level, Printed, Reference, RegisterSummary, Sample,
    Verification, VerifyOptions,
};
use casefile::error::{Class, Error, Problem, Result};
use chrono::Datelike;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::io::IsTerminal;
use std::process::ExitCode;

pub fn run(context: &Context, args: &VerifyArgs) -> Result<ExitCode> {
    if args.restore.accept_restore {
        return super::root::accept_restore(context, &args.restore);
    }
    let archive = context.archive()?;
    if let Some(reference) = &args.paper {
        return paper(context, &archive, &reference.parse()?);
    }
    let level = match args.level {
        LevelArg::V0 => Level::V0,
        LevelArg::V1 => Level::V1,
        LevelArg::V4 if args.extent.mirror.is_none() => return Err(needs_mirror()),
        LevelArg::V2 | LevelArg::V4 => Level::V2,
        LevelArg::V3 => Level::V3,
    };
    let identity = if level == Level::V3 { Some(context.identity()?) } else { None };
    let options = VerifyOptions {
        level,
        identity: identity.as_ref(),
        unit: args.case.clone(),
        now: Some(Context::clock()?.now()),
    };
    let sample = sample(context, args)?;
    let bar = bar(context);
    let progress = |done: u64, of: u64| {
        bar.set_length(of);
        bar.set_position(done);
    };
    let extent = Extent { sample, resume: args.extent.resume, progress: Some(&progress) };
    let mut verification = archive.verify_extent(&options, &extent)?;
    bar.finish_and_clear();
    if args.extent.resume {
        say_taken_over(context, &verification);
    }
    if let Some(mirror) = &args.extent.mirror {
        add(&mut verification, archive.compare(mirror, level, sample)?);
    }
    if context.json {
        output::json(&json(&verification))?;
    } else {
        output::line(&text(&verification))?;
    }
    Ok(ExitCode::from(if verification.damage.is_empty() { 0 } else { Class::Damage.exit_code() }))
}

fn needs_mirror() -> Error {
    let problem = Problem::error("verify.needs-mirror", "V4 compares with a copy, so it needs one");
    Error::new(Class::Usage, problem.hint("name it with --mirror DIR; a reader adds --level V3"))
}

/// What was not read again.
fn say_taken_over(context: &Context, verification: &Verification) {
    let Some(taken) = verification.taken_over else {
        return output::say(context, "There was no such run to go on with: everything was verified.");
    };
    let since = taken.since.format("%Y-%m-%d %H:%M UTC");
    output::say(
        context,
        &format!(
            "Taken over from the run begun {since}: {} folders with {} objects; their names and sizes are as \
             they were then. A run without --resume reads everything.",
            taken.folders, taken.objects
        ),
    );
}

/// The part to read. Where no seed is given it is the day, so that each day reads another part.
fn sample(context: &Context, args: &VerifyArgs) -> Result<Option<Sample>> {
    let Some(percent) = args.extent.sample else { return Ok(None) };
    let today = Context::clock()?.today();
    let day = u64::from(today.year().unsigned_abs()) * 10_000 + u64::from(today.month() * 100 + today.day());
    let seed = args.extent.seed.unwrap_or(day);
    output::say(context, &format!("Reading a sample of {percent} %: repeat it with --seed {seed}"));
    Ok(Some(Sample { percent, seed }))
}

/// How far it is, on a terminal.
fn bar(context: &Context) -> ProgressBar {
    if context.quiet || context.json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} objects, {eta} to go") {
        bar.set_style(style);
    }
    bar
}

/// What the second copy adds to what was found in the first.
fn add(verification: &mut Verification, comparison: Comparison) {
    verification.proved.extend(comparison.proved);
    verification.damage.extend(comparison.damage);
    verification.notices.extend(comparison.notices);
}

fn level(level: Level) -> &'static str {
    match level {
        Level::V0 => "V0",
        Level::V1 => "V1",
        Level::V2 => "V2",
        Level::V3 => "V3",
    }
}

/// Looks for the entry that a page's foot names, and says what finding it proves.
fn paper(context: &Context, archive: &Archive, reference: &Reference) -> Result<ExitCode> {
    let found = archive.find_printed(reference)?;
    if context.json {
        output::json(&json!({
            "reference": reference.to_string(), "case": found.unit, "entry": found.entry, "op": found.op,
            "by": found.signers, "time": found.time, "status": found.status, "later_entries": found.later,
            "history_whole": found.is_whole,
        }))?;
    } else {
        output::line(&printed(reference, &found))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn printed(reference: &Reference, found: &Printed) -> String {
    let signers: Vec<String> = found.signers.iter().map(ToString::to_string).collect();
    let status = found.status.map(|status| format!("; the case was {status} then")).unwrap_or_default();
    let proof = if found.is_whole {
        "nothing that stood in the history when the page was made was taken away or changed"
    } else {
        "but something this entry builds on is missing: `casefile verify` names it"
    };
    let later = match found.later {
        0 => "It is the newest entry still".to_owned(),
        1 => "1 entry came after it".to_owned(),
        number => format!("{number} entries came after it"),
    };
    format!(
        "found   {reference} in the history of {}: {} by {} on {}{status}\n        {later}; {proof}.\n        \
         What the page itself says, compare with the document: casefile show {}",
        found.unit,
        found.op,
        signers.join(" and "),
        found.time.moment().format("%Y-%m-%d"),
        found.unit,
    )
}

/// How far one register reaches, and who stands by it.
fn register(register: &RegisterSummary) -> String {
    let by = |witnesses: &[casefile::names::PersonId]| {
        witnesses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let witnessed = match register.witnessed.last() {
        None => "no witness".to_owned(),
        Some((size, witnesses)) if *size == register.size => {
            format!("cosigned by {}: {}", witnesses.len(), by(witnesses))
        }
        Some((size, witnesses)) => format!("cosigned up to {size} by {}: {}", witnesses.len(), by(witnesses)),
    };
    format!("        register of {}: {} leaves, append-only; {witnessed}", register.registrar, register.size)
}

/// Whom envelopes are sealed to beside the readers, and how many of them are.
fn escrow(verification: &Verification) -> Option<String> {
    let folders = verification.counts.folders_in_escrow;
    let of = format!("opens {folders} of {} folders", verification.counts.folders);
    match &verification.escrow {
        Some(escrow) => Some(format!("        {escrow} {of}: {}", escrow.age)),
        None if folders > 0 => Some(format!("        an escrow identity that is turned off {of} still")),
        None => None,
    }
}

fn text(verification: &Verification) -> String {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(verification.proved.iter().map(|proof| format!("ok      {proof}")));
    lines.extend(verification.registers.iter().map(register));
    lines.extend(escrow(verification));
    let told = |word: &str, finding: &Finding| {
        format!("{word}  {}: {}", output::one_line(&finding.path), finding.message)
    };
    lines.extend(verification.notices.iter().map(|finding| told("notice", finding)));
    lines.extend(verification.damage.iter().map(|finding| told("DAMAGE", finding)));
    lines.push(match verification.damage.len() {
        0 if is_v3_of_nothing(verification) => {
            "No damage found at level V2; your key opens no folder here, so V3 says nothing.".to_owned()
        }
        0 => format!("No damage found at level {}.", level(verification.level)),
        number => {
            let things = if number == 1 { "1 thing is".to_owned() } else { format!("{number} things are") };
            format!(
                "{things} damaged. Keep the archive as it is, and fetch what is damaged from a copy of it: \
                 casefile repair --from COPY"
            )
        }
    });
    lines.join("\n")
}

/// Whether contents were to be read and the key opens none of the folders there are.
fn is_v3_of_nothing(verification: &Verification) -> bool {
    let counts = &verification.counts;
    verification.level == Level::V3 && counts.folders_opened == 0 && counts.folders_not_yours > 0
}

fn json(verification: &Verification) -> Value {
    let findings = |findings: &[Finding]| -> Vec<Value> {
        findings
            .iter()
            .map(
                |finding| json!({ "code": finding.code, "object": finding.path, "message": finding.message }),
            )
            .collect()
    };
    json!({
        "level": level(verification.level),
        "proved": verification.proved,
        "sample": verification.sample.map(|sample| json!({ "percent": sample.percent, "seed": sample.seed })),
        "taken_over": verification.taken_over.map(|taken| json!({
            "since": taken.since.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            "folders": taken.folders, "objects": taken.objects,
        })),
        "counts": counts(&verification.counts),
        "registers": verification.registers.iter().map(|register| json!({
            "registrar": register.registrar, "size": register.size, "checkpoints": register.checkpoints,
            "witnessed": register.witnessed.iter()
                .map(|(size, witnesses)| json!({ "size": size, "by": witnesses })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "escrow": verification.escrow, "folders_in_escrow": verification.counts.folders_in_escrow,
        "damage": findings(&verification.damage),
        "notices": findings(&verification.notices),
    })
}

fn counts(counts: &Counts) -> Value {
    json!({
        "folders": counts.folders, "entries": counts.entries, "staff_notes": counts.staff_notes,
        "objects": counts.objects, "objects_read": counts.objects_read, "bytes": counts.bytes,
        "folders_opened": counts.folders_opened, "folders_not_yours": counts.folders_not_yours,
        "documents_opened": counts.documents_opened,
    })
}
