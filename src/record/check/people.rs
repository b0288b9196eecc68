//! Staff and people: who is who, and who may receive nothing.

use super::Draft;
use crate::names::PersonId;
use crate::record::model::{Client, Concern, Contact, ContactKind, Goal, Person, Team, Text};
use crate::record::suggest;
use std::collections::{HashMap, HashSet};

/// Two readers for every folder: the manager and the supervisor are two people.
pub(super) fn team(draft: &mut Draft<'_>, team: Option<&Team>) {
    if team.is_some_and(|team| team.manager.id == team.supervisor.id) {
        draft.error(
            "record.one-person-team",
            "team.supervisor.id",
            "the case manager and the case supervisor are the same person",
            "name another supervisor: every case is supervised, and every folder keeps two readers",
        );
    }
}

/// A person has a birth date, a family has members.
pub(super) fn client(draft: &mut Draft<'_>, client: Option<&Client>) {
    if client.is_some_and(|client| client.birth.is_none() && client.members.is_empty()) {
        draft.warn(
            "record.no-birth-date",
            "client",
            "neither a date of birth nor members of a family",
            "add `birth:` (it may be estimated), or `members:` where the client is a family",
        );
    }
}

/// Ids that stand twice, and references that lead nowhere.
pub(super) fn references(draft: &mut Draft<'_>) {
    let people = draft.items::<Person>("people");
    let ids: Vec<(String, String)> =
        people.iter().map(|(index, person)| (format!("people[{index}].id"), person.id.clone())).collect();
    twice(draft, &ids);
    for (field, _) in ids.iter().filter(|(_, id)| id == "client") {
        draft.error(
            "record.reserved-id",
            field.as_str(),
            "`client` always means the client",
            "give this person another id",
        );
    }
    for (index, person) in &people {
        if person.concern != Concern::None && !person.may_receive.is_empty() {
            draft.error(
                "record.recipient-of-concern",
                format!("people[{index}].may_receive"),
                "a person of concern or under a no-contact order can be no recipient",
                "remove `may_receive`",
            );
        }
    }
    let goals = draft.items::<Goal>("goals");
    let goal_ids =
        goals.iter().filter_map(|(index, goal)| goal.id.clone().map(|id| (format!("goals[{index}].id"), id)));
    twice(draft, &goal_ids.collect::<Vec<_>>());
    let ids: HashSet<&str> = ids.iter().map(|(_, id)| id.as_str()).chain(["client"]).collect();
    for (index, contact) in draft.items::<Contact>("contacts") {
        self::contact(draft, &format!("contacts[{index}]"), &contact, &ids);
    }
}

/// Among so many people at most a name is looked for that is meant: a life's circle, not thousands.
const MOST_LIKENED: usize = 500;

fn contact(draft: &mut Draft<'_>, field: &str, contact: &Contact, ids: &HashSet<&str>) {
    let near =
        |with: &str| ids.len() <= MOST_LIKENED && suggest::nearest(with, ids.iter().copied()).is_some();
    for (index, Text(with)) in contact.with.iter().enumerate() {
        let free = with.contains(char::is_whitespace) || ids.contains(with.as_str());
        if !free && near(with) {
            draft.warn(
                "record.unknown-person",
                format!("{field}.with[{index}]"),
                "nearly an id of `people`, and none of them",
                "write the id as it stands in `people`",
            );
        }
    }
    for (index, by) in contact.by.iter().enumerate() {
        if by.parse::<PersonId>().is_err() {
            draft.error(
                "record.staff-id",
                format!("{field}.by[{index}]"),
                "expected the id of a member of staff such as `aisha`",
                "write the id, not the name",
            );
        }
    }
    let remote = matches!(
        contact.kind,
        ContactKind::Call | ContactKind::Email | ContactKind::Message | ContactKind::Attempt
    );
    if contact.face_to_face && remote {
        draft.warn(
            "record.face-to-face",
            format!("{field}.face_to_face"),
            "this kind of contact is not face to face",
            "compare `kind` and `face_to_face`",
        );
    }
}

fn twice(draft: &mut Draft<'_>, ids: &[(String, String)]) {
    let mut first: HashMap<&str, &str> = HashMap::new();
    for (field, id) in ids {
        if let Some(earlier) = first.get(id.as_str()) {
            draft.error(
                "record.duplicate-id",
                field.as_str(),
                &format!("this id stands already at `{earlier}`"),
                "give each its own id",
            );
        } else {
            first.insert(id, field);
        }
    }
}
