//! How much of a file is held, so that no small file fills the memory.

use super::InvalidLayer;

/// How much any file may hold once it is unpacked, in bytes.
const HELD_BYTES: usize = 512 * 1024 * 1024;
/// How much a larger one may hold beyond, for each of its bytes.
const HELD_FOR_EACH_BYTE: usize = 32;
/// How deeply geometries may stand in one another.
pub(super) const MOST_NESTED: usize = 32;

/// How many bytes a file of some length may become in memory.
pub(super) fn most_held(length: usize) -> usize {
    length.saturating_mul(HELD_FOR_EACH_BYTE).saturating_add(HELD_BYTES)
}

/// Counts what is held and refuses too much.
#[derive(Debug)]
pub(super) struct Held {
    left: usize,
    most: usize,
}

impl Held {
    /// Nothing yet, of a file of some length.
    pub(super) fn of(length: usize) -> Self {
        Self { left: most_held(length), most: most_held(length) }
    }

    /// Adds some bytes.
    ///
    /// # Errors
    ///
    /// [`InvalidLayer::TooLarge`] when they are too many.
    pub(super) fn add(&mut self, bytes: usize) -> Result<(), InvalidLayer> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| {
            InvalidLayer::TooLarge(format!("{} MB once it is unpacked", self.most / 1024 / 1024))
        })?;
        Ok(())
    }
}
