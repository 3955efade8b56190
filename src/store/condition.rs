//! How the store is: what went wrong last, and how much was done.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::store_error::StoreError;

/// Holds how a store is; copies share it.
#[derive(Debug, Clone, Default)]
pub struct Condition(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    faults: Mutex<[Option<String>; 2]>,
    done: AtomicU64,
    refused: AtomicU64,
    failed: [AtomicU64; 2],
    is_read_only: std::sync::atomic::AtomicBool,
}

/// What a store is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// To be read.
    Read,
    /// To keep something.
    Write,
}

impl Condition {
    /// Takes note of how a piece of work ended.
    pub(super) fn note<T>(&self, asked: Asked, result: &Result<T, StoreError>) {
        let fault = result.as_ref().err().map(ToString::to_string);
        if fault.is_some() {
            self.0.failed[asked as usize].fetch_add(1, Ordering::Relaxed);
        }
        self.faults()[asked as usize] = fault;
    }

    /// Counts edits that were made, and edits that were refused.
    pub(super) fn count(&self, done: usize, refused: usize) {
        self.0.done.fetch_add(done as u64, Ordering::Relaxed);
        self.0.refused.fetch_add(refused as u64, Ordering::Relaxed);
    }

    pub(super) fn note_read_only(&self, is_read_only: bool) {
        self.0.is_read_only.store(is_read_only, Ordering::Relaxed);
    }

    /// Why the store could not do what it was last asked for; `None` when it could.
    #[must_use]
    pub fn fault(&self, asked: Asked) -> Option<String> {
        self.faults()[asked as usize].clone()
    }

    /// Says whether the store may only be read.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.0.is_read_only.load(Ordering::Relaxed)
    }

    /// How many edits were made and refused since the process began.
    #[must_use]
    pub fn edits(&self) -> (u64, u64) {
        (self.0.done.load(Ordering::Relaxed), self.0.refused.load(Ordering::Relaxed))
    }

    /// How often the store failed since the process began.
    #[must_use]
    pub fn failures(&self, asked: Asked) -> u64 {
        self.0.failed[asked as usize].load(Ordering::Relaxed)
    }

    fn faults(&self) -> MutexGuard<'_, [Option<String>; 2]> {
        self.0.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_until_the_same_succeeds() {
        let condition = Condition::default();
        condition.note(Asked::Write, &Err::<(), _>(StoreError::Full));
        condition.note(Asked::Read, &Ok(()));
        assert!(condition.fault(Asked::Write).unwrap().contains("the disk is full"));
        assert_eq!(condition.fault(Asked::Read), None);
        condition.note(Asked::Write, &Ok(()));
        assert_eq!((condition.fault(Asked::Write), condition.failures(Asked::Write)), (None, 1));
    }
}
