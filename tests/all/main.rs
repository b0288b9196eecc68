//! The integration tests: one binary, because each further one would link Typst again.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

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
mod register;
mod rendering;
mod support;
mod transcript;
