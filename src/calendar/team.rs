//! How many cases each person holds, against the limits.

use crate::names::{PersonId, Status};
use crate::programme::Programme;
use std::collections::BTreeMap;

/// One case as the caseload counts it.
pub struct Counted<'a> {
    /// Its manager.
    pub manager: &'a PersonId,
    /// Its supervisor.
    pub supervisor: &'a PersonId,
    /// Its status.
    pub status: Status,
    /// Its programme, where it is known by its category or its record.
    pub programme: Option<&'a Programme>,
}

/// The cases of one manager, held against the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// The manager.
    pub manager: PersonId,
    /// The supervisors of these cases.
    pub supervisors: Vec<PersonId>,
    /// Cases by status, in the order of the source: open, inactive, aged-out, closed.
    pub by_status: [usize; 4],
    /// The strictest limit of the programmes of these cases, with its source.
    pub limit: Option<(u32, String)>,
}

impl Load {
    /// What counts against the limit: open and aged-out cases; inactive ones are shown apart.
    pub fn counted(&self) -> usize {
        self.by_status[0] + self.by_status[2]
    }

    /// Whether the limit is passed.
    pub fn is_over(&self) -> bool {
        self.limit
            .as_ref()
            .is_some_and(|(limit, _)| self.counted() > usize::try_from(*limit).unwrap_or(usize::MAX))
    }
}

/// The managers of one supervisor, held against the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supervised {
    /// The supervisor.
    pub supervisor: PersonId,
    /// The managers whose open, inactive or aged-out cases they supervise.
    pub managers: Vec<PersonId>,
    /// The strictest limit, with its source.
    pub limit: Option<(u32, String)>,
}

impl Supervised {
    /// Whether the limit is passed.
    pub fn is_over(&self) -> bool {
        self.limit
            .as_ref()
            .is_some_and(|(limit, _)| self.managers.len() > usize::try_from(*limit).unwrap_or(usize::MAX))
    }
}

/// The caseload of every manager and the team of every supervisor, by id.
pub fn caseload(cases: &[Counted<'_>]) -> (Vec<Load>, Vec<Supervised>) {
    let mut loads: BTreeMap<&PersonId, Load> = BTreeMap::new();
    let mut teams: BTreeMap<&PersonId, Supervised> = BTreeMap::new();
    for case in cases {
        let load = loads.entry(case.manager).or_insert_with(|| Load {
            manager: case.manager.clone(),
            supervisors: Vec::new(),
            by_status: [0; 4],
            limit: None,
        });
        load.by_status[case.status as usize] += 1;
        if case.status == Status::Closed {
            continue;
        }
        add(&mut load.supervisors, case.supervisor);
        stricter(&mut load.limit, case.programme, "caseload.clients-per-manager");
        let team = teams.entry(case.supervisor).or_insert_with(|| Supervised {
            supervisor: case.supervisor.clone(),
            managers: Vec::new(),
            limit: None,
        });
        add(&mut team.managers, case.manager);
        stricter(&mut team.limit, case.programme, "caseload.managers-per-supervisor");
    }
    (loads.into_values().collect(), teams.into_values().collect())
}

fn add(people: &mut Vec<PersonId>, person: &PersonId) {
    if let Err(place) = people.binary_search(person) {
        people.insert(place, person.clone());
    }
}

fn stricter(limit: &mut Option<(u32, String)>, programme: Option<&Programme>, rule: &str) {
    let Some(rule) = programme.and_then(|programme| programme.rule(rule)) else { return };
    if limit.as_ref().is_none_or(|(known, _)| rule.value < *known) {
        *limit = Some((rule.value, rule.source.clone()));
    }
}
