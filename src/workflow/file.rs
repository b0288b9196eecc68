//! Making a document of a case and filing it.

use super::case::CaseInHand;
use super::press::{Made, Press};
use super::{Desk, office};
use crate::archive::{NewDocument, Receipt};
use crate::document::{self, Document, Kind, Request};
use crate::error::{Problem, Result};
use crate::names::Unit;
use crate::record::Subject;
use crate::seal::Card;
use crate::seal::card::{Copy, Source};

/// A document filed.
pub struct Filed {
    /// The archive's receipt.
    pub receipt: Receipt,
    /// The document's title and its number of pages.
    pub title: String,
    /// How many pages it has.
    pub pages: usize,
    /// What a person should look at although the document is made and filed.
    pub warnings: Vec<Problem>,
}

impl Filed {
    /// What became of `made`; `before` are the cards of the folder as they were.
    pub(super) fn of(made: &Made, receipt: Receipt, before: &[Card]) -> Self {
        let document = &made.document;
        let mut warnings = document.warnings().to_vec();
        let same = |card: &&Card| {
            card.kind == document.kind().id()
                && (card.date, card.period) == (document.date(), document.period())
                && card.lang.as_deref() == Some(document.lang())
                && card.copy == copy_of(document)
        };
        warnings.extend(before.iter().rev().find(same).map(|card| {
            let id = card.d.short();
            let message = format!("{id} in this folder is of the same kind, date and period; both stand now");
            Problem::warning("file.again", message)
                .hint(format!("if this one takes its place: casefile withdraw {id} --reason WHY"))
        }));
        Self { receipt, title: document.title().to_owned(), pages: made.pdf.pages(), warnings }
    }
}

/// For whom the copy is, as its card says it.
fn copy_of(document: &Document) -> Copy {
    match document.copy() {
        document::Copy::Staff => Copy::Staff,
        document::Copy::Client => Copy::Client,
    }
}

/// Makes a document of `kind` from the newest record of a case, or of a folder about the work, and files it
/// there.
///
/// The document carries the archive reference of the moment: label, entry and hash of the history it
/// was made on. `request` gives period, date and language; the rest comes from the case.
///
/// # Errors
/// Those of [`Press::make`] and of the archive; nothing is filed then.
pub fn file(desk: &Desk, press: &Press, unit: &Unit, kind: &str, request: &Request) -> Result<Filed> {
    if unit.is_office() {
        return office::file(desk, press, unit, kind, request);
    }
    let case = CaseInHand::take(desk, unit)?;
    let request = request_for(&case, request, &*press.kinds.get(kind)?, true)?;
    let made = press.make(&case.record, kind, &request).map_err(|error| error.in_record_of(unit))?;
    let document = rendered(&case.record, kind, &made);
    let receipt = desk.archive.file(desk.identity, unit, &[document], &desk.clock)?;
    Ok(Filed::of(&made, receipt, &case.cards))
}

/// The document that [`file()`] would make, not yet laid out: to say whom it names before it is filed.
///
/// # Errors
/// Those of composing and of opening the case.
pub fn compose_case(
    desk: &Desk,
    press: &Press,
    unit: &Unit,
    kind: &str,
    request: &Request,
) -> Result<Document> {
    let case = CaseInHand::take(desk, unit)?;
    document::compose(
        &case.record,
        &press.kinds.get(kind)?,
        &request_for(&case, request, &*press.kinds.get(kind)?, true)?,
    )
    .map_err(|error| error.in_record_of(unit))
}

/// A request completed with what the archive knows of the case.
pub(super) fn request_for(
    case: &CaseInHand,
    request: &Request,
    kind: &Kind,
    reference: bool,
) -> Result<Request> {
    Ok(Request {
        statuses: Some(case.statuses()),
        reference: reference.then(|| case.open.case().reference()),
        photographs: case.photographs(kind.attachments().is_some())?,
        ..request.clone()
    })
}

/// A made document, ready for filing.
pub(super) fn rendered<'a>(record: impl Into<Subject<'a>>, kind: &str, made: &Made) -> NewDocument {
    let record = record.into();
    let document = &made.document;
    let (title, bytes) = (document.title(), made.pdf.bytes());
    NewDocument {
        period: document.period(),
        lang: Some(document.lang().to_owned()),
        copy: copy_of(document),
        status: document.status(),
        manager: Some(record.worker().to_owned()),
        supervisor: Some(record.responsible().to_owned()),
        confidential: document.kind().confidential(),
        template: Some(document.kind().hash()),
        source: Source::Rendered,
        ..NewDocument::new(kind, title, document.date(), "application/pdf", bytes)
    }
}

/// The document that [`file()`] would make, marked DRAFT and not filed.
///
/// # Errors
/// Those of [`Press::make`] and of opening the case.
pub fn preview_case(desk: &Desk, press: &Press, unit: &Unit, kind: &str, request: &Request) -> Result<Made> {
    if unit.is_office() {
        return office::preview(desk, press, unit, kind, request);
    }
    let case = CaseInHand::take(desk, unit)?;
    let request = request_for(&case, request, &*press.kinds.get(kind)?, false)?;
    press.make(&case.record, kind, &request).map_err(|error| error.in_record_of(unit))
}
