//! Directories of a `PMTiles` archive: where the tiles of rising ids stand.

use super::packed;

/// How long header and root may be together: what a reader asks for first.
const ROOT_BYTES: usize = 16_384 - 127;

/// How many entries the smallest leaf has.
const LEAF_ENTRIES: usize = 4_096;

/// Says where some tiles of successive ids and the same bytes stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) id: u64,
    pub(super) offset: u64,
    pub(super) length: u32,
    /// How many tiles; 0 for a leaf.
    pub(super) run: u32,
}

impl Entry {
    /// The id after the last one.
    pub(super) fn end(self) -> u64 {
        self.id + u64::from(self.run)
    }
}

/// Holds the root and the leaves that it names, packed.
pub(super) struct Directories {
    pub(super) root: Vec<u8>,
    pub(super) leaves: Vec<u8>,
}

/// Writes entries into a root, or into leaves that are as large as the root needs them to be.
pub(super) fn written(entries: &[Entry]) -> Directories {
    let root = directory(entries);
    if root.len() <= ROOT_BYTES {
        return Directories { root, leaves: Vec::new() };
    }
    let mut size = LEAF_ENTRIES;
    loop {
        let parted = with_leaves(entries, size);
        if parted.root.len() <= ROOT_BYTES {
            return parted;
        }
        size *= 2;
    }
}

fn with_leaves(entries: &[Entry], size: usize) -> Directories {
    let (mut leaves, mut root) = (Vec::new(), Vec::new());
    for part in entries.chunks(size) {
        let leaf = directory(part);
        let length = u32::try_from(leaf.len()).unwrap_or(u32::MAX);
        root.push(Entry { id: part[0].id, offset: leaves.len() as u64, length, run: 0 });
        leaves.extend(leaf);
    }
    Directories { root: directory(&root), leaves }
}

/// Writes one directory, column by column: steps of ids, runs, lengths, offsets; an offset of 0 is
/// the end of the entry before.
fn directory(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::new();
    put_varint(&mut out, entries.len() as u64);
    let mut last = 0;
    for entry in entries {
        put_varint(&mut out, entry.id - last);
        last = entry.id;
    }
    for entry in entries {
        put_varint(&mut out, u64::from(entry.run));
    }
    for entry in entries {
        put_varint(&mut out, u64::from(entry.length));
    }
    let mut end = None;
    for entry in entries {
        let follows = end == Some(entry.offset);
        put_varint(&mut out, if follows { 0 } else { entry.offset + 1 });
        end = Some(entry.offset + u64::from(entry.length));
    }
    packed(&out)
}

/// Writes a number in groups of seven bits, the lowest first.
fn put_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push((number & 0x7f) as u8);
}
