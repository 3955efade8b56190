//! Where do neighbors resemble each other? Local Moran's I, Gi and Gi*.

use rayon::prelude::*;

use super::autocorrelation::Undefined;
use super::honesty::least_p_value;
use super::p_values::{PValues, Tails};
use super::random::Random;
use super::weights::Weights;

/// Says what is measured at each unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Local {
    /// Anselin's local Moran I.
    Moran,
    /// Getis and Ord's Gi: the neighbors without the unit itself.
    Gi,
    /// Gi*: the neighbors and the unit itself, which takes the weight 1.
    GiStar,
}

/// Says how many conditional permutations are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draws {
    /// At most so many.
    pub permutations: usize,
    /// Count all cases instead at a unit that has at most so many; its weights must be equal.
    pub count_up_to: usize,
    /// Stop at a unit when so many draws lie beyond it on both sides; `None` draws all.
    pub stop_after: Option<usize>,
    /// The seed.
    pub seed: u64,
}

/// Where a unit lies against the mean, and its neighbors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quadrant {
    /// High among high.
    HighHigh,
    /// Low among high.
    LowHigh,
    /// Low among low.
    LowLow,
    /// High among low.
    HighLow,
}

/// Holds the answer for one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocalTest {
    /// The statistic: I_i, or the standardised Gi or Gi*.
    pub value: f64,
    /// The expectation of I_i under conditional permutation; 0 for Gi and Gi*, which are standardised.
    pub expected: f64,
    /// How many standard deviations the sum over the neighbors is from its conditional expectation;
    /// for Gi and Gi* the value itself. `None` for islands.
    pub z_value: Option<f64>,
    /// p-values by conditional permutation; `None` for islands.
    pub p_values: Option<PValues>,
    /// Where it lies in Moran's scatterplot.
    pub quadrant: Quadrant,
}

/// Measures at each unit whether its neighbors are like it, or high, or low.
///
/// I_i = z_i Σ_j w_ij z_j / m2 with m2 = Σ z² / (n − 1). Gi = (Σ_j w_ij y_j − W_i ȳ_i) / sd with
/// the mean and the deviation of the others; Gi* the same over all, itself included. Under
/// conditional permutation y_i stays and its neighbors are drawn from the other n − 1 without
/// replacement.
///
/// The draws are ranks among the others in the order of their values, and the same ranks serve all
/// units: what a unit is compared with depends on its own value, its weights and the values of all,
/// but not on where it stands in the list. With `stop_after` = h the p-value of the side that first
/// has h draws is h / draws (Besag & Clifford 1991); it costs little where nothing is to be found. Once
/// the watch of the weights called it off, what comes back means nothing.
///
/// # References
///
/// Anselin (1995), Geographical Analysis 27, 93–115; Ord & Getis (1995), Geographical Analysis 27,
/// 286–306; moments: Sokal, Oden & Thomson (1998), Geographical Analysis 30, 331–354; Besag &
/// Clifford (1991), Sequential Monte Carlo p-values, Biometrika 78, 301–304.
pub fn local_tests(
    statistic: Local,
    weights: &Weights,
    y: &[f64],
    draws: Draws,
) -> Result<Vec<LocalTest>, Undefined> {
    if y.len() < 3 {
        return Err(Undefined::TooFew(y.len()));
    }
    if y.iter().all(|value| *value == y[0]) {
        return Err(Undefined::Constant);
    }
    let units = Units::new(statistic, weights, y, draws);
    Ok((0..y.len()).into_par_iter().map(|unit| units.test(unit)).collect())
}

/// So many draws of one unit are compared before the watch is asked again.
const ROWS_UNWATCHED: usize = 1024;

struct Units<'a> {
    statistic: Local,
    weights: &'a Weights,
    y: &'a [f64],
    draws: Draws,
    mean: f64,
    squares: f64,
    /// Deviations from the mean in rising order, and the rank of each unit among them.
    sorted: Vec<f64>,
    rank: Vec<u32>,
    /// `permutations` rows of ranks among n − 1, each long enough for every unit.
    table: Vec<u32>,
    width: usize,
}

impl<'a> Units<'a> {
    fn new(statistic: Local, weights: &'a Weights, y: &'a [f64], draws: Draws) -> Self {
        let n = y.len();
        let mut order: Vec<u32> = (0u32..).take(n).collect();
        order.sort_by(|&a, &b| y[a as usize].total_cmp(&y[b as usize]).then(a.cmp(&b)));
        let mut rank = vec![0; n];
        for (place, &unit) in (0u32..).zip(&order) {
            rank[unit as usize] = place;
        }
        // Added from the least, so that the order of the units changes no digit.
        let mean = order.iter().map(|&unit| y[unit as usize]).sum::<f64>() / n as f64;
        let sorted: Vec<f64> = order.iter().map(|&unit| y[unit as usize] - mean).collect();
        let squares = sorted.iter().map(|z| z * z).sum();
        let width = (0..n).map(|unit| weights.degree(unit)).max().unwrap_or(0).min(n - 1);
        let mut table = vec![0; draws.permutations * width];
        table.par_chunks_mut(width.max(1)).enumerate().for_each(|(permutation, row)| {
            if weights.watch().is_off() {
                return;
            }
            draw_ranks(&mut Random::new(draws.seed, permutation as u64), n - 1, row);
        });
        Self { statistic, weights, y, draws, mean, squares, sorted, rank, table, width }
    }

    fn test(&self, unit: usize) -> LocalTest {
        let n = self.y.len() as f64;
        let z = self.y[unit] - self.mean;
        let mut row: Vec<(f64, f64)> = self
            .weights
            .row(unit)
            .filter(|&(other, _)| other as usize != unit)
            .map(|(other, weight)| (weight, self.y[other as usize] - self.mean))
            .collect();
        row.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let lag: f64 = row.iter().map(|(weight, value)| weight * value).sum();
        let sum: f64 = row.iter().map(|(weight, _)| weight).sum();
        let of_squares: f64 = row.iter().map(|(weight, _)| weight * weight).sum();
        // The others: their mean, their variance, and that of a weighted sum drawn from them.
        let others = n - 1.0;
        let mean = -z / others;
        let variance = (self.squares - z * z) / others - mean * mean;
        let spread = variance * others / (others - 1.0) * (of_squares - sum * sum / others);
        let z_value = (spread > 0.0).then(|| (lag - sum * mean) / spread.sqrt());
        let m2 = self.squares / others;
        let (value, expected, z_value) = match self.statistic {
            Local::Moran => {
                let signed = z_value.map(|value| if z < 0.0 { -value } else { value });
                (z * lag / m2, -z * z * sum / (others * m2), signed)
            }
            Local::Gi => (z_value.unwrap_or(0.0), 0.0, z_value),
            Local::GiStar => {
                let [sum, of_squares] = [sum + 1.0, of_squares + 1.0];
                let spread = self.squares / n * (n * of_squares - sum * sum) / (n - 1.0);
                let star = (spread > 0.0).then(|| (lag + z) / spread.sqrt());
                (star.unwrap_or(0.0), 0.0, star.filter(|_| !row.is_empty()))
            }
        };
        let weights: Vec<f64> = row.iter().map(|(weight, _)| *weight).collect();
        let p_values = if row.is_empty() { None } else { self.tested(unit, &weights, lag) };
        let is_turned = self.statistic == Local::Moran && z < 0.0;
        let p_values =
            p_values.map(|p| if is_turned { PValues::of_tails(p.less, p.greater) } else { p });
        let quadrant = match (z > 0.0, lag > 0.0) {
            (true, true) => Quadrant::HighHigh,
            (false, true) => Quadrant::LowHigh,
            (false, false) => Quadrant::LowLow,
            (true, false) => Quadrant::HighLow,
        };
        LocalTest { value, expected, z_value, p_values, quadrant }
    }

    /// Compares the sum over the neighbors with those of all cases where they are few, else of draws.
    fn tested(&self, unit: usize, weights: &[f64], lag: f64) -> Option<PValues> {
        let cases = least_p_value(self.y.len(), weights.len()).map(|least| 1.0 / least);
        let is_even = weights.iter().all(|weight| *weight == weights[0]);
        if is_even && cases.is_some_and(|cases| cases <= self.draws.count_up_to as f64 + 0.5) {
            return Some(self.counted(unit, weights, lag));
        }
        (self.draws.permutations > 0).then(|| self.p_values(unit, weights, lag))
    }

    /// Counts every set of others that could be the neighbors, in lexicographic order.
    fn counted(&self, unit: usize, weights: &[f64], lag: f64) -> PValues {
        let (own, others) = (self.rank[unit] as usize, self.y.len() - 1);
        let value = |rank: usize| self.sorted[rank + usize::from(rank >= own)];
        let mut chosen: Vec<usize> = (0..weights.len()).collect();
        let mut tails = Tails::default();
        loop {
            let drawn: f64 = chosen.iter().map(|&rank| weights[0] * value(rank)).sum();
            tails.add(drawn, lag, self.tolerance(weights));
            let next = (0..chosen.len()).rev().find(|&at| chosen[at] < others - chosen.len() + at);
            let Some(next) = next else { return tails.of_all_cases() };
            chosen[next] += 1;
            for at in next + 1..chosen.len() {
                chosen[at] = chosen[at - 1] + 1;
            }
        }
    }

    /// Sums of the same numbers in another order differ by less.
    fn tolerance(&self, weights: &[f64]) -> f64 {
        let largest = self.sorted[0].abs().max(self.sorted[self.sorted.len() - 1].abs());
        1e-12 * largest * weights.iter().sum::<f64>()
    }

    /// Compares the sum over the neighbors with drawn ones.
    fn p_values(&self, unit: usize, weights: &[f64], lag: f64) -> PValues {
        let own = self.rank[unit];
        let tolerance = self.tolerance(weights);
        let mut tails = Tails::default();
        for (number, row) in self.table.chunks(self.width).enumerate() {
            if number % ROWS_UNWATCHED == 0 && self.weights.watch().is_off() {
                break;
            }
            let drawn: f64 = weights
                .iter()
                .zip(row)
                .map(|(weight, &rank)| {
                    weight * self.sorted[(rank + u32::from(rank >= own)) as usize]
                })
                .sum();
            tails.add(drawn, lag, tolerance);
            if self.draws.stop_after.is_some_and(|enough| tails.greater.min(tails.less) >= enough) {
                let share = |count: usize| count as f64 / tails.draws as f64;
                return PValues::of_tails(share(tails.greater), share(tails.less));
            }
        }
        tails.of_draws()
    }
}

/// Draws different ranks below a bound, by Floyd's method for rows that are short against it.
///
/// # References
///
/// Bentley & Floyd (1987), Programming pearls: a sample of brilliance, CACM 30, 754–757; the sample
/// is shuffled, for units of few neighbors take only its beginning.
fn draw_ranks(random: &mut Random, bound: usize, row: &mut [u32]) {
    let width = row.len();
    let mut taken = std::collections::BTreeSet::new();
    for (place, last) in (bound - width..bound).enumerate() {
        let rank = random.below(last + 1) as u32;
        let rank = if taken.insert(rank) { rank } else { last as u32 };
        taken.insert(rank);
        row[place] = rank;
    }
    random.shuffle_first(row, width);
}

#[cfg(test)]
#[path = "local_tests.rs"]
mod tests;
