//! Sealing documents with their cards, and reading cards back.

use super::filing::NewDocument;
use crate::error::Result;
use crate::log::{Added, Part};
use crate::names::{Digest, Unit};
use crate::seal::card::CardVersion;
use crate::seal::{Card, Concern, DocId, Given, PaperMark, Reason, Recipient, Sealed, object};

/// Objects sealed for one entry.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) objects: Vec<Sealed>,
    pub(super) add: Vec<Added>,
    pub(super) documents: Vec<DocId>,
}

/// What cards and reasons of a folder are bound to, and sealed to.
pub(super) struct Binding<'a> {
    pub(super) archive: Digest,
    /// The folder's id; none for what its first entry adds.
    pub(super) folder: Option<Digest>,
    pub(super) key: &'a Recipient,
}

impl Batch {
    fn push(&mut self, d: DocId, r: Part, sealed: Sealed) {
        self.add.push(Added { d, r, h: sealed.digest(), n: sealed.size_bytes() });
        self.objects.push(sealed);
    }

    /// Seals documents, each with its card.
    pub(super) fn seal_documents(&mut self, documents: &[NewDocument], to: &Binding<'_>) -> Result<()> {
        self.seal_marked(documents, None, to)
    }

    /// The same, of documents that say something about the paper folder.
    pub(super) fn seal_marked(
        &mut self,
        documents: &[NewDocument],
        mark: Option<&PaperMark>,
        to: &Binding<'_>,
    ) -> Result<()> {
        for document in documents {
            let d = DocId::random()?;
            let sealed = object::seal(&document.bytes, to.key)?;
            let mut card = card(document, d, sealed.digest(), to);
            match mark {
                Some(PaperMark::Signed(signs)) => card.signs = Some(signs.clone()),
                Some(PaperMark::Printed(documents)) => card.printed.clone_from(documents),
                None => {}
            }
            let sealed_card = object::seal(&card.to_bytes()?, to.key)?;
            self.push(d, Part::Doc, sealed);
            self.push(d, Part::Card, sealed_card);
            self.documents.push(d);
        }
        Ok(())
    }

    /// Seals why something is done.
    pub(super) fn seal_reason(&mut self, op: &str, text: &str, to: &Binding<'_>) -> Result<()> {
        self.seal_reason_about(DocId::random()?, op, text, to)
    }

    /// Seals why something is done, and whom a folder about the work is about.
    pub(super) fn seal_concern(
        &mut self,
        op: &str,
        text: &str,
        concern: &Concern,
        to: &Binding<'_>,
    ) -> Result<()> {
        let matter = (*concern != Concern::default()).then(|| concern.clone());
        self.push_reason(&Reason { matter, ..reason(DocId::random()?, op, text, to) }, to)
    }

    /// Seals what is said about a document.
    pub(super) fn seal_reason_about(
        &mut self,
        d: DocId,
        op: &str,
        text: &str,
        to: &Binding<'_>,
    ) -> Result<()> {
        self.push_reason(&reason(d, op, text, to), to)
    }

    /// Seals what was given to whom, also in words for readers who know no gifts.
    pub(super) fn seal_given(&mut self, given: &Given, to: &Binding<'_>) -> Result<()> {
        let words = reason(DocId::random()?, "give", &given.words(), to);
        self.push_reason(&Reason { give: Some(given.clone()), ..words }, to)
    }

    fn push_reason(&mut self, reason: &Reason, to: &Binding<'_>) -> Result<()> {
        self.push(reason.d, Part::Reason, object::seal(&reason.to_bytes()?, to.key)?);
        Ok(())
    }

    /// The objects as the store takes them, in the folder at `path`.
    pub(super) fn named(&self, path: &str) -> Vec<(String, Vec<u8>)> {
        let name = |sealed: &Sealed| format!("{path}/{}", sealed.file_name());
        self.objects.iter().map(|sealed| (name(sealed), sealed.bytes().to_vec())).collect()
    }
}

fn reason(d: DocId, op: &str, text: &str, to: &Binding<'_>) -> Reason {
    Reason {
        casefile: crate::seal::reason::ReasonVersion::One,
        archive: to.archive,
        folder: to.folder,
        d,
        op: op.to_owned(),
        text: text.to_owned(),
        matter: None,
        give: None,
    }
}

fn card(document: &NewDocument, d: DocId, doc: Digest, to: &Binding<'_>) -> Card {
    Card {
        casefile: CardVersion::One,
        archive: to.archive,
        folder: to.folder,
        d,
        series: document.series.unwrap_or(d),
        supersedes: document.supersedes.clone(),
        doc,
        plain: Digest::of(&document.bytes),
        size: document.bytes.len() as u64,
        media: document.media.clone(),
        title: document.title.clone(),
        kind: document.kind.clone(),
        date: document.date,
        period: document.period,
        lang: document.lang.clone(),
        copy: document.copy,
        status: document.status,
        manager: document.manager.clone(),
        supervisor: document.supervisor.clone(),
        confidential: document.confidential,
        template: document.template,
        source: document.source,
        signs: None,
        printed: Vec::new(),
    }
}

/// Where an envelope lies.
pub(super) fn envelope_path(unit: &Unit, hash: &Digest) -> String {
    format!("{}/{unit}/{hash}.age", super::place::KEYS)
}
