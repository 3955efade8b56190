//! Many tests at once: false discovery rates.

/// Says what is assumed of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependence {
    /// Independent or positively dependent (Benjamini & Hochberg 1995).
    Positive,
    /// Any dependence (Benjamini & Yekutieli 2001).
    Any,
}

/// Turns p-values into q-values: the least false discovery rate at which each is a discovery.
///
/// q of the i-th smallest of m is the least of c·m·p_j / j over all j ≥ i, at most 1; c is 1, or
/// Σ 1/j under any dependence. What has no p-value has no q-value and does not count.
///
/// # References
///
/// Benjamini & Hochberg (1995), JRSS B 57, 289–300; Benjamini & Yekutieli (2001), Annals of
/// Statistics 29, 1165–1188; for maps: Caldas de Castro & Singer (2006), Geographical Analysis 38.
///
/// # Examples
///
/// ```
/// use jidi::analysis::false_discovery::{Dependence, q_values};
/// let q = q_values(&[Some(0.01), None, Some(0.04)], Dependence::Positive);
/// assert_eq!(q, [Some(0.02), None, Some(0.04)]);
/// ```
#[must_use]
pub fn q_values(p_values: &[Option<f64>], dependence: Dependence) -> Vec<Option<f64>> {
    let mut tests: Vec<(f64, usize)> =
        p_values.iter().enumerate().filter_map(|(at, p)| p.map(|p| (p, at))).collect();
    tests.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let m = tests.len();
    let factor = match dependence {
        Dependence::Positive => 1.0,
        Dependence::Any => (1..=m).map(|j| 1.0 / j as f64).sum(),
    };
    let mut q_values = vec![None; p_values.len()];
    let mut least: f64 = 1.0;
    for (rank, &(p, at)) in tests.iter().enumerate().rev() {
        least = least.min(factor * p * m as f64 / (rank + 1) as f64);
        q_values[at] = Some(least);
    }
    q_values
}

/// The least number of tests that can be discoveries when p-values come from draws.
///
/// No p-value of P draws is below 1 / (P + 1); Benjamini & Hochberg's rule at a rate then rejects
/// none unless it rejects ⌈m / (rate (P + 1))⌉ at once. If that is above 1, say so or draw more.
#[must_use]
pub fn fewest_discoveries(tests: usize, draws: usize, rate: f64) -> usize {
    let mut fewest = 1;
    let least_p = 1.0 / (draws + 1) as f64;
    while fewest < tests && least_p * tests as f64 > rate * fewest as f64 * (1.0 + 1e-12) {
        fewest += 1;
    }
    fewest
}

#[cfg(test)]
mod tests {
    use super::*;

    const P: [f64; 8] = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.2, 0.5];

    #[test]
    fn the_worked_example_keeps_two_and_the_stricter_rule_one() {
        let p: Vec<Option<f64>> = P.iter().copied().map(Some).collect();
        let told = [0.008, 0.032, 0.0672, 0.0672, 0.0672, 0.08, 0.228_571, 0.5];
        for (found, told) in q_values(&p, Dependence::Positive).iter().zip(told) {
            assert!((found.unwrap() - told).abs() < 1e-6, "{found:?} {told}");
        }
        let strict = q_values(&p, Dependence::Any);
        assert!((strict[0].unwrap() - 0.0217).abs() < 5e-5);
        assert_eq!(strict.iter().filter(|q| q.unwrap() <= 0.05).count(), 1);
    }

    #[test]
    fn the_floor_of_draws_is_that_of_the_brief() {
        let fewest = |draws| fewest_discoveries(3000, draws, 0.05);
        assert_eq!([fewest(999), fewest(9999), fewest(99)], [60, 6, 600]);
        assert_eq!(fewest_discoveries(0, 99, 0.05), 1);
    }

    #[test]
    fn what_has_no_p_value_does_not_count() {
        assert_eq!(q_values(&[None, Some(0.03)], Dependence::Any), [None, Some(0.03)]);
        assert!(q_values(&[], Dependence::Positive).is_empty());
    }
}
