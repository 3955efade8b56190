//! How much of a file is held, so that no small file fills the memory.

use super::InvalidLayer;
use crate::formats::Most;

/// How deeply geometries may stand in one another.
pub(super) const MOST_NESTED: usize = 32;

/// Counts what is held and refuses too much.
#[derive(Debug)]
pub(super) struct Held {
    left: usize,
    most: usize,
}

impl Held {
    /// Nothing yet, of a file of some length.
    pub(super) fn of(length: usize) -> Self {
        Self { left: Most::held(length), most: Most::held(length) }
    }

    /// Adds some bytes.
    ///
    /// # Errors
    ///
    /// [`InvalidLayer::TooLarge`] when they are too many.
    pub(super) fn add(&mut self, bytes: usize) -> Result<(), InvalidLayer> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| {
            InvalidLayer::TooLarge(format!("{} MiB in memory", self.most / 1024 / 1024))
        })?;
        Ok(())
    }
}
