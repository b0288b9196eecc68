//! `casefile` makes the documents of case management from structured case records and keeps them in an
//! encrypted, signed archive.
//!
//! A case is written down once, in its [`record`]. A kind ([`document`]) says how to make one sort of
//! document from a record, a [`programme`] says which rules hold, [`mod@render`] makes the PDF. The
//! [`archive`] keeps records and documents sealed, one folder per case under its status, with a signed
//! history. The [`calendar`] says what is due. The two halves meet only in [`workflow`].

pub mod archive;
pub mod calendar;
pub mod clock;
mod cores;
pub mod document;
pub mod error;
pub mod figures;
pub mod fs;
pub mod log;
pub mod names;
pub mod pack;
mod percent;
pub mod programme;
pub mod record;
#[cfg(feature = "render")]
pub mod render;
pub mod seal;
#[cfg(test)]
mod sown;
pub mod store;
#[cfg(feature = "render")]
pub mod workflow;
