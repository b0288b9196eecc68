//! Hostile and broken input: each its own message, class input, and nothing of the content in it.

use casefile::error::{Class, Error};
use casefile::programme::Programmes;
use casefile::record::{Record, form};
use std::path::Path;

/// Stands in every file here; no message may repeat it.
const SECRET: &str = "Zebedee";

const START: &str =
    "casefile: record/1\nprogramme: cpcm\ncase:\n  number: UASC-2016-0012\n  admitted: 2016-01-14\n";
const TEAM: &str = "team:\n  manager: {id: aisha, name: Zebedee}\n  supervisor: {id: selma, name: Zebedee}\n";

fn valid() -> String {
    format!("{START}client:\n  name: Zebedee\n  birth: {{date: 1999-05-01, certainty: exact}}\n{TEAM}")
}

/// Reads bytes that must be refused; gives the code, the message and the hints, after looking for a leak.
fn refused(bytes: &[u8]) -> (Error, String) {
    let read = Record::parse(bytes, Some(Path::new("case.yaml")), &Programmes::builtin());
    let Err(error) = read else {
        panic!("accepted: {}", String::from_utf8_lossy(&bytes[..bytes.len().min(400)]))
    };
    assert_eq!(error.class(), Class::Input, "{error}");
    let hints: Vec<&str> = error.problems().iter().filter_map(|problem| problem.hint.as_deref()).collect();
    let said = format!("{error}\n{hints:?}\n{error:?}");
    assert!(!said.to_lowercase().contains(&SECRET.to_lowercase()), "leaked: {said}");
    assert!(said.contains("case.yaml"), "{said}");
    (error, said)
}

fn code(yaml: &str) -> &'static str {
    let (error, _) = refused(yaml.as_bytes());
    assert_eq!(error.problems().len(), 1, "{error}");
    error.problems()[0].code
}

#[test]
fn the_record_all_others_here_are_made_of_is_fine() {
    assert!(form(&valid()).is_ok());
}

#[test]
fn malformed_yaml_is_told_by_line_and_column_in_plain_words() {
    let cases = [
        ("client:\n\tname: Zebedee\n", "7:", "a tab stands where only spaces may stand"),
        ("client:\n  name: \"Zebedee\n", "8:1", "not closed"),
        ("client:\n  name: [Zebedee\nteam: x\n", "8:5", "not closed"),
        ("contacts:\n  - on: x\n    what: |\n    Zebedee\n", "9:5", "a line without a colon"),
        ("client: {name: Zebedee\n", "", "is not closed"),
        ("client:\n  name: Zebedee: the second\n", "7:", "a colon stands where none can stand"),
        ("client:\n  name: Zebedee\n birth: 2\n", "", "not valid YAML"),
        ("client:\n  name: *Zebedee\n", "7:9", "anchor that is not there"),
        ("client:\n  name: \"Zebedee\\q\"\n", "7:", "backslash"),
        ("client:\n  name: 'a' Zebedee\n", "7:", "after a closing quotation mark"),
        ("client:\n  name: Zebedee\n  Zebedee went home\n", "", "a line without a colon"),
        ("client:\n  name: @Zebedee\n", "7:9", "a sign that may not stand here"),
        ("client:\n  name: Zebedee\u{1}\n", "7:", "a sign that may not stand here"),
    ];
    for (more, at, words) in cases {
        let (error, said) = refused(format!("{START}{more}").as_bytes());
        assert_eq!(error.problems().len(), 1, "{said}");
        assert_eq!(error.problems()[0].code, "record.syntax", "{said}");
        assert!(said.contains(words), "{more}: {said}");
        assert!(said.starts_with(&format!("case.yaml:{at}")), "{more}: {said}");
        assert!(error.problems()[0].hint.is_some());
    }
}

#[test]
fn wrong_dates_and_unknown_and_doubled_fields_do_not_show_what_was_written() {
    assert_eq!(code(&valid().replace("2016-01-14", "Zebedee")), "record.date");
    assert_eq!(code(&valid().replace("2016-01-14", "2016-02-31")), "record.date");
    assert_eq!(code(&format!("{}Zebedee: was here\n", valid())), "record.unknown-field");
    assert_eq!(code(&format!("{}clients: Zebedee\n", valid())), "record.unknown-field");
    assert_eq!(code(&format!("{}client: {{name: Zebedee}}\n", valid())), "record.duplicate-field");
    assert_eq!(code(&format!("{}risk: [Zebedee]\n", valid())), "record.type");
    assert_eq!(
        code(&format!(
            "{}contacts:\n  - Zebedee: said so\n    on: 2016-02-01\n    kind: call\n    what: x\n",
            valid()
        )),
        "record.unknown-field"
    );
    assert_eq!(code(&valid().replace("exact", "Zebedee")), "record.word");
    assert_eq!(code(&valid().replace("record/1", "Zebedee/2")), "record.constant");
    assert_eq!(code(&valid().replace("cpcm", "Zebedee")), "record.programme");
    assert_eq!(code(&valid().replace("UASC-2016-0012", "Zebedee")), "record.pattern");
    assert_eq!(code(&valid().replace("id: aisha", "id: Zebedee")), "record.pattern");
    assert_eq!(
        code(&format!("{}attachments: [{{file: ../Zebedee.pdf, title: t}}]\n", valid())),
        "record.outside-path"
    );
    assert_eq!(
        code(&format!("{}forms: {{complaint: [{{Zebedee: 1, Zebedee: 2}}]}}\n", valid())),
        "record.duplicate-field"
    );
    assert_eq!(code(&format!("{}forms: {{Zebedee: []}}\n", valid())), "record.unknown-field");
}

#[test]
fn merge_keys_tags_and_odd_field_names_are_refused() {
    assert_eq!(
        code(&valid().replace("name: Zebedee\n", "name: Zebedee\n  <<: {religion: Zebedee}\n")),
        "record.unknown-field"
    );
    assert_eq!(code(&valid().replace("1999-05-01", "!zebedee 1999-05-01")), "record.tag");
    assert_eq!(code(&valid().replace("name: Zebedee\n", "name: !!binary WmViZWRlZQ==\n")), "record.tag");
    assert_eq!(code(&format!("{}? [Zebedee]\n: x\n", valid())), "record.syntax");
    assert_eq!(code(&format!("{}? {{Zebedee: 1}}\n: x\n", valid())), "record.syntax");
    assert_eq!(code(&format!("{}&a Zebedee: x\n", valid())), "record.syntax");
}

#[test]
fn a_record_that_is_too_large_is_refused_before_it_is_read_whole() {
    // A terabyte that takes no room on the disk: whoever reads it whole never comes to an end.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.yaml");
    std::fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let error = Record::read(&path, &Programmes::builtin()).unwrap_err();
    assert_eq!((error.class(), error.problems()[0].code), (Class::Input, "record.too-large"));
    assert!(error.to_string().contains("16 MiB") && !error.to_string().contains(SECRET), "{error}");
    let line = "# Zebedee\n".repeat(1 << 10);
    let big = format!("{}{}", valid(), line.repeat((50 << 20) / line.len() + 1));
    assert_eq!(refused(big.as_bytes()).0.problems()[0].code, "record.too-large");
    assert_eq!(form(&big).err().map(|error| error.problems()[0].code), Some("record.too-large"));
}

#[test]
fn a_billion_laughs_are_refused_at_once() {
    let mut bomb = format!("{}forms:\n  a: [&a0 [Zebedee, Zebedee, Zebedee]]\n", valid());
    for level in 1..30 {
        let copies = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.extend([format!("  a{level}: [&a{level} [{copies}]]\n")]);
    }
    // Laid out it would be 9^29 words: no machine would come back from it.
    assert_eq!(code(&bomb), "record.alias");
    // The same with text instead of lists, with anchors inside anchors, and an alias inside its own anchor.
    let text = format!(
        "{}forms:\n  a: [&a \"{}\"]\n  b: [{}]\n",
        valid(),
        SECRET.repeat(20_000),
        "*a, ".repeat(100)
    );
    assert_eq!(code(&text), "record.alias");
    let nested = format!(
        "{}forms: {{a: [{}{}{}]}}\n",
        valid(),
        (0..40).map(|n| format!("&n{n} [")).collect::<Vec<_>>().concat(),
        SECRET.repeat(20_000),
        "]".repeat(40)
    );
    assert_eq!(code(&nested), "record.alias");
    assert_eq!(code(&format!("{}forms: {{a: [&me [Zebedee, *me]]}}\n", valid())), "record.alias");
}

#[test]
fn a_few_aliases_are_fine() {
    let yaml = format!(
        "{}risk:\n  - {{date: 2016-02-01, level: low, reasons: &why Zebedee}}\n  - {{date: 2016-03-01, level: low, reasons: *why}}\n",
        valid()
    );
    assert_eq!(
        form(&yaml).ok().map(|record| record.risk[1].reasons.text().to_owned()).as_deref(),
        Some(SECRET)
    );
}

#[test]
fn deep_nesting_is_refused_in_every_style() {
    let flow = format!("{}forms: {{a: [{}{SECRET}{}]}}\n", valid(), "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(code(&flow), "record.too-deep");
    let open = format!("{}forms: {}", valid(), "{a: ".repeat(100_000));
    assert_eq!(code(&open), "record.too-deep");
    let block: Vec<String> = (0..500).map(|depth| format!("{}a:\n", " ".repeat(depth + 1))).collect();
    assert_eq!(code(&format!("{}forms:\n{}", valid(), block.concat())), "record.too-deep");
    let dashes = format!("{}forms:\n  a:\n    {}Zebedee\n", valid(), "- ".repeat(5_000));
    assert_eq!(code(&dashes), "record.too-deep");
}

#[test]
fn too_many_values_are_refused() {
    let many = format!("{}forms: {{a: [{}]}}\n", valid(), "0,".repeat(600_000));
    assert_eq!(code(&many), "record.too-many-values");
}

#[test]
fn very_many_problems_are_cut_short() {
    let fields: String = (0..200_000).map(|n| format!("zebedee{n}: Zebedee\n")).collect::<Vec<_>>().concat();
    for yaml in [
        format!("{}{fields}", valid()),
        format!("{}forms: {{a: [{{{}}}]}}\n{fields}", valid(), fields.replace('\n', ", ")),
        format!("{}client: x\n", valid()).repeat(20_000),
        format!("{}attendance: [{}]\n", valid(), "Zebedee,".repeat(400_000)),
    ] {
        let (error, _) = refused(yaml.as_bytes());
        assert!(error.problems().len() <= 201, "{}", error.problems().len());
    }
    let unknown = format!(
        "{}client: {{}}\n",
        valid().replace("client:\n  name", "client:\n  languages: [LANG]\n  name")
    );
    let (error, _) = refused(unknown.replace("LANG", &"qq,".repeat(5_000)).as_bytes());
    let codes: Vec<_> = error.problems().iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["record.duplicate-field", "record.more"], "warnings do not hide an error");
}

#[test]
fn text_that_is_not_utf_8_is_told_by_its_line() {
    let mut latin = valid().into_bytes();
    latin.extend(b"people:\n  - {id: a, name: Zebed\xe9e, relation: r}\n");
    let (error, said) = refused(&latin);
    assert_eq!(error.problems()[0].code, "record.encoding");
    assert!(said.starts_with("case.yaml:13: the file is not UTF-8"), "{said}");
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(valid().encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert!(refused(&utf16).1.contains("UTF-16"));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_change_nothing() {
    let plain = form(&valid()).ok();
    for variant in [
        format!("\u{feff}{}", valid()),
        valid().replace('\n', "\r\n"),
        format!("\u{feff}{}", valid().replace('\n', "\r\n")),
    ] {
        let checked = Record::parse(variant.as_bytes(), None, &Programmes::builtin())
            .unwrap_or_else(|error| panic!("{error}"));
        assert!(Some(checked.record.case()) == plain.as_ref());
        assert_eq!(checked.record.source(), variant.as_bytes());
        assert_eq!(checked.record.place("client.name").line, Some(7));
        assert_eq!(checked.record.place("client.name").column, Some(9));
    }
}

#[test]
fn files_that_hold_no_record_say_so() {
    assert_eq!(code(""), "record.empty");
    assert_eq!(code("\n\n# Zebedee\n"), "record.empty");
    assert_eq!(code("---\n# Zebedee\n"), "record.type");
    assert_eq!(code("- Zebedee\n- Zebedee\n"), "record.type");
    assert_eq!(code("Zebedee"), "record.type");
    assert_eq!(code(&format!("{}---\n{}", valid(), valid())), "record.several");
    assert_eq!(code("%PDF-1.7\nZebedee"), "record.not-text");
}

#[test]
fn a_file_that_is_not_there_is_not_found_and_a_folder_is_no_record() {
    let folder = tempfile::tempdir().unwrap();
    let absent = Record::read(&folder.path().join("absent.yaml"), &Programmes::builtin()).unwrap_err();
    assert_eq!((absent.class(), absent.problems()[0].code), (Class::NotFound, "file.not-found"));
    assert!(Record::read(folder.path(), &Programmes::builtin()).is_err());
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: if crate::support::full() { 5000 } else { 300 }, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_mutilated_record_makes_it_panic_or_speak(cut in 0_usize..400, insert in "[\\[\\]{}:,&*!|>'\"%@#\\-?\t \n\u{202e}é]{0,6}", skip in 0_usize..40) {
        let mut yaml = format!("{}contacts:\n  - on: 2016-02-01\n    kind: call\n    with: [Zebedee]\n    what: |\n      Zebedee\n", valid());
        let start = yaml.char_indices().map(|(at, _)| at).nth(cut.min(yaml.len() - 1)).unwrap_or_default();
        let end = (start + skip).min(yaml.len());
        yaml.replace_range(start..end, &insert);
        if let Err(error) = Record::parse(yaml.as_bytes(), None, &Programmes::builtin()) {
            proptest::prop_assert_eq!(error.class(), Class::Input);
            let hints: Vec<_> = error.problems().iter().map(|problem| &problem.hint).collect();
            let said = format!("{error} {hints:?}").to_lowercase();
            proptest::prop_assert!(!said.contains("zebedee"), "{}", said);
        }
    }
}
