//! Giving documents to somebody outside: the ground is checked against the record, the gift written down.

use super::Desk;
use super::case::{CaseInHand, RECORD};
use super::find::find_document;
use crate::archive::{GivenEntry, OpenCase, Receipt};
use crate::error::{Class, Error, Problem, Result};
use crate::names::Unit;
use crate::record::model::{CaseRecord, Concern, Consent, ConsentKind, Person};
use crate::seal::card::Copy;
use crate::seal::{Card, Given, Ground};
use chrono::NaiveDate;
use zeroize::Zeroizing;

/// What somebody wants to give.
pub struct Release<'a> {
    /// The documents, by the first digits of their ids.
    pub documents: &'a [String],
    /// To whom: words, or an id of the record's people.
    pub to: &'a str,
    /// On which ground.
    pub ground: Ground,
    /// What for.
    pub purpose: &'a str,
    /// The order, the agreement, the concern; of a consent the day on which it was given.
    pub reference: Option<&'a str>,
}

/// A gift that may be made: everything is checked and nothing written yet.
pub struct Gift {
    /// The folder.
    pub unit: Unit,
    /// What will be written down.
    pub given: Given,
    /// The documents as they were filed.
    pub documents: Vec<(Card, Zeroizing<Vec<u8>>)>,
    /// What the consent covers and leaves out, in its own words: for the giver to compare.
    pub consent: Option<ConsentWords>,
    /// What the giver should look at.
    pub warnings: Vec<Problem>,
}

/// What a consent says.
pub struct ConsentWords {
    /// What may be shared.
    pub what: String,
    /// What may not.
    pub not_shared: Option<String>,
}

/// Something given, with what became of its consent.
pub struct PastGift {
    /// The gift as the history has it.
    pub entry: GivenEntry,
    /// The titles of its documents.
    pub titles: Vec<String>,
    /// Since when the consent it rests on is withdrawn.
    pub withdrawn: Option<NaiveDate>,
}

/// Checks whether documents may be given to somebody, and opens them.
///
/// # Errors
/// *Input*: a recipient who is a person of concern (`give.person-of-concern`), a consent that is missing,
/// expired or withdrawn (`give.no-consent`), no reference, documents of several cases, a withdrawn one or
/// the record itself; *access* without a reader's key.
pub fn prepare_gift(desk: &Desk, release: &Release) -> Result<Gift> {
    let mut found = Vec::new();
    for digits in release.documents {
        found.push(find_document(desk.archive, digits)?);
    }
    let unit = found
        .first()
        .map(|(unit, _)| unit.clone())
        .ok_or_else(|| refused("give.nothing", "no document is named"))?;
    if found.iter().any(|(other, _)| *other != unit) {
        return Err(refused(
            "give.several",
            "these documents lie in several folders: give those of each by themselves",
        ));
    }
    let hand = if unit.is_office() { None } else { Some(CaseInHand::take(desk, &unit)?) };
    let opened = if hand.is_none() { Some(desk.archive.unlock(&unit, desk.identity)?) } else { None };
    let open = hand.as_ref().map(|hand| &hand.open).or(opened.as_ref());
    let open = open.ok_or_else(|| refused("give.nothing", "no document is named"))?;
    let documents = open_documents(open, &found)?;
    let record = hand.as_ref().map(|hand| hand.record.case());
    let person = record.and_then(|record| record.people.iter().find(|person| person.id == release.to.trim()));
    let to = recipient(release.to, person);
    let warned = person.is_some_and(|person| person.concern != Concern::None);
    if warned || record.is_some_and(|record| is_of_concern(record, &to)) {
        let problem = Problem::error(
            "give.person-of-concern",
            "the record marks this recipient as a person of concern or under a no-contact order",
        )
        .hint("such a person can be no recipient, on no ground");
        return Err(Error::new(Class::Input, problem));
    }
    let today = desk.clock.today();
    let consent = match release.ground {
        Ground::Consent => Some(consent(record, release, &to, &documents, today)?),
        _ => None,
    };
    let given = Given {
        documents: found.iter().map(|(_, id)| *id).collect(),
        to,
        purpose: named(release.purpose, "a purpose", "--purpose")?,
        ground: release.ground,
        reference: reference(release)?,
        consent: consent.map(|consent| consent.date),
        date: today,
    };
    let words = |consent: &Consent| ConsentWords {
        what: consent.what.text().to_owned(),
        not_shared: consent.not_shared.as_ref().map(|words| words.text().to_owned()),
    };
    let warnings = warnings(release.ground, &documents);
    Ok(Gift { unit, given, consent: consent.map(words), documents, warnings })
}

impl Gift {
    /// Writes the gift down in the folder's history.
    ///
    /// # Errors
    /// Those of [`Archive::give`](crate::archive::Archive::give).
    pub fn write_down(&self, desk: &Desk) -> Result<Receipt> {
        desk.archive.give(desk.identity, &self.unit, &self.given, &desk.clock)
    }
}

/// Everything given out of a folder, with what became of the consents.
///
/// # Errors
/// No key for it, no such folder.
pub fn past_gifts(desk: &Desk, unit: &Unit) -> Result<Vec<PastGift>> {
    let open = desk.archive.unlock(unit, desk.identity)?;
    let cards = open.cards()?;
    let hand = if unit.is_office() { None } else { Some(CaseInHand::take(desk, unit)?) };
    let title = |card: &Card| card.title.clone();
    let past = |entry: GivenEntry| {
        let titles = cards.iter().filter(|card| entry.given.documents.contains(&card.d)).map(title).collect();
        let consents = hand.iter().flat_map(|hand| &hand.record.case().consents);
        let same = consents.filter(|consent| Some(consent.date) == entry.given.consent);
        let mut named = same.filter(|consent| names(consent, &entry.given.to));
        let withdrawn = named.find_map(|consent| consent.withdrawn);
        PastGift { entry, titles, withdrawn }
    };
    Ok(open.given()?.into_iter().map(past).collect())
}

/// The name a document gets outside: its date, its kind and the first digits of its id; no words of its title.
pub fn file_name(card: &Card) -> String {
    let end = match card.media.as_str() {
        "application/pdf" => "pdf",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "text/plain" => "txt",
        _ => "bin",
    };
    // The kind is a word of whoever filed it, and might be a path.
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let kind: String = card.kind.chars().map(|c| if fits(c) { c } else { '_' }).collect();
    format!("{}-{kind}-{}.{end}", card.date, card.d.short())
}

/// A warning where a new record withdraws a consent on which something was given.
pub(super) fn newly_withdrawn(case: &CaseInHand, new: &CaseRecord) -> Result<Vec<Problem>> {
    let before = &case.record.case().consents;
    let withdrawn = |consents: &[Consent]| -> Vec<NaiveDate> {
        consents.iter().filter(|consent| consent.withdrawn.is_some()).map(|consent| consent.date).collect()
    };
    let (known, now) = (withdrawn(before), withdrawn(&new.consents));
    let fresh: Vec<NaiveDate> = now.into_iter().filter(|day| !known.contains(day)).collect();
    if fresh.is_empty() {
        return Ok(Vec::new());
    }
    let mut days: Vec<NaiveDate> = case
        .open
        .given()?
        .iter()
        .filter_map(|entry| entry.given.consent)
        .filter(|day| fresh.contains(day))
        .collect();
    days.sort_unstable();
    days.dedup();
    let warning = |day: NaiveDate| {
        let message = format!("something was given on the consent of {day}, which is withdrawn now");
        Problem::warning("give.withdrawn", message)
            .hint(format!("see to whom: casefile given {} --consent {day}", case.open.case().unit()))
    };
    Ok(days.into_iter().map(warning).collect())
}

type Found = (Unit, crate::seal::DocId);

fn open_documents(open: &OpenCase, found: &[Found]) -> Result<Vec<(Card, Zeroizing<Vec<u8>>)>> {
    let mut documents = Vec::new();
    for (_, id) in found {
        let (card, bytes) = open.document(id)?;
        if open.case().withdrawn().contains(id) {
            return Err(refused("give.withdrawn", "a document that is withdrawn is not given to anybody"));
        }
        if card.kind == RECORD {
            return Err(refused(
                "give.record",
                "the record itself is given to nobody: make a document from it and give that",
            ));
        }
        documents.push((card, bytes));
    }
    Ok(documents)
}

/// The words in which a recipient is written down: name and agency of a person named by id.
fn recipient(to: &str, person: Option<&Person>) -> String {
    let Some(person) = person else { return to.trim().to_owned() };
    match &person.agency {
        Some(agency) => format!("{}, {}", person.name.0, agency.0),
        None => person.name.0.clone(),
    }
}

/// Whether these words name somebody whom the record warns of: all of the name, or a part of it alone.
fn is_of_concern(record: &CaseRecord, to: &str) -> bool {
    let mut warned = record.people.iter().filter(|person| person.concern != Concern::None);
    warned.any(|person| contains(to, &person.name.0) || contains(&person.name.0, to))
}

/// The consent in force that covers a gift: to share, or of a photograph, to this recipient.
fn consent<'a>(
    record: Option<&'a CaseRecord>,
    release: &Release,
    recipient: &str,
    documents: &[(Card, Zeroizing<Vec<u8>>)],
    today: NaiveDate,
) -> Result<&'a Consent> {
    let day = release.reference.map(|text| text.trim().parse::<NaiveDate>()).transpose().map_err(|_| {
        refused(
            "give.reference",
            "with the ground consent the reference is the day on which it was given, such as 2016-08-11",
        )
    })?;
    let images = documents.iter().all(|(card, _)| card.media.starts_with("image/"));
    let sort =
        |kind: ConsentKind| kind == ConsentKind::Sharing || (images && kind == ConsentKind::Photograph);
    let all = record.map(|record| record.consents.as_slice()).unwrap_or_default();
    let about = |consent: &&Consent| {
        sort(consent.kind) && names(consent, recipient) && day.is_none_or(|day| consent.date == day)
    };
    let candidates: Vec<&Consent> = all.iter().filter(about).collect();
    let holds = |consent: &&&Consent| {
        consent.date <= today
            && consent.until.is_none_or(|until| until >= today)
            && consent.withdrawn.is_none_or(|day| day > today)
    };
    let newest = candidates.iter().filter(holds).max_by_key(|consent| consent.date);
    newest.copied().ok_or_else(|| no_consent(&candidates, today))
}

fn no_consent(candidates: &[&Consent], today: NaiveDate) -> Error {
    let withdrawn = candidates.iter().any(|consent| consent.withdrawn.is_some_and(|day| day <= today));
    let expired = candidates.iter().any(|consent| consent.until.is_some_and(|until| until < today));
    let message = match (withdrawn, expired) {
        (true, _) => "the consent to share with this recipient is withdrawn",
        (false, true) => "the consent to share with this recipient has expired",
        (false, false) => "the record holds no consent to share with this recipient",
    };
    let problem = Problem::error("give.no-consent", message)
        .hint("write a new consent into `consents` (kind sharing, `to`), or name the ground that holds: safety, legal, standing");
    Error::new(Class::Input, problem)
}

/// Whether a consent names this recipient, as a whole or as a part: the agency of a person.
fn names(consent: &Consent, recipient: &str) -> bool {
    consent.to.iter().any(|to| contains(recipient, &to.0))
}

/// Whether the words of `part` stand in `whole`, one after the other.
fn contains(whole: &str, part: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let cut = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        cut.map(str::to_lowercase).collect()
    };
    let (whole, part) = (words(whole), words(part));
    !part.is_empty() && whole.windows(part.len()).any(|window| window == part)
}

/// What the ground rests on, where it is no consent.
fn reference(release: &Release) -> Result<Option<String>> {
    let given = release.reference.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    match release.ground {
        Ground::Consent => Ok(None),
        Ground::Client => Ok(given),
        Ground::Safety => named(given.as_deref().unwrap_or_default(), "the concern", "--reference").map(Some),
        Ground::Legal => {
            named(given.as_deref().unwrap_or_default(), "the duty or order", "--reference").map(Some)
        }
        Ground::Standing => {
            named(given.as_deref().unwrap_or_default(), "the agreement", "--reference").map(Some)
        }
    }
}

fn named(text: &str, what: &str, flag: &str) -> Result<String> {
    if !text.trim().is_empty() {
        return Ok(text.trim().to_owned());
    }
    let problem = Problem::error("give.reference", format!("this gift needs {what}"))
        .hint(format!("say it with {flag}; it is sealed"));
    Err(Error::new(Class::Input, problem))
}

fn warnings(ground: Ground, documents: &[(Card, Zeroizing<Vec<u8>>)]) -> Vec<Problem> {
    let staffs = documents.iter().filter(|(card, _)| ground == Ground::Client && card.copy == Copy::Staff);
    let warning = |_| {
        Problem::warning("give.staff-copy", "this is the staff's copy, with all that the staff may read")
            .hint("read it once more before the client takes it home: it may name others, and ways that are not safe")
    };
    staffs.map(warning).take(1).collect()
}

fn refused(code: &'static str, message: &str) -> Error {
    Error::new(Class::Input, Problem::error(code, message))
}
