//! Reading files through their folder, held open, so that the way to it is walked once and not for each.

use super::LocalStore;
use crate::store::name;
#[cfg(unix)]
use rustix::fs::{Mode, OFlags, open, openat};
use std::fs::File;
#[cfg(unix)]
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The folder last read from. It is let go whenever something is listed or written, so whoever lists a
/// folder and reads what it named reads from what lies at that place then.
#[derive(Default)]
pub(super) struct Near(Mutex<Option<Arc<Held>>>);

struct Held {
    name: String,
    #[cfg(unix)]
    folder: OwnedFd,
}

impl Near {
    /// Lets the folder go.
    pub(super) fn forget(&self) {
        *self.slot() = None;
    }

    fn slot(&self) -> MutexGuard<'_, Option<Arc<Held>>> {
        // What it holds is whole at any moment.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LocalStore {
    /// Opens an object through its folder; gives its length too. `None` where that is not possible for
    /// whatever reason: the long way says why.
    #[cfg(unix)]
    pub(super) fn open_near(&self, object: &str) -> Option<(File, u64)> {
        let (folder, file) = object.rsplit_once('/').filter(|_| name::is_good(object))?;
        let held = self.hold(folder)?;
        // No link is followed, and a pipe under this name does not wait for somebody to write.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
        let file = File::from(openat(&held.folder, file, flags, Mode::empty()).ok()?);
        let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
        Some((file, metadata.len()))
    }

    #[cfg(not(unix))]
    pub(super) fn open_near(&self, _object: &str) -> Option<(File, u64)> {
        None
    }

    /// The folder of this name, no part of whose way is a link.
    #[cfg(unix)]
    fn hold(&self, folder: &str) -> Option<Arc<Held>> {
        let held = self.near.slot().clone();
        if let Some(held) = held.filter(|held| held.name == folder) {
            return Some(held);
        }
        let (path, found) = self.resolve(folder).ok()?;
        found.filter(std::fs::Metadata::is_dir)?;
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::DIRECTORY;
        let opened = open(&path, flags, Mode::empty()).ok()?;
        let held = Arc::new(Held { name: folder.to_owned(), folder: opened });
        *self.near.slot() = Some(Arc::clone(&held));
        Some(held)
    }
}
