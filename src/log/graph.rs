//! The graph of a log, and values that concurrent notes set.

use std::sync::Arc;

/// Which note names which: indices into notes sorted by `(seq, hash)`, so parents come first.
#[derive(Default)]
pub struct Graph {
    parents: Vec<Vec<usize>>,
}

impl Graph {
    /// Adds the next note.
    pub fn push(&mut self, parents: Vec<usize>) {
        self.parents.push(parents);
    }

    /// The parents of a note.
    pub fn parents(&self, of: usize) -> &[usize] {
        &self.parents[of]
    }

    /// Whether `older` is an ancestor of `newer`, or the same note.
    pub fn reaches(&self, newer: usize, older: usize) -> bool {
        self.reaches_any(&[newer], older)
    }

    /// Whether `older` is one of `from` or an ancestor of one.
    pub fn reaches_any(&self, from: &[usize], older: usize) -> bool {
        let mut seen = vec![false; self.parents.len()];
        let mut todo = from.to_vec();
        while let Some(at) = todo.pop() {
            if at == older {
                return true;
            }
            // Parents have smaller indices: nothing below `older` can lead to it.
            if at > older && !std::mem::replace(&mut seen[at], true) {
                todo.extend(self.parents[at].iter().filter(|p| **p >= older));
            }
        }
        false
    }

    /// The notes of `among` that no other of them descends from.
    pub fn maximal(&self, among: &[usize]) -> Vec<usize> {
        let covered = |one: usize| among.iter().any(|other| *other != one && self.reaches(*other, one));
        let mut heads: Vec<usize> = among.iter().copied().filter(|one| !covered(*one)).collect();
        heads.sort_unstable();
        heads.dedup();
        heads
    }
}

/// The newest settings of one thing: several where they are concurrent, sorted by `(seq, hash)`.
///
/// A clone shares them: after most entries of a long history they are those of the entry before.
#[derive(Debug, Clone)]
pub struct Frontier<T>(Arc<Vec<(usize, T)>>);

impl<T> Default for Frontier<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: Clone + PartialEq> Frontier<T> {
    /// The note `by` sets the thing, knowing everything set before.
    pub fn set(&mut self, by: usize, value: T) {
        self.0 = Arc::new(vec![(by, value)]);
    }

    /// Adds what another branch knows; superseded settings go.
    pub fn join(&mut self, other: &Self, graph: &Graph) {
        if self.0.iter().map(|(by, _)| by).eq(other.0.iter().map(|(by, _)| by)) {
            return;
        }
        let mut all = self.0.to_vec();
        all.extend(other.0.iter().cloned());
        let notes: Vec<usize> = all.iter().map(|(by, _)| *by).collect();
        let newest = graph.maximal(&notes);
        all.retain(|(by, _)| newest.contains(by));
        all.sort_by_key(|(by, _)| *by);
        all.dedup_by_key(|(by, _)| *by);
        self.0 = Arc::new(all);
    }

    /// Changes each of the concurrent values where it stands.
    pub fn change(&mut self, change: impl Fn(&mut T)) {
        if !self.0.is_empty() {
            for (_, value) in Arc::make_mut(&mut self.0).iter_mut() {
                change(value);
            }
        }
    }

    /// The concurrent values, earliest note first.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, value)| value)
    }

    /// The notes that set them.
    pub fn notes(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|(by, _)| *by)
    }

    /// The value of the earliest note.
    pub fn first(&self) -> Option<&T> {
        self.values().next()
    }

    /// Whether concurrent notes set different values.
    pub fn is_forked(&self) -> bool {
        self.values().any(|value| Some(value) != self.first())
    }

    /// How many concurrent notes set it.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}
