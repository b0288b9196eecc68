use super::*;
use proptest::prelude::*;

fn text(words: &str) -> Inline {
    Inline::Text(words.to_owned())
}

#[test]
fn blank_lines_part_paragraphs_and_single_ones_do_not() {
    let blocks = parse("One\ntwo\n\n\nthree");
    assert_eq!(blocks, [Block::Paragraph(vec![text("One two")]), Block::Paragraph(vec![text("three")])]);
}

#[test]
fn a_list_may_follow_a_paragraph_and_go_on_over_lines() {
    let blocks = parse("Needs:\n- a bed\n  by Friday\n- **shoes**\n\nEnd");
    let Block::Bullets(items) = &blocks[1] else { panic!("no list") };
    assert_eq!(items, &[vec![text("a bed by Friday")], vec![Inline::Bold("shoes".to_owned())]]);
    assert_eq!(blocks.len(), 3);
}

#[test]
fn only_numbers_in_order_make_a_numbered_list() {
    assert_eq!(parse("1. a\n2. b"), [Block::Numbered(vec![vec![text("a")], vec![text("b")]])]);
    assert_eq!(parse("2016. A year"), [Block::Paragraph(vec![text("2016. A year")])]);
    assert_eq!(parse("1. a\n7. b"), [Block::Numbered(vec![vec![text("a 7. b")]])]);
}

#[test]
fn marks_without_a_partner_are_text() {
    assert_eq!(runs("2 * 3 * 4 ** x"), [text("2 * 3 * 4 ** x")]);
    assert_eq!(runs("**"), [text("**")]);
    assert_eq!(runs("a *b* c"), [text("a "), Inline::Emphasis("b".to_owned()), text(" c")]);
}

#[test]
fn other_markup_is_text() {
    let literal = "#let x = 1 `code` [link](http://x) <b> $x$ _y_ \\n";
    assert_eq!(parse(literal), [Block::Paragraph(vec![text(literal)])]);
    assert_eq!(parse("# Heading"), [Block::Paragraph(vec![text("# Heading")])]);
}

#[test]
fn a_line_breaks_after_two_spaces_or_a_backslash() {
    let broken = [Block::Paragraph(vec![text("a"), Inline::Break, text("b")])];
    assert_eq!(parse("a  \nb"), broken);
    assert_eq!(parse("a\\\nb"), broken);
    assert_eq!(parse("a\\"), [Block::Paragraph(vec![text("a\\")])]);
}

#[test]
fn direction_follows_language_and_script() {
    assert!(rtl("ar", "abc"));
    assert!(rtl("fa-AF", ""));
    assert!(!rtl("en", "سلام"));
    assert!(rtl("ku", "سڵاو"));
    assert!(!rtl("ku", "Silav"));
}

/// What is left of a text when marks, markers and white space do not count.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !"*-\\.0123456789".contains(*c)).collect()
}

proptest! {
    #[test]
    fn no_text_is_lost(input in "[a-c *\\\\\n\\-\\.12٣မ\u{200d}]{0,80}") {
        prop_assert_eq!(bare(&plain(&input)), bare(&input));
    }

    #[test]
    fn nothing_panics(input in any::<String>()) {
        parse(&input);
    }

    #[test]
    fn words_without_marks_stay_exactly(input in "[A-Za-z#$_`<>\\[\\]()]{1,20}( [A-Za-z#$_`<>\\[\\]()]{1,20}){0,5}") {
        prop_assert_eq!(parse(&input), [Block::Paragraph(vec![Inline::Text(input.clone())])]);
    }
}
