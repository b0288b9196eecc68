//! TOML files of templates: read whole, errors with file, line and column.

use crate::error::{Class, Error, Place, Problem, Result};
use serde::de::DeserializeOwned;

/// Parses `bytes` of the file shown as `path`.
///
/// # Errors
/// `code` (input) with file, line and column.
pub(super) fn parse<T: DeserializeOwned>(code: &'static str, path: &str, bytes: &[u8]) -> Result<T> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        problem(code, path, "it is not UTF-8 text", &String::from_utf8_lossy(before))
    })?;
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start.min(text.len()));
        problem(code, path, error.message(), text.get(..start).unwrap_or_default())
    })
}

/// An error just after the text `before`.
fn problem(code: &'static str, path: &str, message: &str, before: &str) -> Error {
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let place = Place {
        file: Some(path.into()),
        line: u32::try_from(line).ok(),
        column: u32::try_from(column).ok(),
        field: None,
    };
    Error::new(Class::Input, Problem::error(code, message.replace('\n', ", ")).at(place))
}
