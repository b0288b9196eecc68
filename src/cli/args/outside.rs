//! Flags of what leaves the archive on paper, for others, or as figures.

use super::forgiving::period;
use super::{GroundArgs, Period};
use casefile::names::Unit;
use clap::{ArgGroup, Args, ValueEnum};
use std::path::PathBuf;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PackKindArg {
    /// For those who sit in a case conference
    Conference,
    /// For a service that the client is referred to
    Referral,
    /// For a court
    Court,
    /// For the client's school
    School,
    /// For the agency that the case is transferred to
    Transfer,
    /// The client's own copies
    Client,
}

#[derive(Args)]
#[command(group(ArgGroup::new("sealing").required(true).args(["to", "passphrase", "print"])))]
pub struct PackArgs {
    /// Case numbers
    #[arg(required = true)]
    pub cases: Vec<Unit>,
    /// To whom: a name, or an id of the record's people
    #[arg(long = "for", value_name = "WHOM")]
    pub whom: String,
    #[command(flatten)]
    pub why: GroundArgs,
    /// What the pack is for: it picks the newest document of each kind that belongs in
    #[arg(long, value_enum, required_unless_present = "documents")]
    pub kind: Option<PackKindArg>,
    /// A document to put in by hand: its id as `show` prints it, or its first digits; may be given several times
    #[arg(long = "document", value_name = "ID")]
    pub documents: Vec<String>,
    /// Seal it to this key: age1…, or the file of its public part; may be given several times
    #[arg(long, value_name = "KEY|FILE.pub")]
    pub to: Vec<String>,
    /// Seal it under a passphrase, which has to reach the recipient another way
    #[arg(long)]
    pub passphrase: bool,
    /// Not sealed, to be printed: each page says whose copy it is. The output is a folder
    #[arg(long)]
    pub print: bool,
    /// How hard the passphrase is to guess: 2 to this power steps
    #[arg(long, default_value_t = 18, requires = "passphrase", value_parser = clap::value_parser!(u8).range(10..=22))]
    pub work_factor: u8,
    /// Allow a work factor below 16
    #[arg(long, requires = "passphrase")]
    pub for_tests: bool,
    /// The file to write; with --print a folder that does not exist yet
    #[arg(short, long, value_name = "FILE|DIR")]
    pub output: PathBuf,
}

#[derive(Args)]
pub struct PaperArgs {
    /// Case number
    pub case: Unit,
    /// Also what lies in the paper folder already
    #[arg(long, conflicts_with_all = ["print", "printed"])]
    pub all: bool,
    /// Write what is lacking into this folder, unencrypted, to be printed
    #[arg(long, value_name = "DIR")]
    pub print: Option<PathBuf>,
    /// Say that a document lies in the paper folder now: its id, its first digits, or `all`; may be given several times
    #[arg(long, value_name = "ID|all", conflicts_with = "print")]
    pub printed: Vec<String>,
}

#[derive(Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct FiguresArgs {
    /// The period, both days included
    #[arg(long, value_name = "A..B", value_parser = period)]
    pub period: Period,
    /// File them, signed by you, in the folder of the programme
    #[arg(long, conflicts_with = "combine")]
    pub file: bool,
    /// Add up the newest figures of every supervisor that are filed for this very period
    #[arg(long)]
    pub combine: bool,
    /// The folder of the programme; the only one there is otherwise, and with --file a new one where there is none
    #[arg(long = "in", value_name = "PROGRAMME-…")]
    pub folder: Option<Unit>,
    /// As comma-separated values
    #[arg(long, conflicts_with = "yaml")]
    pub csv: bool,
    /// As the part `figures:` of a record `programme/1`, from which reports are made: with --combine of everybody's
    /// filed figures, else of what you can open, with caseloads, outcomes and feedback
    #[arg(long, conflicts_with = "file")]
    pub yaml: bool,
}
