//! `casefile give` and `casefile given`: what goes out of a case, to whom and on which ground.

use super::admit::say_filed;
use super::args::{GiveArgs, GivenArgs, GroundArg};
use super::context::Context;
use super::{output, report};
use casefile::archive::GivenEntry;
use casefile::error::{Class, Error, Problem, Result};
use casefile::seal::Ground;
use casefile::workflow::{Gift, PastGift, Release, file_name, past_gifts, prepare_gift};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub fn run(context: &Context, args: &GiveArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let desk = seat.desk();
    let release = Release {
        documents: &args.documents,
        to: &args.to,
        ground: ground(args.why.ground),
        purpose: &args.why.purpose,
        reference: args.why.reference.as_deref(),
    };
    let gift = prepare_gift(&desk, &release)?;
    let files = files(&gift, &args.output)?;
    report::problems(context, &gift.warnings);
    say_consent(context, &gift);
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    // Written down first: nothing leaves the archive of which it does not know.
    let receipt = gift.write_down(&desk)?;
    for ((_, bytes), file) in gift.documents.iter().zip(&files) {
        casefile::fs::write_new(file, bytes)?;
        output::say(
            context,
            &format!("A document of {} now lies unencrypted in {}.", gift.unit, file.display()),
        );
    }
    output::say(context, &format!("Written down: given {}.", gift.given.words()));
    say_filed(context, &receipt);
    output::say(context, &format!("Next: casefile given {} lists all that was given", gift.unit));
    Ok(ExitCode::SUCCESS)
}

/// What the consent says, so that whoever gives compares it with what they give.
pub fn say_consent(context: &Context, gift: &Gift) {
    let Some(consent) = &gift.consent else { return };
    output::say(context, &format!("The consent covers: {}", consent.what.trim()));
    if let Some(not) = &consent.not_shared {
        output::say(context, &format!("Not to be shared: {}", not.trim()));
    }
}

pub fn given(context: &Context, args: &GivenArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let mut gifts = past_gifts(&seat.desk(), &args.case)?;
    gifts.retain(|gift| args.consent.is_none() || gift.entry.given.consent == args.consent);
    if context.json {
        output::json(&Value::Array(gifts.iter().map(past_json).collect()))?;
        return Ok(ExitCode::SUCCESS);
    }
    if gifts.is_empty() {
        output::say(context, &format!("Nothing of {} was given to anybody.", args.case));
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = vec![output::row(["GIVEN", "WHAT", "BY", "DOCUMENTS", "CONSENT"])];
    rows.extend(gifts.iter().map(|gift| {
        let consent = gift.withdrawn.map(|day| format!("withdrawn on {day}"));
        let [day, what, by] = cells(&gift.entry);
        vec![day, what, by, gift.titles.join("; "), consent.unwrap_or_default()]
    }));
    output::line(&output::table(&rows))?;
    Ok(ExitCode::SUCCESS)
}

/// A gift as `show` lists it.
pub fn given_row(gift: &GivenEntry, word: &str) -> Vec<String> {
    let [day, what, by] = cells(gift);
    vec![word.to_owned(), day, what, format!("by {by}")]
}

/// A gift as scripts read it.
pub fn given_json(gift: &GivenEntry) -> Value {
    let given = &gift.given;
    json!({
        "entry": gift.entry.hash, "time": gift.time, "by": gift.by, "documents": given.documents, "to": given.to,
        "purpose": given.purpose, "ground": given.ground, "reference": given.reference,
        "consent": given.consent, "date": given.date,
    })
}

fn past_json(gift: &PastGift) -> Value {
    let mut value = given_json(&gift.entry);
    value["titles"] = json!(gift.titles);
    value["consent_withdrawn"] = json!(gift.withdrawn);
    value
}

fn cells(gift: &GivenEntry) -> [String; 3] {
    let by: Vec<String> = gift.by.iter().map(ToString::to_string).collect();
    [gift.given.date.to_string(), gift.given.words(), by.join(" ")]
}

/// Where each document is written; nothing that is there is replaced.
fn files(gift: &Gift, output: &Path) -> Result<Vec<PathBuf>> {
    let files: Vec<PathBuf> = match &gift.documents[..] {
        [_] if !output.is_dir() => vec![output.to_owned()],
        several if output.is_dir() => several.iter().map(|(card, _)| output.join(file_name(card))).collect(),
        _ => {
            let problem =
                Problem::error("give.folder", "several documents are written into a folder that exists");
            return Err(
                Error::new(Class::Usage, problem.hint("make one and name it with -o DIR")).in_file(output)
            );
        }
    };
    files.iter().try_for_each(|file| casefile::fs::check_absent(file))?;
    Ok(files)
}

pub fn ground(ground: GroundArg) -> Ground {
    match ground {
        GroundArg::Consent => Ground::Consent,
        GroundArg::Safety => Ground::Safety,
        GroundArg::Legal => Ground::Legal,
        GroundArg::Standing => Ground::Standing,
        GroundArg::Client => Ground::Client,
    }
}
