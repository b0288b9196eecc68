//! Flags of the commands about how long cases and folders about the work are kept, and about the end of one.

use casefile::log::policy::{LEAST_WAITING_DAYS, MOST_WAITING_DAYS, MOST_YEARS, is_category};
use casefile::names::{OFFICE_WORDS, Unit};
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum PolicyCommand {
    /// Say how long closed cases and folders about the work are kept
    #[command(after_help = "Example:\n  casefile policy show")]
    Show,
    /// Put another policy in force, in place of the one before; the holder of a root key signs
    #[command(
        after_help = "Examples:\n  casefile -i nora.key policy set --retain UASC=70y --retain default=25y\n  casefile -i nora.key policy set --retain default=25y --retain SEP=ever --waiting 60\n  casefile -i nora.key policy set --retain default=25y --retain STAFF=7y --retain office=10y\n  casefile -i nora.key policy set --none"
    )]
    Set(PolicySetArgs),
}

#[derive(Args)]
pub struct PolicySetArgs {
    /// Years after closing for a category of cases, or for `default`, all others; years after the last entry
    /// for a word such as STAFF, or for `office`, all other folders about the work; `ever` keeps them; may be
    /// given several times
    #[arg(long = "retain", value_name = "CATEGORY=YEARS", value_parser = parse_rule, required_unless_present = "none")]
    pub rules: Vec<RetainArg>,
    /// Days between a decision and the destruction, 30 or more
    #[arg(long, value_name = "DAYS", default_value_t = LEAST_WAITING_DAYS,
        value_parser = clap::value_parser!(u32).range(i64::from(LEAST_WAITING_DAYS)..=i64::from(MOST_WAITING_DAYS)))]
    pub waiting: u32,
    /// No rule at all: nothing is ever due
    #[arg(long, conflicts_with = "rules")]
    pub none: bool,
}

/// One rule: for which folders, and the years, or none for ever.
#[derive(Clone)]
pub struct RetainArg {
    pub of: RetainedArg,
    pub years: Option<u32>,
}

/// For which folders a rule is.
#[derive(Clone)]
pub enum RetainedArg {
    /// Cases of a category.
    Cases(String),
    /// All other cases.
    OtherCases,
    /// Folders about the work with this word.
    Office(String),
    /// All other folders about the work.
    OtherOffice,
}

#[derive(Args)]
pub struct HoldArgs {
    /// Number of the case or of the folder about the work
    pub case: Unit,
    /// Why; only the folder's readers can read it
    #[arg(long)]
    pub reason: String,
}

#[derive(Subcommand)]
pub enum DisposeCommand {
    /// List the closed cases and folders about the work that have been kept as long as the policy says; needs no key
    #[command(after_help = "Example:\n  casefile dispose due --on 2087-01-31")]
    Due {
        /// On this day; today otherwise
        #[arg(long, value_name = "DATE")]
        on: Option<NaiveDate>,
    },
    /// Propose to destroy a case, or a folder about the work, that is due
    #[command(
        after_help = "Example:\n  casefile -i selma.key dispose propose UASC-2016-0012 --reason \"kept for 70 years\""
    )]
    Propose(HoldArgs),
    /// Approve a proposal, as another person than the one who proposed; says what will go
    #[command(after_help = "Example:\n  casefile -i nora.key dispose approve UASC-2016-0012")]
    Approve {
        /// Number of the case or of the folder about the work
        case: Unit,
    },
    /// Take a proposal back
    #[command(
        after_help = "Example:\n  casefile -i nora.key dispose cancel UASC-2016-0012 --reason \"the client asked for the file\""
    )]
    Cancel(HoldArgs),
    /// Decide what is approved; in a later run, when 30 days have passed and a checkpoint proves it, destroy it
    #[command(
        after_help = "Examples:\n  casefile -n -i nora.key dispose run\n  casefile -i nora.key dispose run UASC-2016-0012"
    )]
    Run {
        /// Only these cases and folders; every approved or decided one otherwise
        cases: Vec<Unit>,
    },
    /// Make the certificate of a destruction, from the history and without any reader's key
    #[command(after_help = "Example:\n  casefile dispose certificate UASC-2016-0012 -o certificate.pdf")]
    Certificate(CertificateArgs),
}

#[derive(Args)]
pub struct CertificateArgs {
    /// Number of the case or of the folder about the work
    pub case: Unit,
    /// Language of the certificate
    #[arg(long, default_value = "en")]
    pub lang: String,
    /// Where to write the PDF
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// Reads `UASC=70y`, `default=25`, `SEP=ever`, `STAFF=7y` or `office=10y`.
fn parse_rule(text: &str) -> Result<RetainArg, String> {
    let (of, years) =
        text.split_once('=').ok_or("expected a category and years such as UASC=70y, or UASC=ever")?;
    let of = match of {
        "default" => RetainedArg::OtherCases,
        "office" => RetainedArg::OtherOffice,
        word if OFFICE_WORDS.contains(&word) => RetainedArg::Office(word.to_owned()),
        category if is_category(category) => RetainedArg::Cases(category.to_owned()),
        _ => {
            return Err("expected a category in capitals such as UASC or STAFF, default or office".to_owned());
        }
    };
    let years = match years {
        "ever" => None,
        years => match years.strip_suffix('y').unwrap_or(years).parse::<u32>() {
            Ok(years) if (1..=MOST_YEARS).contains(&years) => Some(years),
            _ => return Err(format!("expected years such as 70y, from 1y to {MOST_YEARS}y, or ever")),
        },
    };
    Ok(RetainArg { of, years })
}
