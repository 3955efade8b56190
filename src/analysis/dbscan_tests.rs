use proptest::prelude::*;

use super::*;
use crate::domain::LonLat;

pub(crate) fn vector(lon: f64, lat: f64) -> [f64; 3] {
    LonLat::from_degrees(lon, lat).unwrap().unit_vector()
}

fn labels(degrees: &[(f64, f64)], eps_m: f64, min_points: usize) -> Vec<u32> {
    let points: Vec<[f64; 3]> = degrees.iter().map(|&(lon, lat)| vector(lon, lat)).collect();
    let clustering = dbscan(&KdTree::new(&points), eps_m, Density::Points(min_points));
    clustering.labels.iter().map(|label| label.map_or(0, |ClusterId(id)| id)).collect()
}

/// The definition, read literally: neighbor lists, then a flood from each core point.
fn by_definition(points: &[[f64; 3]], reach: f64, min_points: usize) -> Clustering {
    let n = points.len();
    let near = |a: usize, b: usize| squared_chord(&points[a], &points[b]) <= reach;
    let lists: Vec<Vec<usize>> = (0..n).map(|a| (0..n).filter(|&b| near(a, b)).collect()).collect();
    let is_core: Vec<bool> = lists.iter().map(|list| list.len() >= min_points).collect();
    let mut labels = vec![None; n];
    let mut clusters = 0;
    for seed in 0..n {
        if !is_core[seed] || labels[seed].is_some() {
            continue;
        }
        clusters += 1;
        let mut frontier = vec![seed];
        while let Some(point) = frontier.pop() {
            if is_core[point] && labels[point].is_none() {
                labels[point] = Some(ClusterId(clusters as u32));
                frontier.extend(&lists[point]);
            }
        }
    }
    let cores = labels.clone();
    for point in (0..n).filter(|&point| !is_core[point]) {
        let candidates = lists[point].iter().filter(|&&core| is_core[core]);
        labels[point] = candidates
            .map(|&core| (squared_chord(&points[point], &points[core]), cores[core]))
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
            .and_then(|(_, id)| id);
    }
    Clustering { labels, is_core, clusters }
}

#[test]
fn the_worked_example_has_one_group_of_three_and_two_of_them_with_less_asked() {
    // The first three stand 11.1 and 15.7 km apart, the last two 5.6 km.
    let five = [(0.0, 0.0), (0.1, 0.0), (0.0, 0.1), (1.0, 1.0), (1.05, 1.0)];
    assert_eq!(labels(&five, 15_000.0, 3), [1, 1, 1, 0, 0]);
    assert_eq!(labels(&five, 15_000.0, 2), [1, 1, 1, 2, 2]);
    assert_eq!(labels(&five, 15_000.0, 1), [1, 1, 1, 2, 2]);
    assert_eq!(labels(&five, 5_000.0, 2), [0; 5]);
}

#[test]
fn neighbors_across_the_antimeridian_and_around_a_pole_share_a_cluster() {
    // On the equator 0.001° is 111.2 m, so the first three stand 111 m apart; Greenwich stands alone.
    let degrees = [(179.999, 0.0), (180.0, 0.0), (-179.999, 0.0), (0.0, 51.5)];
    assert_eq!(labels(&degrees, 120.0, 2), [1, 1, 1, 0]);
    assert_eq!(labels(&degrees, 110.0, 2), [0, 0, 0, 0]);
    assert_eq!(labels(&[(0.0, 89.999), (180.0, 89.999), (90.0, 90.0)], 120.0, 3), [1, 1, 1]);
}

#[test]
fn nothing_one_and_duplicates_are_answered() {
    assert!(labels(&[], 1000.0, 1).is_empty());
    assert_eq!(labels(&[(5.0, 5.0)], 1000.0, 1), [1]);
    assert_eq!(labels(&[(5.0, 5.0)], 1000.0, 2), [0]);
    assert_eq!(labels(&[(5.0, 5.0); 40], 0.0, 40), [1; 40]);
    assert_eq!(labels(&[(5.0, 5.0); 40], 0.0, 41), [0; 40]);
}

#[test]
fn a_border_point_goes_to_the_nearest_core_and_of_equal_ones_to_the_lowest_id() {
    // Two stars of three 0.01° around their middles at 0 and 0.04 on the equator; one point between.
    let star = |lon: f64| [(lon, 0.0), (lon, 0.01), (lon, -0.01)];
    let mut degrees = [star(0.04), star(0.0)].concat();
    degrees.push((0.02, 0.0));
    let eps_m = 2_300.0;
    let all = labels(&degrees, eps_m, 4);
    assert_eq!(all, [1, 1, 1, 2, 2, 2, 1]);
    degrees[6] = (0.0199, 0.0);
    assert_eq!(labels(&degrees, eps_m, 4)[6], 2, "its nearest core is of the second");
}

#[test]
fn weights_count_as_that_many_points() {
    let degrees = [(0.0, 0.0), (0.01, 0.0), (5.0, 5.0)];
    let points = degrees.map(|(lon, lat)| vector(lon, lat));
    let density = Density::Weight { weights: &[1.0, 0.5, 40.0], min_weight: 1.5 };
    let found = dbscan(&KdTree::new(&points), 2_000.0, density);
    assert_eq!(found.labels, [Some(ClusterId(1)), Some(ClusterId(1)), Some(ClusterId(2))]);
    assert_eq!(found.members(), [vec![0, 1], vec![2]]);
}

/// Points in a small window, on a grid (ties and duplicates) and off it.
fn crowded() -> impl Strategy<Value = [f64; 3]> {
    let grid = (0i32..12, 0i32..12)
        .prop_map(|(x, y)| vector(179.9 + f64::from(x) * 0.008, f64::from(y) * 0.008));
    prop_oneof![grid, (0.0..0.1, 0.0..0.1).prop_map(|(x, y)| vector(179.9 + x, y))]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn labels_agree_with_the_definition(
        points in prop::collection::vec(crowded(), 0..250), eps_m in 0.0..4_000.0, min_points in 1usize..12,
    ) {
        let found = dbscan(&KdTree::new(&points), eps_m, Density::Points(min_points));
        prop_assert_eq!(&found, &by_definition(&points, reach(eps_m), min_points));
        let weights = vec![1.0; points.len()];
        let density = Density::Weight { weights: &weights, min_weight: min_points as f64 };
        prop_assert_eq!(found, dbscan(&KdTree::new(&points), eps_m, density), "weights of 1 count points");
    }

    #[test]
    fn reordering_moves_no_point_to_another_group(
        points in prop::collection::vec(crowded(), 1..120), eps_m in 500.0..2_000.0, turn in 0usize..120,
    ) {
        let mut turned = points.clone();
        turned.rotate_left(turn % points.len());
        let mut back = dbscan(&KdTree::new(&turned), eps_m, Density::Points(4)).labels;
        back.rotate_right(turn % points.len());
        let first = dbscan(&KdTree::new(&points), eps_m, Density::Points(4));
        for a in 0..points.len() {
            prop_assert_eq!(first.labels[a].is_some(), back[a].is_some());
            for b in (0..a).filter(|&b| first.is_core[a] && first.is_core[b]) {
                prop_assert_eq!(first.labels[a] == first.labels[b], back[a] == back[b]);
            }
        }
    }
}
