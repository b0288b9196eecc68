//! What time changes by itself, day by day.

use super::{case, date, filed};
use casefile::calendar::{Act, AgedOut, CaseView, Decision, Proposal, sweep_open, sweep_sealed};
use casefile::names::Status;
use casefile::programme::Programmes;

fn aged_out(until: &str, announced: &[(&str, &str)]) -> AgedOut {
    let announced = announced.iter().map(|(rule, on)| (format!("ageing-out.{rule}"), date(on))).collect();
    AgedOut { unit: "UASC-2016-0044".parse().unwrap(), until: date(until), announced }
}

/// What is done on a day, in short words.
fn on(case: &AgedOut, today: &str) -> String {
    match sweep_open(case, &Programmes::builtin(), date(today)) {
        None => "nothing".to_owned(),
        Some(Decision::Do { act: Act::Announce { closes }, rule }) => format!("{rule} {closes}"),
        Some(Decision::Do { act: Act::Close { since }, .. }) => format!("close {since}"),
        Some(other) => panic!("{other:?}"),
    }
}

#[test]
fn closing_is_announced_sixty_and_thirty_days_before_and_done_on_the_day() {
    let none = aged_out("2017-02-28", &[]);
    assert_eq!(on(&none, "2016-12-29"), "nothing");
    assert_eq!(on(&none, "2016-12-30"), "ageing-out.first-notice 2017-02-28");
    let first = aged_out("2017-02-28", &[("first-notice", "2016-12-30")]);
    assert_eq!(on(&first, "2017-01-28"), "nothing");
    assert_eq!(on(&first, "2017-01-29"), "ageing-out.last-notice 2017-02-28");
    let both = aged_out("2017-02-28", &[("first-notice", "2016-12-30"), ("last-notice", "2017-01-29")]);
    assert_eq!(on(&both, "2017-02-27"), "nothing");
    assert_eq!(on(&both, "2017-02-28"), "close 2017-02-28");
    assert_eq!(on(&both, "2017-03-07"), "close 2017-02-28");
}

#[test]
fn a_run_that_comes_more_than_a_week_late_gives_thirty_days_notice_first() {
    let both = [("first-notice", "2016-12-30"), ("last-notice", "2017-01-29")];
    assert_eq!(on(&aged_out("2017-02-28", &both), "2017-03-08"), "ageing-out.late-notice 2017-04-07");
    let late = aged_out("2017-02-28", &[("late-notice", "2017-03-08")]);
    assert_eq!(on(&late, "2017-04-06"), "nothing");
    assert_eq!(on(&late, "2017-04-07"), "close 2017-02-28", "the effective day stays the day it was due");
}

#[test]
fn an_extension_needs_its_own_announcements() {
    let extended = aged_out("2017-08-31", &[("first-notice", "2016-12-30"), ("last-notice", "2017-01-29")]);
    assert_eq!(on(&extended, "2017-03-20"), "nothing");
    assert_eq!(on(&extended, "2017-07-02"), "ageing-out.first-notice 2017-08-31");
}

fn born(certainty: &str, rest: &str) -> CaseView {
    let birth =
        format!("client: {{ name: Yonas, birth: {{ date: 1998-08-31, certainty: {certainty} }} }}\n{rest}");
    case("cpcm", "UASC-2016-0044", &birth)
}

const PLAN: &str = "transition: { date: 2016-05-02 }\n\
                    contacts: [{ on: 2016-08-20, kind: call, with: [client], what: Talked. }]\n";

#[test]
fn turning_eighteen_with_a_filed_plan_ages_out_and_the_end_is_clamped_to_the_month() {
    let mut view = born("exact", PLAN);
    assert_eq!(sweep_sealed(&view, date("2016-08-30")), []);
    let lacking = Decision::Propose { proposal: Proposal::NoTransitionPlan, rule: "ageing-out.age" };
    assert_eq!(sweep_sealed(&view, date("2016-08-31")), [lacking]);
    view.filed.push(filed("transition-plan", "2016-05-02", None));
    let act = Act::AgeOut { since: date("2016-08-31"), until: date("2017-02-28") };
    assert_eq!(sweep_sealed(&view, date("2016-08-31")), [Decision::Do { act, rule: "ageing-out.age" }]);
}

#[test]
fn a_plan_that_comes_after_the_birthday_makes_its_own_day_the_effective_one() {
    let mut view = born("exact", "transition: { date: 2016-10-31 }\n");
    view.filed.push(filed("transition-plan", "2016-10-31", None));
    let act = Act::AgeOut { since: date("2016-10-31"), until: date("2017-04-30") };
    assert_eq!(sweep_sealed(&view, date("2016-11-02")), [Decision::Do { act, rule: "ageing-out.age" }]);
}

#[test]
fn an_uncertain_date_of_birth_is_proposed_and_never_done() {
    for certainty in ["estimated", "disputed"] {
        let mut view = born(certainty, PLAN);
        view.filed.push(filed("transition-plan", "2016-05-02", None));
        let proposed = Decision::Propose { proposal: Proposal::AgedOutUncertain, rule: "ageing-out.age" };
        assert_eq!(sweep_sealed(&view, date("2018-01-01")), [proposed], "{certainty}");
    }
}

#[test]
fn a_programme_without_ageing_out_lets_nobody_age_out() {
    let birth = "client: { name: Yonas, birth: { date: 1998-08-31, certainty: exact } }\ntransition: { date: 2016-05-02 }\n\
                 contacts: [{ on: 2018-01-01, kind: interview, with: [client], what: Talked. }]\n";
    let mut view = case("flo", "FLO-2016-0031", birth);
    view.filed.push(filed("transition-plan", "2016-05-02", None));
    assert_eq!(sweep_sealed(&view, date("2018-01-02")), []);
}

#[test]
fn lost_contact_is_proposed_after_the_limit_and_attempts_do_not_count() {
    let contacts = "contacts:\n  - { on: 2016-03-10, kind: call, with: [client], what: Talked. }\n  \
                    - { on: 2016-05-05, kind: attempt, what: Nobody answered. }\n";
    let view = case("cpcm", "UASC-2016-0044", contacts);
    assert_eq!(sweep_sealed(&view, date("2016-05-10")), []);
    let proposal = Proposal::Inactive { last: date("2016-03-10") };
    let expected = Decision::Propose { proposal, rule: "status.contact-lost" };
    assert_eq!(sweep_sealed(&view, date("2016-05-11")), [expected]);
}

#[test]
fn an_agreement_with_the_young_adult_extends_instead_of_closing() {
    let agreement =
        "young_adult: { date: 2016-09-01, from: 2016-09-01, until: 2017-08-31, goals: Finish school. }\n";
    let mut view = case("cpcm", "UASC-2016-0044", agreement);
    (view.status, view.since, view.until) = (Status::AgedOut, date("2016-08-31"), Some(date("2017-02-28")));
    assert_eq!(sweep_sealed(&view, date("2016-08-31")), [], "not before it is signed");
    let act = Act::Extend { until: date("2017-08-31") };
    let expected = Decision::Do { act, rule: "ageing-out.young-adult-agreement" };
    // At once: an administrator's run cannot see the agreement.
    assert_eq!(sweep_sealed(&view, date("2016-09-01")), [expected]);
    let closing = |view: &CaseView| {
        let items = casefile::calendar::due(view, date("2016-09-01"));
        let of_rule = items.into_iter().find(|item| item.rule.as_deref() == Some("ageing-out.close-after"));
        let shown = of_rule.filter(|item| item.is_shown(date("2016-09-01"), chrono::Days::new(0)));
        shown.map(|item| item.settle)
    };
    assert_eq!(closing(&view).as_deref(), Some("casefile sweep"));
    view.until = Some(date("2017-08-31"));
    assert_eq!((sweep_sealed(&view, date("2016-09-02")), closing(&view)), (vec![], None));
}

#[test]
fn a_closure_left_from_before_a_case_was_reopened_silences_no_alert() {
    let closed = "closure: { date: 2016-05-02, circumstance: other, solution: Moved. }\n\
                  contacts: [{ on: 2016-08-20, kind: call, with: [client], what: Talked. }]\n";
    let mut view = born("exact", closed);
    let lacking = Decision::Propose { proposal: Proposal::NoTransitionPlan, rule: "ageing-out.age" };
    assert_eq!(sweep_sealed(&view, date("2016-08-31")), [], "it is about to be closed");
    view.since = date("2016-06-01");
    assert_eq!(sweep_sealed(&view, date("2016-08-31")), [lacking]);
}

#[test]
fn an_unexpired_consent_filed_under_an_older_status_is_listed() {
    let consent = |until: &str| {
        let mut view = case(
            "cpcm",
            "UASC-2016-0044",
            &format!(
                "consents: [{{ kind: services, date: 2016-02-01, given_by: client, form: written, language: en, what: All., until: {until} }}]\n"
            ),
        );
        view.filed.push(filed("consent", "2016-02-01", None));
        view.status = Status::AgedOut;
        let lacks = casefile::calendar::missing(&view, date("2016-09-01"));
        lacks.iter().any(|it| it.lack == casefile::calendar::Lack::OlderStatus("consent".to_owned()))
    };
    assert!(consent("2017-02-01") && !consent("2016-08-31"));
}

#[test]
fn a_label_with_an_older_status_is_made_anew() {
    let mut view = case("cpcm", "UASC-2016-0044", "");
    view.filed.push(filed("folder-label", "2016-02-01", None));
    view.status = Status::Closed;
    assert_eq!(
        sweep_sealed(&view, date("2016-12-29")),
        [Decision::Do { act: Act::Label, rule: "label.status" }]
    );
}
