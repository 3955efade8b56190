use proptest::prelude::*;

use super::*;
use crate::domain::LonLat;

fn vector(lon: f64, lat: f64) -> [f64; 3] {
    LonLat::from_degrees(lon, lat).unwrap().unit_vector()
}

/// The definition, read literally.
fn brute_force(points: &[[f64; 3]], from: &[f64; 3], without: Option<u32>) -> Vec<Hit> {
    let mut hits: Vec<Hit> = (0u32..)
        .zip(points)
        .filter(|(number, _)| Some(*number) != without)
        .map(|(number, point)| Hit { chord_squared: squared_chord(from, point), number })
        .collect();
    hits.sort_by(|a, b| a.chord_squared.total_cmp(&b.chord_squared).then(a.number.cmp(&b.number)));
    hits
}

#[test]
fn a_radius_copied_from_an_answer_finds_what_the_answer_found() {
    for (lon, lat) in [(0.1, 0.0), (0.0, 0.1), (179.0, 1.0), (1e-9, 0.0), (73.3, -12.7)] {
        let tree = KdTree::new(&[vector(lon, lat)]);
        let told = tree.nearest(&vector(0.0, 0.0), 1, None)[0].distance_m();
        assert_eq!(tree.count_within(&vector(0.0, 0.0), reach(told), 9), 1, "{told}");
        assert_eq!(tree.count_within(&vector(0.0, 0.0), reach(told * (1.0 - 1e-12)), 9), 0);
    }
    assert_eq!(reach(-1.0), -1.0);
    assert_eq!(reach(f64::NAN), -1.0);
    assert_eq!(reach(20_015_200.0), f64::INFINITY);
}

#[test]
fn the_worked_example_is_kept_across_antimeridian_and_pole() {
    // 0.1° along the equator or a meridian is 11.1195 km.
    for [a, b] in [[(0.0, 0.0), (0.1, 0.0)], [(179.95, 0.0), (-179.95, 0.0)]] {
        let tree = KdTree::new(&[vector(a.0, a.1), vector(b.0, b.1)]);
        assert!((tree.all_nearest(8).row(0)[0].distance_m() - 11_119.5).abs() < 0.05);
    }
    let pole = KdTree::new(&[vector(17.0, 90.0), vector(-120.0, 90.0), vector(3.0, 89.9)]);
    assert!(pole.all_nearest(2).row(0)[0].chord_squared < 1e-30, "any longitude at a pole");
}

#[test]
fn tables_of_nothing_and_of_one_have_no_rows() {
    assert!(KdTree::new(&[]).all_nearest(3).is_empty());
    assert!(KdTree::new(&[vector(1.0, 1.0)]).all_nearest(3).is_empty());
    assert!(KdTree::new(&[]).nearest(&vector(0.0, 0.0), 3, None).is_empty());
    assert_eq!(KdTree::new(&[]).count_within(&vector(0.0, 0.0), 4.0, 1), 0);
    assert_eq!(KdTree::new(&[vector(1.0, 1.0); 3]).all_nearest(9).k, 2);
}

/// Vectors on a coarse grid (many ties, many duplicates) and anywhere.
fn anywhere() -> impl Strategy<Value = [f64; 3]> {
    let grid = (-6i32..=6, -3i32..=3)
        .prop_map(|(lon, lat)| vector(f64::from(lon * 30), f64::from(lat * 30)));
    prop_oneof![grid, (-180.0..=180.0, -90.0..=90.0).prop_map(|(lon, lat)| vector(lon, lat))]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn rows_agree_with_brute_force(points in prop::collection::vec(anywhere(), 2..300), k in 1usize..40) {
        let table = KdTree::new(&points).all_nearest(k);
        for (number, point) in points.iter().enumerate() {
            let mut expected = brute_force(&points, point, Some(number as u32));
            expected.truncate(k);
            prop_assert_eq!(table.row(number), &expected[..]);
        }
    }

    #[test]
    fn radii_agree_with_brute_force(
        points in prop::collection::vec(anywhere(), 0..300), from in anywhere(), chord in 0.0..4.1f64, enough in 0usize..400,
    ) {
        let tree = KdTree::new(&points);
        let mut expected: Vec<u32> = brute_force(&points, &from, None)
            .into_iter().filter(|hit| hit.chord_squared <= chord).map(|hit| hit.number).collect();
        expected.sort_unstable();
        let mut found = Vec::new();
        tree.within(&from, chord, |hit| found.push(hit.number));
        found.sort_unstable();
        let counted = tree.count_within(&from, chord, enough);
        prop_assert!(counted == expected.len() || (counted >= enough && counted <= expected.len()));
        prop_assert_eq!(found, expected);
    }
}
