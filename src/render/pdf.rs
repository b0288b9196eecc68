//! The finished PDF: PDF/A-2a and PDF/UA-1 in one file, the same bytes for the same job.

use super::diagnostics::template_error;
use super::job::Job;
use super::world::{DocumentWorld, datetime};
use crate::error::{Class, Error, Problem, Result};
use crate::names::Digest;
use std::fmt;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// A document laid out, checked and written as PDF. Made only by rendering.
#[derive(Clone, PartialEq, Eq)]
pub struct Pdf {
    bytes: Vec<u8>,
    pages: usize,
}

impl Pdf {
    /// Takes what a worker of ours has rendered.
    pub(super) fn from_worker(bytes: Vec<u8>, pages: usize) -> Self {
        Self { bytes, pages }
    }

    /// Writes a laid-out document, with title, author, keywords and date from the job and not from the
    /// template.
    pub(super) fn write(world: &DocumentWorld, mut laid_out: PagedDocument, job: &Job) -> Result<Self> {
        let info = laid_out.info_mut();
        info.title = Some(job.title.as_str().into());
        info.author =
            Some(job.author.as_str()).filter(|a| !a.is_empty()).map(Into::into).into_iter().collect();
        info.keywords = job.keywords.iter().map(|keyword| keyword.as_str().into()).collect();
        info.date = Smart::Auto;
        let options = options(job)?;
        let bytes = typst_pdf::pdf(&laid_out, &options).map_err(|found| template_error(world, &found))?;
        Ok(Self { bytes, pages: laid_out.pages().len() })
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes of the file, taken out.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The number of pages.
    pub fn pages(&self) -> usize {
        self.pages
    }

    /// The hash of the bytes.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }
}

/// Shows the size only: a document's content stays out of messages.
impl fmt::Debug for Pdf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pdf({} pages, {} bytes)", self.pages, self.bytes.len())
    }
}

fn options(job: &Job) -> Result<PdfOptions> {
    let midnight = datetime(job.date).and_then(|date| {
        let (year, month, day) = (date.year()?, date.month()?, date.day()?);
        typst::foundations::Datetime::from_ymd_hms(year, month, day, 0, 0, 0)
    });
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).map_err(|_| {
        Error::new(Class::Unexpected, Problem::error("render.pdf", "the PDF standards exclude each other"))
    })?;
    Ok(PdfOptions {
        ident: Smart::Custom(job.ident.clone()),
        creator: Smart::Custom(Some("casefile".to_owned())),
        timestamp: midnight.map(Timestamp::new_utc),
        standards,
        tagged: true,
        page_ranges: None,
        pretty: false,
    })
}
