//! Kinds of an agency's own: started, checked, used, contained; and the gallery of all kinds.

use crate::agency::Agency;
use crate::support;
use std::path::{Path, PathBuf};

fn own_form() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/own-form")
}

/// The example's record, with a change.
fn record(agency: &Agency, change: impl Fn(&str) -> String) -> String {
    let sample = std::fs::read_to_string(own_form().join("equipment-loan/sample.yaml")).unwrap();
    let file = agency.path("loan.yaml");
    std::fs::write(&file, change(&sample)).unwrap();
    file.display().to_string()
}

fn text_of(pdf: &Path) -> Option<String> {
    let output =
        std::process::Command::new(support::program("pdftotext")?).arg("-layout").arg(pdf).arg("-").output();
    Some(String::from_utf8(output.unwrap().stdout).unwrap())
}

#[test]
fn the_example_of_an_own_form_makes_its_document() {
    let agency = Agency::empty();
    let templates = own_form().display().to_string();
    let file = record(&agency, str::to_owned);
    let with = ["--templates", &templates];
    agency
        .command(&[&with[..], &["preview", "equipment-loan", &file, "-o", "loan.pdf"]].concat())
        .assert()
        .success();
    support::assert_standards(&std::fs::read(agency.path("loan.pdf")).unwrap());
    let Some(text) = text_of(&agency.path("loan.pdf")) else { return };
    for said in ["HH-B-014", "5 September 2016", "Good", "The light is on after five.", "Aisha Rahman"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    agency.command(&[&with[..], &["kinds", "check", &templates]].concat()).assert().success();
}

#[test]
fn a_form_that_does_not_fit_its_schema_is_told_by_line_and_field_without_its_content() {
    let agency = Agency::empty();
    let templates = own_form().display().to_string();
    let cases = [
        ("condition: good", "condition: Zebedee", "condition", "this word is not in the list"),
        ("deposit: 0", "deposit: Zebedee", "deposit", "not the type"),
        ("      until: 2016-12-31\n", "", "", "`until` is missing"),
        ("number: HH-T-031", "nummer: Zebedee", "", "no field of this name"),
    ];
    for (old, new, field, words) in cases {
        let file = record(&agency, |text| text.replace(old, new));
        for arguments in [
            &["check", &file][..],
            &["check", &file, "--for", "equipment-loan"],
            &["preview", "equipment-loan", &file, "-o", "x.pdf"],
        ] {
            let assert =
                agency.command(&[&["--templates", &templates][..], arguments].concat()).assert().code(3);
            let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
            assert!(said.contains(words) && said.contains("forms.equipment-loan["), "{new}: {said}");
            assert!(said.contains(field) && said.contains("loan.yaml:"), "{new}: {said}");
            assert!(!said.contains("Zebedee"), "{said}");
        }
    }
    let missing = record(&agency, |text| text.split("forms:").next().unwrap().to_owned());
    let said =
        agency.command(&["--templates", &templates, "preview", "equipment-loan", &missing, "-o", "x.pdf"]);
    let said = String::from_utf8({
        let mut said = said;
        said.assert().code(3).get_output().stderr.clone()
    })
    .unwrap();
    assert!(said.contains("`forms.equipment-loan[].what` (What was lent)"), "{said}");
    // Without the agency's kinds nobody knows the form: a warning, no refusal.
    let file = record(&agency, str::to_owned);
    let assert = agency.command(&["check", &file]).assert().success();
    assert!(String::from_utf8_lossy(&assert.get_output().stderr).contains("no kind has this name"));
}

#[test]
fn a_new_kind_works_at_once_and_a_built_in_one_can_be_its_start() {
    let agency = Agency::empty();
    for name in ["home-check", "case-note"] {
        agency.command(&["kinds", "new", name, "-o", "kinds"]).assert().success();
        agency.command(&["kinds", "new", name, "-o", "kinds"]).assert().code(3);
    }
    let assert = agency.command(&["kinds", "check", "kinds"]).assert().success();
    let said = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(said.contains("2 kinds, 5 samples") && said.contains("no problem found"), "{said}");
    assert!(agency.path("kinds/home-check/schema.json").is_file());
    for wrong in ["Home", "../up", "a b", ""] {
        agency.command(&["kinds", "new", wrong, "-o", "kinds"]).assert().code(3);
    }
}

/// A new kind with one of its files changed, and what `kinds check` says about it.
fn checked(file: &str, change: impl Fn(&str) -> String, code: i32) -> String {
    let agency = Agency::empty();
    agency.command(&["kinds", "new", "my-form"]).assert().success();
    let path = agency.path("my-form").join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert_ne!(text, change(&text));
    std::fs::write(&path, change(&text)).unwrap();
    let assert = agency.command(&["kinds", "check", "my-form"]).assert().code(code);
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

#[test]
fn the_check_of_a_kind_names_every_sort_of_problem() {
    let with_lang = |text: &str| text.replace("[\"en\"]", "[\"en\", \"fr\"]");
    assert!(checked("kind.toml", with_lang, 3).contains("words/fr.toml is not there"));
    let label = |text: &str| text.replace("label = \"what\"", "label = \"wat\"");
    assert!(checked("kind.toml", label, 3).contains("`wat` is no word of words/en.toml"));
    let path = |text: &str| text.replace("my-form[].what", "my-form[].wat");
    assert!(checked("kind.toml", path, 3).contains("`forms.my-form[].wat` is no field of a record"));
    assert!(checked("kind.toml", |text| text.replace("version", "verison"), 3).contains("kind.toml:3:1"));
    assert!(checked("schema.json", |text| format!("{text},"), 3).contains("schema.json:"));
    let sample = |text: &str| text.replace("result: open", "result: Zebedee");
    let said = checked("sample.yaml", sample, 3);
    assert!(said.contains("forms.my-form[0].result") && !said.contains("Zebedee"), "{said}");
    let unseen = |text: &str| text.replace("      result: open\n", "");
    assert!(checked("sample.yaml", unseen, 0).contains("its sample has nothing there"));
    let glyph = |text: &str| text.replace("Something", "王小明");
    assert!(checked("sample.yaml", glyph, 3).contains("no font covers"));
    let header = |text: &str| format!("{text}\n#set page(header: none)\n#lorem(900)\n");
    assert!(checked("main.typ", header, 3).contains("the header lacks the case number"));
    let field = |text: &str| text.replace("form.what", "form.wat");
    assert!(checked("main.typ", field, 3).contains("my-form/main.typ:"));
}

#[test]
fn the_check_of_a_language_lists_its_missing_words() {
    let agency = Agency::empty();
    agency.command(&["kinds", "new", "my-form"]).assert().success();
    let file = agency.path("my-form/kind.toml");
    let text = std::fs::read_to_string(&file).unwrap().replace("[\"en\"]", "[\"en\", \"fr\"]");
    std::fs::write(&file, text).unwrap();
    std::fs::write(agency.path("my-form/words/fr.toml"), "title = \"Formulaire\"\nwhat = \"Quoi\"\n")
        .unwrap();
    let assert = agency.command(&["kinds", "check", "my-form", "--lang", "fr"]).assert().success();
    let said = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(said.contains("my-form/words/fr.toml: `result` has no translation"), "{said}");
    assert!(said.contains("`vocab.result.done`") && !said.contains("`what`"), "{said}");
    agency.command(&["kinds", "check", "my-form", "--lang", "xx"]).assert().code(3);
}

#[test]
fn hostile_templates_are_contained_also_for_one_document() {
    let cases = [
        ("#read(\"/etc/passwd\")", "file not found"),
        ("#read(\"../../../../etc/passwd\")", "main.typ:"),
        ("#read(\"/data.json\", encoding: none).at(99999999)", "main.typ:"),
        ("#import \"@preview/cetz:0.3.0\": *", "package not found"),
        ("#plugin(\"/my-form/main.typ\")", "main.typ:"),
        ("#let s = \"x\"\n#for i in range(34) { s = s + s }\n#s.len()", "laying out this template"),
        ("#let f(x) = f(x + 1)\n#f(0)", "main.typ:"),
    ];
    for (line, words) in cases {
        let said = checked("main.typ", |text| format!("{text}\n{line}\n"), 3);
        assert!(said.to_lowercase().contains(words), "{line}: {said}");
        assert!(!said.contains("root:"), "{said}");
    }
}

#[test]
fn a_template_that_loops_for_ever_is_stopped() {
    if !support::full() {
        return;
    }
    let forever =
        "#let n = 0\n#for a in range(99999) { for b in range(99999) { for c in range(99999) { n += 1 } } }";
    let said = checked("main.typ", |text| format!("{text}\n{forever}\n"), 3);
    assert!(said.contains("took longer than 20 s"), "{said}");
}

#[test]
fn the_gallery_holds_every_kind_in_the_language_asked_for_and_a_contact_sheet() {
    let agency = Agency::empty();
    agency.command(&["kinds", "gallery", "-o", "look", "--lang", "en"]).assert().success();
    let kinds = casefile::document::Kinds::builtin().unwrap();
    for kind in kinds.list() {
        assert!(agency.path("look").join(format!("{}.en.pdf", kind.id())).is_file(), "{}", kind.id());
    }
    let sheet = agency.path("look/gallery.pdf");
    support::assert_standards(&std::fs::read(&sheet).unwrap());
    let Some(text) = text_of(&sheet) else { return };
    assert!(kinds.list().all(|kind| text.contains(kind.id())), "{text}");
}
