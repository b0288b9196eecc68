//! Verifying bytes: every object hashed, on all cores.

use super::files::Stored;
use super::verify::{Level, Run};
use crate::cores::on_all_cores;
use crate::error::Result;
use crate::names::Digest;
use crate::seal::object::SEALED_LIMIT_BYTES;
use crate::store::Store;
use std::convert::Infallible;

/// Objects that are hashed before somebody is told how far it is.
const STEP: usize = 256;
/// Objects that one core takes at a time.
const RUN: usize = 16;

impl Run<'_> {
    /// From V1 on: whether the bytes of objects are those that their names say.
    pub(super) fn bytes<'a>(&mut self, objects: impl IntoIterator<Item = (&'a Digest, &'a Stored)>) {
        let objects: Vec<(&Digest, &Stored)> = objects.into_iter().collect();
        for step in objects.chunks(STEP) {
            self.counts.objects += step.len() as u64;
            if self.options.level >= Level::V1 {
                self.read_bytes(step);
            }
            if let Some(progress) = self.extent.progress {
                progress(self.counts.objects, self.objects_listed.max(self.counts.objects));
            }
        }
    }

    fn read_bytes(&mut self, objects: &[(&Digest, &Stored)]) {
        let wanted: Vec<_> = objects.iter().filter(|(hash, _)| self.takes(hash)).collect();
        let count = wanted.len() as u64;
        if let Some(taken) = self.taken_over.as_mut().filter(|_| self.is_taken_over) {
            taken.objects += count;
            return;
        }
        self.counts.objects_read += count;
        let store = self.archive.store.as_ref();
        let paths: Vec<&str> = wanted.iter().map(|(_, stored)| stored.path.as_str()).collect();
        let digests = digests(store, &paths);
        for ((hash, Stored { path, size_bytes }), read) in wanted.into_iter().zip(digests) {
            match read {
                Ok(read) if read == **hash => self.counts.bytes += size_bytes,
                Ok(_) => self.damage(path, "verify.bytes", "its bytes are not those that its name says"),
                Err(e) => self.damage(path, "verify.unreadable", e.to_string()),
            }
        }
    }
}

/// The hashes of objects, read on all cores, in the order of the paths.
pub(super) fn digests(store: &dyn Store, paths: &[&str]) -> Vec<Result<Digest>> {
    let Ok(runs) =
        on_all_cores(paths, RUN, |run| Ok::<_, Infallible>(store.digests(run, SEALED_LIMIT_BYTES)));
    runs.into_iter().flatten().collect()
}
