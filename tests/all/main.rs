//! The integration tests: one binary, because each further one would link Typst again.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod agency;
mod archive;
mod bytes;
mod commands;
mod concurrency;
mod corpus;
mod crash;
mod docs;
mod documents;
mod examples;
mod frozen;
mod hostile;
mod independent_reader;
mod interop;
mod keys;
mod keys_program;
mod kinds;
mod log;
mod merge;
mod operations;
mod programmes;
mod records;
mod register;
mod rendering;
mod support;
mod tamper;
mod transcript;
