//! What single fields cannot tell.

use super::{SMALL, line, parse, problems, small};
use casefile::programme::Programmes;
use casefile::record::{self, Record};

/// Each cross-check with a record that fails it and the record that just passes it.
#[test]
fn cross_checks_find_what_single_fields_cannot_tell() {
    let goal = |rest: &str| {
        format!(
            "goals:\n  - {{goal: g, area: health, owner: client, set: 2016-03-01, state: active, {rest}}}\n"
        )
    };
    let consent = |rest: &str| {
        format!(
            "consents:\n  - {{kind: sharing, date: 2016-03-01, given_by: client, form: oral, what: w, {rest}}}\n"
        )
    };
    let task = |rest: &str| goal(&format!("tasks: [{{task: t, owner: client, set: 2016-03-02, {rest}}}]"));
    let cases: Vec<(String, &str)> = vec![
        ("contacts: [{on: 1999-04-30, kind: call, what: x}]".into(), "contacts[0].on record.before-birth"),
        ("placements: [{kind: foster, from: 2016-03-02, until: 2016-03-01}]".into(), "placements[0].until record.period-reversed"),
        ("timetable: [{weekday: 1, from: 10:00, until: 09:30, what: x}]".into(), "timetable[0].until record.period-reversed"),
        (goal("due: 2016-02-29"), "goals[0].due record.period-reversed"),
        (goal("progress: [{date: 2016-02-29, note: n}]"), "goals[0].progress[0].date ~record.progress-before-goal"),
        (task("state: done, done: 2016-03-01"), "goals[0].tasks[0].done record.done-before-set"),
        (task("state: open, due: 2016-03-01"), "goals[0].tasks[0].due record.period-reversed"),
        (task("state: done"), "goals[0].tasks[0].state ~record.task-state"),
        (task("state: open, done: 2016-03-03"), "goals[0].tasks[0].state ~record.task-state"),
        (consent("until: 2016-02-29"), "consents[0].until record.period-reversed"),
        (consent("withdrawn: 2016-02-29"), "consents[0].withdrawn record.period-reversed"),
        ("conferences: [{kind: review, date: 2016-03-01, chair: c, decision: d, next: 2016-02-29}]".into(), "conferences[0].next record.period-reversed"),
        ("conferences: [{kind: review, date: 2016-03-01, chair: c, decision: d, actions: [{who: w, what: x, by: 2016-02-29}]}]".into(), "conferences[0].actions[0].by record.period-reversed"),
        ("incidents: [{date: 2016-03-01, kind: missing, what: w, action: a, told: [{who: w, date: 2016-02-29}]}]".into(), "incidents[0].told[0].date record.period-reversed"),
        ("referrals: [{date: 2016-03-01, provider: p, need: n, state: sent, follow_up: 2016-02-29}]".into(), "referrals[0].follow_up record.period-reversed"),
        ("reviews: [{date: 2016-03-01, findings: f, next: 2016-02-29}]".into(), "reviews[0].next record.period-reversed"),
        ("transition: {date: 2016-03-01, exit: 2016-02-29}".into(), "transition.exit record.period-reversed"),
        ("transition: {date: 2016-03-01, goals: [{area: legal, goal: g, due: 2016-02-29}]}".into(), "transition.goals[0].due record.period-reversed"),
        ("safety_plan: {date: 2016-03-01, review: 2016-02-29}".into(), "safety_plan.review record.period-reversed"),
        ("risk: [{date: 2016-03-01, level: low, reasons: r, next: 2016-02-29}]".into(), "risk[0].next record.period-reversed"),
        ("assessments: [{kind: needs, date: 2016-03-01, summary: s, next: 2016-02-29}]".into(), "assessments[0].next record.period-reversed"),
        ("contacts: [{on: 2016-03-01, kind: home-visit, what: w, visit: {next: 2016-02-29}}]".into(), "contacts[0].visit.next record.period-reversed"),
        ("services: [{name: n, from: 2016-03-01, until: 2016-02-29}]".into(), "services[0].until record.period-reversed"),
        ("exit: {date: 2016-03-01, plan: p, follow_up: [{due: 2016-02-29}]}".into(), "exit.follow_up[0].due record.period-reversed"),
        ("people: [{id: a, name: n, relation: r, concern: no-contact-order}]\nsafety_plan: {date: 2016-03-01, calls: [{who: a, reach: '1'}]}".into(), "safety_plan.calls[0].who record.call-to-concern"),
        ("closure: {date: 2016-01-13, circumstance: died, solution: s}".into(), "closure.date record.period-reversed"),
        ("people: [{id: a, name: n, relation: r}, {id: a, name: m, relation: r}]".into(), "people[1].id record.duplicate-id"),
        ("people: [{id: client, name: n, relation: r}]".into(), "people[0].id record.reserved-id"),
        ("people: [{id: a, name: n, relation: r, concern: person-of-concern, may_receive: [care-plan]}]".into(), "people[0].may_receive record.recipient-of-concern"),
        ("contacts: [{on: 2016-02-01, kind: call, what: x, with: [cleint]}]".into(), "contacts[0].with[0] ~record.unknown-person"),
        ("contacts: [{on: 2016-02-01, kind: call, what: x, face_to_face: true}]".into(), "contacts[0].face_to_face ~record.face-to-face"),
        ("attachments: [{file: ../letter.pdf, title: t}]".into(), "attachments[0].file record.outside-path"),
        ("attachments: [{file: /etc/passwd, title: t}]".into(), "attachments[0].file record.outside-path"),
        ("attachments: [{file: 'C:\\letter.pdf', title: t}]".into(), "attachments[0].file record.outside-path"),
        ("attachments: [{file: nowhere.pdf, title: t}]".into(), "attachments[0].file record.missing-file"),
        ("attachments: [{file: tests, title: t}]".into(), "attachments[0].file record.not-a-file"),
    ];
    for (more, expected) in cases {
        let found = problems(&format!("{SMALL}{more}\n"));
        assert_eq!(found.len(), 1, "{more}: {found:?}");
        assert_eq!(found[0].split_once(' ').unwrap().1, expected, "{more}");
        // The check is about the order of dates, not about their presence.
        let right = more
            .replace("2016-02-29", "2016-03-01")
            .replace("1999-04-30", "1999-05-01")
            .replace("09:30", "10:01");
        if right != more {
            assert_eq!(problems(&format!("{SMALL}{right}\n")), Vec::<String>::new(), "{right}");
        }
    }
}

#[test]
fn the_case_itself_is_checked_against_its_programme_and_its_dates() {
    let changed = |from: &str, to: &str| problems(&SMALL.replace(from, to));
    assert_eq!(
        changed("date: 1999-05-01", "date: 2016-01-15"),
        ["8:17 client.birth.date record.born-after-admission"]
    );
    assert_eq!(changed("date: 1999-05-01", "date: 2016-01-14"), Vec::<String>::new());
    assert_eq!(changed("UASC-2016", "ICM-2016"), ["4:11 case.number record.programme-word"]);
    assert_eq!(changed("UASC-2016", "STAFF-2016"), ["4:11 case.number record.programme-word"]);
    assert_eq!(changed("UASC-2016", "UASC-2015"), ["4:11 case.number ~record.number-year"]);
    assert_eq!(changed("UASC-2016-0012", "uasc-2016-12"), ["4:11 case.number record.pattern"]);
    assert_eq!(changed("id: selma", "id: aisha"), ["11:20 team.supervisor.id record.one-person-team"]);
    assert_eq!(
        changed("  birth: {date: 1999-05-01, certainty: exact}\n", ""),
        ["7:3 client ~record.no-birth-date"]
    );
    let case = |more: &str| changed("2016-01-14\n", &format!("2016-01-14\n{more}\n"));
    assert_eq!(case("  stage: planing"), ["6:10 case.stage record.programme-word"]);
    assert_eq!(case("  service_level: high"), ["6:18 case.service_level record.programme-word"]);
    assert_eq!(case("  referred_on: 2016-01-15"), ["6:16 case.referred_on ~record.referred-after-admission"]);
    let history = |first: &str, second: &str| case(&format!("  history:\n    - {first}\n    - {second}"));
    assert_eq!(
        history("{status: open, since: 2016-01-14}", "{status: inactive, since: 2016-01-14}"),
        Vec::<String>::new()
    );
    assert_eq!(
        history("{status: open, since: 2016-01-20}", "{status: inactive, since: 2016-01-19}"),
        ["8:33 case.history[1].since record.history-order"]
    );
    assert_eq!(
        history("{status: open, since: 2016-01-13}", "{status: open, since: 2016-01-19}"),
        [
            "7:29 case.history[0].since record.history-before-admission",
            "8:16 case.history[1].status ~record.history-repeats"
        ]
    );
}

#[test]
fn a_symbolic_link_does_not_lead_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("case");
    std::fs::create_dir(&inside).unwrap();
    std::fs::write(folder.path().join("other.pdf"), "x").unwrap();
    std::fs::write(inside.join("letter.pdf"), "x").unwrap();
    let file = inside.join("case.yaml");
    let read = |name: &str| {
        std::fs::write(&file, format!("{SMALL}attachments: [{{file: {name}, title: t}}]\n")).unwrap();
        Record::read(&file, &Programmes::builtin())
    };
    let checked = read("letter.pdf").unwrap();
    assert_eq!(checked.record.folder(), Some(inside.as_path()));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../other.pdf", inside.join("link.pdf")).unwrap();
        assert_eq!(read("link.pdf").unwrap_err().problems()[0].code, "record.outside-path");
    }
}

#[test]
fn what_depends_on_the_day_is_warned_of_before_on_and_after_it() {
    let record = small(
        "consents:
  - {kind: sharing, date: 2016-03-01, given_by: client, form: oral, what: w, until: 2016-06-30}
  - {kind: sharing, date: 2016-03-01, given_by: client, form: oral, what: w, until: 2016-06-30, withdrawn: 2016-04-01}
contacts:
  - {on: 2016-05-01, kind: call, what: x}
",
    );
    let on = |date: &str| record.check_on(date.parse().unwrap()).iter().map(line).collect::<Vec<_>>();
    assert_eq!(on("2016-04-30"), ["16:10 contacts[0].on ~record.future"]);
    assert_eq!(on("2016-06-30"), Vec::<String>::new());
    assert_eq!(on("2016-07-01"), ["13:85 consents[0].until ~record.consent-expired"]);
    assert!(!on("2017-04-30").join(" ").contains("transition"));
    assert!(on("2017-05-01").join(" ").contains("8:17 client.birth.date ~record.no-transition-plan"));
}

#[test]
fn two_cases_with_one_number_and_a_caseload_over_the_limit_show_only_together() {
    let numbered = |n: u32| parse(&SMALL.replace("0012", &format!("{n:04}"))).unwrap().record;
    let mut records: Vec<Record> = (1..=18).map(numbered).collect();
    assert_eq!(record::check_together(&records), vec![]);
    records.push(numbered(18));
    let found: Vec<String> = record::check_together(&records).iter().map(line).collect();
    assert_eq!(found, ["4:11 case.number record.duplicate-number", "10:17 team.manager.id ~record.caseload"]);
    assert!(record::check_together(&records)[0].message.contains("UASC-2016-0018"));
}

#[test]
fn statuses_come_from_the_history_or_are_open_since_admission() {
    assert_eq!(small("").statuses(), [(casefile::names::Status::Open, "2016-01-14".parse().unwrap())]);
    let with = SMALL.replace(
        "2016-01-14\n",
        "2016-01-14\n  history: [{status: open, since: 2016-01-14}, {status: inactive, since: 2016-05-02}]\n",
    );
    let record = parse(&with).unwrap().record;
    assert_eq!(record.statuses().len(), 2);
    assert_eq!(record.status(), casefile::names::Status::Inactive);
}
