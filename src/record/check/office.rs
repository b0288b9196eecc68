//! Records about the work: dates in order, folders of the right word, and nobody who judges their own matter.

use super::Draft;
use super::dates::order;
use crate::error::Problem;
use crate::programme::Programme;
use crate::record::Sort;
use crate::record::model::{
    ComplaintRecord, Cover, Date, DebriefingRecord, FeedbackRecord, Folder, HandoverRecord, Narrative,
    ProgrammeRecord, Received, ReferralRecord, ScreeningOutcome, StaffRecord, YesNo,
};
use crate::record::work::WorkModel;
use chrono::Days;
use serde::de::DeserializeOwned;
use serde_json::Value;

const ENDS: &str = "this ends before it begins";

/// All cross-checks of one record about the work. Each problem names its field and no line yet.
pub(in crate::record) fn all(sort: Sort, value: &Value, programme: Option<&Programme>) -> Vec<Problem> {
    let mut draft = Draft { value, problems: Vec::new() };
    if let Some(folder) = draft.part::<Folder>("folder") {
        self::folder(&mut draft, sort, &folder);
    }
    match sort {
        Sort::Case => {}
        Sort::Referral => whole(&mut draft, referral),
        Sort::Staff => whole(&mut draft, staff),
        Sort::Debriefing => whole(&mut draft, debriefing),
        Sort::Complaint => whole(&mut draft, |draft, it| complaint(draft, it, programme)),
        Sort::Feedback => whole(&mut draft, feedback),
        Sort::Handover => whole(&mut draft, handover),
        Sort::Programme => whole(&mut draft, self::programme),
    }
    draft.problems
}

/// Checks a record that has its form. One that has not is told of its form first.
fn whole<T: DeserializeOwned>(draft: &mut Draft<'_>, check: impl FnOnce(&mut Draft<'_>, &T)) {
    if let Ok(record) = T::deserialize(draft.value) {
        check(draft, &record);
    }
}

fn folder(draft: &mut Draft<'_>, sort: Sort, folder: &Folder) {
    let word = sort.folder_word().unwrap_or_default();
    if folder.number.category() != word {
        draft.error(
            "record.folder-word",
            "folder.number",
            "this number belongs to another sort of folder",
            &format!("a folder of this sort has a number such as {word}-{}-0001", folder.number.year()),
        );
    }
}

fn referral(draft: &mut Draft<'_>, record: &ReferralRecord) {
    let received = record.received.date;
    within_days(draft, &record.folder, &record.received, "received.date");
    if let Some(contact) = &record.first_contact {
        let told = "the first contact is before the referral was received";
        order(draft, received, Some(contact.date), "first_contact.date", told);
    }
    if let Some(screening) = &record.screening {
        order(
            draft,
            received,
            Some(screening.date),
            "screening.date",
            "it was screened before it was received",
        );
        if screening.outcome == ScreeningOutcome::Declined && screening.reasons.is_none() {
            draft.error(
                "record.declined-why",
                "screening.reasons",
                "the referral was declined, and no reason stands here",
                "add `reasons:`, and `onward:` with where the client was referred",
            );
        }
    }
}

/// A folder is opened when its matter was received, not before.
fn within_days(draft: &mut Draft<'_>, folder: &Folder, received: &Received, field: &str) {
    if folder.opened < received.date {
        draft.warn(
            "record.opened-before",
            field,
            "this is after the day the folder was opened (`folder.opened`)",
            "compare the two dates",
        );
    }
}

fn complaint(draft: &mut Draft<'_>, record: &ComplaintRecord, programme: Option<&Programme>) {
    let received = record.received.date;
    within_days(draft, &record.folder, &record.received, "received.date");
    for (index, step) in record.steps.iter().enumerate() {
        let field = format!("steps[{index}].date");
        order(
            draft,
            received,
            Some(step.date),
            &field,
            "a step of the investigation is before the complaint",
        );
    }
    for (index, refutation) in record.refutations.iter().enumerate() {
        let field = format!("refutations[{index}].date");
        order(draft, received, Some(refutation.date), &field, "the refutation is before the complaint");
    }
    if let Some(from) = record.investigator.as_ref().and_then(|it| it.from) {
        order(
            draft,
            received,
            Some(from),
            "investigator.from",
            "the investigation begins before the complaint",
        );
    }
    answer(draft, record, programme);
    super::complaint::persons(draft, record);
}

/// The written answer: after the complaint, within its days, or on another day that was agreed (002 §5.6.3).
fn answer(draft: &mut Draft<'_>, record: &ComplaintRecord, programme: Option<&Programme>) {
    let Some(response) = &record.response else { return };
    let received = record.received.date;
    order(draft, received, Some(response.date), "response.date", "the answer is before the complaint");
    let due = due(received, programme);
    if response.extended_to.is_some() && response.extended_why.is_none() {
        draft.error(
            "record.extended-why",
            "response.extended_why",
            "another day was agreed for the answer, and no reason stands here",
            "add `extended_why:`",
        );
    }
    if due.is_some_and(|due| response.date > response.extended_to.unwrap_or(due).max(due)) {
        draft.warn(
            "record.answer-late",
            "response.date",
            "the answer came later than the days that the programme gives for it",
            "note in `extended_to` and `extended_why` what was agreed, if anything was",
        );
    }
    for (there, field, what) in [
        (
            record.statement.is_none(),
            "statement",
            "those whom the complaint is about were told of no allegations",
        ),
        (record.refutations.is_empty(), "refutations", "nobody was heard to the allegations"),
    ] {
        if there && !record.about.is_empty() {
            let hint = "source 002 §5.6.3: all parties are given the opportunity to refute any allegations";
            draft.warn("record.not-heard", field, what, hint);
        }
    }
}

/// The last day for an answer by the rule `complaint.answer`, in calendar days from receipt.
fn due(received: Date, programme: Option<&Programme>) -> Option<Date> {
    let days = programme?.rule("complaint.answer")?.value;
    received.checked_add_days(Days::new(u64::from(days)))
}

fn debriefing(draft: &mut Draft<'_>, record: &DebriefingRecord) {
    if record.facilitator.id.as_ref() == Some(&record.person.id) {
        draft.error(
            "record.own-facilitator",
            "facilitator.id",
            "nobody facilitates their own debriefing",
            "name somebody else, best an independent third party",
        );
    }
    if record.facilitator.third_party == YesNo::No {
        draft.warn(
            "record.third-party",
            "facilitator.third_party",
            "source 002 §5.4 recommends an independent third party",
            "ask somebody from outside for one of the next debriefings",
        );
    }
    for (index, session) in record.sessions.iter().enumerate() {
        let field = format!("sessions[{index}].next");
        order(draft, session.date, session.next, &field, "the next debriefing is before this one");
    }
}

fn feedback(draft: &mut Draft<'_>, record: &FeedbackRecord) {
    let three = |draft: &mut Draft<'_>, things: &[Narrative], field: &str| {
        if things.len() > 3 {
            draft.error(
                "record.three-things",
                format!("{field}[3]"),
                "the form asks for three things at most",
                "keep three, and put the others into `comments`",
            );
        }
    };
    three(draft, &record.useful, "useful");
    three(draft, &record.improve, "improve");
}

fn staff(draft: &mut Draft<'_>, record: &StaffRecord) {
    if record.person.id == record.folder.responsible.id {
        draft.error(
            "record.own-supervisor",
            "folder.responsible.id",
            "nobody is responsible for their own folder",
            "name the case supervisor; for the case supervisor the project director",
        );
    }
    for (field, paper) in
        [("confidentiality", &record.confidentiality), ("child_protection", &record.child_protection)]
    {
        let Some(paper) = paper else { continue };
        let told = "it was signed before it was read";
        order(draft, paper.read, paper.signed, &format!("{field}.signed"), told);
        if paper.signed.is_some() && paper.understood != YesNo::Yes {
            draft.error(
                "record.signed-not-understood",
                format!("{field}.understood"),
                "it was signed and not understood",
                "explain it again, best in the person's own language, before it is signed",
            );
        }
    }
    for (index, meeting) in record.supervision.iter().enumerate() {
        let field = format!("supervision[{index}].next");
        order(draft, meeting.date, meeting.next, &field, "the next meeting is before this one");
    }
    for (index, hours) in record.hours.iter().enumerate() {
        order(draft, hours.from, Some(hours.until), &format!("hours[{index}].until"), ENDS);
    }
}

fn programme(draft: &mut Draft<'_>, record: &ProgrammeRecord) {
    for (index, agreement) in record.school_agreements.iter().enumerate() {
        let field = format!("school_agreements[{index}].until");
        order(draft, agreement.from, Some(agreement.until), &field, ENDS);
    }
    for (index, leave) in record.leaves.iter().enumerate() {
        order(draft, leave.from, Some(leave.until), &format!("leaves[{index}].until"), ENDS);
        let own = |(_, cover): &(usize, &Cover)| cover.by.id == leave.person.id;
        for (number, _) in leave.covers.iter().enumerate().filter(own) {
            draft.error(
                "record.own-cover",
                format!("leaves[{index}].covers[{number}].by.id"),
                "somebody who is away covers their own case",
                "name a colleague",
            );
        }
    }
    for (index, evaluation) in record.evaluations.iter().enumerate() {
        order(draft, evaluation.from, Some(evaluation.until), &format!("evaluations[{index}].until"), ENDS);
    }
    for (index, figures) in record.figures.iter().enumerate() {
        order(draft, figures.from, Some(figures.until), &format!("figures[{index}].until"), ENDS);
        for (number, _) in figures.outcomes.iter().enumerate().filter(|(_, it)| it.reached > it.of) {
            draft.error(
                "record.more-than-all",
                format!("figures[{index}].outcomes[{number}].reached"),
                "more clients reached it than there are (`of`)",
                "compare the two numbers",
            );
        }
    }
}

/// Warnings about a record as of `today`.
pub(in crate::record) fn on(model: &WorkModel, programme: &Programme, today: Date) -> Vec<Problem> {
    let WorkModel::Complaint(complaint) = model else { return Vec::new() };
    let due = due(complaint.received.date, Some(programme));
    let overdue = complaint.response.is_none() && due.is_some_and(|due| today > due);
    let problem = overdue.then(|| {
        let days = programme.rule("complaint.answer").map(|rule| rule.value).unwrap_or_default();
        let message = format!("the answer to this complaint was due within {days} days of receiving it");
        super::at(
            Problem::warning("record.answer-overdue", message).hint("write `response:`"),
            "received.date",
        )
    });
    problem.into_iter().collect()
}

fn handover(draft: &mut Draft<'_>, record: &HandoverRecord) {
    order(draft, record.started, record.last_day, "last_day", "the last day is before the handover began");
    order(draft, record.started, record.access_ended, "access_ended", ENDS);
    order(draft, record.started, record.completed, "completed", ENDS);
    for (index, passed) in record.cases.iter().enumerate() {
        if passed.to.id == record.leaver.id {
            draft.error(
                "record.own-successor",
                format!("cases[{index}].to.id"),
                "nobody hands a case over to themselves",
                "name another person",
            );
        }
        let twice = record.cases[..index].iter().any(|other| other.case == passed.case);
        if twice {
            draft.error(
                "record.passed-twice",
                format!("cases[{index}].case"),
                "this case stands twice in the handover",
                "one case goes to one person",
            );
        }
    }
    for (index, passed) in record.matters.iter().enumerate() {
        if passed.to.as_ref().is_some_and(|to| to.id == record.leaver.id) {
            draft.error(
                "record.own-successor",
                format!("matters[{index}].to.id"),
                "nobody hands a folder over to themselves",
                "name another person",
            );
        }
        if record.matters[..index].iter().any(|other| other.folder == passed.folder) {
            draft.error(
                "record.passed-twice",
                format!("matters[{index}].folder"),
                "this folder stands twice in the handover",
                "one folder goes to one person",
            );
        }
    }
}
