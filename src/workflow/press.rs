//! Making documents: the one way from a record to a PDF, for previews and for filing alike.

use crate::document::{self, Document, Kinds, Request};
use crate::error::Result;
use crate::programme::Programmes;
use crate::record::Subject;
use crate::render::{Engine, Pdf};

/// What makes documents: the kinds there are and the engine.
pub struct Press {
    /// The kinds.
    pub kinds: Kinds,
    /// The engine.
    pub engine: Engine,
}

/// A document and its PDF.
pub struct Made {
    /// What was laid out.
    pub document: Document,
    /// The PDF.
    pub pdf: Pdf,
}

impl Press {
    /// Makes one document of `kind` from `record`.
    ///
    /// # Errors
    /// No such kind, a record that lacks what the kind needs, a character no font covers, a template
    /// that fails or leaves a fact out of a header.
    pub fn make<'a>(&self, record: impl Into<Subject<'a>>, kind: &str, request: &Request) -> Result<Made> {
        let (kind, record) = (self.kinds.get(kind)?, record.into());
        let document = document::compose(record, &kind, request)?;
        let pdf = self.engine.render(&document).map_err(|error| error.placed(|field| record.place(field)))?;
        Ok(Made { document, pdf })
    }

    /// Makes the blank form of a kind in the language asked for, or English: labels, spaces, lines and boxes
    /// to tick.
    ///
    /// # Errors
    /// No such kind, no words in this language, a kind without a sample, a template that fails.
    pub fn blank(&self, kind: &str, asked: &Request, programmes: &Programmes) -> Result<Made> {
        let kind = self.kinds.get(kind)?;
        let record = document::sample(&kind, programmes)?.record;
        let lang = asked.lang.as_deref().unwrap_or("en");
        let request =
            Request { unreviewed: asked.unreviewed, ..document::blank_request(&kind, &record, lang) };
        let document = document::compose(&record, &kind, &request)?;
        let pdf = self.engine.render(&document)?;
        Ok(Made { document, pdf })
    }
}
