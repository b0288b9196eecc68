//! The paper folder: what it lacks, what was printed, what was signed.

use crate::agency::{Agency, CASE};
use serde_json::Value;

fn paper(agency: &Agency, more: &[&str]) -> Value {
    let list: Vec<&str> = ["paper", CASE, "--json"].iter().chain(more).copied().collect();
    serde_json::from_str(&agency.ok("aisha", &list)).unwrap()
}

fn kinds(paper: &Value) -> Vec<&str> {
    paper["documents"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect()
}

/// The id of the newest document of a kind.
fn newest(agency: &Agency, kind: &str) -> String {
    let shown: Value = serde_json::from_str(&agency.ok("selma", &["show", CASE, "--json"])).unwrap();
    let all = shown["documents"].as_array().unwrap();
    let of = all.iter().rfind(|document| document["kind"] == kind).unwrap();
    of["document"].as_str().unwrap().to_owned()
}

#[test]
fn the_paper_folder_lacks_what_was_neither_printed_nor_signed() {
    let agency = Agency::with_case();
    agency.ok("aisha", &["file", "care-plan", CASE]);
    assert_eq!(kinds(&paper(&agency, &[])), ["folder-label", "care-plan"]);
    agency.ok("aisha", &["paper", CASE, "--print", "to-print"]);
    let printed: Vec<_> = std::fs::read_dir(agency.path("to-print")).unwrap().collect();
    assert_eq!(printed.len(), 2);
    for file in printed {
        assert!(std::fs::read(file.unwrap().path()).unwrap().starts_with(b"%PDF"));
    }
    // Printing alone puts nothing into the folder.
    assert_eq!(kinds(&paper(&agency, &[])).len(), 2);
    agency.ok("aisha", &["paper", CASE, "--printed", &newest(&agency, "folder-label")]);
    assert_eq!(kinds(&paper(&agency, &[])), ["care-plan"]);
    agency.ok("aisha", &["paper", CASE, "--printed", "all"]);
    assert!(kinds(&paper(&agency, &[])).is_empty());
    let all = paper(&agency, &["--all"]);
    assert_eq!(all["documents"][1]["printed"], "2016-12-01");
    assert!(agency.fails("aisha", 3, &["paper", CASE, "--printed", "all"]).contains("lacks none"));
    agency.ok("selma", &["rekey", CASE, "--deep"]);
    assert!(kinds(&paper(&agency, &[])).is_empty(), "it is sealed anew like everything else");
    agency.fails("nora", 6, &["paper", CASE]);
    // A newer version of the same kind is a paper of its own.
    agency.ok("aisha", &["file", "care-plan", CASE]);
    assert_eq!(kinds(&paper(&agency, &[])), ["care-plan"]);
}

#[test]
fn a_signed_scan_is_tied_to_what_was_signed_and_replaces_nothing() {
    let agency = Agency::with_case();
    agency.ok("aisha", &["file", "care-plan", CASE]);
    let plan = newest(&agency, "care-plan");
    std::fs::write(agency.path("scan.pdf"), "%PDF-1.7 Zanzibar").unwrap();
    let signed = |doc: &str, on: &str| -> Vec<String> {
        let words = ["attach", CASE, "scan.pdf", "--signed", doc, "--by", "Judit Varga", "--on", on];
        words.map(str::to_owned).to_vec()
    };
    let fails = |code: i32, owned: &[String]| {
        agency.fails("aisha", code, &owned.iter().map(String::as_str).collect::<Vec<_>>())
    };
    fails(3, &signed(&plan, "2016-12-02"));
    fails(8, &signed("0000000000", "2016-11-30"));
    agency.fails("aisha", 2, &["attach", CASE, "scan.pdf", "--signed", &plan]);
    let owned = signed(&plan[..10], "2016-11-30");
    agency.ok("aisha", &owned.iter().map(String::as_str).collect::<Vec<_>>());
    let all = paper(&agency, &["--all"]);
    let signs = &all["documents"][1]["signed"][0];
    assert_eq!((&signs["by"], &signs["on"]), (&"Judit Varga".into(), &"2016-11-30".into()));
    assert_eq!(kinds(&paper(&agency, &[])), ["folder-label"], "what is signed lies in the folder");
    let shown = agency.ok("selma", &["show", CASE]);
    assert!(
        shown.contains("(signed by Judit Varga on 2016-11-30)") && !shown.contains("replaced"),
        "{shown}"
    );
    assert!(shown.contains(&format!("(of {}, signed by Judit Varga on 2016-11-30)", &plan[..8])), "{shown}");
    // Whoever reads nothing learns nothing; who signed stays sealed.
    let clear = agency.command(&["history", CASE]).assert().success().get_output().stdout.clone();
    assert!(!String::from_utf8(clear).unwrap().contains("Judit"));
    agency.ok("selma", &["verify", "--level", "V3"]);
}

#[test]
fn where_the_paper_folder_stands_comes_from_the_record() {
    let agency = Agency::with_case();
    agency.ok("aisha", &["record", CASE, "-o", "work.yaml"]);
    let record = std::fs::read_to_string(agency.path("work.yaml")).unwrap();
    let folder = "  paper_folder:\n    seen: 2016-11-30\n    place: Cabinet 7\n    by: Selma Lindqvist\n";
    let changed =
        record.replacen("  admitted: 2016-01-18\n", &format!("  admitted: 2016-01-18\n{folder}"), 1);
    std::fs::write(agency.path("work.yaml"), changed).unwrap();
    agency.ok("aisha", &["record", CASE, "--put", "work.yaml"]);
    assert_eq!(paper(&agency, &[])["paper_folder"]["place"], "Cabinet 7");
}
