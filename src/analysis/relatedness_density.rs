//! What could grow here? The density of related industries around a place.

use super::relatedness::Relatedness;

/// Holds what stands around a place, by industry.
#[derive(Debug, Clone, PartialEq)]
pub struct Surroundings {
    /// The location quotient of each industry around the place; `None` where it, or everything, is
    /// nothing.
    pub location_quotients: Vec<Option<f64>>,
}

/// Holds sites as they count around a place: the industries of each, and what each counts for.
#[derive(Debug, Clone, Copy)]
pub struct Sites<'a> {
    /// The industries of each site, by their places in a measure.
    pub industries: &'a [Vec<usize>],
    /// What each site counts, such as employment.
    pub weights: &'a [f64],
}

/// The weight of a site at a distance from the place: exp(−d² / 2h²), nothing beyond 4 h.
#[must_use]
pub fn kernel(distance_m: f64, bandwidth_m: f64) -> f64 {
    let square = (distance_m / bandwidth_m).powi(2);
    if square > 16.0 { 0.0 } else { (-0.5 * square).exp() }
}

/// Compares what each industry has around a place with what it has everywhere:
/// LQ_j = \[Σ_{f in j} e_f K(d_f) / Σ_f e_f K(d_f)\] / (E_j / E).
///
/// A site of several industries counts for each, and in the sums over all as often.
///
/// # Shape
///
/// `nearness`: the kernel of each site at its distance.
#[must_use]
pub fn surroundings(sites: Sites<'_>, nearness: &[f64], industries: usize) -> Surroundings {
    let (mut near, mut all) = (vec![0.0; industries], vec![0.0; industries]);
    for ((codes, weight), nearness) in sites.industries.iter().zip(sites.weights).zip(nearness) {
        for &code in codes {
            near[code] += weight * nearness;
            all[code] += weight;
        }
    }
    let (sum_near, sum_all): (f64, f64) = (near.iter().sum(), all.iter().sum());
    let quotient = |(near, all): (&f64, &f64)| {
        (*all > 0.0 && sum_near > 0.0).then(|| near / sum_near / (all / sum_all))
    };
    Surroundings { location_quotients: near.iter().zip(&all).map(quotient).collect() }
}

/// The share of what is related with an industry that is strong around the place:
/// ω_i = Σ_j φ_ij \[LQ_j ≥ 1\] / Σ_j φ_ij, over all j but i.
///
/// An industry of itself is left out, so that the density says what could come, not what is there.
/// Only pairs that are known count; `None` where none is, or nothing is related.
///
/// # References
///
/// Hidalgo et al. (2007), Science 317, 482–487; with neighbouring regions: Boschma, Martín &
/// Minondo (2017), Papers in Regional Science 96, 227–245.
#[must_use]
pub fn density(
    measure: &dyn Relatedness,
    location_quotients: &[Option<f64>],
    industry: usize,
) -> Option<f64> {
    let (mut strong, mut all) = (0.0, 0.0);
    let others = location_quotients.iter().enumerate().filter(|(other, _)| *other != industry);
    for (other, quotient) in others {
        // What is nowhere at all can be strong nowhere.
        let Some(related) = measure.between(industry, other) else { continue };
        all += related;
        if quotient.is_some_and(|quotient| quotient >= 1.0) {
            strong += related;
        }
    }
    (all > 0.0).then(|| strong / all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::regions::RegionTable;
    use crate::analysis::relatedness::{CoOccurrence, Colocation, Measure, presence};

    #[test]
    fn the_densities_of_the_worked_example() {
        let amounts = [[10.0, 0.0, 5.0, 3.0], [2.0, 8.0, 6.0, 4.0], [0.0, 9.0, 1.0, 7.0]].concat();
        let is_strong = presence(&RegionTable::new(4, amounts).unwrap());
        let codes = ["1", "2", "3", "4"].map(str::to_owned).to_vec();
        let counts = CoOccurrence::new(4, &is_strong);
        let measure = Colocation::new(Measure::Colocation, codes, &counts);
        let told = [[1.0, 0.5, 0.5, 0.0], [1.0, 0.5, 0.5, 1.0], [0.0, 0.5, 0.5, 1.0]];
        for (strong, told) in is_strong.chunks(4).zip(told) {
            let quotients: Vec<Option<f64>> =
                strong.iter().map(|strong| Some(if *strong { 1.0 } else { 0.5 })).collect();
            for (industry, told) in told.into_iter().enumerate() {
                assert_eq!(density(&measure, &quotients, industry), Some(told), "{industry}");
            }
        }
    }

    #[test]
    fn quotients_around_a_place_are_shares_near_over_shares_everywhere() {
        let industries = [vec![0], vec![1], vec![0, 1]];
        let sites = Sites { industries: &industries, weights: &[1.0, 3.0, 2.0] };
        // Near: 1 of the first; all: 3 of the first, 5 of the second.
        let found = surroundings(sites, &[1.0, 0.0, 0.0], 3).location_quotients;
        assert_eq!(found, [Some(8.0 / 3.0), Some(0.0), None]);
        assert_eq!(surroundings(sites, &[0.0; 3], 3).location_quotients, [None; 3]);
        assert!(kernel(0.0, 1.0) == 1.0 && kernel(4.1, 1.0) == 0.0);
        assert!((kernel(1.0, 1.0) - 0.606_530_66).abs() < 1e-8);
    }
}
