//! What can go wrong with bytes on disk.

use crate::error::{Class, Error, Place, Problem};
use std::io::ErrorKind;
use std::path::Path;

fn error(class: Class, code: &'static str, message: impl Into<String>, path: &Path) -> Error {
    Error::new(class, Problem::error(code, message).at(Place::file(path)))
}

/// A failed system call on `path`, sorted by what it means for the archive.
pub(super) fn io(doing: &str, path: &Path, cause: &std::io::Error) -> Error {
    match cause.kind() {
        ErrorKind::PermissionDenied => {
            error(Class::Access, "store.denied", format!("not allowed to {doing}: permission denied"), path)
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            let problem = Problem::error("store.full", format!("cannot {doing}: no space left"))
                .hint("nothing was filed; make room and run the same command again");
            Error::new(Class::Unexpected, problem.at(Place::file(path)))
        }
        ErrorKind::ReadOnlyFilesystem => {
            error(Class::Access, "store.denied", format!("not allowed to {doing}: it is read-only"), path)
        }
        _ => Error::io(doing, path, cause),
    }
}

/// A name that no object may have.
pub(super) fn bad_name(name: &str) -> Error {
    let shown: String = name.chars().filter(char::is_ascii_graphic).take(80).collect();
    Error::new(
        Class::Unexpected,
        Problem::error("store.bad-name", format!("no object of an archive may be named `{shown}`")),
    )
}

/// Something that is no object lies where one should.
pub(super) fn foreign(path: &Path) -> Error {
    error(
        Class::Damage,
        "store.foreign",
        "this is a link or a device, not a file or folder of the archive; it is not followed",
        path,
    )
}

/// An object above the size that its kind may have.
pub(super) fn too_large(path: &Path, limit_bytes: u64) -> Error {
    error(
        Class::Damage,
        "store.too-large",
        format!("larger than {limit_bytes} bytes, the most that is read here"),
        path,
    )
}

/// A sync failed before; nothing is written any more.
pub(super) fn poisoned(root: &Path) -> Error {
    let message = "an earlier write could not be made durable, so nothing more is written in this run";
    let problem = Problem::error("store.poisoned", message)
        .hint("check the disk, start casefile again and run `casefile verify --level V1`");
    Error::new(Class::Unexpected, problem.at(Place::file(root)))
}

/// The file system cannot move a folder now.
pub(super) fn cannot_move(path: &Path) -> Error {
    let message = "the folder cannot be moved now; the change itself is filed and stands";
    let problem = Problem::error("store.cannot-move", message)
        .hint("close programs that have the folder open; the next `casefile settle` moves it");
    Error::new(Class::Busy, problem.at(Place::file(path)))
}

/// The folder is moved away again and again.
pub(super) fn cannot_write(root: &Path) -> Error {
    let message = "the folder was moved away each time it was written to; nothing was filed";
    let problem = Problem::error("store.moving", message).hint("run the same command again in a moment");
    Error::new(Class::Busy, problem.at(Place::file(root)))
}
