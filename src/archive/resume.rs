//! Going on with a verification that was interrupted.
//!
//! A run over the whole archive that reads bytes notes each folder in which it found no damage, in a file
//! beside the client's memory; a run that comes to its end removes it. What is noted is the folder's names
//! and sizes: where these are no longer the same, the folder is read again. The history is always read whole.

use super::files::{Files, Stored};
use super::open::Archive;
use super::verify::{Extent, Level, Sample, VerifyOptions};
use crate::names::{Digest, PersonId, Unit};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

const VERSION: &str = "verify/1";
const LIMIT_BYTES: u64 = 256 * 1024 * 1024;

/// What a run looks at, in the first line of its file: only the same run is gone on with.
#[derive(PartialEq, Serialize, Deserialize)]
struct Run {
    casefile: String,
    archive: Digest,
    level: u8,
    by: Option<PersonId>,
    sample: Option<(u8, u64)>,
}

/// What an interrupted run had verified, and what this one has.
#[derive(Default)]
pub(super) struct Progress {
    /// Where it is noted; nowhere for a client without memory.
    path: Option<PathBuf>,
    file: Option<File>,
    /// When the run began that is gone on with.
    since: Option<DateTime<Utc>>,
    before: HashMap<Unit, Digest>,
}

impl Progress {
    /// Begins a run, or goes on with the one that was interrupted where that is asked for.
    pub(super) fn begin(archive: &Archive, options: &VerifyOptions<'_>, extent: &Extent<'_>) -> Self {
        let path = archive.memory.beside("verify.progress");
        let Some(path) = path.filter(|_| options.unit.is_none() && options.level >= Level::V1) else {
            return Self::default();
        };
        let run = Run {
            casefile: VERSION.to_owned(),
            archive: archive.id(),
            level: options.level as u8,
            by: options.identity.filter(|_| options.level == Level::V3).map(|identity| identity.id().clone()),
            sample: extent.sample.map(|Sample { percent, seed }| (percent, seed)),
        };
        let mut progress = Self { path: Some(path), ..Self::default() };
        if extent.resume {
            progress.recall(&run);
        }
        progress.restart(&run, options.now);
        progress
    }

    /// When the run began that is gone on with, if there is one.
    pub(super) fn since(&self) -> Option<DateTime<Utc>> {
        self.since
    }

    /// Whether the interrupted run verified a folder that looks as it did then.
    pub(super) fn holds(&self, unit: &Unit, mark: &Digest) -> bool {
        self.before.get(unit) == Some(mark)
    }

    /// Notes a folder without damage. What cannot be noted is verified again some day: no error.
    pub(super) fn note(&mut self, unit: &Unit, mark: &Digest) {
        if let Some(file) = &mut self.file {
            let _ = writeln!(file, "{unit} {mark}");
        }
    }

    /// The run has come to its end: nothing is left to go on with.
    pub(super) fn end(self) {
        if let Some(path) = self.path {
            let _ = std::fs::remove_file(path);
        }
    }

    fn recall(&mut self, run: &Run) {
        let bytes = self.path.as_ref().and_then(|path| crate::fs::read(path, LIMIT_BYTES).ok());
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        // A line that was cut is no line.
        let mut lines = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
        let head = lines.next().and_then(|line| line.split_once(' '));
        let Some((since, interrupted)) = head else { return };
        let same = serde_json::from_str::<Run>(interrupted).is_ok_and(|interrupted| interrupted == *run);
        let Ok(since) = since.parse::<DateTime<Utc>>() else { return };
        if same {
            self.since = Some(since);
            self.before = lines.filter_map(read_line).collect();
        }
    }

    /// Makes the file anew: a run of the same client that is still under way keeps its own.
    fn restart(&mut self, run: &Run, now: Option<DateTime<Utc>>) {
        let (Some(path), Some(now)) = (&self.path, self.since.or(now)) else { return };
        let Ok(run) = serde_json::to_string(run) else { return };
        let mut text = format!("{} {run}\n", now.format("%Y-%m-%dT%H:%M:%SZ"));
        for (unit, mark) in &self.before {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{unit} {mark}");
        }
        let _ = std::fs::create_dir_all(crate::fs::folder_of(path));
        if crate::fs::write_atomic(path, text.as_bytes()).is_ok() {
            self.file = File::options().append(true).open(path).ok();
        }
    }
}

fn read_line(line: &str) -> Option<(Unit, Digest)> {
    let (unit, mark) = line.split_once(' ')?;
    Some((unit.parse().ok()?, mark.parse().ok()?))
}

/// The names and sizes of all files of a folder, its envelopes included, as one hash.
pub(super) fn mark(files: &Files, envelopes: Option<&BTreeMap<Digest, Stored>>) -> Digest {
    let mut text = String::new();
    let envelopes = envelopes.into_iter().flat_map(BTreeMap::values);
    let stored = files.objects.values().flatten().chain(files.snapshots.values()).chain(envelopes);
    for Stored { path, size_bytes } in stored {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{path} {size_bytes}");
    }
    for path in files.note_paths.values().flatten() {
        let _ = writeln!(text, "{path}");
    }
    Digest::of(text.as_bytes())
}
