//! Composing: a checked record and a kind become a document.

use super::derived::{Derived, cases, office};
use super::missing::missing;
use super::photographs::Photographs;
use super::transform::Transform;
use super::{
    Copy, Document, Facts, HeaderSet, Kind, Period, Request, Words, attachments, blank, certificate, client,
    dates, forms, shape, shorten, status,
};
use crate::error::{Class, Error, Problem, Result};
use crate::names::Status;
use crate::record::Subject;
use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};
use std::sync::Arc;

/// Makes the document that `kind` describes from `record`, a case or a matter of the office.
///
/// The document's date is the one asked for, else the end of the period, else `today`; its status is the
/// one effective on that date. Equal inputs give an equal document.
///
/// # Errors
/// Class input, all problems at once: `document.missing-part` for each part the kind requires and the
/// record lacks, `document.other-record` for a record of another sort, `form.invalid` and `form.schema`,
/// `document.no-period` and its like, `document.before-admission`, `document.before-opening`,
/// `document.language`, `document.not-from-record`, `document.photograph-missing` and
/// `document.photograph-outside`.
///
/// A client's copy also: `document.no-client-copy`, `document.not-safe-to-take-home`,
/// `document.client-language`, `document.not-translated`, `document.not-marked`, `document.unsafe-way`.
pub fn compose<'a>(record: impl Into<Subject<'a>>, kind: &Arc<Kind>, request: &Request) -> Result<Document> {
    certificate::refuse(kind)?;
    match (request.copy, record.into()) {
        (Copy::Client, Subject::Case(record)) if !request.blank => client::compose(record, kind, request),
        (Copy::Client, Subject::Work(_)) if !request.blank => Err(client::no_copy(kind)),
        (_, record) => composed(record, kind, request),
    }
}

/// The document of a record of which everything may be shown.
pub(super) fn composed<'a>(
    record: impl Into<Subject<'a>>,
    kind: &Arc<Kind>,
    request: &Request,
) -> Result<Document> {
    let record = record.into();
    let mut problems = missing(kind, record, request.period);
    problems.extend(forms::check(kind, record));
    let date = request.date.or(request.period.map(|(_, end)| end)).unwrap_or(request.today);
    let standing = standing(record, request, date);
    if date < record.begins() || matches!((record, &standing), (Subject::Case(_), None)) {
        problems.push(too_early(record));
    }
    let lang = language(record, kind, request);
    let words = Words::of(kind, lang).and_then(|words| reviewed(words, kind, request));
    match words {
        Ok(words) if problems.is_empty() => {
            Composer { record, kind, request, words, date, standing }.document()
        }
        words => {
            problems.extend(words.err().into_iter().flat_map(|error| error.problems().to_vec()));
            Err(Error::all(Class::Input, problems).unwrap_or_else(no_status))
        }
    }
}

/// The statuses of a case, and the one on the document's date; none of a matter of the office.
fn standing(record: Subject, request: &Request, date: NaiveDate) -> Option<Standing> {
    let Subject::Case(case) = record else { return None };
    let statuses = status::merged(&case.statuses(), request.statuses.as_deref());
    let now = status::on(&statuses, date)?;
    Some(Standing { now, statuses })
}

/// What status a case has and had.
struct Standing {
    now: Status,
    statuses: Vec<(Status, NaiveDate)>,
}

fn no_status() -> Error {
    Error::new(Class::Unexpected, Problem::error("document.status", "the case has no status on this date"))
}

fn too_early(record: Subject) -> Problem {
    let (code, message, field, hint) = match record {
        Subject::Case(_) => (
            "document.before-admission",
            "the document's date lies before the case was admitted",
            "case.admitted",
            "give a later --date or --period, or correct `case.admitted` or `case.history`",
        ),
        Subject::Work(_) => (
            "document.before-opening",
            "the document's date lies before the folder was opened",
            "folder.opened",
            "give a later --date or --period, or correct `folder.opened`",
        ),
    };
    Problem::error(code, message).hint(hint).at(record.place(field))
}

/// The language asked for, else the record's own where the kind has it, else English.
fn language<'a>(record: Subject<'a>, kind: &Kind, request: &'a Request) -> &'a str {
    let own = record.lang();
    match &request.lang {
        Some(lang) => lang,
        None if kind.languages().iter().any(|lang| lang == own) => own,
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
    record: Subject<'a>,
    kind: &'a Arc<Kind>,
    request: &'a Request,
    words: Words,
    date: NaiveDate,
    standing: Option<Standing>,
}

impl Composer<'_> {
    fn document(self) -> Result<Document> {
        let photographs = Photographs::new(self.record.folder(), &self.request.photographs);
        let mut transform = Transform { words: &self.words, record: self.record, photographs };
        let shape = shape::of_record(self.record.sort());
        let mut shown = transform.value(shape, self.record.json(), "");
        let mut forms = forms::shown(self.kind, self.record, &mut transform);
        let mut attachments =
            attachments::shown(self.kind, self.record, &self.words, &mut transform.photographs);
        if self.request.blank {
            blank::attachments(&mut attachments);
            blank::record(shape, &mut shown, &self.words);
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
            unit: self.record.number().clone(),
            title: self.words.title(),
            lang: self.words.lang().to_owned(),
            rtl: self.words.rtl(),
            date,
            period: self.request.period,
            status: self.standing.as_ref().map(|standing| standing.now),
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
            let problem = Problem::warning("document.future-date", message);
            warnings.push(problem.hint("look whether --period or --date is the one meant"));
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
        let (status_word, status_code) = self.status_texts();
        Facts {
            number: self.record.number().to_string(),
            status_word,
            status_code,
            report: self.words.title(),
            date_text: dates::full(&self.words, self.date),
            manager: shorten(self.record.worker()),
            supervisor: shorten(self.record.responsible()),
        }
    }

    /// The status in words and its code; of a referral that it is not admitted.
    fn status_texts(&self) -> (String, String) {
        match &self.standing {
            Some(Standing { now, .. }) => {
                (self.words.get_or_id(&format!("status.{}", now.word())), now.code().to_owned())
            }
            None if self.kind.header() == HeaderSet::Referral => {
                (self.words.get_or_id("header.not-admitted"), String::new())
            }
            None => Default::default(),
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
            "set": set, "of": self.kind.header(), "number": facts.number, "status": facts.status_word,
            "code": facts.status_code, "report": facts.report, "date": facts.date_text,
            "manager": facts.manager, "supervisor": facts.supervisor,
        })
    }

    fn footer(&self) -> Value {
        let copied =
            |(who, on): &(String, NaiveDate)| json!({ "who": who, "on": dates::full(&self.words, *on) });
        json!({
            "kind": self.kind.id(), "version": self.kind.version(),
            "approved": dates::full(&self.words, self.kind.approved()),
            "owner": self.kind.owner(), "reference": self.request.reference,
            "copy_for": self.request.copy_for.as_ref().map(copied),
        })
    }

    fn pdf(&self, document: &Document) -> Value {
        let date = document.date;
        let (title, author) = if self.request.blank {
            (document.title.clone(), String::new())
        } else {
            (format!("{}, {}", document.title, document.unit), self.record.worker().to_owned())
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

    fn successor(&self, it: &super::SuccessorPart) -> Value {
        json!({
            "name": it.name, "holds": it.holds, "with": it.with, "limit": it.limit, "over": it.over,
            "accepted": it.accepted.map(|day| dates::json(&self.words, day)),
        })
    }

    fn derived(&self, shown: &Value) -> Value {
        let (record, standing) = match (self.record, &self.standing) {
            (Subject::Case(record), Some(standing)) => (record, standing),
            (Subject::Work(record), _) => {
                let mut made = office::json(&self.words, record, self.date, self.request.period);
                if self.kind.header() == HeaderSet::Cases {
                    let some = |listed| cases::json(&self.words, &self.request.cases, listed, self.date);
                    made["cases"] = some(false);
                    made["listed"] = some(true);
                    let signed = |(name, on): &(String, NaiveDate)| json!({ "name": name, "on": dates::json(&self.words, *on) });
                    made["briefed"] = self.request.briefed.iter().map(signed).collect();
                    made["successors"] =
                        self.request.successors.iter().map(|it| self.successor(it)).collect();
                }
                let proof = |it: &super::AccessProof| json!({ "case": it.case, "before": it.before, "after": it.after });
                made["proof"] = self.request.proof.iter().map(proof).collect();
                if self.request.blank {
                    blank::derived(&mut made);
                }
                return made;
            }
            (Subject::Case(_), None) => return Value::Null,
        };
        let case = record.case();
        let derived = Derived {
            words: &self.words,
            record: case,
            shown,
            at: self.date,
            period: self.request.period.unwrap_or((case.case.admitted, self.date)),
            statuses: &standing.statuses,
            status: standing.now,
            programme: record.programme(),
        };
        let mut made = derived.json();
        if self.request.blank {
            blank::derived(&mut made);
        }
        made
    }
}
