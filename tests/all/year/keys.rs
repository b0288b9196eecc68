//! What a person who leaves could have copied, and what stock `age` opens with it afterwards.

use crate::agency::{Agency, files_below};
use crate::interop::at_a_terminal;
use crate::support::program;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A person's own opened key, and the keys of one case that it opened on a day: one age identity file.
pub struct Held {
    unit: String,
    folder: TempDir,
    /// False where `age` is not installed.
    tried: bool,
}

impl Held {
    /// Opens a person's key and the case's keys with `age` and proves that they open every object of the case.
    pub fn copied(agency: &Agency, person: &str, unit: &str) -> Self {
        let tried = program("age").is_some() && program("script").is_some();
        let held = Self { unit: unit.to_owned(), folder: TempDir::new().unwrap(), tried };
        if !tried {
            return held;
        }
        let key = agency.path(&format!("{person}.key"));
        let line = r#"age -d "$KEY" > own.txt"#;
        let pass = std::fs::read_to_string(agency.path("pass")).unwrap();
        assert!(at_a_terminal(line, held.folder.path(), &[("KEY", key.to_str().unwrap())], &pass));
        let mut keys = Vec::new();
        for envelope in sealed(agency, unit).0 {
            keys.extend(held.age("own.txt", &envelope).unwrap_or_default());
        }
        assert!(!keys.is_empty(), "{person} opens no keys of {unit}");
        std::fs::write(held.folder.path().join("case.txt"), keys).unwrap();
        let objects = sealed(agency, unit).1;
        assert!(objects.len() > 2, "{objects:?}");
        for object in objects {
            assert!(held.age("case.txt", &object).is_some(), "{person} cannot open {}", object.display());
        }
        held
    }

    /// Proves that neither the own key nor the keys of then open anything that the case holds now.
    pub fn opens_nothing(&self, agency: &Agency) {
        if !self.tried {
            return;
        }
        let (envelopes, objects) = sealed(agency, &self.unit);
        assert!(!envelopes.is_empty() && !objects.is_empty());
        for object in &objects {
            for keys in ["own.txt", "case.txt"] {
                assert!(self.age(keys, object).is_none(), "the old keys open {}", object.display());
            }
        }
        // An older envelope may stay where it was; the keys in it open nothing that is there.
        for envelope in envelopes {
            let Some(keys) = self.age("own.txt", &envelope) else { continue };
            std::fs::write(self.folder.path().join("later.txt"), keys).unwrap();
            for object in &objects {
                assert!(self.age("later.txt", object).is_none(), "{} opens", object.display());
            }
        }
    }

    fn age(&self, identity: &str, file: &Path) -> Option<Vec<u8>> {
        let mut age = Command::new("age");
        let output = age.args(["-d", "-i", identity]).arg(file).current_dir(self.folder.path()).output();
        output.ok().filter(|output| output.status.success()).map(|output| output.stdout)
    }
}

/// The envelopes and the sealed objects of a case.
fn sealed(agency: &Agency, unit: &str) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let archive = agency.path("archive");
    let of_case = |path: &&PathBuf| {
        let mut parts = path.components().map(|part| part.as_os_str().to_string_lossy());
        path.extension().is_some_and(|extension| extension == "age")
            && parts.any(|part| part.starts_with(unit))
    };
    let files: Vec<PathBuf> = files_below(&archive).iter().filter(of_case).cloned().collect();
    let keys = archive.join("keys");
    files.into_iter().partition(|path| path.starts_with(&keys))
}
