//! What goes between the program and its rendering worker: length-prefixed requests and answers.
//!
//! A message is eight bytes of length (little endian) and a body; a body is four bytes of length, a head in
//! JSON, and the files that the head lists, one after the other.

use super::contract::Band;
use super::job::{Fact, Job, Photograph};
use super::pdf::Pdf;
use crate::error::{Class, Error, Place, Problem, Severity};
use crate::names::Digest;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// The longest message in bytes.
const LIMIT_BYTES: u64 = 1 << 29;

/// The codes of problems that a worker reports.
const CODES: &[&str] = &[
    "file.io",
    "file.not-found",
    "file.permission-denied",
    "render.did-not-converge",
    "render.header",
    "render.hidden-character",
    "render.image",
    "render.internal",
    "render.missing-glyph",
    "render.no-fonts",
    "render.pdf",
    "render.template",
    "render.too-many-pages",
];

/// Writes one message.
pub(super) fn send(output: &mut impl Write, body: &[u8]) -> io::Result<()> {
    output.write_all(&(body.len() as u64).to_le_bytes())?;
    output.write_all(body)?;
    output.flush()
}

/// Reads one message; `None` at a clean end.
pub(super) fn receive(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    if input.read(&mut length[..1])? == 0 {
        return Ok(None);
    }
    input.read_exact(&mut length[1..])?;
    let length = u64::from_le_bytes(length);
    if length > LIMIT_BYTES {
        return Err(io::Error::from(io::ErrorKind::InvalidData));
    }
    let mut body = Vec::new();
    if input.take(length).read_to_end(&mut body)? as u64 != length {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
    }
    Ok(Some(body))
}

#[derive(Serialize, Deserialize)]
struct Head {
    main: String,
    template: Digest,
    data: Value,
    facts: Vec<Fact>,
    cases: Vec<Vec<Fact>>,
    band: Band,
    ident: String,
    date: NaiveDate,
    title: String,
    author: String,
    keywords: Vec<String>,
    font_folders: Vec<PathBuf>,
    files: Vec<(String, usize)>,
    photographs: Vec<(String, String, usize)>,
}

/// The body that asks for one PDF.
pub(super) fn request(job: &Job, font_folders: &[PathBuf]) -> io::Result<Vec<u8>> {
    let head = Head {
        main: job.main.clone(),
        template: job.template,
        data: job.data.clone(),
        facts: job.facts.clone(),
        cases: job.cases.clone(),
        band: job.band,
        ident: job.ident.clone(),
        date: job.date,
        title: job.title.clone(),
        author: job.author.clone(),
        keywords: job.keywords.clone(),
        font_folders: font_folders.to_vec(),
        files: job.files.iter().map(|(path, bytes)| (path.clone(), bytes.len())).collect(),
        photographs: job
            .photographs
            .iter()
            .map(|p| (p.path.clone(), p.field.clone(), p.bytes.len()))
            .collect(),
    };
    let mut body = with_head(&head)?;
    job.files.values().for_each(|bytes| body.extend_from_slice(bytes));
    job.photographs.iter().for_each(|photograph| body.extend_from_slice(&photograph.bytes));
    Ok(body)
}

/// The job of a request, and the folders of its fonts.
pub(super) fn parse_request(body: &[u8]) -> io::Result<(Job, Vec<PathBuf>)> {
    let (head, mut rest): (Head, _) = parse_head(body)?;
    let mut files = BTreeMap::new();
    for (path, length) in head.files {
        files.insert(path, cut(&mut rest, length)?.to_vec());
    }
    let mut photographs = Vec::new();
    for (path, field, length) in head.photographs {
        photographs.push(Photograph { path, field, bytes: Arc::from(cut(&mut rest, length)?) });
    }
    let job = Job {
        files: Arc::new(files),
        main: head.main,
        template: head.template,
        overlay: false,
        data: head.data,
        facts: head.facts,
        cases: head.cases,
        band: head.band,
        photographs,
        ident: head.ident,
        date: head.date,
        title: head.title,
        author: head.author,
        keywords: head.keywords,
    };
    Ok((job, head.font_folders))
}

#[derive(Serialize, Deserialize)]
enum Outcome {
    Made { pages: usize },
    Refused { class: u8, problems: Vec<WireProblem> },
}

/// File, line, column and field.
type WirePlace = (Option<PathBuf>, Option<u32>, Option<u32>, Option<String>);

#[derive(Serialize, Deserialize)]
struct WireProblem {
    code: String,
    message: String,
    hint: Option<String>,
    place: Option<WirePlace>,
    warning: bool,
}

/// The body that answers with a PDF or an error.
pub(super) fn answer(result: &crate::error::Result<Pdf>) -> io::Result<Vec<u8>> {
    match result {
        Ok(pdf) => {
            let mut body = with_head(&Outcome::Made { pages: pdf.pages() })?;
            body.extend_from_slice(pdf.bytes());
            Ok(body)
        }
        Err(error) => {
            let problems = error.problems().iter().map(to_wire).collect();
            with_head(&Outcome::Refused { class: error.class().exit_code(), problems })
        }
    }
}

/// The PDF or the error of an answer.
pub(super) fn parse_answer(body: &[u8]) -> io::Result<crate::error::Result<Pdf>> {
    let (outcome, rest): (Outcome, _) = parse_head(body)?;
    Ok(match outcome {
        Outcome::Made { pages } => Ok(Pdf::from_worker(rest.to_vec(), pages)),
        Outcome::Refused { class, problems } => {
            let problems = problems.into_iter().map(from_wire).collect();
            let class = if class == Class::Unexpected.exit_code() { Class::Unexpected } else { Class::Input };
            Err(Error::all(class, problems).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?)
        }
    })
}

fn to_wire(problem: &Problem) -> WireProblem {
    let place = problem.place.clone();
    WireProblem {
        code: problem.code.to_owned(),
        message: problem.message.clone(),
        hint: problem.hint.clone(),
        place: place.map(|place| (place.file, place.line, place.column, place.field)),
        warning: problem.severity == Severity::Warning,
    }
}

fn from_wire(problem: WireProblem) -> Problem {
    let known = CODES.iter().find(|code| **code == problem.code);
    Problem {
        code: known.copied().unwrap_or("render.worker"),
        message: problem.message,
        hint: problem.hint,
        place: problem.place.map(|(file, line, column, field)| Place { file, line, column, field }),
        severity: if problem.warning { Severity::Warning } else { Severity::Error },
    }
}

fn with_head(head: &impl Serialize) -> io::Result<Vec<u8>> {
    let head = serde_json::to_vec(head)?;
    let length = u32::try_from(head.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    Ok([&length.to_le_bytes(), &head[..]].concat())
}

fn parse_head<T: for<'de> Deserialize<'de>>(body: &[u8]) -> io::Result<(T, &[u8])> {
    let mut rest = body;
    let length = cut(&mut rest, 4)?.iter().rev().fold(0, |sum, byte| sum * 256 + usize::from(*byte));
    let head = cut(&mut rest, length)?;
    Ok((serde_json::from_slice(head)?, rest))
}

fn cut<'a>(rest: &mut &'a [u8], length: usize) -> io::Result<&'a [u8]> {
    let short = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let (start, end) = rest.split_at_checked(length).ok_or_else(short)?;
    *rest = end;
    Ok(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_back_and_a_cut_one_is_refused() {
        let mut sent = Vec::new();
        send(&mut sent, b"hello").expect("sends");
        assert_eq!(receive(&mut &sent[..]).expect("reads"), Some(b"hello".to_vec()));
        assert_eq!(receive(&mut &b""[..]).expect("reads"), None);
        assert!(receive(&mut &sent[..sent.len() - 1]).is_err());
        assert!(receive(&mut &[0xFF; 9][..]).is_err());
        assert!(parse_answer(b"\x05\0\0\0{}").is_err());
    }

    #[test]
    fn an_error_keeps_its_code_place_and_class() {
        let place = Place { line: Some(3), field: Some("client.name".into()), ..Place::default() };
        let problem = Problem::error("render.missing-glyph", "no font").hint("pass --fonts DIR").at(place);
        let error = Error::new(Class::Input, problem);
        let body = answer(&Err(error.clone())).expect("writes");
        assert_eq!(parse_answer(&body).expect("reads").expect_err("an error"), error);
    }
}
