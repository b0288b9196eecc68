//! `casefile matter`: folders about the work and not about a client.

use super::admit::say_filed;
use super::args::{MatterAboutArgs, MatterArg, MatterCommand, MatterNewArgs};
use super::attach::say_attached;
use super::context::Context;
use super::output;
use casefile::archive::Matter;
use casefile::archive::office::{TABLE, words};
use casefile::error::Result;
use casefile::seal::Concern;
use casefile::workflow::{Filing, NewMatter, found_matter, hand_in};
use std::process::ExitCode;

pub fn run(context: &Context, command: &MatterCommand) -> Result<ExitCode> {
    match command {
        MatterCommand::New(args) => new(context, args),
        MatterCommand::About(args) => about(context, args),
        MatterCommand::Rules => rules(),
    }
}

fn new(context: &Context, args: &MatterNewArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let new = NewMatter {
        matter: sort(args.matter),
        concern: Concern { about: args.about.clone(), serious: args.serious },
        readers: &args.readers,
        reason: args.reason.as_deref(),
        filing: Filing { paths: &args.files, title: args.title.as_deref(), date: args.date },
    };
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let receipt = found_matter(&seat.desk(), &new)?;
    output::say(context, &format!("{} is founded.", receipt.unit));
    if !args.files.is_empty() {
        say_attached(context, &receipt.unit, args.files.len());
    }
    say_filed(context, &receipt);
    let next = format!("Next: whoever hands something in runs casefile attach {} FILE", receipt.unit);
    output::say(context, &next);
    Ok(ExitCode::SUCCESS)
}

fn about(context: &Context, args: &MatterAboutArgs) -> Result<ExitCode> {
    let seat = context.seat()?;
    let concern = Concern { about: args.about.clone(), serious: args.serious };
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let receipt = hand_in(&seat.desk(), &args.folder, &Filing::default(), &concern)?;
    output::say(context, &format!("What {} is about is written down, for its readers only.", args.folder));
    say_filed(context, &receipt);
    Ok(ExitCode::SUCCESS)
}

fn rules() -> Result<ExitCode> {
    for rule in &TABLE {
        output::line(&format!("{} ({})", rule.matter, rule.note))?;
        output::line(&format!("  founded by  {}", words(rule.founders)))?;
        output::line(&format!("  read by     {}", words(rule.readers)))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn sort(matter: MatterArg) -> Matter {
    match matter {
        MatterArg::Referral => Matter::Referral,
        MatterArg::Staff => Matter::Staff,
        MatterArg::Debrief => Matter::Debrief,
        MatterArg::Complaint => Matter::Complaint,
        MatterArg::Feedback => Matter::Feedback,
        MatterArg::Handover => Matter::Handover,
        MatterArg::Programme => Matter::Programme,
    }
}
