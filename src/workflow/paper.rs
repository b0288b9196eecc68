//! The paper folder beside the archive: which documents it lacks, where it stands, what was signed on paper
//! (source 002: soft and hard copy).

use super::Desk;
use super::attach::{Filing, attached, of_case};
use super::case::CaseInHand;
use super::find::find_document;
use super::give::file_name;
use crate::archive::{NewDocument, Receipt};
use crate::error::{Class, Error, Problem, Result};
use crate::names::Unit;
use crate::record::model::PaperFolder;
use crate::seal::card::{Source, replaced};
use crate::seal::{Card, DocId, PaperMark, Signs};
use chrono::NaiveDate;
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// The kind of the lists of what was put into the paper folder.
const LIST: &str = "paper-list";

/// A document made from the record, and what is known of it on paper.
pub struct SoftCopy {
    /// Its card.
    pub card: Card,
    /// Since when it lies in the paper folder as a print, by what was said.
    pub printed: Option<NaiveDate>,
    /// Who signed it on paper, and when; the scans of it are filed.
    pub signed: Vec<Signs>,
}

impl SoftCopy {
    /// Whether the paper folder lacks it: neither printed nor signed.
    pub fn lacks_paper(&self) -> bool {
        self.printed.is_none() && self.signed.is_empty()
    }
}

/// The paper folder of a case.
pub struct Paper {
    /// The documents that stand, oldest first: made here, neither withdrawn nor replaced.
    pub copies: Vec<SoftCopy>,
    /// Where the folder stands, by what the record says last.
    pub folder: Option<PaperFolder>,
}

/// What the paper folder of a case holds and lacks.
///
/// # Errors
/// Those of opening the case.
pub fn paper(desk: &Desk, unit: &Unit) -> Result<Paper> {
    Ok(paper_of(&CaseInHand::take(desk, unit)?))
}

fn paper_of(hand: &CaseInHand) -> Paper {
    let replaced = replaced(&hand.cards);
    let made =
        hand.cards.iter().filter(|card| card.source == Source::Rendered && !replaced.contains(&card.d));
    let copy = |card: &Card| SoftCopy {
        printed: hand.cards.iter().filter(|list| list.printed.contains(&card.d)).map(|list| list.date).min(),
        signed: hand.cards.iter().filter_map(|scan| scan.signs.clone()).filter(|it| it.d == card.d).collect(),
        card: card.clone(),
    };
    let case = hand.record.case();
    let told = case.handover.iter().filter_map(|handover| handover.paper_folder.as_ref());
    let folder = case.case.paper_folder.iter().chain(told).max_by_key(|folder| folder.seen).cloned();
    Paper { copies: made.map(copy).collect(), folder }
}

/// What the paper folder lacks, to be printed: the name of each file and its bytes.
///
/// # Errors
/// Those of opening the case and its documents.
pub fn to_print(desk: &Desk, unit: &Unit) -> Result<Vec<(String, Zeroizing<Vec<u8>>)>> {
    let hand = CaseInHand::take(desk, unit)?;
    let copies = paper_of(&hand).copies;
    let lacking = copies.iter().filter(|copy| copy.lacks_paper());
    lacking.map(|copy| Ok((file_name(&copy.card), hand.open.document(&copy.card.d)?.1))).collect()
}

/// Says that documents lie in the paper folder now: those whose ids begin so, or all that it lacked.
///
/// # Errors
/// `paper.nothing` (input) where it lacks none of them; no such document; those of filing.
pub fn mark_printed(desk: &Desk, unit: &Unit, which: &[String]) -> Result<Receipt> {
    let hand = CaseInHand::take(desk, unit)?;
    let mut copies = paper_of(&hand).copies;
    copies.retain(SoftCopy::lacks_paper);
    if !which.iter().any(|word| word == "all") {
        let ids = which.iter().map(|digits| document_of(desk, unit, digits)).collect::<Result<Vec<_>>>()?;
        copies.retain(|copy| ids.contains(&copy.card.d));
    }
    if copies.is_empty() {
        let problem = Problem::error("paper.nothing", "the paper folder lacks none of these")
            .hint(format!("see what it lacks: casefile paper {unit}"));
        return Err(Error::new(Class::Input, problem));
    }
    let ids = copies.iter().map(|copy| copy.card.d).collect();
    let list = list(desk, &hand, &copies);
    desk.archive.file_paper(desk.identity, unit, &[list], &PaperMark::Printed(ids), &desk.clock)
}

/// The list itself, as plain text.
fn list(desk: &Desk, hand: &CaseInHand, copies: &[SoftCopy]) -> NewDocument {
    let today = desk.clock.today();
    let mut text = format!("Put into the paper folder on {today}\n\n");
    for SoftCopy { card, .. } in copies {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}  {}  {}", card.date, card.d.short(), card.title);
    }
    let team = &hand.record.case().team;
    NewDocument {
        lang: Some("en".to_owned()),
        status: Some(hand.status()),
        manager: Some(team.manager.name.0.clone()),
        supervisor: Some(team.supervisor.name.0.clone()),
        ..NewDocument::new(LIST, "Put into the paper folder", today, "text/plain", text)
    }
}

/// Files scans of a signed paper, tied to the document that was printed and signed. Nothing is replaced by
/// it: document and scan stand beside each other. Any active person may.
///
/// # Errors
/// `paper.other-case` (input) where the document is one of another folder, `paper.nobody` where nobody is
/// named, `paper.future` for a day to come; those of attaching.
pub fn attach_signed(
    desk: &Desk,
    unit: &Unit,
    filing: &Filing,
    digits: &str,
    by: &str,
    on: NaiveDate,
) -> Result<Receipt> {
    let d = document_of(desk, unit, digits)?;
    let refused = |code, message: &str| Err(Error::new(Class::Input, Problem::error(code, message)));
    if by.trim().is_empty() {
        return refused("paper.nobody", "nobody is named who signed");
    }
    if on > desk.clock.today() {
        return refused("paper.future", "the day on which it was signed is still to come");
    }
    let filing = Filing { date: filing.date.or(Some(on)), ..*filing };
    let documents =
        if unit.is_office() { attached(desk, &filing, None)? } else { of_case(desk, unit, &filing)? };
    let mark = PaperMark::Signed(Signs { d, by: by.trim().to_owned(), on });
    desk.archive.file_paper(desk.identity, unit, &documents, &mark, &desk.clock)
}

fn document_of(desk: &Desk, unit: &Unit, digits: &str) -> Result<DocId> {
    let (of, id) = find_document(desk.archive, digits)?;
    if of == *unit {
        return Ok(id);
    }
    let message = format!("document {} is one of {of}, not of {unit}", id.short());
    Err(Error::new(Class::Input, Problem::error("paper.other-case", message)))
}
