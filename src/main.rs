//! casefile
fn main() {}
