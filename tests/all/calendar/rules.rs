//! Every number of the programmes that makes something due, with the day it does.

use super::{assert_due, case, date, filed, of_rule, office};
use casefile::calendar::CaseView;
use casefile::names::Status;
use casefile::programme::Programmes;
use chrono::Days;
use std::collections::BTreeSet;

const MET: &str =
    "contacts: [{ on: 2016-03-10, kind: interview, with: [client], face_to_face: true, what: Talked. }]";
const PLACED: &str = "placements: [{ kind: foster, from: 2016-02-03 }]";

/// A case in which a rule makes something due, and the day.
struct Fires {
    programme: &'static str,
    rule: &'static str,
    case: fn() -> CaseView,
    on: &'static str,
}

fn at_risk(level: &str) -> CaseView {
    case(
        "cpcm",
        "UASC-2016-0044",
        &format!("risk: [{{ date: 2016-02-02, level: {level}, reasons: Seen. }}]\n{MET}"),
    )
}

fn at_risk_in(programme: &str, number: &str, level: &str) -> CaseView {
    case(programme, number, &format!("risk: [{{ date: 2016-02-02, level: {level}, reasons: Seen. }}]\n{MET}"))
}

fn student(parts: &str) -> CaseView {
    case("flo", "FLO-2016-0031", parts)
}

fn reporting(mut view: CaseView, kind: &str, start: &str, end: &str) -> CaseView {
    view.filed.push(filed(kind, end, Some((start, end))));
    view
}

fn awaiting_review(programme: &'static str, number: &str, kind: &str) -> CaseView {
    let mut view = case(programme, number, "");
    view.filed.push(filed(kind, "2016-03-01", None));
    view
}

fn aged_out() -> CaseView {
    let mut view = case("cpcm", "UASC-2016-0044", "");
    (view.status, view.since) = (Status::AgedOut, date("2016-08-31"));
    view.until = Some(date("2017-02-28"));
    view
}

fn closed_by_rule() -> CaseView {
    let mut view = case("cpcm", "UASC-2016-0044", "");
    (view.status, view.since) = (Status::Closed, date("2016-03-01"));
    view.moved_by = Some("ageing-out.close-after".to_owned());
    view
}

fn born(programme: &str, number: &str, day: &str) -> CaseView {
    case(
        programme,
        number,
        &format!("client: {{ name: Yonas, birth: {{ date: {day}, certainty: exact }} }}\n"),
    )
}

const FIRES: &[Fires] = &[
    Fires {
        programme: "cpcm",
        rule: "contact.risk-very-high",
        case: || at_risk("very-high"),
        on: "2016-03-13",
    },
    Fires { programme: "cpcm", rule: "contact.risk-high", case: || at_risk("high"), on: "2016-03-17" },
    Fires { programme: "cpcm", rule: "contact.risk-medium", case: || at_risk("medium"), on: "2016-03-24" },
    Fires { programme: "cpcm", rule: "contact.risk-low", case: || at_risk("low"), on: "2016-04-10" },
    Fires { programme: "flo", rule: "contact.face-to-face", case: || student(MET), on: "2016-03-17" },
    Fires {
        programme: "cpcm",
        rule: "home-visit.scheduled",
        case: || case("cpcm", "UASC-2016-0044", PLACED),
        on: "2016-03-03",
    },
    Fires {
        programme: "cpcm",
        rule: "home-visit.unscheduled",
        case: || case("cpcm", "UASC-2016-0044", PLACED),
        on: "2016-05-03",
    },
    Fires {
        programme: "cpcm",
        rule: "report.case-manager",
        // The end of the month is clamped: a month after 31 March is 30 April.
        case: || reporting(case("cpcm", "UASC-2016-0044", ""), "monthly-report", "2016-03-01", "2016-03-31"),
        on: "2016-04-30",
    },
    Fires {
        programme: "flo",
        rule: "report.school",
        case: || reporting(student(""), "fortnightly-report", "2016-02-29", "2016-03-11"),
        on: "2016-03-25",
    },
    Fires { programme: "flo", rule: "report.term", case: || student(""), on: "2016-04-15" },
    Fires {
        programme: "flo",
        rule: "timetable.current",
        case: || reporting(student(""), "timetable", "2016-02-01", "2016-02-01"),
        on: "2016-05-02",
    },
    Fires {
        programme: "manitoba",
        rule: "placement.review",
        case: || case("manitoba", "CIC-2016-0044", PLACED),
        on: "2016-05-03",
    },
    Fires {
        programme: "intensive",
        rule: "exit.follow-up",
        case: || {
            let mut view = case("intensive", "ICM-2016-0044", "");
            (view.status, view.since) = (Status::Closed, date("2016-03-01"));
            view
        },
        on: "2016-06-01",
    },
    Fires {
        programme: "flo",
        rule: "transition.plan-before-exit",
        case: || student("exit: { date: 2016-12-16, plan: Leaves for an apprenticeship. }"),
        on: "2016-10-16",
    },
    Fires {
        programme: "cpcm",
        rule: "plan.review",
        case: || case("cpcm", "UASC-2016-0044", "reviews: [{ date: 2016-03-01, findings: On its way. }]"),
        on: "2016-06-01",
    },
    Fires {
        programme: "cpcm",
        rule: "review.supervisor",
        case: || awaiting_review("cpcm", "UASC-2016-0044", "care-plan"),
        on: "2016-03-08",
    },
    Fires {
        programme: "cpcm",
        rule: "ageing-out.age",
        case: || born("cpcm", "UASC-2016-0044", "1998-05-20"),
        on: "2016-05-20",
    },
    Fires { programme: "cpcm", rule: "ageing-out.close-after", case: aged_out, on: "2017-02-28" },
    Fires { programme: "cpcm", rule: "closure.report-due", case: closed_by_rule, on: "2016-03-31" },
    Fires {
        programme: "manitoba",
        rule: "contact.risk-high",
        case: || at_risk_in("manitoba", "CP-2016-0044", "high"),
        on: "2016-03-17",
    },
];

#[test]
fn every_rule_fires_on_its_day_and_not_before() {
    for fires in FIRES {
        let view = (fires.case)();
        assert_eq!(view.programme().id, fires.programme);
        assert_due(&view, fires.rule, fires.on);
    }
}

/// Numbers that make nothing due by themselves: shares, limits, notices of another rule, levels of
/// attendance. Their own tests are those of the caseload, of sweeping and of the documents.
const NO_DAY: &[&str] = &[
    "caseload.clients-per-manager",
    "caseload.managers-per-supervisor",
    "time.contact-share",
    "time.new-case-share",
    "time.new-case",
    "attendance.alert",
    "ageing-out.first-notice",
    "ageing-out.last-notice",
    "ageing-out.late-run",
    "ageing-out.late-notice",
    "status.contact-lost",
];

#[test]
fn what_settles_a_report_moves_its_day() {
    let late = case("cpcm", "UASC-2016-0044", "");
    assert_due(&late, "report.case-manager", "2016-03-01");
    let done = reporting(late, "monthly-report", "2016-02-01", "2016-02-29");
    assert_due(&done, "report.case-manager", "2016-03-29");
}

#[test]
fn a_term_report_settles_its_term_and_the_next_one_is_due() {
    let told = reporting(student(""), "term-report", "2016-02-01", "2016-04-15");
    let items = of_rule(&told, "report.term", date("2016-05-10"));
    assert_eq!(items.iter().map(|item| item.on).collect::<Vec<_>>(), [date("2016-07-08")]);
}

#[test]
fn an_approved_document_is_done_and_a_returned_one_goes_back_to_the_manager() {
    let mut view = awaiting_review("cpcm", "UASC-2016-0044", "care-plan");
    view.filed[0].review = Some((false, date("2016-03-05")));
    let items = of_rule(&view, "review.supervisor", date("2016-03-06"));
    assert_eq!((items[0].on, items[0].who[0].to_string()), (date("2016-03-12"), "aisha".to_owned()));
    view.filed[0].review = Some((true, date("2016-03-05")));
    assert!(of_rule(&view, "review.supervisor", date("2016-03-06")).is_empty());
}

#[test]
fn the_closing_is_announced_sixty_days_before_whatever_window_is_asked_for() {
    let view = aged_out();
    let shown = |today: &str| {
        let items = of_rule(&view, "ageing-out.close-after", date(today));
        items.iter().any(|item| item.is_shown(date(today), Days::new(0)))
    };
    assert!(!shown("2016-12-29") && shown("2016-12-30"));
}

#[test]
fn turning_of_age_without_a_plan_stays_on_the_list_until_solved() {
    let without = born("cpcm", "UASC-2016-0044", "1998-02-28");
    let items = of_rule(&without, "ageing-out.age", date("2019-01-01"));
    assert!(
        items[0].what.contains("without a transition plan") && items[0].days_late(date("2019-01-01")) > 1000
    );
}

#[test]
fn who_is_born_on_a_leap_day_turns_of_age_on_the_first_of_march() {
    assert_due(&born("cpcm", "UASC-2016-0044", "2000-02-29"), "ageing-out.age", "2018-03-01");
}

#[test]
fn a_task_of_the_plan_is_due_by_the_record_until_it_is_done() {
    let goal = |task: &str| {
        case(
            "cpcm",
            "UASC-2016-0044",
            &format!(
                "goals: [{{ goal: School, area: education, owner: client, set: 2016-02-02, state: active, tasks: [{task}] }}]"
            ),
        )
    };
    let named = |view: &CaseView| {
        let items = casefile::calendar::due(view, date("2016-04-01"));
        items.iter().filter(|item| item.rule.is_none()).map(|item| item.on).collect::<Vec<_>>()
    };
    let open = goal("{ task: Enrol, owner: case-manager, set: 2016-02-02, due: 2016-03-01, state: open }");
    assert_eq!(named(&open), [date("2016-03-01")]);
    let done = goal(
        "{ task: Enrol, owner: case-manager, set: 2016-02-02, due: 2016-03-01, state: done, done: 2016-02-20 }",
    );
    assert_eq!(named(&done), []);
}

#[test]
fn no_rule_of_a_programme_is_without_a_test_of_its_day() {
    let of_cases = FIRES.iter().map(|fires| fires.rule);
    let tested: BTreeSet<&str> = of_cases.chain(office::rules()).chain(NO_DAY.iter().copied()).collect();
    let programmes = Programmes::builtin();
    let rules = programmes.iter().flat_map(|programme| &programme.rules).map(|rule| rule.id.as_str());
    let untested: BTreeSet<&str> = rules.filter(|rule| !tested.contains(rule)).collect();
    assert!(untested.is_empty(), "{untested:?}");
}
