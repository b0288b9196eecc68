//! Programmes as data.

use casefile::error::Class;
use casefile::names::Status;
use casefile::programme::{Programmes, Unit, When, parse};
use std::path::Path;

#[test]
fn every_number_of_the_sources_is_a_rule_with_its_source() {
    let programmes = Programmes::builtin();
    let expected = [
        ("cpcm", "caseload.clients-per-manager", 18, Unit::Clients, "002"),
        ("cpcm", "caseload.managers-per-supervisor", 5, Unit::CaseManagers, "002"),
        ("cpcm", "time.contact-share", 78, Unit::Percent, "002"),
        ("cpcm", "time.new-case-share", 50, Unit::Percent, "002"),
        ("cpcm", "report.case-manager", 1, Unit::Months, "002"),
        ("cpcm", "supervision.individual", 1, Unit::Months, "002"),
        ("cpcm", "supervision.update", 1, Unit::Months, "002"),
        ("cpcm", "meeting.team", 1, Unit::Months, "002"),
        ("cpcm", "debriefing.interval", 2, Unit::Months, "002"),
        ("cpcm", "report.monitoring", 3, Unit::Months, "002"),
        ("cpcm", "ageing-out.age", 18, Unit::Years, "002"),
        ("cpcm", "ageing-out.close-after", 6, Unit::Months, "002"),
        ("cpcm", "handover.shadowing", 3, Unit::Months, "002"),
        ("cpcm", "complaint.answer", 15, Unit::Days, "002"),
        ("intensive", "contact.face-to-face", 1, Unit::Weeks, "003"),
        ("intensive", "report.agency", 6, Unit::Months, "003"),
    ];
    for (programme, id, value, unit, source) in expected {
        let programme = programmes.get(programme).unwrap();
        let rule = programme.rule(id).unwrap_or_else(|| panic!("{id} is missing"));
        assert_eq!((rule.value, rule.unit), (value, unit), "{id}");
        assert!(rule.source.starts_with(source), "{id}: {}", rule.source);
    }
}

#[test]
fn what_no_source_names_says_agency_default() {
    for programme in Programmes::builtin().iter() {
        for rule in &programme.rules {
            let named = rule.source.starts_with(&programme.source);
            assert!(named != rule.is_agency_default(), "{}: {}", rule.id, rule.source);
            assert!(!rule.text.is_empty());
        }
    }
}

#[test]
fn cpcm_ages_out_and_intensive_does_not() {
    let programmes = Programmes::builtin();
    let cpcm = programmes.get("cpcm").unwrap();
    assert_eq!((cpcm.ageing_out_age(), cpcm.aged_out_months()), (Some(18), Some(6)));
    assert!(cpcm.admission_conference && cpcm.category("UASC").is_some() && cpcm.stages.len() == 8);
    assert!(
        cpcm.expects.iter().any(|e| e.when == When::Status(Status::AgedOut) && e.kind == "transition-plan")
    );
    let intensive = programmes.get("intensive").unwrap();
    assert_eq!((intensive.ageing_out_age(), intensive.aged_out_months()), (None, None));
    assert!(!intensive.admission_conference && intensive.service_level("high").is_some());
}

#[test]
fn an_unknown_programme_is_not_found_and_the_others_are_named() {
    let error = Programmes::builtin().get("cpmc").unwrap_err();
    assert_eq!(error.class(), Class::NotFound);
    assert!(
        error.problems()[0].hint.as_deref().unwrap().contains("cpcm, flo, intensive, manitoba, permanency")
    );
}

const OWN: &str = "\
id = \"own\"
name = \"Our own\"
source = \"agency\"
categories = [{ id = \"OWN\", text = \"Own\", source = \"agency\" }]
stages = []
admission_conference = false
kinds = [\"case-note\"]
rules = [{ id = \"a\", value = 1, unit = \"days\", source = \"agency default\", text = \"A\" }]
";

#[test]
fn an_agencys_folder_adds_and_replaces_programmes() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("own.toml"), OWN).unwrap();
    std::fs::write(folder.path().join("cpcm.toml"), OWN.replace("\"own\"", "\"cpcm\"")).unwrap();
    std::fs::write(folder.path().join("notes.txt"), "not a programme").unwrap();
    let programmes = Programmes::builtin().with_folder(folder.path()).unwrap();
    assert_eq!(
        programmes.ids().collect::<Vec<_>>(),
        ["cpcm", "flo", "intensive", "manitoba", "own", "permanency"]
    );
    assert_eq!(programmes.get("cpcm").unwrap().name, "Our own");
    std::fs::write(folder.path().join("other.toml"), OWN).unwrap();
    let error = Programmes::builtin().with_folder(folder.path()).unwrap_err();
    assert_eq!(error.problems()[0].code, "programme.name");
    let absent = Programmes::builtin().with_folder(&folder.path().join("absent")).unwrap_err();
    assert_eq!(absent.class(), Class::NotFound);
}

#[test]
fn a_programme_file_is_read_strictly_with_file_and_line() {
    let wrong =
        |from: &str, to: &str| parse(&OWN.replace(from, to), Path::new("own.toml")).unwrap_err().to_string();
    assert!(
        wrong("name =", "nmae =").starts_with("own.toml:2:1: unknown field `nmae`"),
        "{}",
        wrong("name =", "nmae =")
    );
    assert!(wrong("value = 1", "value = \"one\"").starts_with("own.toml:8:30: "));
    assert!(wrong("\"days\"", "\"fortnights\"").contains("unknown variant"));
    assert!(wrong("source = \"agency\"\n", "").contains("missing field `source`"));
    assert!(wrong("[]", "[").starts_with("own.toml:"));
    assert!(wrong("id = \"OWN\"", "id = \"STAFF\"").contains("folders about the work"));
    assert!(wrong("id = \"OWN\"", "id = \"own\"").contains("capital letters"));
    assert!(
        wrong("rules = [", "reviewed = [\"letter\"]\nrules = [")
            .contains("`letter` is not in the list `kinds`")
    );
    let ageing = "ageing_out = { born_on_29_february = \"03-01\", source = \"agency\" }\nrules = [";
    assert!(wrong("rules = [", ageing).contains("needs the rule `ageing-out.age` in years"));
    let twice = wrong(
        "rules = [",
        "expects = []\nrules = [{ id = \"a\", value = 1, unit = \"days\", source = \"s\", text = \"t\" }, ",
    );
    assert!(twice.contains("rule `a` stands twice"), "{twice}");
}
