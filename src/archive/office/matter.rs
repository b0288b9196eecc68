//! Folders about the work: which sorts there are, who founds one and who reads it. The one table.
//!
//! The entries of the log say only that a founder is among the readers; who may be one of them follows
//! from here (sources 002 §5.2, §5.4, §5.6.3 and 003). It is a rule among honest programs, kept before
//! anything is sealed: a key that somebody was given cannot be taken back by a later verdict.

use crate::log::{Person, Role, Staff};
use crate::names::{PersonId, Unit};
use crate::seal::Concern;
use std::fmt;
use std::fmt::Write as _;

/// A sort of matter; one folder is kept for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Matter {
    /// A referral, until it is admitted or declined.
    Referral,
    /// One person's own file: self-checks, feedback, supervision, training, hours.
    Staff,
    /// One person's debriefings.
    Debrief,
    /// A complaint and what followed from it.
    Complaint,
    /// What clients say about the service.
    Feedback,
    /// The handover of a caseload.
    Handover,
    /// The programme itself: services, agreements, calendar, leave, figures.
    Programme,
}

/// One sort of person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody on the roster who is present and holds a role.
    Anybody,
    /// Who holds this role; not the person whose folder it is.
    Holds(Role),
    /// The person whose folder it is.
    ThePerson,
    /// Who leads nobody: neither supervisor nor director nor administrator.
    ThirdParty,
    /// By route: a supervisor or director; the director where it is serious or about a supervisor; an
    /// outside expert where it is about a director. Nobody whom it is about.
    Investigator,
}

/// Whether a matter is about people of the staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// It is not.
    Nobodys,
    /// It is one person's folder, and that person reads it.
    OnePersons,
    /// It may be about some, who never read it.
    NotTheirs,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct MatterRule {
    /// The sort of matter.
    pub matter: Matter,
    /// Whether it is about somebody.
    pub whose: Whose,
    /// Who may found a folder.
    pub founders: &'static [Who],
    /// Who may read it.
    pub readers: &'static [Who],
    /// One of these must be among the readers.
    pub among: &'static [Who],
    /// What else holds.
    pub note: &'static str,
}

const CS: Who = Who::Holds(Role::CaseSupervisor);
const PD: Who = Who::Holds(Role::ProjectDirector);
const CM: Who = Who::Holds(Role::CaseManager);

/// Who founds and who reads which sort of folder.
pub const TABLE: [MatterRule; 7] = [
    MatterRule {
        matter: Matter::Referral,
        whose: Whose::Nobodys,
        founders: &[CS, CM],
        readers: &[CS, CM, PD],
        among: &[CS, PD],
        note: "the worker named, until it is admitted or declined",
    },
    MatterRule {
        matter: Matter::Staff,
        whose: Whose::OnePersons,
        founders: &[CS, PD],
        readers: &[Who::ThePerson, CS, PD],
        among: &[CS, PD],
        note: "one for each person; the supervisor or director is the one who wrote it",
    },
    MatterRule {
        matter: Matter::Debrief,
        whose: Whose::OnePersons,
        founders: &[Who::ThePerson, Who::ThirdParty],
        readers: &[Who::ThePerson, Who::ThirdParty],
        among: &[Who::ThePerson],
        note: "one for each person; the third party is the facilitator",
    },
    MatterRule {
        matter: Matter::Complaint,
        whose: Whose::NotTheirs,
        founders: &[Who::Investigator],
        readers: &[Who::Investigator],
        among: &[],
        note: "one for each complaint; whoever receives one files it, and cannot open it again",
    },
    MatterRule {
        matter: Matter::Feedback,
        whose: Whose::Nobodys,
        founders: &[CS, PD],
        readers: &[CS, PD],
        among: &[],
        note: "a case manager files what a client hands in",
    },
    MatterRule {
        matter: Matter::Handover,
        whose: Whose::Nobodys,
        founders: &[CS, PD],
        readers: &[CS, PD, CM],
        among: &[CS, PD],
        note: "a folder for each successor, who reads that part",
    },
    MatterRule {
        matter: Matter::Programme,
        whose: Whose::Nobodys,
        founders: &[Who::Anybody],
        readers: &[Who::Anybody],
        among: &[],
        note: "as the agency sets it; no data of cases",
    },
];

impl Matter {
    /// All seven, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::Referral,
        Self::Staff,
        Self::Debrief,
        Self::Complaint,
        Self::Feedback,
        Self::Handover,
        Self::Programme,
    ];

    /// The word in the folder's number: `COMPLAINT`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Referral => "REFERRAL",
            Self::Staff => "STAFF",
            Self::Debrief => "DEBRIEF",
            Self::Complaint => "COMPLAINT",
            Self::Feedback => "FEEDBACK",
            Self::Handover => "HANDOVER",
            Self::Programme => "PROGRAMME",
        }
    }

    /// The sort of matter of a folder; none of a case.
    pub fn of(unit: &Unit) -> Option<Self> {
        Self::ALL.into_iter().find(|matter| matter.word() == unit.category())
    }

    /// Its row of the table.
    pub fn rule(self) -> &'static MatterRule {
        // `TABLE` has its rows in the order of the variants; a test holds that.
        &TABLE[self as usize]
    }
}

impl fmt::Display for Matter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Who {
    /// In words, for people and for the documentation.
    pub fn words(self) -> &'static str {
        match self {
            Self::Anybody => "any active person",
            Self::Holds(role) => role.word(),
            Self::ThePerson => "the person whose folder it is",
            Self::ThirdParty => "a third party who leads nobody",
            Self::Investigator => {
                "the investigator: a supervisor or the director; the director where it is serious or about a \
                 supervisor; an outside expert where it is about the director"
            }
        }
    }

    /// Whether an active person is one of this sort in a matter of which `concern` is known.
    fn is(self, person: &Person, concern: &Concern, staff: &Staff) -> bool {
        let concerned = concern.about.contains(&person.id);
        match self {
            Self::Anybody => true,
            Self::Holds(role) => person.has(role) && !concerned,
            Self::ThePerson => concerned,
            Self::ThirdParty => !concerned && !LEADERS.iter().any(|role| person.has(*role)),
            Self::Investigator => !concerned && investigates(person, concern, staff),
        }
    }
}

/// Roles that lead others, or keep the archive.
const LEADERS: [Role; 3] = [Role::CaseSupervisor, Role::ProjectDirector, Role::Administrator];

/// The route of a complaint (source 002 §5.6.3). An outside expert stands on the roster in a role that
/// opens nothing by itself and has no part in the casework: `records-custodian`.
fn investigates(person: &Person, concern: &Concern, staff: &Staff) -> bool {
    let about = |role: Role| concern.about.iter().any(|id| staff.active(id).is_some_and(|p| p.has(role)));
    if about(Role::ProjectDirector) {
        return !person.has(Role::CaseManager) && !LEADERS.iter().any(|role| person.has(*role));
    }
    let supervisor = person.has(Role::CaseSupervisor);
    person.has(Role::ProjectDirector) || (supervisor && !concern.serious && !about(Role::CaseSupervisor))
}

impl MatterRule {
    /// Whether an active person may found such a folder.
    pub fn may_found(&self, person: &Person, concern: &Concern, staff: &Staff) -> bool {
        self.founders.iter().any(|who| who.is(person, concern, staff))
    }

    /// Whether an active person may read such a folder.
    pub fn may_read(&self, person: &Person, concern: &Concern, staff: &Staff) -> bool {
        self.readers.iter().any(|who| who.is(person, concern, staff))
    }

    /// Whether an active person is one of those of whom one must read it.
    pub(super) fn is_needed(&self, person: &Person, concern: &Concern, staff: &Staff) -> bool {
        self.among.iter().any(|who| who.is(person, concern, staff))
    }

    /// In which capacity somebody reads who is allowed to. Who founds is `supervisor` or `manager`: the
    /// log lets nobody else found a folder.
    pub(super) fn capacity(&self, person: &Person, founder: bool, about: &[PersonId]) -> &'static str {
        let leads = person.leads();
        let own = self.whose == Whose::OnePersons && about.contains(&person.id);
        match self.matter {
            _ if founder && (!leads || own) => "manager",
            _ if own => "person",
            Matter::Programme if !founder => "reader",
            _ if leads => "supervisor",
            Matter::Debrief => "facilitator",
            Matter::Complaint => "investigator",
            Matter::Handover => "successor",
            _ => "manager",
        }
    }
}

/// Several sorts of people in words.
pub fn words(who: &[Who]) -> String {
    who.iter().map(|who| who.words()).collect::<Vec<_>>().join(", ")
}

/// The table as Markdown, for the documentation.
pub fn markdown() -> String {
    let mut text = String::from("| folder | who founds it | who reads it | |\n|---|---|---|---|\n");
    for rule in &TABLE {
        let (founders, readers) = (words(rule.founders), words(rule.readers));
        let readers = if founders == readers { "the same".to_owned() } else { readers };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| `{}` | {founders} | {readers} | {} |", rule.matter, rule.note);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::OFFICE_WORDS;

    #[test]
    fn every_word_of_the_format_has_its_row() {
        assert_eq!(Matter::ALL.map(Matter::word), OFFICE_WORDS);
        assert!(Matter::ALL.iter().all(|matter| matter.rule().matter == *matter));
    }
}
