//! The nearest neighbors of every point, family by family: a family is a box of the tree with hardly more
//! points than are asked for.

use rayon::prelude::*;

use super::{GRAIN, Hit, KdTree, LEAF, NearestTable, Node, insert, squared_chord};

/// So many families are asked by one thread at a time.
const FAMILIES: usize = 256;

/// Holds a box beside the way from the root to a family, and the least squared chord to that.
struct Beside {
    at: usize,
    chord: f64,
}

impl KdTree {
    /// Finds the k nearest other points of every point; duplicates are neighbors at 0 m.
    ///
    /// Each point starts in its own family and goes on to the boxes beside the way up, the nearest
    /// part of the tree first; how far these are is measured once for the whole family.
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
        let families = self.families(k);
        let mut by_slot = vec![Hit::FAR; self.len() * k];
        let mut rest = by_slot.as_mut_slice();
        let mut parts = Vec::with_capacity(families.len().div_ceil(FAMILIES));
        for families in families.chunks(FAMILIES) {
            let points: usize = families.iter().map(|&family| self.nodes[family].len()).sum();
            let (rows, others) = rest.split_at_mut(points * k);
            parts.push((families, rows));
            rest = others;
        }
        parts.into_par_iter().for_each(|(families, rows)| {
            let mut rows = rows.chunks_mut(k);
            for &family in families {
                if self.watch.is_off() {
                    return;
                }
                self.fill_family(family, &mut rows);
            }
        });
        by_slot
    }

    /// The deepest boxes of one depth with more than k points each, or than a leaf may have, by slots.
    fn families(&self, k: usize) -> Vec<usize> {
        let mut families = vec![0];
        let mut points = self.len() / 2;
        while points > k.min(LEAF) && !self.nodes[families[0]].is_leaf() {
            let halves = |&at: &usize| [at + 1, self.nodes[at].right as usize];
            families = families.iter().flat_map(halves).collect();
            points /= 2;
        }
        families
    }

    fn fill_family(&self, family: usize, rows: &mut std::slice::ChunksMut<'_, Hit>) {
        let node = &self.nodes[family];
        let beside = self.beside(family, node);
        for (slot, row) in node.slots().zip(rows) {
            self.fill_within(node, slot, row);
            let (from, without) = (&self.points[slot], self.numbers[slot]);
            for &Beside { at, chord } in &beside {
                let farthest = row[row.len() - 1].chord_squared;
                if chord <= farthest {
                    self.fill_from(at, self.nodes[at].nearest_chord(from), from, without, row);
                }
            }
        }
    }

    /// Begins a row with what is nearest in the own family.
    fn fill_within(&self, family: &Node, slot: usize, row: &mut [Hit]) {
        let k = row.len();
        let mut filled = 0;
        for other in family.slots().filter(|&other| other != slot) {
            let chord_squared = squared_chord(&self.points[slot], &self.points[other]);
            let hit = Hit { chord_squared, number: self.numbers[other] };
            if filled < k {
                insert(&mut row[..=filled], hit);
                filled += 1;
            } else if hit.is_before(row[k - 1]) {
                insert(row, hit);
            }
        }
    }

    /// The boxes beside the way from the root to a family, the deepest first.
    fn beside(&self, family: usize, node: &Node) -> Vec<Beside> {
        let mut beside = Vec::with_capacity(32);
        let mut at = 0;
        while at != family {
            let right = self.nodes[at].right as usize;
            let (on_the_way, other) =
                if family < right { (at + 1, right) } else { (right, at + 1) };
            beside.push(Beside { at: other, chord: self.nodes[other].nearest_chord_to(node) });
            at = on_the_way;
        }
        beside.reverse();
        beside
    }
}
