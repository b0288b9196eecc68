//! A small invented agency made from nothing: keys, archive, cases, documents, a status move, a proof.

use super::file::file;
use super::handover::{self, Start};
use super::moves::change_status;
use super::press::Press;
use super::{Desk, admit};
use crate::archive::{Archive, Init, Level, Verification, VerifyOptions};
use crate::clock::Clock;
use crate::document::Request;
use crate::error::{Class, Error, Place, Problem, Result};
use crate::log::Role;
use crate::names::{Status, Unit};
use crate::programme::Programmes;
use crate::record::Record;
use crate::record::model::HandoverMode;
use crate::seal::{Identity, Passphrase};
use chrono::NaiveDate;
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

static RECORDS: Dir = include_dir!("$CARGO_MANIFEST_DIR/examples/records");

/// The passphrase of every key of the demo. They protect nobody: the people are invented.
pub const PASSPHRASE: &str = "correct horse battery staple";
/// Work factor of the demo's keys: unlocked in a moment, too weak for anything real.
const WORK_FACTOR: u8 = 10;
/// Nora keeps the archive, Selma supervises, the others manage cases.
const PEOPLE: [(&str, &str, Role); 4] = [
    ("nora", "Nora Haddad", Role::Administrator),
    ("selma", "Selma Lindqvist", Role::CaseSupervisor),
    ("aisha", "Aisha Rahman", Role::CaseManager),
    ("tomas", "Tomas Reyes", Role::CaseManager),
];
/// The case whose contact was lost, moved to inactive at the end.
const LOST: &str = "UASC-2016-0012";

/// What the demo made.
pub struct Demo {
    /// Where the archive is.
    pub archive: PathBuf,
    /// Cases admitted, with their status.
    pub cases: Vec<(Unit, Status)>,
    /// Documents made and filed: case, title, pages.
    pub documents: Vec<(Unit, String, usize)>,
    /// The case that was moved to inactive.
    pub moved: Unit,
    /// The handover that is begun, and how many points of it are open.
    pub handover: (Unit, usize),
    /// What verifying everything with the supervisor's key proved.
    pub verification: Verification,
}

/// The day on which the demo's agency lives: the day after the month it files.
fn business_date() -> NaiveDate {
    NaiveDate::from_ymd_opt(2016, 12, 1).unwrap_or_default()
}

/// Makes the invented agency in `dir`, a folder that does not exist yet, telling `tell` of each step.
///
/// # Errors
/// A folder that exists already; whatever the single jobs refuse.
pub fn demo(
    dir: &Path,
    press: &Press,
    programmes: &Programmes,
    clock: Clock,
    tell: &mut dyn FnMut(&str),
) -> Result<Demo> {
    let clock = Clock::new(clock.now(), Some(business_date()));
    make_folder(dir)?;
    let people = make_keys(dir)?;
    tell("made four keys: nora (administrator), selma (supervisor), aisha and tomas (case managers)");
    write_records(&RECORDS, &dir.join("records"))?;
    let archive = make_archive(&dir.join("archive"), &people, &clock)?;
    tell("made the archive and put the four on its roster");
    let desk = |id: &str| -> Result<Desk<'_>> {
        let identity = people.iter().find(|person| person.id().as_str() == id).ok_or_else(|| nobody(id))?;
        Ok(Desk { archive: &archive, identity, programmes, clock })
    };
    let mut cases = Vec::new();
    let mut documents = Vec::new();
    for path in record_files(&dir.join("records"))? {
        let record = Record::read(&path, programmes)?.record;
        let manager = desk(record.case().team.manager.id.as_str())?;
        let admitted = admit(&manager, press, &record)?;
        let unit = admitted.receipt.unit.clone();
        for (kind, request) in month_of(admitted.status.0) {
            let filed = file(&manager, press, &unit, kind, &request)?;
            documents.push((unit.clone(), filed.title, filed.pages));
        }
        tell(&format!("admitted {unit} ({}) and filed its documents", admitted.status.0));
        cases.push((unit, admitted.status.0));
    }
    let moved: Unit = LOST.parse()?;
    change_status(
        &desk("selma")?,
        press,
        &moved,
        Status::Inactive,
        None,
        "No contact since 31 October; three calls and a visit without an answer.",
    )?;
    tell(&format!("moved {moved} to inactive: contact is lost"));
    let selma = desk("selma")?;
    let handover = hand_over(&selma, &desk("tomas")?, press)?;
    tell(&format!("begun {}: aisha hands her cases over to tomas, and much is open still", handover.0));
    let options = VerifyOptions {
        level: Level::V3,
        identity: Some(selma.identity),
        unit: None,
        now: Some(clock.now()),
    };
    let verification = archive.verify(&options)?;
    tell("verified everything down to the contents with selma's key");
    Ok(Demo { archive: dir.join("archive"), cases, documents, moved, handover, verification })
}

/// Begins the handover of aisha's cases to tomas, who was briefed; the document says what is missing.
fn hand_over(selma: &Desk, tomas: &Desk, press: &Press) -> Result<(Unit, usize)> {
    let start = Start {
        leaver: "aisha".parse()?,
        to: Some(tomas.identity.id().clone()),
        assigned: BTreeMap::new(),
        cases: Vec::new(),
        mode: HandoverMode::Departure,
        last_day: None,
        names: BTreeMap::new(),
    };
    let unit = handover::start(selma, &start)?.unit;
    handover::sign_briefing(tomas, &unit)?;
    handover::file_documents(selma, press, &unit)?;
    let open = handover::status(selma, &unit)?.open_points().len();
    Ok((unit, open))
}

/// The documents of November for a case in `status`.
fn month_of(status: Status) -> Vec<(&'static str, Request)> {
    let today = business_date();
    let november = NaiveDate::from_ymd_opt(2016, 11, 1).zip(NaiveDate::from_ymd_opt(2016, 11, 30));
    let on = |date| Request::on(date);
    let report = Request { period: november, ..Request::on(today) };
    let mut documents = vec![("intake-assessment", on(today))];
    match status {
        Status::Open | Status::Inactive => {
            documents.extend([
                ("care-plan", on(today)),
                ("progress-report", report),
                ("case-note", on(today)),
            ]);
        }
        Status::AgedOut => documents.extend([("transition-plan", on(today)), ("progress-report", report)]),
        Status::Closed => documents.push(("closure-report", on(today))),
    }
    documents
}

fn make_folder(dir: &Path) -> Result<()> {
    std::fs::create_dir(dir).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            let problem = Problem::error("demo.exists", "this folder exists already")
                .hint("name a folder that does not exist, or delete this one")
                .at(Place::file(dir));
            Error::new(Class::Input, problem)
        }
        _ => Error::io("make the folder", dir, &error),
    })
}

fn make_keys(dir: &Path) -> Result<Vec<Identity>> {
    let folder = dir.join("keys");
    make_folder(&folder)?;
    crate::fs::write_atomic(&dir.join("passphrase"), PASSPHRASE.as_bytes())?;
    let passphrase = Passphrase::from(PASSPHRASE);
    let key = |(id, name, _): &(&str, &str, Role)| {
        let identity = Identity::generate(id.parse()?, name)?;
        let bytes = identity.to_file(&passphrase, WORK_FACTOR)?;
        crate::fs::write_atomic(&folder.join(format!("{id}.key")), &bytes)?;
        crate::fs::write_atomic(&folder.join(format!("{id}.pub")), identity.public().to_text().as_bytes())?;
        Ok(identity)
    };
    PEOPLE.iter().map(key).collect()
}

fn make_archive(dir: &Path, people: &[Identity], clock: &Clock) -> Result<Archive> {
    let founder = people.first().ok_or_else(|| nobody("nora"))?;
    let mut archive = Archive::init(dir, &Init { founder, recovery: None, test: false }, clock)?;
    for (person, (_, _, role)) in people.iter().zip(PEOPLE).skip(1) {
        archive.add_person(founder, &person.public(), &[role], clock)?;
    }
    Ok(archive)
}

fn write_records(from: &Dir, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).map_err(|error| Error::io("make the folder", to, &error))?;
    for file in from.files() {
        let name = file.path().file_name().unwrap_or_default();
        crate::fs::write_atomic(&to.join(name), file.contents())?;
    }
    from.dirs().try_for_each(|dir| write_records(dir, &to.join(dir.path().file_name().unwrap_or_default())))
}

fn record_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(dir).map_err(|error| Error::io("list", dir, &error))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    Ok(files)
}

fn nobody(id: &str) -> Error {
    let problem = Problem::error("demo.nobody", format!("an example names {id}, who has no key in the demo"));
    Error::new(Class::Unexpected, problem)
}
