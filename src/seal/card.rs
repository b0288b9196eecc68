//! The card of a document: everything about it that must not stand in clear.

use super::error::SealError;
use crate::error::{Class, Error, Problem, Result};
use crate::names::{Digest, Status};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

/// The most bytes of a card before sealing.
pub const CARD_LIMIT_BYTES: u64 = 64 * 1024;

/// The random id of one document version: 16 bytes, 32 small hex digits.
///
/// The document and its card share it; it survives re-sealing, which changes every hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocId([u8; 16]);

impl DocId {
    /// A new random id.
    ///
    /// # Errors
    /// `seal.system` (unexpected) where the system gives no random numbers.
    pub fn random() -> Result<Self> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| SealError::System)?;
        Ok(Self(bytes))
    }

    /// An id of these bytes, for tests that need the same one twice.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The first eight digits, enough to tell the documents of a case apart.
    pub fn short(&self) -> String {
        let mut text = self.to_string();
        text.truncate(8);
        text
    }

    /// The 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for DocId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for DocId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for DocId {
    type Err = Error;

    /// Reads 32 small hex digits.
    ///
    /// # Errors
    /// `name.document` (input).
    fn from_str(text: &str) -> Result<Self> {
        let digits = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let value = u128::from_str_radix(text, 16).ok().filter(|_| digits && text.len() == 32);
        let problem = || Problem::error("name.document", "not a document id of 32 small hex digits");
        Ok(Self(value.ok_or_else(|| Error::new(Class::Input, problem()))?.to_be_bytes()))
    }
}

impl Serialize for DocId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DocId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|_| serde::de::Error::custom("not a document id"))
    }
}

/// Where a document came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Made by this program from a record.
    Rendered,
    /// Brought from elsewhere: a scan, a photograph, a letter.
    Attached,
    /// A version of the record itself.
    Record,
}

/// Whose copy a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Copy {
    /// For the agency.
    Staff,
    /// For the client: only what is marked for them.
    Client,
}

/// Says that a card is a card of the first format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum CardVersion {
    /// `card/1`
    #[default]
    #[serde(rename = "card/1")]
    One,
}

/// What is known about one document version, sealed beside it. Titles, dates, names and plaintext
/// hashes stand here and nowhere else.
///
/// Readers pass over fields they do not know, so that later versions may add some.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Always `card/1`.
    pub casefile: CardVersion,
    /// The archive's id.
    pub archive: Digest,
    /// The folder's id, the hash of its first entry; `None` in cards that this first entry adds.
    pub folder: Option<Digest>,
    /// The id of this document version.
    pub d: DocId,
    /// The id of the first version of this document; its own where it is the first.
    pub series: DocId,
    /// The versions that this one replaces.
    pub supersedes: Vec<DocId>,
    /// Hash of the sealed document.
    pub doc: Digest,
    /// Hash of the document before sealing.
    pub plain: Digest,
    /// Bytes of the document before sealing.
    pub size: u64,
    /// Media type, such as `application/pdf`.
    pub media: String,
    /// What a list shows.
    pub title: String,
    /// The kind, such as `progress-report`; `record` for a version of the record.
    pub kind: String,
    /// The document's own date.
    pub date: NaiveDate,
    /// First and last day of the time that it is about.
    pub period: Option<(NaiveDate, NaiveDate)>,
    /// Language of the document (BCP 47).
    pub lang: Option<String>,
    /// Whose copy.
    pub copy: Copy,
    /// The status in its header; none in a folder about the work.
    pub status: Option<Status>,
    /// The case manager in its header.
    pub manager: Option<String>,
    /// The case supervisor in its header.
    pub supervisor: Option<String>,
    /// Whether its kind is confidential.
    pub confidential: bool,
    /// Hash of the template that made it.
    pub template: Option<Digest>,
    /// Where it came from.
    pub source: Source,
    /// Of a scan: the document whose signed paper it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signs: Option<Signs>,
    /// The documents that lie in the paper folder since this was filed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub printed: Vec<DocId>,
}

/// What a signed paper is a print of, who signed it, and when.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signs {
    /// The document that was printed and signed.
    pub d: DocId,
    /// Who signed, in words.
    pub by: String,
    /// The day on which they signed.
    pub on: NaiveDate,
}

/// What a document says about the paper folder.
#[derive(Clone, PartialEq, Eq)]
pub enum PaperMark {
    /// It is a scan of a signed paper.
    Signed(Signs),
    /// With it these documents are in the paper folder.
    Printed(Vec<DocId>),
}

impl PaperMark {
    /// The documents it speaks of.
    pub fn documents(&self) -> &[DocId] {
        match self {
            Self::Signed(signs) => std::slice::from_ref(&signs.d),
            Self::Printed(documents) => documents,
        }
    }
}

/// The documents that others of these replace.
pub fn replaced<'a>(cards: impl IntoIterator<Item = &'a Card>) -> HashSet<DocId> {
    cards.into_iter().flat_map(|card| &card.supersedes).copied().collect()
}

impl Card {
    /// The bytes to seal: one line of JSON with its line end.
    ///
    /// # Errors
    /// `seal.too-large` (input) beyond [`CARD_LIMIT_BYTES`].
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        write_json(self, "the card")
    }

    /// Reads an opened card.
    ///
    /// # Errors
    /// `seal.malformed` (input) where it is no card of this format.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        parse_json(bytes, "a card")
    }
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Card({})", self.d)
    }
}

/// One line of JSON with its line end, bounded.
pub(super) fn write_json<T: Serialize>(value: &T, what: &'static str) -> Result<Vec<u8>> {
    let mut bytes =
        serde_json::to_vec(value).map_err(|_| SealError::malformed(what, "it cannot be written"))?;
    bytes.push(b'\n');
    if bytes.len() as u64 > CARD_LIMIT_BYTES {
        return Err(SealError::TooLarge { what, most: CARD_LIMIT_BYTES }.into());
    }
    Ok(bytes)
}

/// Reads JSON without letting the parser's message, which quotes content, get out.
pub(super) fn parse_json<T: for<'a> Deserialize<'a>>(bytes: &[u8], expected: &'static str) -> Result<T> {
    if bytes.len() as u64 > CARD_LIMIT_BYTES {
        return Err(SealError::TooLarge { what: expected, most: CARD_LIMIT_BYTES }.into());
    }
    let parsed = serde_json::from_slice(bytes);
    Ok(parsed
        .map_err(|_| SealError::malformed(expected, "a field is missing, doubled or of another kind"))?)
}
