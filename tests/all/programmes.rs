//! Tests: the programmes for schools, for child and family services and for permanency.

use casefile::document::{Kinds, PeriodRule, Request, compose};
use casefile::error::Place;
use casefile::programme::{Programme, Programmes, Unit, parse};
use casefile::record::model::{CasePlanGoal, RiskLevel, YesNo};
use casefile::record::{Record, Sort};
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

fn programme(id: &str) -> Arc<Programme> {
    Programmes::builtin().get(id).expect("a programme")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn moment(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment")
}

#[test]
fn every_number_of_the_school_standards_is_a_rule_with_its_source() {
    let flo = programme("flo");
    let expected = [
        ("caseload.clients-per-manager", 25, Unit::Clients),
        ("contact.face-to-face", 1, Unit::Weeks),
        ("first-contact.functioning", 7, Unit::Days),
        ("first-contact.strategic", 72, Unit::Hours),
        ("first-contact.embedded", 48, Unit::Hours),
        ("first-contact.last-term", 1, Unit::Terms),
        ("report.school", 2, Unit::Weeks),
        ("report.term", 1, Unit::Terms),
        ("timetable.current", 1, Unit::Terms),
        ("transition.plan-before-exit", 1, Unit::Terms),
        ("evaluation.annual", 1, Unit::Years),
    ];
    for (id, value, unit) in expected {
        let rule = flo.rule(id).unwrap_or_else(|| panic!("{id} is missing"));
        assert_eq!((rule.value, rule.unit), (value, unit), "{id}");
        assert!(rule.source.starts_with("000"), "{id}: {}", rule.source);
    }
    let sourced = flo.rules.iter().filter(|rule| !rule.is_agency_default()).count();
    assert_eq!(sourced, expected.len(), "a number of the source that this test does not know");
}

#[test]
fn the_other_two_sources_name_no_number() {
    for id in ["manitoba", "permanency"] {
        let named: Vec<_> =
            programme(id).rules.iter().filter(|rule| !rule.is_agency_default()).cloned().collect();
        assert_eq!(named, [], "{id}");
    }
}

#[test]
fn the_level_of_the_agency_picks_the_first_contact() {
    let text = include_str!("../../programmes/flo.toml");
    let received = moment("2016-08-03 14:30");
    for (level, by) in [
        ("functioning", "2016-08-10 14:30"),
        ("strategic", "2016-08-06 14:30"),
        ("embedded", "2016-08-05 14:30"),
    ] {
        let text = text.replace("level = \"functioning\"", &format!("level = \"{level}\""));
        let flo = parse(&text, Path::new("flo.toml")).expect("a programme");
        assert_eq!(
            flo.first_contact().map(|rule| rule.id.as_str()),
            Some(format!("first-contact.{level}").as_str())
        );
        assert_eq!(flo.first_contact_by(received), Some(moment(by)), "{level}");
    }
    for wrong in ["level = \"excellent\"", "level = \"Embedded\""] {
        let text = text.replace("level = \"functioning\"", wrong);
        let error = parse(&text, Path::new("flo.toml")).expect_err("an unknown level");
        assert!(error.problems()[0].message.contains("standard_levels"), "{error}");
    }
}

#[test]
fn a_referral_of_the_fourth_term_waits_at_most_for_the_next_school_year() {
    let flo = programme("flo");
    let by = |received: &str| flo.first_contact_by(moment(received));
    assert_eq!(by("2016-10-16 09:00"), Some(moment("2016-10-23 09:00")));
    assert_eq!(by("2016-10-17 09:00"), Some(moment("2017-01-30 00:00")));
    assert_eq!(by("2017-01-29 23:59"), Some(moment("2017-01-30 00:00")));
    assert_eq!(by("2017-01-30 08:00"), Some(moment("2017-02-06 08:00")));
    assert_eq!(by("2017-11-01 08:00"), None, "the calendar ends, so nobody can tell");
    assert_eq!(programme("cpcm").first_contact_by(moment("2016-10-17 09:00")), None);
}

#[test]
fn a_transition_plan_is_in_place_a_whole_term_before_the_exit() {
    let flo = programme("flo");
    let by = |exit: &str| flo.transition_plan_by(day(exit));
    assert_eq!(by("2016-12-16"), Some(day("2016-10-16")));
    assert_eq!(by("2016-12-15"), Some(day("2016-07-24")));
    assert_eq!(by("2017-01-10"), Some(day("2016-10-16")));
    assert_eq!(by("2016-04-14"), None, "no whole term of the calendar lies before");
}

#[test]
fn a_calendar_out_of_order_is_refused() {
    let text = include_str!("../../programmes/flo.toml");
    for (right, wrong) in [
        ("until = \"2016-04-15\"", "until = \"2016-05-02\""),
        ("until = \"2016-04-15\"", "until = \"2016-01-15\""),
        ("from = \"2016-02-01\"", "from = \"1 February\""),
        ("terms_source = ", "# terms_source = "),
    ] {
        assert!(parse(&text.replace(right, wrong), Path::new("flo.toml")).is_err(), "{wrong}");
    }
}

#[test]
fn the_six_stages_and_the_levels_of_risk_stand_in_the_order_of_their_source() {
    let manitoba = programme("manitoba");
    let ids: Vec<_> = manitoba.stages.iter().map(|it| it.id.as_str()).collect();
    let stages =
        ["intake", "assessment", "planning", "service-provision", "evaluation", "service-completion"];
    assert_eq!(ids, stages);
    let risk: Vec<_> = manitoba.risk_levels.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(risk, ["high", "medium", "low", "none"]);
    assert!(manitoba.risk_levels[1].text.contains("no evidence that the child is at risk of imminent"));
    assert_eq!(manitoba.face_to_face.len(), 10);
    let age = manitoba.rule("ageing-out.age").expect("set by the agency");
    assert!(age.is_agency_default() && manitoba.ageing_out_age().is_some());
}

#[test]
fn the_case_plan_goals_are_those_of_a_record_in_the_same_order() {
    let permanency = programme("permanency");
    let named: Vec<_> = permanency.case_plan_goals.iter().map(|it| serde_json::json!(it.id)).collect();
    let known: Vec<_> = CasePlanGoal::ALL.iter().map(|it| serde_json::json!(it)).collect();
    assert_eq!(named, known);
    let levels: Vec<_> = permanency.risk_levels.iter().map(|it| serde_json::json!(it.id)).collect();
    assert_eq!(levels, [serde_json::json!(RiskLevel::VeryHigh), serde_json::json!(RiskLevel::High)]);
}

#[test]
fn open_adoption_is_the_last_preference_for_an_aboriginal_child() {
    let order = |aboriginal| CasePlanGoal::preference(aboriginal);
    assert_eq!(order(YesNo::No).as_slice(), CasePlanGoal::ALL);
    assert_eq!(order(YesNo::Unknown), order(YesNo::No));
    assert_eq!(order(YesNo::Yes)[..3], order(YesNo::No)[..3]);
    assert_eq!(order(YesNo::Yes)[3..], [CasePlanGoal::Care, CasePlanGoal::OpenAdoption]);
}

#[test]
fn no_two_kinds_ask_for_the_same_parts() {
    let kinds = Kinds::builtin().expect("kinds");
    let mut lists = BTreeMap::new();
    for kind in kinds.list().filter(|kind| kind.id() != "folder-label") {
        let paths: BTreeSet<_> = kind.musts().iter().map(|must| must.path.clone()).collect();
        if let Some(other) = lists.insert(paths, kind.id().to_owned()) {
            panic!("{} and {other} ask for the same parts", kind.id());
        }
    }
}

/// Problems that `more`, added to a small record, makes: code and field.
fn problems(more: &str) -> Vec<String> {
    let small = "casefile: record/1\nprogramme: permanency\ncase: {number: PCM-2016-0001, admitted: 2016-01-04}\n\
        client: {name: A, birth: {date: 2008-03-09, certainty: exact}}\n\
        team: {manager: {id: a, name: A}, supervisor: {id: b, name: B}}\n";
    let checked = Record::parse(format!("{small}{more}\n").as_bytes(), None, &Programmes::builtin());
    let found = checked.map_or_else(|error| error.problems().to_vec(), |checked| checked.warnings);
    let field = |place: Option<Place>| place.and_then(|place| place.field).unwrap_or_default();
    found.into_iter().map(|it| format!("{} {}", field(it.place), it.code)).collect()
}

#[test]
fn a_case_plan_goal_passes_over_none_that_comes_before_it() {
    let plan = |rest: &str| {
        problems(&format!(
            "permanency: {{date: 2016-03-01, safety_needs: s, permanency_needs: p, reasons: r, {rest}}}"
        ))
    };
    let passed_over = ["permanency.ruled_out record.goal-passed-over"];
    let out = |goals: &[&str]| {
        let each: Vec<_> = goals.iter().map(|goal| format!("{{goal: {goal}, reasons: r}}")).collect();
        format!("ruled_out: [{}]", each.join(", "))
    };
    let none: [&str; 0] = [];
    assert_eq!(plan("goal: preservation, aboriginal: yes"), none);
    assert_eq!(plan("goal: restoration, aboriginal: no"), passed_over);
    assert_eq!(plan(&format!("goal: restoration, aboriginal: no, {}", out(&["preservation"]))), none);
    let three = ["preservation", "restoration", "guardianship"];
    assert_eq!(plan(&format!("goal: open-adoption, aboriginal: no, {}", out(&three))), none);
    assert_eq!(plan(&format!("goal: open-adoption, aboriginal: yes, {}", out(&three))), passed_over);
    let four = ["preservation", "restoration", "guardianship", "care"];
    assert_eq!(plan(&format!("goal: open-adoption, aboriginal: yes, {}", out(&four))), none);
    assert_eq!(
        plan(&format!("goal: restoration, aboriginal: no, {}", out(&["preservation", "restoration"]))),
        ["permanency.ruled_out[1].goal record.goal-ruled-out"]
    );
}

#[test]
fn what_ends_before_it_begins_is_named_in_the_new_sections() {
    let cases = [
        ("fortnights: [{from: 2016-03-02, until: 2016-03-01, comments: c}]", "fortnights[0].until"),
        ("terms: [{from: 2016-03-02, until: 2016-03-01, learning: l, outcomes: o}]", "terms[0].until"),
        ("timetable_issue: {from: 2016-03-02, until: 2016-03-01}", "timetable_issue.until"),
        (
            "learning_plan: {date: 2016-03-02, engagement: engaged, goal: g, review: 2016-03-01}",
            "learning_plan.review",
        ),
        (
            "agreements: [{kind: kinship-care, date: 2016-03-02, from: 2016-03-02, until: 2016-03-01}]",
            "agreements[0].until",
        ),
        (
            "young_adult: {date: 2016-03-02, from: 2016-03-02, until: 2016-03-01, goals: g}",
            "young_adult.until",
        ),
        (
            "placement_reviews: [{date: 2016-03-02, child_view: c, carers_view: v, next_visit: 2016-03-01}]",
            "placement_reviews[0].next_visit",
        ),
        ("adoption: {home: h, placed: 2016-03-02, probation_until: 2016-03-01}", "adoption.probation_until"),
    ];
    for (more, field) in cases {
        assert_eq!(problems(more), [format!("{field} record.period-reversed")], "{more}");
        assert_eq!(problems(&more.replace("2016-03-01", "2016-03-02")), Vec::<String>::new(), "{more}");
    }
    let result = |score: u32| {
        problems(&format!("learning: [{{date: 2016-03-01, subject: s, score: {score}, out_of: 20}}]"))
    };
    assert_eq!(result(20), Vec::<String>::new());
    assert_eq!(result(21), ["learning[0].score record.score"]);
}

#[test]
fn every_programme_offers_kinds_that_there_are() {
    let kinds = Kinds::builtin().expect("kinds");
    for programme in Programmes::builtin().iter() {
        for id in &programme.kinds {
            assert!(kinds.get(id).is_ok(), "{}: {id}", programme.id);
        }
    }
}

#[test]
fn every_programme_offers_the_kinds_that_its_source_asks_for() {
    let kinds = Kinds::builtin().expect("kinds");
    for programme in Programmes::builtin().iter() {
        for kind in kinds.list().filter(|kind| kind.source().contains(&programme.source)) {
            let offered = programme.kinds.iter().any(|id| id == kind.id());
            assert!(offered, "{}: {} ({})", programme.id, kind.id(), kind.source());
        }
    }
    let offered = |id: &str| Programmes::builtin().iter().any(|it| it.kinds.iter().any(|kind| kind == id));
    assert!(kinds.list().all(|kind| offered(kind.id())));
}

#[test]
fn only_the_programmes_of_sources_with_children_in_care_age_out() {
    for (id, ages) in
        [("cpcm", true), ("manitoba", true), ("permanency", true), ("flo", false), ("intensive", false)]
    {
        assert_eq!(programme(id).ageing_out_age().is_some(), ages, "{id}");
    }
}

fn student() -> Record {
    let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/school/FLO-2016-0031.yaml"));
    let checked = Record::read(file, &Programmes::builtin()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(checked.warnings, []);
    checked.record
}

fn data(kind: &str, period: Option<(&str, &str)>) -> serde_json::Value {
    let kind = Kinds::builtin().expect("kinds").get(kind).expect("a kind");
    let period = period.map(|(from, until)| (day(from), day(until)));
    let request = Request { period, ..Request::on(day("2016-11-30")) };
    compose(&student(), &kind, &request).unwrap_or_else(|error| panic!("{error}")).data().clone()
}

#[test]
fn the_student_of_the_examples_has_what_every_document_of_her_time_at_school_needs() {
    let record = student();
    let kinds = Kinds::builtin().expect("kinds");
    for id in programme("flo").kinds.iter().filter(|id| {
        !["intake-assessment", "case-conference", "photo-sheet", "closure-report"].contains(&id.as_str())
    }) {
        let kind = kinds.get(id).expect("a kind");
        if kind.record() != Sort::Case {
            continue;
        }
        let period = (kind.period() != PeriodRule::None).then(|| (day("2016-10-31"), day("2016-11-13")));
        let request = Request { period, ..Request::on(day("2016-11-30")) };
        compose(&record, &kind, &request).unwrap_or_else(|error| panic!("{id}: {error}"));
    }
}

#[test]
fn a_fortnight_with_little_attendance_a_concern_and_an_incident_raises_the_alert() {
    let bad = data("fortnightly-report", Some(("2016-10-31", "2016-11-13")))["derived"].clone();
    assert_eq!(bad["attendance"]["rate_percent"], 50);
    let alert = serde_json::json!({
        "raised": true, "attendance": true, "limit_percent": 80, "concerns": true, "incidents": true,
    });
    assert_eq!(bad["school"]["alert"], alert);
    assert_eq!(
        bad["school"]["fortnights"].as_array().map(Vec::len),
        Some(1),
        "the fortnight before is not in it"
    );
    let good = data("fortnightly-report", Some(("2016-10-17", "2016-10-30")))["derived"].clone();
    assert_eq!(
        (&good["attendance"]["rate_percent"], &good["school"]["alert"]["raised"]),
        (&100.into(), &false.into())
    );
}

#[test]
fn attendance_is_counted_week_by_week_and_learning_from_first_to_last() {
    let school = data("term-report", Some(("2016-10-17", "2016-12-16")))["derived"]["school"].clone();
    let weeks: Vec<_> = school["weeks"].as_array().expect("weeks").iter().collect();
    let rates: Vec<_> = weeks.iter().map(|week| week["rate_percent"].clone()).collect();
    assert_eq!(rates, [100, 100, 67, 33, 100]);
    assert_eq!(weeks[2]["from"]["iso"], "2016-10-31");
    let school = data("learning-assessment", None)["derived"]["school"].clone();
    let changes: Vec<_> = school["trends"]
        .as_array()
        .expect("trends")
        .iter()
        .map(|it| (it["subject"].clone(), it["change"].clone()))
        .collect();
    assert_eq!(
        changes,
        [("Literacy".into(), 3.into()), ("Numeracy".into(), 4.into()), ("Engagement".into(), 1.into())]
    );
}

#[test]
fn the_timetable_has_five_days_and_the_weekend_only_where_something_is_on() {
    let school = data("timetable", None)["derived"]["school"].clone();
    let days: Vec<_> = school["days"].as_array().expect("days").iter().map(|it| it["name"].clone()).collect();
    assert_eq!(days, ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]);
    assert_eq!(school["days"][3]["lessons"][1]["from"], "12:00");
}

#[test]
fn what_plans_and_agreements_name_stands_among_the_dates_ahead() {
    let ahead = |data: &serde_json::Value| -> Vec<String> {
        let dates = data["derived"]["next_dates"].as_array().expect("dates").iter();
        dates
            .map(|it| format!("{} {}", it["date"]["iso"].as_str().unwrap(), it["what"].as_str().unwrap()))
            .collect()
    };
    let student = ahead(&data("learning-plan", None));
    assert!(student.contains(&"2016-12-09 Review of the plan".to_owned()), "{student:?}");
    let samples = [
        ("service-agreement", vec!["2016-12-02 Review of an agreement", "2017-01-27 Agreement ends"]),
        ("young-adult-agreement", vec!["2016-12-05 Review of an agreement", "2017-09-01 Agreement ends"]),
        ("responsibility-agreement", vec!["2017-01-30 Review of an agreement"]),
        ("permanency-plan", vec!["2017-01-11 Review of the plan"]),
        ("adoption-progress", vec!["2016-12-19 Next visit"]),
    ];
    for (id, expected) in samples {
        let kind = Kinds::builtin().expect("kinds").get(id).expect("a kind");
        let yaml = &kind.files()[&format!("/{id}/sample.yaml")];
        let record = Record::parse(yaml, None, &Programmes::builtin()).expect("a record").record;
        let document = compose(&record, &kind, &Request::on(day("2016-11-30")));
        let found = ahead(document.unwrap_or_else(|error| panic!("{error}")).data());
        for line in expected {
            assert!(found.contains(&line.to_owned()), "{id}: {found:?}");
        }
    }
}
