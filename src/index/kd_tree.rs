//! Neighbors of all points at once: a k-d tree over unit vectors in flat arrays.
//!
//! [`SphereIndex`](super::SphereIndex) answers one question on the ellipsoid; this tree answers a
//! million on the sphere. It compares squared chords of the unit sphere, which grow with the great
//! circle, so poles and antimeridian are ordinary. A chord is computed by one formula, the same
//! from either end, and boxes are measured by the same formula: whole boxes are taken or left
//! without a rounding error ever deciding differently than a point alone would.

#![expect(
    clippy::cast_possible_truncation,
    reason = "points are numbered by u32; more than 2³² of them do not fit anywhere"
)]

mod all_nearest;
mod crowded;
mod subset;

use super::geodesic::{arc_m, chord_squared};
use crate::domain::Watch;

/// At most this many points in a leaf: a few cache lines, measured best for k = 10.
const LEAF: usize = 12;

/// Below this many points a part of the tree is built, or asked, by one thread.
const GRAIN: usize = 4096;

/// Holds unit vectors so that the neighbors of all of them are found quickly.
///
/// Points are stored leaf by leaf, so that neighbors in space are neighbors in memory. A position
/// in that order is a *slot*; the place in the input is the *number*. A tree may be watched: once what
/// is done over it was called off, nothing is found any more.
#[derive(Debug, Clone)]
pub struct KdTree {
    nodes: Vec<Node>,
    points: Vec<[f64; 3]>,
    numbers: Vec<u32>,
    watch: Watch,
}

/// Holds one box of the tree and the slots of the points inside.
#[derive(Debug, Clone, Copy, Default)]
pub struct Node {
    /// Lower corner of the box.
    pub low: [f64; 3],
    /// Upper corner of the box.
    pub high: [f64; 3],
    /// First slot inside.
    pub start: u32,
    /// First slot no longer inside.
    pub end: u32,
    /// The node with the upper half, or 0 in a leaf. The lower half is the node after this one.
    pub right: u32,
}

/// Holds one neighbor: how far by squared chord, and its number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Squared chord of the unit sphere.
    pub chord_squared: f64,
    /// The number of the point, in the order in which the tree was given them.
    pub number: u32,
}

/// Holds the k nearest neighbors of every point.
#[derive(Debug, Clone, PartialEq)]
pub struct NearestTable {
    /// Neighbors in each row: k, or n − 1 if that is less.
    pub k: usize,
    /// n rows of k neighbors, each ordered by chord, then by number.
    pub hits: Vec<Hit>,
}

impl Hit {
    const FAR: Self = Self { chord_squared: f64::INFINITY, number: u32::MAX };

    /// The distance in metres along the great circle.
    #[must_use]
    pub fn distance_m(self) -> f64 {
        arc_m(self.chord_squared)
    }

    fn is_before(self, other: Self) -> bool {
        self.chord_squared < other.chord_squared
            || (self.chord_squared == other.chord_squared && self.number < other.number)
    }
}

impl NearestTable {
    /// The neighbors of one point, nearest first.
    #[must_use]
    pub fn row(&self, number: usize) -> &[Hit] {
        &self.hits[number * self.k..(number + 1) * self.k]
    }

    /// How many points the table has rows for, given that rows are not empty.
    #[must_use]
    pub fn len(&self) -> usize {
        self.hits.len().checked_div(self.k).unwrap_or(0)
    }

    /// Says whether no point has a neighbor.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty()
    }
}

/// Measures the squared chord between two unit vectors; the same from either end.
#[must_use]
#[inline]
pub fn squared_chord(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    let d = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
}

/// Finds the largest squared chord whose great circle is not longer than a radius.
///
/// So "within" means exactly that the distance told is at most the radius: a radius copied from an
/// answer finds what the answer found.
#[must_use]
pub fn reach(radius_m: f64) -> f64 {
    if radius_m.is_nan() || radius_m < 0.0 {
        return -1.0;
    }
    let mut chord = chord_squared(radius_m);
    while chord > 0.0 && arc_m(chord) > radius_m {
        chord = chord.next_down();
    }
    while chord < 4.0 && arc_m(chord.next_up()) <= radius_m {
        chord = chord.next_up();
    }
    if chord >= 4.0 { f64::INFINITY } else { chord }
}

impl Node {
    /// Says whether the node has no halves.
    #[must_use]
    pub fn is_leaf(&self) -> bool {
        self.right == 0
    }

    /// How many points are inside.
    #[must_use]
    pub fn len(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// Says whether nothing is inside.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The slots inside.
    #[must_use]
    pub fn slots(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The least squared chord from a point to anything in the box.
    #[must_use]
    #[inline]
    pub fn nearest_chord(&self, from: &[f64; 3]) -> f64 {
        let gap = |d: usize| (self.low[d] - from[d]).max(from[d] - self.high[d]).max(0.0);
        let [x, y, z] = [gap(0), gap(1), gap(2)];
        x * x + y * y + z * z
    }

    /// The greatest squared chord from a point to anything in the box.
    #[must_use]
    #[inline]
    pub fn farthest_chord(&self, from: &[f64; 3]) -> f64 {
        let gap = |d: usize| (from[d] - self.low[d]).abs().max((from[d] - self.high[d]).abs());
        let [x, y, z] = [gap(0), gap(1), gap(2)];
        x * x + y * y + z * z
    }

    /// The least squared chord between anything in two boxes.
    #[must_use]
    #[inline]
    pub fn nearest_chord_to(&self, other: &Self) -> f64 {
        let gap =
            |d: usize| (self.low[d] - other.high[d]).max(other.low[d] - self.high[d]).max(0.0);
        let [x, y, z] = [gap(0), gap(1), gap(2)];
        x * x + y * y + z * z
    }

    /// The greatest squared chord between anything in two boxes.
    #[must_use]
    #[inline]
    pub fn farthest_chord_to(&self, other: &Self) -> f64 {
        let gap =
            |d: usize| (self.high[d] - other.low[d]).abs().max((other.high[d] - self.low[d]).abs());
        let [x, y, z] = [gap(0), gap(1), gap(2)];
        x * x + y * y + z * z
    }
}

impl KdTree {
    /// Builds the tree; points are known by their numbers from here on.
    ///
    /// # Shape
    ///
    /// n unit vectors, fewer than 2³² − 1, duplicates allowed.
    #[must_use]
    pub fn new(points: &[[f64; 3]]) -> Self {
        let mut entries: Vec<([f64; 3], u32)> = points.iter().copied().zip(0..).collect();
        let mut depth = 0;
        while points.len() >> depth > LEAF {
            depth += 1;
        }
        let mut nodes = vec![Node::default(); (2 << depth) - 1];
        build(&mut nodes, &mut entries, 0, 0);
        let (points, numbers) = entries.into_iter().unzip();
        Self { nodes, points, numbers, watch: Watch::default() }
    }

    /// Ties the tree to who may call off what is done over it.
    #[must_use]
    pub fn watched(self, watch: &Watch) -> Self {
        Self { watch: watch.clone(), ..self }
    }

    /// Who may call off what is done over it.
    #[must_use]
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// How many points the tree holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Says whether the tree holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// The boxes, root first; see [`Node`].
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The points, by slot.
    #[must_use]
    pub fn points(&self) -> &[[f64; 3]] {
        &self.points
    }

    /// The number of each point, by slot.
    #[must_use]
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// Finds the k nearest points, leaving out one number.
    ///
    /// # Shape
    ///
    /// At most k hits, ordered by chord, then by number.
    #[must_use]
    pub fn nearest(&self, from: &[f64; 3], k: usize, without: Option<u32>) -> Vec<Hit> {
        if self.watch.is_off() {
            return Vec::new();
        }
        let others = self.len() - usize::from(without.is_some()).min(self.len());
        let mut hits = vec![Hit::FAR; k.min(others)];
        self.fill_nearest(from, without.unwrap_or(u32::MAX), &mut hits);
        hits
    }

    /// Finds the nearest point within a reach, the edge included; of equally near ones the lowest number.
    #[must_use]
    pub fn nearest_within(&self, from: &[f64; 3], reach: f64) -> Option<Hit> {
        let mut row = [Hit { chord_squared: reach, number: u32::MAX }];
        if !self.watch.is_off() {
            self.fill_nearest(from, u32::MAX, &mut row);
        }
        row.into_iter().find(|hit| hit.number != u32::MAX)
    }

    /// Calls `visit` with every point within a reach, the edge included, in no particular order.
    ///
    /// `reach` is a squared chord, see [`reach`].
    pub fn within(&self, from: &[f64; 3], reach: f64, mut visit: impl FnMut(Hit)) {
        if self.watch.is_off() {
            return;
        }
        let mut open = vec![0usize];
        while let Some(at) = open.pop() {
            let node = &self.nodes[at];
            if node.is_empty() || node.nearest_chord(from) > reach {
                continue;
            }
            if node.is_leaf() {
                for slot in node.slots() {
                    let chord_squared = squared_chord(from, &self.points[slot]);
                    if chord_squared <= reach {
                        visit(Hit { chord_squared, number: self.numbers[slot] });
                    }
                }
            } else {
                open.extend([node.right as usize, at + 1]);
            }
        }
    }

    /// Counts the points within a reach, the edge included, but not further than `enough`.
    #[must_use]
    pub fn count_within(&self, from: &[f64; 3], reach: f64, enough: usize) -> usize {
        if self.watch.is_off() { 0 } else { self.count_in(0, from, reach, enough) }
    }

    fn count_in(&self, at: usize, from: &[f64; 3], reach: f64, enough: usize) -> usize {
        let node = &self.nodes[at];
        if node.is_empty() || node.nearest_chord(from) > reach {
            return 0;
        }
        if node.farthest_chord(from) <= reach {
            return node.len();
        }
        if node.is_leaf() {
            let is_near = |point: &&[f64; 3]| squared_chord(from, point) <= reach;
            return self.points[node.slots()].iter().filter(is_near).count();
        }
        let right = node.right as usize;
        let first_is_left =
            self.nodes[at + 1].nearest_chord(from) <= self.nodes[right].nearest_chord(from);
        let [first, second] = if first_is_left { [at + 1, right] } else { [right, at + 1] };
        let found = self.count_in(first, from, reach, enough);
        if found >= enough {
            return found;
        }
        found + self.count_in(second, from, reach, enough - found)
    }

    /// Fills a row, which must not be longer than there are other points.
    fn fill_nearest(&self, from: &[f64; 3], without: u32, row: &mut [Hit]) {
        if !row.is_empty() {
            self.fill_from(0, 0.0, from, without, row);
        }
    }

    fn fill_from(&self, at: usize, nearest: f64, from: &[f64; 3], without: u32, row: &mut [Hit]) {
        let last = row.len() - 1;
        if nearest > row[last].chord_squared {
            return;
        }
        let node = &self.nodes[at];
        if node.is_leaf() {
            self.fill_from_leaf(node, from, without, row);
            return;
        }
        let right = node.right as usize;
        let (left_chord, right_chord) =
            (self.nodes[at + 1].nearest_chord(from), self.nodes[right].nearest_chord(from));
        if left_chord <= right_chord {
            self.fill_from(at + 1, left_chord, from, without, row);
            self.fill_from(right, right_chord, from, without, row);
        } else {
            self.fill_from(right, right_chord, from, without, row);
            self.fill_from(at + 1, left_chord, from, without, row);
        }
    }

    #[inline]
    fn fill_from_leaf(&self, leaf: &Node, from: &[f64; 3], without: u32, row: &mut [Hit]) {
        let last = row.len() - 1;
        let slots = leaf.slots();
        for (point, &number) in self.points[slots.clone()].iter().zip(&self.numbers[slots]) {
            let chord_squared = squared_chord(from, point);
            if chord_squared > row[last].chord_squared {
                continue;
            }
            let hit = Hit { chord_squared, number };
            if number != without && hit.is_before(row[last]) {
                insert(row, hit);
            }
        }
    }
}

/// Puts a hit at its place in an ordered row and drops the last.
fn insert(row: &mut [Hit], hit: Hit) {
    let mut place = row.len() - 1;
    while place > 0 && hit.is_before(row[place - 1]) {
        row[place] = row[place - 1];
        place -= 1;
    }
    row[place] = hit;
}

/// Builds one node and all below: halves along the widest side, all leaves at one depth.
fn build(nodes: &mut [Node], entries: &mut [([f64; 3], u32)], start: u32, first: u32) {
    let mut node = Node { start, end: start + entries.len() as u32, ..Node::default() };
    [node.low, node.high] = bounds(entries.iter().map(|(point, _)| point));
    let below = nodes.len() / 2;
    if below > 0 {
        node.right = first + 1 + below as u32;
        let side = |d: &usize| node.high[*d] - node.low[*d];
        let widest = (0..3).fold(0, |best, d| if side(&d) > side(&best) { d } else { best });
        let half = entries.len() / 2;
        entries.select_nth_unstable_by(half, |a, b| {
            a.0[widest].total_cmp(&b.0[widest]).then(a.1.cmp(&b.1))
        });
        let is_large = entries.len() > GRAIN;
        let (lower, upper) = entries.split_at_mut(half);
        let (left, right) = nodes[1..].split_at_mut(below);
        let mut build_left = || build(left, lower, start, first + 1);
        let mut build_right = || build(right, upper, start + half as u32, node.right);
        if is_large {
            rayon::join(build_left, build_right);
        } else {
            build_left();
            build_right();
        }
    }
    nodes[0] = node;
}

fn bounds<'a>(points: impl IntoIterator<Item = &'a [f64; 3]>) -> [[f64; 3]; 2] {
    let [mut low, mut high] = [[f64::INFINITY; 3], [f64::NEG_INFINITY; 3]];
    for point in points {
        for d in 0..3 {
            low[d] = low[d].min(point[d]);
            high[d] = high[d].max(point[d]);
        }
    }
    [low, high]
}

#[cfg(test)]
#[path = "kd_tree_tests.rs"]
mod tests;
