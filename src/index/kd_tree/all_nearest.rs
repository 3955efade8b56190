//! The nearest neighbors of every point, leaf by leaf.

use rayon::prelude::*;

use super::{GRAIN, Hit, KdTree, NearestTable, Node};

/// So many leaves are asked by one thread at a time.
const LEAVES: usize = 256;

/// Holds a box beside the way from the root to a leaf, and the least squared chord to that leaf.
struct Beside {
    at: usize,
    chord: f64,
}

impl KdTree {
    /// Finds the k nearest other points of every point; duplicates are neighbors at 0 m.
    ///
    /// Each point starts in its own leaf and goes on to the boxes beside its way up, the nearest
    /// part of the tree first; how far these are from the leaf is measured once for all its points.
    #[must_use]
    pub fn all_nearest(&self, k: usize) -> NearestTable {
        let n = self.len();
        let k = k.min(n.saturating_sub(1));
        if k == 0 {
            return NearestTable { k, hits: Vec::new() };
        }
        let by_slot = self.nearest_by_slot(k);
        let mut slot_of = vec![0u32; n];
        for (slot, &number) in (0u32..).zip(&self.numbers) {
            slot_of[number as usize] = slot;
        }
        let mut hits = vec![Hit::FAR; n * k];
        hits.par_chunks_mut(k * GRAIN).zip(slot_of.par_chunks(GRAIN)).for_each(|(rows, slots)| {
            for (row, &slot) in rows.chunks_mut(k).zip(slots) {
                row.copy_from_slice(&by_slot[slot as usize * k..(slot as usize + 1) * k]);
            }
        });
        NearestTable { k, hits }
    }

    fn nearest_by_slot(&self, k: usize) -> Vec<Hit> {
        let is_leaf = |at: &usize| self.nodes[*at].is_leaf() && !self.nodes[*at].is_empty();
        let leaves: Vec<usize> = (0..self.nodes.len()).filter(is_leaf).collect();
        let mut by_slot = vec![Hit::FAR; self.len() * k];
        let mut rest = by_slot.as_mut_slice();
        let mut parts = Vec::with_capacity(leaves.len().div_ceil(LEAVES));
        for leaves in leaves.chunks(LEAVES) {
            let points: usize = leaves.iter().map(|&leaf| self.nodes[leaf].len()).sum();
            let (rows, others) = rest.split_at_mut(points * k);
            parts.push((leaves, rows));
            rest = others;
        }
        parts.into_par_iter().for_each(|(leaves, rows)| {
            let mut rows = rows.chunks_mut(k);
            for &leaf in leaves {
                if self.watch.is_off() {
                    return;
                }
                self.fill_leaf(leaf, &mut rows);
            }
        });
        by_slot
    }

    fn fill_leaf(&self, leaf: usize, rows: &mut std::slice::ChunksMut<'_, Hit>) {
        let node = &self.nodes[leaf];
        let beside = self.beside(leaf, node);
        for (slot, row) in node.slots().zip(rows) {
            let (from, without) = (&self.points[slot], self.numbers[slot]);
            self.fill_from_leaf(node, from, without, row);
            for &Beside { at, chord } in &beside {
                let farthest = row[row.len() - 1].chord_squared;
                if chord <= farthest {
                    self.fill_from(at, self.nodes[at].nearest_chord(from), from, without, row);
                }
            }
        }
    }

    /// The boxes beside the way from the root to a leaf, the deepest first.
    fn beside(&self, leaf: usize, node: &Node) -> Vec<Beside> {
        let mut beside = Vec::with_capacity(32);
        let mut at = 0;
        while at != leaf {
            let right = self.nodes[at].right as usize;
            let (on_the_way, other) = if leaf < right { (at + 1, right) } else { (right, at + 1) };
            beside.push(Beside { at: other, chord: self.nodes[other].nearest_chord_to(node) });
            at = on_the_way;
        }
        beside.reverse();
        beside
    }
}
