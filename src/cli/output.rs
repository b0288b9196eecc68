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
    print(format!("{}\n", shown(text)).as_bytes())
}

/// Writes JSON to standard output.
pub fn json(value: &serde_json::Value) -> Result<()> {
    print(format!("{value:#}\n").as_bytes())
}

/// Text without what a terminal would obey: a title comes from whoever filed it. Signs that steer a terminal
/// or turn the order of what follows are shown as �.
pub fn shown(text: &str) -> String {
    let obeyed = |c: char| {
        let steers = c.is_control() && !matches!(c, '\n' | '\t');
        steers || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
    };
    text.chars().map(|c| if obeyed(c) { '\u{fffd}' } else { c }).collect()
}

/// Says something to the person at the terminal, unless `--quiet`.
pub fn say(context: &Context, text: &str) {
    if !context.quiet {
        eprintln!("{}", shown(text));
    }
}

/// A table of aligned columns; the first row is its head.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        // A line end in a cell would be another row.
        let one = |cell: &String| cell.replace(['\n', '\t'], "\u{fffd}");
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{:width$}", one(cell)));
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
