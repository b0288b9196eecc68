//! Plain words for a file that is not YAML, or not YAML as a record can be.

use super::node::Mark;
use crate::error::{Place, Problem};
use serde_saphyr::granit_parser::{ErrorKind, Marker, ScanError};

/// The parser's place as ours.
pub(crate) fn mark(at: Marker) -> Mark {
    let line = u32::try_from(at.line()).unwrap_or(u32::MAX);
    let column = u32::try_from(at.col() + 1).unwrap_or(u32::MAX);
    Mark { line, column, byte: at.byte_offset().unwrap_or_default() }
}

/// A mark as the place of a problem.
pub(crate) fn place(at: Mark) -> Place {
    Place { line: Some(at.line), column: Some(at.column), ..Place::default() }
}

/// What the parser stumbled over, in plain words and without the text it stood in.
pub(crate) fn explained(error: &ScanError) -> Problem {
    let at = place(mark(*error.marker()));
    if *error.kind() == ErrorKind::RecursionLimitExceeded {
        return too_deep_at(at);
    }
    let (message, hint) = words(error.kind());
    Problem::error("record.syntax", format!("the file is not valid YAML here: {message}")).hint(hint).at(at)
}

/// What can be told better of a syntax problem by looking at the text: spaces that are none.
pub(crate) fn seen_in(text: &str, problem: Problem) -> Problem {
    let line = problem.place.as_ref().and_then(|place| place.line).unwrap_or_default();
    if problem.code != "record.syntax" || line == 0 {
        return problem;
    }
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t', NO_BREAK]).len();
    let near = text.lines().enumerate().skip(line.saturating_sub(2) as usize).take(2);
    for (number, text) in near {
        if text[..indent(text)].contains(NO_BREAK) {
            let at = Place { line: u32::try_from(number + 1).ok(), column: Some(1), ..Place::default() };
            return no_break().at(at);
        }
    }
    if !problem.message.ends_with(TAB) {
        return problem;
    }
    let lines = text.lines().filter(|line| line[..indent(line)].contains('\t')).count();
    match lines {
        0 | 1 => problem,
        lines => problem.hint(format!("replace the tabs by spaces, in {lines} lines of the file")),
    }
}

/// The space that looks like one and is none.
pub(crate) const NO_BREAK: char = '\u{a0}';

/// That a line begins with it.
pub(crate) fn no_break() -> Problem {
    let message = "the line begins with a no-break space, as word processors and web pages have them";
    Problem::error("record.syntax", message).hint("replace it by ordinary spaces")
}

const TAB: &str = "a tab stands where only spaces may stand";

/// The commonest slips of a hand that writes YAML, and what to do about each.
fn words(kind: &ErrorKind) -> (&'static str, &'static str) {
    use ErrorKind as E;
    const QUOTE: &str =
        "put a text that holds `: `, ` #` or begins with a sign between double quotes, or under `|`";
    const INDENT: &str = "indent with spaces, and all fields of one level equally far";
    match kind {
        E::TabNotAllowed
        | E::TabInBlockIndentation
        | E::TabInIndentation
        | E::TabAtBlockScalarStart
        | E::TabInPlainScalar => (TAB, "replace the tab by spaces"),
        E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar | E::InvalidQuotedScalarIndent => (
            "a text between quotation marks is not closed, or goes on without indentation",
            "close the quotation mark where the text ends",
        ),
        E::UnexpectedEofFlowSequence
        | E::UnexpectedEofFlowMapping
        | E::UnexpectedEofImplicitFlowMapping
        | E::UnclosedFlowCollection { .. }
        | E::MisplacedFlowCollectionEnd
        | E::MismatchedFlowCollectionEnd { .. }
        | E::InvalidColonPlacement
        | E::ExpectedFlowMappingSeparator
        | E::ExpectedFlowSequenceSeparator => (
            "a bracket or brace is not closed, or a comma is missing",
            "close each [ with ] and each { with }",
        ),
        E::MappingValueNotAllowed
        | E::InvalidMappingValueWhitespace
        | E::FlowMappingValueAdjacentCollection => ("a colon stands where none can stand", QUOTE),
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => {
            ("text goes on after a closing quotation mark", "put the whole text between the quotation marks")
        }
        E::UnknownQuotedScalarEscape
        | E::InvalidQuotedScalarHexEscape
        | E::InvalidUnicodeEscape
        | E::InvalidLowSurrogateHexEscape
        | E::InvalidLowSurrogate
        | E::MissingLowSurrogate
        | E::UnpairedLowSurrogate => (
            "a backslash between double quotes begins no known sign",
            "write \\\\ for a backslash, or use single quotes",
        ),
        E::UnknownAnchor => ("a `*` refers to an anchor that is not there", QUOTE),
        E::UnexpectedCharacter { .. } => ("a sign that may not stand here", QUOTE),
        E::SimpleKeyExpected | E::InvalidSimpleKey => (
            "a line without a colon stands where a field is expected",
            "write `field: value`; longer text goes under `field: |`, indented",
        ),
        E::ExpectedBlockMappingKey
        | E::ExpectedBlockSequenceEntry
        | E::InvalidIndentation
        | E::InvalidBlockScalarIndent
        | E::BlockSequenceEntryNotAllowed
        | E::MappingKeyNotAllowed => ("the indentation does not fit the lines above", INDENT),
        _ => ("this cannot be read", QUOTE),
    }
}

/// The file ends in the middle.
pub(crate) fn ended() -> Problem {
    Problem::error("record.syntax", "the file ends too early").hint("the end of the file seems to be missing")
}

/// Nothing but blank lines and comments.
pub(crate) fn empty() -> Problem {
    Problem::error("record.empty", "the file holds no record").hint("`casefile new` writes one to start from")
}

/// A second document.
pub(crate) fn several(at: Mark) -> Problem {
    let message = "a second record begins here; a file holds one";
    Problem::error("record.several", message).hint("put each record into its own file").at(place(at))
}

/// Something that is no value.
pub(crate) fn unexpected(at: Mark) -> Problem {
    Problem::error("record.syntax", "a value was expected here").at(place(at))
}

/// More values than a record has.
pub(crate) fn too_many(at: Mark, limit: usize) -> Problem {
    let message = format!("more than {limit} values: no case record is that long");
    Problem::error("record.too-many-values", message).at(place(at))
}

/// Deeper than a record is.
pub(crate) fn too_deep(at: Mark, limit: usize) -> Problem {
    debug_assert_eq!(limit, 64, "the message below names the limit");
    too_deep_at(place(at))
}

fn too_deep_at(at: Place) -> Problem {
    Problem::error("record.too-deep", "nested more than 64 levels deep: no case record is").at(at)
}

/// A field name that is a list, a map, an alias, or carries an anchor or a tag.
pub(crate) fn odd_key(at: Mark) -> Problem {
    let message = "the name of a field must be plain words";
    Problem::error("record.syntax", message).hint("write `field: value`").at(place(at))
}

/// An alias inside what it stands for.
pub(crate) fn own_alias(at: Mark) -> Problem {
    Problem::error("record.alias", "an alias (`*`) stands inside its own anchor (`&`)").at(place(at))
}

/// Aliases that grow.
pub(crate) fn too_many_copies(at: Mark) -> Problem {
    let message = "anchors and aliases (`&`, `*`) copy more than a record may hold";
    Problem::error("record.alias", message).hint("write the values out where they belong").at(place(at))
}

/// A tag that asks for a type of its own.
pub(crate) fn tag(at: Mark) -> Problem {
    let message = "a value begins with `!`, which gives it a type no record knows";
    Problem::error("record.tag", message).hint("put the text between double quotes").at(place(at))
}
