//! One case of a handover as the document shows it, from what the calendar knows of it.

use super::{CasePart, narrative};
use crate::calendar::handover::{Gap, Passing, ahead, briefings, gaps, joint};
use crate::calendar::{CaseView, GOAL, Item, Lack, TASK};
use crate::names::Status;
use crate::record::model::Contact;
use chrono::NaiveDate;

/// What stands about a case in the handover document of `today`: who takes it over, and on which days its key
/// changed since the handover began.
pub fn case_part(
    view: &CaseView,
    passing: &Passing,
    (to, keys): (&str, Vec<NaiveDate>),
    statuses: Vec<(Status, NaiveDate)>,
    today: NaiveDate,
) -> CasePart {
    let places = |wanted: &[&Contact]| -> Vec<usize> {
        let all = view.record.case().contacts.iter().enumerate();
        all.filter(|(_, it)| wanted.iter().any(|one| std::ptr::eq(*one, *it))).map(|(at, _)| at).collect()
    };
    CasePart {
        record: view.record.clone(),
        statuses,
        listed: view.status == Status::Closed,
        to: to.to_owned(),
        due: dates(&ahead(view, today)),
        gaps: sentences(&gaps(view, passing, today)),
        joint: places(&joint(view, passing)),
        told: places(&briefings(view, passing).collect::<Vec<_>>()),
        keys,
    }
}

/// The dates of a case as its pages list them: goals and tasks stand in the plan, and several documents that wait
/// for the supervisor's review are one line.
fn dates(due: &[Item]) -> Vec<(NaiveDate, String, Option<String>)> {
    let is_review = |it: &&Item| it.rule.as_deref() == Some("review.supervisor");
    let reviews = due.iter().filter(is_review).count();
    let mut said = false;
    let mut all = Vec::new();
    for item in due.iter().filter(|it| ![GOAL, TASK].contains(&it.what.as_str())) {
        if reviews > 1 && is_review(&item) {
            if !said {
                all.push((item.on, format!("{reviews} documents wait for the supervisor's review"), None));
            }
            said = true;
        } else {
            all.push((item.on, item.what.clone(), item.detail.as_deref().map(narrative::plain)));
        }
    }
    all
}

/// The gaps of a case in sentences for its pages, the empty parts of the record in one; what is overdue stands
/// among the dates there.
fn sentences(gaps: &[Gap]) -> Vec<String> {
    let part = |gap: &Gap| match gap {
        Gap::Part(part) => Some(topic(part)),
        _ => None,
    };
    let parts: Vec<&str> = gaps.iter().filter_map(part).collect();
    let empty = format!("the record's handover says nothing about {}", parts.join(", "));
    let others = gaps.iter().filter(|gap| part(gap).is_none() && !matches!(gap, Gap::Overdue(_)));
    (!parts.is_empty()).then_some(empty).into_iter().chain(others.map(words)).collect()
}

/// What a part of the record's handover is about.
fn topic(part: &'static str) -> &'static str {
    match part {
        "matters_now" => "what matters now",
        "promises" => "promises made",
        "works" => "what works",
        "papers" => "papers held",
        other => other,
    }
}

/// A gap in words.
pub fn words(gap: &Gap) -> String {
    match gap {
        Gap::Folder(lacking) => match &lacking.lack {
            Lack::Missing(kind) => format!("no {kind} in the folder"),
            Lack::OlderStatus(kind) => format!("the {kind} in use carries an older status"),
            Lack::NoConsent => "no consent that holds".to_owned(),
            Lack::Overdue(what) => format!("overdue: {what}"),
            Lack::NoRisk => "no level of risk".to_owned(),
        },
        Gap::Overdue(item) => format!("overdue since {}: {}", item.on, item.what),
        Gap::Part(part) => format!("the record's handover says nothing about {}", topic(part)),
        Gap::Old(day) => format!("the record's handover is of {day}"),
        Gap::PaperFolder => "nobody says where the paper folder stands".to_owned(),
        Gap::ClientNotTold => "the client has not been told".to_owned(),
        Gap::NoAttempt => "no attempt to reach the client is noted".to_owned(),
        Gap::NoJointVisit => "no home visit or referral visit that names both".to_owned(),
        Gap::Shadowing(until) => format!("shadowing is long enough on {until}"),
    }
}
