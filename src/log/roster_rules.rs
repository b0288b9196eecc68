//! Which staff notes are valid, and what each changes.

use super::error::Fault;
use super::name::NoteName;
use super::note::Note;
use super::root::{RootKeys, is_root_name};
use super::roster::{Keys, Person, Roster, Staff};
use super::staff::{Role, STAFF, StaffNote, StaffOp, StaffPerson};
use crate::names::PersonId;
use crate::seal::{Public, VerifyKey};
use serde_json::Value;
use std::collections::BTreeSet;

/// Judges one note whose parents are all valid; `before` is the staff they give.
pub(super) fn check(
    roster: &Roster,
    note: &Note,
    content: &StaffNote,
    before: &Staff,
    verified: bool,
) -> Result<(), Fault> {
    let genesis = content.op == StaffOp::Genesis;
    let highest = content.parents.iter().map(|parent| parent.seq).max();
    if content.casefile != STAFF || genesis != content.parents.is_empty() {
        return Err(Fault::Place);
    }
    if content.seq != highest.map_or(0, |seq| seq + 1) {
        return Err(Fault::Seq);
    }
    let root = if genesis { roster.root().keys() } else { before.root().ok_or(Fault::Place)? };
    let keys = signing_keys(content, before, root)?;
    let holds = |(name, key): &(PersonId, VerifyKey)| note.signed_by(name, key, &roster.root().id());
    if !verified && let Some((name, _)) = keys.iter().find(|pair| !holds(pair)) {
        return Err(Fault::Signature(name.to_string()));
    }
    let signers: Vec<VerifyKey> = keys.into_iter().map(|(_, key)| key).collect();
    authority(content, before, root, &signers)?;
    shape(content, before)
}

/// The key of each signer at this point: of the root, of the new root, or of an active administrator.
fn signing_keys(
    content: &StaffNote,
    before: &Staff,
    root: &RootKeys,
) -> Result<Vec<(PersonId, VerifyKey)>, Fault> {
    let mut keys = Vec::new();
    for signer in &content.signers {
        let fault = || Fault::Signature(signer.to_string());
        let key = if is_root_name(signer) {
            let next = content.root.as_ref().and_then(|next| next.keys.get(signer));
            *root.keys.get(signer).or(next).ok_or_else(fault)?
        } else {
            before.active(signer).ok_or_else(fault)?.sign
        };
        keys.push((signer.clone(), key));
    }
    Ok(keys)
}

fn authority(
    content: &StaffNote,
    before: &Staff,
    root: &RootKeys,
    signers: &[VerifyKey],
) -> Result<(), Fault> {
    let reached = |keys: &RootKeys| {
        let signed: BTreeSet<_> = content.signers.iter().filter(|name| is_root_name(name)).collect();
        let count = keys.keys.iter().filter(|(name, key)| signed.contains(name) && signers.contains(key));
        count.count() >= keys.threshold as usize
    };
    let root_signs = reached(root);
    let allowed = match &content.op {
        StaffOp::Genesis | StaffOp::Policy => root_signs,
        StaffOp::Root => root_signs && content.root.as_ref().is_some_and(reached),
        StaffOp::Add | StaffOp::Role | StaffOp::Rekey | StaffOp::Retire => {
            let administrator = |id: &PersonId| before.active(id).is_some_and(|p| p.has(Role::Administrator));
            root_signs
                || (!concerns_administrator(content, before) && content.signers.iter().any(administrator))
        }
        // What old readers do not know they must judge as we do: who signs decides what it is worth.
        StaffOp::AcceptRestore | StaffOp::Unknown(_) => true,
    };
    if !allowed {
        return Err(Fault::Authority("an administrator for staff, the root keys for administrators"));
    }
    let own = content.person.as_ref().is_some_and(|person| {
        let current = before.person(&person.id).map(|current| current.sign);
        signers.iter().any(|key| *key == person.sign || Some(*key) == current)
    });
    let touches_a_role =
        matches!(content.op, StaffOp::Add | StaffOp::Role | StaffOp::Rekey | StaffOp::Retire);
    if own && touches_a_role {
        return Err(Fault::Authority("nobody signs their own role"));
    }
    Ok(())
}

/// Whether an administrator is made, changed or removed: the root keys decide that.
fn concerns_administrator(content: &StaffNote, before: &Staff) -> bool {
    content.person.as_ref().is_some_and(|person| {
        let is = before.person(&person.id).is_some_and(|p| p.roles.contains(&Role::Administrator));
        is || person.roles.contains(&Role::Administrator)
    })
}

/// Whether the note says what its operation needs, and nothing that contradicts the staff before it.
fn shape(content: &StaffNote, before: &Staff) -> Result<(), Fault> {
    if (content.root.is_some() != (content.op == StaffOp::Root))
        || (content.policy.is_some() != (content.op == StaffOp::Policy))
    {
        return Err(Fault::Place);
    }
    if content.root.as_ref().is_some_and(|root| !root.is_sound()) {
        return Err(Fault::State("root keys"));
    }
    match (&content.op, &content.person) {
        (StaffOp::Unknown(_) | StaffOp::AcceptRestore | StaffOp::Root | StaffOp::Policy, None) => Ok(()),
        (StaffOp::Policy, Some(_)) | (_, None) => Err(Fault::Place),
        (op, Some(person)) => person_shape(op, person, before),
    }
}

fn person_shape(op: &StaffOp, person: &StaffPerson, before: &Staff) -> Result<(), Fault> {
    let unique = person.roles.iter().collect::<BTreeSet<_>>().len() == person.roles.len();
    if is_root_name(&person.id) || !unique {
        return Err(Fault::Place);
    }
    let current = before.person(&person.id);
    let same_keys = current.as_ref().is_some_and(|c| c.sign == person.sign && c.age == person.age);
    let present = current.as_ref().is_some_and(|c| !c.retired);
    let fits = match op {
        StaffOp::Genesis => person.roles.contains(&Role::Administrator),
        StaffOp::Root => current.is_none() && person.roles.is_empty(),
        StaffOp::Add => !present && !person.roles.is_empty() && !taken(person, before),
        StaffOp::Role => present && same_keys && !person.roles.is_empty(),
        StaffOp::Rekey => present && !same_keys && !taken(person, before),
        StaffOp::Retire => present && same_keys && person.roles.is_empty(),
        StaffOp::Policy | StaffOp::AcceptRestore | StaffOp::Unknown(_) => true,
    };
    if !fits {
        return Err(Fault::State("the person"));
    }
    let (id, age) = (person.id.clone(), person.age.clone());
    let public = Public { id, sign: person.sign, age, proof: person.proof, archive: None };
    public.check_proof().map_err(|_| Fault::Proof)
}

/// Whether somebody else holds the same signing key: one person must not count as two.
fn taken(person: &StaffPerson, before: &Staff) -> bool {
    before.people().iter().any(|other| other.id != person.id && other.sign == person.sign)
}

/// Whether as many root keys signed a valid note as must; their signatures hold already.
pub(super) fn is_signed_by_root(content: &StaffNote, before: &Staff) -> bool {
    content.op == StaffOp::Genesis
        || before.root().is_some_and(|root| {
            let signed = content.signers.iter().filter(|name| root.keys.contains_key(*name)).count();
            signed >= root.threshold as usize
        })
}

/// What a valid note says is lost, where it may: two people sign, one of them an administrator.
pub(super) fn given_up(content: &StaffNote, before: &Staff) -> BTreeSet<NoteName> {
    let people: Vec<Person> = content.signers.iter().filter_map(|signer| before.active(signer)).collect();
    let keys: BTreeSet<&[u8; 32]> = people.iter().map(|person| person.sign.as_bytes()).collect();
    let may = keys.len() >= 2 && people.iter().any(|person| person.has(Role::Administrator));
    let lost = content.lost.iter().filter(|_| may && content.op == StaffOp::AcceptRestore);
    lost.flatten().copied().collect()
}

/// The staff after a valid note.
pub(super) fn apply(mut staff: Staff, content: &StaffNote, first: &RootKeys, at: usize) -> Staff {
    if content.op == StaffOp::Genesis {
        staff.root.set(at, first.clone());
    }
    if let Some(root) = &content.root {
        staff.root.set(at, root.clone());
    }
    if let Some(policy) = &content.policy {
        let policy = restated(staff.policy.first(), policy);
        staff.policy.set(at, policy);
    }
    let sets_nothing = matches!(content.op, StaffOp::AcceptRestore | StaffOp::Unknown(_));
    if let (Some(person), false) = (&content.person, sets_nothing) {
        apply_person(&mut staff, &content.op, person, at);
    }
    staff
}

/// The policy after a note: each field it states takes the place of the one before, and null takes it away.
fn restated(before: Option<&Value>, stated: &Value) -> Value {
    let (Some(Value::Object(before)), Value::Object(stated)) = (before, stated) else {
        return stated.clone();
    };
    let mut policy = before.clone();
    policy.extend(stated.clone());
    policy.retain(|_, value| !value.is_null());
    Value::Object(policy)
}

fn apply_person(staff: &mut Staff, op: &StaffOp, person: &StaffPerson, at: usize) {
    let held = staff.person(&person.id).map(|p| p.roles).unwrap_or_default();
    let facts = staff.facts.entry(person.id.clone()).or_default();
    if matches!(op, StaffOp::Genesis | StaffOp::Root | StaffOp::Add | StaffOp::Rekey) {
        let keys = Keys { sign: person.sign, age: person.age.clone(), proof: person.proof };
        facts.keys.set(at, keys);
    }
    match op {
        StaffOp::Genesis | StaffOp::Root | StaffOp::Add => facts.present.set(at, true),
        StaffOp::Retire => facts.present.set(at, false),
        _ => {}
    }
    // Only a change is an event: a role that is merely repeated must not outlive its removal elsewhere.
    for role in Role::ALL {
        let (before, after) = (held.contains(&role), person.roles.contains(&role));
        let fresh = matches!(op, StaffOp::Add | StaffOp::Genesis);
        if before != after || (fresh && after) {
            facts.roles.entry(role).or_default().set(at, after);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::restated;
    use serde_json::json;

    #[test]
    fn a_policy_note_states_some_fields_and_leaves_the_others() {
        let before = json!({"retention": {"UASC": 70}, "escrow": {"name": "a", "age": "age1…"}});
        let later = restated(Some(&before), &json!({"retention": {"FV": 25}}));
        assert_eq!(later, json!({"retention": {"FV": 25}, "escrow": {"name": "a", "age": "age1…"}}));
        let off = restated(Some(&later), &json!({"escrow": null}));
        assert_eq!(off, json!({"retention": {"FV": 25}}));
        assert_eq!(restated(None, &off), off);
    }
}
