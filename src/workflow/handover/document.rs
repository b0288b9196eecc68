//! The handover document, whole for the supervisor and in parts for the successors, and their packs.

use super::super::Desk;
use super::super::case::CaseInHand;
use super::super::file::rendered;
use super::super::press::Press;
use super::HandoverInHand;
use super::load::SuccessorLoad;
use super::status::{self, HandoverStatus};
use crate::archive::Receipt;
use crate::document::handover::case_part;
use crate::document::{Request, SuccessorPart};
use crate::error::{Class, Error, Problem, Result};
use crate::log::{Op, Verdict};
use crate::names::{PersonId, Unit};
use crate::pack::Bag;
use crate::record::model::PassedPart;
use crate::seal::{Sealed, parcel};
use chrono::NaiveDate;
use std::fmt::Write as _;

/// The kind of the document.
const HANDOVER: &str = "handover";

/// Kinds of which a pack holds the newest: the plans in use and the last reports.
const PACKED: [&str; 12] = [
    "care-plan",
    "support-plan",
    "permanency-plan",
    "learning-plan",
    "transition-plan",
    "safety-plan",
    "risk-assessment",
    "monthly-report",
    "progress-report",
    "fortnightly-report",
    "term-report",
    "timetable",
];

/// Makes the handover document and files it: the whole in the handover's folder, each successor's part in
/// theirs. Gives the receipts, the whole first.
///
/// # Errors
/// Those of [`Press::make`] and of filing.
pub fn file_documents(desk: &Desk, press: &Press, unit: &Unit) -> Result<Vec<Receipt>> {
    let hand = HandoverInHand::take(desk, unit)?.whole()?;
    let status = status::of(desk, &hand)?;
    let whole = made(desk, press, &hand, &status, None)?;
    let mut receipts = vec![desk.archive.file(desk.identity, hand.unit(), &[whole], &desk.clock)?];
    for part in &hand.record.parts {
        let document = made(desk, press, &hand, &status, Some(part))?;
        receipts.push(desk.archive.file(desk.identity, &part.folder, &[document], &desk.clock)?);
    }
    Ok(receipts)
}

fn made(
    desk: &Desk,
    press: &Press,
    hand: &HandoverInHand,
    status: &HandoverStatus,
    part: Option<&PassedPart>,
) -> Result<crate::archive::NewDocument> {
    let record = part.map_or_else(|| hand.record.clone(), |part| hand.of_part(part));
    let record = super::written(desk, &record)?;
    let mut request = request(desk, hand, status, part.map(|part| &part.to.id))?;
    if let Some(part) = part {
        request.reference = Some(desk.archive.case(&part.folder)?.reference());
    }
    let made = press.make(&record, HANDOVER, &request)?;
    Ok(rendered(&record, HANDOVER, &made))
}

fn request(
    desk: &Desk,
    hand: &HandoverInHand,
    status: &HandoverStatus,
    successor: Option<&PersonId>,
) -> Result<Request> {
    let mut cases = Vec::new();
    let theirs = hand.record.cases.iter().filter(|case| successor.is_none_or(|id| case.to.id == *id));
    for passed in theirs {
        let Some(of) = status.cases.iter().find(|case| case.unit == passed.case) else { continue };
        let Some(view) = &of.view else { continue };
        let case = CaseInHand::take(desk, &passed.case)?;
        let keys = keys(&case, hand.record.started);
        let (to, today) = (passed.to.name.0.as_str(), desk.clock.today());
        cases.push(case_part(view, &hand.passing(passed), (to, keys), case.statuses(), today));
    }
    let name = |id: &PersonId| {
        hand.record.team.iter().find(|staff| staff.id == *id).map(|staff| staff.name.0.clone())
    };
    let briefed = hand.briefed().into_iter().filter_map(|(id, on)| Some((name(&id)?, on))).collect();
    let reference = Some(hand.folder.open.case().reference());
    let successors = status.loads.iter().filter(|load| successor.is_none_or(|id| load.person == *id));
    let successors = successors.map(|load| taking_over(hand, load)).collect();
    Ok(Request { reference, cases, briefed, successors, ..Request::on(desk.clock.today()) })
}

fn taking_over(hand: &HandoverInHand, load: &SuccessorLoad) -> SuccessorPart {
    let named = hand.record.cases.iter().find(|case| case.to.id == load.person);
    SuccessorPart {
        name: named.map_or_else(|| load.person.to_string(), |case| case.to.name.0.clone()),
        holds: load.count(load.holds),
        with: load.count(load.with),
        limit: load.limit.as_ref().map(|(limit, source)| format!("{limit} ({source})")),
        over: load.is_over(),
        accepted: hand.accepted().into_iter().find(|(id, _)| *id == load.person).map(|(_, on)| on),
    }
}

/// The days since the handover began on which the case got a new key.
fn keys(case: &CaseInHand, started: NaiveDate) -> Vec<NaiveDate> {
    let keyed =
        case.open.case().entries().filter(|it| it.verdict == Verdict::Valid && it.entry.op == Op::Key);
    keyed.map(|it| it.entry.time.day()).filter(|day| *day >= started).collect()
}

/// A successor's pack.
pub struct Pack {
    /// The sealed tar archive, for the successor and the supervisor.
    pub sealed: Sealed,
    /// The name that unpacking gives the folder.
    pub name: String,
    /// The files in it.
    pub files: Vec<String>,
}

/// Puts the pack of one successor together: their handover document, of each case the plans in use and the
/// last reports, and an index; sealed to the successor and to who packs it.
///
/// # Errors
/// `handover.no-part` (input) where nothing goes to this person; `handover.no-document` (input) where the
/// document has not been filed; those of opening the cases.
pub fn pack(desk: &Desk, unit: &Unit, successor: &PersonId) -> Result<Pack> {
    let hand = HandoverInHand::take(desk, unit)?.whole()?;
    let part = hand.record.parts.iter().find(|part| part.to.id == *successor);
    let part = part.ok_or_else(|| {
        Error::new(Class::Input, Problem::error("handover.no-part", format!("nothing goes to {successor}")))
    })?;
    let today = desk.clock.today();
    let name = format!("{unit}-{successor}");
    let mut bag = Bag::new(&name, today)?;
    let mut index = format!("Handover pack for {successor}, {today}\n\n");
    let document = newest_document(desk, &part.folder)?.ok_or_else(|| {
        let hint = format!("make it first: casefile handover document {unit}");
        Error::new(
            Class::Input,
            Problem::error("handover.no-document", "the document is not filed yet").hint(hint),
        )
    })?;
    bag.add("handover.pdf", document)?;
    index.push_str("handover.pdf\n");
    for passed in hand.record.cases.iter().filter(|case| case.to.id == *successor) {
        let case = CaseInHand::take(desk, &passed.case)?;
        for kind in PACKED {
            let newest = case.cards.iter().filter(|card| card.kind == kind).max_by_key(|card| card.date);
            let Some(card) = newest else { continue };
            let (_, bytes) = case.open.document(&card.d)?;
            let path = format!("{}/{kind}-{}.pdf", passed.case, card.date);
            // Writing to a String cannot fail.
            let _ = writeln!(index, "{path}  {}", card.title);
            bag.add(&path, bytes.to_vec())?;
        }
    }
    bag.add("index.txt", index.into_bytes())?;
    let staff = desk.archive.roster().now();
    let keys = [successor, desk.identity.id()].into_iter().filter_map(|id| staff.active(id).map(|it| it.age));
    let sealed = parcel::seal_to(&bag.tar()?, &keys.collect::<Vec<_>>())?;
    Ok(Pack { sealed, name, files: bag.paths().map(str::to_owned).collect() })
}

fn newest_document(desk: &Desk, folder: &Unit) -> Result<Option<Vec<u8>>> {
    let open = desk.archive.unlock(folder, desk.identity)?;
    let cards = open.cards()?;
    let newest = cards.iter().rfind(|card| card.kind == HANDOVER);
    newest.map(|card| Ok(open.document(&card.d)?.1.to_vec())).transpose()
}
