//! What every record has, whatever it is about: its text, its tree, its JSON and its programme.

use super::node::Node;
use super::syntax;
use crate::error::{Place, Problem};
use crate::programme::Programme;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A record as it was written down, checked.
#[derive(Clone)]
pub(super) struct Written {
    pub programme: Arc<Programme>,
    pub source: Vec<u8>,
    pub file: Option<PathBuf>,
    pub json: Value,
    pub tree: Node,
}

impl Written {
    pub fn folder(&self) -> Option<&Path> {
        self.file.as_deref().map(crate::fs::folder_of)
    }

    /// Where a field stands, or the nearest field above it that is there.
    pub fn place(&self, field: &str) -> Place {
        let place = syntax::place(self.tree.nearest(field).start);
        Place { file: self.file.clone(), field: Some(field.to_owned()), ..place }
    }

    /// A problem that names its field, at the line of that field.
    pub fn placed(&self, mut problem: Problem) -> Problem {
        if let Some(field) = problem.place.as_ref().and_then(|place| place.field.clone()) {
            problem.place = Some(self.place(&field));
        }
        problem
    }
}
