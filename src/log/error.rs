//! Why a file is no note, and why a note has no effect.

use super::name::NoteName;
use thiserror::Error;

/// Why a file is foreign: it is not in the one valid byte form, so it is never read, only reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Foreign {
    /// More than [`super::note::LIMIT_BYTES`].
    #[error("it is larger than a note may be")]
    TooLarge,
    /// Not one line of JSON, an empty line and signature lines.
    #[error("it is not one line of JSON, an empty line and one line for each signature")]
    Layout,
    /// JSON that is not strict, or a control character.
    #[error("its JSON has a duplicate key, a number that is no integer, a control character or a mistake")]
    Json,
    /// A field that is missing or not what it should be.
    #[error("a field is missing or malformed")]
    Shape,
    /// It belongs to another archive.
    #[error("it belongs to another archive")]
    Archive,
    /// Signature lines that are not exactly the announced ones in their one spelling.
    #[error("its signature lines are not exactly those of its signers")]
    Signatures,
    /// The number in its file name is not its own.
    #[error("its file name carries another number than it does")]
    Name,
}

/// Why a well-formed note is invalid: it is ignored, and so is everything that names it as a parent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// A parent is invalid.
    #[error("it builds on the invalid {0}")]
    Parent(NoteName),
    /// The sequence number is not one more than the largest of its parents.
    #[error("its number is not one more than its parents'")]
    Seq,
    /// A first entry with parents, a later one without, or parents of another folder.
    #[error("its place in the history is not possible")]
    Place,
    /// It cites staff notes older than a parent did, or invalid ones.
    #[error("the staff it cites is not the staff its parents cite or a later one")]
    Staff,
    /// A signature does not verify, or its signer was nobody then.
    #[error("the signature of {0} does not hold")]
    Signature(String),
    /// The signer may not do this.
    #[error("its signer may not do this ({0})")]
    Authority(&'static str),
    /// The state it repeats is not what its parents and its own change give.
    #[error("the state it repeats is not the state of its parents with its own change ({0})")]
    State(&'static str),
    /// The proof of possession does not hold.
    #[error("the proof that the person holds these keys does not hold")]
    Proof,
}
