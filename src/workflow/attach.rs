//! Filing scans, letters and photographs as they are.

use super::Desk;
use super::case::{ATTACHMENT, CaseInHand};
use crate::archive::{NewDocument, Receipt};
use crate::error::{Class, Error, Problem, Result};
use crate::names::{Status, Unit};
use crate::record::Record;
use crate::seal::object::OBJECT_LIMIT_BYTES;
use chrono::NaiveDate;
use std::path::{Path, PathBuf};

/// Files that are filed as they are.
#[derive(Default)]
pub struct Filing<'a> {
    /// Where they lie.
    pub paths: &'a [PathBuf],
    /// Their title; each file's own name otherwise.
    pub title: Option<&'a str>,
    /// The date of what they show; today otherwise.
    pub date: Option<NaiveDate>,
}

/// Files scans and photographs in a case as they are. Any active person may; of who is no reader the cards
/// say the status and no names, because the record that has them stays closed.
///
/// # Errors
/// A file that cannot be read, a case that is not there, a person who may not act; nothing is filed then.
pub fn attach(desk: &Desk, unit: &Unit, filing: &Filing) -> Result<Receipt> {
    let documents = of_case(desk, unit, filing)?;
    desk.archive.file(desk.identity, unit, &documents, &desk.clock)
}

/// Files on disk with what the cards of a case say, ready for filing.
pub(super) fn of_case(desk: &Desk, unit: &Unit, filing: &Filing) -> Result<Vec<NewDocument>> {
    match CaseInHand::take(desk, unit) {
        Ok(case) => attached(desk, filing, Some(&Of::case(&case.record, case.status()))),
        Err(e) if is_closed(&e) => {
            let status = desk.archive.case(unit)?.status();
            attached(desk, filing, Some(&Of { status, ..Of::default() }))
        }
        Err(e) => Err(e),
    }
}

/// Whether somebody on the staff is no reader of a folder, or not any more.
fn is_closed(error: &Error) -> bool {
    let codes = ["archive.not-a-reader", "archive.reader-ended"];
    error.problems().iter().any(|problem| codes.contains(&problem.code))
}

/// Files on disk, ready for filing.
pub(super) fn attached(desk: &Desk, filing: &Filing, of: Option<&Of>) -> Result<Vec<NewDocument>> {
    let date = filing.date.unwrap_or_else(|| desk.clock.today());
    let nothing = Of::default();
    let document = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let title = filing.title.map(str::to_owned).or(name).unwrap_or_default();
        attachment(of.unwrap_or(&nothing), path, title, date)
    };
    filing.paths.iter().map(document).collect()
}

/// What the card of a file says of its folder.
#[derive(Default)]
pub(super) struct Of {
    status: Option<Status>,
    manager: Option<String>,
    supervisor: Option<String>,
    lang: Option<String>,
}

impl Of {
    fn case(record: &Record, status: Status) -> Self {
        let team = &record.case().team;
        Self {
            status: Some(status),
            manager: Some(team.manager.name.0.clone()),
            supervisor: Some(team.supervisor.name.0.clone()),
            lang: Some(record.case().lang.0.clone()),
        }
    }
}

/// The photographs and attachments that a record on disk names, ready for filing under those names.
pub(super) fn referenced_files(record: &Record, status: Status) -> Result<Vec<NewDocument>> {
    let Some(folder) = record.folder() else { return Ok(Vec::new()) };
    let admitted = record.case().case.admitted;
    let of = Of::case(record, status);
    let file = |name: &str| attachment(&of, &folder.join(name), name.to_owned(), admitted);
    named_files(record).into_iter().map(file).collect()
}

/// The files that a record names: its photograph and its attachments.
pub(super) fn named_files(record: &Record) -> Vec<&str> {
    let case = record.case();
    let photograph = case.client.photograph.iter().map(|photograph| photograph.file.as_str());
    photograph.chain(case.attachments.iter().map(|attachment| attachment.file.as_str())).collect()
}

fn attachment(of: &Of, path: &Path, title: String, date: NaiveDate) -> Result<NewDocument> {
    let bytes = crate::fs::read(path, OBJECT_LIMIT_BYTES)?;
    if bytes.is_empty() {
        let problem = Problem::error("attach.empty", "the file is empty").hint("nothing was filed");
        return Err(Error::new(Class::Input, problem).in_file(path));
    }
    Ok(NewDocument {
        lang: of.lang.clone(),
        status: of.status,
        manager: of.manager.clone(),
        supervisor: of.supervisor.clone(),
        ..NewDocument::new(ATTACHMENT, title, date, media_type(&bytes), bytes)
    })
}

/// The media type that the first bytes of a file show.
fn media_type(bytes: &[u8]) -> &'static str {
    let starts = [
        (&b"%PDF-"[..], "application/pdf"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF8", "image/gif"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
        (b"PK\x03\x04", "application/zip"),
    ];
    let known = starts.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, media)| *media);
    let text = || if std::str::from_utf8(bytes).is_ok() { "text/plain" } else { "application/octet-stream" };
    known.unwrap_or_else(text)
}
