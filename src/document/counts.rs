//! The counts of a document about the work as comma-separated values (RFC 4180), for whoever collects them.

use super::Document;
use crate::error::{Class, Error, Problem, Result};
use serde_json::Value;
use std::fmt::Write as _;

/// The path of what a kind counts; a kind with it in its list has a table of counts.
const COUNTED: &str = "figures[].counts[].what";

/// The counts that a document shows, as comma-separated values: first and last day of the figures, what is
/// counted, its group and how many. As on paper, one to four reads `<5` (source 003: no names; small groups
/// point to people). A text that a spreadsheet would take for a formula has an apostrophe before it.
///
/// # Errors
/// `document.no-counts` (input) for a kind without such a table.
pub fn counts_csv(document: &Document) -> Result<String> {
    let (kind, data) = (document.kind(), document.data());
    if !kind.musts().iter().any(|must| must.path == COUNTED) {
        let message = format!("the kind `{}` has no table of counts", kind.id());
        let problem = Problem::error("document.no-counts", message).hint("`data-return` has one");
        return Err(Error::new(Class::Input, problem));
    }
    let at = data["derived"]["figures_at"].as_u64().and_then(|at| usize::try_from(at).ok()).unwrap_or(0);
    let (figures, shown) = (&data["record"]["figures"][at], &data["derived"]["figures"][at]["counts"]);
    let day = |name: &str| cell(&figures[name]["iso"]);
    let mut text = "from,until,what,group,count\r\n".to_owned();
    for (n, count) in figures["counts"].as_array().into_iter().flatten().enumerate() {
        let row = [day("from"), day("until"), cell(&count["what"]), cell(&count["group"]), cell(&shown[n])];
        // Writing to a String cannot fail.
        let _ = write!(text, "{}\r\n", row.join(","));
    }
    Ok(text)
}

fn cell(value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_cell_is_quoted_where_it_must_be_and_is_never_a_formula() {
        assert_eq!(cell(&json!("under 16")), "under 16");
        assert_eq!(cell(&json!("a, \"b\"")), "\"a, \"\"b\"\"\"");
        assert_eq!(cell(&json!("=SUM(A1)")), "'=SUM(A1)");
        assert_eq!(cell(&json!("\r=SUM(A1)")), "\"'\r=SUM(A1)\"");
        assert_eq!(cell(&Value::Null), "");
    }
}
