//! Would the clusters be found again? Jitter and bootstrap.

use super::dbscan::Clustering;
use super::nulls::Simulations;
use super::random::Random;

/// Says how the points are disturbed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Disturbance {
    /// Each point moves by a normal step of this standard deviation in metres on either axis.
    Jitter {
        /// How uncertain a position is, in metres.
        sigma_m: f64,
    },
    /// n points are drawn from the n with replacement; one drawn twice is there twice.
    Bootstrap,
}

/// Holds how a clustering stood up to disturbance.
#[derive(Debug, Clone, PartialEq)]
pub struct Stability {
    /// For each cluster: the mean, over the rounds, of the greatest Jaccard index with any cluster
    /// found; `None` if no round had one of its points. Above 0.75 is stable, below 0.5 dissolved.
    pub jaccard: Vec<Option<f64>>,
    /// The share of rounds in which every point had exactly the clusters it has.
    pub unchanged: f64,
}

/// Clusters disturbed points again and again and looks for each cluster in what is found.
///
/// # Shape
///
/// n unit vectors, their clustering, and the method that made it.
///
/// # References
///
/// Hennig (2007), Cluster-wise assessment of cluster stability, Computational Statistics and Data
/// Analysis 52, 258–271.
pub fn stability(
    points: &[[f64; 3]],
    clustering: &Clustering,
    disturbance: Disturbance,
    rounds: Simulations<'_>,
    cluster: impl Fn(&[[f64; 3]]) -> Clustering + Sync,
) -> Stability {
    let members = clustering.members();
    let round = |random: &mut Random| {
        let (from, moved) = disturb(points, disturbance, random);
        let found = cluster(&moved);
        let is_same = from.len() == points.len()
            && from.iter().enumerate().all(|(at, &point)| at == point)
            && found.labels == clustering.labels;
        (best_jaccards(&members, &from, &found), is_same)
    };
    let answers: Vec<(Vec<Option<f64>>, bool)> = rounds.draw(round);
    let mean = |cluster: usize| {
        let values: Vec<f64> =
            answers.iter().filter_map(|(jaccards, _)| jaccards[cluster]).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let unchanged = answers.iter().filter(|(_, is_same)| *is_same).count() as f64;
    Stability {
        jaccard: (0..members.len()).map(mean).collect(),
        unchanged: unchanged / rounds.count.max(1) as f64,
    }
}

/// Gives the disturbed points and, for each, which point it was.
fn disturb(
    points: &[[f64; 3]],
    disturbance: Disturbance,
    random: &mut Random,
) -> (Vec<usize>, Vec<[f64; 3]>) {
    match disturbance {
        Disturbance::Jitter { sigma_m } => {
            let moved = points.iter().map(|point| jitter(point, sigma_m, random)).collect();
            ((0..points.len()).collect(), moved)
        }
        Disturbance::Bootstrap => {
            let from: Vec<usize> = (0..points.len()).map(|_| random.below(points.len())).collect();
            let drawn = from.iter().map(|&point| points[point]).collect();
            (from, drawn)
        }
    }
}

/// Moves a point in the plane that touches the sphere there and takes it back to the sphere.
fn jitter(point: &[f64; 3], sigma_m: f64, random: &mut Random) -> [f64; 3] {
    let step = sigma_m / crate::index::geodesic::SPHERE_RADIUS_M;
    let [x, y, z] = point.map(|coordinate| coordinate + step * random.normal());
    // A step along the radius does nothing to the direction but for its second order.
    let length = (x * x + y * y + z * z).sqrt();
    [x / length, y / length, z / length]
}

/// The greatest Jaccard index of each cluster, reduced to the points drawn, with one found.
fn best_jaccards(members: &[Vec<usize>], from: &[usize], found: &Clustering) -> Vec<Option<f64>> {
    let n = from.iter().max().map_or(0, |most| most + 1);
    let mut is_drawn = vec![false; n];
    for &point in from {
        is_drawn[point] = true;
    }
    let found: Vec<Vec<usize>> = found
        .members()
        .into_iter()
        .map(|group| {
            let mut points: Vec<usize> = group.into_iter().map(|at| from[at]).collect();
            points.sort_unstable();
            points.dedup();
            points
        })
        .collect();
    let best = |members: &Vec<usize>| {
        let drawn: Vec<usize> =
            members.iter().copied().filter(|&point| point < n && is_drawn[point]).collect();
        let jaccard = |group: &Vec<usize>| {
            let both = drawn.iter().filter(|point| group.binary_search(point).is_ok()).count();
            both as f64 / (drawn.len() + group.len() - both) as f64
        };
        (!drawn.is_empty()).then(|| found.iter().map(jaccard).fold(0.0, f64::max))
    };
    members.iter().map(best).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::dbscan::{Density, dbscan};
    use crate::domain::LonLat;
    use crate::index::KdTree;

    fn run(eps_m: f64) -> impl Fn(&[[f64; 3]]) -> Clustering + Sync {
        move |points| dbscan(&KdTree::new(points), eps_m, Density::Points(2))
    }

    /// Two pairs 11 km apart inside, a degree between them, and one alone.
    fn points() -> Vec<[f64; 3]> {
        [(0.0, 0.0), (0.1, 0.0), (1.0, 0.0), (1.1, 0.0), (5.0, 0.0)]
            .map(|(lon, lat)| LonLat::from_degrees(lon, lat).unwrap().unit_vector())
            .to_vec()
    }

    #[test]
    fn clusters_far_from_every_limit_survive_jitter_whole() {
        let found = run(30_000.0)(&points());
        let jitter = Disturbance::Jitter { sigma_m: 500.0 };
        let told = stability(&points(), &found, jitter, Simulations::new(200, 1), run(30_000.0));
        assert_eq!(told, Stability { jaccard: vec![Some(1.0), Some(1.0)], unchanged: 1.0 });
    }

    #[test]
    fn a_cluster_at_the_limit_is_lost_in_half_of_the_jitters() {
        let found = run(11_120.0)(&points());
        let jitter = Disturbance::Jitter { sigma_m: 500.0 };
        let told = stability(&points(), &found, jitter, Simulations::new(400, 1), run(11_120.0));
        assert!((0.15..0.35).contains(&told.unchanged), "both pairs, each a coin: {told:?}");
        assert!(told.jaccard.iter().all(|mean| (0.4..0.6).contains(&mean.unwrap())));
        let again = stability(&points(), &found, jitter, Simulations::new(400, 1), run(11_120.0));
        assert_eq!(told, again, "the seed alone decides");
    }

    #[test]
    fn a_jitter_has_its_standard_deviation_on_either_axis() {
        let pole = [0.0, 0.0, 1.0];
        let mut random = Random::new(3, 0);
        let steps: Vec<[f64; 3]> =
            (0..20_000).map(|_| jitter(&pole, 6371.0, &mut random)).collect();
        for axis in 0..2 {
            let variance = steps.iter().map(|step| step[axis].powi(2)).sum::<f64>() / 20_000.0;
            assert!((variance.sqrt() / 0.001 - 1.0).abs() < 0.02);
        }
    }

    #[test]
    fn a_bootstrap_compares_with_the_points_drawn() {
        let found = run(30_000.0)(&points());
        let told = stability(
            &points(),
            &found,
            Disturbance::Bootstrap,
            Simulations::new(300, 1),
            run(30_000.0),
        );
        // A pair drawn whole is found whole; of one drawn once alone nothing is found; of one drawn
        // twice a cluster of two duplicates is. So both values occur.
        assert!(told.jaccard.iter().all(|mean| (0.3..0.95).contains(&mean.unwrap())), "{told:?}");
        let nothing = stability(
            &[],
            &run(1.0)(&[]),
            Disturbance::Bootstrap,
            Simulations::new(3, 1),
            run(1.0),
        );
        assert!(nothing.jaccard.is_empty());
    }
}
