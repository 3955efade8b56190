//! What chance could mean: labels shuffled, sites drawn, or points strewn in a window.
//!
//! The three answer different questions. Shuffled labels: is this industry placed otherwise than the
//! others? Drawn sites: could it be any of the places where firms are at all? Strewn points: are firms
//! anywhere on the map? The last is nobody's question in a country with mountains and coasts.

use rayon::prelude::*;

use super::envelope::{Curve, Envelope, envelope};
use super::random::Random;
use super::window::Window;
use crate::domain::LonLat;

/// How many curves are drawn, and from which seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Simulations {
    /// The number; 999 for a test at 5 %, 9999 for a p-value told to two digits.
    pub count: usize,
    /// The seed.
    pub seed: u64,
}

impl Simulations {
    fn curves(self, draw: impl Fn(&mut Random) -> Curve + Sync) -> Vec<Curve> {
        let simulate = |simulation: usize| draw(&mut Random::new(self.seed, simulation as u64));
        (0..self.count).into_par_iter().map(simulate).collect()
    }
}

/// Compares a curve of labelled sites with those of the labels shuffled over the same sites.
#[must_use]
pub fn random_labelling(
    labels: &[u32],
    simulations: Simulations,
    curve: impl Fn(&[u32]) -> Curve + Sync,
) -> Envelope {
    let mut sorted = labels.to_vec();
    sorted.sort_unstable();
    let draw = |random: &mut Random| {
        let mut shuffled = sorted.clone();
        random.shuffle_first(&mut shuffled, labels.len());
        curve(&shuffled)
    };
    envelope(&curve(labels), &simulations.curves(draw), 0.05)
}

/// Compares a curve of some sites with those of as many sites drawn from all without replacement.
///
/// # Shape
///
/// `chosen`: different numbers below `sites`.
#[must_use]
pub fn fixed_sites(
    sites: usize,
    chosen: &[u32],
    simulations: Simulations,
    curve: impl Fn(&[u32]) -> Curve + Sync,
) -> Envelope {
    let draw = |random: &mut Random| {
        let mut all: Vec<u32> = (0u32..).take(sites).collect();
        random.shuffle_first(&mut all, chosen.len());
        curve(&all[..chosen.len().min(sites)])
    };
    envelope(&curve(chosen), &simulations.curves(draw), 0.05)
}

/// Compares a curve of some positions with those of as many strewn evenly in a window.
#[must_use]
pub fn strewn(
    positions: &[LonLat],
    window: &Window,
    simulations: Simulations,
    curve: impl Fn(&[LonLat]) -> Curve + Sync,
) -> Envelope {
    let draw = |random: &mut Random| {
        let drawn: Vec<LonLat> = positions.iter().map(|_| window.draw(random)).collect();
        curve(&drawn)
    };
    envelope(&curve(positions), &simulations.curves(draw), 0.05)
}

#[cfg(test)]
mod tests {
    use super::super::ripley::{Edge, cross_k, k_function};
    use super::super::window::tests::boxed;
    use super::*;

    const SIMULATIONS: Simulations = Simulations { count: 399, seed: 5 };

    /// Twenty pairs of unlike sites 1 km apart and the pairs far from each other.
    fn pairs() -> (Vec<LonLat>, Vec<u32>) {
        let mut random = Random::new(6, 6);
        let window = boxed(100.0, 25.0, 115.0, 40.0);
        let mut positions = Vec::new();
        for _ in 0..20 {
            let at = window.draw(&mut random);
            positions.extend([at, LonLat::from_degrees(at.lon(), at.lat() + 0.009).unwrap()]);
        }
        (positions, [0, 1].repeat(20))
    }

    #[test]
    fn unlike_pairs_attract_under_shuffled_labels_and_like_ones_under_none() {
        let (positions, labels) = pairs();
        let window = boxed(95.0, 20.0, 120.0, 45.0);
        let radii = [2_000.0];
        let of = |labels: &[u32], kind: u32| -> Vec<u32> {
            (0u32..).zip(labels).filter(|&(_, label)| *label == kind).map(|(at, _)| at).collect()
        };
        let cross = |labels: &[u32]| {
            cross_k(&positions, [&of(labels, 0), &of(labels, 1)], &window, Edge::Ignored, &radii)
        };
        let attracted = random_labelling(&labels, SIMULATIONS, cross);
        assert!(attracted.global_p.unwrap() <= 0.01, "{attracted:?}");
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        assert_eq!(one.install(|| random_labelling(&labels, SIMULATIONS, cross)), attracted);
        let of_sites =
            |sites: &[u32]| cross_k(&positions, [sites, sites], &window, Edge::Ignored, &radii);
        // No two of a kind are within 2 km: fewer than any draw of twenty of the forty has.
        let apart = fixed_sites(40, &of(&labels, 0), SIMULATIONS, of_sites);
        assert!(apart.global_p.unwrap() <= 0.02 && apart.mean[0].unwrap() > 0.0, "{apart:?}");
        let curve = |positions: &[LonLat]| k_function(positions, &window, Edge::Ignored, &radii);
        assert!(strewn(&positions, &window, SIMULATIONS, curve).global_p.unwrap() <= 0.01);
    }

    #[test]
    fn nothing_is_answered_without_a_p_value() {
        let none = random_labelling(&[], SIMULATIONS, |_| vec![None]);
        assert_eq!((none.global_p, none.mean[0]), (None, None));
        let untested = Simulations { count: 0, seed: 1 };
        assert_eq!(fixed_sites(3, &[0], untested, |_| vec![Some(1.0)]).global_p, None);
    }
}
