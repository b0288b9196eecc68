//! Cards and reasons for objects that are sealed anew: the same words, bound to the new object.

use super::card::{Card, parse_json, write_json};
use super::reason::Reason;
use crate::error::Result;
use crate::names::Digest;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

/// The bytes of a card whose document was sealed anew as `doc`. Everything else stands as it was, fields
/// of later versions too.
///
/// # Errors
/// `seal.malformed` (input) where it is no card of this format.
pub fn card(bytes: &[u8], doc: &Digest, folder: &Digest) -> Result<Zeroizing<Vec<u8>>> {
    Card::parse(bytes)?;
    with(bytes, "the card", [("doc", doc), ("folder", folder)])
}

/// The bytes of a reason in an entry that is not the folder's first; its words stand as they were.
///
/// # Errors
/// `seal.malformed` (input) where it is no reason of this format.
pub fn reason(bytes: &[u8], folder: &Digest) -> Result<Zeroizing<Vec<u8>>> {
    Reason::parse(bytes)?;
    with(bytes, "the reason", [("folder", folder)])
}

fn with<const N: usize>(
    bytes: &[u8],
    what: &'static str,
    fields: [(&str, &Digest); N],
) -> Result<Zeroizing<Vec<u8>>> {
    let mut object: Map<String, Value> = parse_json(bytes, what)?;
    for (field, value) in fields {
        object.insert(field.to_owned(), Value::String(value.to_string()));
    }
    write_json(&object, what).map(Zeroizing::new)
}
