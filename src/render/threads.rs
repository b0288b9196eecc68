//! Threads with a large stack, kept between documents.
//!
//! Typst nests deeply, so a document is not laid out on the caller's stack. Starting a thread for each would
//! cost a tenth of the time, because a new thread's memory is new to the system as well.

use super::engine::internal;
use crate::error::Result;
use std::sync::mpsc::{Sender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};

/// Stack of a thread in bytes.
const STACK_BYTES: usize = 32 << 20;

type Work = Box<dyn FnOnce() + Send>;

/// Threads that wait for work; there are as many as ever worked at once.
#[derive(Default)]
pub(super) struct Threads(Mutex<Vec<Sender<Work>>>);

impl Threads {
    /// Does `work` on a thread of its own and waits for it.
    ///
    /// # Errors
    /// `render.internal` (unexpected) where no thread can be started, or the work panicked.
    pub(super) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (done, result) = sync_channel(1);
        let work = Box::new(move || {
            // The caller waits for this; where it is gone, nobody needs the result.
            done.send(work()).ok();
        });
        let waiting = self.idle().pop();
        let thread = waiting.map_or_else(start, Ok)?;
        thread.send(work).map_err(|_| internal("the thread for this document is gone"))?;
        let failed = |_| internal("the layout of this document failed in a way it should not");
        let result = result.recv().map_err(failed)?;
        self.idle().push(thread);
        result
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Sender<Work>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread that works until its sender is dropped or its work panics.
fn start() -> Result<Sender<Work>> {
    let (sender, works) = channel::<Work>();
    let builder = std::thread::Builder::new().name("render".to_owned()).stack_size(STACK_BYTES);
    builder
        .spawn(move || works.into_iter().for_each(|work| work()))
        .map_err(|_| internal("no thread could be started"))?;
    Ok(sender)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_and_the_next_work_is_done() {
        let threads = Threads::default();
        assert_eq!(threads.run(|| Ok(1)), Ok(1));
        let failed: Result<()> = threads.run(|| panic!("as a test"));
        assert_eq!(failed.expect_err("an error").problems()[0].code, "render.internal");
        assert_eq!(
            threads.run(|| Ok(std::thread::current().name().map(str::to_owned))),
            Ok(Some("render".to_owned()))
        );
    }
}
