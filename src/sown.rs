//! Faults that unit tests sow to see that their checks find them. No other build has them.

use std::cell::Cell;

/// A check that is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Anybody on the roster may write any entry.
    AuthorityUnchecked,
    /// A snapshot by anybody is believed about everything.
    AnySnapshotTrusted,
    /// A decision to destroy stands, whatever comes beside or after it.
    VoidDisposeExecuted,
}

thread_local! {
    static SOWN: Cell<Option<Fault>> = const { Cell::new(None) };
}

/// Whether this fault is sown in this thread.
pub(crate) fn is(fault: Fault) -> bool {
    SOWN.get() == Some(fault)
}

/// Works with a fault, in this thread.
pub(crate) fn with<T>(fault: Fault, work: impl FnOnce() -> T) -> T {
    SOWN.set(Some(fault));
    let result = work();
    SOWN.set(None);
    result
}
