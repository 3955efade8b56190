//! Do neighbors resemble each other? Moran's I, Geary's c and the General G.

use rayon::prelude::*;

use super::p_values::{PValues, Tails};
use super::random::Random;
use super::weights::{Sums, Weights};

/// Up to so many units all orders are counted: 9! = 362,880.
const ALL_ORDERS: usize = 9;

/// Says what is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Global {
    /// Moran's I: above its expectation where neighbors are alike.
    MoranI,
    /// Geary's c: below 1 where neighbors are alike.
    GearyC,
    /// Getis and Ord's General G: above its expectation where high values stand together.
    GeneralG,
}

/// Holds one statistic of a whole map and what is expected by chance.
#[derive(Debug, Clone, PartialEq)]
pub struct GlobalTest {
    /// The statistic.
    pub value: f64,
    /// Its expectation when the values are shuffled.
    pub expected: f64,
    /// Its variance if the values are normal; none for G.
    pub variance_normal: Option<f64>,
    /// Its variance when the values are shuffled; needs four units.
    pub variance_randomised: Option<f64>,
    /// (value − expected) / √ of the latter.
    pub z_value: Option<f64>,
    /// p-values by shuffling.
    pub p_values: Option<PValues>,
    /// How many shuffles were drawn; 0 if all orders were counted, or none asked for.
    pub permutations: usize,
}

/// Why a statistic has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// Fewer than three units.
    #[error("{0} units have no spatial autocorrelation: it takes at least 3")]
    TooFew(usize),
    /// All values are equal.
    #[error("all values are equal, so nothing can be more alike than anything else")]
    Constant,
    /// No unit has a neighbor.
    #[error("no unit has a neighbor: choose weights that link at least two")]
    NoLinks,
    /// General G of negative values.
    #[error("the General G takes values that are not negative; {0} of them are")]
    Negative(usize),
    /// General G of values of which no two are above nought.
    #[error("the General G compares values above nought, and fewer than two units have one")]
    OneAlone,
}

/// Measures whether the values of neighbors are alike.
///
/// With z = y − ȳ: I = (n/s0) Σ w_ij z_i z_j / Σ z²; c = (n−1) Σ w_ij (y_i − y_j)² / (2 s0 Σ z²);
/// G = Σ w_ij y_i y_j / Σ_{i≠j} y_i y_j. Up to nine units all orders of the values are counted and
/// the p-values are exact; beyond, `permutations` orders are drawn. Islands count in n.
///
/// # Shape
///
/// n weights' rows and n values.
///
/// # References
///
/// Moran (1950), Biometrika 37, 17–23; Geary (1954), Incorporated Statistician 5, 115–145; Getis &
/// Ord (1992), Geographical Analysis 24, 189–206; moments: Cliff & Ord (1981), Spatial Processes.
pub fn global_test(
    statistic: Global,
    weights: &Weights,
    y: &[f64],
    permutations: usize,
    seed: u64,
) -> Result<GlobalTest, Undefined> {
    check(statistic, weights, y)?;
    let sums = weights.sums();
    let measure = |y: &[f64]| measured(statistic, weights, &sums, y);
    let value = measure(y);
    let (expected, variance_normal, variance_randomised) = moments(statistic, &sums, y);
    let sd = variance_randomised.filter(|variance| *variance > 0.0).map(f64::sqrt);
    let tolerance = 1e-12 * (value.abs() + expected.abs());
    // Sorted, so that the draws depend on the values and not on the order of the units.
    let mut sorted = y.to_vec();
    sorted.sort_by(f64::total_cmp);
    let p_values = if permutations == 0 {
        None
    } else if y.len() <= ALL_ORDERS {
        let mut tails = Tails::default();
        for_all_orders(&mut sorted, |order| tails.add(measure(order), value, tolerance));
        Some(tails.of_all_cases())
    } else {
        let draw = |permutation: usize| {
            if weights.watch().is_off() {
                return Tails::default();
            }
            let mut order = sorted.clone();
            let count = order.len();
            Random::new(seed, permutation as u64).shuffle_first(&mut order, count);
            let mut tails = Tails::default();
            tails.add(measure(&order), value, tolerance);
            tails
        };
        let tails = (0..permutations).into_par_iter().map(draw).reduce(Tails::default, Tails::plus);
        Some(tails.of_draws())
    };
    Ok(GlobalTest {
        value,
        expected,
        variance_normal,
        variance_randomised,
        z_value: sd.map(|sd| (value - expected) / sd),
        p_values,
        permutations: if y.len() <= ALL_ORDERS { 0 } else { permutations },
    })
}

fn check(statistic: Global, weights: &Weights, y: &[f64]) -> Result<(), Undefined> {
    if y.len() < 3 {
        return Err(Undefined::TooFew(y.len()));
    }
    if y.iter().all(|value| *value == y[0]) {
        return Err(Undefined::Constant);
    }
    if weights.islands().len() == weights.len() {
        return Err(Undefined::NoLinks);
    }
    let negative = y.iter().filter(|value| **value < 0.0).count();
    if statistic == Global::GeneralG && negative > 0 {
        return Err(Undefined::Negative(negative));
    }
    let is_alone = y.iter().filter(|value| **value > 0.0).count() < 2;
    if statistic == Global::GeneralG && is_alone {
        return Err(Undefined::OneAlone);
    }
    Ok(())
}

fn mean(y: &[f64]) -> f64 {
    y.iter().sum::<f64>() / y.len() as f64
}

fn measured(statistic: Global, weights: &Weights, sums: &Sums, y: &[f64]) -> f64 {
    let n = y.len() as f64;
    let mean = mean(y);
    let squares: f64 = y.iter().map(|value| (value - mean).powi(2)).sum();
    let over_links = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        let row = |unit: usize| -> f64 {
            weights.row(unit).map(|(other, w)| w * of(y[unit], y[other as usize])).sum()
        };
        (0..y.len()).map(row).sum()
    };
    match statistic {
        Global::MoranI => n / sums.s0 * over_links(&|a, b| (a - mean) * (b - mean)) / squares,
        Global::GearyC => {
            (n - 1.0) * over_links(&|a, b| (a - b).powi(2)) / (2.0 * sums.s0 * squares)
        }
        Global::GeneralG => {
            let all: f64 = y.iter().sum();
            let own: f64 = y.iter().map(|value| value * value).sum();
            over_links(&|a, b| a * b) / (all * all - own)
        }
    }
}

/// Expectation, variance under normality, variance under randomisation.
fn moments(statistic: Global, sums: &Sums, y: &[f64]) -> (f64, Option<f64>, Option<f64>) {
    let n = y.len() as f64;
    let Sums { s0, s1, s2 } = *sums;
    let mean = mean(y);
    let central = |power: i32| y.iter().map(|value| (value - mean).powi(power)).sum::<f64>() / n;
    let kurtosis = central(4) / central(2).powi(2);
    let s0_squared = s0 * s0;
    let enough = y.len() > 3;
    match statistic {
        Global::MoranI => {
            let expected = -1.0 / (n - 1.0);
            let normal = (n * n * s1 - n * s2 + 3.0 * s0_squared) / ((n * n - 1.0) * s0_squared)
                - expected * expected;
            let first = n * ((n * n - 3.0 * n + 3.0) * s1 - n * s2 + 3.0 * s0_squared);
            let second = kurtosis * ((n * n - n) * s1 - 2.0 * n * s2 + 6.0 * s0_squared);
            let below = (n - 1.0) * (n - 2.0) * (n - 3.0) * s0_squared;
            let randomised = (first - second) / below - expected * expected;
            (expected, Some(normal), enough.then_some(randomised))
        }
        Global::GearyC => {
            let normal =
                ((2.0 * s1 + s2) * (n - 1.0) - 4.0 * s0_squared) / (2.0 * (n + 1.0) * s0_squared);
            let first = (n - 1.0) * s1 * (n * n - 3.0 * n + 3.0 - (n - 1.0) * kurtosis);
            let second =
                0.25 * (n - 1.0) * s2 * (n * n + 3.0 * n - 6.0 - (n * n - n + 2.0) * kurtosis);
            let third = s0_squared * (n * n - 3.0 - (n - 1.0).powi(2) * kurtosis);
            let below = n * (n - 2.0) * (n - 3.0) * s0_squared;
            (1.0, Some(normal), enough.then_some((first - second + third) / below))
        }
        Global::GeneralG => {
            let m = |power: i32| y.iter().map(|value| value.powi(power)).sum::<f64>();
            let (m1, m2, m3, m4) = (m(1), m(2), m(3), m(4));
            let expected = s0 / (n * (n - 1.0));
            let b0 = (n * n - 3.0 * n + 3.0) * s1 - n * s2 + 3.0 * s0_squared;
            let b1 = -((n * n - n) * s1 - 2.0 * n * s2 + 6.0 * s0_squared);
            let b2 = -(2.0 * n * s1 - (n + 3.0) * s2 + 6.0 * s0_squared);
            let b3 = 4.0 * (n - 1.0) * s1 - 2.0 * (n + 1.0) * s2 + 8.0 * s0_squared;
            let b4 = s1 - s2 + s0_squared;
            let above = b0 * m2 * m2 + b1 * m4 + b2 * m1 * m1 * m2 + b3 * m1 * m3 + b4 * m1.powi(4);
            let below = (m1 * m1 - m2).powi(2) * n * (n - 1.0) * (n - 2.0) * (n - 3.0);
            (expected, None, enough.then_some(above / below - expected * expected))
        }
    }
}

/// Calls `visit` with every order of the items (Heap 1963).
fn for_all_orders(items: &mut [f64], mut visit: impl FnMut(&[f64])) {
    let n = items.len();
    let mut counters = vec![0; n];
    visit(items);
    let mut at = 1;
    while at < n {
        if counters[at] < at {
            items.swap(if at % 2 == 0 { 0 } else { counters[at] }, at);
            visit(items);
            counters[at] += 1;
            at = 1;
        } else {
            counters[at] = 0;
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::weights::Contiguity;
    use super::super::weights::tests::nine;
    use super::*;

    const Y: [f64; 9] = [9.0, 8.0, 2.0, 7.0, 6.0, 1.0, 4.0, 0.0, 3.0];

    fn test(statistic: Global, weights: &Weights, permutations: usize) -> GlobalTest {
        global_test(statistic, weights, &Y, permutations, 1).unwrap()
    }

    #[test]
    fn the_worked_example_has_the_values_and_variances_of_the_brief() {
        let rook = nine(Contiguity::Rook);
        let moran = test(Global::MoranI, &rook, 0);
        assert!((moran.value - 0.337_838).abs() < 5e-7 && moran.expected == -0.125);
        assert!((moran.variance_normal.unwrap() - 0.053_125).abs() < 5e-7);
        assert!((moran.variance_randomised.unwrap() - 0.061_345).abs() < 5e-7);
        let standard = rook.clone().row_standardised();
        assert!((test(Global::MoranI, &standard, 0).value - 0.383_784).abs() < 5e-7);
        assert!((test(Global::GearyC, &rook, 0).value - 0.591_892).abs() < 5e-7);
        assert!((test(Global::GeneralG, &rook, 0).value - 0.417_910).abs() < 5e-7);
    }

    #[test]
    fn moments_are_those_of_all_orders() {
        let uneven = Weights::from_rows(vec![
            vec![(1, 1.0), (2, 0.5)],
            vec![(0, 2.0)],
            vec![(3, 1.0)],
            vec![(4, 0.3), (5, 1.0)],
            vec![],
            vec![(0, 1.0)],
            vec![(1, 1.5)],
        ]);
        for statistic in [Global::MoranI, Global::GearyC, Global::GeneralG] {
            let y = &Y[..7];
            let told = global_test(statistic, &uneven, y, 0, 0).unwrap();
            let sums = uneven.sums();
            let mut values = Vec::new();
            for_all_orders(&mut y.to_vec(), |order| {
                values.push(measured(statistic, &uneven, &sums, order));
            });
            assert_eq!(values.len(), 5040);
            let mean = values.iter().sum::<f64>() / 5040.0;
            let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 5040.0;
            assert!((told.expected - mean).abs() < 1e-12, "{statistic:?}");
            assert!((told.variance_randomised.unwrap() - variance).abs() < 1e-10, "{statistic:?}");
        }
    }

    #[test]
    fn few_units_are_counted_and_many_are_drawn_to_the_same_end() {
        let counted = test(Global::MoranI, &nine(Contiguity::Rook), 99);
        assert_eq!(counted.permutations, 0);
        let exact = counted.p_values.unwrap();
        assert!(exact.greater < 0.06 && exact.greater + exact.less >= 1.0, "{exact:?}");
        // Twelve units in a ring with a trend: drawn p-values agree with the normal ones.
        let ring = Weights::from_rows(
            (0..40u32).map(|n| vec![((n + 1) % 40, 1.0), ((n + 39) % 40, 1.0)]).collect(),
        );
        let y: Vec<f64> = (0..40).map(|n| f64::from(n % 7) + 0.05 * f64::from(n)).collect();
        let drawn = global_test(Global::MoranI, &ring, &y, 4999, 7).unwrap();
        let normal = PValues::normal(drawn.z_value.unwrap());
        assert!(
            (drawn.p_values.unwrap().greater - normal.greater).abs() < 0.03,
            "{drawn:?} {normal:?}"
        );
        assert_eq!(drawn, global_test(Global::MoranI, &ring, &y, 4999, 7).unwrap());
    }

    #[test]
    fn scaling_changes_nothing_and_what_is_undefined_is_refused() {
        let rook = nine(Contiguity::Rook);
        let scaled = Y.map(|value| 1000.0 * value - 5.0);
        for statistic in [Global::MoranI, Global::GearyC] {
            let found = global_test(statistic, &rook, &scaled, 0, 0).unwrap();
            assert!((found.value - test(statistic, &rook, 0).value).abs() < 1e-12);
        }
        let refused = |statistic, y: &[f64]| global_test(statistic, &rook, y, 9, 0).unwrap_err();
        assert_eq!(refused(Global::MoranI, &[3.0; 9]), Undefined::Constant);
        assert_eq!(refused(Global::GeneralG, &scaled), Undefined::Negative(1));
        let alone = [0.0, 0.0, 7.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        assert_eq!(refused(Global::GeneralG, &alone), Undefined::OneAlone);
        assert_eq!(refused(Global::MoranI, &[1.0, 2.0]), Undefined::TooFew(2));
        let islands = Weights::from_rows(vec![Vec::new(); 9]);
        assert_eq!(global_test(Global::MoranI, &islands, &Y, 9, 0), Err(Undefined::NoLinks));
    }
}
