//! Do marked units touch more often than by chance? Join counts.

use rayon::prelude::*;

use super::autocorrelation::Undefined;
use super::hypergeometric::Hypergeometric;
use super::p_values::{PValues, Tails};
use super::random::Random;
use super::weights::{Sums, Weights};

/// Holds one kind of join and what is expected of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JoinCount {
    /// Half the sum of the weights of such joins.
    pub value: f64,
    /// Its expectation when the marks are shuffled (non-free sampling).
    pub expected: f64,
    /// Its variance when the marks are shuffled; needs four units.
    pub variance: Option<f64>,
    /// p-values by shuffling; `None` without permutations.
    pub p_values: Option<PValues>,
}

/// Holds the three kinds of join.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JoinCounts {
    /// Marked with marked.
    pub both: JoinCount,
    /// Marked with unmarked.
    pub mixed: JoinCount,
    /// Unmarked with unmarked.
    pub neither: JoinCount,
    /// Whether all ways of marking as many units were counted, so that the p-values are exact.
    pub is_exact: bool,
}

/// Up to so many ways of marking units all are counted.
const ALL_WAYS: f64 = 100_000.0;

/// Counts joins between marked and unmarked units.
///
/// BB = ½ Σ w x_i x_j, WW the same of 1 − x, BW = ½ Σ w (x_i − x_j)². Where there are at most 100,000
/// ways of marking as many units, all are counted and the p-values are exact; else `permutations`
/// are drawn.
///
/// # References
///
/// Cliff & Ord (1981), Spatial Processes, 11–17 and 36–41 (non-free sampling).
pub fn join_counts(
    weights: &Weights,
    is_marked: &[bool],
    permutations: usize,
    seed: u64,
) -> Result<JoinCounts, Undefined> {
    let marked = is_marked.iter().filter(|&&mark| mark).count();
    if is_marked.len() < 3 {
        return Err(Undefined::TooFew(is_marked.len()));
    }
    if marked == 0 || marked == is_marked.len() {
        return Err(Undefined::Constant);
    }
    let observed = counts(weights, is_marked);
    let mut sorted = is_marked.to_vec();
    sorted.sort_unstable();
    let compare = |marks: &[bool]| {
        let drawn = counts(weights, marks);
        [0, 1, 2].map(|kind| {
            let mut tails = Tails::default();
            tails.add(drawn[kind], observed[kind], 1e-12 * observed.iter().sum::<f64>());
            tails
        })
    };
    let plus = |a: [Tails; 3], b: [Tails; 3]| [0, 1, 2].map(|kind| a[kind].plus(b[kind]));
    let is_exact = permutations > 0 && ways(is_marked.len(), marked) <= ALL_WAYS;
    let tails = if is_exact {
        let mut tails = <[Tails; 3]>::default();
        for_all_ways(is_marked.len(), marked, |marks| tails = plus(tails, compare(marks)));
        tails
    } else {
        let draw = |permutation: usize| {
            if weights.watch().is_off() {
                return Default::default();
            }
            let mut marks = sorted.clone();
            Random::new(seed, permutation as u64).shuffle_first(&mut marks, is_marked.len());
            compare(&marks)
        };
        (0..permutations).into_par_iter().map(draw).reduce(Default::default, plus)
    };
    let moments = moments(&weights.sums(), marked as f64, (is_marked.len() - marked) as f64);
    let [both, mixed, neither] = [0, 1, 2].map(|kind| JoinCount {
        value: observed[kind],
        expected: moments[kind].0,
        variance: (is_marked.len() > 3).then_some(moments[kind].1),
        p_values: (permutations > 0)
            .then(|| if is_exact { tails[kind].of_all_cases() } else { tails[kind].of_draws() }),
    });
    Ok(JoinCounts { both, mixed, neither, is_exact })
}

/// How many ways there are to mark some of n units.
fn ways(n: usize, marked: usize) -> f64 {
    let few = marked.min(n - marked);
    (0..few).map(|at| (n - at) as f64 / (at + 1) as f64).product()
}

/// Calls `visit` with every way to mark some of n units, in lexicographic order.
fn for_all_ways(n: usize, marked: usize, mut visit: impl FnMut(&[bool])) {
    let mut chosen: Vec<usize> = (0..marked).collect();
    loop {
        let mut marks = vec![false; n];
        for &at in &chosen {
            marks[at] = true;
        }
        visit(&marks);
        let Some(next) = (0..marked).rev().find(|&at| chosen[at] < n - marked + at) else { return };
        chosen[next] += 1;
        for at in next + 1..marked {
            chosen[at] = chosen[at - 1] + 1;
        }
    }
}

/// Marked with marked, mixed, neither.
fn counts(weights: &Weights, is_marked: &[bool]) -> [f64; 3] {
    let mut counts = [0.0; 3];
    for (unit, &mark) in is_marked.iter().enumerate() {
        for (other, weight) in weights.row(unit) {
            let kind = match (mark, is_marked[other as usize]) {
                (true, true) => 0,
                (false, false) => 2,
                _ => 1,
            };
            counts[kind] += 0.5 * weight;
        }
    }
    counts
}

/// Expectation and variance of each kind.
fn moments(sums: &Sums, black: f64, white: f64) -> [(f64, f64); 3] {
    let Sums { s0, s1, s2 } = *sums;
    let n = black + white;
    let falling = |x: f64, times: u32| (0..times).map(|down| x - f64::from(down)).product::<f64>();
    let apart = s0 * s0 + s1 - s2;
    let same = |count: f64| {
        let share = |times: u32| falling(count, times) / falling(n, times);
        let expected = 0.5 * s0 * share(2);
        let square = 0.25 * (s1 * share(2) + (s2 - 2.0 * s1) * share(3) + apart * share(4));
        (expected, square - expected * expected)
    };
    let expected = s0 * black * white / falling(n, 2);
    let square = 0.25
        * (2.0 * s1 * black * white / falling(n, 2)
            + (s2 - 2.0 * s1) * black * white * (n - 2.0) / falling(n, 3)
            + 4.0 * apart * falling(black, 2) * falling(white, 2) / falling(n, 4));
    [same(black), (expected, square - expected * expected), same(white)]
}

/// Counts the marked neighbors of each marked unit and says how likely so many are.
///
/// With weights of 1 and the unit's own mark fixed, the number of marked neighbors is hypergeometric:
/// k drawn from n − 1, of which n₁ − 1 are marked. The p-value is exact, without any simulation.
///
/// # Shape
///
/// For each unit the count and the p-value of at least as many; `None` for units that are not
/// marked, the p-value `None` for islands.
///
/// # References
///
/// Anselin & Li (2019), Operational local join count statistics for cluster detection, J.
/// Geographical Systems 21, 189–210.
#[must_use]
pub fn local_join_counts(weights: &Weights, is_marked: &[bool]) -> Vec<Option<(u64, Option<f64>)>> {
    let marked = is_marked.iter().filter(|&&mark| mark).count() as u64;
    let count = |unit: usize| {
        is_marked[unit].then(|| {
            let others = || {
                weights.row(unit).filter(|&(other, weight)| other as usize != unit && weight > 0.0)
            };
            let found = others().filter(|&(other, _)| is_marked[other as usize]).count() as u64;
            let law = Hypergeometric {
                population: is_marked.len() as u64 - 1,
                marked: marked - 1,
                drawn: others().count() as u64,
            };
            (found, (law.drawn > 0).then(|| law.at_least(found)))
        })
    };
    (0..is_marked.len()).map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::super::weights::Contiguity;
    use super::super::weights::tests::nine;
    use super::*;

    /// The nine values 9 8 2 / 7 6 1 / 4 0 3, at least 6.
    const MARKS: [bool; 9] = [true, true, false, true, true, false, false, false, false];

    #[test]
    fn the_worked_example_has_four_joins_of_each_kind() {
        let found = join_counts(&nine(Contiguity::Rook), &MARKS, 0, 0).unwrap();
        assert_eq!([found.both.value, found.mixed.value, found.neither.value], [4.0; 3]);
        assert_eq!(found.both.p_values, None);
    }

    #[test]
    fn moments_are_those_of_all_markings() {
        let uneven = Weights::from_rows(vec![
            vec![(1, 1.0), (2, 0.5)],
            vec![(0, 2.0)],
            vec![(3, 1.0)],
            vec![(4, 0.3), (5, 1.0)],
            vec![],
            vec![(0, 1.0)],
            vec![(1, 1.5)],
        ]);
        let marks = [true, true, true, false, false, false, false];
        let told = join_counts(&uneven, &marks, 0, 0).unwrap();
        let all: Vec<[f64; 3]> = (0u32..128)
            .filter(|set| set.count_ones() == 3)
            .map(|set| counts(&uneven, &[0, 1, 2, 3, 4, 5, 6].map(|at| set >> at & 1 == 1)))
            .collect();
        for (kind, told) in [told.both, told.mixed, told.neither].iter().enumerate() {
            let mean = all.iter().map(|counts| counts[kind]).sum::<f64>() / all.len() as f64;
            let variance = all.iter().map(|counts| (counts[kind] - mean).powi(2)).sum::<f64>()
                / all.len() as f64;
            assert!((told.expected - mean).abs() < 1e-12, "{kind}");
            assert!(
                (told.variance.unwrap() - variance).abs() < 1e-10,
                "{kind}: {told:?} {variance}"
            );
        }
    }

    #[test]
    fn local_counts_and_their_exact_p_values_are_those_of_the_brief() {
        // Values 9 8 2 / 7 6 1 / 4 0 3 with the marks at 9, 8, 7, 6: four marked, three others each.
        let found = local_join_counts(&nine(Contiguity::Rook), &MARKS);
        let counts: Vec<Option<u64>> =
            found.iter().map(|unit| unit.map(|(count, _)| count)).collect();
        assert_eq!(counts, [Some(2), Some(2), None, Some(2), Some(2), None, None, None, None]);
        let told = [0.107_143, 0.285_714, 0.285_714, 0.5];
        let p: Vec<f64> = found.iter().flatten().map(|(_, p)| p.unwrap()).collect();
        assert!(p.iter().zip(told).all(|(found, told)| (found - told).abs() < 1e-6), "{p:?}");
    }

    #[test]
    fn no_local_statistic_of_eleven_with_four_neighbors_reaches_bonferroni() {
        // All of the marked are neighbors: one of C(10, 4) draws.
        let law = Hypergeometric { population: 10, marked: 4, drawn: 4 };
        assert!((law.at_least(4) - 0.004_76).abs() < 5e-6 && law.at_least(4) > 0.05 / 11.0);
    }

    #[test]
    fn shuffled_p_values_agree_with_the_moments_and_one_kind_alone_is_refused() {
        let found = join_counts(&nine(Contiguity::Rook), &MARKS, 9999, 1).unwrap();
        let p_values = found.both.p_values.unwrap();
        // Four marked of nine touch four times only as a square of two by two: 4 of 126.
        assert!((p_values.greater - 4.0 / 126.0).abs() < 0.006, "{p_values:?}");
        assert_eq!(
            join_counts(&nine(Contiguity::Rook), &[true; 9], 9, 1),
            Err(Undefined::Constant)
        );
        let islands = Weights::from_rows(vec![Vec::new(); 3]);
        assert_eq!(local_join_counts(&islands, &[true, false, false])[0], Some((0, None)));
    }
}
