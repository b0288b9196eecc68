//! What the tests share.

use casefile::archive::NewDocument;
use casefile::names::Status;
use std::process::Command;

/// Whether the tests run at full size (`CASEFILE_TESTS=full`).
#[allow(dead_code)]
pub fn full() -> bool {
    std::env::var_os("CASEFILE_TESTS").is_some_and(|size| size == "full")
}

/// A letter to be filed, of 1 December 2016: what a test does not care about is said here.
#[allow(dead_code)]
pub fn letter(bytes: &[u8]) -> NewDocument {
    let date = "2016-12-01".parse().unwrap();
    NewDocument {
        lang: Some("en".to_owned()),
        status: Some(Status::Open),
        ..NewDocument::new("letter", "A letter", date, "text/plain", bytes)
    }
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

/// Fails unless the file follows PDF/A-2a and PDF/UA-1.
///
/// The validator reports a wrong stream length wherever compressed data ends in the byte 0x0D; that finding
/// is let pass only where qpdf's reading, that the stream ends at its length, is confirmed here.
#[allow(dead_code)]
pub fn assert_standards(pdf: &[u8]) {
    use page_validation::{ValidationOptions, ValidationProfile, validate_pdf_bytes};
    for profile in [ValidationProfile::PdfA2a, ValidationProfile::PdfUa1] {
        let options = ValidationOptions::default().profile(profile);
        let report = validate_pdf_bytes(pdf, &options).expect("a readable PDF");
        let failures: Vec<_> = report
            .failures
            .iter()
            .filter(|f| !(f.rule_id.contains("6.1.7.1") && stream_lengths_hold(pdf)))
            .map(|f| format!("{}: {}", f.rule_id, f.message))
            .collect();
        assert!(failures.is_empty(), "{profile:?}: {failures:#?}");
    }
}

/// Whether after each stream's `/Length` bytes an end of line and `endstream` follow.
fn stream_lengths_hold(pdf: &[u8]) -> bool {
    let find = |from: usize, wanted: &[u8]| {
        pdf[from..].windows(wanted.len()).position(|window| window == wanted).map(|at| from + at)
    };
    let mut at = 0;
    let mut streams = 0;
    while let Some(start) = find(at, b"\nstream\n") {
        let data = start + b"\nstream\n".len();
        let head = pdf[..start].windows(7).rposition(|window| window == b"/Length");
        let digits = head.map(|head| pdf[head + 7..start].iter().skip_while(|b| **b == b' '));
        let length = digits.map(|d| {
            d.take_while(|b| b.is_ascii_digit()).fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'))
        });
        let Some(end) = length.map(|length| data + length) else { return false };
        let ends = |mark: &[u8]| pdf.get(end..).is_some_and(|rest| rest.starts_with(mark));
        if !ends(b"\nendstream") && !ends(b"\r\nendstream") {
            return false;
        }
        streams += 1;
        at = end;
    }
    streams > 0
}
