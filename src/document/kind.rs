//! One kind of document: what `kind.toml` says, and the files that make it.

use super::forms;
use super::toml_file;
use super::words::Words;
use crate::error::{Class, Error, Place, Problem, Result};
use crate::names::Digest;
use crate::record::Sort;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

/// Files by the path under which Typst finds them, such as `/_shared/casefile.typ`.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What a kind is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// One case; filed in the client's folder.
    Case,
    /// The work of the programme; filed in a folder of the office.
    Programme,
}

/// Which facts stand on every page (seed 002 §5.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeaderSet {
    /// Date, case number with status, name of the report, case manager, case supervisor.
    Case,
    /// Category, year, client number and status only: the label of a folder.
    Label,
    /// Number of the folder, name of the report, date, author, person responsible.
    Office,
    /// Number of the referral, that it is not admitted, name of the report, date, worker, case supervisor.
    Referral,
}

/// Whether a kind covers a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeriodRule {
    /// It does not.
    None,
    /// It may.
    Optional,
    /// It must be given one.
    Required,
}

/// For whom a document is meant.
pub type Audience = String;

/// Which copy of a document is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Copy {
    /// For the agency's own staff: everything.
    Staff,
    /// For the client: only what is marked for the client.
    Client,
}

/// How a kind shows the scans and photographs of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attachments {
    /// It lists them with their hashes.
    List,
    /// It shows the pictures among them.
    Show,
}

/// A part of the record that a kind must show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Must {
    /// Path in the record, `[]` after every list: `goals[].progress[].note`.
    pub path: String,
    /// Key of the kind's word under which it is printed.
    pub label: String,
    /// Where the requirement comes from.
    pub source: String,
    /// Whether the document is refused without it.
    #[serde(default)]
    pub required: bool,
    /// Whether every element of each list on the path needs it, and not only one.
    #[serde(default)]
    pub every: bool,
}

/// A kind of document: a folder in `templates/`.
#[derive(Clone)]
pub struct Kind {
    pub(super) stated: Stated,
    pub(super) approved: NaiveDate,
    pub(super) files: Files,
    schema: Option<Value>,
    hash: OnceLock<Digest>,
    pub(super) overlay: bool,
}

/// What stands in `kind.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stated {
    pub id: String,
    pub version: String,
    pub approved: TomlDate,
    pub owner: String,
    pub source: String,
    pub scope: Scope,
    pub header: HeaderSet,
    #[serde(default = "of_a_case")]
    pub record: Sort,
    pub period: PeriodRule,
    pub languages: Vec<String>,
    pub audience: Vec<Audience>,
    pub confidential: bool,
    pub copies: Vec<Copy>,
    pub deadline: Option<String>,
    pub attachments: Option<Attachments>,
    #[serde(default)]
    pub reviewed_words: bool,
    #[serde(default, rename = "must")]
    pub musts: Vec<Must>,
}

fn of_a_case() -> Sort {
    Sort::Case
}

/// A date in TOML, bare or in quotes.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum TomlDate {
    Bare(toml::value::Datetime),
    Quoted(String),
}

impl TomlDate {
    fn date(&self) -> Option<NaiveDate> {
        match self {
            Self::Bare(datetime) => datetime.to_string().parse().ok(),
            Self::Quoted(text) => text.parse().ok(),
        }
    }
}

impl Kind {
    /// The kind in the folder `name`, made of its own and the shared `files`; `overlay` is the folder on
    /// disk of an agency's kind.
    ///
    /// # Errors
    /// `document.kind` (input) with file, line and column.
    pub(super) fn new(name: &str, files: Files, overlay: Option<&Path>) -> Result<Self> {
        let shown = overlay.map_or_else(|| Path::new(name).join("kind.toml"), |dir| dir.join("kind.toml"));
        let refused = |message: String| {
            let problem = Problem::error("document.kind", message).at(Place::file(&shown));
            Error::new(Class::Input, problem)
        };
        let file = files.get(&format!("/{name}/kind.toml"));
        let file = file.ok_or_else(|| refused("a kind needs this file, and it is not there".to_owned()))?;
        let stated: Stated = toml_file::parse("document.kind", &shown.display().to_string(), file)?;
        if stated.id != name {
            return Err(refused(format!("the folder is called `{name}`, so `id` must be \"{name}\"")));
        }
        if !files.contains_key(&format!("/{name}/main.typ")) {
            return Err(refused("a kind needs a file `main.typ` beside this one".to_owned()));
        }
        if !agree(&stated) {
            return Err(refused(DISAGREE.to_owned()));
        }
        let date = stated.approved.date();
        let approved = date.ok_or_else(|| refused("`approved` is no date, YYYY-MM-DD".to_owned()))?;
        let schema =
            files.get(&format!("/{name}/schema.json")).map(|bytes| schema(bytes, &shown)).transpose()?;
        Ok(Self { stated, approved, files, schema, hash: OnceLock::new(), overlay: overlay.is_some() })
    }

    /// Checks what reading a kind leaves to the tests for the program's own kinds: that every must names a
    /// field that records have and a word that the kind has, and that every language has its words.
    ///
    /// # Errors
    /// `document.kind` (input), all problems at once; `document.words` where a word file cannot be read.
    pub fn check(&self, folder: &Path) -> Result<()> {
        let file = folder.join("kind.toml");
        let problem = |message: String| Problem::error("document.kind", message).at(Place::file(&file));
        let mut problems = Vec::new();
        for lang in self.languages() {
            if !self.files.contains_key(&format!("/{}/words/{lang}.toml", self.id())) {
                problems.push(problem(format!("`languages` has {lang}, but words/{lang}.toml is not there")));
            }
        }
        let english = Words::of(self, "en")?;
        for must in self.musts() {
            if forms::describe(self, &must.path).is_none() {
                problems.push(problem(format!("`{}` is no field of a record", must.path)));
            }
            if english.get(&format!("kind.{}", must.label)).is_none() {
                problems.push(problem(format!("`{}` is no word of words/en.toml", must.label)));
            }
        }
        Error::all(Class::Input, problems).map_or(Ok(()), Err)
    }

    /// What the kind is called in `lang`, from its own word file alone; its id where it has no such words.
    ///
    /// # Errors
    /// `document.words` (input) where an agency's word file cannot be read.
    pub fn title(&self, lang: &str) -> Result<String> {
        let path = format!("/{}/words/{lang}.toml", self.id());
        let Some(bytes) = self.files.get(&path) else { return Ok(self.id().to_owned()) };
        let words: serde_json::Map<String, Value> = toml_file::parse("document.words", &path, bytes)?;
        Ok(words.get("title").and_then(Value::as_str).unwrap_or(self.id()).to_owned())
    }

    /// What the kind is called, by language.
    ///
    /// # Errors
    /// `document.words` (input) where an agency's word file cannot be read.
    pub fn titles(&self) -> Result<BTreeMap<String, String>> {
        let title = |lang: &String| Ok((lang.clone(), self.title(lang)?));
        self.languages().iter().map(title).collect()
    }

    /// The kind for scripts: `{id, titles, version, approved, owner, source, scope, header, record, period,
    /// languages, audience, confidential, copies, deadline, overlay, template, needs: [{path, label,
    /// source, required, every}]}`.
    ///
    /// # Errors
    /// As [`Kind::titles`].
    pub fn json(&self) -> Result<Value> {
        let stated = &self.stated;
        Ok(json!({
            "id": stated.id, "titles": self.titles()?, "version": stated.version,
            "approved": self.approved.to_string(), "owner": stated.owner, "source": stated.source,
            "scope": stated.scope, "header": stated.header, "record": stated.record, "period": stated.period,
            "languages": stated.languages, "audience": stated.audience,
            "confidential": stated.confidential, "copies": stated.copies, "deadline": stated.deadline,
            "overlay": self.overlay, "template": self.hash().to_string(), "needs": stated.musts,
        }))
    }

    /// Its id, the name of its folder.
    pub fn id(&self) -> &str {
        &self.stated.id
    }

    /// Version of the template, printed in the footer.
    pub fn version(&self) -> &str {
        &self.stated.version
    }

    /// The day this version was approved.
    pub fn approved(&self) -> NaiveDate {
        self.approved
    }

    /// Who answers for the template.
    pub fn owner(&self) -> &str {
        &self.stated.owner
    }

    /// Which standard asks for it.
    pub fn source(&self) -> &str {
        &self.stated.source
    }

    /// What it is about.
    pub fn scope(&self) -> Scope {
        self.stated.scope
    }

    /// Which facts stand on every page.
    pub fn header(&self) -> HeaderSet {
        self.stated.header
    }

    /// The sort of record it is made from.
    pub fn record(&self) -> Sort {
        self.stated.record
    }

    /// Whether it covers a period.
    pub fn period(&self) -> PeriodRule {
        self.stated.period
    }

    /// The languages it has words in.
    pub fn languages(&self) -> &[String] {
        &self.stated.languages
    }

    /// For whom it is meant.
    pub fn audience(&self) -> &[Audience] {
        &self.stated.audience
    }

    /// Whether it is confidential.
    pub fn confidential(&self) -> bool {
        self.stated.confidential
    }

    /// Which copies can be made.
    pub fn copies(&self) -> &[Copy] {
        &self.stated.copies
    }

    /// Whether its wording binds people, so that words nobody has reviewed are used only where that is said.
    pub fn asks_for_review(&self) -> bool {
        self.stated.reviewed_words
    }

    /// Whether and how it shows the scans and photographs of the record.
    pub fn attachments(&self) -> Option<Attachments> {
        self.stated.attachments
    }

    /// When it is due, in words.
    pub fn deadline(&self) -> Option<&str> {
        self.stated.deadline.as_deref()
    }

    /// What it shows of the record.
    pub fn musts(&self) -> &[Must] {
        &self.stated.musts
    }

    /// The JSON Schema of its own part of the record, `forms.<kind>[]`, where it has one.
    pub fn schema(&self) -> Option<&Value> {
        self.schema.as_ref()
    }

    /// Its files and the shared ones, by the path under which Typst finds them: `/_shared/casefile.typ`,
    /// `/progress-report/main.typ`. Fonts are not among them.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Path of the file that Typst compiles.
    pub fn main(&self) -> String {
        format!("/{}/main.typ", self.id())
    }

    /// The template hash: over every file of [`Kind::files`] with its path, in the order of the paths.
    pub fn hash(&self) -> Digest {
        *self.hash.get_or_init(|| hash(&self.files))
    }

    /// Whether it comes from an agency's own folder. Such a kind is laid out apart, in a worker.
    pub fn overlay(&self) -> bool {
        self.overlay
    }
}

const DISAGREE: &str = "`scope`, `record` and `header` do not go together: a kind about a case has no `record` \
    and the header \"case\"; one about the work has scope = \"programme\", its `record`, and the header \
    \"office\", or \"referral\" for a referral";

/// Whether scope, record and header of a kind go together.
fn agree(stated: &Stated) -> bool {
    let work = stated.record != Sort::Case;
    let header = match stated.header {
        HeaderSet::Case | HeaderSet::Label => !work,
        HeaderSet::Office => work && stated.record != Sort::Referral,
        HeaderSet::Referral => stated.record == Sort::Referral,
    };
    work == (stated.scope == Scope::Programme) && header
}

/// The schema of a kind's own form, whose `kind.toml` is `shown`.
fn schema(bytes: &[u8], shown: &Path) -> Result<Value> {
    serde_json::from_slice(bytes).map_err(|error| {
        let place = Place {
            line: u32::try_from(error.line()).ok(),
            column: u32::try_from(error.column()).ok(),
            ..Place::file(shown.with_file_name("schema.json"))
        };
        Error::new(Class::Input, Problem::error("document.schema", "this is no JSON").at(place))
    })
}

/// SHA-256 over the files in the order of their paths, each as path, NUL, length in 8 bytes (most
/// significant first) and content.
fn hash(files: &Files) -> Digest {
    let mut all = Vec::with_capacity(files.values().map(|bytes| bytes.len() + 64).sum());
    for (path, bytes) in files {
        all.extend_from_slice(path.as_bytes());
        all.push(0);
        all.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        all.extend_from_slice(bytes);
    }
    Digest::of(&all)
}
