//! Commands and flags. What a command means stands in its help, with an example.

mod keeping;
mod keys;

pub use keeping::*;
pub use keys::{
    KeyCommand, KeyNewArgs, PassphraseArgs, ReaderAddArgs, ReaderCommand, ReaderRemoveArgs, ReadersArgs,
    RekeyArgs, TeamArgs,
};

use casefile::names::{PersonId, Status, Unit};
use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Makes the documents of case management from structured case records and keeps them in an
/// encrypted, signed archive.
#[derive(Parser)]
#[command(name = "casefile", version, max_term_width = 100, propagate_version = false)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command understands.
#[derive(Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Global {
    /// The archive
    #[arg(short = 'C', long, value_name = "DIR", env = "CASEFILE_ARCHIVE", global = true)]
    pub archive: Option<PathBuf>,
    /// Your key file
    #[arg(short, long, value_name = "FILE", env = "CASEFILE_IDENTITY", global = true)]
    pub identity: Option<PathBuf>,
    /// Templates of your agency: its kinds stand beside the built-in ones or replace them
    #[arg(long, value_name = "DIR", env = "CASEFILE_TEMPLATES", global = true)]
    pub templates: Option<PathBuf>,
    /// Programmes of your agency
    #[arg(long, value_name = "DIR", env = "CASEFILE_PROGRAMMES", global = true)]
    pub programmes: Option<PathBuf>,
    /// A folder with further fonts; may be given several times
    #[arg(long, value_name = "DIR", env = "CASEFILE_FONTS", global = true)]
    pub fonts: Vec<PathBuf>,
    /// Print JSON (check, list, show, history, readers, register, verify, settle, repair, kinds; errors of
    /// every command)
    #[arg(long, global = true)]
    pub json: bool,
    /// Say nothing but what was asked for and what is wrong
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// When to use colour
    #[arg(long, value_enum, default_value = "auto", global = true)]
    pub color: Color,
    /// Never ask; exit with 9 where an answer would be needed
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Check what can be checked, write nothing
    #[arg(short = 'n', long, global = true)]
    pub dry_run: bool,
}

/// When to use colour.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Subcommand)]
pub enum Command {
    /// Make a small invented agency in DIR: keys, archive, cases, documents
    #[command(after_help = "Example:\n  casefile demo demo-agency")]
    Demo(DemoArgs),
    /// Start a record, with comments that say what each part means
    #[command(after_help = "Example:\n  casefile new --programme cpcm -o UASC-2026-0001.yaml")]
    New(NewArgs),
    /// Check records: every problem at once, with its place and what to do
    #[command(after_help = "Example:\n  casefile check UASC-2016-0012.yaml --for progress-report")]
    Check(CheckArgs),
    /// Say what a field of the record means
    #[command(after_help = "Example:\n  casefile explain contacts.kind")]
    Explain(ExplainArgs),
    /// List the kinds of document, or say what one needs
    #[command(after_help = "Example:\n  casefile kinds care-plan")]
    Kinds(KindsArgs),
    /// Make a document marked DRAFT from a record or a case, without filing it
    #[command(
        after_help = "Example:\n  casefile preview progress-report UASC-2016-0012.yaml --period 2016-10-01..2016-10-31 -o draft.pdf"
    )]
    Preview(PreviewArgs),
    /// Your key: make it, show its public part
    #[command(subcommand)]
    Key(KeyCommand),
    /// Make a new archive; you become its administrator
    #[command(after_help = "Example:\n  casefile -i nora.key init archive --recovery none")]
    Init(InitArgs),
    /// The people of the archive and their roles
    #[command(subcommand)]
    Person(PersonCommand),
    /// Take a new case into the archive from its record
    #[command(after_help = "Example:\n  casefile -i aisha.key admit UASC-2016-0012.yaml")]
    Admit(AdmitArgs),
    /// Take a record out of the archive, or put a changed one back
    #[command(
        after_help = "Examples:\n  casefile -i aisha.key record UASC-2016-0012 -o work.yaml\n  casefile -i aisha.key record UASC-2016-0012 --put work.yaml"
    )]
    Record(RecordArgs),
    /// Write down a contact
    #[command(
        after_help = "Example:\n  casefile -i aisha.key note UASC-2016-0012 --kind home-visit --on 2016-11-04 --minutes 45 \\\n      --with client --face-to-face --scheduled yes \"Settled in; asked about school.\""
    )]
    Note(NoteArgs),
    /// Make a document and file it
    #[command(
        after_help = "Examples:\n  casefile -i aisha.key file progress-report UASC-2016-0012 --period 2016-10-01..2016-10-31\n  casefile -i selma.key file progress-report --all --period 2016-10-01..2016-10-31"
    )]
    File(FileArgs),
    /// File scans and photographs as they are
    #[command(
        after_help = "Example:\n  casefile -i aisha.key attach UASC-2016-0012 consent-signed.pdf --title \"Signed consent\""
    )]
    Attach(AttachArgs),
    /// List the cases; needs no key
    #[command(after_help = "Example:\n  casefile list --status open")]
    List(ListArgs),
    /// Show a case: status, readers and, with a key that opens it, its documents
    #[command(after_help = "Example:\n  casefile -i aisha.key show UASC-2016-0012")]
    Show(CaseArgs),
    /// Bring one document out of the archive
    #[command(after_help = "Example:\n  casefile -i aisha.key open 3f9a1c22 -o report.pdf")]
    Open(OpenArgs),
    /// Show the signed history of a case
    #[command(after_help = "Example:\n  casefile history UASC-2016-0012")]
    History(CaseArgs),
    /// Change the status of a case
    #[command(
        after_help = "Example:\n  casefile -i selma.key move UASC-2016-0012 inactive --reason \"no contact since 4 November\""
    )]
    Move(MoveArgs),
    /// Strike a document through that was filed in error; it is kept
    #[command(
        after_help = "Example:\n  casefile -i aisha.key withdraw 3f9a1c22 --reason \"filed in the wrong case\""
    )]
    Withdraw(WithdrawArgs),
    /// Approve a document, or return it to be changed; for the case's supervisor
    #[command(
        after_help = "Examples:\n  casefile -i selma.key review 3f9a1c22 approve\n  casefile -i selma.key review 3f9a1c22 return --comment \"the goals lack dates\""
    )]
    Review(ReviewArgs),
    /// Move the end of an aged-out case to a later day
    #[command(
        after_help = "Example:\n  casefile -i selma.key extend UASC-2016-0012 --until 2017-06-30 --reason \"housing is late\""
    )]
    Extend(ExtendArgs),
    /// Settle what two changes left open that met
    #[command(
        after_help = "Examples:\n  casefile -i selma.key resolve UASC-2016-0012 --status inactive --reason \"no contact since\"\n  casefile -i aisha.key resolve UASC-2016-0012 --record 3f9a1c22 --reason \"holds both calls\""
    )]
    Resolve(ResolveArgs),
    /// Correct the number of a case, also of one of two cases that carry the same
    #[command(
        after_help = "Example:\n  casefile -i selma.key relabel UASC-2016-0012 UASC-2016-0021 --reason \"digits swapped\""
    )]
    Relabel(RelabelArgs),
    /// Give cases a new key
    #[command(
        after_help = "Examples:\n  casefile -i selma.key rekey UASC-2016-0012 --deep\n  casefile -i selma.key rekey --for tomas --deep"
    )]
    Rekey(RekeyArgs),
    /// Let somebody read a case for a time, or end that
    #[command(
        subcommand,
        after_help = "Example:\n  casefile -i selma.key reader add UASC-2016-0012 tomas --as cover --until 2017-01-31 --reason \"leave\""
    )]
    Reader(ReaderCommand),
    /// Put another manager or supervisor in charge of a case: who leaves reads it no more
    #[command(
        after_help = "Example:\n  casefile -i selma.key team UASC-2016-0012 --manager tomas --reason \"handover\""
    )]
    Team(TeamArgs),
    /// Say who can open a case, and what the keys of those who left still open
    #[command(
        after_help = "Examples:\n  casefile -i selma.key readers UASC-2016-0012\n  casefile -i selma.key readers --person tomas"
    )]
    Readers(ReadersArgs),
    /// Sign what every log holds now, so that nobody can go back before it unseen
    #[command(after_help = "Example:\n  casefile -i selma.key register")]
    Register,
    /// Cosign another person's checkpoint, so that not even they can take it back unseen
    #[command(after_help = "Example:\n  casefile -i nora.key witness selma")]
    Witness(WitnessArgs),
    /// Check the archive: names, bytes, history, contents
    #[command(
        after_help = "Examples:\n  casefile -i selma.key verify --level V3\n  casefile verify --paper \"UASC-2016-0012/17 a1b2c3d4e5f60718293a4b5c6d7e8f90\""
    )]
    Verify(VerifyArgs),
    /// Put every file where the history says, or merge a copy that went its own way; needs no key
    #[command(after_help = "Examples:\n  casefile settle\n  casefile settle --from /media/laptop/archive")]
    Settle(SettleArgs),
    /// Fetch what is missing or damaged from a copy of the archive; needs no key
    #[command(after_help = "Example:\n  casefile repair --from /media/backup/archive")]
    Repair(RepairArgs),
    /// Print a completion script for your shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

#[derive(Args)]
pub struct DemoArgs {
    /// A folder that does not exist yet
    pub dir: PathBuf,
}

#[derive(Args)]
pub struct NewArgs {
    /// The programme whose rules hold
    #[arg(long, default_value = "cpcm")]
    pub programme: String,
    /// Where to write it; standard output otherwise
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Args)]
pub struct CheckArgs {
    /// The records
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Also say what this kind of document still misses
    #[arg(long = "for", value_name = "KIND")]
    pub kind: Option<String>,
    /// The period that kind would cover
    #[arg(long, value_name = "A..B", value_parser = parse_period)]
    pub period: Option<Period>,
}

#[derive(Args)]
pub struct ExplainArgs {
    /// A field such as contacts.kind
    pub field: String,
}

#[derive(Args)]
pub struct KindsArgs {
    /// One kind
    pub kind: Option<String>,
}

/// A period of whole days.
#[derive(Clone, Copy)]
pub struct Period {
    pub start: NaiveDate,
    pub end: NaiveDate,
}

/// What `preview` and `file` share: they make the same document.
#[derive(Args)]
pub struct DocumentArgs {
    /// The period covered, both days included
    #[arg(long, value_name = "A..B", value_parser = parse_period)]
    pub period: Option<Period>,
    /// Date of the document; the end of its period or today otherwise
    #[arg(long, value_name = "DATE")]
    pub date: Option<NaiveDate>,
    /// Language of the document's own words
    #[arg(long)]
    pub lang: Option<String>,
}

#[derive(Args)]
pub struct PreviewArgs {
    /// Kind of document
    pub kind: String,
    /// A record file, or the number of a case in the archive
    #[arg(value_name = "FILE|CASE")]
    pub source: PathBuf,
    #[command(flatten)]
    pub document: DocumentArgs,
    /// Where to write the PDF
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

#[derive(Args)]
pub struct InitArgs {
    /// A folder that does not exist yet, or is empty
    pub dir: PathBuf,
    /// Public part of a key kept in a safe for the day the administrator's is lost, or `none`
    #[arg(long, value_name = "FILE|none")]
    pub recovery: PathBuf,
    /// An archive for tests: signing times follow `CASEFILE_TODAY`
    #[arg(long)]
    pub for_tests: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    Administrator,
    CaseManager,
    CaseSupervisor,
    ProjectDirector,
    RecordsCustodian,
}

#[derive(Subcommand)]
pub enum PersonCommand {
    /// Add a person from the public part of their key
    #[command(after_help = "Example:\n  casefile -i nora.key person add aisha.pub --role case-manager")]
    Add {
        /// Public part of the person's key
        file: PathBuf,
        /// The role; may be given several times
        #[arg(long = "role", required = true, value_enum)]
        roles: Vec<RoleArg>,
    },
    /// List the people and their roles
    List,
    /// Set a person's roles
    Role {
        /// The person
        person: PersonId,
        /// The roles from now on
        #[arg(long = "role", required = true, value_enum)]
        roles: Vec<RoleArg>,
    },
    /// Put a person's new key in the place of a lost one
    #[command(after_help = "Example:\n  casefile -i nora.key person rekey aisha aisha-new.pub")]
    Rekey {
        /// The person
        person: PersonId,
        /// Public part of the new key
        file: PathBuf,
    },
    /// End a person's part in the archive
    Retire {
        /// The person
        person: PersonId,
    },
}

#[derive(Args)]
pub struct AdmitArgs {
    /// The record
    pub file: PathBuf,
    /// Delete the plain record once it is safely filed
    #[arg(long)]
    pub remove: bool,
}

#[derive(Args)]
pub struct RecordArgs {
    /// Case number
    pub case: Unit,
    /// Write the record to this file instead of standard output
    #[arg(short, long, value_name = "FILE", conflicts_with = "put")]
    pub output: Option<PathBuf>,
    /// The record as it stood at the end of this day
    #[arg(long, value_name = "DATE", conflicts_with = "put")]
    pub at: Option<NaiveDate>,
    /// Put this changed record into the archive
    #[arg(long, value_name = "FILE")]
    pub put: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum YesNoArg {
    Yes,
    No,
}

#[derive(Args)]
pub struct NoteArgs {
    /// Case number
    pub case: Unit,
    /// Sort of contact: home-visit, interview, call, email, message, referral-visit, meeting, coordination, attempt, supervision
    #[arg(long)]
    pub kind: String,
    /// Day of the contact; today otherwise
    #[arg(long, value_name = "DATE")]
    pub on: Option<NaiveDate>,
    /// Time it began, HH:MM
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// How long it took
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=1440))]
    pub minutes: Option<u32>,
    /// With whom: client, an id from the record's people, or words; may be given several times
    #[arg(long)]
    pub with: Vec<String>,
    /// The client was seen face to face
    #[arg(long)]
    pub face_to_face: bool,
    /// Whether it was scheduled
    #[arg(long, value_enum)]
    pub scheduled: Option<YesNoArg>,
    /// Where
    #[arg(long)]
    pub place: Option<String>,
    /// The next step
    #[arg(long)]
    pub next_step: Option<String>,
    /// What happened and was said; `-` or nothing reads standard input
    pub text: Option<String>,
}

#[derive(Args)]
pub struct FileArgs {
    /// Kind of document
    pub kind: String,
    /// Case numbers
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub cases: Vec<Unit>,
    /// Every case you can open that is open or aged-out, or has `--status`
    #[arg(long)]
    pub all: bool,
    /// With --all: the cases of this status
    #[arg(long, requires = "all")]
    pub status: Option<Status>,
    #[command(flatten)]
    pub document: DocumentArgs,
}

#[derive(Args)]
pub struct AttachArgs {
    /// Case number
    pub case: Unit,
    /// The files
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Title; the file's name otherwise
    #[arg(long)]
    pub title: Option<String>,
    /// Date of what the file shows; today otherwise
    #[arg(long, value_name = "DATE")]
    pub date: Option<NaiveDate>,
}

#[derive(Args)]
pub struct ListArgs {
    /// Only cases of this status
    #[arg(long)]
    pub status: Option<Status>,
}

#[derive(Args)]
pub struct CaseArgs {
    /// Case number
    pub case: Unit,
}

#[derive(Args)]
pub struct OpenArgs {
    /// Id of the document as `show` prints it, or its first digits
    pub document: String,
    /// Write it to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Args)]
pub struct MoveArgs {
    /// Case number
    pub case: Unit,
    /// The new status: open, inactive, aged-out or closed
    pub status: Status,
    /// Why; only the case's readers can read it
    #[arg(long)]
    pub reason: String,
    /// The day it became true; today otherwise
    #[arg(long, value_name = "DATE")]
    pub since: Option<NaiveDate>,
}

#[derive(Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// Reads `2016-10-01..2016-10-31`.
fn parse_period(text: &str) -> Result<Period, String> {
    let dates = text.split_once("..").map(|(start, end)| (start.parse(), end.parse()));
    match dates {
        Some((Ok(start), Ok(end))) if start <= end => Ok(Period { start, end }),
        Some((Ok(_), Ok(_))) => Err("the period ends before it begins".to_owned()),
        _ => Err("expected two dates such as 2016-10-01..2016-10-31".to_owned()),
    }
}
