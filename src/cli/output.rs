//! What was asked for goes to standard output, what there is to say about it to standard error.

use super::context::Context;
use casefile::error::{Error, Result};
use std::io::Write;
use std::path::Path;

/// Writes to standard output. A reader that went away (`| head`) is no error.
pub fn print(bytes: &[u8]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::io("write it", Path::new("standard output"), &error))
        }
        _ => Ok(()),
    }
}

/// Writes a line to standard output.
pub fn line(text: &str) -> Result<()> {
    print(format!("{text}\n").as_bytes())
}

/// Writes JSON to standard output.
pub fn json(value: &serde_json::Value) -> Result<()> {
    line(&format!("{value:#}"))
}

/// Says something to the person at the terminal, unless `--quiet`.
pub fn say(context: &Context, text: &str) {
    if !context.quiet {
        eprintln!("{text}");
    }
}

/// A table of aligned columns; the first row is its head.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A number of pages in words.
pub fn pages(number: usize) -> String {
    format!("{number} {}", if number == 1 { "page" } else { "pages" })
}

/// A row of a table from words.
pub fn row<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}
