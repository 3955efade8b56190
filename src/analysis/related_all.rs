//! What is related near all bases at once: sums over the cells of a tree instead of over sites.

use super::p_values::PValues;
use super::related::{Around, Decay, RelatedIndex};
use crate::index::KdTree;
use crate::index::geodesic::{SPHERE_RADIUS_M, arc_m};
use crate::index::kd_tree::{reach, squared_chord};

/// How wide a cell may be that stands for its sites, in decay lengths, where there are up to 20,000 sites
/// and more; the errors of many cells even out. See [`RelatedSites::index`].
const WIDTHS: [f64; 2] = [0.1, 0.25];
/// How many sites are few.
const FEW: usize = 20_000;

/// Up to which skewness the cube root of the Pearson III law is normal enough.
const MOST_SKEW: f64 = 1.0;

/// Holds sites in cells, so that sums over all near a base are found without going to each.
///
/// A site has a kind, the list of its industries, and a weight.
#[derive(Debug, Clone)]
pub struct AllSites {
    tree: KdTree,
    cells: Vec<Cell>,
    /// By slot of the tree.
    kinds: Vec<u32>,
    /// By slot of the tree.
    weights: Vec<f64>,
    /// The slot of each site.
    slots: Vec<u32>,
    counts: Vec<usize>,
}

/// The middle of the sites of a node by their weights, and the squared diagonal of its box, of the unit sphere.
#[derive(Debug, Clone, Copy)]
struct Cell {
    middle: [f64; 3],
    diagonal_squared: f64,
    /// The mean square of how far its sites are from the middle along one direction.
    variance: f64,
}

/// Sums over the sites of a cell whose relatedness with some industries is known.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    count: u32,
    /// Of the weights, their squares and their cubes.
    powers: [f64; 3],
    /// Of weight × relatedness.
    related: f64,
    /// Of weight × relatedness × position; in a cell, of the way from its middle.
    moment: [f64; 3],
}

/// Holds the sites as one list of industries is related with them.
#[derive(Debug)]
pub struct RelatedSites<'a> {
    sites: &'a AllSites,
    relatedness: &'a [Option<f64>],
    held: Vec<Held>,
}

/// How a cell is seen from a base, in radians.
#[derive(Clone, Copy)]
struct Toward<'a> {
    from: &'a [f64; 3],
    arc: f64,
    length: f64,
}

/// Sums over the sites near a base.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Sums {
    near: usize,
    /// Of kernel × weight, its square and its cube.
    powers: [f64; 3],
    /// Of kernel × weight × relatedness.
    value: f64,
}

impl Sums {
    /// Adds a site, or sites at one place.
    fn add(&mut self, kernel: f64, held: &Held) {
        self.near += held.count as usize;
        let mut power = 1.0;
        for (sum, weights) in self.powers.iter_mut().zip(held.powers) {
            power *= kernel;
            *sum += power * weights;
        }
        self.value += kernel * held.related;
    }

    /// Adds a cell whose middle is so many decay lengths away, to the second order.
    ///
    /// The mean of `e^(−pd/L)` over sites of a variance σ² along each direction is that of their middle
    /// times 1 + σ²/2 (p²/L² − p/(dL)). What is related has a middle of its own, by which the kernel
    /// falls by 1/L along the way.
    fn add_cell(&mut self, kernel: f64, held: &Held, cell: &Cell, way: Toward<'_>) {
        if cell.variance <= 0.0 || way.arc <= 0.0 {
            return self.add(kernel, held);
        }
        self.near += held.count as usize;
        let half = cell.variance / (2.0 * way.length);
        let (bent, drawn_out) = (half / way.length, half / way.arc);
        let bend = |power: f64| 1.0 + power * (power * bent - drawn_out);
        let mut power = 1.0;
        for ((sum, weights), exponent) in
            self.powers.iter_mut().zip(held.powers).zip([1.0, 2.0, 3.0])
        {
            power *= kernel;
            *sum += power * bend(exponent) * weights;
        }
        let step = |side: usize| (cell.middle[side] - way.from[side]) * held.moment[side];
        let along = (step(0) + step(1) + step(2)) / (way.arc * way.length);
        self.value += kernel * (held.related * bend(1.0) - along);
    }
}

impl Held {
    fn of(weight: f64, relatedness: f64, at: &[f64; 3]) -> Self {
        let powers = [weight, weight * weight, weight * weight * weight];
        let related = weight * relatedness;
        Self { count: 1, powers, related, moment: at.map(|side| related * side) }
    }

    /// The same with its moment from a middle.
    fn about_middle(&self, middle: &[f64; 3]) -> Self {
        let off = |side: usize| self.moment[side] - self.related * middle[side];
        Self { moment: [off(0), off(1), off(2)], ..*self }
    }

    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.related += other.related;
        let all = self.powers.iter_mut().chain(&mut self.moment);
        for (sum, more) in all.zip(other.powers.iter().chain(&other.moment)) {
            *sum += more;
        }
    }
}

impl AllSites {
    /// Puts sites into cells.
    ///
    /// # Shape
    ///
    /// n unit vectors, n kinds below `kinds`, n weights of 0 or more.
    #[must_use]
    pub fn new(points: &[[f64; 3]], kind: &[u32], kinds: usize, weights: &[f64]) -> Self {
        debug_assert!(points.len() == kind.len() && kind.len() == weights.len());
        let tree = KdTree::new(points);
        let mut slots = vec![0; points.len()];
        for (slot, &number) in (0..).zip(tree.numbers()) {
            slots[number as usize] = slot;
        }
        let mut counts = vec![0; kinds];
        for &kind in kind {
            counts[kind as usize] += 1;
        }
        let by_slot = || tree.numbers().iter().map(|&number| number as usize);
        Self {
            cells: cells(&tree, weights),
            kinds: by_slot().map(|number| kind[number]).collect(),
            weights: by_slot().map(|number| weights[number]).collect(),
            slots,
            counts,
            tree,
        }
    }

    /// The sites as some industries are related with each kind; `None` where that is not known.
    #[must_use]
    pub fn related<'a>(&'a self, relatedness: &'a [Option<f64>]) -> RelatedSites<'a> {
        let nodes = self.tree.nodes();
        let mut held = vec![Held::default(); nodes.len()];
        // A node comes before its halves.
        for (at, node) in nodes.iter().enumerate().rev() {
            let mut all = Held::default();
            if node.is_leaf() {
                for slot in node.slots() {
                    if let Some(value) = relatedness[self.kinds[slot] as usize] {
                        all.add(&Held::of(self.weights[slot], value, &self.tree.points()[slot]));
                    }
                }
            } else {
                all.add(&held[at + 1]);
                all.add(&held[node.right as usize]);
            }
            held[at] = all;
        }
        for (held, cell) in held.iter_mut().zip(&self.cells) {
            *held = held.about_middle(&cell.middle);
        }
        RelatedSites { sites: self, relatedness, held }
    }
}

/// The cells of the nodes of a tree.
fn cells(tree: &KdTree, weights: &[f64]) -> Vec<Cell> {
    let nodes = tree.nodes();
    // Of weight × position, and of weight.
    let mut sums = vec![[0.0; 4]; nodes.len()];
    for (at, node) in nodes.iter().enumerate().rev() {
        let add = |a: [f64; 4], b: &[f64; 4]| [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];
        sums[at] = if node.is_leaf() {
            let weighed = |slot: usize| {
                // Sites of no weight stand somewhere, too.
                let weight = weights[tree.numbers()[slot] as usize].max(1e-100);
                let [x, y, z] = tree.points()[slot].map(|side| side * weight);
                [x, y, z, weight]
            };
            node.slots().fold([0.0; 4], |sum, slot| add(sum, &weighed(slot)))
        } else {
            add(sums[at + 1], &sums[node.right as usize])
        };
    }
    let cell = |(sum, node): (&[f64; 4], &crate::index::kd_tree::Node)| {
        let [x, y, z, weight] = *sum;
        let length = (x * x + y * y + z * z).sqrt();
        let middle = [x, y, z].map(|side| if length > 0.0 { side / length } else { 0.0 });
        // Squared chords from the middle are 2 − 2 cos; on the sphere there are two directions.
        let variance = if weight > 0.0 { (1.0 - length / weight).max(0.0) } else { 0.0 };
        Cell { middle, diagonal_squared: squared_chord(&node.low, &node.high), variance }
    };
    sums.iter().zip(nodes).map(cell).collect()
}

impl RelatedSites<'_> {
    /// The index of a base and the p-value of as much as is there, by the Pearson III law.
    ///
    /// As [`SitesByKind::index`](super::related::SitesByKind::index), but sites far away count as if
    /// they stood in their cells evenly: sums are within a half of one percent, and both sums of a ratio
    /// err alike. The law has the mean, the variance and the skewness
    /// of all ways to shuffle the industries; the p-value is `None` where the sum cannot vary, or is too
    /// skew for the law to be found by its cube root.
    ///
    /// # References
    ///
    /// Mielke & Berry (2007), Permutation Methods: A Distance Function Approach, 2nd ed., Springer.
    #[must_use]
    pub fn index(&self, around: Around<'_>, decay: Decay) -> Option<(RelatedIndex, Option<f64>)> {
        debug_assert_eq!(around.relatedness, self.relatedness, "asked as it was prepared");
        let own = around.without.map(|site| self.sites.slots[site as usize] as usize);
        let spread = self.spread(own)?;
        let sums = self.sums(&around.from, own, decay);
        let n = spread.n;
        let [sum, squares, cubes] = sums.powers;
        let mean = sum / n;
        let spread_a = squares - sum * mean;
        let variance = spread_a * spread.squares / (n - 1.0).max(1.0);
        let expected = sum * spread.mean;
        let is_fixed = variance <= 1e-24 * expected.abs().max(1e-12).powi(2);
        let z_value = (!is_fixed).then(|| (sums.value - expected) / variance.sqrt());
        let third = cubes - 3.0 * mean * squares + 2.0 * mean * mean * sum;
        let skewness = if n > 2.0 && !is_fixed {
            n / ((n - 1.0) * (n - 2.0)) * third * spread.cubes / variance.powf(1.5)
        } else {
            0.0
        };
        let is_lawful = sums.near > 0 && skewness.abs() <= MOST_SKEW;
        let p_value = z_value.filter(|_| is_lawful).map(|z| pearson_iii(z, skewness));
        let (near, sites) = (sums.near, n as usize);
        Some((RelatedIndex { value: sums.value, expected, z_value, near, sites }, p_value))
    }

    /// Mean and spread of the relatednesses that could stand anywhere.
    fn spread(&self, own: Option<usize>) -> Option<Spread> {
        let own = own.map(|slot| self.sites.kinds[slot] as usize);
        let known = || {
            let count = |kind: usize| self.sites.counts[kind] - usize::from(own == Some(kind));
            let value =
                move |(kind, value): (usize, &Option<f64>)| Some((count(kind) as f64, (*value)?));
            self.relatedness.iter().enumerate().filter_map(value)
        };
        let n: f64 = known().map(|(count, _)| count).sum();
        let mean = known().map(|(count, value)| count * value).sum::<f64>() / n;
        let power = |exponent| {
            known().map(|(count, value)| count * (value - mean).powi(exponent)).sum::<f64>()
        };
        (n > 0.0).then(|| Spread { n, mean, squares: power(2), cubes: power(3) })
    }

    /// Sums over the sites near, the base's own left out.
    ///
    /// A cell stands for its sites where its diagonal is at most [`WIDTHS`] √(L min(d, L)) e^(d / 2L), with
    /// d its distance and L the decay length: so all cells err about alike, as the kernel is bent by
    /// 1/L² along the way and by 1/dL across it. One that the reach cuts is parted to the width times L.
    fn sums(&self, from: &[f64; 3], own: Option<usize>, decay: Decay) -> Sums {
        let (nodes, length) = (self.sites.tree.nodes(), decay.length_m / SPHERE_RADIUS_M);
        let reach = reach(decay.reach_m());
        let width = WIDTHS[usize::from(self.sites.tree.len() > FEW)];
        let narrow = (width * length).powi(2);
        let mut sums = Sums::default();
        let mut open = vec![0_usize];
        while let Some(at) = open.pop() {
            let (node, cell, held) = (&nodes[at], &self.sites.cells[at], &self.held[at]);
            if held.count == 0 || node.nearest_chord(from) > reach {
                continue;
            }
            let chord = squared_chord(from, &cell.middle);
            let arc = arc(chord);
            let kernel = (-arc / length).exp();
            let is_whole = node.farthest_chord(from) <= reach;
            let bent = narrow * arc.min(length) / length;
            let is_small = cell.diagonal_squared * kernel <= bent
                && (is_whole || cell.diagonal_squared <= narrow);
            if is_small && !own.is_some_and(|own| node.slots().contains(&own)) {
                if is_whole || chord <= reach {
                    sums.add_cell(kernel, held, cell, Toward { from, arc, length });
                }
            } else if node.is_leaf() {
                self.add_each(&mut sums, node.slots(), from, own, reach, length);
            } else {
                open.extend([node.right as usize, at + 1]);
            }
        }
        sums
    }

    fn add_each(
        &self,
        sums: &mut Sums,
        slots: std::ops::Range<usize>,
        from: &[f64; 3],
        own: Option<usize>,
        reach: f64,
        length: f64,
    ) {
        for slot in slots.filter(|slot| Some(*slot) != own) {
            let chord = squared_chord(from, &self.sites.tree.points()[slot]);
            let known = self.relatedness[self.sites.kinds[slot] as usize];
            if let Some(value) = known.filter(|_| chord <= reach) {
                let kernel = (-arc(chord) / length).exp();
                sums.add(kernel, &Held::of(self.sites.weights[slot], value, &from.map(|_| 0.0)));
            }
        }
    }
}

/// Mean and centred sums of n relatednesses.
struct Spread {
    n: f64,
    mean: f64,
    squares: f64,
    cubes: f64,
}

/// The arc of a squared chord in radians; near ones by the series of the arcsine, to 10⁻⁹.
fn arc(chord_squared: f64) -> f64 {
    if chord_squared > 0.04 {
        return arc_m(chord_squared) / SPHERE_RADIUS_M;
    }
    let quarter = chord_squared / 4.0;
    chord_squared.sqrt()
        * (1.0 + quarter * (1.0 / 6.0 + quarter * (3.0 / 40.0 + quarter * 15.0 / 336.0)))
}

/// The upper tail of the Pearson III law with mean 0, variance 1 and a skewness.
///
/// By its cube root, which is nearly normal; where the law has no tail left, the least number above 0.
///
/// # References
///
/// Wilson & Hilferty (1931), The distribution of chi-square, PNAS 17, 684–688.
fn pearson_iii(z_value: f64, skewness: f64) -> f64 {
    if skewness.abs() < 1e-6 {
        return PValues::normal(z_value).greater;
    }
    let root = (skewness * z_value / 2.0 + 1.0).max(0.0).cbrt();
    let normal = 6.0 / skewness * (root - 1.0) + skewness / 6.0;
    PValues::normal(normal).greater.max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::random::Random;
    use crate::analysis::related::{Found, SitesByKind};
    use crate::domain::LonLat;

    const DECAY: Decay = Decay { length_m: 100_000.0 };

    fn strewn(n: usize, kinds: usize) -> (Vec<[f64; 3]>, Vec<u32>, Vec<f64>) {
        let mut random = Random::new(7, 1);
        let mut all = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..n {
            let (lon, lat) = (110.0 + 8.0 * random.uniform(), 28.0 + 8.0 * random.uniform());
            all.0.push(LonLat::from_degrees(lon, lat).unwrap().unit_vector());
            all.1.push(random.below(kinds) as u32);
            all.2.push(1.0 + random.uniform());
        }
        all
    }

    fn relatedness(kinds: usize) -> Vec<Option<f64>> {
        let value = |kind| match kind {
            0 => None,
            1..4 => Some(0.2 * f64::from(kind)),
            _ => Some(0.001),
        };
        (0..kinds as u32).map(value).collect()
    }

    #[test]
    fn sums_by_cells_are_those_by_sites_within_a_half_of_one_percent() {
        let (points, kind, weights) = strewn(20_001, 20);
        let known = relatedness(20);
        let all = AllSites::new(&points, &kind, 20, &weights);
        let by_cells = all.related(&known);
        let by_site = SitesByKind::new(&points, &kind, 20, weights);
        for site in (0..20_000).step_by(397) {
            let around =
                Around { from: points[site as usize], without: Some(site), relatedness: &known };
            let told = by_site.index(around, DECAY).unwrap();
            let (found, _) = by_cells.index(around, DECAY).unwrap();
            assert!((found.value / told.value - 1.0).abs() < 5e-3, "{found:?} {told:?}");
            assert!((found.expected / told.expected - 1.0).abs() < 5e-3, "{found:?} {told:?}");
            assert!((found.z_value.unwrap() - told.z_value.unwrap()).abs() < 0.1);
            assert!((found.near as f64 / told.near as f64 - 1.0).abs() < 0.02);
            assert_eq!(found.sites, told.sites);
        }
    }

    #[test]
    fn few_sites_are_summed_one_by_one_and_the_base_is_left_out() {
        let (points, kind, weights) = strewn(12, 5);
        let known = relatedness(5);
        let all = AllSites::new(&points, &kind, 5, &weights);
        let by_cells = all.related(&known);
        let by_site = SitesByKind::new(&points, &kind, 5, weights);
        for without in (0..12).map(Some).chain([None]) {
            let from = points[without.unwrap_or(0) as usize];
            let around = Around { from, without, relatedness: &known };
            let told = by_site.index(around, DECAY).unwrap();
            let (found, _) = by_cells.index(around, DECAY).unwrap();
            assert!((found.value - told.value).abs() < 1e-9 && found.near == told.near);
            assert!((found.expected - told.expected).abs() < 1e-9, "{found:?} {told:?}");
        }
        let nothing = [None; 5];
        let around = Around { from: points[0], without: None, relatedness: &nothing };
        assert_eq!(all.related(&nothing).index(around, DECAY), None);
    }

    #[test]
    fn the_p_value_is_near_that_of_draws() {
        let (points, kind, weights) = strewn(900, 20);
        let known = relatedness(20);
        let all = AllSites::new(&points, &kind, 20, &weights);
        let by_cells = all.related(&known);
        let by_site = SitesByKind::new(&points, &kind, 20, weights);
        for site in (0..900).step_by(61) {
            let around =
                Around { from: points[site as usize], without: Some(site), relatedness: &known };
            let (told, how) = by_site.p_value(around, DECAY, 4_999, 1, 1).unwrap();
            assert_eq!(how, Found::ByDraws(4_999));
            let (_, found) = by_cells.index(around, DECAY).unwrap();
            let found = found.unwrap();
            assert!((found - told).abs() < 0.02 + 0.05 * told, "{found} {told}");
        }
    }

    #[test]
    fn tails_are_those_of_the_chi_square_and_of_the_normal_law() {
        // Chi-square of 8 degrees has mean 8, variance 16, skewness 1: above 15.507 lie 5 %, above 20.090 1 %.
        for (value, told) in [(15.507, 0.05), (20.090, 0.01)] {
            let found = pearson_iii((value - 8.0) / 4.0, 1.0);
            assert!((found / told - 1.0).abs() < 0.02, "{found} {told}");
        }
        assert!((pearson_iii(1.96, 0.0) - 0.025).abs() < 1e-4);
        assert!(pearson_iii(50.0, -1.0) > 0.0, "beyond the end there is no nought");
    }

    #[test]
    fn near_arcs_are_those_of_the_arcsine() {
        for chord_squared in [0.0, 1e-12, 1e-4, 0.02, 0.04, 0.5, 4.0] {
            let told = arc_m(chord_squared) / SPHERE_RADIUS_M;
            assert!((arc(chord_squared) - told).abs() <= 1e-9 * told, "{chord_squared}");
        }
    }
}
