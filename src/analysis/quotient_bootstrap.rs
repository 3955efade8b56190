//! How far off may a location quotient of sizes be? Plants drawn again, with replacement.

use super::nulls::Simulations;

/// Holds one plant: where it stands, how large it is, and whether it is of the industry asked about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plant {
    /// The number of its region.
    pub region: u32,
    /// Its size, such as employees; finite and not negative.
    pub size: f64,
    /// Whether it is of the industry.
    pub is_asked: bool,
}

/// A region with fewer plants of the industry has no interval: so few drawn again say nothing.
pub const LEAST_PLANTS: usize = 8;

/// Draws all plants again, with replacement, and says between which values the middle 95 % of each
/// region's location quotients lie (percentile bootstrap).
///
/// The quotient is (E_ri / E_r) / (E_i / E) of sizes. A large plant is in a draw not at all, once or
/// several times, so a quotient that lives by one plant has a wide interval.
///
/// # Shape
///
/// `plants`: each with a region below `regions`. An interval for each region; `None` where fewer than
/// eight plants of the industry stand, or the draws were called off.
///
/// # References
///
/// Efron (1979), Bootstrap methods: another look at the jackknife, Annals of Statistics 7, 1–26;
/// Efron & Tibshirani (1993), An Introduction to the Bootstrap, 168–177 (percentiles).
#[must_use]
pub fn quotient_intervals(
    plants: &[Plant],
    regions: usize,
    draws: Simulations<'_>,
) -> Vec<Option<[f64; 2]>> {
    let mut asked = vec![0; regions];
    for plant in plants.iter().filter(|plant| plant.is_asked) {
        asked[plant.region as usize] += 1;
    }
    let told: Vec<usize> = (0..regions).filter(|&region| asked[region] >= LEAST_PLANTS).collect();
    let drawn = draws.draw(|random| {
        let again = (0..plants.len()).map(|_| plants[random.below(plants.len())]);
        let all = quotients(again, regions);
        told.iter().map(|&region| all[region]).collect::<Vec<_>>()
    });
    let mut intervals = vec![None; regions];
    for (at, &region) in told.iter().enumerate() {
        let mut values: Vec<f64> = drawn.iter().filter_map(|draw| draw[at]).collect();
        values.sort_by(f64::total_cmp);
        intervals[region] = quantile(&values, 0.025).zip(quantile(&values, 0.975)).map(Into::into);
    }
    intervals
}

/// The quotient of each region; `None` where there is nothing to divide by.
fn quotients(plants: impl Iterator<Item = Plant>, regions: usize) -> Vec<Option<f64>> {
    let mut sums = vec![[0.0; 2]; regions];
    for plant in plants {
        let [asked, all] = &mut sums[plant.region as usize];
        *all += plant.size;
        if plant.is_asked {
            *asked += plant.size;
        }
    }
    let [asked, all] = [0, 1].map(|part| sums.iter().map(|sum| sum[part]).sum::<f64>());
    let quotient =
        |sum: &[f64; 2]| (sum[1] > 0.0 && asked > 0.0).then(|| sum[0] / sum[1] * all / asked);
    sums.iter().map(quotient).collect()
}

/// The value below which a share of sorted ones lies, between neighbors as R's type 7.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * sorted.len().checked_sub(1)? as f64;
    let (lower, upper) = (sorted[place as usize], sorted[place.ceil() as usize]);
    Some(lower + (upper - lower) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `counts[region]` plants of the industry and as many others, each of a size.
    fn plants(counts: &[usize], size: impl Fn(usize) -> f64) -> Vec<Plant> {
        let of = |(region, &count): (usize, &usize)| {
            (0..2 * count).map(move |at| (region as u32, at % 2 == 0))
        };
        let all = counts.iter().enumerate().flat_map(of).enumerate();
        all.map(|(at, (region, is_asked))| Plant { region, size: size(at), is_asked }).collect()
    }

    #[test]
    fn draws_of_two_plants_have_the_quotients_that_can_be_counted() {
        // One plant of the industry and one other in region 0, one other in region 1, all of size 1:
        // of 27 draws 19 hold the industry, and the quotient of region 0 is 3 / plants there.
        let one = |region, is_asked| Plant { region, size: 1.0, is_asked };
        let all = [one(0, true), one(0, false), one(1, false)];
        let mut counted = Vec::new();
        for draw in 0..27 {
            let again = [draw / 9, draw / 3 % 3, draw % 3].map(|at| all[at]);
            counted.extend(quotients(again.into_iter(), 2)[0]);
        }
        assert_eq!(counted.len(), 19);
        let mean = counted.iter().sum::<f64>() / 19.0;
        // One place: 3; two: 3/2; three: 1. Industry among the plants of region 0: 3, 9 and 7 draws.
        assert!((mean - (3.0 * 3.0 + 9.0 * 1.5 + 7.0) / 19.0).abs() < 1e-12, "{mean}");
    }

    #[test]
    fn an_interval_is_as_wide_as_the_delta_method_says() {
        // 400 plants of size 1, half of them of the industry, a quarter of all in region 0: the share
        // there, 0.5, has the standard error √(0.25 / 100), and the whole 0.5 that of √(0.25 / 400);
        // ln LQ has variance 1/100 + 1/400 − 2/400.
        let plants = plants(&[50, 150], |_| 1.0);
        let found = quotient_intervals(&plants, 2, Simulations::new(4_999, 3));
        let [lo, hi] = found[0].unwrap();
        let half = 1.96 * (1.0_f64 / 100.0 - 1.0 / 400.0).sqrt();
        assert!((lo.ln() + half).abs() < 0.02 && (hi.ln() - half).abs() < 0.02, "{lo} {hi} {half}");
    }

    #[test]
    fn one_giant_widens_the_interval_and_few_plants_have_none() {
        let even = plants(&[40, 800, 7], |_| 1.0);
        let lumpy = plants(&[40, 800, 7], |at| if at == 0 { 200.0 } else { 1.0 });
        let width = |plants: &[Plant]| {
            let found = quotient_intervals(plants, 3, Simulations::new(499, 1));
            assert_eq!(found[2], None, "seven plants are too few");
            found[0].map(|[lo, hi]| hi - lo).unwrap()
        };
        assert!(width(&lumpy) > 1.5 * width(&even), "{} {}", width(&lumpy), width(&even));
        let off = || false;
        let called_off = Simulations::new(99, 1).watched(&off);
        assert_eq!(quotient_intervals(&even, 3, called_off), [None; 3]);
    }
}
