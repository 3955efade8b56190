//! Work on many rows at once, which tells how far it is and can be called off.

use std::fmt;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::domain::Watch;

/// So many rows are one piece of work.
const PIECE: usize = 256;

/// Who is told how many rows are done, of how many.
type Listener = Box<dyn Fn(usize, usize) + Send + Sync>;

/// Holds how far a piece of work is.
#[derive(Default)]
pub struct Progress {
    done: AtomicUsize,
    of: AtomicUsize,
    watch: Watch,
    listener: Option<Listener>,
}

/// Work that was called off; nothing of it is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("called off: nothing was changed")]
pub struct CalledOff;

impl fmt::Debug for Progress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Progress({:?})", self.counts())
    }
}

impl Progress {
    /// Tells somebody of every piece that is done.
    #[must_use]
    pub fn told(listener: impl Fn(usize, usize) + Send + Sync + 'static) -> Self {
        Self { listener: Some(Box::new(listener)), ..Self::default() }
    }

    /// How many rows are done, of how many; 0 of 0 before the work begins.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.done.load(Ordering::Relaxed), self.of.load(Ordering::Relaxed))
    }

    /// Calls the work off: it stops at its next row.
    pub fn call_off(&self) {
        self.watch.call_off();
    }

    /// What says to work that knows nothing of progress whether it was called off.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// Refuses to go on once the work was called off.
    ///
    /// # Errors
    ///
    /// [`CalledOff`].
    pub fn check(&self) -> Result<(), CalledOff> {
        if self.watch.is_off() { Err(CalledOff) } else { Ok(()) }
    }

    /// Begins work of so many pieces.
    pub fn begin(&self, of: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.of.store(of, Ordering::Relaxed);
    }

    /// Tells that another piece begins, and says whether it may.
    pub fn goes_on(&self) -> bool {
        self.add(1);
        self.check().is_ok()
    }

    fn add(&self, rows: usize) {
        let done = self.done.fetch_add(rows, Ordering::Relaxed) + rows;
        if let Some(listener) = &self.listener {
            listener(done, self.of.load(Ordering::Relaxed));
        }
    }
}

/// Maps rows on every processor; the results are in the order of the rows, whatever the number of
/// threads.
///
/// # Errors
///
/// [`CalledOff`].
pub fn in_parallel<'r, R: Sync, T: Send>(
    rows: &'r [R],
    progress: &Progress,
    map: impl Fn(&'r R) -> T + Sync,
) -> Result<Vec<T>, CalledOff> {
    let pieces: Vec<&[R]> = rows.chunks(PIECE).collect();
    let threads = thread::available_parallelism().map_or(1, usize::from).min(pieces.len().max(1));
    let next = AtomicUsize::new(0);
    progress.begin(rows.len());
    let work = || {
        let mut mapped = Vec::new();
        let take = || {
            progress.check().ok()?;
            let number = next.fetch_add(1, Ordering::Relaxed);
            Some((number, pieces.get(number)?))
        };
        while let Some((number, piece)) = take() {
            // One row may take as long as a thousand others, so each is asked for.
            let rows = piece.iter().map(|row| progress.check().ok().map(|()| map(row)));
            let Some(rows) = rows.collect::<Option<Vec<T>>>() else { break };
            mapped.push((number, rows));
            progress.add(piece.len());
        }
        mapped
    };
    let mut mapped: Vec<(usize, Vec<T>)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let joined = workers.into_iter().map(thread::ScopedJoinHandle::join);
        joined.flat_map(|worker| worker.unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    progress.check()?;
    mapped.sort_unstable_by_key(|(number, _)| *number);
    Ok(mapped.into_iter().flat_map(|(_, piece)| piece).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_rows() {
        let rows: Vec<usize> = (0..10_000).collect();
        let progress = Progress::default();
        let doubled = in_parallel(&rows, &progress, |row| row * 2).unwrap();
        assert_eq!(doubled, rows.iter().map(|row| row * 2).collect::<Vec<_>>());
        assert_eq!(progress.counts(), (10_000, 10_000));
        assert_eq!(in_parallel(&[0_usize; 0], &progress, |row| *row), Ok(vec![]));
    }

    #[test]
    fn work_that_is_called_off_stops_and_leaves_nothing() {
        let rows: Vec<usize> = (0..100_000).collect();
        let progress = Progress::default();
        let mapped = in_parallel(&rows, &progress, |row| {
            if *row == 1_000 {
                progress.call_off();
            }
        });
        assert_eq!(mapped, Err(CalledOff));
        assert!(progress.counts().0 < 100_000);
    }

    #[test]
    fn not_even_a_piece_is_finished_once_work_is_called_off() {
        let (progress, done) = (Progress::default(), AtomicUsize::new(0));
        let rows: Vec<usize> = (0..PIECE).collect();
        let mapped = in_parallel(&rows, &progress, |row| {
            done.fetch_add(1, Ordering::Relaxed);
            if *row == 3 {
                progress.call_off();
            }
        });
        assert_eq!((mapped, done.into_inner()), (Err(CalledOff), 4));
    }
}
