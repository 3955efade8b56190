//! Threads for analyses: several sets of them, so that no long run holds up a short one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Shares runs among sets of threads; copies share them.
///
/// All that is begun on one set of threads waits until what was begun on it before has left a thread
/// idle, which the parts of a run of minutes do not. Between sets the processor is shared by the system,
/// which is fair. Which set does what changes no answer.
#[derive(Debug, Clone)]
pub(super) struct Lanes(Arc<[Lane]>);

#[derive(Debug)]
struct Lane {
    /// Made when it is first needed; `None` where the system gives no threads: runs are then on those
    /// that all share.
    threads: OnceLock<Option<ThreadPool>>,
    /// How many runs there are on it.
    runs: AtomicUsize,
}

/// Counts a run for as long as it is there, though it panics.
struct Running<'a>(&'a AtomicUsize);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Lanes {
    /// Makes so many sets, each of a thread for every processor.
    pub(super) fn new(count: usize) -> Self {
        let lane = |_| Lane { threads: OnceLock::new(), runs: AtomicUsize::new(0) };
        Self((0..count).map(lane).collect())
    }

    /// Runs something on the set with the fewest runs, and waits for it.
    pub(super) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        let emptiest = self.0.iter().min_by_key(|lane| lane.runs.load(Ordering::Relaxed));
        let Some(lane) = emptiest else { return work() };
        lane.runs.fetch_add(1, Ordering::Relaxed);
        let _running = Running(&lane.runs);
        match lane.threads.get_or_init(|| ThreadPoolBuilder::new().build().ok()) {
            Some(threads) => threads.install(work),
            None => work(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use rayon::prelude::*;

    use super::*;

    #[test]
    fn a_short_run_ends_while_a_long_one_fills_every_thread() {
        let lanes = Lanes::new(2);
        let (begun, has_begun) = channel();
        let is_over = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let long = {
            let (lanes, is_over) = (lanes.clone(), Arc::clone(&is_over));
            std::thread::spawn(move || {
                lanes.run(|| {
                    (0..1_000).into_par_iter().for_each_with(begun, |begun, _| {
                        let _ = begun.send(());
                        while !is_over.load(Ordering::Relaxed) {
                            std::thread::yield_now();
                        }
                    });
                });
            })
        };
        has_begun.recv().unwrap();
        let (told, answer) = channel();
        let short = lanes.clone();
        std::thread::spawn(move || {
            told.send(short.run(|| (0..1_000_u64).into_par_iter().sum::<u64>())).unwrap();
        });
        let answer = answer.recv_timeout(Duration::from_mins(1));
        is_over.store(true, Ordering::Relaxed);
        long.join().unwrap();
        assert_eq!(answer, Ok(499_500));
        assert!(lanes.0.iter().all(|lane| lane.runs.load(Ordering::Relaxed) == 0));
    }
}
