//! Bytes on disk: named, immutable objects and nothing about their meaning.
//!
//! A [`Store`] keeps what the archive hands it and gives it back. It knows no keys, no entries and no
//! cases. [`LocalStore`] keeps an archive in a folder of this machine; the documentation of the trait is
//! the contract for every other one, and [`conformance`] checks it.
//!
//! The invariant: what a store has said is done survives a power cut, and no name ever shows half an
//! object.

#[doc(hidden)]
pub mod conformance;
mod error;
#[doc(hidden)]
pub mod failing;
mod local;
mod name;
#[doc(hidden)]
pub mod sim;
mod walk;

pub use local::LocalStore;
#[doc(hidden)]
pub use local::Step;

use crate::error::Result;
use crate::names::Digest;
use chrono::{DateTime, Utc};
use std::path::PathBuf;

/// One object of a listing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// Its whole name, such as `open/UASC-2016-0012-O/<hash>.age`.
    pub name: String,
    /// Its length.
    pub size_bytes: u64,
}

/// What a listing found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// Whether there is such a folder. An absent folder lists nothing and is no error.
    pub present: bool,
    /// The objects in it and in its folders, by name in byte order.
    pub objects: Vec<Object>,
    /// What lies there but can be no object: links, devices, names that no object may have. Never read
    /// and never followed; the names are for messages only.
    pub foreign: Vec<String>,
    /// Folders *inside* the listed one that may not be read. What they hold is **unknown**, not nothing.
    pub denied: Vec<String>,
}

/// Where the objects of an archive lie.
///
/// # Names
/// A name is one to four parts of `A–Z a–z 0–9 . _ -`, joined by `/`, at most 160 bytes; no part is `.`
/// or `..`. Any other name is refused with `store.bad-name` before anything is touched. Folders exist as
/// far as objects lie in them: a put makes the folders it needs.
///
/// # Objects
/// An object is whole or absent: no reader ever sees a part of one, whatever happens to the writer. One
/// name stands for one content for ever (all names but `casefile.json` carry their hash), so a put of a
/// name that is there already succeeds, and whether it writes again does not matter. Nothing else
/// changes an object.
///
/// # Durability
/// When `put_batch`, `rename_folder` or `remove` returns success, its effect survives a power cut. When
/// it returns an error, any part of its effect may be there, now or after a restart: each object of
/// the batch whole or absent. Calls are independent: an object of an earlier successful put is never lost
/// by a later failing one. Whoever needs an order (objects first, then the entry that names them) makes
/// two calls.
///
/// A store that could not make something durable (a failed sync) is *poisoned*: every later writing call
/// returns `store.poisoned`, because the system may have thrown the unwritten data away and would say
/// success the next time. Reading goes on.
///
/// # Absent, denied, foreign
/// Absent is `Ok` where the return type can say so, otherwise class *not found*. What may not be read
/// is class *access* (`store.denied`), never absent: nobody must take a folder for empty because it is
/// closed to them. Links are never followed: they list as foreign, and reading one is `store.foreign`.
///
/// # Concurrency
/// Every call may run beside any other, of this process or another. There is no lock and none is needed.
pub trait Store: Send + Sync {
    /// Everything under a folder, at any depth, with sizes; `""` lists the whole archive.
    ///
    /// An object that appears or goes during the call may be listed or not.
    ///
    /// # Errors
    /// `store.denied` (access) where the folder itself may not be read; the system's error otherwise.
    fn list(&self, folder: &str) -> Result<Listing>;

    /// The same for those who need no sizes: where the store would have to ask for each, they are 0.
    ///
    /// # Errors
    /// As [`Store::list`].
    fn names(&self, folder: &str) -> Result<Listing> {
        self.list(folder)
    }

    /// What lies directly in a folder and is no folder that objects may lie in; these are passed over.
    ///
    /// # Errors
    /// As [`Store::list`].
    fn shallow(&self, folder: &str) -> Result<Listing> {
        let Listing { present, mut objects, mut foreign, mut denied } = self.list(folder)?;
        let start = if folder.is_empty() { 0 } else { folder.len() + 1 };
        let direct = |name: &str| name.get(start..).is_some_and(|rest| !rest.contains('/'));
        objects.retain(|object| direct(&object.name));
        foreign.retain(|name| direct(name));
        denied.retain(|name| direct(name));
        Ok(Listing { present, objects, foreign, denied })
    }

    /// The names of the folders directly in a folder, without those that no object may lie in, in byte
    /// order; none where it is absent.
    ///
    /// # Errors
    /// As [`Store::list`].
    fn folders(&self, folder: &str) -> Result<Vec<String>>;

    /// The bytes of one object, of at most `limit_bytes`.
    ///
    /// # Errors
    /// Class *not found* where it is absent; `store.too-large` (damage: listings give sizes) where it is
    /// larger; `store.denied` (access); `store.foreign` (damage).
    fn read(&self, name: &str, limit_bytes: u64) -> Result<Vec<u8>>;

    /// The hashes of the bytes of some objects, each of at most `limit_bytes`, in the order of the names.
    ///
    /// # Errors
    /// As [`Store::read`], for each object by itself.
    fn digests(&self, names: &[&str], limit_bytes: u64) -> Vec<Result<Digest>> {
        names.iter().map(|name| Ok(Digest::of(&self.read(name, limit_bytes)?))).collect()
    }

    /// The length of one object, `None` where it is absent.
    ///
    /// # Errors
    /// `store.denied` (access), `store.foreign` (damage), the system's error.
    fn size(&self, name: &str) -> Result<Option<u64>>;

    /// Writes objects and makes all of them durable, with one barrier for the batch.
    ///
    /// # Errors
    /// `store.denied` (access) where nothing may be written there; the system's error otherwise (a full
    /// disk included). Nothing, some or all of the batch is there then, each object whole.
    fn put_batch(&self, batch: &[(String, Vec<u8>)]) -> Result<()>;

    /// Moves all objects directly in one folder to another; says whether there was anything to move.
    ///
    /// Where the target exists already, the objects join those in it. What is foreign stays where it is
    /// if it cannot move with the folder as a whole. The place of a folder is a convenience, never truth:
    /// a caller that has filed a change of status reports a failed move and stands by the change.
    ///
    /// # Errors
    /// `store.cannot-move` (busy) where the file system cannot move it now, for example to another
    /// device; objects may then lie in both folders, each whole, and calling again goes on.
    fn rename_folder(&self, from: &str, to: &str) -> Result<bool>;

    /// Deletes one object; says whether it was there.
    ///
    /// # Errors
    /// `store.denied` (access); the system's error otherwise.
    fn remove(&self, name: &str) -> Result<bool>;

    /// When an object was last written, where the store can say so; `None` where it is absent or cannot.
    /// Only for telling a write that is under way from one that was given up: nothing else may depend on it.
    ///
    /// # Errors
    /// As [`Store::size`].
    fn written(&self, _name: &str) -> Result<Option<DateTime<Utc>>> {
        Ok(None)
    }

    /// Deletes objects with one barrier for all of them; absent ones are passed over.
    ///
    /// # Errors
    /// As [`Store::remove`]; any of them may be deleted then.
    fn remove_batch(&self, names: &[String]) -> Result<()> {
        names.iter().try_for_each(|name| self.remove(name).map(drop))
    }

    /// Takes away a folder in which nothing lies; says whether there was one. One in which anything lies
    /// stays, and so does everything in it, whoever writes there meanwhile. A store that has folders only as
    /// far as objects lie in them has nothing to take away.
    ///
    /// # Errors
    /// `store.denied` (access); the system's error otherwise.
    fn remove_folder(&self, _folder: &str) -> Result<bool> {
        Ok(false)
    }

    /// Where a person finds an object or folder, for messages; `None` where that is no path.
    fn location(&self, name: &str) -> Option<PathBuf>;
}
