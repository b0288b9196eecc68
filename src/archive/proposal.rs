//! Changes of the staff that several people sign, one after the other, on machines that need not meet.
//!
//! A proposal is a file: the staff note as it will be, who must sign it, and the signatures so far. It is
//! passed from hand to hand; the last signature writes the note. It names the staff log as it was when it
//! was made, so one that was overtaken is made anew. What it says it says in clear, as the note will.

use super::error;
use super::open::Archive;
use crate::error::{Class, Error, Problem, Result};
use crate::log::{Note, NoteName, RootKeys, Signer, StaffNote};
use crate::names::{Digest, PersonId};
use crate::seal::{Identity, Signature, VerifyKey};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The word in the `casefile` field of a proposal.
const PROPOSAL: &str = "proposal/1";
/// The most a proposal may be, in bytes.
pub const PROPOSAL_LIMIT_BYTES: u64 = 4_000_000;

/// A staff note that not everybody has signed who must.
#[derive(Clone, Serialize, Deserialize)]
pub struct Proposal {
    casefile: String,
    note: StaffNote,
    signatures: BTreeMap<PersonId, Signature>,
    /// Why, where the note holds only the hash of it: the line that is hashed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// What signing a proposal led to.
pub enum Signed {
    /// Everybody has signed: the note is written.
    Written(NoteName),
    /// Others must sign.
    Waiting(Vec<PersonId>),
}

impl Proposal {
    pub(super) fn new(note: StaffNote, reason: Option<String>) -> Self {
        Self { casefile: PROPOSAL.to_owned(), note, signatures: BTreeMap::new(), reason }
    }

    /// Reads a proposal of this archive.
    ///
    /// # Errors
    /// `archive.proposal` (input) where it is none; `archive.other-archive` (input).
    pub fn parse(bytes: &[u8], archive: &Digest) -> Result<Self> {
        let read = serde_json::from_slice::<Self>(bytes).ok();
        let proposal =
            read.filter(|read| read.casefile == PROPOSAL && read.reason_fits()).ok_or_else(|| {
                let message = "this is no proposal that casefile wrote, or it was changed since";
                Error::new(Class::Input, Problem::error("archive.proposal", message).hint("ask for it again"))
            })?;
        if proposal.note.archive != *archive {
            let message = "this proposal is for another archive";
            return Err(error::bad_change("archive.other-archive", message, "name that archive with -C"));
        }
        Ok(proposal)
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Strings, numbers and lists of them always write.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// The staff note that it proposes.
    pub fn note(&self) -> &StaffNote {
        &self.note
    }

    /// Why, where the note itself holds only the hash of it.
    pub fn reason(&self) -> Option<String> {
        let fields: BTreeMap<String, String> = serde_json::from_str(self.reason.as_deref()?).ok()?;
        fields.get("text").cloned()
    }

    /// Who must sign and has not.
    pub fn missing(&self) -> Vec<PersonId> {
        self.note.signers.iter().filter(|name| !self.signatures.contains_key(*name)).cloned().collect()
    }

    fn reason_fits(&self) -> bool {
        let hash = self.reason.as_ref().map(|line| Digest::of(line.as_bytes()));
        hash == self.note.reason
    }
}

impl Archive {
    /// Adds this person's signature to a proposal; writes the note where it was the last.
    ///
    /// # Errors
    /// `archive.proposal-overtaken` (busy) where the staff changed since; class *access* where this
    /// person's signature is not asked for, or the note is not allowed.
    pub fn sign_proposal(&mut self, by: &Identity, proposal: &mut Proposal) -> Result<Signed> {
        self.check_current(&proposal.note)?;
        self.check_gone(&proposal.note)?;
        let name = self.signs_as(by, &proposal.note)?;
        let text = text_of(&proposal.note)?;
        proposal.signatures.insert(name, Signature::from_bytes(by.sign(&text)));
        self.check_signatures(proposal)?;
        match proposal.missing() {
            missing if missing.is_empty() => self.write_proposal(proposal).map(Signed::Written),
            missing => Ok(Signed::Waiting(missing)),
        }
    }

    /// A note that builds on another staff log than this one would be concurrent with what came since.
    fn check_current(&self, note: &StaffNote) -> Result<()> {
        if note.parents == self.roster().heads() {
            return Ok(());
        }
        let message = "the staff log has changed since this was proposed, or this copy has not all of it";
        let hint = "merge the copies (casefile settle --from DIR), or propose it anew";
        Err(error::busy("archive.proposal-overtaken", message.to_owned(), hint))
    }

    /// Under which name a person signs this note.
    fn signs_as(&self, by: &Identity, note: &StaffNote) -> Result<PersonId> {
        let name = note.signers.iter().find(|name| self.key_of(name, note) == Some(by.verify_key()));
        name.cloned().ok_or_else(|| {
            let names: Vec<&str> = note.signers.iter().map(PersonId::as_str).collect();
            let message = format!("this key is none of those that sign this: {}", names.join(", "));
            let problem = Problem::error("archive.not-a-signer", message);
            Error::new(Class::Access, problem.hint("`casefile root show` says who holds which root key"))
        })
    }

    /// The key behind a signer's name: a root key, one that the note brings in, or an active person's.
    pub(super) fn key_of(&self, name: &PersonId, note: &StaffNote) -> Option<VerifyKey> {
        let staff = self.roster().now();
        let of = |keys: Option<&RootKeys>| keys.and_then(|keys| keys.keys.get(name).copied());
        let root = of(staff.root()).or_else(|| of(note.root.as_ref()));
        root.or_else(|| staff.active(name).map(|person| person.sign))
    }

    fn check_signatures(&self, proposal: &Proposal) -> Result<()> {
        let text = text_of(&proposal.note)?;
        for (name, signature) in &proposal.signatures {
            let key = self.key_of(name, &proposal.note);
            if !key.is_some_and(|key| key.verify(&text, signature.as_bytes())) {
                return Err(error::refused(&crate::log::Fault::Signature(name.to_string())));
            }
        }
        Ok(())
    }

    fn write_proposal(&mut self, proposal: &Proposal) -> Result<NoteName> {
        if self.roster().is_beyond_us() {
            return Err(error::newer("a staff note"));
        }
        let signatures = &proposal.signatures;
        let acts: Vec<_> = proposal
            .note
            .signers
            .iter()
            .filter_map(|name| {
                let (key, signature) =
                    (self.key_of(name, &proposal.note)?, *signatures.get(name)?.as_bytes());
                Some((name.clone(), key, move |_: &[u8]| signature))
            })
            .collect();
        let signers: Vec<Signer<'_>> =
            acts.iter().map(|(name, key, sign)| Signer { name: name.clone(), key: *key, sign }).collect();
        let note = Note::sign(&proposal.note, &self.id(), &signers)?;
        self.put_staff(&note)
    }
}

/// The bytes that are signed: the note's line and its LF.
fn text_of(note: &StaffNote) -> Result<Vec<u8>> {
    let line = serde_json::to_string(note).map_err(|_| error::internal("write a staff note"))?;
    Ok((line + "\n").into_bytes())
}
