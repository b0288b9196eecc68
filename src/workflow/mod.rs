//! The jobs of the users, end to end: here, and only here, records and documents meet the archive.
//!
//! A [`Desk`] is one person at work: their archive, their unlocked key, the programmes and the day.
//! A [`Press`] makes documents. Nothing here prints, asks or reads the environment.

mod admit;
mod agenda;
mod attach;
mod calendar;
mod case;
mod certificate;
mod demo;
mod figures;
mod figures_part;
mod file;
mod find;
mod gallery;
mod give;
pub mod handover;
mod label;
mod matter;
mod moves;
mod new_kind;
mod office;
mod operations;
mod pack;
mod paper;
mod press;
mod record;
mod referral;
mod release;
mod rules;
mod supervision;
mod sweep;
mod team;

pub use admit::{Admitted, admit};
pub use agenda::{Agenda, agenda};
pub use attach::{Filing, attach};
pub use calendar::{Views, caseload, missing, view, views};
pub use case::CaseInHand;
pub use certificate::certificate;
pub use demo::{Demo, demo};
pub use figures::{Combined, combine, figures, file_figures};
pub use figures_part::{CountedPart, as_part, figures_part};
pub use file::{Filed, compose_case, file, preview_case};
pub use find::find_document;
pub use gallery::{Sample, contact_sheet, render_samples};
pub use give::{ConsentWords, Gift, PastGift, Release, file_name, past_gifts, prepare_gift};
pub use matter::{NewMatter, check_matter, found_matter, hand_in};
pub use moves::{Moved, change_status};
pub use new_kind::{NewFile, new_kind};
pub use office::{FolderInHand, found};
pub use operations::{Choice, extend, resolve, review, withdraw};
pub use pack::{Outgoing, PackFor, PackKind, prepare_pack};
pub use paper::{Paper, SoftCopy, attach_signed, mark_printed, paper, to_print};
pub use press::{Made, Press};
pub use record::{check_note, check_put, note, put_record, record_at, unmarked};
pub use referral::{admit_referral, decline, receive};
pub use release::{SUMMARY, release};
pub use supervision::{Decided, write_decisions};
pub use sweep::{Sweep, Swept, sweep};
pub use team::{Cover, Covered, change_team, cover};

use crate::archive::Archive;
use crate::clock::Clock;
use crate::programme::Programmes;
use crate::seal::Identity;

/// One person at work in one archive.
pub struct Desk<'a> {
    /// The archive.
    pub archive: &'a Archive,
    /// The person's own key, unlocked.
    pub identity: &'a Identity,
    /// The programmes whose rules hold.
    pub programmes: &'a Programmes,
    /// The moment and the business date.
    pub clock: Clock,
}
