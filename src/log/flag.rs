//! What a person should know about a folder.

/// Something a person should know about a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// An entry names a parent that is missing.
    Gap,
    /// Two folders carry this label.
    Twins,
    /// An entry is invalid.
    Invalid,
    /// A file that should be an entry is damaged.
    Damaged,
    /// An entry is late.
    Late,
    /// Concurrent entries set different statuses; the earliest stands.
    StatusConflict,
    /// Concurrent entries set different teams.
    TeamConflict,
    /// Concurrent entries changed readers or keys.
    KeyConflict,
    /// Concurrent entries set different labels.
    LabelConflict,
    /// Concurrent entries amended documents; both versions stand.
    AmendConflict,
    /// An operation this program does not know.
    UnknownEvent,
    /// Something that must be understood to write, and is not.
    Newer,
    /// The folder is on hold.
    Hold,
    /// A disposal was decided but is void.
    DisposalVoid,
    /// Something arrived after the folder was destroyed; it has no effect.
    AfterDestruction,
    /// A time lies more than a day before that of a parent.
    Clock,
    /// A head this client remembers is gone.
    Rollback,
    /// The whole folder is gone that this client remembers.
    Vanished,
    /// A place in which the folder may lie could not be read.
    Unknown,
    /// Only one reader is left.
    OneReader,
    /// No reader is left who is on the staff.
    NoReader,
    /// Its files lie under another status than its own.
    Misplaced,
}

impl Flag {
    /// The word in listings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Gap => "gap",
            Self::Twins => "twins",
            Self::Invalid => "invalid-entry",
            Self::Damaged => "damaged-entry",
            Self::Late => "late-entry",
            Self::StatusConflict => "status-conflict",
            Self::TeamConflict => "team-conflict",
            Self::KeyConflict => "key-conflict",
            Self::LabelConflict => "label-conflict",
            Self::AmendConflict => "amend-conflict",
            Self::UnknownEvent => "unknown-event",
            Self::Newer => "newer-version",
            Self::Hold => "hold",
            Self::DisposalVoid => "disposal-void",
            Self::AfterDestruction => "after-destruction",
            Self::Clock => "clock",
            Self::Rollback => "rollback",
            Self::Vanished => "vanished",
            Self::Unknown => "unknown-place",
            Self::OneReader => "one-reader",
            Self::NoReader => "no-reader",
            Self::Misplaced => "misplaced",
        }
    }
}
