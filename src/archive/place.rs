//! Which names an archive has, and where a folder belongs.

use super::register::RegisterFile;
use crate::log::NoteName;
use crate::names::{Digest, PersonId, Status, Unit};

/// The prefix of folders about the work.
pub(super) const OFFICE: &str = "office";
/// The prefix of key envelopes.
pub(super) const KEYS: &str = "keys";
/// The prefix of staff notes.
pub(super) const STAFF: &str = "staff";

/// A place in which a folder may lie: `open/UASC-2016-0012-O` or `office/STAFF-2026-0007`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FolderPlace {
    pub(super) unit: Unit,
    /// The status of the prefix, none for office folders.
    pub(super) prefix: Option<Status>,
    /// The status of the label's code, none for office folders.
    pub(super) code: Option<Status>,
}

impl FolderPlace {
    /// Where a folder of this status belongs.
    pub(super) fn of(unit: &Unit, status: Option<Status>) -> Self {
        Self { unit: unit.clone(), prefix: status, code: status }
    }

    /// Every place in which a folder may lie, the right ones first.
    pub(super) fn all(unit: &Unit) -> Vec<Self> {
        if unit.is_office() {
            return vec![Self::of(unit, None)];
        }
        let right = Status::ALL.map(|status| Self::of(unit, Some(status)));
        let stale = Status::ALL.iter().flat_map(|prefix| {
            let others = Status::ALL.into_iter().filter(move |code| code != prefix);
            others.map(|code| Self { unit: unit.clone(), prefix: Some(*prefix), code: Some(code) })
        });
        right.into_iter().chain(stale).collect()
    }

    /// Its name in the store.
    pub(super) fn path(&self) -> String {
        match (self.prefix, self.code) {
            (Some(prefix), Some(code)) => format!("{prefix}/{}", self.unit.label(code)),
            _ => format!("{OFFICE}/{}", self.unit),
        }
    }

    /// The folder's own name.
    pub(super) fn label(&self) -> String {
        self.code.map_or_else(|| self.unit.to_string(), |code| self.unit.label(code))
    }

    fn parse(prefix: &str, label: &str) -> Option<Self> {
        if prefix == OFFICE {
            let unit: Unit = label.parse().ok()?;
            return unit.is_office().then(|| Self::of(&unit, None));
        }
        let prefix: Status = prefix.parse().ok()?;
        let (unit, code) = label.rsplit_once('-')?;
        let unit: Unit = unit.parse().ok()?;
        let code = Status::ALL.into_iter().find(|status| status.code() == code)?;
        (!unit.is_office()).then_some(Self { unit, prefix: Some(prefix), code: Some(code) })
    }
}

/// What a name in the archive says about the object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    Root,
    Staff(NoteName),
    Envelope(Unit, Digest),
    Object(FolderPlace, Digest),
    Entry(FolderPlace, NoteName),
    Snapshot(FolderPlace, NoteName),
    Register(PersonId, NoteName, RegisterFile),
    /// `escrow/` and `claims/`: kept for later.
    Reserved,
    /// A temporary file of an unfinished write.
    Temporary,
    /// Anything else: never read.
    Foreign,
}

impl Name {
    /// Reads a whole name.
    pub(super) fn parse(name: &str) -> Self {
        let parts: Vec<&str> = name.split('/').collect();
        if parts.last().is_some_and(|last| last.starts_with(".tmp-")) {
            return Self::Temporary;
        }
        Self::of_parts(&parts).unwrap_or(Self::Foreign)
    }

    fn of_parts(parts: &[&str]) -> Option<Self> {
        match parts {
            [crate::log::root::ROOT_FILE] => Some(Self::Root),
            ["escrow" | "claims", ..] => Some(Self::Reserved),
            [STAFF, file] => Some(Self::Staff(note(file)?)),
            [KEYS, unit, file] => Some(Self::Envelope(unit.parse().ok()?, object(file)?)),
            [super::register::REGISTER, person, file] => {
                let (name, kind) = RegisterFile::parse(file)?;
                Some(Self::Register(person.parse().ok()?, name, kind))
            }
            [prefix, label, file] => {
                let place = FolderPlace::parse(prefix, label)?;
                if let Some(hash) = object(file) {
                    return Some(Self::Object(place, hash));
                }
                if let Some(name) = file.strip_suffix(".snap") {
                    return Some(Self::Snapshot(place, name.parse().ok()?));
                }
                Some(Self::Entry(place, note(file)?))
            }
            _ => None,
        }
    }
}

/// `<h>.age`.
fn object(file: &str) -> Option<Digest> {
    file.strip_suffix(".age")?.parse().ok()
}

/// `<seq>-<h>.note`.
fn note(file: &str) -> Option<NoteName> {
    file.strip_suffix(".note")?.parse().ok()
}

/// Whether a whole name ends as that of an entry does.
pub(super) fn is_note(name: &str) -> bool {
    name.rsplit('/').next().is_some_and(|file| note(file).is_some())
}

/// The first entry that has this whole name, if it is one.
pub(super) fn beginning(name: &str) -> Option<NoteName> {
    let file = name.rsplit('/').next().filter(|file| file.starts_with("00000000-"))?;
    note(file).filter(|name| name.seq == 0)
}

/// The folder names below one prefix, as units; others are foreign.
pub(super) fn unit_of_folder(prefix: &str, label: &str) -> Option<Unit> {
    FolderPlace::parse(prefix, label).map(|place| place.unit)
}

/// The prefixes below which folders lie.
pub(super) fn prefixes() -> [&'static str; 5] {
    ["open", "inactive", "aged-out", "closed", OFFICE]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_may_lie_under_sixteen_names_and_the_right_ones_come_first() {
        let unit: Unit = "UASC-2016-0012".parse().expect("a unit");
        let places = FolderPlace::all(&unit);
        assert_eq!(places.len(), 16);
        assert_eq!(places[1].path(), "inactive/UASC-2016-0012-IA");
        assert!(places[..4].iter().all(|place| place.prefix == place.code));
    }

    #[test]
    fn what_does_not_match_is_foreign() {
        let hash = Digest::of(b"x");
        let good = [
            format!("open/UASC-2016-0012-O/{hash}.age"),
            format!("closed/UASC-2016-0012-O/00000003-{hash}.note"),
            format!("office/STAFF-2026-0007/{hash}.age"),
            format!("keys/UASC-2016-0012/{hash}.age"),
            format!("staff/00000000-{hash}.note"),
            "casefile.json".to_owned(),
        ];
        assert!(good.iter().all(|name| Name::parse(name) != Name::Foreign));
        let foreign = [
            format!("open/UASC-2016-0012/{hash}.age"),
            format!("open/STAFF-2026-0007-O/{hash}.age"),
            format!("office/UASC-2016-0012/{hash}.age"),
            format!("open/UASC-2016-0012-O/{hash} (conflict).age"),
            format!("open/UASC-2016-0012-O/3-{hash}.note"),
            "open/UASC-2016-0012-O/.DS_Store".to_owned(),
            "notes.txt".to_owned(),
        ];
        for name in foreign {
            assert_eq!(Name::parse(&name), Name::Foreign, "{name}");
        }
        assert_eq!(Name::parse("escrow/x"), Name::Reserved);
        assert_eq!(Name::parse("open/.tmp-1"), Name::Temporary);
    }
}
