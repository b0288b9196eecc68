//! Several records side by side.

use crate::error::Problem;
use crate::names::{PersonId, Status, Unit};
use crate::record::Record;
use std::collections::BTreeMap;

/// What several records say only together: two cases with one number (an error), and a case manager with
/// more cases than the programme recommends (a warning; open and aged-out cases count, as in source 002).
pub fn check_together(records: &[Record]) -> Vec<Problem> {
    let mut problems = one_number_twice(records);
    problems.extend(caseloads(records));
    problems
}

fn one_number_twice(records: &[Record]) -> Vec<Problem> {
    let mut first: BTreeMap<&Unit, &Record> = BTreeMap::new();
    let mut problems = Vec::new();
    for record in records {
        let number = &record.case().case.number;
        if let Some(other) = first.get(number) {
            let message = match &other.written.file {
                Some(file) => format!("another record has the number {number} too: {}", file.display()),
                None => format!("another record has the number {number} too"),
            };
            let problem = Problem::error("record.duplicate-number", message).at(record.place("case.number"));
            problems.push(problem.hint("give each case its own number"));
        } else {
            first.insert(number, record);
        }
    }
    problems
}

fn caseloads(records: &[Record]) -> Vec<Problem> {
    let mut loads: BTreeMap<(&str, &PersonId), Vec<&Record>> = BTreeMap::new();
    for record in records.iter().filter(|record| matches!(record.status(), Status::Open | Status::AgedOut)) {
        loads.entry((&record.programme().id, &record.case().team.manager.id)).or_default().push(record);
    }
    loads.iter().filter_map(|((_, manager), cases)| overload(manager, cases)).collect()
}

fn overload(manager: &PersonId, cases: &[&Record]) -> Option<Problem> {
    let last = cases.last()?;
    let rule = last.programme().rule("caseload.clients-per-manager")?;
    (cases.len() > rule.value as usize).then(|| {
        let count = cases.len();
        let message = format!(
            "{manager} manages {count} open and aged-out cases; programme `{}` recommends {} at most ({})",
            last.programme().id,
            rule.value,
            rule.source
        );
        Problem::warning("record.caseload", message)
            .hint("hand some cases to a colleague, or set another limit in the programme")
            .at(last.place("team.manager.id"))
    })
}
