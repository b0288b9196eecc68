//! Whether a folder is complete: what the programme expects of it, what is out of date, what is still in
//! use under an older status.

use super::{CaseView, Filed};
use crate::names::Status;
use crate::programme::{Expected, When};
use crate::record::model::Consent;
use chrono::NaiveDate;

/// The label of the paper folder.
const LABEL: &str = "folder-label";

/// Kinds of which the newest one is in use, so that an older status on it misleads.
const IN_USE: [&str; 8] = [
    LABEL,
    "care-plan",
    "support-plan",
    "permanency-plan",
    "learning-plan",
    "transition-plan",
    "safety-plan",
    "timetable",
];

/// What is wrong with a part of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// A document of this kind is expected and not there.
    Missing(String),
    /// The newest document of this kind carries an older status.
    OlderStatus(String),
    /// No consent holds: none was noted, or all have ended.
    NoConsent,
    /// Something that comes round is overdue, in the words of the list of what is due.
    Overdue(String),
    /// No level of risk was ever noted, though contact hangs on it.
    NoRisk,
}

/// One thing that a folder lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// What.
    pub lack: Lack,
    /// Where the expectation comes from.
    pub source: String,
    /// The command that settles it.
    pub settle: String,
}

/// Everything that a folder lacks on `today`, in the order of the programme's expectations.
pub fn missing(view: &CaseView, today: NaiveDate) -> Vec<Lacking> {
    let mut all: Vec<Lacking> = Vec::new();
    let expected = view.programme().expects.iter().filter(|expected| is_time_for(view, expected));
    all.extend(expected.filter(|it| view.of_kind(&it.kind).next().is_none()).map(|it| Lacking {
        lack: Lack::Missing(it.kind.clone()),
        source: it.source.clone(),
        settle: format!("casefile file {} {}", it.kind, view.unit),
    }));
    all.extend(IN_USE.iter().filter_map(|kind| older_status(view, kind)));
    let agreed = view.case().consents.iter().any(|it| holds(it, today));
    all.extend(older_status(view, "consent").filter(|_| agreed));
    all.extend(consent(view, today));
    all.extend(risk(view));
    let at_work = super::reports::due(view, today).into_iter().filter(|_| view.status.code() == "O");
    all.extend(at_work.filter(|item| item.on < today).map(|item| Lacking {
        lack: Lack::Overdue(item.what),
        source: item.source,
        settle: item.settle,
    }));
    all
}

/// Whether the moment has come from which a document is expected.
fn is_time_for(view: &CaseView, expected: &Expected) -> bool {
    match &expected.when {
        When::Admission => true,
        When::Status(status) => view.status == *status,
        When::Stage(stage) => {
            let place = |id: &str| view.programme().stages.iter().position(|term| term.id == id);
            let reached = view.case().case.stage.as_deref().and_then(place);
            reached.zip(place(stage)).is_some_and(|(reached, wanted)| reached >= wanted)
        }
    }
}

fn older_status(view: &CaseView, kind: &str) -> Option<Lacking> {
    // Of a closed case only the label is in use; its plans stay as they were.
    if view.status == Status::Closed && kind != LABEL {
        return None;
    }
    let newest: &Filed = view.of_kind(kind).max_by_key(|filed| (filed.date, filed.filed))?;
    if newest.status.is_none_or(|status| status == view.status) {
        return None;
    }
    Some(Lacking {
        lack: Lack::OlderStatus(kind.to_owned()),
        source: "002 §5.5: the header carries the status".to_owned(),
        settle: format!("casefile file {kind} {}", view.unit),
    })
}

fn holds(it: &Consent, today: NaiveDate) -> bool {
    it.date <= today
        && it.until.is_none_or(|until| until >= today)
        && it.withdrawn.is_none_or(|day| day > today)
}

fn consent(view: &CaseView, today: NaiveDate) -> Option<Lacking> {
    let offered = view.programme().kinds.iter().any(|kind| kind == "consent");
    if !offered || view.status.code() == "C" || view.case().consents.iter().any(|it| holds(it, today)) {
        return None;
    }
    Some(Lacking {
        lack: Lack::NoConsent,
        source: "002 §5.5, 003: consent before anything is shared".to_owned(),
        settle: format!("ask for it, write it into `consents:`, then casefile file consent {}", view.unit),
    })
}

fn risk(view: &CaseView) -> Option<Lacking> {
    let by_risk = view.rule("contact.risk-high")?;
    (view.case().risk.is_empty() && view.status.code() == "O").then(|| Lacking {
        lack: Lack::NoRisk,
        source: by_risk.source.clone(),
        settle: format!("write the level into `risk:` of the record of {}", view.unit),
    })
}
