//! Filing scans, letters and photographs as they are.

use super::Desk;
use super::case::{ATTACHMENT, CaseInHand};
use crate::archive::{NewDocument, Receipt};
use crate::error::{Class, Error, Problem, Result};
use crate::names::{Status, Unit};
use crate::record::Record;
use crate::seal::card::{Copy, Source};
use chrono::NaiveDate;
use std::path::{Path, PathBuf};

/// The largest file that is filed as it is.
pub const ATTACHMENT_LIMIT_BYTES: u64 = 256 * 1024 * 1024;

/// Files `paths` in a case as they are, under `title` or each file's own name.
///
/// # Errors
/// A file that cannot be read, a case or a key that is not there; nothing is filed then.
pub fn attach(
    desk: &Desk,
    unit: &Unit,
    paths: &[PathBuf],
    title: Option<&str>,
    date: Option<NaiveDate>,
) -> Result<Receipt> {
    let case = CaseInHand::take(desk, unit)?;
    let status = case.status();
    let date = date.unwrap_or_else(|| desk.clock.today());
    let document = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let title = title.map(str::to_owned).or(name).unwrap_or_default();
        attachment(&case.record, path, title, status, date)
    };
    let documents = paths.iter().map(document).collect::<Result<Vec<_>>>()?;
    desk.archive.file(desk.identity, unit, &documents, &desk.clock)
}

/// The photographs and attachments that a record on disk names, ready for filing under those names.
pub(super) fn referenced_files(record: &Record, status: Status) -> Result<Vec<NewDocument>> {
    let Some(folder) = record.folder() else { return Ok(Vec::new()) };
    let admitted = record.case().case.admitted;
    let file = |name: &str| attachment(record, &folder.join(name), name.to_owned(), status, admitted);
    named_files(record).into_iter().map(file).collect()
}

/// The files that a record names: its photograph and its attachments.
pub(super) fn named_files(record: &Record) -> Vec<&str> {
    let case = record.case();
    let photograph = case.client.photograph.iter().map(|photograph| photograph.file.as_str());
    photograph.chain(case.attachments.iter().map(|attachment| attachment.file.as_str())).collect()
}

fn attachment(
    record: &Record,
    path: &Path,
    title: String,
    status: Status,
    date: NaiveDate,
) -> Result<NewDocument> {
    let bytes = crate::fs::read(path, ATTACHMENT_LIMIT_BYTES)?;
    if bytes.is_empty() {
        let problem = Problem::error("attach.empty", "the file is empty").hint("nothing was filed");
        return Err(Error::new(Class::Input, problem).in_file(path));
    }
    let team = &record.case().team;
    Ok(NewDocument {
        media: media_type(&bytes).to_owned(),
        bytes,
        kind: ATTACHMENT.to_owned(),
        title,
        date,
        period: None,
        lang: Some(record.case().lang.0.clone()),
        copy: Copy::Staff,
        status: Some(status),
        manager: Some(team.manager.name.0.clone()),
        supervisor: Some(team.supervisor.name.0.clone()),
        confidential: true,
        template: None,
        source: Source::Attached,
        series: None,
        supersedes: Vec::new(),
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
