//! Packs: what leaves the archive for somebody, as one file that other programs open.
//!
//! A pack is a bag (`BagIt` 1.0, RFC 8493) in a tar archive: every file stands in a manifest with its SHA-256,
//! so that `bagit.py --validate` or plain `sha256sum -c` says whether it arrived whole. Sealing it is the
//! business of [`crate::seal::parcel`]. Nothing here reads an archive or a clock.

use crate::error::{Class, Error, Problem, Result};
use crate::names::Digest;
use chrono::NaiveDate;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The longest path of a file in a pack, in bytes.
const PATH_LIMIT_BYTES: usize = 120;

/// A bag in the making.
pub struct Bag {
    name: String,
    date: NaiveDate,
    files: BTreeMap<String, Vec<u8>>,
}

impl Bag {
    /// An empty bag. `name` becomes the folder that unpacking makes, and the bag's external identifier;
    /// `date` its bagging date.
    ///
    /// # Errors
    /// `pack.name` (input) where the name is not made of letters, digits, `.`, `_` and `-`.
    pub fn new(name: &str, date: NaiveDate) -> Result<Self> {
        check_path(name)?;
        if name.contains('/') {
            return Err(bad_name());
        }
        Ok(Self { name: name.to_owned(), date, files: BTreeMap::new() })
    }

    /// Puts a file into the bag, below `data/`.
    ///
    /// # Errors
    /// `pack.name` (input) where the path is not made of letters, digits, `.`, `_`, `-` and single slashes,
    /// is longer than 120 bytes, or is there already.
    pub fn add(&mut self, path: &str, bytes: Vec<u8>) -> Result<()> {
        check_path(path)?;
        match self.files.insert(path.to_owned(), bytes) {
            None => Ok(()),
            Some(_) => Err(bad_name()),
        }
    }

    /// The paths below `data/`, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The name of the folder that unpacking makes.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bag as a tar archive. The same files give the same bytes.
    ///
    /// # Errors
    /// `pack.write` (unexpected) where the tar archive cannot be made.
    pub fn tar(&self) -> Result<Vec<u8>> {
        let mut tar = tar::Builder::new(Vec::new());
        for (path, bytes) in self.members() {
            self.append(&mut tar, &path, &bytes)?;
        }
        tar.into_inner().map_err(|_| unwritten())
    }

    /// Every file of the bag with its path in it, the tag files first: for a bag that is a plain folder.
    pub fn members(&self) -> Vec<(String, Cow<'_, [u8]>)> {
        let manifest =
            manifest(self.files.iter().map(|(path, bytes)| (format!("data/{path}"), bytes.as_slice())));
        let tags = [
            ("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".to_owned()),
            ("bag-info.txt", self.info()),
            ("manifest-sha256.txt", manifest),
        ];
        let seal = ("tagmanifest-sha256.txt", manifest_of_tags(&tags));
        let tags = tags.into_iter().chain([seal]);
        let tags = tags.map(|(path, text)| (path.to_owned(), Cow::Owned(text.into_bytes())));
        let files = self.files.iter();
        tags.chain(files.map(|(path, bytes)| (format!("data/{path}"), Cow::Borrowed(bytes.as_slice()))))
            .collect()
    }

    fn info(&self) -> String {
        let bytes: usize = self.files.values().map(Vec::len).sum();
        format!(
            "Bag-Software-Agent: casefile {}\nBagging-Date: {}\nExternal-Identifier: {}\nPayload-Oxum: {bytes}.{}\n",
            env!("CARGO_PKG_VERSION"),
            self.date,
            self.name,
            self.files.len(),
        )
    }

    /// One file, for its owner only and without anything of this machine.
    fn append(&self, tar: &mut tar::Builder<Vec<u8>>, path: &str, bytes: &[u8]) -> Result<()> {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        let noon = self.date.and_hms_opt(12, 0, 0).map_or(0, |noon| noon.and_utc().timestamp());
        header.set_mtime(u64::try_from(noon).unwrap_or(0));
        tar.append_data(&mut header, format!("{}/{path}", self.name), bytes).map_err(|_| unwritten())
    }
}

fn manifest<'a>(files: impl Iterator<Item = (String, &'a [u8])>) -> String {
    let mut text = String::new();
    for (path, bytes) in files {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}  {path}", Digest::of(bytes));
    }
    text
}

fn manifest_of_tags(tags: &[(&str, String)]) -> String {
    manifest(tags.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes())))
}

fn check_path(path: &str) -> Result<()> {
    let safe = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
    };
    let fits = path.len() <= PATH_LIMIT_BYTES && path.split('/').all(safe);
    if fits { Ok(()) } else { Err(bad_name()) }
}

fn bad_name() -> Error {
    let problem =
        Problem::error("pack.name", "a file of a pack has no name that every system takes, or one twice");
    Error::new(Class::Input, problem.hint("use letters, digits, `.`, `_` and `-`, each name once"))
}

fn unwritten() -> Error {
    Error::new(Class::Unexpected, Problem::error("pack.write", "the pack could not be put together"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bag() -> Bag {
        let mut bag = Bag::new("HANDOVER-2016-0001", "2016-12-01".parse().expect("a date")).expect("a bag");
        bag.add("UASC-2016-0012/care-plan.pdf", b"plan".to_vec()).expect("a path");
        bag.add("index.txt", b"index".to_vec()).expect("a path");
        bag
    }

    #[test]
    fn the_same_files_give_the_same_bytes() {
        assert_eq!(bag().tar().expect("a tar"), bag().tar().expect("a tar"));
    }

    #[test]
    fn a_path_that_leaves_the_bag_or_stands_twice_is_refused() {
        let mut bag = bag();
        for path in ["../x", "/x", "a//b", "a/./b", ".hidden", "index.txt", "sp ace", "a\nb"] {
            assert!(bag.add(path, Vec::new()).is_err(), "{path}");
        }
    }
}
