//! What the calendar changes by itself, what it proposes, and what it calls out (002 §5.5).
//!
//! Two halves, because two people can run it: what needs no key ([`sweep_open`]: announcing and closing
//! aged-out cases), and what only a reader can see ([`sweep_sealed`]).

use super::{CaseView, ageing};
use crate::names::{Status, Unit};
use crate::programme::{Programme, Programmes};
use chrono::{Days, Months, NaiveDate};

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// The case becomes aged-out.
    AgeOut {
        /// From which day.
        since: NaiveDate,
        /// The day it will close by itself.
        until: NaiveDate,
    },
    /// The aged-out case closes.
    Close {
        /// The day it was due, which stays the effective day of a late run.
        since: NaiveDate,
    },
    /// The end of the aged-out time moves to the end of the agreement with the young adult.
    Extend {
        /// The new end.
        until: NaiveDate,
    },
    /// The folder label is made anew, because it carries an older status.
    Label,
    /// The closing is announced.
    Announce {
        /// The day on which the case closes at the earliest.
        closes: NaiveDate,
    },
}

/// What only a person may decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposal {
    /// The case could become inactive: no contact since this day.
    Inactive {
        /// The last contact, or the admission.
        last: NaiveDate,
    },
    /// The case could become aged-out, but the date of birth is estimated or disputed.
    AgedOutUncertain,
    /// Turned of age, and no transition plan is written and filed.
    NoTransitionPlan,
}

/// What follows from one rule for one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is done; the entry names this rule.
    Do {
        /// What.
        act: Act,
        /// The rule's id.
        rule: &'static str,
    },
    /// It is proposed.
    Propose {
        /// What.
        proposal: Proposal,
        /// The rule's id.
        rule: &'static str,
    },
}

/// The rule of the first announcement.
pub const FIRST_NOTICE: &str = "ageing-out.first-notice";
/// The rule of the second.
pub const LAST_NOTICE: &str = "ageing-out.last-notice";
/// The rule of the announcement that a late run gives.
pub const LATE_NOTICE: &str = "ageing-out.late-notice";
/// The rule of the closing itself.
pub const CLOSE: &str = "ageing-out.close-after";
/// The rule of ageing out.
pub const AGE: &str = "ageing-out.age";
/// The rule about lost contact.
pub const CONTACT_LOST: &str = "status.contact-lost";

/// The numbers that announce and close an aged-out case, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Notices {
    first: u32,
    last: u32,
    late_run: u32,
    late_notice: u32,
}

impl Notices {
    /// The most cautious of the programmes that know this category; of all that age out where none does.
    fn of(programmes: &Programmes, unit: &Unit) -> Option<Self> {
        let ageing: Vec<&Programme> =
            programmes.iter().map(AsRef::as_ref).filter(|it: &&Programme| it.ageing_out.is_some()).collect();
        let known = |it: &&&Programme| it.category(unit.category()).is_some();
        let mut of: Vec<&&Programme> = ageing.iter().filter(known).collect();
        if of.is_empty() {
            of = ageing.iter().collect();
        }
        let numbers = |id: &str| -> Vec<u32> {
            of.iter().filter_map(|it| it.rule(id)).map(|rule| rule.value).collect()
        };
        let most = |id: &str| numbers(id).into_iter().max();
        Some(Self {
            first: most(FIRST_NOTICE)?,
            last: most(LAST_NOTICE)?,
            late_run: numbers("ageing-out.late-run").into_iter().min()?,
            late_notice: most(LATE_NOTICE)?,
        })
    }
}

/// An aged-out case as its history shows it to everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgedOut {
    /// The case number.
    pub unit: Unit,
    /// The day it closes by itself.
    pub until: NaiveDate,
    /// The announcements made: the rule, and the day each was signed.
    pub announced: Vec<(String, NaiveDate)>,
}

/// What is to be announced or closed on `today`, without any key.
///
/// Closing is announced before by the first and the last notice. A run that comes more than the rule
/// `ageing-out.late-run` after the day gives notice first; the effective day stays the day it was due.
pub fn sweep_open(case: &AgedOut, programmes: &Programmes, today: NaiveDate) -> Option<Decision> {
    let notices = Notices::of(programmes, &case.unit)?;
    let before = |days: u32| case.until.checked_sub_days(Days::new(days.into())).unwrap_or(case.until);
    let after = |day: NaiveDate, days: u32| day.checked_add_days(Days::new(days.into())).unwrap_or(day);
    // Announcements of an earlier end do not count for a later one.
    let announced = |rule: &str| {
        let of_rule =
            case.announced.iter().filter(|(given, day)| given == rule && *day >= before(notices.first));
        of_rule.map(|(_, day)| *day).max()
    };
    let announce = |rule, closes| Some(Decision::Do { act: Act::Announce { closes }, rule });
    if today >= case.until {
        let close = Some(Decision::Do { act: Act::Close { since: case.until }, rule: CLOSE });
        if today <= after(case.until, notices.late_run) {
            return close;
        }
        return match announced(LATE_NOTICE) {
            None => announce(LATE_NOTICE, after(today, notices.late_notice)),
            Some(day) if today >= after(day, notices.late_notice) => close,
            Some(_) => None,
        };
    }
    if today >= before(notices.last) {
        return announced(LAST_NOTICE).is_none().then(|| announce(LAST_NOTICE, case.until)).flatten();
    }
    if today >= before(notices.first) {
        return announced(FIRST_NOTICE).is_none().then(|| announce(FIRST_NOTICE, case.until)).flatten();
    }
    None
}

/// What follows for a case that the caller can open, beside what [`sweep_open`] says of it. An extension
/// comes before the closing that it prevents.
pub fn sweep_sealed(view: &CaseView, today: NaiveDate) -> Vec<Decision> {
    let changed = match view.status {
        Status::Open => of_age(view, today).or_else(|| contact_lost(view, today)),
        Status::Inactive => of_age(view, today),
        Status::AgedOut => agreement(view, today),
        Status::Closed => None,
    };
    let moves = matches!(changed, Some(Decision::Do { act: Act::AgeOut { .. }, .. }));
    let label = label(view).filter(|_| !moves);
    changed.into_iter().chain(label).collect()
}

/// A label that carries an older status is made anew: who ages out gets one with the change.
fn label(view: &CaseView) -> Option<Decision> {
    let newest = view.of_kind("folder-label").max_by_key(|filed| (filed.date, filed.filed))?;
    let stale = newest.status.is_some_and(|status| status != view.status);
    stale.then_some(Decision::Do { act: Act::Label, rule: "label.status" })
}

/// Turned of age: aged-out on the later of the birthday and the day of the transition plan.
fn of_age(view: &CaseView, today: NaiveDate) -> Option<Decision> {
    let months = view.programme().aged_out_months()?;
    let (birthday, certain) = ageing::birthday(view)?;
    if birthday > today || ageing::is_closing(view) {
        return None;
    }
    let plan = view.case().transition.as_ref().map(|plan| plan.date).filter(|date| *date <= today);
    let filed = view.of_kind("transition-plan").next().is_some();
    let propose = |proposal| Some(Decision::Propose { proposal, rule: AGE });
    let Some(plan) = plan.filter(|_| filed) else { return propose(Proposal::NoTransitionPlan) };
    if !certain {
        return propose(Proposal::AgedOutUncertain);
    }
    let since = birthday.max(plan).max(view.since);
    let until = since.checked_add_months(Months::new(months))?;
    Some(Decision::Do { act: Act::AgeOut { since, until }, rule: AGE })
}

/// No contact for longer than the programme's limit: somebody has to decide.
fn contact_lost(view: &CaseView, today: NaiveDate) -> Option<Decision> {
    let rule = view.rule(CONTACT_LOST)?;
    let last = last_contact(view, today);
    let is_over = rule.amount().after(last).is_some_and(|limit| limit < today);
    let proposal = Proposal::Inactive { last };
    is_over.then_some(Decision::Propose { proposal, rule: CONTACT_LOST })
}

/// The last time the client was in contact in any way: attempts and meetings without the client do not
/// count.
fn last_contact(view: &CaseView, today: NaiveDate) -> NaiveDate {
    let with_client = view.case().contacts.iter().filter(|it| it.on <= today && it.is_with_client());
    with_client.map(|it| it.on).max().unwrap_or_else(|| view.admitted()).max(view.admitted())
}

/// An agreement with the young adult that outlasts the aged-out time. It extends at once: who sweeps without
/// a key cannot see it, and would close.
fn agreement(view: &CaseView, today: NaiveDate) -> Option<Decision> {
    let act = Act::Extend { until: ageing::agreed_until(view, today)? };
    Some(Decision::Do { act, rule: "ageing-out.young-adult-agreement" })
}
