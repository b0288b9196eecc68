//! What the sample of a handover shows beside its record: the cases, from the records in the kind's folder, the
//! briefing, and who takes over.

use super::handover::case_part;
use super::kind::Kind;
use super::{CasePart, Request, SuccessorPart};
use crate::calendar::handover::Passing;
use crate::calendar::{CaseView, Filed};
use crate::names::Status;
use crate::programme::{Programmes, When};
use crate::record::Record;
use crate::record::model::{HandoverRecord, PassedCase};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Adds what the record of a handover alone does not tell to the request for its document, which is of the day on
/// which the handover was complete.
pub(super) fn complete(kind: &Kind, record: &HandoverRecord, request: Request) -> Request {
    let at = request.today.max(record.access_ended.max(record.completed).unwrap_or(request.today));
    let shown: Vec<(&PassedCase, CaseView)> =
        record.cases.iter().filter_map(|passed| Some((passed, view(kind, passed, record, at)?))).collect();
    if shown.is_empty() {
        return request;
    }
    let signed = record.last_day.unwrap_or(at).min(at);
    Request {
        date: Some(at),
        today: at,
        cases: shown.iter().map(|(passed, view)| part(record, passed, view, at)).collect(),
        briefed: record.team.iter().map(|member| (member.name.0.clone(), signed)).collect(),
        successors: successors(&shown, signed),
        ..request
    }
}

/// A case as the calendar knows it: its record lies in the folder of the kind, and what the programme expects is
/// filed.
fn view(kind: &Kind, passed: &PassedCase, handover: &HandoverRecord, at: NaiveDate) -> Option<CaseView> {
    let bytes = kind.files().get(&format!("/{}/cases/{}.yaml", kind.id(), passed.case))?;
    let record = Record::parse(bytes, None, &Programmes::builtin()).ok()?.record;
    let (status, since) = record.statuses().last().copied()?;
    let programme = record.programme();
    let expected = programme.expects.iter().filter(|it| match &it.when {
        When::Status(of) => *of == status,
        When::Admission | When::Stage(_) => true,
    });
    let kinds = expected.map(|it| it.kind.as_str()).chain(["monthly-report", "consent"]);
    let filed = |kind: &str| Filed {
        id: String::new(),
        kind: kind.to_owned(),
        date: at,
        period: Some((handover.started, at)),
        status: Some(status),
        filed: at,
        review: Some((true, at)),
    };
    Some(CaseView {
        unit: passed.case.clone(),
        status,
        since,
        until: None,
        moved_by: None,
        manager: handover.leaver.id.clone(),
        supervisor: record.case().team.supervisor.id.clone(),
        transferred: None,
        filed: kinds.map(filed).collect(),
        record,
    })
}

fn part(handover: &HandoverRecord, passed: &PassedCase, view: &CaseView, at: NaiveDate) -> CasePart {
    let passing = Passing {
        leaver: handover.leaver.id.clone(),
        successor: passed.to.id.clone(),
        started: handover.started,
    };
    let keys = handover.access_ended.into_iter().collect();
    case_part(view, &passing, (&passed.to.name.0, keys), view.record.statuses(), at)
}

/// Who takes how many of these cases over, somebody who held none before.
fn successors(shown: &[(&PassedCase, CaseView)], signed: NaiveDate) -> Vec<SuccessorPart> {
    let names: BTreeSet<&str> = shown.iter().map(|(passed, _)| passed.to.name.0.as_str()).collect();
    let part = |name: &str| {
        let theirs =
            || shown.iter().filter(move |(passed, _)| passed.to.name.0 == name).map(|(_, view)| view);
        let counts = |view: &&CaseView| matches!(view.status, Status::Open | Status::AgedOut);
        let limit = theirs().find_map(|view| view.programme().rule("caseload.clients-per-manager"));
        let count = theirs().filter(counts).count();
        SuccessorPart {
            name: name.to_owned(),
            holds: "0 cases".to_owned(),
            with: if count == 1 { "1 case".to_owned() } else { format!("{count} cases") },
            limit: limit.map(|rule| format!("{} ({})", rule.value, rule.source)),
            over: false,
            accepted: Some(signed),
        }
    };
    names.into_iter().map(part).collect()
}
