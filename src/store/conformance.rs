//! The contract of a store as checks that every backend passes.
