//! Which related industries stand near a site, and is that more than chance?

use rayon::prelude::*;

use super::p_values::Tails;
use super::random::Random;
use crate::domain::Watch;
use crate::index::KdTree;
use crate::index::geodesic::SPHERE_SLACK;
use crate::index::kd_tree::reach;

/// Beyond so many decay lengths a site counts for nothing: there the kernel is under 0.05.
pub const REACH: f64 = 3.0;
/// Up to so many ways to label the sites near, all are counted.
const MOST_COUNTED: usize = 200_000;
/// From so many sites near, the sum is normal to well under the error of 999 draws.
const NORMAL_FROM: usize = 2_000;

/// Says how a site counts less the farther it is: exp(−d / decay), and nothing beyond [`REACH`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decay {
    /// The length over which it falls to 1/e, in metres.
    pub length_m: f64,
}

impl Decay {
    /// The weight of a site at a distance in metres; 1 at none.
    #[must_use]
    pub fn at(self, distance_m: f64) -> f64 {
        if distance_m > self.reach_m() { 0.0 } else { (-distance_m / self.length_m).exp() }
    }

    /// The distance beyond which nothing counts.
    #[must_use]
    pub fn reach_m(self) -> f64 {
        REACH * self.length_m
    }
}

/// Holds sites by what they make, so that those of each kind are found quickly.
///
/// A kind is a list of industries that one or more sites have.
#[derive(Debug, Clone)]
pub struct SitesByKind {
    trees: Vec<KdTree>,
    sites: Vec<Vec<u32>>,
    weights: Vec<f64>,
    watch: Watch,
}

/// Holds one site near another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// Its number among all sites.
    pub site: u32,
    /// Its kind.
    pub kind: u32,
    /// How far it is along the great circle, in metres.
    pub distance_m: f64,
}

impl SitesByKind {
    /// Sorts sites by kind.
    ///
    /// # Shape
    ///
    /// n unit vectors, n kinds below `kinds`, n weights of 0 or more.
    #[must_use]
    pub fn new(points: &[[f64; 3]], kind: &[u32], kinds: usize, weights: Vec<f64>) -> Self {
        debug_assert!(points.len() == kind.len() && kind.len() == weights.len());
        let mut sites = vec![Vec::new(); kinds];
        for (site, &kind) in (0_u32..).zip(kind) {
            sites[kind as usize].push(site);
        }
        let tree = |sites: &Vec<u32>| {
            KdTree::new(&sites.iter().map(|&site| points[site as usize]).collect::<Vec<_>>())
        };
        let trees = sites.par_iter().map(tree).collect();
        Self { trees, sites, weights, watch: Watch::default() }
    }

    /// Ties the sites to who may call off the draws among them.
    #[must_use]
    pub fn watched(self, watch: &Watch) -> Self {
        Self { watch: watch.clone(), ..self }
    }

    /// How many sites there are of a kind.
    #[must_use]
    pub fn count(&self, kind: usize) -> usize {
        self.sites[kind].len()
    }

    /// The k nearest sites of a kind, and those that could be among them on the ellipsoid.
    #[must_use]
    pub fn nearest(
        &self,
        kind: usize,
        from: &[f64; 3],
        k: usize,
        without: Option<u32>,
    ) -> Vec<Near> {
        let tree = &self.trees[kind];
        let left_out = self.place(kind, without);
        let Some(last) = tree.nearest(from, k, left_out).last().map(|hit| hit.distance_m()) else {
            return Vec::new();
        };
        let mut near = self.within(kind, from, last * SPHERE_SLACK, without);
        near.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.site.cmp(&b.site)));
        near
    }

    /// The k nearest sites of a kind on the sphere, within a radius in metres, the nearest first.
    #[must_use]
    pub fn nearest_within(
        &self,
        kind: usize,
        from: &[f64; 3],
        k: usize,
        radius_m: f64,
        without: Option<u32>,
    ) -> Vec<Near> {
        let hits = self.trees[kind].nearest(from, k, self.place(kind, without));
        let near = |hit: crate::index::kd_tree::Hit| {
            let site = self.sites[kind][hit.number as usize];
            Near { site, kind: kind as u32, distance_m: hit.distance_m() }
        };
        hits.into_iter().map(near).take_while(|near| near.distance_m <= radius_m).collect()
    }

    /// What each site counts by.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The sites of a kind within a radius in metres, in no particular order.
    #[must_use]
    pub fn within(
        &self,
        kind: usize,
        from: &[f64; 3],
        radius_m: f64,
        without: Option<u32>,
    ) -> Vec<Near> {
        let mut near = Vec::new();
        let left_out = self.place(kind, without);
        self.trees[kind].within(from, reach(radius_m), |hit| {
            if Some(hit.number) != left_out {
                let site = self.sites[kind][hit.number as usize];
                near.push(Near { site, kind: kind as u32, distance_m: hit.distance_m() });
            }
        });
        near
    }

    fn place(&self, kind: usize, site: Option<u32>) -> Option<u32> {
        self.sites[kind].binary_search(&site?).ok().map(|place| place as u32)
    }
}

/// Holds how much that is related stands near a site, against chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RelatedIndex {
    /// The sum of relatedness × kernel × weight over the sites near.
    pub value: f64,
    /// Its mean when the industries are shuffled over the sites.
    pub expected: f64,
    /// How many standard deviations of the shuffled sum lie between; `None` where it cannot vary.
    pub z_value: Option<f64>,
    /// How many sites stand within reach.
    pub near: usize,
    /// How many sites there are whose relatedness is known.
    pub sites: usize,
}

/// Says how a p-value was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// By counting all ways to label the sites near.
    Exactly,
    /// By so many draws.
    ByDraws(usize),
    /// By the normal law, for very many sites near.
    ByNormalLaw,
    /// By the Pearson III law, where very many bases are asked about.
    ByPearsonLaw,
}

/// Holds a site that is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// Where it stands.
    pub from: [f64; 3],
    /// Its own number among the sites, if it is one of them; it is left out.
    pub without: Option<u32>,
    /// Its relatedness with each kind; `None` where it is not known: such sites take no part.
    pub relatedness: &'a [Option<f64>],
}

impl SitesByKind {
    /// Sums relatedness × kernel × weight over the sites near.
    ///
    /// Mean and variance are those over all ways to shuffle the industries over fixed sites: with a
    /// the kernel weights and b the relatednesses of n sites, n ā b̄ and
    /// Σ(a − ā)² Σ(b − b̄)² / (n − 1). Weights stay with the sites. `None` if no site's relatedness
    /// is known.
    ///
    /// # References
    ///
    /// Hoeffding (1951), A combinatorial central limit theorem, Ann. Math. Statist. 22, 558–566.
    #[must_use]
    pub fn index(&self, around: Around<'_>, decay: Decay) -> Option<RelatedIndex> {
        Labelling::new(self, around, decay).map(|labelling| labelling.index())
    }

    /// The share of all ways to label the sites that give at least the sum that is there.
    ///
    /// All ways are counted where they are few, else `draws` are drawn from the stream of a number;
    /// with very many sites near the law is normal. `None` where no site is near, or all sites are
    /// equally related.
    #[must_use]
    pub fn p_value(
        &self,
        around: Around<'_>,
        decay: Decay,
        draws: usize,
        seed: u64,
        stream: u64,
    ) -> Option<(f64, Found)> {
        Labelling::new(self, around, decay)?.p_value(
            draws,
            &mut Random::new(seed, stream),
            &self.watch,
        )
    }
}

/// Holds the sites near with their kernel weights, and the relatednesses that could stand there.
struct Labelling {
    /// Kernel × weight of each site near, and the class that stands there.
    near: Vec<(f64, usize)>,
    /// Different values of relatedness, rising, and how many sites have each.
    classes: Vec<(f64, usize)>,
}

impl Labelling {
    fn new(sites: &SitesByKind, around: Around<'_>, decay: Decay) -> Option<Self> {
        let known = |kind: usize| around.relatedness[kind];
        let mut values: Vec<f64> = around.relatedness.iter().copied().flatten().collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        let class = |value: f64| values.partition_point(|known| *known < value);
        let mut classes: Vec<(f64, usize)> = values.iter().map(|&value| (value, 0)).collect();
        let mut near = Vec::new();
        for kind in 0..sites.trees.len() {
            let Some(value) = known(kind) else { continue };
            let own = usize::from(sites.place(kind, around.without).is_some());
            classes[class(value)].1 += sites.count(kind) - own;
            near.extend(sites.within(kind, &around.from, decay.reach_m(), around.without));
        }
        // Sums are made in an order that does not depend on how a tree was built.
        near.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.site.cmp(&b.site)));
        let weight = |one: &Near| decay.at(one.distance_m) * sites.weights[one.site as usize];
        let class_of = |one: &Near| class(known(one.kind as usize).unwrap_or_default());
        let near = near.iter().map(|one| (weight(one), class_of(one))).collect();
        classes.iter().any(|(_, count)| *count > 0).then_some(Self { near, classes })
    }

    fn sites(&self) -> usize {
        self.classes.iter().map(|(_, count)| count).sum()
    }

    fn value(&self) -> f64 {
        self.near.iter().map(|&(weight, class)| weight * self.classes[class].0).sum()
    }

    fn index(&self) -> RelatedIndex {
        let (n, value) = (self.sites() as f64, self.value());
        let sum_a: f64 = self.near.iter().map(|(weight, _)| weight).sum();
        let squares_a: f64 = self.near.iter().map(|(weight, _)| weight * weight).sum();
        let each = || self.classes.iter().map(|&(value, count)| (value, count as f64));
        let mean_b = each().map(|(value, count)| value * count).sum::<f64>() / n;
        let spread_b: f64 = each().map(|(value, count)| (value - mean_b).powi(2) * count).sum();
        let spread_a = squares_a - sum_a * sum_a / n;
        let variance = spread_a * spread_b / (n - 1.0).max(1.0);
        let expected = sum_a * mean_b;
        let is_fixed = variance <= 1e-24 * expected.abs().max(1e-12).powi(2);
        RelatedIndex {
            value,
            expected,
            z_value: (!is_fixed).then(|| (value - expected) / variance.sqrt()),
            near: self.near.len(),
            sites: self.sites(),
        }
    }

    fn p_value(&self, draws: usize, random: &mut Random, watch: &Watch) -> Option<(f64, Found)> {
        let index = self.index();
        let z_value = index.z_value.filter(|_| !self.near.is_empty())?;
        let ways = self.classes.len().saturating_pow(u32::try_from(self.near.len()).ok()?);
        if ways <= MOST_COUNTED {
            return Some((self.counted(index.value), Found::Exactly));
        }
        if self.near.len() >= NORMAL_FROM {
            let p_value = super::p_values::PValues::normal(z_value).greater;
            return Some((p_value, Found::ByNormalLaw));
        }
        if draws == 0 || watch.is_off() {
            return None;
        }
        Some((self.drawn(index.value, draws, random, watch), Found::ByDraws(draws)))
    }

    /// Draws so often which sites' industries stand at the places near.
    fn drawn(&self, observed: f64, draws: usize, random: &mut Random, watch: &Watch) -> f64 {
        let all = self.classes.iter().flat_map(|&(value, count)| std::iter::repeat_n(value, count));
        let mut all: Vec<f64> = all.collect();
        let mut tails = Tails::default();
        for _ in (0..draws).take_while(|_| !watch.is_off()) {
            // Shuffled again, a shuffled list is as random as a fresh one.
            random.shuffle_first(&mut all, self.near.len());
            let drawn = self.near.iter().zip(&all).map(|((weight, _), value)| weight * value).sum();
            tails.add(drawn, observed, tolerance(observed));
        }
        tails.of_draws().greater
    }

    /// Counts every way to label the places near.
    fn counted(&self, observed: f64) -> f64 {
        let mut left: Vec<usize> = self.classes.iter().map(|(_, count)| *count).collect();
        let least = observed - tolerance(observed);
        self.share(0, 0.0, &mut left, self.sites(), least)
    }

    /// The share of the ways to label the places from one on whose sum is at least so much.
    fn share(&self, place: usize, sum: f64, left: &mut [usize], n: usize, least: f64) -> f64 {
        if place == self.near.len() {
            return if sum >= least { 1.0 } else { 0.0 };
        }
        let mut share = 0.0;
        for class in 0..left.len() {
            if left[class] == 0 {
                continue;
            }
            let chance = left[class] as f64 / n as f64;
            left[class] -= 1;
            let next = sum + self.near[place].0 * self.classes[class].0;
            share += chance * self.share(place + 1, next, left, n - 1, least);
            left[class] += 1;
        }
        share.min(1.0)
    }
}

/// Sums of the same numbers in another order differ by less.
fn tolerance(value: f64) -> f64 {
    1e-9 * value.abs().max(1e-12)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::LonLat;

    const DECAY: Decay = Decay { length_m: 100_000.0 };

    fn vector(lon: f64, lat: f64) -> [f64; 3] {
        LonLat::from_degrees(lon, lat).unwrap().unit_vector()
    }

    /// Sites on the equator; one degree is 111.195 km.
    fn sites(places: &[(f64, u32)], kinds: usize) -> SitesByKind {
        let points: Vec<[f64; 3]> = places.iter().map(|(lon, _)| vector(*lon, 0.0)).collect();
        let kind: Vec<u32> = places.iter().map(|(_, kind)| *kind).collect();
        SitesByKind::new(&points, &kind, kinds, vec![1.0; places.len()])
    }

    fn around(relatedness: &[Option<f64>]) -> Around<'_> {
        Around { from: vector(0.0, 0.0), without: None, relatedness }
    }

    #[test]
    fn one_related_site_near_among_five_is_one_case_of_five() {
        let sites = sites(&[(1.0, 0), (50.0, 1), (60.0, 1), (70.0, 1), (80.0, 1)], 2);
        let relatedness = [Some(0.5), Some(0.0)];
        let index = sites.index(around(&relatedness), DECAY).unwrap();
        let kernel = (-1.111_949_f64).exp();
        assert!((index.value - 0.5 * kernel).abs() < 1e-6, "{index:?}");
        assert!((index.expected - 0.1 * kernel).abs() < 1e-6, "{index:?}");
        assert_eq!((index.near, index.sites), (1, 5));
        let (p_value, how) = sites.p_value(around(&relatedness), DECAY, 999, 1, 1).unwrap();
        assert!((p_value - 0.2).abs() < 1e-12 && how == Found::Exactly);
    }

    #[test]
    fn what_is_not_known_takes_no_part_and_is_not_nought() {
        let sites = sites(&[(1.0, 0), (0.5, 1), (60.0, 2)], 3);
        let known = [Some(0.5), None, Some(0.1)];
        let index = sites.index(around(&known), DECAY).unwrap();
        assert_eq!((index.near, index.sites), (1, 2));
        assert!(sites.index(around(&[None, None, None]), DECAY).is_none());
        let nothing_near = [None, None, Some(0.1)];
        assert!(sites.p_value(around(&nothing_near), DECAY, 99, 1, 1).is_none());
    }

    /// All orders of the relatednesses over all sites, one by one.
    fn all_orders(values: &mut Vec<f64>, weights: &[f64], from: usize, sums: &mut Vec<f64>) {
        if from == values.len() {
            sums.push(values.iter().zip(weights).map(|(value, weight)| value * weight).sum());
            return;
        }
        for other in from..values.len() {
            values.swap(from, other);
            all_orders(values, weights, from + 1, sums);
            values.swap(from, other);
        }
    }

    #[test]
    fn mean_spread_and_p_value_are_those_of_all_orders() {
        let places = [(0.3, 0), (0.9, 1), (1.7, 2), (2.5, 0), (9.0, 1), (9.5, 0)];
        let sites = sites(&places, 3);
        let relatedness = [Some(0.9), Some(0.4), Some(0.0)];
        let weights: Vec<f64> = places.iter().map(|(lon, _)| DECAY.at(lon * 111_194.927)).collect();
        let mut values: Vec<f64> =
            places.iter().map(|(_, kind)| relatedness[*kind as usize].unwrap()).collect();
        let observed: f64 = values.iter().zip(&weights).map(|(value, weight)| value * weight).sum();
        let mut sums = Vec::new();
        all_orders(&mut values, &weights, 0, &mut sums);
        let mean = sums.iter().sum::<f64>() / 720.0;
        let variance = sums.iter().map(|sum| (sum - mean).powi(2)).sum::<f64>() / 720.0;
        let at_least = sums.iter().filter(|sum| **sum >= observed - 1e-9).count() as f64 / 720.0;
        let index = sites.index(around(&relatedness), DECAY).unwrap();
        assert!((index.value - observed).abs() < 1e-6 && (index.expected - mean).abs() < 1e-6);
        assert!((index.z_value.unwrap() - (observed - mean) / variance.sqrt()).abs() < 1e-4);
        let (p_value, how) = sites.p_value(around(&relatedness), DECAY, 999, 1, 1).unwrap();
        assert!(how == Found::Exactly && (p_value - at_least).abs() < 1e-9, "{p_value} {at_least}");
        let labelling = Labelling::new(&sites, around(&relatedness), DECAY).unwrap();
        let drawn = labelling.drawn(index.value, 20_000, &mut Random::new(1, 1), &Watch::default());
        assert!((drawn - at_least).abs() < 0.02, "{drawn} {at_least}");
    }

    #[test]
    fn the_nearest_of_a_kind_leave_out_the_site_itself() {
        let sites = sites(&[(0.0, 0), (1.0, 0), (2.0, 0), (3.0, 1)], 2);
        let near = sites.nearest(0, &vector(0.0, 0.0), 1, Some(0));
        assert_eq!(near.iter().map(|one| one.site).collect::<Vec<_>>(), [1]);
        assert!(sites.nearest(1, &vector(0.0, 0.0), 5, Some(3)).is_empty());
    }
}
