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

/// Writes a line to standard error. A reader that went away (`2>&1 | less`) is no error.
pub fn tell(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Writes a question to standard error; the answer goes on the same line.
pub fn ask(question: &str) {
    let _ = write!(std::io::stderr().lock(), "{question}");
}

/// Says something to the person at the terminal, unless `--quiet`.
pub fn say(context: &Context, text: &str) {
    if !context.quiet {
        tell(text);
    }
}

/// A path as it is typed at a shell: between quotation marks where it needs them.
pub fn typed(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+,:@%=~".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_where_a_shell_would_split_it() {
        assert_eq!(typed(Path::new("records/UASC-2016-0012.yaml")), "records/UASC-2016-0012.yaml");
        assert_eq!(typed(Path::new("my record.yaml")), "'my record.yaml'");
        assert_eq!(typed(Path::new("q'uote")), r"'q'\''uote'");
        assert_eq!(typed(Path::new("café.yaml")), "café.yaml");
    }
}
