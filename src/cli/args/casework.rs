//! Flags of the commands of a case manager's day: records, documents, cases.

use super::forgiving::{Period, minutes, period, time, words};
use casefile::names::{PersonId, Status, Unit};
use casefile::record::Sort;
use casefile::record::model::{ContactKind, Time};
use chrono::NaiveDate;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Args)]
pub struct NewArgs {
    /// The programme whose rules hold
    #[arg(long, default_value = "cpcm")]
    pub programme: String,
    /// What it is about: case, referral, staff, debriefing, complaint, feedback or programme
    #[arg(long, alias = "kind", default_value = "case", value_parser = parse_sort)]
    pub sort: Sort,
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
    #[arg(long, value_name = "A..B", value_parser = period)]
    pub period: Option<Period>,
}

#[derive(Args)]
pub struct ExplainArgs {
    /// A field such as contacts.kind
    pub field: String,
}

/// What `preview` and `file` share: they make the same document.
#[derive(Args)]
pub struct DocumentArgs {
    /// The period covered, both days included; also `2016-10-01..` until today, a month such as 2016-10, or a year
    #[arg(long, value_name = "A..B", value_parser = period)]
    pub period: Option<Period>,
    /// Date of the document; the end of its period or today otherwise
    #[arg(long, value_name = "DATE")]
    pub date: Option<NaiveDate>,
    /// Language of the document's own words
    #[arg(long)]
    pub lang: Option<String>,
    /// For whom the copy is; the client's shows only what the record marks for the client
    #[arg(long, value_enum, default_value = "staff")]
    pub copy: CopyArg,
    /// With --copy client: print "not yet translated" where a translation is missing
    #[arg(long)]
    pub partial: bool,
    /// Accept words that nobody has reviewed also in a consent or a safety plan
    #[arg(long)]
    pub unreviewed: bool,
    /// With --copy client: everybody it names may be named to the client
    #[arg(long)]
    pub yes: bool,
}

/// For whom a copy is.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CopyArg {
    /// The agency's own staff: everything.
    Staff,
    /// The client: what is marked for the client.
    Client,
}

#[derive(Args)]
pub struct PreviewArgs {
    /// Kind of document
    pub kind: String,
    /// A record file, or the number of a case or of a folder about the work in the archive
    #[arg(value_name = "FILE|CASE", required_unless_present = "blank", conflicts_with = "blank")]
    pub source: Option<PathBuf>,
    /// An empty form with labels, lines and boxes to tick, to be filled in by hand
    #[arg(long, conflicts_with_all = ["period", "date"])]
    pub blank: bool,
    /// With data-return: its counts as comma-separated values instead of the PDF
    #[arg(long, conflicts_with = "blank")]
    pub csv: bool,
    #[command(flatten)]
    pub document: DocumentArgs,
    /// Where to write the PDF
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

#[derive(Args)]
pub struct AdmitArgs {
    /// The record
    pub file: PathBuf,
    /// The referral that became this case: what its folder holds is filed in the case too
    #[arg(long, value_name = "REFERRAL")]
    pub referral: Option<Unit>,
    /// Delete the plain record once it is safely filed
    #[arg(long)]
    pub remove: bool,
}

#[derive(Args)]
pub struct ReferralArgs {
    /// The record of the referral, with the day and the time it was received
    pub file: PathBuf,
    /// Delete the plain record once it is safely filed
    #[arg(long)]
    pub remove: bool,
}

#[derive(Args)]
pub struct DeclineArgs {
    /// Number of the referral's folder
    pub referral: Unit,
    /// Why; only the folder's readers can read it
    #[arg(long)]
    pub reason: String,
    /// Where the client was referred onward
    #[arg(long, value_name = "WHERE")]
    pub onward: Option<String>,
}

#[derive(Args)]
pub struct RecordArgs {
    /// Case number, or the number of a folder about the work
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

/// The words of [`ContactKind`].
const CONTACT_KINDS: [&str; 10] = [
    "home-visit",
    "interview",
    "call",
    "email",
    "message",
    "referral-visit",
    "meeting",
    "coordination",
    "attempt",
    "supervision",
];

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum YesNoArg {
    Yes,
    No,
}

#[derive(Args)]
pub struct NoteArgs {
    /// Case number
    pub case: Unit,
    /// Sort of contact
    #[arg(long, value_name = "SORT", value_parser = contact_kinds())]
    pub kind: ContactKind,
    /// Day of the contact; today otherwise
    #[arg(long, value_name = "DATE")]
    pub on: Option<NaiveDate>,
    /// Time it began, HH:MM
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub at: Option<Time>,
    /// How long it took
    #[arg(long, value_parser = minutes)]
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
    /// Who of the staff was there; may be given several times, as for a visit together with a successor
    #[arg(long, value_name = "PERSON")]
    pub by: Vec<PersonId>,
    /// The interpreter, and into which language
    #[arg(long)]
    pub interpreter: Option<String>,
    /// The client was told who takes the case over; with `--kind attempt`, was not reached to be told
    #[arg(long)]
    pub handover: bool,
    /// Where
    #[arg(long)]
    pub place: Option<String>,
    /// The next step
    #[arg(long)]
    pub next_step: Option<String>,
    /// What happened and was said; `-` or nothing reads standard input
    #[arg(allow_hyphen_values = true, value_parser = words)]
    pub text: Option<String>,
}

#[derive(Args)]
pub struct FileArgs {
    /// Kind of document
    pub kind: String,
    /// Case numbers, or numbers of folders about the work
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub cases: Vec<Unit>,
    /// Every case you can open that is open or aged-out, or has `--status`
    #[arg(long)]
    pub all: bool,
    /// With --all: the cases of this status
    #[arg(long, requires = "all")]
    pub status: Option<Status>,
    /// With supervision-note: also write each decision into the case it is about
    #[arg(long, conflicts_with = "all")]
    pub into_cases: bool,
    /// With debriefing-summary: your own staff file, in which your supervisor gets it; only you release it
    #[arg(long, value_name = "STAFF-…", conflicts_with_all = ["all", "into_cases"])]
    pub into: Option<Unit>,
    #[command(flatten)]
    pub document: DocumentArgs,
}

#[derive(Args)]
pub struct AttachArgs {
    /// Case number, or the number of a folder about the work
    #[arg(value_name = "CASE|FOLDER")]
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
    /// In a complaint: a person of the staff whom it is about, who may never read it; may be given several times
    #[arg(long, value_name = "PERSON")]
    pub about: Vec<PersonId>,
    /// In a complaint: it is of a serious violation
    #[arg(long)]
    pub serious: bool,
    /// The document whose signed paper the files show: its id as `show` prints it, or its first digits
    #[arg(long, value_name = "DOC", requires_all = ["by", "on"], conflicts_with_all = ["about", "serious"])]
    pub signed: Option<String>,
    /// Who signed; sealed
    #[arg(long, value_name = "WHO", requires = "signed")]
    pub by: Option<String>,
    /// The day on which they signed
    #[arg(long, value_name = "DATE", requires = "signed")]
    pub on: Option<NaiveDate>,
}

#[derive(Args)]
pub struct ListArgs {
    /// Only cases of this status
    #[arg(long)]
    pub status: Option<Status>,
    /// The folders about the work instead, with their readers
    #[arg(long, conflicts_with = "status")]
    pub office: bool,
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

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GroundArg {
    /// A consent in the record, neither expired nor withdrawn, that names the recipient
    Consent,
    /// A concern for somebody's safety
    Safety,
    /// A legal duty or an order
    Legal,
    /// A standing agreement
    Standing,
    /// The client's own copy
    Client,
}

/// Why something may leave the archive.
#[derive(Args)]
pub struct GroundArgs {
    /// On which ground
    #[arg(long, value_enum)]
    pub ground: GroundArg,
    /// What for; sealed
    #[arg(long)]
    pub purpose: String,
    /// The order, the agreement, the concern; of a consent the day it was given, where there are several. Sealed
    #[arg(long)]
    pub reference: Option<String>,
}

#[derive(Args)]
pub struct GiveArgs {
    /// Ids of the documents as `show` prints them, or their first digits
    #[arg(required = true, value_name = "DOCUMENT")]
    pub documents: Vec<String>,
    /// To whom: a name, or an id of the record's people
    #[arg(long, value_name = "WHOM")]
    pub to: String,
    #[command(flatten)]
    pub why: GroundArgs,
    /// The file to write; for several documents a folder that exists
    #[arg(short, long, value_name = "FILE|DIR")]
    pub output: PathBuf,
}

#[derive(Args)]
pub struct GivenArgs {
    /// Case number, or the number of a folder about the work
    #[arg(value_name = "CASE|FOLDER")]
    pub case: Unit,
    /// Only what rests on the consent of this day
    #[arg(long, value_name = "DATE")]
    pub consent: Option<NaiveDate>,
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

/// The sorts of contact, by their words.
fn contact_kinds() -> impl TypedValueParser<Value = ContactKind> {
    PossibleValuesParser::new(CONTACT_KINDS)
        .try_map(|word| serde_json::from_value(serde_json::Value::String(word)))
}

/// Reads the sort of a record: `case`, `complaint`.
fn parse_sort(word: &str) -> Result<Sort, String> {
    Sort::of_word(word).ok_or_else(|| {
        let all: Vec<&str> = Sort::ALL.into_iter().map(Sort::word).collect();
        format!("the sorts are {}", all.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sort_of_contact_can_be_noted() {
        let words: Vec<_> = ContactKind::ALL.iter().map(|kind| serde_json::to_value(kind).ok()).collect();
        assert_eq!(words, CONTACT_KINDS.map(|word| Some(serde_json::Value::from(word))));
    }
}
