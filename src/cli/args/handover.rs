//! Flags of handing cases over.

use casefile::names::{PersonId, Unit};
use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum HandoverCommand {
    /// Begin a handover, or go on with one: folders, successors' access, the leaver's last day
    #[command(
        after_help = "Example:\n  casefile -i selma.key handover start --from aisha --to tomas --last-day 2017-01-31"
    )]
    Start(HandoverStartArgs),
    /// Say what stands between a handover and its completion
    Status(HandoverArgs),
    /// Sign with your own key that you were briefed
    #[command(
        after_help = "That the client was told is a contact: casefile note CASE --kind home-visit --handover …\nThat the client was not reached: casefile note CASE --kind attempt --handover …"
    )]
    Brief(HandoverArgs),
    /// Say when leaver and successor met the client together, and what is missing
    #[command(
        after_help = "A contact counts that names both: casefile note CASE --kind home-visit --by aisha --by tomas …"
    )]
    Shadow(HandoverArgs),
    /// Sign with your own key that you take your cases over
    Accept(HandoverArgs),
    /// Make the document and file it: the whole for the supervisor, each successor's part
    Document(HandoverArgs),
    /// Put a successor's pack together: a bag in a tar, sealed to the successor and to you
    #[command(
        after_help = "Example:\n  casefile -i selma.key handover pack HANDOVER-2016-0001 --to tomas -o tomas.tar.age\n  age -d -i KEY tomas.tar.age | tar x"
    )]
    Pack(HandoverPackArgs),
    /// End the leaver's access to every case and folder, whatever is missing: new keys, everything sealed anew
    Revoke(HandoverRevokeArgs),
    /// Call the handover complete
    #[command(
        after_help = "Example:\n  casefile -i selma.key handover complete HANDOVER-2016-0001 \\\n      --override \"FV-2016-0002: no home visit\" --reason \"the refuge lets nobody in\""
    )]
    Complete(HandoverCompleteArgs),
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HandoverModeArg {
    /// The person leaves the agency
    Departure,
    /// The person stays and gives cases away
    Reassign,
    /// Access ends at once, and nothing is asked of the person
    Urgent,
}

#[derive(Args)]
pub struct HandoverStartArgs {
    /// Who hands over
    #[arg(long, value_name = "PERSON")]
    pub from: PersonId,
    /// Who takes over what is not assigned otherwise
    #[arg(long, value_name = "PERSON")]
    pub to: Option<PersonId>,
    /// A case or folder about the work that goes to somebody else; may be given several times
    #[arg(long, value_name = "CASE=PERSON", value_parser = parse_assigned)]
    pub assign: Vec<(Unit, PersonId)>,
    /// Only this case or folder about the work; may be given several times; everything the person holds otherwise
    #[arg(long = "case", value_name = "CASE")]
    pub cases: Vec<Unit>,
    /// The last day: access ends then
    #[arg(long, value_name = "DATE")]
    pub last_day: Option<NaiveDate>,
    /// Why
    #[arg(long, value_enum, default_value = "departure")]
    pub mode: HandoverModeArg,
    /// The full name of somebody whom no record at hand names; may be given several times
    #[arg(long, value_name = "PERSON=NAME", value_parser = parse_name)]
    pub name: Vec<(PersonId, String)>,
}

#[derive(Args)]
pub struct HandoverArgs {
    /// Number of the handover
    pub handover: Unit,
}

#[derive(Args)]
pub struct HandoverPackArgs {
    /// Number of the handover
    pub handover: Unit,
    /// The successor
    #[arg(long, value_name = "PERSON")]
    pub to: PersonId,
    /// Where to write it
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

#[derive(Args)]
pub struct HandoverRevokeArgs {
    /// Number of the handover
    pub handover: Unit,
    /// Give the cases a new key and leave what is there sealed as it is
    #[arg(long)]
    pub shallow: bool,
}

#[derive(Args)]
pub struct HandoverCompleteArgs {
    /// Number of the handover
    pub handover: Unit,
    /// An open point that is let pass, or words in it; each takes the --reason at its place
    #[arg(long = "override", value_name = "POINT")]
    pub overrides: Vec<String>,
    /// Why it is let pass; printed in the document
    #[arg(long)]
    pub reason: Vec<String>,
}

/// Reads `UASC-2016-0012=tomas`.
fn parse_assigned(text: &str) -> Result<(Unit, PersonId), String> {
    let wrong = || "expected a case and a person such as UASC-2016-0012=tomas".to_owned();
    let (case, person) = text.split_once('=').ok_or_else(wrong)?;
    Ok((super::unit(case)?, person.parse().map_err(|_| wrong())?))
}

/// Reads `tomas=Tomas Reyes`.
fn parse_name(text: &str) -> Result<(PersonId, String), String> {
    let wrong = || "expected a person and a name such as tomas=\"Tomas Reyes\"".to_owned();
    let (person, name) =
        text.split_once('=').filter(|(_, name)| !name.trim().is_empty()).ok_or_else(wrong)?;
    Ok((person.parse().map_err(|_| wrong())?, name.trim().to_owned()))
}
