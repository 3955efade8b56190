//! Is an industry more concentrated than its plants? Ellison-Glaeser and Maurel-Sédillot.

use rayon::prelude::*;

use super::p_values::{PValues, Tails};
use super::random::Random;
use super::regions::shares;
use crate::domain::Watch;

/// What is known of the sizes of an industry's plants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Plants<'a> {
    /// The size of each.
    Sizes(&'a [f64]),
    /// Their number; each counts the same.
    Count(usize),
}

/// Holds how an industry lies over the regions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concentration {
    /// G = Σ (s_r − x_r)², the raw concentration.
    pub g: f64,
    /// H = Σ z_k², the plant Herfindahl.
    pub h: f64,
    /// Ellison and Glaeser's γ; `None` with one plant.
    pub gamma: Option<f64>,
    /// Maurel and Sédillot's γ; `None` with one plant. It can have the other sign.
    pub gamma_maurel_sedillot: Option<f64>,
    /// G / (1 − Σ x²): not corrected for the lumpiness of plants, an upper bound of γ.
    pub raw: f64,
    /// `E[G]` if each plant chose a region with probability x.
    pub expected_g: f64,
    /// `(G − E[G]) / √var(G)`; `None` where the variance is 0.
    pub z_value: Option<f64>,
}

/// Compares the concentration of an industry with that of plants thrown at the map.
///
/// γ = (G − (1 − Σx²) H) / ((1 − Σx²)(1 − H)); Maurel and Sédillot have (Σs² − Σx²) for G. With
/// counts only, H = 1/N. var(G) = 2{H²(Σx² − 2Σx³ + (Σx²)²) − Σz⁴(Σx² − 4Σx³ + 3(Σx²)²)}.
///
/// # Shape
///
/// `s` and `x`: amounts, or shares, of the industry and of all industries by region. `None` if
/// either is all nothing, if one region has everything, or if there are no plants.
///
/// # References
///
/// Ellison & Glaeser (1997), Geographic concentration in U.S. manufacturing industries, JPE 105,
/// 889–927; Maurel & Sédillot (1999), Regional Science and Urban Economics 29, 575–604.
#[must_use]
pub fn concentration(s: &[f64], x: &[f64], plants: Plants<'_>) -> Option<Concentration> {
    let (s, x) = (shares(s)?, shares(x)?);
    let z = match plants {
        Plants::Sizes(sizes) => shares(sizes)?,
        Plants::Count(0) => return None,
        Plants::Count(count) => vec![1.0 / count as f64; count],
    };
    let power =
        |of: &[f64], exponent: i32| of.iter().map(|share| share.powi(exponent)).sum::<f64>();
    let (x2, x3) = (power(&x, 2), power(&x, 3));
    let (h, z4) = (power(&z, 2), power(&z, 4));
    let apart = 1.0 - x2;
    if apart <= 0.0 {
        return None;
    }
    let g: f64 = s.iter().zip(&x).map(|(s, x)| (s - x).powi(2)).sum();
    let has_many = z.iter().filter(|share| **share > 0.0).count() > 1;
    let gamma = |concentration: f64| has_many.then(|| (concentration - h) / (1.0 - h));
    let variance = 2.0 * (h * h * (x2 - 2.0 * x3 + x2 * x2) - z4 * (x2 - 4.0 * x3 + 3.0 * x2 * x2));
    let expected_g = apart * h;
    Some(Concentration {
        g,
        h,
        gamma: gamma(g / apart),
        gamma_maurel_sedillot: gamma((power(&s, 2) - x2) / apart),
        raw: g / apart,
        expected_g,
        z_value: (variance > 1e-300).then(|| (g - expected_g) / variance.sqrt()),
    })
}

/// Throws the plants of an industry at the map again and again, and compares G.
///
/// Each plant falls into region r with probability x_r, whatever the others do.
///
/// # Shape
///
/// As [`concentration`] takes it; `None` where that answers none. `stream` parts the draws of one
/// industry from those of another under one seed.
///
/// # References
///
/// Ellison & Glaeser (1997), 891–894: the dartboard.
#[must_use]
pub fn dartboard(
    s: &[f64],
    x: &[f64],
    plants: Plants<'_>,
    simulations: usize,
    [seed, stream]: [u64; 2],
    watch: &Watch,
) -> Option<PValues> {
    let observed = concentration(s, x, plants)?.g;
    let x = shares(x)?;
    let z = match plants {
        Plants::Sizes(sizes) => shares(sizes)?,
        Plants::Count(count) => vec![1.0 / count as f64; count],
    };
    let mut upto = 0.0;
    let bounds: Vec<f64> = x
        .iter()
        .map(|share| {
            upto += share;
            upto
        })
        .collect();
    let last = x.iter().rposition(|share| *share > 0.0)?;
    let draw = |simulation: usize| {
        if watch.is_off() {
            return Tails::default();
        }
        let mut random = Random::new(seed, (stream << 32) + simulation as u64);
        let mut drawn = vec![0.0; x.len()];
        for share in &z {
            let dart = random.uniform();
            drawn[bounds.partition_point(|bound| *bound <= dart).min(last)] += share;
        }
        let g: f64 = drawn.iter().zip(&x).map(|(s, x)| (s - x).powi(2)).sum();
        let mut tails = Tails::default();
        tails.add(g, observed, 1e-12);
        tails
    };
    let tails = (0..simulations).into_par_iter().map(draw).reduce(Tails::default, Tails::plus);
    Some(tails.of_draws())
}

#[cfg(test)]
mod tests {
    use super::super::random::Random;
    use super::*;

    #[test]
    fn two_plants_in_one_of_two_equal_regions_are_there_half_of_the_time() {
        // G is 0.5 when both fall together, with probability 1/2, and 0 otherwise.
        let p =
            dartboard(&[2.0, 0.0], &[1.0, 1.0], Plants::Count(2), 9_999, [1, 0], &Watch::default())
                .unwrap();
        assert!((p.greater - 0.5).abs() < 0.02 && p.less == 1.0, "{p:?}");
        let apart =
            dartboard(&[1.0, 1.0], &[1.0, 1.0], Plants::Count(2), 9_999, [1, 0], &Watch::default())
                .unwrap();
        assert!(apart.greater == 1.0 && (apart.less - 0.5).abs() < 0.02, "{apart:?}");
        let again =
            dartboard(&[2.0, 0.0], &[1.0, 1.0], Plants::Count(2), 9_999, [1, 0], &Watch::default());
        assert_eq!(again, Some(p));
        assert_ne!(
            dartboard(&[2.0, 0.0], &[1.0, 1.0], Plants::Count(2), 9_999, [1, 1], &Watch::default()),
            Some(p)
        );
        assert_eq!(
            dartboard(&[1.0, 0.0], &[1.0, 0.0], Plants::Count(2), 9, [1, 0], &Watch::default()),
            None
        );
    }

    const S: [f64; 3] = [0.8, 0.2, 0.0];
    const X: [f64; 3] = [0.5, 0.3, 0.2];

    fn close(found: Option<f64>, told: f64) -> bool {
        found.is_some_and(|found| (found - told).abs() < 5.1e-7)
    }

    #[test]
    fn the_worked_example_has_the_numbers_of_the_brief() {
        let found = concentration(&S, &X, Plants::Sizes(&X)).unwrap();
        assert!((found.g - 0.14).abs() < 1e-12 && (found.h - 0.38).abs() < 1e-12);
        assert!(close(found.gamma, -0.248_699), "{found:?}");
        assert!((found.z_value.unwrap() + 0.5183).abs() < 5e-5, "{found:?}");
        assert!(close(found.gamma_maurel_sedillot, 0.167_534), "{found:?}");
        let counted = concentration(&S, &X, Plants::Count(3)).unwrap();
        assert!(close(counted.gamma, -0.161_290) && close(Some(counted.raw), 0.225_806));
    }

    #[test]
    fn expectation_and_variance_are_those_of_thrown_plants() {
        let sizes = [5.0, 3.0, 1.0, 1.0];
        let told = concentration(&S, &X, Plants::Sizes(&sizes)).unwrap();
        // All 81 ways of four plants in three regions, each with its probability.
        let [mut mean, mut square] = [0.0; 2];
        for ways in 0..81usize {
            let mut s = [0.0; 3];
            let mut probability = 1.0;
            let mut rest = ways;
            for size in sizes {
                s[rest % 3] += size / 10.0;
                probability *= X[rest % 3];
                rest /= 3;
            }
            let g: f64 = s.iter().zip(X).map(|(s, x)| (s - x).powi(2)).sum();
            mean += probability * g;
            square += probability * g * g;
        }
        assert!((told.expected_g - mean).abs() < 1e-12);
        let z_value = (told.g - mean) / (square - mean * mean).sqrt();
        assert!((told.z_value.unwrap() - z_value).abs() < 1e-9, "{told:?} {z_value}");
    }

    #[test]
    fn gamma_is_about_nought_for_plants_thrown_at_random() {
        let mut random = Random::new(4, 0);
        let mut sum = 0.0;
        for _ in 0..4000 {
            let mut s = [0.0; 3];
            for _ in 0..12 {
                let at = random.uniform();
                s[usize::from(at > 0.5) + usize::from(at > 0.8)] += 1.0;
            }
            sum += concentration(&s, &X, Plants::Count(12)).unwrap().gamma.unwrap();
        }
        assert!((sum / 4000.0).abs() < 0.006, "{}", sum / 4000.0);
    }

    #[test]
    fn one_plant_one_region_and_nothing_have_no_index() {
        let one = concentration(&S, &X, Plants::Sizes(&[7.0, 0.0])).unwrap();
        assert_eq!((one.gamma, one.gamma_maurel_sedillot, one.h), (None, None, 1.0));
        assert_eq!(concentration(&[1.0, 0.0], &[1.0, 0.0], Plants::Count(3)), None);
        assert_eq!(concentration(&[0.0, 0.0], &X[..2], Plants::Count(3)), None);
        assert_eq!(concentration(&S, &X, Plants::Count(0)), None);
        assert_eq!(concentration(&S, &X, Plants::Sizes(&[])), None);
    }
}
