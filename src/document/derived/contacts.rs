//! Contacts: those of the period with their numbers, and when the client was last reached and seen.

use super::Derived;
use crate::document::dates;
use crate::document::transform::word;
use crate::record::model::{Contact, ContactKind};
use chrono::NaiveDate;
use serde_json::{Value, json};

impl Derived<'_> {
    pub(super) fn contacts(&self) -> Value {
        let mut kept: Vec<(usize, &Contact)> =
            self.record.contacts.iter().enumerate().filter(|(_, it)| self.within(it.on)).collect();
        kept.sort_by_key(|(_, it)| (it.on, it.at.clone()));
        let count = |keep: fn(&Contact) -> bool| kept.iter().filter(|(_, it)| keep(it)).count();
        let minutes = total(kept.iter().map(|(_, it)| *it));
        json!({
            "items": kept.iter().map(|(at, it)| self.contact(*at, it)).collect::<Vec<_>>(),
            "count": kept.len(),
            "minutes": minutes,
            "hours_text": dates::duration(self.words, minutes),
            "face_to_face": count(|it| it.face_to_face),
            "attempts": count(|it| it.kind == ContactKind::Attempt),
            "scheduled": count(|it| it.scheduled == Some(true)),
            "unscheduled": count(|it| it.scheduled == Some(false)),
            "by_kind": self.by_kind(&kept),
        })
    }

    fn by_kind(&self, kept: &[(usize, &Contact)]) -> Vec<Value> {
        let line = |kind: &ContactKind| {
            let of_kind: Vec<_> = kept.iter().map(|(_, it)| *it).filter(|it| it.kind == *kind).collect();
            let id = json!(kind).as_str().map(str::to_owned).unwrap_or_default();
            (!of_kind.is_empty()).then(|| {
                let minutes = total(of_kind.iter().copied());
                let minutes_text = dates::duration(self.words, minutes);
                json!({"kind": word(self.words, "vocab.contact-kind", &id), "count": of_kind.len(),
                    "minutes": minutes, "minutes_text": minutes_text})
            })
        };
        ContactKind::ALL.iter().filter_map(line).collect()
    }

    pub(super) fn last_contact(&self) -> Value {
        self.latest_reached().map_or(Value::Null, |(at, it)| self.contact(at, it))
    }

    pub(super) fn days_since_last_contact(&self) -> Option<i64> {
        self.latest_reached().map(|(_, it)| (self.at - it.on).num_days())
    }

    fn latest_reached(&self) -> Option<(usize, &Contact)> {
        let contacts = self.record.contacts.iter().enumerate();
        let reached = contacts.filter(|(_, it)| it.on <= self.at && it.is_with_client());
        reached.max_by_key(|(at, it)| (it.on, it.at.clone(), *at))
    }

    /// The day the client was last seen face to face, from the contacts or as the record says.
    pub(super) fn last_seen(&self) -> Option<NaiveDate> {
        let seen = self.record.contacts.iter().filter(|it| it.face_to_face).map(|it| it.on);
        seen.chain(self.record.client.last_seen).filter(|day| *day <= self.at).max()
    }

    /// A contact as templates read it, with its duration in words.
    fn contact(&self, at: usize, contact: &Contact) -> Value {
        let mut shown = self.shown["contacts"][at].clone();
        shown["minutes_text"] = json!(contact.minutes.map(|minutes| dates::duration(self.words, minutes)));
        shown
    }
}

fn total<'a>(contacts: impl Iterator<Item = &'a Contact>) -> u32 {
    contacts.filter_map(|it| it.minutes).fold(0, u32::saturating_add)
}
