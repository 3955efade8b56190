//! Do sites of one industry stand nearest to those of another? Colocation quotients.

use rayon::prelude::*;

use super::labellings::{Cases, all_labellings};
use super::p_values::Tails;
use super::random::Random;
use crate::domain::Watch;
use crate::index::KdTree;

/// Holds for each site its nearest neighbours, k and as many more as are as near as the k-th, and
/// with what share each counts.
///
/// Those nearer than the k-th count 1/k each; those as near as it share what is left.
#[derive(Debug, Clone)]
pub struct NearestShares {
    starts: Vec<usize>,
    neighbors: Vec<(u32, f64)>,
    watch: Watch,
}

/// Distances that differ by less than this share are one distance.
const SAME: f64 = 1e-9;

impl NearestShares {
    /// Finds the neighbours of each of n sites, given as unit vectors; k is lowered to n − 1.
    #[must_use]
    pub fn new(points: &[[f64; 3]], k: usize) -> Self {
        Self::over(&KdTree::new(points), points, k)
    }

    /// As [`Self::new`], over a tree of the points, whose watch may call off this and what follows.
    #[must_use]
    pub fn over(tree: &KdTree, points: &[[f64; 3]], k: usize) -> Self {
        let k = k.min(points.len().saturating_sub(1));
        let row = |site: usize| {
            let own = u32::try_from(site).ok();
            let nearest = tree.nearest(&points[site], k, own);
            let Some(last) = nearest.last().map(|hit| hit.chord_squared) else { return Vec::new() };
            let edge = last * (1.0 + 2.0 * SAME) + 1e-24;
            let mut near = Vec::new();
            tree.within(&points[site], edge, |hit| {
                if Some(hit.number) != own {
                    near.push((hit.number, hit.chord_squared));
                }
            });
            near.sort_by_key(|(number, _)| *number);
            let is_tied = |chord: f64| chord >= last * (1.0 - 2.0 * SAME) - 1e-24;
            let tied = near.iter().filter(|(_, chord)| is_tied(*chord)).count();
            let left = (k + tied - near.len()) as f64 / tied.max(1) as f64;
            let share = |chord| if is_tied(chord) { left } else { 1.0 } / k as f64;
            near.into_iter().map(|(number, chord)| (number, share(chord))).collect()
        };
        let rows: Vec<Vec<(u32, f64)>> = (0..points.len()).into_par_iter().map(row).collect();
        Self::of_rows(&rows, tree.watch())
    }

    fn of_rows(rows: &[Vec<(u32, f64)>], watch: &Watch) -> Self {
        let mut starts = vec![0];
        starts.extend(rows.iter().scan(0, |end, row| {
            *end += row.len();
            Some(*end)
        }));
        Self { starts, neighbors: rows.concat(), watch: watch.clone() }
    }

    /// How many sites there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Says whether there is no site.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn of(&self, site: usize) -> &[(u32, f64)] {
        &self.neighbors[self.starts[site]..self.starts[site + 1]]
    }

    /// For each pair of kinds C: the sum over sites of the one of the share of the other near them.
    ///
    /// # Shape
    ///
    /// n labels below `kinds`; kinds × kinds, row by row.
    fn counts(&self, labels: &[u32], kinds: usize) -> Vec<f64> {
        let mut counts = vec![0.0; kinds * kinds];
        for (site, &label) in labels.iter().enumerate() {
            for &(other, share) in self.of(site) {
                counts[label as usize * kinds + labels[other as usize] as usize] += share;
            }
        }
        counts
    }

    /// For each site how much more of a kind stands near it than if labels were shuffled:
    /// the share of the kind near it over N'/(N − 1).
    ///
    /// `None` where there is none of the kind but the site itself.
    ///
    /// # References
    ///
    /// Cromley, Hanink & Bentley (2014), Geographically weighted colocation quotients, Professional
    /// Geographer 66, 138–148.
    #[must_use]
    pub fn local(&self, labels: &[u32], kind: u32) -> Vec<Option<f64>> {
        let all = labels.iter().filter(|label| **label == kind).count();
        let local = |(site, &label): (usize, &u32)| {
            let others = all - usize::from(label == kind);
            let near = self.of(site).iter().filter(|(other, _)| labels[*other as usize] == kind);
            let share: f64 = near.map(|(_, share)| share).sum();
            (others > 0).then(|| share * (self.len() - 1) as f64 / others as f64)
        };
        labels.iter().enumerate().map(local).collect()
    }
}

/// Holds a colocation quotient with its test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quotient {
    /// The quotient; 1 is what shuffled labels give on average.
    pub value: f64,
    /// Two-sided, by shuffled labels: all ways where they are few, else draws.
    pub p_value: Option<f64>,
}

/// Holds the colocation quotients of some kinds of sites.
#[derive(Debug, Clone, PartialEq)]
pub struct Quotients {
    /// Whether like stands by like.
    pub global: Option<Quotient>,
    /// Of each kind with each, row by row: is the second near the first? `None` where there is none
    /// of the first, or none of the second but itself.
    pub pairwise: Vec<Option<Quotient>>,
    /// What the p-values were counted from.
    pub cases: Cases,
}

/// Asks of each pair of kinds whether sites of the second are the neighbours of the first.
///
/// CLQ of A to B is (C / N_A) / (N'_B / (N − 1)), with C the sum over sites of A of the share of B
/// among their neighbours, and N'_B the number of B, less one if B is A. The global one compares
/// the share of neighbours alike with Σ N_A (N_A − 1) / (N (N − 1)). The quotients are not symmetric.
///
/// # Shape
///
/// n labels below `kinds`; kinds × kinds quotients, row by row.
///
/// # References
///
/// Leslie & Kronenfeld (2011), The colocation quotient, Geographical Analysis 43, 306–326.
#[must_use]
pub fn quotients(
    near: &NearestShares,
    labels: &[u32],
    kinds: usize,
    draws: usize,
    seed: u64,
) -> Quotients {
    let n = labels.len();
    let mut sizes = vec![0_usize; kinds];
    for label in labels {
        sizes[*label as usize] += 1;
    }
    // What chance gives for each C, and for the sum of those of like by like.
    let expected: Vec<f64> = (0..kinds * kinds)
        .map(|at| {
            let (a, b) = (at / kinds, at % kinds);
            let others = sizes[b] - usize::from(a == b && sizes[b] > 0);
            (sizes[a] * others) as f64 / n.saturating_sub(1).max(1) as f64
        })
        .collect();
    let diagonal = |all: &[f64]| (0..kinds).map(|a| all[a * kinds + a]).sum::<f64>();
    let observed = near.counts(labels, kinds);
    let cases = if draws == 0 { Cases::Draws(0) } else { Cases::of(labels, draws) };
    let tails = tails(near, labels, kinds, cases, seed, &observed);
    let quotient = |value: f64, expected: f64, tails: Tails| {
        let p_value = cases.p_values(tails).map(|p_values| p_values.two_sided);
        (expected > 0.0).then(|| Quotient { value: value / expected, p_value })
    };
    let pairwise = (0..kinds * kinds).map(|at| quotient(observed[at], expected[at], tails[at]));
    Quotients {
        pairwise: pairwise.collect(),
        global: quotient(diagonal(&observed), diagonal(&expected), tails[kinds * kinds]),
        cases,
    }
}

/// Where each C, and the sum of those of like by like, stands among those of shuffled labels.
fn tails(
    near: &NearestShares,
    labels: &[u32],
    kinds: usize,
    cases: Cases,
    seed: u64,
    observed: &[f64],
) -> Vec<Tails> {
    let with_sum = |mut counts: Vec<f64>| {
        counts.push((0..kinds).map(|a| counts[a * kinds + a]).sum());
        counts
    };
    let observed = with_sum(observed.to_vec());
    let compare = |shuffled: &[u32]| {
        let mut tails = vec![Tails::default(); observed.len()];
        let drawn = with_sum(near.counts(shuffled, kinds));
        for ((tails, drawn), observed) in tails.iter_mut().zip(&drawn).zip(&observed) {
            tails.add(*drawn, *observed, 1e-9 * observed.max(1.0));
        }
        tails
    };
    let none = || vec![Tails::default(); observed.len()];
    let add = |a: Vec<Tails>, b: Vec<Tails>| a.into_iter().zip(b).map(|(a, b)| a.plus(b)).collect();
    let draws = match cases {
        Cases::All => {
            let goes_on = |_: &Vec<u32>| !near.watch.is_off();
            let all = all_labellings(labels).take_while(goes_on);
            return all.map(|labels| compare(&labels)).fold(none(), add);
        }
        Cases::Draws(draws) => draws,
    };
    let mut sorted = labels.to_vec();
    sorted.sort_unstable();
    let draw = |simulation: usize| {
        if near.watch.is_off() {
            return none();
        }
        let mut shuffled = sorted.clone();
        Random::new(seed, simulation as u64).shuffle_first(&mut shuffled, labels.len());
        compare(&shuffled)
    };
    (0..draws).into_par_iter().map(draw).reduce(none, add)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points on a line, as the brief has them, in thousandths of a radian along the equator.
    fn line(places: &[f64]) -> Vec<[f64; 3]> {
        places.iter().map(|x| [(x * 1e-3).cos(), (x * 1e-3).sin(), 0.0]).collect()
    }

    const AABABB: [u32; 6] = [0, 0, 1, 0, 1, 1];

    #[test]
    fn the_worked_example_of_the_brief() {
        let near = NearestShares::new(&line(&[0.0, 1.0, 2.5, 4.2, 5.0, 7.1]), 1);
        let found = quotients(&near, &AABABB, 2, 0, 1);
        let told = [1.6667, 0.5556, 1.1111, 0.8333];
        for (found, told) in found.pairwise.iter().zip(told) {
            assert!((found.unwrap().value - told).abs() < 5e-5, "{found:?} {told}");
        }
        assert!((found.global.unwrap().value - 1.25).abs() < 1e-12);
        assert_eq!(found.global.unwrap().p_value, None, "nothing was drawn");
    }

    #[test]
    fn neighbours_as_near_share_what_is_left() {
        // The middle one has two at one distance; each counts a half.
        let near = NearestShares::new(&line(&[0.0, 1.0, 2.0]), 1);
        let shares: Vec<f64> = near.of(1).iter().map(|(_, share)| *share).collect();
        assert_eq!(shares, [0.5, 0.5]);
        let of_two = NearestShares::new(&line(&[0.0, 1.0, 3.0, 5.0]), 2);
        assert!((of_two.of(2).iter().map(|(_, share)| share).sum::<f64>() - 1.0).abs() < 1e-12);
        let duplicates = NearestShares::new(&line(&[0.0, 0.0, 0.0]), 1);
        assert_eq!(duplicates.of(0), [(1, 0.5), (2, 0.5)]);
    }

    #[test]
    fn shuffled_labels_give_one_on_average_and_two_towns_apart_are_no_chance() {
        let places: Vec<f64> =
            (0..40).map(|n| f64::from(n) + if n < 20 { 0.0 } else { 900.0 }).collect();
        let labels: Vec<u32> = (0..40).map(|n| u32::from(n >= 20)).collect();
        let near = NearestShares::new(&line(&places), 3);
        let found = quotients(&near, &labels, 2, 199, 5);
        assert_eq!(found.pairwise[1].unwrap().value, 0.0);
        assert!(found.global.unwrap().p_value.unwrap() <= 0.01, "{found:?}");
        let mut all = 0.0;
        for stream in 0..400 {
            let mut shuffled = labels.clone();
            Random::new(9, stream).shuffle_first(&mut shuffled, 40);
            all += quotients(&near, &shuffled, 2, 0, 1).pairwise[1].unwrap().value;
        }
        assert!((all / 400.0 - 1.0).abs() < 0.03, "{}", all / 400.0);
    }

    #[test]
    fn local_quotients_average_to_the_pairwise_one() {
        let near = NearestShares::new(&line(&[0.0, 1.0, 2.5, 4.2, 5.0, 7.1]), 1);
        let local = near.local(&AABABB, 1);
        let of_a = [0, 1, 3].map(|site| local[site].unwrap());
        assert!((of_a.iter().sum::<f64>() / 3.0 - 0.5556).abs() < 5e-5, "{local:?}");
        assert_eq!(near.local(&AABABB, 7), [None; 6], "none of the kind");
        assert!(NearestShares::new(&[], 3).is_empty());
    }

    #[test]
    fn few_sites_are_labelled_in_all_ways() {
        // Twenty ways to label three of six; sums of nearest that are alike, one by one.
        let near = NearestShares::new(&line(&[0.0, 1.0, 2.5, 4.2, 5.0, 7.1]), 1);
        let found = quotients(&near, &AABABB, 2, 999, 1);
        assert_eq!((found.cases, quotients(&near, &AABABB, 2, 19, 7)), (Cases::All, found.clone()));
        let nearest = [1, 0, 1, 4, 3, 4];
        let alike =
            |labels: &[u32]| (0..6).filter(|&site| labels[site] == labels[nearest[site]]).count();
        let all: Vec<usize> = all_labellings(&AABABB).map(|labels| alike(&labels)).collect();
        let share = |count: usize| count as f64 / 20.0;
        let greater = share(all.iter().filter(|sum| **sum >= alike(&AABABB)).count());
        let less = share(all.iter().filter(|sum| **sum <= alike(&AABABB)).count());
        let told = (2.0 * greater.min(less)).min(1.0);
        assert!((found.global.unwrap().p_value.unwrap() - told).abs() < 1e-12, "{found:?} {told}");
    }
}
