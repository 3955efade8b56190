//! Who is whose neighbor, and how much: spatial weights.

use geo::{CoordsIter, MultiPolygon};

use crate::domain::Watch;
use crate::index::KdTree;
use crate::index::kd_tree::{Hit, reach};

/// Holds sparse spatial weights, row by row.
///
/// Row i names the neighbors of unit i in rising order. A unit without neighbors, an island, keeps
/// its row, counts in n, and contributes 0 to every sum.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    starts: Vec<usize>,
    neighbors: Vec<u32>,
    values: Vec<f64>,
    watch: Watch,
}

/// Says which polygons touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contiguity {
    /// Those that share at least one corner.
    Queen,
    /// Those that share at least one edge.
    Rook,
}

/// Holds the sums of weights that moments are made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sums {
    /// Σ w.
    pub s0: f64,
    /// ½ Σ (w_ij + w_ji)².
    pub s1: f64,
    /// Σ (w_i· + w_·i)².
    pub s2: f64,
}

impl Weights {
    /// Takes the rows of neighbors with their weights; each row is put in rising order.
    ///
    /// # Shape
    ///
    /// n rows of numbers below n, each at most once.
    #[must_use]
    pub fn from_rows(rows: Vec<Vec<(u32, f64)>>) -> Self {
        let mut weights = Self {
            starts: vec![0],
            neighbors: Vec::new(),
            values: Vec::new(),
            watch: Watch::default(),
        };
        for mut row in rows {
            row.sort_by_key(|&(neighbor, _)| neighbor);
            for (neighbor, weight) in row {
                weights.neighbors.push(neighbor);
                weights.values.push(weight);
            }
            weights.starts.push(weights.neighbors.len());
        }
        weights
    }

    /// Ties the weights to who may call off what is done with them.
    #[must_use]
    pub fn watched(self, watch: &Watch) -> Self {
        Self { watch: watch.clone(), ..self }
    }

    /// Who may call off what is done with them.
    #[must_use]
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// Weighs each unit's k nearest others by 1; of equally near ones those of lowest number.
    #[must_use]
    pub fn k_nearest(tree: &KdTree, k: usize) -> Self {
        let table = tree.all_nearest(k);
        let is_found = |hit: &&Hit| hit.chord_squared.is_finite(); // not all are once it is called off
        let row = |unit: usize| {
            table.row(unit).iter().filter(is_found).map(|hit| (hit.number, 1.0)).collect()
        };
        Self::from_rows((0..tree.len()).map(row).collect())
    }

    /// Weighs all others within a distance by 1, the edge included.
    #[must_use]
    pub fn band(tree: &KdTree, radius_m: f64) -> Self {
        let mut rows = vec![Vec::new(); tree.len()];
        let reach = reach(radius_m);
        for (point, &number) in tree.points().iter().zip(tree.numbers()) {
            tree.within(point, reach, |hit| {
                if hit.number != number {
                    rows[number as usize].push((hit.number, 1.0));
                }
            });
        }
        Self::from_rows(rows)
    }

    /// Weighs polygons that touch by 1.
    ///
    /// They touch where they name exactly the same corners, as boundaries of one topology do; +180
    /// and −180 are one meridian and all longitudes at a pole one place.
    #[must_use]
    pub fn contiguity(polygons: &[MultiPolygon<f64>], contiguity: Contiguity) -> Self {
        let mut marks: Vec<([u64; 4], u32)> = Vec::new();
        for (number, polygon) in (0u32..).zip(polygons) {
            match contiguity {
                Contiguity::Queen => marks.extend(polygon.coords_iter().map(|at| {
                    let [lon, lat] = key(at);
                    ([lon, lat, 0, 0], number)
                })),
                Contiguity::Rook => {
                    let rings = polygon
                        .iter()
                        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
                    marks.extend(rings.flat_map(geo::LineString::lines).map(|line| {
                        let mut ends = [key(line.start), key(line.end)];
                        ends.sort_unstable();
                        ([ends[0][0], ends[0][1], ends[1][0], ends[1][1]], number)
                    }));
                }
            }
        }
        marks.sort_unstable();
        marks.dedup();
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for same in marks.chunk_by(|a, b| a.0 == b.0) {
            for (at, &(_, a)) in same.iter().enumerate() {
                pairs.extend(same[at + 1..].iter().flat_map(|&(_, b)| [(a, b), (b, a)]));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut rows = vec![Vec::new(); polygons.len()];
        for (a, b) in pairs {
            rows[a as usize].push((b, 1.0));
        }
        Self::from_rows(rows)
    }

    /// Divides each row by its sum; islands stay.
    #[must_use]
    pub fn row_standardised(mut self) -> Self {
        for row in self.starts.windows(2) {
            let row = &mut self.values[row[0]..row[1]];
            let sum: f64 = row.iter().sum();
            if sum > 0.0 {
                for weight in row {
                    *weight /= sum;
                }
            }
        }
        self
    }

    /// Weighs each neighbor by 1.
    #[must_use]
    pub fn binary(&self) -> Self {
        Self { values: vec![1.0; self.values.len()], ..self.clone() }
    }

    /// Adds each unit to its own row, as Gi* wants it.
    #[must_use]
    pub fn with_self(&self, weight: f64) -> Self {
        let row = |unit: usize| {
            let others = self.row(unit).filter(|&(other, _)| other as usize != unit);
            others.chain([(unit as u32, weight)]).collect()
        };
        Self::from_rows((0..self.len()).map(row).collect())
    }

    /// How many units there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Says whether there are no units.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The neighbors of a unit with their weights.
    pub fn row(&self, unit: usize) -> impl Iterator<Item = (u32, f64)> {
        let range = self.starts[unit]..self.starts[unit + 1];
        self.neighbors[range.clone()].iter().copied().zip(self.values[range].iter().copied())
    }

    /// How many neighbors a unit has.
    #[must_use]
    pub fn degree(&self, unit: usize) -> usize {
        self.starts[unit + 1] - self.starts[unit]
    }

    /// The units without neighbors.
    #[must_use]
    pub fn islands(&self) -> Vec<usize> {
        (0..self.len()).filter(|&unit| self.degree(unit) == 0).collect()
    }

    /// Σ_j w_ij y_j for a unit.
    #[must_use]
    pub fn lag(&self, unit: usize, y: &[f64]) -> f64 {
        self.row(unit).map(|(other, weight)| weight * y[other as usize]).sum()
    }

    /// The sums that moments are made of.
    #[must_use]
    pub fn sums(&self) -> Sums {
        let mut both = vec![0.0; self.len()];
        let [mut s0, mut squares, mut crossed] = [0.0; 3];
        for unit in 0..self.len() {
            for (other, weight) in self.row(unit) {
                s0 += weight;
                squares += weight * weight;
                crossed += weight * self.weight(other as usize, unit as u32);
                both[unit] += weight;
                both[other as usize] += weight;
            }
        }
        // ½ Σ (w_ij + w_ji)² = Σ w² + Σ w_ij w_ji.
        let s2 = both.iter().map(|sum| sum * sum).sum();
        Sums { s0, s1: squares + crossed, s2 }
    }

    fn weight(&self, unit: usize, other: u32) -> f64 {
        let start = self.starts[unit];
        let row = &self.neighbors[start..self.starts[unit + 1]];
        row.binary_search(&other).map_or(0.0, |at| self.values[start + at])
    }
}

fn key(at: geo::Coord<f64>) -> [u64; 2] {
    // Adding 0 makes −0 plain 0.
    let lon = if at.y.abs() == 90.0 { 0.0 } else { at.x + 0.0 };
    let lon = if lon == -180.0 { 180.0 } else { lon };
    [lon.to_bits(), (at.y + 0.0).to_bits()]
}

#[cfg(test)]
pub(super) mod tests {
    use geo::Rect;

    use super::*;
    use crate::domain::LonLat;

    fn cell(west: f64, south: f64) -> MultiPolygon<f64> {
        Rect::new((west, south), (west + 1.0, south + 1.0)).to_polygon().into()
    }

    /// Nine cells, three by three, row by row.
    pub(in crate::analysis) fn nine(contiguity: Contiguity) -> Weights {
        let cells: Vec<_> = (0..9).map(|n| cell(f64::from(n % 3), f64::from(n / 3))).collect();
        Weights::contiguity(&cells, contiguity)
    }

    #[test]
    fn nine_cells_have_twelve_shared_edges_and_twenty_shared_corners_or_edges() {
        let rook = nine(Contiguity::Rook);
        assert_eq!(rook.sums().s0, 24.0);
        assert_eq!(rook.row(4).map(|(other, _)| other).collect::<Vec<_>>(), [1, 3, 5, 7]);
        assert_eq!(nine(Contiguity::Queen).sums().s0, 40.0);
        assert_eq!(nine(Contiguity::Queen).degree(4), 8);
    }

    #[test]
    fn polygons_touch_across_the_antimeridian() {
        let split = [cell(179.0, 0.0), cell(-180.0, 0.0), cell(50.0, 0.0)];
        let weights = Weights::contiguity(&split, Contiguity::Rook);
        assert_eq!(weights.row(0).collect::<Vec<_>>(), [(1, 1.0)]);
        assert_eq!(weights.islands(), [2]);
    }

    #[test]
    fn bands_include_their_edge_and_nearest_are_one_sided() {
        let points: Vec<[f64; 3]> = [0.0, 1.0, 3.0, 60.0]
            .map(|lon| LonLat::from_degrees(lon, 0.0).unwrap().unit_vector())
            .to_vec();
        let tree = KdTree::new(&points);
        let edge_m = tree.all_nearest(1).row(0)[0].distance_m();
        let band = Weights::band(&tree, edge_m);
        assert_eq!([0, 1, 2, 3].map(|unit| band.degree(unit)), [1, 1, 0, 0]);
        assert_eq!(band.islands(), [2, 3]);
        let nearest = Weights::k_nearest(&tree, 1);
        assert_eq!(nearest.row(3).collect::<Vec<_>>(), [(2, 1.0)]);
        assert_eq!(nearest.row(2).collect::<Vec<_>>(), [(1, 1.0)]);
        // w = 1: (0,1), (1,0), (2,1), (3,2); s1 = ½ (4 + 4 + 1·2 + 1·2); s2 = 2² + 3² + 2² + 1.
        assert_eq!(nearest.sums(), Sums { s0: 4.0, s1: 6.0, s2: 18.0 });
        assert_eq!(Weights::k_nearest(&tree, 99).degree(0), 3);
        assert!(Weights::k_nearest(&KdTree::new(&[]), 3).is_empty());
    }

    #[test]
    fn standardised_rows_sum_to_one_and_islands_stay() {
        let standard = nine(Contiguity::Rook).row_standardised();
        assert!((standard.sums().s0 - 9.0).abs() < 1e-12);
        assert_eq!(Weights::from_rows(vec![Vec::new(); 3]).row_standardised().sums().s0, 0.0);
        assert_eq!(standard.binary(), nine(Contiguity::Rook));
        assert_eq!(nine(Contiguity::Rook).with_self(1.0).degree(0), 3);
    }
}
