//! Which keys are a letter or two off? An automaton that walks an FST beside the wrong key.
//!
//! It holds a band of the matrix of Levenshtein distances instead of a table of its own states, so
//! that nothing is made before the walk: most misspelt words are asked for once.
//!
//! # References
//!
//! Ukkonen (1985), Algorithms for approximate string matching, *Information and Control* 64,
//! 100–118: only the cells within the distance of the diagonal count.

use fst::Automaton;

/// The largest distance that is looked for.
pub(super) const MOST: u8 = 2;

/// Cells of a band around the diagonal.
const CELLS: usize = 2 * MOST as usize + 1;

/// Accepts what is so many bytes off a key: added, lost or changed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Near<'a> {
    key: &'a [u8],
    distance: u8,
}

/// Holds the distances between what was read and the beginnings of the key that are about as long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Band {
    read: usize,
    /// Cell c: the distance to the first `read + c - MOST` bytes of the key, at most `MOST + 1`.
    cells: [u8; CELLS],
}

impl<'a> Near<'a> {
    /// Looks for keys up to a distance, which is at most [`MOST`].
    pub(super) fn new(key: &'a str, distance: u8) -> Self {
        Self { key: key.as_bytes(), distance: distance.min(MOST) }
    }

    /// How long the beginning of the key is that a cell stands for; `None` beyond its ends.
    fn length(&self, read: usize, cell: usize) -> Option<usize> {
        let length = (read + cell).checked_sub(MOST as usize)?;
        (length <= self.key.len()).then_some(length)
    }
}

impl Automaton for Near<'_> {
    type State = Band;

    fn start(&self) -> Band {
        let mut cells = [MOST + 1; CELLS];
        for (cell, distance) in (MOST as usize..CELLS).zip(0..) {
            if self.length(0, cell).is_some() {
                cells[cell] = distance;
            }
        }
        Band { read: 0, cells }
    }

    fn is_match(&self, state: &Band) -> bool {
        let whole = (0..CELLS).find(|&cell| self.length(state.read, cell) == Some(self.key.len()));
        whole.is_some_and(|cell| state.cells[cell] <= self.distance)
    }

    fn can_match(&self, state: &Band) -> bool {
        state.cells.iter().any(|&distance| distance <= self.distance)
    }

    fn accept(&self, state: &Band, byte: u8) -> Band {
        let read = state.read + 1;
        let mut cells = [MOST + 1; CELLS];
        for cell in 0..CELLS {
            let Some(length) = self.length(read, cell) else { continue };
            let changed = match length.checked_sub(1) {
                Some(last) => state.cells[cell] + u8::from(self.key[last] != byte),
                None => MOST + 1,
            };
            let added = state.cells.get(cell + 1).map_or(MOST + 1, |before| before + 1);
            let lost = if cell > 0 { cells[cell - 1] + 1 } else { MOST + 1 };
            cells[cell] = changed.min(added).min(lost).min(MOST + 1);
        }
        Band { read, cells }
    }
}

#[cfg(test)]
mod tests {
    use fst::automaton::Levenshtein;
    use fst::{IntoStreamer, Set};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_finds_what_the_table_of_states_finds(
            mut keys in prop::collection::vec("[abc]{1,8}", 1..40),
            key in "[abc]{1,9}",
            distance in 0..=MOST,
        ) {
            keys.sort_unstable();
            keys.dedup();
            let set = Set::from_iter(&keys).unwrap();
            let found = set.search(Near::new(&key, distance)).into_stream().into_strs().unwrap();
            let table = Levenshtein::new(&key, u32::from(distance)).unwrap();
            prop_assert_eq!(found, set.search(table).into_stream().into_strs().unwrap());
        }
    }
}
