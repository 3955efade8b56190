//! How much of a file is taken.

/// Says how many rows a file may have, and how large it may be once it is unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
    /// Rows.
    pub rows: usize,
    /// Bytes of the files that a zipped one holds; unless said, as many as its length lets expect.
    pub unpacked_bytes: Option<usize>,
}

/// How much any file may hold once it is unpacked, in bytes.
const HELD_BYTES: usize = 512 * 1024 * 1024;
/// How much a larger one may hold beyond, for each of its bytes.
const HELD_FOR_EACH_BYTE: usize = 32;

impl Most {
    /// How many bytes a zipped file of some length may unpack to.
    #[must_use]
    pub(super) fn unpacked(self, length: usize) -> usize {
        self.unpacked_bytes.unwrap_or_else(|| Self::held(length))
    }

    /// How many bytes a file of some length may become in memory.
    pub(super) fn held(length: usize) -> usize {
        length.saturating_mul(HELD_FOR_EACH_BYTE).saturating_add(HELD_BYTES)
    }
}

impl From<usize> for Most {
    /// So many rows.
    fn from(rows: usize) -> Self {
        Self { rows, unpacked_bytes: None }
    }
}
