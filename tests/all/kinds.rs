//! Tests: kinds.
