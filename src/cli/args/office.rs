//! Flags of the commands around an archive: founding it, its people, the shell.

use casefile::log::Word;
use casefile::names::{PersonId, Unit};
use casefile::seal::Recipient;
use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Args)]
pub struct DemoArgs {
    /// A folder that does not exist yet
    pub dir: PathBuf,
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
        #[command(flatten)]
        propose: ProposeArgs,
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
        #[command(flatten)]
        propose: ProposeArgs,
    },
    /// Put a person's new key in the place of a lost one
    #[command(after_help = "Example:\n  casefile -i nora.key person rekey aisha aisha-new.pub")]
    Rekey {
        /// The person
        person: PersonId,
        /// Public part of the new key
        file: PathBuf,
        #[command(flatten)]
        propose: ProposeArgs,
    },
    /// End a person's part in the archive
    #[command(after_help = "Example:\n  casefile -i nora.key person retire aisha")]
    Retire {
        /// The person
        person: PersonId,
        /// Remove them for cause, also where cases are left with fewer than two living readers
        #[arg(long)]
        for_cause: bool,
        #[command(flatten)]
        propose: ProposeArgs,
    },
}

#[derive(Subcommand)]
pub enum EscrowCommand {
    /// Turn it on; whoever holds a root key signs. It is named in every listing from then on
    #[command(
        after_help = "Example (keep escrow.txt apart; split or seal it to several people):\n  age-keygen -o escrow.txt\n  casefile -i nora.key escrow on $(age-keygen -y escrow.txt) --name trustees"
    )]
    On {
        /// The recipient, age1…
        recipient: Recipient,
        /// What it is called in listings: one short word
        #[arg(long, value_parser = parse_word)]
        name: Word,
    },
    /// Turn it off; readers then run `rekey --all --deep`
    Off,
    /// Say whether it is on and which folders it opens
    Show,
}

fn parse_word(text: &str) -> Result<Word, String> {
    text.parse().map_err(|()| "expected one short word of small letters, digits, hyphens and dots".to_owned())
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MatterArg {
    /// A referral: the supervisor and the worker named
    Referral,
    /// One person's file: that person, and the supervisor or director who writes it
    Staff,
    /// One person's debriefings: that person and the facilitator
    Debrief,
    /// A complaint: the investigator, and nobody it is about
    Complaint,
    /// Clients' feedback: supervisors and director
    Feedback,
    /// A handover: supervisor, director, and the successor
    Handover,
    /// The programme: whoever is named
    Programme,
}

#[derive(Subcommand)]
pub enum MatterCommand {
    /// Found a folder: you read it, with whom you name; it gets the next free number
    #[command(
        after_help = "Examples:\n  casefile -i selma.key matter new staff --about aisha checklist.pdf\n  casefile -i petra.key matter new complaint --about selma --serious letter.pdf --title \"Letter of complaint\""
    )]
    New(MatterNewArgs),
    /// Say whom of the staff a complaint is about, so that they never become its readers
    #[command(after_help = "Example:\n  casefile -i selma.key matter about COMPLAINT-2026-0003 aisha")]
    About(MatterAboutArgs),
    /// Say who may found and read which sort of folder
    Rules,
}

#[derive(Args)]
pub struct MatterNewArgs {
    /// The sort of matter
    #[arg(value_enum)]
    pub matter: MatterArg,
    /// Files to put in it; none is fine, for a folder kept ready
    pub files: Vec<PathBuf>,
    /// A further reader; may be given several times
    #[arg(long = "reader", value_name = "PERSON")]
    pub readers: Vec<PersonId>,
    /// Whose folder it is, or whom of the staff a complaint is about; sealed
    #[arg(long, value_name = "PERSON")]
    pub about: Vec<PersonId>,
    /// A complaint of a serious violation: the director investigates
    #[arg(long)]
    pub serious: bool,
    /// Title of the files; each file's name otherwise
    #[arg(long)]
    pub title: Option<String>,
    /// Date of what the files show; today otherwise
    #[arg(long, value_name = "DATE")]
    pub date: Option<NaiveDate>,
    /// Why; only its readers can read it
    #[arg(long)]
    pub reason: Option<String>,
}

#[derive(Args)]
pub struct MatterAboutArgs {
    /// Number of the folder
    pub folder: Unit,
    /// The people
    #[arg(required_unless_present = "serious")]
    pub about: Vec<PersonId>,
    /// It is of a serious violation
    #[arg(long)]
    pub serious: bool,
}

/// What needs several signatures.
#[derive(Args)]
pub struct ProposeArgs {
    /// Where several must sign: write a proposal for the others to this file
    #[arg(long, value_name = "FILE")]
    pub propose: Option<PathBuf>,
    /// Who signs beside you: names of root keys such as r2; may be given several times
    #[arg(long, value_name = "NAME")]
    pub with: Vec<PersonId>,
}

#[derive(Subcommand)]
pub enum RootCommand {
    /// List the root keys and who holds them
    Show,
    /// Add or take out root keys, or say how many must sign
    #[command(
        after_help = "Examples:\n  casefile -i nora.key root change --add safe.pub\n  casefile -i nora.key root change --remove r1 --with r2 --propose change.json\n  casefile -i nora.key root change --threshold 2 --with r2 --propose change.json"
    )]
    Change(RootChangeArgs),
}

#[derive(Args)]
pub struct RootChangeArgs {
    /// Public part of a key that becomes a root key
    #[arg(long, value_name = "FILE", required_unless_present_any = ["remove", "threshold"])]
    pub add: Option<PathBuf>,
    /// A root key that is none from now on, such as r1; may be given several times
    #[arg(long, value_name = "NAME")]
    pub remove: Vec<PersonId>,
    /// How many root keys must sign from now on
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=16))]
    pub threshold: Option<u32>,
    #[command(flatten)]
    pub propose: ProposeArgs,
}

#[derive(Args)]
pub struct SignArgs {
    /// The proposal
    pub proposal: PathBuf,
}

#[derive(Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}
