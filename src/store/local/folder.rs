//! A folder held open, so that it can be made durable wherever somebody moves it meanwhile.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// A folder that was at `path` when it was opened.
pub(super) struct OpenFolder {
    pub(super) path: PathBuf,
    #[cfg(unix)]
    handle: std::fs::File,
}

impl OpenFolder {
    /// Opens the folder at `path`.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            #[cfg(unix)]
            handle: std::fs::File::open(path)?,
        })
    }

    /// Makes the names in it durable, where the file system knows such a call.
    pub(super) fn sync(&self) -> io::Result<()> {
        #[cfg(unix)]
        let result = self.handle.sync_all();
        #[cfg(not(unix))]
        let result = crate::fs::sync_folder(&self.path);
        match result {
            Err(e) if matches!(e.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
            result => result,
        }
    }

    /// Whether the folder at the path is still this one.
    pub(super) fn is_in_place(&self) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            let place = |m: std::fs::Metadata| (m.dev(), m.ino());
            let (here, there) = (self.handle.metadata(), std::fs::symlink_metadata(&self.path));
            here.is_ok_and(|here| there.is_ok_and(|there| place(here) == place(there)))
        }
        #[cfg(not(unix))]
        self.path.is_dir()
    }
}
