//! The folder label: made at admission and at every change of status (seed 002 §5.5).

use super::file::rendered;
use super::press::Press;
use crate::archive::NewDocument;
use crate::document::Request;
use crate::error::Result;
use crate::names::Status;
use crate::record::Record;
use chrono::NaiveDate;

/// The kind of the folder label.
pub(super) const LABEL: &str = "folder-label";

/// The folder label of a case with the last of `statuses`, ready for filing.
pub(super) fn label(
    record: &Record,
    press: &Press,
    statuses: Vec<(Status, NaiveDate)>,
    request: &Request,
) -> Result<NewDocument> {
    let request = Request { statuses: Some(statuses), ..request.clone() };
    let made = press.make(record, LABEL, &request)?;
    Ok(rendered(record, LABEL, &made))
}
