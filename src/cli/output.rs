//! What was asked for goes to standard output, what there is to say about it to standard error.

use super::context::Context;
use casefile::error::{Error, Result};
use std::borrow::Cow;
use std::io::{IsTerminal, Write};
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

/// Writes the text of a document to standard output; to a terminal as [`harmless`] shows it.
pub fn print_text(bytes: &[u8]) -> Result<()> {
    if std::io::stdout().is_terminal() {
        return print(harmless(&String::from_utf8_lossy(bytes)).as_bytes());
    }
    print(bytes)
}

/// Writes a line to standard output.
pub fn line(text: &str) -> Result<()> {
    print(format!("{}\n", harmless(text)).as_bytes())
}

/// Writes JSON to standard output.
pub fn json(value: &serde_json::Value) -> Result<()> {
    // Only strings hold such characters, and there they may be written as escapes: nothing is lost.
    let escaped = |c: char| if is_harmful(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    print(format!("{value:#}\n").chars().map(escaped).collect::<String>().as_bytes())
}

/// Writes a line to standard error. A reader that went away (`2>&1 | less`) is no error.
pub fn tell(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", harmless(text));
}

/// Writes a question to standard error; the answer goes on the same line.
pub fn ask(question: &str) {
    let _ = write!(std::io::stderr().lock(), "{}", harmless(question));
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

/// The text with `�` for what would command a terminal or turn the writing around: a title, a name or
/// a file in a shared folder may come from anybody.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.contains(is_harmful) {
        Cow::Owned(text.replace(is_harmful, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn is_harmful(c: char) -> bool {
    let steers = c.is_control() && c != '\n' && c != '\t';
    steers || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// The text as part of one line: a title, or the name of a file, makes no line of its own.
pub fn one_line(text: &str) -> String {
    text.replace(['\n', '\t'], " ")
}

/// A table of aligned columns; the first row is its head.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        // A cell is one line: a title cannot make a row of its own.
        let cells =
            row.iter().zip(&widths).map(|(cell, width)| format!("{:width$}", cell.replace('\n', " ")));
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
    fn what_others_wrote_neither_commands_the_terminal_nor_makes_a_row() {
        assert_eq!(harmless("plan \x1b]0;x\x07\u{9b}2J\u{202e}fdp\r"), "plan �]0;x��2J�fdp�");
        assert_eq!(harmless("محمّد\tနေ\n"), "محمّد\tနေ\n");
        assert_eq!(table(&[row(["a\nb", "c"]), row(["d", "e"])]), "a b  c\nd    e");
    }

    #[test]
    fn a_path_is_quoted_where_a_shell_would_split_it() {
        assert_eq!(typed(Path::new("records/UASC-2016-0012.yaml")), "records/UASC-2016-0012.yaml");
        assert_eq!(typed(Path::new("my record.yaml")), "'my record.yaml'");
        assert_eq!(typed(Path::new("q'uote")), r"'q'\''uote'");
        assert_eq!(typed(Path::new("café.yaml")), "café.yaml");
    }
}
