//! Files: reading with a bound, writing so that a reader sees all or nothing.
//!
//! Every error names its path.

use crate::error::{Class, Error, Place, Problem, Result};
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use tempfile::{NamedTempFile, PersistError};

/// Reads a whole file of at most `limit_bytes`.
///
/// # Errors
/// `file.too-large` (input) where it is larger; the system's error with the path otherwise.
pub fn read(path: &Path, limit_bytes: u64) -> Result<Vec<u8>> {
    let file = File::open(path).map_err(|e| Error::io("open it", path, &e))?;
    let mut bytes = Vec::new();
    file.take(limit_bytes + 1).read_to_end(&mut bytes).map_err(|e| Error::io("read it", path, &e))?;
    if bytes.len() as u64 > limit_bytes {
        let message = format!("the file is larger than {limit_bytes} bytes, the most that is read here");
        let problem = Problem::error("file.too-large", message).at(Place::file(path));
        return Err(Error::new(Class::Input, problem));
    }
    Ok(bytes)
}

/// Writes a file so that it is either there whole or not at all, and is on disk when this returns. Nobody but
/// its owner may read it, whatever the umask says.
///
/// An existing file is replaced in one step; a link is replaced, not followed.
///
/// # Errors
/// The system's error with the path; the old content stands then.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<()> {
    write(path, bytes, |file| file.persist(path)).map_err(|e| Error::io("write it", path, &e))
}

/// The same for a file that must not be there yet. Of two who write it at once, one succeeds.
///
/// # Errors
/// `file.exists` (input) where anything has that name already, and it stands; the system's error otherwise.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    write(path, bytes, |file| file.persist_noclobber(path)).map_err(|e| match e.kind() {
        ErrorKind::AlreadyExists => exists(path),
        _ => Error::io("write it", path, &e),
    })
}

/// Refuses a path that has a file, a folder or a link already, before work is begun that would be for nothing.
///
/// # Errors
/// `file.exists` (input).
pub fn check_absent(path: &Path) -> Result<()> {
    if path.symlink_metadata().is_ok() { Err(exists(path)) } else { Ok(()) }
}

fn exists(path: &Path) -> Error {
    let problem =
        Problem::error("file.exists", "there is a file of that name already").hint("choose another name");
    Error::new(Class::Input, problem).in_file(path)
}

/// Whether what is made again and again may be written here: where nothing lies, or an older one of its sort,
/// which begins with `mark`; never in the place of a record, a key or anything else.
///
/// # Errors
/// `file.exists` (input) where something else lies there; `what` is what it is not.
pub fn check_replaces(path: &Path, mark: &[u8], what: &str) -> Result<()> {
    let Ok(file) = File::open(path) else { return Ok(()) };
    let mut begins = Vec::new();
    match file.take(mark.len() as u64).read_to_end(&mut begins) {
        Ok(_) if begins == mark || begins.is_empty() => Ok(()),
        _ => {
            let message = format!("there is a file of that name already, and it is no {what}");
            let problem = Problem::error("file.exists", message)
                .hint(format!("choose another name: nothing but an older {what} is replaced"));
            Err(Error::new(Class::Input, problem).in_file(path))
        }
    }
}

/// Writes a temporary file beside `path`, makes it durable and lets `name` give it its name.
fn write(
    path: &Path,
    bytes: &[u8],
    name: impl FnOnce(NamedTempFile) -> std::result::Result<File, PersistError>,
) -> std::io::Result<()> {
    let folder = folder_of(path);
    let mut file = tempfile::Builder::new().prefix(".tmp-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    name(file).map_err(|e| e.error)?;
    sync_folder(folder)
}

/// The folder a path lies in, `.` for a bare name.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes the names in a folder durable.
///
/// # Errors
/// The system's error, except where the file system knows no such call.
pub fn sync_folder(folder: &Path) -> std::io::Result<()> {
    match File::open(folder).and_then(|f| f.sync_all()) {
        Err(e) if matches!(e.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_takes_nobodys_place_and_is_its_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link) = (dir.path().join("aisha.key"), dir.path().join("link"));
        write_new(&file, b"first").unwrap();
        assert_eq!(write_new(&file, b"second").unwrap_err().problems()[0].code, "file.exists");
        assert_eq!(check_absent(&file).unwrap_err().class(), Class::Input);
        assert_eq!(read(&file, 10).unwrap(), b"first");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
            std::os::unix::fs::symlink("nowhere", &link).unwrap();
            assert!(
                check_absent(&link).is_err() && write_new(&link, b"x").is_err(),
                "a link is something too"
            );
        }
        let names = std::fs::read_dir(dir.path()).unwrap().count();
        assert_eq!(names, if cfg!(unix) { 2 } else { 1 }, "nothing temporary is left");
    }
}
