//! What joins what at which distance: single linkage with ties kept together.

use super::UnionFind;
use super::spanning_tree::Edge;
use crate::index::geodesic::arc_m;

/// Holds one moment at which groups become one.
#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    /// At which reach, as a squared chord of the unit sphere.
    pub chord_squared: f64,
    /// What became one: numbers below n are points, n + m is the m-th merge. Two or more, in the
    /// order of their lowest point.
    pub parts: Vec<u32>,
    /// How many points are in it.
    pub size: usize,
    /// Its lowest point.
    pub first: u32,
}

/// Holds all merges, nearest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Hierarchy {
    /// How many points there are.
    pub points: usize,
    /// The merges, nearest first; of equally near ones, that with the lowest point first.
    pub merges: Vec<Merge>,
}

impl Merge {
    /// The reach in metres along the great circle.
    #[must_use]
    pub fn height_m(&self) -> f64 {
        arc_m(self.chord_squared)
    }
}

impl Hierarchy {
    /// Builds the hierarchy from a spanning tree.
    ///
    /// All edges of exactly one length act at once, so that a merge has as many parts as become one
    /// at that length. A binary tree would have to invent an order among them, and what is computed
    /// from it would depend on the order of the input; mutual reachability ties by its nature, for
    /// every edge inside a core distance has that length.
    ///
    /// # Shape
    ///
    /// `edges`: n − 1 edges, shortest first, as
    /// [`spanning_tree`](super::spanning_tree::spanning_tree) gives them.
    #[must_use]
    pub fn new(points: usize, edges: &[Edge]) -> Self {
        let mut sets = UnionFind::new(points);
        let mut node_of_root: Vec<u32> = (0u32..).take(points).collect();
        let mut merges: Vec<Merge> = Vec::new();
        for ties in edges.chunk_by(|a, b| a.chord_squared == b.chord_squared) {
            let ends = ties.iter().flat_map(|edge| [edge.a, edge.b]);
            let mut old: Vec<(u32, u32)> = ends
                .map(|end| {
                    let root = sets.root(end);
                    (node_of_root[root as usize], root)
                })
                .collect();
            old.sort_unstable();
            old.dedup();
            for edge in ties {
                sets.join(edge.a, edge.b);
            }
            let mut groups: Vec<(u32, u32, u32)> = old
                .into_iter()
                .map(|(node, root)| (sets.root(root), first_of(points, &merges, node), node))
                .collect();
            groups.sort_unstable();
            let mut made: Vec<Merge> = groups
                .chunk_by(|a, b| a.0 == b.0)
                .map(|group| Merge {
                    chord_squared: ties[0].chord_squared,
                    parts: group.iter().map(|&(_, _, node)| node).collect(),
                    size: sets.size(group[0].0),
                    first: group[0].1,
                })
                .collect();
            made.sort_unstable_by_key(|merge| merge.first);
            for merge in made {
                node_of_root[sets.root(merge.first) as usize] = (points + merges.len()) as u32;
                merges.push(merge);
            }
        }
        Self { points, merges }
    }

    /// The merge that a node stands for; `None` if it is a point.
    #[must_use]
    pub fn merge(&self, node: u32) -> Option<&Merge> {
        (node as usize).checked_sub(self.points).map(|merge| &self.merges[merge])
    }

    /// How many points a node holds.
    #[must_use]
    pub fn size(&self, node: u32) -> usize {
        self.merge(node).map_or(1, |merge| merge.size)
    }

    /// The node that holds everything; `None` if there is nothing.
    #[must_use]
    pub fn root(&self) -> Option<u32> {
        (self.points + self.merges.len()).checked_sub(1).map(|root| root as u32)
    }

    /// Calls `visit` with every point of a node, in the order of the parts.
    pub fn visit_points(&self, node: u32, mut visit: impl FnMut(u32)) {
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            match self.merge(node) {
                Some(merge) => open.extend(merge.parts.iter().rev()),
                None => visit(node),
            }
        }
    }

    /// The merge that each node becomes part of; `None` for the root.
    #[must_use]
    pub fn parents(&self) -> Vec<Option<u32>> {
        let mut parents = vec![None; self.points + self.merges.len()];
        for (merge, node) in self.merges.iter().zip(self.points as u32..) {
            for &part in &merge.parts {
                parents[part as usize] = Some(node);
            }
        }
        parents
    }
}

fn first_of(points: usize, merges: &[Merge], node: u32) -> u32 {
    (node as usize).checked_sub(points).map_or(node, |merge| merges[merge].first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(a: u32, b: u32, chord_squared: f64) -> Edge {
        Edge { a, b, chord_squared }
    }

    #[test]
    fn equal_edges_merge_at_once_and_apart_groups_stay_apart() {
        // 0–1–2 tie at 1 and 3–4 do, too; all meet at 4.
        let edges = [edge(1, 2, 1.0), edge(3, 4, 1.0), edge(0, 1, 1.0), edge(2, 3, 4.0)];
        let hierarchy = Hierarchy::new(5, &edges);
        let parts: Vec<&[u32]> = hierarchy.merges.iter().map(|merge| &merge.parts[..]).collect();
        assert_eq!(parts, [&[0, 1, 2][..], &[3, 4], &[5, 6]]);
        assert_eq!(hierarchy.root(), Some(7));
        assert_eq!(hierarchy.size(5), 3);
        let mut points = Vec::new();
        hierarchy.visit_points(7, |point| points.push(point));
        assert_eq!(points, [0, 1, 2, 3, 4]);
        assert_eq!(hierarchy.parents()[6], Some(7));
    }

    #[test]
    fn another_tree_of_the_same_lengths_gives_the_same_hierarchy() {
        let one = Hierarchy::new(3, &[edge(0, 1, 1.0), edge(1, 2, 1.0)]);
        let other = Hierarchy::new(3, &[edge(0, 2, 1.0), edge(0, 1, 1.0)]);
        assert_eq!(one, other);
    }

    #[test]
    fn one_point_is_its_own_root_and_nothing_has_none() {
        assert_eq!(Hierarchy::new(1, &[]).root(), Some(0));
        assert_eq!(Hierarchy::new(0, &[]).root(), None);
    }
}
