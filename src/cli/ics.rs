//! A calendar file (RFC 5545) of what is due: case numbers and rules, no name and no word of a record.

use casefile::calendar::Item;
use casefile::names::Digest;
use chrono::{DateTime, Days, Utc};
use std::fmt::Write;

/// The most octets of a line before it is folded (RFC 5545 §3.1).
const LINE_OCTETS: usize = 75;

/// The calendar of these items. Each event keeps its id from run to run, so that a subscriber sees one event
/// change and not a second one appear.
pub fn calendar(items: &[Item], archive: &Digest, now: DateTime<Utc>) -> String {
    let mut text = String::new();
    let mut line = |content: &str| folded(&mut text, content);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//casefile//due//EN");
    line("METHOD:PUBLISH");
    for item in items {
        let unit = item.unit.as_ref().map(ToString::to_string).unwrap_or_default();
        let rule = item.rule.as_deref().unwrap_or(&item.source);
        let detail = Digest::of(item.detail.as_deref().unwrap_or_default().as_bytes());
        let who = item.who.first().map(ToString::to_string).unwrap_or_default();
        let id = Digest::of(
            format!("{archive} {unit} {rule} {} {} {who} {detail}", item.what, item.on).as_bytes(),
        );
        let next = item.on.checked_add_days(Days::new(1)).unwrap_or(item.on);
        line("BEGIN:VEVENT");
        line(&format!("UID:{}@casefile", id.short(32)));
        line(&format!("DTSTAMP:{}", now.format("%Y%m%dT%H%M%SZ")));
        line(&format!("DTSTART;VALUE=DATE:{}", item.on.format("%Y%m%d")));
        line(&format!("DTEND;VALUE=DATE:{}", next.format("%Y%m%d")));
        line(&format!("SUMMARY:{}", escaped(format!("{unit} {}", item.what).trim())));
        line(&format!("DESCRIPTION:{}", escaped(&format!("{rule} ({})", item.source))));
        line("TRANSP:TRANSPARENT");
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    text
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out
}

/// Writes one content line, folded at character boundaries.
fn folded(text: &mut String, content: &str) {
    let mut room = LINE_OCTETS;
    for c in content.chars() {
        if c.len_utf8() > room {
            text.push_str("\r\n ");
            room = LINE_OCTETS - 1;
        }
        room -= c.len_utf8();
        text.push(c);
    }
    let _ = write!(text, "\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_at_75_octets_and_unfold_to_what_they_were() {
        let mut text = String::new();
        let content = format!("SUMMARY:{}", "ü".repeat(120));
        folded(&mut text, &content);
        assert!(text.split("\r\n").all(|line| line.len() <= LINE_OCTETS), "{text}");
        assert_eq!(text.replace("\r\n ", "").trim_end(), content);
    }

    #[test]
    fn commas_and_semicolons_are_escaped() {
        assert_eq!(escaped("a, b; c\\"), "a\\, b\\; c\\\\");
    }
}
