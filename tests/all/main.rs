//! The integration tests: one binary, because each further one would link Typst again.

mod agency;
mod archive;
mod bytes;
mod commands;
mod docs;
mod documents;
mod examples;
mod hostile;
mod interop;
mod kinds;
mod log;
mod records;
mod rendering;
mod support;
mod transcript;
