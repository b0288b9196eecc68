//! Arguments of the commands about keys and readers.

use casefile::names::{PersonId, Unit};
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum KeyCommand {
    /// Make a key file, protected by a passphrase
    #[command(after_help = "Example:\n  casefile key new --id aisha --name \"Aisha Rahman\" -o aisha.key")]
    New(KeyNewArgs),
    /// Print the public part, for the administrator
    #[command(after_help = "Example:\n  casefile key show aisha.key > aisha.pub")]
    Show {
        /// The key file
        file: PathBuf,
    },
    /// Change the passphrase of a key file
    #[command(
        after_help = "Example:\n  casefile key passphrase aisha.key\n\nWithout a terminal: CASEFILE_NEW_PASSPHRASE_FILE names a file with the new passphrase."
    )]
    Passphrase(PassphraseArgs),
}

#[derive(Args)]
pub struct KeyNewArgs {
    /// A short id such as aisha or cm-07; it stands in the archive's clear text
    #[arg(long)]
    pub id: PersonId,
    /// Your full name; it stays in the key file
    #[arg(long)]
    pub name: String,
    /// Where to write it
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// How hard the passphrase is to guess: 2 to this power steps
    #[arg(long, default_value_t = 18, value_parser = clap::value_parser!(u8).range(10..=22))]
    pub work_factor: u8,
    /// Allow a work factor below 16
    #[arg(long)]
    pub for_tests: bool,
}

#[derive(Args)]
pub struct RekeyArgs {
    /// Case numbers
    #[arg(required_unless_present_any = ["all", "person"], conflicts_with_all = ["all", "person"])]
    pub cases: Vec<Unit>,
    /// Every case that you read
    #[arg(long, conflicts_with = "person")]
    pub all: bool,
    /// Every case that you read and that this person reads, has left, or has a new key for; with --deep
    /// also those that they once read
    #[arg(long = "for", value_name = "PERSON")]
    pub person: Option<PersonId>,
    /// Seal every document anew, so that no older key opens what lies in the archive; done in any case where
    /// somebody who left is no reader any more by this
    #[arg(long)]
    pub deep: bool,
    /// Leave what is filed sealed to the key that who left had
    #[arg(long, conflicts_with = "deep")]
    pub shallow: bool,
    /// Why; only the case's readers can read it
    #[arg(long)]
    pub reason: Option<String>,
}

#[derive(Subcommand)]
pub enum ReaderCommand {
    /// Let a person read a case beside its team
    #[command(
        after_help = "Example:\n  casefile -i selma.key reader add UASC-2016-0012 tomas --as shadow --until 2017-02-28 \\\n      --reason \"takes the case over in March\""
    )]
    Add(ReaderAddArgs),
    /// Cover somebody's leave: let a person read every case of theirs that is not closed, until a last day
    #[command(
        after_help = "Example:\n  casefile -i selma.key reader cover aisha --by tomas --until 2017-01-15 --reason \"annual leave\""
    )]
    Cover(ReaderCoverArgs),
    /// End a person's reading: a new key, and every document sealed anew
    #[command(
        after_help = "Example:\n  casefile -i selma.key reader remove UASC-2016-0012 tomas --reason \"the cover has ended\""
    )]
    Remove(ReaderRemoveArgs),
}

#[derive(Args)]
pub struct ReaderAddArgs {
    /// Case number
    pub case: Unit,
    /// The person
    pub person: PersonId,
    /// In which capacity, one short word: shadow, cover, …
    #[arg(long = "as", value_name = "WORD")]
    pub capacity: String,
    /// Their last day
    #[arg(long, value_name = "DATE")]
    pub until: Option<NaiveDate>,
    /// Why; only the case's readers can read it
    #[arg(long)]
    pub reason: String,
}

#[derive(Args)]
pub struct ReaderCoverArgs {
    /// Who is on leave
    pub person: PersonId,
    /// Who stands in
    #[arg(long, value_name = "PERSON")]
    pub by: PersonId,
    /// Their last day
    #[arg(long, value_name = "DATE")]
    pub until: NaiveDate,
    /// Why; only the cases' readers can read it
    #[arg(long)]
    pub reason: String,
}

#[derive(Args)]
pub struct ReaderRemoveArgs {
    /// Case number
    pub case: Unit,
    /// The person
    pub person: PersonId,
    /// Why; only the case's readers can read it
    #[arg(long)]
    pub reason: String,
    /// Leave what is filed sealed to the key that the person had
    #[arg(long)]
    pub shallow: bool,
}

#[derive(Args)]
pub struct TeamArgs {
    /// Case number
    pub case: Unit,
    /// The new case manager
    #[arg(long, value_name = "PERSON", required_unless_present_any = ["supervisor", "custodian"])]
    pub manager: Option<PersonId>,
    /// The new case supervisor
    #[arg(long, value_name = "PERSON")]
    pub supervisor: Option<PersonId>,
    /// A records-custodian who keeps a closed case in its manager's place
    #[arg(long, value_name = "PERSON", conflicts_with = "manager")]
    pub custodian: Option<PersonId>,
    /// Why; only the case's readers can read it
    #[arg(long)]
    pub reason: String,
    /// Leave what is filed sealed to the key that who leaves had
    #[arg(long)]
    pub shallow: bool,
}

#[derive(Args)]
pub struct ReadersArgs {
    /// Case number
    #[arg(required_unless_present = "person", conflicts_with = "person")]
    pub case: Option<Unit>,
    /// Everything that this person reads or once read
    #[arg(long, value_name = "PERSON")]
    pub person: Option<PersonId>,
}

#[derive(Args)]
pub struct PassphraseArgs {
    /// The key file
    pub file: PathBuf,
    /// How hard the passphrase is to guess: 2 to this power steps; as before otherwise, and at least 18
    #[arg(long, value_parser = clap::value_parser!(u8).range(10..=22))]
    pub work_factor: Option<u8>,
    /// Allow a work factor below 16
    #[arg(long)]
    pub for_tests: bool,
}
