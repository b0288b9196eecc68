//! The record: a case written down once.
pub mod model;
