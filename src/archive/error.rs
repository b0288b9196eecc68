//! What can go wrong with an archive, each with its code, its class and the next step.

use super::case::Case;
use super::office::Matter;
use crate::error::{Class, Error, Place, Problem};
use crate::log::{Fault, NoteName, Person};
use crate::names::{PersonId, Status, Unit};
use std::path::Path;

fn error(class: Class, code: &'static str, message: impl Into<String>, hint: &str) -> Error {
    Error::new(class, Problem::error(code, message).hint(hint))
}

pub(super) fn not_an_archive(dir: &Path) -> Error {
    let problem = Problem::error("archive.none", "this is no casefile archive: it holds no casefile.json")
        .hint("name the archive with -C, or make one with `casefile init DIR --recovery FILE|none`");
    Error::new(Class::NotFound, problem.at(Place::file(dir)))
}

pub(super) fn root_damaged(path: &Path, reason: &str) -> Error {
    let problem = Problem::error("archive.root-damaged", format!("casefile.json is damaged: {reason}"))
        .hint("bring this file back from a backup; every copy of the archive holds the same");
    Error::new(Class::Damage, problem.at(Place::file(path)))
}

pub(super) fn not_a_root(path: &Path, reason: &str) -> Error {
    let problem =
        Problem::error("archive.not-a-root", format!("this is no archive's casefile.json: {reason}"))
            .hint("name the archive with -C");
    Error::new(Class::Input, problem.at(Place::file(path)))
}

pub(super) fn staff_damaged(path: &Path) -> Error {
    let message = "the first staff note is missing or damaged, so nobody's signature can be checked";
    let problem =
        Problem::error("archive.staff-damaged", message).hint("bring the folder staff/ back from a backup");
    Error::new(Class::Damage, problem.at(Place::file(path)))
}

pub(super) fn newer(what: &str) -> Error {
    let message = format!("written by a newer casefile: it asks for `{what}`, which this one does not know");
    error(Class::Input, "archive.newer", message, "update casefile and try again")
}

pub(super) fn occupied(dir: &Path) -> Error {
    let problem =
        Problem::error("archive.occupied", "an archive is made in an empty or new folder, this one is not")
            .hint("name another folder");
    Error::new(Class::Input, problem.at(Place::file(dir)))
}

pub(super) fn other_archive(dir: &Path) -> Error {
    let message = "this is another archive, not a copy of this one: nothing was copied";
    let problem = Problem::error("archive.other-archive", message)
        .hint("name a copy of this archive: its casefile.json is the same file, byte for byte");
    Error::new(Class::Input, problem.at(Place::file(dir)))
}

pub(super) fn no_case(unit: &Unit) -> Error {
    let message = format!("there is no {unit} in this archive");
    error(Class::NotFound, "archive.no-case", message, "`casefile list` shows what there is")
}

/// Nothing is filed into a destroyed folder (input), and nothing is found in it (not found).
pub(super) fn destroyed(class: Class, case: &Case) -> Error {
    let unit = case.unit();
    let on = case.steps().destroyed.map(|judged| judged.entry.time.day().to_string()).unwrap_or_default();
    let message = format!("{unit} was destroyed on {on}: its keys and documents are gone, its history stays");
    let hint = format!("casefile history {unit}; casefile dispose certificate {unit} -o FILE");
    error(class, "archive.destroyed", message, &hint)
}

pub(super) fn case_exists(unit: &Unit) -> Error {
    let message = format!("{unit} is in this archive already");
    let hint = "`casefile record CASE --put FILE` files a new version of its record";
    error(Class::Input, "archive.case-exists", message, hint)
}

pub(super) fn no_history(unit: &Unit) -> Error {
    let message = format!("the history of {unit} does not begin: its first entry is missing or invalid");
    let hint = "`casefile verify` names what is damaged; bring it back from a copy of the archive";
    error(Class::Damage, "archive.no-history", message, hint)
}

pub(super) fn rollback(what: &str, missing: &NoteName) -> Error {
    let message = format!("{what} is older than this client remembers: {missing} is gone");
    let hint = "nothing was written; find the newer copy of the archive, or ask who restored a backup";
    error(Class::Damage, "archive.rollback", message, hint)
}

pub(super) fn vanished(unit: &Unit) -> Error {
    let message = format!("{unit} is gone, and this client remembers it");
    let hint = "look for it in a newer copy of the archive, or ask who restored a backup";
    error(Class::Damage, "archive.vanished", message, hint)
}

pub(super) fn register_damaged(person: &PersonId, path: &str, reason: &str) -> Error {
    let problem = Problem::error("archive.register-damaged", format!("the register of {person} is damaged: {reason}")).hint(
        "nothing was written; bring it back from a copy of the archive. A person registers from one machine only",
    );
    Error::new(Class::Damage, problem.at(Place::file(path)))
}

pub(super) fn own_checkpoint() -> Error {
    let message = "nobody is the witness of their own checkpoint";
    error(Class::Access, "archive.own-checkpoint", message, "ask another person to cosign it")
}

pub(super) fn no_checkpoint(person: &PersonId) -> Error {
    let message = format!("{person} has no such checkpoint");
    error(Class::NotFound, "archive.no-checkpoint", message, "`casefile verify` lists the registers")
}

pub(super) fn reference_not_found(reference: &str) -> Error {
    let message = format!(
        "no history of this archive holds {reference}: the reference is mistyped, the page is of another archive, \
         or the archive is older than the page"
    );
    let hint = "compare the digits once more; if they are right, find the newer copy of the archive, or ask who \
                restored a backup";
    error(Class::Damage, "archive.reference-not-found", message, hint)
}

pub(super) fn unknown_register(place: &str) -> Error {
    let message =
        format!("{place} may not be read, so what was registered is not known; nothing was written");
    error(Class::Access, "archive.unknown-place", message, "ask for the right to read the archive's folders")
}

pub(super) fn registered_vanished(checkpoint: &str) -> Error {
    let message = format!("a folder that the checkpoint {checkpoint} names is gone");
    let hint = "nothing was written; find the newer copy of the archive, or ask who restored a backup";
    error(Class::Damage, "archive.vanished", message, hint)
}

/// A folder that others move to and fro faster than it can be read.
pub(super) fn moving(unit: &Unit) -> Error {
    let message = format!("{unit} is being moved by somebody else just now");
    busy("archive.moving", message, "run the same command again in a moment")
}

pub(super) fn busy(code: &'static str, message: String, hint: &str) -> Error {
    error(Class::Busy, code, message, hint)
}

pub(super) fn unknown_place(unit: &Unit, place: &str) -> Error {
    let message = format!("{place} may not be read, so what {unit} holds is not known; nothing was written");
    error(Class::Access, "archive.unknown-place", message, "ask for the right to read the archive's folders")
}

pub(super) fn not_on_roster(id: &PersonId) -> Error {
    let message = format!("{id} is not on this archive's roster");
    error(
        Class::Access,
        "archive.not-on-roster",
        message,
        "an administrator adds people: `casefile person add FILE.pub --role ROLE`",
    )
}

pub(super) fn no_role(id: &PersonId) -> Error {
    let message = format!("{id} has left or holds no role in this archive");
    error(Class::Access, "archive.no-role", message, "`casefile person list` shows who may act")
}

pub(super) fn other_key(id: &PersonId) -> Error {
    let message = format!("the key is not the one under which {id} stands on the roster");
    error(Class::Access, "archive.other-key", message, "use the key file whose .pub was added")
}

pub(super) fn not_a_reader(id: &PersonId, unit: &Unit) -> Error {
    let message = format!("{id} is no reader of {unit}, so the key does not open it");
    let list = if unit.is_office() { "casefile list --office" } else { "casefile list" };
    error(Class::Access, "archive.not-a-reader", message, &format!("`{list}` names the readers of each"))
}

pub(super) fn locked(unit: &Unit, sides: &[Vec<PersonId>]) -> Error {
    let message = format!("readers of {unit} were removed on two copies, and nobody is left whom both kept");
    let side = |side: &Vec<PersonId>| side.iter().map(PersonId::as_str).collect::<Vec<_>>().join(" or ");
    let sides: Vec<String> = sides.iter().map(side).collect();
    let hint = if sides.is_empty() {
        "nobody of either side is on the staff; docs/decisions says how its documents become a new case"
            .to_owned()
    } else {
        format!(
            "one side gives way, and then the other side reads ({}): casefile resolve {unit} --give-way --reason WHY",
            sides.join("; on the other side ")
        )
    };
    error(Class::Busy, "archive.locked", message, &hint)
}

pub(super) fn ended(id: &PersonId, unit: &Unit, until: chrono::NaiveDate) -> Error {
    let message = format!("the time of {id} as a reader of {unit} ended on {until}");
    let hint = format!("another reader can give more: casefile reader add {unit} {id} --until DATE");
    error(Class::Access, "archive.reader-ended", message, &hint)
}

pub(super) fn gap(unit: &Unit, what: &str) -> Error {
    let message = format!("{unit} lacks an entry that others build on, so {what}");
    error(Class::Damage, "archive.gap", message, "bring the missing entry back; `casefile verify` names it")
}

pub(super) fn must_stay(id: &PersonId, unit: &Unit) -> Error {
    let message = format!("a new key of {unit} is made by a reader who stays, and {id} would not");
    error(Class::Access, "archive.must-stay", message, "ask another reader to run the same command")
}

pub(super) fn no_reader(id: &PersonId, unit: &Unit) -> Error {
    let message = format!("{id} is no reader of {unit}");
    let hint = format!("casefile readers {unit} names them");
    error(Class::NotFound, "archive.no-reader", message, &hint)
}

pub(super) fn of_the_team(id: &PersonId, unit: &Unit) -> Error {
    let message = format!("{id} is of the team of {unit}, and the team reads its case");
    let hint = format!(
        "name somebody else in their place: casefile team {unit} --manager PERSON, or --supervisor PERSON"
    );
    error(Class::Input, "archive.of-the-team", message, &hint)
}

pub(super) fn overtaken(unit: &Unit) -> Error {
    let message = format!("somebody else changed the key of {unit} at the same time");
    error(Class::Busy, "archive.key-conflict", message, &format!("casefile rekey {unit} --deep"))
}

pub(super) fn unfinished(unit: &Unit) -> Problem {
    let message = format!("{unit} has its new key, but some of its objects are still sealed to older ones");
    Problem::error("archive.unfinished", message).hint(format!("casefile rekey {unit} --deep"))
}

pub(super) fn old_left(unit: &Unit) -> Problem {
    let message = format!("{unit} has its new key, but old envelopes or objects could not be deleted");
    Problem::error("archive.old-left", message).hint(format!("casefile rekey {unit} deletes them"))
}

pub(super) fn last_root_key(id: &PersonId) -> Error {
    let message = format!("{id} holds the only root key, without which the staff can never change again");
    let hint = "archives made with a recovery key can go on without their founder: `init --recovery FILE`";
    error(Class::Input, "archive.last-root-key", message, hint)
}

pub(super) fn refused(fault: &Fault) -> Error {
    let message = match fault {
        Fault::Authority(who) => format!("not allowed: this takes {who}"),
        _ => format!("not allowed: {fault}"),
    };
    error(Class::Access, "archive.not-allowed", message, "nothing was written; ask someone who may")
}

/// Why somebody whom a record names in its team cannot be a reader of the case.
pub(super) fn of_no_team(id: &PersonId, person: Option<&Person>) -> Problem {
    let (message, hint) = match person {
        None => (
            format!("{id}, whom the record names in `team`, is not on the roster"),
            format!(
                "correct the id, or an administrator runs: casefile person add {id}.pub --role case-manager"
            ),
        ),
        Some(person) if person.retired => (
            format!("{id}, whom the record names in `team`, has left"),
            "name who does the work now; `casefile person list` shows who is there".to_owned(),
        ),
        Some(_) => (
            format!("{id}, whom the record names in `team`, has no role that reads cases"),
            format!("an administrator runs: casefile person role {id} --role case-manager"),
        ),
    };
    Problem::error("archive.unusable-reader", message).hint(hint)
}

pub(super) fn unusable_reader(id: &PersonId) -> Error {
    let message = format!("{id} cannot read cases: not on the roster, gone, or only an administrator");
    error(
        Class::Input,
        "archive.unusable-reader",
        message,
        "`casefile person list` shows who holds which role",
    )
}

pub(super) fn unusable_office_reader(id: &PersonId) -> Error {
    let message = format!("{id} can read nothing: not on the roster, or gone");
    error(
        Class::Input,
        "archive.unusable-reader",
        message,
        "`casefile person list` shows who holds which role",
    )
}

pub(super) fn no_founder(id: &PersonId, matter: Matter, who: &str) -> Error {
    let message = format!("{id} may not found this {matter} folder; it is founded by: {who}");
    let hint =
        "ask one of these to found it; once it is there you can file into it, without being able to open it";
    error(Class::Access, "archive.matter-founder", message, hint)
}

pub(super) fn no_matter_reader(id: &PersonId, matter: Matter, who: &str) -> Error {
    let message = format!("{id} may not read this {matter} folder; it is read by: {who}");
    error(Class::Access, "archive.matter-reader", message, "name another reader")
}

/// Nobody whom a complaint is about takes part in its end.
pub(super) fn concerned_step(id: &PersonId, unit: &Unit) -> Error {
    let message = format!("{unit} is about {id}, who took part in its disposal");
    let hint = format!("casefile dispose cancel {unit} --reason WHY; then two others begin anew");
    error(Class::Access, "archive.matter-about", message, &hint)
}

/// Of two who follow each other in the disposal of a complaint one knows whom it is about.
pub(super) fn unseen_step(case: &Case) -> Error {
    let readers: Vec<String> = case.state().readers.iter().map(|reader| reader.id.to_string()).collect();
    let message =
        format!("whom {} is about, only its readers know, and one of them takes this step", case.unit());
    let hint = format!("ask one of its readers ({}) to run the same command", readers.join(", "));
    error(Class::Access, "archive.matter-step", message, &hint)
}

pub(super) fn reader_concerned(id: &PersonId, unit: &Unit) -> Error {
    let message = format!("{id} reads {unit}, and may not read what is said here");
    let hint = "nothing was filed: hand it in to a folder that another investigator founded; casefile list \
                --office names the readers of each";
    error(Class::Access, "archive.matter-about", message, hint)
}

pub(super) fn unknown_concerned(id: &PersonId) -> Error {
    let message = format!("{id} never stood on this archive's roster");
    error(Class::Input, "archive.matter-person", message, "`casefile person list` names the people")
}

pub(super) fn two_readers(unit: &Unit) -> Error {
    let message = format!("{unit} needs two living readers, so manager and supervisor must be two people");
    error(Class::Input, "archive.two-readers", message, "name another manager or supervisor")
}

pub(super) fn last_readers(id: &PersonId, units: &[Unit]) -> Error {
    let names: Vec<&str> = units.iter().map(Unit::as_str).collect();
    let message =
        format!("without {id} these folders would have fewer than two living readers: {}", names.join(", "));
    let first = names.first().copied().unwrap_or("CASE");
    let hint = format!(
        "hand these folders over first: casefile team {first} --manager PERSON (or --supervisor) --reason WHY; \
         whoever is removed for cause need not wait for that: casefile person retire {id} --for-cause"
    );
    error(Class::Input, "archive.two-readers", message, &hint)
}

pub(super) fn no_transition(unit: &Unit, from: Status, to: Status) -> Error {
    let after: Vec<&str> = crate::log::transition::after(from).into_iter().map(Status::word).collect();
    let message = format!("{unit} is {from} and cannot become {to}");
    error(
        Class::Input,
        "archive.no-transition",
        message,
        &format!("from {from} it can become {}", after.join(", ")),
    )
}

pub(super) fn bad_change(code: &'static str, message: impl Into<String>, hint: &str) -> Error {
    error(Class::Input, code, message, hint)
}

pub(super) fn damaged(path: &str, message: impl Into<String>) -> Error {
    let problem = Problem::error("archive.damaged", message).hint(
        "`casefile verify --level V1` shows what else is damaged; bring it back from a copy of the archive",
    );
    Error::new(Class::Damage, problem.at(Place::file(path)))
}

pub(super) fn no_document(id: &str) -> Error {
    let message = format!("there is no document {id} here");
    error(Class::NotFound, "archive.no-document", message, "`casefile show CASE` lists the documents")
}

pub(super) fn internal(what: &str) -> Error {
    Error::new(Class::Unexpected, Problem::error("archive.internal", format!("cannot {what}")))
}
