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
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}
