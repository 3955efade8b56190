//! Work on many rows at once, with how far it is.

use std::io::{self, IsTerminal, Write};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Words about work that takes less are not needed.
const SILENT: Duration = Duration::from_secs(1);

/// So many rows are one piece of work.
const PIECE: usize = 256;

/// Maps rows on every processor; the results are in the order of the rows, whatever the number of
/// threads.
pub(super) fn in_parallel<'r, R: Sync, T: Send>(
    rows: &'r [R],
    map: impl Fn(&'r R) -> T + Sync,
) -> Vec<T> {
    let pieces: Vec<&[R]> = rows.chunks(PIECE).collect();
    let threads = thread::available_parallelism().map_or(1, usize::from).min(pieces.len().max(1));
    let (next, done) = (AtomicUsize::new(0), Progress::new(rows.len()));
    let work = || {
        let mut mapped = Vec::new();
        let take = || {
            let number = next.fetch_add(1, Ordering::Relaxed);
            Some((number, pieces.get(number)?))
        };
        while let Some((number, piece)) = take() {
            mapped.push((number, piece.iter().map(&map).collect::<Vec<T>>()));
            done.add(piece.len());
        }
        mapped
    };
    let mut mapped: Vec<(usize, Vec<T>)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let joined = workers.into_iter().map(thread::ScopedJoinHandle::join);
        joined.flat_map(|worker| worker.unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    mapped.sort_unstable_by_key(|(number, _)| *number);
    done.finish();
    mapped.into_iter().flat_map(|(_, piece)| piece).collect()
}

/// Says on a terminal how many rows are done.
struct Progress {
    begun: Instant,
    done: AtomicUsize,
    of: usize,
    is_shown: bool,
}

impl Progress {
    fn new(of: usize) -> Self {
        let is_shown = io::stderr().is_terminal();
        Self { begun: Instant::now(), done: AtomicUsize::new(0), of, is_shown }
    }

    fn add(&self, rows: usize) {
        let done = self.done.fetch_add(rows, Ordering::Relaxed) + rows;
        if self.is_shown && self.begun.elapsed() > SILENT {
            let percent = 100 * done / self.of.max(1);
            let _ = write!(io::stderr(), "\r{done} of {} ({percent} %)", self.of);
        }
    }

    fn finish(&self) {
        let seconds = self.begun.elapsed();
        if self.is_shown && seconds > SILENT {
            let _ = writeln!(io::stderr(), "\r{} in {:.1} s      ", self.of, seconds.as_secs_f64());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_rows() {
        let rows: Vec<usize> = (0..10_000).collect();
        assert_eq!(
            in_parallel(&rows, |row| row * 2),
            rows.iter().map(|row| row * 2).collect::<Vec<_>>()
        );
        assert!(in_parallel(&[0_usize; 0], |row| *row).is_empty());
    }
}
