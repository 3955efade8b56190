//! Which points have enough others near them, asked leaf by leaf.

use rayon::prelude::*;

use super::{KdTree, Node, squared_chord};

/// So many leaves are asked by one thread at a time.
const LEAVES: usize = 64;

/// Holds what a leaf has around it: how many points are near all of its points, and the slots of
/// those that may be near some.
#[derive(Default)]
struct Around {
    surely: usize,
    perhaps: Vec<std::ops::Range<usize>>,
}

impl KdTree {
    /// Says of every slot whether at least so many points lie within a reach, itself included.
    ///
    /// The points of a leaf share one descent: a box that is near all of the leaf is counted whole,
    /// a leaf that is near some of it is held against each point.
    ///
    /// # Shape
    ///
    /// n answers, by slot. `reach` is a squared chord, see [`super::reach`].
    #[must_use]
    pub fn crowded(&self, reach: f64, enough: usize) -> Vec<bool> {
        let leaves: Vec<&Node> =
            self.nodes.iter().filter(|node| node.is_leaf() && !node.is_empty()).collect();
        let of_some = |leaves: &[&Node]| {
            let mut around = Around::default();
            let mut crowded = Vec::new();
            for leaf in leaves {
                self.crowded_in(leaf, reach, enough, &mut around, &mut crowded);
            }
            crowded
        };
        leaves.par_chunks(LEAVES).flat_map_iter(of_some).collect()
    }

    fn crowded_in(
        &self,
        leaf: &Node,
        reach: f64,
        enough: usize,
        around: &mut Around,
        crowded: &mut Vec<bool>,
    ) {
        around.surely = 0;
        around.perhaps.clear();
        if !self.watch.is_off() {
            self.look_around(0, leaf, reach, enough, around);
        }
        let is_near = |from: &[f64; 3], to: &&[f64; 3]| squared_chord(from, to) <= reach;
        crowded.extend(self.points[leaf.slots()].iter().map(|from| {
            let mut found = around.surely;
            for slots in &around.perhaps {
                if found >= enough {
                    break;
                }
                let near = self.points[slots.clone()].iter().filter(|to| is_near(from, to));
                found += near.count();
            }
            found >= enough
        }));
    }

    fn look_around(&self, at: usize, leaf: &Node, reach: f64, enough: usize, around: &mut Around) {
        let node = &self.nodes[at];
        if around.surely >= enough || node.nearest_chord_to(leaf) > reach || node.is_empty() {
            return;
        }
        if node.farthest_chord_to(leaf) <= reach {
            around.surely += node.len();
        } else if node.is_leaf() {
            around.perhaps.push(node.slots());
        } else {
            self.look_around(at + 1, leaf, reach, enough, around);
            self.look_around(node.right as usize, leaf, reach, enough, around);
        }
    }
}
