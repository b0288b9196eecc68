//! Composing: a checked record and a kind become a document.

use super::derived::{AgeingOut, Derived};
use super::missing::missing;
use super::photographs::Photographs;
use super::transform::Transform;
use super::{
    Copy, Document, Facts, HeaderSet, Kind, Period, Request, Words, dates, forms, shape, shorten, status,
};
use super::{attachments, blank, client};
use crate::error::{Class, Error, Problem, Result};
use crate::names::Status;
use crate::programme::Programme;
use crate::record::Record;
use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};
use std::sync::Arc;

/// Makes the document that `kind` describes from `record`.
///
/// The document's date is the one asked for, else the end of the period, else `today`; its status is the
/// one effective on that date. Equal inputs give an equal document.
///
/// # Errors
/// Class input, all problems at once: `document.missing-part` for each part the kind requires and the
/// record lacks, `form.invalid` and `form.schema`, `document.no-period` and its like, `document.before-admission`, `document.language`,
/// `document.photograph-missing` and `document.photograph-outside`.
///
/// A client's copy also: `document.no-client-copy`, `document.not-safe-to-take-home`,
/// `document.client-language`, `document.not-translated`, `document.not-marked`, `document.unsafe-way`.
pub fn compose(record: &Record, kind: &Arc<Kind>, request: &Request) -> Result<Document> {
    match request.copy {
        Copy::Client if !request.blank => client::compose(record, kind, request),
        _ => composed(record, kind, request),
    }
}

/// The document of a record of which everything may be shown.
pub(super) fn composed(record: &Record, kind: &Arc<Kind>, request: &Request) -> Result<Document> {
    let mut problems = missing(kind, record, request.period);
    problems.extend(forms::check(kind, record));
    let date = request.date.or(request.period.map(|(_, end)| end)).unwrap_or(request.today);
    let statuses = status::merged(&record.statuses(), request.statuses.as_deref());
    let status = status::on(&statuses, date).filter(|_| date >= record.case().case.admitted);
    if status.is_none() {
        problems.push(before_admission(record));
    }
    let lang = language(record, kind, request);
    let words = Words::of(kind, lang).and_then(|words| reviewed(words, kind, request));
    match (words, status) {
        (Ok(words), Some(status)) if problems.is_empty() => {
            Composer { record, kind, request, words, date, status, statuses }.document()
        }
        (words, _) => {
            problems.extend(words.err().into_iter().flat_map(|error| error.problems().to_vec()));
            Err(Error::all(Class::Input, problems).unwrap_or_else(no_status))
        }
    }
}

fn no_status() -> Error {
    Error::new(Class::Unexpected, Problem::error("document.status", "the case has no status on this date"))
}

fn before_admission(record: &Record) -> Problem {
    Problem::error("document.before-admission", "the document's date lies before the case was admitted")
        .hint("give a later --date or --period, or correct `case.admitted` or `case.history`")
        .at(record.place("case.admitted"))
}

/// The language asked for, else the record's own where the kind has it, else English.
fn language<'a>(record: &'a Record, kind: &Kind, request: &'a Request) -> &'a str {
    let own = &record.case().lang.0;
    match &request.lang {
        Some(lang) => lang,
        None if kind.languages().contains(own) => own,
        None => "en",
    }
}

/// The words, unless nobody has reviewed them and the kind asks that somebody has.
fn reviewed(words: Words, kind: &Kind, request: &Request) -> Result<Words> {
    if words.reviewed() || request.unreviewed || !kind.asks_for_review() {
        return Ok(words);
    }
    let message = format!(
        "no named person has reviewed the words of `{}` in `{}`, and its wording binds people",
        kind.id(),
        words.lang()
    );
    let hint =
        "have them reviewed (`reviewed =` in the word files), or accept them as they are: --unreviewed";
    Err(Error::new(Class::Input, Problem::error("document.unreviewed", message).hint(hint)))
}

struct Composer<'a> {
    record: &'a Record,
    kind: &'a Arc<Kind>,
    request: &'a Request,
    words: Words,
    date: NaiveDate,
    status: Status,
    statuses: Vec<(Status, NaiveDate)>,
}

impl Composer<'_> {
    fn document(self) -> Result<Document> {
        let photographs = Photographs::new(self.record.folder(), &self.request.photographs);
        let mut transform = Transform { words: &self.words, record: self.record.case(), photographs };
        let mut shown = transform.value(shape::of_record(), self.record.json(), "");
        let mut forms = forms::shown(self.kind, self.record, &mut transform);
        let mut attachments =
            attachments::shown(self.kind, self.record, &self.words, &mut transform.photographs);
        if self.request.blank {
            blank::attachments(&mut attachments);
            blank::record(shape::of_record(), &mut shown, &self.words);
            forms::blank(self.kind, &mut forms, &self.words);
        }
        let Photographs { images, problems, .. } = transform.photographs;
        let images = if self.request.blank { Vec::new() } else { images };
        let mut warnings = self.in_record(problems)?;
        warnings.extend(self.warnings());
        let facts = self.facts();
        // A blank form is of the day its template was approved.
        let date = if self.request.blank { self.kind.approved() } else { self.date };
        let mut document = Document {
            kind: Arc::clone(self.kind),
            data: Value::Null,
            facts,
            unit: self.record.case().case.number.clone(),
            title: self.words.title(),
            lang: self.words.lang().to_owned(),
            rtl: self.words.rtl(),
            date,
            period: self.request.period,
            status: self.status,
            draft: self.request.draft && !self.request.blank,
            blank: self.request.blank,
            copy: self.request.copy,
            persons: Vec::new(),
            images,
            warnings,
        };
        document.data = self.data(&document, &shown, (&forms, &attachments));
        document.warnings.extend(self.nothing_happened(&document.data["derived"]));
        Ok(document)
    }

    /// Problems placed in the record's file; refused where one of them stops the work.
    fn in_record(&self, problems: Vec<Problem>) -> Result<Vec<Problem>> {
        let placed = problems.into_iter().map(|mut problem| {
            let field = problem.place.as_ref().and_then(|place| place.field.clone()).unwrap_or_default();
            problem.place = Some(self.record.place(&field));
            problem
        });
        let placed: Vec<Problem> = placed.collect();
        match Error::all(Class::Input, placed.clone()) {
            Some(error) => Err(error),
            None => Ok(placed),
        }
    }

    fn warnings(&self) -> Vec<Problem> {
        let mut warnings = Vec::new();
        let untranslated = self.words.missing().len();
        if untranslated > 0 {
            let message = format!("{untranslated} words have no translation to `{}`", self.words.lang());
            let problem = Problem::warning("document.words-missing", message);
            warnings.push(problem.hint("they stand in English; see `casefile kinds` for which"));
        }
        if self.date > self.request.today {
            let message = "the document's date lies in the future";
            warnings.push(Problem::warning("document.future-date", message));
        }
        warnings
    }

    /// A warning where a period was asked for in which nothing is recorded: it may be a slip of the dates.
    fn nothing_happened(&self, derived: &Value) -> Option<Problem> {
        self.request.period.filter(|_| !self.request.blank)?;
        let empty = |list: &Value| list.as_array().is_none_or(Vec::is_empty);
        let lists = ["incidents", "reviews", "conferences"].map(|name| &derived[name]);
        let goals = derived["goals"].as_array().into_iter().flatten();
        let happened = !empty(&derived["contacts"]["items"])
            || !empty(&derived["attendance"]["items"])
            || lists.into_iter().any(|list| !empty(list))
            || goals.into_iter().any(|goal| !empty(&goal["progress_in_period"]));
        let message =
            "in this period the record tells of no contact, attendance, meeting, incident or progress";
        let problem = Problem::warning("document.empty-period", message);
        (!happened).then(|| problem.hint("the document says so; look whether the period is the one meant"))
    }

    fn facts(&self) -> Facts {
        if self.request.blank {
            return self.blank_facts();
        }
        let case = self.record.case();
        Facts {
            number: case.case.number.to_string(),
            status_word: self.words.get_or_id(&format!("status.{}", self.status.word())),
            status_code: self.status.code().to_owned(),
            report: self.words.title(),
            date_text: dates::full(&self.words, self.date),
            manager: shorten(&case.team.manager.name.0),
            supervisor: shorten(&case.team.supervisor.name.0),
        }
    }

    /// The facts of a form to be filled in: the name of the report, and spaces.
    fn blank_facts(&self) -> Facts {
        let space = || blank::SPACE.to_owned();
        Facts {
            number: space(),
            status_word: space(),
            status_code: space(),
            report: self.words.title(),
            date_text: space(),
            manager: space(),
            supervisor: space(),
        }
    }

    fn data(&self, document: &Document, shown: &Value, (forms, attachments): (&Value, &Value)) -> Value {
        let period = self.request.period.map(|period| self.period(period));
        json!({
            "v": 1,
            "lang": document.lang,
            "dir": if document.rtl { "rtl" } else { "ltr" },
            "draft": document.draft,
            "blank": document.blank,
            "copy": document.copy,
            "unreviewed": !self.words.reviewed(),
            "fonts": self.words.fonts(),
            "words": self.words.json(),
            "header": self.header(&document.facts),
            "footer": self.footer(),
            "pdf": self.pdf(document),
            "period": period,
            "record": shown,
            "forms": forms,
            "attachments": attachments,
            "derived": self.derived(shown),
        })
    }

    fn header(&self, facts: &Facts) -> Value {
        let ruled = self.request.blank && self.kind.header() != HeaderSet::Label;
        let set = if ruled { json!("blank") } else { json!(self.kind.header()) };
        json!({
            "set": set, "number": facts.number, "status": facts.status_word,
            "code": facts.status_code, "report": facts.report, "date": facts.date_text,
            "manager": facts.manager, "supervisor": facts.supervisor,
        })
    }

    fn footer(&self) -> Value {
        json!({
            "kind": self.kind.id(), "version": self.kind.version(),
            "approved": dates::full(&self.words, self.kind.approved()),
            "owner": self.kind.owner(), "reference": self.request.reference,
        })
    }

    fn pdf(&self, document: &Document) -> Value {
        let date = document.date;
        let (title, author) = if self.request.blank {
            (document.title.clone(), String::new())
        } else {
            (format!("{}, {}", document.title, document.unit), self.record.case().team.manager.name.0.clone())
        };
        json!({
            "title": title,
            "date": {"y": date.year(), "m": date.month(), "d": date.day()},
            "keywords": document.keywords(),
            "author": author,
        })
    }

    fn period(&self, period: Period) -> Value {
        let (start, end) = period;
        json!({
            "start": dates::json(&self.words, start), "end": dates::json(&self.words, end),
            "text": if self.request.blank { blank::SPACE.to_owned() } else { dates::period(&self.words, period) },
        })
    }

    fn derived(&self, shown: &Value) -> Value {
        let case = self.record.case();
        let derived = Derived {
            words: &self.words,
            record: case,
            shown,
            at: self.date,
            period: self.request.period.unwrap_or((case.case.admitted, self.date)),
            statuses: &self.statuses,
            status: self.status,
            ageing_out: ageing_out(self.record.programme()),
            attendance_alert: self.record.programme().rule("attendance.alert").map(|rule| rule.value),
        };
        let mut made = derived.json();
        if self.request.blank {
            blank::derived(&mut made);
        }
        made
    }
}

/// What the programme says about ageing out.
fn ageing_out(programme: &Programme) -> Option<AgeingOut> {
    let age = i32::try_from(programme.ageing_out_age()?).ok()?;
    Some(AgeingOut { age, close_after_months: programme.aged_out_months()? })
}
