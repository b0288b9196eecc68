//! Rendering: the header contract, the PDF, photographs, fonts, templates that fail and workers.

use super::support;
use casefile::document::{Document, Kind, Kinds, PeriodRule, Request, compose, shipped};
use casefile::error::{Class, Error};
use casefile::names::Digest;
use casefile::programme::Programmes;
use casefile::record::AnyRecord;
use casefile::render::{Band, Batch, Engine, EngineOptions, Fact, Job, Pdf, Photograph, batch};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(options()).expect("an engine"));

fn options() -> EngineOptions {
    EngineOptions { program: Some(PathBuf::from(env!("CARGO_BIN_EXE_casefile"))), ..EngineOptions::default() }
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/headers");
    std::fs::read(folder.join(name)).expect("a fixture")
}

fn english() -> Value {
    json!({
        "v": 1, "lang": "en", "dir": "ltr",
        "fonts": ["Noto Sans", "Noto Naskh Arabic", "Padauk"],
        "header": {
            "number": "UASC-2016-0012", "status": "Open", "code": "O", "report": "Progress report",
            "date": "30 November 2016", "manager": "Aisha Rahman", "supervisor": "Selma Lindqvist",
        },
        "pdf": { "title": "Progress report" },
        "record": { "client": { "name": "Amina" } },
    })
}

/// A job of a template's text, with the facts of the data's header.
fn job_with(main: &[u8], data: Value) -> Job {
    let files = BTreeMap::from([
        ("/base.typ".to_owned(), fixture("base.typ")),
        ("/test/main.typ".to_owned(), main.to_vec()),
    ]);
    let header = data["header"].clone();
    let fact = |(key, name): (&str, &str)| Fact {
        name: name.to_owned(),
        text: header[key].as_str().expect("text").to_owned(),
    };
    let facts = [
        ("number", "case number"),
        ("status", "status"),
        ("code", "status code"),
        ("report", "name of the report"),
        ("date", "date"),
        ("manager", "case manager"),
        ("supervisor", "case supervisor"),
    ];
    Job {
        template: Digest::of(main),
        files: Arc::new(files),
        main: "/test/main.typ".to_owned(),
        overlay: false,
        facts: facts.map(fact).to_vec(),
        cases: Vec::new(),
        band: Band::Top,
        data,
        photographs: Vec::new(),
        ident: "casefile-test".to_owned(),
        date: NaiveDate::from_ymd_opt(2016, 11, 30).expect("a date"),
        title: "Progress report".to_owned(),
        author: "An agency".to_owned(),
        keywords: vec!["UASC-2016-0012-O; O; 2016-11-30; test; abc".to_owned()],
    }
}

fn job(main: &str) -> Job {
    job_with(format!("#import \"/base.typ\": *\n{main}\n").as_bytes(), english())
}

fn good() -> Job {
    job_with(&fixture("good.typ"), english())
}

fn refused(job: &Job) -> Error {
    ENGINE.render_job(job).expect_err("it should be refused")
}

/// The only problem's code and text.
fn only(error: &Error) -> (&'static str, String) {
    assert_eq!(error.problems().len(), 1, "{error}");
    (error.problems()[0].code, error.to_string())
}

#[test]
fn a_document_whose_pages_show_their_facts_is_made() {
    let pdf = ENGINE.render_job(&good()).expect("a PDF");
    assert_eq!(pdf.pages(), 2);
    assert!(pdf.bytes().starts_with(b"%PDF-1.7"));
    assert_eq!(pdf.digest(), Digest::of(pdf.bytes()));
    let light = ENGINE.render_job(&job_with(&fixture("on-dark-white.typ"), english()));
    assert!(light.is_ok(), "{light:?}");
}

#[test]
fn a_header_that_cannot_be_read_is_refused_with_page_and_reason() {
    let cases = [
        ("white", 1, "contrast"),
        ("pale", 1, "contrast"),
        ("transparent", 1, "transparent"),
        ("on-dark", 1, "contrast"),
        ("stroked-white", 1, "contrast"),
        ("tiny", 1, "smaller than 6 pt"),
        ("scaled-tiny", 1, "smaller than 6 pt"),
        ("off-page", 1, "off the page"),
        ("clipped", 1, "cut off"),
        ("body-only", 1, "below the top band"),
        ("first-page-only", 2, "not there"),
        ("covered", 1, "drawn over"),
        ("covered-in-foreground", 1, "drawn over"),
        ("rotated", 1, "turned"),
        ("mirrored", 1, "turned"),
        ("without-supervisor", 1, "case supervisor: it is not there"),
    ];
    for (name, page, reason) in cases {
        let error = refused(&job_with(&fixture(&format!("{name}.typ")), english()));
        let first = &error.problems()[0];
        assert_eq!((error.class(), first.code), (Class::Input, "render.header"), "{name}: {error}");
        assert!(first.message.starts_with(&format!("page {page}: ")), "{name}: {error}");
        assert!(first.message.contains(reason), "{name}: {error}");
        assert!(!error.to_string().contains("Aisha"), "{name}: {error}");
    }
}

#[test]
fn a_header_in_arabic_and_in_burmese_is_read() {
    let mut arabic = english();
    arabic["lang"] = json!("ar");
    arabic["fonts"] = json!(["Noto Naskh Arabic", "Noto Sans", "Padauk"]);
    let header = &mut arabic["header"];
    header["status"] = json!("مفتوحة");
    header["report"] = json!("تقرير التقدّم");
    header["date"] = json!("30 تشرين الثاني 2016");
    header["manager"] = json!("عائشة رحمن");
    header["supervisor"] = json!("سلمى ليندكفيست");
    let mut burmese = english();
    burmese["lang"] = json!("my");
    burmese["fonts"] = json!(["Padauk", "Noto Sans"]);
    burmese["header"]["status"] = json!("ဖွင့်ထား");
    burmese["header"]["report"] = json!("တိုးတက်မှု အစီရင်ခံစာ");
    burmese["header"]["manager"] = json!("ကိုကျော်ဇင် ဦးအောင်");
    for data in [arabic, burmese] {
        let made = ENGINE.render_job(&job_with(&fixture("good.typ"), data.clone()));
        assert!(made.is_ok(), "{made:?}");
        let mut other = data;
        other["header"]["manager"] = json!("Somebody else");
        let mut job = job_with(&fixture("good.typ"), other.clone());
        other["header"]["manager"] = json!("Somebody");
        job.data = other;
        assert!(refused(&job).to_string().contains("case manager: it is not there"));
    }
}

#[test]
fn the_same_job_gives_the_same_bytes_here_and_in_a_worker() {
    let here = ENGINE.render_job(&good()).expect("a PDF");
    assert!(here == ENGINE.render_job(&good()).expect("a PDF"));
    let apart = ENGINE.render_job(&Job { overlay: true, ..good() }).expect("a PDF from a worker");
    assert!(here == apart);
    let other = Job { ident: "casefile-other".to_owned(), ..good() };
    assert!(here != ENGINE.render_job(&other).expect("a PDF"));
}

#[test]
fn the_pdf_follows_both_standards_and_carries_title_keywords_and_date() {
    let pdf = ENGINE.render_job(&good()).expect("a PDF");
    support::assert_standards(pdf.bytes());
    let folder = tempfile::tempdir().expect("tempdir");
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, pdf.bytes()).expect("writes");
    if support::program("qpdf").is_some() {
        let checked = Command::new("qpdf").arg("--check").arg(&path).output().expect("runs");
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    }
    if support::program("pdffonts").is_some() {
        let listed = Command::new("pdffonts").arg(&path).output().expect("runs");
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        let fonts: Vec<&str> = listed.lines().skip(2).collect();
        assert!(!fonts.is_empty());
        assert!(fonts.iter().all(|font| font.contains("yes yes yes")), "{listed}");
    }
    if support::program("pdfinfo").is_some() {
        let info = Command::new("pdfinfo").arg("-isodates").arg(&path).output().expect("runs");
        let info = String::from_utf8_lossy(&info.stdout).into_owned();
        for wanted in [
            "Progress report",
            "UASC-2016-0012-O; O; 2016-11-30; test; abc",
            "2016-11-30T00:00:00Z",
            "An agency",
            "Tagged:          yes",
        ] {
            assert!(info.contains(wanted), "{wanted}: {info}");
        }
    }
}

/// A JPEG that says where and with which camera it was taken, and to turn it by 90 degrees.
fn photograph_with_gps() -> Vec<u8> {
    let mut jpeg = Vec::new();
    let picture = image::DynamicImage::new_rgb8(64, 32);
    picture.write_with_encoder(image::codecs::jpeg::JpegEncoder::new(&mut jpeg)).expect("encodes");
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x03".to_vec();
    tiff.extend(b"\x01\x0f\0\x02\0\0\0\x0b\0\0\0\x50"); // camera: 11 letters at 80
    tiff.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"); // orientation 6
    tiff.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x32\0\0\0\0"); // GPS at 50
    tiff.extend(b"\0\x02\0\x01\0\x02\0\0\0\x02N\0\0\0\0\x02\0\x05\0\0\0\x03\0\0\0\x60\0\0\0\0");
    tiff.extend(b"SpyCam 3000\0\0\0\0\0");
    tiff.extend([0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0x07, 0xD0, 0, 0, 0, 100]);
    let segment = [&b"Exif\0\0"[..], &tiff].concat();
    let length = u16::try_from(segment.len() + 2).expect("short").to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &segment, &jpeg[2..]].concat()
}

fn with_photograph(bytes: &[u8]) -> Job {
    let mut job = job("#show: sheet\n#pages\n#image(\"/att/0\", alt: \"a test\", width: 2cm)");
    let field = "photographs[0].file".to_owned();
    job.photographs = vec![Photograph { path: "/att/0".to_owned(), field, bytes: bytes.into() }];
    job
}

#[test]
fn a_photograph_loses_place_and_camera() {
    let photograph = photograph_with_gps();
    let contains = |bytes: &[u8], wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
    assert!(contains(&photograph, b"SpyCam"));
    let pdf = ENGINE.render_job(&with_photograph(&photograph)).expect("a PDF");
    // A JPEG stands in a PDF byte for byte, so its markers would be found there.
    assert!(contains(pdf.bytes(), &[0xFF, 0xD8, 0xFF]));
    for trace in [&b"SpyCam"[..], b"Exif\0\0", &[0, 0, 0x07, 0xD0, 0, 0, 0, 100]] {
        assert!(!contains(pdf.bytes(), trace));
    }
    support::assert_standards(pdf.bytes());
}

#[test]
fn what_is_not_a_photograph_is_refused_with_its_field() {
    for bytes in [&b"I am called photo.jpg"[..], b"<svg/>", b"", &photograph_with_gps()[..250]] {
        let error = refused(&with_photograph(bytes));
        let (code, text) = only(&error);
        assert_eq!(code, "render.image");
        assert!(text.starts_with("photographs[0].file: "), "{text}");
    }
}

#[test]
fn a_character_without_a_font_is_named_by_field_and_script_and_never_shown() {
    let mut data = english();
    data["record"]["client"]["name"] = json!("王小明");
    let error = refused(&job_with(&fixture("good.typ"), data));
    assert_eq!(
        only(&error),
        (
            "render.missing-glyph",
            "client.name: no font covers a character of this text (Chinese); pass --fonts DIR".to_owned()
        )
    );
}

#[test]
fn further_fonts_are_found_in_the_folder_given() {
    let folder = tempfile::tempdir().expect("tempdir");
    let khmer =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/_shared/fonts/NotoSansKhmer-Regular.ttf");
    std::fs::copy(khmer, folder.path().join("khmer.ttf")).expect("copies");
    let folders = vec![folder.path().to_owned()];
    let engine = Engine::new(EngineOptions { font_folders: folders, ..options() }).expect("an engine");
    assert!(engine.render_job(&good()).expect("a PDF") == ENGINE.render_job(&good()).expect("a PDF"));
    let nowhere = EngineOptions { font_folders: vec![folder.path().join("none")], ..options() };
    assert_eq!(Engine::new(nowhere).err().expect("refused").class(), Class::NotFound);
}

#[test]
fn an_error_in_a_template_names_file_line_and_column_but_no_value() {
    let cases = [
        ("#let x = data.client.guardian", "dictionary does not contain key \"client\""),
        ("#panic(data.record.client.name)", "words of its own"),
        ("#assert(false, message: data.record.client.name)", "words of its own"),
        ("#assert.eq(data.record.client.name, 1)", "Typst reports an error"),
        ("#show: sheet; #pages; #image(\"/att/0\")", "file not found"),
        ("#image(data.record.client.name + \".png\")", "file not found"),
        ("#show: sheet; #pages; #text(font: data.record.client.name)[x]", "a font that is not there"),
        ("#show: sheet; #pages; #text[王]", "PDF/A"),
        ("#read(\"/etc/passwd\")", "file not found"),
        ("#import \"@preview/cetz:0.3.0\": *", "package not found"),
        ("#let x = (", "unclosed delimiter"),
    ];
    for overlay in [false, true] {
        for (line, wanted) in cases {
            let error = refused(&Job { overlay, ..job(line) });
            let first = &error.problems()[0];
            assert_eq!((error.class(), first.code), (Class::Input, "render.template"), "{line}: {error}");
            assert!(error.to_string().starts_with("test/main.typ:2:"), "{line}: {error}");
            assert!(!error.to_string().to_lowercase().contains("amina"), "{line}: {error}");
            assert!(first.message.contains(wanted), "{line}: {error}");
        }
    }
}

#[test]
fn a_layout_that_never_settles_and_one_without_end_are_refused() {
    let unsettled = "#let n = counter(\"n\")\n#context n.update(n.final().first() + 1)\n#context n.display()";
    assert_eq!(only(&refused(&job(unsettled))).0, "render.did-not-converge");
    let endless = job("#show: sheet\n#for i in range(600) [#pagebreak()]");
    assert_eq!(only(&refused(&endless)).0, "render.too-many-pages");
}

#[test]
fn a_runaway_template_is_stopped_and_the_others_are_made() {
    let forever =
        "#let n = 0\n#for a in range(99999) { for b in range(99999) { for c in range(99999) { n += 1 } } }";
    let greedy = "#let s = \"x\"\n#for i in range(40) { s = s + s }\n#s.len()";
    let jobs = [good(), job(forever), job(greedy), job("#panic()"), good()];
    let time_limit = Some(Duration::from_secs(5));
    let two = Batch { options: EngineOptions { time_limit, ..options() }, workers: 2 };
    let mut results: Vec<Option<Result<Pdf, Error>>> = vec![None; jobs.len()];
    batch(&two, jobs.into_iter().map(Ok), |at, result| results[at] = Some(result)).expect("a batch");
    let codes: Vec<&str> = results
        .iter()
        .map(|result| match result.as_ref().expect("every document has an outcome") {
            Ok(_) => "made",
            Err(error) => only(error).0,
        })
        .collect();
    assert_eq!(codes, ["made", "render.limits", "render.limits", "render.template", "made"]);
}

#[test]
fn a_worker_that_is_no_worker_is_an_error_and_not_a_hang() {
    let options = EngineOptions { program: Some("/bin/true".into()), ..EngineOptions::default() };
    let engine = Engine::new(options).expect("an engine");
    let error = engine.render_job(&Job { overlay: true, ..good() }).expect_err("refused");
    assert_eq!((error.class(), only(&error).0), (Class::Unexpected, "render.worker"));
    let none = Engine::new(EngineOptions::default()).expect("an engine");
    assert!(none.render_job(&Job { overlay: true, ..good() }).is_err());
}

/// Resident memory of this process in bytes.
fn resident_bytes() -> Option<u64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(statm.split(' ').nth(1)?.parse::<u64>().ok()? * 4096)
}

#[test]
fn memory_stays_flat_over_many_documents() {
    let Some(_) = resident_bytes() else {
        eprintln!("skipped: no /proc on this system");
        return;
    };
    let (warm, all) = if support::full() { (100, 1_000) } else { (10, 30) };
    let mut before = 0;
    for at in 0..all {
        let mut data = english();
        data["record"]["client"]["name"] = json!(format!("Amina {at}"));
        data["header"]["manager"] = json!(format!("Manager {at}"));
        let main = "#import \"/base.typ\": *\n#show: sheet\n#for n in range(30) [#data.record.client.name #lorem(20 + n) \\ ]";
        let mut job = job_with(main.as_bytes(), data);
        job.ident = format!("casefile-{at}");
        // Failures must be forgotten as well.
        if at % 10 == 9 {
            job.facts[0].text = "none".to_owned();
            assert!(ENGINE.render_job(&job).is_err());
        } else {
            ENGINE.render_job(&job).expect("a PDF");
        }
        if at + 1 == warm {
            before = resident_bytes().expect("statm");
        }
    }
    let after = resident_bytes().expect("statm");
    eprintln!("resident after {warm} documents {} MB, after {all} {} MB", before >> 20, after >> 20);
    let allowed = before / 10 + (24 << 20);
    assert!(after < before + allowed, "from {before} to {after} bytes");
}

/// The document of a kind's own sample record.
fn sample(kind: &Arc<Kind>, lang: &str) -> Document {
    let text = shipped().get_file(format!("{}/sample.yaml", kind.id())).expect("a sample");
    let record = AnyRecord::parse(text.contents(), None, &Programmes::builtin()).expect("a record").record;
    let day = |text: &str| text.parse().expect("a date");
    let request = Request {
        period: (kind.period() != PeriodRule::None).then(|| (day("2016-11-01"), day("2016-11-30"))),
        lang: Some(lang.to_owned()),
        unreviewed: true,
        ..Request::on(day("2016-12-01"))
    };
    compose(&record, kind, &request).unwrap_or_else(|error| panic!("{} {lang}: {error}", kind.id()))
}

#[test]
fn every_kind_in_every_language_follows_both_standards() {
    let kinds = Kinds::builtin().expect("kinds");
    let mut made = 0;
    for kind in kinds.list() {
        for lang in kind.languages() {
            let name = format!("{} {lang}", kind.id());
            let document = sample(kind, lang);
            let pdf = ENGINE.render(&document).unwrap_or_else(|error| panic!("{name}: {error}"));
            support::assert_standards(pdf.bytes());
            assert!(pdf == ENGINE.render(&document).expect("a PDF"), "{name}");
            made += 1;
            if let Some(folder) = std::env::var_os("CASEFILE_LOOK") {
                std::fs::write(Path::new(&folder).join(format!("{name}.pdf")), pdf.bytes()).expect("writes");
            }
        }
    }
    assert!(made >= 28, "{made}");
}

/// The kind `id` as an agency's own folder has it, with one of its files changed.
fn own_kind(id: &str, file: &str, change: impl Fn(&str) -> String) -> Arc<Kind> {
    let folder = tempfile::tempdir().expect("tempdir");
    let kind = folder.path().join(id);
    let shipped = shipped().get_dir(id).expect("a kind");
    shipped.extract(folder.path()).ok();
    std::fs::create_dir_all(kind.join("words")).expect("a folder");
    for part in shipped.files().chain(shipped.get_dir(format!("{id}/words")).expect("words").files()) {
        std::fs::write(folder.path().join(part.path()), part.contents()).expect("writes");
    }
    let path = kind.join(file);
    let text = std::fs::read_to_string(&path).expect("the file");
    assert_ne!(text, change(&text));
    std::fs::write(&path, change(&text)).expect("writes");
    Kinds::with_overlay(folder.path()).expect("kinds").get(id).expect("the kind")
}

#[test]
fn an_agencys_own_template_may_add_but_cannot_drop_the_header() {
    let added = own_kind("case-note", "main.typ", |text| format!("{text}\n#lorem(20)\n"));
    assert!(added.overlay());
    let pdf = ENGINE.render(&sample(&added, "en")).expect("a PDF");
    support::assert_standards(pdf.bytes());
    let dropped =
        own_kind("case-note", "main.typ", |text| format!("{text}\n#set page(header: none)\n#lorem(900)\n"));
    let error = ENGINE.render(&sample(&dropped, "en")).expect_err("refused");
    assert_eq!((error.class(), error.problems()[0].code), (Class::Input, "render.header"), "{error}");
    let broken = own_kind("case-note", "main.typ", |text| format!("{text}\n#data.nothing\n"));
    let error = ENGINE.render(&sample(&broken, "en")).expect_err("refused");
    assert!(error.to_string().contains("case-note/main.typ:"), "{error}");
    assert!(error.to_string().contains("dictionary does not contain key \"nothing\""), "{error}");
}

#[test]
fn a_label_shows_category_year_number_and_status() {
    let kinds = Kinds::builtin().expect("kinds");
    let job = Job::of(&sample(&kinds.get("folder-label").expect("a kind"), "en")).expect("a job");
    let names: Vec<&str> = job.facts.iter().map(|fact| fact.name.as_str()).collect();
    assert_eq!(names, ["category", "year of admission", "client number", "status code"]);
    let blank =
        "#set document(title: \"x\")\n#set page(width: 10cm, height: 5cm)\n#set text(font: \"Noto Sans\")\n";
    let label = |text: &str| {
        let template = Digest::of(text.as_bytes());
        let files = BTreeMap::from([("/label/main.typ".to_owned(), format!("{blank}{text}").into_bytes())]);
        Job { template, files: Arc::new(files), main: "/label/main.typ".to_owned(), ..job.clone() }
    };
    let whole = job.facts.iter().map(|fact| fact.text.as_str()).collect::<Vec<_>>().join("-");
    assert!(ENGINE.render_job(&label(&format!("#v(3cm)\n#\"{whole}\""))).is_ok());
    let error = refused(&label(&whole.replace(&job.facts[2].text, "0000")));
    assert!(only(&error).1.contains("page 1: the label lacks the client number: it is not there"), "{error}");
}
