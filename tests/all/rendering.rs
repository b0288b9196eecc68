//! Tests: rendering.
