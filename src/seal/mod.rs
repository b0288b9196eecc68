//! Keys and sealing: who a person is, what a folder is locked with, and what a sealed object is.
//!
//! Everything secret goes through here and nothing else does: no file is touched, no clock is read.
//! Sealed bytes are ordinary age files (`age-encryption.org/v1`), so that another program opens them;
//! `docs/format.md` states every byte. The invariants: no secret is ever printed (every `Debug` here is
//! redacted), secrets leave memory with their owner, and text forms are read strictly, so that one key
//! has one text.
//!
//! - [`Identity`]: a person's secret half, kept in a passphrase-protected file ([`Passphrase`]).
//! - [`Public`]: the half that others know, with a proof that its owner holds both keys.
//! - [`FolderKeys`]: the generations of a folder's key, kept in an [`envelope`] sealed to its readers.
//! - [`object`]: one sealed document, card or reason; [`Card`], [`Reason`]: what the latter two hold.

pub mod card;
pub mod envelope;
mod error;
pub mod given;
pub mod identity;
mod identity_file;
pub mod keys;
pub mod object;
pub mod parcel;
pub mod passphrase;
pub mod public;
pub mod reason;
pub mod rebind;
mod stream;

pub use card::{Card, DocId, PaperMark, Signs};
pub use envelope::{FolderKeys, Generation};
pub use given::{Given, Ground};
pub use identity::Identity;
pub use keys::{Recipient, Signature, VerifyKey};
pub use object::Sealed;
pub use passphrase::Passphrase;
pub use public::Public;
pub use reason::{Concern, Reason};

#[cfg(test)]
mod tests;
