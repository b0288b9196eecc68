//! Tests: archive.
