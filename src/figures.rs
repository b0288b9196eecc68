//! Figures of a period: counts over cases without names and numbers, small groups kept small.
//!
//! Each supervisor counts the cases they supervise; sums over several supervisors are made of what they
//! counted and never of cases. A group under five is only said to be that ([`Count::Few`]), with no minutes,
//! so a sum over such groups has bounds and no value. What stands beside such a group and would give it away,
//! such as a total, is said as a range ([`Count::Between`]).

mod hidden;

use crate::calendar::{self, CaseView};
use crate::names::{PersonId, Status};
use crate::percent::percent;
use crate::record::Record;
use crate::record::model::{Contact, ContactKind, Goal, GoalState, Presence, Referral, ReferralState};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The smallest group that is counted out.
pub const LEAST: u32 = 5;

/// What is counted, in the order of a table: its id and its words.
pub const COUNTED: [(&str, &str); 14] = [
    ("cases.status", "Cases by status at the end"),
    ("cases.category", "Cases not closed, by category"),
    ("admitted", "Admitted"),
    ("closed", "Closed, by circumstance"),
    ("contacts", "Contacts by kind"),
    ("contacts.all", "All contacts"),
    ("contacts.client", "Contacts with the client"),
    ("contacts.face-to-face", "Contacts face to face"),
    ("attendance", "Attendance"),
    ("goals", "Goals by state"),
    ("overdue", "Overdue at the end"),
    ("incidents", "Incidents by kind"),
    ("referrals", "Referrals by state"),
    ("feedback", "Feedback"),
];

/// How many: a number, only that there are one to four, or a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Count {
    /// So many; none, or five and more.
    Exact(u32),
    /// One to four.
    Few(Few),
    /// Somewhere in a range, so that nothing small can be worked out.
    Between(Between),
}

/// A range, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Between {
    /// The least.
    pub least: u32,
    /// The most.
    pub most: u32,
}

/// The words for one to four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Few {
    /// `<5`
    #[serde(rename = "<5")]
    UnderFive,
}

impl Count {
    /// A number, kept small where it is.
    pub fn of(number: u32) -> Self {
        if (1..LEAST).contains(&number) { Self::Few(Few::UnderFive) } else { Self::Exact(number) }
    }

    fn between(least: u32, most: u32) -> Self {
        if (1..LEAST).contains(&most) {
            Self::Few(Few::UnderFive)
        } else {
            Self::Between(Between { least, most })
        }
    }

    /// The least and the most that it may stand for.
    pub fn bounds(self) -> (u32, u32) {
        match self {
            Self::Exact(number) => (number, number),
            Self::Few(_) => (1, LEAST - 1),
            Self::Between(Between { least, most }) => (least, most),
        }
    }
}

/// One line of figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What is counted: an id of [`COUNTED`].
    pub of: String,
    /// The group, such as a kind of contact; empty where there is only one.
    pub group: String,
    /// How many.
    pub count: Count,
    /// Minutes altogether, of contacts; none in a small group.
    pub minutes: Option<u32>,
}

/// The figures of one supervisor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Always `figures/1`.
    pub casefile: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// Who supervises the cases that are counted.
    pub supervisor: PersonId,
    /// The lines, in the order of [`COUNTED`] and then by group.
    pub rows: Vec<Row>,
}

impl Figures {
    /// Reads filed figures. Whoever files writes them, and they end in tables and in records: so what is
    /// counted must be of [`COUNTED`] and a group a plain word. `None` for anything else.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let figures: Self = serde_json::from_slice(bytes).ok()?;
        let known = |row: &Row| COUNTED.iter().any(|(of, _)| *of == row.of);
        let plain = |row: &Row| row.group.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let sound = |row: &Row| known(row) && plain(row);
        (figures.casefile == VERSION && figures.rows.iter().all(sound)).then_some(figures)
    }
}

/// The value of `casefile` in [`Figures`].
pub const VERSION: &str = "figures/1";

/// One case as it is counted.
pub struct CountedCase {
    /// What is known of it.
    pub view: CaseView,
    /// Its statuses, oldest first.
    pub statuses: Vec<(Status, NaiveDate)>,
    /// The record as it stood at the end of the period, where it was changed since.
    pub then: Option<Record>,
}

/// The state of a goal as `then` has it: the record as it stood on a day, where it was changed since.
pub fn goal_state(goal: &Goal, then: Option<&Record>) -> GoalState {
    let same = |it: &&Goal| {
        it.set == goal.set && (it.id.is_some() && it.id == goal.id || it.goal.text() == goal.goal.text())
    };
    then.and_then(|then| then.case().goals.iter().find(same)).unwrap_or(goal).state
}

/// The state of a referral in the same way.
fn referral_state(referral: &Referral, then: Option<&Record>) -> ReferralState {
    let same = |it: &&Referral| it.date == referral.date && it.provider.0 == referral.provider.0;
    then.and_then(|then| then.case().referrals.iter().find(same)).unwrap_or(referral).state
}

/// What one client's answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// That the service helps a lot.
    pub helped: bool,
    /// That the case manager helps a lot.
    pub helped_by_manager: bool,
}

/// Counts cases and answers in a period, both days included. Goals and referrals are in the state that they
/// had at its end, as far as the archive keeps the record of that day.
pub fn count(cases: &[CountedCase], answers: &[Answer], (from, until): (NaiveDate, NaiveDate)) -> Vec<Row> {
    let mut tally = Tally { from, until, rows: Vec::new() };
    cases
        .iter()
        .filter(|case| case.view.record.case().case.admitted <= until)
        .for_each(|case| tally.case(case));
    for answer in answers {
        tally.add("feedback", "answers", 1, None);
        tally.add("feedback", "helped", u32::from(answer.helped), None);
        tally.add("feedback", "helped-by-manager", u32::from(answer.helped_by_manager), None);
    }
    tally.finish()
}

/// Numbers being added up: what, group, count and minutes.
struct Tally {
    from: NaiveDate,
    until: NaiveDate,
    rows: Vec<(&'static str, String, u32, Option<u32>)>,
}

impl Tally {
    fn add(&mut self, of: &'static str, group: &str, number: u32, minutes: Option<u32>) {
        let known = self.rows.iter_mut().find(|(what, which, ..)| *what == of && which == group);
        if let Some((_, _, count, total)) = known {
            *count = count.saturating_add(number);
            *total = total.map(|total| total.saturating_add(minutes.unwrap_or(0)));
        } else {
            self.rows.push((of, group.to_owned(), number, minutes));
        }
    }

    /// Whether a day lies in the period.
    fn within(&self) -> impl Fn(NaiveDate) -> bool + use<> {
        let (from, until) = (self.from, self.until);
        move |day| from <= day && day <= until
    }

    fn case(&mut self, counted: &CountedCase) {
        let CountedCase { view, statuses, then } = counted;
        let (case, within) = (view.record.case(), self.within());
        let now = statuses.iter().rfind(|(_, since)| *since <= self.until);
        let status = now.map_or(Status::Open, |(status, _)| *status);
        self.add("cases.status", status.word(), 1, None);
        if within(case.case.admitted) {
            self.add("admitted", "", 1, None);
        }
        self.closed(counted);
        for contact in case.contacts.iter().filter(|it| within(it.on)) {
            self.contact(contact);
        }
        for day in case.attendance.iter().filter(|it| within(it.date)) {
            let there = matches!(day.presence, Presence::Present | Presence::Late);
            self.add("attendance", "sessions", 1, None);
            self.add("attendance", "there", u32::from(there), None);
        }
        for incident in case.incidents.iter().filter(|it| within(it.date)) {
            self.add("incidents", &word(&incident.kind), 1, None);
        }
        for referral in case.referrals.iter().filter(|it| within(it.date)) {
            self.add("referrals", &word(&referral_state(referral, then.as_ref())), 1, None);
        }
        if status != Status::Closed {
            self.add("cases.category", view.unit.category(), 1, None);
            let until = self.until;
            for goal in case.goals.iter().filter(|goal| goal.set <= until) {
                self.add("goals", &word(&goal_state(goal, then.as_ref())), 1, None);
            }
            self.overdue(view);
        }
    }

    fn closed(&mut self, case: &CountedCase) {
        let within = self.within();
        let closings = case.statuses.iter().filter(|(status, _)| *status == Status::Closed);
        let closed = closings.map(|(_, day)| *day).find(|day| within(*day));
        let report = case.view.record.case().closure.as_ref().filter(|report| within(report.date));
        match (report, closed) {
            (Some(report), _) => self.add("closed", &word(&report.circumstance), 1, None),
            (None, Some(_)) => self.add("closed", "without-a-closure-report", 1, None),
            (None, None) => {}
        }
    }

    fn contact(&mut self, contact: &Contact) {
        let minutes = Some(contact.minutes.unwrap_or(0));
        self.add("contacts", &word(&contact.kind), 1, minutes);
        if contact.kind == ContactKind::Attempt {
            return;
        }
        self.add("contacts.all", "", 1, minutes);
        if contact.is_with_client() {
            self.add("contacts.client", "", 1, minutes);
            let seen = contact.face_to_face;
            self.add(
                "contacts.face-to-face",
                "",
                u32::from(seen),
                minutes.map(|time| if seen { time } else { 0 }),
            );
        }
    }

    /// What was late on the last day, by what it is.
    fn overdue(&mut self, view: &CaseView) {
        let until = self.until;
        for item in calendar::due(view, until).iter().filter(|item| item.on < until) {
            let group = match item.what.as_str() {
                calendar::TASK => "tasks",
                what if what.contains("review") => "reviews",
                what if what.contains("report") => "reports",
                _ => "other",
            };
            self.add("overdue", group, 1, None);
        }
    }

    fn finish(self) -> Vec<Row> {
        let place = |of: &str| COUNTED.iter().position(|(id, _)| *id == of);
        let mut rows = self.rows;
        rows.sort_by(|a, b| (place(a.0), &a.1).cmp(&(place(b.0), &b.1)));
        let row = |(of, group, number, minutes): (&str, String, u32, Option<u32>)| {
            let count = Count::of(number);
            let minutes = minutes.filter(|_| matches!(count, Count::Exact(_)));
            Row { of: of.to_owned(), group, count, minutes }
        };
        let numbers: Vec<u32> = rows.iter().map(|(_, _, number, _)| *number).collect();
        let mut rows: Vec<Row> = rows.into_iter().map(row).collect();
        hidden::hide(&mut rows, &numbers);
        rows
    }
}

/// The word of a value of a vocabulary.
fn word<T: Serialize>(value: &T) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// One line of a sum over several supervisors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// What is counted.
    pub of: String,
    /// The group.
    pub group: String,
    /// The least it can be.
    pub least: u32,
    /// The most it can be; the same where every part was counted out.
    pub most: u32,
    /// Minutes, where every part has them.
    pub minutes: Option<u32>,
}

impl Sum {
    /// The number in words: `17`, `12–16`, `<5`.
    pub fn words(&self) -> String {
        match (self.least, self.most) {
            (least, most) if least == most => least.to_string(),
            (_, most) if most < LEAST => "<5".to_owned(),
            (least, most) => format!("{least}\u{2013}{most}"),
        }
    }

    /// The number, where it is known and no small group.
    pub fn exact(&self) -> Option<u32> {
        (self.least == self.most).then_some(self.least)
    }
}

/// Adds figures up, in the order of [`COUNTED`].
pub fn sum<'a>(parts: impl IntoIterator<Item = &'a [Row]>) -> Vec<Sum> {
    let mut sums: Vec<Sum> = Vec::new();
    for row in parts.into_iter().flatten() {
        let (least, most) = row.count.bounds();
        match sums.iter_mut().find(|sum| sum.of == row.of && sum.group == row.group) {
            Some(sum) => {
                sum.least = sum.least.saturating_add(least);
                sum.most = sum.most.saturating_add(most);
                sum.minutes = sum.minutes.zip(row.minutes).map(|(a, b)| a.saturating_add(b));
            }
            None => sums.push(Sum {
                of: row.of.clone(),
                group: row.group.clone(),
                least,
                most,
                minutes: row.minutes,
            }),
        }
    }
    let place = |of: &str| COUNTED.iter().position(|(id, _)| *id == of);
    sums.sort_by(|a, b| (place(&a.of), &a.group).cmp(&(place(&b.of), &b.group)));
    sums
}

/// The shares that can be said, in per cent: of face-to-face contacts among those with the client, of time
/// with the client in the time of all contacts, of attendance. None that would give a small group away.
pub fn shares(sums: &[Sum]) -> Vec<(&'static str, u32)> {
    let of = |of: &str, group: &str| sums.iter().find(|sum| sum.of == of && sum.group == group);
    let number = |what: &str, group: &str| of(what, group).and_then(Sum::exact);
    let minutes = |what: &str| of(what, "").and_then(|sum| sum.minutes);
    let parts = [
        ("contacts face to face", number("contacts.face-to-face", ""), number("contacts.client", "")),
        ("contact time with the client", minutes("contacts.client"), minutes("contacts.all")),
        ("attendance", number("attendance", "there"), number("attendance", "sessions")),
    ];
    let share = |(what, part, whole): (&'static str, Option<u32>, Option<u32>)| {
        let (part, whole) = part.zip(whole)?;
        let rest = whole.checked_sub(part)?;
        let told = whole >= LEAST && !(1..LEAST).contains(&rest);
        let percent = percent(part as usize, whole as usize)?;
        told.then(|| (what, u32::try_from(percent).unwrap_or(100)))
    };
    parts.into_iter().filter_map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(of: &str, number: u32) -> Row {
        Row { of: of.to_owned(), group: String::new(), count: Count::of(number), minutes: None }
    }

    #[test]
    fn only_what_this_program_counts_is_read_back() {
        let figures = |of: &str, group: &str| {
            let group = group.to_owned();
            let row = Row { of: of.to_owned(), group, count: Count::Exact(7), minutes: None };
            let day = |text: &str| text.parse().expect("a day");
            let (from, until) = (day("2016-11-01"), day("2016-11-30"));
            let supervisor = "selma".parse().expect("an id");
            Figures { casefile: VERSION.to_owned(), from, until, supervisor, rows: vec![row] }
        };
        let read = |figures: &Figures| Figures::parse(&serde_json::to_vec(figures).expect("bytes"));
        let sound = figures("contacts", "home-visit");
        assert_eq!(read(&sound), Some(sound));
        for bad in [figures("contacts", "x\n        count: 9"), figures("contacts", "=1"), figures("x", "")] {
            assert_eq!(read(&bad), None);
        }
        assert_eq!(Figures::parse(b"{}"), None);
    }

    #[test]
    fn a_group_under_five_is_only_said_to_be_that() {
        let written = |number| serde_json::to_string(&Count::of(number)).expect("a count");
        assert_eq!([0, 1, 4, 5].map(written), ["0", "\"<5\"", "\"<5\"", "5"]);
        let read: Count = serde_json::from_str("\"<5\"").expect("a count");
        assert_eq!(read.bounds(), (1, 4));
    }

    #[test]
    fn a_sum_over_small_groups_has_bounds_and_no_value() {
        let (few, some, none) =
            (vec![row("admitted", 3)], vec![row("admitted", 8)], vec![row("admitted", 0)]);
        let words = |parts: &[&[Row]]| sum(parts.iter().copied())[0].words();
        assert_eq!(words(&[&few, &none]), "<5");
        assert_eq!(words(&[&few, &some]), "9\u{2013}12");
        assert_eq!(words(&[&some, &some]), "16");
        assert_eq!(sum([few.as_slice(), some.as_slice()])[0].exact(), None);
    }

    #[test]
    fn no_share_gives_a_small_group_away() {
        let rows =
            |part: u32, whole: u32| vec![row("contacts.face-to-face", part), row("contacts.client", whole)];
        let share = |part, whole| shares(&sum([rows(part, whole).as_slice()]));
        assert_eq!(share(6, 20), [("contacts face to face", 30)]);
        assert!(share(17, 20).is_empty() && share(3, 20).is_empty() && share(3, 4).is_empty());
    }
}
