//! The record to start from.

use super::sort::Sort;
use crate::programme::{Programme, Term};

const TEMPLATE: &str = include_str!("new.yaml");

/// A commented record of `programme` to start from, as `casefile new` writes it.
///
/// The places that must be filled are empty, so that `casefile check` names each. Its first line points
/// editors at its [`Sort::schema_file`] in the same folder: a relative name works offline, on every
/// system, and does not grow old as an address would.
pub fn template(programme: &Programme) -> String {
    let service_level = match programme.service_levels.as_slice() {
        [] => "  ## This programme knows no levels of service.".to_owned(),
        [first, ..] => format!(
            "  ## Levels of service: {}.\n#   service_level: {}",
            ids(&programme.service_levels),
            first.id
        ),
    };
    let first = |terms: &[Term]| terms.first().map(|term| term.id.clone()).unwrap_or_default();
    TEMPLATE
        .replace("{programme}", &programme.id)
        .replace("{categories}", &ids(&programme.categories))
        .replace("{category}", &first(&programme.categories))
        .replace("{stages}", &ids(&programme.stages))
        .replace("{stage}", &first(&programme.stages))
        .replace("{service_level}", &service_level)
}

fn ids(terms: &[Term]) -> String {
    terms.iter().map(|term| term.id.as_str()).collect::<Vec<_>>().join(", ")
}

/// A commented record of `sort` to start from, as `casefile new --sort complaint` writes it; `None` for a
/// case, which starts from [`template`].
pub fn work_template(sort: Sort, programme: &Programme) -> Option<String> {
    let text = match sort {
        Sort::Case => return None,
        Sort::Referral => include_str!("new/referral.yaml"),
        Sort::Staff => include_str!("new/staff.yaml"),
        Sort::Debriefing => include_str!("new/debriefing.yaml"),
        Sort::Complaint => include_str!("new/complaint.yaml"),
        Sort::Feedback => include_str!("new/feedback.yaml"),
        Sort::Handover => include_str!("new/handover.yaml"),
        Sort::Programme => include_str!("new/programme.yaml"),
    };
    Some(text.replace("{programme}", &programme.id))
}
