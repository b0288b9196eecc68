//! Which names an object may have, and where they lead.

use super::error;
use crate::error::Result;
use std::path::{Path, PathBuf};

/// The longest name, so that archives fit every common file system.
const LONGEST: usize = 160;
/// Folders within folders, the object included.
pub(super) const DEEPEST: usize = 4;

/// The path of an object or folder below `root`; `""` is the root itself.
pub(super) fn path(root: &Path, name: &str) -> Result<PathBuf> {
    if !name.is_empty() && !is_good(name) {
        return Err(error::bad_name(name));
    }
    let parts = name.split('/');
    Ok(parts.filter(|part| !part.is_empty()).fold(root.to_owned(), |path, part| path.join(part)))
}

/// Whether an object or folder may have this name.
pub(super) fn is_good(name: &str) -> bool {
    let parts = || name.split('/');
    name.len() <= LONGEST && parts().count() <= DEEPEST && parts().all(is_part)
}

/// Whether this may be one part of a name.
pub(super) fn is_part(part: &str) -> bool {
    !part.is_empty() && part != "." && part != ".." && part.bytes().all(|b| PLAIN[usize::from(b)])
}

/// Which bytes a name may have: every name is checked whenever it is listed or read.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        plain[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        byte += 1;
    }
    plain
};

/// `folder/part`, or `part` in the root.
pub(super) fn join(folder: &str, part: &str) -> String {
    if folder.is_empty() { part.to_owned() } else { [folder, "/", part].concat() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_every_name_that_could_leave_the_archive() {
        let root = Path::new("/archive");
        for bad in
            ["..", "a/..", "../a", "/a", "a/", "a//b", ".", "a b", "ä", "a\\b", "a\nb", "c:x", "a/b/c/d/e"]
        {
            assert!(path(root, bad).is_err(), "{bad:?}");
        }
        assert!(path(root, &"a".repeat(161)).is_err());
        assert_eq!(path(root, "open/X-O/a.age").unwrap(), Path::new("/archive/open/X-O/a.age"));
        assert_eq!(path(root, "").unwrap(), root);
    }
}
