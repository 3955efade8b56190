//! Are plants of an industry nearer to each other than to others? Marcon and Puech's M and m.

use super::envelope::{Curve, Envelope, envelope};
use super::near_sites::{NearSites, Row, RowOf};
use super::nulls::Simulations;
use super::random::Random;
use crate::index::KdTree;

/// How many bandwidths from a radius a neighbor still counts.
const TAIL: f64 = 6.0;
/// So many pairs are kept between simulations; more are found again by each.
const MOST_KEPT: usize = 1 << 24;

/// Holds sites with what stands there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sites<'a> {
    /// The unit vector of each.
    pub points: &'a [[f64; 3]],
    /// The size of each, such as employment; not negative.
    pub sizes: &'a [f64],
    /// The industry of each.
    pub industries: &'a [u32],
}

/// Says how neighbors at a distance count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reach {
    /// All up to a radius count the same: M, cumulative.
    Cumulative,
    /// Those near a radius count by a Gaussian of this bandwidth: m, a density.
    Gaussian {
        /// The bandwidth in metres, above 0.
        bandwidth_m: f64,
    },
}

/// Compares the surroundings of sites with the whole, at several radii.
#[derive(Debug)]
pub struct Neighborhoods<'a> {
    near: NearSites<'a>,
    radii_m: Vec<f64>,
    how: Reach,
}

impl<'a> Neighborhoods<'a> {
    /// Finds the pairs once if they are few; statistics and simulations then only add.
    ///
    /// # Shape
    ///
    /// `radii_m` in rising order.
    #[must_use]
    pub fn new(points: &'a [[f64; 3]], radii_m: &[f64], how: Reach) -> Self {
        Self::over(KdTree::new(points), points, radii_m, how)
    }

    /// As [`Self::new`], over a tree of the points, whose watch may call it off.
    #[must_use]
    pub fn over(tree: KdTree, points: &'a [[f64; 3]], radii_m: &[f64], how: Reach) -> Self {
        let near = match how {
            Reach::Cumulative => NearSites::by_radius(tree, points, radii_m),
            Reach::Gaussian { bandwidth_m } => {
                let farthest_m = radii_m.last().map_or(-1.0, |last| last + TAIL * bandwidth_m);
                NearSites::by_distance(tree, points, farthest_m)
            }
        };
        Self { near: near.kept(MOST_KEPT), radii_m: radii_m.to_vec(), how }
    }

    /// Compares the share of industry `to` around the sites of `from` with its share overall.
    ///
    /// M(r) = Σ_i [w_S(i, r) / w(i, r)] / Σ_i [(W_S − w_i) / (W − w_i)] over the sites i of `from`
    /// that have a neighbor within r; w_S is the size of `to` within r, w that of all, the site
    /// itself never counted, and W_S − w_i is W_S if the two industries differ. 1 is the share of
    /// all. `None` where no site has a neighbor.
    ///
    /// # References
    ///
    /// Marcon & Puech (2010), Measures of the geographic concentration of industries, J. Economic
    /// Geography 10, 745–762; m: Lang, Marcon & Puech (2020), Distance-based measures of spatial
    /// concentration: introducing a relative density function, Annals of Regional Science 64.
    #[must_use]
    pub fn statistic(&self, sizes: &[f64], industries: &[u32], from: u32, to: u32) -> Curve {
        let plants = Plants::new(sizes, industries, to);
        let mut shares = vec![[0u128; 2]; self.radii_m.len()];
        let mut row = Row::default();
        for site in (0..sizes.len()).filter(|&site| industries[site] == from) {
            let overall = plants.share_without(site);
            let mut add = |at: usize, [of_both, of_all]: [f64; 2]| {
                if of_all > 0.0 {
                    shares[at][0] += fixed(of_both / of_all);
                    shares[at][1] += fixed(overall);
                }
            };
            let near = self.near.of(site, &mut row);
            match self.how {
                Reach::Cumulative => plants.within(near, &mut add),
                Reach::Gaussian { bandwidth_m } => {
                    plants.around(near, &self.radii_m, bandwidth_m, &mut add);
                }
            }
        }
        let ratio = |[above, below]: [u128; 2]| (below > 0).then(|| above as f64 / below as f64);
        shares.into_iter().map(ratio).collect()
    }
}

/// A share in steps of 2⁻⁶⁰: whole numbers add up to the same in any order.
fn fixed(share: f64) -> u128 {
    (share * 60f64.exp2()) as u128
}

/// Holds what stands at the sites: the size of the industry asked for, and that of all.
struct Plants {
    sizes: Vec<[f64; 2]>,
    /// Whether all are of one size, so that they need but be counted.
    is_even: bool,
    all: [f64; 2],
}

impl Plants {
    fn new(sizes: &[f64], industries: &[u32], to: u32) -> Self {
        let of_both = |(&size, &industry): (&f64, &u32)| {
            if industry == to { [size, size] } else { [0.0, size] }
        };
        let is_even = sizes.iter().all(|size| *size == 1.0);
        let sizes: Vec<[f64; 2]> = sizes.iter().zip(industries).map(of_both).collect();
        let all = [0, 1].map(|part| ordered_sum(sizes.iter().map(|size| size[part])));
        Self { sizes, is_even, all }
    }

    /// The share of the industry in all but one site.
    fn share_without(&self, site: usize) -> f64 {
        let [of_to, of_all] = self.sizes[site];
        (self.all[0] - of_to) / (self.all[1] - of_all)
    }

    /// Tells, for each radius, the sizes of all up to it.
    fn within(&self, near: RowOf<'_>, tell: &mut impl FnMut(usize, [f64; 2])) {
        let mut sum = [0.0; 2];
        for (at, part) in near.parts().enumerate() {
            if self.is_even {
                let of_to = part.iter().filter(|&&site| self.sizes[site as usize][0] > 0.0).count();
                sum = [sum[0] + of_to as f64, sum[1] + part.len() as f64];
            } else {
                for &site in part {
                    let size = self.sizes[site as usize];
                    sum = [sum[0] + size[0], sum[1] + size[1]];
                }
            }
            tell(at, sum);
        }
    }

    /// Tells, for each radius, the sizes of all around it, by how near to it they are.
    fn around(
        &self,
        near: RowOf<'_>,
        radii_m: &[f64],
        bandwidth_m: f64,
        tell: &mut impl FnMut(usize, [f64; 2]),
    ) {
        let tail_m = TAIL * bandwidth_m;
        for (at, radius_m) in radii_m.iter().enumerate() {
            let first = near.distances_m.partition_point(|d| *d < radius_m - tail_m);
            let last = near.distances_m.partition_point(|d| *d <= radius_m + tail_m);
            let mut sum = [0.0; 2];
            for (site, distance_m) in
                near.sites[first..last].iter().zip(&near.distances_m[first..last])
            {
                let u = (distance_m - radius_m) / bandwidth_m;
                let weight = (-0.5 * u * u).exp();
                let size = self.sizes[*site as usize];
                sum = [sum[0] + weight * size[0], sum[1] + weight * size[1]];
            }
            tell(at, sum);
        }
    }
}

/// Adds numbers from the least, so that the order of the sites changes no digit.
fn ordered_sum(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.iter().sum()
}

/// Holds M, or m, of an industry against plants shuffled over the sites.
#[derive(Debug, Clone, PartialEq)]
pub struct MTest {
    /// The statistic at each radius.
    pub observed: Curve,
    /// What shuffles have; compare with their mean, for it is below 1 where sizes are uneven.
    pub envelope: Envelope,
}

/// Compares M with that of the same plants shuffled over the same sites.
///
/// Industry and size move together; sites stay. Within one industry all plants are shuffled; between
/// two, those of `from` stay and all others are shuffled, so that only their relation is tested.
///
/// # References
///
/// Marcon & Puech (2010), as above; Marcon, Traissac, Puech & Lang (2015), J. Statistical Software
/// 67, 3.
#[must_use]
pub fn m_test(
    sites: Sites<'_>,
    [from, to]: [u32; 2],
    neighborhoods: &Neighborhoods<'_>,
    simulations: Simulations<'_>,
) -> MTest {
    let observed = neighborhoods.statistic(sites.sizes, sites.industries, from, to);
    let moving: Vec<usize> = (0..sites.sizes.len())
        .filter(|&site| from == to || sites.industries[site] != from)
        .collect();
    let simulate = |random: &mut Random| {
        let mut plants = moving.clone();
        random.shuffle_first(&mut plants, moving.len());
        let mut sizes = sites.sizes.to_vec();
        let mut industries = sites.industries.to_vec();
        for (&site, &plant) in moving.iter().zip(&plants) {
            sizes[site] = sites.sizes[plant];
            industries[site] = sites.industries[plant];
        }
        neighborhoods.statistic(&sizes, &industries, from, to)
    };
    let simulated: Vec<Curve> = simulations.draw(simulate);
    MTest { envelope: envelope(&observed, &simulated, 0.05), observed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::LonLat;

    fn vectors(units: &[(f64, f64)]) -> Vec<[f64; 3]> {
        let degrees = 0.1 / 111.195_080_2;
        units
            .iter()
            .map(|&(x, y)| LonLat::from_degrees(x * degrees, y * degrees).unwrap().unit_vector())
            .collect()
    }

    const FIVE: [(f64, f64); 5] = [(1.0, 1.0), (2.0, 1.0), (2.0, 3.0), (7.0, 8.0), (8.0, 8.0)];
    const SIZES: [f64; 5] = [5.0, 3.0, 2.0, 4.0, 6.0];
    const AABAB: [u32; 5] = [0, 0, 1, 0, 1];

    #[test]
    fn the_worked_example_has_the_m_of_the_brief() {
        let radii = [0.0, 1.0, 3.0, 10.0].map(|units| units * 100.000_1);
        let points = vectors(&FIVE);
        let near = Neighborhoods::new(&points, &radii, Reach::Cumulative);
        let check = |to: u32, told: [f64; 3]| {
            let found = near.statistic(&SIZES, &AABAB, 0, to);
            assert_eq!(found[0], None);
            for (found, told) in found[1..].iter().zip(told) {
                assert!((found.unwrap() - told).abs() < 5.1e-6, "{found:?} {told}");
            }
        };
        check(0, [1.336_83, 0.878_487, 1.0]);
        check(1, [0.664_928, 1.120_88, 1.0]);
    }

    #[test]
    fn m_of_everything_within_reach_is_one_for_either_kind_of_reach() {
        let wide = [1e9];
        let points = vectors(&FIVE);
        for how in [Reach::Cumulative, Reach::Gaussian { bandwidth_m: 1e12 }] {
            let near = Neighborhoods::new(&points, &wide, how);
            let found = near.statistic(&SIZES, &AABAB, 0, 0)[0].unwrap();
            assert!((found - 1.0).abs() < 1e-9, "{found}");
        }
        let near = Neighborhoods::new(&points, &wide, Reach::Cumulative);
        assert_eq!(near.statistic(&SIZES, &AABAB, 7, 0), [None], "an industry that is not there");
        assert_eq!(
            Neighborhoods::new(&[], &wide, Reach::Cumulative).statistic(&[], &[], 0, 0),
            [None]
        );
    }

    #[test]
    fn the_density_m_is_its_definition() {
        let points = vectors(&FIVE);
        let bandwidth_m = 150.0;
        let near = Neighborhoods::new(&points, &[200.0], Reach::Gaussian { bandwidth_m });
        let [mut above, mut below] = [0.0; 2];
        for i in [0, 1, 3] {
            let [mut of_both, mut of_all] = [0.0; 2];
            for j in (0..5).filter(|&j| j != i) {
                let d = crate::index::geodesic::arc_m(crate::index::kd_tree::squared_chord(
                    &points[i], &points[j],
                ));
                let weight = SIZES[j] * (-0.5 * ((d - 200.0) / bandwidth_m).powi(2)).exp();
                of_all += weight;
                of_both += if AABAB[j] == 1 { weight } else { 0.0 };
            }
            above += of_both / of_all;
            below += 8.0 / (20.0 - SIZES[i]);
        }
        let found = near.statistic(&SIZES, &AABAB, 0, 1)[0].unwrap();
        assert!((found - above / below).abs() < 1e-5, "{found} {}", above / below);
    }

    #[test]
    fn scaling_sizes_and_turning_the_list_change_nothing_and_clusters_are_found() {
        let mut random = Random::new(8, 8);
        let mut units: Vec<(f64, f64)> =
            (0..120).map(|_| (100.0 * random.uniform(), 100.0 * random.uniform())).collect();
        units.extend((0..15).map(|_| (50.0 + 3.0 * random.uniform(), 50.0 + random.uniform())));
        let points = vectors(&units);
        let sizes: Vec<f64> = (0..135).map(|n| f64::from(1 + n % 7)).collect();
        let industries: Vec<u32> = (0..135).map(|n| u32::from(n >= 120)).collect();
        let radii: Vec<f64> = (1..=10).map(|step| f64::from(step) * 300.0).collect();
        let near = Neighborhoods::new(&points, &radii, Reach::Cumulative);
        let sites = Sites { points: &points, sizes: &sizes, industries: &industries };
        let found = m_test(sites, [1, 1], &near, Simulations::new(499, 1));
        assert!(found.observed[0].unwrap() > 3.0 && found.envelope.global_p.unwrap() < 0.05);
        assert_eq!(found, m_test(sites, [1, 1], &near, Simulations::new(499, 1)));
        let scaled: Vec<f64> = sizes.iter().map(|size| size * 64.0).collect();
        assert_eq!(
            near.statistic(&scaled, &industries, 1, 0),
            near.statistic(&sizes, &industries, 1, 0)
        );
        let apart = m_test(sites, [1, 0], &near, Simulations::new(199, 1));
        assert!(apart.observed[0] < Some(1.0), "{:?}", apart.observed);
    }
}
