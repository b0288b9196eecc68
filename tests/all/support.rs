//! What the tests share.

use std::process::Command;

/// Whether the tests run at full size (`CASEFILE_TESTS=full`).
#[allow(dead_code)]
pub fn full() -> bool {
    std::env::var_os("CASEFILE_TESTS").is_some_and(|size| size == "full")
}

/// The name of a program if it is installed. Where it is not, the reason for skipping is printed;
/// with `CI=true` a missing program is a failure.
#[allow(dead_code)]
pub fn program(name: &'static str) -> Option<&'static str> {
    let found = Command::new("sh").args(["-c", &format!("command -v {name}")]).output();
    if found.is_ok_and(|output| output.status.success()) {
        return Some(name);
    }
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{name} is not installed");
    eprintln!("skipped: {name} is not installed");
    None
}
