//! The same work on many things, on all cores.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Works on runs of at most `run` neighbouring items, every core on the next one that nobody has, and gives
/// the results in the order of the items.
///
/// # Errors
/// One of those of `work`: after it no further run begins.
pub(crate) fn on_all_cores<I: Sync, T: Send, E: Send>(
    items: &[I],
    run: usize,
    work: impl Fn(&[I]) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let runs: Vec<&[I]> = items.chunks(run).collect();
    let cores = cores().min(runs.len());
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(runs.len())));
    let each = || -> Result<(), E> {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(run) = runs.get(at) else { return Ok(()) };
            let result = work(run).inspect_err(|_| next.store(runs.len(), Ordering::Relaxed))?;
            done.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
        }
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..cores).map(|_| scope.spawn(each)).collect();
        let mine = each();
        let theirs = others.into_iter().map(|it| it.join().unwrap_or_else(|p| std::panic::resume_unwind(p)));
        // All of them have ended before the first error is given.
        theirs.collect::<Vec<_>>().into_iter().fold(mine, Result::and)
    })?;
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}

/// How many cores there are for this process; asking costs several reads of files, so it is asked once.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// The same with each item by itself, for work that cannot fail as a whole.
pub(crate) fn map_on_all_cores<I: Sync, T: Send>(
    items: &[I],
    run: usize,
    work: impl Fn(&I) -> T + Sync,
) -> Vec<T> {
    let Ok(runs) = on_all_cores(items, run, |run| Ok::<Vec<T>, Infallible>(run.iter().map(&work).collect()));
    runs.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::{map_on_all_cores, on_all_cores};
    use crate::error::{Class, Error, Problem};

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..1_000).collect();
        let sums = on_all_cores(&items, 7, |run| Ok::<_, Error>(run.iter().sum::<usize>())).expect("sums");
        let expected: Vec<usize> = items.chunks(7).map(|run| run.iter().sum()).collect();
        assert_eq!(sums, expected);
        assert_eq!(map_on_all_cores(&items, 7, |item| item + 1), (1..=1_000).collect::<Vec<_>>());
        assert!(map_on_all_cores(&[0; 0], 7, |item| item + 1).is_empty());
    }

    #[test]
    fn an_error_ends_the_work_and_is_given() {
        let items: Vec<usize> = (0..100_000).collect();
        let seen = std::sync::atomic::AtomicUsize::new(0);
        let failed = on_all_cores(&items, 1, |run| {
            seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if run == [3] {
                Err(Error::new(Class::Input, Problem::error("test.three", "three")))
            } else {
                Ok(())
            }
        });
        assert_eq!(failed.expect_err("the third").problems()[0].code, "test.three");
        assert!(seen.into_inner() < items.len());
    }
}
