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

/// How many curves are drawn, from which seed, and who may call the rest off.
#[derive(Clone, Copy)]
pub struct Simulations<'a> {
    /// The number; 999 for a test at 5 %, 9999 for a p-value told to two digits.
    pub count: usize,
    /// The seed.
    pub seed: u64,
    goes_on: &'a (dyn Fn() -> bool + Sync),
}

impl<'a> Simulations<'a> {
    /// Draws so many, from a seed.
    #[must_use]
    pub fn new(count: usize, seed: u64) -> Self {
        Self { count, seed, goes_on: &|| true }
    }

    /// Asks before each draw whether to go on; once it does not, nothing is drawn at all.
    #[must_use]
    pub fn watched(self, goes_on: &'a (dyn Fn() -> bool + Sync)) -> Self {
        Self { goes_on, ..self }
    }

    /// Draws all of something, each from a stream of its own; nothing if it was called off.
    pub fn draw<T: Send>(self, draw: impl Fn(&mut Random) -> T + Sync) -> Vec<T> {
        let simulate = |simulation: usize| {
            (self.goes_on)().then(|| draw(&mut Random::new(self.seed, simulation as u64)))
        };
        let drawn: Option<Vec<T>> = (0..self.count).into_par_iter().map(simulate).collect();
        drawn.unwrap_or_default()
    }
}

/// Compares a curve of labelled sites with those of the labels shuffled over the same sites.
#[must_use]
pub fn random_labelling(
    labels: &[u32],
    simulations: Simulations<'_>,
    curve: impl Fn(&[u32]) -> Curve + Sync,
) -> Envelope {
    let mut sorted = labels.to_vec();
    sorted.sort_unstable();
    let draw = |random: &mut Random| {
        let mut shuffled = sorted.clone();
        random.shuffle_first(&mut shuffled, labels.len());
        curve(&shuffled)
    };
    envelope(&curve(labels), &simulations.draw(draw), 0.05)
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
    simulations: Simulations<'_>,
    curve: impl Fn(&[u32]) -> Curve + Sync,
) -> Envelope {
    let draw = |random: &mut Random| {
        let mut all: Vec<u32> = (0u32..).take(sites).collect();
        random.shuffle_first(&mut all, chosen.len());
        curve(&all[..chosen.len().min(sites)])
    };
    envelope(&curve(chosen), &simulations.draw(draw), 0.05)
}

/// Compares a curve of some positions with those of as many strewn evenly in a window.
#[must_use]
pub fn strewn(
    positions: &[LonLat],
    window: &Window,
    simulations: Simulations<'_>,
    curve: impl Fn(&[LonLat]) -> Curve + Sync,
) -> Envelope {
    let draw = |random: &mut Random| {
        let drawn: Vec<LonLat> = positions.iter().map(|_| window.draw(random)).collect();
        curve(&drawn)
    };
    envelope(&curve(positions), &simulations.draw(draw), 0.05)
}

#[cfg(test)]
mod tests {
    use super::super::ripley::{Edge, cross_k, k_function};
    use super::super::window::tests::boxed;
    use super::*;

    const SIMULATIONS: fn() -> Simulations<'static> = || Simulations::new(399, 5);

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
        let attracted = random_labelling(&labels, SIMULATIONS(), cross);
        assert!(attracted.global_p.unwrap() <= 0.01, "{attracted:?}");
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        assert_eq!(one.install(|| random_labelling(&labels, SIMULATIONS(), cross)), attracted);
        let of_sites =
            |sites: &[u32]| cross_k(&positions, [sites, sites], &window, Edge::Ignored, &radii);
        // No two of a kind are within 2 km: fewer than any draw of twenty of the forty has.
        let apart = fixed_sites(40, &of(&labels, 0), SIMULATIONS(), of_sites);
        assert!(apart.global_p.unwrap() <= 0.02 && apart.mean[0].unwrap() > 0.0, "{apart:?}");
        let curve = |positions: &[LonLat]| k_function(positions, &window, Edge::Ignored, &radii);
        assert!(strewn(&positions, &window, SIMULATIONS(), curve).global_p.unwrap() <= 0.01);
    }

    #[test]
    fn nothing_is_answered_without_a_p_value() {
        let none = random_labelling(&[], SIMULATIONS(), |_| vec![None]);
        assert_eq!((none.global_p, none.mean[0]), (None, None));
        let untested = Simulations::new(0, 1);
        assert_eq!(fixed_sites(3, &[0], untested, |_| vec![Some(1.0)]).global_p, None);
    }

    #[test]
    fn what_is_called_off_draws_nothing() {
        let asked = std::sync::atomic::AtomicUsize::new(0);
        let goes_on = || asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 20;
        let watched = SIMULATIONS().watched(&goes_on);
        let found = fixed_sites(9, &[0, 1], watched, |_| vec![Some(1.0)]);
        assert_eq!((found.simulations, found.global_p), (0, None));
        assert!(asked.into_inner() < 399, "the rest is left out");
    }
}
