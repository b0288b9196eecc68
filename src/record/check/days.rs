//! What depends on the day: things of the future, things that have ended.

use super::at;
use crate::error::Problem;
use crate::names::Status;
use crate::programme::Programme;
use crate::record::model::{CaseRecord, Date};

/// Warnings about a record as of `today`. Each names its field and no line yet.
pub(in crate::record) fn on(
    record: &CaseRecord,
    programme: &Programme,
    status: Status,
    today: Date,
) -> Vec<Problem> {
    let mut found = Vec::new();
    future(record, today, &mut found);
    ended(record, today, &mut found);
    of_age(record, programme, status, today, &mut found);
    found
}

fn future(record: &CaseRecord, today: Date, found: &mut Vec<Problem>) {
    let contacts =
        record.contacts.iter().enumerate().map(|(i, contact)| (format!("contacts[{i}].on"), contact.on));
    let incidents = record
        .incidents
        .iter()
        .enumerate()
        .map(|(i, incident)| (format!("incidents[{i}].date"), incident.date));
    let consents =
        record.consents.iter().enumerate().map(|(i, consent)| (format!("consents[{i}].date"), consent.date));
    let birth = record.client.birth.iter().map(|birth| ("client.birth.date".to_owned(), birth.date));
    let late = contacts.chain(incidents).chain(consents).chain(birth).filter(|(_, date)| *date > today);
    found.extend(late.map(|(field, _)| {
        at(
            Problem::warning("record.future", "this day has not come yet")
                .hint("compare the date; plans go into `goals` and `next_step`"),
            field,
        )
    }));
}

fn ended(record: &CaseRecord, today: Date, found: &mut Vec<Problem>) {
    for (index, consent) in record.consents.iter().enumerate() {
        if consent.withdrawn.is_some_and(|withdrawn| withdrawn <= today) {
            continue;
        }
        if consent.until.is_some_and(|until| until < today) {
            let problem = Problem::warning("record.consent-expired", "this consent has expired");
            found.push(at(
                problem.hint("ask for a new one before anything is shared on it"),
                format!("consents[{index}].until"),
            ));
        }
    }
    for (index, document) in record.client.documents.iter().enumerate() {
        if document.expires.is_some_and(|expires| expires < today) {
            let problem =
                Problem::warning("record.document-expired", "this document of the client has expired");
            found.push(at(
                problem.hint("renew it with the client, or note why not"),
                format!("client.documents[{index}].expires"),
            ));
        }
    }
}

/// Turned of age without a transition plan: an alert until solved (source 002 §5.5).
fn of_age(record: &CaseRecord, programme: &Programme, status: Status, today: Date, found: &mut Vec<Problem>) {
    let (Some(age), Some(birth)) = (programme.ageing_out_age(), &record.client.birth) else { return };
    let waiting = matches!(status, Status::Open | Status::Inactive)
        && record.transition.is_none()
        && record.closure.is_none();
    if waiting && programme.comes_of_age(birth.date).is_some_and(|birthday| birthday <= today) {
        let message = format!("the client has turned {age} and there is no transition plan");
        let hint = "write `transition:`, or correct the date of birth or its certainty";
        found
            .push(at(Problem::warning("record.no-transition-plan", message).hint(hint), "client.birth.date"));
    }
}
