//! Commands and flags. What a command means stands in its help, with an example.

mod calendar;
mod casework;
mod forgiving;
mod forms;
mod handover;
mod keeping;
mod keys;
mod office;
mod outside;
mod retention;

pub use calendar::*;
pub use casework::*;
pub use forgiving::{Period, unit};
pub use forms::*;
pub use handover::*;
pub use keeping::*;
pub use keys::*;
pub use office::*;
pub use outside::*;
pub use retention::*;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Makes the documents of case management from structured case records and keeps them in an
/// encrypted, signed archive.
#[derive(Parser)]
#[command(name = "casefile", version, max_term_width = 100, propagate_version = false)]
pub struct Cli {
    #[command(flatten, next_help_heading = "Options of every command")]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// The commands as they are read from the command line.
pub fn command() -> clap::Command {
    forgiving::forgiving(Cli::command())
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
    /// Print JSON: what is listed or found, and the errors of every command
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
    #[command(
        after_help = "Examples:\n  casefile new --programme cpcm -o UASC-2026-0001.yaml\n  casefile new --sort complaint -o COMPLAINT-2026-0001.yaml"
    )]
    New(NewArgs),
    /// Check records: every problem at once, with its place and what to do
    #[command(after_help = "Example:\n  casefile check UASC-2016-0012.yaml --for progress-report")]
    Check(CheckArgs),
    /// Say what a field of the record means
    #[command(
        after_help = "Examples:\n  casefile explain contacts.kind\n  casefile explain complaint/response.date"
    )]
    Explain(ExplainArgs),
    /// List the kinds of document, say what one needs, or make kinds of your own
    #[command(
        after_help = "Examples:\n  casefile kinds care-plan\n  casefile kinds new home-check\n  casefile kinds gallery -o gallery"
    )]
    Kinds(KindsArgs),
    /// Make a document marked DRAFT from a record or a case, without filing it
    #[command(
        after_help = "Examples:\n  casefile preview progress-report UASC-2016-0012.yaml --period 2016-10-01..2016-10-31 -o draft.pdf\n  casefile preview home-visit-report --blank --lang ar -o form.pdf\n  casefile -i selma.key preview data-return PROGRAMME-2016-0001 --csv -o return.csv"
    )]
    Preview(PreviewArgs),
    /// Your key: make it, show its public part
    #[command(subcommand)]
    Key(KeyCommand),
    /// Folders about the work: staff files, complaints, feedback, handovers
    #[command(
        subcommand,
        after_help = "Examples:\n  casefile -i selma.key matter new staff --about aisha checklist.pdf\n  casefile list --office"
    )]
    Matter(MatterCommand),
    /// Make a new archive; you become its administrator
    #[command(after_help = "Example:\n  casefile -i nora.key init archive --recovery none")]
    Init(InitArgs),
    /// The people of the archive and their roles
    #[command(subcommand)]
    Person(PersonCommand),
    /// An identity kept apart, to which every envelope is sealed beside its readers: off unless turned on
    #[command(subcommand, after_help = "Example:\n  casefile -i nora.key escrow on age1… --name trustees")]
    Escrow(EscrowCommand),
    /// The root keys, which make administrators: who holds them, how many must sign
    #[command(
        subcommand,
        after_help = "Examples:\n  casefile root show\n  casefile -i nora.key root change --add safe.pub"
    )]
    Root(RootCommand),
    /// Sign a proposal that needs several signatures; the last one writes it
    #[command(
        after_help = "Examples:\n  casefile sign change.json --dry-run\n  casefile -i rita.key sign change.json"
    )]
    Sign(SignArgs),
    /// Take a new case, or a new matter of the office, into the archive from its record
    #[command(
        after_help = "Examples:\n  casefile -i aisha.key admit UASC-2016-0012.yaml\n  casefile -i aisha.key admit UASC-2016-0044.yaml --referral REFERRAL-2016-0007\n  casefile -i selma.key admit COMPLAINT-2026-0003.yaml"
    )]
    Admit(AdmitArgs),
    /// Take in a referral; from the moment it was received its clocks run
    #[command(after_help = "Example:\n  casefile -i aisha.key referral REFERRAL-2016-0007.yaml")]
    Referral(ReferralArgs),
    /// Decline a referral: its folder keeps why, and where the client was referred onward
    #[command(
        after_help = "Example:\n  casefile -i selma.key decline REFERRAL-2016-0007 --reason \"lives outside the district\" --onward \"Harbour District Youth Office\""
    )]
    Decline(DeclineArgs),
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
        after_help = "Examples:\n  casefile -i aisha.key file progress-report UASC-2016-0012 --period 2016-10-01..2016-10-31\n  casefile -i selma.key file progress-report --all --period 2016-10-01..2016-10-31\n  casefile -i selma.key file supervision-note STAFF-2016-0007 --into-cases\n  casefile -i aisha.key file debriefing-summary DEBRIEF-2016-0007 --into STAFF-2016-0007"
    )]
    File(FileArgs),
    /// File scans and photographs as they are; who is no reader hands them in and cannot open them again
    #[command(
        after_help = "Examples:\n  casefile -i aisha.key attach UASC-2016-0012 consent-signed.pdf --title \"Signed consent\"\n  casefile -i nora.key attach COMPLAINT-2026-0003 letter.pdf --about aisha"
    )]
    Attach(AttachArgs),
    /// List the cases, or the folders about the work; needs no key
    #[command(after_help = "Examples:\n  casefile list --status open\n  casefile list --office")]
    List(ListArgs),
    /// Show a case: status, readers and, with a key that opens it, its documents
    #[command(after_help = "Example:\n  casefile -i aisha.key show UASC-2016-0012")]
    Show(CaseArgs),
    /// Bring one document out of the archive
    #[command(after_help = "Example:\n  casefile -i aisha.key open 3f9a1c22 -o report.pdf")]
    Open(OpenArgs),
    /// Give documents to somebody outside, on a ground, and write that down; they come out as they were filed
    #[command(
        after_help = "Examples:\n  casefile -i aisha.key give 3f9a1c22 --to \"Refugee Law Clinic\" --ground consent --purpose \"the asylum interview\" -o report.pdf\n  casefile -i aisha.key give 3f9a1c22 --to \"Youth Court\" --ground legal --reference \"order 16/0412\" --purpose \"the hearing\" -o report.pdf"
    )]
    Give(GiveArgs),
    /// List what was given out of a case: to whom, on which ground, and whether the consent still stands
    #[command(after_help = "Example:\n  casefile -i selma.key given UASC-2016-0012 --consent 2016-08-11")]
    Given(GivenArgs),
    /// Pack documents of cases for somebody outside: sealed to their key, under a passphrase, or to be printed
    #[command(
        after_help = "Examples:\n  casefile -i aisha.key pack UASC-2016-0012 --kind court --for \"Youth Court\" --ground legal --reference \"order 16/0412\" \\\n      --purpose \"the hearing\" --to court.pub -o court.tar.age\n  casefile -i aisha.key pack UASC-2016-0012 --kind school --for \"Harbour School\" --ground standing --reference \"agreement of 2016\" \\\n      --purpose \"the new term\" --print -o for-school\n\nUnpack with: age -d -i KEY court.tar.age | tar x; bagit.py --validate FOLDER\nWhat goes in: the newest of the kinds that `--kind` names, or documents by hand with --document.\nThe passphrase of a pack comes from the terminal, or CASEFILE_NEW_PASSPHRASE_FILE."
    )]
    Pack(PackArgs),
    /// Say which documents the paper folder lacks, and print them
    #[command(
        after_help = "Examples:\n  casefile -i aisha.key paper UASC-2016-0012\n  casefile -i aisha.key paper UASC-2016-0012 --print to-print      # then, once they lie in the folder:\n  casefile -i aisha.key paper UASC-2016-0012 --printed all\n  casefile -i aisha.key attach UASC-2016-0012 scan.pdf --signed 3f9a1c22 --by \"Judit Varga\" --on 2016-10-31"
    )]
    Paper(PaperArgs),
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
    /// Say what is due or overdue in the cases you can open, by which rule, and what settles it
    #[command(
        after_help = "Examples:\n  casefile -i aisha.key due\n  casefile -i selma.key due --within 60d --ics team.ics"
    )]
    Due(DueArgs),
    /// Say what folders lack or have out of date
    #[command(after_help = "Example:\n  casefile -i aisha.key missing UASC-2016-0012")]
    Missing(MissingArgs),
    /// Count cases per manager and managers per supervisor against the limits; needs no key
    #[command(
        after_help = "Examples:\n  casefile caseload\n  casefile -i selma.key caseload --time\n  casefile -i selma.key caseload --sheet aisha --period 2016-11-01..2016-11-30"
    )]
    Caseload(CaseloadArgs),
    /// Count the cases you supervise in a period, without names, groups under five as <5; or add up everybody's
    #[command(
        after_help = "Examples:\n  casefile -i selma.key figures --period 2016-07-01..2016-12-31\n  casefile -i selma.key figures --period 2016-07-01..2016-12-31 --file\n  casefile -i petra.key figures --period 2016-07-01..2016-12-31 --combine"
    )]
    Figures(FiguresArgs),
    /// Hand cases over: folders, briefings, shadowing, packs, keys
    #[command(
        subcommand,
        after_help = "Examples:\n  casefile -i selma.key handover start --from aisha --to tomas --last-day 2016-12-31\n  casefile -i selma.key handover status HANDOVER-2016-0001"
    )]
    Handover(HandoverCommand),
    /// Do what the passing of time asks for: age out, announce, close, and propose the rest
    #[command(
        after_help = "Examples:\n  casefile -i selma.key sweep --dry-run\n  casefile -i nora.key sweep      (an administrator, every night: closes what is due)"
    )]
    Sweep(SweepArgs),
    /// Move the end of an aged-out case to a later day
    #[command(
        after_help = "Example:\n  casefile -i selma.key extend UASC-2016-0012 --until 2017-06-30 --reason \"housing is late\""
    )]
    Extend(ExtendArgs),
    /// Settle what two changes left open that met
    #[command(
        after_help = "Examples:\n  casefile -i selma.key resolve UASC-2016-0012 --status inactive --reason \"no contact since\"\n  casefile -i aisha.key resolve UASC-2016-0012 --record 3f9a1c22 --reason \"holds both calls\"\n  casefile -i selma.key resolve UASC-2016-0012 --late all --reason \"his last visit, seen on paper\""
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
    /// How long closed cases and folders about the work are kept
    #[command(
        subcommand,
        after_help = "Examples:\n  casefile policy show\n  casefile -i nora.key policy set --retain UASC=70y --retain default=25y"
    )]
    Policy(PolicyCommand),
    /// Forbid the disposal of a case or a folder about the work; a decision that waits is void then
    #[command(
        after_help = "Example:\n  casefile -i selma.key hold UASC-2016-0012 --reason \"a court asked for the file\""
    )]
    Hold(HoldArgs),
    /// End a hold, as another person than the one who set it
    #[command(
        after_help = "Example:\n  casefile -i nora.key release UASC-2016-0012 --reason \"the court has closed the matter\""
    )]
    Release(HoldArgs),
    /// Destroy what has been kept long enough: two people, a decision, 30 days, then the keys and all they opened
    #[command(
        subcommand,
        after_help = "Example, each step by whom it is for:\n  casefile dispose due\n  casefile -i selma.key dispose propose UASC-2016-0012 --reason \"kept for 70 years\"\n  casefile -i nora.key dispose approve UASC-2016-0012\n  casefile -i nora.key dispose run ; casefile -i selma.key register       # decided; nothing goes for 30 days\n  casefile -i nora.key dispose run                                       # 30 days later: destroyed\n  casefile dispose certificate UASC-2016-0012 -o certificate.pdf"
    )]
    Dispose(DisposeCommand),
    /// Sign what every log holds now, so that nobody can go back before it unseen
    #[command(after_help = "Example:\n  casefile -i selma.key register")]
    Register,
    /// Cosign another person's checkpoint, so that not even they can take it back unseen
    #[command(after_help = "Example:\n  casefile -i nora.key witness selma")]
    Witness(WitnessArgs),
    /// Check the archive: names, bytes, history, contents
    #[command(
        after_help = "Examples:\n  casefile -i selma.key verify --level V3\n  casefile verify --paper \"UASC-2016-0012/17 a1b2c3d4e5f60718293a4b5c6d7e8f90\"\n  casefile -i nora.key verify --accept-restore --reason \"disk of 3 May replaced\" --with selma \\\n      --searched /media/laptop/archive --propose restore.json"
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
