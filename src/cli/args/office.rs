//! Flags of the commands around an archive: founding it, its people, the shell.

use casefile::names::{PersonId, Unit};
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

#[derive(Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}
