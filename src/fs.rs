//! Files: reading with a bound, writing so that a reader sees all or nothing.
//!
//! Every error names its path.

use crate::error::{Class, Error, Place, Problem, Result};
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

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

/// Writes a file so that it is either there whole or not at all, and is on disk when this returns.
///
/// An existing file is replaced in one step.
///
/// # Errors
/// The system's error with the path; the old content stands then.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = folder_of(path);
    let write = || -> std::io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(".tmp-").tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|e| e.error)?;
        sync_folder(folder)
    };
    write().map_err(|e| Error::io("write it", path, &e))
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
        Err(e) if matches!(e.kind(), std::io::ErrorKind::InvalidInput | std::io::ErrorKind::Unsupported) => {
            Ok(())
        }
        result => result,
    }
}
