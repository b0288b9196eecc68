//! The words of a case that its programme must know.

use super::{Draft, at};
use crate::error::Problem;
use crate::programme::{Programme, Term};
use crate::record::model::Case;
use crate::record::{suggest, words};
use chrono::Datelike;

/// Category, year, stage and level of service.
pub(super) fn case(draft: &mut Draft<'_>, case: &Case, programme: &Programme) {
    let category = case.number.category();
    word(draft, "case.number", "category", Some(category), &programme.categories, programme);
    word(draft, "case.stage", "stage", case.stage.as_deref(), &programme.stages, programme);
    word(
        draft,
        "case.service_level",
        "level of service",
        case.service_level.as_deref(),
        &programme.service_levels,
        programme,
    );
    if case.number.year() != case.admitted.year() {
        draft.warn(
            "record.number-year",
            "case.number",
            "the year in the number is not the year of admission (`case.admitted`)",
            "a number is category, year of admission and client number",
        );
    }
}

fn word(
    draft: &mut Draft<'_>,
    field: &str,
    what: &str,
    written: Option<&str>,
    terms: &[Term],
    programme: &Programme,
) {
    let Some(written) = written.filter(|written| !terms.iter().any(|term| term.id == *written)) else {
        return;
    };
    let ids: Vec<&str> = terms.iter().map(|term| term.id.as_str()).collect();
    let near = suggest::nearest(written, ids.iter().copied()).map(|near| format!("did you mean `{near}`? "));
    let hint = match ids.as_slice() {
        [] => format!("remove `{field}`: programme `{}` knows no {what}", programme.id),
        ids => format!("{}it must be {}", near.unwrap_or_default(), words::listed(ids)),
    };
    let message = format!("programme `{}` has no such {what}", programme.id);
    draft.problems.push(at(Problem::error("record.programme-word", message).hint(hint), field));
}
