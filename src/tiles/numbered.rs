//! Byte strings numbered in the order in which they come first, all in one buffer.

use std::hash::{BuildHasher, Hasher};

use hashbrown::hash_table::{Entry, HashTable};
use hashbrown::{DefaultHashBuilder, hash_table};

/// Numbers byte strings: the first is 0.
///
/// Strings of one kind may be told by their tails alone; they are looked for apart.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbered {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
    numbers: HashTable<Known>,
    /// Those that are told by their tails.
    tailed: HashTable<Known>,
    /// Seeded by chance, since texts come from people; the seed changes no number.
    hasher: DefaultHashBuilder,
}

/// Holds a number beside the hash of its string, so that few strings are compared.
#[derive(Debug, Clone, Copy)]
struct Known {
    hash: u32,
    number: u32,
}

impl Numbered {
    /// Has room for so many strings of so many bytes, most of them told by their tails.
    pub(super) fn with_capacity(count: usize, bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
            ends: Vec::with_capacity(count),
            tailed: HashTable::with_capacity(count),
            ..Self::default()
        }
    }

    /// The number of the string that is written at the end of the buffer; it stays there when it is
    /// new.
    pub(super) fn number(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> u32 {
        let start = self.bytes.len();
        write(&mut self.bytes);
        let Self { bytes, ends, numbers, hasher, .. } = self;
        let (before, wanted) = bytes.split_at(start);
        let hash = halved(hasher.hash_one(wanted));
        let is_it = |known: &Known| {
            known.hash == hash && string(before, ends, known.number as usize) == wanted
        };
        match numbers.entry(doubled(hash), is_it, |known| doubled(known.hash)) {
            Entry::Occupied(entry) => {
                bytes.truncate(start);
                entry.get().number
            }
            Entry::Vacant(place) => push(place, hash, ends, bytes.len()),
        }
    }

    /// The number of a string that is told by its tail.
    ///
    /// All strings that are asked for so are of one kind: their heads depend on nothing but the length
    /// of the tails.
    #[inline]
    pub(super) fn tailed(&mut self, head: &[u8], tail: &[u8]) -> u32 {
        let Self { bytes, ends, tailed, hasher, .. } = self;
        let hash = halved(hashed(hasher, tail));
        let is_it = |known: &Known| {
            let it = || string(bytes, ends, known.number as usize);
            known.hash == hash && it().len() == head.len() + tail.len() && it().ends_with(tail)
        };
        match tailed.entry(doubled(hash), is_it, |known| doubled(known.hash)) {
            Entry::Occupied(entry) => entry.get().number,
            Entry::Vacant(place) => {
                bytes.extend_from_slice(head);
                bytes.extend_from_slice(tail);
                push(place, hash, ends, bytes.len())
            }
        }
    }

    /// The number of a string that is new, or is not looked for again.
    pub(super) fn next(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> u32 {
        write(&mut self.bytes);
        self.ends.push(self.bytes.len());
        u32::try_from(self.ends.len() - 1).unwrap_or(u32::MAX)
    }

    /// The number of a string that is likely the one after the last that was asked for.
    pub(super) fn number_after(&mut self, last: Option<u32>, wanted: &[u8]) -> u32 {
        let next = last.map_or(0, |last| last + 1);
        if (next as usize) < self.ends.len()
            && string(&self.bytes, &self.ends, next as usize) == wanted
        {
            return next;
        }
        self.number(|out| out.extend_from_slice(wanted))
    }

    /// All strings, one after another.
    pub(super) fn joined(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn in_order(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len()).map(|number| string(&self.bytes, &self.ends, number))
    }
}

fn hashed(hasher: &DefaultHashBuilder, bytes: &[u8]) -> u64 {
    let mut hasher = hasher.build_hasher();
    hasher.write(bytes);
    hasher.finish()
}

fn push(
    place: hash_table::VacantEntry<'_, Known>,
    hash: u32,
    ends: &mut Vec<usize>,
    end: usize,
) -> u32 {
    let number = u32::try_from(ends.len()).unwrap_or(u32::MAX);
    place.insert(Known { hash, number });
    ends.push(end);
    number
}

fn string<'a>(bytes: &'a [u8], ends: &[usize], number: usize) -> &'a [u8] {
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    &bytes[start..ends[number]]
}

/// The half of a hash that is kept.
fn halved(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// The kept half as a hash: the table looks at the highest and at the lowest bits.
fn doubled(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

        #[test]
        fn strings_are_numbered_as_they_come_first(
            wanted in prop::collection::vec((any::<bool>(), prop::collection::vec(0u8..4, 0..3)), 0..60),
        ) {
            let mut first: Vec<Vec<u8>> = Vec::new();
            let mut all = Numbered::with_capacity(0, 0);
            let mut last = None;
            for (is_tailed, string) in &wanted {
                let head: &[u8] = if *is_tailed { &[9, [4, 5, 6][string.len()]] } else { &[] };
                let whole = [head, string].concat();
                if !first.contains(&whole) {
                    first.push(whole.clone());
                }
                let place = first.iter().position(|known| *known == whole);
                let number = if *is_tailed {
                    all.tailed(head, string)
                } else {
                    all.number(|out| out.extend(string))
                };
                prop_assert_eq!(Some(number as usize), place);
                if !*is_tailed {
                    prop_assert_eq!(all.number_after(last, string), number);
                }
                last = Some(number);
            }
            prop_assert!(all.in_order().eq(first.iter().map(Vec::as_slice)));
            prop_assert_eq!(all.joined(), first.concat());
        }
    }
}
