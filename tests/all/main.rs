//! The integration tests: one binary, because each further one would link Typst again.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "the archive's own names have one spelling"
)]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::double_ended_iterator_last,
    clippy::duration_suboptimal_units,
    clippy::naive_bytecount,
    clippy::needless_pass_by_value,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test tells a story; these are about code that others build on"
)]

mod agency;
mod archive;
mod attacks;
mod blank_forms;
mod bytes;
mod calendar;
mod client_copy;
mod commands;
mod concurrency;
mod copies;
mod corpus;
mod crash;
mod disposal;
mod docs;
mod documents;
mod escrow;
mod every_kind;
mod examples;
mod figures;
mod forms;
mod frozen;
mod give;
mod golden;
mod habits;
mod handover;
mod handover_office;
mod hostile;
mod independent_reader;
mod interop;
mod keys;
mod keys_program;
mod kinds;
mod late;
mod log;
mod merge;
mod office;
mod office_program;
mod operations;
mod outside;
mod paper;
mod programmes;
mod random_record;
mod records;
mod register;
mod rendering;
mod restore;
mod resume;
mod root_keys;
mod snapshots;
mod staff;
mod support;
mod tamper;
mod transcript;
mod work_program;
mod year;
