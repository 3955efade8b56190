//! A tree of some points of another, without sorting anew.

use super::{KdTree, Node, bounds};

impl KdTree {
    /// Keeps some of the points; they keep their numbers.
    ///
    /// Boxes are drawn tightly around what stays; the shape is that of the whole tree, so some may be
    /// empty.
    ///
    /// # Shape
    ///
    /// One word for each slot.
    #[must_use]
    pub fn subset(&self, keep: &[bool]) -> Self {
        let kept = || (0..self.len()).filter(|&slot| keep[slot]);
        let points: Vec<[f64; 3]> = kept().map(|slot| self.points[slot]).collect();
        let numbers = kept().map(|slot| self.numbers[slot]).collect();
        let mut before = Vec::with_capacity(self.len() + 1);
        before.push(0);
        before.extend(keep.iter().scan(0, |count, &stays| {
            *count += u32::from(stays);
            Some(*count)
        }));
        let mut nodes = self.nodes.clone();
        for at in (0..nodes.len()).rev() {
            let mut node = nodes[at];
            (node.start, node.end) = (before[node.start as usize], before[node.end as usize]);
            [node.low, node.high] = if node.is_leaf() {
                bounds(&points[node.slots()])
            } else {
                around(&nodes[at + 1], &nodes[node.right as usize])
            };
            nodes[at] = node;
        }
        Self { nodes, points, numbers, watch: self.watch.clone() }
    }
}

fn around(a: &Node, b: &Node) -> [[f64; 3]; 2] {
    [
        std::array::from_fn(|d| a.low[d].min(b.low[d])),
        std::array::from_fn(|d| a.high[d].max(b.high[d])),
    ]
}
