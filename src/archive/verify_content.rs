//! Verifying the content of a folder with a reader's key.

use super::cards::envelope_path;
use super::files::{Files, Stored};
use super::snapshot::{Believed, Unused};
use super::unlocked::OpenCase;
use super::verify::Run;
use crate::error::{Class, Error, Result};
use crate::log::{Live, Part};
use crate::names::{Digest, Unit};
use crate::seal::card::Source;
use crate::seal::{Card, DocId};
use std::collections::{BTreeSet, HashMap};

impl Run<'_> {
    /// Opens the folder and compares every document with its card, where the key is a reader's.
    pub(super) fn content(&mut self, unit: &Unit, files: Files) -> Result<()> {
        let Some(identity) = self.options.identity else { return Ok(()) };
        let case = match self.archive.case_of(unit, files, self.recall(unit)) {
            Ok(case) => case,
            // Said already at V2.
            Err(e) if matches!(e.class(), Class::Damage | Class::NotFound | Class::Access) => return Ok(()),
            Err(e) => return Err(e),
        };
        if case.is_destroyed() {
            return Ok(());
        }
        if !self.archive.is_reader(&case, identity) {
            self.counts.folders_not_yours += 1;
            return Ok(());
        }
        let envelope = envelope_path(unit, &case.state().envelope);
        match self.archive.open_case(case, identity) {
            Ok(_) if self.is_taken_over => {}
            Ok(open) => {
                self.counts.folders_opened += 1;
                self.documents(unit, &open);
            }
            Err(e) => self.damage(envelope, "verify.envelope", said(&e)),
        }
        Ok(())
    }

    fn documents(&mut self, unit: &Unit, open: &OpenCase<'_>) {
        let lives: Vec<&Live> = open.own().collect();
        let of = |part: Part| lives.iter().filter(move |live| live.added.r == part).copied();
        let cards: BTreeSet<_> = of(Part::Card).map(|live| live.added.d).collect();
        let documents: BTreeSet<_> = of(Part::Doc).map(|live| live.added.d).collect();
        for live in of(Part::Doc).filter(|live| !cards.contains(&live.added.d)) {
            self.damage(open.path_of(&live.added.h), "verify.no-card", "the document has no card");
        }
        let snapshot = self.snapshot(open);
        let mut plain: HashMap<DocId, Digest> = HashMap::new();
        for live in of(Part::Card) {
            let path = open.path_of(&live.added.h);
            if !documents.contains(&live.added.d) {
                self.damage(path, "verify.no-document", "the card has no document");
                continue;
            }
            if !self.takes(&live.added.h) {
                continue;
            }
            match open.card_of(live) {
                Ok(card) => {
                    if *plain.entry(card.d).or_insert(card.plain) != card.plain {
                        let message = "a second document under the id of another: one of the two is left out";
                        self.notice(&path, "verify.second", message);
                    }
                    if let Some((name, believed)) = &snapshot
                        && let Some(said) = believed.card(live)
                        && open.check_card(live, said).ok().as_ref() != Some(&card)
                    {
                        let message = format!("it says something else than the card {path}: delete it");
                        self.damage(name, "verify.snapshot", message);
                    }
                    self.document(unit, open, &card);
                }
                Err(e) => self.damage(path, "verify.card", said(&e)),
            }
        }
        for live in of(Part::Reason).filter(|live| self.extent.sample.is_none_or(|s| s.takes(&live.added.h)))
        {
            if let Err(e) = open.open_object(&live.added.h) {
                self.damage(open.path_of(&live.added.h), "verify.reason", said(&e));
            }
        }
    }

    /// The snapshot that readers believe, to be compared with the cards themselves.
    fn snapshot(&mut self, open: &OpenCase<'_>) -> Option<(String, Believed)> {
        let mut newest = None;
        for (name, Stored { path, .. }) in open.case().snapshots() {
            match open.believe(name, path) {
                Ok(believed) => newest = Some((path.clone(), believed)),
                Err(Unused::Disbelieved(why)) => {
                    self.notice(path, "verify.snapshot", format!("a snapshot that is not used: {why}"));
                }
                Err(Unused::Closed(e)) => {
                    self.notice(
                        path,
                        "verify.snapshot",
                        format!("a snapshot that is not used: {}", said(&e)),
                    );
                }
            }
        }
        newest
    }

    fn document(&mut self, unit: &Unit, open: &OpenCase<'_>, card: &Card) {
        let path = open.path_of(&card.doc);
        match open.document(&card.d) {
            Ok((card, plain)) => {
                self.counts.documents_opened += 1;
                // What was made before the number was corrected says the number of its time.
                let earlier = open.case().entries().map(|judged| &judged.entry.label);
                let agrees = |label: &Unit| disagreement(label, &card, &plain).is_none();
                if let Some(message) = disagreement(unit, &card, &plain)
                    && !earlier.filter(|label| *label != unit).any(agrees)
                {
                    self.damage(path, "verify.content", message);
                }
            }
            Err(e) => self.damage(path, "verify.content", said(&e)),
        }
    }
}

/// An error's words without its place, which the finding names.
fn said(error: &Error) -> String {
    let words: Vec<&str> = error.problems().iter().map(|problem| problem.message.as_str()).collect();
    words.join("; ")
}

/// Where a document is not what its card says, beyond its hash and size.
fn disagreement(unit: &Unit, card: &Card, plain: &[u8]) -> Option<&'static str> {
    if let Some(media) = media_of(plain)
        && media != card.media
    {
        return Some("its bytes are of another media type than its card says");
    }
    if card.source == Source::Rendered && card.media == "application/pdf" {
        return keywords_disagree(unit, card, plain);
    }
    None
}

/// The media type that the first bytes show, where they show one.
fn media_of(plain: &[u8]) -> Option<&'static str> {
    const SIGNS: [(&[u8], &str); 3] =
        [(b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png")];
    SIGNS.iter().find(|(sign, _)| plain.starts_with(sign)).map(|(_, media)| *media)
}

/// What we wrote into a PDF's metadata, `label; status; date; kind; template hash`, against its card.
fn keywords_disagree(unit: &Unit, card: &Card, plain: &[u8]) -> Option<&'static str> {
    let Some(keywords) = keywords(plain) else { return Some("the PDF lacks its keywords") };
    let parts: Vec<&str> = keywords.split([';', ',']).map(str::trim).collect();
    let expected = [
        Some(card.status.map_or_else(|| unit.to_string(), |status| unit.label(status))),
        card.status.map(|status| status.code().to_owned()),
        Some(card.date.format("%Y-%m-%d").to_string()),
        Some(card.kind.clone()),
        card.template.map(|template| template.to_string()),
    ];
    let expected: Vec<String> = expected.into_iter().flatten().collect();
    let same = parts.len() == expected.len() && parts.iter().zip(&expected).all(|(a, b)| a == b);
    if same { None } else { Some("the PDF's keywords say something else than its card") }
}

/// The text of the uncompressed `pdf:Keywords` element.
fn keywords(plain: &[u8]) -> Option<&str> {
    const OPEN: &[u8] = b"<pdf:Keywords>";
    let find = |from: &[u8], what: &[u8]| from.windows(what.len()).position(|window| window == what);
    let start = find(plain, OPEN)? + OPEN.len();
    let rest = plain.get(start..)?;
    let end = find(rest, b"</pdf:Keywords>")?;
    std::str::from_utf8(rest.get(..end)?).ok()
}

#[cfg(test)]
mod tests {
    use super::keywords;

    #[test]
    fn keywords_are_found_by_a_plain_search() {
        let pdf = b"%PDF-1.7 ... <pdf:Keywords>UASC-2016-0012; O</pdf:Keywords> ...";
        assert_eq!(keywords(pdf), Some("UASC-2016-0012; O"));
        assert_eq!(keywords(b"%PDF-1.7 <pdf:Keywords>cut"), None);
    }
}
