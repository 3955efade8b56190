//! Does a curve leave what chance draws? Pointwise bands, a global band, and one p-value.

/// Holds what simulated curves say of an observed one.
///
/// A curve that leaves the pointwise band somewhere proves nothing: at twenty distances one does by
/// chance. The global band is left anywhere by one curve in twenty, and `global_p` is the p-value.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// Mean of the simulated curves; where some are undefined, of the others.
    pub mean: Vec<Option<f64>>,
    /// Lower end of the pointwise band.
    pub lo: Vec<Option<f64>>,
    /// Upper end of the pointwise band.
    pub hi: Vec<Option<f64>>,
    /// Lower end of the global band.
    pub global_lo: Vec<Option<f64>>,
    /// Upper end of the global band.
    pub global_hi: Vec<Option<f64>>,
    /// p-value by extreme rank length; `None` without simulations.
    pub global_p: Option<f64>,
    /// p-value by the studentised maximum deviation from the mean.
    pub mad_p: Option<f64>,
    /// How many curves were simulated.
    pub simulations: usize,
}

/// A curve: a value at each distance, or none.
pub type Curve = Vec<Option<f64>>;

/// Makes bands and p-values of simulated curves.
///
/// Among the observed and the simulated curves each has at each distance a two-sided rank, 1 the
/// most extreme. Curves are ordered by their ranks from the most extreme on (extreme rank length);
/// `global_p` is the share of curves at least as extreme as the observed one, and the global band
/// holds all but the `level` most extreme. The most extreme rank is shared by two curves for each
/// distance, so `global_p` needs more than 2 · distances / `level` simulations to fall below `level`. Distances at which any curve is undefined do not count.
///
/// # Shape
///
/// All curves of one length; `level` within (0, 1), such as 0.05.
///
/// # References
///
/// Myllymäki, Mrkvička, Grabarnik, Seijo & Hahn (2017), Global envelope tests for spatial processes,
/// JRSS B 79, 381–404; Loosmore & Ford (2006), Ecology 87, 1925–1931; Baddeley et al. (2014),
/// Ecological Monographs 84, 477–489.
#[must_use]
pub fn envelope(observed: &Curve, simulated: &[Curve], level: f64) -> Envelope {
    let length = observed.len();
    let whole: Vec<usize> = (0..length)
        .filter(|&at| observed[at].is_some() && simulated.iter().all(|curve| curve[at].is_some()))
        .collect();
    let columns: Vec<Vec<f64>> = (0..length)
        .map(|at| {
            let mut column: Vec<f64> = simulated.iter().filter_map(|curve| curve[at]).collect();
            column.sort_by(f64::total_cmp);
            column
        })
        .collect();
    // Of the two tails each has half the level, counted as a rank among all curves.
    let tail = ((simulated.len() + 1) as f64 * level / 2.0 + 1e-9).floor() as usize;
    let end = |at: usize, from_top: bool| -> Option<f64> {
        let place = tail.checked_sub(1)?;
        let column = &columns[at];
        column.get(if from_top { column.len().checked_sub(1 + place)? } else { place }).copied()
    };
    let mean = |column: &Vec<f64>| {
        (!column.is_empty()).then(|| column.iter().sum::<f64>() / column.len() as f64)
    };
    let mean: Curve = columns.iter().map(mean).collect();
    let (order_p, keeps) = rank_lengths(observed, simulated, &whole, level);
    let global = |at: usize, greatest: bool| -> Option<f64> {
        let kept = std::iter::once(observed).chain(simulated).zip(&keeps);
        let values = kept.filter(|&(_, keep)| *keep).filter_map(|(curve, _)| curve[at]);
        if !whole.contains(&at) {
            return None;
        }
        if greatest { values.max_by(f64::total_cmp) } else { values.min_by(f64::total_cmp) }
    };
    Envelope {
        lo: (0..length).map(|at| end(at, false)).collect(),
        hi: (0..length).map(|at| end(at, true)).collect(),
        global_lo: (0..length).map(|at| global(at, false)).collect(),
        global_hi: (0..length).map(|at| global(at, true)).collect(),
        global_p: order_p,
        mad_p: studentised(observed, simulated, &whole),
        mean,
        simulations: simulated.len(),
    }
}

/// The p-value by extreme rank length, and which curves are in the global band.
fn rank_lengths(
    observed: &Curve,
    simulated: &[Curve],
    whole: &[usize],
    level: f64,
) -> (Option<f64>, Vec<bool>) {
    let all = simulated.len() + 1;
    if simulated.is_empty() || whole.is_empty() {
        return (None, vec![false; all]);
    }
    let mut ranks: Vec<Vec<u32>> = vec![Vec::with_capacity(whole.len()); all];
    for &at in whole {
        let values: Vec<f64> =
            std::iter::once(observed).chain(simulated).filter_map(|curve| curve[at]).collect();
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        for (curve, value) in values.iter().enumerate() {
            // Of equal values each has the most extreme rank that one of them could have.
            let below = sorted.partition_point(|other| other < value);
            let not_above = sorted.partition_point(|other| other <= value);
            ranks[curve].push((not_above.min(all - below)) as u32);
        }
    }
    for ranks in &mut ranks {
        ranks.sort_unstable();
    }
    let as_extreme = ranks[1..].iter().filter(|ranks_of| **ranks_of <= ranks[0]).count();
    let p_value = (1 + as_extreme) as f64 / all as f64;
    let mut sorted: Vec<&Vec<u32>> = ranks.iter().collect();
    sorted.sort_unstable();
    let left_out = (all as f64 * level + 1e-9).floor() as usize;
    let limit = sorted[left_out.min(all - 1)];
    let keeps = ranks.iter().map(|ranks| ranks >= limit).collect();
    (Some(p_value), keeps)
}

/// The p-value of the greatest deviation from the mean in standard deviations of the simulations.
fn studentised(observed: &Curve, simulated: &[Curve], whole: &[usize]) -> Option<f64> {
    let n = simulated.len() as f64;
    if simulated.len() < 2 || whole.is_empty() {
        return None;
    }
    let value = |curve: &Curve, at: usize| curve[at].unwrap_or(0.0);
    let moments: Vec<(usize, f64, f64)> = whole
        .iter()
        .map(|&at| {
            let mean = simulated.iter().map(|curve| value(curve, at)).sum::<f64>() / n;
            let square =
                simulated.iter().map(|curve| (value(curve, at) - mean).powi(2)).sum::<f64>();
            (at, mean, (square / (n - 1.0)).sqrt())
        })
        .filter(|&(_, _, sd)| sd > 0.0)
        .collect();
    let deviation = |curve: &Curve| {
        let of = |&(at, mean, sd): &(usize, f64, f64)| ((value(curve, at) - mean) / sd).abs();
        moments.iter().map(of).fold(0.0, f64::max)
    };
    let told = deviation(observed);
    let as_far = simulated.iter().filter(|curve| deviation(curve) >= told * (1.0 - 1e-12)).count();
    Some((1 + as_far) as f64 / (n + 1.0))
}

#[cfg(test)]
mod tests {
    use super::super::random::Random;
    use super::*;

    fn curves(count: usize, stream: u64) -> Vec<Curve> {
        let mut random = Random::new(11, stream);
        (0..count).map(|_| (0..20).map(|_| Some(random.normal())).collect()).collect()
    }

    #[test]
    fn a_curve_that_leaves_all_others_at_one_distance_is_the_most_extreme() {
        let simulated = curves(1000, 0);
        let mut observed = simulated[0].clone();
        observed[7] = Some(9.0);
        let found = envelope(&observed, &simulated[1..], 0.05);
        assert!(found.global_p.unwrap() <= 0.05, "{:?}", found.global_p);
        assert_eq!(found.mad_p, Some(1.0 / 1000.0));
        assert!(found.global_hi[7].unwrap() < 9.0);
        assert!(found.hi[3].unwrap() < found.global_hi[3].unwrap(), "the global band is wider");
    }

    #[test]
    fn chance_leaves_the_pointwise_band_often_and_the_global_one_rarely() {
        let (mut pointwise, mut global) = (0, 0);
        for stream in 1..=200 {
            let all = curves(200, stream);
            let found = envelope(&all[0], &all[1..], 0.05);
            let leaves = |lo: &Curve, hi: &Curve| {
                (0..20).any(|at| all[0][at] < lo[at] || all[0][at] > hi[at])
            };
            pointwise += usize::from(leaves(&found.lo, &found.hi));
            global += usize::from(found.global_p.unwrap() <= 0.05);
        }
        // 1 − .95²⁰ = .64 of 200; .05 of 200 with a standard deviation of 3.
        assert!((100..150).contains(&pointwise), "{pointwise}");
        assert!((2..20).contains(&global), "{global}");
    }

    #[test]
    fn ties_count_as_extreme_and_the_undefined_is_left_out() {
        let constant = vec![vec![None, Some(1.0)]; 19];
        let found = envelope(&vec![None, Some(1.0)], &constant, 0.05);
        assert_eq!((found.global_p, found.mad_p), (Some(1.0), Some(1.0)));
        assert_eq!((found.mean[0], found.mean[1]), (None, Some(1.0)));
        assert_eq!(found.global_lo[0], None);
        assert_eq!(envelope(&vec![Some(1.0)], &[], 0.05).global_p, None);
    }

    #[test]
    fn with_39_simulations_the_pointwise_band_is_their_range() {
        let simulated: Vec<Curve> = (0..39).map(|n| vec![Some(f64::from(n))]).collect();
        let found = envelope(&vec![Some(20.0)], &simulated, 0.05);
        assert_eq!((found.lo[0], found.hi[0]), (Some(0.0), Some(38.0)));
        let few = envelope(&vec![Some(20.0)], &simulated[..9], 0.05);
        assert_eq!(few.lo[0], None, "nine simulations have no 2.5 % quantile");
    }
}
