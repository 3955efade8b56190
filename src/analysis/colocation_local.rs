//! Is it chance that a kind stands so near one site? A test for each, by counting.

use rayon::prelude::*;

use super::colocation_quotient::NearestShares;
use super::p_values::PValues;

/// For each site the p-values of the share of a kind near it, if the labels of all others were
/// shuffled: exactly, by the hypergeometric law.
///
/// Of n − 1 others N' are of the kind. a of those that count 1/k and b of those that share what is
/// left are of it with the chance C(m, a) C(t, b) C(n − 1 − m − t, N' − a − b) / C(n − 1, N').
/// `None` where there is none of the kind but the site itself, and where all others are of the kind.
#[must_use]
pub fn local_p_values(near: &NearestShares, labels: &[u32], kind: u32) -> Vec<Option<PValues>> {
    let all = labels.iter().filter(|label| **label == kind).count();
    let chances = Chances::new(near.len());
    let one = |(site, &label): (usize, &u32)| {
        let marked = all - usize::from(label == kind);
        let can_vary = marked > 0 && marked < near.len() - 1;
        let near = near.of(site);
        (can_vary && !near.is_empty()).then(|| chances.p_values(near, labels, kind, marked))
    };
    labels.par_iter().enumerate().map(one).collect()
}

/// Logarithms of factorials, for chances of draws without replacement.
struct Chances(Vec<f64>);

impl Chances {
    /// Those of draws from all sites but one.
    fn new(sites: usize) -> Self {
        let log = |sum: &mut f64, number: usize| {
            *sum += (number.max(1) as f64).ln();
            Some(*sum)
        };
        Self((0..sites.max(1)).scan(0.0, log).collect())
    }

    fn ways(&self, of: usize, count: usize) -> f64 {
        self.0[of] - self.0[count] - self.0[of - count]
    }

    fn p_values(&self, near: &[(u32, f64)], labels: &[u32], kind: u32, marked: usize) -> PValues {
        let others = self.0.len() - 1;
        let whole = near.iter().map(|(_, share)| *share).fold(0.0, f64::max);
        let part = near.iter().map(|(_, share)| *share).fold(whole, f64::min);
        let is_whole = |share: f64| share > part + 1e-12;
        let wholes = near.iter().filter(|(_, share)| is_whole(*share)).count();
        let parts = near.len() - wholes;
        let of_kind = near.iter().filter(|(other, _)| labels[*other as usize] == kind);
        let observed: f64 = of_kind.map(|(_, share)| share).sum();
        let far = others - near.len();
        let [mut greater, mut less] = [0.0, 0.0];
        for a in 0..=wholes.min(marked) {
            for b in 0..=parts.min(marked - a) {
                let Some(rest) = (marked - a - b <= far).then_some(marked - a - b) else {
                    continue;
                };
                let log = self.ways(wholes, a) + self.ways(parts, b) + self.ways(far, rest)
                    - self.ways(others, marked);
                let share = a as f64 * whole + b as f64 * part;
                greater += if share >= observed - 1e-9 { log.exp() } else { 0.0 };
                less += if share <= observed + 1e-9 { log.exp() } else { 0.0 };
            }
        }
        PValues::of_tails(f64::min(greater, 1.0), f64::min(less, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::labellings::all_labellings;

    /// Points on a line, in thousandths of a radian along the equator.
    fn line(places: &[f64]) -> Vec<[f64; 3]> {
        places.iter().map(|x| [(x * 1e-3).cos(), (x * 1e-3).sin(), 0.0]).collect()
    }

    #[test]
    fn local_p_values_are_those_of_all_labellings_of_the_others() {
        // The third of five at equal steps has a tie at k = 1; so have the second and the fourth.
        let near = NearestShares::new(&line(&[0.0, 1.0, 2.0, 3.0, 4.0, 9.0]), 3);
        let labels = [0, 1, 1, 0, 1, 0];
        let found = local_p_values(&near, &labels, 1);
        let share = |site: usize, labels: &[u32]| -> f64 {
            let of_kind = near.of(site).iter().filter(|(other, _)| labels[*other as usize] == 1);
            of_kind.map(|(_, share)| share).sum()
        };
        for site in 0..6 {
            let cases: Vec<f64> = all_labellings(&labels)
                .filter(|other| other[site] == labels[site])
                .map(|labels| share(site, &labels))
                .collect();
            let observed = share(site, &labels);
            let greater = cases.iter().filter(|case| **case >= observed - 1e-9).count() as f64;
            let less = cases.iter().filter(|case| **case <= observed + 1e-9).count() as f64;
            let found = found[site].unwrap();
            assert!((found.greater - greater / cases.len() as f64).abs() < 1e-12, "{site}");
            assert!((found.less - less / cases.len() as f64).abs() < 1e-12, "{site}");
        }
        assert_eq!(local_p_values(&near, &[1; 6], 1), [None; 6], "nothing can be shuffled");
        assert!(local_p_values(&NearestShares::new(&[], 1), &[], 0).is_empty());
    }
}
