//! Flags of `kinds`: the kinds of document, and an agency's own.

use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct KindsArgs {
    /// One kind
    pub kind: Option<String>,
    #[command(subcommand)]
    pub job: Option<KindsJob>,
}

#[derive(Subcommand)]
pub enum KindsJob {
    /// Start a kind of your own: a folder that works at once, to be changed
    #[command(after_help = "Example:\n  casefile kinds new home-check\n  casefile kinds check home-check")]
    New(NewKindArgs),
    /// Lay out the sample of each kind in every language and report every problem
    #[command(after_help = "Examples:\n  casefile kinds check my-kinds\n  casefile kinds check --lang fr")]
    Check(CheckKindsArgs),
    /// Make the sample of every kind in every language, and a contact sheet
    #[command(after_help = "Example:\n  casefile kinds gallery -o gallery")]
    Gallery(GalleryArgs),
}

#[derive(Args)]
pub struct NewKindArgs {
    /// Its name; the name of a built-in kind starts from that kind
    pub name: String,
    /// The folder of your kinds, where its own folder is made
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    pub output: PathBuf,
}

#[derive(Args)]
pub struct CheckKindsArgs {
    /// A folder of kinds, or of one kind; all kinds known otherwise
    pub folder: Option<PathBuf>,
    /// Only this language
    #[arg(long)]
    pub lang: Option<String>,
}

#[derive(Args)]
pub struct GalleryArgs {
    /// The folder to write to; it is made where it is not there
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// The blank forms, to be filled in by hand
    #[arg(long)]
    pub blank: bool,
    /// Only this language
    #[arg(long)]
    pub lang: Option<String>,
}
