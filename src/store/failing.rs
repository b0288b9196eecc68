//! A store that fails at the n-th call, for tests of everything above the store.

use super::{Listing, Store};
use crate::error::{Class, Error, Problem, Result};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the failing call has done before it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Nothing.
    Before,
    /// The first half of a batch; nothing in other calls.
    Partly,
    /// Everything: only the answer is lost.
    After,
}

/// Passes every call on to another store, but fails the n-th writing one.
pub struct FailingStore<S> {
    inner: S,
    fails_at: usize,
    failure: Failure,
    for_good: bool,
    calls: AtomicUsize,
}

impl<S: Store> FailingStore<S> {
    /// Fails the `fails_at`-th writing call, counted from 0; the ones after it succeed again.
    pub fn new(inner: S, fails_at: usize, failure: Failure) -> Self {
        Self { inner, fails_at, failure, for_good: false, calls: AtomicUsize::new(0) }
    }

    /// Fails every writing call after that one too, before it does anything: a crash.
    #[must_use]
    pub fn for_good(mut self) -> Self {
        self.for_good = true;
        self
    }

    /// The store beneath.
    pub fn inner(&self) -> &S {
        &self.inner
    }

    /// How this call fails, if it does.
    fn fails_now(&self) -> Option<Failure> {
        match self.calls.fetch_add(1, Ordering::SeqCst).cmp(&self.fails_at) {
            std::cmp::Ordering::Equal => Some(self.failure),
            std::cmp::Ordering::Greater if self.for_good => Some(Failure::Before),
            _ => None,
        }
    }

    fn call<T>(&self, call: impl FnOnce() -> Result<T>) -> Result<T> {
        match self.fails_now() {
            None => return call(),
            Some(Failure::After) => drop(call()?),
            Some(Failure::Before | Failure::Partly) => {}
        }
        Err(failed())
    }
}

fn failed() -> Error {
    Error::new(Class::Unexpected, Problem::error("store.test-failure", "this call fails for a test"))
}

impl<S: Store> Store for FailingStore<S> {
    fn list(&self, folder: &str) -> Result<Listing> {
        self.inner.list(folder)
    }

    fn folders(&self, folder: &str) -> Result<Vec<String>> {
        self.inner.folders(folder)
    }

    fn read(&self, name: &str, limit_bytes: u64) -> Result<Vec<u8>> {
        self.inner.read(name, limit_bytes)
    }

    fn size(&self, name: &str) -> Result<Option<u64>> {
        self.inner.size(name)
    }

    fn put_batch(&self, batch: &[(String, Vec<u8>)]) -> Result<()> {
        let done = match self.fails_now() {
            None => return self.inner.put_batch(batch),
            Some(Failure::Before) => 0,
            Some(Failure::Partly) => batch.len() / 2,
            Some(Failure::After) => batch.len(),
        };
        self.inner.put_batch(&batch[..done])?;
        Err(failed())
    }

    fn rename_folder(&self, from: &str, to: &str) -> Result<bool> {
        self.call(|| self.inner.rename_folder(from, to))
    }

    fn remove(&self, name: &str) -> Result<bool> {
        self.call(|| self.inner.remove(name))
    }

    fn remove_folder(&self, folder: &str) -> Result<bool> {
        self.call(|| self.inner.remove_folder(folder))
    }

    fn written(&self, name: &str) -> Result<Option<chrono::DateTime<chrono::Utc>>> {
        self.inner.written(name)
    }

    fn location(&self, name: &str) -> Option<PathBuf> {
        self.inner.location(name)
    }
}
