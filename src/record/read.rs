//! From bytes to a checked record: text, tree, form, cross-checks, in this order.

use super::model::CaseRecord;
use super::node::{Content, Node};
use super::sort::Sort;
use super::walk::Walk;
use super::work::{WorkModel, WorkRecord};
use super::written::Written;
use super::{Checked, Record, check, suggest, syntax, yaml};
use crate::error::{Class, Error, Place, Problem, Result, Severity};
use crate::programme::{Programme, Programmes};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// The most a record may hold, in bytes: 16 MiB, some thousand times a year of one case.
pub const LIMIT_BYTES: u64 = 16 << 20;

/// How many problems of one record are shown.
const SHOWN: usize = 200;

/// Reads a file within the limit.
pub(super) fn file(path: &Path) -> Result<Vec<u8>> {
    crate::fs::read(path, LIMIT_BYTES).map_err(|error| match error.problems() {
        [problem] if problem.code == "file.too-large" => too_large().in_file(path),
        _ => error,
    })
}

fn too_large() -> Error {
    let problem = Problem::error("record.too-large", "the file is larger than 16 MiB: it is no case record");
    Error::new(
        Class::Input,
        problem.hint("put scans and photographs beside the record and name them in `attachments`"),
    )
}

/// A record of a case, made of bytes.
pub(super) fn record(bytes: &[u8], file: Option<&Path>, programmes: &Programmes) -> Result<Checked> {
    let (value, draft) = Draft::read(Sort::Case, bytes, file, programmes)?;
    let case: CaseRecord = model(value)?;
    Ok(draft.checked().map(|written| Record { case, written }))
}

/// A record about the work, made of bytes.
pub(super) fn work(
    bytes: &[u8],
    file: Option<&Path>,
    programmes: &Programmes,
) -> Result<Checked<WorkRecord>> {
    let sort = self::sort(bytes).filter(|sort| *sort != Sort::Case).ok_or_else(other_sort)?;
    let (value, draft) = Draft::read(sort, bytes, file, programmes)?;
    let typed = match sort {
        Sort::Referral => WorkModel::Referral(model(value)?),
        Sort::Staff => WorkModel::Staff(model(value)?),
        Sort::Debriefing => WorkModel::Debriefing(model(value)?),
        Sort::Complaint => WorkModel::Complaint(model(value)?),
        Sort::Feedback => WorkModel::Feedback(model(value)?),
        Sort::Handover => WorkModel::Handover(model(value)?),
        Sort::Programme => WorkModel::Programme(model(value)?),
        Sort::Case => return Err(other_sort()),
    };
    Ok(draft.checked().map(|written| WorkRecord { model: typed, written }))
}

/// The sort that the field `casefile` of a record names; `None` where nothing of the kind can be read.
pub(super) fn sort(bytes: &[u8]) -> Option<Sort> {
    let tree = yaml::parse(text(bytes).ok()?).ok()?;
    match &tree.field("casefile")?.content {
        Content::Scalar { text, .. } => Sort::of_format(text),
        _ => None,
    }
}

fn other_sort() -> Error {
    let problem = Problem::error("record.other-sort", "this is the record of a case, not one about the work");
    Error::new(Class::Input, problem.hint("its first field says what a record is: `casefile: complaint/1`"))
}

/// A record that has passed its checks and is not typed yet.
struct Draft<'a> {
    bytes: &'a [u8],
    file: Option<&'a Path>,
    programme: Arc<Programme>,
    warnings: Vec<Problem>,
}

impl<'a> Draft<'a> {
    /// Text, tree, form and cross-checks of a record of `sort`.
    fn read(
        sort: Sort,
        bytes: &'a [u8],
        file: Option<&'a Path>,
        programmes: &Programmes,
    ) -> Result<(Value, Self)> {
        let tree = yaml::parse(text(bytes)?)?;
        let (value, mut problems) = Walk::over(sort, &tree);
        let programme = programme(&value, programmes, &mut problems);
        problems.extend(match sort {
            Sort::Case => check::all(&value, programme.as_deref(), file.map(crate::fs::folder_of)),
            _ => check::office::all(sort, &value, programme.as_deref()),
        });
        let mut problems: Vec<Problem> =
            problems.into_iter().map(|problem| placed(problem, &tree, file)).collect();
        in_order(&mut problems);
        shorten(&mut problems);
        if let Some(error) = Error::all(Class::Input, problems.clone()) {
            return Err(error);
        }
        let programme = programme.ok_or_else(|| disagreement("the programme"))?;
        Ok((value, Self { bytes, file, programme, warnings: problems }))
    }

    /// The record as written.
    fn checked(self) -> Checked<Written> {
        let written = Written::new(self.programme, self.bytes.to_owned(), self.file.map(Path::to_owned));
        Checked { record: written, warnings: self.warnings }
    }
}

/// The record in `yaml` by its form alone: no programme, no cross-checks, no files.
///
/// # Errors
/// Class input with every problem of form.
pub fn form(yaml: &str) -> Result<CaseRecord> {
    let (value, problems) = Walk::over(Sort::Case, &yaml::parse(text(yaml.as_bytes())?)?);
    match Error::all(Class::Input, problems) {
        Some(error) => Err(error),
        None => model(value),
    }
}

/// What a file is that begins as records never do.
fn other_file(bytes: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 6] = [
        (b"PK\x03\x04", "a file of a word processor or spreadsheet, or a zip"),
        (&[0xd0, 0xcf, 0x11, 0xe0], "a file of an older word processor or spreadsheet"),
        (b"{\\rtf", "a file of a word processor (RTF)"),
        (b"%PDF-", "a PDF"),
        (
            b"age-encryption.org/",
            "a sealed file: what `casefile record CASE -o FILE` takes out is the record",
        ),
        (&[0xff, 0xd8, 0xff], "a photograph"),
    ];
    KNOWN.iter().find(|(begin, _)| bytes.starts_with(begin)).map(|(_, what)| *what)
}

/// The text in UTF-8, without the mark of byte order that some editors put before it.
pub(super) fn text(bytes: &[u8]) -> Result<&str> {
    if bytes.len() as u64 > LIMIT_BYTES {
        return Err(too_large());
    }
    if let Some(what) = other_file(bytes) {
        let message = format!("this is {what}; a record is plain text");
        let hint = "`casefile new` writes one to start from; change it in a plain text editor";
        return Err(Error::new(Class::Input, Problem::error("record.not-text", message).hint(hint)));
    }
    let wrong =
        |problem: Problem| Error::new(Class::Input, problem.hint("save the file as UTF-8 in your editor"));
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(wrong(Problem::error("record.encoding", "the file is UTF-16 text; a record is UTF-8")));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let line = before.matches('\n').count() + 1;
        let place = Place { line: u32::try_from(line).ok(), ..Place::default() };
        wrong(Problem::error("record.encoding", "the file is not UTF-8 text").at(place))
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The model of a value that has passed the walk.
fn model<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|_| disagreement("the record"))
}

/// The schema has accepted what the types do not: a fault of ours, told without what was read.
fn disagreement(what: &str) -> Error {
    let message = format!("{what} passed its checks and cannot be taken over; please report this");
    Error::new(Class::Unexpected, Problem::error("record.disagreement", message))
}

fn programme(value: &Value, programmes: &Programmes, problems: &mut Vec<Problem>) -> Option<Arc<Programme>> {
    let id = value["programme"].as_str()?;
    let found = programmes.get(id).ok();
    if found.is_none() {
        let ids: Vec<&str> = programmes.ids().collect();
        let all = format!("the programmes are {}", super::words::listed(&ids));
        let near = suggest::nearest(id, ids.iter().copied());
        let hint = near.map_or(all.clone(), |near| format!("did you mean `{near}`? {all}"));
        let place = Place { field: Some("programme".to_owned()), ..Place::default() };
        problems.push(Problem::error("record.programme", "there is no such programme").hint(hint).at(place));
    }
    found
}

/// Gives a problem its file, and one that names a field the line and column of that field.
fn placed(mut problem: Problem, tree: &Node, file: Option<&Path>) -> Problem {
    problem.place.get_or_insert_default().file = file.map(Path::to_owned);
    if let Some(place) = problem.place.as_mut()
        && let (Some(field), None) = (&place.field, place.line)
    {
        let at = syntax::place(tree.nearest(field).start);
        (place.line, place.column) = (at.line, at.column);
    }
    problem
}

/// Problems in the order of the file; at one place errors first.
fn in_order(problems: &mut [Problem]) {
    let key = |problem: &Problem| {
        let place = problem.place.clone().unwrap_or_default();
        (place.line, place.column, problem.severity == Severity::Warning)
    };
    problems.sort_by_key(key);
}

/// Cuts a very long list of problems, warnings first.
fn shorten(problems: &mut Vec<Problem>) {
    if problems.len() <= SHOWN {
        return;
    }
    let refused = problems.iter().any(|problem| problem.severity == Severity::Error);
    problems.retain(|problem| !refused || problem.severity == Severity::Error);
    problems.truncate(SHOWN);
    let message =
        format!("more problems than are listed here (at most {SHOWN}); they show once these are solved");
    problems.push(if refused {
        Problem::error("record.more", message)
    } else {
        Problem::warning("record.more", message)
    });
}
