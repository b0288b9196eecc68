//! Flags of the commands around an archive: founding it, its people, the shell.

use casefile::names::PersonId;
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
    Retire {
        /// The person
        person: PersonId,
        #[command(flatten)]
        propose: ProposeArgs,
    },
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
