//! Rendering: a [`Document`](crate::document::Document) becomes a [`Pdf`], through embedded Typst.
//!
//! Here live the fonts, the in-memory world that templates see, the checks before and after layout
//! (characters, photographs, the header contract) and the worker process that contains an agency's own
//! templates. Nothing here reads the clock, the environment or a network; nothing but the fonts given and
//! the photographs named is read from disk.
//!
//! Invariant: a [`Pdf`] has passed every check, and the same [`Job`] gives the same bytes.

mod batch;
mod contract;
mod diagnostics;
mod engine;
mod fonts;
mod frames;
mod glyphs;
mod images;
mod job;
mod pdf;
mod reading;
mod scripts;
mod template;
mod threads;
mod wire;
pub mod worker;
mod world;

pub use batch::{Batch, batch};
pub use contract::Band;
pub use engine::{Engine, EngineOptions};
pub use images::FILE_LIMIT_BYTES;
pub use job::{Fact, Job, Photograph};
pub use pdf::Pdf;

/// The most pages a document may have.
pub const PAGE_LIMIT: usize = 500;
