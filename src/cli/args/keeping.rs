//! Flags of the commands that keep an archive whole and settle what copies and people left open.

use casefile::names::{PersonId, Status, Unit};
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Args)]
pub struct SettleArgs {
    /// Only these cases; the whole archive otherwise
    pub cases: Vec<Unit>,
    /// Merge this copy of the archive into it first; the copy is only read
    #[arg(long, value_name = "DIR", conflicts_with = "cases")]
    pub from: Option<PathBuf>,
}

#[derive(Args)]
pub struct RepairArgs {
    /// A copy of the archive that is whole where this one is not; it is only read
    #[arg(long, value_name = "DIR")]
    pub from: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum LevelArg {
    /// Names and sizes.
    #[value(name = "V0")]
    V0,
    /// Bytes: every hash.
    #[value(name = "V1")]
    V1,
    /// History: signatures, authority, graph, state.
    #[value(name = "V2")]
    V2,
    /// Contents, with your key.
    #[value(name = "V3")]
    V3,
    /// V2, and against the copy that `--mirror` names.
    #[value(name = "V4")]
    V4,
}

#[derive(Args)]
pub struct VerifyArgs {
    /// One case; the whole archive otherwise
    pub case: Option<Unit>,
    /// How deep: each level includes those before it
    #[arg(long, value_enum, ignore_case = true, default_value = "V2")]
    pub level: LevelArg,
    /// Find what the foot of a printed page names, as it stands there; nothing else is checked then
    #[arg(long, value_name = "REFERENCE", conflicts_with_all = ["case", "level", "sample", "mirror"])]
    pub paper: Option<String>,
    #[command(flatten)]
    pub extent: ExtentArgs,
    #[command(flatten)]
    pub restore: RestoreArgs,
}

/// What is said after a backup was restored.
#[derive(Args)]
pub struct RestoreArgs {
    /// After a backup was restored: propose that nobody looks any more for what it lost; two people sign, one
    /// of them an administrator
    #[arg(long, requires_all = ["reason", "with", "searched", "propose"],
        conflicts_with_all = ["case", "level", "paper", "sample", "mirror"])]
    pub accept_restore: bool,
    /// Why it was restored; the archive keeps only the hash of it, the proposal keeps the words
    #[arg(long, requires = "accept_restore")]
    pub reason: Option<String>,
    /// The other person who signs
    #[arg(long, value_name = "PERSON", requires = "accept_restore")]
    pub with: Option<PersonId>,
    /// A copy of the archive on another machine or disk, to be searched for what is lost; may be given
    /// several times; `none` where there is no other copy
    #[arg(long, value_name = "DIR|none", requires = "accept_restore")]
    pub searched: Vec<PathBuf>,
    /// The file that the other person signs with `casefile sign`
    #[arg(long, value_name = "FILE", requires = "accept_restore")]
    pub propose: Option<PathBuf>,
}

/// What `verify` looks at beside the archive itself, and how much of it.
#[derive(Args)]
pub struct ExtentArgs {
    /// Read only a part of the objects at V1 and V3, such as 5%
    #[arg(long, value_name = "N%", value_parser = parse_percent)]
    pub sample: Option<u8>,
    /// Which part: the same seed reads the same objects; the day otherwise
    #[arg(long, requires = "sample")]
    pub seed: Option<u64>,
    /// Go on with the same run over the whole archive that was interrupted: folders that it found without
    /// damage, and whose names and sizes are as they were, are not read again
    #[arg(long, conflicts_with_all = ["case", "paper"])]
    pub resume: bool,
    /// V4: compare with this copy of the archive by name and size, from V1 on by its bytes too
    #[arg(long, value_name = "DIR")]
    pub mirror: Option<PathBuf>,
}

#[derive(Args)]
pub struct ResolveArgs {
    /// Case number
    pub case: Unit,
    /// The status that holds, where two changes met
    #[arg(long)]
    pub status: Option<Status>,
    /// The case manager who holds the case, where two changes of the team met
    #[arg(long, value_name = "PERSON")]
    pub manager: Option<PersonId>,
    /// The record that holds, where two people changed it at once; the other one is kept as replaced
    #[arg(long, value_name = "DOCUMENT", conflicts_with = "both")]
    pub record: Option<String>,
    /// Both versions stand, where two people amended different documents
    #[arg(long)]
    pub both: bool,
    /// Accept what somebody who has left had signed unseen: an entry by its first digits as `history` prints
    /// them, or `all`; with --dry-run it is only listed
    #[arg(long, value_name = "ENTRY|all")]
    pub late: Vec<String>,
    /// Take back the removals that your side made, where readers were removed on two copies and nobody is
    /// left: whom the other side kept reads the case then, you do not
    #[arg(long, conflicts_with_all = ["status", "manager", "record", "both", "late"])]
    pub give_way: bool,
    /// Why; only the case's readers can read it
    #[arg(long)]
    pub reason: String,
}

#[derive(Args)]
pub struct WithdrawArgs {
    /// Id of the document as `show` prints it, or its first digits
    pub document: String,
    /// Why; only the case's readers can read it
    #[arg(long)]
    pub reason: String,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VerdictArg {
    Approve,
    Return,
}

#[derive(Args)]
pub struct ReviewArgs {
    /// Id of the document as `show` prints it, or its first digits
    pub document: String,
    /// The verdict
    #[arg(value_enum)]
    pub verdict: VerdictArg,
    /// What should be changed, or why it is good; only the case's readers can read it
    #[arg(long, required_if_eq("verdict", "return"))]
    pub comment: Option<String>,
}

#[derive(Args)]
pub struct ExtendArgs {
    /// Case number
    pub case: Unit,
    /// The last day of the aged-out time
    #[arg(long, value_name = "DATE")]
    pub until: NaiveDate,
    /// Why; only the case's readers can read it
    #[arg(long)]
    pub reason: String,
}

#[derive(Args)]
pub struct RelabelArgs {
    /// The number the case has
    pub case: Unit,
    /// The number it should have
    #[arg(value_name = "NEW-CASE")]
    pub new: Unit,
    /// Why; only the case's readers can read it
    #[arg(long)]
    pub reason: String,
    /// Which of two cases of this number: the first digits of its folder's id
    #[arg(long, value_name = "DIGITS")]
    pub folder: Option<String>,
}

/// Reads `5%` or `5`.
fn parse_percent(text: &str) -> Result<u8, String> {
    match text.strip_suffix('%').unwrap_or(text).parse() {
        Ok(percent @ 1..=100) => Ok(percent),
        _ => Err("expected a part such as 5%, from 1% to 100%".to_owned()),
    }
}

#[derive(Args)]
pub struct WitnessArgs {
    /// Whose newest checkpoint, or which one as `register` printed it: selma/00000007-a1b2
    pub checkpoint: String,
}
