//! What is due in the folders about the work, before, on and after its day.

use super::{case, date, filed};
use casefile::calendar::{
    CaseView, Filed, InClear, Item, NextStep, OfficeView, Overstay, Retained, in_clear, office,
};
use casefile::names::PersonId;
use casefile::programme::Programmes;
use casefile::record::WorkRecord;
use chrono::{Days, NaiveDate};
use std::collections::BTreeMap;

/// The programmes, with the one for schools at another level of the standards.
fn programmes(level: &str) -> Programmes {
    let folder = tempfile::TempDir::new().unwrap();
    let flo = std::fs::read_to_string(format!("{}/programmes/flo.toml", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let flo = flo.replace("level = \"functioning\"", &format!("level = \"{level}\""));
    std::fs::write(folder.path().join("flo.toml"), flo).unwrap();
    Programmes::builtin().with_folder(folder.path()).unwrap()
}

/// A folder about the work: its sort, its programme and the further parts of its record.
pub fn folder(sort: &str, programme: &str, level: &str, parts: &str) -> OfficeView {
    let word = if sort == "debriefing" { "DEBRIEF".to_owned() } else { sort.to_uppercase() };
    let number = format!("{word}-2016-0001");
    let yaml = format!(
        "casefile: {sort}/1\nprogramme: {programme}\nfolder: {{ number: {number}, opened: 2016-02-01, \
         author: {{ id: aisha, name: Aisha Rahman }}, responsible: {{ id: selma, name: Selma Lindqvist }} }}\n{parts}\n"
    );
    let record = match WorkRecord::parse(yaml.as_bytes(), None, &programmes(level)) {
        Ok(checked) => checked.record,
        Err(error) => panic!("{:?}\n{yaml}", error.problems()),
    };
    OfficeView { record, unit: number.parse().unwrap(), filed: Vec::new() }
}

fn flo(sort: &str, level: &str, parts: &str) -> OfficeView {
    folder(sort, "flo", level, parts)
}

fn cpcm(sort: &str, parts: &str) -> OfficeView {
    folder(sort, "cpcm", "functioning", parts)
}

fn referral(level: &str, received: &str) -> OfficeView {
    let parts =
        "referrer: { kind: school, name: A school }\nclient: { name: Yonas Tesfay }\nreason: Asked for.";
    flo("referral", level, &format!("received: {received}\n{parts}"))
}

fn complaint(more: &str) -> OfficeView {
    let parts = "route: external\nsubmitted_to: case-supervisor\ncomplainant: { kind: client }\nwhat: Late.";
    cpcm("complaint", &format!("received: {{ date: 2016-10-03 }}\n{parts}\n{more}"))
}

const ANSWER: &str = "response: { date: 2016-10-17, to: The client, findings: Borne out., action: Said so., refute: In writing. }";

fn debriefing(sessions: &str) -> OfficeView {
    let parts =
        "person: { id: aisha, name: Aisha Rahman }\nfacilitator: { id: ines, name: Ines, third_party: yes }";
    cpcm("debriefing", &format!("{parts}\nsessions: [{sessions}]"))
}

fn handover(mode: &str) -> OfficeView {
    let leaver = "leaver: { id: aisha, name: Aisha Rahman }";
    let cases = "cases: [{ case: UASC-2016-0044, to: { id: tomas, name: Tomas Petrovic } }]";
    cpcm("handover", &format!("{leaver}\nmode: {mode}\nstarted: 2016-08-31\n{cases}"))
}

fn staff(sessions: &str) -> OfficeView {
    let parts = "person: { id: aisha, name: Aisha Rahman }\nhired: 2016-01-04";
    cpcm("staff", &format!("{parts}\nsupervision: [{sessions}]"))
}

fn programme(of: &str, level: &str, meetings: &str) -> OfficeView {
    folder("programme", of, level, &format!("meetings: [{meetings}]"))
}

fn reported(mut view: OfficeView, kind: &str, start: &str, end: &str) -> OfficeView {
    view.filed.push(filed(kind, end, Some((start, end))));
    view
}

/// A folder in which a rule makes something due, and the day.
struct Fires {
    rule: &'static str,
    folder: fn() -> OfficeView,
    on: &'static str,
}

const FIRES: &[Fires] = &[
    Fires {
        rule: "first-contact.functioning",
        folder: || referral("functioning", "{ date: 2016-03-04, at: \"15:10\" }"),
        on: "2016-03-11",
    },
    Fires {
        rule: "first-contact.strategic",
        folder: || referral("strategic", "{ date: 2016-03-04, at: \"15:10\" }"),
        on: "2016-03-07",
    },
    Fires {
        rule: "first-contact.embedded",
        folder: || referral("embedded", "{ date: 2016-03-04, at: \"15:10\" }"),
        on: "2016-03-06",
    },
    Fires {
        rule: "first-contact.last-term",
        // The next school year begins on 30 January 2017.
        folder: || referral("functioning", "{ date: 2016-11-04, at: \"15:10\" }"),
        on: "2017-01-29",
    },
    Fires { rule: "complaint.answer", folder: || complaint(""), on: "2016-10-18" },
    Fires {
        rule: "debriefing.interval",
        // Two months after the last day of the year is the last day of February.
        folder: || debriefing("{ date: 2015-12-31, form: individual, occasion: regular }"),
        on: "2016-02-29",
    },
    Fires { rule: "handover.shadowing", folder: || handover("departure"), on: "2016-11-30" },
    Fires {
        rule: "supervision.individual",
        folder: || staff("{ date: 2016-03-10, form: individual, occasion: regular }"),
        on: "2016-04-10",
    },
    Fires {
        rule: "supervision.update",
        folder: || programme("cpcm", "functioning", "{ date: 2016-03-31, kind: update }"),
        on: "2016-04-30",
    },
    Fires {
        rule: "meeting.team",
        folder: || programme("cpcm", "functioning", "{ date: 2016-03-02, kind: team }"),
        on: "2016-04-02",
    },
    Fires {
        rule: "meeting.peer",
        folder: || programme("flo", "functioning", "{ date: 2016-03-02, kind: peer }"),
        on: "2016-04-02",
    },
    Fires {
        rule: "report.agency",
        folder: || {
            let folder = programme("intensive", "functioning", "");
            reported(folder, "agency-report", "2016-01-01", "2016-06-30")
        },
        on: "2016-12-30",
    },
    Fires {
        rule: "report.monitoring",
        folder: || {
            let folder = programme("cpcm", "functioning", "");
            reported(folder, "monitoring-report", "2016-01-01", "2016-03-31")
        },
        on: "2016-06-30",
    },
    Fires { rule: "evaluation.annual", folder: || programme("flo", "embedded", ""), on: "2017-02-01" },
];

/// The rules that are tested here.
pub fn rules() -> impl Iterator<Item = &'static str> {
    FIRES.iter().map(|fires| fires.rule)
}

fn me(id: &str) -> PersonId {
    id.parse().unwrap()
}

fn due(folders: &[OfficeView], cases: &[CaseView], today: &str) -> Vec<Item> {
    office(folders, cases, (&me("aisha"), None), date(today))
}

fn of_rule(folder: OfficeView, rule: &str, today: NaiveDate) -> Vec<Item> {
    let items = office(&[folder], &[], (&me("aisha"), None), today);
    items.into_iter().filter(|item| item.rule.as_deref() == Some(rule)).collect()
}

#[test]
fn every_rule_of_the_office_fires_on_its_day_and_not_before() {
    for fires in FIRES {
        let on = date(fires.on);
        for (today, late) in [(on - Days::new(1), -1), (on, 0), (on + Days::new(1), 1)] {
            let items = of_rule((fires.folder)(), fires.rule, today);
            let [item] = &items[..] else { panic!("{} seen from {today}: {items:?}", fires.rule) };
            assert_eq!((item.on, item.days_late(today)), (on, late), "{}", fires.rule);
            assert!(!item.settle.is_empty() && !item.who.is_empty() && !item.source.is_empty(), "{item:?}");
        }
    }
}

#[test]
fn hours_are_counted_to_the_minute() {
    let items = of_rule(
        referral("strategic", "{ date: 2016-03-04, at: \"15:10\" }"),
        "first-contact.strategic",
        date("2016-03-05"),
    );
    assert_eq!(items[0].at.unwrap().to_string(), "2016-03-07 15:10:00");
    let days = of_rule(
        referral("functioning", "{ date: 2016-03-04, at: \"15:10\" }"),
        "first-contact.functioning",
        date("2016-03-05"),
    );
    assert_eq!(days[0].at, None);
}

#[test]
fn a_first_contact_a_declined_referral_and_a_contact_in_the_case_it_became_stop_the_clock() {
    let received = "{ date: 2016-03-04, at: \"15:10\" }";
    for more in [
        "first_contact: { date: 2016-03-05 }",
        "screening: { date: 2016-03-05, by: { id: selma, name: Selma }, outcome: declined, reasons: Too far. }",
    ] {
        let stopped = referral("functioning", &format!("{received}\n{more}"));
        assert!(due(&[stopped], &[], "2016-03-06").is_empty(), "{more}");
    }
    let admitted = || referral("functioning", &format!("{received}\nadmitted_to: FLO-2016-0031"));
    let met = "contacts: [{ on: 2016-03-05, kind: interview, with: [client], what: Talked. }]";
    let first_contact = |parts: &str| {
        let items = due(&[admitted()], &[case("flo", "FLO-2016-0031", parts)], "2016-03-06");
        items.iter().any(|item| item.what.contains("first contact"))
    };
    assert!(first_contact("") && !first_contact(met));
}

#[test]
fn an_answered_complaint_is_settled_and_one_that_is_not_is_the_investigators() {
    assert!(due(&[complaint(ANSWER)], &[], "2016-10-19").is_empty());
    assert_eq!(due(&[complaint(ANSWER)], &[], "2016-10-16").len(), 1, "the answer is of the 17th");
    let with = complaint("investigator: { id: petra, name: Petra, role: project-director }");
    assert_eq!(due(&[with], &[], "2016-10-04")[0].who, [me("petra")]);
}

#[test]
fn an_incident_asks_for_a_debriefing_at_once_of_the_case_manager_alone() {
    let incident = "incidents: [{ date: 2016-03-10, kind: injury, what: Fell., action: Hospital. }]";
    let cases = || [case("cpcm", "UASC-2016-0044", incident)];
    let asked = |folders: &[OfficeView], person: &str, debriefed: Option<&str>, today: &str| {
        let items = office(folders, &cases(), (&me(person), debriefed.map(date)), date(today));
        items.iter().any(|item| item.what == "debriefing after an incident" && item.on == date("2016-03-10"))
    };
    assert!(!asked(&[], "aisha", None, "2016-03-09") && asked(&[], "aisha", None, "2016-03-10"));
    assert!(
        asked(&[], "aisha", Some("2016-03-09"), "2016-03-11"),
        "a debriefing before it was about something else"
    );
    assert!(!asked(&[], "aisha", Some("2016-03-11"), "2016-03-11"), "the log shows one");
    assert!(!asked(&[], "selma", None, "2016-03-11"));
    let held = debriefing("{ date: 2016-03-10, form: individual, occasion: incident }");
    assert!(!asked(&[held], "aisha", None, "2016-03-11"));
}

#[test]
fn an_urgent_or_ended_handover_has_no_shadowing_and_a_joint_contact_moves_its_end() {
    let shadowing = |folder: OfficeView, cases: &[CaseView]| {
        let items = due(&[folder], cases, "2016-10-01");
        let days = items.iter().filter(|it| it.rule.as_deref() == Some("handover.shadowing")).map(|it| it.on);
        days.collect::<Vec<_>>()
    };
    assert_eq!(shadowing(handover("urgent"), &[]), []);
    assert_eq!(shadowing(handover("departure\naccess_ended: 2016-09-30"), &[]), []);
    let met =
        "contacts: [{ on: 2016-09-12, kind: home-visit, with: [client], by: [aisha, tomas], what: Met. }]";
    let case = case("cpcm", "UASC-2016-0044", met);
    assert_eq!(shadowing(handover("departure"), &[case]), [date("2016-12-12")]);
}

#[test]
fn supervision_is_counted_from_the_last_one_in_any_case_or_in_the_staff_file() {
    let cases = || {
        let noted = "contacts: [{ on: 2016-03-10, kind: supervision, what: Both cases. }]";
        [case("cpcm", "UASC-2016-0044", ""), case("cpcm", "UASC-2016-0045", noted)]
    };
    let on = |folders: &[OfficeView]| {
        let items = due(folders, &cases(), "2016-03-20");
        let of_rule = items.iter().filter(|item| item.what == "individual supervision");
        of_rule.map(|item| (item.on, item.rule.is_some())).collect::<Vec<_>>()
    };
    assert_eq!(on(&[]), [(date("2016-04-10"), true)]);
    let session =
        |more: &str| staff(&format!("{{ date: 2016-03-15, form: individual, occasion: regular{more} }}"));
    assert_eq!(on(&[session("")]), [(date("2016-04-15"), true)]);
    assert_eq!(on(&[session(", next: 2016-04-05")]), [(date("2016-04-05"), false)], "the record is the rule");
    let team = staff("{ date: 2016-03-15, form: team, occasion: regular }");
    assert_eq!(on(&[team]), [(date("2016-04-10"), true)], "a meeting of the team is no individual one");
}

#[test]
fn the_evaluation_is_asked_for_at_the_highest_level_only_and_several_folders_count_together() {
    let evaluation = |level: &str| {
        due(&[programme("flo", level, "")], &[], "2016-03-01").iter().any(|it| it.what.contains("evaluation"))
    };
    assert!(evaluation("embedded") && !evaluation("strategic") && !evaluation("functioning"));
    let mut second = programme("cpcm", "functioning", "{ date: 2016-05-02, kind: team }");
    second.unit = "PROGRAMME-2016-0002".parse().unwrap();
    let both = [programme("cpcm", "functioning", "{ date: 2016-04-02, kind: team }"), second];
    let items = due(&both, &[], "2016-05-10");
    let meetings: Vec<&Item> = items.iter().filter(|it| it.what == "team meeting").collect();
    let [meeting] = meetings[..] else { panic!("{meetings:?}") };
    assert_eq!(
        (meeting.on, meeting.unit.as_ref().unwrap().to_string().as_str()),
        (date("2016-06-02"), "PROGRAMME-2016-0002")
    );
}

#[test]
fn a_returned_document_about_the_work_goes_back_to_its_author() {
    let mut view = complaint(ANSWER);
    view.filed.push(Filed {
        review: Some((false, date("2016-10-20"))),
        ..filed("complaint-response", "2016-10-17", None)
    });
    let items = due(&[view], &[], "2016-10-21");
    assert_eq!((items[0].on, &items[0].who[..]), (date("2016-10-27"), &[me("aisha")][..]));
}

fn seen() -> InClear {
    let over = |unit: &str| Overstay {
        reader: me("tomas"),
        until: date("2016-11-30"),
        unit: unit.parse().unwrap(),
        supervisor: Some(me("selma")),
    };
    let retained = Retained {
        unit: "UASC-1940-0001".parse().unwrap(),
        ended: date("2016-06-01"),
        rule: "retention.uasc.70".to_owned(),
        next: NextStep::Propose,
        supervisor: Some(me("selma")),
    };
    InClear {
        overstays: vec![over("UASC-2016-0044"), over("UASC-2016-0045")],
        retained: vec![retained],
        administrators: vec![me("nora")],
        departures: Vec::new(),
        handovers: BTreeMap::new(),
    }
}

#[test]
fn a_last_day_that_passed_without_new_keys_comes_before_everything_else() {
    assert!(
        !in_clear(&seen(), date("2016-11-30")).iter().any(|item| item.first),
        "the last day still counts"
    );
    let mut items = in_clear(&seen(), date("2016-12-01"));
    casefile::calendar::sort(&mut items);
    let first = &items[0];
    assert!(
        first.first && first.what.contains("tomas") && first.what.contains("2 folders"),
        "{}",
        first.what
    );
    assert_eq!(first.who, [me("nora"), me("selma")]);
    assert_eq!(first.settle, "casefile rekey --for tomas --deep");
    let handovers = BTreeMap::from([(me("tomas"), "HANDOVER-2016-0001".parse().unwrap())]);
    let known = in_clear(&InClear { handovers, ..seen() }, date("2016-12-01"));
    assert_eq!(known[0].settle, "casefile handover revoke HANDOVER-2016-0001");
}

#[test]
fn who_leaves_is_to_be_retired_on_the_last_day_by_an_administrator_who_is_somebody_else() {
    let departures = vec![(me("tomas"), date("2016-12-31")), (me("nora"), date("2016-12-20"))];
    let seen = InClear { departures, administrators: vec![me("nora"), me("olga")], ..seen() };
    let items = in_clear(&seen, date("2016-12-31"));
    let of = |person: &str| {
        items.iter().find(|it| it.settle == format!("casefile person retire {person}")).unwrap()
    };
    assert_eq!(
        (of("tomas").days_late(date("2016-12-31")), &of("tomas").who[..]),
        (0, &[me("nora"), me("olga")][..])
    );
    assert_eq!((of("nora").days_late(date("2016-12-31")), &of("nora").who[..]), (11, &[me("olga")][..]));
}

#[test]
fn disposal_is_due_by_the_policy_and_its_next_step_is_named() {
    for (next, command) in [
        (NextStep::Propose, "casefile dispose propose UASC-1940-0001 --reason …"),
        (NextStep::Approve, "casefile dispose approve UASC-1940-0001"),
        (NextStep::Run, "casefile dispose run UASC-1940-0001"),
    ] {
        let mut seen = seen();
        seen.retained[0].next = next;
        for (today, late) in [("2016-05-31", -1), ("2016-06-01", 0), ("2016-06-02", 1)] {
            let items = in_clear(&seen, date(today));
            let item = items.iter().find(|item| item.rule.as_deref() == Some("retention.uasc.70")).unwrap();
            assert_eq!((item.days_late(date(today)), item.settle.as_str()), (late, command));
        }
    }
}
