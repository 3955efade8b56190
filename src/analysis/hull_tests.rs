use geo::{BoundingRect, Contains, Intersects, Winding};
use proptest::prelude::*;

use super::*;
use crate::domain::LonLat;

fn vectors(degrees: &[(f64, f64)]) -> Vec<[f64; 3]> {
    degrees
        .iter()
        .map(|&(lon, lat)| LonLat::from_degrees(lon, lat).unwrap().unit_vector())
        .collect()
}

fn drawn(degrees: &[(f64, f64)], shape: HullShape) -> Hull {
    hull(&vectors(degrees), shape).unwrap()
}

const BUFFER: HullShape = HullShape::Buffer { radius_m: 20_000.0 };

#[test]
fn degenerate_groups_are_a_point_or_a_line_and_never_an_invalid_polygon() {
    assert_eq!(hull(&[], HullShape::Convex), None);
    let point = |hull: Hull| matches!(hull.geometry, Geometry::Point(_));
    assert!(point(drawn(&[(5.0, 5.0)], HullShape::Convex)));
    assert!(point(drawn(&[(5.0, 5.0); 4], HullShape::Concave)));
    let line =
        |hull: &Hull| matches!(hull.geometry, Geometry::LineString(_)) && hull.area_km2 == 0.0;
    assert!(line(&drawn(&[(5.0, 5.0), (6.0, 6.0)], HullShape::Convex)));
    assert!(line(&drawn(&[(5.0, 0.0), (7.0, 0.0), (6.0, 0.0)], HullShape::Concave)));
    let over = drawn(&[(179.0, 1.0), (-179.0, 1.0)], HullShape::Convex);
    assert!(matches!(over.geometry, Geometry::MultiLineString(_)));
    let round = drawn(&[(0.0, 0.0), (120.0, 0.0), (-120.0, 0.0)], HullShape::Convex);
    assert!(matches!(round.geometry, Geometry::MultiPoint(_)), "more than a hemisphere");
}

#[test]
fn a_circle_and_a_capsule_have_nearly_their_areas() {
    let circle = drawn(&[(0.0, 90.0)], BUFFER);
    // A polygon of 48 corners has sin(7.5°) / 7.5° of its circle.
    let full = std::f64::consts::PI * 20.0 * 20.0;
    assert!((circle.area_km2 / full - 0.997_15).abs() < 1e-4, "{}", circle.area_km2);
    let capsule = drawn(&[(0.0, 0.0), (0.5, 0.0)], BUFFER);
    let told = full + 40.0 * 55.5975;
    assert!((capsule.area_km2 / told - 1.0).abs() < 2e-3, "{} {told}", capsule.area_km2);
}

#[test]
fn a_hull_around_the_pole_holds_it_and_one_over_the_antimeridian_is_in_two() {
    let pole = drawn(&[(0.0, 85.0), (90.0, 85.0), (180.0, 85.0), (-90.0, 85.0)], HullShape::Convex);
    assert!(pole.geometry.intersects(&Point::new(12.0, 89.99)));
    assert!(!pole.geometry.intersects(&Point::new(12.0, 80.0)));
    let south = drawn(&[(0.0, -85.0), (120.0, -85.0), (-120.0, -85.0)], HullShape::Convex);
    assert!(south.geometry.intersects(&Point::new(77.0, -89.99)));
    let wide = drawn(&[(179.0, 0.0), (-179.0, 0.0), (180.0, 2.0)], HullShape::Convex);
    let Geometry::MultiPolygon(parts) = &wide.geometry else { panic!("{wide:?}") };
    assert_eq!(parts.0.len(), 2);
    let rect = wide.geometry.bounding_rect().unwrap();
    assert_eq!((rect.min().x, rect.max().x), (-180.0, 180.0));
    assert!(
        (wide.area_km2 - 24_729.0).abs() < 30.0,
        "two degrees by two, halved: {}",
        wide.area_km2
    );
}

#[test]
fn a_concave_hull_leaves_out_the_bay_that_the_convex_one_covers() {
    let mut horseshoe = Vec::new();
    for step in 0..=40 {
        let at = f64::from(step) * 0.05;
        horseshoe.extend([(at, 0.0), (0.0, at), (2.0, at)]);
    }
    let convex = drawn(&horseshoe, HullShape::Convex);
    let concave = drawn(&horseshoe, HullShape::Concave);
    let bay = Point::new(1.0, 1.5);
    assert!(convex.geometry.contains(&bay) && !concave.geometry.contains(&bay));
    assert!(concave.area_km2 < convex.area_km2);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn outlines_anywhere_are_valid_wound_right_and_hold_their_points(
        middle in prop_oneof![Just((180.0, 10.0)), Just((-179.5, -60.0)), Just((30.0, 89.0)), Just((0.0, -88.5)), Just((105.0, 30.0))],
        steps in prop::collection::vec((-1.0..1.0f64, -1.0..1.0f64), 3..25), buffer in any::<bool>(), concave in any::<bool>(),
    ) {
        let at = |(x, y): (f64, f64)| {
            let lon: f64 = middle.0 + 2.0 * x / f64::to_radians(middle.1).cos().max(0.02);
            ((lon + 180.0).rem_euclid(360.0) - 180.0, (middle.1 + y).clamp(-90.0, 90.0))
        };
        let degrees: Vec<(f64, f64)> = steps.into_iter().map(at).collect();
        let shape = match (buffer, concave) {
            (true, _) => BUFFER,
            (_, true) => HullShape::Concave,
            _ => HullShape::Convex,
        };
        let hull = drawn(&degrees, shape);
        let errors = hull.geometry.check_validation();
        prop_assert!(errors.is_ok(), "{:?} {:?} {:?}", errors, shape, hull.geometry);
        let polygons = match hull.geometry {
            Geometry::Polygon(polygon) => vec![polygon],
            Geometry::MultiPolygon(parts) => parts.0,
            Geometry::LineString(_) | Geometry::MultiLineString(_) | Geometry::Point(_) if !buffer => return Ok(()),
            other => return Err(TestCaseError::fail(format!("{other:?}"))),
        };
        prop_assert!(polygons.iter().all(|polygon| polygon.exterior().is_ccw()));
        prop_assert!(hull.area_km2 > 0.0);
        if buffer {
            for (lon, lat) in degrees {
                prop_assert!(polygons.iter().any(|polygon| polygon.intersects(&Point::new(lon, lat))), "{lon} {lat}");
            }
        }
    }

    #[test]
    fn turning_the_globe_changes_no_area(steps in prop::collection::vec((0.0..3.0f64, 0.0..3.0f64), 3..20), turn in 0.0..6.2f64) {
        let points = vectors(&steps);
        let turned: Vec<[f64; 3]> = points.iter().map(|&[x, y, z]| {
            let [x, z] = [x * turn.cos() - z * turn.sin(), x * turn.sin() + z * turn.cos()];
            [y, z, x]
        }).collect();
        let [a, b] = [points, turned].map(|points| hull(&points, HullShape::Convex).unwrap().area_km2);
        prop_assert!((a - b).abs() <= 1e-6 * a.max(1.0), "{a} {b}");
    }
}

#[test]
fn many_bands_joined_piece_by_piece_are_those_joined_at_once() {
    let square = |n: u32| -> Polygon<f64> {
        let (x, y) = (f64::from(n * 7_919 % 97), f64::from(n * 104_729 % 89));
        geo::Rect::new((x, y), (x + 2.5, y + 1.5)).to_polygon()
    };
    let bands: Vec<Polygon<f64>> = (0..3 * JOINED as u32 + 5).map(square).collect();
    let area = |parts: &[Polygon<f64>]| parts.iter().map(Area::unsigned_area).sum::<f64>();
    let found = together(&bands, &Watch::default());
    let told = unary_union(&bands).0;
    assert!((area(&found) - area(&told)).abs() < 1e-9 * area(&told), "{}", area(&found));
    assert_eq!(found.len(), told.len());
}

#[test]
fn a_band_that_is_called_off_is_not_drawn() {
    let watch = Watch::default();
    watch.call_off();
    let points = vectors(&[(0.0, 0.0), (0.5, 0.0), (0.5, 0.5)]);
    assert_eq!(watched_hull(&points, BUFFER, &watch).map(|hull| hull.area_km2), Some(0.0));
    assert!(hull(&points, BUFFER).is_some_and(|hull| hull.area_km2 > 0.0));
}
