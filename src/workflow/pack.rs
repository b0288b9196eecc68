//! Packs for others: of one or several cases what somebody outside may have, with an index, as one bag.
//!
//! A pack is several gifts at once: the ground of each is checked as [`prepare_gift`] checks it, and each is
//! written down in its own folder before anything leaves.

use super::case::{CaseInHand, RECORD};
use super::find::find_document;
use super::give::{Gift, Release, file_name, prepare_gift};
use super::{Desk, Press};
use crate::archive::Receipt;
use crate::document::{self, Document, Request, holds_unsafe_way};
use crate::error::{Class, Error, Problem, Result};
use crate::names::Unit;
use crate::pack::Bag;
use crate::programme::Programmes;
use crate::record::Record;
use crate::seal::card::{Copy, Source, replaced};
use crate::seal::{Card, DocId, Ground};
use chrono::NaiveDate;
use std::fmt::Write as _;

/// For what a pack is made: it picks which kinds of document go in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackKind {
    /// For those who sit in a case conference.
    Conference,
    /// For a service that the client is referred to.
    Referral,
    /// For a court.
    Court,
    /// For the client's school.
    School,
    /// For the agency that the case is transferred to.
    Transfer,
    /// The client's own copies.
    Client,
}

/// What goes into a pack: the newest document of each of these kinds. A client's pack holds the newest
/// client's copy of every kind instead.
const TABLE: [(PackKind, &[&str]); 6] = [
    (
        PackKind::Conference,
        &[
            "needs-assessment",
            "risk-assessment",
            "care-plan",
            "support-plan",
            "permanency-plan",
            "progress-report",
            "placement-review",
            "professional-report",
            "case-conference",
        ],
    ),
    (PackKind::Referral, &["referral-out", "needs-assessment", "support-plan"]),
    (
        PackKind::Court,
        &[
            "intake-assessment",
            "safety-assessment",
            "risk-assessment",
            "care-plan",
            "permanency-plan",
            "progress-report",
            "monthly-report",
            "placement-record",
            "placement-review",
        ],
    ),
    (
        PackKind::School,
        &["learning-assessment", "learning-plan", "timetable", "fortnightly-report", "term-report"],
    ),
    (
        PackKind::Transfer,
        &[
            AGREEMENT,
            "intake-assessment",
            "needs-assessment",
            "safety-assessment",
            "risk-assessment",
            "care-plan",
            "support-plan",
            "permanency-plan",
            "learning-plan",
            "transition-plan",
            "safety-plan",
            "placement-review",
            "progress-report",
            "monthly-report",
            "closure-report",
        ],
    ),
    (PackKind::Client, &[]),
];

/// Who leads from when: without it filed, no case is transferred (source 004).
const AGREEMENT: &str = "responsibility-agreement";

impl PackKind {
    /// Its word in names and messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Conference => "conference",
            Self::Referral => "referral",
            Self::Court => "court",
            Self::School => "school",
            Self::Transfer => "transfer",
            Self::Client => "client",
        }
    }

    /// The kinds of document of which the newest goes in; none for the client's, which holds every copy made
    /// for the client.
    pub fn kinds(self) -> &'static [&'static str] {
        TABLE.iter().find(|(kind, _)| *kind == self).map_or(&[], |(_, kinds)| kinds)
    }

    /// Whether ways to reach somebody that are not safe may never stand in it.
    fn is_for_safe_ways(self) -> bool {
        matches!(self, Self::Conference | Self::School | Self::Client)
    }

    fn takes(self, card: &Card) -> bool {
        match self {
            Self::Client => card.copy == Copy::Client,
            _ => card.copy == Copy::Staff && self.kinds().contains(&card.kind.as_str()),
        }
    }
}

/// What somebody wants to pack.
pub struct PackFor<'a> {
    /// The cases.
    pub cases: &'a [Unit],
    /// What the pack is for; picked by hand alone where not said.
    pub kind: Option<PackKind>,
    /// Documents picked by hand, by the first digits of their ids.
    pub documents: &'a [String],
    /// To whom: words, or an id of the record's people.
    pub to: &'a str,
    /// On which ground.
    pub ground: Ground,
    /// What for.
    pub purpose: &'a str,
    /// The order, the agreement, the concern; of a consent the day on which it was given.
    pub reference: Option<&'a str>,
    /// Whether it is printed: every document is laid out anew, with the line that says whose copy it is.
    pub printed: bool,
}

/// A pack that may leave: everything is checked and nothing written yet.
pub struct Outgoing {
    /// What will be written down, case by case.
    pub gifts: Vec<Gift>,
    /// The files, with their index.
    pub bag: Bag,
    /// What the giver should look at.
    pub warnings: Vec<Problem>,
}

/// Puts a pack together.
///
/// # Errors
/// Those of [`prepare_gift`]; `pack.nothing` (input) where a case holds nothing for it, `pack.other-case` a
/// document of none of the cases, `pack.no-agreement` a transfer that nobody has agreed on, `pack.unsafe-way`
/// a document that says how to reach somebody in a way that is not safe, in a pack for a conference, a school
/// or the client; `pack.not-printed` a scan to be printed.
pub fn prepare_pack(desk: &Desk, press: &Press, asked: &PackFor) -> Result<Outgoing> {
    let today = desk.clock.today();
    let copier = Copier { press, programmes: desk.programmes };
    let mut bag = Bag::new(&name(asked, today), today)?;
    let mut index = String::new();
    let (mut gifts, mut warnings) = (Vec::new(), Vec::new());
    for unit in asked.cases {
        let hand = CaseInHand::take(desk, unit)?;
        let gift = gift(desk, asked, &hand)?;
        if index.is_empty() {
            index = format!("Copies for {}, {today}\n", gift.given.to);
        }
        for (card, bytes) in &gift.documents {
            let path = format!("{unit}/{}", file_name(card));
            let safe = asked.kind.is_none_or(PackKind::is_for_safe_ways);
            warnings.extend(if safe { copier.check_ways(&hand, card)? } else { None });
            let bytes = if asked.printed {
                copier.printed(&hand, card, (gift.given.to.clone(), today))?
            } else {
                bytes.to_vec()
            };
            // Writing to a String cannot fail.
            let _ = writeln!(index, "\n{path}\n    {}, {}", card.title, card.date);
            bag.add(&path, bytes)?;
        }
        gifts.push(gift);
    }
    bag.add("index.txt", index.into_bytes())?;
    Ok(Outgoing { gifts, bag, warnings })
}

impl Outgoing {
    /// Writes each gift down in its folder, and tells `each`.
    ///
    /// # Errors
    /// Those of [`Gift::write_down`], with `pack.half-given`: the folders whose histories say by now that something
    /// was given, though nothing left. Where a write failed and stands all the same, its folder is among them.
    pub fn write_down(&self, desk: &Desk, mut each: impl FnMut(&Gift, &Receipt)) -> Result<()> {
        for (at, gift) in self.gifts.iter().enumerate() {
            let before = gift.times_written(desk);
            match gift.write_down(desk) {
                Ok(receipt) => each(gift, &receipt),
                Err(error) => {
                    let stands = match (before, gift.times_written(desk)) {
                        (Ok(before), Ok(after)) => Some(after > before),
                        _ => None,
                    };
                    let done = at + usize::from(stands == Some(true));
                    let unsure = stands.is_none().then_some(&gift.unit);
                    return Err(half(&error, self.gifts.get(..done).unwrap_or_default(), unsure));
                }
            }
        }
        Ok(())
    }

    /// The error of a pack that was written down and did not leave.
    pub fn stayed(&self, error: &Error) -> Error {
        half(error, &self.gifts, None)
    }
}

/// The error of a pack that did not leave, with the folders whose histories say by now that it did.
fn half(error: &Error, given: &[Gift], unsure: Option<&Unit>) -> Error {
    let mut problems = error.problems().to_vec();
    let written = (!given.is_empty()).then(|| {
        let units: Vec<&str> = given.iter().map(|gift| gift.unit.as_str()).collect();
        format!("written down as given in {}", units.join(", "))
    });
    let unsure =
        unsure.map(|unit| format!("perhaps written down as given in {unit}, which cannot be read now"));
    let said: Vec<String> = written.into_iter().chain(unsure).collect();
    if !said.is_empty() {
        let message = format!("nothing left, yet it is {}", said.join(", and "));
        let hint = "once what stood in the way is settled run the same command again: the later gift is the one \
                    that left";
        problems.push(Problem::error("pack.half-given", message).hint(hint));
    }
    Error::all(error.class(), problems).unwrap_or_else(|| error.clone())
}

fn name(asked: &PackFor, today: NaiveDate) -> String {
    let what = asked.kind.map_or("copies", PackKind::word);
    match asked.cases {
        [unit] => format!("{unit}-{what}-{today}"),
        _ => format!("{what}-{today}"),
    }
}

/// The gift of one case: what its table picks and what is picked by hand.
fn gift(desk: &Desk, asked: &PackFor, hand: &CaseInHand) -> Result<Gift> {
    let unit = hand.open.case().unit();
    let mut documents: Vec<String> = asked.kind.map(|kind| picked(hand, kind)).unwrap_or_default();
    for digits in asked.documents {
        let (of, id) = find_document(desk.archive, digits)?;
        if !asked.cases.contains(&of) {
            let message = format!("document {} is one of {of}, which is not packed", id.short());
            return Err(refused("pack.other-case", message, "name its case too"));
        }
        let id = id.to_string();
        if of == *unit && !documents.contains(&id) {
            documents.push(id);
        }
    }
    if documents.is_empty() {
        return Err(nothing(unit, asked.kind));
    }
    if asked.kind == Some(PackKind::Transfer) && !hand.cards.iter().any(|card| card.kind == AGREEMENT) {
        let message = format!("{unit} holds no agreement on who leads the case from when");
        let hint = format!("write `responsibility:` into the record, then: casefile file {AGREEMENT} {unit}");
        return Err(refused("pack.no-agreement", message, &hint));
    }
    let (to, purpose) = (asked.to, asked.purpose);
    let release =
        Release { documents: &documents, to, ground: asked.ground, purpose, reference: asked.reference };
    let mut gift = prepare_gift(desk, &release)?;
    gift.given.transfer = asked.kind == Some(PackKind::Transfer);
    Ok(gift)
}

/// The newest document of each kind of the table, none of them replaced.
fn picked(hand: &CaseInHand, kind: PackKind) -> Vec<String> {
    let replaced = replaced(&hand.cards);
    let mut newest: Vec<&Card> = Vec::new();
    for card in hand.cards.iter().filter(|card| kind.takes(card) && !replaced.contains(&card.d)) {
        match newest.iter_mut().find(|other| other.kind == card.kind) {
            Some(other) if other.date <= card.date => *other = card,
            Some(_) => {}
            None => newest.push(card),
        }
    }
    newest.iter().map(|card| card.d.to_string()).collect()
}

fn nothing(unit: &Unit, kind: Option<PackKind>) -> Error {
    let hint = match kind {
        Some(PackKind::Client) => {
            format!("file a copy for the client first: casefile file KIND {unit} --copy client")
        }
        Some(kind) => {
            format!("it takes {}; file one, or pick by hand: --document ID", kind.kinds().join(", "))
        }
        None => "say --kind, or pick by hand: --document ID".to_owned(),
    };
    let what = kind.map_or("picked", PackKind::word);
    refused("pack.nothing", format!("{unit} holds nothing for this pack ({what})"), &hint)
}

/// Lays filed documents out once more.
struct Copier<'a> {
    press: &'a Press,
    programmes: &'a Programmes,
}

impl Copier<'_> {
    /// Refuses a document that holds a way to reach somebody that is not safe; a warning where nobody but the
    /// giver can look.
    fn check_ways(&self, hand: &CaseInHand, card: &Card) -> Result<Option<Problem>> {
        if card.source != Source::Rendered {
            return Ok(Some(unread(card)));
        }
        let (record, document) = self.again(hand, card, None)?;
        let Some(text) = self.press.engine.text(&document)? else { return Ok(Some(unread(card))) };
        if !holds_unsafe_way(record.case(), &text) && !holds_unsafe_way(hand.record.case(), &text) {
            return Ok(None);
        }
        let message =
            format!("{} {} holds a way to reach somebody that is not safe", card.kind, card.d.short());
        let hint = "it never leaves in a pack for a conference, a school or the client: file it anew without that way, or with --copy client";
        Err(refused("pack.unsafe-way", message, hint))
    }

    /// A document laid out once more, with the line that says whose copy it is.
    fn printed(&self, hand: &CaseInHand, card: &Card, copy_for: (String, NaiveDate)) -> Result<Vec<u8>> {
        if card.source != Source::Rendered {
            let message = format!(
                "{} {} was brought from elsewhere and cannot carry the line",
                card.kind,
                card.d.short()
            );
            let hint =
                "copy it by hand and write on it whose copy it is (casefile give), or seal the pack: --to";
            return Err(refused("pack.not-printed", message, hint));
        }
        let (_, document) = self.again(hand, card, Some(copy_for))?;
        Ok(self.press.engine.render(&document)?.into_bytes())
    }

    /// The document of a card, composed once more from the record it was made of.
    fn again(
        &self,
        hand: &CaseInHand,
        card: &Card,
        copy_for: Option<(String, NaiveDate)>,
    ) -> Result<(Record, Document)> {
        let record = self.record_of(hand, card)?;
        let kind = self.press.kinds.get(&card.kind)?;
        let request = Request {
            period: card.period,
            date: Some(card.date),
            lang: card.lang.clone(),
            statuses: Some(hand.statuses()),
            reference: Some(hand.open.case().reference()),
            copy_for,
            copy: match card.copy {
                Copy::Staff => document::Copy::Staff,
                Copy::Client => document::Copy::Client,
            },
            // It is filed like this: what was let pass then is not asked again.
            partial: true,
            unreviewed: true,
            photographs: hand.photographs(kind.attachments().is_some())?,
            ..Request::on(card.date)
        };
        let document = document::compose(&record, &kind, &request)?;
        Ok((record, document))
    }

    /// The record as it stood when a document was filed.
    fn record_of(&self, hand: &CaseInHand, card: &Card) -> Result<Record> {
        let place = hand.cards.iter().position(|other| other.d == card.d).unwrap_or(hand.cards.len());
        let (before, after) = hand.cards.split_at(place);
        let of =
            |cards: &[Card]| cards.iter().filter(|card| card.kind == RECORD).map(|card| card.d).collect();
        let (before, after): (Vec<DocId>, Vec<DocId>) = (of(before), of(after));
        let Some(id) = before.last().or(after.first()) else { return Ok(hand.record.clone()) };
        let (_, bytes) = hand.open.document(id)?;
        Ok(Record::parse(&bytes, None, self.programmes)?.record)
    }
}

fn unread(card: &Card) -> Problem {
    let message = format!("nobody has looked whether {} {} names an unsafe way", card.kind, card.d.short());
    Problem::warning("pack.unread", message).hint("open it and read it before it leaves")
}

fn refused(code: &'static str, message: String, hint: &str) -> Error {
    Error::new(Class::Input, Problem::error(code, message).hint(hint))
}
