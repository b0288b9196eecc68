//! Typst's messages about a template, made safe to show.
//!
//! A message of Typst may quote a value of the record: `panic(client.name)` does. So only known sentences
//! pass, and of what they quote only words that stand in the template's own sources, which hold nothing
//! personal. Everything else becomes a general sentence. The place is always shown.

use super::world::DocumentWorld;
use crate::error::{Class, Error, Place, Problem};
use typst::diag::SourceDiagnostic;
use typst::syntax::{DiagSpan, FileId};
use typst::{World, WorldExt};

/// How sentences of Typst begin that say nothing beyond what they quote.
const KNOWN: &[&str] = &[
    "PDF/A",
    "PDF/UA",
    "array index out of bounds",
    "array is empty",
    "cannot ",
    "condition is always true",
    "cyclic import",
    "dictionary does not contain key",
    "expected ",
    "failed to load file",
    "file not found",
    "font fallback list must not be empty",
    "function ",
    "heading ",
    "invalid ",
    "label ",
    "layout did not converge",
    "loop seems to be infinite",
    "maximum ",
    "missing ",
    "module ",
    "not enough arguments",
    "number must be",
    "only ",
    "package not found",
    "pagebreaks are not allowed",
    "selector ",
    "state ",
    "string must",
    "the character",
    "this ",
    "type ",
    "unclosed ",
    "unexpected ",
    "unknown ",
    "unresolved import",
    "value of ",
    "variables from outside",
];

/// The error of a template that did not compile, or whose layout PDF does not allow.
pub(super) fn template_error(world: &DocumentWorld, found: &[SourceDiagnostic]) -> Error {
    let problems = found.iter().take(10).map(|diagnostic| problem(world, diagnostic)).collect();
    Error::all(Class::Input, problems).unwrap_or_else(|| {
        Error::new(
            Class::Unexpected,
            Problem::error("render.template", "the template failed without a reason"),
        )
    })
}

/// The error for warnings that would spoil the document: a layout that never settles, and a font that is not
/// there, for its text would be left out. Other warnings pass.
pub(super) fn spoiled(world: &DocumentWorld, warnings: &[SourceDiagnostic]) -> Option<Error> {
    let found = |words: &str| warnings.iter().find(|warning| warning.message.contains(words));
    let problem = |warning, code, message, hint: &str| {
        let problem = Problem::error(code, message).hint(hint);
        Error::new(Class::Input, problem.at(place(world, warning).unwrap_or_default()))
    };
    let unsettled = found("did not converge").map(|warning| {
        let hint = "a counter, state or query of the template depends on its own result";
        problem(warning, "render.did-not-converge", "the layout of this template never settles", hint)
    });
    unsettled.or_else(|| {
        found("unknown font family").map(|warning| {
            let hint = "templates use the fonts of `data.fonts`";
            problem(warning, "render.template", "the template names a font that is not there", hint)
        })
    })
}

fn problem(world: &DocumentWorld, diagnostic: &SourceDiagnostic) -> Problem {
    let problem = Problem::error("render.template", safe_message(world, &diagnostic.message));
    match place(world, diagnostic) {
        Some(place) => problem.at(place),
        None => problem,
    }
}

/// Where the template went wrong: the first place of the trace that lies in one of its sources.
fn place(world: &DocumentWorld, diagnostic: &SourceDiagnostic) -> Option<Place> {
    let trace = diagnostic.trace.iter().map(|point| DiagSpan::from(point.span));
    std::iter::once(diagnostic.span).chain(trace).find_map(|span| locate(world, span))
}

fn locate(world: &DocumentWorld, span: DiagSpan) -> Option<Place> {
    let id: FileId = span.id()?;
    let source = world.source(id).ok()?;
    let range = world.range(span)?;
    let (line, column) = source.lines().byte_to_line_column(range.start)?;
    let number = |n: usize| u32::try_from(n + 1).ok();
    let file = Some(id.vpath().get_without_slash().into());
    Some(Place { file, line: number(line), column: number(column), field: None })
}

fn safe_message(world: &DocumentWorld, message: &str) -> String {
    let own = |text: &str| world.template.texts().any(|source| contains_words(source, text));
    safe(message, &own)
}

/// `message` with everything removed that `own` does not know, or a general sentence.
fn safe(message: &str, own: &dyn Fn(&str) -> bool) -> String {
    const OWN_WORDS: [&str; 2] = ["panicked with: ", "assertion failed: "];
    if let Some(words) = OWN_WORDS.iter().find_map(|start| message.strip_prefix(start)) {
        let words = words.trim_matches('"');
        let hidden =
            "the template stopped with words of its own; they are not shown, for they may quote the record";
        return if own(words) { format!("the template stopped: {words}") } else { hidden.to_owned() };
    }
    if !KNOWN.iter().any(|start| message.starts_with(start)) {
        return "Typst reports an error; its words are not shown, for they may quote the record".to_owned();
    }
    let message = message.split(" (").next().unwrap_or(message);
    let message = match message.split_once(": ") {
        Some((start, tail)) if !own(tail.trim()) && !start.starts_with("PDF/") => start,
        _ => message,
    };
    without_quotes(message, own)
}

/// The message with each quoted part that is not the template's own replaced by `…`.
fn without_quotes(message: &str, own: &dyn Fn(&str) -> bool) -> String {
    let mut safe = String::new();
    let mut rest = message;
    while let Some(start) = rest.find(['"', '`']) {
        let mark = if rest[start..].starts_with('"') { '"' } else { '`' };
        safe.push_str(&rest[..=start]);
        let after = &rest[start + 1..];
        // A quotation that never ends, or may end early at an escaped mark, hides everything after it.
        let end = after.find(mark).filter(|_| !after.contains('\\'));
        let quoted = end.map_or(after, |end| &after[..end]);
        safe.push_str(if own(quoted) { quoted } else { "…" });
        safe.push(mark);
        rest = end.map_or("", |end| &after[end + 1..]);
    }
    safe + rest
}

/// Whether `text` stands in `source` with no letter or digit directly before or after it.
fn contains_words(source: &str, text: &str) -> bool {
    let outside = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    !text.is_empty()
        && source.match_indices(text).any(|(at, _)| {
            outside(source[..at].chars().next_back()) && outside(source[at + text.len()..].chars().next())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(message: &str) -> String {
        safe(message, &|text| contains_words("data.client.guardian + \"left\" panic(\"no photo\")", text))
    }

    #[test]
    fn words_of_the_template_are_shown() {
        let message = "dictionary does not contain key \"guardian\"";
        assert_eq!(shown(message), message);
        assert_eq!(shown("unknown variable: guardian"), "unknown variable: guardian");
        assert_eq!(shown("panicked with: \"no photo\""), "the template stopped: no photo");
    }

    #[test]
    fn values_of_the_record_are_not_shown() {
        for message in [
            "panicked with: \"Amina\"",
            "assertion failed: Amina is missing",
            "equality assertion failed: value \"Amina\" was not equal to \"x\"",
            "expected \"left\" or \"right\", found \"Amina\"",
            "file not found (searched at Amina.png)",
            "unknown font family: amina",
            "label `<Amina>` does not exist in the document",
            "dictionary does not contain key \"a\\\"Amina\"",
            "failed to parse JSON (Amina)",
        ] {
            let shown = shown(message);
            assert!(!shown.to_lowercase().contains("amina"), "{shown}");
        }
        assert_eq!(shown("expected \"left\", found \"right\""), "expected \"left\", found \"…\"");
    }
}
