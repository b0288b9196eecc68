//! `casefile note`: a contact, written down in one line.

use super::admit::say_filed;
use super::args::{NoteArgs, YesNoArg};
use super::context::Context;
use super::output;
use casefile::error::{Class, Error, Problem, Result};
use casefile::record::model::{Contact, ContactPurpose, Narrative, Text};
use casefile::workflow::{check_note, note};
use std::io::{IsTerminal, Read};
use std::path::Path;
use std::process::ExitCode;

/// The longest text of a contact that is read.
const TEXT_LIMIT_BYTES: u64 = 1024 * 1024;

pub fn run(context: &Context, args: NoteArgs) -> Result<ExitCode> {
    let case = args.case.clone();
    let contact = contact(context, args, Context::clock()?.today())?;
    let seat = context.seat()?;
    if context.dry_run {
        check_note(&seat.desk(), &case, &contact)?;
        return Ok(ExitCode::SUCCESS);
    }
    let receipt = note(&seat.desk(), &case, &contact)?;
    output::say(context, &format!("The contact of {} is in the record of {case}.", contact.on));
    say_filed(context, &receipt);
    Ok(ExitCode::SUCCESS)
}

fn contact(context: &Context, args: NoteArgs, today: chrono::NaiveDate) -> Result<Contact> {
    let what = text(context, args.text)?;
    Ok(Contact {
        on: args.on.unwrap_or(today),
        at: args.at,
        kind: args.kind,
        minutes: args.minutes,
        with: args.with.into_iter().map(Text).collect(),
        face_to_face: args.face_to_face,
        scheduled: args.scheduled.map(|answer| answer == YesNoArg::Yes),
        by: args.by.into_iter().map(|person| person.to_string()).collect(),
        place: args.place.map(Text),
        interpreter: args.interpreter.map(Text),
        what: Narrative::Plain(Text(what)),
        next_step: args.next_step.map(|text| Narrative::Plain(Text(text))),
        placement_safe: None,
        visit: None,
        purpose: args.handover.then_some(ContactPurpose::Handover),
    })
}

fn text(context: &Context, given: Option<String>) -> Result<String> {
    let text = match given {
        Some(text) if text != "-" => text,
        _ => {
            if std::io::stdin().is_terminal() {
                output::say(context, "What happened and was said? End with Ctrl-D.");
            }
            let mut text = String::new();
            std::io::stdin()
                .take(TEXT_LIMIT_BYTES + 1)
                .read_to_string(&mut text)
                .map_err(|error| Error::io("read it", Path::new("standard input"), &error))?;
            text
        }
    };
    if text.len() as u64 > TEXT_LIMIT_BYTES {
        let problem = Problem::error("note.too-long", "the text of a contact has at most 1 MiB");
        let hint = "nothing was written; file a longer text with casefile attach";
        return Err(Error::new(Class::Input, problem.hint(hint)));
    }
    if text.trim().is_empty() {
        let problem = Problem::error("note.empty", "a contact says what happened")
            .hint("give the text last, or - to type it");
        return Err(Error::new(Class::Usage, problem));
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned())
}
