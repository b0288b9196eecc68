//! What comes round in a programme as a whole: meetings, reports, the yearly evaluation.
//!
//! The last meeting is the latest of its kind in the record's `meetings`; the last report is the filed
//! document whose period ends last; the last evaluation the latest in the record or filed. Where there is
//! none it counts from the day the folder was opened. Several folders of one programme count together.

use super::super::Item;
use super::OfficeView;
use crate::programme::{Programme, Rule};
use crate::record::WorkModel;
use crate::record::model::{MeetingKind, ProgrammeRecord};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The folders of one programme.
struct Folders<'a>(Vec<(&'a OfficeView, &'a ProgrammeRecord)>);

pub(super) fn due(folders: &[OfficeView], today: NaiveDate) -> Vec<Item> {
    let mut programmes: BTreeMap<&str, Folders<'_>> = BTreeMap::new();
    for folder in folders {
        if let WorkModel::Programme(record) = folder.record.model() {
            let of = programmes.entry(&folder.record.programme().id).or_insert(Folders(Vec::new()));
            of.0.push((folder, record));
        }
    }
    programmes.into_values().flat_map(|folders| folders.due(today)).collect()
}

impl<'a> Folders<'a> {
    fn due(&self, today: NaiveDate) -> Vec<Item> {
        let items = [
            self.meeting("meeting.team", "team meeting", MeetingKind::Team, today),
            self.meeting("meeting.peer", "peer case conferencing", MeetingKind::Peer, today),
            self.meeting("supervision.update", "update to the project director", MeetingKind::Update, today),
            self.report("report.agency", "agency report", "agency-report", today),
            self.report("report.monitoring", "monitoring and evaluation report", "monitoring-report", today),
            self.evaluation(today),
        ];
        items.into_iter().flatten().collect()
    }

    /// The newest folder, in which what is due is written down.
    fn newest(&self) -> Option<&'a OfficeView> {
        self.0.iter().map(|(folder, _)| *folder).max_by_key(|folder| (folder.opened(), &folder.unit))
    }

    fn programme(&self) -> Option<&'a Programme> {
        self.newest().map(|folder| folder.record.programme().as_ref())
    }

    fn item(&self, rule: &Rule, what: &str, last: Option<NaiveDate>, settle: String) -> Option<Item> {
        let opened = self.0.iter().map(|(folder, _)| folder.opened()).min();
        let (folder, from) = (self.newest()?, last.or(opened)?);
        let item = Item::by_rule(rule, what, rule.amount().after(from)?);
        Some(item.of(&folder.unit, &[folder.responsible()]).settled_by(settle))
    }

    fn meeting(&self, rule: &str, what: &str, kind: MeetingKind, today: NaiveDate) -> Option<Item> {
        let rule = self.programme()?.rule(rule)?;
        let held = self.0.iter().flat_map(|(_, record)| &record.meetings);
        let held = held.filter(|it| it.kind == kind && it.date <= today).map(|it| it.date);
        self.item(rule, what, held.max(), self.newest()?.write("meetings:"))
    }

    /// The last day that filed documents of a kind cover.
    fn covered(&self, kind: &str, today: NaiveDate) -> Option<NaiveDate> {
        let filed = self.0.iter().flat_map(|(folder, _)| &folder.filed).filter(|filed| filed.kind == kind);
        filed.map(|filed| filed.period.map_or(filed.date, |(_, end)| end)).filter(|end| *end <= today).max()
    }

    fn report(&self, rule: &str, what: &str, kind: &str, today: NaiveDate) -> Option<Item> {
        let rule = self.programme()?.rule(rule)?;
        let last = self.covered(kind, today);
        self.item(rule, what, last, format!("casefile file {kind} {}", self.newest()?.unit))
    }

    /// The yearly evaluation, where the agency works at the level that asks for it: the highest, which
    /// includes all others (source 000).
    fn evaluation(&self, today: NaiveDate) -> Option<Item> {
        let programme = self.programme()?;
        let rule = programme.rule("evaluation.annual")?;
        let highest = programme.standard_levels.last().map(|level| level.id.as_str());
        if programme.level.is_some() && programme.level.as_deref() != highest {
            return None;
        }
        let made = self.0.iter().flat_map(|(_, record)| &record.evaluations).map(|it| it.date);
        let last = made.filter(|day| *day <= today).max().max(self.covered("annual-evaluation", today));
        let folder = self.newest()?;
        let command =
            format!("{}; casefile file annual-evaluation {}", folder.write("evaluations:"), folder.unit);
        self.item(rule, "evaluation with the key stakeholders", last, command)
    }
}
