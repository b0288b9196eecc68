//! What every record has, whatever it is about: its text, its tree, its JSON and its programme.

use super::node::Node;
use super::{read, syntax, yaml};
use crate::error::{Place, Problem};
use crate::programme::Programme;
use serde::Serialize;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// A record as it was written down, checked.
#[derive(Clone)]
pub(super) struct Written {
    pub programme: Arc<Programme>,
    pub source: Vec<u8>,
    pub file: Option<PathBuf>,
    json: OnceLock<Value>,
    tree: OnceLock<Box<Node>>,
}

impl Written {
    /// What was just read; its text is one that parses.
    pub fn new(programme: Arc<Programme>, source: Vec<u8>, file: Option<PathBuf>) -> Self {
        Self { programme, source, file, json: OnceLock::new(), tree: OnceLock::new() }
    }

    /// The whole of it as JSON, made when it is first asked for: whoever holds a thousand records to see what is due
    /// never does.
    pub fn json(&self, typed: &impl Serialize) -> &Value {
        // Its keys are all text, which is what alone could not be written.
        self.json.get_or_init(|| serde_json::to_value(typed).unwrap_or_default())
    }

    /// The same record as something that shows less, as JSON.
    pub fn showing(&self, json: Value) -> Self {
        Self { json: OnceLock::from(json), ..self.clone() }
    }

    /// The tree of the text, once more.
    fn tree(&self) -> Option<&Node> {
        if let Some(tree) = self.tree.get() {
            return Some(tree);
        }
        let tree = yaml::parse(read::text(&self.source).ok()?).ok()?;
        Some(self.tree.get_or_init(|| Box::new(tree)))
    }

    pub fn folder(&self) -> Option<&Path> {
        self.file.as_deref().map(crate::fs::folder_of)
    }

    /// Where a field stands, or the nearest field above it that is there.
    pub fn place(&self, field: &str) -> Place {
        let place = self.tree().map(|tree| syntax::place(tree.nearest(field).start)).unwrap_or_default();
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
