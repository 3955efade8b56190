//! Is a cluster large for sites drawn from a reference set? A Monte-Carlo test by whole repetition.

use super::dbscan::Clustering;
use super::nulls::Simulations;
use super::random::Random;

/// Holds what the simulations found.
#[derive(Debug, Clone, PartialEq)]
pub struct ReferenceDraws {
    /// The size of the largest cluster of each simulation, in the order of the simulations.
    pub largest: Vec<usize>,
}

/// A reference set that is smaller than what is to be drawn from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{wanted} sites cannot be drawn from a reference set of {there}: give one of at least as many"
)]
pub struct TooFewSites {
    /// How many points the clustering has.
    pub wanted: usize,
    /// How many sites the reference set has.
    pub there: usize,
}

/// Repeats a whole clustering on sites drawn without replacement from a reference set.
///
/// A cluster that was found on the same points cannot be tested as if it had been named before, so
/// its size is compared with the *largest* cluster of each draw: the p-values hold for all clusters
/// at once, whatever was looked at. The null says that the n points are any n of the sites.
///
/// # Shape
///
/// `reference`: unit vectors of all sites, the n points among them if the null is to hold exactly.
///
/// # Errors
///
/// [`TooFewSites`] when the reference set has fewer than n sites.
///
/// # References
///
/// Barnard (1963); Besag & Diggle (1977), Simple Monte Carlo tests for spatial pattern, Applied
/// Statistics 26, 327–333. The maximum as the statistic: Kulldorff (1997), A spatial scan statistic.
pub fn reference_draws(
    n: usize,
    reference: &[[f64; 3]],
    simulations: Simulations<'_>,
    cluster: impl Fn(&[[f64; 3]]) -> Clustering + Sync,
) -> Result<ReferenceDraws, TooFewSites> {
    if reference.len() < n {
        return Err(TooFewSites { wanted: n, there: reference.len() });
    }
    let simulate = |random: &mut Random| {
        let mut sites: Vec<u32> = (0u32..).take(reference.len()).collect();
        random.shuffle_first(&mut sites, n);
        let drawn: Vec<[f64; 3]> =
            sites[..n].iter().map(|&site| reference[site as usize]).collect();
        cluster(&drawn).members().iter().map(Vec::len).max().unwrap_or(0)
    };
    Ok(ReferenceDraws { largest: simulations.draw(simulate) })
}

impl ReferenceDraws {
    /// The p-value of a cluster by its size: (1 + draws whose largest is as large) / (1 + draws).
    ///
    /// `None` without simulations.
    #[must_use]
    pub fn p_value(&self, size: usize) -> Option<f64> {
        let as_large = self.largest.iter().filter(|&&largest| largest >= size).count();
        (!self.largest.is_empty()).then(|| (1 + as_large) as f64 / (1 + self.largest.len()) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::dbscan::{Density, dbscan};
    use crate::domain::LonLat;
    use crate::index::KdTree;

    fn run(points: &[[f64; 3]]) -> Clustering {
        dbscan(&KdTree::new(points), 120_000.0, Density::Points(2))
    }

    /// Eleven sites on the equator: ten 3° apart, the eleventh 1° from the tenth.
    fn sites() -> Vec<[f64; 3]> {
        (0..11)
            .map(|n| if n == 10 { 28.0 } else { f64::from(n) * 3.0 })
            .map(|lon| LonLat::from_degrees(lon, 0.0).unwrap().unit_vector())
            .collect()
    }

    #[test]
    fn two_points_that_are_the_one_near_pair_of_eleven_have_one_in_fifty_five() {
        let draws = reference_draws(2, &sites(), Simulations::new(20_000, 1), run).unwrap();
        let p_value = draws.p_value(2).unwrap();
        // 1/55 = .01818 with a standard error of .00094.
        assert!((p_value - 1.0 / 55.0).abs() < 0.003, "{p_value}");
        assert_eq!(draws.p_value(0), Some(1.0));
        assert!((draws.p_value(3).unwrap() - 1.0 / 20_001.0).abs() < 1e-12, "never 0");
    }

    #[test]
    fn all_sites_drawn_are_always_the_same_and_the_seed_alone_decides() {
        assert_eq!(
            reference_draws(11, &sites(), Simulations::new(50, 1), run).unwrap().p_value(2),
            Some(1.0)
        );
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let alone = one.install(|| reference_draws(5, &sites(), Simulations::new(300, 9), run));
        assert_eq!(alone, reference_draws(5, &sites(), Simulations::new(300, 9), run));
        assert_ne!(alone, reference_draws(5, &sites(), Simulations::new(300, 8), run));
    }

    #[test]
    fn more_points_than_sites_are_refused_and_no_draws_have_no_p_value() {
        let refused = reference_draws(12, &sites(), Simulations::new(10, 1), run);
        assert_eq!(refused, Err(TooFewSites { wanted: 12, there: 11 }));
        assert_eq!(
            reference_draws(2, &sites(), Simulations::new(0, 1), run).unwrap().p_value(1),
            None
        );
    }
}
