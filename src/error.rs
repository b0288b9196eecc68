//! What went wrong, for people, scripts and pages alike.
//!
//! Every area of the library has its own error enum. All of them become an [`Error`], which carries
//! one or more [`Problem`]s and the [`Class`] that decides the exit code. A problem names things
//! (files, fields, labels), never the values of a record: no personal value appears in an error.

use std::fmt;
use std::path::{Path, PathBuf};

/// What an error means for the caller; the program's exit code is its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Something that should not happen, such as a failing disk.
    Unexpected = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The input is not acceptable as it stands.
    Input = 3,
    /// Some items of a batch failed, the others are done.
    Partial = 4,
    /// Damage was found in the archive.
    Damage = 5,
    /// No key, a wrong passphrase, or not this person's role.
    Access = 6,
    /// Something else is in the way at the moment.
    Busy = 7,
    /// There is no such thing.
    NotFound = 8,
    /// An answer was needed and could not be asked for.
    NeedsAnswer = 9,
}

impl Class {
    /// The exit code of the program.
    pub fn exit_code(self) -> u8 {
        self as u8
    }
}

/// Whether a problem stops the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The work is refused.
    Error,
    /// The work goes on; a person should look at it.
    Warning,
}

/// Where a problem is: a file, and in it a line, a column and a field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The file, as the user named it.
    pub file: Option<PathBuf>,
    /// Line, from 1.
    pub line: Option<u32>,
    /// Column in characters, from 1.
    pub column: Option<u32>,
    /// Path of the field, such as `contacts[3].on`.
    pub field: Option<String>,
}

impl Place {
    /// A whole file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { file: Some(path.into()), ..Self::default() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(file) = &self.file {
            parts.push(file.display().to_string());
        }
        parts.extend([self.line, self.column].into_iter().flatten().map(|n| n.to_string()));
        f.write_str(&parts.join(":"))?;
        match &self.field {
            Some(field) if parts.is_empty() => f.write_str(field),
            Some(field) => write!(f, " ({field})"),
            None => Ok(()),
        }
    }
}

/// One thing that is wrong: what could not be done, to which thing, and the next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Stable code such as `record.missing-field`.
    pub code: &'static str,
    /// What is wrong, without any personal value.
    pub message: String,
    /// The one next step, with the exact command where there is one.
    pub hint: Option<String>,
    /// Where it is.
    pub place: Option<Place>,
    /// Whether it stops the work.
    pub severity: Severity,
}

impl Problem {
    /// An error with a stable `code` and a message.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, place: None, severity: Severity::Error }
    }

    /// A warning with a stable `code` and a message.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Adds the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds where it is.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// An error of the library: its class and every problem found, never none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    class: Class,
    problems: Vec<Problem>,
}

/// The library's result.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of one problem.
    pub fn new(class: Class, problem: Problem) -> Self {
        Self { class, problems: vec![problem] }
    }

    /// An error of all `problems`, or `None` where none of them stops the work.
    pub fn all(class: Class, problems: Vec<Problem>) -> Option<Self> {
        let stops = problems.iter().any(|p| p.severity == Severity::Error);
        stops.then_some(Self { class, problems })
    }

    /// A failed system call on `path`.
    pub fn io(doing: &str, path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind as E;
        let (class, code, hint) = match error.kind() {
            E::NotFound => {
                (Class::NotFound, "file.not-found", Some("check the name, and the folder you are in"))
            }
            E::PermissionDenied => (
                Class::Access,
                "file.permission-denied",
                Some("ask whoever keeps this place to let you in, or choose another"),
            ),
            E::IsADirectory => (Class::Input, "file.folder", Some("name a file in this folder")),
            E::InvalidFilename => (Class::Input, "file.name", Some("choose a shorter name")),
            E::ReadOnlyFilesystem => {
                (Class::Access, "file.read-only", Some("this disk may only be read: choose another place"))
            }
            E::StorageFull | E::QuotaExceeded => {
                (Class::Unexpected, "file.disk-full", Some("make room, then run the command again"))
            }
            _ => (Class::Unexpected, "file.io", None),
        };
        let mut problem = Problem::error(code, format!("cannot {doing}: {}", io_reason(error)));
        problem.hint = hint.map(str::to_owned);
        Self::new(class, problem.at(Place::file(path)))
    }

    /// What this means for the caller.
    pub fn class(&self) -> Class {
        self.class
    }

    /// Everything that was found, in the order of the input.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The same problems, each placed in `file` where it names none.
    #[must_use]
    pub fn in_file(mut self, file: &Path) -> Self {
        for problem in &mut self.problems {
            problem.place.get_or_insert_default().file.get_or_insert_with(|| file.to_owned());
        }
        self
    }
}

impl Error {
    /// The same problems; those that name a field and no line get the place of that field.
    #[must_use]
    pub fn placed(mut self, place_of: impl Fn(&str) -> Place) -> Self {
        for problem in &mut self.problems {
            let field = problem.place.as_ref().filter(|place| place.line.is_none() && place.file.is_none());
            if let Some(field) =
                field.and_then(|place| place.field.clone()).filter(|it| !it.starts_with("derived."))
            {
                problem.place = Some(place_of(&field));
            }
        }
        self
    }

    /// The same problems; those that name a line and no file stand in the record that the archive holds of
    /// `unit`, and the last of them says how to change it.
    #[must_use]
    pub fn in_record_of(mut self, unit: &crate::names::Unit) -> Self {
        let mut last = None;
        for problem in &mut self.problems {
            let Some(place) = problem.place.as_mut().filter(|it| it.line.is_some() && it.file.is_none())
            else {
                continue;
            };
            place.file = Some(PathBuf::from(format!("record of {unit}")));
            last = Some(problem);
        }
        if let Some(problem) = last {
            let out = format!("take it out with: casefile record {unit} -o FILE");
            problem.hint = Some(problem.hint.take().map_or(out.clone(), |hint| format!("{hint}; {out}")));
        }
        self
    }
}

/// The system's words for an error, without the number Rust appends.
fn io_reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or(&text);
    words.to_lowercase()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.problems.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Error {}
