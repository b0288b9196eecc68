//! All kinds: those inside the program, and an agency's own that replace or add to them.

use super::kind::Kind;
use crate::error::{Class, Error, Problem, Result};
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::sync::Arc;

static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The folder `templates/` as it is inside the program, fonts included.
pub fn shipped() -> &'static Dir<'static> {
    &TEMPLATES
}

/// The kinds of document that can be made.
#[derive(Clone, Default)]
pub struct Kinds {
    kinds: BTreeMap<String, Arc<Kind>>,
}

impl Kinds {
    /// The kind `id`.
    ///
    /// # Errors
    /// `document.no-such-kind` (not found).
    pub fn get(&self, id: &str) -> Result<Arc<Kind>> {
        self.kinds.get(id).cloned().ok_or_else(|| {
            let known = self.kinds.keys().cloned().collect::<Vec<_>>().join(", ");
            let problem = Problem::error("document.no-such-kind", "there is no such kind of document")
                .hint(format!("the kinds are {known}; see `casefile kinds`"));
            Error::new(Class::NotFound, problem)
        })
    }

    /// All kinds, by id.
    pub fn list(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.kinds.values()
    }
}
