//! The calendar: every rule of the programmes before, on and after its day; sweeping; what folders lack.

mod hours;
mod office;
mod program;
mod referral;
mod rules;
mod sweeping;

use casefile::calendar::{CaseView, Filed, Item, due};
use casefile::names::Status;
use casefile::programme::Programmes;
use casefile::record::Record;
use chrono::{Days, NaiveDate};

pub fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// A case of a programme with these further parts of its record.
pub fn case(programme: &str, number: &str, parts: &str) -> CaseView {
    let yaml = format!(
        "casefile: record/1\nprogramme: {programme}\ncase: {{ number: {number}, admitted: 2016-02-01 }}\n\
         team:\n  manager: {{ id: aisha, name: Aisha Rahman }}\n  supervisor: {{ id: selma, name: Selma Lindqvist }}\n\
         {parts}"
    );
    let yaml =
        if parts.contains("client:") { yaml } else { format!("{yaml}\nclient: {{ name: Yonas Tesfay }}\n") };
    let record = match Record::parse(yaml.as_bytes(), None, &Programmes::builtin()) {
        Ok(checked) => checked.record,
        Err(error) => panic!("{:?}\n{yaml}", error.problems()),
    };
    CaseView {
        unit: number.parse().unwrap(),
        status: Status::Open,
        since: date("2016-02-01"),
        until: None,
        moved_by: None,
        transferred: None,
        manager: "aisha".parse().unwrap(),
        supervisor: "selma".parse().unwrap(),
        filed: Vec::new(),
        record,
    }
}

/// A document of a kind, filed on its own date.
pub fn filed(kind: &str, on: &str, period: Option<(&str, &str)>) -> Filed {
    Filed {
        id: "3f9a1c22".to_owned(),
        kind: kind.to_owned(),
        date: date(on),
        period: period.map(|(start, end)| (date(start), date(end))),
        status: Some(Status::Open),
        filed: date(on),
        review: None,
    }
}

/// The items of one rule.
fn of_rule(view: &CaseView, rule: &str, today: NaiveDate) -> Vec<Item> {
    due(view, today).into_iter().filter(|item| item.rule.as_deref() == Some(rule)).collect()
}

/// Asserts that a rule's item is due on `on`, seen from the day before, the day itself and the day after.
pub fn assert_due(view: &CaseView, rule: &str, on: &str) {
    let on = date(on);
    for (today, late) in [(on - Days::new(1), -1), (on, 0), (on + Days::new(1), 1)] {
        let items = of_rule(view, rule, today);
        let days: Vec<NaiveDate> = items.iter().map(|item| item.on).collect();
        assert!(days.contains(&on), "{rule} seen from {today}: due on {days:?} and not on {on}");
        let item = items.iter().find(|item| item.on == on).unwrap();
        assert_eq!(item.days_late(today), late, "{rule}");
        assert!(!item.settle.is_empty() && !item.who.is_empty() && !item.source.is_empty(), "{item:?}");
    }
}
