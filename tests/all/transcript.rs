//! Tests: transcript.
