//! Tests: bytes.
