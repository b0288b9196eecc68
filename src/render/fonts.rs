//! The fonts: our own set inside the program, and further folders that the caller names.
//!
//! Templates set their text with `fallback: false` and the list in `data.fonts`, so that a page never
//! depends on what a machine has installed.

use crate::document::shipped;
use crate::error::{Class, Error, Place, Problem, Result};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use typst::foundations::Bytes;
use typst::text::{Font, FontInfo};
use typst_kit::fonts::FontStore;

/// The embedded fonts, read once in a process.
static EMBEDDED: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let folder = shipped().get_dir("_shared/fonts");
    let files = folder.into_iter().flat_map(include_dir::Dir::files);
    let fonts = files.filter(|file| file.path().extension().is_some_and(|e| e == "ttf"));
    fonts.filter_map(|file| Font::new(Bytes::new(file.contents()), 0)).collect()
});

/// The fonts of one engine.
pub(super) struct Fonts {
    pub(super) store: FontStore,
    /// Families of the further folders that the embedded set lacks, sorted.
    further: Vec<String>,
}

impl Fonts {
    /// The embedded fonts and those of `folders`, searched recursively.
    ///
    /// # Errors
    /// A folder that cannot be read, or holds no font.
    pub(super) fn load(folders: &[PathBuf]) -> Result<Self> {
        let mut store = FontStore::new();
        store.extend(EMBEDDED.iter().map(|font| (font.clone(), font.info().clone())));
        let own: BTreeSet<String> = EMBEDDED.iter().map(|font| font.info().family.clone()).collect();
        let mut further = BTreeSet::new();
        for folder in folders {
            let found = scan(folder)?;
            further.extend(found.iter().map(|(_, info)| info.family.clone()));
            store.extend(found);
        }
        Ok(Self { store, further: further.difference(&own).cloned().collect() })
    }

    /// Families of the further folders that the embedded set lacks, sorted.
    pub(super) fn further(&self) -> &[String] {
        &self.further
    }
}

/// The fonts of one folder, in the order of their paths.
fn scan(folder: &Path) -> Result<Vec<(typst_kit::fonts::FontPath, FontInfo)>> {
    std::fs::read_dir(folder).map_err(|e| Error::io("read fonts from it", folder, &e))?;
    let mut found: Vec<_> = typst_kit::fonts::scan(folder).collect();
    found.sort_by(|(a, _), (b, _)| (&a.path, a.index).cmp(&(&b.path, b.index)));
    if found.is_empty() {
        let problem = Problem::error("render.no-fonts", "there is no font in this folder")
            .hint("give a folder that holds .ttf or .otf files")
            .at(Place::file(folder));
        return Err(Error::new(Class::Input, problem));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_file_is_a_font() {
        let fonts = Fonts::load(&[]).expect("embedded");
        assert_eq!(EMBEDDED.len(), 22);
        assert!(fonts.further().is_empty());
        assert!(fonts.store.book().contains_family("padauk"));
    }

    #[test]
    fn a_folder_without_fonts_is_refused_by_name() {
        let folder = tempfile::tempdir().expect("tempdir");
        let error = Fonts::load(&[folder.path().to_owned()]).err().expect("refused");
        assert_eq!(error.problems()[0].code, "render.no-fonts");
    }
}
